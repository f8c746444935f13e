/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bridge.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* TandemDevices: microphone, ear and ringer as pipelines of their own on the bridge. Everything here may
 * block on a sound server and belongs on the device worker; a device that fails later is told by the
 * function, on whatever thread notices. */

typedef enum
{
  TANDEM_DEVICE_MICROPHONE,
  TANDEM_DEVICE_EAR,
  TANDEM_DEVICE_RINGER,
  TANDEM_N_DEVICES,
} TandemDeviceKind;

typedef struct _TandemDevices TandemDevices;

typedef void (*TandemDeviceFailed) (TandemDeviceKind kind, gpointer data);

TandemDevices *tandem_devices_new (TandemBridge *bridge, TandemDeviceFailed failed, gpointer data);
void tandem_devices_free (TandemDevices *self);

/* What is open is opened anew. */
void tandem_devices_set_processing (TandemDevices *self, gboolean echo, gboolean noise);

/* name: of the device, "" for the default one; or without pulse the path of a WAV file. Idempotent. FALSE:
 * it cannot be opened. Open the ear before the microphone, whose echo canceller listens to it. */
gboolean
tandem_devices_open (TandemDevices *self, TandemDeviceKind kind, gboolean pulse, const char *name);
void tandem_devices_close (TandemDevices *self, TandemDeviceKind kind);
gboolean tandem_devices_is_open (TandemDevices *self, TandemDeviceKind kind);
/* Another device, without a gap. */
void tandem_devices_move (TandemDevices *self, TandemDeviceKind kind, const char *name);
/* A ring tone file, again and again, on the ring device. FALSE: it cannot be played. */
gboolean tandem_devices_play_file (TandemDevices *self, const char *path, const char *device);
void tandem_devices_stop_file (TandemDevices *self);

G_END_DECLS
