/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sound-room.h"

#include "codec.h"
#include "device-watch.h"

#include <gst/gst.h>

/* See sound-room.h. A sound server that hangs holds the worker, never the main thread; at the end such a
 * worker is left to itself with all that it may still touch, until it comes back. */

#define PATIENCE (2 * G_TIME_SPAN_SECOND)

struct _TandemSoundRoom
{
  gatomicrefcount references;
  gboolean pulse;
  TandemSoundRoomEvents events;
  gpointer data; /* main thread; NULL once it has been left */
  GThreadPool *worker;
  TandemBridge *bridge;

  /* the worker's */
  TandemDevices *devices;
  TandemDeviceWatch *watch;

  int is_list_due; /* atomic */
  GMutex mutex;
  GCond cond;
  gboolean is_empty, is_abandoned;
};

typedef enum
{
  JOB_LOOK,
  JOB_LOOK_AGAIN,
  JOB_LIST,
  JOB_OPEN,
  JOB_CLOSE,
  JOB_MOVE,
  JOB_FAILED,
  JOB_PROCESSING,
  JOB_RING,
  JOB_STOP_RINGING,
  JOB_LEAVE,
  JOB_NONE,
} JobType;

typedef struct
{
  JobType type;
  TandemDeviceKind kind;
  gboolean echo, noise;
  char *name, *other;
} Job;

typedef struct
{
  TandemSoundRoom *room;
  TandemDeviceKind kind;
  const char *problem;
  GPtrArray *devices;
} News;

