/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemMessageSummary: what a voice mail server says (application/simple-message-summary, RFC 3842).
 * A strict parser of bounded input: what does not follow the grammar changes nothing. Other kinds of
 * messages than voice are checked and left out. Any thread. */

typedef struct
{
  gboolean waiting;
  guint fresh, old; /* voice messages; 0 when the server tells no numbers */
  char *account;    /* (nullable): Message-Account as written, no more than a line */
} TandemMessageSummary;

#define TANDEM_MESSAGE_SUMMARY_LONGEST 8192
#define TANDEM_MESSAGE_SUMMARY_MOST 999999

/* summary: (out caller-allocates): untouched on failure; clear it when done. */
gboolean tandem_message_summary_parse (const char *body, gsize size, TandemMessageSummary *summary);
void tandem_message_summary_clear (TandemMessageSummary *summary);

G_END_DECLS
