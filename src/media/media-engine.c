/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-engine-private.h"

#include "server-door.h"
#include "sound-room.h"

#include <string.h>

/* See media-engine.h. Two workers: legs go up and down on one, devices live on the other (the sound room),
 * so that a sound server that hangs delays no call. GStreamer is initialised on first need, on a worker
 * when that comes first. */

#define RETRY 3          /* s */
#define ANSWER 3         /* s: a server that says nothing for so long is told as absent */
#define MOMENT 700       /* ms: of the ear, for a short sound */
#define LEVEL 100        /* ms: from one level to the next */
#define QUIETEST (-60.0) /* dBFS: of a level of 0 */

static const char no_server[] = "no sound server answers";

struct _TandemMediaEngine
{
  GObject parent_instance;

  TandemAudioBackend backend;
  TandemSoundRoom *room;
  TandemBridge *bridge; /* the room's */
  GThreadPool *leg_worker;
  TandemServerDoor *door;
  GPtrArray *device_list;

  char *input_device, *output_device, *ring_device;
  gboolean echo, noise;
  char *in_wav, *out_wav;
  double test_tone;
  char **codecs;
  gboolean own_order;
  guint port_min, port_max, timeout, defer_release;

  guint holders[TANDEM_N_DEVICES];
  guint release_source, retry_source, answer_source, moment_source, level_source;
  guint level_watchers;
  gboolean ringing, ringback, waiting;
  const char *problems[TANDEM_N_DEVICES];
  const char *problem;
  gboolean available;
};

G_DEFINE_FINAL_TYPE (TandemMediaEngine, tandem_media_engine, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_AVAILABLE,
  PROP_PROBLEM,
  PROP_INPUT_DEVICE,
  PROP_OUTPUT_DEVICE,
  PROP_RING_DEVICE,
  PROP_ECHO_CANCELLATION,
  PROP_NOISE_SUPPRESSION,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];
static guint devices_changed, input_level;

typedef struct
{
  TandemWork work;
  gpointer data;
} LegJob;

static void
run_leg_job (gpointer data, gpointer engine)
{
  LegJob *job = data;

  tandem_media_ensure_gstreamer ();
  job->work (job->data);
  g_free (job);
}

static gboolean
is_pulse (TandemMediaEngine *self)
{
  return self->backend != TANDEM_AUDIO_TEST;
}

static void
look (TandemMediaEngine *self, gboolean again)
{
  tandem_sound_room_look (self->room, self->input_device, self->output_device, again);
}

static void
update_problem (TandemMediaEngine *self)
{
  const char *problem = self->problems[TANDEM_DEVICE_EAR];

  if (problem == NULL)
    problem = self->problems[TANDEM_DEVICE_MICROPHONE];
  tandem_server_door_watch (self->door,
                            problem == no_server || g_strcmp0 (problem, no_server) == 0);
  if (g_strcmp0 (problem, self->problem) == 0)
    return;
  self->problem = problem;
  self->available = problem == NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVAILABLE]);
}

static gboolean
on_no_answer (gpointer data)
{
  TandemMediaEngine *self = data;

  self->answer_source = 0;
  self->problems[TANDEM_DEVICE_EAR] = self->problems[TANDEM_DEVICE_MICROPHONE] = no_server;
  update_problem (self);
  return G_SOURCE_REMOVE;
}

static void
expect_answer (TandemMediaEngine *self)
{
  if (is_pulse (self) && self->answer_source == 0)
    self->answer_source = g_timeout_add_seconds (ANSWER, on_no_answer, self);
}

static const char *
get_name (TandemMediaEngine *self, TandemDeviceKind kind)
{
  if (is_pulse (self))
    return kind == TANDEM_DEVICE_MICROPHONE ? self->input_device : self->output_device;
  return kind == TANDEM_DEVICE_MICROPHONE ? self->in_wav : self->out_wav;
}

