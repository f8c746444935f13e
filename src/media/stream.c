/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream.h"

#include "concealer.h"
#include "latch.h"
#include "resampler.h"
#include "telephone-event.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/net/gstnetaddressmeta.h>
#include <gst/rtp/gstrtpbuffer.h>

#include <stdio.h>
#include <string.h>

/* See stream.h. Sending and receiving run on; what is not wanted (hold, a direction that was not agreed)
 * is not sent or is dropped, so that no state of a pipeline changes in a call. Elements work at the codec's
 * rate; the way from and to the bridge's 48 kHz is ours, which spares two elements each way. */

#define JITTER_BUFFER 60 /* ms */
#define DSCP_EF 46
#define FIFO_TARGET (2 * TANDEM_FRAME)
#define COMFORT_NOISE 13 /* RFC 3389 */
#define PATIENCE (2 * GST_SECOND)

struct _TandemStream
{
  gatomicrefcount references;
  TandemBridge *bridge;
  GSocket *rtp, *rtcp;
  const TandemCodec *codec;
  guint ptime;
  TandemStreamEvents events;
  TandemStream *previous;

  GMutex mutex; /* of what follows; never taken on the bridge's thread */
  TandemSession session;
  gboolean ready, left, heard, muted, held;
  TandemLatch latch;
  gint64 last_received;
  TandemLegStatistics counted;
  guint64 lost_before; /* by streams before this one */
  guint32 ssrc, timestamp_offset;
  guint16 sequence; /* of the next packet */
  gboolean has_sent;
  TandemBridgePort *port;
  GstElement *pipeline, *rtpbin, *rtp_sink, *rtcp_sink;

  int sending, receiving, has_address; /* atomic */

  TandemFifo *from_far;
  GstElement *source;
  GstElement *rtcp_source; /* with rtcp-mux: for what the RTP socket brings */
  TandemEventSender sender;
  TandemEventReceiver receiver;

  /* bridge's thread */
  TandemResampler *down;
  gint16 gathered[TANDEM_RESAMPLER_MAX];
  guint n_gathered, packet; /* samples of 48 kHz */
  GstClockTime base;
  guint64 packets;
};

/* What decodes one payload type of one source. */
typedef struct
{
  TandemStream *stream;
  TandemResampler *up;
  TandemConcealer *concealer; /* nullable */
  guint rate;
} Chain;

static void
chain_free (gpointer data)
{
  Chain *chain = data;

  tandem_resampler_free (chain->up);
  g_clear_pointer (&chain->concealer, tandem_concealer_free);
  g_free (chain);
}

static const TandemFormat *
find_format (TandemStream *self, int payload)
{
  for (guint i = 0; i < self->session.n_receive_formats; i++)
    {
      if (self->session.receive_formats[i].payload == payload)
        return &self->session.receive_formats[i];
    }
  return NULL;
}

