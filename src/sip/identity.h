/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-event.h"

#include <belle-sip/belle-sip.h>

G_BEGIN_DECLS

/* Who the other side is, as a message says it. SIP thread only. */

/* Sets peer_uri and peer_name. trusted: it came from the pool, so that a P-Asserted-Identity (RFC 3325)
 * is to be believed, and comes before the From of a request. Of a response only that counts: its To is
 * whom we called. */
void tandem_sip_identify (TandemSipEvent *event, belle_sip_message_t *message, gboolean trusted);

G_END_DECLS
