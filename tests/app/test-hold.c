/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include <gdk/x11/gdkx.h>

#include "call-notice.h"
#include "call-page.h"
#include "call-private.h"
#include "call-row.h"
#include "hold-keys.h"
#include "lint.h"
#include "sample-app.h"

/* Hold and retrieve, a call's notices, and answers that are not confirmed: on the call page, in the row
 * and by keys. */

static GtkWidget *
page_child (SampleApp *app, const char *id)
{
  GtkWidget *widget = sample_app_find_named (sample_app_child (app, "call_page"), id);

  g_assert_nonnull (widget);
  return widget;
}

static GtkWidget *
row_child (SampleApp *app, const char *id)
{
  GtkListBox *list = GTK_LIST_BOX (sample_app_child (app, "calls_list"));
  GtkWidget *widget
      = sample_app_find_named (GTK_WIDGET (gtk_list_box_get_row_at_index (list, 0)), id);

  g_assert_nonnull (widget);
  return widget;
}

static const char *
page_text (SampleApp *app, const char *id)
{
  return gtk_label_get_text (GTK_LABEL (page_child (app, id)));
}

static const char *
row_text (SampleApp *app, const char *id)
{
  return gtk_label_get_text (GTK_LABEL (row_child (app, id)));
}

static gboolean
is_mapped (GtkWidget *widget)
{
  return gtk_widget_get_mapped (widget);
}

static void
press_key (SampleApp *app, const char *key)
{
  g_auto (GStrv) actions
      = gtk_application_get_actions_for_accel (GTK_APPLICATION (app->application), key);

  g_assert_nonnull (actions[0]);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (app->window), actions[0], NULL));
  sample_app_settle (GTK_WIDGET (app->window));
}

static gboolean
is_revealed (SampleApp *app)
{
  return gtk_revealer_get_reveal_child (
      GTK_REVEALER (sample_app_find_named (page_child (app, "notice"), "revealer")));
}

static const char *
notice_text (SampleApp *app)
{
  return gtk_label_get_text (
      GTK_LABEL (sample_app_find_named (page_child (app, "notice"), "label")));
}

static void
test_hold_by_key (void)
{
  static const char *const keys[] = { "F7", "<Control>h" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
      TandemCall *call = sample_app_first_call (app);
      GtkWidget *tile = page_child (app, "hold_button");

      g_assert_cmpstr (page_text (app, "hold_label"), ==, "Hold");
      g_assert_false (gtk_widget_has_css_class (tile, "held"));
      press_key (app, keys[i]);
      g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_LOCAL);
      g_assert_true (gtk_widget_has_css_class (tile, "held"));
      g_assert_cmpstr (page_text (app, "hold_label"), ==, "Retrieve");
      gtk_test_accessible_assert_property (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                           "Retrieve");
      press_key (app, keys[i]);
      g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_NONE);
      g_assert_false (gtk_widget_has_css_class (tile, "held"));
      g_assert_cmpstr (page_text (app, "state_label"), ==, "In Call");
      g_assert_false (is_mapped (page_child (app, "hold_timer_label")));
    }
}

static void
test_held (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("held", 820, 680);
  TandemCall *call = sample_app_first_call (app);
  GVariant *state;

  g_assert_cmpstr (page_text (app, "state_label"), ==, "On hold");
  g_assert_cmpstr (page_text (app, "hold_timer_label"), ==, "1:32");
  g_assert_cmpstr (page_text (app, "timer_label"), ==, "4:39");
  g_assert_true (is_mapped (page_child (app, "hold_timer_label")));
  g_assert_true (gtk_widget_has_css_class (page_child (app, "state_box"), "held"));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (page_child (app, "state_box")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "On hold");
  g_assert_cmpstr (row_text (app, "state_label"), ==, "On hold · 1:32");
  g_assert_true (gtk_widget_has_css_class (row_child (app, "badge"), "held"));
  state = g_action_group_get_action_state (G_ACTION_GROUP (app->window), "hold");
  g_assert_true (g_variant_get_boolean (state));
  g_variant_unref (state);
  lint_accessibility (GTK_WIDGET (app->window));

  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row_child (app, "hold_button")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Retrieve Sample Caller One");
  g_signal_emit_by_name (row_child (app, "hold_button"), "clicked");
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_NONE);
  g_assert_cmpstr (row_text (app, "state_label"), ==, "In call · 4:39");
}

static void
test_held_by_peer (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("held-by-peer", 820, 680);
  TandemCall *call = sample_app_first_call (app);

  g_assert_cmpstr (page_text (app, "state_label"), ==, "The other side holds this call");
  g_assert_cmpstr (row_text (app, "state_label"), ==, "Held by the other side · 1:32");
  g_assert_cmpstr (page_text (app, "hold_label"), ==, "Hold");
  g_signal_emit_by_name (page_child (app, "hold_button"), "clicked");
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_BOTH);
  g_assert_cmpstr (page_text (app, "state_label"), ==, "Both sides hold this call");
  g_assert_true (g_str_has_prefix (row_text (app, "state_label"), "Held by both sides"));
  g_assert_cmpstr (page_text (app, "hold_label"), ==, "Retrieve");
  tandem_call_set_held_there (call, FALSE);
  g_assert_cmpstr (page_text (app, "state_label"), ==, "On hold");
}

