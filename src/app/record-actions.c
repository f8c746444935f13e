/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "record-actions.h"

#include <glib/gi18n.h>

#include "format.h"
#include "history.h"

/* What is done to past calls beside calling: each says in a toast what came of it, and what is deleted
 * can be had back there. */

static AdwToastOverlay *
toasts_of (GtkWidget *from)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (from, ADW_TYPE_TOAST_OVERLAY);
  GtkRoot *root;

  if (overlay != NULL)
    return ADW_TOAST_OVERLAY (overlay);
  root = gtk_widget_get_root (from);
  if (GTK_IS_WINDOW (root) && gtk_window_get_transient_for (GTK_WINDOW (root)) != NULL)
    root = GTK_ROOT (gtk_window_get_transient_for (GTK_WINDOW (root)));
  if (ADW_IS_APPLICATION_WINDOW (root))
    overlay = adw_application_window_get_content (ADW_APPLICATION_WINDOW (root));
  return ADW_IS_TOAST_OVERLAY (overlay) ? ADW_TOAST_OVERLAY (overlay) : NULL;
}

static AdwToast *
create_toast (const char *words)
{
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  return adw_toast_new (escaped);
}

/**
 * tandem_say_in_toast:
 * @from: a widget of the window that says it
 * @words: plain text
 */
void
tandem_say_in_toast (GtkWidget *from, const char *words)
{
  AdwToastOverlay *overlay = toasts_of (from);

  if (overlay != NULL)
    adw_toast_overlay_add_toast (overlay, create_toast (words));
}

typedef struct
{
  TandemPhone *phone;
  TandemRecord *record;
} Deleted;

static void
deleted_free (gpointer data, GClosure *closure)
{
  Deleted *deleted = data;

  g_object_unref (deleted->phone);
  g_object_unref (deleted->record);
  g_free (deleted);
}

static void
on_undo (AdwToast *toast, Deleted *deleted)
{
  GListModel *history = tandem_phone_get_history (deleted->phone);

  if (TANDEM_IS_HISTORY (history))
    tandem_history_restore (TANDEM_HISTORY (history), deleted->record);
  else
    g_list_store_insert (G_LIST_STORE (history), 0, deleted->record);
}

/**
 * tandem_record_delete:
 * @from: a widget of the window that offers to undo it
 * @phone: whose history it is
 * @record: a past call
 */
void
tandem_record_delete (GtkWidget *from, TandemPhone *phone, TandemRecord *record)
{
  GListModel *history = tandem_phone_get_history (phone);
  AdwToastOverlay *overlay = toasts_of (from);
  Deleted *deleted;
  AdwToast *toast;
  guint position;

  if (overlay != NULL)
    {
      deleted = g_new0 (Deleted, 1);
      deleted->phone = g_object_ref (phone);
      deleted->record = g_object_ref (record);
      toast = create_toast (_ ("Call deleted"));
      adw_toast_set_button_label (toast, _ ("_Undo"));
      g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_undo), deleted, deleted_free,
                             0);
      adw_toast_overlay_add_toast (overlay, toast);
    }
  if (TANDEM_IS_HISTORY (history))
    tandem_history_remove (TANDEM_HISTORY (history), record);
  else if (G_IS_LIST_STORE (history)
           && g_list_store_find (G_LIST_STORE (history), record, &position))
    g_list_store_remove (G_LIST_STORE (history), position);
}

void
tandem_record_copy_number (GtkWidget *from, TandemRecord *record)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (from), tandem_record_get_address (record));
  tandem_say_in_toast (from, _ ("Copied"));
}

typedef struct
{
  AdwToastOverlay *toasts;
  AdwToast *progress;
  GCancellable *cancellable;
} Export;

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  Export *export = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  int n = tandem_history_export_finish (TANDEM_HISTORY (source), result, &error);

  if (n >= 0)
    words = g_strdup_printf (ngettext ("%d call exported", "%d calls exported", (gulong) n), n);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    words = g_strdup (_ ("Nothing was exported"));
  else
    words = g_strdup_printf (_ ("Not exported: %s"), error->message);
  adw_toast_dismiss (export->progress);
  adw_toast_overlay_add_toast (export->toasts, create_toast (words));
  g_object_unref (export->progress);
  g_object_unref (export->cancellable);
  g_object_unref (export->toasts);
  g_free (export);
}

/**
 * tandem_history_export_to:
 * @toasts: where it says how it goes, with a way to stop
 * @phone: whose past calls
 * @file: where to
 */
void
tandem_history_export_to (AdwToastOverlay *toasts, TandemPhone *phone, GFile *file)
{
  GListModel *history = tandem_phone_get_history (phone);
  Export *export;

  if (!TANDEM_IS_HISTORY (history))
    return;
  export = g_new0 (Export, 1);
  export->toasts = g_object_ref (toasts);
  export->cancellable = g_cancellable_new ();
  export->progress = g_object_ref (create_toast (_ ("Exporting calls…")));
  adw_toast_set_timeout (export->progress, 0);
  adw_toast_set_button_label (export->progress, _ ("_Cancel"));
  g_signal_connect_object (export->progress, "button-clicked", G_CALLBACK (g_cancellable_cancel),
                           export->cancellable, G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (toasts, g_object_ref (export->progress));
  tandem_history_export_async (TANDEM_HISTORY (history), file, export->cancellable, on_exported,
                               export);
}

typedef struct
{
  AdwToastOverlay *toasts;
  TandemPhone *phone;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->toasts);
  g_object_unref (question->phone);
  g_free (question);
}

static void
on_export_response (GtkNativeDialog *dialog, int response, Question *question)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

      tandem_history_export_to (question->toasts, question->phone, file);
    }
  g_object_unref (dialog);
}

/**
 * tandem_history_ask_export:
 * @window: asks
 * @toasts: its toasts
 * @phone: whose past calls
 *
 * Asks for a file, then writes all past calls into it as CSV.
 */
void
tandem_history_ask_export (GtkWindow *window, AdwToastOverlay *toasts, TandemPhone *phone)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
      _ ("Export the Call History"), window, GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  Question *question = g_new0 (Question, 1);
  g_autofree char *name = tandem_format_file_name (_ ("Calls"));
  g_autofree char *with_suffix = g_strconcat (name, ".csv", NULL);

  question->toasts = g_object_ref (toasts);
  question->phone = g_object_ref (phone);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), with_suffix);
  g_signal_connect_data (chooser, "response", G_CALLBACK (on_export_response), question,
                         question_free, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
