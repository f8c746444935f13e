/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "global-shortcuts.h"
#include "portal-request.h"

#include <glib/gi18n.h>

/* See global-shortcuts.h. */

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define INTERFACE "org.freedesktop.portal.GlobalShortcuts"
#define SESSION "org.freedesktop.portal.Session"

typedef struct
{
  const char *id;
  const char *title;  /* untranslated */
  const char *action; /* detailed; NULL: held */
  gboolean talks;
} Key;

static const Key keys[] = {
  { "answer", NC_ ("shortcut window", "Answer"), "answer('')", FALSE },
  { "decline", NC_ ("shortcut window", "Decline"), "decline('')", FALSE },
  { "hang-up", NC_ ("shortcut window", "Hang up"), "hang-up('')", FALSE },
  { "mute", NC_ ("shortcut window", "Mute"), "mute(('', 'toggle'))", FALSE },
  { "hold", NC_ ("shortcut window", "Hold, retrieve"), "toggle-hold('')", FALSE },
  { "talk", NC_ ("shortcut window", "Talk while held"), NULL, TRUE },
  { "cough", NC_ ("shortcut window", "Mute while held"), NULL, FALSE },
};

struct _TandemGlobalShortcuts
{
  GObject parent_instance;

  GDBusConnection *bus;
  GActionGroup *actions;
  GCancellable *cancellable; /* of what is asked now */
  char *session;
  guint watch, presses, closed;
  gboolean bound;
  gboolean down[G_N_ELEMENTS (keys)];
};

enum
{
  HELD,
  BOUND,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TandemGlobalShortcuts, tandem_global_shortcuts, G_TYPE_OBJECT)

static void
set_down (TandemGlobalShortcuts *self, gsize key, gboolean down)
{
  if (self->down[key] == down)
    return;
  self->down[key] = down;
  g_signal_emit (self, signals[HELD], 0, keys[key].talks, down);
}

/* Nothing more is heard of the session; the keys that are down go up. */
static void
lose (TandemGlobalShortcuts *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->presses != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->presses);
  if (self->closed != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->closed);
  self->presses = self->closed = 0;
  g_clear_pointer (&self->session, g_free);
  self->bound = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    set_down (self, i, FALSE);
}

static void
fail (TandemGlobalShortcuts *self, const GError *error)
{
  g_message ("global shortcuts: %s", error->message);
  lose (self);
  g_signal_emit (self, signals[FAILED], 0, error);
}

static void
fail_with (TandemGlobalShortcuts *self, GIOErrorEnum code, const char *words)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, code, words);

  fail (self, error);
}

static void
press (TandemGlobalShortcuts *self, gsize key, gboolean down)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  if (keys[key].action == NULL)
    set_down (self, key, down);
  else if (down && g_action_parse_detailed_name (keys[key].action, &name, &target, NULL))
    g_action_group_activate_action (self->actions, name, target);
}

static void
on_press (GDBusConnection *bus,
          const char *sender,
          const char *path,
          const char *interface,
          const char *signal,
          GVariant *parameters,
          gpointer data)
{
  TandemGlobalShortcuts *self = data;
  const char *session, *id;
  const gboolean down = g_str_equal (signal, "Activated");

  if (!(down || g_str_equal (signal, "Deactivated")) || !self->bound
      || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(osta{sv})")))
    return;
  g_variant_get (parameters, "(&o&sta{sv})", &session, &id, NULL, NULL);
  if (g_strcmp0 (session, self->session) != 0)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].id, id))
      {
        g_autoptr (TandemGlobalShortcuts) kept = g_object_ref (self);

        press (self, i, down);
        return;
      }
}

static void
on_closed (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *signal,
           GVariant *parameters,
           gpointer data)
{
  fail_with (data, G_IO_ERROR_CLOSED, _ ("The desktop took the keys away"));
}

/* What was asked before the session was lost is nothing any more. */
static GVariant *
finish (TandemGlobalShortcuts *self, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) results = tandem_portal_request_finish (result, &error);

  if (self->cancellable == NULL || g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return NULL;
  if (results == NULL)
    fail (self, error);
  return g_steal_pointer (&results);
}

static void
on_bound (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemGlobalShortcuts) self = data;
  g_autoptr (GVariant) results = finish (self, result);
  g_autoptr (GVariant) bound = NULL;

  if (results == NULL)
    return;
  bound = g_variant_lookup_value (results, "shortcuts", G_VARIANT_TYPE ("a(sa{sv})"));
  if (bound == NULL || g_variant_n_children (bound) == 0)
    {
      fail_with (self, G_IO_ERROR_CANCELLED, _ ("The desktop gave no keys"));
      return;
    }
  self->bound = TRUE;
  g_signal_emit (self, signals[BOUND], 0);
}

