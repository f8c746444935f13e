/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host.h"

#include "private-bus.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <string.h>

/* What a program with a window is asked to do, and when it ends. Each case in a process of its own
 * with a bus of its own: an application is registered once in a process. */

typedef struct
{
  TandemHost *host;
  GString *log;
  gboolean quit_when_presented;
} Program;

static void
on_ready (TandemHost *host, Program *program)
{
  g_assert_nonnull (tandem_host_get_phone (host));
  g_assert_nonnull (tandem_host_get_configuration (host));
  g_string_append (program->log, "ready ");
  if (tandem_host_is_background (host))
    {
      g_string_append (program->log, "background ");
      tandem_host_quit (host);
    }
}

static void
on_present (TandemActions *actions, Program *program)
{
  g_string_append (program->log, "present ");
  if (program->quit_when_presented)
    tandem_host_quit (program->host);
}

static void
on_fill_entry (TandemActions *actions, const char *text, Program *program)
{
  g_string_append_printf (program->log, "fill:%s ", text);
}

static void
on_failed (TandemActions *actions, const char *message, Program *program)
{
  g_string_append (program->log, "failed ");
}

static void
on_stopping (TandemHost *host, Program *program)
{
  g_string_append (program->log, "stopping ");
}

/* Runs the program to its end and compares what happened. arguments: NULL-terminated. */
static void
run (gboolean quit_when_presented, int wanted_status, const char *wanted_log, ...)
{
  g_autoptr (GApplication) application
      = g_application_new ("org.tandemphone.Tandem.Test", TANDEM_HOST_APPLICATION_FLAGS);
  g_autoptr (TandemHost) host = tandem_host_new (application, TRUE);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Program program = { host, log, quit_when_presented };
  TandemActions *actions = tandem_host_get_actions (host);
  va_list list;
  int status;

  g_signal_connect (host, "ready", G_CALLBACK (on_ready), &program);
  g_signal_connect (host, "stopping", G_CALLBACK (on_stopping), &program);
  g_signal_connect (actions, "present", G_CALLBACK (on_present), &program);
  g_signal_connect (actions, "fill-entry", G_CALLBACK (on_fill_entry), &program);
  g_signal_connect (actions, "failed", G_CALLBACK (on_failed), &program);

  g_ptr_array_add (arguments, (gpointer) "tandem");
  va_start (list, wanted_log);
  for (char *argument = va_arg (list, char *); argument != NULL; argument = va_arg (list, char *))
    g_ptr_array_add (arguments, argument);
  va_end (list);
  g_ptr_array_add (arguments, NULL);
  status = tandem_host_run (host, (int) arguments->len - 1, (char **) arguments->pdata);
  g_assert_cmpstr (log->str, ==, wanted_log);
  g_assert_cmpint (status, ==, wanted_status);
}

/* A bus, a home, and settings that keep to loopback; TRUE in the process that has them. */
static gboolean
in_process_of_its_own (PrivateBus **bus, char **directory, char **config)
{
  static const char text[] = "<c><domain name='tandem'><section name='sip'>"
                             "<setting name='bind_address' value='127.4.2.1'/></section></domain>"
                             "</c>";

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return FALSE;
    }
  *directory = g_dir_make_tmp ("tandem-host-XXXXXX", NULL);
  *config = g_build_filename (*directory, "phone.config", NULL);
  g_assert_true (g_file_set_contents (*config, text, -1, NULL));
  g_setenv ("HOME", *directory, TRUE);
  g_setenv ("XDG_DATA_HOME", *directory, TRUE);
  g_setenv ("XDG_STATE_HOME", *directory, TRUE);
  g_setenv ("XDG_CACHE_HOME", *directory, TRUE);
  *bus = private_bus_new (NULL);
  {
    g_autoptr (GDBusConnection) shared = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

    g_dbus_connection_set_exit_on_close (shared, FALSE);
  }
  return TRUE;
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);

  if (dir != NULL)
    {
      for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          remove_tree (child);
        }
      g_dir_close (dir);
    }
  g_remove (path);
}

static void
clean (PrivateBus *bus, char *directory, char *config)
{
  private_bus_free (bus);
  remove_tree (directory);
  g_free (directory);
  g_free (config);
}

#define CASE(name, quit, status, log, ...)                                                         \
  static void test_##name (void)                                                                   \
  {                                                                                                \
    PrivateBus *bus;                                                                               \
    char *directory;                                                                               \
    char *config;                                                                                  \
                                                                                                   \
    if (!in_process_of_its_own (&bus, &directory, &config))                                        \
      return;                                                                                      \
    run (quit, status, log, __VA_ARGS__, NULL);                                                    \
    clean (bus, directory, config);                                                                \
  }

CASE (window, TRUE, 0, "ready present stopping ", "--config", config, "--audio", "test")
CASE (link, TRUE, 0, "ready fill:200 present stopping ", "--config", config, "tel:200")
CASE (background, TRUE, 0, "ready background stopping ", "--config", config, "--background")
/* No window and nothing else holds the application: the end, and the phone is stopped all the same. */
CASE (last_window, FALSE, 0, "ready present stopping ", "--config", config)
CASE (bad_config, FALSE, 1, "stopping ", "--config", "/nonexistent/phone.config")
/* A window that holds the application would stay, with the reason in it. */
CASE (
    bad_call, FALSE, 1, "ready present failed stopping ", "--config", config, "--call", "http://x")
CASE (bad_link, FALSE, 1, "", "http://example.test/")
CASE (no_exchange, FALSE, 1, "stopping ", "--practice")

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("TANDEM_EXCHANGE", "/nonexistent/tandem-exchange", TRUE);
  g_test_add_func ("/host/window", test_window);
  g_test_add_func ("/host/link", test_link);
  g_test_add_func ("/host/background", test_background);
  g_test_add_func ("/host/last-window", test_last_window);
  g_test_add_func ("/host/bad-config", test_bad_config);
  g_test_add_func ("/host/bad-call", test_bad_call);
  g_test_add_func ("/host/bad-link", test_bad_link);
  g_test_add_func ("/host/no-exchange", test_no_exchange);
  return g_test_run ();
}
