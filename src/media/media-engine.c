/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-engine-private.h"

#include "devices.h"

#include <string.h>

/* See media-engine.h. Two workers of one thread each: legs on one, devices on the other, so that a sound
 * server that hangs delays no call. GStreamer is initialised on first need, on a worker when that
 * comes first. Workers tell the main thread by idle sources through a link that the engine cuts. */

#define RETRY_DEVICES 5 /* s */

typedef struct
{
  gatomicrefcount references;
  TandemMediaEngine *engine; /* main thread only */
} Link;

struct _TandemMediaEngine
{
  GObject parent_instance;

  Link *link;
  TandemAudioBackend backend;
  TandemBridge *bridge;
  TandemDevices *devices;
  GThreadPool *leg_worker, *device_worker;
  GstDeviceMonitor *monitor; /* device worker, until that has ended */

  char *input_device, *output_device, *ring_device;
  char *in_wav, *out_wav;
  double test_tone;
  char **codecs;
  gboolean own_order;
  guint port_min, port_max, timeout, defer_release;

  guint holders, release_source, retry_source;
  gboolean ringing, probed;
  char *problems[TANDEM_N_DEVICES];
  char *problem;
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
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];
static guint devices_changed;

typedef enum
{
  JOB_OPEN,
  JOB_CLOSE,
  JOB_RING,
  JOB_STOP_RING,
  JOB_PROBE,
} DeviceJobKind;

typedef struct
{
  DeviceJobKind kind;
  gboolean pulse;
  char *input, *output, *path;
} DeviceJob;

typedef struct
{
  TandemWork work;
  gpointer data;
} LegJob;

typedef struct
{
  Link *link;
  TandemDeviceKind kind; /* TANDEM_N_DEVICES: the list of devices changed */
  char *problem;
} News;

static void retry_later (TandemMediaEngine *self);
static void open_devices (TandemMediaEngine *self);

static gpointer
initialise (gpointer data)
{
  gst_init (NULL, NULL);
  return GINT_TO_POINTER (TRUE);
}

static void
ensure_gstreamer (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, initialise, NULL);
}

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

static void
update_problem (TandemMediaEngine *self)
{
  const char *problem = NULL;

  for (guint i = 0; i < TANDEM_DEVICE_RINGER && problem == NULL; i++)
    problem = self->problems[i];
  if (g_strcmp0 (problem, self->problem) == 0 && self->available == (problem == NULL))
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  self->available = problem == NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVAILABLE]);
}

static gboolean
on_news (gpointer data)
{
  News *news = data;
  TandemMediaEngine *self = news->link->engine;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  if (news->kind == TANDEM_N_DEVICES)
    {
      if (self->holders > 0 && !self->available)
        open_devices (self);
      g_signal_emit (self, devices_changed, 0);
      return G_SOURCE_REMOVE;
    }
  g_free (self->problems[news->kind]);
  self->problems[news->kind] = g_steal_pointer (&news->problem);
  if (self->problems[news->kind] != NULL && self->holders > 0)
    retry_later (self);
  update_problem (self);
  return G_SOURCE_REMOVE;
}

static void
news_free (gpointer data)
{
  News *news = data;

  link_unref (news->link);
  g_free (news->problem);
  g_free (news);
}

/* Any thread. */
static void
on_device_told (TandemDeviceKind kind, const char *problem, gpointer data)
{
  News *news = g_new0 (News, 1);

  news->link = link_ref (data);
  news->kind = kind;
  news->problem = g_strdup (problem);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_news, news, news_free);
}

static GstBusSyncReply
on_monitor_message (GstBus *bus, GstMessage *message, gpointer data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_ADDED
      || GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_REMOVED)
    on_device_told (TANDEM_N_DEVICES, NULL, data);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static void
