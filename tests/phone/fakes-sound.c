/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fakes.h"

/* See fakes.h: the sound. */

static TandemLeg *newest_leg;
static gboolean refuse_sdp, no_ports, no_events;
static gboolean audio_available = TRUE;
static char *audio_problem;
static guint64 packets_received;
static guint processing;

struct _TandemMediaEngine
{
  GObject parent_instance;
  char *input, *output, *ring;
};

G_DEFINE_FINAL_TYPE (TandemMediaEngine, tandem_media_engine, G_TYPE_OBJECT)

enum
{
  ENGINE_AVAILABLE = 1,
  ENGINE_PROBLEM,
  ENGINE_INPUT,
  ENGINE_OUTPUT,
  ENGINE_RING,
};

static TandemMediaEngine *newest_engine;

static void
engine_finalize (GObject *object)
{
  TandemMediaEngine *self = TANDEM_MEDIA_ENGINE (object);

  if (newest_engine == self)
    newest_engine = NULL;
  g_free (self->input);
  g_free (self->output);
  g_free (self->ring);
  G_OBJECT_CLASS (tandem_media_engine_parent_class)->finalize (object);
}

static void
engine_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == ENGINE_AVAILABLE)
    g_value_set_boolean (value, audio_available);
  else if (id == ENGINE_PROBLEM)
    g_value_set_string (value, audio_problem);
}

static void
engine_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TandemMediaEngine *self = TANDEM_MEDIA_ENGINE (object);
  char **field = id == ENGINE_INPUT    ? &self->input
                 : id == ENGINE_OUTPUT ? &self->output
                                       : &self->ring;

  g_free (*field);
  *field = g_value_dup_string (value);
}

static void
tandem_media_engine_class_init (TandemMediaEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = engine_finalize;
  object_class->get_property = engine_get_property;
  object_class->set_property = engine_set_property;
  g_object_class_install_property (
      object_class, ENGINE_AVAILABLE,
      g_param_spec_boolean ("available", NULL, NULL, FALSE, G_PARAM_READABLE));
  g_object_class_install_property (
      object_class, ENGINE_PROBLEM,
      g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE));
  g_object_class_install_property (
      object_class, ENGINE_INPUT,
      g_param_spec_string ("input-device", NULL, NULL, "", G_PARAM_WRITABLE));
  g_object_class_install_property (
      object_class, ENGINE_OUTPUT,
      g_param_spec_string ("output-device", NULL, NULL, "", G_PARAM_WRITABLE));
  g_object_class_install_property (
      object_class, ENGINE_RING,
      g_param_spec_string ("ring-device", NULL, NULL, "", G_PARAM_WRITABLE));
}

static void
tandem_media_engine_init (TandemMediaEngine *self)
{
  newest_engine = self;
}

TandemMediaEngine *
tandem_media_engine_new (TandemAudioBackend backend)
{
  return g_object_new (TANDEM_TYPE_MEDIA_ENGINE, NULL);
}

void
fakes_set_audio (gboolean available, const char *problem)
{
  audio_available = available;
  g_free (audio_problem);
  audio_problem = g_strdup (problem);
  if (newest_engine != NULL)
    g_object_notify (G_OBJECT (newest_engine), "available");
}

void
tandem_media_engine_prepare (TandemMediaEngine *self)
{
}

gboolean
tandem_media_engine_is_test (TandemMediaEngine *self)
{
  return TRUE;
}

void
tandem_media_engine_watch_input_level (TandemMediaEngine *self, gboolean on)
{
}

double
tandem_media_engine_measure_tone (TandemMediaEngine *self, double frequency)
{
  return -14;
}

void
tandem_audio_device_free (TandemAudioDevice *device)
{
  g_free (device->id);
  g_free (device->name);
  g_free (device);
}

static void
free_device (gpointer device)
{
  tandem_audio_device_free (device);
}

GPtrArray *
tandem_media_engine_list_devices (TandemMediaEngine *self)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func (free_device);

  for (guint i = 0; i < 2; i++)
    {
      TandemAudioDevice *device = g_new0 (TandemAudioDevice, 1);

      device->id = g_strdup (i == 0 ? "sample-in" : "sample-out");
      device->name = g_strdup (i == 0 ? "Sample Microphone" : "Sample Headset");
      device->input = i == 0;
      g_ptr_array_add (devices, device);
    }
  return devices;
}

