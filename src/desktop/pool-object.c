/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "pool-object.h"

#include "model-watch.h"
#include "pool-event.h"

/* TandemPoolObject: see pool-object.h. What changes is told by PropertiesChanged, without the values
 * that count down by themselves. */

#define INTERFACE "org.tandemphone.Tandem.Pool"
#define CANDIDATE_TYPE "(ssssudxsb)"
#define EVENT_TYPE "(xsssssd)"

static const char interface_xml[]
    = "<node><interface name='" INTERFACE "'>"
      "<property name='State' type='s' access='read'/>"
      "<property name='Title' type='s' access='read'/>"
      "<property name='Subtitle' type='s' access='read'>"
      "<annotation name='org.freedesktop.DBus.Property.EmitsChangedSignal' "
      "value='invalidates'/></property>"
      "<property name='Problem' type='s' access='read'/>"
      "<property name='SecondsToRetry' type='u' access='read'>"
      "<annotation name='org.freedesktop.DBus.Property.EmitsChangedSignal' "
      "value='invalidates'/></property>"
      "<property name='Accounts' type='a(sss)' access='read'/>"
      "<property name='Candidates' type='a" CANDIDATE_TYPE "' access='read'/>"
      "<property name='Mailbox' type='(buus)' access='read'/>"
      "<method name='GetTimeline'><arg name='events' type='a" EVENT_TYPE
      "' direction='out'/></method>"
      "<signal name='Event'>"
      "<arg name='when' type='x'/><arg name='account' type='s'/><arg name='operation' type='s'/>"
      "<arg name='from' type='s'/><arg name='to' type='s'/><arg name='reason' type='s'/>"
      "<arg name='took' type='d'/></signal>"
      "</interface></node>";

struct _TandemPoolObject
{
  GObject parent_instance;

  GDBusConnection *connection;
  char *path;
  guint registration;
  TandemPhone *phone; /* nullable */
  TandemModelWatch *watch;
  gulong timeline_handler;
};

G_DEFINE_FINAL_TYPE (TandemPoolObject, tandem_pool_object, G_TYPE_OBJECT)

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static const char *
nick (GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);

  return g_enum_get_value (klass, value)->value_nick;
}

/* (transfer none) (nullable): the one that the window shows */
static TandemAccount *
get_account (TandemPoolObject *self)
{
  return self->phone != NULL ? tandem_phone_get_account (self->phone) : NULL;
}

static const char *
get_state (TandemPoolObject *self)
{
  TandemAccount *account = get_account (self);

  return nick (TANDEM_TYPE_ACCOUNT_STATE, account != NULL ? (int) tandem_account_get_state (account)
                                                          : (int) TANDEM_ACCOUNT_NOT_CONFIGURED);
}

static void
add_candidates (GVariantBuilder *candidates, TandemAccount *account)
{
  GListModel *proxies = tandem_account_get_proxies (account);

  for (guint i = 0; i < g_list_model_get_n_items (proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, i);
      GDateTime *failed = tandem_proxy_get_last_failure (proxy);

      g_variant_builder_add (
          candidates, CANDIDATE_TYPE, tandem_account_get_id (account), tandem_proxy_get_id (proxy),
          tandem_proxy_get_address (proxy),
          nick (TANDEM_TYPE_PROXY_ROLE, (int) tandem_proxy_get_role (proxy)),
          tandem_proxy_get_seconds_left (proxy), tandem_proxy_get_round_trip (proxy),
          failed != NULL ? g_date_time_to_unix (failed) : (gint64) 0,
          or_empty (tandem_proxy_get_reason (proxy)), tandem_proxy_is_preferred (proxy));
    }
}

static GVariant *
get_candidates (TandemPoolObject *self)
{
  g_auto (GVariantBuilder) candidates
      = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" CANDIDATE_TYPE));
  GListModel *accounts = self->phone != NULL ? tandem_phone_get_accounts (self->phone) : NULL;

  for (guint i = 0; accounts != NULL && i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);

      add_candidates (&candidates, account);
    }
  return g_variant_builder_end (&candidates);
}

static GVariant *
get_accounts (TandemPoolObject *self)
{
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sss)"));
  GListModel *accounts = self->phone != NULL ? tandem_phone_get_accounts (self->phone) : NULL;

  for (guint i = 0; accounts != NULL && i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);

      g_variant_builder_add (
          &list, "(sss)", tandem_account_get_id (account), tandem_account_get_address (account),
          nick (TANDEM_TYPE_ACCOUNT_STATE, (int) tandem_account_get_state (account)));
    }
  return g_variant_builder_end (&list);
}

static GVariant *
get_mailbox (TandemPoolObject *self)
{
  TandemAccount *account = get_account (self);

  if (account == NULL)
    return g_variant_new ("(buus)", FALSE, 0, 0, "");
  return g_variant_new ("(buus)", tandem_account_get_mailbox_waiting (account),
                        tandem_account_get_mailbox_new (account),
                        tandem_account_get_mailbox_old (account),
                        or_empty (tandem_account_get_mailbox_uri (account)));
}

