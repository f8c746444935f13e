/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data-home.h"

#include <glib/gstdio.h>

static char *home;

void
data_home_enter (void)
{
  g_autoptr (GError) error = NULL;

  home = g_dir_make_tmp ("tandem-phone-XXXXXX", &error);
  g_assert_no_error (error);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
}

/* Links are deleted, not followed. */
static void delete (const char *path)
{
  g_autoptr (GDir) folder
      = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      delete (child);
    }
  g_remove (path);
}

void
data_home_leave (void)
{
  delete (home);
  g_clear_pointer (&home, g_free);
}
