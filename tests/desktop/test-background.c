/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "background.h"

#include <glib/gstdio.h>

#include "private-bus.h"

/* Starting with the session: by a file, and by a portal of our own on a private bus, which grants, refuses, says
 * nonsense, dies, or is not there. */

typedef enum
{
  GRANT,
  REFUSE,
  NO_AUTOSTART,
  NONSENSE,
  DIE,
} Mood;

typedef struct
{
  GDBusConnection *bus;
  guint name, object;
  Mood mood;
  gboolean autostart;
  char **command;
} Portal;

typedef struct
{
  gboolean done, granted;
  GError *error;
} Outcome;

static const char portal_xml[]
    = "<node><interface name='org.freedesktop.portal.Background'><method name='RequestBackground'>"
      "<arg type='s'/><arg type='a{sv}'/><arg type='o' "
      "direction='out'/></method></interface></node>";

static PrivateBus *bus;
static char *config_home;

static GDBusConnection *
connect_to_bus (void)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
      private_bus_get_address (bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
respond (Portal *portal, const char *handle)
{
  GVariantDict results = G_VARIANT_DICT_INIT (NULL);
  GVariant *parameters;

  g_variant_dict_insert (&results, "background", "b", TRUE);
  g_variant_dict_insert (&results, "autostart", "b",
                         portal->mood != NO_AUTOSTART && portal->autostart);
  parameters
      = g_variant_new ("(u@a{sv})", portal->mood == REFUSE ? 1 : 0, g_variant_dict_end (&results));
  if (portal->mood == NONSENSE)
    {
      g_variant_unref (g_variant_ref_sink (parameters));
      parameters = g_variant_new ("(s)", "yes");
    }
  g_dbus_connection_emit_signal (portal->bus, NULL, handle, "org.freedesktop.portal.Request",
                                 "Response", parameters, NULL);
}

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer data)
{
  Portal *portal = data;
  g_autoptr (GVariant) options = g_variant_get_child_value (parameters, 1);
  g_autofree char *caller = g_strdelimit (g_strdup (sender + 1), ".", '_');
  g_autofree char *handle = NULL;
  const char *token = NULL;

  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  g_assert_true (g_variant_lookup (options, "autostart", "b", &portal->autostart));
  g_clear_pointer (&portal->command, g_strfreev);
  g_assert_true (g_variant_lookup (options, "commandline", "^as", &portal->command));
  handle = g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s", caller, token);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", handle));
  if (portal->mood == DIE)
    g_dbus_connection_close (portal->bus, NULL, NULL, NULL);
  else
    respond (portal, handle);
}

static void
on_name (GDBusConnection *connection, const char *name, gpointer data)
{
  *(gboolean *) data = TRUE;
}

static gboolean
on_deadline (gpointer data)
{
  g_error ("it did not happen in time");
  return G_SOURCE_REMOVE;
}

