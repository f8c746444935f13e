/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hop.h"

#include <arpa/inet.h>
#include <string.h>

/* See hop.h.
 *
 * belle-sip finds a connection again by the text of its host and name, then by its address. A
 * response, or an ACK along a Route, carries another name than the one we connected with, and when
 * the host's text is the same it takes that for a mismatch and opens a second connection, on TLS with
 * a name that no certificate has. So the maddr given for a new connection is spelled unlike any
 * address on the wire: everything that does not carry our name then falls through to the comparison of
 * addresses, and uses the connection that is there. */

static char *
unusual_spelling (const char *address)
{
  struct in6_addr v6;
  GString *text;

  if (strchr (address, ':') == NULL)
    return g_strconcat ("::ffff:", address, NULL);
  if (inet_pton (AF_INET6, address, &v6) != 1)
    return g_strdup (address);
  text = g_string_new (NULL);
  for (guint i = 0; i < 16; i += 2)
    g_string_append_printf (text, "%s%02X%02X", i == 0 ? "" : ":", v6.s6_addr[i],
                            v6.s6_addr[i + 1]);
  return g_string_free (text, FALSE);
}

static char *
bracketed (const char *address)
{
  return strchr (address, ':') != NULL ? g_strdup_printf ("[%s]", address) : g_strdup (address);
}

belle_sip_uri_t *
tandem_hop_uri (const TandemCandidate *to, const char *name)
{
  g_autofree char *maddr = unusual_spelling (to->address);
  g_autofree char *host = bracketed (name != NULL && *name != '\0' ? name : to->address);
  g_autofree char *text = g_strdup_printf ("sip:%s:%u;lr", host, to->port);
  belle_sip_uri_t *uri = belle_sip_uri_parse (text);

  if (uri == NULL)
    return NULL;
  belle_sip_uri_set_transport_param (uri, tandem_transport_to_string (to->transport));
  belle_sip_uri_set_maddr_param (uri, maddr);
  return uri;
}

static gboolean
same_address (const char *host, const char *address)
{
  TandemCandidate given;
  g_autofree char *bare = NULL;
  gsize length;

  if (host == NULL)
    return FALSE;
  length = strlen (host);
  bare = *host == '[' && length > 2 ? g_strndup (host + 1, length - 2) : g_strdup (host);
  return tandem_candidate_init (&given, bare, 1, TANDEM_TRANSPORT_UDP)
         && strcmp (given.address, address) == 0;
}

static gboolean
is_member (const char *host, const TandemCandidate *pool, guint n_pool)
{
  for (guint i = 0; i < n_pool; i++)
    {
      if (same_address (host, pool[i].address))
        return TRUE;
    }
  return FALSE;
}

/* A Route value that leads to a candidate. Over TLS it has to carry the name, or a connection that
 * is not there yet would be checked against the bare address. */
static belle_sip_uri_t *
route_uri (const TandemCandidate *to, const char *name)
{
  g_autofree char *address = bracketed (to->address);
  g_autofree char *host = NULL;
  g_autofree char *text = NULL;
  gboolean named = to->transport == TANDEM_TRANSPORT_TLS && name != NULL && *name != '\0';
  belle_sip_uri_t *uri;

  host = named ? bracketed (name) : g_strdup (address);
  text = g_strdup_printf ("sip:%s:%u;lr", host, to->port);
  uri = belle_sip_uri_parse (text);
  if (uri == NULL)
    return NULL;
  belle_sip_uri_set_transport_param (uri, tandem_transport_to_string (to->transport));
  if (named && !same_address (name, to->address))
    belle_sip_uri_set_maddr_param (uri, address);
  return uri;
}

static belle_sip_uri_t *
top_route_uri (belle_sip_request_t *request)
{
  const belle_sip_list_t *routes
      = belle_sip_message_get_headers (BELLE_SIP_MESSAGE (request), "Route");

  return routes == NULL
             ? NULL
             : belle_sip_header_address_get_uri (BELLE_SIP_HEADER_ADDRESS (routes->data));
}

/* The Route headers may be shared with others: they are replaced by copies, the top one by uri. */
static gboolean
replace_top_route (belle_sip_request_t *request, belle_sip_uri_t *uri)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  const belle_sip_list_t *routes = belle_sip_message_get_headers (message, "Route");
  belle_sip_list_t *copies = NULL;
  belle_sip_header_address_t *address = belle_sip_header_address_create (NULL, uri);

  if (address == NULL)
    return FALSE;
  copies = belle_sip_list_append (copies,
                                  belle_sip_object_ref (belle_sip_header_route_create (address)));
  for (const belle_sip_list_t *l = routes->next; l != NULL; l = l->next)
    copies = belle_sip_list_append (
        copies, belle_sip_object_ref (belle_sip_object_clone (BELLE_SIP_OBJECT (l->data))));
  belle_sip_message_remove_header (message, "Route");
  belle_sip_message_add_headers (message, copies);
  belle_sip_list_free_with_data (copies, belle_sip_object_unref);
  return TRUE;
}

