/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "answer.h"
#include "dialog.h"

G_BEGIN_DECLS

/* Ends a dialog by BYE, behind what the agent sees: over all candidates in turn until somebody answers
 * or the time is up. reason: (nullable) for the Reason header, `SIP;cause=...` or plain text. */
void tandem_sip_farewell (TandemSipDialog *dialog, const char *reason);

/* The same for a call whose answer has no ACK yet: answer (transfer full) is sent on, so that a caller
 * who never got it does not ring on. The BYE comes with the ACK (RFC 3261 15), or when that is late. */
void
tandem_sip_farewell_unconfirmed (TandemSipDialog *dialog, TandemAnswer *answer, const char *reason);

/* `SIP;cause=200;text="..."` out of either form. (transfer full) */
char *tandem_sip_reason_value (const char *reason);

G_END_DECLS
