/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "record-window.h"

#include <glib/gi18n.h>

#include "announce.h"
#include "format.h"
#include "history.h"
#include "record-actions.h"
#include "record-row.h"

/* TandemRecordWindow: everything that is known of one past call, with a note that can be changed; the
 * note is kept when the window closes. */

struct _TandemRecordWindow
{
  AdwWindow parent_instance;

  TandemPhone *phone;
  TandemRecord *record;

  AdwStatusPage *page;
  GtkListBox *rows;
  GtkTextView *note;
};

G_DEFINE_FINAL_TYPE (TandemRecordWindow, tandem_record_window, ADW_TYPE_WINDOW)

/* value: (transfer full) (nullable) */
static void
add_row (TandemRecordWindow *self, const char *title, char *value)
{
  GtkWidget *row, *name, *label;

  if (value == NULL || *value == '\0')
    {
      g_free (value);
      return;
    }
  row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class (row, "fact");
  name = gtk_label_new (title);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_valign (name, GTK_ALIGN_START);
  label = gtk_label_new (value);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_accessible_update_relation (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_RELATION_LABELLED_BY, name,
                                  NULL, -1);
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), label);
  gtk_list_box_append (self->rows, row);
  g_free (value);
}

static char *
quality_text (TandemRecord *record)
{
  double mos = tandem_record_get_mos (record);
  double loss = tandem_record_get_loss (record);
  const char *words;

  if (mos <= 0)
    return NULL;
  words = mos >= 4 ? _ ("good") : mos >= 3.1 ? _ ("fair") : _ ("bad");
  if (loss < 0)
    /* Translators: how a call sounded, as a word and as a number from 1 to 4.5 (MOS). */
    return g_strdup_printf (_ ("%s (%.1f)"), words, mos);
  /* Translators: as before, and the percentage of the sound that was lost. */
  return g_strdup_printf (_ ("%s (%.1f), %.1f %% lost"), words, mos, loss);
}

static char *
proxies_text (TandemRecord *record)
{
  const char *const *proxies = tandem_record_get_proxies (record);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; proxies[i] != NULL; i++)
    {
      g_autofree char *isolated = tandem_format_isolated (proxies[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", isolated);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
fill (TandemRecordWindow *self)
{
  TandemRecord *record = self->record;
  GDateTime *start = tandem_record_get_start (record);
  guint duration = tandem_record_get_duration (record);
  g_autofree char *shown = tandem_format_isolated (tandem_record_get_title (record));
  g_autofree char *escaped = g_markup_escape_text (shown, -1);
  const char *note = tandem_record_get_note (record);

  gtk_window_set_title (GTK_WINDOW (self), _ ("Call Details"));
  adw_status_page_set_title (self->page, escaped);
  add_row (self, _ ("Number"), tandem_format_isolated (tandem_record_get_address (record)));
  add_row (self, _ ("Direction"),
           g_strdup (tandem_record_is_incoming (record) ? _ ("Incoming") : _ ("Outgoing")));
  add_row (self, _ ("Result"), g_strdup (tandem_record_outcome_text (record)));
  add_row (self, _ ("Queue"), g_strdup (tandem_record_get_queue (record)));
  /* Translators: date and time of a past call, for g_date_time_format() */
  add_row (self, _ ("When"), g_date_time_format (start, _ ("%x %X")));
  add_row (self, _ ("Duration"), duration > 0 ? tandem_format_duration (duration) : NULL);
  add_row (self, _ ("Why it ended"), g_strdup (tandem_record_get_reason (record)));
  add_row (self, _ ("Sound"), quality_text (record));
  add_row (self, _ ("Over"), proxies_text (record));
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->note), note != NULL ? note : "", -1);
}

static void
save_note (TandemRecordWindow *self)
{
  GListModel *history = tandem_phone_get_history (self->phone);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->note);
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
  if (TANDEM_IS_HISTORY (history)
      && g_strcmp0 (*text != '\0' ? text : NULL, tandem_record_get_note (self->record)) != 0)
    tandem_history_set_note (TANDEM_HISTORY (history), self->record, *text != '\0' ? text : NULL);
}

static void
on_call_clicked (TandemRecordWindow *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.call", "s",
                                tandem_record_get_uri (self->record));
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_copy_clicked (TandemRecordWindow *self)
{
  tandem_record_copy_number (GTK_WIDGET (self), self->record);
}

static void
on_delete_clicked (TandemRecordWindow *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  save_note (self);
  tandem_record_delete (parent != NULL ? GTK_WIDGET (parent) : GTK_WIDGET (self), self->phone,
                        self->record);
  gtk_window_destroy (GTK_WINDOW (self));
}

static gboolean
tandem_record_window_close_request (GtkWindow *window)
{
  save_note (TANDEM_RECORD_WINDOW (window));
  return GTK_WINDOW_CLASS (tandem_record_window_parent_class)->close_request (window);
}

static void
tandem_record_window_dispose (GObject *object)
{
  TandemRecordWindow *self = TANDEM_RECORD_WINDOW (object);

  g_clear_object (&self->phone);
  g_clear_object (&self->record);
  G_OBJECT_CLASS (tandem_record_window_parent_class)->dispose (object);
}

static void
tandem_record_window_class_init (TandemRecordWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_record_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = tandem_record_window_close_request;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/record-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemRecordWindow, page);
  gtk_widget_class_bind_template_child (widget_class, TandemRecordWindow, rows);
  gtk_widget_class_bind_template_child (widget_class, TandemRecordWindow, note);
  gtk_widget_class_bind_template_callback (widget_class, on_call_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_delete_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
tandem_record_window_init (TandemRecordWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_record_window_new:
 * @parent: (nullable): a main window
 * @phone: whose past call
 * @record: the call
 *
 * Returns: (transfer none): a window, not yet shown, owned by GTK
 */
TandemRecordWindow *
tandem_record_window_new (GtkWindow *parent, TandemPhone *phone, TandemRecord *record)
{
  TandemRecordWindow *self
      = g_object_new (TANDEM_TYPE_RECORD_WINDOW, "transient-for", parent, NULL);

  self->phone = g_object_ref (phone);
  self->record = g_object_ref (record);
  fill (self);
  return self;
}
