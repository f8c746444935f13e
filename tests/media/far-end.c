/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "far-end.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* See far-end.h. */

void
far_end_init (FarEnd *self, const char *address)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (inet, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  memset (self, 0, sizeof *self);
  self->rtp
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);
  g_assert_no_error (error);
  g_socket_bind (self->rtp, any, FALSE, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (self->rtp, FALSE);
  bound = g_socket_get_local_address (self->rtp, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->address = g_strdup (address);
  self->ssrc = g_random_int ();
  self->sequence = 1000;
}

void
far_end_clear (FarEnd *self)
{
  g_object_unref (self->rtp);
  g_free (self->address);
}

char *
far_end_offer (FarEnd *self, const char *media, const char *attributes)
{
  if (media[0] != '\0')
    return g_strdup_printf ("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n%s%s",
                            self->address, self->address, media, attributes);
  return g_strdup_printf ("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
                          "m=audio %u RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
                          "a=rtpmap:101 telephone-event/8000\r\n%s",
                          self->address, self->address, self->port, attributes);
}

static guint8
encode_mulaw (int sample)
{
  int sign = sample < 0 ? 0x80 : 0, exponent = 7;

  sample = MIN (ABS (sample), 32635) + 132;
  while (exponent > 0 && (sample & (0x80 << exponent)) == 0)
    exponent--;
  return (guint8) ~(sign | exponent << 4 | ((sample >> (exponent + 3)) & 0x0f));
}

void
far_end_send_raw (FarEnd *self, const char *to, guint port, const guint8 *bytes, gsize length)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (to, port);

  g_socket_send_to (self->rtp, address, (const char *) bytes, length, NULL, NULL);
}

void
far_end_send (FarEnd *self,
              const char *to,
              guint port,
              guint payload_type,
              gboolean marker,
              const guint8 *payload,
              gsize length)
{
  guint8 packet[1500] = { 0x80, (guint8) (payload_type | (marker ? 0x80 : 0)) };
  guint16 sequence = GUINT16_TO_BE (self->sequence);
  guint32 timestamp = GUINT32_TO_BE (self->timestamp), ssrc = GUINT32_TO_BE (self->ssrc);

  g_assert_cmpuint (length, <=, sizeof packet - 12);
  memcpy (packet + 2, &sequence, 2);
  memcpy (packet + 4, &timestamp, 4);
  memcpy (packet + 8, &ssrc, 4);
  memcpy (packet + 12, payload, length);
  self->sequence++;
  far_end_send_raw (self, to, port, packet, length + 12);
}

void
far_end_send_tone (FarEnd *self, const char *to, guint port, double frequency)
{
  guint8 payload[160];

  for (guint i = 0; i < sizeof payload; i++)
    {
      payload[i] = encode_mulaw (frequency > 0 ? (int) (6000 * sin (self->phase)) : 0);
      self->phase = fmod (self->phase + 2 * G_PI * frequency / 8000, 2 * G_PI);
    }
  far_end_send (self, to, port, 0, FALSE, payload, sizeof payload);
  self->timestamp += sizeof payload;
}

gsize
far_end_receive (FarEnd *self, guint8 *bytes, gsize size, guint ms)
{
  gssize length;

  if (!g_socket_condition_timed_wait (self->rtp, G_IO_IN, ms * G_TIME_SPAN_MILLISECOND, NULL, NULL))
    return 0;
  length = g_socket_receive (self->rtp, (char *) bytes, size, NULL, NULL);
  return length > 0 ? (gsize) length : 0;
}

guint
far_end_count (FarEnd *self)
{
  guint8 bytes[2048];

  while (far_end_receive (self, bytes, sizeof bytes, 0) > 0)
    self->received++;
  return self->received;
}

guint
far_end_drain (FarEnd *self)
{
  guint n = far_end_count (self);

  self->received = 0;
  return n;
}

guint
far_end_read_port (const char *sdp)
{
  const char *line = strstr (sdp, "m=audio ");
  guint port = 0;

  g_assert_nonnull (line);
  g_assert_cmpint (sscanf (line, "m=audio %u", &port), ==, 1);
  return port;
}
