/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include <glib/gi18n.h>

#include <locale.h>

#include "banner.h"
#include "call-page.h"
#include "call-private.h"
#include "call-row.h"
#include "lint.h"
#include "sample-app.h"
#include "status-strip.h"

#define NUMBER(text) "\xe2\x81\xa6" text "\xe2\x81\xa9"

static SampleApp *
show (const char *scene, int width, int height)
{
  SampleApp *app = sample_app_new (scene);

  gtk_window_set_default_size (GTK_WINDOW (app->window), width, height);
  gtk_window_present (GTK_WINDOW (app->window));
  sample_app_settle (GTK_WIDGET (app->window));
  return app;
}

static GtkWidget *
child (SampleApp *app, const char *id)
{
  GtkWidget *widget = sample_app_find_named (GTK_WIDGET (app->window), id);

  if (widget == NULL)
    g_error ("no widget %s", id);
  return widget;
}

static GtkWidget *
page_child (SampleApp *app, const char *id)
{
  GtkWidget *widget = sample_app_find_named (child (app, "call_page"), id);

  if (widget == NULL)
    g_error ("no widget %s in the call page", id);
  return widget;
}

static const char *
label (GtkWidget *widget)
{
  return gtk_label_get_text (GTK_LABEL (widget));
}

static GtkWidget *
seen_label (SampleApp *app, const char *text)
{
  return sample_app_find (GTK_WIDGET (app->window), GTK_TYPE_LABEL, text);
}

static guint
n_calls (SampleApp *app)
{
  return g_list_model_get_n_items (tandem_phone_get_calls (app->phone));
}

static TandemCall *
nth_call (SampleApp *app, guint n)
{
  g_autoptr (TandemCall) call = g_list_model_get_item (tandem_phone_get_calls (app->phone), n);

  g_assert_nonnull (call);
  return call;
}

static guint
n_matches (SampleApp *app)
{
  GtkListView *view = GTK_LIST_VIEW (child (app, "records_view"));

  return g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (view)));
}

static void
type (SampleApp *app, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (child (app, "entry")), text);
}

static void
activate (SampleApp *app, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (app->window), action, NULL));
}

static gboolean
is_enabled (SampleApp *app, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (app->window), action);
}

/* Presses a key on a widget whose key controllers are asked in turn. */
static gboolean
press (GtkWidget *widget, guint keyval, GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean stopped = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !stopped; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, modifiers, &stopped);
    }
  return stopped;
}

static void
test_dial (void)
{
  g_autoptr (SampleApp) app = show ("idle", 820, 680);
  GtkWidget *button = child (app, "call_button");

  g_assert_false (gtk_widget_get_sensitive (button));
  type (app, "5550123");
  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
  sample_app_settle (GTK_WIDGET (app->window));

  g_assert_cmpuint (n_calls (app), ==, 1);
  g_assert_cmpstr (tandem_call_get_peer_uri (nth_call (app, 0)), ==, "sip:5550123@example.test");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (child (app, "entry"))), ==, "");
  g_assert_true (tandem_window_get_shown_call (app->window) == nth_call (app, 0));
  g_assert_nonnull (seen_label (app, "Calling…"));
}

static void
test_dial_first_match (void)
{
  g_autoptr (SampleApp) app = show ("idle", 820, 680);

  type (app, "facilit");
  g_assert_cmpuint (n_matches (app), ==, 1);
  g_signal_emit_by_name (child (app, "entry"), "activate");
  g_assert_cmpuint (n_calls (app), ==, 1);
  g_assert_cmpstr (tandem_call_get_peer_uri (nth_call (app, 0)), ==, "sip:5550107@example.test");
}

/* A number is dialled as typed, even when the list has one that begins like it. */
static void
test_dial_as_typed (void)
{
  g_autoptr (SampleApp) app = show ("idle", 820, 680);

  type (app, "555010");
  g_assert_cmpuint (n_matches (app), >, 1);
  g_signal_emit_by_name (child (app, "entry"), "activate");
  g_assert_cmpstr (tandem_call_get_peer_uri (nth_call (app, 0)), ==, "sip:555010@example.test");
}

