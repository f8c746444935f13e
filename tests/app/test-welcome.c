/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "lint.h"
#include "sample-app.h"

static GtkWidget *
child (SampleApp *app, const char *id)
{
  GtkWidget *widget = sample_app_find_named (GTK_WIDGET (app->window), id);

  if (widget == NULL)
    g_error ("no widget %s", id);
  return widget;
}

static SampleApp *
show (int width)
{
  SampleApp *app = sample_app_new ("welcome");

  gtk_window_set_default_size (GTK_WINDOW (app->window), width, 720);
  gtk_window_present (GTK_WINDOW (app->window));
  sample_app_settle (GTK_WIDGET (app->window));
  return app;
}

static void
type (SampleApp *app, const char *id, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (child (app, id)), text);
}

static void
on_account_entered (GtkWidget *page, const char *password, char **taken)
{
  g_free (*taken);
  *taken = g_strdup (password);
}

static void
test_three_ways (void)
{
  static const int widths[] = { 360, 820 };

  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      g_autoptr (SampleApp) app = show (widths[i]);

      g_assert_true (gtk_widget_get_mapped (child (app, "account_row")));
      g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (child (app, "file_row"))),
                       ==, "app.open-configuration");
      g_assert_cmpstr (
          gtk_actionable_get_action_name (GTK_ACTIONABLE (child (app, "practice_row"))), ==,
          "app.practice");
      g_assert_true (gtk_widget_is_sensitive (child (app, "practice_row")));
      lint_accessibility (GTK_WIDGET (app->window));
      lint_width (GTK_WIDGET (app->window), widths[i]);
    }
}

static void
test_form (void)
{
  g_autoptr (SampleApp) app = show (360);
  GSettings *account = tandem_configuration_get_settings (app->configuration, "account");
  GSettings *servers = tandem_configuration_get_settings (app->configuration, "servers");
  GtkWidget *page = gtk_widget_get_ancestor (child (app, "account_row"),
                                             g_type_from_name ("TandemWelcomePage"));
  GtkWidget *connect = child (app, "connect_button");
  g_autofree char *password = NULL;
  g_autofree char *user = NULL;
  g_autofree char *server = NULL;
  g_autofree char *transport = NULL;

  g_signal_connect (page, "account-entered", G_CALLBACK (on_account_entered), &password);
  gtk_widget_activate (child (app, "account_row"));
  sample_app_settle (GTK_WIDGET (app->window));
  sample_app_wait_mapped (connect);
  lint_accessibility (GTK_WIDGET (app->window));
  lint_width (GTK_WIDGET (app->window), 360);

  g_assert_false (gtk_widget_get_sensitive (connect));
  type (app, "user_row", "10 02");
  type (app, "server_row", "proxy.example.test");
  g_assert_false (gtk_widget_get_sensitive (connect));
  g_assert_true (gtk_widget_has_css_class (child (app, "user_row"), "error"));

  /* Enter does not send what is not right. */
  g_signal_emit_by_name (child (app, "user_row"), "entry-activated");
  g_assert_null (password);

  type (app, "user_row", " 1002");
  g_assert_false (gtk_widget_get_sensitive (connect));
  type (app, "user_row", "1002");
  g_assert_true (gtk_widget_get_sensitive (connect));
  type (app, "password_row", "a sample secret");
  adw_combo_row_set_selected (ADW_COMBO_ROW (child (app, "transport_row")), 1);
  g_signal_emit_by_name (connect, "clicked");

  g_assert_cmpstr (password, ==, "a sample secret");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (child (app, "password_row"))), ==, "");
  user = g_settings_get_string (account, "user");
  server = g_settings_get_string (servers, "server");
  transport = g_settings_get_string (servers, "transport");
  g_assert_cmpstr (user, ==, "1002");
  g_assert_cmpstr (server, ==, "proxy.example.test");
  g_assert_cmpstr (transport, ==, "tcp");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE,
                "gtk-decoration-layout", ":close", NULL);

  g_test_add_func ("/welcome/three-ways", test_three_ways);
  g_test_add_func ("/welcome/form", test_form);
  return g_test_run ();
}
