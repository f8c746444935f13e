/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream-private.h"

#include "loose-pad.h"

#include <string.h>

/* See stream.h. Sending and receiving run on; what is not wanted (hold, a direction that was not agreed)
 * is not sent or is dropped, so that no state of a pipeline changes in a call. Elements work at the codec's
 * rate; the way from and to the bridge's 48 kHz is ours, which spares two elements each way, and so are
 * sockets (the wire), which spares the threads of four.
 *
 * Going down, the wire stops first: rtpbin makes decoders for what comes, and starts them whatever the pipeline
 * around it is doing. */

#define FIFO_TARGET (2 * TANDEM_FRAME)
#define PATIENCE (2 * GST_SECOND)

GstElement *
tandem_stream_make_bin (GstElement *const *elements, guint n, const char *sink, const char *src)
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

      g_mutex_lock (&self->quick);
      g_set_object (&pipeline, self->pipeline);
      g_mutex_unlock (&self->quick);
      if (pipeline != NULL)
        gst_element_call_async (pipeline, recalculate_latency, NULL, NULL);
    }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static void
unref_stream (gpointer data)
{
  tandem_stream_unref (data);
}

static gboolean
build (TandemStream *self)
{
  self->rtpbin = gst_element_factory_make ("rtpbin", NULL);
  if (self->rtpbin == NULL)
    return FALSE;
  g_object_set (self->rtpbin, "latency", TANDEM_JITTER_BUFFER, "do-lost", TRUE, "autoremove", TRUE,
                NULL);
  gst_util_set_object_arg (G_OBJECT (self->rtpbin), "rtp-profile", "avp");
  gst_bin_add (GST_BIN (self->pipeline), self->rtpbin);
  return tandem_stream_build_receiver (self) && tandem_stream_build_sender (self);
}

/* The mutex is held, or nobody else knows the stream yet. */
static void
adopt (TandemStream *self, const TandemSession *session)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (session->host);
  gboolean real = address != NULL && !g_inet_address_get_is_any (address);

  self->session = *session;
  g_mutex_lock (&self->quick);
  self->event_payload = session->event_payload;
  self->event_rate = session->event_rate;
  g_mutex_unlock (&self->quick);
  g_atomic_int_set (&self->sending, session->send && real);
  g_atomic_int_set (&self->receiving, session->receive);
  g_atomic_int_set (&self->keys_as_sound, session->event_payload < 0);
  g_atomic_int_set (&self->has_address, real);
}

/* The same. */
static void
send_to_named (TandemStream *self)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (self->session.host);

  if (address != NULL && g_atomic_int_get (&self->has_address))
    tandem_wire_set_far (self->wire, address, self->session.port, self->session.rtcp_port);
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
  g_mutex_init (&self->building);
  g_mutex_init (&self->mutex);
  g_mutex_init (&self->quick);
  self->bridge = bridge;
  self->codec = session->codec;
  self->payload = (guint8) session->payload;
  self->ptime = session->ptime;
  self->counted.round_trip = -1;
  self->events = *events;
  self->previous = previous != NULL ? tandem_stream_ref (previous) : NULL;
  self->mux = session->rtcp_mux;
  self->wire = tandem_wire_new (rtp, rtcp, self->mux, tandem_stream_on_packet, self);
  adopt (self, session);
  send_to_named (self);
  tandem_latch_set_named (&self->latch, session->host, session->port, g_get_monotonic_time ());
  self->from_far = tandem_fifo_new (FIFO_TARGET);
  self->coder = tandem_coder_new (session->codec->coder);
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
  tandem_coder_free (self->coder);
  tandem_event_sender_clear (&self->sender);
  tandem_latch_clear (&self->latch);
  tandem_wire_free (self->wire);
  g_mutex_clear (&self->building);
  g_mutex_clear (&self->mutex);
  g_mutex_clear (&self->quick);
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
  self->heard = previous->heard;
  self->last_received = MAX (self->last_received, previous->last_received);
  g_mutex_unlock (&self->mutex);
  g_mutex_lock (&self->quick);
  self->packets_sent = counted.packets_sent;
  self->bytes_sent = counted.bytes_sent;
  self->sequence = previous->sequence;
  self->has_sent = previous->has_sent;
  g_mutex_unlock (&self->quick);
  self->ssrc = previous->ssrc;
  self->timestamp_offset = previous->timestamp_offset;
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