static void
test_dial_nonsense (void)
{
  g_autoptr (SampleApp) app = show ("idle", 820, 680);

  type (app, "mailto:someone@example.test");
  activate (app, "win.dial");
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_cmpuint (n_calls (app), ==, 0);
  g_assert_true (gtk_revealer_get_reveal_child (GTK_REVEALER (child (app, "hint_revealer"))));
  g_assert_cmpstr (label (child (app, "hint_label")), !=, "");
  g_assert_true (gtk_widget_has_css_class (child (app, "entry"), "error"));

  type (app, "1");
  g_assert_false (gtk_revealer_get_reveal_child (GTK_REVEALER (child (app, "hint_revealer"))));
  g_assert_false (gtk_widget_has_css_class (child (app, "entry"), "error"));
}

static void
test_filter (void)
{
  g_autoptr (SampleApp) app = show ("idle", 820, 680);
  GtkStack *stack = GTK_STACK (child (app, "records_stack"));
  guint all = n_matches (app);

  g_assert_cmpuint (all, ==, 14);
  type (app, "CALLER F");
  g_assert_cmpuint (n_matches (app), ==, 2);
  g_assert_cmpstr (label (child (app, "records_heading")), ==, "Matches");
  type (app, "zoe");
  g_assert_cmpuint (n_matches (app), ==, 0);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "no-match");
  g_assert_true (press (child (app, "entry"), GDK_KEY_Escape, 0));
  g_assert_cmpuint (n_matches (app), ==, all);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "list");

  tandem_phone_delete_history (app->phone);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "none");
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_nonnull (seen_label (app, "No Calls Yet"));
}

static void
test_list_by_keys (void)
{
  g_autoptr (SampleApp) app = show ("idle", 820, 680);
  GtkWidget *view = child (app, "records_view");
  GtkWidget *focus;

  g_assert_true (press (child (app, "entry"), GDK_KEY_Down, 0));
  focus = gtk_window_get_focus (GTK_WINDOW (app->window));
  g_assert_true (focus == view || gtk_widget_is_ancestor (focus, view));
  g_assert_true (press (view, GDK_KEY_Up, 0));
  focus = gtk_window_get_focus (GTK_WINDOW (app->window));
  g_assert_true (gtk_widget_is_ancestor (focus, child (app, "entry")));

  g_signal_emit_by_name (view, "activate", 2);
  g_assert_cmpuint (n_calls (app), ==, 1);
  g_assert_cmpstr (tandem_call_get_peer_uri (nth_call (app, 0)), ==, "sip:5550102@example.test");
}

/* Typing anywhere reaches the entry, and a second character does not replace the first. */
static void
test_type_anywhere (void)
{
  g_autoptr (SampleApp) app = show ("idle", 820, 680);

  gtk_widget_grab_focus (child (app, "dial_pad_button"));
  g_assert_true (press (GTK_WIDGET (app->window), GDK_KEY_4, 0));
  g_assert_true (press (GTK_WIDGET (app->window), GDK_KEY_a, 0));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (child (app, "entry"))), ==, "4a");
  g_assert_false (press (GTK_WIDGET (app->window), GDK_KEY_b, GDK_CONTROL_MASK));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (child (app, "entry"))), ==, "4a");
}

static void
test_dial_pad (void)
{
  g_autoptr (SampleApp) app = show ("idle", 820, 680);
  GSettings *settings = tandem_configuration_get_settings (app->configuration, "window");
  GtkWidget *pad, *key;

  activate (app, "win.dial-pad");
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_true (g_settings_get_boolean (settings, "dial-pad"));
  pad = sample_app_find_named (child (app, "side_pane"), "dial_pad");
  sample_app_wait_mapped (pad);
  key = sample_app_find (pad, GTK_TYPE_LABEL, "5");
  g_assert_nonnull (key);
  g_signal_emit_by_name (gtk_widget_get_ancestor (key, GTK_TYPE_BUTTON), "clicked");
  g_signal_emit_by_name (gtk_widget_get_ancestor (key, GTK_TYPE_BUTTON), "clicked");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (child (app, "entry"))), ==, "55");
  activate (app, "win.dial-pad");
  g_assert_false (g_settings_get_boolean (settings, "dial-pad"));
}

static void
test_fill_entry (void)
{
  g_autoptr (SampleApp) app = show ("idle", 360, 720);

  tandem_window_fill_entry (app->window, "+15550100");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (child (app, "entry"))), ==, "+15550100");
  g_assert_cmpuint (n_calls (app), ==, 0);
}

