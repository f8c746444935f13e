/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include <string.h>

#include "call-page.h"
#include "call-private.h"
#include "call-row.h"
#include "colleague-list.h"
#include "colleague-row.h"
#include "incoming-window.h"
#include "lint.h"
#include "phone-private.h"
#include "sample-app.h"
#include "target-row.h"
#include "transfer-target.h"

/* Transfer, consultation, what the far end asks for, calls that are sent on or answered by themselves;
 * and the colleagues. Real widgets, made-up calls. */

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
view_child (SampleApp *app, const char *id)
{
  GtkWidget *widget = sample_app_find_named (page_child (app, "transfer_view"), id);

  g_assert_nonnull (widget);
  return widget;
}

static GListModel *
targets (SampleApp *app)
{
  return G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (view_child (app, "list_view"))));
}

static TandemTransferTarget *
nth_target (SampleApp *app, guint n)
{
  g_autoptr (TandemTransferTarget) target = g_list_model_get_item (targets (app), n);

  g_assert_nonnull (target);
  return target;
}

static void
type (SampleApp *app, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (view_child (app, "target_entry")), text);
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
  return NULL;
}

static guint
n_calls (SampleApp *app)
{
  return g_list_model_get_n_items (tandem_phone_get_calls (app->phone));
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
is_open (SampleApp *app)
{
  return tandem_call_page_get_view (TANDEM_CALL_PAGE (sample_app_child (app, "call_page")))
         == TANDEM_CALL_VIEW_TRANSFER;
}

static gboolean
is_notice_revealed (SampleApp *app)
{
  return gtk_revealer_get_reveal_child (
      GTK_REVEALER (sample_app_find_named (page_child (app, "notice"), "revealer")));
}

static GtkWidget *
notice_child (SampleApp *app, const char *id)
{
  GtkWidget *widget = sample_app_find_named (page_child (app, "notice"), id);

  g_assert_nonnull (widget);
  return widget;
}

/* What the call was asked for. */
typedef struct
{
  char *transferred_to;
  char *redirected_to;
  gboolean refuses;
  int referral; /* -1: not answered */
  guint hung_up;
} Asked;

static gboolean
note_transfer (TandemCall *call, const char *text, gpointer data, GError **error)
{
  Asked *asked = data;

  if (asked->refuses)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "No such number");
      return FALSE;
    }
  g_free (asked->transferred_to);
  asked->transferred_to = g_strdup (text);
  return TRUE;
}

static gboolean
note_redirect (TandemCall *call, const char *text, gpointer data, GError **error)
{
  Asked *asked = data;

  g_free (asked->redirected_to);
  asked->redirected_to = g_strdup (text);
  return TRUE;
}

static void
note_referral (TandemCall *call, gboolean accept, gpointer data)
{
  ((Asked *) data)->referral = accept;
}

static gboolean
note_hold (TandemCall *call, gboolean hold, gpointer data, GError **error)
{
  tandem_call_finish_hold (call, hold, NULL);
  return TRUE;
}

static void
note_hang_up (TandemCall *call, gpointer data)
{
  ((Asked *) data)->hung_up++;
}

static const TandemCallActions asked_actions = {
  .transfer = note_transfer,
  .redirect = note_redirect,
  .answer_referral = note_referral,
  .set_hold = note_hold,
  .hang_up = note_hang_up,
};

static void
asked_clear (Asked *asked)
{
  g_free (asked->transferred_to);
  g_free (asked->redirected_to);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asked, asked_clear)

/* --- Transfer Now ----------------------------------------------------------------------------- */

static void
test_open (void)
{
  static const char *const keys[] = { "<Control>t", "F6" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (SampleApp) app = sample_app_show ("active", 360, 680);

      tandem_window_show_call (app->window, sample_app_first_call (app));
      press_key (app, keys[i]);
      g_assert_true (is_open (app));
      g_assert_true (gtk_widget_get_mapped (page_child (app, "hang_up_button")));
      g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (app->window)),
                                             view_child (app, "target_entry")));
      g_assert_false (gtk_widget_get_sensitive (view_child (app, "now_button")));
      lint_accessibility (GTK_WIDGET (app->window));
      lint_width (GTK_WIDGET (app->window), 360);
      g_assert_true (sample_app_press (GTK_WIDGET (app->window), GDK_KEY_Escape, 0));
      g_assert_false (is_open (app));
    }
}

