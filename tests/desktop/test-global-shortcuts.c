/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "global-shortcuts.h"

#include "private-bus.h"

/* Keys of the desktop, from a portal of our own on a private bus, which grants, refuses, lies, closes the session,
 * goes away and comes back. */

#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define SHORTCUTS "org.freedesktop.portal.GlobalShortcuts"

typedef enum
{
  GRANT,
  REFUSE_SESSION,
  REFUSE_KEYS,
  NO_HANDLE,
  BAD_HANDLE,
  NO_KEYS,
} Mood;

typedef struct
{
  GDBusConnection *bus;
  guint name, shortcuts, session_object;
  Mood mood;
  char *session, *ids;
  guint closed;
} Portal;

typedef struct
{
  GDBusConnection *connection;
  GSimpleActionGroup *actions;
  TandemGlobalShortcuts *keys;
  GString *log;
  guint bound, failed;
  int code;
} Fixture;

static const char portal_xml[]
    = "<node><interface name='org.freedesktop.portal.GlobalShortcuts'>"
      "<method name='CreateSession'><arg type='a{sv}'/><arg type='o' direction='out'/></method>"
      "<method name='BindShortcuts'><arg type='o'/><arg type='a(sa{sv})'/><arg type='s'/>"
      "<arg type='a{sv}'/><arg type='o' direction='out'/></method></interface>"
      "<interface name='org.freedesktop.portal.Session'><method name='Close'/></interface></node>";

static PrivateBus *bus;

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

static gboolean
on_deadline (gpointer data)
{
  g_error ("it did not happen in time");
  return G_SOURCE_REMOVE;
}

static void
wait_for (guint *count, guint wanted)
{
  guint deadline = g_timeout_add_seconds (20, on_deadline, NULL);

  while (*count < wanted)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

/* --- The portal ------------------------------------------------------------------------------- */

static const GDBusInterfaceVTable vtable;

static void
respond (Portal *portal, const char *handle, guint response, GVariantDict *results)
{
  g_dbus_connection_emit_signal (
      portal->bus, NULL, handle, "org.freedesktop.portal.Request", "Response",
      g_variant_new ("(u@a{sv})", response, g_variant_dict_end (results)), NULL);
}

static void
create_session (Portal *portal, const char *caller, const char *handle, GVariant *options)
{
  GVariantDict results = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (portal_xml, NULL);
  const char *token = NULL;

  g_assert_true (g_variant_lookup (options, "session_handle_token", "&s", &token));
  g_free (portal->session);
  portal->session = g_strdup_printf (PORTAL_PATH "/session/%s/%s", caller, token);
  portal->session_object = g_dbus_connection_register_object (
      portal->bus, portal->session, info->interfaces[1], &vtable, portal, NULL, NULL);
  if (portal->mood != NO_HANDLE)
    g_variant_dict_insert (&results, "session_handle", "s",
                           portal->mood == BAD_HANDLE ? "../../etc" : portal->session);
  respond (portal, handle, portal->mood == REFUSE_SESSION ? 1 : 0, &results);
}

static void
bind (Portal *portal, const char *handle, GVariant *parameters)
{
  GVariantDict results = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) wanted = g_variant_get_child_value (parameters, 1);
  g_autoptr (GString) ids = g_string_new (NULL);
  GVariant *granted = wanted;

  for (gsize i = 0; i < g_variant_n_children (wanted); i++)
    {
      const char *id, *description;
      g_autoptr (GVariant) about = NULL;

      g_variant_get_child (wanted, i, "(&s@a{sv})", &id, &about);
      g_assert_true (g_variant_lookup (about, "description", "&s", &description));
      g_assert_cmpstr (description, !=, "");
      g_string_append_printf (ids, "%s ", id);
    }
  g_free (portal->ids);
  portal->ids = g_string_free (g_steal_pointer (&ids), FALSE);
  if (portal->mood == NO_KEYS)
    granted = g_variant_new_array (G_VARIANT_TYPE ("(sa{sv})"), NULL, 0);
  g_variant_dict_insert_value (&results, "shortcuts", granted);
  respond (portal, handle, portal->mood == REFUSE_KEYS ? 1 : 0, &results);
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
  g_autofree char *caller = g_strdelimit (g_strdup (sender + 1), ".", '_');
  g_autoptr (GVariant) kept = g_variant_ref (parameters);
  g_autoptr (GVariant) options = NULL;
  g_autofree char *handle = NULL;
  const char *token = NULL;

  if (g_str_equal (method, "Close"))
    {
      portal->closed++;
      g_dbus_method_invocation_return_value (invocation, NULL);
      return;
    }
  options = g_variant_get_child_value (parameters, g_variant_n_children (parameters) - 1);
  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  handle = g_strdup_printf (PORTAL_PATH "/request/%s/%s", caller, token);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", handle));
  if (g_str_equal (method, "CreateSession"))
    create_session (portal, caller, handle, options);
  else
    bind (portal, handle, kept);
}