static void
test_mute (void)
{
  g_autoptr (SampleApp) app = show ("active", 820, 680);
  TandemCall *call = nth_call (app, 0);
  GtkWidget *mute = page_child (app, "mute_button");

  g_assert_cmpstr (label (page_child (app, "timer_label")), ==, "4:39");
  g_assert_cmpstr (label (page_child (app, "state_label")), ==, "In Call");
  g_assert_true (is_enabled (app, "mute"));
  activate (app, "win.mute");
  g_assert_true (tandem_call_get_muted (call));
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (mute)));
  g_assert_cmpstr (label (page_child (app, "state_label")), ==, "Your microphone is muted");
  g_assert_cmpstr (label (page_child (app, "mute_label")), ==, "Muted");
  g_assert_true (gtk_widget_has_css_class (child (app, "call_page"), "muted"));
  g_assert_nonnull (seen_label (app, "Muted · 4:39"));
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (mute), GTK_ACCESSIBLE_STATE_PRESSED,
                                    GTK_ACCESSIBLE_TRISTATE_TRUE);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (page_child (app, "state_box")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Your microphone is muted");

  g_signal_emit_by_name (mute, "clicked");
  g_assert_false (tandem_call_get_muted (call));
  g_assert_false (gtk_widget_has_css_class (child (app, "call_page"), "muted"));
}

static void
test_keypad (void)
{
  g_autoptr (SampleApp) app = show ("active", 820, 680);
  GtkWidget *mute = page_child (app, "mute_button");
  GtkWidget *hang_up = page_child (app, "hang_up_button");
  graphene_rect_t before[2], after[2];

  g_assert_true (gtk_widget_compute_bounds (mute, GTK_WIDGET (app->window), &before[0]));
  g_assert_true (gtk_widget_compute_bounds (hang_up, GTK_WIDGET (app->window), &before[1]));
  activate (app, "win.keypad");
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_true (gtk_widget_compute_bounds (mute, GTK_WIDGET (app->window), &after[0]));
  g_assert_true (gtk_widget_compute_bounds (hang_up, GTK_WIDGET (app->window), &after[1]));
  g_assert_true (graphene_rect_equal (&before[0], &after[0]));
  g_assert_true (graphene_rect_equal (&before[1], &after[1]));
  g_assert_nonnull (seen_label (app, "Sample Caller One"));

  g_assert_true (press (GTK_WIDGET (app->window), GDK_KEY_1, 0));
  g_assert_true (press (GTK_WIDGET (app->window), GDK_KEY_numbersign, 0));
  g_assert_true (press (GTK_WIDGET (app->window), GDK_KEY_KP_7, 0));
  g_assert_false (press (GTK_WIDGET (app->window), GDK_KEY_z, 0));
  g_assert_cmpstr (label (page_child (app, "tones_label")), ==, "1#7");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (child (app, "entry"))), ==, "");
  lint_accessibility (GTK_WIDGET (app->window));

  g_assert_true (press (GTK_WIDGET (app->window), GDK_KEY_Escape, 0));
  g_assert_false (tandem_call_page_is_keypad_shown (TANDEM_CALL_PAGE (child (app, "call_page"))));
}

static void
test_hang_up (void)
{
  g_autoptr (SampleApp) app = show ("active", 360, 720);
  AdwLeaflet *leaflet = ADW_LEAFLET (child (app, "leaflet"));

  tandem_window_show_call (app->window, nth_call (app, 0));
  g_assert_cmpstr (adw_leaflet_get_visible_child_name (leaflet), ==, "content");
  activate (app, "win.hang-up");
  g_assert_cmpuint (n_calls (app), ==, 0);
  g_assert_null (tandem_window_get_shown_call (app->window));
  g_assert_cmpstr (adw_leaflet_get_visible_child_name (leaflet), ==, "side");
  g_assert_false (gtk_widget_get_visible (child (app, "calls_section")));
  g_assert_false (is_enabled (app, "hang-up"));
  g_assert_false (is_enabled (app, "mute"));
}

