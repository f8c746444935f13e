/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network-watch.h"

/* TandemNetworkWatch: see network-watch.h. GNetworkMonitor for the network, logind's PrepareForSleep
 * for sleep. Where there is no system bus, sleep goes unnoticed until something fails. */

#define SETTLE_TIME 300 /* ms */

struct _TandemNetworkWatch
{
  GObject parent_instance;

  GNetworkMonitor *monitor;
  GDBusConnection *bus;
  GCancellable *cancellable;
  guint subscription;
  guint settling;
  gboolean available;
  gboolean certain;
};

G_DEFINE_FINAL_TYPE (TandemNetworkWatch, tandem_network_watch, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
on_settled (gpointer data)
{
  TandemNetworkWatch *self = data;
  const gboolean certain = self->certain;

  self->settling = 0;
  self->certain = FALSE;
  g_signal_emit (self, signals[CHANGED], 0, certain);
  return G_SOURCE_REMOVE;
}

static void
note (TandemNetworkWatch *self, gboolean certain)
{
  self->certain = self->certain || certain;
  if (self->settling == 0)
    self->settling = g_timeout_add (SETTLE_TIME, on_settled, self);
}

static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, TandemNetworkWatch *self)
{
  const gboolean came_back = available && !self->available;

  self->available = available;
  if (available)
    note (self, came_back);
}

static void
on_prepare_for_sleep (GDBusConnection *bus,
                      const char *sender,
                      const char *path,
                      const char *interface,
                      const char *signal,
                      GVariant *parameters,
                      gpointer data)
{
  gboolean begins;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &begins);
  if (!begins)
    note (data, TRUE);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  TandemNetworkWatch *self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_debug ("no system bus: %s", error->message);
      return;
    }
  self = data;
  self->bus = g_steal_pointer (&bus);
  /* A bus that goes away must not take the calls with it. */
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  self->subscription = g_dbus_connection_signal_subscribe (
      self->bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
      "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_prepare_for_sleep, self, NULL);
}

static void
tandem_network_watch_dispose (GObject *object)
{
  TandemNetworkWatch *self = TANDEM_NETWORK_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->settling, g_source_remove);
  if (self->bus != NULL)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  g_clear_object (&self->bus);
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (tandem_network_watch_parent_class)->dispose (object);
}

static void
tandem_network_watch_finalize (GObject *object)
{
  g_object_unref (TANDEM_NETWORK_WATCH (object)->cancellable);
  G_OBJECT_CLASS (tandem_network_watch_parent_class)->finalize (object);
}

static void
tandem_network_watch_class_init (TandemNetworkWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tandem_network_watch_dispose;
  object_class->finalize = tandem_network_watch_finalize;

  signals[CHANGED] = g_signal_new ("changed", TANDEM_TYPE_NETWORK_WATCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
tandem_network_watch_init (TandemNetworkWatch *self)
{
  self->cancellable = g_cancellable_new ();
  self->monitor = g_object_ref (g_network_monitor_get_default ());
  self->available = g_network_monitor_get_network_available (self->monitor);
  g_signal_connect (self->monitor, "network-changed", G_CALLBACK (on_network_changed), self);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_bus, self);
}

TandemNetworkWatch *
tandem_network_watch_new (void)
{
  return g_object_new (TANDEM_TYPE_NETWORK_WATCH, NULL);
}
