/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "record.h"

G_BEGIN_DECLS

/* TandemHistory: the past calls, newest first: a GListModel of TandemRecord, kept in a SQLite file.
 * Main thread; the file is read and written on a worker, so nothing here waits for a disk. What
 * cannot be written stays in the list, and is written later when that works again.
 * Properties, notified: "problem" (translated, nullable: why calls are not kept, or that a damaged
 * file was set aside), "loading" (gboolean), "has-more" (gboolean: older ones can be loaded). */

#define TANDEM_TYPE_HISTORY (tandem_history_get_type ())
G_DECLARE_FINAL_TYPE (TandemHistory, tandem_history, TANDEM, HISTORY, GObject)

#define TANDEM_HISTORY_PAGE 1000

/* path: (nullable) the file; NULL: tandem/history.db in the person's data folder. Begins to load
 * the newest TANDEM_HISTORY_PAGE records. */
TandemHistory *tandem_history_new (const char *path);
const char *tandem_history_get_problem (TandemHistory *self);
gboolean tandem_history_is_loading (TandemHistory *self);
gboolean tandem_history_has_more (TandemHistory *self);
/* Shows the record at once, in its place by time, and keeps it. Its id is replaced by a new one. */
void tandem_history_add (TandemHistory *self, TandemRecord *record);
void tandem_history_delete_all (TandemHistory *self);
/* The next page of older records; nothing while one is loading or when there are no more. */
void tandem_history_load_more (TandemHistory *self);
/* Calls back when everything asked for before has been done. */
void tandem_history_flush_async (TandemHistory *self, GAsyncReadyCallback callback, gpointer data);
void tandem_history_flush_finish (TandemHistory *self, GAsyncResult *result);

G_END_DECLS
