/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sound-server.h"

#include <glib/gstdio.h>

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

/* See sound-server.h. */

gboolean
sound_server_prepare (SoundServer *self)
{
  g_autofree char *server = g_find_program_in_path ("pulseaudio");
  g_autofree char *control = g_find_program_in_path ("pactl");
  g_autoptr (GError) error = NULL;
  g_autofree char *socket = NULL;

  memset (self, 0, sizeof *self);
  if (server == NULL || control == NULL)
    return FALSE;
  self->folder = g_dir_make_tmp ("tandem-sound-XXXXXX", &error);
  g_assert_no_error (error);
  socket = g_strconcat ("unix:", self->folder, "/native", NULL);
  g_setenv ("HOME", self->folder, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", self->folder, TRUE);
  g_setenv ("XDG_CONFIG_HOME", self->folder, TRUE);
  g_setenv ("PULSE_SERVER", socket, TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  return TRUE;
}

/* No server outlives a test that failed. */
static void
on_child (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

void
sound_server_start (SoundServer *self, const char *sinks)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *socket = g_strdup_printf ("module-native-protocol-unix auth-anonymous=1 "
                                             "socket=%s/native",
                                             self->folder);
  g_autofree char *path = g_build_filename (self->folder, "native", NULL);
  g_auto (GStrv) names = g_strsplit (sinks, " ", 0);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  const char *first[] = { "pulseaudio",      "-n",
                          "--daemonize=no",  "--use-pid-file=no",
                          "--disallow-exit", "--exit-idle-time=-1",
                          "--system=no" };

  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    g_ptr_array_add (words, g_strdup (first[i]));
  for (guint i = 0; sinks[0] != '\0' && names[i] != NULL; i++)
    {
      g_ptr_array_add (words, g_strdup ("-L"));
      g_ptr_array_add (words, g_strdup_printf ("module-null-sink sink_name=%s", names[i]));
      g_ptr_array_add (words, g_strdup ("-L"));
      g_ptr_array_add (words, g_strdup_printf ("module-remap-source master=%s.monitor "
                                               "source_name=%s-mic",
                                               names[i], names[i]));
    }
  g_ptr_array_add (words, g_strdup ("-L"));
  g_ptr_array_add (words, g_strdup (socket));
  g_ptr_array_add (words, NULL);
  g_subprocess_launcher_set_child_setup (launcher, on_child, NULL, NULL);
  g_subprocess_launcher_unsetenv (launcher, "PULSE_SERVER");
  g_subprocess_launcher_unsetenv (launcher, "ASAN_OPTIONS");
  g_unlink (path);
  self->process
      = g_subprocess_launcher_spawnv (launcher, (const char *const *) words->pdata, &error);
  g_assert_no_error (error);
  for (;;)
    {
      g_autofree char *info
          = g_file_test (path, G_FILE_TEST_EXISTS) ? sound_server_ask (self, "info") : NULL;

      if (info != NULL && strstr (info, "Server Name") != NULL)
        break;
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (20000);
    }
}

void
sound_server_kill (SoundServer *self)
{
  g_autofree char *path = g_build_filename (self->folder, "native", NULL);

  if (self->process == NULL)
    return;
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
  g_unlink (path);
}

char *
sound_server_ask (SoundServer *self, const char *words)
{
  g_autofree char *line = g_strconcat ("pactl ", words, NULL);
  char *output = NULL;

  g_spawn_command_line_sync (line, &output, NULL, NULL, NULL);
  return output;
}

void
sound_server_load_sink (SoundServer *self, const char *sink)
{
  g_autofree char *first = g_strdup_printf ("load-module module-null-sink sink_name=%s", sink);
  g_autofree char *second = g_strdup_printf (
      "load-module module-remap-source master=%s.monitor source_name=%s-mic", sink, sink);
  g_autofree char *one = sound_server_ask (self, first), *two = sound_server_ask (self, second);

  g_assert_cmpstr (one, !=, "");
  g_assert_cmpstr (two, !=, "");
}

void
sound_server_unload_sink (SoundServer *self, const char *sink)
{
  g_autofree char *modules = sound_server_ask (self, "list short modules");
  g_auto (GStrv) lines = g_strsplit (modules, "\n", 0);
  g_autofree char *wanted = g_strdup_printf ("sink_name=%s", sink);
  g_autofree char *microphone = g_strdup_printf ("source_name=%s-mic", sink);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], "\t", 0);
      g_autofree char *command = NULL, *output = NULL;

      if (g_strv_length (parts) < 3
          || (strstr (parts[2], wanted) == NULL && strstr (parts[2], microphone) == NULL))
        continue;
      command = g_strdup_printf ("unload-module %s", parts[0]);
      output = sound_server_ask (self, command);
      n++;
    }
  g_assert_cmpuint (n, >, 0);
}

void
sound_server_clear (SoundServer *self)
{
  g_autofree char *command = NULL;

  sound_server_kill (self);
  command = g_strdup_printf ("rm -rf %s", self->folder);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  g_free (self->folder);
}
