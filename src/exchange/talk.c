/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk.h"

#include <math.h>
#include <string.h>

#define FRAME_MS 20
#define FRAME_SAMPLES 160
#define USUAL_HZ 440
#define RATE 8000
#define MOST_LATE_FRAMES 5
#define HEADER 12

struct _TandemExchangeTalk
{
  TandemExchangeTalkKind kind;
  GSocket *rtp, *rtcp;
  GSource *rtp_source, *rtcp_source;
  guint port;
  TandemExchangeDigit digit;
  gpointer data;

  GSocketAddress *peer;
  int payload, event;
  gboolean receives;
  guint received, sent;
  gboolean event_seen;
  guint32 event_time;

  guint timer;
  gint64 next_frame;
  guint hertz;
  guint32 ssrc, time;
  guint16 sequence;
  guint phase;
};

static guint8
to_ulaw (gint16 sample)
{
  int value = sample < 0 ? -sample : sample;
  guint8 sign = sample < 0 ? 0x80 : 0;
  int exponent = 7;

  value = MIN (value, 32635) + 132;
  for (int mask = 0x4000; (value & mask) == 0 && exponent > 0; mask >>= 1)
    exponent--;
  return (guint8) ~(sign | (exponent << 4) | ((value >> (exponent + 3)) & 0x0f));
}

static guint8
to_alaw (gint16 sample)
{
  int value = sample < 0 ? -sample - 1 : sample;
  guint8 sign = sample < 0 ? 0 : 0x80;
  int exponent = 7;

  if (value < 256)
    return (guint8) ((sign | (value >> 4)) ^ 0x55);
  for (int mask = 0x4000; (value & mask) == 0 && exponent > 1; mask >>= 1)
    exponent--;
  return (guint8) ((sign | (exponent << 4) | ((value >> (exponent + 3)) & 0x0f)) ^ 0x55);
}

static void
put16 (guint8 *at, guint value)
{
  at[0] = (guint8) (value >> 8);
  at[1] = (guint8) value;
}

static void
put32 (guint8 *at, guint32 value)
{
  put16 (at, value >> 16);
  put16 (at + 2, value & 0xffff);
}

static guint32
get32 (const guint8 *at)
{
  return ((guint32) at[0] << 24) | ((guint32) at[1] << 16) | ((guint32) at[2] << 8) | at[3];
}

static void
send_packet (TandemExchangeTalk *self, const guint8 *packet, gsize length)
{
  if (self->peer != NULL && self->receives
      && g_socket_send_to (self->rtp, self->peer, (const char *) packet, length, NULL, NULL) > 0)
    self->sent++;
}

static void
send_tone (TandemExchangeTalk *self)
{
  guint8 packet[HEADER + FRAME_SAMPLES] = { 0x80 };

  packet[1] = (guint8) self->payload | (self->sent == 0 ? 0x80 : 0);
  put16 (packet + 2, self->sequence++);
  put32 (packet + 4, self->time);
  put32 (packet + 8, self->ssrc);
  self->time += FRAME_SAMPLES;
  for (guint i = 0; i < FRAME_SAMPLES; i++)
    {
      gint16 sample = (gint16) (6500 * sin (2 * G_PI * self->hertz * self->phase / RATE));

      self->phase = (self->phase + 1) % RATE;
      packet[HEADER + i] = self->payload == 8 ? to_alaw (sample) : to_ulaw (sample);
    }
  send_packet (self, packet, sizeof packet);
}

static gboolean
on_frame (gpointer data)
{
  TandemExchangeTalk *self = data;
  gint64 now = g_get_monotonic_time ();

  if (now - self->next_frame > MOST_LATE_FRAMES * FRAME_MS * 1000)
    self->next_frame = now;
  for (; self->next_frame <= now; self->next_frame += FRAME_MS * 1000)
    send_tone (self);
  return G_SOURCE_CONTINUE;
}

/* RFC 4733 2.3: all packets of one event carry one timestamp. */
static void
read_event (TandemExchangeTalk *self, const guint8 *packet, gsize length)
{
  static const char digits[] = "0123456789*#ABCD";
  guint32 time = get32 (packet + 4);

  if (length < HEADER + 4 || packet[HEADER] >= sizeof digits - 1
      || (self->event_seen && self->event_time == time))
    return;
  self->event_seen = TRUE;
  self->event_time = time;
  self->digit (digits[packet[HEADER]], self->data);
}

