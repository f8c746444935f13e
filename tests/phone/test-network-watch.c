/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network-watch.h"

/* Sleep, as logind tells of it, on a bus of our own. */

#define DEADLINE (20 * G_USEC_PER_SEC)

typedef struct
{
  GTestDBus *daemon;
  GDBusConnection *logind;
  TandemNetworkWatch *watch;
  guint changes, certain;
} Fixture;

static void
on_changed (TandemNetworkWatch *watch, gboolean certain, Fixture *f)
{
  f->changes++;
  if (certain)
    f->certain++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  f->daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->daemon);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (f->daemon), TRUE);
  f->logind = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (f->daemon),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (f->logind, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.login1", 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, 5000, NULL, &error);
  g_assert_no_error (error);
  f->watch = tandem_network_watch_new ();
  g_signal_connect (f->watch, "changed", G_CALLBACK (on_changed), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->watch);
  g_dbus_connection_close_sync (f->logind, NULL, NULL);
  g_object_unref (f->logind);
  g_test_dbus_stop (f->daemon);
  g_object_unref (f->daemon);
}

static void
say (Fixture *f, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (f->logind, NULL, "/org/freedesktop/login1",
                                 "org.freedesktop.login1.Manager", "PrepareForSleep", parameters,
                                 &error);
  g_assert_no_error (error);
}

static gboolean
on_tick (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

/* The watch may still be on its way to the bus: said again until it is heard. */
static void
say_until_heard (Fixture *f)
{
  const gint64 deadline = g_get_monotonic_time () + DEADLINE;
  const guint before = f->certain;
  gboolean tick = TRUE;
  const guint timer = g_timeout_add (100, on_tick, &tick);

  while (f->certain == before)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      if (tick)
        say (f, g_variant_new ("(b)", FALSE));
      tick = FALSE;
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (timer);
}

static void
test_resume (Fixture *f, gconstpointer data)
{
  say_until_heard (f);
  g_assert_cmpuint (f->certain, >=, 1);
}

/* Going to sleep, and nonsense, are no change; what comes after them is. */
static void
test_going_to_sleep (Fixture *f, gconstpointer data)
{
  const gint64 deadline = g_get_monotonic_time () + G_USEC_PER_SEC;
  gboolean tick = FALSE;
  guint before, timer;

  say_until_heard (f);
  timer = g_timeout_add (50, on_tick, &tick);
  /* Let the last ones that were said settle. */
  do
    {
      before = f->certain;
      for (guint i = 0; i < 10; i++)
        {
          tick = FALSE;
          while (!tick)
            g_main_context_iteration (NULL, TRUE);
        }
    }
  while (f->certain != before);

  say (f, g_variant_new ("(b)", TRUE));
  say (f, g_variant_new ("(s)", "nonsense"));
  say (f, g_variant_new ("()"));
  while (g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  g_assert_cmpuint (f->certain, ==, before);
  say_until_heard (f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/phone/network-watch/resume", Fixture, NULL, set_up, test_resume, tear_down);
  g_test_add ("/phone/network-watch/going-to-sleep", Fixture, NULL, set_up, test_going_to_sleep,
              tear_down);
  return g_test_run ();
}
