/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-secrets.h"

#include <string.h>

#define ITEM "/org/freedesktop/secrets/collection/c/1"

struct _FakeSecrets
{
  GDBusConnection *connection;
  GVariant *attributes; /* of the only item; NULL: no item */
  GBytes *value;
};

static const char xml[]
    = "<node>"
      "<interface name='org.freedesktop.Secret.Service'>"
      "<method name='OpenSession'><arg type='s'/><arg type='v'/>"
      "<arg type='v' direction='out'/><arg type='o' direction='out'/></method>"
      "<method name='SearchItems'><arg type='a{ss}'/>"
      "<arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>"
      "<method name='Unlock'><arg type='ao'/>"
      "<arg type='ao' direction='out'/><arg type='o' direction='out'/></method>"
      "<method name='GetSecrets'><arg type='ao'/><arg type='o'/>"
      "<arg type='a{o(oayays)}' direction='out'/></method>"
      "<property name='Collections' type='ao' access='read'/>"
      "</interface>"
      "<interface name='org.freedesktop.Secret.Collection'>"
      "<method name='CreateItem'><arg type='a{sv}'/><arg type='(oayays)'/><arg type='b'/>"
      "<arg type='o' direction='out'/><arg type='o' direction='out'/></method>"
      "</interface>"
      "<interface name='org.freedesktop.Secret.Item'>"
      "<method name='Delete'><arg type='o' direction='out'/></method>"
      "</interface>"
      "</node>";

static gboolean
matches (FakeSecrets *self, GVariant *wanted)
{
  GVariantIter iter;
  const char *name, *value, *have;

  if (self->attributes == NULL)
    return FALSE;
  g_variant_iter_init (&iter, wanted);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    {
      if (!g_variant_lookup (self->attributes, name, "&s", &have) || strcmp (have, value) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
drop_item (FakeSecrets *self)
{
  g_clear_pointer (&self->attributes, g_variant_unref);
  g_clear_pointer (&self->value, g_bytes_unref);
}

static GVariant *
get_secrets (FakeSecrets *self, const char *session)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{o(oayays)}"));
  if (self->value != NULL)
    g_variant_builder_add (&builder, "{o(o@ay@ays)}", ITEM, session,
                           g_variant_new_from_data (G_VARIANT_TYPE ("ay"), "", 0, TRUE, NULL, NULL),
                           g_variant_new_from_bytes (G_VARIANT_TYPE ("ay"), self->value, TRUE),
                           "text/plain");
  return g_variant_new ("(@a{o(oayays)})", g_variant_builder_end (&builder));
}

static void
create_item (FakeSecrets *self, GVariant *parameters)
{
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) value = NULL;

  g_variant_get (parameters, "(@a{sv}(o@ay@ays)b)", &properties, NULL, NULL, &value, NULL, NULL);
  drop_item (self);
  self->attributes = g_variant_lookup_value (properties, "org.freedesktop.Secret.Item.Attributes",
                                             G_VARIANT_TYPE ("a{ss}"));
  self->value = g_variant_get_data_as_bytes (value);
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
  static const char *const none[] = { NULL };
  static const char *const item[] = { ITEM, NULL };
  FakeSecrets *self = data;
  GVariant *reply = NULL;

  if (strcmp (method, "OpenSession") == 0)
    {
      const char *algorithm;

      g_variant_get_child (parameters, 0, "&s", &algorithm);
      if (strcmp (algorithm, "plain") != 0)
        {
          g_dbus_method_invocation_return_dbus_error (
              invocation, "org.freedesktop.DBus.Error.NotSupported", algorithm);
          return;
        }
      reply
          = g_variant_new ("(vo)", g_variant_new_string (""), "/org/freedesktop/secrets/session/1");
    }
  else if (strcmp (method, "SearchItems") == 0)
    {
      g_autoptr (GVariant) wanted = g_variant_get_child_value (parameters, 0);

      reply = g_variant_new ("(^ao^ao)", matches (self, wanted) ? item : none, none);
    }
  else if (strcmp (method, "Unlock") == 0)
    {
      g_autoptr (GVariant) paths = g_variant_get_child_value (parameters, 0);

      reply = g_variant_new ("(@aoo)", paths, "/");
    }
  else if (strcmp (method, "GetSecrets") == 0)
    {
      const char *session;

      g_variant_get_child (parameters, 1, "&o", &session);
      reply = get_secrets (self, session);
    }
  else if (strcmp (method, "CreateItem") == 0)
    {
      create_item (self, parameters);
      reply = g_variant_new ("(oo)", ITEM, "/");
    }
  else
    {
      g_assert_cmpstr (method, ==, "Delete");
      drop_item (self);
      reply = g_variant_new ("(o)", "/");
    }
  g_dbus_method_invocation_return_value (invocation, reply);
}

static GVariant *
on_get_property (GDBusConnection *connection,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *property,
                 GError **error,
                 gpointer data)
{
  static const char *const none[] = { NULL };

  return g_variant_new_objv (none, -1);
}

/* On the connection's own thread: nothing gets through, not even a ping. */
static GDBusMessage *
swallow (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  if (incoming && g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    {
      g_object_unref (message);
      return NULL;
    }
  return message;
}

FakeSecrets *
fake_secrets_new (const char *address, gboolean hanging)
{
  static const char *const paths[]
      = { "/org/freedesktop/secrets", "/org/freedesktop/secrets/aliases/default", ITEM };
  static const GDBusInterfaceVTable vtable = { on_method_call, on_get_property, NULL };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  FakeSecrets *self = g_new0 (FakeSecrets, 1);

  self->connection = g_dbus_connection_new_for_address_sync (
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  if (hanging)
    g_dbus_connection_add_filter (self->connection, swallow, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_dbus_connection_register_object (self->connection, paths[i], info->interfaces[i], &vtable,
                                         self, NULL, &error);
      g_assert_no_error (error);
    }
  reply = g_dbus_connection_call_sync (
      self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", "org.freedesktop.secrets", 0), NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  return self;
}

void
fake_secrets_free (FakeSecrets *self)
{
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_object_unref (self->connection);
  drop_item (self);
  g_free (self);
}

guint
fake_secrets_get_n_items (FakeSecrets *self)
{
  return self->attributes != NULL;
}
