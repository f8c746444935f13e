/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notifications.h"

#include "actions.h"
#include "phone-private.h"
#include "private-bus.h"
#include "record.h"
#include "pool-event.h"
#include "pool-object.h"
#include "status-object.h"

#include <glib.h>

#include <string.h>

/* What the desktop is told, and the state on D-Bus: with a notification service of our own on a
 * private bus, and phones whose state is made up. */

typedef struct
{
  char *title, *body, *category;
  char **actions;
  guint urgency;
  guint id;
  guint shown, closed;
} Shown;

static PrivateBus *bus;
static GDBusConnection *server;
static GApplication *application;
static Shown shown;

static const char notifications_xml[]
    = "<node><interface name='org.freedesktop.Notifications'>"
      "<method name='Notify'><arg type='s'/><arg type='u'/><arg type='s'/><arg type='s'/>"
      "<arg type='s'/><arg type='as'/><arg type='a{sv}'/><arg type='i'/>"
      "<arg type='u' direction='out'/></method>"
      "<method name='CloseNotification'><arg type='u'/></method>"
      "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
      "<method name='GetServerInformation'><arg type='s' direction='out'/>"
      "<arg type='s' direction='out'/><arg type='s' direction='out'/>"
      "<arg type='s' direction='out'/></method>"
      "</interface></node>";

static void
forget_shown (void)
{
  g_free (shown.title);
  g_free (shown.body);
  g_free (shown.category);
  g_strfreev (shown.actions);
  memset (&shown, 0, sizeof shown);
}

static void
on_server_call (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer data)
{
  static guint next_id = 1;
  GVariant *reply = NULL;

  if (strcmp (method, "Notify") == 0)
    {
      g_autoptr (GVariant) hints = NULL;
      guchar urgency = 99;

      g_free (shown.title);
      g_free (shown.body);
      g_strfreev (shown.actions);
      g_clear_pointer (&shown.category, g_free);
      g_variant_get (parameters, "(&su&sss^as@a{sv}i)", NULL, NULL, NULL, &shown.title, &shown.body,
                     &shown.actions, &hints, NULL);
      g_variant_lookup (hints, "urgency", "y", &urgency);
      g_variant_lookup (hints, "category", "s", &shown.category);
      shown.urgency = urgency;
      shown.id = next_id++;
      shown.shown++;
      reply = g_variant_new ("(u)", shown.id);
    }
  else if (strcmp (method, "CloseNotification") == 0)
    shown.closed++;
  else if (strcmp (method, "GetCapabilities") == 0)
    {
      const char *capabilities[] = { "actions", "body", NULL };

      reply = g_variant_new ("(^as)", capabilities);
    }
  else
    reply = g_variant_new ("(ssss)", "test", "test", "1", "1.2");
  g_dbus_method_invocation_return_value (invocation, reply);
}

static gboolean
on_deadline (gpointer data)
{
  g_error ("it did not happen in time: %s", (const char *) data);
  return G_SOURCE_REMOVE;
}

