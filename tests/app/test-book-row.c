/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "book-row.h"
#include "dav-server.h"
#include "fake-secrets.h"
#include "sample-app.h"
#include "secrets.h"

#include <string.h>

/* The address book of a server, as the preferences tell of it: read, refused, gone. */

static const char *
get_words (GtkWidget *row)
{
  return adw_action_row_get_subtitle (ADW_ACTION_ROW (row));
}

static gboolean
is_shown (gpointer row)
{
  return gtk_widget_get_visible (row);
}

static gboolean
is_hidden (gpointer row)
{
  return !gtk_widget_get_visible (row);
}

static gboolean
was_read (gpointer row)
{
  return strchr (get_words (row), ':') != NULL && !gtk_widget_has_css_class (row, "error");
}

static gboolean
has_failed (gpointer row)
{
  return gtk_widget_has_css_class (row, "error");
}

static gboolean
is_stored (gpointer stored)
{
  return *(gboolean *) stored;
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  tandem_secrets_store_finish (result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
store_password (const char *url, const char *password)
{
  g_autofree char *realm = tandem_book_get_realm (url);
  gboolean stored = FALSE;

  tandem_secrets_store_async ("agent", realm, password, NULL, on_stored, &stored);
  sample_app_wait (is_stored, &stored);
}

static void
test_row (void)
{
  TandemConfiguration *configuration = tandem_configuration_new ();
  GSettings *settings = tandem_configuration_get_settings (configuration, "directory");
  TandemBook *book = tandem_book_new (configuration);
  GtkWidget *row = g_object_ref_sink (tandem_book_row_new (book, configuration));
  GtkWidget *button = adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row));
  DavServer *server = dav_server_new (FALSE);

  g_assert_false (gtk_widget_get_visible (row));
  dav_server_put_person (server, "one", "5550101");
  g_settings_set_string (settings, "carddav-url", server->url);
  g_settings_set_string (settings, "carddav-user", "agent");
  sample_app_wait (is_shown, row);
  g_assert_cmpstr (get_words (row), ==, "Not yet");

  store_password (server->url, "wrong");
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (get_words (row), ==, "Reading…");
  g_assert_false (gtk_widget_get_sensitive (button));
  sample_app_wait (has_failed, row);
  g_assert_true (gtk_widget_get_sensitive (button));
  g_assert_nonnull (strstr (get_words (row), "not synchronised"));

  store_password (server->url, "sample-password");
  g_signal_emit_by_name (button, "clicked");
  g_assert_false (has_failed (row));
  sample_app_wait (was_read, row);

  g_settings_reset (settings, "carddav-user");
  g_settings_reset (settings, "carddav-url");
  sample_app_wait (is_hidden, row);
  g_object_unref (row);
  g_assert_finalize_object (book);
  g_assert_finalize_object (configuration);
  dav_server_free (server);
}

int
main (int argc, char **argv)
{
  FakeSecrets *secrets;
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  secrets = fake_secrets_new (g_getenv ("DBUS_SESSION_BUS_ADDRESS"), FALSE);
  g_test_add_func ("/book-row", test_row);
  result = g_test_run ();
  fake_secrets_free (secrets);
  return result;
}
