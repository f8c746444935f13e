/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemKeyQueue: keys and pauses ("200,,12#") in the order of time: a run of keys is handed on when the
 * run before and the pauses between have passed. It does not know how keys are sent. Main thread. */

typedef struct _TandemKeyQueue TandemKeyQueue;

/* send: a run of keys without pauses. FALSE: it cannot be sent; what waits behind is dropped. */
TandemKeyQueue *tandem_key_queue_new (gboolean (*send) (const char *keys, gpointer data),
                                      gpointer data);
void tandem_key_queue_free (TandemKeyQueue *self);
/* FALSE: its first run could not be sent, or too many wait. */
gboolean tandem_key_queue_add (TandemKeyQueue *self, const char *keys);
void tandem_key_queue_clear (TandemKeyQueue *self);

G_END_DECLS
