/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include <string.h>

#include "availability.h"
#include "call-page.h"
#include "call-private.h"
#include "call-row.h"
#include "lint.h"
#include "phone-private.h"
#include "sample-app.h"

/* Several calls: rows, waiting, swap, conference, drawing one onto another; keys as tones; the reminder
 * of a hold; do not disturb and after-call work; notes and details. Real widgets, made-up calls. */

static GtkWidget *
page_child (SampleApp *app, const char *id)
{
  GtkWidget *widget = sample_app_find_named (sample_app_child (app, "call_page"), id);

  g_assert_nonnull (widget);
  return widget;
}

static const char *
page_text (SampleApp *app, const char *id)
{
  return gtk_label_get_text (GTK_LABEL (page_child (app, id)));
}

static GtkWidget *
nth_row (SampleApp *app, const char *list, int n)
{
  GtkListBoxRow *row
      = gtk_list_box_get_row_at_index (GTK_LIST_BOX (sample_app_child (app, list)), n);

  g_assert_nonnull (row);
  return GTK_WIDGET (row);
}

static TandemCall *
row_call (SampleApp *app, const char *list, int n)
{
  return tandem_call_row_get_call (TANDEM_CALL_ROW (nth_row (app, list, n)));
}

static const char *
row_text (SampleApp *app, int n, const char *id)
{
  return gtk_label_get_text (
      GTK_LABEL (sample_app_find_named (nth_row (app, "calls_list", n), id)));
}

static TandemCall *
named (SampleApp *app, const char *name)
{
  GListModel *calls = tandem_phone_get_calls (app->phone);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      if (g_strcmp0 (tandem_call_get_peer_name (call), name) == 0)
        return call;
    }
  g_error ("no call with %s", name);
}

static guint
n_calls (SampleApp *app)
{
  return g_list_model_get_n_items (tandem_phone_get_calls (app->phone));
}

static void
activate_row (SampleApp *app, const char *list, int n)
{
  g_signal_emit_by_name (sample_app_child (app, list), "row-activated", nth_row (app, list, n));
  sample_app_settle (GTK_WIDGET (app->window));
}

/* What the key leads to, as the window does it. */
static void
press_key (SampleApp *app, const char *key)
{
  g_auto (GStrv) actions
      = gtk_application_get_actions_for_accel (GTK_APPLICATION (app->application), key);
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  g_assert_nonnull (actions[0]);
  g_assert_true (g_action_parse_detailed_name (actions[0], &name, &target, NULL));
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (app->window), name, target));
  sample_app_settle (GTK_WIDGET (app->window));
}

static gboolean
is_enabled (SampleApp *app, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (app->window), action);
}

static double
top_of (SampleApp *app, const char *id)
{
  graphene_rect_t bounds;

  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_true (
      gtk_widget_compute_bounds (page_child (app, id), GTK_WIDGET (app->window), &bounds));
  return (double) bounds.origin.y;
}

/* --- Two calls -------------------------------------------------------------------------------- */

static void
test_rows (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("two-calls", 820, 680);

  g_assert_cmpuint (n_calls (app), ==, 2);
  g_assert_cmpstr (row_text (app, 0, "title_label"), ==, "Sample Caller One");
  g_assert_cmpstr (row_text (app, 0, "state_label"), ==, "In call · 1:24");
  g_assert_cmpstr (row_text (app, 1, "state_label"), ==, "On hold · 1:36");
  g_assert_true (gtk_widget_has_css_class (
      sample_app_find_named (nth_row (app, "calls_list", 1), "state_label"), "held-words"));
  g_assert_true (tandem_window_get_shown_call (app->window) == named (app, "Sample Caller One"));
  lint_accessibility (GTK_WIDGET (app->window));
}

static void
check_swapped (SampleApp *app, const char *talking, const char *held)
{
  g_assert_cmpint (tandem_call_get_hold (named (app, talking)), ==, TANDEM_HOLD_NONE);
  g_assert_cmpint (tandem_call_get_hold (named (app, held)), ==, TANDEM_HOLD_LOCAL);
  g_assert_true (tandem_phone_get_active_call (app->phone) == named (app, talking));
  g_assert_true (tandem_window_get_shown_call (app->window) == named (app, talking));
}

static void
test_swap (void)
{
  static const char *const keys[] = { "<Control>s", "F5", "<Alt>2" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (SampleApp) app = sample_app_show ("two-calls", 820, 680);

      press_key (app, keys[i]);
      check_swapped (app, "Sample Caller Two", "Sample Caller One");
    }
}