static void
wait_until (gboolean (*reached) (gpointer data), gpointer data, const char *what)
{
  guint deadline = g_timeout_add_seconds (20, on_deadline, (gpointer) what);

  while (!reached (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

static gboolean
is_shown (gpointer data)
{
  return shown.shown > 0;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static void
on_settled (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  g_assert_nonnull (reply);
  *(gboolean *) data = TRUE;
}

/* Until the application knows that its notification is shown: a later question is answered later. */
static void
settle (void)
{
  gboolean settled = FALSE;

  wait_until (is_shown, NULL, "a notification");
  g_dbus_connection_call (g_application_get_dbus_connection (application),
                          "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
                          "org.freedesktop.Notifications", "GetServerInformation", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NONE, 20000, NULL, on_settled, &settled);
  wait_until (is_true, &settled, "the reply");
}

static gboolean
is_closed (gpointer data)
{
  return shown.closed > 0;
}

static TandemCall *
only_call (TandemPhone *phone)
{
  g_autoptr (TandemCall) call = g_list_model_get_item (tandem_phone_get_calls (phone), 0);

  g_assert_nonnull (call);
  return call;
}

static void
on_parameter (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_free (*(char **) data);
  *(char **) data = g_variant_dup_string (parameter, NULL);
}

static void
note_press (gboolean *pressed)
{
  *pressed = TRUE;
}

static gboolean
is_set (gpointer data)
{
  return *(char **) data != NULL;
}

static void
press (const char *action)
{
  g_dbus_connection_emit_signal (server, NULL, "/org/freedesktop/Notifications",
                                 "org.freedesktop.Notifications", "ActionInvoked",
                                 g_variant_new ("(us)", shown.id, action), NULL);
}

/* The name of the button with that label. */
static const char *
button (const char *label)
{
  for (guint i = 0; shown.actions[i] != NULL && shown.actions[i + 1] != NULL; i += 2)
    {
      if (strcmp (shown.actions[i + 1], label) == 0)
        return shown.actions[i];
    }
  return NULL;
}

static void
test_incoming (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("incoming");
  TandemCall *call = only_call (phone);
  TandemNotifications *notifications;

  forget_shown ();
  notifications = tandem_notifications_new (application, phone);
  wait_until (is_shown, NULL, "a notification");
  g_assert_nonnull (strstr (shown.title, tandem_call_get_title (call)));
  g_assert_nonnull (strstr (shown.body, tandem_call_get_peer_address (call)));
  g_assert_nonnull (strstr (shown.body, "\u2066"));
  g_assert_cmpuint (shown.urgency, ==, 2);
  g_assert_cmpstr (shown.category, ==, "call.incoming");
  g_assert_nonnull (button ("Answer"));
  g_assert_nonnull (button ("Decline"));
  g_assert_nonnull (button ("Send To…"));

  g_assert_true (tandem_call_decline (call, NULL));
  wait_until (is_closed, NULL, "the notification to go");
  g_assert_finalize_object (notifications);
}

/* What is pressed there takes the way of every button: the action with the call's id. */
static void
test_buttons (void)
{
  static const char *const buttons[][2] = { { "Answer", "answer" },
                                            { "Decline", "decline" },
                                            { "Send To…", "send-to" },
                                            { NULL, "show-call" } };

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("incoming");
      g_autoptr (TandemNotifications) notifications = NULL;
      g_autoptr (GSimpleAction) action = g_simple_action_new (buttons[i][1], G_VARIANT_TYPE_STRING);
      g_autofree char *pressed = NULL;

      forget_shown ();
      g_signal_connect (action, "activate", G_CALLBACK (on_parameter), &pressed);
      g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (action));
      notifications = tandem_notifications_new (application, phone);
      settle ();
      press (buttons[i][0] != NULL ? button (buttons[i][0]) : "default");
      wait_until (is_set, &pressed, "the button's action");
      g_assert_cmpstr (pressed, ==, tandem_call_get_id (only_call (phone)));
      g_action_map_remove_action (G_ACTION_MAP (application), buttons[i][1]);
    }
}

static void
add_record (TandemPhone *phone, gint64 id, const char *outcome, GDateTime *start)
{
  g_autoptr (TandemRecord) record
      = tandem_record_new (id, TRUE, "Sample Caller One", "5550101", "sip:5550101@example.test",
                           NULL, start, 0, outcome);

  tandem_phone_add_record (phone, record);
}

/* A missed call is told once, calls back, and goes when somebody has looked; what was missed long
 * ago, or not missed, is not told. */
static void
test_missed (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("idle");
  g_autoptr (TandemNotifications) notifications = NULL;
  g_autoptr (GSimpleAction) action = g_simple_action_new ("call", G_VARIANT_TYPE_STRING);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) later = g_date_time_add_seconds (now, 1);
  g_autoptr (GDateTime) before = g_date_time_add_hours (now, -1);
  g_autofree char *pressed = NULL;

  forget_shown ();
  g_signal_connect (action, "activate", G_CALLBACK (on_parameter), &pressed);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (action));
  notifications = tandem_notifications_new (application, phone);
  add_record (phone, 1001, "missed", before);
  add_record (phone, 1002, "answered", later);
  add_record (phone, 1003, "declined", later);
  add_record (phone, 1004, "missed", later);
  settle ();
  g_assert_cmpuint (shown.shown, ==, 1);
  g_assert_cmpstr (shown.title, ==, "Missed Call");
  g_assert_nonnull (strstr (shown.body, "Sample Caller One"));
  press (button ("Call Back"));
  wait_until (is_set, &pressed, "the button's action");
  g_assert_cmpstr (pressed, ==, "sip:5550101@example.test");

  forget_shown ();
  add_record (phone, 1005, "missed", later);
  settle ();
  g_assert_cmpuint (shown.closed, ==, 0);
  g_object_notify (G_OBJECT (phone), "missed-calls");
  wait_until (is_closed, NULL, "the notification to go: the missed calls were looked at");
  g_action_map_remove_action (G_ACTION_MAP (application), "call");
}

