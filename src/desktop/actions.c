/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "actions.h"
#include "link.h"

#include <glib/gi18n.h>

#include <string.h>

/* One table of actions; each row's function does it or says why not. To add an action, add a row
 * and its line in the header. */

struct _TandemActions
{
  GObject parent_instance;

  GActionMap *map;    /* weak */
  TandemPhone *phone; /* nullable */
};

typedef gboolean (*PerformFunc) (TandemActions *self, GVariant *parameter, GError **error);

typedef struct
{
  const char *name;
  const char *type; /* NULL: no parameter */
  gboolean needs_phone;
  PerformFunc perform;
} Action;

enum
{
  SIGNAL_FAILED,
  SIGNAL_PRESENT,
  SIGNAL_PRESENT_CALL,
  SIGNAL_PRESENT_HISTORY,
  SIGNAL_FILL_ENTRY,
  SIGNAL_QUIT,
  SIGNAL_PRACTISE_FAILOVER,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TandemActions, tandem_actions, G_TYPE_OBJECT)

static gboolean
fail (GError **error, GIOErrorEnum code, const char *message)
{
  g_set_error_literal (error, G_IO_ERROR, code, message);
  return FALSE;
}

static gboolean
is_live (TandemCall *call)
{
  TandemCallState state = tandem_call_get_state (call);

  return state != TANDEM_CALL_RINGING_HERE && state != TANDEM_CALL_ENDED;
}

static gboolean
rings_here (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_RINGING_HERE;
}

static gboolean
is_redirected (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_REDIRECTED;
}

static gboolean
can_be_held (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_CONNECTED
         && (tandem_call_get_hold (call) & TANDEM_HOLD_LOCAL) == 0;
}

static gboolean
is_held_here (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_CONNECTED
         && (tandem_call_get_hold (call) & TANDEM_HOLD_LOCAL) != 0;
}

static gboolean
is_up (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_CONNECTED;
}

static gboolean
is_any (TandemCall *call)
{
  return TRUE;
}

/* The call with that id; with no id the only one that fits. (transfer full) */
static TandemCall *
find_call (TandemActions *self,
           const char *id,
           gboolean (*fits) (TandemCall *call),
           const char *none,
           GError **error)
{
  GListModel *calls = tandem_phone_get_calls (self->phone);
  g_autoptr (TandemCall) found = NULL;
  guint n = 0;

  if (id[0] != '\0')
    {
      TandemCall *call = tandem_phone_find_call (self->phone, id);

      if (call == NULL)
        fail (error, G_IO_ERROR_NOT_FOUND, _ ("There is no call with that id"));
      return call != NULL ? g_object_ref (call) : NULL;
    }
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
    fail (error, G_IO_ERROR_NOT_FOUND, none);
  else if (n > 1)
    fail (error, G_IO_ERROR_INVALID_ARGUMENT, _ ("There are several calls: say which by its id"));
  return n == 1 ? g_steal_pointer (&found) : NULL;
}

static gboolean
need_handler (TandemActions *self, guint signal, GError **error)
{
  if (g_signal_has_handler_pending (self, signals[signal], 0, FALSE))
    return TRUE;
  return fail (error, G_IO_ERROR_NOT_SUPPORTED, _ ("This phone has no window"));
}

static gboolean
perform_call (TandemActions *self, GVariant *parameter, GError **error)
{
  return tandem_phone_call (self->phone, g_variant_get_string (parameter, NULL), error) != NULL;
}

static gboolean
perform_answer (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = find_call (self, g_variant_get_string (parameter, NULL), rings_here,
                                           _ ("No call is ringing"), error);

  return call != NULL && tandem_call_answer (call, error);
}

static gboolean
perform_decline (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = find_call (self, g_variant_get_string (parameter, NULL), rings_here,
                                           _ ("No call is ringing"), error);

  return call != NULL && tandem_call_decline (call, error);
}

static gboolean
perform_hang_up (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = find_call (self, g_variant_get_string (parameter, NULL), is_live,
                                           _ ("There is no call to hang up"), error);

  return call != NULL && tandem_call_hang_up (call, error);
}

static gboolean
perform_mute (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id;
  const char *how;
  gboolean muted;
  g_autoptr (TandemCall) call = NULL;

  g_variant_get (parameter, "(&s&s)", &id, &how);
  if (!g_str_equal (how, "on") && !g_str_equal (how, "off") && !g_str_equal (how, "toggle"))
    return fail (error, G_IO_ERROR_INVALID_ARGUMENT, _ ("Mute is on, off or toggle"));
  call = find_call (self, id, is_live, _ ("There is no call to mute"), error);
  if (call == NULL)
    return FALSE;
  muted = g_str_equal (how, "on") || (g_str_equal (how, "toggle") && !tandem_call_get_muted (call));
  return tandem_call_set_muted (call, muted, error);
}