static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };

static void
on_name (GDBusConnection *connection, const char *name, gpointer data)
{
  ++*(guint *) data;
}

static void
portal_start (Portal *portal, Mood mood)
{
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (portal_xml, NULL);
  guint named = 0;

  *portal = (Portal){ .bus = connect_to_bus (), .mood = mood };
  portal->shortcuts = g_dbus_connection_register_object (
      portal->bus, PORTAL_PATH, info->interfaces[0], &vtable, portal, NULL, NULL);
  portal->name
      = g_bus_own_name_on_connection (portal->bus, "org.freedesktop.portal.Desktop",
                                      G_BUS_NAME_OWNER_FLAGS_NONE, on_name, NULL, &named, NULL);
  wait_for (&named, 1);
}

static void
portal_stop (Portal *portal)
{
  if (portal->session_object != 0)
    g_dbus_connection_unregister_object (portal->bus, portal->session_object);
  g_dbus_connection_unregister_object (portal->bus, portal->shortcuts);
  g_bus_unown_name (portal->name);
  g_dbus_connection_close_sync (portal->bus, NULL, NULL);
  g_clear_object (&portal->bus);
  g_clear_pointer (&portal->session, g_free);
  g_clear_pointer (&portal->ids, g_free);
}

static void
press (GDBusConnection *from, const char *signal, const char *session, const char *id)
{
  g_dbus_connection_emit_signal (
      from, NULL, PORTAL_PATH, SHORTCUTS, signal,
      g_variant_new ("(ost@a{sv})", session, id, G_GUINT64_CONSTANT (1),
                     g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0)),
      NULL);
}

/* --- The phone -------------------------------------------------------------------------------- */

static void
on_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Fixture *self = data;
  g_autofree char *text = g_variant_print (parameter, FALSE);

  g_string_append_printf (self->log, "%s %s;", g_action_get_name (G_ACTION (action)), text);
}

static void
on_held (TandemGlobalShortcuts *keys, gboolean talks, gboolean down, Fixture *self)
{
  g_string_append_printf (self->log, "%s %s;", talks ? "talk" : "cough", down ? "down" : "up");
}

static void
on_bound (TandemGlobalShortcuts *keys, Fixture *self)
{
  self->bound++;
}

static void
on_failed (TandemGlobalShortcuts *keys, GError *error, Fixture *self)
{
  g_assert_cmpuint (error->domain, ==, G_IO_ERROR);
  self->code = error->code;
  self->failed++;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  static const GActionEntry entries[] = {
    { "answer", on_action, "s" },  { "decline", on_action, "s" },     { "hang-up", on_action, "s" },
    { "mute", on_action, "(ss)" }, { "toggle-hold", on_action, "s" }, { "quit", on_action, "s" },
  };

  self->connection = connect_to_bus ();
  self->log = g_string_new (NULL);
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  self->keys = tandem_global_shortcuts_new (self->connection, G_ACTION_GROUP (self->actions));
  g_signal_connect (self->keys, "held", G_CALLBACK (on_held), self);
  g_signal_connect (self->keys, "bound", G_CALLBACK (on_bound), self);
  g_signal_connect (self->keys, "failed", G_CALLBACK (on_failed), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  tandem_global_shortcuts_stop (self->keys);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->keys);
  g_object_unref (self->actions);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_object_unref (self->connection);
  g_string_free (self->log, TRUE);
}

