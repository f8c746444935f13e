/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bridge.h"
#include "codec.h"
#include "leg.h"

G_BEGIN_DECLS

/* What a leg needs of its engine. Main thread. */

typedef void (*TandemWork) (gpointer data);

TandemBridge *tandem_media_engine_get_bridge (TandemMediaEngine *self);
/* NULL-terminated, in order of priority; only what works here. (transfer full) */
const TandemCodec **tandem_media_engine_dup_codecs (TandemMediaEngine *self);
gboolean tandem_media_engine_get_own_order (TandemMediaEngine *self);
guint tandem_media_engine_get_timeout (TandemMediaEngine *self);
void tandem_media_engine_get_ports (TandemMediaEngine *self, guint *min, guint *max);
/* The ear, and with microphone that too, stay open while somebody holds them. */
void tandem_media_engine_hold_devices (TandemMediaEngine *self, gboolean microphone);
void tandem_media_engine_release_devices (TandemMediaEngine *self, gboolean microphone);
/* Runs work on the thread that takes legs' pipelines up and down, one after the other. */
void tandem_media_engine_work (TandemMediaEngine *self, TandemWork work, gpointer data);

G_END_DECLS