void
tandem_media_engine_set_codecs (TandemMediaEngine *self, const char *const *names)
{
}

char **
tandem_media_engine_list_codecs (TandemMediaEngine *self)
{
  static const char *const names[] = { "PCMU", "PCMA", NULL };

  return g_strdupv ((char **) names);
}

const char *
tandem_media_engine_why_not (TandemMediaEngine *self, const char *codec)
{
  return g_str_equal (codec, "opus") ? "opusenc is missing" : NULL;
}

void
tandem_media_engine_set_answer_priority (TandemMediaEngine *self, gboolean config)
{
}

void
tandem_media_engine_set_port_range (TandemMediaEngine *self, guint min, guint max)
{
}

void
tandem_media_engine_set_rtp_inactivity_timeout (TandemMediaEngine *self, guint seconds)
{
}

void
tandem_media_engine_set_defer_device_release (TandemMediaEngine *self, guint ms)
{
}

void
tandem_media_engine_start_ringing (TandemMediaEngine *self, const char *path)
{
  fakes_note ("ring");
}

void
tandem_media_engine_stop_ringing (TandemMediaEngine *self)
{
  fakes_note ("no-ring");
}

void
tandem_media_engine_start_ringback (TandemMediaEngine *self)
{
  fakes_note ("ringback");
}

void
tandem_media_engine_stop_ringback (TandemMediaEngine *self)
{
  fakes_note ("no-ringback");
}

void
tandem_media_engine_start_waiting (TandemMediaEngine *self)
{
  fakes_note ("waiting");
}

void
tandem_media_engine_stop_waiting (TandemMediaEngine *self)
{
  fakes_note ("no-waiting");
}

void
tandem_media_engine_play_notice (TandemMediaEngine *self, TandemNotice notice)
{
  fakes_note (notice == TANDEM_NOTICE_AUTO_ANSWER ? "notice:auto-answer" : "notice:held");
}

gboolean
tandem_media_engine_set_processing (TandemMediaEngine *self,
                                    gboolean echo,
                                    gboolean noise,
                                    GError **error)
{
  processing = (echo ? 1 : 0) + (noise ? 2 : 0);
  return TRUE;
}

guint
fakes_get_processing (void)
{
  return processing;
}

void
tandem_media_engine_play_key (TandemMediaEngine *self, char digit)
{
  fakes_note ("key:%c", digit);
}

/* One leg. */

struct _TandemLeg
{
  GObject parent_instance;
  gboolean muted, remote_hold, unheard, in_conference;
  char *codec;
  guint offers;
  GThread *thread;
};

G_DEFINE_FINAL_TYPE (TandemLeg, tandem_leg, G_TYPE_OBJECT)

enum
{
  LEG_MUTED = 1,
  LEG_CODEC,
  LEG_REMOTE_HOLD,
};

static void
leg_finalize (GObject *object)
{
  TandemLeg *self = TANDEM_LEG (object);

  g_assert_true (self->thread == g_thread_self ());
  if (newest_leg == self)
    newest_leg = NULL;
  fakes_note ("leg-gone");
  g_free (self->codec);
  G_OBJECT_CLASS (tandem_leg_parent_class)->finalize (object);
}

static void
leg_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemLeg *self = TANDEM_LEG (object);

  if (id == LEG_MUTED)
    g_value_set_boolean (value, self->muted);
  else if (id == LEG_REMOTE_HOLD)
    g_value_set_boolean (value, self->remote_hold);
  else if (id == LEG_CODEC)
    g_value_set_string (value, self->codec);
}

static void
leg_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TandemLeg *self = TANDEM_LEG (object);

  if (id == LEG_MUTED)
    {
      if (self->muted != g_value_get_boolean (value))
        fakes_note (self->muted ? "leg-unmuted" : "leg-muted");
      self->muted = g_value_get_boolean (value);
    }
  else if (id == LEG_REMOTE_HOLD)
    self->remote_hold = g_value_get_boolean (value);
  else if (id == LEG_CODEC)
    {
      g_free (self->codec);
      self->codec = g_value_dup_string (value);
    }
}

