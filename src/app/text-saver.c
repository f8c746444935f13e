/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "text-saver.h"

#include <glib/gi18n.h>

#include <string.h>

/* TandemTextSaver: copies a text, or saves it to a file of the agent's choice, for a window that
 * shows something worth keeping, and says in a toast of that window what came of it. Nothing waits
 * for the disk. */

struct _TandemTextSaver
{
  GObject parent_instance;

  GtkWindow *window;       /* not owned: it owns the saver */
  AdwToastOverlay *toasts; /* a part of it */
  GtkFileChooserNative *chooser;
  GCancellable *cancellable;
  char *text;
};

G_DEFINE_FINAL_TYPE (TandemTextSaver, tandem_text_saver, G_TYPE_OBJECT)

static void
say (TandemTextSaver *self, const char *words)
{
  g_autofree char *escaped = g_markup_escape_text (words, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
on_written (GObject *file, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemTextSaver) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (g_file_replace_contents_finish (G_FILE (file), result, NULL, &error))
    {
      g_autofree char *name = g_file_get_basename (G_FILE (file));
      g_autofree char *shown = g_filename_display_name (name);

      /* Translators: the name of a file. */
      words = g_strdup_printf (_ ("Saved as %s"), shown);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  else
    /* Translators: why it could not be saved. */
    words = g_strdup_printf (_ ("Not saved: %s"), error->message);
  say (self, words);
}

static void
on_response (TandemTextSaver *self, int response)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));

      tandem_text_saver_write (self, file, self->text);
    }
  g_clear_object (&self->chooser);
}

static void
tandem_text_saver_dispose (GObject *object)
{
  TandemTextSaver *self = TANDEM_TEXT_SAVER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->text, g_free);
  G_OBJECT_CLASS (tandem_text_saver_parent_class)->dispose (object);
}

static void
tandem_text_saver_class_init (TandemTextSaverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tandem_text_saver_dispose;
}

static void
tandem_text_saver_init (TandemTextSaver *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * tandem_text_saver_new:
 * @window: the window whose content is kept; must outlive the saver, and dispose it with itself
 * @toasts: where it says what came of it
 *
 * Returns: (transfer full): a saver
 */
TandemTextSaver *
tandem_text_saver_new (GtkWindow *window, AdwToastOverlay *toasts)
{
  TandemTextSaver *self = g_object_new (TANDEM_TYPE_TEXT_SAVER, NULL);

  self->window = window;
  self->toasts = toasts;
  return self;
}

/**
 * tandem_text_saver_copy:
 * @self: a saver
 * @text: what goes to the clipboard
 */
void
tandem_text_saver_copy (TandemTextSaver *self, const char *text)
{
  g_return_if_fail (TANDEM_IS_TEXT_SAVER (self));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self->window)), text);
  say (self, _ ("Copied"));
}

/**
 * tandem_text_saver_ask:
 * @self: a saver
 * @name: the proposed name of the file
 * @text: what is saved, as it is now
 *
 * Asks where to save @text.
 */
void
tandem_text_saver_ask (TandemTextSaver *self, const char *name, const char *text)
{
  g_return_if_fail (TANDEM_IS_TEXT_SAVER (self));

  g_clear_object (&self->chooser);
  g_free (self->text);
  self->text = g_strdup (text);
  self->chooser = gtk_file_chooser_native_new (_ ("Save"), self->window,
                                               GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_response), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/**
 * tandem_text_saver_write:
 * @self: a saver
 * @file: where to; replaced when it is there
 * @text: what is saved
 */
void
tandem_text_saver_write (TandemTextSaver *self, GFile *file, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  g_return_if_fail (TANDEM_IS_TEXT_SAVER (self));
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE,
                                       self->cancellable, on_written, g_object_ref (self));
}
