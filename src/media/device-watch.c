/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device-watch.h"

#include <gst/gst.h>

#include <string.h>

/* See device-watch.h. */

#define PROVIDER "pulsedeviceprovider"
#define NO_HARDWARE "auto_null" /* what a server makes up when there is no device at all */

struct _TandemDeviceWatch
{
  TandemDeviceWatchChanged changed;
  gpointer data;
  GstDeviceProvider *provider;
};

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  TandemDeviceWatch *self = data;

  switch (GST_MESSAGE_TYPE (message))
    {
    case GST_MESSAGE_DEVICE_ADDED:
    case GST_MESSAGE_DEVICE_REMOVED:
    case GST_MESSAGE_DEVICE_CHANGED:
      self->changed (self->data);
      break;
    default:
      break;
    }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static void
stop (TandemDeviceWatch *self)
{
  g_autoptr (GstBus) bus = NULL;

  if (self->provider == NULL)
    return;
  bus = gst_device_provider_get_bus (self->provider);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  gst_device_provider_stop (self->provider);
  gst_clear_object (&self->provider);
}

TandemDeviceWatch *
tandem_device_watch_new (TandemDeviceWatchChanged changed, gpointer data)
{
  TandemDeviceWatch *self = g_new0 (TandemDeviceWatch, 1);

  self->changed = changed;
  self->data = data;
  return self;
}

void
tandem_device_watch_free (TandemDeviceWatch *self)
{
  stop (self);
  g_free (self);
}

gboolean
tandem_device_watch_start (TandemDeviceWatch *self, gboolean again)
{
  g_autoptr (GstDeviceProviderFactory) factory = NULL;
  g_autoptr (GstBus) bus = NULL;

  if (self->provider != NULL && !again)
    return TRUE;
  stop (self);
  factory = gst_device_provider_factory_find (PROVIDER);
  if (factory == NULL)
    return FALSE;
  self->provider = gst_device_provider_factory_get (factory);
  if (self->provider == NULL)
    return FALSE;
  bus = gst_device_provider_get_bus (self->provider);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  if (gst_device_provider_start (self->provider))
    return TRUE;
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  gst_clear_object (&self->provider);
  return FALSE;
}

static gboolean
is_monitor (GstDevice *device)
{
  g_autoptr (GstStructure) properties = gst_device_get_properties (device);

  return properties != NULL
         && g_strcmp0 (gst_structure_get_string (properties, "device.class"), "monitor") == 0;
}

/* The name that pulsesrc and pulsesink take. */
static char *
get_id (GstDevice *device)
{
  char *id = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (device), "internal-name") != NULL)
    g_object_get (device, "internal-name", &id, NULL);
  return id;
}

static GList *
get_all (TandemDeviceWatch *self)
{
  return self->provider != NULL ? gst_device_provider_get_devices (self->provider) : NULL;
}

GPtrArray *
tandem_device_watch_list (TandemDeviceWatch *self)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_audio_device_free);
  GList *all = get_all (self);

  for (GList *item = all; item != NULL; item = item->next)
    {
      g_autofree char *id = get_id (item->data);
      TandemAudioDevice *device;

      if (id == NULL || is_monitor (item->data) || g_str_has_prefix (id, NO_HARDWARE))
        continue;
      device = g_new0 (TandemAudioDevice, 1);
      device->id = g_steal_pointer (&id);
      device->name = gst_device_get_display_name (item->data);
      device->input = gst_device_has_classes (item->data, "Audio/Source");
      g_ptr_array_add (devices, device);
    }
  g_list_free_full (all, gst_object_unref);
  return devices;
}

gboolean
tandem_device_watch_has (TandemDeviceWatch *self, gboolean input, const char *name)
{
  GList *all = get_all (self);
  gboolean found = FALSE;

  for (GList *item = all; item != NULL && !found; item = item->next)
    {
      g_autofree char *id = get_id (item->data);

      if (id == NULL
          || gst_device_has_classes (item->data, input ? "Audio/Source" : "Audio/Sink") == FALSE)
        continue;
      found = name[0] != '\0' ? strcmp (id, name) == 0
                              : !is_monitor (item->data) && !g_str_has_prefix (id, NO_HARDWARE);
    }
  g_list_free_full (all, gst_object_unref);
  return found;
}
