/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "background.h"
#include "portal-request.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* See background.h. */

#define FILE_NAME TANDEM_APPLICATION_ID ".desktop"

GDBusConnection *
tandem_background_get_portal (GApplication *application)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS)
             ? g_application_get_dbus_connection (application)
             : NULL;
}

/* What runs now, or is installed as "tandem". (transfer full): quoted as the Desktop Entry Specification says */
static char *
get_command (void)
{
  g_autofree char *installed = g_find_program_in_path ("tandem");
  g_autofree char *running = g_file_read_link ("/proc/self/exe", NULL);
  const char *program = installed != NULL ? installed : running;
  g_autoptr (GString) quoted = g_string_new ("\"");

  for (const char *at = program != NULL ? program : "tandem"; *at != '\0'; at++)
    {
      if (strchr ("\"`$\\", *at) != NULL)
        g_string_append_c (quoted, '\\');
      if (*at == '%')
        g_string_append_c (quoted, '%');
      g_string_append_c (quoted, *at);
    }
  g_string_append (quoted, "\" --background");
  return g_string_free (g_steal_pointer (&quoted), FALSE);
}

static gboolean
write_file (const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *command = get_command ();

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", folder,
                   g_strerror (errno));
      return FALSE;
    }
  g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_TYPE,
                         G_KEY_FILE_DESKTOP_TYPE_APPLICATION);
  g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_NAME, "Tandem");
  g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_ICON,
                         TANDEM_APPLICATION_ID);
  g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, command);
  return g_key_file_save_to_file (file, path, error);
}

static gboolean
remove_file (const char *path, GError **error)
{
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path,
               g_strerror (errno));
  return FALSE;
}

static void
on_response (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) results = tandem_portal_request_finish (result, &error);
  const gboolean wanted = GPOINTER_TO_INT (g_task_get_task_data (task));
  gboolean background = FALSE, autostart = FALSE;

  if (results == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_variant_lookup (results, "background", "b", &background);
  g_variant_lookup (results, "autostart", "b", &autostart);
  if (wanted && !autostart)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s",
                             _ ("The desktop does not allow Tandem to start with the session"));
  else if (!background)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s",
                             _ ("The desktop does not allow Tandem to go on without a window"));
  else
    g_task_return_boolean (task, TRUE);
}

void
tandem_background_request_async (GDBusConnection *portal,
                                 gboolean autostart,
                                 GAsyncReadyCallback callback,
                                 gpointer data)
{
  static const char *const command[] = { "tandem", "--background", NULL };
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "autostart", FILE_NAME, NULL);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_task_set_task_data (task, GINT_TO_POINTER (autostart), NULL);
  if (portal == NULL)
    {
      if (autostart ? write_file (path, &error) : remove_file (path, &error))
        g_task_return_boolean (task, TRUE);
      else
        g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_variant_dict_insert (&options, "reason", "s", _ ("Calls ring also without a window."));
  g_variant_dict_insert (&options, "autostart", "b", autostart);
  g_variant_dict_insert (&options, "commandline", "^as", command);
  tandem_portal_request_async (portal, "org.freedesktop.portal.Background", "RequestBackground",
                               g_variant_new ("(s)", ""), &options, NULL, on_response,
                               g_steal_pointer (&task));
}

gboolean
tandem_background_request_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