/* Opens what somebody holds; nothing happens when it is open. A test tone and a meter need no device. */
static void
open_device (TandemMediaEngine *self, TandemDeviceKind kind)
{
  const char *name = get_name (self, kind);

  if (self->holders[kind] == 0 || name == NULL)
    return;
  expect_answer (self);
  tandem_sound_room_open (self->room, kind, name);
}

static gboolean
on_retry (gpointer data)
{
  TandemMediaEngine *self = data;

  self->retry_source = 0;
  open_device (self, TANDEM_DEVICE_EAR);
  open_device (self, TANDEM_DEVICE_MICROPHONE);
  return G_SOURCE_REMOVE;
}

static void
on_server_appeared (gpointer data)
{
  TandemMediaEngine *self = data;

  look (self, TRUE);
  open_device (self, TANDEM_DEVICE_EAR);
  open_device (self, TANDEM_DEVICE_MICROPHONE);
}

static void
on_device_told (TandemDeviceKind kind, const char *problem, gpointer data)
{
  TandemMediaEngine *self = data;

  g_clear_handle_id (&self->answer_source, g_source_remove);
  self->problems[kind] = problem;
  if (problem != NULL && kind != TANDEM_DEVICE_RINGER && self->holders[kind] > 0
      && self->retry_source == 0)
    self->retry_source = g_timeout_add_seconds (RETRY, on_retry, self);
  update_problem (self);
}

