/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemCandidate: one (address, port, transport) that a proxy name resolves to. A value:
 * compared, hashed and copied by content. Not a name: resolving is the resolver's business. */

typedef enum
{
  TANDEM_TRANSPORT_UDP,
  TANDEM_TRANSPORT_TCP,
  TANDEM_TRANSPORT_TLS,
} TandemTransport;

typedef struct
{
  char address[46]; /* numeric IPv4 or IPv6, without brackets, canonical spelling */
  guint16 port;     /* never 0 */
  TandemTransport transport;
} TandemCandidate;

const char *tandem_transport_to_string (TandemTransport transport);
gboolean tandem_transport_from_string (const char *text, TandemTransport *transport);

gboolean tandem_candidate_init (TandemCandidate *candidate,
                                const char *address,
                                guint16 port,
                                TandemTransport transport);
/* "udp:192.0.2.1:5060", "tls:[2001:db8::1]:5061" */
gboolean tandem_candidate_parse (TandemCandidate *candidate, const char *text);
char *tandem_candidate_to_string (const TandemCandidate *candidate);
guint tandem_candidate_hash (gconstpointer candidate);
gboolean tandem_candidate_equal (gconstpointer a, gconstpointer b);
/* Puts first, if it is in the list, before the others, which keep their order. So an agent's wish
 * counts as DNS order does: between equals, never against a penalty. Returns whether it is in it. */
gboolean tandem_candidate_put_first (TandemCandidate *list, guint n, const TandemCandidate *first);

G_END_DECLS
