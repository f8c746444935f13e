/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "private-bus.h"

#include <glib/gstdio.h>

struct _PrivateBus
{
  GSubprocess *daemon;
  char *directory;
  char *config;
  char *address;
};

PrivateBus *
private_bus_new (const char *service_directory)
{
  PrivateBus *bus = g_new0 (PrivateBus, 1);
  g_autofree char *text = NULL;
  g_autofree char *option = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;

  bus->directory = g_dir_make_tmp ("tandem-bus-XXXXXX", NULL);
  bus->config = g_build_filename (bus->directory, "bus.conf", NULL);
  text = g_strdup_printf ("<busconfig><type>session</type><listen>unix:tmpdir=%s</listen>"
                          "<servicedir>%s</servicedir>"
                          "<policy context='default'><allow send_destination='*' "
                          "eavesdrop='true'/><allow eavesdrop='true'/>"
                          "<allow own='*'/></policy></busconfig>",
                          bus->directory,
                          service_directory != NULL ? service_directory : bus->directory);
  g_assert_true (g_file_set_contents (bus->config, text, -1, NULL));
  option = g_strconcat ("--config-file=", bus->config, NULL);
  bus->daemon
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                          &error, "dbus-daemon", option, "--nofork", "--print-address=1", NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bus->daemon));
  bus->address = g_data_input_stream_read_line (output, NULL, NULL, NULL);
  g_assert_nonnull (bus->address);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", bus->address, TRUE);
  return bus;
}

static void
remove_files (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);

  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_unlink (path);
    }
}

const char *
private_bus_get_address (PrivateBus *bus)
{
  return bus->address;
}

void
private_bus_free (PrivateBus *bus)
{
  g_subprocess_force_exit (bus->daemon);
  g_subprocess_wait (bus->daemon, NULL, NULL);
  g_object_unref (bus->daemon);
  remove_files (bus->directory);
  g_rmdir (bus->directory);
  g_free (bus->config);
  g_free (bus->directory);
  g_free (bus->address);
  g_free (bus);
}