static gboolean
is_same_list (GPtrArray *one, GPtrArray *other)
{
  if (one->len != other->len)
    return FALSE;
  for (guint i = 0; i < one->len; i++)
    {
      const TandemAudioDevice *a = g_ptr_array_index (one, i), *b = g_ptr_array_index (other, i);

      if (a->input != b->input || strcmp (a->id, b->id) != 0 || g_strcmp0 (a->name, b->name) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
on_devices_changed (GPtrArray *devices, gpointer data)
{
  TandemMediaEngine *self = data;

  if (is_same_list (self->device_list, devices))
    return;
  g_ptr_array_unref (self->device_list);
  self->device_list = g_ptr_array_ref (devices);
  for (guint kind = 0; kind < TANDEM_DEVICE_RINGER; kind++)
    {
      if (self->problems[kind] != NULL)
        open_device (self, (TandemDeviceKind) kind);
    }
  if (self->holders[TANDEM_DEVICE_EAR] == 0)
    look (self, FALSE);
  g_signal_emit (self, devices_changed, 0);
}

static gboolean
on_release (gpointer data)
{
  TandemMediaEngine *self = data;

  self->release_source = 0;
  for (guint kind = 0; kind < TANDEM_DEVICE_RINGER; kind++)
    {
      if (self->holders[kind] == 0)
        tandem_sound_room_close (self->room, (TandemDeviceKind) kind);
    }
  return G_SOURCE_REMOVE;
}

static void
set_device (TandemMediaEngine *self, TandemDeviceKind kind, char **device, const char *name)
{
  if (name == NULL)
    name = "";
  if (strcmp (*device, name) == 0)
    return;
  g_free (*device);
  *device = g_strdup (name);
  if (kind == TANDEM_DEVICE_RINGER || !is_pulse (self))
    return;
  if (self->holders[kind] > 0)
    {
      tandem_sound_room_move (self->room, kind, name);
      open_device (self, kind);
    }
}

static void
set_processing (TandemMediaEngine *self, gboolean echo, gboolean noise)
{
  gboolean echo_changed = self->echo != echo, noise_changed = self->noise != noise;

  self->echo = echo;
  self->noise = noise;
  if (echo_changed || noise_changed)
    tandem_sound_room_set_processing (self->room, echo, noise);
  if (echo_changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ECHO_CANCELLATION]);
  if (noise_changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOISE_SUPPRESSION]);
}

static void
tandem_media_engine_dispose (GObject *object)
{
  TandemMediaEngine *self = TANDEM_MEDIA_ENGINE (object);

  g_clear_handle_id (&self->release_source, g_source_remove);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_handle_id (&self->answer_source, g_source_remove);
  g_clear_handle_id (&self->moment_source, g_source_remove);
  g_clear_handle_id (&self->level_source, g_source_remove);
  g_clear_pointer (&self->door, tandem_server_door_free);
  G_OBJECT_CLASS (tandem_media_engine_parent_class)->dispose (object);
}

static void
tandem_media_engine_finalize (GObject *object)
{
  TandemMediaEngine *self = TANDEM_MEDIA_ENGINE (object);

  g_thread_pool_free (self->leg_worker, FALSE, TRUE);
  tandem_sound_room_leave (self->room);
  g_ptr_array_unref (self->device_list);
  g_free (self->input_device);
  g_free (self->output_device);
  g_free (self->ring_device);
  g_free (self->in_wav);
  g_free (self->out_wav);
  g_strfreev (self->codecs);
  G_OBJECT_CLASS (tandem_media_engine_parent_class)->finalize (object);
}

static void
tandem_media_engine_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemMediaEngine *self = TANDEM_MEDIA_ENGINE (object);

  switch (id)
    {
    case PROP_AVAILABLE:
      g_value_set_boolean (value, self->available);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_INPUT_DEVICE:
      g_value_set_string (value, self->input_device);
      break;
    case PROP_OUTPUT_DEVICE:
      g_value_set_string (value, self->output_device);
      break;
    case PROP_RING_DEVICE:
      g_value_set_string (value, self->ring_device);
      break;
    case PROP_ECHO_CANCELLATION:
      g_value_set_boolean (value, self->echo);
      break;
    case PROP_NOISE_SUPPRESSION:
      g_value_set_boolean (value, self->noise);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_media_engine_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TandemMediaEngine *self = TANDEM_MEDIA_ENGINE (object);

  switch (id)
    {
    case PROP_INPUT_DEVICE:
      set_device (self, TANDEM_DEVICE_MICROPHONE, &self->input_device, g_value_get_string (value));
      break;
    case PROP_OUTPUT_DEVICE:
      set_device (self, TANDEM_DEVICE_EAR, &self->output_device, g_value_get_string (value));
      break;
    case PROP_RING_DEVICE:
      set_device (self, TANDEM_DEVICE_RINGER, &self->ring_device, g_value_get_string (value));
      break;
    case PROP_ECHO_CANCELLATION:
      set_processing (self, g_value_get_boolean (value), self->noise);
      break;
    case PROP_NOISE_SUPPRESSION:
      set_processing (self, self->echo, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_media_engine_class_init (TandemMediaEngineClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = tandem_media_engine_dispose;
  object_class->finalize = tandem_media_engine_finalize;
  object_class->get_property = tandem_media_engine_get_property;
  object_class->set_property = tandem_media_engine_set_property;

  properties[PROP_AVAILABLE]
      = g_param_spec_boolean ("available", NULL, NULL, TRUE, G_PARAM_READABLE | flags);
  properties[PROP_PROBLEM]
      = g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE | flags);
  properties[PROP_INPUT_DEVICE]
      = g_param_spec_string ("input-device", NULL, NULL, "", G_PARAM_READWRITE | flags);
  properties[PROP_OUTPUT_DEVICE]
      = g_param_spec_string ("output-device", NULL, NULL, "", G_PARAM_READWRITE | flags);
  properties[PROP_RING_DEVICE]
      = g_param_spec_string ("ring-device", NULL, NULL, "", G_PARAM_READWRITE | flags);
  properties[PROP_ECHO_CANCELLATION]
      = g_param_spec_boolean ("echo-cancellation", NULL, NULL, TRUE, G_PARAM_READWRITE | flags);
  properties[PROP_NOISE_SUPPRESSION]
      = g_param_spec_boolean ("noise-suppression", NULL, NULL, TRUE, G_PARAM_READWRITE | flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  devices_changed = g_signal_new ("devices-changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  input_level = g_signal_new ("input-level", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                              NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
}

static void
tandem_media_engine_init (TandemMediaEngine *self)
{
  static const char *const codecs[] = { "opus", "G722", "PCMU", "PCMA", NULL };

  self->leg_worker = g_thread_pool_new (run_leg_job, self, 1, FALSE, NULL);
  self->device_list = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_audio_device_free);
  self->door = tandem_server_door_new (on_server_appeared, self);
  self->echo = self->noise = TRUE;
  self->input_device = g_strdup ("");
  self->output_device = g_strdup ("");
  self->ring_device = g_strdup ("");
  self->codecs = g_strdupv ((char **) codecs);
  self->own_order = TRUE;
  self->timeout = 30;
  self->defer_release = 200;
  self->available = TRUE;
}

TandemMediaEngine *
tandem_media_engine_new (TandemAudioBackend backend)
{
  TandemMediaEngine *self = g_object_new (TANDEM_TYPE_MEDIA_ENGINE, NULL);
  TandemSoundRoomEvents events
      = { .device_told = on_device_told, .devices_changed = on_devices_changed };

  self->backend = backend;
  self->room = tandem_sound_room_new (backend != TANDEM_AUDIO_TEST, &events, self);
  self->bridge = tandem_sound_room_get_bridge (self->room);
  if (backend == TANDEM_AUDIO_TEST)
    tandem_media_engine_set_test_tone (self, 440);
  return self;
}

gboolean
tandem_media_engine_is_test (TandemMediaEngine *self)
{
  return self->backend == TANDEM_AUDIO_TEST;
}

void
tandem_media_engine_prepare (TandemMediaEngine *self)
{
  g_return_if_fail (TANDEM_IS_MEDIA_ENGINE (self));

  expect_answer (self);
  look (self, FALSE);
}

const char *
tandem_media_engine_why_no_processing (TandemMediaEngine *self)
{
  tandem_media_ensure_gstreamer ();
  if (!tandem_element_exists ("webrtcdsp"))
    return "the element webrtcdsp is missing";
  return tandem_element_exists ("webrtcechoprobe") ? NULL
                                                   : "the element webrtcechoprobe is missing";
}

gboolean
tandem_media_engine_set_processing (TandemMediaEngine *self,
                                    gboolean echo,
                                    gboolean noise,
                                    GError **error)
{
  const char *why = NULL;

  g_return_val_if_fail (TANDEM_IS_MEDIA_ENGINE (self), FALSE);

  if ((echo && !self->echo) || (noise && !self->noise))
    why = tandem_media_engine_why_no_processing (self);
  if (why != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, why);
      return FALSE;
    }
  set_processing (self, echo, noise);
  return TRUE;
}

void
tandem_media_engine_set_test_tone (TandemMediaEngine *self, double frequency)
{
  self->test_tone = frequency;
  tandem_bridge_set_test_tone (self->bridge, self->in_wav == NULL ? frequency : 0);
}

void
tandem_media_engine_set_test_files (TandemMediaEngine *self,
                                    const char *in_wav,
                                    const char *out_wav)
{
  g_free (self->in_wav);
  self->in_wav = g_strdup (in_wav);
  g_free (self->out_wav);
  self->out_wav = g_strdup (out_wav);
  tandem_media_engine_set_test_tone (self, self->test_tone);
}

void
tandem_audio_device_free (TandemAudioDevice *device)
{
  g_free (device->id);
  g_free (device->name);
  g_free (device);
}

GPtrArray *
tandem_media_engine_list_devices (TandemMediaEngine *self)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_audio_device_free);

  for (guint i = 0; i < self->device_list->len; i++)
    {
      const TandemAudioDevice *known = g_ptr_array_index (self->device_list, i);
      TandemAudioDevice *device = g_new0 (TandemAudioDevice, 1);

      device->id = g_strdup (known->id);
      device->name = g_strdup (known->name);
      device->input = known->input;
      g_ptr_array_add (devices, device);
    }
  return devices;
}

void
tandem_media_engine_set_codecs (TandemMediaEngine *self, const char *const *names)
{
  g_strfreev (self->codecs);
  self->codecs = g_strdupv ((char **) names);
}

char **
tandem_media_engine_list_codecs (TandemMediaEngine *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; tandem_codec_get (i) != NULL; i++)
    g_strv_builder_add (names, tandem_codec_get (i)->name);
  return g_strv_builder_end (names);
}

