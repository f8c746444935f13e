/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "actions-private.h"

#include <glib/gi18n.h>

#include <string.h>

/* Tables of actions, one for each theme; see actions-private.h. */

struct _TandemActions
{
  GObject parent_instance;

  GActionMap *map;    /* weak */
  TandemPhone *phone; /* nullable */
};

enum
{
  SIGNAL_FAILED,
  SIGNAL_PRESENT,
  SIGNAL_PRESENT_CALL,
  SIGNAL_PRESENT_HISTORY,
  SIGNAL_FILL_ENTRY,
  SIGNAL_QUIT,
  SIGNAL_PRACTISE_FAILOVER,
  SIGNAL_SILENCE_PROXY,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TandemActions, tandem_actions, G_TYPE_OBJECT)

TandemPhone *
tandem_actions_get_phone (TandemActions *self)
{
  return self->phone;
}

gboolean
tandem_actions_fail (GError **error, GIOErrorEnum code, const char *message)
{
  g_set_error_literal (error, G_IO_ERROR, code, message);
  return FALSE;
}

static TandemCall *
find_call (TandemActions *self,
           const char *id,
           TandemCallFits fits,
           gboolean prefer_talking,
           const char *none,
           GError **error)
{
  GListModel *calls = tandem_phone_get_calls (self->phone);
  TandemCall *talking = prefer_talking ? tandem_phone_get_active_call (self->phone) : NULL;
  g_autoptr (TandemCall) found = NULL;
  guint n = 0;

  if (id[0] != '\0')
    {
      TandemCall *call = tandem_phone_find_call (self->phone, id);

      if (call == NULL)
        tandem_actions_fail (error, G_IO_ERROR_NOT_FOUND, _ ("There is no call with that id"));
      return call != NULL ? g_object_ref (call) : NULL;
    }
  if (talking != NULL && fits (talking))
    return g_object_ref (talking);
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      if (fits (call))
        {
          n++;
          g_set_object (&found, call);
        }
    }
  if (n == 0)
    tandem_actions_fail (error, G_IO_ERROR_NOT_FOUND, none);
  else if (n > 1)
    tandem_actions_fail (error, G_IO_ERROR_INVALID_ARGUMENT,
                         _ ("There are several calls: say which by its id"));
  return n == 1 ? g_steal_pointer (&found) : NULL;
}

TandemCall *
tandem_actions_find_call (
    TandemActions *self, const char *id, TandemCallFits fits, const char *none, GError **error)
{
  return find_call (self, id, fits, FALSE, none, error);
}

TandemCall *
tandem_actions_find_talking (
    TandemActions *self, const char *id, TandemCallFits fits, const char *none, GError **error)
{
  return find_call (self, id, fits, TRUE, none, error);
}

gboolean
tandem_actions_read_switch (const char *word, gboolean now, gboolean *on, GError **error)
{
  if (g_str_equal (word, "on"))
    *on = TRUE;
  else if (g_str_equal (word, "off"))
    *on = FALSE;
  else if (g_str_equal (word, "toggle"))
    *on = !now;
  else
    return tandem_actions_fail (error, G_IO_ERROR_INVALID_ARGUMENT,
                                _ ("This is turned on, off or toggle"));
  return TRUE;
}

gboolean
tandem_actions_has_window (TandemActions *self, const char *signal, GError **error)
{
  if (g_signal_has_handler_pending (self, g_signal_lookup (signal, TANDEM_TYPE_ACTIONS), 0, FALSE))
    return TRUE;
  return tandem_actions_fail (error, G_IO_ERROR_NOT_SUPPORTED, _ ("This phone has no window"));
}

static gboolean
perform_delete_history (TandemActions *self, GVariant *parameter, GError **error)
{
  tandem_phone_delete_history (self->phone);
  return TRUE;
}

static gboolean
perform_practise_failover (TandemActions *self, GVariant *parameter, GError **error)
{
  g_signal_emit (self, signals[SIGNAL_PRACTISE_FAILOVER], 0);
  return TRUE;
}

static gboolean
perform_silence_proxy (TandemActions *self, GVariant *parameter, GError **error)
{
  GAction *action
      = self->map != NULL ? g_action_map_lookup_action (self->map, "silence-proxy") : NULL;

  if (action == NULL || !g_action_get_enabled (action))
    return tandem_actions_fail (error, G_IO_ERROR_NOT_SUPPORTED,
                                _ ("The practice exchange is not in use"));
  g_signal_emit (self, signals[SIGNAL_SILENCE_PROXY], 0);
  return TRUE;
}

static gboolean
perform_quit (TandemActions *self, GVariant *parameter, GError **error)
{
  g_signal_emit (self, signals[SIGNAL_QUIT], 0);
  return TRUE;
}

