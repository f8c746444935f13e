/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "leg.h"

#include "media-engine-private.h"
#include "negotiation.h"
#include "port-pair.h"
#include "stream.h"
#include "telephone-event.h"

/* See leg.h. The leg is the main thread's side: ports, directions, what was agreed. The words lie in its
 * negotiation, which any thread may ask to answer; "used" is what the main thread has taken from it into
 * use. Its TandemStream goes up and down on the engine's worker; what other threads have to tell comes by
 * idle sources through a link, which the leg cuts when it goes. */

#define HOLD_TAIL (2 * G_TIME_SPAN_SECOND) /* of sound that was under way when a hold began */

typedef struct
{
  gatomicrefcount references;
  TandemLeg *leg; /* main thread only */
} Link;

struct _TandemLeg
{
  GObject parent_instance;

  TandemMediaEngine *engine;
  Link *link;
  TandemNegotiation *negotiation;
  GSocket *rtp, *rtcp, *next_rtp, *next_rtcp; /* next: said, but not in use before it is agreed */
  guint next_port;
  TandemStream *stream;
  gboolean started, muted, in_conference, unheard, agreed, held, stopped;
  TandemSession used;
  GCancellable *resolving;
  TandemLegStatistics last; /* of streams that have gone */
  guint watch_source;
  gint64 listening_since;
  gboolean is_silent;
};

G_DEFINE_FINAL_TYPE (TandemLeg, tandem_leg, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_MUTED,
  PROP_CODEC,
  PROP_HOLD,
  PROP_REMOTE_HOLD,
  N_PROPERTIES
};

enum
{
  SIGNAL_DTMF,
  SIGNAL_RTP_TIMEOUT,
  SIGNAL_RTP_STARTED,
  SIGNAL_FAILED,
  SIGNAL_APPLY, /* not a signal: take the session into use */
  N_SIGNALS = SIGNAL_APPLY
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

typedef struct
{
  Link *link;
  guint what;
  char digit;
  char *message;
} Telling;

typedef struct
{
  Link *link;
  TandemStream *stream;
} Job;

static void take_into_use (TandemLeg *self);

static Link *
link_ref (Link *link)
{
  g_atomic_ref_count_inc (&link->references);
  return link;
}

static void
link_unref (Link *link)
{
  if (g_atomic_ref_count_dec (&link->references))
    g_free (link);
}

static gboolean
on_told (gpointer data)
{
  Telling *telling = data;
  TandemLeg *leg = telling->link->leg;

  if (leg == NULL || leg->stopped)
    return G_SOURCE_REMOVE;
  g_object_ref (leg);
  switch (telling->what)
    {
    case SIGNAL_APPLY:
      take_into_use (leg);
      break;
    case SIGNAL_DTMF:
      g_signal_emit (leg, signals[SIGNAL_DTMF], 0, (guchar) telling->digit);
      break;
    case SIGNAL_FAILED:
      g_signal_emit (leg, signals[SIGNAL_FAILED], 0, telling->message);
      break;
    default:
      g_signal_emit (leg, signals[telling->what], 0);
    }
  g_object_unref (leg);
  return G_SOURCE_REMOVE;
}

static void
telling_free (gpointer data)
{
  Telling *telling = data;

  link_unref (telling->link);
  g_free (telling->message);
  g_free (telling);
}

/* Any thread. */
static void
tell (Link *link, guint what, char digit, const char *message)
{
  Telling *telling = g_new0 (Telling, 1);

  telling->link = link_ref (link);
  telling->what = what;
  telling->digit = digit;
  telling->message = g_strdup (message);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_told, telling, telling_free);
}

static void
on_digit (char digit, gpointer data)
{
  tell (data, SIGNAL_DTMF, digit, NULL);
}

static void
on_started (gpointer data)
{
  tell (data, SIGNAL_RTP_STARTED, '\0', NULL);
}

