/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream.h"

#include "telephone-event.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/net/gstnetaddressmeta.h>
#include <gst/rtp/gstrtpbuffer.h>

#include <stdio.h>
#include <string.h>

/* See stream.h. Sending and receiving run on; what is not wanted (hold, a direction that was not agreed)
 * is silence or is dropped, so that no state of a pipeline changes in a call. */

#define JITTER_BUFFER 60 /* ms */
#define DSCP_EF 46
#define FIFO_TARGET (2 * TANDEM_FRAME)
#define LATCH_QUIET (200 * G_TIME_SPAN_MILLISECOND)
#define RAW_CAPS "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved"

struct _TandemStream
{
  gatomicrefcount references;
  TandemBridge *bridge;
  GSocket *rtp, *rtcp;
  guint timeout;
  TandemStreamEvents events;

  GMutex mutex; /* of what follows */
  TandemSession session;
  gboolean left, heard, muted, held;
  GSocketAddress *destination;
  gint64 last_from_destination;
  TandemLegStatistics counted;

  TandemFifo *from_far;
  TandemBridgePort *port;
  GstElement *pipeline, *rtpbin, *source, *rtp_sink, *rtcp_sink;
  TandemEventSender sender;
  TandemEventReceiver receiver;
  GstClockTime base;
  guint64 frames;
};

static GstCaps *
caps_for (TandemStream *self, int payload)
{
  const TandemCodec *codec = self->session.codec;

  if (payload == self->session.payload)
    return gst_caps_new_simple ("application/x-rtp", "media", G_TYPE_STRING, "audio", "clock-rate",
                                G_TYPE_INT, (int) codec->clock_rate, "encoding-name", G_TYPE_STRING,
                                g_ascii_strcasecmp (codec->name, "opus") == 0 ? "OPUS"
                                                                              : codec->name,
                                "payload", G_TYPE_INT, payload, NULL);
  if (payload == self->session.event_payload)
    return gst_caps_new_simple ("application/x-rtp", "media", G_TYPE_STRING, "audio", "clock-rate",
                                G_TYPE_INT, (int) self->session.event_rate, "encoding-name",
                                G_TYPE_STRING, "TELEPHONE-EVENT", "payload", G_TYPE_INT, payload,
                                NULL);
  return NULL;
}

static GstCaps *
on_request_pt_map (GstElement *rtpbin, guint session, guint payload, gpointer data)
{
  return caps_for (data, (int) payload);
}

static GstFlowReturn
on_sample (GstAppSink *sink, gpointer data)
{
  TandemStream *self = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstBuffer *buffer = sample != NULL ? gst_sample_get_buffer (sample) : NULL;
  GstMapInfo map;

  if (buffer != NULL && gst_buffer_map (buffer, &map, GST_MAP_READ))
    {
      if (self->session.receive)
        tandem_fifo_push (self->from_far, (const gint16 *) (const void *) map.data,
                          map.size / sizeof (gint16));
      gst_buffer_unmap (buffer, &map);
    }
  return GST_FLOW_OK;
}

static void
link_pad (TandemStream *self, GstPad *pad, const char *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *bin = gst_parse_bin_from_description (description, TRUE, &error);
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) target = NULL;

  if (bin == NULL)
    {
      g_warning ("The receiving side cannot be built: %s", error->message);
      return;
    }
  sink = gst_bin_get_by_name (GST_BIN (bin), "far");
  if (sink != NULL)
    {
      GstAppSinkCallbacks callbacks = { .new_sample = on_sample };

      gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, NULL);
    }
  gst_bin_add (GST_BIN (self->pipeline), bin);
  target = gst_element_get_static_pad (bin, "sink");
  gst_element_sync_state_with_parent (bin);
  if (gst_pad_link (pad, target) != GST_PAD_LINK_OK)
    g_warning ("The receiving side cannot be linked");
}

static void
on_pad_added (GstElement *rtpbin, GstPad *pad, gpointer data)
{
  TandemStream *self = data;
  g_autofree char *description = NULL;
  guint session, ssrc, payload;

  if (sscanf (GST_PAD_NAME (pad), "recv_rtp_src_%u_%u_%u", &session, &ssrc, &payload) != 3)
    return;
  if ((int) payload != self->session.payload)
    {
      link_pad (self, pad, "fakesink sync=false async=false");
      return;
    }
  description = g_strdup_printf (
      "%s%s ! audioconvert ! audioresample ! " RAW_CAPS
      " ! appsink name=far sync=true max-buffers=50 processing-deadline=0 async=false",
      self->session.codec->decoder,
      g_ascii_strcasecmp (self->session.codec->name, "opus") != 0 && tandem_codec_has_concealment ()
          ? " ! spanplc"
          : "");
  link_pad (self, pad, description);
}