static void
test_swap_by_row (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("two-calls", 820, 680);

  activate_row (app, "calls_list", 1);
  check_swapped (app, "Sample Caller Two", "Sample Caller One");
  activate_row (app, "calls_list", 0);
  check_swapped (app, "Sample Caller One", "Sample Caller Two");
  /* The one that is talked to already: nothing but looked at. */
  activate_row (app, "calls_list", 0);
  check_swapped (app, "Sample Caller One", "Sample Caller Two");
}

/* Nobody is taken back from hold by looking. */
static void
test_look_at_held (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("two-calls", 820, 680);

  tandem_call_hold (named (app, "Sample Caller One"), NULL);
  activate_row (app, "calls_list", 1);
  g_assert_true (tandem_window_get_shown_call (app->window) == named (app, "Sample Caller Two"));
  g_assert_cmpint (tandem_call_get_hold (named (app, "Sample Caller Two")), ==, TANDEM_HOLD_LOCAL);
}

static void
test_bar (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("two-calls", 360, 680);

  tandem_window_show_call (app->window, named (app, "Sample Caller One"));
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_true (gtk_widget_get_mapped (sample_app_child (app, "ringing_list")));
  g_assert_true (row_call (app, "ringing_list", 0) == named (app, "Sample Caller Two"));
  g_assert_false (gtk_widget_get_mapped (sample_app_child (app, "more_calls_button")));
  lint_width (GTK_WIDGET (app->window), 360);
  activate_row (app, "ringing_list", 0);
  check_swapped (app, "Sample Caller Two", "Sample Caller One");
  g_assert_true (row_call (app, "ringing_list", 0) == named (app, "Sample Caller One"));
}

static void
test_waiting (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("call-waiting", 820, 680);
  GtkWidget *row = nth_row (app, "calls_list", 0);

  g_assert_true (row_call (app, "calls_list", 0) == named (app, "Sample Caller Three"));
  g_assert_true (tandem_window_get_shown_call (app->window) == named (app, "Sample Caller One"));
  g_assert_true (gtk_widget_get_mapped (sample_app_find_named (row, "answer_button")));
  g_assert_true (gtk_widget_get_mapped (sample_app_find_named (row, "more_button")));
  press_key (app, "F4");
  check_swapped (app, "Sample Caller Three", "Sample Caller One");
}

static void
test_decline_waiting (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("call-waiting", 820, 680);

  press_key (app, "<Shift>F9");
  g_assert_cmpuint (n_calls (app), ==, 1);
  g_assert_cmpint (tandem_call_get_hold (named (app, "Sample Caller One")), ==, TANDEM_HOLD_NONE);
  g_assert_false (is_enabled (app, "decline"));
}

static void
note_decline (TandemCall *call, guint code, gpointer data)
{
  *(guint *) data = code;
}

static void
test_decline_with (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("call-waiting", 820, 680);
  guint code = 0;
  const TandemCallActions actions = { .decline = note_decline };
  TandemCall *call = named (app, "Sample Caller Three");
  GtkWidget *button = sample_app_find_named (nth_row (app, "calls_list", 0), "more_button");
  GMenuModel *menu = gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (button));
  g_autoptr (GMenuModel) reasons = g_menu_model_get_item_link (menu, 1, G_MENU_LINK_SECTION);
  g_autofree char *action = NULL;
  g_autoptr (GVariant) target = NULL;

  tandem_call_set_actions (call, &actions, &code);
  g_menu_model_get_item_attribute (reasons, 1, G_MENU_ATTRIBUTE_ACTION, "s", &action);
  target = g_menu_model_get_item_attribute_value (reasons, 1, G_MENU_ATTRIBUTE_TARGET, NULL);
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (app->window), action, target));
  g_assert_cmpuint (code, ==, 480);
  g_assert_cmpuint (n_calls (app), ==, 1);
}

static void
test_ten (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("ten-calls", 820, 680);

  g_assert_cmpuint (n_calls (app), ==, 10);
  g_assert_cmpint (tandem_call_get_state (row_call (app, "calls_list", 0)), ==,
                   TANDEM_CALL_RINGING_HERE);
  g_assert_true (tandem_window_get_shown_call (app->window) == named (app, "Sample Caller One"));
  press_key (app, "<Alt>0");
  g_assert_true (tandem_window_get_shown_call (app->window) == row_call (app, "calls_list", 9));
  g_assert_true (tandem_phone_get_active_call (app->phone) == row_call (app, "calls_list", 9));
  lint_accessibility (GTK_WIDGET (app->window));
}

