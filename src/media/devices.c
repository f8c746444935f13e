/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "devices.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include <string.h>

/* See devices.h. Sinks do not synchronise: the bridge's tick paces the sound, and a sound server's clock
 * slaved to the system's plays the first seconds broken. */

#define RAW_CAPS "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved"
#define BUFFERS "buffer-time=40000 latency-time=10000 provide-clock=false"
#define PATIENCE (3 * GST_SECOND)

typedef struct
{
  TandemDevices *owner;
  TandemDeviceKind kind;
  GstElement *pipeline;
  GstElement *source; /* of what goes to the device */
  guint64 frames;
  gboolean failed;
} Device;

struct _TandemDevices
{
  TandemBridge *bridge;
  TandemDeviceTold told;
  gpointer data;
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

static void
on_frame (const gint16 *frame, gpointer data)
{
  Device *device = data;
  GstBuffer *buffer = gst_buffer_new_memdup (frame, TANDEM_FRAME * sizeof *frame);

  GST_BUFFER_PTS (buffer)
      = gst_util_uint64_scale (device->frames * TANDEM_FRAME, GST_SECOND, TANDEM_SAMPLE_RATE);
  GST_BUFFER_DURATION (buffer) = 10 * GST_MSECOND;
  device->frames++;
  gst_app_src_push_buffer (GST_APP_SRC (device->source), buffer);
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  Device *device = data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR && !device->failed)
    {
      g_autoptr (GError) error = NULL;

      gst_message_parse_error (message, &error, NULL);
      device->failed = TRUE;
      device->owner->told (device->kind, error->message, device->owner->data);
    }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static char *
quote (const char *name)
{
  g_autofree char *escaped = g_strescape (name, NULL);

  return g_strdup_printf ("\"%s\"", escaped);
}

static gboolean
has_element (const char *name)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (name);

  return factory != NULL;
}

static char *
describe_microphone (gboolean pulse, const char *name)
{
  g_autofree char *quoted = quote (name);

  if (!pulse)
    return g_strdup_printf (
        "filesrc location=%s ! wavparse ! audioconvert ! audioresample ! " RAW_CAPS
        " ! audiobuffersplit output-buffer-duration=1/100 ! appsink name=near sync=true",
        quoted);
  return g_strdup_printf ("pulsesrc name=device %s%s " BUFFERS
                          " client-name=Tandem stream-properties=\"props,media.role=phone\" ! "
                          "audioconvert ! audioresample ! " RAW_CAPS
                          "%s ! appsink name=near sync=false max-buffers=20 drop=true",
                          name[0] != '\0' ? "device=" : "", name[0] != '\0' ? quoted : "",
                          has_element ("webrtcdsp") && has_element ("webrtcechoprobe")
                              ? " ! webrtcdsp probe=tandem-probe echo-cancel=true "
                                "noise-suppression=true gain-control=false "
                                "high-pass-filter=true"
                              : "");
}

static char *
describe_output (TandemDeviceKind kind, gboolean pulse, const char *name)
{
  g_autofree char *quoted = quote (name);

  if (!pulse)
    return g_strdup_printf ("appsrc name=far format=time caps=\"" RAW_CAPS
                            "\" ! wavenc ! filesink location=%s async=false",
                            quoted);
  return g_strdup_printf (
      "appsrc name=far is-live=true format=time leaky-type=downstream max-time=20000000 "
      "max-bytes=0 "
      "caps=\"" RAW_CAPS
      "\"%s ! audioconvert ! audioresample ! pulsesink name=device sync=false %s%s " BUFFERS
      " processing-deadline=0 client-name=Tandem stream-properties=\"props,media.role=%s\"",
      kind == TANDEM_DEVICE_EAR && has_element ("webrtcdsp") && has_element ("webrtcechoprobe")
          ? " ! webrtcechoprobe name=tandem-probe"
          : "",
      name[0] != '\0' ? "device=" : "", name[0] != '\0' ? quoted : "",
      kind == TANDEM_DEVICE_RINGER ? "event" : "phone");
}

static void
join (TandemDevices *self, Device *device)
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
follow_bridge (TandemDevices *self, Device *device, gboolean on)
{
  if (device->kind == TANDEM_DEVICE_EAR)
    tandem_bridge_set_ear (self->bridge, on ? on_frame : NULL, device);
  else if (device->kind == TANDEM_DEVICE_RINGER)
    tandem_bridge_set_ringer (self->bridge, on ? on_frame : NULL, device);
}

TandemDevices *
tandem_devices_new (TandemBridge *bridge, TandemDeviceTold told, gpointer data)
{
  TandemDevices *self = g_new0 (TandemDevices, 1);

  self->bridge = bridge;
  self->told = told;
  self->data = data;
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
  g_free (self);
}

