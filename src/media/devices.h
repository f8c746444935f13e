/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bridge.h"
#include "media-engine.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* TandemDevices: microphone, ear and ringer as pipelines of their own on the bridge. Everything here may
 * block on a sound server and belongs on the engine's device worker; a device that fails is told by
 * the function, on whatever thread notices. */

typedef enum
{
  TANDEM_DEVICE_MICROPHONE,
  TANDEM_DEVICE_EAR,
  TANDEM_DEVICE_RINGER,
  TANDEM_N_DEVICES,
} TandemDeviceKind;

typedef struct _TandemDevices TandemDevices;

/* problem: untranslated; NULL: it works (again). */
typedef void (*TandemDeviceTold) (TandemDeviceKind kind, const char *problem, gpointer data);

TandemDevices *tandem_devices_new (TandemBridge *bridge, TandemDeviceTold told, gpointer data);
void tandem_devices_free (TandemDevices *self);

/* source and sink: launch lines "pulsesrc ..." / "pulsesink ..."; a file path ends in .wav. Idempotent. */
void
tandem_devices_open (TandemDevices *self, TandemDeviceKind kind, gboolean pulse, const char *name);
void tandem_devices_close (TandemDevices *self, TandemDeviceKind kind);
gboolean tandem_devices_is_open (TandemDevices *self, TandemDeviceKind kind);
/* A ring tone file, again and again, on the ring device. */
void tandem_devices_play_file (TandemDevices *self, const char *path, const char *device);
void tandem_devices_stop_file (TandemDevices *self);

/* Does a sound server answer? NULL, or why not (untranslated, static). */
const char *tandem_devices_probe (void);

G_END_DECLS