/* Why a call failed stays readable, with a way to try again. */
static void
test_failed_call (void)
{
  g_autoptr (SampleApp) app = show ("calling", 820, 680);
  g_autoptr (TandemCall) call = g_object_ref (nth_call (app, 0));

  g_assert_nonnull (seen_label (app, "Trying another route…"));
  tandem_call_fail (call, "Busy");
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_cmpuint (n_calls (app), ==, 0);
  g_assert_true (tandem_window_get_shown_call (app->window) == call);
  g_assert_cmpstr (label (page_child (app, "state_label")), ==, "Busy");
  g_assert_false (gtk_widget_get_mapped (page_child (app, "hang_up_button")));

  g_signal_emit_by_name (page_child (app, "again_button"), "clicked");
  g_assert_cmpuint (n_calls (app), ==, 1);
  g_assert_true (tandem_window_get_shown_call (app->window) == nth_call (app, 0));

  tandem_call_fail (nth_call (app, 0), "Busy");
  g_assert_true (is_enabled (app, "close-call"));
  activate (app, "win.close-call");
  g_assert_null (tandem_window_get_shown_call (app->window));
}

static void
test_incoming (void)
{
  g_autoptr (SampleApp) app = show ("incoming", 820, 680);
  TandemCall *call = nth_call (app, 0);
  GtkWidget *row
      = GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (child (app, "calls_list")), 0));

  g_assert_true (gtk_widget_has_css_class (row, "ringing-call"));
  g_assert_true (gtk_widget_get_mapped (sample_app_find_named (row, "answer_button")));
  g_assert_true (gtk_widget_get_mapped (page_child (app, "answer_button")));
  g_assert_false (gtk_widget_get_mapped (page_child (app, "mute_button")));
  lint_accessibility (GTK_WIDGET (app->window));

  activate (app, "win.answer");
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_CONNECTED);
  g_assert_false (gtk_widget_has_css_class (row, "ringing-call"));
  g_assert_true (gtk_widget_get_mapped (page_child (app, "hang_up_button")));
}

static void
test_decline (void)
{
  g_autoptr (SampleApp) app = show ("incoming", 820, 680);
  GtkWidget *row
      = GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (child (app, "calls_list")), 0));

  g_signal_emit_by_name (sample_app_find_named (row, "decline_button"), "clicked");
  g_assert_cmpuint (n_calls (app), ==, 0);
}

/* An agent who looks at the call page of a narrow window sees that another call rings. */
static void
test_incoming_while_folded (void)
{
  g_autoptr (SampleApp) app = show ("incoming", 360, 720);
  g_autoptr (TandemCall) ringing = g_object_ref (nth_call (app, 0));
  GtkWidget *list = child (app, "ringing_list");

  tandem_phone_call (app->phone, "5550123", NULL);
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_cmpuint (n_calls (app), ==, 2);
  g_assert_false (tandem_window_get_shown_call (app->window) == ringing);
  g_assert_true (gtk_widget_get_mapped (list));
  g_assert_true (tandem_call_row_get_call (
                     TANDEM_CALL_ROW (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0)))
                 == ringing);
  lint_width (GTK_WIDGET (app->window), 360);

  tandem_call_decline (ringing, NULL);
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_false (gtk_widget_get_mapped (list));
}

/* Calls that ring come first in the list, whatever their order in the model. */
static void
test_ringing_first (void)
{
  g_autoptr (SampleApp) app = show ("incoming", 820, 680);
  g_autoptr (TandemCall) ringing = g_object_ref (nth_call (app, 0));
  GtkListBoxRow *first;

  tandem_phone_call (app->phone, "5550123", NULL);
  first = gtk_list_box_get_row_at_index (GTK_LIST_BOX (child (app, "calls_list")), 0);
  g_assert_true (tandem_call_row_get_call (TANDEM_CALL_ROW (first)) == ringing);
}

/* "+15550100" must not become "15550100+" among right-to-left words. */
static void
test_numbers_isolated (void)
{
  g_autoptr (SampleApp) app = show ("active", 820, 680);

  g_assert_nonnull (seen_label (app, NUMBER ("+15550100")));
  g_assert_cmpstr (label (page_child (app, "address_label")), ==, NUMBER ("5550101"));
}

