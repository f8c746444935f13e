/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "status-object.h"

/* Watches the models of the phone and says "Changed" at most once in a turn of the main loop. */

static const char interface_xml[]
    = "<node><interface name='org.tandemphone.Tandem.Status'>"
      "<method name='GetStatus'><arg name='json' type='s' direction='out'/></method>"
      "<signal name='Changed'/>"
      "</interface></node>";

struct _TandemStatusObject
{
  GObject parent_instance;

  GDBusConnection *connection;
  char *path;
  TandemPhone *phone;
  guint registration;
  guint changed_source;
  GPtrArray *watched; /* of GObject whose "notify::state" or "notify::role" we follow */
};

G_DEFINE_FINAL_TYPE (TandemStatusObject, tandem_status_object, G_TYPE_OBJECT)

static gboolean
on_changed_idle (gpointer data)
{
  TandemStatusObject *self = data;

  self->changed_source = 0;
  g_dbus_connection_emit_signal (self->connection, NULL, self->path,
                                 "org.tandemphone.Tandem.Status", "Changed", NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
changed (TandemStatusObject *self)
{
  if (self->changed_source == 0)
    self->changed_source = g_idle_add (on_changed_idle, self);
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  changed (data);
}

static void
watch (TandemStatusObject *self, GObject *object, const char *const *properties)
{
  for (guint i = 0; properties[i] != NULL; i++)
    {
      g_autofree char *signal = g_strconcat ("notify::", properties[i], NULL);

      g_signal_connect (object, signal, G_CALLBACK (on_notify), self);
    }
  g_ptr_array_add (self->watched, g_object_ref (object));
}

static void
unwatch (gpointer data, gpointer self)
{
  g_signal_handlers_disconnect_by_data (data, self);
}

static void watch_all (TandemStatusObject *self);

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  watch_all (data);
  changed (data);
}

static void
watch_list (TandemStatusObject *self, GListModel *model, const char *const *properties)
{
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), self);
  g_ptr_array_add (self->watched, g_object_ref (model));
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      watch (self, item, properties);
    }
}

/* The lists are short: watching all of them anew is simpler than following each change. */
static void
watch_all (TandemStatusObject *self)
{
  static const char *const call_properties[] = { "state", "muted", "codec", NULL };
  static const char *const account_properties[] = { "state", "active-proxy", "problem", NULL };
  static const char *const proxy_properties[] = { "role", "reason", NULL };
  GListModel *accounts = tandem_phone_get_accounts (self->phone);

  g_ptr_array_foreach (self->watched, unwatch, self);
  g_ptr_array_set_size (self->watched, 0);
  watch_list (self, tandem_phone_get_calls (self->phone), call_properties);
  watch_list (self, accounts, account_properties);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);

      watch_list (self, tandem_account_get_proxies (account), proxy_properties);
    }
}

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *object_path,
                const char *interface_name,
                const char *method_name,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer data)
{
  TandemStatusObject *self = data;
  g_autofree char *json = tandem_phone_status_to_json (self->phone);

  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", json));
}

static void
tandem_status_object_dispose (GObject *object)
{
  TandemStatusObject *self = TANDEM_STATUS_OBJECT (object);

  g_clear_handle_id (&self->changed_source, g_source_remove);
  g_ptr_array_foreach (self->watched, unwatch, self);
  g_ptr_array_set_size (self->watched, 0);
  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_object (&self->phone);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (tandem_status_object_parent_class)->dispose (object);
}

static void
tandem_status_object_finalize (GObject *object)
{
  TandemStatusObject *self = TANDEM_STATUS_OBJECT (object);

  g_free (self->path);
  g_ptr_array_unref (self->watched);
  G_OBJECT_CLASS (tandem_status_object_parent_class)->finalize (object);
}

static void
tandem_status_object_class_init (TandemStatusObjectClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tandem_status_object_dispose;
  G_OBJECT_CLASS (klass)->finalize = tandem_status_object_finalize;
}

static void
tandem_status_object_init (TandemStatusObject *self)
{
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
}

TandemStatusObject *
tandem_status_object_new (GDBusConnection *connection,
                          const char *path,
                          TandemPhone *phone,
                          GError **error)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (interface_xml, NULL);
  g_autoptr (TandemStatusObject) self = g_object_new (TANDEM_TYPE_STATUS_OBJECT, NULL);

  self->connection = g_object_ref (connection);
  self->path = g_strdup (path);
  self->phone = g_object_ref (phone);
  self->registration = g_dbus_connection_register_object (connection, path, info->interfaces[0],
                                                          &vtable, self, NULL, error);
  if (self->registration == 0)
    return NULL;
  watch_all (self);
  return g_steal_pointer (&self);
}