static void
test_ten_narrow (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("ten-calls", 360, 680);

  lint_width (GTK_WIDGET (app->window), 360);
  tandem_window_show_call (app->window, named (app, "Sample Caller One"));
  sample_app_settle (GTK_WIDGET (app->window));
  lint_width (GTK_WIDGET (app->window), 360);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (sample_app_child (app, "more_calls_button"))),
                   ==, "8 More Calls");
  /* With all of that above it, the end of the call is still in view. */
  g_assert_cmpfloat (top_of (app, "hang_up_button"), <, 632);
}

static void
test_reminder (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("two-calls", 820, 680);

  tandem_call_set_remind_after (named (app, "Sample Caller Two"), 60);
  g_assert_cmpstr (row_text (app, 1, "state_label"), ==, "Still on hold · 1:36");
  g_assert_true (gtk_widget_has_css_class (nth_row (app, "calls_list", 1), "held-reminder"));
  tandem_window_show_call (app->window, named (app, "Sample Caller Two"));
  g_assert_cmpstr (page_text (app, "state_label"), ==, "Still on hold");
  g_assert_true (gtk_widget_has_css_class (page_child (app, "state_box"), "reminder"));
}

/* --- Conference ------------------------------------------------------------------------------- */

static void
test_merge_and_split (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("two-calls", 820, 680);

  g_assert_cmpstr (page_text (app, "merge_label"), ==, "Merge");
  press_key (app, "<Control>j");
  g_assert_true (tandem_call_is_in_conference (named (app, "Sample Caller One")));
  g_assert_true (tandem_call_is_in_conference (named (app, "Sample Caller Two")));
  g_assert_cmpint (tandem_call_get_hold (named (app, "Sample Caller Two")), ==, TANDEM_HOLD_NONE);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (page_child (app, "who_stack"))), ==,
                   "conference");
  g_assert_cmpstr (page_text (app, "state_label"), ==, "In a conference");
  g_assert_cmpstr (page_text (app, "merge_label"), ==, "Split");
  g_assert_cmpstr (row_text (app, 0, "state_label"), ==, "In conference · 1:24");
  lint_accessibility (GTK_WIDGET (app->window));
  press_key (app, "<Control><Shift>j");
  g_assert_false (tandem_call_is_in_conference (named (app, "Sample Caller One")));
  g_assert_cmpstr (page_text (app, "merge_label"), ==, "Merge");
}

static GtkWidget *
party_child (SampleApp *app, int n, const char *id)
{
  GtkWidget *list = sample_app_find_named (page_child (app, "conference_view"), "list");

  return sample_app_find_named (GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), n)),
                                id);
}

static void
test_parties (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("conference", 820, 680);
  TandemCall *facilities = named (app, "Sample Facilities");

  g_assert_cmpuint (n_calls (app), ==, 3);
  g_assert_true (tandem_call_is_party_muted (facilities));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (party_child (app, 0, "party_state_label"))), ==,
                   "Muted by you · 1:25");
  g_signal_emit_by_name (party_child (app, 0, "party_mute_button"), "clicked");
  g_assert_false (tandem_call_is_party_muted (facilities));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (party_child (app, 0, "party_state_label"))), ==,
                   "Can be heard · 1:25");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (party_child (app, 0, "party_mute_button")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Mute Sample Facilities for everybody");
  /* The whole lasts as long as its first call. */
  g_assert_cmpstr (page_text (app, "timer_label"), ==, "10:15");

  g_signal_emit_by_name (party_child (app, 0, "party_split_button"), "clicked");
  g_assert_false (tandem_call_is_in_conference (facilities));
  g_assert_cmpint (tandem_call_get_hold (facilities), ==, TANDEM_HOLD_LOCAL);
  g_assert_true (tandem_call_is_in_conference (named (app, "Sample Second Line")));
}

static void
test_end_conference (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("conference", 360, 680);

  tandem_window_show_call (app->window, named (app, "Sample Caller One"));
  sample_app_settle (GTK_WIDGET (app->window));
  lint_width (GTK_WIDGET (app->window), 360);
  lint_accessibility (GTK_WIDGET (app->window));
  g_assert_false (gtk_widget_get_mapped (sample_app_child (app, "ringing_list")));
  g_signal_emit_by_name (page_child (app, "hang_up_button"), "clicked");
  g_assert_cmpuint (n_calls (app), ==, 0);
}

