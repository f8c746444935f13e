/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A digit as the body of an INFO or NOTIFY says it: application/dtmf-relay (`Signal=5`, Cisco and all
 * that follow it) and application/dtmf (`5`). Not for RFC 4733, which is sound's business. Pure; any
 * thread. */

#define TANDEM_DIGIT_ACCEPT "application/dtmf-relay, application/dtmf"

typedef enum
{
  TANDEM_DIGIT_OK,
  TANDEM_DIGIT_OTHER_TYPE, /* no digit at all: 415 */
  TANDEM_DIGIT_MALFORMED,  /* 400 */
} TandemDigitResult;

/* type: of the body, without parameters. digit: one of 0-9*#A-D. */
TandemDigitResult tandem_digit_parse (const char *type, const char *body, gsize size, char *digit);

G_END_DECLS