/* The echo has an SSRC of its own: a phone that hears its own takes it for a loop (RFC 3550 8.2). */
static gboolean
on_packet (GSocket *socket, GIOCondition condition, gpointer data)
{
  TandemExchangeTalk *self = data;
  g_autoptr (GSocketAddress) source = NULL;
  guint8 packet[2048];
  gssize length
      = g_socket_receive_from (socket, &source, (char *) packet, sizeof packet, NULL, NULL);

  if (length < HEADER || source == NULL || (packet[0] & 0xc0) != 0x80
      || (packet[1] >= 192 && packet[1] <= 223))
    return G_SOURCE_CONTINUE;
  self->received++;
  g_set_object (&self->peer, source);
  if ((packet[1] & 0x7f) == self->event)
    read_event (self, packet, (gsize) length);
  if (self->kind == TANDEM_EXCHANGE_TALK_ECHO)
    {
      put32 (packet + 8, get32 (packet + 8) ^ self->ssrc);
      send_packet (self, packet, (gsize) length);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_control (GSocket *socket, GIOCondition condition, gpointer data)
{
  char packet[2048];

  g_socket_receive (socket, packet, sizeof packet, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static GSocket *
bind_port (GInetAddress *host, guint port, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (host),
                                             G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (host, (guint16) port);

  if (socket == NULL)
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  return g_socket_bind (socket, address, FALSE, error) ? g_steal_pointer (&socket) : NULL;
}

/* The kernel chooses the first port; an odd one, or one with a taken neighbour, is given back. */
static gboolean
bind_pair (TandemExchangeTalk *self, GInetAddress *host, GError **error)
{
  for (guint attempt = 0; attempt < 64; attempt++)
    {
      g_autoptr (GSocket) first = bind_port (host, 0, error);
      g_autoptr (GSocketAddress) address = NULL;

      if (first == NULL)
        return FALSE;
      address = g_socket_get_local_address (first, error);
      if (address == NULL)
        return FALSE;
      self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
      if (self->port % 2 != 0 || self->port == 65534)
        continue;
      self->rtcp = bind_port (host, self->port + 1, NULL);
      if (self->rtcp == NULL)
        continue;
      self->rtp = g_steal_pointer (&first);
      return TRUE;
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "No pair of ports is free");
  return FALSE;
}

static GSource *
watch (GSocket *socket, GSocketSourceFunc callback, gpointer data)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (callback), data, NULL);
  g_source_attach (source, NULL);
  return source;
}

TandemExchangeTalk *
tandem_exchange_talk_new (TandemExchangeTalkKind kind,
                          const char *host,
                          TandemExchangeDigit digit,
                          gpointer data,
                          GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  g_autoptr (TandemExchangeTalk) self = g_new0 (TandemExchangeTalk, 1);

  g_return_val_if_fail (address != NULL, NULL);
  if (!bind_pair (self, address, error))
    return NULL;
  self->kind = kind;
  self->digit = digit;
  self->data = data;
  self->event = -1;
  self->hertz = USUAL_HZ;
  self->ssrc = g_random_int () | 1;
  self->sequence = (guint16) g_random_int ();
  self->time = g_random_int ();
  self->rtp_source = watch (self->rtp, on_packet, self);
  self->rtcp_source = watch (self->rtcp, on_control, self);
  return g_steal_pointer (&self);
}

void
tandem_exchange_talk_free (TandemExchangeTalk *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->rtp_source != NULL)
    g_source_destroy (self->rtp_source);
  if (self->rtcp_source != NULL)
    g_source_destroy (self->rtcp_source);
  g_clear_pointer (&self->rtp_source, g_source_unref);
  g_clear_pointer (&self->rtcp_source, g_source_unref);
  g_clear_object (&self->rtp);
  g_clear_object (&self->rtcp);
  g_clear_object (&self->peer);
  g_free (self);
}

guint
tandem_exchange_talk_get_port (TandemExchangeTalk *self)
{
  return self->port;
}

void
tandem_exchange_talk_set_peer (TandemExchangeTalk *self,
                               const char *host,
                               guint port,
                               int payload,
                               int event,
                               gboolean receives)
{
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  self->payload = payload;
  self->event = event;
  self->receives = receives;
  if (address != NULL && g_inet_address_get_is_loopback (address) && port > 0)
    {
      g_clear_object (&self->peer);
      self->peer = g_inet_socket_address_new (address, (guint16) port);
    }
  if (self->kind == TANDEM_EXCHANGE_TALK_TONE && self->timer == 0)
    {
      self->next_frame = g_get_monotonic_time ();
      self->timer = g_timeout_add (FRAME_MS, on_frame, self);
    }
}

guint
tandem_exchange_talk_get_received (TandemExchangeTalk *self)
{
  return self->received;
}

guint
tandem_exchange_talk_get_sent (TandemExchangeTalk *self)
{
  return self->sent;
}

void
tandem_exchange_talk_set_tone (TandemExchangeTalk *self, guint hertz)
{
  self->hertz = hertz;
}