static void
room_unref (TandemSoundRoom *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  tandem_bridge_free (self->bridge);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

static gboolean
on_news (gpointer data)
{
  News *news = data;
  TandemSoundRoom *self = news->room;

  if (self->data == NULL)
    return G_SOURCE_REMOVE;
  if (news->devices != NULL)
    self->events.devices_changed (news->devices, self->data);
  else
    self->events.device_told (news->kind, news->problem, self->data);
  return G_SOURCE_REMOVE;
}

static void
news_free (gpointer data)
{
  News *news = data;

  if (news->devices != NULL)
    g_ptr_array_unref (news->devices);
  room_unref (news->room);
  g_free (news);
}

static void
tell (TandemSoundRoom *self, TandemDeviceKind kind, const char *problem, GPtrArray *devices)
{
  News *news = g_new0 (News, 1);

  g_atomic_ref_count_inc (&self->references);
  news->room = self;
  news->kind = kind;
  news->problem = problem;
  news->devices = devices;
  g_idle_add_full (G_PRIORITY_DEFAULT, on_news, news, news_free);
}

static void
post (TandemSoundRoom *self, JobType type, TandemDeviceKind kind, const char *name)
{
  Job *job = g_new0 (Job, 1);

  job->type = type;
  job->kind = kind;
  job->name = g_strdup (name);
  g_thread_pool_push (self->worker, job, NULL);
}

/* A provider's thread; many devices that come at once make one list. */
static void
on_devices_changed (gpointer data)
{
  TandemSoundRoom *self = data;

  if (g_atomic_int_compare_and_exchange (&self->is_list_due, FALSE, TRUE))
    post (self, JOB_LIST, TANDEM_N_DEVICES, NULL);
}

/* A streaming thread. */
static void
on_device_failed (TandemDeviceKind kind, gpointer data)
{
  post (data, JOB_FAILED, kind, NULL);
}

/* NULL: nothing is known against it. */
static const char *
find_problem (TandemSoundRoom *self, TandemDeviceKind kind, const char *name, gboolean again)
{
  gboolean input = kind == TANDEM_DEVICE_MICROPHONE;

  if (!self->pulse)
    return NULL;
  if (!tandem_element_exists (input ? "pulsesrc" : "pulsesink"))
    return input ? "the element pulsesrc is missing" : "the element pulsesink is missing";
  if (!tandem_device_watch_start (self->watch, again))
    return "no sound server answers";
  if (name[0] != '\0' && tandem_device_watch_has (self->watch, input, name))
    return NULL;
  if (tandem_device_watch_has (self->watch, input, ""))
    return NULL;
  return input ? "no microphone" : "no speaker";
}

static const char *
open_device (TandemSoundRoom *self, TandemDeviceKind kind, const char *name)
{
  gboolean input = kind == TANDEM_DEVICE_MICROPHONE;
  const char *problem;

  if (tandem_devices_is_open (self->devices, kind))
    return NULL;
  for (guint attempt = 0; attempt < 2; attempt++)
    {
      problem = find_problem (self, kind, name, attempt > 0);
      if (problem != NULL)
        return problem;
      if (self->pulse && !tandem_device_watch_has (self->watch, input, name))
        name = "";
      if (tandem_devices_open (self->devices, kind, self->pulse, name))
        return NULL;
      if (!self->pulse)
        break;
    }
  return input ? "the microphone cannot be opened" : "the speaker cannot be opened";
}

static void
list_devices (TandemSoundRoom *self)
{
  g_atomic_int_set (&self->is_list_due, FALSE);
  tell (self, TANDEM_N_DEVICES, NULL, tandem_device_watch_list (self->watch));
}

static void
look (TandemSoundRoom *self, const Job *job, gboolean again)
{
  if (!self->pulse)
    return;
  tell (self, TANDEM_DEVICE_EAR, find_problem (self, TANDEM_DEVICE_EAR, job->other, again), NULL);
  tell (self, TANDEM_DEVICE_MICROPHONE,
        find_problem (self, TANDEM_DEVICE_MICROPHONE, job->name, FALSE), NULL);
  list_devices (self);
}

static void
fail (TandemSoundRoom *self, TandemDeviceKind kind)
{
  const char *problem;

  tandem_devices_close (self->devices, kind);
  problem = find_problem (self, kind, "", TRUE);
  if (problem == NULL)
    problem = kind == TANDEM_DEVICE_MICROPHONE ? "the microphone cannot be opened"
                                               : "the speaker cannot be opened";
  tell (self, kind, problem, NULL);
  list_devices (self);
}

static void
ring (TandemSoundRoom *self, const Job *job)
{
  if (job->other[0] != '\0' && self->pulse)
    {
      if (tandem_devices_play_file (self->devices, job->other, job->name))
        return;
      tell (self, TANDEM_DEVICE_RINGER, "the ring tone file cannot be played", NULL);
      tandem_bridge_set_ringing (self->bridge, TRUE);
    }
  if (self->pulse)
    open_device (self, TANDEM_DEVICE_RINGER, job->name);
}

/* Rooms whose server still has to let go. Main thread. */
static GSList *abandoned;

static gboolean
on_let_go (gpointer data)
{
  TandemSoundRoom *self = data;

  abandoned = g_slist_remove (abandoned, self);
  g_thread_pool_free (self->worker, FALSE, TRUE);
  room_unref (self);
  return G_SOURCE_REMOVE;
}

static void
leave (TandemSoundRoom *self)
{
  g_clear_pointer (&self->devices, tandem_devices_free);
  g_clear_pointer (&self->watch, tandem_device_watch_free);
  g_mutex_lock (&self->mutex);
  self->is_empty = TRUE;
  g_cond_signal (&self->cond);
  if (self->is_abandoned)
    g_idle_add (on_let_go, self);
  g_mutex_unlock (&self->mutex);
}

static void
run (gpointer data, gpointer room)
{
  TandemSoundRoom *self = room;
  Job *job = data;

  tandem_media_ensure_gstreamer ();
  /* What devices said in their last moment comes behind the leave. */
  switch (self->devices != NULL ? job->type : JOB_NONE)
    {
    case JOB_LOOK:
    case JOB_LOOK_AGAIN:
      look (self, job, job->type == JOB_LOOK_AGAIN);
      break;
    case JOB_LIST:
      list_devices (self);
      break;
    case JOB_OPEN:
      tell (self, job->kind, open_device (self, job->kind, job->name), NULL);
      break;
    case JOB_CLOSE:
      tandem_devices_close (self->devices, job->kind);
      break;
    case JOB_MOVE:
      tandem_devices_move (self->devices, job->kind, job->name);
      break;
    case JOB_FAILED:
      fail (self, job->kind);
      break;
    case JOB_PROCESSING:
      tandem_devices_set_processing (self->devices, job->echo, job->noise);
      break;
    case JOB_RING:
      ring (self, job);
      break;
    case JOB_STOP_RINGING:
      tandem_devices_stop_file (self->devices);
      tandem_devices_close (self->devices, TANDEM_DEVICE_RINGER);
      break;
    case JOB_LEAVE:
      leave (self);
      break;
    case JOB_NONE:
    default:
      break;
    }
  g_free (job->name);
  g_free (job->other);
  g_free (job);
}

static gpointer
initialise (gpointer data)
{
  gst_init (NULL, NULL);
  return GINT_TO_POINTER (TRUE);
}

void
tandem_media_ensure_gstreamer (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, initialise, NULL);
}

