/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-keeper.h"

#include "history.h"
#include "record-private.h"

/* TandemHistoryKeeper: see history-keeper.h. Everything here but making, counting references and
 * freeing happens on the worker's thread. */

#define MAX_UNSAVED 10000

TandemHistoryKeeper *
tandem_history_keeper_new (const char *path)
{
  TandemHistoryKeeper *self = g_new0 (TandemHistoryKeeper, 1);

  g_atomic_ref_count_init (&self->references);
  self->store = tandem_history_store_new (path);
  self->unsaved = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

TandemHistoryKeeper *
tandem_history_keeper_ref (TandemHistoryKeeper *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
tandem_history_keeper_unref (TandemHistoryKeeper *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  tandem_history_store_free (self->store);
  g_ptr_array_unref (self->unsaved);
  g_free (self);
}

void
tandem_history_job_free (gpointer data)
{
  TandemHistoryJob *job = data;

  tandem_history_keeper_unref (job->keeper);
  g_weak_ref_clear (&job->history);
  g_clear_object (&job->task);
  g_clear_object (&job->record);
  g_clear_pointer (&job->found, g_ptr_array_unref);
  g_free (job->note);
  g_free (job->problem);
  g_free (job);
}

gboolean
tandem_history_counts_as_missed (TandemRecord *record)
{
  return tandem_record_is_missed (record) && !tandem_record_is_seen (record);
}

static gboolean
write_unsaved (TandemHistoryKeeper *keeper, GError **error)
{
  if (keeper->unsaved->len == 0)
    return TRUE;
  if (!tandem_history_store_insert (keeper->store, keeper->unsaved, error))
    return FALSE;
  g_ptr_array_set_size (keeper->unsaved, 0);
  return TRUE;
}

/* What a job does to calls that are not in the file yet. */
static void
change_unsaved (GPtrArray *unsaved, TandemHistoryJob *job)
{
  for (guint i = unsaved->len; i > 0; i--)
    {
      TandemRecord *record = g_ptr_array_index (unsaved, i - 1);
      const gboolean meant = tandem_record_get_id (record) == job->id;

      if (job->kind == TANDEM_HISTORY_NOTE && meant)
        tandem_record_set_note (record, job->note);
      else if (job->kind == TANDEM_HISTORY_SEEN && (meant || job->id < 0))
        tandem_record_set_seen (record, TRUE);
      else if ((job->kind == TANDEM_HISTORY_REMOVE && meant)
               || (job->kind == TANDEM_HISTORY_PRUNE
                   && tandem_record_get_start_time (record) < job->start))
        g_ptr_array_remove_index (unsaved, i - 1);
    }
}

static void
count_missed (TandemHistoryJob *job)
{
  GPtrArray *unsaved = job->keeper->unsaved;

  job->counted = tandem_history_store_count_missed (job->keeper->store, &job->missed, NULL);
  for (guint i = 0; job->counted && i < unsaved->len; i++)
    job->missed += tandem_history_counts_as_missed (g_ptr_array_index (unsaved, i)) ? 1 : 0;
}

static void
do_job (TandemHistoryJob *job, GError **error)
{
  TandemHistoryKeeper *keeper = job->keeper;
  TandemHistoryStore *store = keeper->store;

  switch (job->kind)
    {
    case TANDEM_HISTORY_LOAD:
      tandem_history_store_load (store, job->start, job->id, TANDEM_HISTORY_PAGE, job->found,
                                 error);
      if (job->start == G_MAXINT64)
        count_missed (job);
      break;
    case TANDEM_HISTORY_INSERT:
      g_ptr_array_add (keeper->unsaved, g_steal_pointer (&job->record));
      if (keeper->unsaved->len > MAX_UNSAVED)
        g_ptr_array_remove_index (keeper->unsaved, 0);
      write_unsaved (keeper, error);
      break;
    case TANDEM_HISTORY_NOTE:
      tandem_history_store_set_note (store, job->id, job->note, error);
      break;
    case TANDEM_HISTORY_SEEN:
      tandem_history_store_mark_seen (store, job->id, error);
      break;
    case TANDEM_HISTORY_REMOVE:
      tandem_history_store_remove (store, job->id, error);
      break;
    case TANDEM_HISTORY_PRUNE:
      if (tandem_history_store_prune (store, job->start, job->number, error))
        count_missed (job);
      break;
    case TANDEM_HISTORY_TIDY:
      tandem_history_store_tidy (store);
      break;
    case TANDEM_HISTORY_CLEAR:
      g_ptr_array_set_size (keeper->unsaved, 0);
      tandem_history_store_clear (store, error);
      break;
    case TANDEM_HISTORY_FLUSH:
    default:
      write_unsaved (keeper, error);
      break;
    }
}

void
tandem_history_job_run (gpointer data)
{
  TandemHistoryJob *job = data;
  g_autoptr (GError) error = NULL;

  change_unsaved (job->keeper->unsaved, job);
  if (job->kind == TANDEM_HISTORY_INSERT || job->kind == TANDEM_HISTORY_CLEAR
      || job->kind == TANDEM_HISTORY_FLUSH || write_unsaved (job->keeper, &error))
    do_job (job, &error);
  else
    do_job (job, NULL);
  if (error != NULL)
    g_message ("history: %s", error->message);
  job->problem = g_strdup (error != NULL ? error->message
                                         : tandem_history_store_get_notice (job->keeper->store));
}
