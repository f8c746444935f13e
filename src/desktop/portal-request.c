/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "portal-request.h"

#include <glib/gi18n.h>

/* See portal-request.h. */

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"

enum
{
  RESPONSE_GRANTED = 0,
  RESPONSE_REFUSED = 1,
};

typedef struct
{
  GDBusConnection *bus;
  char *handle;
  guint subscription;
  guint watch;
  GSource *cancelled; /* (nullable) */
} Request;

static void
request_free (gpointer data)
{
  Request *self = data;

  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  if (self->watch != 0)
    g_bus_unwatch_name (self->watch);
  if (self->cancelled != NULL)
    {
      g_source_destroy (self->cancelled);
      g_source_unref (self->cancelled);
    }
  g_object_unref (self->bus);
  g_free (self->handle);
  g_free (self);
}

/* Ends the task, once. */
static void
end (GTask *task, GVariant *results, GError *error)
{
  Request *self = g_task_get_task_data (task);

  if (g_task_get_completed (task) || self->subscription == 0)
    {
      g_clear_error (&error);
      return;
    }
  g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_variant_ref (results), (GDestroyNotify) g_variant_unref);
  g_object_unref (task);
}

static void
on_response (GDBusConnection *bus,
             const char *sender,
             const char *path,
             const char *interface,
             const char *signal,
             GVariant *parameters,
             gpointer data)
{
  GTask *task = data;
  g_autoptr (GVariant) results = NULL;
  guint response;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    {
      end (task, NULL,
           g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                _ ("The desktop’s answer makes no sense")));
      return;
    }
  g_variant_get (parameters, "(u@a{sv})", &response, &results);
  if (response == RESPONSE_GRANTED)
    end (task, results, NULL);
  else if (response == RESPONSE_REFUSED)
    end (task, NULL,
         g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                              _ ("The desktop does not allow it")));
  else
    end (task, NULL,
         g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The desktop could not do it")));
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  end (data, NULL,
       g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                            _ ("This desktop offers no portal for it")));
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  end (data, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled")));
  return G_SOURCE_REMOVE;
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    return;
  g_dbus_error_strip_remote_error (error);
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE))
    end (task, NULL,
         g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                              _ ("This desktop offers no portal for it")));
  else
    end (task, NULL, g_steal_pointer (&error));
}

void
tandem_portal_request_async (GDBusConnection *bus,
                             const char *interface,
                             const char *method,
                             GVariant *before,
                             GVariantDict *options,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  static guint number = 0;
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Request *self = g_new0 (Request, 1);
  g_autoptr (GVariant) first = before != NULL ? g_variant_ref_sink (before) : NULL;
  g_auto (GVariantDict) own = G_VARIANT_DICT_INIT (NULL);
  GVariantDict *dict = options != NULL ? options : &own;
  g_autofree char *token = g_strdup_printf ("tandem%u", ++number);
  g_autofree char *sender
      = g_strdelimit (g_strdup (g_dbus_connection_get_unique_name (bus) + 1), ".", '_');
  GVariantBuilder parameters;

  self->bus = g_object_ref (bus);
  self->handle = g_strdup_printf (PORTAL_PATH "/request/%s/%s", sender, token);
  g_task_set_task_data (task, self, request_free);
  g_variant_dict_insert (dict, "handle_token", "s", token);
  g_variant_builder_init (&parameters, G_VARIANT_TYPE_TUPLE);
  for (gsize i = 0; first != NULL && i < g_variant_n_children (first); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (first, i);

      g_variant_builder_add_value (&parameters, child);
    }
  g_variant_builder_add_value (&parameters, g_variant_dict_end (dict));
  self->subscription = g_dbus_connection_signal_subscribe (
      bus, PORTAL_NAME, "org.freedesktop.portal.Request", "Response", self->handle, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_response, task, NULL);
  self->watch = g_bus_watch_name_on_connection (
      bus, PORTAL_NAME, G_BUS_NAME_WATCHER_FLAGS_AUTO_START, NULL, on_vanished, task, NULL);
  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled), task, NULL);
      g_source_attach (self->cancelled, g_main_context_get_thread_default ());
    }
  g_dbus_connection_call (bus, PORTAL_NAME, PORTAL_PATH, interface, method,
                          g_variant_builder_end (&parameters), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          cancellable, on_called, g_object_ref (task));
}

GVariant *
tandem_portal_request_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