static void
wait_for_log (Fixture *self, const char *end)
{
  guint deadline = g_timeout_add_seconds (20, on_deadline, NULL);

  while (!g_str_has_suffix (self->log->str, end))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

static void
test_keys (Fixture *self, gconstpointer data)
{
  static const char *const ids[] = { "answer", "decline", "hang-up", "mute", "hold" };
  Portal portal;

  portal_start (&portal, GRANT);
  tandem_global_shortcuts_start (self->keys);
  wait_for (&self->bound, 1);
  g_assert_true (tandem_global_shortcuts_is_bound (self->keys));
  g_assert_cmpstr (portal.ids, ==, "answer decline hang-up mute hold talk cough ");
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      press (portal.bus, "Activated", portal.session, ids[i]);
      press (portal.bus, "Deactivated", portal.session, ids[i]);
    }
  press (portal.bus, "Activated", portal.session, "talk");
  press (portal.bus, "Activated", portal.session, "talk");
  press (portal.bus, "Deactivated", portal.session, "talk");
  press (portal.bus, "Activated", portal.session, "cough");
  press (portal.bus, "Deactivated", portal.session, "cough");
  wait_for_log (self, "cough up;");
  g_assert_cmpstr (self->log->str, ==,
                   "answer '';decline '';hang-up '';mute ('', 'toggle');toggle-hold '';"
                   "talk down;talk up;cough down;cough up;");
  tandem_global_shortcuts_stop (self->keys);
  wait_for (&portal.closed, 1);
  g_assert_false (tandem_global_shortcuts_is_bound (self->keys));
  portal_stop (&portal);
}

