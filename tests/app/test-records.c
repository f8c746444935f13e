/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "history-search.h"
#include "lint.h"
#include "record-window.h"
#include "sample-app.h"
#include "side-pane.h"

/* More past calls than one page: they are loaded while one scrolls, and when one looks for them. */

#define OLDER 200

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_history_flush_finish (TANDEM_HISTORY (source), result);
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static void
fill_history (void)
{
  g_autoptr (TandemHistory) history = tandem_history_new (NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gboolean flushed = FALSE;

  for (guint i = 0; i < TANDEM_HISTORY_PAGE + OLDER; i++)
    {
      g_autofree char *number = g_strdup_printf ("7%05u", i);
      g_autofree char *uri = g_strdup_printf ("sip:%s@example.test", number);
      g_autoptr (GDateTime) start = g_date_time_add_minutes (now, -(int) i);
      g_autoptr (TandemRecord) record
          = tandem_record_new (0, FALSE, NULL, number, uri, NULL, start, 10, "answered");

      tandem_history_add (history, record);
    }
  tandem_history_flush_async (history, on_flushed, &flushed);
  sample_app_wait (is_true, &flushed);
}

typedef struct
{
  GListModel *list;
  guint n;
} Count;

static gboolean
has_count (gpointer data)
{
  Count *count = data;

  return g_list_model_get_n_items (count->list) == count->n;
}

static SampleApp *
show_history (void)
{
  TandemConfiguration *configuration = tandem_configuration_new ();
  SampleApp *app
      = sample_app_new_for_phone (tandem_phone_new (configuration, "test"), configuration);
  Count count = { tandem_phone_get_history (app->phone), TANDEM_HISTORY_PAGE };

  sample_app_wait (has_count, &count);
  g_settings_set_string (tandem_configuration_get_settings (configuration, "account"), "user",
                         "1002");
  gtk_window_set_default_size (GTK_WINDOW (app->window), 820, 680);
  gtk_window_present (GTK_WINDOW (app->window));
  sample_app_settle (GTK_WIDGET (app->window));
  return app;
}

static GListModel *
get_list (SampleApp *app)
{
  return G_LIST_MODEL (
      gtk_list_view_get_model (GTK_LIST_VIEW (sample_app_child (app, "records_view"))));
}

static gboolean
is_missed_only (gpointer data)
{
  GListModel *list = data;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (TandemRecord) record = g_list_model_get_item (list, i);

      if (!tandem_record_is_missed (record))
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_undo (gpointer data)
{
  return sample_app_find (data, GTK_TYPE_LABEL, "Undo") != NULL;
}

static void
test_scroll (void)
{
  g_autoptr (SampleApp) app = show_history ();
  Count page = { get_list (app), TANDEM_HISTORY_SEARCH_PAGE };
  Count more = { get_list (app), 2 * TANDEM_HISTORY_SEARCH_PAGE };
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (
      GTK_SCROLLED_WINDOW (sample_app_child (app, "records_scroller")));

  /* The first page is enough for as long as nobody looks for more. */
  sample_app_wait (has_count, &page);
  gtk_stack_set_visible_child_name (GTK_STACK (sample_app_child (app, "root_stack")), "phone");
  sample_app_settle (GTK_WIDGET (app->window));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  sample_app_wait (has_count, &more);
}

static void
test_missed (void)
{
  g_autoptr (SampleApp) app = show_history ();
  TandemHistory *history = TANDEM_HISTORY (tandem_phone_get_history (app->phone));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (TandemRecord) missed
      = tandem_record_new (0, TRUE, "Sample Caller One", "+15550100", "sip:+15550100@example.test",
                           NULL, now, 0, "missed");
  Count one = { get_list (app), 1 };
  GtkWidget *badge = sample_app_child (app, "missed_badge");

  g_assert_cmpuint (tandem_phone_get_missed_calls (app->phone), ==, 0);
  g_assert_false (gtk_widget_get_visible (badge));
  tandem_history_add (history, missed);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (badge)), ==, "1");
  g_assert_true (gtk_widget_get_visible (badge));

  /* Looking clears the badge, not the call. */
  gtk_widget_activate_action (GTK_WIDGET (app->window), "win.missed-only", NULL);
  sample_app_wait (has_count, &one);
  g_assert_false (gtk_widget_get_visible (badge));
  g_assert_cmpuint (tandem_phone_get_missed_calls (app->phone), ==, 0);
}

/* What is deleted goes from the missed calls too, and comes back with Undo. */
static void
test_delete_missed (void)
{
  g_autoptr (SampleApp) app = show_history ();
  TandemHistory *history = TANDEM_HISTORY (tandem_phone_get_history (app->phone));
  GtkWidget *pane = sample_app_child (app, "side_pane");
  Count none = { get_list (app), 0 };
  Count one = { get_list (app), 1 };
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (TandemRecord) missed
      = tandem_record_new (0, TRUE, "Sample Caller Two", "+15550102", "sip:+15550102@example.test",
                           NULL, now, 0, "missed");
  g_autoptr (TandemRecord) kept = NULL;
  GtkWidget *undo;

  gtk_widget_activate_action (GTK_WIDGET (app->window), "win.missed-only", NULL);
  sample_app_wait (is_missed_only, get_list (app));
  none.n = g_list_model_get_n_items (get_list (app));
  one.n = none.n + 1;
  kept = tandem_history_keep (history, missed);
  sample_app_wait (has_count, &one);
  tandem_side_pane_perform (TANDEM_SIDE_PANE (pane), "delete", kept);
  sample_app_wait (has_count, &none);
  sample_app_wait (has_undo, app->window);
  undo = sample_app_find (GTK_WIDGET (app->window), GTK_TYPE_LABEL, "Undo");
  gtk_widget_activate (gtk_widget_get_ancestor (undo, GTK_TYPE_BUTTON));
  sample_app_wait (has_count, &one);
  tandem_history_remove (history, kept);
  sample_app_wait (has_count, &none);
}

static void
test_details (void)
{
  g_autoptr (SampleApp) app = show_history ();
  TandemHistory *history = TANDEM_HISTORY (tandem_phone_get_history (app->phone));
  g_autoptr (TandemRecord) record = g_list_model_get_item (G_LIST_MODEL (history), 0);
  GtkWidget *window, *note;

  tandem_side_pane_perform (TANDEM_SIDE_PANE (sample_app_child (app, "side_pane")), "details",
                            record);
  window = sample_app_find_window (TANDEM_TYPE_RECORD_WINDOW);
  sample_app_settle (window);
  lint_accessibility (window);
  note = sample_app_find_named (window, "note");
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (note)), " wants a <b>call ",
                            -1);
  gtk_window_close (GTK_WINDOW (window));
  g_assert_cmpstr (tandem_record_get_note (record), ==, "wants a <b>call");
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_search_older (void)
{
  g_autoptr (SampleApp) app = show_history ();
  Count found = { NULL, 1 };

  found.list = G_LIST_MODEL (
      gtk_list_view_get_model (GTK_LIST_VIEW (sample_app_child (app, "records_view"))));
  gtk_editable_set_text (GTK_EDITABLE (sample_app_child (app, "entry")), "701150");
  sample_app_wait (has_count, &found);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  fill_history ();

  g_test_add_func ("/records/scroll", test_scroll);
  g_test_add_func ("/records/missed", test_missed);
  g_test_add_func ("/records/delete-missed", test_delete_missed);
  g_test_add_func ("/records/details", test_details);
  g_test_add_func ("/records/search", test_search_older);
  return g_test_run ();
}
