/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "latch.h"

/* See latch.h. To take a place, a stranger has to send a run of packets in order while nobody sends from
 * the place; no more than once a second. */

#define QUIET (200 * G_TIME_SPAN_MILLISECOND)
#define MOVES (1 * G_TIME_SPAN_SECOND)
#define FORMER (2 * G_TIME_SPAN_SECOND) /* the place that was left may still send */
#define NEW_SSRC (500 * G_TIME_SPAN_MILLISECOND)
#define RUN 3
#define MAX_STEP 10

void
tandem_latch_clear (TandemLatch *self)
{
  g_clear_object (&self->address);
  g_clear_object (&self->former);
  g_clear_object (&self->candidate);
}

void
tandem_latch_set_named (TandemLatch *self, const char *host, guint port, gint64 now)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL && self->address != NULL && self->port == port
      && g_inet_address_equal (address, self->address))
    return;
  if (self->address != NULL)
    {
      g_set_object (&self->former, self->address);
      self->former_port = self->port;
      self->renamed = self->last_heard = now;
    }
  g_set_object (&self->address, address);
  self->port = port;
  self->last_moved = 0;
  self->candidate_count = 0;
}

static gboolean
is_same (GInetAddress *address, guint port, GInetSocketAddress *from)
{
  return address != NULL && port == g_inet_socket_address_get_port (from)
         && g_inet_address_equal (address, g_inet_socket_address_get_address (from));
}

/* Each source costs a jitter buffer: a flood of made-up ones must not get in. */
static gboolean
admit_ssrc (TandemLatch *self, guint32 ssrc, gint64 now)
{
  if (self->has_ssrc && self->ssrc == ssrc)
    return TRUE;
  if (self->has_ssrc && now - self->last_new_ssrc < NEW_SSRC)
    return FALSE;
  self->has_ssrc = TRUE;
  self->ssrc = ssrc;
  self->last_new_ssrc = now;
  return TRUE;
}

static gboolean
is_convincing (TandemLatch *self, GInetSocketAddress *from, guint32 ssrc, guint16 sequence)
{
  guint16 step = (guint16) (sequence - self->candidate_sequence);

  if (self->candidate_count > 0 && is_same (self->candidate, self->candidate_port, from)
      && self->candidate_ssrc == ssrc && step >= 1 && step <= MAX_STEP)
    self->candidate_count++;
  else
    self->candidate_count = 1;
  g_set_object (&self->candidate, g_inet_socket_address_get_address (from));
  self->candidate_port = g_inet_socket_address_get_port (from);
  self->candidate_ssrc = ssrc;
  self->candidate_sequence = sequence;
  return self->candidate_count >= RUN;
}

TandemLatchVerdict
tandem_latch_look (
    TandemLatch *self, GSocketAddress *from, guint32 ssrc, guint16 sequence, gint64 now)
{
  GInetSocketAddress *inet;

  if (from == NULL || !G_IS_INET_SOCKET_ADDRESS (from))
    return TANDEM_LATCH_REFUSE;
  inet = G_INET_SOCKET_ADDRESS (from);
  if (is_same (self->address, self->port, inet))
    {
      if (!admit_ssrc (self, ssrc, now))
        return TANDEM_LATCH_REFUSE;
      self->last_heard = now;
      self->candidate_count = 0;
      return TANDEM_LATCH_TAKE;
    }
  if ((self->last_heard != 0 && now - self->last_heard < QUIET)
      || g_inet_socket_address_get_port (inet) == 0
      || (now - self->renamed < FORMER && is_same (self->former, self->former_port, inet)))
    return TANDEM_LATCH_REFUSE;
  if (!is_convincing (self, inet, ssrc, sequence))
    return TANDEM_LATCH_REFUSE;
  if (self->last_moved != 0 && now - self->last_moved < MOVES)
    return TANDEM_LATCH_REFUSE;
  if (!admit_ssrc (self, ssrc, now))
    return TANDEM_LATCH_REFUSE;
  g_set_object (&self->address, g_inet_socket_address_get_address (inet));
  self->port = g_inet_socket_address_get_port (inet);
  self->last_heard = self->last_moved = now;
  self->candidate_count = 0;
  return TANDEM_LATCH_MOVED;
}

gboolean
tandem_latch_is_host (TandemLatch *self, GSocketAddress *from)
{
  return from != NULL && G_IS_INET_SOCKET_ADDRESS (from) && self->address != NULL
         && g_inet_address_equal (self->address,
                                  g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (from)));
}
