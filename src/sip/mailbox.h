/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account.h"

G_BEGIN_DECLS

/* TandemMailbox: what an account knows of its voice mail: the subscription to message-summary (RFC 3842)
 * and the MAILBOX events that come of it. SIP thread only.
 *
 * Some servers send such a NOTIFY without any subscription. It is taken when the account wants to know
 * (mailbox_subscribe), it is outside of any dialog, comes from a member of the account's pool, and is
 * addressed to the account's user; also when the server has refused the subscription. Any other is
 * answered 481. */

TandemMailbox *tandem_mailbox_new (TandemSipAccount *account);
/* Takes the subscription back, which goes on behind. */
void tandem_mailbox_free (TandemMailbox *self);

/* The account's configuration is new. */
void tandem_mailbox_configure (TandemMailbox *self);
/* The account is registered there, or needs no registration (NULL). */
void tandem_mailbox_follow (TandemMailbox *self, const TandemCandidate *candidate);
/* Takes the subscription back; nothing is told any more. */
void tandem_mailbox_stop (TandemMailbox *self);

/* A NOTIFY outside of any dialog and subscription that we know: answered. FALSE: not for us. */
gboolean tandem_mailbox_on_unsolicited (TandemEngine *engine, belle_sip_request_t *request);

G_END_DECLS