static void
set_mailbox (TandemPhone *phone, gboolean waiting, guint fresh)
{
  g_autoptr (TandemAccount) account = g_list_model_get_item (tandem_phone_get_accounts (phone), 0);
  const TandemSipEvent event = { .type = TANDEM_SIP_EVENT_MAILBOX,
                                 .mailbox_known = TRUE,
                                 .mailbox_waiting = waiting,
                                 .mailbox_new = fresh,
                                 .mailbox_uri = (char *) "sip:5550199@example.test" };

  tandem_account_handle_event (account, &event);
}

/* Voice messages are told when there are more than before, may be heard from there, and go when they
 * were heard. */
static void
test_mailbox (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("mailbox");
  g_autoptr (TandemNotifications) notifications = NULL;
  g_autoptr (GSimpleAction) action = g_simple_action_new ("call-mailbox", NULL);
  gboolean pressed = FALSE;

  forget_shown ();
  g_signal_connect_swapped (action, "activate", G_CALLBACK (note_press), &pressed);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (action));
  notifications = tandem_notifications_new (application, phone);
  settle ();
  g_assert_cmpstr (shown.title, ==, "Voice Mail");
  g_assert_cmpstr (shown.body, ==, "2 new voice messages");
  press (button ("Listen"));
  wait_until (is_true, &pressed, "the button's action");

  /* Said again, or less: no news. */
  set_mailbox (phone, TRUE, 2);
  set_mailbox (phone, TRUE, 1);
  settle ();
  g_assert_cmpuint (shown.shown, ==, 1);
  forget_shown ();
  set_mailbox (phone, TRUE, 2);
  settle ();
  g_assert_cmpuint (shown.shown, ==, 1);
  g_assert_cmpuint (shown.closed, ==, 0);
  set_mailbox (phone, FALSE, 0);
  wait_until (is_closed, NULL, "the notification to go: the messages were heard");
  g_action_map_remove_action (G_ACTION_MAP (application), "call-mailbox");
}

/* Taking the notifications away takes away what is shown. */
static void
test_dropped (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("incoming");
  TandemNotifications *notifications;

  forget_shown ();
  notifications = tandem_notifications_new (application, phone);
  settle ();
  g_assert_finalize_object (notifications);
  wait_until (is_closed, NULL, "the notification to go");
}

static void
on_status (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  g_assert_no_error (error);
  g_variant_get (reply, "(s)", data);
}

static void
on_ping (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  *(gboolean *) data = reply != NULL;
}

static void
on_changed (GDBusConnection *connection,
            const char *sender,
            const char *path,
            const char *interface,
            const char *signal,
            GVariant *parameters,
            gpointer data)
{
  *(gboolean *) data = TRUE;
}

static void
test_status (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("active");
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  g_autofree char *wanted = NULL;
  gboolean changed = FALSE, pong = FALSE;
  GDBusConnection *connection = g_application_get_dbus_connection (application);
  const char *name = g_dbus_connection_get_unique_name (connection);
  TandemStatusObject *object
      = tandem_status_object_new (connection, "/org/tandemphone/Tandem", &error);
  guint subscription;

  g_assert_no_error (error);
  g_assert_null (tandem_status_object_new (connection, "/org/tandemphone/Tandem", NULL));

  g_dbus_connection_call (server, name, "/org/tandemphone/Tandem", "org.tandemphone.Tandem.Status",
                          "GetStatus", NULL, G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE, 20000,
                          NULL, on_status, &json);
  /* A question that comes before the phone waits for it. */
  g_dbus_connection_call (server, name, "/org/tandemphone/Tandem", "org.freedesktop.DBus.Peer",
                          "Ping", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, 20000, NULL, on_ping, &pong);
  wait_until (is_true, &pong, "the answer to a later question");
  g_assert_null (json);
  tandem_status_object_set_phone (object, phone);
  wait_until (is_set, &json, "the status");
  wanted = tandem_phone_status_to_json (phone);
  g_assert_cmpstr (json, ==, wanted);

  subscription = g_dbus_connection_signal_subscribe (
      server, name, "org.tandemphone.Tandem.Status", "Changed", NULL, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_changed, &changed, NULL);
  g_assert_true (tandem_call_set_muted (only_call (phone), TRUE, NULL));
  wait_until (is_true, &changed, "Changed");
  g_dbus_connection_signal_unsubscribe (server, subscription);
  g_assert_finalize_object (object);
}

