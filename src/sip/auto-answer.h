/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a caller writes who wants to be answered without a hand: read from the texts of the INVITE's
 * headers. Whether it is obeyed is the agent's setting, and not decided here. Pure; any thread. */

/* Seconds: nobody waits longer for an automatic answer. */
#define TANDEM_AUTO_ANSWER_LONGEST 60

typedef enum
{
  TANDEM_ANSWER_MODE_NONE, /* nothing is said of it */
  TANDEM_ANSWER_MODE_AUTO,
  TANDEM_ANSWER_MODE_AUTO_REQUIRED, /* or else to be refused with 403 */
  TANDEM_ANSWER_MODE_MANUAL,        /* a person is to answer, no setting */
} TandemAnswerMode;

/* What Priv-Answer-Mode, else Answer-Mode says (RFC 5373), `;require` included. Values as below. */
TandemAnswerMode tandem_answer_mode_parse (const char *const *priv_answer_mode,
                                           const char *const *answer_mode);

/* The values of the headers of these names, NULL-terminated, or NULL. Returns the seconds after which
 * to answer, or -1. In this order, the first that says something counts:
 *
 * - Priv-Answer-Mode, Answer-Mode: `Auto` at once, `Manual` not at all (RFC 5373);
 * - Call-Info: `<...>;answer-after=N` (Asterisk, Broadsoft, Snom, Cisco, after the expired draft of
 *   Jennings);
 * - Alert-Info: `<...>;info=alert-autoanswer` (Aastra, Yealink, Grandstream), perhaps `;delay=N`
 *   (Snom); `;answer-after=N`; `info=intercom` (Snom, Yealink); and without a URI the words
 *   `Auto Answer` (Cisco, Linksys), `Ring Answer` (Polycom), `Intercom` (Panasonic, Grandstream). */
gint tandem_auto_answer_parse (const char *const *priv_answer_mode,
                               const char *const *answer_mode,
                               const char *const *call_info,
                               const char *const *alert_info);

G_END_DECLS