static void
test_drop_party (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("conference", 820, 680);

  g_signal_emit_by_name (party_child (app, 0, "party_hang_up_button"), "clicked");
  g_assert_cmpuint (n_calls (app), ==, 2);
  g_assert_true (tandem_call_is_in_conference (named (app, "Sample Caller One")));
}

/* --- Drawing one row onto another ------------------------------------------------------------- */

static GtkDropTarget *
drop_target (GtkWidget *row)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (row);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        return GTK_DROP_TARGET (controller);
    }
  g_error ("nothing can be dropped here");
}

static gboolean
drop (SampleApp *app, int onto, TandemCall *call)
{
  GValue value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, TANDEM_TYPE_CALL);
  g_value_set_object (&value, call);
  g_signal_emit_by_name (drop_target (nth_row (app, "calls_list", onto)), "drop", &value, 1.0, 1.0,
                         &taken);
  g_value_unset (&value);
  return taken;
}

static void
test_draw_onto (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("two-calls", 820, 680);
  GtkWidget *row = nth_row (app, "calls_list", 0);
  GtkWidget *menu;
  GMenuModel *model;
  g_autofree char *label = NULL;
  g_autofree char *action = NULL;
  g_autoptr (GVariant) target = NULL;

  g_assert_false (drop (app, 0, named (app, "Sample Caller One")));
  g_assert_true (drop (app, 0, named (app, "Sample Caller Two")));
  menu = sample_app_find (row, GTK_TYPE_POPOVER_MENU, NULL);
  g_assert_nonnull (menu);
  model = gtk_popover_menu_get_menu_model (GTK_POPOVER_MENU (menu));
  g_menu_model_get_item_attribute (model, 0, G_MENU_ATTRIBUTE_LABEL, "s", &label);
  g_assert_cmpstr (label, ==,
                   "Connect \u2066Sample Caller Two\u2069 with \u2066Sample Caller One\u2069");
  /* Nothing has been done until it is chosen. */
  g_assert_cmpuint (n_calls (app), ==, 2);
  g_menu_model_get_item_attribute (model, 0, G_MENU_ATTRIBUTE_ACTION, "s", &action);
  target = g_menu_model_get_item_attribute_value (model, 0, G_MENU_ATTRIBUTE_TARGET, NULL);
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (app->window), action, target));
  g_assert_cmpuint (n_calls (app), ==, 0);
}

static void
test_draw_onto_ringing (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("call-waiting", 820, 680);

  g_assert_false (drop (app, 0, named (app, "Sample Caller One")));
}

/* --- Keys as tones ---------------------------------------------------------------------------- */

static void
test_clean_digits (void)
{
  static const struct
  {
    const char *text;
    const char *clean;
  } table[] = {
    { "1", "1" },           { "12 34-56", "123456" },
    { "(1).2/3", "123" },   { "1,2", "1,2" },
    { "1p2w3;", "1,2,3," }, { "abcd", "ABCD" },
    { "*#", "*#" },         { "12\n", "12" },
    { "hello", NULL },      { "", NULL },
    { " ", NULL },          { "1\xff", NULL },
    { "12e", NULL },        { "+4912", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *clean = tandem_call_page_clean_digits (table[i].text);

      g_assert_cmpstr (clean, ==, table[i].clean);
    }
}

static void
test_typed_tones (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  TandemCall *call = sample_app_first_call (app);
  GtkWidget *entry = sample_app_child (app, "entry");

  /* Elsewhere it is the beginning of a number. */
  gtk_widget_grab_focus (sample_app_child (app, "menu_button"));
  g_assert_true (sample_app_press (GTK_WIDGET (app->window), GDK_KEY_5, 0));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "5");
  g_assert_cmpstr (tandem_call_get_dialled_digits (call), ==, "");

  gtk_widget_grab_focus (sample_app_child (app, "call_page"));
  g_assert_true (sample_app_press (GTK_WIDGET (app->window), GDK_KEY_7, 0));
  g_assert_true (sample_app_press (GTK_WIDGET (app->window), GDK_KEY_numbersign, GDK_SHIFT_MASK));
  g_assert_cmpstr (tandem_call_get_dialled_digits (call), ==, "7#");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "5");
  g_assert_nonnull (strstr (page_text (app, "digits_label"), "7#"));
  tandem_call_add_received_digit (call, '9');
  g_assert_nonnull (strstr (page_text (app, "digits_label"), "Keys received: "));
  g_assert_false (sample_app_press (GTK_WIDGET (app->window), GDK_KEY_x, 0));
}