/* While a hold is under way nothing else can be asked for, and it is seen. */
static gboolean
begin_hold (TandemCall *call, gboolean hold, gpointer data, GError **error)
{
  return TRUE;
}

static void
hang_up (TandemCall *call, gpointer data)
{
}

static void
test_pending (void)
{
  static const TandemCallActions actions = { .set_hold = begin_hold, .hang_up = hang_up };
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  TandemCall *call = sample_app_first_call (app);
  GtkStack *stack = GTK_STACK (page_child (app, "hold_stack"));

  tandem_call_set_actions (call, &actions, NULL);
  press_key (app, "F7");
  g_assert_true (tandem_call_is_hold_pending (call));
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_NONE);
  g_assert_false (gtk_widget_get_sensitive (page_child (app, "hold_button")));
  g_assert_false (gtk_widget_get_sensitive (row_child (app, "hold_button")));
  g_assert_true (gtk_stack_get_visible_child (stack) == page_child (app, "hold_spinner"));
  g_assert_cmpstr (page_text (app, "state_label"), ==, "Putting on hold…");

  tandem_call_finish_hold (call, TRUE, NULL);
  g_assert_true (gtk_widget_get_sensitive (page_child (app, "hold_button")));
  g_assert_true (gtk_widget_get_sensitive (row_child (app, "hold_button")));
  g_assert_true (gtk_stack_get_visible_child (stack) == page_child (app, "hold_icon"));
  g_assert_cmpstr (page_text (app, "state_label"), ==, "On hold");
  press_key (app, "F7");
  g_assert_cmpstr (page_text (app, "state_label"), ==, "Retrieving the call…");
  tandem_call_finish_hold (call, FALSE, NULL);
  g_assert_cmpstr (page_text (app, "state_label"), ==, "In Call");
}

static void
test_hold_failed (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("hold-failed", 360, 720);
  TandemCall *call = sample_app_first_call (app);
  GtkWidget *again, *dismiss;
  graphene_rect_t before, after;

  tandem_window_show_call (app->window, call);
  sample_app_settle (GTK_WIDGET (app->window));
  again = sample_app_find_named (page_child (app, "notice"), "again_button");
  dismiss = sample_app_find_named (page_child (app, "notice"), "dismiss_button");
  g_assert_true (is_revealed (app));
  g_assert_cmpstr (notice_text (app), ==, tandem_call_get_hold_problem (call));
  g_assert_cmpstr (row_text (app, "notice_label"), ==, tandem_call_get_hold_problem (call));
  g_assert_cmpstr (page_text (app, "state_label"), ==, "In Call");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (page_child (app, "notice")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       tandem_call_get_hold_problem (call));
  lint_accessibility (GTK_WIDGET (app->window));
  lint_width (GTK_WIDGET (app->window), 360);

  /* What comes and goes above moves no button. */
  g_assert_true (gtk_widget_compute_bounds (page_child (app, "hang_up_button"),
                                            GTK_WIDGET (app->window), &before));
  g_signal_emit_by_name (dismiss, "clicked");
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_true (gtk_widget_compute_bounds (page_child (app, "hang_up_button"),
                                            GTK_WIDGET (app->window), &after));
  g_assert_true (graphene_rect_equal (&before, &after));
  g_assert_null (tandem_call_get_hold_problem (call));
  g_assert_false (is_revealed (app));
  g_assert_false (gtk_widget_get_visible (row_child (app, "notice_label")));

  tandem_call_finish_hold (call, FALSE, "It did not work");
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_true (is_revealed (app));
  g_signal_emit_by_name (again, "clicked");
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_LOCAL);
  g_assert_false (is_revealed (app));
}

static void
test_notice (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  TandemCall *call = sample_app_first_call (app);

  g_assert_false (is_revealed (app));
  tandem_call_set_notice (call, "No sound arrives");
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_true (is_revealed (app));
  g_assert_cmpstr (notice_text (app), ==, "No sound arrives");
  g_assert_false (
      gtk_widget_get_visible (sample_app_find_named (page_child (app, "notice"), "again_button")));
  g_assert_cmpstr (row_text (app, "notice_label"), ==, "No sound arrives");
  g_assert_true (is_mapped (row_child (app, "notice_label")));
  tandem_call_set_notice (call, NULL);
  g_assert_false (is_revealed (app));
  g_assert_false (gtk_widget_get_visible (row_child (app, "notice_label")));
}

/* A notice of one call is not left over for the next. */
static void
test_notice_of_other_call (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  g_autoptr (TandemCall) first = g_object_ref (sample_app_first_call (app));

  tandem_call_set_notice (first, "No sound arrives");
  g_assert_true (is_revealed (app));
  tandem_phone_call (app->phone, "5550123", NULL);
  g_assert_false (is_revealed (app));
  tandem_window_show_call (app->window, first);
  g_assert_true (is_revealed (app));
  tandem_call_hang_up (first, NULL);
  g_assert_false (is_revealed (app));
}

