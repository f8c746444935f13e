/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "account-private.h"
#include "banner.h"
#include "lint.h"
#include "phone-private.h"
#include "proxy-private.h"
#include "readiness.h"
#include "sample-app.h"

/* What the window says of accounts, proxies and the voice mail. */

#define NUMBER(text) "\xe2\x81\xa6" text "\xe2\x81\xa9"

static const char *
text_of (SampleApp *app, const char *id)
{
  return gtk_label_get_text (GTK_LABEL (sample_app_child (app, id)));
}

static GtkWidget *
nth_proxy_row (SampleApp *app, int n)
{
  GtkListBox *list = GTK_LIST_BOX (sample_app_child (app, "proxies_list"));

  return GTK_WIDGET (gtk_list_box_get_row_at_index (list, n));
}

static void
test_lines (void)
{
  static const struct
  {
    const char *scene;
    const char *title;
    const char *detail;
  } lines[] = {
    { "idle", "Ready", "All 3 proxies available" },
    { "active", "Ready, on backup proxy " NUMBER ("192.0.2.12:5060"), "1 of 3 proxies set aside" },
    { "failover", "Reconnecting…", NULL },
    { "offline", "Calls may not reach you", "Next try in 0:12." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (SampleApp) app = sample_app_show (lines[i].scene, 820, 680);

      tandem_window_open_status (app->window);
      sample_app_settle (GTK_WIDGET (app->window));
      g_assert_cmpstr (text_of (app, "ready_label"), ==, lines[i].title);
      if (lines[i].detail != NULL
          && strstr (gtk_label_get_text (GTK_LABEL (sample_app_find_named (
                         sample_app_child (app, "sections"), "detail_label"))),
                     lines[i].detail)
                 == NULL)
        g_error ("%s: no “%s”", lines[i].scene, lines[i].detail);
      lint_accessibility (sample_app_child (app, "status_strip"));
    }
}

static void
test_prefer (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("idle", 820, 680);
  GListModel *proxies = tandem_account_get_proxies (tandem_phone_get_account (app->phone));
  g_autoptr (TandemProxy) third = g_list_model_get_item (proxies, 2);
  GtkWidget *button;

  tandem_window_open_status (app->window);
  sample_app_settle (GTK_WIDGET (app->window));
  button = sample_app_find_named (nth_proxy_row (app, 2), "prefer_button");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Prefer " NUMBER ("192.0.2.13:5060"));
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)));
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (tandem_proxy_is_preferred (third));
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)));
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_PRESSED,
                                    GTK_ACCESSIBLE_TRISTATE_TRUE);
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (
                                sample_app_find_named (nth_proxy_row (app, 2), "detail_label"))),
                            "Preferred"));
  /* Not the wanted one is in use, and that is said. */
  g_assert_cmpstr (text_of (app, "ready_label"), ==,
                   "Ready, on backup proxy " NUMBER ("192.0.2.11:5060"));

  g_signal_emit_by_name (button, "clicked");
  g_assert_false (tandem_proxy_is_preferred (third));
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)));
  g_assert_cmpstr (text_of (app, "ready_label"), ==, "Ready");
}

static void
test_round_trips (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("idle", 360, 720);

  tandem_window_open_status (app->window);
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_nonnull (sample_app_find (GTK_WIDGET (app->window), GTK_TYPE_LABEL, "In use · 1.8 ms"));
  g_assert_nonnull (sample_app_find (GTK_WIDGET (app->window), GTK_TYPE_LABEL, "Standby · 2.4 ms"));
  g_assert_cmpint (gtk_widget_get_width (sample_app_child (app, "sections")), <=, 330);
}

static TandemAccount *
add_account (SampleApp *app, TandemSipRegistrationState state)
{
  g_autoptr (TandemAccount) account = tandem_account_new ("1");
  TandemAccountSettings settings = {
    .id = (char *) "1",
    .user = (char *) "1002",
    .display_name = (char *) "Sample Agent",
    .domain = (char *) "second.example.test",
    .server = (char *) "second.example.test",
    .transport = (char *) "tcp",
    .expires = 1800,
    .reg_interval = 30,
  };
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_REGISTRATION };

  event.registration = state;
  event.text = (char *) "timeout";
  tandem_account_configure (account, &settings, TRUE);
  tandem_account_handle_event (account, &event);
  tandem_phone_add_account (app->phone, account);
  return account;
}

static const char *
strip_text (SampleApp *app, const char *id)
{
  return gtk_label_get_text (
      GTK_LABEL (sample_app_find_named (sample_app_child (app, "status_strip"), id)));
}