static void
test_nothing_moves (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 360, 680);
  TandemCall *call = sample_app_first_call (app);
  static const char *const views[] = { "<Control>k", "<Control>t", "<Control><Shift>n" };
  double timer, mute, hang_up;

  tandem_window_show_call (app->window, call);
  timer = top_of (app, "timer_label");
  mute = top_of (app, "mute_button");
  hang_up = top_of (app, "hang_up_button");
  /* All of it is seen without scrolling. */
  g_assert_cmpfloat (hang_up, <, 640);
  for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
    {
      press_key (app, views[i]);
      g_test_message ("%s", views[i]);
      g_assert_cmpfloat (top_of (app, "timer_label"), ==, timer);
      g_assert_cmpfloat (top_of (app, "mute_button"), ==, mute);
      g_assert_cmpfloat (top_of (app, "hang_up_button"), ==, hang_up);
    }
  tandem_call_page_show_view (TANDEM_CALL_PAGE (sample_app_child (app, "call_page")),
                              TANDEM_CALL_VIEW_WHO);
  tandem_call_send_dtmf (call, "123", NULL);
  tandem_call_add_received_digit (call, '9');
  g_assert_cmpfloat (top_of (app, "timer_label"), ==, timer);
}

/* --- Kept off --------------------------------------------------------------------------------- */

static gboolean
is_revealed (SampleApp *app, const char *bar)
{
  return gtk_revealer_get_reveal_child (
      GTK_REVEALER (sample_app_find_named (sample_app_child (app, bar), "revealer")));
}

static const char *
strip_text (SampleApp *app, const char *id)
{
  return gtk_label_get_text (
      GTK_LABEL (sample_app_find_named (sample_app_child (app, "status_strip"), id)));
}

static void
test_do_not_disturb (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("idle", 360, 680);
  GtkWidget *button;

  g_assert_false (is_revealed (app, "side_availability"));
  press_key (app, "<Control><Shift>d");
  g_assert_true (tandem_phone_get_do_not_disturb (app->phone));
  g_assert_true (is_revealed (app, "side_availability"));
  g_assert_cmpstr (strip_text (app, "title_label"), ==, "Do not disturb");
  g_assert_true (g_str_has_prefix (strip_text (app, "subtitle_label"), "Registered via"));
  lint_accessibility (GTK_WIDGET (app->window));
  lint_width (GTK_WIDGET (app->window), 360);
  button = sample_app_find_named (sample_app_child (app, "side_availability"), "button");
  g_signal_emit_by_name (button, "clicked");
  g_assert_false (tandem_phone_get_do_not_disturb (app->phone));
  g_assert_false (is_revealed (app, "side_availability"));
  g_assert_true (g_str_has_prefix (strip_text (app, "title_label"), "Registered via"));
}

/* What is wrong with the line is told before that calls are kept off. */
static void
test_do_not_disturb_offline (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("offline", 820, 680);

  tandem_phone_set_do_not_disturb (app->phone, TRUE);
  g_assert_cmpstr (strip_text (app, "title_label"), ==, "Not registered");
  g_assert_true (is_revealed (app, "side_availability"));
}

static void
test_forwarded (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("idle", 820, 680);

  tandem_availability_set_forward_to (tandem_phone_get_availability (app->phone), "5550103");
  g_assert_true (is_revealed (app, "side_availability"));
  g_assert_nonnull (strstr (strip_text (app, "title_label"), "5550103"));
  sample_app_settle (GTK_WIDGET (app->window));
  lint_accessibility (GTK_WIDGET (app->window));
}

static void
test_wrap_up (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("wrap-up", 360, 680);
  GtkWidget *page = sample_app_child (app, "wrap_up_page");
  TandemCall *last = tandem_phone_get_last_call (app->phone);
  GtkTextBuffer *buffer;

  g_assert_true (gtk_widget_get_mapped (page));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (sample_app_find_named (page, "timer_label"))), ==,
                   "0:42");
  g_assert_true (is_revealed (app, "content_availability"));
  lint_accessibility (GTK_WIDGET (app->window));
  lint_width (GTK_WIDGET (app->window), 360);

  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (sample_app_find_named (page, "view")));
  gtk_text_buffer_set_text (buffer, "Sent on Monday", -1);
  press_key (app, "<Control>r");
  g_assert_cmpuint (tandem_phone_get_wrap_up (app->phone), ==, 0);
  g_assert_false (gtk_widget_get_mapped (page));
  /* What was typed last is not lost by Done. */
  g_assert_cmpstr (tandem_call_get_note (last), ==, "Sent on Monday");
}