/* Other calls come first, then colleagues, then those of the past; nobody twice, never oneself. */
static void
test_who_is_found (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("two-calls", 820, 680);

  press_key (app, "<Control>t");
  g_assert_true (TANDEM_IS_CALL (tandem_transfer_target_get_item (nth_target (app, 0))));
  g_assert_true (TANDEM_IS_COLLEAGUE (tandem_transfer_target_get_item (nth_target (app, 1))));
  for (guint i = 0; i < g_list_model_get_n_items (targets (app)); i++)
    g_assert_cmpstr (tandem_transfer_target_get_address (nth_target (app, i)), !=, "5550101");
  type (app, "agent t");
  g_assert_cmpuint (g_list_model_get_n_items (targets (app)), ==, 2);
  type (app, "caller five");
  g_assert_cmpuint (g_list_model_get_n_items (targets (app)), ==, 1);
  g_assert_true (TANDEM_IS_RECORD (tandem_transfer_target_get_item (nth_target (app, 0))));
  type (app, "nobody at all");
  g_assert_cmpuint (g_list_model_get_n_items (targets (app)), ==, 0);
  g_assert_true (gtk_widget_get_mapped (view_child (app, "no_match_label")));
}

static GtkWidget *
find_target_row (GtkWidget *root)
{
  return sample_app_find (root, TANDEM_TYPE_TARGET_ROW, NULL);
}

static void
test_live_state (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_NOTIFICATION, .known = TRUE };
  GtkWidget *row;

  press_key (app, "<Control>t");
  type (app, "second line");
  sample_app_settle (GTK_WIDGET (app->window));
  row = find_target_row (page_child (app, "transfer_view"));
  g_assert_nonnull (row);
  g_assert_nonnull (strstr (
      gtk_label_get_text (GTK_LABEL (sample_app_find_named (row, "detail_label"))), "Available"));
  event.presence = TANDEM_SIP_PRESENCE_BUSY;
  tandem_colleague_handle_event (
      TANDEM_COLLEAGUE (tandem_transfer_target_get_item (nth_target (app, 0))), &event);
  g_assert_nonnull (strstr (
      gtk_label_get_text (GTK_LABEL (sample_app_find_named (row, "detail_label"))), "In a Call"));
  g_assert_cmpstr (gtk_image_get_icon_name (GTK_IMAGE (sample_app_find_named (row, "icon"))), ==,
                   "tandem-do-not-disturb-symbolic");
}

static void
test_transfer_now (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  g_auto (Asked) asked = { .referral = -1 };

  tandem_call_set_actions (sample_app_first_call (app), &asked_actions, &asked);
  press_key (app, "<Control>t");
  type (app, "5550199");
  g_assert_true (gtk_widget_get_sensitive (view_child (app, "now_button")));
  g_signal_emit_by_name (view_child (app, "now_button"), "clicked");
  g_assert_cmpstr (asked.transferred_to, ==, "5550199");
  g_assert_false (is_open (app));
}

/* A name takes the first match. */
static void
test_transfer_to_match (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  g_auto (Asked) asked = { .referral = -1 };

  tandem_call_set_actions (sample_app_first_call (app), &asked_actions, &asked);
  press_key (app, "<Control>t");
  type (app, "second");
  g_assert_true (
      sample_app_press (view_child (app, "target_entry"), GDK_KEY_Return, GDK_SHIFT_MASK));
  g_assert_cmpstr (asked.transferred_to, ==, "sip:5550103@example.test");
}

