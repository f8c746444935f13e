/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media-engine.h"

G_BEGIN_DECLS

/* TandemDeviceWatch: which devices the sound server has, and when that changes. It asks the Pulse protocol's
 * device provider itself (PipeWire speaks it too), so that no provider of other hardware is
 * started. Blocks on the server: for the device worker only. */

typedef struct _TandemDeviceWatch TandemDeviceWatch;

/* Called on a thread of the provider: only post. */
typedef void (*TandemDeviceWatchChanged) (gpointer data);

TandemDeviceWatch *tandem_device_watch_new (TandemDeviceWatchChanged changed, gpointer data);
void tandem_device_watch_free (TandemDeviceWatch *self);

/* FALSE: no sound server answers. Asks anew when again is set. */
gboolean tandem_device_watch_start (TandemDeviceWatch *self, gboolean again);
/* (transfer full) (element-type TandemAudioDevice): real ones, without monitors. */
GPtrArray *tandem_device_watch_list (TandemDeviceWatch *self);
/* Is there a device of that name, be it a monitor; or for "" any real one? */
gboolean tandem_device_watch_has (TandemDeviceWatch *self, gboolean input, const char *name);

G_END_DECLS