static void
tandem_leg_class_init (TandemLegClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = leg_finalize;
  object_class->get_property = leg_get_property;
  object_class->set_property = leg_set_property;
  g_object_class_install_property (
      object_class, LEG_MUTED,
      g_param_spec_boolean ("muted", NULL, NULL, FALSE, G_PARAM_READWRITE));
  g_object_class_install_property (
      object_class, LEG_CODEC, g_param_spec_string ("codec", NULL, NULL, NULL, G_PARAM_READWRITE));
  g_object_class_install_property (
      object_class, LEG_REMOTE_HOLD,
      g_param_spec_boolean ("remote-hold", NULL, NULL, FALSE, G_PARAM_READWRITE));
  g_signal_new ("dtmf", TANDEM_TYPE_LEG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_UCHAR);
  g_signal_new ("rtp-timeout", TANDEM_TYPE_LEG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
  g_signal_new ("rtp-started", TANDEM_TYPE_LEG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
  g_signal_new ("failed", TANDEM_TYPE_LEG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
}

static void
tandem_leg_init (TandemLeg *self)
{
  self->thread = g_thread_self ();
}

TandemLeg *
tandem_leg_new (TandemMediaEngine *engine, const char *address, GError **error)
{
  if (no_ports)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "no RTP port is free");
      return NULL;
    }
  fakes_note ("leg:%s", address);
  newest_leg = g_object_new (TANDEM_TYPE_LEG, NULL);
  return newest_leg;
}

char *
tandem_leg_create_offer (TandemLeg *self)
{
  return g_strdup_printf ("offer%u", ++self->offers);
}

void
tandem_leg_cancel_offer (TandemLeg *self)
{
  fakes_note ("leg-cancel-offer");
}

void
tandem_leg_set_hold (TandemLeg *self, gboolean hold)
{
  fakes_note (hold ? "leg-hold" : "leg-retrieve");
}

gboolean
tandem_leg_set_address (TandemLeg *self, const char *address, GError **error)
{
  fakes_note ("leg-address:%s", address);
  return TRUE;
}

char *
tandem_leg_answer_offer (TandemLeg *self, const char *offer, GError **error)
{
  if (refuse_sdp)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "nothing in common");
      return NULL;
    }
  return g_strdup_printf ("answer-to-%s", offer);
}

char *
tandem_leg_answer_offer_threadsafe (TandemLeg *self, const char *offer)
{
  return refuse_sdp ? NULL : g_strdup_printf ("late-answer-to-%s", offer);
}

gboolean
tandem_leg_set_answer (TandemLeg *self, const char *answer, GError **error)
{
  if (refuse_sdp)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "nothing in common");
      return FALSE;
    }
  fakes_note ("leg-answer:%s", answer);
  g_object_set (self, "codec", "PCMU", NULL);
  return TRUE;
}

void
tandem_leg_start (TandemLeg *self)
{
  fakes_note ("leg-start");
}

gboolean
tandem_leg_send_dtmf (TandemLeg *self, const char *digits)
{
  if (no_events)
    return FALSE;
  fakes_note ("leg-dtmf:%s", digits);
  return !refuse_sdp;
}

gboolean
tandem_leg_send_dtmf_inband (TandemLeg *self, const char *digits)
{
  fakes_note ("leg-inband:%s", digits);
  return TRUE;
}

void
tandem_leg_set_in_conference (TandemLeg *self, gboolean in_conference)
{
  if (self->in_conference != in_conference)
    fakes_note (in_conference ? "leg-conference" : "leg-alone");
  self->in_conference = in_conference;
}

void
tandem_leg_set_heard (TandemLeg *self, gboolean heard)
{
  if (self->unheard == heard)
    fakes_note (heard ? "leg-heard" : "leg-unheard");
  self->unheard = !heard;
}

void
fakes_no_telephone_event (gboolean none)
{
  no_events = none;
}

void
tandem_leg_get_statistics (TandemLeg *self, TandemLegStatistics *statistics)
{
  *statistics = (TandemLegStatistics){ .packets_sent = 50,
                                       .packets_received = packets_received,
                                       .packets_lost = 1,
                                       .jitter = 1.5,
                                       .round_trip = 2,
                                       .mos = 4.3 };
}

void
tandem_leg_stop (TandemLeg *self)
{
  fakes_note ("leg-stop");
}

TandemLeg *
fakes_get_leg (void)
{
  return newest_leg;
}

void
fakes_refuse_sdp (gboolean refuse)
{
  refuse_sdp = refuse;
}

void
fakes_no_ports (gboolean none)
{
  no_ports = none;
}

void
fakes_set_packets (guint64 received)
{
  packets_received = received;
}
