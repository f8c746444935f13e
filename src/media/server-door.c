/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-door.h"

/* See server-door.h. The socket's folder is watched, or while that is missing the one above. */

#define SETTLE 300 /* ms: from the socket's appearance to a server that answers */

struct _TandemServerDoor
{
  TandemServerDoorOpened opened;
  gpointer data;
  GFileMonitor *monitor;
  gboolean above;
  guint source;
};

static char *
get_socket (void)
{
  const char *server = g_getenv ("PULSE_SERVER");
  const char *runtime = g_getenv ("PULSE_RUNTIME_PATH");

  if (server != NULL && g_str_has_prefix (server, "unix:"))
    return g_strdup (server + 5);
  if (server != NULL && server[0] == '/')
    return g_strdup (server);
  if (runtime != NULL)
    return g_build_filename (runtime, "native", NULL);
  return g_build_filename (g_get_user_runtime_dir (), "pulse", "native", NULL);
}

static gboolean
on_settled (gpointer data)
{
  TandemServerDoor *self = data;

  self->source = 0;
  if (self->above)
    {
      tandem_server_door_watch (self, FALSE);
      tandem_server_door_watch (self, TRUE);
    }
  self->opened (self->data);
  return G_SOURCE_REMOVE;
}

static void
on_changed (
    GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer data)
{
  TandemServerDoor *self = data;

  if (event == G_FILE_MONITOR_EVENT_CREATED && self->source == 0)
    self->source = g_timeout_add (SETTLE, on_settled, self);
}

TandemServerDoor *
tandem_server_door_new (TandemServerDoorOpened opened, gpointer data)
{
  TandemServerDoor *self = g_new0 (TandemServerDoor, 1);

  self->opened = opened;
  self->data = data;
  return self;
}

void
tandem_server_door_free (TandemServerDoor *self)
{
  tandem_server_door_watch (self, FALSE);
  g_free (self);
}

void
tandem_server_door_watch (TandemServerDoor *self, gboolean on)
{
  g_autofree char *socket = NULL, *folder = NULL;
  g_autoptr (GFile) file = NULL;

  if (on == (self->monitor != NULL))
    return;
  if (!on)
    {
      g_clear_handle_id (&self->source, g_source_remove);
      g_file_monitor_cancel (self->monitor);
      g_clear_object (&self->monitor);
      return;
    }
  socket = get_socket ();
  folder = g_path_get_dirname (socket);
  self->above = !g_file_test (folder, G_FILE_TEST_IS_DIR);
  if (self->above)
    {
      g_autofree char *missing = g_steal_pointer (&folder);

      folder = g_path_get_dirname (missing);
    }
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return;
  file = g_file_new_for_path (folder);
  self->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect (self->monitor, "changed", G_CALLBACK (on_changed), self);
}