/* The far end sends from elsewhere than it said (a router with address translation): follow, but only
 * while nothing comes from where it said. */
static void
latch (TandemStream *self, GSocketAddress *from, gint64 now)
{
  GInetSocketAddress *inet, *known;
  g_autofree char *host = NULL;

  if (!G_IS_INET_SOCKET_ADDRESS (from))
    return;
  inet = G_INET_SOCKET_ADDRESS (from);
  known = self->destination != NULL ? G_INET_SOCKET_ADDRESS (self->destination) : NULL;
  if (known != NULL
      && g_inet_address_equal (g_inet_socket_address_get_address (inet),
                               g_inet_socket_address_get_address (known))
      && g_inet_socket_address_get_port (inet) == g_inet_socket_address_get_port (known))
    {
      self->last_from_destination = now;
      return;
    }
  if (now - self->last_from_destination < LATCH_QUIET)
    return;
  g_set_object (&self->destination, from);
  self->last_from_destination = now;
  host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  g_object_set (self->rtp_sink, "host", host, "port", (int) g_inet_socket_address_get_port (inet),
                NULL);
  if (self->session.rtcp_mux)
    g_object_set (self->rtcp_sink, "host", host, "port",
                  (int) g_inet_socket_address_get_port (inet), NULL);
}

static GstPadProbeReturn
on_received (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  TandemStream *self = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstNetAddressMeta *from = gst_buffer_get_net_address_meta (buffer);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  gboolean first;
  int payload;
  char digit = '\0';
  guint8 bytes[2];

  if (gst_buffer_extract (buffer, 0, bytes, 2) == 2 && bytes[1] >= 192 && bytes[1] <= 223)
    return GST_PAD_PROBE_OK;
  if (!gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    return GST_PAD_PROBE_DROP;
  payload = gst_rtp_buffer_get_payload_type (&rtp);
  if (payload == self->session.event_payload)
    digit = tandem_event_receiver_look (&self->receiver, gst_rtp_buffer_get_payload (&rtp),
                                        gst_rtp_buffer_get_payload_len (&rtp),
                                        gst_rtp_buffer_get_timestamp (&rtp));
  gst_rtp_buffer_unmap (&rtp);
  if (payload != self->session.payload && payload != self->session.event_payload)
    return GST_PAD_PROBE_DROP;

  g_mutex_lock (&self->mutex);
  self->counted.packets_received++;
  self->counted.bytes_received += gst_buffer_get_size (buffer);
  first = !self->heard && !self->left;
  self->heard = TRUE;
  if (from != NULL)
    latch (self, from->addr, g_get_monotonic_time ());
  if (self->left)
    digit = '\0';
  g_mutex_unlock (&self->mutex);

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

  if (!self->session.send)
    return GST_PAD_PROBE_DROP;
  if (self->session.event_payload >= 0)
    {
      buffer = tandem_event_sender_replace (&self->sender, buffer, self->session.event_payload,
                                            self->session.event_rate);
      GST_PAD_PROBE_INFO_DATA (info) = buffer;
    }
  g_mutex_lock (&self->mutex);
  self->counted.packets_sent++;
  self->counted.bytes_sent += gst_buffer_get_size (buffer);
  g_mutex_unlock (&self->mutex);
  return GST_PAD_PROBE_OK;
}

static void
on_frame (const gint16 *frame, gpointer data)
{
  TandemStream *self = data;
  GstBuffer *buffer = gst_buffer_new_memdup (frame, TANDEM_FRAME * sizeof *frame);

  GST_BUFFER_PTS (buffer)
      = self->base
        + gst_util_uint64_scale (self->frames * TANDEM_FRAME, GST_SECOND, TANDEM_SAMPLE_RATE);
  GST_BUFFER_DURATION (buffer) = 10 * GST_MSECOND;
  self->frames++;
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
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT
           && gst_message_has_name (message, "GstUDPSrcTimeout") && self->session.receive)
    self->events.timeout (self->events.data);
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
add_sink (TandemStream *self, GSocket *socket, guint port)
{
  GstElement *sink = gst_element_factory_make ("udpsink", NULL);

  if (sink == NULL)
    return NULL;
  g_object_set (sink, "socket", socket, "socket-v6", socket, "close-socket", FALSE, "host",
                self->session.host, "port", (int) port, "sync", FALSE, "async", FALSE, "qos-dscp",
                DSCP_EF, NULL);
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

static gboolean
build_sender (TandemStream *self, GError **error)
{
  g_autofree char *description = g_strdup_printf (
      "appsrc name=near is-live=true format=time do-timestamp=false leaky-type=downstream "
      "max-time=20000000 "
      "max-bytes=0 min-latency=10000000 max-latency=20000000 caps=\"" RAW_CAPS "\""
      "%s%s ! %s",
      self->session.codec->sample_rate == TANDEM_SAMPLE_RATE
          ? ""
          : " ! audioresample ! audio/x-raw,rate=",
      self->session.codec->sample_rate == TANDEM_SAMPLE_RATE
          ? ""
          : g_intern_string (self->session.codec->sample_rate == 8000 ? "8000,channels=1"
                                                                      : "16000,channels=1"),
      self->session.codec->encoder);
  GstElement *bin = gst_parse_bin_from_description (description, TRUE, error);
  g_autoptr (GstElement) payloader = NULL;
  g_autoptr (GstPad) out = NULL, in = NULL;

  if (bin == NULL)
    return FALSE;
  gst_bin_add (GST_BIN (self->pipeline), bin);
  payloader = gst_bin_get_by_name (GST_BIN (bin), "pay");
  g_object_set (payloader, "pt", self->session.payload, NULL);
  self->source = gst_bin_get_by_name (GST_BIN (bin), "near");
  out = gst_element_get_static_pad (payloader, "src");
  gst_pad_add_probe (out, GST_PAD_PROBE_TYPE_BUFFER, on_sending, self, NULL);
  in = gst_element_request_pad_simple (self->rtpbin, "send_rtp_sink_0");
  g_clear_object (&out);
  out = gst_element_get_static_pad (bin, "src");
  if (in == NULL || gst_pad_link (out, in) != GST_PAD_LINK_OK)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           "the sending side cannot be linked");
      return FALSE;
    }
  return TRUE;
}

