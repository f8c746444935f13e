/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone.h"

G_BEGIN_DECLS

/* TandemModelWatch: follows the lists of a phone and what is in them, and says that something has
 * changed, at most once in a turn of the main loop. Running times and counters are no change. */

typedef struct _TandemModelWatch TandemModelWatch;

TandemModelWatch *
tandem_model_watch_new (TandemPhone *phone, void (*changed) (gpointer data), gpointer data);
void tandem_model_watch_free (TandemModelWatch *self);

G_END_DECLS
