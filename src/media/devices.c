/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "devices.h"

#include "codec.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include <string.h>

/* See devices.h. Sinks do not synchronise: the bridge's tick paces the sound, and a sound server's clock
 * slaved to the system's plays the first seconds broken. Pipelines of real devices have the system's clock
 * as running time, as the legs have, so that echo cancellation can compare times across them. */

#define RAW_CAPS "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved"
#define BUFFERS "buffer-time=40000 latency-time=10000 provide-clock=false client-name=Tandem"
#define PATIENCE (2 * GST_SECOND)
#define LATE (100 * GST_MSECOND)

enum
{
  OPENING, /* failures are the caller's to see, not news */
  RUNNING,
  FAILED,
};

typedef struct
{
  TandemDevices *owner;
  TandemDeviceKind kind;
  char *name; /* of the device that is open */
  GstElement *pipeline;
  GstElement *element; /* pulsesrc or pulsesink; nullable */
  GstElement *source;  /* appsrc of what goes to the device */
  GstClock *clock;
  GstClockTime next;
  gboolean has_probe;
  int state; /* atomic */
} Device;

struct _TandemDevices
{
  TandemBridge *bridge;
  TandemDeviceFailed told;
  gpointer data;
  gboolean echo, noise;
  char *probe_name;
  Device devices[TANDEM_N_DEVICES];
  GstElement *file;
};

static GstFlowReturn
on_sample (GstAppSink *sink, gpointer data)
{
  Device *device = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstBuffer *buffer = sample != NULL ? gst_sample_get_buffer (sample) : NULL;
  GstMapInfo map;

  if (buffer != NULL && gst_buffer_map (buffer, &map, GST_MAP_READ))
    {
      tandem_fifo_push (tandem_bridge_get_microphone (device->owner->bridge),
                        (const gint16 *) (const void *) map.data, map.size / sizeof (gint16));
      gst_buffer_unmap (buffer, &map);
    }
  return GST_FLOW_OK;
}

/* The bridge's thread. */
static void
on_frame (const gint16 *frame, gpointer data)
{
  Device *device = data;
  GstBuffer *buffer = gst_buffer_new_memdup (frame, TANDEM_FRAME * sizeof *frame);
  GstClockTime now = gst_clock_get_time (device->clock);

  if (device->next + LATE < now || device->next > now + LATE)
    device->next = now;
  GST_BUFFER_PTS (buffer) = device->next;
  GST_BUFFER_DURATION (buffer) = 10 * GST_MSECOND;
  device->next += 10 * GST_MSECOND;
  gst_app_src_push_buffer (GST_APP_SRC (device->source), buffer);
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  Device *device = data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    {
      g_autoptr (GError) error = NULL;

      gst_message_parse_error (message, &error, NULL);
      g_info ("Sound device: %s", error->message);
      if (g_atomic_int_compare_and_exchange (&device->state, RUNNING, FAILED))
        device->owner->told (device->kind, device->owner->data);
      else
        g_atomic_int_set (&device->state, FAILED);
    }
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return GST_BUS_PASS;
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static char *
describe_microphone (TandemDevices *self, gboolean pulse)
{
  gboolean process = (self->noise || self->devices[TANDEM_DEVICE_EAR].has_probe)
                     && tandem_element_exists ("webrtcdsp");

  if (!pulse)
    return g_strdup ("filesrc name=device ! wavparse ! audioconvert ! audioresample ! " RAW_CAPS
                     " ! appsink name=near sync=true");
  return g_strdup_printf ("pulsesrc name=device " BUFFERS
                          " ! audioconvert ! audioresample ! " RAW_CAPS
                          "%s ! appsink name=near sync=false max-buffers=20 drop=true",
                          process ? " ! webrtcdsp name=process" : "");
}

static char *
describe_output (TandemDevices *self, TandemDeviceKind kind, gboolean pulse)
{
  gboolean probe = kind == TANDEM_DEVICE_EAR && self->echo && tandem_element_exists ("webrtcdsp")
                   && tandem_element_exists ("webrtcechoprobe");

  if (!pulse)
    return g_strdup ("appsrc name=far format=time caps=\"" RAW_CAPS
                     "\" ! wavenc ! filesink name=device async=false");
  return g_strdup_printf (
      "appsrc name=far is-live=true format=time leaky-type=downstream max-time=20000000 "
      "max-bytes=0 caps=\"" RAW_CAPS "\" ! %s%s%s pulsesink name=device sync=false " BUFFERS
      " processing-deadline=0",
      probe ? "webrtcechoprobe name=" : "", probe ? self->probe_name : "", probe ? " ! " : "");
}

static void
set_if_known (GstElement *element, const char *property, gboolean value)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), property) != NULL)
    g_object_set (element, property, value, NULL);
}

