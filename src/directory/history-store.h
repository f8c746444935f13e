/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "query.h"
#include "record.h"

G_BEGIN_DECLS

/* TandemHistoryStore: the SQLite file behind TandemHistory. Blocks; one thread at a time. Opens the
 * file when first used, and again after a failure. Errors are G_IO_ERROR with a translated message
 * for the person: NO_SPACE, READ_ONLY, NOT_SUPPORTED (a newer version wrote it), FAILED; and
 * CANCELLED for what was stopped. */

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
/* The same for the calls that the query matches. stop: (nullable) an atomic; not 0: ends early. */
gboolean tandem_history_store_search (TandemHistoryStore *self,
                                      TandemQuery *query,
                                      gboolean missed_only,
                                      gint64 start,
                                      gint64 id,
                                      guint limit,
                                      const int *stop,
                                      GPtrArray *records,
                                      GError **error);
/* All or none. A taken id gets the next free one. */
gboolean tandem_history_store_insert (TandemHistoryStore *self, GPtrArray *records, GError **error);
/* note: (nullable) */
gboolean tandem_history_store_set_note (TandemHistoryStore *self,
                                        gint64 id,
                                        const char *note,
                                        GError **error);
/* Missed calls that nobody has looked at. */
gboolean
tandem_history_store_count_missed (TandemHistoryStore *self, guint *missed, GError **error);
/* id negative: all. */
gboolean tandem_history_store_mark_seen (TandemHistoryStore *self, gint64 id, GError **error);
gboolean tandem_history_store_remove (TandemHistoryStore *self, gint64 id, GError **error);
/* Removes what began before oldest (microseconds since 1970 UTC), and all but the newest number
 * calls (0: any number). */
gboolean
tandem_history_store_prune (TandemHistoryStore *self, gint64 oldest, guint number, GError **error);
/* Takes pieces of deleted texts out of the index and the write-ahead log. Of use after removing. */
void tandem_history_store_tidy (TandemHistoryStore *self);
gboolean tandem_history_store_clear (TandemHistoryStore *self, GError **error);
/* FALSE: this SQLite has no trigram index; searching reads every call. Of use once something was
 * read. */
gboolean tandem_history_store_has_index (TandemHistoryStore *self);
/* (nullable) translated: that a damaged file was set aside, and as what. Stays. */
const char *tandem_history_store_get_notice (TandemHistoryStore *self);

G_END_DECLS