const char *
tandem_media_engine_why_not (TandemMediaEngine *self, const char *codec)
{
  const TandemCodec *found = tandem_codec_find (codec);
  g_autofree char *why = NULL;
  const char *missing;

  if (found == NULL)
    return "unknown codec";
  tandem_media_ensure_gstreamer ();
  missing = tandem_codec_missing_element (found);
  if (missing == NULL)
    return NULL;
  why = g_strdup_printf ("the element %s is missing", missing);
  return g_intern_string (why);
}

void
tandem_media_engine_set_answer_priority (TandemMediaEngine *self, gboolean config)
{
  self->own_order = config;
}

void
tandem_media_engine_set_port_range (TandemMediaEngine *self, guint min, guint max)
{
  self->port_min = min;
  self->port_max = max;
}

void
tandem_media_engine_set_rtp_inactivity_timeout (TandemMediaEngine *self, guint seconds)
{
  self->timeout = seconds;
}

void
tandem_media_engine_set_defer_device_release (TandemMediaEngine *self, guint ms)
{
  self->defer_release = ms;
}

void
tandem_media_engine_start_ringing (TandemMediaEngine *self, const char *path)
{
  if (self->ringing)
    return;
  self->ringing = TRUE;
  if (path == NULL)
    path = "";
  tandem_bridge_set_ringing (self->bridge, path[0] == '\0' || !is_pulse (self));
  if (is_pulse (self))
    tandem_sound_room_ring (self->room, path, self->ring_device);
}

