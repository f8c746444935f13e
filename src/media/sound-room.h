/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bridge.h"
#include "devices.h"
#include "media-engine.h"

G_BEGIN_DECLS

/* TandemSoundRoom: devices, and the thread that may wait for a sound server so that nobody else does. Its
 * functions are for the main thread, return at once and are carried out in order; what comes of
 * them is told on the main thread. */

typedef struct _TandemSoundRoom TandemSoundRoom;

typedef struct
{
  /* problem: untranslated, static; NULL: it works, or would. */
  void (*device_told) (TandemDeviceKind kind, const char *problem, gpointer data);
  void (*devices_changed) (GPtrArray *devices, gpointer data);
} TandemSoundRoomEvents;

TandemSoundRoom *
tandem_sound_room_new (gboolean pulse, const TandemSoundRoomEvents *events, gpointer data);
/* No event comes any more. Waits for devices to close, but not for a server that hangs. */
void tandem_sound_room_leave (TandemSoundRoom *self);
TandemBridge *tandem_sound_room_get_bridge (TandemSoundRoom *self);

/* Initialises GStreamer and, with pulse, asks what is there. again: the server too. */
void tandem_sound_room_look (TandemSoundRoom *self,
                             const char *input,
                             const char *output,
                             gboolean again);
void tandem_sound_room_open (TandemSoundRoom *self, TandemDeviceKind kind, const char *name);
void tandem_sound_room_close (TandemSoundRoom *self, TandemDeviceKind kind);
void tandem_sound_room_move (TandemSoundRoom *self, TandemDeviceKind kind, const char *name);
void tandem_sound_room_set_processing (TandemSoundRoom *self, gboolean echo, gboolean noise);
/* path "": the built-in tone, which also stands in for a file that cannot be played. */
void tandem_sound_room_ring (TandemSoundRoom *self, const char *path, const char *device);
void tandem_sound_room_stop_ringing (TandemSoundRoom *self);

/* Any thread; the first one initialises. */
void tandem_media_ensure_gstreamer (void);

G_END_DECLS