static GVariant *
list_keys (const char *session)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(sa{sv})"));
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_auto (GVariantDict) about = G_VARIANT_DICT_INIT (NULL);

      g_variant_dict_insert (&about, "description", "s",
                             g_dpgettext2 (NULL, "shortcut window", keys[i].title));
      g_variant_builder_add (&list, "(s@a{sv})", keys[i].id, g_variant_dict_end (&about));
    }
  return g_variant_new ("(oa(sa{sv})s)", session, &list, "");
}

static void
on_session (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemGlobalShortcuts) self = data;
  g_autoptr (GVariant) results = finish (self, result);
  g_autoptr (GVariant) handle = NULL;

  if (results == NULL)
    return;
  handle = g_variant_lookup_value (results, "session_handle", NULL);
  if (handle == NULL
      || !(g_variant_is_of_type (handle, G_VARIANT_TYPE_STRING)
           || g_variant_is_of_type (handle, G_VARIANT_TYPE_OBJECT_PATH))
      || !g_variant_is_object_path (g_variant_get_string (handle, NULL)))
    {
      fail_with (self, G_IO_ERROR_INVALID_DATA, _ ("The desktop’s answer makes no sense"));
      return;
    }
  self->session = g_variant_dup_string (handle, NULL);
  self->presses
      = g_dbus_connection_signal_subscribe (self->bus, PORTAL_NAME, INTERFACE, NULL, PORTAL_PATH,
                                            NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_press, self, NULL);
  self->closed = g_dbus_connection_signal_subscribe (self->bus, PORTAL_NAME, SESSION, "Closed",
                                                     self->session, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                     on_closed, self, NULL);
  tandem_portal_request_async (self->bus, INTERFACE, "BindShortcuts", list_keys (self->session),
                               NULL, self->cancellable, on_bound, g_object_ref (self));
}

static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  static guint number = 0;
  TandemGlobalShortcuts *self = data;
  g_autofree char *token = g_strdup_printf ("tandem%u", ++number);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  lose (self);
  self->cancellable = g_cancellable_new ();
  g_variant_dict_insert (&options, "session_handle_token", "s", token);
  tandem_portal_request_async (bus, INTERFACE, "CreateSession", NULL, &options, self->cancellable,
                               on_session, g_object_ref (self));
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  fail_with (data, G_IO_ERROR_NOT_SUPPORTED, _ ("This desktop offers no portal for it"));
}

void
tandem_global_shortcuts_start (TandemGlobalShortcuts *self)
{
  g_return_if_fail (TANDEM_IS_GLOBAL_SHORTCUTS (self));

  if (self->watch == 0)
    self->watch = g_bus_watch_name_on_connection (self->bus, PORTAL_NAME,
                                                  G_BUS_NAME_WATCHER_FLAGS_AUTO_START, on_appeared,
                                                  on_vanished, self, NULL);
}

void
tandem_global_shortcuts_stop (TandemGlobalShortcuts *self)
{
  g_return_if_fail (TANDEM_IS_GLOBAL_SHORTCUTS (self));

  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  if (self->session != NULL)
    g_dbus_connection_call (self->bus, PORTAL_NAME, self->session, SESSION, "Close", NULL, NULL,
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
  lose (self);
}

gboolean
tandem_global_shortcuts_is_bound (TandemGlobalShortcuts *self)
{
  g_return_val_if_fail (TANDEM_IS_GLOBAL_SHORTCUTS (self), FALSE);
  return self->bound;
}

static void
tandem_global_shortcuts_dispose (GObject *object)
{
  TandemGlobalShortcuts *self = TANDEM_GLOBAL_SHORTCUTS (object);

  if (self->bus != NULL)
    tandem_global_shortcuts_stop (self);
  g_clear_object (&self->bus);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (tandem_global_shortcuts_parent_class)->dispose (object);
}

static void
tandem_global_shortcuts_class_init (TandemGlobalShortcutsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tandem_global_shortcuts_dispose;
  signals[HELD] = g_signal_new ("held", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_BOOLEAN, G_TYPE_BOOLEAN);
  signals[BOUND] = g_signal_new ("bound", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
tandem_global_shortcuts_init (TandemGlobalShortcuts *self)
{
}

TandemGlobalShortcuts *
tandem_global_shortcuts_new (GDBusConnection *bus, GActionGroup *actions)
{
  TandemGlobalShortcuts *self = g_object_new (TANDEM_TYPE_GLOBAL_SHORTCUTS, NULL);

  self->bus = g_object_ref (bus);
  self->actions = g_object_ref (actions);
  return self;
}