static gboolean
build (TandemStream *self, GError **error)
{
  g_autoptr (GstCaps) caps = caps_for (self, self->session.payload);
  GstElement *rtp_source, *rtcp_source;
  g_autoptr (GstPad) pad = NULL;

  self->rtpbin = gst_element_factory_make ("rtpbin", NULL);
  if (self->rtpbin == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           "the element rtpbin is missing");
      return FALSE;
    }
  g_object_set (self->rtpbin, "latency", JITTER_BUFFER, "do-lost", TRUE, "autoremove", TRUE, NULL);
  gst_util_set_object_arg (G_OBJECT (self->rtpbin), "rtp-profile", "avp");
  g_signal_connect (self->rtpbin, "request-pt-map", G_CALLBACK (on_request_pt_map), self);
  g_signal_connect (self->rtpbin, "pad-added", G_CALLBACK (on_pad_added), self);
  gst_bin_add (GST_BIN (self->pipeline), self->rtpbin);

  rtp_source = add_source (self, self->rtp, caps);
  rtcp_source = add_source (self, self->rtcp, NULL);
  self->rtp_sink = add_sink (self, self->rtp, self->session.port);
  self->rtcp_sink
      = add_sink (self, self->session.rtcp_mux ? self->rtp : self->rtcp, self->session.rtcp_port);
  if (rtp_source == NULL || rtcp_source == NULL || self->rtp_sink == NULL
      || self->rtcp_sink == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "the UDP elements are missing");
      return FALSE;
    }
  g_object_set (rtp_source, "timeout", (guint64) self->timeout * GST_SECOND, NULL);
  pad = gst_element_get_static_pad (rtp_source, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_received, self, NULL);
  if (!build_sender (self, error))
    return FALSE;
  gst_element_link_pads (self->rtpbin, "send_rtp_src_0", self->rtp_sink, "sink");
  gst_element_link_pads (rtp_source, "src", self->rtpbin, "recv_rtp_sink_0");
  gst_element_link_pads (rtcp_source, "src", self->rtpbin, "recv_rtcp_sink_0");
  gst_element_link_pads (self->rtpbin, "send_rtcp_src_0", self->rtcp_sink, "sink");
  return TRUE;
}