static gboolean
perform_dtmf (TandemActions *self, GVariant *parameter, GError **error)
{
  const char *id;
  const char *digits;
  g_autoptr (TandemCall) call = NULL;

  g_variant_get (parameter, "(&s&s)", &id, &digits);
  if (digits[0] == '\0' || strlen (digits) > 64
      || strspn (digits, "0123456789*#ABCDabcd") != strlen (digits))
    return fail (error, G_IO_ERROR_INVALID_ARGUMENT, _ ("The keys are 0-9 * # A-D, 64 at most"));
  call = find_call (self, id, is_live, _ ("There is no call to send digits in"), error);
  return call != NULL && tandem_call_send_dtmf (call, digits, error);
}

static gboolean
perform_hold (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = find_call (self, g_variant_get_string (parameter, NULL),
                                           can_be_held, _ ("There is no call to hold"), error);

  return call != NULL && tandem_call_hold (call, error);
}

static gboolean
perform_retrieve (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = find_call (self, g_variant_get_string (parameter, NULL),
                                           is_held_here, _ ("No call is on hold"), error);

  return call != NULL && tandem_call_retrieve (call, error);
}

static gboolean
perform_toggle_hold (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = find_call (self, g_variant_get_string (parameter, NULL), is_up,
                                           _ ("There is no call to hold"), error);

  if (call == NULL)
    return FALSE;
  return is_held_here (call) ? tandem_call_retrieve (call, error) : tandem_call_hold (call, error);
}

static gboolean
perform_keep_trying (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call
      = find_call (self, g_variant_get_string (parameter, NULL), tandem_call_is_unconfirmed,
                   _ ("No answer is waiting to be confirmed"), error);

  return call != NULL && tandem_call_keep_trying (call, error);
}

static gboolean
perform_follow_redirect (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = find_call (self, g_variant_get_string (parameter, NULL),
                                           is_redirected, _ ("No call is redirected"), error);

  return call != NULL && tandem_call_follow_redirect (call, error);
}

static gboolean
perform_show_call (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autoptr (TandemCall) call = NULL;

  if (!need_handler (self, SIGNAL_PRESENT_CALL, error))
    return FALSE;
  call = find_call (self, g_variant_get_string (parameter, NULL), is_any, _ ("There is no call"),
                    error);
  if (call == NULL)
    return FALSE;
  g_signal_emit (self, signals[SIGNAL_PRESENT_CALL], 0, call);
  return TRUE;
}

static gboolean
emit_if_handled (TandemActions *self, guint signal, GError **error)
{
  if (!need_handler (self, signal, error))
    return FALSE;
  g_signal_emit (self, signals[signal], 0);
  return TRUE;
}

static gboolean
perform_show (TandemActions *self, GVariant *parameter, GError **error)
{
  return emit_if_handled (self, SIGNAL_PRESENT, error);
}

static gboolean
perform_show_history (TandemActions *self, GVariant *parameter, GError **error)
{
  return emit_if_handled (self, SIGNAL_PRESENT_HISTORY, error);
}

static gboolean
perform_fill_entry (TandemActions *self, GVariant *parameter, GError **error)
{
  g_autofree char *text = NULL;

  if (!need_handler (self, SIGNAL_FILL_ENTRY, error))
    return FALSE;
  text = tandem_link_to_entry (g_variant_get_string (parameter, NULL), error);
  if (text == NULL)
    return FALSE;
  g_signal_emit (self, signals[SIGNAL_FILL_ENTRY], 0, text);
  return TRUE;
}

static TandemAccount *
need_account (TandemActions *self, GError **error)
{
  TandemAccount *account = tandem_phone_get_account (self->phone);

  if (account == NULL)
    fail (error, G_IO_ERROR_NOT_FOUND, _ ("No account is set up"));
  return account;
}

static gboolean
for_each_account (TandemActions *self, void (*func) (TandemAccount *account), GError **error)
{
  GListModel *accounts = tandem_phone_get_accounts (self->phone);

  if (need_account (self, error) == NULL)
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);

      func (account);
    }
  return TRUE;
}

static gboolean
perform_register_again (TandemActions *self, GVariant *parameter, GError **error)
{
  return for_each_account (self, tandem_account_register_again, error);
}

static gboolean
perform_test_now (TandemActions *self, GVariant *parameter, GError **error)
{
  return for_each_account (self, tandem_account_test_now, error);
}

/* The account that has a proxy of that id: the same one may be in several pools. */
static TandemAccount *
find_account_of_proxy (TandemActions *self, const char *id, GError **error)
{
  GListModel *accounts = tandem_phone_get_accounts (self->phone);

  if (need_account (self, error) == NULL)
    return NULL;
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);
      GListModel *proxies = tandem_account_get_proxies (account);

      for (guint k = 0; k < g_list_model_get_n_items (proxies); k++)
        {
          g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, k);

          if (g_str_equal (tandem_proxy_get_id (proxy), id))
            return account;
        }
    }
  fail (error, G_IO_ERROR_NOT_FOUND, _ ("There is no such proxy in the pool"));
  return NULL;
}