/* Keys of another session, that nobody asked for, of other types, and from somebody who is not the portal. */
static void
test_lies (Fixture *self, gconstpointer data)
{
  g_autoptr (GDBusConnection) stranger = connect_to_bus ();
  g_autoptr (GVariant) pong = NULL;
  Portal portal;

  portal_start (&portal, GRANT);
  tandem_global_shortcuts_start (self->keys);
  wait_for (&self->bound, 1);
  press (stranger, "Activated", portal.session, "answer");
  pong = g_dbus_connection_call_sync (stranger, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                      "org.freedesktop.DBus.Peer", "Ping", NULL, NULL,
                                      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  press (portal.bus, "Activated", PORTAL_PATH "/session/other", "answer");
  press (portal.bus, "Activated", portal.session, "quit");
  press (portal.bus, "Activated", portal.session, "");
  press (portal.bus, "ShortcutsChanged", portal.session, "answer");
  g_dbus_connection_emit_signal (portal.bus, NULL, PORTAL_PATH, SHORTCUTS, "Activated",
                                 g_variant_new ("(s)", "answer"), NULL);
  press (portal.bus, "Deactivated", portal.session, "talk");
  press (portal.bus, "Activated", portal.session, "mute");
  wait_for_log (self, ";");
  g_assert_cmpstr (self->log->str, ==, "mute ('', 'toggle');");
  tandem_global_shortcuts_stop (self->keys);
  g_dbus_connection_close_sync (stranger, NULL, NULL);
  portal_stop (&portal);
}

static void
test_not_bound (Fixture *self, gconstpointer data)
{
  static const int codes[] = { [REFUSE_SESSION] = G_IO_ERROR_CANCELLED,
                               [REFUSE_KEYS] = G_IO_ERROR_CANCELLED,
                               [NO_HANDLE] = G_IO_ERROR_INVALID_DATA,
                               [BAD_HANDLE] = G_IO_ERROR_INVALID_DATA,
                               [NO_KEYS] = G_IO_ERROR_CANCELLED };
  const Mood mood = (Mood) GPOINTER_TO_INT (data);
  Portal portal;

  portal_start (&portal, mood);
  tandem_global_shortcuts_start (self->keys);
  wait_for (&self->failed, 1);
  g_assert_cmpint (self->code, ==, codes[mood]);
  g_assert_false (tandem_global_shortcuts_is_bound (self->keys));
  press (portal.bus, "Activated", portal.session, "answer");
  g_assert_true (g_dbus_connection_flush_sync (portal.bus, NULL, NULL));
  tandem_global_shortcuts_stop (self->keys);
  portal_stop (&portal);
  g_assert_cmpstr (self->log->str, ==, "");
  g_assert_cmpuint (self->bound, ==, 0);
}

/* Nobody stays heard because the desktop no longer says that the key went up. */
static void
test_closed (Fixture *self, gconstpointer data)
{
  Portal portal;

  portal_start (&portal, GRANT);
  tandem_global_shortcuts_start (self->keys);
  wait_for (&self->bound, 1);
  press (portal.bus, "Activated", portal.session, "talk");
  wait_for_log (self, "talk down;");
  g_dbus_connection_emit_signal (
      portal.bus, NULL, portal.session, "org.freedesktop.portal.Session", "Closed",
      g_variant_new ("(@a{sv})", g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0)), NULL);
  wait_for (&self->failed, 1);
  g_assert_cmpint (self->code, ==, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (self->log->str, ==, "talk down;talk up;");
  tandem_global_shortcuts_stop (self->keys);
  portal_stop (&portal);
}

static void
test_comes_back (Fixture *self, gconstpointer data)
{
  Portal portal;

  tandem_global_shortcuts_start (self->keys);
  wait_for (&self->failed, 1);
  g_assert_cmpint (self->code, ==, G_IO_ERROR_NOT_SUPPORTED);

  portal_start (&portal, GRANT);
  wait_for (&self->bound, 1);
  press (portal.bus, "Activated", portal.session, "talk");
  wait_for_log (self, "talk down;");
  portal_stop (&portal);
  wait_for (&self->failed, 2);
  g_assert_cmpint (self->code, ==, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_cmpstr (self->log->str, ==, "talk down;talk up;");

  portal_start (&portal, GRANT);
  wait_for (&self->bound, 2);
  press (portal.bus, "Activated", portal.session, "answer");
  wait_for_log (self, "answer '';");
  tandem_global_shortcuts_stop (self->keys);
  portal_stop (&portal);
}

static void
test_stopped_meanwhile (Fixture *self, gconstpointer data)
{
  Portal portal;

  portal_start (&portal, GRANT);
  tandem_global_shortcuts_start (self->keys);
  tandem_global_shortcuts_stop (self->keys);
  tandem_global_shortcuts_start (self->keys);
  wait_for (&self->bound, 1);
  g_assert_cmpuint (self->failed, ==, 0);
  tandem_global_shortcuts_stop (self->keys);
  portal_stop (&portal);
}

#define ADD(path, mood, function)                                                                  \
  g_test_add ("/global-shortcuts/" path, Fixture, GINT_TO_POINTER (mood), set_up, function,        \
              tear_down)

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  bus = private_bus_new (NULL);
  ADD ("keys", 0, test_keys);
  ADD ("lies", 0, test_lies);
  ADD ("session-refused", REFUSE_SESSION, test_not_bound);
  ADD ("keys-refused", REFUSE_KEYS, test_not_bound);
  ADD ("no-handle", NO_HANDLE, test_not_bound);
  ADD ("bad-handle", BAD_HANDLE, test_not_bound);
  ADD ("no-keys", NO_KEYS, test_not_bound);
  ADD ("closed", 0, test_closed);
  ADD ("comes-back", 0, test_comes_back);
  ADD ("stopped-meanwhile", 0, test_stopped_meanwhile);
  status = g_test_run ();
  private_bus_free (bus);
  return status;
}