/* --- Notes and details ------------------------------------------------------------------------ */

static void
test_note (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  TandemCall *call = sample_app_first_call (app);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (
      GTK_TEXT_VIEW (sample_app_find_named (page_child (app, "note_editor"), "view")));
  g_autofree char *text = NULL;

  press_key (app, "<Control><Shift>n");
  g_assert_true (gtk_widget_get_mapped (page_child (app, "note_editor")));
  lint_accessibility (GTK_WIDGET (app->window));
  gtk_text_buffer_set_text (buffer, "Wants an invoice", -1);
  press_key (app, "<Control><Shift>n");
  g_assert_cmpstr (tandem_call_get_note (call), ==, "Wants an invoice");
  tandem_call_set_note (call, "Written elsewhere");
  g_object_get (buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, "Written elsewhere");
}

/* The note of one call does not go to the next. */
static void
test_note_of_other_call (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("two-calls", 820, 680);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (
      GTK_TEXT_VIEW (sample_app_find_named (page_child (app, "note_editor"), "view")));
  g_autofree char *text = NULL;

  press_key (app, "<Control><Shift>n");
  gtk_text_buffer_set_text (buffer, "About the first", -1);
  tandem_window_show_call (app->window, named (app, "Sample Caller Two"));
  g_assert_cmpstr (tandem_call_get_note (named (app, "Sample Caller One")), ==, "About the first");
  g_assert_null (tandem_call_get_note (named (app, "Sample Caller Two")));
  g_object_get (buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, "");
}

static void
test_details (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  GtkWidget *details;

  press_key (app, "<Control>i");
  details = sample_app_find_named (GTK_WIDGET (app->window), "details");
  sample_app_wait_mapped (details);
  g_assert_nonnull (sample_app_find (details, GTK_TYPE_LABEL, "\u2066Sample Support\u2069"));
  g_assert_nonnull (sample_app_find (details, GTK_TYPE_BUTTON, "Copy Queue"));
  g_assert_nonnull (sample_app_find (details, GTK_TYPE_BUTTON, "Copy Codec"));
  lint_accessibility (details);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE,
                "gtk-decoration-layout", ":close", NULL);

  g_test_add_func ("/calls/rows", test_rows);
  g_test_add_func ("/calls/swap", test_swap);
  g_test_add_func ("/calls/swap-by-row", test_swap_by_row);
  g_test_add_func ("/calls/look-at-held", test_look_at_held);
  g_test_add_func ("/calls/bar", test_bar);
  g_test_add_func ("/calls/waiting", test_waiting);
  g_test_add_func ("/calls/decline-waiting", test_decline_waiting);
  g_test_add_func ("/calls/decline-with", test_decline_with);
  g_test_add_func ("/calls/ten", test_ten);
  g_test_add_func ("/calls/ten-narrow", test_ten_narrow);
  g_test_add_func ("/calls/reminder", test_reminder);
  g_test_add_func ("/conference/merge-and-split", test_merge_and_split);
  g_test_add_func ("/conference/parties", test_parties);
  g_test_add_func ("/conference/end", test_end_conference);
  g_test_add_func ("/conference/drop-party", test_drop_party);
  g_test_add_func ("/drawing/onto", test_draw_onto);
  g_test_add_func ("/drawing/onto-ringing", test_draw_onto_ringing);
  g_test_add_func ("/tones/clean", test_clean_digits);
  g_test_add_func ("/tones/typed", test_typed_tones);
  g_test_add_func ("/tones/nothing-moves", test_nothing_moves);
  g_test_add_func ("/availability/do-not-disturb", test_do_not_disturb);
  g_test_add_func ("/availability/offline", test_do_not_disturb_offline);
  g_test_add_func ("/availability/forwarded", test_forwarded);
  g_test_add_func ("/availability/wrap-up", test_wrap_up);
  g_test_add_func ("/note/kept", test_note);
  g_test_add_func ("/note/other-call", test_note_of_other_call);
  g_test_add_func ("/details/shown", test_details);
  return g_test_run ();
}