static void
test_unconfirmed (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("unconfirmed", 820, 680);
  TandemCall *call = sample_app_first_call (app);

  g_assert_true (tandem_call_is_unconfirmed (call));
  g_assert_cmpstr (page_text (app, "state_label"), ==, "Answering… not yet confirmed");
  g_assert_cmpstr (row_text (app, "state_label"), ==, "Not yet confirmed");
  g_assert_true (is_mapped (page_child (app, "release_button")));
  g_assert_true (is_mapped (page_child (app, "keep_trying_button")));
  g_assert_false (is_mapped (page_child (app, "hang_up_button")));
  g_assert_false (is_revealed (app));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row_child (app, "hang_up_button")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Release Sample Caller Three");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row_child (app, "keep_trying_button")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Keep trying Sample Caller Three");
  g_assert_true (gtk_widget_get_focusable (page_child (app, "keep_trying_button")));
  lint_accessibility (GTK_WIDGET (app->window));

  /* The key that answers waits on. */
  press_key (app, "F4");
  g_assert_false (tandem_call_is_unconfirmed (call));
  g_assert_false (is_mapped (page_child (app, "keep_trying_button")));
  g_assert_true (is_mapped (page_child (app, "hang_up_button")));
  g_assert_false (gtk_widget_get_visible (row_child (app, "keep_trying_button")));
}

static void
test_release (void)
{
  static const char *const ways[] = { "page", "row", "key" };

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (SampleApp) app = sample_app_show ("unconfirmed", 820, 680);

      if (i == 0)
        g_signal_emit_by_name (page_child (app, "release_button"), "clicked");
      else if (i == 1)
        g_signal_emit_by_name (row_child (app, "hang_up_button"), "clicked");
      else
        press_key (app, "F9");
      g_assert_cmpuint (g_list_model_get_n_items (tandem_phone_get_calls (app->phone)), ==, 0);
    }
}

static void
test_keep_trying_by_row (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("unconfirmed", 820, 680);
  TandemCall *call = sample_app_first_call (app);

  g_signal_emit_by_name (row_child (app, "keep_trying_button"), "clicked");
  g_assert_false (tandem_call_is_unconfirmed (call));
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_ANSWERING);
}

/* There is no window manager: another window takes the focus from the display itself. */
static void
leave_focus (SampleApp *app)
{
  Display *display
      = gdk_x11_display_get_xdisplay (gtk_widget_get_display (GTK_WIDGET (app->window)));
  Window other
      = XCreateSimpleWindow (display, DefaultRootWindow (display), 1200, 850, 10, 10, 0, 0, 0);

  XMapWindow (display, other);
  XWarpPointer (display, None, DefaultRootWindow (display), 0, 0, 0, 0, 1205, 855);
  XSync (display, False);
  XSetInputFocus (display, other, RevertToNone, CurrentTime);
  XSync (display, False);
}

static gboolean
is_inactive (gpointer data)
{
  return !gtk_window_is_active (data);
}

/* A key of the desktop mutes while it is down, also without the focus, and only its own release ends that. */
static void
test_global_keys (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  TandemHoldKeys *keys = g_object_get_data (G_OBJECT (app->window), "tandem-hold-keys");
  TandemCall *call = sample_app_first_call (app);

  g_assert_false (tandem_call_get_muted (call));
  tandem_hold_keys_set_global (keys, FALSE, TRUE);
  g_assert_true (tandem_hold_keys_is_held (keys));
  g_assert_true (tandem_call_get_muted (call));
  leave_focus (app);
  sample_app_wait (is_inactive, app->window);
  g_assert_true (tandem_hold_keys_is_held (keys));
  tandem_hold_keys_set_global (keys, TRUE, TRUE);
  tandem_hold_keys_set_global (keys, TRUE, FALSE);
  g_assert_true (tandem_call_get_muted (call));
  tandem_hold_keys_set_global (keys, FALSE, FALSE);
  g_assert_false (tandem_call_get_muted (call));
  g_assert_false (tandem_hold_keys_is_held (keys));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE,
                "gtk-decoration-layout", ":close", NULL);

  g_test_add_func ("/hold/by-key", test_hold_by_key);
  g_test_add_func ("/hold/global-keys", test_global_keys);
  g_test_add_func ("/hold/held", test_held);
  g_test_add_func ("/hold/held-by-peer", test_held_by_peer);
  g_test_add_func ("/hold/pending", test_pending);
  g_test_add_func ("/hold/failed", test_hold_failed);
  g_test_add_func ("/notice/shown", test_notice);
  g_test_add_func ("/notice/other-call", test_notice_of_other_call);
  g_test_add_func ("/unconfirmed/keep-trying", test_unconfirmed);
  g_test_add_func ("/unconfirmed/keep-trying-by-row", test_keep_trying_by_row);
  g_test_add_func ("/unconfirmed/release", test_release);
  return g_test_run ();
}