static void
test_transfer_refused (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  g_auto (Asked) asked = { .referral = -1, .refuses = TRUE };

  tandem_call_set_actions (sample_app_first_call (app), &asked_actions, &asked);
  press_key (app, "<Control>t");
  type (app, "5550199");
  g_signal_emit_by_name (view_child (app, "now_button"), "clicked");
  g_assert_true (is_open (app));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (view_child (app, "target_hint_label"))), ==,
                   "No such number");
  g_assert_true (
      gtk_revealer_get_reveal_child (GTK_REVEALER (view_child (app, "target_hint_revealer"))));
  type (app, "55501");
  g_assert_false (
      gtk_revealer_get_reveal_child (GTK_REVEALER (view_child (app, "target_hint_revealer"))));
}

static void
test_progress (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("transferring", 820, 680);
  TandemCall *call = sample_app_first_call (app);

  g_assert_true (is_notice_revealed (app));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (notice_child (app, "label"))), ==,
                   tandem_call_get_transfer_text (call));
  g_assert_false (gtk_widget_get_mapped (notice_child (app, "retrieve_button")));
  g_assert_true (gtk_spinner_get_spinning (GTK_SPINNER (notice_child (app, "spinner"))));
  tandem_call_set_transfer (call, TANDEM_TRANSFER_FAILED, g_strdup ("Transfer failed: Busy"));
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_true (gtk_widget_get_mapped (notice_child (app, "retrieve_button")));
  lint_accessibility (GTK_WIDGET (app->window));
  g_signal_emit_by_name (notice_child (app, "retrieve_button"), "clicked");
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_NONE);
}

static void
test_dismiss_failure (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("transfer-failed", 360, 680);
  TandemCall *call = sample_app_first_call (app);

  tandem_window_show_call (app->window, call);
  sample_app_settle (GTK_WIDGET (app->window));
  lint_width (GTK_WIDGET (app->window), 360);
  g_assert_true (is_notice_revealed (app));
  g_signal_emit_by_name (notice_child (app, "dismiss_button"), "clicked");
  g_assert_null (tandem_call_get_transfer_text (call));
  g_assert_false (is_notice_revealed (app));
}

/* Closed with the focus in the list: nothing of the window is kept alive (sample_app_free() sees that). */
static void
test_close_from_list (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("two-calls", 820, 680);

  press_key (app, "<Control>t");
  g_assert_true (sample_app_press (view_child (app, "target_entry"), GDK_KEY_Down, 0));
  g_assert_true (sample_app_press (GTK_WIDGET (app->window), GDK_KEY_Escape, 0));
  g_assert_false (is_open (app));
}

/* Two keys join two calls that are there. */
static void
test_connect_by_keys (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("two-calls", 820, 680);

  press_key (app, "<Control>t");
  g_assert_true (sample_app_press (view_child (app, "target_entry"), GDK_KEY_Down, 0));
  g_assert_false (gtk_widget_get_sensitive (view_child (app, "consult_button")));
  g_signal_emit_by_name (view_child (app, "list_view"), "activate", 0);
  g_assert_cmpuint (n_calls (app), ==, 0);
}

/* --- Consult First ---------------------------------------------------------------------------- */

static void
test_consult (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  TandemCall *first = sample_app_first_call (app);
  TandemCall *second;

  press_key (app, "<Control>t");
  type (app, "5550103");
  g_signal_emit_by_name (view_child (app, "target_entry"), "activate");
  g_assert_cmpuint (n_calls (app), ==, 2);
  second = sample_app_first_call (app);
  g_assert_true (tandem_call_get_consults (second) == first);
  g_assert_cmpint (tandem_call_get_hold (first), ==, TANDEM_HOLD_LOCAL);
  g_assert_true (tandem_window_get_shown_call (app->window) == second);
  g_assert_true (gtk_widget_get_visible (page_child (app, "consult_bar")));
  g_assert_cmpstr (page_text (app, "transfer_label"), ==, "Complete");
}

static void
test_complete (void)
{
  static const char *const ways[] = { "button", "tile", "F6" };

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (SampleApp) app = sample_app_show ("consulting", 820, 680);

      lint_accessibility (GTK_WIDGET (app->window));
      if (i == 0)
        g_signal_emit_by_name (
            sample_app_find_named (page_child (app, "consult_bar"), "complete_button"), "clicked");
      else if (i == 1)
        g_signal_emit_by_name (page_child (app, "transfer_button"), "clicked");
      else
        press_key (app, ways[i]);
      g_assert_cmpuint (n_calls (app), ==, 0);
    }
}

