/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemServerDoor: notices that a sound server has come to be, by its socket in the file system, so that
 * nobody has to ask again and again. Main thread. */

typedef struct _TandemServerDoor TandemServerDoor;

typedef void (*TandemServerDoorOpened) (gpointer data);

TandemServerDoor *tandem_server_door_new (TandemServerDoorOpened opened, gpointer data);
void tandem_server_door_free (TandemServerDoor *self);
void tandem_server_door_watch (TandemServerDoor *self, gboolean on);

G_END_DECLS