void
tandem_media_engine_stop_ringing (TandemMediaEngine *self)
{
  if (!self->ringing)
    return;
  self->ringing = FALSE;
  tandem_bridge_set_ringing (self->bridge, FALSE);
  if (is_pulse (self))
    tandem_sound_room_stop_ringing (self->room);
}

void
tandem_media_engine_start_ringback (TandemMediaEngine *self)
{
  if (self->ringback)
    return;
  self->ringback = TRUE;
  tandem_media_engine_hold_devices (self, FALSE);
  tandem_bridge_set_ringback (self->bridge, TRUE);
}

void
tandem_media_engine_stop_ringback (TandemMediaEngine *self)
{
  if (!self->ringback)
    return;
  self->ringback = FALSE;
  tandem_bridge_set_ringback (self->bridge, FALSE);
  tandem_media_engine_release_devices (self, FALSE);
}

void
tandem_media_engine_start_waiting (TandemMediaEngine *self)
{
  if (self->waiting)
    return;
  self->waiting = TRUE;
  tandem_media_engine_hold_devices (self, FALSE);
  tandem_bridge_set_waiting (self->bridge, TRUE);
}

void
tandem_media_engine_stop_waiting (TandemMediaEngine *self)
{
  if (!self->waiting)
    return;
  self->waiting = FALSE;
  tandem_bridge_set_waiting (self->bridge, FALSE);
  tandem_media_engine_release_devices (self, FALSE);
}

static gboolean
on_level (gpointer data)
{
  TandemMediaEngine *self = data;
  double level = tandem_media_engine_get_level (self, TRUE);

  g_object_ref (self);
  g_signal_emit (self, input_level, 0, CLAMP (1 - level / QUIETEST, 0, 1));
  g_object_unref (self);
  return G_SOURCE_CONTINUE;
}