static void
test_swap_while_consulting (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("consulting", 360, 680);
  TandemCall *first = named (app, "Sample Caller One");
  TandemCall *second = named (app, "Sample Second Line");

  tandem_window_show_call (app->window, second);
  sample_app_settle (GTK_WIDGET (app->window));
  lint_width (GTK_WIDGET (app->window), 360);
  g_signal_emit_by_name (sample_app_find_named (page_child (app, "consult_bar"), "swap_button"),
                         "clicked");
  g_assert_true (tandem_window_get_shown_call (app->window) == first);
  g_assert_cmpint (tandem_call_get_hold (second), ==, TANDEM_HOLD_LOCAL);
  /* From the first call it can be completed as well. */
  g_assert_true (gtk_widget_get_visible (page_child (app, "consult_bar")));
  g_assert_cmpstr (page_text (app, "transfer_label"), ==, "Complete");
}

static void
test_back_to_first (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("consulting", 820, 680);
  TandemCall *first = named (app, "Sample Caller One");

  press_key (app, "<Control>b");
  g_assert_cmpuint (n_calls (app), ==, 1);
  g_assert_true (tandem_window_get_shown_call (app->window) == first);
  g_assert_cmpint (tandem_call_get_hold (first), ==, TANDEM_HOLD_NONE);
  g_assert_false (gtk_widget_get_visible (page_child (app, "consult_bar")));
  g_assert_cmpstr (page_text (app, "transfer_label"), ==, "Transfer");
}

/* --- What the far end asks for ---------------------------------------------------------------- */

static void
test_referral (void)
{
  static const char *const buttons[] = { "refuse_button", "follow_button" };

  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      g_autoptr (SampleApp) app = sample_app_show ("referral", 360, 680);
      g_auto (Asked) asked = { .referral = -1 };

      tandem_call_set_actions (sample_app_first_call (app), &asked_actions, &asked);
      tandem_window_show_call (app->window, sample_app_first_call (app));
      sample_app_settle (GTK_WIDGET (app->window));
      g_assert_true (is_notice_revealed (app));
      g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (notice_child (app, "label"))),
                                "\u2066Sample Caller One\u2069 asks you to call"));
      lint_width (GTK_WIDGET (app->window), 360);
      lint_accessibility (GTK_WIDGET (app->window));
      g_signal_emit_by_name (notice_child (app, buttons[i]), "clicked");
      g_assert_cmpint (asked.referral, ==, (int) i);
      g_assert_false (is_notice_revealed (app));
    }
}

/* The key that answers says yes. */
static void
test_referral_by_key (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("referral", 820, 680);
  g_auto (Asked) asked = { .referral = -1 };

  tandem_call_set_actions (sample_app_first_call (app), &asked_actions, &asked);
  press_key (app, "F4");
  g_assert_cmpint (asked.referral, ==, TRUE);
}

/* --- Calls that ring here --------------------------------------------------------------------- */

static void
test_send_on (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("incoming", 360, 680);
  g_auto (Asked) asked = { .referral = -1 };

  tandem_call_set_actions (sample_app_first_call (app), &asked_actions, &asked);
  press_key (app, "<Control><Shift>s");
  g_assert_true (is_open (app));
  g_assert_false (gtk_widget_get_mapped (view_child (app, "consult_button")));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (view_child (app, "now_button"))), ==,
                   "_Send There");
  lint_width (GTK_WIDGET (app->window), 360);
  lint_accessibility (GTK_WIDGET (app->window));
  type (app, "5550103");
  g_signal_emit_by_name (view_child (app, "target_entry"), "activate");
  g_assert_cmpstr (asked.redirected_to, ==, "5550103");
  g_assert_cmpuint (n_calls (app), ==, 0);
}

