/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "status-object.h"

#include "model-watch.h"

#include <glib/gi18n.h>

/* TandemStatusObject: see status-object.h. A question that comes before the phone is there waits for
 * it. */

#define MAX_WAITING 64

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
  guint registration;
  TandemPhone *phone; /* nullable */
  TandemModelWatch *watch;
  GPtrArray *waiting; /* of GDBusMethodInvocation */
};

G_DEFINE_FINAL_TYPE (TandemStatusObject, tandem_status_object, G_TYPE_OBJECT)

static void
on_changed (gpointer data)
{
  TandemStatusObject *self = data;

  g_dbus_connection_emit_signal (self->connection, NULL, self->path,
                                 "org.tandemphone.Tandem.Status", "Changed", NULL, NULL);
}

/* Takes the invocation. */
static void
answer (TandemStatusObject *self, GDBusMethodInvocation *invocation)
{
  g_autofree char *json = tandem_phone_status_to_json (self->phone);

  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", json));
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

  if (self->phone != NULL)
    answer (self, invocation);
  else if (self->waiting->len < MAX_WAITING)
    g_ptr_array_add (self->waiting, invocation);
  else
    g_dbus_method_invocation_return_error_literal (
        invocation, G_DBUS_ERROR, G_DBUS_ERROR_LIMITS_EXCEEDED, _ ("The phone has not started"));
}

static void
refuse_waiting (TandemStatusObject *self)
{
  for (guint i = 0; i < self->waiting->len; i++)
    g_dbus_method_invocation_return_error_literal (g_ptr_array_index (self->waiting, i),
                                                   G_DBUS_ERROR, G_DBUS_ERROR_FAILED,
                                                   _ ("The phone has not started"));
  g_ptr_array_set_size (self->waiting, 0);
}

static void
tandem_status_object_dispose (GObject *object)
{
  TandemStatusObject *self = TANDEM_STATUS_OBJECT (object);

  g_clear_pointer (&self->watch, tandem_model_watch_free);
  refuse_waiting (self);
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
  g_ptr_array_unref (self->waiting);
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
  self->waiting = g_ptr_array_new ();
}

TandemStatusObject *
tandem_status_object_new (GDBusConnection *connection, const char *path, GError **error)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (interface_xml, NULL);
  g_autoptr (TandemStatusObject) self = g_object_new (TANDEM_TYPE_STATUS_OBJECT, NULL);

  self->connection = g_object_ref (connection);
  self->path = g_strdup (path);
  self->registration = g_dbus_connection_register_object (connection, path, info->interfaces[0],
                                                          &vtable, self, NULL, error);
  if (self->registration == 0)
    return NULL;
  return g_steal_pointer (&self);
}

void
tandem_status_object_set_phone (TandemStatusObject *self, TandemPhone *phone)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  g_set_object (&self->phone, phone);
  self->waiting = g_ptr_array_new ();
  g_clear_pointer (&self->watch, tandem_model_watch_free);
  self->watch = tandem_model_watch_new (phone, on_changed, self);
  for (guint i = 0; i < waiting->len; i++)
    answer (self, g_ptr_array_index (waiting, i));
  on_changed (self);
}