/* The mutex is held, or the stream is not open yet. */
static GstCaps *
make_caps (TandemStream *self, int payload)
{
  const TandemFormat *format = find_format (self, payload);
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
  caps = make_caps (self, (int) payload);
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

static GstFlowReturn
on_sample (GstAppSink *sink, gpointer data)
{
  Chain *chain = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstBuffer *buffer = sample != NULL ? gst_sample_get_buffer (sample) : NULL;
  GstMapInfo map;

  if (buffer == NULL || !g_atomic_int_get (&chain->stream->receiving)
      || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_FLOW_OK;
  if (chain->concealer != NULL && map.size <= TANDEM_RESAMPLER_MAX * sizeof (gint16))
    {
      guint n = (guint) (map.size / sizeof (gint16));
      gint16 samples[TANDEM_RESAMPLER_MAX];

      memcpy (samples, map.data, n * sizeof *samples);
      tandem_concealer_take (chain->concealer, samples, n);
      deliver (chain, samples, n);
    }
  else
    deliver (chain, (const gint16 *) (const void *) map.data, map.size / sizeof (gint16));
  gst_buffer_unmap (buffer, &map);
  return GST_FLOW_OK;
}

/* The jitter buffer tells of a lost packet when it would have been due: what was before it has been heard
 * by now, as the sink synchronises. */
static GstPadProbeReturn
on_chain_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Chain *chain = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstClockTime duration = GST_CLOCK_TIME_NONE;
  gint16 samples[TANDEM_RESAMPLER_MAX];
  guint64 n;

  if (GST_EVENT_TYPE (event) != GST_EVENT_GAP || !g_atomic_int_get (&chain->stream->receiving))
    return GST_PAD_PROBE_OK;
  gst_event_parse_gap (event, NULL, &duration);
  if (!GST_CLOCK_TIME_IS_VALID (duration))
    duration = chain->stream->ptime * GST_MSECOND;
  n = gst_util_uint64_scale (duration, chain->rate, GST_SECOND);
  n = tandem_concealer_fill (chain->concealer, samples, (guint) MIN (n, TANDEM_RESAMPLER_MAX / 3));
  deliver (chain, samples, n);
  return GST_PAD_PROBE_OK;
}

static GstElement *
make_chain_sink (TandemStream *self, const TandemCodec *codec)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple (
      "audio/x-raw", "format", G_TYPE_STRING, "S16LE", "rate", G_TYPE_INT, (int) codec->sample_rate,
      "channels", G_TYPE_INT, 1, "layout", G_TYPE_STRING, "interleaved", NULL);
  GstAppSinkCallbacks callbacks = { .new_sample = on_sample };
  GstElement *sink = gst_element_factory_make ("appsink", NULL);
  Chain *chain;

  if (sink == NULL)
    return NULL;
  chain = g_new0 (Chain, 1);
  chain->stream = self;
  chain->up = tandem_resampler_new (codec->sample_rate, FALSE);
  chain->rate = codec->sample_rate;
  g_object_set (sink, "caps", caps, "sync", TRUE, "async", FALSE, "max-buffers", 50,
                "processing-deadline", (guint64) 0, "enable-last-sample", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, chain, chain_free);
  if (!tandem_codec_conceals (codec))
    {
      g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

      chain->concealer = tandem_concealer_new (codec->sample_rate);
      gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_chain_event, chain, NULL);
    }
  return sink;
}

/* Puts elements (NULL ones left out) in a bin, linked; with the open ends as its pads. */
static GstElement *
make_bin (GstElement *const *elements, guint n, const char *sink, const char *src)
{
  GstElement *bin = gst_bin_new (NULL);
  GstElement *first = NULL, *last = NULL;
  g_autoptr (GstPad) pad = NULL;

  for (guint i = 0; i < n; i++)
    {
      if (elements[i] == NULL)
        continue;
      gst_bin_add (GST_BIN (bin), elements[i]);
      if (last != NULL && !gst_element_link (last, elements[i]))
        g_warning ("Elements for sound cannot be linked");
      first = first != NULL ? first : elements[i];
      last = elements[i];
    }
  pad = gst_element_get_static_pad (sink != NULL ? first : last, sink != NULL ? sink : src);
  gst_element_add_pad (bin, gst_ghost_pad_new (sink != NULL ? sink : src, pad));
  return bin;
}

static GstElement *
make_chain (TandemStream *self, const TandemCodec *codec)
{
  GstElement *elements[] = {
    gst_element_factory_make (codec->depayloader, NULL),
    tandem_codec_make_decoder (codec),
    make_chain_sink (self, codec),
  };

  return make_bin (elements, G_N_ELEMENTS (elements), "sink", NULL);
}

static void
on_pad_added (GstElement *rtpbin, GstPad *pad, gpointer data)
{
  TandemStream *self = data;
  const TandemFormat *format;
  const TandemCodec *codec;
  g_autoptr (GstPad) target = NULL;
  guint session, ssrc, payload;
  GstElement *chain;

  if (sscanf (GST_PAD_NAME (pad), "recv_rtp_src_%u_%u_%u", &session, &ssrc, &payload) != 3)
    return;
  g_mutex_lock (&self->mutex);
  format = find_format (self, (int) payload);
  codec = format != NULL ? format->codec : NULL;
  g_mutex_unlock (&self->mutex);
  if (codec != NULL)
    chain = make_chain (self, codec);
  else
    {
      chain = gst_element_factory_make ("fakesink", NULL);
      g_object_set (chain, "sync", FALSE, "async", FALSE, NULL);
    }
  gst_bin_add (GST_BIN (GST_OBJECT_PARENT (rtpbin)), chain);
  target = gst_element_get_static_pad (chain, "sink");
  gst_element_sync_state_with_parent (chain);
  if (gst_pad_link (pad, target) != GST_PAD_LINK_OK)
    g_warning ("The receiving side cannot be linked");
  g_object_set_data_full (G_OBJECT (pad), "tandem-chain", gst_object_ref (chain), gst_object_unref);
}