/* From the small window, whose menu the row and the page have too. */
static void
test_send_on_from_window (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("incoming", 820, 680);
  TandemCall *call = sample_app_first_call (app);

  g_action_group_activate_action (G_ACTION_GROUP (app->application), "send-to",
                                  g_variant_new_string (tandem_call_get_id (call)));
  g_assert_true (is_open (app));
  g_assert_true (tandem_window_get_shown_call (app->window) == call);
  /* One that is gone meanwhile is no reason to complain. */
  g_action_group_activate_action (G_ACTION_GROUP (app->application), "send-to",
                                  g_variant_new_string ("gone"));
}

/* When it is answered meanwhile, there is nothing to send on. */
static void
test_answered_meanwhile (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("incoming", 820, 680);

  press_key (app, "<Control><Shift>s");
  g_assert_true (is_open (app));
  tandem_call_hang_up (sample_app_first_call (app), NULL);
  g_assert_false (is_open (app));
}

static void
test_auto_answer (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("auto-answer", 820, 680);
  TandemCall *call = sample_app_first_call (app);
  GtkWidget *window, *label;

  g_assert_cmpstr (page_text (app, "state_label"), ==, "Answered automatically in 3 seconds");
  window = GTK_WIDGET (tandem_incoming_window_new (GTK_APPLICATION (app->application), call));
  tandem_incoming_window_show (TANDEM_INCOMING_WINDOW (window));
  label = sample_app_find_named (window, "auto_answer_label");
  g_assert_true (gtk_widget_get_visible (label));
  tandem_call_set_auto_answer_in (call, 1000);
  g_assert_cmpstr (page_text (app, "state_label"), ==, "Answered automatically in 1 second");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==,
                   "Answered automatically in 1 second");
  lint_accessibility (window);
  tandem_call_set_auto_answer_in (call, -1);
  g_assert_cmpstr (page_text (app, "state_label"), ==, tandem_call_get_status_text (call));
  g_assert_false (gtk_widget_get_visible (label));
}

/* --- Colleagues ------------------------------------------------------------------------------- */

static GtkWidget *
colleague_child (SampleApp *app, const char *id)
{
  GtkWidget *widget = sample_app_find_named (sample_app_child (app, "colleagues_page"), id);

  g_assert_nonnull (widget);
  return widget;
}

static void
test_colleagues (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("colleagues", 360, 680);
  GtkWidget *row;

  press_key (app, "<Control><Shift>c");
  g_assert_true (gtk_widget_get_mapped (sample_app_child (app, "colleagues_page")));
  lint_width (GTK_WIDGET (app->window), 360);
  lint_accessibility (GTK_WIDGET (app->window));
  row = sample_app_find (sample_app_child (app, "colleagues_page"), TANDEM_TYPE_COLLEAGUE_ROW,
                         NULL);
  g_assert_nonnull (row);
  g_assert_false (gtk_widget_get_mapped (sample_app_find_named (row, "pick_up_button")));

  gtk_editable_set_text (GTK_EDITABLE (colleague_child (app, "colleague_entry")), "agent two");
  g_signal_emit_by_name (colleague_child (app, "colleague_entry"), "search-changed");
  sample_app_settle (GTK_WIDGET (app->window));
  row = sample_app_find (sample_app_child (app, "colleagues_page"), TANDEM_TYPE_COLLEAGUE_ROW,
                         NULL);
  g_assert_cmpstr (
      gtk_label_get_text (GTK_LABEL (sample_app_find_named (row, "colleague_name_label"))), ==,
      "Sample Agent Two");
  g_assert_true (gtk_widget_get_mapped (sample_app_find_named (row, "pick_up_button")));
  gtk_test_accessible_assert_property (
      GTK_ACCESSIBLE (sample_app_find_named (row, "pick_up_button")), GTK_ACCESSIBLE_PROPERTY_LABEL,
      "Pick up the call of Sample Agent Two");
  press_key (app, "<Control><Shift>c");
  g_assert_false (gtk_widget_get_mapped (sample_app_child (app, "colleagues_page")));
}

