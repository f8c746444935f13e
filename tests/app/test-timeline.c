/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include <glib/gstdio.h>

#include "lint.h"
#include "phone-private.h"
#include "pool-event.h"
#include "rehearsal-result.h"
#include "rehearsal-window.h"
#include "sample-app.h"
#include "text-saver.h"
#include "timeline-window.h"

/* The windows behind the status popover: the timeline and the failover practice. */

static GtkWidget *
open_window (SampleApp *app, const char *action, GType type)
{
  GtkWidget *window;

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (app->window), action, NULL));
  window = sample_app_find_window (type);
  sample_app_settle (window);
  return window;
}

static GtkWidget *
child (GtkWidget *window, const char *id)
{
  GtkWidget *widget = sample_app_find_named (window, id);

  if (widget == NULL)
    g_error ("no widget %s", id);
  return widget;
}

static guint
n_shown (GtkWidget *window)
{
  GtkListView *view = GTK_LIST_VIEW (child (window, "view"));

  return g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (view)));
}

static const char *
page (GtkWidget *window)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (child (window, "stack")));
}

static void
look_for (GtkWidget *window, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (child (window, "search_entry")), text);
}

static gboolean
has_no_timeline (gpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (TANDEM_IS_TIMELINE_WINDOW (window))
        return FALSE;
    }
  return TRUE;
}

static void
test_timeline (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("timeline", 820, 680);
  GtkWidget *window = open_window (app, "win.show-timeline", TANDEM_TYPE_TIMELINE_WINDOW);
  GtkDropDown *operation = GTK_DROP_DOWN (child (window, "operation_drop_down"));
  guint all = n_shown (window);
  g_autofree char *text = NULL;

  g_assert_cmpuint (all, ==, 10);
  g_assert_cmpstr (page (window), ==, "list");
  g_assert_nonnull (sample_app_find (window, GTK_TYPE_LABEL, "CANCEL"));
  g_assert_nonnull (sample_app_find (window, GTK_TYPE_LABEL,
                                     "\xe2\x81\xa6"
                                     "192.0.2.13 → 192.0.2.12"
                                     "\xe2\x81\xa9"));
  lint_accessibility (window);

  look_for (window, "192.0.2.12");
  g_assert_cmpuint (n_shown (window), ==, 6);
  gtk_drop_down_set_selected (operation, 1);
  g_assert_cmpuint (n_shown (window), ==, 1);
  text = tandem_timeline_window_get_text (TANDEM_TIMELINE_WINDOW (window));
  g_assert_nonnull (strstr (text, "CANCEL"));
  g_assert_null (strstr (text, "REGISTER"));
  gtk_drop_down_set_selected (operation, 0);
  look_for (window, "zoe");
  g_assert_cmpstr (page (window), ==, "no-match");
  g_assert_false (gtk_widget_get_sensitive (child (window, "copy_button")));
  g_assert_false (gtk_widget_get_sensitive (child (window, "save_button")));

  /* Escape empties the entry first, and closes the window then. */
  g_signal_emit_by_name (child (window, "search_entry"), "stop-search");
  g_assert_cmpuint (n_shown (window), ==, all);
  g_signal_emit_by_name (child (window, "search_entry"), "stop-search");
  sample_app_wait (has_no_timeline, NULL);
}

static void
add_event (SampleApp *app, const char *operation)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (TandemPoolEvent) event
      = tandem_pool_event_new (now, "0", operation, "192.0.2.1", "192.0.2.2", "No answer", 4001);

  tandem_phone_add_pool_event (app->phone, event);
}

