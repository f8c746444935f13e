/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "timeline-window.h"

#include <glib/gi18n.h>

#include "format.h"
#include "pool-event-row.h"
#include "text-saver.h"

/* TandemTimelineWindow: what high availability did, newest first, over all calls: filtered by what is
 * typed and by the operation, copied and saved as it is shown. The events are the phone's, and go on
 * to be kept when the window is closed. */

struct _TandemTimelineWindow
{
  AdwWindow parent_instance;

  GListModel *events;
  GtkStringList *operations;
  TandemTextSaver *saver;
  gboolean at_top;

  AdwToastOverlay *toasts;
  GtkWidget *copy_button;
  GtkWidget *save_button;
  GtkEditable *search_entry;
  GtkDropDown *operation_drop_down;
  GtkStack *stack;
  GtkScrolledWindow *scroller;
  GtkListView *view;
  GtkFilterListModel *matches;
  GtkCustomFilter *filter;
};

G_DEFINE_FINAL_TYPE (TandemTimelineWindow, tandem_timeline_window, ADW_TYPE_WINDOW)

/* (nullable): the chosen operation; NULL: all */
static const char *
chosen_operation (TandemTimelineWindow *self)
{
  guint selected = gtk_drop_down_get_selected (self->operation_drop_down);

  if (selected == 0 || selected == GTK_INVALID_LIST_POSITION)
    return NULL;
  return gtk_string_list_get_string (self->operations, selected);
}

static gboolean
matches (gpointer item, gpointer data)
{
  TandemTimelineWindow *self = data;
  const char *operation = chosen_operation (self);
  g_autofree char *text = NULL;

  if (operation != NULL && g_strcmp0 (operation, tandem_pool_event_get_operation (item)) != 0)
    return FALSE;
  text = tandem_pool_event_to_text (item);
  return tandem_format_matches (text, NULL, gtk_editable_get_text (self->search_entry));
}

static void
update (TandemTimelineWindow *self)
{
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->matches)) > 0;
  gboolean none = g_list_model_get_n_items (self->events) == 0;

  gtk_stack_set_visible_child_name (self->stack, any ? "list" : none ? "none" : "no-match");
  gtk_widget_set_sensitive (self->copy_button, any);
  gtk_widget_set_sensitive (self->save_button, any);
}

static void
refilter (TandemTimelineWindow *self)
{
  if (self->filter != NULL)
    gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
add_operation (TandemTimelineWindow *self, const char *operation)
{
  GListModel *known = G_LIST_MODEL (self->operations);

  if (operation == NULL || *operation == '\0')
    return;
  for (guint i = 1; i < g_list_model_get_n_items (known); i++)
    if (g_str_equal (gtk_string_list_get_string (self->operations, i), operation))
      return;
  gtk_string_list_append (self->operations, operation);
}

static void
on_events_changed (
    GListModel *events, guint position, guint removed, guint added, TandemTimelineWindow *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (TandemPoolEvent) event = g_list_model_get_item (events, i);

      add_operation (self, tandem_pool_event_get_operation (event));
    }
  update (self);
}

/* A list that stood at its newest line goes on to show the newest. */
static void
on_matches_changed (
    GListModel *list, guint position, guint removed, guint added, TandemTimelineWindow *self)
{
  update (self);
  if (position == 0 && added > 0 && self->at_top)
    gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", 0);
}

static void
on_scrolled (GtkAdjustment *adjustment, TandemTimelineWindow *self)
{
  self->at_top = gtk_adjustment_get_value (adjustment) < 1;
}

static void
on_copy_clicked (TandemTimelineWindow *self)
{
  g_autofree char *text = tandem_timeline_window_get_text (self);

  tandem_text_saver_copy (self->saver, text);
}

static void
on_save_clicked (TandemTimelineWindow *self)
{
  g_autofree char *text = tandem_timeline_window_get_text (self);
  g_autofree char *name = tandem_format_file_name ("tandem-timeline");

  tandem_text_saver_ask (self->saver, name, text);
}

static void
on_stop_search (TandemTimelineWindow *self)
{
  if (*gtk_editable_get_text (self->search_entry) != '\0')
    gtk_editable_set_text (self->search_entry, "");
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
tandem_timeline_window_dispose (GObject *object)
{
  TandemTimelineWindow *self = TANDEM_TIMELINE_WINDOW (object);

  if (self->saver != NULL)
    g_object_run_dispose (G_OBJECT (self->saver));
  g_clear_object (&self->saver);
  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  self->filter = NULL;
  g_clear_object (&self->events);
  g_clear_object (&self->operations);
  G_OBJECT_CLASS (tandem_timeline_window_parent_class)->dispose (object);
}

static void
tandem_timeline_window_class_init (TandemTimelineWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_timeline_window_dispose;

  g_type_ensure (TANDEM_TYPE_POOL_EVENT_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/timeline-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemTimelineWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TandemTimelineWindow, copy_button);
  gtk_widget_class_bind_template_child (widget_class, TandemTimelineWindow, save_button);
  gtk_widget_class_bind_template_child (widget_class, TandemTimelineWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, TandemTimelineWindow, operation_drop_down);
  gtk_widget_class_bind_template_child (widget_class, TandemTimelineWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, TandemTimelineWindow, scroller);
  gtk_widget_class_bind_template_child (widget_class, TandemTimelineWindow, view);
  gtk_widget_class_bind_template_child (widget_class, TandemTimelineWindow, matches);
  gtk_widget_class_bind_template_child (widget_class, TandemTimelineWindow, filter);
  gtk_widget_class_bind_template_callback (widget_class, refilter);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_save_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
}

static void
tandem_timeline_window_init (TandemTimelineWindow *self)
{
  self->at_top = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->saver = tandem_text_saver_new (GTK_WINDOW (self), self->toasts);
  self->operations = gtk_string_list_new (NULL);
  gtk_string_list_append (self->operations, _ ("All operations"));
  gtk_drop_down_set_model (self->operation_drop_down, G_LIST_MODEL (self->operations));
  gtk_custom_filter_set_filter_func (self->filter, matches, self, NULL);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller), "value-changed",
                           G_CALLBACK (on_scrolled), self, 0);
}

/**
 * tandem_timeline_window_new:
 * @phone: the phone whose events it shows
 *
 * Returns: (transfer none): a window, not yet shown, owned by GTK
 */
GtkWindow *
tandem_timeline_window_new (TandemPhone *phone)
{
  TandemTimelineWindow *self = g_object_new (TANDEM_TYPE_TIMELINE_WINDOW, NULL);

  self->events = g_object_ref (tandem_phone_get_timeline (phone));
  g_signal_connect_object (self->events, "items-changed", G_CALLBACK (on_events_changed), self, 0);
  gtk_filter_list_model_set_model (self->matches, self->events);
  g_signal_connect_object (self->matches, "items-changed", G_CALLBACK (on_matches_changed), self,
                           0);
  on_events_changed (self->events, 0, 0, g_list_model_get_n_items (self->events), self);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  return GTK_WINDOW (self);
}

/**
 * tandem_timeline_window_get_text:
 * @self: a window
 *
 * Returns: (transfer full): the lines that are shown, as they are copied and saved
 */
char *
tandem_timeline_window_get_text (TandemTimelineWindow *self)
{
  g_return_val_if_fail (TANDEM_IS_TIMELINE_WINDOW (self), NULL);
  return tandem_pool_events_to_text (G_LIST_MODEL (self->matches));
}
