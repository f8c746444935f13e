/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream-private.h"

#include "concealer.h"
#include "key-listener.h"
#include "loose-pad.h"
#include "outlet.h"

#include <gst/rtp/gstrtpbuffer.h>

#include <stdio.h>
#include <string.h>

/* See stream.h. What comes: from the wire through the latch into rtpbin, and out of it through a decoder for
 * each payload type of each source to the bridge. Decoders are put in by rtpbin's threads while the
 * stream may be going down: they do so under the lock "building" and not at all once it is closing. */

#define COMFORT_NOISE 13 /* RFC 3389 */

/* What decodes one payload type of one source. */
typedef struct
{
  TandemStream *stream;
  TandemResampler *up;
  TandemConcealer *concealer; /* nullable */
  guint rate;
  TandemCoder *coder; /* nullable */
  TandemKeyListener *listener;
} Chain;

static void
chain_free (gpointer data)
{
  Chain *chain = data;

  tandem_resampler_free (chain->up);
  g_clear_pointer (&chain->concealer, tandem_concealer_free);
  g_clear_pointer (&chain->coder, tandem_coder_free);
  tandem_key_listener_free (chain->listener);
  g_free (chain);
}

const TandemFormat *
tandem_stream_find_format (TandemStream *self, int payload)
{
  for (guint i = 0; i < self->session.n_receive_formats; i++)
    {
      if (self->session.receive_formats[i].payload == payload)
        return &self->session.receive_formats[i];
    }
  return NULL;
}

GstCaps *
tandem_stream_make_caps (TandemStream *self, int payload)
{
  const TandemFormat *format = tandem_stream_find_format (self, payload);
  const char *encoding = "TELEPHONE-EVENT";
  guint rate = self->session.event_rate;

  if (format == NULL && payload == COMFORT_NOISE)
    {
      encoding = "CN";
      rate = 8000;
    }
  else if (format == NULL)
    return NULL;
  else if (format->codec != NULL)
    {
      encoding = format->codec->encoding;
      rate = format->codec->clock_rate;
    }
  return gst_caps_new_simple ("application/x-rtp", "media", G_TYPE_STRING, "audio", "clock-rate",
                              G_TYPE_INT, (int) rate, "encoding-name", G_TYPE_STRING, encoding,
                              "payload", G_TYPE_INT, payload, NULL);
}

static GstCaps *
on_request_pt_map (GstElement *rtpbin, guint session, guint payload, gpointer data)
{
  TandemStream *self = data;
  GstCaps *caps;

  g_mutex_lock (&self->mutex);
  caps = tandem_stream_make_caps (self, (int) payload);
  g_mutex_unlock (&self->mutex);
  return caps;
}

/* To the bridge, in pieces that fit. */
static void
deliver (Chain *chain, const gint16 *samples, gsize n)
{
  guint most = TANDEM_RESAMPLER_MAX * (chain->rate / 1000) / (TANDEM_SAMPLE_RATE / 1000);
  gint16 out[TANDEM_RESAMPLER_MAX];

  while (n > 0)
    {
      guint part = (guint) MIN (n, most);
      guint made = tandem_resampler_run (chain->up, samples, part, out);

      tandem_fifo_push (chain->stream->from_far, out, made);
      samples += part;
      n -= part;
    }
}

/* Keys as sound, unless they come as telephone-events. */
static void
listen (Chain *chain, const gint16 *samples, gsize n)
{
  const TandemStreamEvents *events = &chain->stream->events;

  while (n > 0 && g_atomic_int_get (&chain->stream->keys_as_sound))
    {
      gsize taken = n;
      const char key = tandem_key_listener_take (chain->listener, samples, &taken);

      if (key != '\0')
        events->digit (key, events->data);
      samples += taken;
      n -= taken;
    }
}

/* After a loss its beginning is blended with what stood in for it. */
static void
deliver_smoothly (Chain *chain, const gint16 *samples, gsize n)
{
  gint16 blended[TANDEM_RESAMPLER_MAX];

  listen (chain, samples, n);
  if (chain->concealer == NULL || n > G_N_ELEMENTS (blended))
    {
      deliver (chain, samples, n);
      return;
    }
  memcpy (blended, samples, n * sizeof *samples);
  tandem_concealer_take (chain->concealer, blended, (guint) n);
  deliver (chain, blended, n);
}