static void
test_banner (void)
{
  g_autoptr (SampleApp) well = show ("idle", 820, 680);
  g_autoptr (SampleApp) over = show ("failover", 820, 680);
  g_autoptr (SampleApp) down = show ("offline", 360, 720);

  g_assert_false (tandem_banner_is_revealed (TANDEM_BANNER (child (well, "side_banner"))));
  g_assert_true (tandem_banner_is_revealed (TANDEM_BANNER (child (over, "side_banner"))));
  g_assert_nonnull (seen_label (over, "Connection lost. Trying " NUMBER ("192.0.2.13:5060") "…"));
  g_assert_true (tandem_banner_is_revealed (TANDEM_BANNER (child (down, "side_banner"))));
  g_assert_nonnull (seen_label (down, "Calls may not reach you"));
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (
                       sample_app_find_named (child (down, "side_banner"), "button"))),
                   ==, "app.register-again");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (child (down, "side_banner")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Calls may not reach you");

  /* On the folded call page too; beside the side pane it would be said twice. */
  g_assert_false (gtk_widget_get_visible (child (over, "content_banner")));
  g_assert_true (gtk_widget_get_visible (child (down, "content_banner")));
}

static void
test_status (void)
{
  g_autoptr (SampleApp) app = show ("active", 820, 680);
  GtkWidget *strip = child (app, "status_strip");
  GtkWidget *list;
  guint rows = 0;

  g_assert_cmpstr (label (sample_app_find_named (strip, "title_label")), ==,
                   "Registered via " NUMBER ("192.0.2.12"));
  /* Spoken without the seconds that run. */
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (sample_app_find_named (strip, "button")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Registered via " NUMBER ("192.0.2.12"));

  tandem_window_open_status (app->window);
  sample_app_settle (GTK_WIDGET (app->window));
  list = sample_app_find_named (strip, "proxies_list");
  g_assert_true (gtk_widget_get_mapped (list));
  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (GTK_IS_LIST_BOX_ROW (row))
      {
        gboolean aside = rows == 0;

        g_assert_true (gtk_widget_get_mapped (sample_app_find_named (row, "use_again_button"))
                       == aside);
        g_assert_true (gtk_widget_get_mapped (sample_app_find_named (row, "time_label")) == aside);
        rows++;
      }
  g_assert_cmpuint (rows, ==, 3);
  g_assert_nonnull (sample_app_find (strip, GTK_TYPE_LABEL, "In use · 2.4 ms"));
  g_assert_nonnull (sample_app_find (strip, GTK_TYPE_LABEL, "9:42"));
  lint_accessibility (strip);

  g_assert_cmpstr (label (sample_app_find_named (strip, "ready_label")), ==,
                   "Ready, on backup proxy " NUMBER ("192.0.2.12:5060"));
}

static void
test_keys (void)
{
  g_autoptr (SampleApp) app = show ("idle", 820, 680);
  static const struct
  {
    const char *key;
    const char *action;
  } keys[] = {
    { "<Control>n", "win.focus-entry" },
    { "<Control>l", "win.focus-entry" },
    { "F2", "win.focus-entry" },
    { "F4", "win.answer" },
    { "<Control>Return", "win.answer" },
    { "<Control>m", "win.mute" },
    { "F8", "win.mute" },
    { "<Control>t", "win.transfer" },
    { "F6", "win.transfer" },
    { "<Control>j", "win.merge" },
    { "<Control><Shift>j", "win.split" },
    { "<Control>s", "win.swap" },
    { "F5", "win.swap" },
    { "<Control>b", "win.cancel-consultation" },
    { "<Control><Shift>s", "win.send-on" },
    { "<Control><Shift>e", "win.decline" },
    { "<Control><Shift>n", "win.note" },
    { "<Control>i", "win.call-details" },
    { "<Control><Shift>c", "win.colleagues" },
    { "<Control><Shift>p", "win.pick-up" },
    { "<Control><Shift>d", "win.dnd" },
    { "<Control>r", "app.end-wrap-up" },
    { "<Control>k", "win.keypad" },
    { "F9", "win.hang-up" },
    { "F7", "win.hold" },
    { "<Control>h", "win.hold" },
    { "<Control><Shift>t", "win.show-timeline" },
    { "<Control><Shift>v", "app.call-mailbox" },
    { "<Control>e", "win.hang-up" },
    { "<Control>d", "win.dial-pad" },
    { "<Control>comma", "app.preferences::account" },
    { "<Alt>Left", "win.back" },
    { "<Control>question", "win.show-help-overlay" },
    { "<Control>q", "app.quit" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_auto (GStrv) actions
          = gtk_application_get_actions_for_accel (GTK_APPLICATION (app->application), keys[i].key);
      g_auto (GStrv) parts = g_strsplit (keys[i].action, ".", 2);
      g_autofree char *name = g_strndup (parts[1], strcspn (parts[1], ":"));

      if (actions[0] == NULL || !g_str_equal (actions[0], keys[i].action))
        g_error ("%s does not lead to %s", keys[i].key, keys[i].action);
      g_assert_true (g_action_group_has_action (g_str_equal (parts[0], "win")
                                                    ? G_ACTION_GROUP (app->window)
                                                    : G_ACTION_GROUP (app->application),
                                                name));
    }
}

/* Every button names an action that exists, with a target of the right type. */
static guint
count_dead_buttons (SampleApp *app, GtkWidget *widget)
{
  guint dead = 0;

  if (GTK_IS_ACTIONABLE (widget)
      && gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)) != NULL)
    {
      const char *name = gtk_actionable_get_action_name (GTK_ACTIONABLE (widget));
      GVariant *target = gtk_actionable_get_action_target_value (GTK_ACTIONABLE (widget));
      GActionGroup *group = g_str_has_prefix (name, "app.")   ? G_ACTION_GROUP (app->application)
                            : g_str_has_prefix (name, "win.") ? G_ACTION_GROUP (app->window)
                                                              : NULL;

      if (group != NULL)
        {
          const GVariantType *wanted
              = g_action_group_get_action_parameter_type (group, name + strlen ("app."));

          if (!g_action_group_has_action (group, name + strlen ("app."))
              || (wanted != NULL && target == NULL)
              || (target != NULL && wanted != NULL && !g_variant_is_of_type (target, wanted)))
            {
              g_test_message ("%s is dead", name);
              dead++;
            }
        }
    }
  for (GtkWidget *w = gtk_widget_get_first_child (widget); w != NULL;
       w = gtk_widget_get_next_sibling (w))
    dead += count_dead_buttons (app, w);
  return dead;
}