static void
test_call_colleague (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("colleagues", 820, 680);

  press_key (app, "<Control><Shift>c");
  g_signal_emit_by_name (colleague_child (app, "view"), "activate", 0);
  g_assert_cmpuint (n_calls (app), ==, 1);
  g_assert_cmpstr (tandem_call_get_peer_uri (sample_app_first_call (app)), ==,
                   "sip:5550103@example.test");
  /* The call is what is in view now. */
  g_assert_true (tandem_window_get_shown_call (app->window) == sample_app_first_call (app));
  g_assert_false (gtk_widget_get_mapped (sample_app_child (app, "colleagues_page")));
}

static guint
count_rows (GtkWidget *root)
{
  guint n = TANDEM_IS_COLLEAGUE_ROW (root) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_rows (child);
  return n;
}

/* Widgets are there for what is seen, and the transfer looks through all of them. */
static void
test_ten_thousand (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("active", 820, 680);
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func (g_object_unref);
  GListStore *store = G_LIST_STORE (
      tandem_colleague_list_get_model (tandem_phone_get_colleague_list (app->phone)));
  gint64 before, took;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *address = g_strdup_printf ("%u", 20000 + i);
      g_autofree char *uri = g_strdup_printf ("sip:%s@example.test", address);
      g_autofree char *name = g_strdup_printf ("Sample Colleague %u", i);

      g_ptr_array_add (many, tandem_colleague_new (address, uri, name));
    }
  g_list_store_splice (store, 0, 0, many->pdata, many->len);

  press_key (app, "<Control><Shift>c");
  g_assert_cmpuint (count_rows (sample_app_child (app, "colleagues_page")), <, 500);
  gtk_widget_activate_action (colleague_child (app, "view"), "list.scroll-to-item", "u", 9999);
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_cmpuint (count_rows (sample_app_child (app, "colleagues_page")), <, 500);
  press_key (app, "<Control><Shift>c");

  press_key (app, "<Control>t");
  before = g_get_monotonic_time ();
  type (app, "colleague 9999");
  took = g_get_monotonic_time () - before;
  g_assert_cmpuint (g_list_model_get_n_items (targets (app)), ==, 1);
  g_test_message ("search among 10,000 took %" G_GINT64_FORMAT " ms", took / 1000);
  g_assert_cmpint (took, <, G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE,
                "gtk-decoration-layout", ":close", NULL);

  g_test_add_func ("/transfer/open", test_open);
  g_test_add_func ("/transfer/who-is-found", test_who_is_found);
  g_test_add_func ("/transfer/live-state", test_live_state);
  g_test_add_func ("/transfer/now", test_transfer_now);
  g_test_add_func ("/transfer/to-match", test_transfer_to_match);
  g_test_add_func ("/transfer/refused", test_transfer_refused);
  g_test_add_func ("/transfer/progress", test_progress);
  g_test_add_func ("/transfer/dismiss-failure", test_dismiss_failure);
  g_test_add_func ("/transfer/close-from-list", test_close_from_list);
  g_test_add_func ("/transfer/connect-by-keys", test_connect_by_keys);
  g_test_add_func ("/consult/first", test_consult);
  g_test_add_func ("/consult/complete", test_complete);
  g_test_add_func ("/consult/swap", test_swap_while_consulting);
  g_test_add_func ("/consult/back-to-first", test_back_to_first);
  g_test_add_func ("/referral/buttons", test_referral);
  g_test_add_func ("/referral/key", test_referral_by_key);
  g_test_add_func ("/ringing/send-on", test_send_on);
  g_test_add_func ("/ringing/send-on-from-window", test_send_on_from_window);
  g_test_add_func ("/ringing/answered-meanwhile", test_answered_meanwhile);
  g_test_add_func ("/ringing/auto-answer", test_auto_answer);
  g_test_add_func ("/colleagues/list", test_colleagues);
  g_test_add_func ("/colleagues/call", test_call_colleague);
  g_test_add_func ("/colleagues/ten-thousand", test_ten_thousand);
  return g_test_run ();
}