static void
on_failed (const char *message, gpointer data)
{
  tell (data, SIGNAL_FAILED, '\0', message);
}

static Job *
job_new (TandemLeg *self, TandemStream *stream)
{
  Job *job = g_new0 (Job, 1);

  job->link = link_ref (self->link);
  job->stream = tandem_stream_ref (stream);
  return job;
}

static void
job_free (Job *job)
{
  tandem_stream_unref (job->stream);
  link_unref (job->link);
  g_free (job);
}

static void
open_stream (gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;

  if (!tandem_stream_open (job->stream, &error))
    tell (job->link, SIGNAL_FAILED, '\0', error->message);
  job_free (job);
}

static void
close_stream (gpointer data)
{
  Job *job = data;

  tandem_stream_close (job->stream);
  job_free (job);
}

/* (nullable): the stream that was, for one that shall go on where it stopped. */
static TandemStream *
drop_stream (TandemLeg *self)
{
  if (self->stream == NULL)
    return NULL;
  tandem_stream_leave (self->stream);
  tandem_stream_get_statistics (self->stream, &self->last);
  tandem_media_engine_work (self->engine, close_stream, job_new (self, self->stream));
  return g_steal_pointer (&self->stream);
}

static void
follow_state (TandemLeg *self)
{
  TandemPortState state = {
    .muted = self->muted,
    .held = tandem_negotiation_is_quiet (self->negotiation),
    .unheard = self->unheard,
    .in_conference = self->in_conference,
  };

  if (self->stream != NULL)
    tandem_stream_set_state (self->stream, &state);
}

static void
make_stream (TandemLeg *self, TandemStream *previous)
{
  TandemStreamEvents events = {
    .digit = on_digit,
    .started = on_started,
    .failed = on_failed,
    .data = self->link,
  };

  self->stream = tandem_stream_new (tandem_media_engine_get_bridge (self->engine), self->rtp,
                                    self->rtcp, &self->used, previous, &events);
  follow_state (self);
  tandem_media_engine_work (self->engine, open_stream, job_new (self, self->stream));
}

static gboolean on_watch (gpointer data);

static void
watch_in (TandemLeg *self, gint64 delay)
{
  self->watch_source = g_timeout_add ((guint) (delay / 1000) + 1, on_watch, self);
}

/* Who holds us may play something or say nothing: then silence means something only once it played. */
static gboolean
is_sound_due (TandemLeg *self, gint64 received)
{
  if (!self->used.receive || self->stream == NULL)
    return FALSE;
  return !self->used.remote_hold || received > self->listening_since + HOLD_TAIL;
}

/* Comes when silence could have lasted long enough, not more often. */
static gboolean
on_watch (gpointer data)
{
  TandemLeg *self = data;
  gint64 timeout = tandem_media_engine_get_timeout (self->engine) * G_TIME_SPAN_SECOND;
  gint64 now = g_get_monotonic_time (), received = 0, last;

  self->watch_source = 0;
  if (self->stream != NULL)
    received = tandem_stream_get_last_received (self->stream);
  last = MAX (self->listening_since, received);
  if (!is_sound_due (self, received))
    {
      watch_in (self, timeout);
      return G_SOURCE_REMOVE;
    }
  if (now - last < timeout)
    {
      self->is_silent = FALSE;
      watch_in (self, last + timeout - now);
      return G_SOURCE_REMOVE;
    }
  watch_in (self, timeout);
  if (self->is_silent)
    return G_SOURCE_REMOVE;
  self->is_silent = TRUE;
  g_object_ref (self);
  g_signal_emit (self, signals[SIGNAL_RTP_TIMEOUT], 0);
  g_object_unref (self);
  return G_SOURCE_REMOVE;
}