static void
test_no_dead_buttons (void)
{

  for (gsize i = 0; sample_app_scenes[i] != NULL; i++)
    {
      g_autoptr (SampleApp) app = show (sample_app_scenes[i], 820, 680);

      g_test_message ("%s", sample_app_scenes[i]);
      g_assert_cmpuint (count_dead_buttons (app, GTK_WIDGET (app->window)), ==, 0);
      lint_accessibility (GTK_WIDGET (app->window));
    }
}

static void
on_quit (TandemActions *actions, guint *count)
{
  (*count)++;
}

static GtkWidget *
find_dialog (void)
{
  g_autoptr (GListModel) toplevels = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (toplevels, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return window;
    }
  return NULL;
}

static void
test_closing (void)
{
  g_autoptr (SampleApp) app = show ("active", 820, 680);
  guint quits = 0;
  GtkWidget *dialog;

  g_signal_connect (app->actions, "quit", G_CALLBACK (on_quit), &quits);
  gtk_window_close (GTK_WINDOW (app->window));
  dialog = find_dialog ();
  g_assert_nonnull (dialog);
  g_assert_cmpuint (quits, ==, 0);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (app->window)));

  gtk_window_close (GTK_WINDOW (app->window));
  dialog = find_dialog ();
  g_assert_nonnull (dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "hide");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (app->window)));
  g_assert_cmpuint (n_calls (app), ==, 1);
  g_assert_cmpuint (quits, ==, 0);

  gtk_window_present (GTK_WINDOW (app->window));
  activate (app, "win.hang-up");
  gtk_window_close (GTK_WINDOW (app->window));
  g_assert_cmpuint (quits, ==, 1);

  tandem_window_set_hides (app->window, TRUE);
  gtk_window_close (GTK_WINDOW (app->window));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (app->window)));
  g_assert_cmpuint (quits, ==, 1);
}