typedef void (*ProxyFunc) (TandemAccount *account, const char *proxy);

/* "": every account. */
static gboolean
for_proxy (TandemActions *self, const char *id, ProxyFunc func, GError **error)
{
  GListModel *accounts = tandem_phone_get_accounts (self->phone);
  TandemAccount *account;

  if (id[0] != '\0')
    {
      account = find_account_of_proxy (self, id, error);
      if (account == NULL)
        return FALSE;
      func (account, id);
      return TRUE;
    }
  if (need_account (self, error) == NULL)
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) each = g_list_model_get_item (accounts, i);

      func (each, NULL);
    }
  return TRUE;
}

static gboolean
perform_use_again (TandemActions *self, GVariant *parameter, GError **error)
{
  return for_proxy (self, g_variant_get_string (parameter, NULL), tandem_account_use_again, error);
}

static gboolean
perform_prefer (TandemActions *self, GVariant *parameter, GError **error)
{
  return for_proxy (self, g_variant_get_string (parameter, NULL), tandem_account_prefer, error);
}

static gboolean
perform_call_mailbox (TandemActions *self, GVariant *parameter, GError **error)
{
  GListModel *accounts = tandem_phone_get_accounts (self->phone);

  if (need_account (self, error) == NULL)
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);
      const char *uri = tandem_account_get_mailbox_uri (account);

      if (uri != NULL)
        return tandem_phone_call (self->phone, uri, error) != NULL;
    }
  return fail (error, G_IO_ERROR_NOT_FOUND,
               _ ("The server has not said which number the voice mail has"));
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
  GAction *action
      = self->map != NULL ? g_action_map_lookup_action (self->map, "practise-failover") : NULL;

  if (action == NULL || !g_action_get_enabled (action))
    return fail (error, G_IO_ERROR_NOT_SUPPORTED, _ ("The practice exchange is not in use"));
  g_signal_emit (self, signals[SIGNAL_PRACTISE_FAILOVER], 0);
  return TRUE;
}

static gboolean
perform_quit (TandemActions *self, GVariant *parameter, GError **error)
{
  g_signal_emit (self, signals[SIGNAL_QUIT], 0);
  return TRUE;
}

static const Action actions[] = {
  { "call", "s", TRUE, perform_call },
  { "answer", "s", TRUE, perform_answer },
  { "decline", "s", TRUE, perform_decline },
  { "hang-up", "s", TRUE, perform_hang_up },
  { "mute", "(ss)", TRUE, perform_mute },
  { "dtmf", "(ss)", TRUE, perform_dtmf },
  { "hold", "s", TRUE, perform_hold },
  { "retrieve", "s", TRUE, perform_retrieve },
  { "toggle-hold", "s", TRUE, perform_toggle_hold },
  { "keep-trying", "s", TRUE, perform_keep_trying },
  { "call-mailbox", NULL, TRUE, perform_call_mailbox },
  { "prefer", "s", TRUE, perform_prefer },
  { "follow-redirect", "s", TRUE, perform_follow_redirect },
  { "show-call", "s", TRUE, perform_show_call },
  { "show", NULL, FALSE, perform_show },
  { "show-history", NULL, FALSE, perform_show_history },
  { "fill-entry", "s", FALSE, perform_fill_entry },
  { "register-again", NULL, TRUE, perform_register_again },
  { "test-now", NULL, TRUE, perform_test_now },
  { "use-again", "s", TRUE, perform_use_again },
  { "delete-history", NULL, TRUE, perform_delete_history },
  { "practise-failover", NULL, TRUE, perform_practise_failover },
  { "quit", NULL, FALSE, perform_quit },
};

static const Action *
find_action (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      if (g_str_equal (actions[i].name, name))
        return &actions[i];
    }
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
      for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
        g_action_map_remove_action (self->map, actions[i].name);
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
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      const char *type = actions[i].type;
      g_autoptr (GSimpleAction) action
          = g_simple_action_new (actions[i].name, type != NULL ? G_VARIANT_TYPE (type) : NULL);

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
      = self->map != NULL ? g_action_map_lookup_action (self->map, "practise-failover") : NULL;

  if (action != NULL)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (action), practising);
}

gboolean
tandem_actions_perform (TandemActions *self, const char *name, GVariant *parameter, GError **error)
{
  g_autoptr (GVariant) held = parameter != NULL ? g_variant_ref_sink (parameter) : NULL;
  const Action *action = find_action (name);

  if (action == NULL)
    return fail (error, G_IO_ERROR_NOT_SUPPORTED, _ ("There is no such action"));
  if (action->type == NULL
          ? held != NULL
          : held == NULL || !g_variant_is_of_type (held, G_VARIANT_TYPE (action->type)))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("The action “%s” takes another kind of parameter"), name);
      return FALSE;
    }
  if (action->needs_phone && self->phone == NULL)
    return fail (error, G_IO_ERROR_NOT_INITIALIZED, _ ("The phone has not started"));
  return action->perform (self, held, error);
}
