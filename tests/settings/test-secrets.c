/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "configuration.h"
#include "secrets.h"

#include "fake-secrets.h"
#include "private-bus.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <string.h>

/* Passwords with a secret service, without one, with one that cannot be started and with one that
 * hangs. Each case on a bus of its own, in a process of its own: connections to the session bus are
 * kept for the life of a process. */

typedef struct
{
  gboolean done;
  gboolean good;
  char *password;
  GError *error;
} Outcome;

static gboolean
on_deadline (gpointer data)
{
  g_error ("no answer in time");
  return G_SOURCE_REMOVE;
}

static void
wait_for (Outcome *outcome)
{
  guint deadline = g_timeout_add_seconds (20, on_deadline, NULL);

  while (!outcome->done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->password = tandem_secrets_lookup_finish (result, &outcome->error);
  outcome->done = TRUE;
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->good = tandem_secrets_store_finish (result, &outcome->error);
  outcome->done = TRUE;
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->good = tandem_secrets_clear_finish (result, &outcome->error);
  outcome->done = TRUE;
}

/* Looks up, stores and clears: none works, each says that no service runs, within limit seconds. */
static void
assert_no_service (double limit)
{
  for (guint i = 0; i < 3; i++)
    {
      Outcome outcome = { 0 };
      gint64 begin = g_get_monotonic_time ();

      if (i == 0)
        tandem_secrets_lookup_async ("1002", "example.test", NULL, on_looked_up, &outcome);
      else if (i == 1)
        tandem_secrets_store_async ("1002", "example.test", "hush", NULL, on_stored, &outcome);
      else
        tandem_secrets_clear_async ("1002", "example.test", NULL, on_cleared, &outcome);
      g_assert_false (outcome.done);
      wait_for (&outcome);
      g_assert_error (outcome.error, TANDEM_SECRETS_ERROR, TANDEM_SECRETS_ERROR_NO_SERVICE);
      g_assert_null (strstr (outcome.error->message, "hush"));
      g_assert_null (outcome.password);
      g_assert_false (outcome.good);
      g_assert_cmpfloat ((double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC, <, limit);
      g_clear_error (&outcome.error);
    }
}

static gboolean
in_process_of_its_own (void)
{
  if (g_test_subprocess ())
    return TRUE;
  g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  return FALSE;
}

/* The shared connection would take the process along with its bus. */
static void
keep_alive (void)
{
  g_autoptr (GDBusConnection) shared = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  if (shared != NULL)
    g_dbus_connection_set_exit_on_close (shared, FALSE);
}

static void
test_no_bus (void)
{
  if (!in_process_of_its_own ())
    return;
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  assert_no_service (2);
}

static void
test_no_service (void)
{
  PrivateBus *bus;

  if (!in_process_of_its_own ())
    return;
  bus = private_bus_new (NULL);
  keep_alive ();
  assert_no_service (2);
  private_bus_free (bus);
}

static void
test_activation_fails (void)
{
  g_autofree char *directory = NULL;
  g_autofree char *path = NULL;
  PrivateBus *bus;

  if (!in_process_of_its_own ())
    return;
  directory = g_dir_make_tmp ("tandem-XXXXXX", NULL);
  path = g_build_filename (directory, "org.freedesktop.secrets.service", NULL);
  g_assert_true (g_file_set_contents (
      path, "[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/false\n", -1, NULL));
  bus = private_bus_new (directory);
  keep_alive ();
  assert_no_service (4);
  private_bus_free (bus);
  g_unlink (path);
  g_rmdir (directory);
}

static void
test_hanging (void)
{
  PrivateBus *bus;
  FakeSecrets *fake;

  if (!in_process_of_its_own ())
    return;
  bus = private_bus_new (NULL);
  keep_alive ();
  fake = fake_secrets_new (private_bus_get_address (bus), TRUE);
  assert_no_service (6);
  fake_secrets_free (fake);
  private_bus_free (bus);
}

static void
look_up (const char *domain, const char *wanted)
{
  Outcome outcome = { 0 };

  tandem_secrets_lookup_async ("1002", domain, NULL, on_looked_up, &outcome);
  wait_for (&outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (outcome.password, ==, wanted);
  tandem_password_free (outcome.password);
}

static void
test_service (void)
{
  Outcome outcome = { 0 };
  PrivateBus *bus;
  FakeSecrets *fake;

  if (!in_process_of_its_own ())
    return;
  bus = private_bus_new (NULL);
  keep_alive ();
  fake = fake_secrets_new (private_bus_get_address (bus), FALSE);

  look_up ("example.test", NULL);
  tandem_secrets_store_async ("1002", "example.test", "hush ✓", NULL, on_stored, &outcome);
  wait_for (&outcome);
  g_assert_no_error (outcome.error);
  g_assert_true (outcome.good);
  g_assert_cmpuint (fake_secrets_get_n_items (fake), ==, 1);
  look_up ("example.test", "hush ✓");
  look_up ("other.example.test", NULL);

  for (guint i = 0; i < 2; i++)
    {
      memset (&outcome, 0, sizeof outcome);
      tandem_secrets_clear_async ("1002", "example.test", NULL, on_cleared, &outcome);
      wait_for (&outcome);
      g_assert_no_error (outcome.error);
      g_assert_cmpuint (fake_secrets_get_n_items (fake), ==, 0);
    }
  fake_secrets_free (fake);
  private_bus_free (bus);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) before = NULL;
  g_autoptr (GCancellable) during = NULL;
  Outcome outcome = { 0 };
  PrivateBus *bus;
  FakeSecrets *fake;

  if (!in_process_of_its_own ())
    return;
  bus = private_bus_new (NULL);
  keep_alive ();
  fake = fake_secrets_new (private_bus_get_address (bus), TRUE);
  before = g_cancellable_new ();
  g_cancellable_cancel (before);
  tandem_secrets_lookup_async ("1002", "example.test", before, on_looked_up, &outcome);
  wait_for (&outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&outcome.error);

  during = g_cancellable_new ();
  outcome.done = FALSE;
  tandem_secrets_lookup_async ("1002", "example.test", during, on_looked_up, &outcome);
  g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (during);
  wait_for (&outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&outcome.error);
  fake_secrets_free (fake);
  private_bus_free (bus);
}

/* The welcome page's import puts the file's password into the secret service. */
static void
test_import (void)
{
  g_autofree char *path = NULL;
  g_autoptr (TandemConfiguration) configuration = NULL;
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (GError) error = NULL;
  guint deadline;
  PrivateBus *bus;
  FakeSecrets *fake;

  if (!in_process_of_its_own ())
    return;
  bus = private_bus_new (NULL);
  keep_alive ();
  fake = fake_secrets_new (private_bus_get_address (bus), FALSE);
  path = g_test_build_filename (G_TEST_DIST, "data", "complete.config", NULL);
  configuration = tandem_configuration_new ();
  tandem_configuration_import_file (configuration, path, &error);
  g_assert_no_error (error);
  accounts = tandem_configuration_get_accounts (configuration);
  g_assert_cmpstr (((TandemAccountSettings *) accounts->pdata[0])->password, ==, "secret");

  deadline = g_timeout_add_seconds (20, on_deadline, NULL);
  while (fake_secrets_get_n_items (fake) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  look_up ("sip.example.test", "secret");
  fake_secrets_free (fake);
  private_bus_free (bus);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secrets/no-bus", test_no_bus);
  g_test_add_func ("/secrets/no-service", test_no_service);
  g_test_add_func ("/secrets/activation-fails", test_activation_fails);
  g_test_add_func ("/secrets/hanging", test_hanging);
  g_test_add_func ("/secrets/service", test_service);
  g_test_add_func ("/secrets/cancelled", test_cancelled);
  g_test_add_func ("/secrets/import", test_import);
  return g_test_run ();
}