static void
set_up_processing (TandemDevices *self, Device *device)
{
  g_autoptr (GstElement) process = gst_bin_get_by_name (GST_BIN (device->pipeline), "process");
  gboolean echo = self->devices[TANDEM_DEVICE_EAR].has_probe;

  if (process == NULL)
    return;
  g_object_set (process, "probe", self->probe_name, NULL);
  set_if_known (process, "echo-cancel", echo);
  set_if_known (process, "noise-suppression", self->noise);
  set_if_known (process, "gain-control", FALSE);
  set_if_known (process, "high-pass-filter", TRUE);
  set_if_known (process, "delay-agnostic", TRUE);
  set_if_known (process, "extended-filter", TRUE);
}

static void
set_up_element (Device *device, gboolean pulse, const char *name)
{
  g_autoptr (GstStructure) properties = NULL;

  device->element = gst_bin_get_by_name (GST_BIN (device->pipeline), "device");
  if (!pulse)
    {
      g_object_set (device->element, "location", name, NULL);
      return;
    }
  properties = gst_structure_new ("props", "media.role", G_TYPE_STRING,
                                  device->kind == TANDEM_DEVICE_RINGER ? "event" : "phone", NULL);
  g_object_set (device->element, "stream-properties", properties, NULL);
  if (name[0] != '\0')
    g_object_set (device->element, "device", name, NULL);
}

static void
set_up_ends (Device *device)
{
  g_autoptr (GstElement) near = gst_bin_get_by_name (GST_BIN (device->pipeline), "near");

  if (near != NULL)
    {
      GstAppSinkCallbacks callbacks = { .new_sample = on_sample };

      gst_app_sink_set_callbacks (GST_APP_SINK (near), &callbacks, device, NULL);
    }
  device->source = gst_bin_get_by_name (GST_BIN (device->pipeline), "far");
}

static void
follow_bridge (Device *device, gboolean on)
{
  TandemBridge *bridge = device->owner->bridge;

  if (device->kind == TANDEM_DEVICE_EAR)
    tandem_bridge_set_ear (bridge, on ? on_frame : NULL, device);
  else if (device->kind == TANDEM_DEVICE_RINGER)
    tandem_bridge_set_ringer (bridge, on ? on_frame : NULL, device);
  else
    tandem_fifo_clear (tandem_bridge_get_microphone (bridge));
}

TandemDevices *
tandem_devices_new (TandemBridge *bridge, TandemDeviceFailed told, gpointer data)
{
  static int number;
  TandemDevices *self = g_new0 (TandemDevices, 1);

  self->bridge = bridge;
  self->told = told;
  self->data = data;
  self->echo = self->noise = TRUE;
  self->probe_name = g_strdup_printf ("tandem-probe-%d", g_atomic_int_add (&number, 1));
  for (guint i = 0; i < TANDEM_N_DEVICES; i++)
    {
      self->devices[i].owner = self;
      self->devices[i].kind = (TandemDeviceKind) i;
    }
  return self;
}

void
tandem_devices_free (TandemDevices *self)
{
  for (guint i = 0; i < TANDEM_N_DEVICES; i++)
    tandem_devices_close (self, (TandemDeviceKind) i);
  tandem_devices_stop_file (self);
  g_free (self->probe_name);
  g_free (self);
}

gboolean
tandem_devices_is_open (TandemDevices *self, TandemDeviceKind kind)
{
  return self->devices[kind].pipeline != NULL
         && g_atomic_int_get (&self->devices[kind].state) == RUNNING;
}

static GstElement *
make_pipeline (const char *description, GstBusSyncHandler handler, gpointer data)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GstBus) bus = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  if (error != NULL)
    {
      g_message ("Sound device: %s", error->message);
      gst_clear_object (&pipeline);
      return NULL;
    }
  gst_object_ref_sink (pipeline);
  gst_pipeline_use_clock (GST_PIPELINE (pipeline), clock);
  bus = gst_element_get_bus (pipeline);
  gst_bus_set_sync_handler (bus, handler, data != NULL ? data : pipeline, NULL);
  return pipeline;
}

gboolean
tandem_devices_open (TandemDevices *self, TandemDeviceKind kind, gboolean pulse, const char *name)
{
  Device *device = &self->devices[kind];
  g_autofree char *description = NULL;
  GstStateChangeReturn result;

  if (tandem_devices_is_open (self, kind))
    return TRUE;
  tandem_devices_close (self, kind);
  description = kind == TANDEM_DEVICE_MICROPHONE ? describe_microphone (self, pulse)
                                                 : describe_output (self, kind, pulse);
  g_atomic_int_set (&device->state, OPENING);
  device->pipeline = make_pipeline (description, on_message, device);
  if (device->pipeline == NULL)
    return FALSE;
  if (pulse)
    {
      gst_element_set_start_time (device->pipeline, GST_CLOCK_TIME_NONE);
      gst_element_set_base_time (device->pipeline, 0);
    }
  device->clock = gst_pipeline_get_pipeline_clock (GST_PIPELINE (device->pipeline));
  device->next = 0;
  set_up_element (device, pulse, name);
  set_up_ends (device);
  if (kind == TANDEM_DEVICE_MICROPHONE)
    set_up_processing (self, device);
  result = gst_element_set_state (device->pipeline, GST_STATE_PLAYING);
  if (result == GST_STATE_CHANGE_FAILURE
      || !g_atomic_int_compare_and_exchange (&device->state, OPENING, RUNNING))
    {
      tandem_devices_close (self, kind);
      return FALSE;
    }
  device->has_probe = strstr (description, "webrtcechoprobe") != NULL;
  device->name = pulse ? g_strdup (name) : NULL;
  follow_bridge (device, TRUE);
  return TRUE;
}