/* It begins empty, follows what happens, and keeps it over calls and over being closed. */
static void
test_timeline_follows (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  GtkWidget *window = open_window (app, "win.show-timeline", TANDEM_TYPE_TIMELINE_WINDOW);
  GtkAdjustment *adjustment
      = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (child (window, "scroller")));

  g_assert_cmpstr (page (window), ==, "none");
  for (guint i = 0; i < 40; i++)
    add_event (app, "INVITE");
  g_assert_cmpuint (n_shown (window), ==, 40);
  sample_app_settle (window);
  add_event (app, "BYE");
  sample_app_settle (window);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), <, 1);
  g_assert_nonnull (sample_app_find (window, GTK_TYPE_LABEL, "BYE"));

  tandem_call_hang_up (sample_app_first_call (app), NULL);
  gtk_window_close (GTK_WINDOW (window));
  sample_app_wait (has_no_timeline, NULL);
  window = open_window (app, "win.show-timeline", TANDEM_TYPE_TIMELINE_WINDOW);
  g_assert_cmpuint (n_shown (window), ==, 41);
}

static gboolean
has_text (gpointer toasts)
{
  return sample_app_find (toasts, GTK_TYPE_LABEL, NULL) != NULL
         && (sample_app_find (toasts, GTK_TYPE_LABEL, "Copied") != NULL);
}

static void
on_text_read (GObject *source, GAsyncResult *result, gpointer data)
{
  *(char **) data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static gboolean
is_there (gpointer data)
{
  return *(char **) data != NULL;
}

static void
test_timeline_copied (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("timeline", 820, 680);
  GtkWidget *window = open_window (app, "win.show-timeline", TANDEM_TYPE_TIMELINE_WINDOW);
  g_autofree char *expected = tandem_timeline_window_get_text (TANDEM_TIMELINE_WINDOW (window));
  g_autofree char *copied = NULL;

  g_signal_emit_by_name (child (window, "copy_button"), "clicked");
  sample_app_wait (has_text, child (window, "toasts"));
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (window), NULL, on_text_read, &copied);
  sample_app_wait (is_there, &copied);
  g_assert_cmpstr (copied, ==, expected);
}

static gboolean
is_saved (gpointer toasts)
{
  return sample_app_find (toasts, GTK_TYPE_LABEL, "Saved as report.txt") != NULL;
}

static GtkWidget *
find_label_with (GtkWidget *root, const char *part)
{
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), part) != NULL)
    return root;
  for (GtkWidget *w = gtk_widget_get_first_child (root); w != NULL;
       w = gtk_widget_get_next_sibling (w))
    {
      GtkWidget *found = find_label_with (w, part);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
is_refused (gpointer toasts)
{
  return find_label_with (toasts, "Not saved: ") != NULL;
}

static void
test_saved (void)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *toasts = adw_toast_overlay_new ();
  TandemTextSaver *saver;
  g_autofree char *folder = g_dir_make_tmp ("tandem-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "report.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) nowhere = g_file_new_for_path ("/nonexistent/folder/report.txt");
  g_autofree char *content = NULL;

  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), gtk_label_new ("Sample"));
  adw_window_set_content (ADW_WINDOW (window), toasts);
  gtk_window_set_default_size (GTK_WINDOW (window), 400, 300);
  gtk_window_present (GTK_WINDOW (window));
  saver = tandem_text_saver_new (GTK_WINDOW (window), ADW_TOAST_OVERLAY (toasts));

  tandem_text_saver_write (saver, file, "one line\n");
  sample_app_wait (is_saved, toasts);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "one line\n");
  tandem_text_saver_write (saver, nowhere, "one line\n");
  sample_app_wait (is_refused, toasts);

  g_object_run_dispose (G_OBJECT (saver));
  g_object_unref (saver);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_true (g_file_delete (file, NULL, NULL));
  g_rmdir (folder);
}