static void
wait_for (gboolean *done)
{
  guint deadline = g_timeout_add_seconds (20, on_deadline, NULL);

  while (!*done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

static void
portal_start (Portal *portal, Mood mood)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (portal_xml, NULL);
  gboolean named = FALSE;

  *portal = (Portal){ .bus = connect_to_bus (), .mood = mood };
  portal->object
      = g_dbus_connection_register_object (portal->bus, "/org/freedesktop/portal/desktop",
                                           info->interfaces[0], &vtable, portal, NULL, NULL);
  g_assert_cmpuint (portal->object, !=, 0);
  portal->name
      = g_bus_own_name_on_connection (portal->bus, "org.freedesktop.portal.Desktop",
                                      G_BUS_NAME_OWNER_FLAGS_NONE, on_name, NULL, &named, NULL);
  wait_for (&named);
}

static void
portal_stop (Portal *portal)
{
  g_dbus_connection_unregister_object (portal->bus, portal->object);
  g_bus_unown_name (portal->name);
  if (!g_dbus_connection_is_closed (portal->bus))
    g_dbus_connection_close_sync (portal->bus, NULL, NULL);
  g_clear_object (&portal->bus);
  g_clear_pointer (&portal->command, g_strfreev);
}

static void
on_requested (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->granted = tandem_background_request_finish (result, &outcome->error);
  outcome->done = TRUE;
}

static Outcome
request (GDBusConnection *portal, gboolean autostart)
{
  Outcome outcome = { 0 };

  tandem_background_request_async (portal, autostart, on_requested, &outcome);
  wait_for (&outcome.done);
  return outcome;
}

static void
test_file (void)
{
  g_autofree char *path
      = g_build_filename (config_home, "autostart", "org.tandemphone.Tandem.desktop", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *command = NULL;
  Outcome outcome = request (NULL, FALSE);

  g_assert_no_error (outcome.error);
  outcome = request (NULL, TRUE);
  g_assert_no_error (outcome.error);
  g_assert_true (outcome.granted);
  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  command = g_key_file_get_string (file, "Desktop Entry", "Exec", NULL);
  g_assert_true (g_str_has_prefix (command, "\"/"));
  g_assert_true (g_str_has_suffix (command, "\" --background"));
  outcome = request (NULL, FALSE);
  g_assert_no_error (outcome.error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* Something else is where the folder should be. */
static void
test_no_folder (void)
{
  g_autofree char *folder = g_build_filename (config_home, "autostart", NULL);
  Outcome outcome;

  g_rmdir (folder);
  g_assert_true (g_file_set_contents (folder, "", 0, NULL));
  outcome = request (NULL, TRUE);
  g_assert_false (outcome.granted);
  g_assert_nonnull (outcome.error);
  g_assert_nonnull (strstr (outcome.error->message, folder));
  g_clear_error (&outcome.error);
  g_unlink (folder);
}

static void
test_granted (void)
{
  g_autoptr (GDBusConnection) connection = connect_to_bus ();
  Portal portal;
  Outcome outcome;

  portal_start (&portal, GRANT);
  outcome = request (connection, TRUE);
  g_assert_no_error (outcome.error);
  g_assert_true (outcome.granted);
  g_assert_true (portal.autostart);
  g_assert_cmpstr (portal.command[0], ==, "tandem");
  g_assert_cmpstr (portal.command[1], ==, "--background");
  outcome = request (connection, FALSE);
  g_assert_no_error (outcome.error);
  g_assert_false (portal.autostart);
  portal_stop (&portal);
}

static void
test_not_granted (gconstpointer data)
{
  static const int codes[] = { [REFUSE] = G_IO_ERROR_CANCELLED,
                               [NO_AUTOSTART] = G_IO_ERROR_CANCELLED,
                               [NONSENSE] = G_IO_ERROR_INVALID_DATA,
                               [DIE] = G_IO_ERROR_NOT_SUPPORTED };
  const Mood mood = (Mood) GPOINTER_TO_INT (data);
  g_autoptr (GDBusConnection) connection = connect_to_bus ();
  Portal portal;
  Outcome outcome;

  portal_start (&portal, mood);
  outcome = request (connection, TRUE);
  g_assert_error (outcome.error, G_IO_ERROR, codes[mood]);
  g_assert_false (outcome.granted);
  g_clear_error (&outcome.error);
  portal_stop (&portal);
}

static void
test_no_portal (void)
{
  g_autoptr (GDBusConnection) connection = connect_to_bus ();
  Outcome outcome = request (connection, TRUE);

  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&outcome.error);
}

int
main (int argc, char **argv)
{
  int status;
  g_autofree char *folder = NULL;

  config_home = g_dir_make_tmp ("tandem-config-XXXXXX", NULL);
  g_setenv ("XDG_CONFIG_HOME", config_home, TRUE);
  g_test_init (&argc, &argv, NULL);
  bus = private_bus_new (NULL);
  g_test_add_func ("/background/file", test_file);
  g_test_add_func ("/background/no-folder", test_no_folder);
  g_test_add_func ("/background/granted", test_granted);
  g_test_add_data_func ("/background/refused", GINT_TO_POINTER (REFUSE), test_not_granted);
  g_test_add_data_func ("/background/no-autostart", GINT_TO_POINTER (NO_AUTOSTART),
                        test_not_granted);
  g_test_add_data_func ("/background/nonsense", GINT_TO_POINTER (NONSENSE), test_not_granted);
  g_test_add_data_func ("/background/dies", GINT_TO_POINTER (DIE), test_not_granted);
  g_test_add_func ("/background/no-portal", test_no_portal);
  status = g_test_run ();
  private_bus_free (bus);
  folder = g_build_filename (config_home, "autostart", NULL);
  g_rmdir (folder);
  g_rmdir (config_home);
  g_free (config_home);
  return status;
}
