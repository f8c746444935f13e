/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream-private.h"

#include "loose-pad.h"

#include <gst/rtp/gstrtpbuffer.h>

#include <string.h>

/* See stream.h. What goes: a packet's worth of frames from the bridge, encoded on the bridge's own thread,
 * through rtpbin onto the wire. Nothing on this way may wait. */

/* A packet that is about to go: it may become a digit. (transfer full) both ways. */
static GstBuffer *
finish_packet (TandemStream *self, GstBuffer *buffer)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  guint16 sequence = 0;
  gboolean is_rtp;
  int payload;
  guint rate;

  g_mutex_lock (&self->quick);
  payload = self->event_payload;
  rate = self->event_rate;
  g_mutex_unlock (&self->quick);
  if (payload >= 0)
    buffer = tandem_event_sender_replace (&self->sender, buffer, payload, rate, self->ptime);
  is_rtp = gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp);
  if (is_rtp)
    {
      sequence = (guint16) (gst_rtp_buffer_get_seq (&rtp) + 1);
      gst_rtp_buffer_unmap (&rtp);
    }
  g_mutex_lock (&self->quick);
  if (is_rtp)
    self->sequence = sequence;
  self->has_sent = self->has_sent || is_rtp;
  self->packets_sent++;
  self->bytes_sent += gst_buffer_get_size (buffer);
  g_mutex_unlock (&self->quick);
  return buffer;
}

