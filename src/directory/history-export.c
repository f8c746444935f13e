/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "csv.h"
#include "history-private.h"
#include "record-private.h"

/* tandem_history_export_async(): see history.h. The file is written a page of calls at a time, each
 * a job of the history's worker, so that a call that ends meanwhile is kept at once. */

typedef struct
{
  gatomicrefcount references;
  GTask *task;
  TandemWorker *worker;
  TandemHistoryKeeper *keeper;
  GFile *file;
  GFile *part; /* (nullable): beside it, until all is written */
  GOutputStream *stream;
  gint64 start, id;
  int written;
  GError *error;
  gboolean finished; /* set by the worker */
  gboolean returned; /* set by the main thread */
} Export;

static Export *
export_ref (Export *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

static void
export_unref (gpointer data)
{
  Export *self = data;

  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_object_unref (self->task);
  tandem_worker_unref (self->worker);
  tandem_history_keeper_unref (self->keeper);
  g_object_unref (self->file);
  g_clear_object (&self->part);
  g_clear_object (&self->stream);
  g_clear_error (&self->error);
  g_free (self);
}

static void
append_header (GString *text)
{
  static const char *const names[]
      = { "start",   "direction", "outcome", "name",         "address", "uri", "queue",
          "seconds", "reason",    "mos",     "loss_percent", "proxies", "note" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    tandem_csv_append (text, names[i]);
  tandem_csv_end_line (text);
}

static void
append_record (GString *text, TandemRecord *record)
{
  g_autofree char *start
      = g_date_time_format (tandem_record_get_start (record), "%Y-%m-%dT%H:%M:%S%:z");
  g_autofree char *seconds = g_strdup_printf ("%u", tandem_record_get_duration (record));
  g_autofree char *proxies = g_strjoinv (" ", (GStrv) tandem_record_get_proxies (record));
  char mos[G_ASCII_DTOSTR_BUF_SIZE] = "", loss[G_ASCII_DTOSTR_BUF_SIZE] = "";

  if (tandem_record_get_mos (record) > 0)
    g_ascii_formatd (mos, sizeof mos, "%.2f", tandem_record_get_mos (record));
  if (tandem_record_get_loss (record) >= 0)
    g_ascii_formatd (loss, sizeof loss, "%.2f", tandem_record_get_loss (record));
  tandem_csv_append (text, start);
  tandem_csv_append (text, tandem_record_is_incoming (record) ? "incoming" : "outgoing");
  tandem_csv_append (text, tandem_record_get_outcome (record));
  tandem_csv_append (text, tandem_record_get_name (record));
  tandem_csv_append (text, tandem_record_get_address (record));
  tandem_csv_append (text, tandem_record_get_uri (record));
  tandem_csv_append (text, tandem_record_get_queue (record));
  tandem_csv_append (text, seconds);
  tandem_csv_append (text, tandem_record_get_reason (record));
  tandem_csv_append (text, mos);
  tandem_csv_append (text, loss);
  tandem_csv_append (text, proxies);
  tandem_csv_append (text, tandem_record_get_note (record));
  tandem_csv_end_line (text);
}

static gboolean
open_part (Export *self, GCancellable *cancellable)
{
  g_autoptr (GFile) folder = g_file_get_parent (self->file);
  g_autofree char *name = g_file_get_basename (self->file);
  g_autofree char *random = g_uuid_string_random ();
  g_autofree char *part = g_strdup_printf (".%.100s.%.8s.part", name, random);
  g_autofree char *valid = g_utf8_make_valid (part, -1);

  self->part = g_file_get_child (folder != NULL ? folder : self->file, valid);
  self->stream = G_OUTPUT_STREAM (
      g_file_create (self->part, G_FILE_CREATE_PRIVATE, cancellable, &self->error));
  return self->stream != NULL;
}

/* FALSE: that was the last page, or it went wrong. */
static gboolean
write_page (Export *self)
{
  GCancellable *cancellable = g_task_get_cancellable (self->task);
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) text = g_string_new (NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, &self->error)
      || !tandem_history_store_load (self->keeper->store, self->start, self->id,
                                     TANDEM_HISTORY_PAGE, page, &self->error))
    return FALSE;
  if (self->stream == NULL)
    {
      if (!open_part (self, cancellable))
        return FALSE;
      append_header (text);
      for (guint i = self->keeper->unsaved->len; i > 0; i--, self->written++)
        append_record (text, g_ptr_array_index (self->keeper->unsaved, i - 1));
    }
  for (guint i = 0; i < page->len; i++, self->written++)
    append_record (text, g_ptr_array_index (page, i));
  if (!g_output_stream_write_all (self->stream, text->str, text->len, NULL, cancellable,
                                  &self->error))
    return FALSE;
  if (page->len < TANDEM_HISTORY_PAGE)
    {
      if (g_output_stream_close (self->stream, cancellable, &self->error))
        g_file_move (self->part, self->file, G_FILE_COPY_OVERWRITE, cancellable, NULL, NULL,
                     &self->error);
      return FALSE;
    }
  self->start = tandem_record_get_start_time (g_ptr_array_index (page, page->len - 1));
  self->id = tandem_record_get_id (g_ptr_array_index (page, page->len - 1));
  return TRUE;
}

static void
abandon (Export *self)
{
  if (self->stream == NULL)
    return;
  g_output_stream_close (self->stream, NULL, NULL);
  g_file_delete (self->part, NULL, NULL);
}

static void
on_page (gpointer data)
{
  Export *self = data;

  if (!g_atomic_int_get (&self->finished) || self->returned)
    return;
  self->returned = TRUE;
  if (self->error != NULL)
    g_task_return_error (self->task, g_steal_pointer (&self->error));
  else
    g_task_return_int (self->task, self->written);
}

static void
run_page (gpointer data)
{
  Export *self = data;

  if (write_page (self))
    {
      tandem_worker_post (self->worker, run_page, on_page, export_ref (self), export_unref);
      return;
    }
  if (self->error != NULL)
    abandon (self);
  g_atomic_int_set (&self->finished, TRUE);
}

void
tandem_history_export_async (TandemHistory *self,
                             GFile *file,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  Export *job;

  g_return_if_fail (TANDEM_IS_HISTORY (self));
  g_return_if_fail (G_IS_FILE (file));

  job = g_new0 (Export, 1);
  g_atomic_ref_count_init (&job->references);
  job->task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (job->task, tandem_history_export_async);
  g_task_set_check_cancellable (job->task, FALSE);
  job->worker = tandem_worker_ref (tandem_history_get_worker (self));
  job->keeper = tandem_history_keeper_ref (tandem_history_get_keeper (self));
  job->file = g_object_ref (file);
  job->start = G_MAXINT64;
  job->id = G_MAXINT64;
  tandem_worker_post (job->worker, run_page, on_page, job, export_unref);
}

int
tandem_history_export_finish (TandemHistory *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);
  return (int) g_task_propagate_int (G_TASK (result), error);
}