static const TandemAction program_actions[] = {
  { "delete-history", NULL, TRUE, perform_delete_history },
  { "practise-failover", NULL, TRUE, perform_practise_failover },
  { "silence-proxy", NULL, TRUE, perform_silence_proxy },
  { "quit", NULL, FALSE, perform_quit },
  { NULL },
};

static const TandemAction *const themes[] = {
  tandem_call_actions,    tandem_transfer_actions, tandem_availability_actions,
  tandem_account_actions, tandem_window_actions,   program_actions,
};

static const TandemAction *
find_action (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (themes); i++)
    for (const TandemAction *action = themes[i]; action->name != NULL; action++)
      if (g_str_equal (action->name, name))
        return action;
  return NULL;
}

static void
on_activate (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemActions *self = data;
  const char *name = g_action_get_name (G_ACTION (action));
  g_autoptr (GError) error = NULL;

  if (tandem_actions_perform (self, name, parameter, &error))
    return;
  g_message ("%s: %s", name, error->message);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
}

static void
tandem_actions_dispose (GObject *object)
{
  TandemActions *self = TANDEM_ACTIONS (object);

  if (self->map != NULL)
    {
      for (guint i = 0; i < G_N_ELEMENTS (themes); i++)
        for (const TandemAction *action = themes[i]; action->name != NULL; action++)
          g_action_map_remove_action (self->map, action->name);
      g_clear_weak_pointer (&self->map);
    }
  g_clear_object (&self->phone);
  G_OBJECT_CLASS (tandem_actions_parent_class)->dispose (object);
}

static guint
add_signal (const char *name, GType type)
{
  return g_signal_new (name, TANDEM_TYPE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, type != G_TYPE_NONE ? 1 : 0, type);
}

static void
tandem_actions_class_init (TandemActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tandem_actions_dispose;
  signals[SIGNAL_FAILED] = add_signal ("failed", G_TYPE_STRING);
  signals[SIGNAL_PRESENT] = add_signal ("present", G_TYPE_NONE);
  signals[SIGNAL_PRESENT_CALL] = add_signal ("present-call", TANDEM_TYPE_CALL);
  signals[SIGNAL_PRESENT_HISTORY] = add_signal ("present-history", G_TYPE_NONE);
  signals[SIGNAL_FILL_ENTRY] = add_signal ("fill-entry", G_TYPE_STRING);
  signals[SIGNAL_QUIT] = add_signal ("quit", G_TYPE_NONE);
  signals[SIGNAL_PRACTISE_FAILOVER] = add_signal ("practise-failover", G_TYPE_NONE);
  signals[SIGNAL_SILENCE_PROXY] = add_signal ("silence-proxy", G_TYPE_NONE);
}

static void
tandem_actions_init (TandemActions *self)
{
}

TandemActions *
tandem_actions_new (GActionMap *map)
{
  TandemActions *self = g_object_new (TANDEM_TYPE_ACTIONS, NULL);

  g_set_weak_pointer (&self->map, map);
  for (guint i = 0; i < G_N_ELEMENTS (themes); i++)
    for (const TandemAction *each = themes[i]; each->name != NULL; each++)
      {
        g_autoptr (GSimpleAction) action = g_simple_action_new (
            each->name, each->type != NULL ? G_VARIANT_TYPE (each->type) : NULL);

        g_signal_connect_object (action, "activate", G_CALLBACK (on_activate), self, 0);
        g_action_map_add_action (map, G_ACTION (action));
      }
  tandem_actions_set_practising (self, FALSE);
  return self;
}

void
tandem_actions_set_phone (TandemActions *self, TandemPhone *phone)
{
  g_set_object (&self->phone, phone);
}

void
tandem_actions_set_practising (TandemActions *self, gboolean practising)
{
  GAction *action
      = self->map != NULL ? g_action_map_lookup_action (self->map, "silence-proxy") : NULL;

  if (action != NULL)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (action), practising);
}

gboolean
tandem_actions_perform (TandemActions *self, const char *name, GVariant *parameter, GError **error)
{
  g_autoptr (GVariant) held = parameter != NULL ? g_variant_ref_sink (parameter) : NULL;
  const TandemAction *action = find_action (name);

  if (action == NULL)
    return tandem_actions_fail (error, G_IO_ERROR_NOT_SUPPORTED, _ ("There is no such action"));
  if (action->type == NULL
          ? held != NULL
          : held == NULL || !g_variant_is_of_type (held, G_VARIANT_TYPE (action->type)))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("The action “%s” takes another kind of parameter"), name);
      return FALSE;
    }
  if (action->needs_phone && self->phone == NULL)
    return tandem_actions_fail (error, G_IO_ERROR_NOT_INITIALIZED, _ ("The phone has not started"));
  return action->perform (self, held, error);
}
