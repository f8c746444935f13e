/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account.h"

G_BEGIN_DECLS

/* Requests that the main thread words itself: INFO, REFER, NOTIFY, MESSAGE, UPDATE, PUBLISH and
 * OPTIONS, within a call or outside of any. One REQUEST event tells what came of each. Not for
 * requests that change a session or a registration. SIP thread only. */

/* The call is looked up; takes the command's fields. */
void tandem_sip_request_in_call (TandemEngine *engine, TandemSipCommand *command);
/* account: (nullable): then it fails. */
void
tandem_sip_request_to (TandemEngine *engine, TandemSipAccount *account, TandemSipCommand *command);

G_END_DECLS