static void
test_delete_history (void)
{
  g_autoptr (SampleApp) app = show ("idle", 820, 680);
  GtkWidget *dialog;

  activate (app, "win.delete-history");
  dialog = find_dialog ();
  g_assert_nonnull (dialog);
  g_assert_cmpstr (adw_message_dialog_get_default_response (ADW_MESSAGE_DIALOG (dialog)), ==,
                   "cancel");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_assert_cmpuint (n_matches (app), ==, 14);
  activate (app, "win.delete-history");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (find_dialog ()), "delete");
  g_assert_cmpuint (n_matches (app), ==, 0);
}

/* The page that follows another call does not listen to the first any more. */
static void
test_other_call (void)
{
  g_autoptr (SampleApp) app = show ("active", 820, 680);
  g_autoptr (TandemCall) first = g_object_ref (nth_call (app, 0));
  TandemCall *second = tandem_phone_call (app->phone, "5550123", NULL);

  g_assert_true (tandem_window_get_shown_call (app->window) == second);
  g_assert_cmpint (tandem_call_get_hold (first), ==, TANDEM_HOLD_LOCAL);
  g_assert_false (gtk_widget_has_css_class (child (app, "call_page"), "held"));
  tandem_window_show_call (app->window, first);
  g_assert_true (gtk_widget_has_css_class (child (app, "call_page"), "held"));
  tandem_call_hang_up (first, NULL);
  g_assert_true (tandem_window_get_shown_call (app->window) == second);
}

static void
test_practice_hint (void)
{
  g_autoptr (SampleApp) app = show ("idle", 1000, 680);
  const char *const extensions[] = { "200\tEcho", "201\tBusy", NULL };
  GtkWidget *row;

  tandem_window_show_practice (app->window, extensions);
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_nonnull (seen_label (app, "Practice Exchange"));
  row = seen_label (app, "Echo");
  g_assert_nonnull (row);
  gtk_widget_activate (gtk_widget_get_ancestor (row, ADW_TYPE_ACTION_ROW));
  g_assert_cmpuint (n_calls (app), ==, 1);
  tandem_window_show_practice (app->window, NULL);
}

int
main (int argc, char **argv)
{
  const char *locales = g_getenv ("TANDEM_TEST_LOCALEDIR");

  gtk_test_init (&argc, &argv, NULL);
  if (locales != NULL)
    {
      setlocale (LC_ALL, "");
      bindtextdomain (TANDEM_GETTEXT_DOMAIN, locales);
      bind_textdomain_codeset (TANDEM_GETTEXT_DOMAIN, "UTF-8");
      textdomain (TANDEM_GETTEXT_DOMAIN);
      g_assert_cmpstr (_ ("Recent"), !=, "Recent");
    }
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE,
                "gtk-decoration-layout", ":close", NULL);

  g_test_add_func ("/window/dial", test_dial);
  g_test_add_func ("/window/dial-first-match", test_dial_first_match);
  g_test_add_func ("/window/dial-as-typed", test_dial_as_typed);
  g_test_add_func ("/window/dial-nonsense", test_dial_nonsense);
  g_test_add_func ("/window/filter", test_filter);
  g_test_add_func ("/window/list-by-keys", test_list_by_keys);
  g_test_add_func ("/window/type-anywhere", test_type_anywhere);
  g_test_add_func ("/window/dial-pad", test_dial_pad);
  g_test_add_func ("/window/fill-entry", test_fill_entry);
  g_test_add_func ("/window/mute", test_mute);
  g_test_add_func ("/window/keypad", test_keypad);
  g_test_add_func ("/window/hang-up", test_hang_up);
  g_test_add_func ("/window/failed-call", test_failed_call);
  g_test_add_func ("/window/incoming", test_incoming);
  g_test_add_func ("/window/decline", test_decline);
  g_test_add_func ("/window/incoming-while-folded", test_incoming_while_folded);
  g_test_add_func ("/window/ringing-first", test_ringing_first);
  g_test_add_func ("/window/numbers-isolated", test_numbers_isolated);
  g_test_add_func ("/window/banner", test_banner);
  g_test_add_func ("/window/status", test_status);
  g_test_add_func ("/window/keys", test_keys);
  g_test_add_func ("/window/no-dead-buttons", test_no_dead_buttons);
  g_test_add_func ("/window/closing", test_closing);
  g_test_add_func ("/window/delete-history", test_delete_history);
  g_test_add_func ("/window/other-call", test_other_call);
  g_test_add_func ("/window/practice-hint", test_practice_hint);
  return g_test_run ();
}
