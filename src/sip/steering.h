/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call.h"

G_BEGIN_DECLS

/* Requests of the other side within a call that change nothing of its session: the server's remote
 * control (NOTIFY talk, hold and retrieve without a subscription), digits by INFO or NOTIFY, and REFER.
 * SIP thread only. */

/* In order. FALSE: none of these. */
gboolean tandem_steering_on_request (TandemSipCall *call, belle_sip_request_t *request);

G_END_DECLS