/* The agreed session, new or changed, becomes sound. */
static void
use_session (TandemLeg *self)
{
  guint timeout = tandem_media_engine_get_timeout (self->engine);

  if (!self->started || !self->agreed || self->stopped)
    return;
  if (self->stream == NULL || !tandem_stream_follow (self->stream, &self->used))
    {
      g_autoptr (TandemStream) previous = drop_stream (self);

      make_stream (self, previous);
    }
  if (self->watch_source == 0 && timeout > 0)
    watch_in (self, timeout * G_TIME_SPAN_SECOND);
}

static void
on_resolved (GObject *resolver, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (resolver), result, &error);
  g_autofree char *host = NULL;
  Link *link = data;
  TandemLeg *self = link->leg;

  if (self != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_object (&self->resolving);
  if (addresses != NULL && self != NULL)
    {
      host = g_inet_address_to_string (addresses->data);
      g_strlcpy (self->used.host, host, sizeof self->used.host);
      use_session (self);
    }
  else if (self != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell (link, SIGNAL_FAILED, '\0', error->message);
  g_resolver_free_addresses (addresses);
  link_unref (link);
}

static void
notify (TandemLeg *self)
{
  for (guint i = PROP_CODEC; i < N_PROPERTIES; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

/* The far end has agreed to our other ports. */
static void
take_next_ports (TandemLeg *self)
{
  g_autoptr (TandemStream) previous = NULL;

  g_set_object (&self->rtp, self->next_rtp);
  g_set_object (&self->rtcp, self->next_rtcp);
  g_clear_object (&self->next_rtp);
  g_clear_object (&self->next_rtcp);
  if (self->stream == NULL)
    return;
  previous = drop_stream (self);
  make_stream (self, previous);
}

static void
resolve (TandemLeg *self)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  gboolean v6 = tandem_negotiation_is_ipv6 (self->negotiation);

  self->resolving = g_cancellable_new ();
  g_resolver_lookup_by_name_with_flags_async (resolver, self->used.host,
                                              v6 ? G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY
                                                 : G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY,
                                              self->resolving, on_resolved, link_ref (self->link));
}

static void
take_into_use (TandemLeg *self)
{
  TandemSession before = self->used;
  guint port = 0;

  self->agreed = tandem_negotiation_get_agreed (self->negotiation, &self->used, &port);
  self->held = tandem_negotiation_is_held (self->negotiation);
  if (self->used.receive != before.receive || self->used.remote_hold != before.remote_hold
      || self->listening_since == 0)
    {
      self->listening_since = g_get_monotonic_time ();
      self->is_silent = FALSE;
    }
  if (self->next_rtp != NULL && port == self->next_port)
    take_next_ports (self);
  follow_state (self);
  g_object_ref (self);
  notify (self);

  g_cancellable_cancel (self->resolving);
  g_clear_object (&self->resolving);
  if (self->agreed && !self->stopped && !g_hostname_is_ip_address (self->used.host))
    resolve (self);
  else
    use_session (self);
  g_object_unref (self);
}

static void
tandem_leg_dispose (GObject *object)
{
  TandemLeg *self = TANDEM_LEG (object);

  tandem_leg_stop (self);
  if (self->link != NULL)
    {
      self->link->leg = NULL;
      g_clear_pointer (&self->link, link_unref);
    }
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (tandem_leg_parent_class)->dispose (object);
}

static void
tandem_leg_finalize (GObject *object)
{
  TandemLeg *self = TANDEM_LEG (object);

  g_clear_object (&self->rtp);
  g_clear_object (&self->rtcp);
  g_clear_object (&self->next_rtp);
  g_clear_object (&self->next_rtcp);
  g_clear_pointer (&self->negotiation, tandem_negotiation_free);
  G_OBJECT_CLASS (tandem_leg_parent_class)->finalize (object);
}

static void
tandem_leg_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemLeg *self = TANDEM_LEG (object);

  switch (id)
    {
    case PROP_MUTED:
      g_value_set_boolean (value, self->muted);
      break;
    case PROP_CODEC:
      g_value_set_string (value, self->agreed ? self->used.codec->name : NULL);
      break;
    case PROP_HOLD:
      g_value_set_boolean (value, self->held);
      break;
    case PROP_REMOTE_HOLD:
      g_value_set_boolean (value, self->agreed && self->used.remote_hold);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_leg_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TandemLeg *self = TANDEM_LEG (object);

  switch (id)
    {
    case PROP_MUTED:
      self->muted = g_value_get_boolean (value);
      follow_state (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_leg_class_init (TandemLegClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  object_class->dispose = tandem_leg_dispose;
  object_class->finalize = tandem_leg_finalize;
  object_class->get_property = tandem_leg_get_property;
  object_class->set_property = tandem_leg_set_property;

  properties[PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CODEC]
      = g_param_spec_string ("codec", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HOLD]
      = g_param_spec_boolean ("hold", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_REMOTE_HOLD] = g_param_spec_boolean ("remote-hold", NULL, NULL, FALSE,
                                                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  signals[SIGNAL_DTMF] = g_signal_new ("dtmf", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_UCHAR);
  signals[SIGNAL_RTP_TIMEOUT]
      = g_signal_new ("rtp-timeout", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_RTP_STARTED]
      = g_signal_new ("rtp-started", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tandem_leg_init (TandemLeg *self)
{
  self->last = (TandemLegStatistics){ .round_trip = -1, .mos = -1 };
  self->link = g_new0 (Link, 1);
  g_atomic_ref_count_init (&self->link->references);
  self->link->leg = self;
}

TandemLeg *
tandem_leg_new (TandemMediaEngine *engine, const char *address, GError **error)
{
  g_autoptr (TandemLeg) self = g_object_new (TANDEM_TYPE_LEG, NULL);
  guint min, max, port;

  self->engine = g_object_ref (engine);
  tandem_media_engine_get_ports (engine, &min, &max);
  if (!tandem_port_pair_bind (address, min, max, &port, &self->rtp, &self->rtcp, error))
    return NULL;
  self->negotiation
      = tandem_negotiation_new (tandem_media_engine_dup_codecs (engine),
                                tandem_media_engine_get_own_order (engine), address, port);
  return g_steal_pointer (&self);
}

/* A socket hears what is sent to any address, but for one of loopback or of the other IP version. */
static gboolean
reaches (GSocket *socket, const char *address, guint *port)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GInetAddress) wanted = g_inet_address_new_from_string (address);
  GInetAddress *bound;

  if (local == NULL || wanted == NULL)
    return FALSE;
  bound = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local));
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
  return g_inet_address_equal (bound, wanted)
         || (g_inet_address_get_is_any (bound)
             && g_inet_address_get_family (bound) == g_inet_address_get_family (wanted));
}

gboolean
tandem_leg_set_address (TandemLeg *self, const char *address, GError **error)
{
  guint min, max, port = 0;

  g_return_val_if_fail (TANDEM_IS_LEG (self), FALSE);

  if (!g_hostname_is_ip_address (address))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is no IP address", address);
      return FALSE;
    }
  if (reaches (self->rtp, address, &port))
    {
      g_clear_object (&self->next_rtp);
      g_clear_object (&self->next_rtcp);
    }
  else if (self->next_rtp == NULL || !reaches (self->next_rtp, address, &port))
    {
      g_autoptr (GSocket) rtp = NULL, rtcp = NULL;

      tandem_media_engine_get_ports (self->engine, &min, &max);
      if (!tandem_port_pair_bind (address, min, max, &port, &rtp, &rtcp, error))
        return FALSE;
      g_set_object (&self->next_rtp, rtp);
      g_set_object (&self->next_rtcp, rtcp);
      self->next_port = port;
    }
  tandem_negotiation_set_address (self->negotiation, address, port);
  return TRUE;
}

char *
tandem_leg_create_offer (TandemLeg *self)
{
  g_return_val_if_fail (TANDEM_IS_LEG (self), NULL);

  return tandem_negotiation_offer (self->negotiation);
}

char *
tandem_leg_answer_offer (TandemLeg *self, const char *offer, GError **error)
{
  char *answer;

  g_return_val_if_fail (TANDEM_IS_LEG (self), NULL);

  answer = tandem_negotiation_answer (self->negotiation, offer, error);
  if (answer != NULL)
    take_into_use (self);
  return answer;
}

char *
tandem_leg_answer_offer_threadsafe (TandemLeg *self, const char *offer)
{
  char *answer = tandem_negotiation_answer (self->negotiation, offer, NULL);

  if (answer != NULL)
    tell (self->link, SIGNAL_APPLY, '\0', NULL);
  return answer;
}

gboolean
tandem_leg_set_answer (TandemLeg *self, const char *answer, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_LEG (self), FALSE);

  if (!tandem_negotiation_take_answer (self->negotiation, answer, error))
    return FALSE;
  take_into_use (self);
  return TRUE;
}

void
tandem_leg_cancel_offer (TandemLeg *self)
{
  g_return_if_fail (TANDEM_IS_LEG (self));

  tandem_negotiation_cancel (self->negotiation);
  follow_state (self);
}

void
tandem_leg_start (TandemLeg *self)
{
  g_return_if_fail (TANDEM_IS_LEG (self));

  if (self->started || self->stopped)
    return;
  self->started = TRUE;
  tandem_media_engine_hold_devices (self->engine, TRUE);
  self->listening_since = g_get_monotonic_time ();
  if (self->resolving == NULL)
    use_session (self);
}

void
tandem_leg_set_hold (TandemLeg *self, gboolean hold)
{
  g_return_if_fail (TANDEM_IS_LEG (self));

  tandem_negotiation_set_hold (self->negotiation, hold);
  follow_state (self);
}

gboolean
tandem_leg_send_dtmf (TandemLeg *self, const char *digits)
{
  g_return_val_if_fail (TANDEM_IS_LEG (self), FALSE);

  if (self->stream == NULL || self->used.event_payload < 0)
    return FALSE;
  for (const char *digit = digits; *digit != '\0'; digit++)
    {
      if (tandem_telephone_event_from_digit (*digit) < 0)
        return FALSE;
    }
  tandem_stream_send_digits (self->stream, digits);
  return TRUE;
}

gboolean
tandem_leg_send_dtmf_inband (TandemLeg *self, const char *digits)
{
  g_return_val_if_fail (TANDEM_IS_LEG (self), FALSE);

  for (const char *digit = digits; *digit != '\0'; digit++)
    {
      if (tandem_telephone_event_from_digit (*digit) < 0)
        return FALSE;
    }
  return self->stream != NULL && tandem_stream_send_keys (self->stream, digits);
}

void
tandem_leg_set_in_conference (TandemLeg *self, gboolean in_conference)
{
  g_return_if_fail (TANDEM_IS_LEG (self));

  self->in_conference = in_conference;
  follow_state (self);
}

void
tandem_leg_set_heard (TandemLeg *self, gboolean heard)
{
  g_return_if_fail (TANDEM_IS_LEG (self));

  self->unheard = !heard;
  follow_state (self);
}

void
tandem_leg_get_statistics (TandemLeg *self, TandemLegStatistics *statistics)
{
  g_return_if_fail (TANDEM_IS_LEG (self));

  *statistics = self->last;
  if (self->stream != NULL)
    tandem_stream_get_statistics (self->stream, statistics);
}

void
tandem_leg_stop (TandemLeg *self)
{
  g_autoptr (TandemStream) previous = NULL;

  g_return_if_fail (TANDEM_IS_LEG (self));

  if (self->stopped)
    return;
  self->stopped = TRUE;
  g_clear_handle_id (&self->watch_source, g_source_remove);
  g_cancellable_cancel (self->resolving);
  g_clear_object (&self->resolving);
  previous = drop_stream (self);
  if (self->started)
    tandem_media_engine_release_devices (self->engine, TRUE);
}