/* Whether belle-sip, following uri, would arrive at the candidate by itself. */
static gboolean
leads_to (belle_sip_uri_t *uri, const TandemCandidate *to)
{
  const char *transport = belle_sip_uri_get_transport_param (uri);

  return same_address (belle_sip_uri_get_host (uri), to->address)
         && belle_sip_uri_get_listening_port (uri) == to->port
         && g_ascii_strcasecmp (transport != NULL ? transport : "udp",
                                tandem_transport_to_string (to->transport))
                == 0;
}

static gboolean
redirect_top_route (belle_sip_request_t *request,
                    belle_sip_uri_t *top,
                    const TandemCandidate *to,
                    gboolean by_name,
                    gboolean stateless)
{
  belle_sip_uri_t *uri = (belle_sip_uri_t *) belle_sip_object_clone (BELLE_SIP_OBJECT (top));

  /* A proxy may have recorded itself with another port than the one we use: that is its business. */
  if (!same_address (belle_sip_uri_get_host (uri), to->address))
    {
      if (by_name)
        belle_sip_uri_set_maddr_param (uri, to->address);
      else
        belle_sip_uri_set_host (uri, to->address);
      if (belle_sip_uri_get_listening_port (uri) != to->port)
        belle_sip_uri_set_port (uri, to->port);
    }
  if (stateless || belle_sip_uri_get_transport_param (uri) != NULL)
    belle_sip_uri_set_transport_param (uri, tandem_transport_to_string (to->transport));
  return replace_top_route (request, uri);
}

gboolean
tandem_hop_prepare (belle_sip_request_t *request,
                    const TandemCandidate *to,
                    const char *name,
                    const TandemCandidate *pool,
                    guint n_pool,
                    gboolean stateless)
{
  belle_sip_uri_t *top = top_route_uri (request);
  const char *host = top != NULL ? belle_sip_uri_get_host (top) : NULL;
  belle_sip_header_address_t *address;
  belle_sip_uri_t *uri;

  if (top != NULL && (leads_to (top, to) || (!stateless && same_address (host, to->address))))
    return TRUE;
  if (is_member (host, pool, n_pool) || same_address (host, to->address))
    return redirect_top_route (request, top, to, FALSE, stateless);
  if (!stateless)
    return TRUE;
  if (host != NULL && name != NULL && g_ascii_strcasecmp (host, name) == 0)
    return redirect_top_route (request, top, to, TRUE, TRUE);
  if (top == NULL && leads_to (belle_sip_request_get_uri (request), to))
    return TRUE;
  uri = route_uri (to, name);
  address = uri != NULL ? belle_sip_header_address_create (NULL, uri) : NULL;
  if (address == NULL)
    return FALSE;
  belle_sip_message_add_first (BELLE_SIP_MESSAGE (request),
                               BELLE_SIP_HEADER (belle_sip_header_route_create (address)));
  return TRUE;
}

void
tandem_hop_redirect_response (belle_sip_response_t *response, const TandemCandidate *to)
{
  belle_sip_header_via_t *via
      = belle_sip_message_get_header_by_type (BELLE_SIP_MESSAGE (response), belle_sip_header_via_t);

  if (via == NULL)
    return;
  belle_sip_header_via_set_received (via, to->address);
  belle_sip_header_via_set_rport (via, to->port);
}

gboolean
tandem_hop_source (belle_sip_request_t *request, TandemCandidate *from)
{
  belle_sip_header_via_t *via
      = belle_sip_message_get_header_by_type (BELLE_SIP_MESSAGE (request), belle_sip_header_via_t);
  const char *host;
  int port;

  if (via == NULL)
    return FALSE;
  host = belle_sip_header_via_get_received (via);
  if (host == NULL)
    host = belle_sip_header_via_get_host (via);
  port = belle_sip_header_via_get_rport (via);
  if (port <= 0)
    port = belle_sip_header_via_get_listening_port (via);
  return tandem_hop_candidate_from_peer (host, (guint) MAX (port, 0),
                                         belle_sip_header_via_get_transport (via), from);
}

gboolean
tandem_hop_candidate_from_peer (const char *host,
                                guint port,
                                const char *transport_name,
                                TandemCandidate *candidate)
{
  TandemTransport transport;
  g_autofree char *bare = NULL;
  gsize length;

  if (host == NULL || transport_name == NULL || port == 0 || port > G_MAXUINT16
      || !tandem_transport_from_string (transport_name, &transport))
    return FALSE;
  if (g_ascii_strncasecmp (host, "::ffff:", 7) == 0 && strchr (host, '.') != NULL)
    host += 7;
  length = strlen (host);
  bare = *host == '[' && length > 2 ? g_strndup (host + 1, length - 2) : g_strdup (host);
  return tandem_candidate_init (candidate, bare, (guint16) port, transport);
}
