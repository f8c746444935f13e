/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "history-store.h"

G_BEGIN_DECLS

/* The worker's half of TandemHistory: the file, what could not be written to it yet, and the jobs.
 * For the history's own files only. */

typedef struct
{
  gatomicrefcount references;
  TandemHistoryStore *store;
  GPtrArray *unsaved; /* of TandemRecord, in the order in which they came */
} TandemHistoryKeeper;

typedef enum
{
  TANDEM_HISTORY_LOAD,
  TANDEM_HISTORY_INSERT,
  TANDEM_HISTORY_NOTE,
  TANDEM_HISTORY_SEEN,
  TANDEM_HISTORY_REMOVE,
  TANDEM_HISTORY_PRUNE,
  TANDEM_HISTORY_TIDY,
  TANDEM_HISTORY_CLEAR,
  TANDEM_HISTORY_FLUSH,
} TandemHistoryJobKind;

typedef struct
{
  TandemHistoryJobKind kind;
  TandemHistoryKeeper *keeper;
  GWeakRef history;
  guint generation;
  GTask *task;

  gint64 start, id; /* load: older than these; prune: older than start; id negative: all */
  guint number;
  char *note;
  TandemRecord *record;

  GPtrArray *found;
  gboolean counted;
  guint epoch;
  int before; /* the sum of changes when this was asked for */
  guint missed;
  char *problem;
} TandemHistoryJob;

TandemHistoryKeeper *tandem_history_keeper_new (const char *path);
TandemHistoryKeeper *tandem_history_keeper_ref (TandemHistoryKeeper *self);
void tandem_history_keeper_unref (TandemHistoryKeeper *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemHistoryKeeper, tandem_history_keeper_unref)

/* Does the TandemHistoryJob data, as far as it belongs to the worker. */
void tandem_history_job_run (gpointer data);
void tandem_history_job_free (gpointer data);

/* Missed, and nobody has looked at it. Any thread. */
gboolean tandem_history_counts_as_missed (TandemRecord *record);

G_END_DECLS
