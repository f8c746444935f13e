/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A stateless proxy (RFC 3261 16.11) for several phones in one test: what is for a user goes where that
 * user's phone is, what is for an address goes there, what is for nobody is answered by 404. A thread of its
 * own; UDP over IPv4 only, and no more of SIP than that needs. */

typedef struct _Relay Relay;

/* address: "127.3.x.y" */
Relay *relay_new (const char *address);
void relay_free (Relay *self);
guint relay_get_port (Relay *self);
/* Before anybody sends. */
void relay_add_user (Relay *self, const char *user, const char *address, guint port);
/* From now on nothing gets through. */
void relay_set_silent (Relay *self, gboolean silent);

G_END_DECLS
