/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "candidate.h"

#include <arpa/inet.h>
#include <string.h>

/* See candidate.h. Addresses are kept in the spelling of inet_ntop(), so that equal means equal. */

static const char *const transport_names[] = { "udp", "tcp", "tls" };

const char *
tandem_transport_to_string (TandemTransport transport)
{
  g_return_val_if_fail ((guint) transport < G_N_ELEMENTS (transport_names), "udp");

  return transport_names[transport];
}

/**
 * tandem_transport_from_string:
 * @text: (nullable): "udp", "TCP", "tls"
 * @transport: (out): untouched on failure
 *
 * Returns: whether it is one
 */
gboolean
tandem_transport_from_string (const char *text, TandemTransport *transport)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (transport_names); i++)
    {
      if (g_ascii_strcasecmp (text, transport_names[i]) == 0)
        {
          *transport = (TandemTransport) i;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * tandem_candidate_init:
 * @candidate: (out caller-allocates): untouched on failure
 * @address: (nullable): a numeric IPv4 or IPv6 address without brackets, in any spelling
 * @port: 1..65535
 * @transport: the transport
 *
 * Returns: whether @address and @port are good
 */
gboolean
tandem_candidate_init (TandemCandidate *candidate,
                       const char *address,
                       guint16 port,
                       TandemTransport transport)
{
  TandemCandidate made = { .port = port, .transport = transport };
  unsigned char binary[sizeof (struct in6_addr)];
  int family;

  if (address == NULL || port == 0)
    return FALSE;
  family = strchr (address, ':') != NULL ? AF_INET6 : AF_INET;
  if (inet_pton (family, address, binary) != 1
      || inet_ntop (family, binary, made.address, sizeof made.address) == NULL)
    return FALSE;
  *candidate = made;
  return TRUE;
}

/**
 * tandem_candidate_parse:
 * @candidate: (out caller-allocates): untouched on failure
 * @text: (nullable): as [method@Candidate.to_string] prints it
 *
 * Returns: whether @text is a candidate
 */
gboolean
tandem_candidate_parse (TandemCandidate *candidate, const char *text)
{
  g_autofree char *host = NULL;
  const char *rest, *colon;
  TandemTransport transport;
  guint64 port;

  if (text == NULL || (rest = strchr (text, ':')) == NULL)
    return FALSE;
  host = g_strndup (text, rest - text);
  if (!tandem_transport_from_string (host, &transport))
    return FALSE;
  rest++;
  colon = strrchr (rest, ':');
  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &port, NULL))
    return FALSE;
  g_free (host);
  if (rest[0] == '[' && colon > rest + 1 && colon[-1] == ']')
    host = g_strndup (rest + 1, colon - rest - 2);
  else
    host = g_strndup (rest, colon - rest);
  if ((strchr (host, ':') != NULL) != (rest[0] == '['))
    return FALSE;
  return tandem_candidate_init (candidate, host, (guint16) port, transport);
}

/**
 * tandem_candidate_to_string:
 * @candidate: the candidate
 *
 * Returns: (transfer full): "udp:192.0.2.1:5060" or "tls:[2001:db8::1]:5061"
 */
char *
tandem_candidate_to_string (const TandemCandidate *candidate)
{
  const char *transport = tandem_transport_to_string (candidate->transport);

  if (strchr (candidate->address, ':') != NULL)
    return g_strdup_printf ("%s:[%s]:%u", transport, candidate->address, candidate->port);
  return g_strdup_printf ("%s:%s:%u", transport, candidate->address, candidate->port);
}

guint
tandem_candidate_hash (gconstpointer candidate)
{
  const TandemCandidate *self = candidate;

  return g_str_hash (self->address) ^ (self->port * 31u) ^ ((guint) self->transport << 24);
}

gboolean
tandem_candidate_equal (gconstpointer a, gconstpointer b)
{
  const TandemCandidate *one = a, *other = b;

  return one->port == other->port && one->transport == other->transport
         && strcmp (one->address, other->address) == 0;
}

/**
 * tandem_candidate_put_first:
 * @list: (array length=n): in DNS order; changed in place
 * @n: how many
 * @first: (nullable): which one goes before the others
 *
 * Returns: whether @first is in the list
 */
gboolean
tandem_candidate_put_first (TandemCandidate *list, guint n, const TandemCandidate *first)
{
  for (guint i = 0; first != NULL && i < n; i++)
    {
      TandemCandidate found = list[i];

      if (!tandem_candidate_equal (&found, first))
        continue;
      memmove (list + 1, list, i * sizeof *list);
      list[0] = found;
      return TRUE;
    }
  return FALSE;
}