TandemSoundRoom *
tandem_sound_room_new (gboolean pulse, const TandemSoundRoomEvents *events, gpointer data)
{
  TandemSoundRoom *self = g_new0 (TandemSoundRoom, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->pulse = pulse;
  self->events = *events;
  self->data = data;
  self->bridge = tandem_bridge_new ();
  self->devices = tandem_devices_new (self->bridge, on_device_failed, self);
  self->watch = tandem_device_watch_new (on_devices_changed, self);
  self->worker = g_thread_pool_new (run, self, 1, FALSE, NULL);
  return self;
}

void
tandem_sound_room_leave (TandemSoundRoom *self)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;
  gboolean is_empty;

  self->data = NULL;
  post (self, JOB_LEAVE, TANDEM_N_DEVICES, NULL);
  g_mutex_lock (&self->mutex);
  while (!self->is_empty && g_cond_wait_until (&self->cond, &self->mutex, end))
    ;
  is_empty = self->is_empty;
  self->is_abandoned = !is_empty;
  g_mutex_unlock (&self->mutex);
  if (!is_empty)
    {
      abandoned = g_slist_prepend (abandoned, self);
      g_message ("The sound server does not let go of its devices: left to itself");
      return;
    }
  g_thread_pool_free (self->worker, FALSE, TRUE);
  room_unref (self);
}

TandemBridge *
tandem_sound_room_get_bridge (TandemSoundRoom *self)
{
  return self->bridge;
}

void
tandem_sound_room_look (TandemSoundRoom *self,
                        const char *input,
                        const char *output,
                        gboolean again)
{
  Job *job = g_new0 (Job, 1);

  job->type = again ? JOB_LOOK_AGAIN : JOB_LOOK;
  job->name = g_strdup (input);
  job->other = g_strdup (output);
  g_thread_pool_push (self->worker, job, NULL);
}

void
tandem_sound_room_open (TandemSoundRoom *self, TandemDeviceKind kind, const char *name)
{
  post (self, JOB_OPEN, kind, name);
}

void
tandem_sound_room_close (TandemSoundRoom *self, TandemDeviceKind kind)
{
  post (self, JOB_CLOSE, kind, NULL);
}

void
tandem_sound_room_move (TandemSoundRoom *self, TandemDeviceKind kind, const char *name)
{
  post (self, JOB_MOVE, kind, name);
}

void
tandem_sound_room_set_processing (TandemSoundRoom *self, gboolean echo, gboolean noise)
{
  Job *job = g_new0 (Job, 1);

  job->type = JOB_PROCESSING;
  job->echo = echo;
  job->noise = noise;
  g_thread_pool_push (self->worker, job, NULL);
}

void
tandem_sound_room_ring (TandemSoundRoom *self, const char *path, const char *device)
{
  Job *job = g_new0 (Job, 1);

  job->type = JOB_RING;
  job->name = g_strdup (device);
  job->other = g_strdup (path);
  g_thread_pool_push (self->worker, job, NULL);
}

void
tandem_sound_room_stop_ringing (TandemSoundRoom *self)
{
  post (self, JOB_STOP_RINGING, TANDEM_DEVICE_RINGER, NULL);
}