start_monitor (TandemMediaEngine *self)
{
  g_autoptr (GstBus) bus = NULL;

  if (self->monitor != NULL)
    return;
  self->monitor = gst_device_monitor_new ();
  gst_device_monitor_add_filter (self->monitor, "Audio/Source", NULL);
  gst_device_monitor_add_filter (self->monitor, "Audio/Sink", NULL);
  bus = gst_device_monitor_get_bus (self->monitor);
  gst_bus_set_sync_handler (bus, on_monitor_message, link_ref (self->link),
                            (GDestroyNotify) link_unref);
  if (!gst_device_monitor_start (self->monitor))
    g_info ("Devices that come and go cannot be watched");
}

static void
probe (TandemMediaEngine *self)
{
  const char *problem = tandem_devices_probe ();

  on_device_told (TANDEM_DEVICE_EAR, problem, self->link);
  if (problem == NULL)
    start_monitor (self);
}

static void
run_device_job (gpointer data, gpointer engine)
{
  TandemMediaEngine *self = engine;
  DeviceJob *job = data;

  ensure_gstreamer ();
  switch (job->kind)
    {
    case JOB_PROBE:
      probe (self);
      break;
    case JOB_OPEN:
      if (job->output != NULL)
        tandem_devices_open (self->devices, TANDEM_DEVICE_EAR, job->pulse, job->output);
      if (job->input != NULL)
        tandem_devices_open (self->devices, TANDEM_DEVICE_MICROPHONE, job->pulse, job->input);
      break;
    case JOB_CLOSE:
      tandem_devices_close (self->devices, TANDEM_DEVICE_MICROPHONE);
      tandem_devices_close (self->devices, TANDEM_DEVICE_EAR);
      break;
    case JOB_RING:
      if (job->path != NULL)
        tandem_devices_play_file (self->devices, job->path, job->output);
      else
        tandem_devices_open (self->devices, TANDEM_DEVICE_RINGER, TRUE, job->output);
      break;
    case JOB_STOP_RING:
    default:
      tandem_devices_stop_file (self->devices);
      tandem_devices_close (self->devices, TANDEM_DEVICE_RINGER);
    }
  g_free (job->input);
  g_free (job->output);
  g_free (job->path);
  g_free (job);
}

static void
run_leg_job (gpointer data, gpointer engine)
{
  LegJob *job = data;

  ensure_gstreamer ();
  job->work (job->data);
  g_free (job);
}

static void
post (TandemMediaEngine *self,
      DeviceJobKind kind,
      const char *input,
      const char *output,
      const char *path)
{
  DeviceJob *job = g_new0 (DeviceJob, 1);

  job->kind = kind;
  job->pulse = self->backend != TANDEM_AUDIO_TEST;
  job->input = g_strdup (input);
  job->output = g_strdup (output);
  job->path = g_strdup (path);
  g_thread_pool_push (self->device_worker, job, NULL);
}

static void
open_devices (TandemMediaEngine *self)
{
  if (self->backend != TANDEM_AUDIO_TEST)
    post (self, JOB_OPEN, self->input_device, self->output_device, NULL);
  else if (self->in_wav != NULL || self->out_wav != NULL)
    post (self, JOB_OPEN, self->in_wav, self->out_wav, NULL);
}

static gboolean
on_retry (gpointer data)
{
  TandemMediaEngine *self = data;

  self->retry_source = 0;
  if (self->holders > 0 && !self->available)
    open_devices (self);
  return G_SOURCE_REMOVE;
}

static void
retry_later (TandemMediaEngine *self)
{
  if (self->retry_source == 0)
    self->retry_source = g_timeout_add_seconds (RETRY_DEVICES, on_retry, self);
}