static GstPadProbeReturn
on_payload (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GST_PAD_PROBE_INFO_DATA (info) = finish_packet (data, GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_OK;
}

static GstFlowReturn
put_on_wire (TandemStream *self, gboolean control, GstBuffer *buffer)
{
  GstMapInfo map;

  if (g_atomic_int_get (&self->has_address) && gst_buffer_map (buffer, &map, GST_MAP_READ))
    {
      tandem_wire_send (self->wire, control, map.data, map.size);
      gst_buffer_unmap (buffer, &map);
    }
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static GstFlowReturn
on_rtp (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  return put_on_wire (tandem_loose_pad_get_data (pad), FALSE, buffer);
}

static GstFlowReturn
on_rtcp (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  return put_on_wire (tandem_loose_pad_get_data (pad), TRUE, buffer);
}

/* (transfer full): for the encoder. */
static GstBuffer *
make_sound (TandemStream *self, guint n)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, n * sizeof (gint16), NULL);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  tandem_resampler_run (self->down, self->gathered, self->packet, (gint16 *) (void *) map.data);
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

/* (transfer full): a packet by our own coder, with the numbers that a payloader would give it. */
static GstBuffer *
make_packet (TandemStream *self, guint n, GstClockTime time, gboolean first)
{
  GstBuffer *buffer
      = gst_rtp_buffer_new_allocate ((guint) tandem_coder_get_size (self->coder, n), 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  gint16 samples[TANDEM_RESAMPLER_MAX];
  guint64 position = gst_util_uint64_scale (time, self->codec->clock_rate, GST_SECOND);
  guint16 sequence;

  g_mutex_lock (&self->quick);
  sequence = self->sequence;
  g_mutex_unlock (&self->quick);
  tandem_resampler_run (self->down, self->gathered, self->packet, samples);
  gst_rtp_buffer_map (buffer, GST_MAP_READWRITE, &rtp);
  gst_rtp_buffer_set_payload_type (&rtp, self->payload);
  gst_rtp_buffer_set_seq (&rtp, sequence);
  gst_rtp_buffer_set_timestamp (&rtp, self->timestamp_offset + (guint32) position);
  gst_rtp_buffer_set_ssrc (&rtp, self->ssrc);
  gst_rtp_buffer_set_marker (&rtp, first);
  tandem_coder_encode (self->coder, samples, n, gst_rtp_buffer_get_payload (&rtp));
  gst_rtp_buffer_unmap (&rtp);
  return buffer;
}

void
tandem_stream_on_frame (const gint16 *frame, gpointer data)
{
  TandemStream *self = data;
  guint n = self->packet / (TANDEM_SAMPLE_RATE / self->codec->sample_rate);
  gboolean is_own = self->codec->coder != TANDEM_CODER_NONE;
  GstClockTime time;
  GstBuffer *buffer;

  memcpy (self->gathered + self->n_gathered, frame, TANDEM_FRAME * sizeof *frame);
  self->n_gathered += TANDEM_FRAME;
  if (self->n_gathered < self->packet)
    return;
  self->n_gathered = 0;
  time = self->base
         + gst_util_uint64_scale (self->packets * self->packet, GST_SECOND, TANDEM_SAMPLE_RATE);
  self->packets++;
  if (!g_atomic_int_get (&self->sending))
    {
      self->is_talking = FALSE;
      return;
    }
  buffer = is_own ? make_packet (self, n, time, !self->is_talking) : make_sound (self, n);
  self->is_talking = TRUE;
  GST_BUFFER_PTS (buffer) = time;
  GST_BUFFER_DURATION (buffer)
      = gst_util_uint64_scale (self->packet, GST_SECOND, TANDEM_SAMPLE_RATE);
  gst_pad_push (self->near, is_own ? finish_packet (self, buffer) : buffer);
}

static void
continue_numbers (TandemStream *self, GstElement *payloader)
{
  g_object_set (payloader, "pt", (guint) self->payload, "ssrc", self->ssrc, "timestamp-offset",
                self->timestamp_offset, NULL);
  if (self->has_sent)
    g_object_set (payloader, "seqnum-offset", (int) self->sequence, NULL);
}

/* From the bridge to rtpbin, by elements. */
static gboolean
build_encoder (TandemStream *self)
{
  GstElement *elements[] = {
    tandem_codec_make_encoder (self->codec, self->ptime),
    tandem_codec_make_payloader (self->codec, self->ptime),
  };
  g_autoptr (GstPad) first = NULL, in = NULL, out = NULL, rtp = NULL;
  GstElement *bin;

  if (elements[0] == NULL || elements[1] == NULL)
    {
      for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
        gst_clear_object (&elements[i]);
      return FALSE;
    }
  continue_numbers (self, elements[1]);
  first = gst_element_get_static_pad (elements[0], "sink");
  bin = tandem_stream_make_bin (elements, G_N_ELEMENTS (elements), NULL, "src");
  in = gst_object_ref_sink (gst_ghost_pad_new ("sink", first));
  gst_element_add_pad (bin, in);
  gst_bin_add (GST_BIN (self->pipeline), bin);
  out = gst_element_get_static_pad (bin, "src");
  rtp = gst_element_request_pad_simple (self->rtpbin, "send_rtp_sink_0");
  gst_pad_add_probe (out, GST_PAD_PROBE_TYPE_BUFFER, on_payload, self, NULL);
  self->near = tandem_loose_pad_new_source (in);
  return self->near != NULL && rtp != NULL && gst_pad_link (out, rtp) == GST_PAD_LINK_OK;
}

static gboolean
link_near (TandemStream *self)
{
  g_autoptr (GstPad) rtp = gst_element_request_pad_simple (self->rtpbin, "send_rtp_sink_0");

  if (!self->has_sent)
    self->sequence = (guint16) g_random_int_range (0, G_MAXUINT16 / 2);
  self->near = tandem_loose_pad_new_source (rtp);
  return self->near != NULL;
}

gboolean
tandem_stream_build_sender (TandemStream *self)
{
  g_autoptr (GstPad) rtp = NULL, rtcp = NULL;

  if (self->codec->coder != TANDEM_CODER_NONE ? !link_near (self) : !build_encoder (self))
    return FALSE;
  rtp = gst_element_get_static_pad (self->rtpbin, "send_rtp_src_0");
  rtcp = gst_element_request_pad_simple (self->rtpbin, "send_rtcp_src_0");
  if (rtp == NULL || rtcp == NULL)
    return FALSE;
  self->rtp_out = tandem_loose_pad_new_sink (rtp, on_rtp, self);
  self->rtcp_out = tandem_loose_pad_new_sink (rtcp, on_rtcp, self);
  return self->rtp_out != NULL && self->rtcp_out != NULL;
}

void
tandem_stream_begin_sender (TandemStream *self)
{
  g_autoptr (GstCaps) caps = NULL;

  if (self->codec->coder == TANDEM_CODER_NONE)
    caps = tandem_codec_make_sound_caps (self->codec);
  else
    caps = gst_caps_new_simple ("application/x-rtp", "media", G_TYPE_STRING, "audio", "clock-rate",
                                G_TYPE_INT, (int) self->codec->clock_rate, "encoding-name",
                                G_TYPE_STRING, self->codec->encoding, "payload", G_TYPE_INT,
                                (int) self->payload, "ssrc", G_TYPE_UINT, self->ssrc, NULL);
  tandem_loose_pad_begin_sink (self->rtp_out);
  tandem_loose_pad_begin (self->near, caps);
}
