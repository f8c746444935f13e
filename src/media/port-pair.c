/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "port-pair.h"

/* See port-pair.h. The search begins at a random place, so that the ports of a call that just ended
 * are not those of the next. */

static GSocket *
bind_one (GInetAddress *to, guint port)
{
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (to), G_SOCKET_TYPE_DATAGRAM,
                                             G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (to, (guint16) port);

  if (socket == NULL || !g_socket_bind (socket, address, FALSE, NULL))
    return NULL;
  return g_steal_pointer (&socket);
}

gboolean
tandem_port_pair_bind (const char *address,
                       guint min,
                       guint max,
                       guint *port,
                       GSocket **rtp,
                       GSocket **rtcp,
                       GError **error)
{
  g_autoptr (GInetAddress) to = g_inet_address_new_from_string (address);
  guint first, pairs, start;

  if (to == NULL || !g_inet_address_get_is_loopback (to))
    {
      GSocketFamily family = to != NULL ? g_inet_address_get_family (to) : G_SOCKET_FAMILY_IPV4;

      g_clear_object (&to);
      to = g_inet_address_new_any (family);
    }
  if (max == 0)
    {
      min = 16384;
      max = 32767;
    }
  max = MIN (max, G_MAXUINT16);
  first = (min + 1) & ~1u;
  pairs = max > first ? (max + 1 - first) / 2 : 0;
  start = pairs > 0 ? (guint) g_random_int_range (0, (gint32) pairs) : 0;
  for (guint i = 0; i < pairs; i++)
    {
      guint even = first + 2 * ((start + i) % pairs);
      g_autoptr (GSocket) one = bind_one (to, even);
      g_autoptr (GSocket) other = one != NULL ? bind_one (to, even + 1) : NULL;

      if (other == NULL)
        continue;
      *port = even;
      *rtp = g_steal_pointer (&one);
      *rtcp = g_steal_pointer (&other);
      return TRUE;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
               "no RTP port is free between %u and %u", min, max);
  return FALSE;
}