/* Decoded sound. */
static void
on_sound (GstBuffer *buffer, gpointer data)
{
  Chain *chain = data;
  GstMapInfo map;

  if (!g_atomic_int_get (&chain->stream->receiving) || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  deliver_smoothly (chain, (const gint16 *) (const void *) map.data, map.size / sizeof (gint16));
  gst_buffer_unmap (buffer, &map);
}

/* A packet for our own coder. */
static void
on_packet (GstBuffer *buffer, gpointer data)
{
  Chain *chain = data;
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  gint16 samples[TANDEM_RESAMPLER_MAX];
  gsize n;

  if (!g_atomic_int_get (&chain->stream->receiving)
      || !gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    return;
  n = tandem_coder_decode (chain->coder, gst_rtp_buffer_get_payload (&rtp),
                           gst_rtp_buffer_get_payload_len (&rtp), samples, G_N_ELEMENTS (samples));
  deliver_smoothly (chain, samples, n);
  gst_rtp_buffer_unmap (&rtp);
}

static void
on_lost (GstClockTime duration, gpointer data)
{
  Chain *chain = data;
  gint16 samples[TANDEM_RESAMPLER_MAX];
  guint64 n;

  if (chain->concealer == NULL || !g_atomic_int_get (&chain->stream->receiving))
    return;
  if (!GST_CLOCK_TIME_IS_VALID (duration))
    duration = chain->stream->ptime * GST_MSECOND;
  n = gst_util_uint64_scale (duration, chain->rate, GST_SECOND);
  n = tandem_concealer_fill (chain->concealer, samples, (guint) MIN (n, TANDEM_RESAMPLER_MAX / 3));
  deliver (chain, samples, n);
}

static GstElement *
make_outlet (TandemStream *self, const TandemCodec *codec)
{
  g_autoptr (GstCaps) caps = codec->coder != TANDEM_CODER_NONE
                                 ? gst_caps_new_empty_simple ("application/x-rtp")
                                 : tandem_codec_make_sound_caps (codec);
  TandemOutletFunctions functions = {
    .taken = codec->coder != TANDEM_CODER_NONE ? on_packet : on_sound,
    .lost = on_lost,
    .destroy = chain_free,
  };
  Chain *chain = g_new0 (Chain, 1);

  chain->stream = self;
  chain->listener = tandem_key_listener_new (codec->sample_rate);
  chain->up = tandem_resampler_new (codec->sample_rate, FALSE);
  chain->rate = codec->sample_rate;
  if (codec->coder != TANDEM_CODER_NONE)
    chain->coder = tandem_coder_new (codec->coder);
  if (!tandem_codec_conceals (codec))
    chain->concealer = tandem_concealer_new (codec->sample_rate);
  return tandem_outlet_new (caps, &functions, chain);
}

/* (nullable) (transfer floating) */
static GstElement *
make_chain (TandemStream *self, const TandemCodec *codec)
{
  GstElement *elements[3];

  if (codec->coder != TANDEM_CODER_NONE)
    return make_outlet (self, codec);
  elements[0] = gst_element_factory_make (codec->depayloader, NULL);
  elements[1] = tandem_codec_make_decoder (codec);
  elements[2] = make_outlet (self, codec);
  return tandem_stream_make_bin (elements, G_N_ELEMENTS (elements), "sink", NULL);
}

/* building is held. */
static void
put_in_chain (TandemStream *self, GstPad *pad, int payload)
{
  const TandemFormat *format;
  const TandemCodec *codec;
  g_autoptr (GstPad) target = NULL;
  GstElement *chain;

  g_mutex_lock (&self->mutex);
  format = tandem_stream_find_format (self, payload);
  codec = format != NULL ? format->codec : NULL;
  g_mutex_unlock (&self->mutex);
  if (codec != NULL)
    chain = make_chain (self, codec);
  else
    {
      chain = gst_element_factory_make ("fakesink", NULL);
      g_object_set (chain, "sync", FALSE, "async", FALSE, NULL);
    }
  gst_bin_add (GST_BIN (self->pipeline), chain);
  target = gst_element_get_static_pad (chain, "sink");
  gst_element_sync_state_with_parent (chain);
  if (gst_pad_link (pad, target) != GST_PAD_LINK_OK)
    g_warning ("The receiving side cannot be linked");
  g_object_set_data_full (G_OBJECT (pad), "tandem-chain", gst_object_ref (chain), gst_object_unref);
}

static void
on_pad_added (GstElement *rtpbin, GstPad *pad, gpointer data)
{
  TandemStream *self = data;
  guint session, ssrc, payload;

  if (sscanf (GST_PAD_NAME (pad), "recv_rtp_src_%u_%u_%u", &session, &ssrc, &payload) != 3)
    return;
  g_mutex_lock (&self->building);
  if (!self->closing)
    put_in_chain (self, pad, (int) payload);
  g_mutex_unlock (&self->building);
}

/* A source that is gone (a time-out of rtpbin) takes its decoder with it. */
static void
on_pad_removed (GstElement *rtpbin, GstPad *pad, gpointer data)
{
  TandemStream *self = data;
  GstElement *chain = g_object_get_data (G_OBJECT (pad), "tandem-chain");
  gboolean removed = FALSE;

  if (chain == NULL)
    return;
  gst_object_ref (chain);
  g_mutex_lock (&self->building);
  if (!self->closing)
    removed = gst_bin_remove (GST_BIN (self->pipeline), chain);
  g_mutex_unlock (&self->building);
  if (removed)
    gst_element_set_state (chain, GST_STATE_NULL);
  gst_object_unref (chain);
}

static gboolean
is_rtcp (const guint8 *bytes, gsize length)
{
  return length >= 8 && bytes[1] >= 192 && bytes[1] <= 223;
}

static gboolean
is_from_host (TandemStream *self, GSocketAddress *from)
{
  gboolean known;

  g_mutex_lock (&self->mutex);
  known = !self->left && tandem_latch_is_host (&self->latch, from);
  g_mutex_unlock (&self->mutex);
  return known;
}

/* The mutex is held. */
static void
follow_sender (TandemStream *self, GSocketAddress *from)
{
  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (from);
  GInetAddress *address = g_inet_socket_address_get_address (inet);
  g_autofree char *host = g_inet_address_to_string (address);
  guint port = g_inet_socket_address_get_port (inet);

  g_info ("Sound comes from %s port %u and goes there now", host, port);
  tandem_wire_set_far (self->wire, address, port, self->mux ? port : MIN (port + 1, G_MAXUINT16));
}

/* One packet in: who sent it, is it one that we agreed on, is it a digit? */
static gboolean
take_packet (
    TandemStream *self, GstRTPBuffer *rtp, GSocketAddress *from, gboolean *first, char *digit)
{
  gint64 now = g_get_monotonic_time ();
  TandemLatchVerdict verdict = TANDEM_LATCH_REFUSE;
  int payload = gst_rtp_buffer_get_payload_type (rtp);
  const TandemFormat *format;

  g_mutex_lock (&self->mutex);
  format = tandem_stream_find_format (self, payload);
  if (!self->left && (format != NULL || payload == COMFORT_NOISE))
    verdict = tandem_latch_look (&self->latch, from, gst_rtp_buffer_get_ssrc (rtp),
                                 gst_rtp_buffer_get_seq (rtp), now);
  if (verdict == TANDEM_LATCH_MOVED)
    follow_sender (self, from);
  if (verdict != TANDEM_LATCH_REFUSE)
    {
      if (format != NULL && format->codec == NULL)
        *digit = tandem_event_receiver_look (&self->receiver, gst_rtp_buffer_get_payload (rtp),
                                             gst_rtp_buffer_get_payload_len (rtp),
                                             gst_rtp_buffer_get_timestamp (rtp));
      self->counted.packets_received++;
      self->counted.bytes_received += gst_buffer_get_size (rtp->buffer);
      self->last_received = now;
      *first = !self->heard;
      self->heard = TRUE;
    }
  g_mutex_unlock (&self->mutex);
  return verdict != TANDEM_LATCH_REFUSE;
}

/* (transfer full): as it came just now. */
static GstBuffer *
make_buffer (TandemStream *self, const guint8 *bytes, gsize length)
{
  GstBuffer *buffer = gst_buffer_new_memdup (bytes, length);

  GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) = gst_clock_get_time (self->clock);
  return buffer;
}

/* An echo that gives back our own packets is a far end like any other; rtpbin would take it for a loop (RFC
 * 3550 8.2), unless it comes by another name. */
static void
rename_echo (TandemStream *self, GstRTPBuffer *rtp)
{
  if (gst_rtp_buffer_get_ssrc (rtp) == self->ssrc)
    gst_rtp_buffer_set_ssrc (rtp, ~self->ssrc);
}

static void
on_report (TandemStream *self, const guint8 *bytes, gsize length, GSocketAddress *from)
{
  if (GST_READ_UINT32_BE (bytes + 4) != self->ssrc && is_from_host (self, from))
    gst_pad_push (self->rtcp_in, make_buffer (self, bytes, length));
}

void
tandem_stream_on_packet (
    const guint8 *bytes, gsize length, gboolean control, GSocketAddress *from, gpointer data)
{
  TandemStream *self = data;
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  gboolean first = FALSE, taken;
  g_autoptr (GstBuffer) buffer = NULL;
  char digit = '\0';

  if (is_rtcp (bytes, length))
    {
      if (control || self->mux)
        on_report (self, bytes, length, from);
      return;
    }
  if (control || length == 0)
    return;
  buffer = make_buffer (self, bytes, length);
  if (!gst_rtp_buffer_map (buffer, GST_MAP_READWRITE, &rtp))
    return;
  taken = take_packet (self, &rtp, from, &first, &digit);
  if (taken)
    rename_echo (self, &rtp);
  gst_rtp_buffer_unmap (&rtp);
  if (first)
    self->events.started (self->events.data);
  if (digit != '\0')
    self->events.digit (digit, self->events.data);
  if (taken)
    gst_pad_push (self->rtp_in, g_steal_pointer (&buffer));
}

static void
drop_reference (gpointer data, GClosure *closure)
{
  tandem_stream_unref (data);
}

/* The handlers keep the stream, as rtpbin's threads may be in one when it is closed. */
static void
connect (TandemStream *self, const char *signal, GCallback handler)
{
  g_signal_connect_data (self->rtpbin, signal, handler, tandem_stream_ref (self), drop_reference,
                         G_CONNECT_DEFAULT);
}

gboolean
tandem_stream_build_receiver (TandemStream *self)
{
  g_autoptr (GstPad) rtp = gst_element_request_pad_simple (self->rtpbin, "recv_rtp_sink_0");
  g_autoptr (GstPad) rtcp = gst_element_request_pad_simple (self->rtpbin, "recv_rtcp_sink_0");

  connect (self, "request-pt-map", G_CALLBACK (on_request_pt_map));
  connect (self, "pad-added", G_CALLBACK (on_pad_added));
  connect (self, "pad-removed", G_CALLBACK (on_pad_removed));
  self->rtp_in = tandem_loose_pad_new_source (rtp);
  self->rtcp_in = tandem_loose_pad_new_source (rtcp);
  return self->rtp_in != NULL && self->rtcp_in != NULL;
}

void
tandem_stream_begin_receiver (TandemStream *self)
{
  g_autoptr (GstCaps) control = gst_caps_new_empty_simple ("application/x-rtcp");
  g_autoptr (GstCaps) caps = NULL;

  g_mutex_lock (&self->mutex);
  caps = tandem_stream_make_caps (self, self->session.receive_formats[0].payload);
  g_mutex_unlock (&self->mutex);
  tandem_loose_pad_begin (self->rtp_in, caps);
  tandem_loose_pad_begin (self->rtcp_in, control);
}
