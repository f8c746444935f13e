/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "record.h"

G_BEGIN_DECLS

/* TandemHistory: the past calls, newest first: a GListModel of TandemRecord, kept in a SQLite file.
 * Main thread; the file is read and written on a worker, so nothing here waits for a disk. What
 * cannot be written stays in the list, and is written later when that works again. To look for
 * calls, also among those not loaded, see TandemHistorySearch. The same call is the same object
 * everywhere as long as anybody holds it.
 * Properties, notified: "problem" (translated, nullable: why calls are not kept, or that a damaged
 * file was set aside), "loading" (gboolean), "has-more" (gboolean: older ones can be loaded),
 * "missed" (guint: missed calls that nobody has looked at, loaded or not). */

#define TANDEM_TYPE_HISTORY (tandem_history_get_type ())
G_DECLARE_FINAL_TYPE (TandemHistory, tandem_history, TANDEM, HISTORY, GObject)

#define TANDEM_HISTORY_PAGE 1000
#define TANDEM_HISTORY_MAX_NOTE 10000 /* characters; what is longer is cut */

/* path: (nullable) the file; NULL: tandem/history.db in the person's data folder. Begins to load
 * the newest TANDEM_HISTORY_PAGE records. */
TandemHistory *tandem_history_new (const char *path);
const char *tandem_history_get_problem (TandemHistory *self);
gboolean tandem_history_is_loading (TandemHistory *self);
gboolean tandem_history_has_more (TandemHistory *self);
guint tandem_history_get_missed (TandemHistory *self);
/* Shows the record at once, in its place by time, and keeps it. Its id is replaced by a new one. */
void tandem_history_add (TandemHistory *self, TandemRecord *record);
/* The same, and gives the history's own record of it, to which notes can be added. (transfer full) */
TandemRecord *tandem_history_keep (TandemHistory *self, TandemRecord *record);
/* note: (nullable) plain text. Notifies "note" of the record. */
void tandem_history_set_note (TandemHistory *self, TandemRecord *record, const char *note);
/* The person has looked at this missed call, or at all of them (NULL). Notifies "seen". */
void tandem_history_mark_seen (TandemHistory *self, TandemRecord *record);
/* To undo it, keep a reference to the record and give it to tandem_history_restore(). */
void tandem_history_remove (TandemHistory *self, TandemRecord *record);
void tandem_history_restore (TandemHistory *self, TandemRecord *record);
void tandem_history_delete_all (TandemHistory *self);
/* Deletes what is older than that many days, and all but the newest number of calls; 0: no such
 * limit, as from the start. Holds from now on, for each call that is added. */
void tandem_history_set_retention (TandemHistory *self, guint days, guint number);
/* The next page of older records; nothing while one is loading or when there are no more. */
void tandem_history_load_more (TandemHistory *self);
/* Calls back when everything asked for before has been done. */
void tandem_history_flush_async (TandemHistory *self, GAsyncReadyCallback callback, gpointer data);
void tandem_history_flush_finish (TandemHistory *self, GAsyncResult *result);
/* Writes every call as CSV (RFC 4180, UTF-8, a header line with untranslated names), newest first.
 * The file appears, or is replaced, only when all is written. Texts that a spreadsheet would take
 * for a formula begin with an apostrophe. Errors: G_IO_ERROR. */
void tandem_history_export_async (TandemHistory *self,
                                  GFile *file,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
/* Returns the number of calls written, or -1. */
int tandem_history_export_finish (TandemHistory *self, GAsyncResult *result, GError **error);

G_END_DECLS