/* What is exported is what data/org.tandemphone.Tandem.xml documents. */
static void
test_status_interface (void)
{
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "..", "..", "data", "org.tandemphone.Tandem.xml", NULL);
  g_autofree char *text = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("idle");
  g_autoptr (TandemStatusObject) object = NULL;
  g_autoptr (TandemPoolObject) pool = NULL;
  g_autoptr (GDBusNodeInfo) documented = NULL;
  g_autoptr (GDBusNodeInfo) exported = NULL;
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_application_get_dbus_connection (application);

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  documented = g_dbus_node_info_new_for_xml (text, &error);
  g_assert_no_error (error);
  object = tandem_status_object_new (connection, "/org/tandemphone/Tandem", &error);
  g_assert_no_error (error);
  pool = tandem_pool_object_new (connection, "/org/tandemphone/Tandem", &error);
  g_assert_no_error (error);
  tandem_pool_object_set_phone (pool, phone);
  g_dbus_connection_call (server, g_dbus_connection_get_unique_name (connection),
                          "/org/tandemphone/Tandem", "org.freedesktop.DBus.Introspectable",
                          "Introspect", NULL, G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE, 20000,
                          NULL, on_status, &answer);
  wait_until (is_set, &answer, "the introspection");
  exported = g_dbus_node_info_new_for_xml (answer, &error);
  g_assert_no_error (error);
  for (guint i = 0; documented->interfaces[i] != NULL; i++)
    {
      GDBusInterfaceInfo *one = documented->interfaces[i];
      GDBusInterfaceInfo *other = g_dbus_node_info_lookup_interface (exported, one->name);
      g_autoptr (GString) first = g_string_new (NULL);
      g_autoptr (GString) second = g_string_new (NULL);

      g_assert_nonnull (other);
      g_dbus_interface_info_generate_xml (one, 0, first);
      g_dbus_interface_info_generate_xml (other, 0, second);
      g_assert_cmpstr (first->str, ==, second->str);
    }
}

typedef struct
{
  guint events;
  guint changes;
  char *operation;
} Heard;

