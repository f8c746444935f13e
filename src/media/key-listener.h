/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemKeyListener: key tones (ITU-T Q.23) in sound that comes, about as Q.24 has it: 40 ms of a key are one, 16 ms
 * are none, a gap of 10 ms is none. For far ends that have not agreed on telephone-events (RFC 4733). One thread
 * at a time. */

typedef struct _TandemKeyListener TandemKeyListener;

/* rate: samples per second, 8000 to 48000 */
TandemKeyListener *tandem_key_listener_new (guint rate);
void tandem_key_listener_free (TandemKeyListener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemKeyListener, tandem_key_listener_free)
/* Takes samples up to where a key has begun: returns it and sets n to how many those were; '\0': none has, and all
 * were taken. */
char tandem_key_listener_take (TandemKeyListener *self, const gint16 *samples, gsize *n);

G_END_DECLS