/* A file wants its header right. */
static void
finish_file (Device *device)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (device->pipeline);
  g_autoptr (GstMessage) end = NULL;

  if (device->source == NULL || g_atomic_int_get (&device->state) != RUNNING
      || g_object_class_find_property (G_OBJECT_GET_CLASS (device->element), "location") == NULL)
    return;
  if (gst_app_src_end_of_stream (GST_APP_SRC (device->source)) == GST_FLOW_OK)
    end = gst_bus_timed_pop_filtered (bus, PATIENCE, GST_MESSAGE_EOS);
}

void
tandem_devices_close (TandemDevices *self, TandemDeviceKind kind)
{
  Device *device = &self->devices[kind];
  g_autoptr (GstBus) bus = NULL;

  if (device->pipeline == NULL)
    return;
  follow_bridge (device, FALSE);
  finish_file (device);
  g_atomic_int_set (&device->state, FAILED);
  gst_element_set_state (device->pipeline, GST_STATE_NULL);
  bus = gst_element_get_bus (device->pipeline);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  device->has_probe = FALSE;
  g_clear_pointer (&device->name, g_free);
  gst_clear_object (&device->source);
  gst_clear_object (&device->element);
  gst_clear_object (&device->clock);
  gst_clear_object (&device->pipeline);
}

void
tandem_devices_move (TandemDevices *self, TandemDeviceKind kind, const char *name)
{
  Device *device = &self->devices[kind];

  if (!tandem_devices_is_open (self, kind)
      || g_object_class_find_property (G_OBJECT_GET_CLASS (device->element), "device") == NULL)
    return;
  g_object_set (device->element, "device", name[0] != '\0' ? name : NULL, NULL);
  g_free (device->name);
  device->name = g_strdup (name);
}

/* The ear first: the microphone's echo canceller looks for its probe. */
void
tandem_devices_set_processing (TandemDevices *self, gboolean echo, gboolean noise)
{
  static const TandemDeviceKind kinds[] = { TANDEM_DEVICE_EAR, TANDEM_DEVICE_MICROPHONE };

  if (self->echo == echo && self->noise == noise)
    return;
  self->echo = echo;
  self->noise = noise;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *name = g_strdup (self->devices[kinds[i]].name);

      if (name == NULL || !tandem_devices_is_open (self, kinds[i]))
        continue;
      tandem_devices_close (self, kinds[i]);
      if (!tandem_devices_open (self, kinds[i], TRUE, name))
        self->told (kinds[i], self->data);
    }
}

static void
play_again (GstElement *pipeline, gpointer data)
{
  gst_element_seek_simple (pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_SEGMENT, 0);
}

static GstBusSyncReply
on_file_message (GstBus *bus, GstMessage *message, gpointer data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_SEGMENT_DONE
      || GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    gst_element_call_async (data, play_again, NULL, NULL);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

gboolean
tandem_devices_play_file (TandemDevices *self, const char *path, const char *device)
{
  g_autoptr (GstElement) source = NULL, sink = NULL;
  g_autoptr (GstStructure) properties
      = gst_structure_new ("props", "media.role", G_TYPE_STRING, "event", NULL);

  tandem_devices_stop_file (self);
  self->file = make_pipeline ("filesrc name=source ! decodebin ! audioconvert ! audioresample ! "
                              "pulsesink name=device client-name=Tandem",
                              on_file_message, NULL);
  if (self->file == NULL)
    return FALSE;
  source = gst_bin_get_by_name (GST_BIN (self->file), "source");
  sink = gst_bin_get_by_name (GST_BIN (self->file), "device");
  g_object_set (source, "location", path, NULL);
  g_object_set (sink, "stream-properties", properties, NULL);
  if (device[0] != '\0')
    g_object_set (sink, "device", device, NULL);
  if (gst_element_set_state (self->file, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE
      || gst_element_get_state (self->file, NULL, NULL, PATIENCE) != GST_STATE_CHANGE_SUCCESS)
    {
      tandem_devices_stop_file (self);
      return FALSE;
    }
  gst_element_seek_simple (self->file, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_SEGMENT,
                           0);
  gst_element_set_state (self->file, GST_STATE_PLAYING);
  return TRUE;
}

void
tandem_devices_stop_file (TandemDevices *self)
{
  g_autoptr (GstBus) bus = NULL;

  if (self->file == NULL)
    return;
  bus = gst_element_get_bus (self->file);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  gst_element_set_state (self->file, GST_STATE_NULL);
  gst_clear_object (&self->file);
}