static void
test_rehearsal_refused (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  GtkWidget *window = open_window (app, "win.practise-failover", TANDEM_TYPE_REHEARSAL_WINDOW);
  GtkWidget *problem = child (window, "problem_label");

  /* The one in use, and each of the pool. */
  g_assert_cmpuint (g_list_model_get_n_items (
                        adw_combo_row_get_model (ADW_COMBO_ROW (child (window, "proxy_row")))),
                    ==, 4);
  g_assert_true (gtk_widget_get_mapped (child (window, "during_calls_row")));
  g_assert_false (gtk_widget_get_mapped (child (window, "results_group")));
  g_assert_false (gtk_widget_get_mapped (child (window, "progress_box")));
  g_assert_false (gtk_widget_get_mapped (child (window, "cancel_button")));
  g_assert_false (gtk_widget_get_mapped (child (window, "save_button")));
  g_assert_false (gtk_widget_get_visible (problem));
  lint_accessibility (window);
  lint_width (window, 480);

  /* A sample has nothing that could be practised with: that is said, and nothing begins. */
  g_signal_emit_by_name (child (window, "start_button"), "clicked");
  g_assert_true (gtk_widget_get_visible (problem));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (problem)), !=, "");
  g_assert_true (gtk_widget_get_sensitive (child (window, "settings_group")));

  tandem_call_hang_up (sample_app_first_call (app), NULL);
  g_assert_false (gtk_widget_get_visible (child (window, "during_calls_row")));
}

static void
add_result (GtkWidget *window, const char *operation, gint64 measured)
{
  TandemRehearsal *rehearsal
      = tandem_rehearsal_window_get_rehearsal (TANDEM_REHEARSAL_WINDOW (window));
  g_autoptr (TandemRehearsalResult) result = tandem_rehearsal_result_new (
      operation, 4100, measured, "192.0.2.11", measured >= 0 ? "192.0.2.12" : NULL);

  g_list_store_append (G_LIST_STORE (tandem_rehearsal_get_results (rehearsal)), result);
}

static void
test_rehearsal_results (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("idle", 820, 680);
  GtkWidget *window = open_window (app, "win.practise-failover", TANDEM_TYPE_REHEARSAL_WINDOW);
  GtkListBox *list = GTK_LIST_BOX (child (window, "results_list"));

  add_result (window, "REGISTER", 4012);
  add_result (window, "INVITE", 9000);
  add_result (window, "BYE", -1);
  sample_app_settle (window);
  g_assert_true (gtk_widget_get_mapped (child (window, "save_button")));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (child (window, "start_button"))), ==,
                   "_Practise Again");
  g_assert_nonnull (sample_app_find (window, GTK_TYPE_LABEL, "Passed"));
  g_assert_nonnull (sample_app_find (window, GTK_TYPE_LABEL, "Too slow"));
  g_assert_nonnull (sample_app_find (window, GTK_TYPE_LABEL, "Did not recover"));
  g_assert_nonnull (sample_app_find (window, GTK_TYPE_LABEL, "4.01 s of 4.10 s"));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (gtk_list_box_get_row_at_index (list, 1)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "INVITE, Too slow, 9.00 s of 4.10 s, \xe2\x81\xa6"
                                       "192.0.2.11 → 192.0.2.12\xe2\x81\xa9");
  lint_accessibility (window);
}

/* Both fit beside a customer's record. */
static void
test_narrow (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("timeline", 360, 720);
  GtkWidget *timeline = open_window (app, "win.show-timeline", TANDEM_TYPE_TIMELINE_WINDOW);
  GtkWidget *rehearsal = open_window (app, "win.practise-failover", TANDEM_TYPE_REHEARSAL_WINDOW);

  add_result (rehearsal, "REGISTER", 4012);
  add_result (rehearsal, "BYE", -1);
  gtk_window_set_default_size (GTK_WINDOW (timeline), 360, 600);
  gtk_window_set_default_size (GTK_WINDOW (rehearsal), 360, 600);
  sample_app_settle (timeline);
  sample_app_settle (rehearsal);
  lint_width (timeline, 360);
  lint_width (rehearsal, 360);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE,
                "gtk-decoration-layout", ":close", NULL);

  g_test_add_func ("/timeline/filter", test_timeline);
  g_test_add_func ("/timeline/follows", test_timeline_follows);
  g_test_add_func ("/timeline/copied", test_timeline_copied);
  g_test_add_func ("/timeline/saved", test_saved);
  g_test_add_func ("/rehearsal/refused", test_rehearsal_refused);
  g_test_add_func ("/rehearsal/results", test_rehearsal_results);
  g_test_add_func ("/rehearsal/narrow", test_narrow);
  return g_test_run ();
}
