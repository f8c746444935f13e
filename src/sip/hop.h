/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "candidate.h"

#include <belle-sip/belle-sip.h>

G_BEGIN_DECLS

/* TandemHop: how a message reaches the chosen candidate. The only place that knows the tricks with
 * maddr, Route and Via. It does not choose, time or repeat anything. SIP thread only.
 *
 * name is the host name that the candidate was found under: certificates are checked against it. */

/* The argument for belle_sip_client_transaction_send_request_to(): nothing of it reaches the wire.
 * Floating; NULL when name cannot be a host. */
belle_sip_uri_t *tandem_hop_uri (const TandemCandidate *to, const char *name);

/* Makes request take its way over to: a top Route that is the address of a member of the pool
 * becomes the address of to, in a copy. Where nothing on the request leads there and stateless is
 * set (ACK to a 2xx, CANCEL over another proxy), a Route is put on top.
 * FALSE when the request cannot be sent there. */
gboolean tandem_hop_prepare (belle_sip_request_t *request,
                             const TandemCandidate *to,
                             const char *name,
                             const TandemCandidate *pool,
                             guint n_pool,
                             gboolean stateless);

/* Points a response of ours at another proxy, by the received and rport of its top Via. */
void tandem_hop_redirect_response (belle_sip_response_t *response, const TandemCandidate *to);

/* Where the request came from, by its top Via after the library has filled it in. */
gboolean tandem_hop_source (belle_sip_request_t *request, TandemCandidate *from);

/* The candidate behind an address as belle-sip tells it in its events. */
gboolean tandem_hop_candidate_from_peer (const char *host,
                                         guint port,
                                         const char *transport,
                                         TandemCandidate *candidate);

G_END_DECLS
