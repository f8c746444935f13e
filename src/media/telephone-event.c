/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "telephone-event.h"

#include <gst/rtp/gstrtpbuffer.h>

#include <string.h>

/* See telephone-event.h. A digit lasts 100 ms, its end is sent three times (RFC 4733 2.5.1.4), and 60 ms
 * of sound come before the next. */

#define DIGITS "0123456789*#ABCD"
#define DURATION 100 /* ms */
#define ENDS 3
#define PAUSE 60 /* ms */
#define VOLUME 10
#define MAX_WAITING 256

int
tandem_telephone_event_from_digit (char digit)
{
  const char *found = digit != '\0' ? strchr (DIGITS, g_ascii_toupper (digit)) : NULL;

  return found != NULL ? (int) (found - DIGITS) : -1;
}

char
tandem_telephone_event_to_digit (int event)
{
  return event >= 0 && event <= 15 ? DIGITS[event] : '\0';
}

void
tandem_event_sender_init (TandemEventSender *self)
{
  memset (self, 0, sizeof *self);
  g_mutex_init (&self->mutex);
  self->digits = g_string_new (NULL);
}

void
tandem_event_sender_clear (TandemEventSender *self)
{
  g_string_free (self->digits, TRUE);
  g_mutex_clear (&self->mutex);
}

void
tandem_event_sender_add (TandemEventSender *self, const char *digits)
{
  g_mutex_lock (&self->mutex);
  if (self->digits->len + strlen (digits) <= MAX_WAITING)
    g_string_append (self->digits, digits);
  g_mutex_unlock (&self->mutex);
}

static gboolean
begin_next (TandemEventSender *self, guint32 timestamp)
{
  if (self->pause > 0)
    {
      self->pause--;
      return FALSE;
    }
  if (self->digits->len == 0)
    return FALSE;
  self->event = tandem_telephone_event_from_digit (self->digits->str[0]);
  g_string_erase (self->digits, 0, 1);
  self->timestamp = timestamp;
  self->packets = self->ends = 0;
  self->sending = self->event >= 0;
  return self->sending;
}

static GstBuffer *
make_packet (TandemEventSender *self,
             GstRTPBuffer *audio,
             GstBuffer *original,
             int payload,
             guint rate,
             guint ptime)
{
  GstBuffer *buffer = gst_rtp_buffer_new_allocate (4, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  guint duration = MIN ((self->packets + 1) * ptime * (rate / 1000), G_MAXUINT16);
  gboolean end = (self->packets + 1) * ptime >= DURATION;
  guint8 *data;

  gst_rtp_buffer_map (buffer, GST_MAP_READWRITE, &rtp);
  gst_rtp_buffer_set_ssrc (&rtp, gst_rtp_buffer_get_ssrc (audio));
  gst_rtp_buffer_set_seq (&rtp, gst_rtp_buffer_get_seq (audio));
  gst_rtp_buffer_set_timestamp (&rtp, self->timestamp);
  gst_rtp_buffer_set_payload_type (&rtp, (guint8) payload);
  gst_rtp_buffer_set_marker (&rtp, self->packets == 0);
  data = gst_rtp_buffer_get_payload (&rtp);
  data[0] = (guint8) self->event;
  data[1] = (guint8) ((end ? 0x80 : 0) | VOLUME);
  data[2] = (guint8) (duration >> 8);
  data[3] = (guint8) duration;
  gst_rtp_buffer_unmap (&rtp);
  GST_BUFFER_PTS (buffer) = GST_BUFFER_PTS (original);
  GST_BUFFER_DTS (buffer) = GST_BUFFER_DTS (original);
  GST_BUFFER_DURATION (buffer) = GST_BUFFER_DURATION (original);
  if (!end)
    self->packets++;
  else if (++self->ends >= ENDS)
    {
      self->sending = FALSE;
      self->pause = PAUSE / ptime;
    }
  return buffer;
}

GstBuffer *
tandem_event_sender_replace (
    TandemEventSender *self, GstBuffer *packet, int payload, guint rate, guint ptime)
{
  GstRTPBuffer audio = GST_RTP_BUFFER_INIT;
  GstBuffer *made = NULL;

  g_mutex_lock (&self->mutex);
  if ((self->sending || self->pause > 0 || self->digits->len > 0)
      && gst_rtp_buffer_map (packet, GST_MAP_READ, &audio))
    {
      if (self->sending || begin_next (self, gst_rtp_buffer_get_timestamp (&audio)))
        made = make_packet (self, &audio, packet, payload, rate, ptime);
      gst_rtp_buffer_unmap (&audio);
    }
  g_mutex_unlock (&self->mutex);
  if (made == NULL)
    return packet;
  gst_buffer_unref (packet);
  return made;
}

char
tandem_event_receiver_look (TandemEventReceiver *self,
                            const guint8 *payload,
                            guint length,
                            guint32 timestamp)
{
  if (length < 4 || payload[0] > 15 || (self->any && self->timestamp == timestamp))
    return '\0';
  self->any = TRUE;
  self->timestamp = timestamp;
  return tandem_telephone_event_to_digit (payload[0]);
}
