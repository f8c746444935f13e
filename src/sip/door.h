/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemDoor: the one way between the main thread and the SIP thread. Inwards, pointers go through
 * a queue and an eventfd, which the SIP thread watches; outwards, through a queue and a source of a
 * main context. It knows nothing of what it carries. Nothing blocks, nothing polls, the order of
 * each direction is kept. */

typedef struct _TandemDoor TandemDoor;

/* Called on the thread that runs the context, with what was passed out; takes ownership. */
typedef void (*TandemDoorFunc) (gpointer item, gpointer data);

/* Starts with one reference, for the thread of the context. free_in and free_out free what was never
 * delivered. context: (nullable) the thread-default one when NULL. */
TandemDoor *tandem_door_new (GMainContext *context,
                             GDestroyNotify free_in,
                             GDestroyNotify free_out,
                             TandemDoorFunc deliver,
                             gpointer data,
                             GError **error);
TandemDoor *tandem_door_ref (TandemDoor *self);
void tandem_door_unref (TandemDoor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemDoor, tandem_door_unref)

/* Any thread; item is owned by the door from here on. */
void tandem_door_push_in (TandemDoor *self, gpointer item);
/* The SIP thread: readable when there is something to pop. */
int tandem_door_get_fd (TandemDoor *self);
/* The SIP thread: clears the descriptor; call before popping until NULL. */
void tandem_door_clear (TandemDoor *self);
gpointer tandem_door_pop_in (TandemDoor *self);

/* Any thread; item is owned by the door from here on. */
void tandem_door_push_out (TandemDoor *self, gpointer item);
/* The thread of the context: nothing is delivered after this returns. */
void tandem_door_close (TandemDoor *self);

G_END_DECLS