gboolean
tandem_devices_is_open (TandemDevices *self, TandemDeviceKind kind)
{
  return self->devices[kind].pipeline != NULL && !self->devices[kind].failed;
}

void
tandem_devices_open (TandemDevices *self, TandemDeviceKind kind, gboolean pulse, const char *name)
{
  Device *device = &self->devices[kind];
  g_autofree char *description = kind == TANDEM_DEVICE_MICROPHONE
                                     ? describe_microphone (pulse, name)
                                     : describe_output (kind, pulse, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstClock) clock = NULL;
  g_autoptr (GstBus) bus = NULL;

  if (tandem_devices_is_open (self, kind))
    return;
  tandem_devices_close (self, kind);
  device->pipeline = gst_parse_launch (description, &error);
  if (device->pipeline == NULL)
    {
      self->told (kind, error->message, self->data);
      return;
    }
  if (error != NULL)
    {
      self->told (kind, error->message, self->data);
      gst_clear_object (&device->pipeline);
      return;
    }
  gst_object_ref_sink (device->pipeline);
  device->failed = FALSE;
  device->frames = 0;
  clock = gst_system_clock_obtain ();
  gst_pipeline_use_clock (GST_PIPELINE (device->pipeline), clock);
  bus = gst_element_get_bus (device->pipeline);
  gst_bus_set_sync_handler (bus, on_message, device, NULL);
  join (self, device);
  if (gst_element_set_state (device->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    {
      if (!device->failed)
        self->told (kind, "the device cannot be opened", self->data);
      device->failed = TRUE;
      return;
    }
  follow_bridge (self, device, TRUE);
  if (!device->failed)
    self->told (kind, NULL, self->data);
}

void
tandem_devices_close (TandemDevices *self, TandemDeviceKind kind)
{
  Device *device = &self->devices[kind];
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) end = NULL;

  if (device->pipeline == NULL)
    return;
  follow_bridge (self, device, FALSE);
  bus = gst_element_get_bus (device->pipeline);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  if (device->source != NULL && !device->failed)
    {
      g_autoptr (GstElement) file = gst_bin_get_by_name (GST_BIN (device->pipeline), "wavenc0");

      if (file != NULL && gst_app_src_end_of_stream (GST_APP_SRC (device->source)) == GST_FLOW_OK)
        end = gst_bus_timed_pop_filtered (bus, PATIENCE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    }
  gst_element_set_state (device->pipeline, GST_STATE_NULL);
  gst_clear_object (&device->source);
  gst_clear_object (&device->pipeline);
}

static GstBusSyncReply
on_file_message (GstBus *bus, GstMessage *message, gpointer data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_SEGMENT_DONE
      || GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    gst_element_seek_simple (data, GST_FORMAT_TIME, GST_SEEK_FLAG_SEGMENT, 0);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

void
tandem_devices_play_file (TandemDevices *self, const char *path, const char *device)
{
  g_autofree char *location = quote (path);
  g_autofree char *name = quote (device);
  g_autofree char *description = g_strdup_printf (
      "filesrc location=%s ! decodebin ! audioconvert ! audioresample ! pulsesink %s%s "
      "client-name=Tandem stream-properties=\"props,media.role=event\"",
      location, device[0] != '\0' ? "device=" : "", device[0] != '\0' ? name : "");
  g_autoptr (GstBus) bus = NULL;

  tandem_devices_stop_file (self);
  self->file = gst_parse_launch (description, NULL);
  if (self->file == NULL)
    return;
  gst_object_ref_sink (self->file);
  bus = gst_element_get_bus (self->file);
  gst_bus_set_sync_handler (bus, on_file_message, self->file, NULL);
  if (gst_element_set_state (self->file, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE
      || gst_element_get_state (self->file, NULL, NULL, PATIENCE) != GST_STATE_CHANGE_SUCCESS)
    {
      self->told (TANDEM_DEVICE_RINGER, "the ring tone file cannot be played", self->data);
      tandem_devices_stop_file (self);
      return;
    }
  gst_element_seek_simple (self->file, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_SEGMENT,
                           0);
  gst_element_set_state (self->file, GST_STATE_PLAYING);
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

const char *
tandem_devices_probe (void)
{
  g_autoptr (GstElement) sink = NULL;
  GstStateChangeReturn result;

  sink = gst_element_factory_make ("pulsesink", NULL);
  if (sink == NULL)
    return "the element pulsesink is missing";
  gst_object_ref_sink (sink);
  result = gst_element_set_state (sink, GST_STATE_READY);
  gst_element_set_state (sink, GST_STATE_NULL);
  return result == GST_STATE_CHANGE_FAILURE ? "no sound server answers" : NULL;
}