static void
join (TandemStream *self)
{
  g_mutex_lock (&self->mutex);
  if (!self->left)
    {
      self->ready = TRUE;
      self->base = gst_clock_get_time (self->clock);
      tandem_fifo_clear (self->from_far);
      self->port = tandem_bridge_add_port (self->bridge, self->from_far, self->packet,
                                           tandem_stream_on_frame, self);
      tandem_bridge_port_set_state (self->bridge, self->port, &self->state);
    }
  g_mutex_unlock (&self->mutex);
}

gboolean
tandem_stream_open (TandemStream *self, GError **error)
{
  g_autoptr (GstBus) bus = NULL;

  inherit (self);
  self->clock = gst_system_clock_obtain ();
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), self->clock);
  gst_element_set_start_time (self->pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (self->pipeline, 0);
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, on_message, tandem_stream_ref (self), unref_stream);
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
  tandem_stream_begin_receiver (self);
  tandem_stream_begin_sender (self);
  if (!tandem_wire_start (self->wire, error))
    return FALSE;
  join (self);
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

/* The pipeline first: it takes with it the threads that use the pads. */
static void
take_down (TandemStream *self, GstElement *pipeline)
{
  GstPad **pads[] = { &self->rtp_in, &self->rtcp_in, &self->rtp_out, &self->rtcp_out, &self->near };
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pads); i++)
    g_clear_pointer (pads[i], tandem_loose_pad_free);
}

void
tandem_stream_close (TandemStream *self)
{
  TandemLegStatistics last;
  GstElement *pipeline, *rtpbin;

  tandem_stream_leave (self);
  tandem_wire_stop (self->wire);
  tandem_stream_get_statistics (self, &last);
  g_mutex_lock (&self->building);
  self->closing = TRUE;
  g_mutex_unlock (&self->building);
  g_mutex_lock (&self->mutex);
  rtpbin = g_steal_pointer (&self->rtpbin);
  self->ready = FALSE;
  self->counted = last;
  self->lost_before = last.packets_lost;
  g_mutex_unlock (&self->mutex);
  g_mutex_lock (&self->quick);
  pipeline = g_steal_pointer (&self->pipeline);
  g_mutex_unlock (&self->quick);
  if (pipeline == NULL)
    return;
  take_down (self, pipeline);
  /* A latency calculation under way may keep the pipeline for longer than the stream lives. */
  if (rtpbin != NULL)
    g_signal_handlers_disconnect_by_data (rtpbin, self);
  gst_clear_object (&self->clock);
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
tandem_stream_set_state (TandemStream *self, const TandemPortState *state)
{
  g_mutex_lock (&self->mutex);
  self->state = *state;
  if (self->port != NULL)
    tandem_bridge_port_set_state (self->bridge, self->port, state);
  g_mutex_unlock (&self->mutex);
}

gboolean
tandem_stream_send_keys (TandemStream *self, const char *digits)
{
  gboolean can;

  g_mutex_lock (&self->mutex);
  can = self->port != NULL;
  if (can)
    tandem_bridge_port_send_keys (self->bridge, self->port, digits);
  g_mutex_unlock (&self->mutex);
  return can;
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
  double delay = TANDEM_JITTER_BUFFER + 40 + MAX (statistics->round_trip, 0) / 2;
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
  g_mutex_lock (&self->quick);
  counted.packets_sent = self->packets_sent;
  counted.bytes_sent = self->bytes_sent;
  g_mutex_unlock (&self->quick);
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
