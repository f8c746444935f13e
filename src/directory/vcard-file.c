/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vcard.h"

#include <glib/gi18n.h>

/* Files of vCards, read and written in threads of GTask's: see vcard.h. */

#define CHUNK (64 * 1024)

typedef struct
{
  GPtrArray *contacts;
  TandemVcardSkipped skipped;
} Loaded;

typedef struct
{
  GFile *file;
  GPtrArray *contacts;
  TandemVcardVersion version;
} Saving;

static void
loaded_free (gpointer data)
{
  Loaded *loaded = data;

  g_ptr_array_unref (loaded->contacts);
  g_free (loaded);
}

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  g_object_unref (saving->file);
  g_ptr_array_unref (saving->contacts);
  g_free (saving);
}

static Loaded *
load (GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (TandemVcardReader) reader = tandem_vcard_reader_new ();
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autofree char *chunk = g_malloc (CHUNK);
  g_autoptr (GPtrArray) contacts = NULL;
  gsize total = 0;
  gssize n;
  TandemVcardSkipped skipped = { 0 };
  Loaded *loaded;

  if (stream == NULL)
    return NULL;
  while ((n = g_input_stream_read (G_INPUT_STREAM (stream), chunk, CHUNK, cancellable, error)) > 0)
    {
      total += (gsize) n;
      if (total > TANDEM_VCARD_MAX_BYTES)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                       /* Translators: %d is a number of megabytes. */
                       _ ("The file is longer than %d MB, and was not imported."),
                       TANDEM_VCARD_MAX_BYTES / (1024 * 1024));
          return NULL;
        }
      tandem_vcard_reader_feed (reader, chunk, (gsize) n);
    }
  if (n < 0)
    return NULL;
  contacts = tandem_vcard_reader_end (reader, &skipped);
  if (contacts->len == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("There are no contacts in this file."));
      return NULL;
    }
  loaded = g_new0 (Loaded, 1);
  loaded->contacts = g_steal_pointer (&contacts);
  loaded->skipped = skipped;
  return loaded;
}

static void
run_load (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  Loaded *loaded = load (data, cancellable, &error);

  if (loaded != NULL)
    g_task_return_pointer (task, loaded, loaded_free);
  else
    g_task_return_error (task, error);
}

static gboolean
save (const Saving *saving, GCancellable *cancellable, GError **error)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GFileOutputStream) stream = g_file_replace (
      saving->file, NULL, FALSE, G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION,
      cancellable, error);
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean written = stream != NULL;

  for (guint i = 0; written && i < saving->contacts->len; i++)
    {
      tandem_vcard_append (text, g_ptr_array_index (saving->contacts, i), saving->version);
      if (text->len < CHUNK && i + 1 < saving->contacts->len)
        continue;
      written = g_output_stream_write_all (G_OUTPUT_STREAM (stream), text->str, text->len, NULL,
                                           cancellable, error);
      g_string_truncate (text, 0);
    }
  if (written)
    return g_output_stream_close (G_OUTPUT_STREAM (stream), cancellable, error);
  g_cancellable_cancel (cancelled);
  if (stream != NULL)
    g_output_stream_close (G_OUTPUT_STREAM (stream), cancelled, NULL);
  return FALSE;
}

static void
run_save (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (save (data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
tandem_vcard_load_async (GFile *file,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (NULL, cancellable, callback, data);
  g_task_set_source_tag (task, tandem_vcard_load_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, run_load);
}

GPtrArray *
tandem_vcard_load_finish (GAsyncResult *result, TandemVcardSkipped *skipped, GError **error)
{
  Loaded *loaded;
  GPtrArray *contacts;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  loaded = g_task_propagate_pointer (G_TASK (result), error);
  if (loaded == NULL)
    return NULL;
  if (skipped != NULL)
    *skipped = loaded->skipped;
  contacts = g_ptr_array_ref (loaded->contacts);
  loaded_free (loaded);
  return contacts;
}

void
tandem_vcard_save_async (GFile *file,
                         GListModel *contacts,
                         TandemVcardVersion version,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  g_autoptr (GTask) task = NULL;
  Saving *saving;

  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (G_IS_LIST_MODEL (contacts));

  saving = g_new0 (Saving, 1);
  saving->file = g_object_ref (file);
  saving->contacts = g_ptr_array_new_with_free_func (g_object_unref);
  saving->version = version;
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    g_ptr_array_add (saving->contacts, g_list_model_get_item (contacts, i));
  task = g_task_new (NULL, cancellable, callback, data);
  g_task_set_source_tag (task, tandem_vcard_save_async);
  g_task_set_task_data (task, saving, saving_free);
  g_task_run_in_thread (task, run_save);
}

gboolean
tandem_vcard_save_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