static GVariant *
get_property (TandemPoolObject *self, const char *name)
{
  TandemAccount *account = get_account (self);

  if (g_str_equal (name, "State"))
    return g_variant_new_string (get_state (self));
  if (g_str_equal (name, "Title"))
    return g_variant_new_string (account != NULL ? or_empty (tandem_account_get_title (account))
                                                 : "");
  if (g_str_equal (name, "Subtitle"))
    return g_variant_new_string (account != NULL ? or_empty (tandem_account_get_subtitle (account))
                                                 : "");
  if (g_str_equal (name, "Problem"))
    return g_variant_new_string (account != NULL ? or_empty (tandem_account_get_problem (account))
                                                 : "");
  if (g_str_equal (name, "SecondsToRetry"))
    return g_variant_new_uint32 (account != NULL ? tandem_account_get_seconds_to_retry (account)
                                                 : 0);
  if (g_str_equal (name, "Accounts"))
    return get_accounts (self);
  if (g_str_equal (name, "Candidates"))
    return get_candidates (self);
  return get_mailbox (self);
}

static GVariant *
on_get_property (GDBusConnection *connection,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *name,
                 GError **error,
                 gpointer data)
{
  return g_variant_ref_sink (get_property (data, name));
}

static GVariant *
event_to_variant (TandemPoolEvent *event)
{
  return g_variant_new (
      EVENT_TYPE,
      g_date_time_to_unix (tandem_pool_event_get_time (event)) * G_USEC_PER_SEC
          + g_date_time_get_microsecond (tandem_pool_event_get_time (event)),
      tandem_pool_event_get_account (event), tandem_pool_event_get_operation (event),
      or_empty (tandem_pool_event_get_from_id (event)),
      or_empty (tandem_pool_event_get_to_id (event)),
      or_empty (tandem_pool_event_get_reason (event)), (double) tandem_pool_event_get_took (event));
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
  TandemPoolObject *self = data;
  g_auto (GVariantBuilder) events = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" EVENT_TYPE));
  GListModel *timeline = self->phone != NULL ? tandem_phone_get_timeline (self->phone) : NULL;

  for (guint i = timeline != NULL ? g_list_model_get_n_items (timeline) : 0; i > 0; i--)
    {
      g_autoptr (TandemPoolEvent) event = g_list_model_get_item (timeline, i - 1);

      g_variant_builder_add_value (&events, event_to_variant (event));
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a" EVENT_TYPE ")", &events));
}

static void
on_changed (gpointer data)
{
  static const char *const names[]
      = { "State", "Title", "Problem", "Accounts", "Candidates", "Mailbox" };
  static const char *const running[] = { "Subtitle", "SecondsToRetry", NULL };
  TandemPoolObject *self = data;
  g_auto (GVariantBuilder) changed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_variant_builder_add (&changed, "{sv}", names[i], get_property (self, names[i]));
  g_dbus_connection_emit_signal (self->connection, NULL, self->path,
                                 "org.freedesktop.DBus.Properties", "PropertiesChanged",
                                 g_variant_new ("(sa{sv}^as)", INTERFACE, &changed, running), NULL);
}

/* The newest are in front. */
static void
on_timeline (GListModel *timeline, guint position, guint removed, guint added, gpointer data)
{
  TandemPoolObject *self = data;

  for (guint i = added; i > 0; i--)
    {
      g_autoptr (TandemPoolEvent) event = g_list_model_get_item (timeline, position + i - 1);

      g_dbus_connection_emit_signal (self->connection, NULL, self->path, INTERFACE, "Event",
                                     event_to_variant (event), NULL);
    }
}

static void
drop_phone (TandemPoolObject *self)
{
  g_clear_pointer (&self->watch, tandem_model_watch_free);
  if (self->phone != NULL)
    g_clear_signal_handler (&self->timeline_handler, tandem_phone_get_timeline (self->phone));
  g_clear_object (&self->phone);
}

static void
tandem_pool_object_dispose (GObject *object)
{
  TandemPoolObject *self = TANDEM_POOL_OBJECT (object);

  drop_phone (self);
  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (tandem_pool_object_parent_class)->dispose (object);
}

static void
tandem_pool_object_finalize (GObject *object)
{
  g_free (TANDEM_POOL_OBJECT (object)->path);
  G_OBJECT_CLASS (tandem_pool_object_parent_class)->finalize (object);
}

static void
tandem_pool_object_class_init (TandemPoolObjectClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tandem_pool_object_dispose;
  G_OBJECT_CLASS (klass)->finalize = tandem_pool_object_finalize;
}

static void
tandem_pool_object_init (TandemPoolObject *self)
{
}

TandemPoolObject *
tandem_pool_object_new (GDBusConnection *connection, const char *path, GError **error)
{
  static const GDBusInterfaceVTable vtable
      = { .method_call = on_method_call, .get_property = on_get_property };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (interface_xml, NULL);
  g_autoptr (TandemPoolObject) self = g_object_new (TANDEM_TYPE_POOL_OBJECT, NULL);

  self->connection = g_object_ref (connection);
  self->path = g_strdup (path);
  self->registration = g_dbus_connection_register_object (connection, path, info->interfaces[0],
                                                          &vtable, self, NULL, error);
  if (self->registration == 0)
    return NULL;
  return g_steal_pointer (&self);
}

void
tandem_pool_object_set_phone (TandemPoolObject *self, TandemPhone *phone)
{
  drop_phone (self);
  self->phone = g_object_ref (phone);
  self->watch = tandem_model_watch_new (phone, on_changed, self);
  self->timeline_handler = g_signal_connect (tandem_phone_get_timeline (phone), "items-changed",
                                             G_CALLBACK (on_timeline), self);
  on_changed (self);
}