/* With two accounts the line tells of the one that can take calls, and names the other's trouble. */
static void
test_two_accounts (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("offline", 820, 680);
  TandemAccount *second;
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_REGISTRATION };

  g_assert_true (tandem_banner_is_revealed (TANDEM_BANNER (sample_app_child (app, "side_banner"))));
  second = add_account (app, TANDEM_SIP_REGISTRATION_REGISTERED);
  g_assert_cmpstr (strip_text (app, "title_label"), ==, "Registered");
  g_assert_cmpstr (strip_text (app, "subtitle_label"), ==,
                   NUMBER ("1002@example.test") ": Not registered");
  g_assert_false (
      tandem_banner_is_revealed (TANDEM_BANNER (sample_app_child (app, "side_banner"))));
  tandem_window_open_status (app->window);
  sample_app_settle (GTK_WIDGET (app->window));
  g_assert_nonnull (sample_app_find (GTK_WIDGET (app->window), GTK_TYPE_LABEL,
                                     NUMBER ("1002@second.example.test")));
  g_assert_nonnull (
      sample_app_find (GTK_WIDGET (app->window), GTK_TYPE_LABEL, NUMBER ("1002@example.test")));

  event.registration = TANDEM_SIP_REGISTRATION_WAITING;
  event.text = (char *) "timeout";
  tandem_account_handle_event (second, &event);
  g_assert_cmpstr (strip_text (app, "title_label"), ==, "Not registered");
  g_assert_true (tandem_banner_is_revealed (TANDEM_BANNER (sample_app_child (app, "side_banner"))));
}

static void
test_two_ready (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("idle", 820, 680);

  add_account (app, TANDEM_SIP_REGISTRATION_REGISTERED);
  g_assert_cmpstr (strip_text (app, "title_label"), ==, "Registered via " NUMBER ("192.0.2.11"));
  g_assert_cmpstr (strip_text (app, "subtitle_label"), ==, "All 2 connections are ready");
}

static void
give_mailbox (TandemAccount *account, gboolean known, gboolean waiting, guint n, const char *uri)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_MAILBOX };

  event.mailbox_known = known;
  event.mailbox_waiting = waiting;
  event.mailbox_new = n;
  event.mailbox_uri = (char *) uri;
  tandem_account_handle_event (account, &event);
}

static void
test_mailbox (void)
{
  g_autoptr (SampleApp) none = sample_app_show ("idle", 360, 720);
  g_autoptr (SampleApp) app = sample_app_show ("mailbox", 360, 720);
  TandemAccount *account = tandem_phone_get_account (app->phone);
  GtkWidget *lamp = sample_app_child (app, "mailbox_button");
  GtkWidget *button = sample_app_find_named (lamp, "button");
  GtkWidget *count = sample_app_find_named (lamp, "count_label");

  g_assert_false (gtk_widget_get_visible (sample_app_child (none, "mailbox_button")));

  g_assert_true (gtk_widget_get_mapped (button));
  g_assert_true (gtk_widget_get_mapped (count));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (count)), ==, "2");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Call voice mail: 2 new voice messages");
  lint_accessibility (GTK_WIDGET (app->window));
  lint_width (GTK_WIDGET (app->window), 360);

  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (tandem_call_get_peer_uri (sample_app_first_call (app)), ==,
                   "sip:5550199@example.test");

  /* Some wait, and the server does not say how many, nor where. */
  give_mailbox (account, TRUE, TRUE, 0, NULL);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (count)), ==, "");
  g_assert_true (gtk_widget_get_visible (count));
  g_assert_false (gtk_widget_get_sensitive (button));
  /* Read: it can still be called, and the lamp is off. */
  give_mailbox (account, TRUE, FALSE, 0, "sip:5550199@example.test");
  g_assert_true (gtk_widget_get_sensitive (button));
  g_assert_false (gtk_widget_get_visible (count));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Call voice mail: no new messages");
  give_mailbox (account, FALSE, FALSE, 0, NULL);
  g_assert_false (gtk_widget_get_visible (lamp));
}

static void
test_mailbox_by_key (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("mailbox", 820, 680);
  g_auto (GStrv) actions = gtk_application_get_actions_for_accel (
      GTK_APPLICATION (app->application), "<Control><Shift>v");

  g_assert_cmpstr (actions[0], ==, "app.call-mailbox");
  g_action_group_activate_action (G_ACTION_GROUP (app->application), "call-mailbox", NULL);
  g_assert_cmpstr (tandem_call_get_peer_uri (sample_app_first_call (app)), ==,
                   "sip:5550199@example.test");
}

/* A second account's messages are dialled at the second account's voice mail. */
static void
test_mailbox_of_second (void)
{
  g_autoptr (SampleApp) app = sample_app_show ("idle", 820, 680);
  TandemAccount *second = add_account (app, TANDEM_SIP_REGISTRATION_REGISTERED);

  give_mailbox (tandem_phone_get_account (app->phone), TRUE, FALSE, 0, "sip:1@example.test");
  give_mailbox (second, TRUE, TRUE, 7, "sip:2@second.example.test");
  g_signal_emit_by_name (sample_app_find_named (sample_app_child (app, "mailbox_button"), "button"),
                         "clicked");
  g_assert_cmpstr (tandem_call_get_peer_uri (sample_app_first_call (app)), ==,
                   "sip:2@second.example.test");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE,
                "gtk-decoration-layout", ":close", NULL);

  g_test_add_func ("/status/lines", test_lines);
  g_test_add_func ("/status/prefer", test_prefer);
  g_test_add_func ("/status/round-trips", test_round_trips);
  g_test_add_func ("/status/two-accounts", test_two_accounts);
  g_test_add_func ("/status/two-ready", test_two_ready);
  g_test_add_func ("/mailbox/lamp", test_mailbox);
  g_test_add_func ("/mailbox/by-key", test_mailbox_by_key);
  g_test_add_func ("/mailbox/second-account", test_mailbox_of_second);
  return g_test_run ();
}