static void
on_pool_signal (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *signal,
                GVariant *parameters,
                gpointer data)
{
  Heard *heard = data;

  if (g_str_equal (signal, "Event"))
    {
      heard->events++;
      g_assert_true (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(xsssssd)")));
      g_free (heard->operation);
      g_variant_get_child (parameters, 2, "s", &heard->operation);
    }
  else
    {
      g_autoptr (GVariant) changed = g_variant_get_child_value (parameters, 1);
      g_autoptr (GVariant) candidates
          = g_variant_lookup_value (changed, "Candidates", G_VARIANT_TYPE ("a(ssssudxsb)"));

      g_assert_nonnull (candidates);
      heard->changes++;
    }
}

static gboolean
has_heard (gpointer data)
{
  Heard *heard = data;

  return heard->events == 1 && heard->changes > 0;
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(GVariant **) data = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_assert_no_error (error);
}

/* (transfer full) */
static GVariant *
ask_pool (const char *interface, const char *method, GVariant *parameters)
{
  GDBusConnection *connection = g_application_get_dbus_connection (application);
  GVariant *reply = NULL;

  g_dbus_connection_call (server, g_dbus_connection_get_unique_name (connection),
                          "/org/tandemphone/Tandem", interface, method, parameters, NULL,
                          G_DBUS_CALL_FLAGS_NONE, 20000, NULL, on_reply, &reply);
  wait_until (is_set, &reply, "the reply");
  return reply;
}

static void
test_pool (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("timeline");
  g_autoptr (TandemPoolObject) pool = NULL;
  g_autoptr (GVariant) before = NULL, all = NULL, values = NULL, candidates = NULL;
  g_autoptr (GVariant) reply = NULL, events = NULL, first = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (TandemPoolEvent) event
      = tandem_pool_event_new (now, "0", "INVITE", "192.0.2.11", "192.0.2.12", "No answer", 4000);
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_application_get_dbus_connection (application);
  Heard heard = { 0 };
  const char *state, *id, *role, *operation;
  guint subscription;

  pool = tandem_pool_object_new (connection, "/org/tandemphone/Tandem", &error);
  g_assert_no_error (error);
  before = ask_pool ("org.freedesktop.DBus.Properties", "GetAll",
                     g_variant_new ("(s)", "org.tandemphone.Tandem.Pool"));
  {
    g_autoptr (GVariant) none = g_variant_get_child_value (before, 0);

    g_assert_true (g_variant_lookup (none, "State", "&s", &state));
    g_assert_cmpstr (state, ==, "not-configured");
  }
  tandem_pool_object_set_phone (pool, phone);
  all = ask_pool ("org.freedesktop.DBus.Properties", "GetAll",
                  g_variant_new ("(s)", "org.tandemphone.Tandem.Pool"));
  values = g_variant_get_child_value (all, 0);
  g_assert_true (g_variant_lookup (values, "State", "&s", &state));
  g_assert_cmpstr (state, ==, "registered");
  candidates = g_variant_lookup_value (values, "Candidates", G_VARIANT_TYPE ("a(ssssudxsb)"));
  g_assert_cmpuint (g_variant_n_children (candidates), ==, 3);
  first = g_variant_get_child_value (candidates, 0);
  g_variant_get_child (first, 1, "&s", &id);
  g_variant_get_child (first, 3, "&s", &role);
  g_assert_cmpstr (id, ==, "udp:192.0.2.11:5060");
  g_assert_cmpstr (role, ==, "in-use");

  reply = ask_pool ("org.tandemphone.Tandem.Pool", "GetTimeline", NULL);
  events = g_variant_get_child_value (reply, 0);
  g_assert_cmpuint (g_variant_n_children (events), ==, 10);
  {
    g_autoptr (GVariant) oldest = g_variant_get_child_value (events, 0);

    g_variant_get_child (oldest, 2, "&s", &operation);
    g_assert_cmpstr (operation, ==, "REGISTER");
  }

  subscription = g_dbus_connection_signal_subscribe (
      server, g_dbus_connection_get_unique_name (connection), NULL, NULL, "/org/tandemphone/Tandem",
      NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_pool_signal, &heard, NULL);
  g_list_store_insert (G_LIST_STORE (tandem_phone_get_timeline (phone)), 0, event);
  tandem_account_prefer (tandem_phone_get_account (phone), "udp:192.0.2.13:5060");
  wait_until (has_heard, &heard, "Event and PropertiesChanged");
  g_assert_cmpstr (heard.operation, ==, "INVITE");
  g_free (heard.operation);
  g_dbus_connection_signal_unsubscribe (server, subscription);
}

int
main (int argc, char **argv)
{
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (notifications_xml, NULL);
  static const GDBusInterfaceVTable vtable = { on_server_call, NULL, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  bus = private_bus_new (NULL);
  server = g_dbus_connection_new_for_address_sync (
      private_bus_get_address (bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (server, "/org/freedesktop/Notifications", info->interfaces[0],
                                     &vtable, NULL, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (server, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.Notifications", 0),
                                       NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  application = g_application_new ("org.tandemphone.Tandem.Test", G_APPLICATION_DEFAULT_FLAGS);
  g_assert_true (g_application_register (application, NULL, &error));
  g_dbus_connection_set_exit_on_close (g_application_get_dbus_connection (application), FALSE);

  g_test_add_func ("/notifications/incoming", test_incoming);
  g_test_add_func ("/notifications/buttons", test_buttons);
  g_test_add_func ("/notifications/missed", test_missed);
  g_test_add_func ("/notifications/mailbox", test_mailbox);
  g_test_add_func ("/notifications/dropped", test_dropped);
  g_test_add_func ("/status-object/get-and-changed", test_status);
  g_test_add_func ("/status-object/interface", test_status_interface);
  g_test_add_func ("/pool-object/properties-and-signals", test_pool);
  status = g_test_run ();
  forget_shown ();
  g_object_unref (application);
  g_object_unref (server);
  private_bus_free (bus);
  return status;
}