TandemStream *
tandem_stream_new (TandemBridge *bridge,
                   GSocket *rtp,
                   GSocket *rtcp,
                   const TandemSession *session,
                   guint timeout,
                   const TandemStreamEvents *events)
{
  TandemStream *self = g_new0 (TandemStream, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->mutex);
  self->bridge = bridge;
  self->rtp = g_object_ref (rtp);
  self->rtcp = g_object_ref (rtcp);
  self->session = *session;
  self->timeout = timeout;
  self->events = *events;
  self->from_far = tandem_fifo_new (FIFO_TARGET);
  self->destination = g_inet_socket_address_new_from_string (session->host, session->port);
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
  tandem_fifo_free (self->from_far);
  tandem_event_sender_clear (&self->sender);
  g_clear_object (&self->destination);
  g_object_unref (self->rtp);
  g_object_unref (self->rtcp);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

gboolean
tandem_stream_open (TandemStream *self, GError **error)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  g_autoptr (GstBus) bus = NULL;

  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), clock);
  gst_element_set_start_time (self->pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (self->pipeline, 0);
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  if (!build (self, error))
    return FALSE;
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           "the sound of the call cannot start");
      return FALSE;
    }
  self->base = gst_clock_get_time (clock);

  g_mutex_lock (&self->mutex);
  if (!self->left)
    {
      self->port = tandem_bridge_add_port (self->bridge, self->from_far, on_frame, self);
      tandem_bridge_port_set_muted (self->bridge, self->port, self->muted);
      tandem_bridge_port_set_held (self->bridge, self->port, self->held);
    }
  g_mutex_unlock (&self->mutex);
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
  GstElement *pipeline;

  tandem_stream_leave (self);
  g_mutex_lock (&self->mutex);
  pipeline = g_steal_pointer (&self->pipeline);
  self->rtpbin = NULL;
  self->rtp_sink = self->rtcp_sink = NULL;
  g_mutex_unlock (&self->mutex);
  if (pipeline == NULL)
    return;
  gst_element_set_state (pipeline, GST_STATE_NULL);
  bus = gst_element_get_bus (pipeline);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  g_clear_object (&self->source);
  gst_object_unref (pipeline);
}

gboolean
tandem_stream_can_follow (TandemStream *self, const TandemSession *session)
{
  return session->codec == self->session.codec && session->payload == self->session.payload
         && session->event_payload == self->session.event_payload
         && session->rtcp_mux == self->session.rtcp_mux;
}

void
tandem_stream_follow (TandemStream *self, const TandemSession *session)
{
  g_mutex_lock (&self->mutex);
  if (strcmp (session->host, self->session.host) != 0 || session->port != self->session.port)
    {
      g_clear_object (&self->destination);
      self->destination = g_inet_socket_address_new_from_string (session->host, session->port);
      self->last_from_destination = 0;
      if (self->rtp_sink != NULL)
        {
          g_object_set (self->rtp_sink, "host", session->host, "port", (int) session->port, NULL);
          g_object_set (self->rtcp_sink, "host", session->host, "port", (int) session->rtcp_port,
                        NULL);
        }
    }
  self->session = *session;
  g_mutex_unlock (&self->mutex);
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

static void
read_source (const GstStructure *source, guint clock_rate, TandemLegStatistics *statistics)
{
  gboolean internal = FALSE, has_block = FALSE;
  int lost = 0;
  guint jitter = 0, round_trip = 0;

  gst_structure_get_boolean (source, "internal", &internal);
  if (internal)
    return;
  if (gst_structure_get_int (source, "packets-lost", &lost) && lost > 0)
    statistics->packets_lost += (guint64) lost;
  if (gst_structure_get_uint (source, "jitter", &jitter))
    statistics->jitter = jitter * 1000.0 / clock_rate;
  if (gst_structure_get_boolean (source, "have-rb", &has_block) && has_block
      && gst_structure_get_uint (source, "rb-round-trip", &round_trip))
    statistics->round_trip = round_trip * 1000.0 / 65536;
}

/* The E-model of ITU-T G.107, reduced to delay and loss. */
static double
estimate_mos (const TandemLegStatistics *statistics)
{
  double delay = JITTER_BUFFER + 40 + MAX (statistics->round_trip, 0) / 2;
  double total = (double) (statistics->packets_received + statistics->packets_lost);
  double loss = 100 * (double) statistics->packets_lost / total;
  double id = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
  double r = CLAMP (93.2 - id - 95 * loss / (loss + 25.1), 0, 100);

  return 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r);
}

void
tandem_stream_get_statistics (TandemStream *self, TandemLegStatistics *statistics)
{
  g_autoptr (GstElement) rtpbin = NULL;
  g_autoptr (GObject) session = NULL;
  g_autoptr (GstStructure) stats = NULL;
  const GValue *value;
  GValueArray *sources;

  g_mutex_lock (&self->mutex);
  *statistics = self->counted;
  if (self->rtpbin != NULL)
    rtpbin = gst_object_ref (self->rtpbin);
  g_mutex_unlock (&self->mutex);
  statistics->round_trip = -1;
  statistics->mos = -1;
  if (rtpbin != NULL)
    g_signal_emit_by_name (rtpbin, "get-internal-session", 0, &session);
  if (session != NULL)
    g_object_get (session, "stats", &stats, NULL);
  value = stats != NULL ? gst_structure_get_value (stats, "source-stats") : NULL;
  sources = value != NULL ? g_value_get_boxed (value) : NULL;
  if (sources != NULL)
    {
      for (guint i = 0; i < sources->n_values; i++)
        read_source (g_value_get_boxed (&sources->values[i]), self->session.codec->clock_rate,
                     statistics);
    }
  if (statistics->packets_received > 0)
    statistics->mos = estimate_mos (statistics);
}
