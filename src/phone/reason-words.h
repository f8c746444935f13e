/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why something failed, in words that a person understands, translated. What servers write in
 * reason phrases is shown only where we know nothing better. All return (transfer full). */

/* A call that failed or was ended: code is the SIP status (0 none), text the reason phrase or the
 * engine's cause, reason the Reason header (RFC 3326), whole or only its text. NULL: nothing to
 * say, a normal end. connected: the call had been answered. */
char *
tandem_reason_words_for_call (guint code, const char *text, const char *reason, gboolean connected);
/* A change of a call that is up, and failed; the call goes on. Never NULL. */
typedef enum
{
  TANDEM_REASON_HOLD,
  TANDEM_REASON_RETRIEVE,
  TANDEM_REASON_MOVE, /* to a new address of ours */
} TandemReasonChange;
char *tandem_reason_words_for_change (TandemReasonChange change, guint code, const char *text);
/* A registration that failed. Never NULL. */
char *tandem_reason_words_for_registration (guint code, const char *text);
/* Why a proxy is set aside; cause as the engine gives it ("timeout", "connection refused" ...).
 * barred: it asked for a pause itself. NULL when cause is NULL and barred is FALSE. */
char *tandem_reason_words_for_proxy (const char *cause, gboolean barred);

G_END_DECLS