void
tandem_media_engine_watch_input_level (TandemMediaEngine *self, gboolean on)
{
  g_return_if_fail (on || self->level_watchers > 0);

  self->level_watchers += on ? 1 : -1u;
  if (self->level_watchers != (on ? 1 : 0))
    return;
  tandem_bridge_set_listening (self->bridge, on);
  if (on)
    {
      tandem_media_engine_hold_devices (self, TRUE);
      self->level_source = g_timeout_add (LEVEL, on_level, self);
      return;
    }
  g_clear_handle_id (&self->level_source, g_source_remove);
  tandem_media_engine_release_devices (self, TRUE);
}

static gboolean
on_moment_over (gpointer data)
{
  TandemMediaEngine *self = data;

  self->moment_source = 0;
  tandem_media_engine_release_devices (self, FALSE);
  return G_SOURCE_REMOVE;
}

/* The ear is there for as long as a short sound takes. */
static void
hold_for_moment (TandemMediaEngine *self)
{
  if (self->moment_source == 0)
    tandem_media_engine_hold_devices (self, FALSE);
  g_clear_handle_id (&self->moment_source, g_source_remove);
  self->moment_source = g_timeout_add (MOMENT, on_moment_over, self);
}

void
tandem_media_engine_play_key (TandemMediaEngine *self, char digit)
{
  hold_for_moment (self);
  tandem_bridge_play_key (self->bridge, digit);
}

void
tandem_media_engine_play_notice (TandemMediaEngine *self, TandemNotice notice)
{
  hold_for_moment (self);
  tandem_bridge_play_notice (
      self->bridge, notice == TANDEM_NOTICE_AUTO_ANSWER ? TANDEM_TONE_ANSWERED : TANDEM_TONE_HELD);
}

TandemBridge *
tandem_media_engine_get_bridge (TandemMediaEngine *self)
{
  return self->bridge;
}

const TandemCodec **
tandem_media_engine_dup_codecs (TandemMediaEngine *self)
{
  g_autoptr (GPtrArray) codecs = g_ptr_array_new ();

  tandem_media_ensure_gstreamer ();
  for (char **name = self->codecs; *name != NULL; name++)
    {
      const TandemCodec *codec = tandem_codec_find (*name);

      if (codec != NULL && tandem_codec_missing_element (codec) == NULL
          && !g_ptr_array_find (codecs, codec, NULL))
        g_ptr_array_add (codecs, (gpointer) codec);
    }
  g_ptr_array_add (codecs, NULL);
  return (const TandemCodec **) g_ptr_array_free (g_steal_pointer (&codecs), FALSE);
}

gboolean
tandem_media_engine_get_own_order (TandemMediaEngine *self)
{
  return self->own_order;
}

guint
tandem_media_engine_get_timeout (TandemMediaEngine *self)
{
  return self->timeout;
}

void
tandem_media_engine_get_ports (TandemMediaEngine *self, guint *min, guint *max)
{
  *min = self->port_min;
  *max = self->port_max;
}

void
tandem_media_engine_hold_devices (TandemMediaEngine *self, gboolean microphone)
{
  if (self->holders[TANDEM_DEVICE_EAR]++ == 0)
    open_device (self, TANDEM_DEVICE_EAR);
  if (microphone && self->holders[TANDEM_DEVICE_MICROPHONE]++ == 0)
    open_device (self, TANDEM_DEVICE_MICROPHONE);
}

void
tandem_media_engine_release_devices (TandemMediaEngine *self, gboolean microphone)
{
  g_return_if_fail (self->holders[TANDEM_DEVICE_EAR] > 0);

  self->holders[TANDEM_DEVICE_EAR]--;
  if (microphone)
    self->holders[TANDEM_DEVICE_MICROPHONE]--;
  if (self->release_source == 0
      && (self->holders[TANDEM_DEVICE_EAR] == 0 || self->holders[TANDEM_DEVICE_MICROPHONE] == 0))
    self->release_source = g_timeout_add (self->defer_release, on_release, self);
}

void
tandem_media_engine_work (TandemMediaEngine *self, TandemWork work, gpointer data)
{
  LegJob *job = g_new0 (LegJob, 1);

  job->work = work;
  job->data = data;
  g_thread_pool_push (self->leg_worker, job, NULL);
}
