/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "record.h"

G_BEGIN_DECLS

/* TandemHistoryStore: the SQLite file behind TandemHistory. Blocks; one thread at a time. Opens the
 * file when first used, and again after a failure. Errors are G_IO_ERROR with a translated message
 * for the person: NO_SPACE, READ_ONLY, NOT_SUPPORTED (a newer version wrote it), FAILED. */

typedef struct _TandemHistoryStore TandemHistoryStore;

TandemHistoryStore *tandem_history_store_new (const char *path);
void tandem_history_store_free (TandemHistoryStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemHistoryStore, tandem_history_store_free)

/* Appends at most limit records older than (start, id), newest first. start and id G_MAXINT64: the
 * newest. start: microseconds since 1970 UTC. */
gboolean tandem_history_store_load (TandemHistoryStore *self,
                                    gint64 start,
                                    gint64 id,
                                    guint limit,
                                    GPtrArray *records,
                                    GError **error);
/* All or none. A taken id gets the next free one. */
gboolean tandem_history_store_insert (TandemHistoryStore *self, GPtrArray *records, GError **error);
gboolean tandem_history_store_clear (TandemHistoryStore *self, GError **error);
/* (nullable) translated: that a damaged file was set aside, and as what. Stays. */
const char *tandem_history_store_get_notice (TandemHistoryStore *self);

G_END_DECLS