/* A source that is gone (a time-out of rtpbin) takes its decoder with it. */
static void
on_pad_removed (GstElement *rtpbin, GstPad *pad, gpointer data)
{
  TandemStream *self = data;
  GstElement *chain = g_object_get_data (G_OBJECT (pad), "tandem-chain");
  gboolean left;

  g_mutex_lock (&self->mutex);
  left = self->left;
  g_mutex_unlock (&self->mutex);
  if (chain == NULL || left || GST_OBJECT_PARENT (chain) == NULL)
    return;
  gst_object_ref (chain);
  gst_bin_remove (GST_BIN (GST_OBJECT_PARENT (chain)), chain);
  gst_element_set_state (chain, GST_STATE_NULL);
  gst_object_unref (chain);
}

static void
send_to (TandemStream *self, GSocketAddress *address)
{
  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (address);
  g_autofree char *host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  int port = g_inet_socket_address_get_port (inet);

  g_info ("Sound comes from %s port %d and goes there now", host, port);
  if (self->rtp_sink != NULL)
    g_object_set (self->rtp_sink, "host", host, "port", port, NULL);
  if (self->rtcp_sink != NULL)
    g_object_set (self->rtcp_sink, "host", host, "port",
                  self->session.rtcp_mux ? port : MIN (port + 1, G_MAXUINT16), NULL);
}

static gboolean
is_rtcp (GstBuffer *buffer)
{
  guint8 bytes[2];

  return gst_buffer_extract (buffer, 0, bytes, 2) == 2 && bytes[1] >= 192 && bytes[1] <= 223;
}

static gboolean
is_from_host (TandemStream *self, GstBuffer *buffer)
{
  GstNetAddressMeta *from = gst_buffer_get_net_address_meta (buffer);
  gboolean known;

  g_mutex_lock (&self->mutex);
  known = from != NULL && tandem_latch_is_host (&self->latch, from->addr);
  g_mutex_unlock (&self->mutex);
  return known;
}