static gboolean
on_release (gpointer data)
{
  TandemMediaEngine *self = data;

  self->release_source = 0;
  post (self, JOB_CLOSE, NULL, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
set_device (TandemMediaEngine *self, char **device, const char *name)
{
  if (g_strcmp0 (*device, name) == 0)
    return;
  g_free (*device);
  *device = g_strdup (name != NULL ? name : "");
  if (self->holders == 0 || self->backend == TANDEM_AUDIO_TEST)
    return;
  post (self, JOB_CLOSE, NULL, NULL, NULL);
  open_devices (self);
}

static void
tandem_media_engine_dispose (GObject *object)
{
  TandemMediaEngine *self = TANDEM_MEDIA_ENGINE (object);

  g_clear_handle_id (&self->release_source, g_source_remove);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  if (self->link != NULL)
    self->link->engine = NULL;
  G_OBJECT_CLASS (tandem_media_engine_parent_class)->dispose (object);
}

static void
tandem_media_engine_finalize (GObject *object)
{
  TandemMediaEngine *self = TANDEM_MEDIA_ENGINE (object);

  g_thread_pool_free (self->leg_worker, FALSE, TRUE);
  g_thread_pool_free (self->device_worker, FALSE, TRUE);
  tandem_devices_free (self->devices);
  tandem_bridge_free (self->bridge);
  if (self->monitor != NULL)
    {
      g_autoptr (GstBus) bus = gst_device_monitor_get_bus (self->monitor);

      gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
      gst_device_monitor_stop (self->monitor);
      gst_object_unref (self->monitor);
    }
  link_unref (self->link);
  g_free (self->input_device);
  g_free (self->output_device);
  g_free (self->ring_device);
  g_free (self->in_wav);
  g_free (self->out_wav);
  g_strfreev (self->codecs);
  for (guint i = 0; i < TANDEM_N_DEVICES; i++)
    g_free (self->problems[i]);
  g_free (self->problem);
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
      set_device (self, &self->input_device, g_value_get_string (value));
      break;
    case PROP_OUTPUT_DEVICE:
      set_device (self, &self->output_device, g_value_get_string (value));
      break;
    case PROP_RING_DEVICE:
      g_free (self->ring_device);
      self->ring_device
          = g_strdup (g_value_get_string (value) != NULL ? g_value_get_string (value) : "");
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
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  devices_changed = g_signal_new ("devices-changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tandem_media_engine_init (TandemMediaEngine *self)
{
  static const char *const codecs[] = { "opus", "G722", "PCMU", "PCMA", NULL };

  self->link = g_new0 (Link, 1);
  g_atomic_ref_count_init (&self->link->references);
  self->link->engine = self;
  self->bridge = tandem_bridge_new ();
  self->devices = tandem_devices_new (self->bridge, on_device_told, self->link);
  self->leg_worker = g_thread_pool_new (run_leg_job, self, 1, FALSE, NULL);
  self->device_worker = g_thread_pool_new (run_device_job, self, 1, FALSE, NULL);
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

  self->backend = backend;
  if (backend == TANDEM_AUDIO_TEST)
    tandem_media_engine_set_test_tone (self, 440);
  return self;
}

void
tandem_media_engine_prepare (TandemMediaEngine *self)
{
  g_return_if_fail (TANDEM_IS_MEDIA_ENGINE (self));

  if (self->probed || self->backend == TANDEM_AUDIO_TEST)
    return;
  self->probed = TRUE;
  post (self, JOB_PROBE, NULL, NULL, NULL);
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

double
tandem_media_engine_measure_tone (TandemMediaEngine *self, double frequency)
{
  return tandem_meter_measure (tandem_bridge_get_ear_meter (self->bridge), frequency);
}

double
tandem_media_engine_get_level (TandemMediaEngine *self, gboolean input)
{
  return tandem_meter_get_level (input ? tandem_bridge_get_microphone_meter (self->bridge)
                                       : tandem_bridge_get_ear_meter (self->bridge));
}

void
tandem_audio_device_free (TandemAudioDevice *device)
{
  g_free (device->id);
  g_free (device->name);
  g_free (device);
}

/* The name that pulsesrc and pulsesink take; NULL for a monitor or something else. */
static char *
get_device_id (GstDevice *device)
{
  g_autoptr (GstStructure) properties_of = gst_device_get_properties (device);
  g_autoptr (GstElement) element = NULL;
  char *id = NULL;

  if (properties_of != NULL
      && g_strcmp0 (gst_structure_get_string (properties_of, "device.class"), "monitor") == 0)
    return NULL;
  element = gst_device_create_element (device, NULL);
  if (element == NULL
      || g_object_class_find_property (G_OBJECT_GET_CLASS (element), "device") == NULL)
    return NULL;
  gst_object_ref_sink (element);
  g_object_get (element, "device", &id, NULL);
  return id;
}

GPtrArray *
tandem_media_engine_list_devices (TandemMediaEngine *self)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_audio_device_free);
  GList *found = self->monitor != NULL ? gst_device_monitor_get_devices (self->monitor) : NULL;

  for (GList *item = found; item != NULL; item = item->next)
    {
      g_autofree char *id = get_device_id (item->data);
      TandemAudioDevice *device;

      if (id == NULL)
        continue;
      device = g_new0 (TandemAudioDevice, 1);
      device->id = g_steal_pointer (&id);
      device->name = gst_device_get_display_name (item->data);
      device->input = gst_device_has_classes (item->data, "Audio/Source");
      g_ptr_array_add (devices, device);
    }
  g_list_free_full (found, gst_object_unref);
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

  ensure_gstreamer ();
  return found != NULL ? tandem_codec_missing_element (found) : "unknown codec";
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
  tandem_bridge_set_ringing (self->bridge, path[0] == '\0');
  if (self->backend != TANDEM_AUDIO_TEST)
    post (self, JOB_RING, NULL, self->ring_device, path[0] != '\0' ? path : NULL);
}

void
tandem_media_engine_stop_ringing (TandemMediaEngine *self)
{
  if (!self->ringing)
    return;
  self->ringing = FALSE;
  tandem_bridge_set_ringing (self->bridge, FALSE);
  if (self->backend != TANDEM_AUDIO_TEST)
    post (self, JOB_STOP_RING, NULL, NULL, NULL);
}

double
tandem_media_engine_get_ring_level (TandemMediaEngine *self)
{
  return tandem_meter_get_level (tandem_bridge_get_ringer_meter (self->bridge));
}

void
tandem_media_engine_start_ringback (TandemMediaEngine *self)
{
  tandem_bridge_set_ringback (self->bridge, TRUE);
}

void
tandem_media_engine_stop_ringback (TandemMediaEngine *self)
{
  tandem_bridge_set_ringback (self->bridge, FALSE);
}

void
tandem_media_engine_play_key (TandemMediaEngine *self, char digit)
{
  tandem_bridge_play_key (self->bridge, digit);
}

char **
tandem_media_engine_self_test (void)
{
  static const struct
  {
    const char *element, *purpose;
  } needed[] = {
    { "rtpbin", "RTP" },          { "udpsrc", "RTP" },          { "udpsink", "RTP" },
    { "appsrc", "the bridge" },   { "appsink", "the bridge" },  { "audioconvert", "sound" },
    { "audioresample", "sound" }, { "pulsesrc", "microphone" }, { "pulsesink", "speaker" },
  };
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();

  ensure_gstreamer ();
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autoptr (GstElementFactory) factory = gst_element_factory_find (needed[i].element);
      g_autofree char *line = NULL;

      if (factory != NULL)
        continue;
      line = g_strdup_printf ("%s (%s)", needed[i].element, needed[i].purpose);
      g_strv_builder_add (missing, line);
    }
  for (guint i = 0; tandem_codec_get (i) != NULL; i++)
    {
      const char *element = tandem_codec_missing_element (tandem_codec_get (i));
      g_autofree char *line = NULL;

      if (element == NULL)
        continue;
      line = g_strdup_printf ("%s (%s)", element, tandem_codec_get (i)->name);
      g_strv_builder_add (missing, line);
    }
  return g_strv_builder_end (missing);
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

  ensure_gstreamer ();
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
tandem_media_engine_hold_devices (TandemMediaEngine *self)
{
  g_clear_handle_id (&self->release_source, g_source_remove);
  if (self->holders++ == 0)
    {
      self->probed = TRUE;
      open_devices (self);
    }
}

void
tandem_media_engine_release_devices (TandemMediaEngine *self)
{
  g_return_if_fail (self->holders > 0);

  if (--self->holders == 0)
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