static GstPadProbeReturn
on_rtcp_received (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  return is_rtcp (buffer) && is_from_host (data, buffer) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

/* One packet in: who sent it, is it one that we agreed on, is it a digit? */
static gboolean
take_packet (TandemStream *self, GstBuffer *buffer, gboolean *first, char *digit)
{
  GstNetAddressMeta *from = gst_buffer_get_net_address_meta (buffer);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  gint64 now = g_get_monotonic_time ();
  TandemLatchVerdict verdict = TANDEM_LATCH_REFUSE;
  const TandemFormat *format;
  int payload;

  if (from == NULL || !gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    return FALSE;
  payload = gst_rtp_buffer_get_payload_type (&rtp);
  g_mutex_lock (&self->mutex);
  format = find_format (self, payload);
  if (!self->left && (format != NULL || payload == COMFORT_NOISE))
    verdict = tandem_latch_look (&self->latch, from->addr, gst_rtp_buffer_get_ssrc (&rtp),
                                 gst_rtp_buffer_get_seq (&rtp), now);
  if (verdict == TANDEM_LATCH_MOVED)
    send_to (self, from->addr);
  if (verdict != TANDEM_LATCH_REFUSE)
    {
      if (format != NULL && format->codec == NULL)
        *digit = tandem_event_receiver_look (&self->receiver, gst_rtp_buffer_get_payload (&rtp),
                                             gst_rtp_buffer_get_payload_len (&rtp),
                                             gst_rtp_buffer_get_timestamp (&rtp));
      self->counted.packets_received++;
      self->counted.bytes_received += gst_buffer_get_size (buffer);
      self->last_received = now;
      *first = !self->heard;
      self->heard = TRUE;
    }
  g_mutex_unlock (&self->mutex);
  gst_rtp_buffer_unmap (&rtp);
  return verdict != TANDEM_LATCH_REFUSE;
}

static GstPadProbeReturn
on_received (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  TandemStream *self = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  gboolean first = FALSE;
  char digit = '\0';

  if (is_rtcp (buffer))
    {
      if (self->rtcp_source != NULL && is_from_host (self, buffer))
        gst_app_src_push_buffer (GST_APP_SRC (self->rtcp_source), gst_buffer_ref (buffer));
      return GST_PAD_PROBE_DROP;
    }
  if (!take_packet (self, buffer, &first, &digit))
    return GST_PAD_PROBE_DROP;
  if (first)
    self->events.started (self->events.data);
  if (digit != '\0')
    self->events.digit (digit, self->events.data);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_sending (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  TandemStream *self = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  int payload;
  guint rate;

  g_mutex_lock (&self->mutex);
  payload = self->session.event_payload;
  rate = self->session.event_rate;
  g_mutex_unlock (&self->mutex);
  if (payload >= 0)
    {
      buffer = tandem_event_sender_replace (&self->sender, buffer, payload, rate, self->ptime);
      GST_PAD_PROBE_INFO_DATA (info) = buffer;
    }
  g_mutex_lock (&self->mutex);
  if (gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    {
      self->sequence = (guint16) (gst_rtp_buffer_get_seq (&rtp) + 1);
      self->has_sent = TRUE;
      gst_rtp_buffer_unmap (&rtp);
    }
  self->counted.packets_sent++;
  self->counted.bytes_sent += gst_buffer_get_size (buffer);
  g_mutex_unlock (&self->mutex);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_rtcp_sending (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  TandemStream *self = data;

  return g_atomic_int_get (&self->has_address) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

/* The bridge's thread: gathers a packet's worth, so that elements run once per packet. */
static void
on_frame (const gint16 *frame, gpointer data)
{
  TandemStream *self = data;
  gsize size = self->packet / (TANDEM_SAMPLE_RATE / self->codec->sample_rate) * sizeof *frame;
  GstBuffer *buffer;
  GstMapInfo map;

  memcpy (self->gathered + self->n_gathered, frame, TANDEM_FRAME * sizeof *frame);
  self->n_gathered += TANDEM_FRAME;
  if (self->n_gathered < self->packet)
    return;
  self->n_gathered = 0;
  self->packets++;
  if (!g_atomic_int_get (&self->sending))
    return;
  buffer = gst_buffer_new_allocate (NULL, size, NULL);
  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  tandem_resampler_run (self->down, self->gathered, self->packet, (gint16 *) (void *) map.data);
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = self->base
                            + gst_util_uint64_scale ((self->packets - 1) * self->packet, GST_SECOND,
                                                     TANDEM_SAMPLE_RATE);
  GST_BUFFER_DURATION (buffer)
      = gst_util_uint64_scale (self->packet, GST_SECOND, TANDEM_SAMPLE_RATE);
  gst_app_src_push_buffer (GST_APP_SRC (self->source), buffer);
}

static void
recalculate_latency (GstElement *pipeline, gpointer data)
{
  gst_bin_recalculate_latency (GST_BIN (pipeline));
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  TandemStream *self = data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    {
      g_autoptr (GError) error = NULL;

      gst_message_parse_error (message, &error, NULL);
      self->events.failed (error->message, self->events.data);
    }
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY)
    {
      g_autoptr (GstElement) pipeline = NULL;

      g_mutex_lock (&self->mutex);
      g_set_object (&pipeline, self->pipeline);
      g_mutex_unlock (&self->mutex);
      if (pipeline != NULL)
        gst_element_call_async (pipeline, recalculate_latency, NULL, NULL);
    }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static GstElement *
add_sink (TandemStream *self, GSocket *socket)
{
  gboolean v6 = g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV6;
  GstElement *sink = gst_element_factory_make ("udpsink", NULL);

  if (sink == NULL)
    return NULL;
  g_object_set (sink, v6 ? "socket-v6" : "socket", socket, "close-socket", FALSE, "host",
                v6 ? "::1" : "127.0.0.1", "port", 9, "sync", FALSE, "async", FALSE, "qos-dscp",
                DSCP_EF, "enable-last-sample", FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  return sink;
}

static GstElement *
add_source (TandemStream *self, GSocket *socket, GstCaps *caps)
{
  GstElement *source = gst_element_factory_make ("udpsrc", NULL);

  if (source == NULL)
    return NULL;
  g_object_set (source, "socket", socket, "close-socket", FALSE, "caps", caps, NULL);
  gst_bin_add (GST_BIN (self->pipeline), source);
  return source;
}

/* Reports that come with the sound on one port go their own way from there. */
static GstElement *
add_rtcp_source (TandemStream *self)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/x-rtcp");
  GstElement *source;

  if (!self->session.rtcp_mux)
    return add_source (self, self->rtcp, caps);
  source = gst_element_factory_make ("appsrc", NULL);
  if (source == NULL)
    return NULL;
  g_object_set (source, "caps", caps, "is-live", TRUE, "max-bytes", (guint64) 65536, NULL);
  gst_util_set_object_arg (G_OBJECT (source), "format", "time");
  gst_util_set_object_arg (G_OBJECT (source), "leaky-type", "downstream");
  gst_bin_add (GST_BIN (self->pipeline), source);
  self->rtcp_source = gst_object_ref (source);
  return source;
}

static GstElement *
make_near_source (const TandemCodec *codec)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple (
      "audio/x-raw", "format", G_TYPE_STRING, "S16LE", "rate", G_TYPE_INT, (int) codec->sample_rate,
      "channels", G_TYPE_INT, 1, "layout", G_TYPE_STRING, "interleaved", NULL);
  GstElement *source = gst_element_factory_make ("appsrc", NULL);

  if (source == NULL)
    return NULL;
  g_object_set (source, "caps", caps, "is-live", TRUE, "max-time", (guint64) (60 * GST_MSECOND),
                "max-bytes", (guint64) 0, "min-latency", (gint64) (10 * GST_MSECOND), NULL);
  gst_util_set_object_arg (G_OBJECT (source), "format", "time");
  gst_util_set_object_arg (G_OBJECT (source), "leaky-type", "downstream");
  return source;
}

static void
continue_numbers (TandemStream *self, GstElement *payloader)
{
  g_object_set (payloader, "pt", (guint) self->session.payload, "ssrc", self->ssrc,
                "timestamp-offset", self->timestamp_offset, NULL);
  if (self->has_sent)
    g_object_set (payloader, "seqnum-offset", (int) self->sequence, NULL);
}

static gboolean
build_sender (TandemStream *self)
{
  GstElement *elements[] = {
    make_near_source (self->codec),
    tandem_codec_make_encoder (self->codec, self->ptime),
    tandem_codec_make_payloader (self->codec, self->ptime),
  };
  g_autoptr (GstPad) out = NULL, in = NULL;
  GstElement *bin;

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    g_return_val_if_fail (elements[i] != NULL, FALSE);
  continue_numbers (self, elements[2]);
  self->source = gst_object_ref (elements[0]);
  bin = make_bin (elements, G_N_ELEMENTS (elements), NULL, "src");
  gst_bin_add (GST_BIN (self->pipeline), bin);
  in = gst_element_request_pad_simple (self->rtpbin, "send_rtp_sink_0");
  out = gst_element_get_static_pad (bin, "src");
  gst_pad_add_probe (out, GST_PAD_PROBE_TYPE_BUFFER, on_sending, self, NULL);
  return in != NULL && gst_pad_link (out, in) == GST_PAD_LINK_OK;
}

static gboolean
build (TandemStream *self)
{
  g_autoptr (GstCaps) caps = make_caps (self, self->session.receive_formats[0].payload);
  GstElement *rtp_source, *rtcp_source;
  g_autoptr (GstPad) pad = NULL, rtcp_in = NULL, rtcp_out = NULL;

  self->rtpbin = gst_element_factory_make ("rtpbin", NULL);
  if (self->rtpbin == NULL)
    return FALSE;
  g_object_set (self->rtpbin, "latency", JITTER_BUFFER, "do-lost", TRUE, "autoremove", TRUE, NULL);
  gst_util_set_object_arg (G_OBJECT (self->rtpbin), "rtp-profile", "avp");
  g_signal_connect (self->rtpbin, "request-pt-map", G_CALLBACK (on_request_pt_map), self);
  g_signal_connect (self->rtpbin, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (self->rtpbin, "pad-removed", G_CALLBACK (on_pad_removed), self);
  gst_bin_add (GST_BIN (self->pipeline), self->rtpbin);

  rtp_source = add_source (self, self->rtp, caps);
  rtcp_source = add_rtcp_source (self);
  self->rtp_sink = add_sink (self, self->rtp);
  self->rtcp_sink = add_sink (self, self->session.rtcp_mux ? self->rtp : self->rtcp);
  if (rtp_source == NULL || rtcp_source == NULL || self->rtp_sink == NULL
      || self->rtcp_sink == NULL)
    return FALSE;
  pad = gst_element_get_static_pad (rtp_source, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_received, self, NULL);
  rtcp_in = gst_element_get_static_pad (rtcp_source, "src");
  if (self->rtcp_source == NULL)
    gst_pad_add_probe (rtcp_in, GST_PAD_PROBE_TYPE_BUFFER, on_rtcp_received, self, NULL);
  rtcp_out = gst_element_get_static_pad (self->rtcp_sink, "sink");
  gst_pad_add_probe (rtcp_out, GST_PAD_PROBE_TYPE_BUFFER, on_rtcp_sending, self, NULL);
  return build_sender (self)
         && gst_element_link_pads (self->rtpbin, "send_rtp_src_0", self->rtp_sink, "sink")
         && gst_element_link_pads (rtp_source, "src", self->rtpbin, "recv_rtp_sink_0")
         && gst_element_link_pads (rtcp_source, "src", self->rtpbin, "recv_rtcp_sink_0")
         && gst_element_link_pads (self->rtpbin, "send_rtcp_src_0", self->rtcp_sink, "sink");
}

/* The mutex is held, or nobody else knows the stream yet. */
static void
adopt (TandemStream *self, const TandemSession *session)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (session->host);
  gboolean real = address != NULL && !g_inet_address_get_is_any (address);

  self->session = *session;
  g_atomic_int_set (&self->sending, session->send && real);
  g_atomic_int_set (&self->receiving, session->receive);
  g_atomic_int_set (&self->has_address, real);
}

TandemStream *
tandem_stream_new (TandemBridge *bridge,
                   GSocket *rtp,
                   GSocket *rtcp,
                   const TandemSession *session,
                   TandemStream *previous,
                   const TandemStreamEvents *events)
{
  TandemStream *self = g_new0 (TandemStream, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->mutex);
  self->bridge = bridge;
  self->rtp = g_object_ref (rtp);
  self->rtcp = g_object_ref (rtcp);
  self->codec = session->codec;
  self->ptime = session->ptime;
  self->counted.round_trip = -1;
  self->events = *events;
  self->previous = previous != NULL ? tandem_stream_ref (previous) : NULL;
  adopt (self, session);
  tandem_latch_set_named (&self->latch, session->host, session->port, g_get_monotonic_time ());
  self->from_far = tandem_fifo_new (FIFO_TARGET);
  self->down = tandem_resampler_new (session->codec->sample_rate, TRUE);
  self->packet = session->ptime * TANDEM_SAMPLE_RATE / 1000;
  self->ssrc = g_random_int ();
  self->timestamp_offset = g_random_int ();
  tandem_event_sender_init (&self->sender);
  return self;
}

TandemStream *
tandem_stream_ref (TandemStream *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
tandem_stream_unref (TandemStream *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  tandem_stream_close (self);
  g_clear_pointer (&self->previous, tandem_stream_unref);
  tandem_fifo_free (self->from_far);
  tandem_resampler_free (self->down);
  tandem_event_sender_clear (&self->sender);
  tandem_latch_clear (&self->latch);
  g_object_unref (self->rtp);
  g_object_unref (self->rtcp);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* The worker has closed the previous stream by now. */
static void
inherit (TandemStream *self)
{
  TandemStream *previous = g_steal_pointer (&self->previous);
  TandemLegStatistics counted;

  if (previous == NULL)
    return;
  tandem_stream_get_statistics (previous, &counted);
  g_mutex_lock (&self->mutex);
  self->counted = counted;
  self->lost_before = counted.packets_lost;
  self->ssrc = previous->ssrc;
  self->timestamp_offset = previous->timestamp_offset;
  self->sequence = previous->sequence;
  self->has_sent = previous->has_sent;
  self->heard = previous->heard;
  self->last_received = MAX (self->last_received, previous->last_received);
  g_mutex_unlock (&self->mutex);
  tandem_stream_unref (previous);
}

static gboolean
play (TandemStream *self)
{
  GstStateChangeReturn result = gst_element_set_state (self->pipeline, GST_STATE_PLAYING);

  if (result == GST_STATE_CHANGE_ASYNC)
    result = gst_element_get_state (self->pipeline, NULL, NULL, PATIENCE);
  return result == GST_STATE_CHANGE_SUCCESS || result == GST_STATE_CHANGE_NO_PREROLL;
}

/* The mutex is held. */
static void
send_to_named (TandemStream *self)
{
  if (!self->ready || !g_atomic_int_get (&self->has_address))
    return;
  g_object_set (self->rtp_sink, "host", self->session.host, "port", (int) self->session.port, NULL);
  g_object_set (self->rtcp_sink, "host", self->session.host, "port", (int) self->session.rtcp_port,
                NULL);
}

static void
join (TandemStream *self, GstClock *clock)
{
  g_mutex_lock (&self->mutex);
  if (!self->left)
    {
      self->ready = TRUE;
      if (self->latch.last_moved == 0)
        send_to_named (self);
      self->base = gst_clock_get_time (clock);
      tandem_fifo_clear (self->from_far);
      self->port = tandem_bridge_add_port (self->bridge, self->from_far, on_frame, self);
      tandem_bridge_port_set_muted (self->bridge, self->port, self->muted);
      tandem_bridge_port_set_held (self->bridge, self->port, self->held);
    }
  g_mutex_unlock (&self->mutex);
}

gboolean
tandem_stream_open (TandemStream *self, GError **error)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  g_autoptr (GstBus) bus = NULL;

  inherit (self);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), clock);
  gst_element_set_start_time (self->pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (self->pipeline, 0);
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  if (!build (self))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           "an element for the sound of calls is missing");
      return FALSE;
    }
  if (!play (self))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           "the sound of the call cannot start");
      return FALSE;
    }
  join (self, clock);
  return TRUE;
}

void
tandem_stream_leave (TandemStream *self)
{
  TandemBridgePort *port;

  g_mutex_lock (&self->mutex);
  self->left = TRUE;
  port = g_steal_pointer (&self->port);
  g_mutex_unlock (&self->mutex);
  if (port != NULL)
    tandem_bridge_remove_port (self->bridge, port);
}

void
tandem_stream_close (TandemStream *self)
{
  g_autoptr (GstBus) bus = NULL;
  TandemLegStatistics last;
  GstElement *pipeline, *rtpbin;

  tandem_stream_leave (self);
  tandem_stream_get_statistics (self, &last);
  g_mutex_lock (&self->mutex);
  pipeline = g_steal_pointer (&self->pipeline);
  rtpbin = self->rtpbin;
  self->ready = FALSE;
  self->rtpbin = self->rtp_sink = self->rtcp_sink = NULL;
  self->counted = last;
  self->lost_before = last.packets_lost;
  g_mutex_unlock (&self->mutex);
  if (pipeline == NULL)
    return;
  gst_element_set_state (pipeline, GST_STATE_NULL);
  bus = gst_element_get_bus (pipeline);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  /* A latency calculation under way may keep the pipeline for longer than the stream lives. */
  if (rtpbin != NULL)
    g_signal_handlers_disconnect_by_data (rtpbin, self);
  gst_clear_object (&self->source);
  gst_clear_object (&self->rtcp_source);
  gst_object_unref (pipeline);
}

gboolean
tandem_stream_follow (TandemStream *self, const TandemSession *session)
{
  gboolean like;

  g_mutex_lock (&self->mutex);
  like = tandem_session_is_like (session, &self->session);
  if (like)
    {
      gboolean moved = strcmp (session->host, self->session.host) != 0
                       || session->port != self->session.port
                       || session->rtcp_port != self->session.rtcp_port;

      adopt (self, session);
      if (moved && g_atomic_int_get (&self->has_address))
        {
          tandem_latch_set_named (&self->latch, session->host, session->port,
                                  g_get_monotonic_time ());
          send_to_named (self);
        }
    }
  g_mutex_unlock (&self->mutex);
  return like;
}

void
tandem_stream_set_muted (TandemStream *self, gboolean muted)
{
  g_mutex_lock (&self->mutex);
  self->muted = muted;
  if (self->port != NULL)
    tandem_bridge_port_set_muted (self->bridge, self->port, muted);
  g_mutex_unlock (&self->mutex);
}

void
tandem_stream_set_held (TandemStream *self, gboolean held)
{
  g_mutex_lock (&self->mutex);
  self->held = held;
  if (self->port != NULL)
    tandem_bridge_port_set_held (self->bridge, self->port, held);
  g_mutex_unlock (&self->mutex);
}

void
tandem_stream_send_digits (TandemStream *self, const char *digits)
{
  tandem_event_sender_add (&self->sender, digits);
}

gint64
tandem_stream_get_last_received (TandemStream *self)
{
  gint64 last;

  g_mutex_lock (&self->mutex);
  last = self->last_received;
  g_mutex_unlock (&self->mutex);
  return last;
}

static void
read_source (const GstStructure *source, guint clock_rate, TandemLegStatistics *statistics)
{
  gboolean internal = FALSE, has_block = FALSE, validated = FALSE;
  int lost = 0;
  guint jitter = 0, round_trip = 0;

  gst_structure_get_boolean (source, "internal", &internal);
  gst_structure_get_boolean (source, "validated", &validated);
  if (internal || !validated)
    return;
  if (gst_structure_get_int (source, "packets-lost", &lost) && lost > 0)
    statistics->packets_lost += (guint64) lost;
  if (gst_structure_get_uint (source, "jitter", &jitter))
    statistics->jitter = jitter * 1000.0 / clock_rate;
  if (gst_structure_get_boolean (source, "have-rb", &has_block) && has_block
      && gst_structure_get_uint (source, "rb-round-trip", &round_trip))
    statistics->round_trip = round_trip * 1000.0 / 65536;
}

/* The E-model of ITU-T G.107, reduced to delay and loss; 95 and 25.1 are G.711 with concealment. */
static double
estimate_mos (const TandemLegStatistics *statistics)
{
  double delay = JITTER_BUFFER + 40 + MAX (statistics->round_trip, 0) / 2;
  double total = (double) (statistics->packets_received + statistics->packets_lost);
  double loss = 100 * (double) statistics->packets_lost / total;
  double id = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
  double r = CLAMP (93.2 - id - 95 * loss / (loss + 25.1), 0, 100);

  return CLAMP (1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r), 1, 4.5);
}

void
tandem_stream_get_statistics (TandemStream *self, TandemLegStatistics *statistics)
{
  g_autoptr (GstElement) rtpbin = NULL;
  g_autoptr (GObject) session = NULL;
  g_autoptr (GstStructure) stats = NULL;
  TandemLegStatistics counted;
  const GValue *value;
  GValueArray *sources;

  g_mutex_lock (&self->mutex);
  counted = self->counted;
  counted.packets_lost = self->lost_before;
  if (self->ready)
    rtpbin = gst_object_ref (self->rtpbin);
  g_mutex_unlock (&self->mutex);
  if (rtpbin != NULL)
    g_signal_emit_by_name (rtpbin, "get-internal-session", 0, &session);
  if (session != NULL)
    g_object_get (session, "stats", &stats, NULL);
  value = stats != NULL ? gst_structure_get_value (stats, "source-stats") : NULL;
  sources = value != NULL ? g_value_get_boxed (value) : NULL;
  for (guint i = 0; sources != NULL && i < sources->n_values; i++)
    read_source (g_value_get_boxed (&sources->values[i]), self->codec->clock_rate, &counted);
  counted.mos = counted.packets_received > 0 ? estimate_mos (&counted) : -1;
  *statistics = counted;
}
