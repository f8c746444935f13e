/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "account-watch.h"

/* TandemAccountWatch: follows all accounts of a phone for a widget that shows one line for them all,
 * and says which of them that line is about. Signal "changed" (char *): a property of one of them has
 * changed, or "accounts": there are other ones. */

struct _TandemAccountWatch
{
  GObject parent_instance;

  GListModel *model;
  GPtrArray *accounts;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TandemAccountWatch, tandem_account_watch, G_TYPE_OBJECT)

static void
on_notify (TandemAccount *account, GParamSpec *pspec, TandemAccountWatch *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, g_param_spec_get_name (pspec));
}

static void
release (TandemAccountWatch *self)
{
  for (guint i = 0; i < self->accounts->len; i++)
    g_signal_handlers_disconnect_by_data (self->accounts->pdata[i], self);
  g_ptr_array_set_size (self->accounts, 0);
}

static void
on_accounts_changed (TandemAccountWatch *self)
{
  release (self);
  for (guint i = 0; i < g_list_model_get_n_items (self->model); i++)
    {
      TandemAccount *account = g_list_model_get_item (self->model, i);

      g_ptr_array_add (self->accounts, account);
      g_signal_connect_object (account, "notify", G_CALLBACK (on_notify), self, 0);
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, "accounts");
}

static void
tandem_account_watch_dispose (GObject *object)
{
  TandemAccountWatch *self = TANDEM_ACCOUNT_WATCH (object);

  release (self);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (tandem_account_watch_parent_class)->dispose (object);
}

static void
tandem_account_watch_finalize (GObject *object)
{
  g_ptr_array_unref (TANDEM_ACCOUNT_WATCH (object)->accounts);
  G_OBJECT_CLASS (tandem_account_watch_parent_class)->finalize (object);
}

static void
tandem_account_watch_class_init (TandemAccountWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tandem_account_watch_dispose;
  G_OBJECT_CLASS (klass)->finalize = tandem_account_watch_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TANDEM_TYPE_ACCOUNT_WATCH, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tandem_account_watch_init (TandemAccountWatch *self)
{
  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * tandem_account_watch_new:
 * @phone: a phone
 *
 * Returns: (transfer full): a watch over all accounts of @phone
 */
TandemAccountWatch *
tandem_account_watch_new (TandemPhone *phone)
{
  TandemAccountWatch *self = g_object_new (TANDEM_TYPE_ACCOUNT_WATCH, NULL);

  self->model = g_object_ref (tandem_phone_get_accounts (phone));
  g_signal_connect_object (self->model, "items-changed", G_CALLBACK (on_accounts_changed), self,
                           G_CONNECT_SWAPPED);
  on_accounts_changed (self);
  return self;
}

/**
 * tandem_account_watch_get_accounts:
 * @self: a watch
 *
 * Returns: (transfer none): the accounts, of #TandemAccount
 */
GListModel *
tandem_account_watch_get_accounts (TandemAccountWatch *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT_WATCH (self), NULL);
  return self->model;
}

static guint
rank_of (TandemAccountState state)
{
  switch (state)
    {
    case TANDEM_ACCOUNT_REGISTERED:
    case TANDEM_ACCOUNT_STANDALONE:
      return 3;
    case TANDEM_ACCOUNT_FAILING_OVER:
      return 2;
    case TANDEM_ACCOUNT_CONNECTING:
      return 1;
    case TANDEM_ACCOUNT_NOT_CONFIGURED:
    case TANDEM_ACCOUNT_NOT_REGISTERED:
    case TANDEM_ACCOUNT_REJECTED:
    case TANDEM_ACCOUNT_NEEDS_PASSWORD:
    case TANDEM_ACCOUNT_OFFLINE:
    default:
      return 0;
    }
}

/**
 * tandem_account_watch_get_lead:
 * @self: a watch
 *
 * The account that answers the agent's question "can I take calls?": the first that can, else the
 * first that soon may, else the first.
 *
 * Returns: (transfer none) (nullable): %NULL when there is none
 */
TandemAccount *
tandem_account_watch_get_lead (TandemAccountWatch *self)
{
  TandemAccount *lead = NULL;

  g_return_val_if_fail (TANDEM_IS_ACCOUNT_WATCH (self), NULL);

  for (guint i = 0; i < self->accounts->len; i++)
    {
      TandemAccount *account = self->accounts->pdata[i];

      if (lead == NULL
          || rank_of (tandem_account_get_state (account))
                 > rank_of (tandem_account_get_state (lead)))
        lead = account;
    }
  return lead;
}

/**
 * tandem_account_watch_get_needy:
 * @self: a watch
 *
 * Returns: (transfer none) (nullable): the first account that only the agent can help: its password is
 *   missing, or it was refused
 */
TandemAccount *
tandem_account_watch_get_needy (TandemAccountWatch *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT_WATCH (self), NULL);

  for (guint i = 0; i < self->accounts->len; i++)
    {
      TandemAccountState state = tandem_account_get_state (self->accounts->pdata[i]);

      if (state == TANDEM_ACCOUNT_NEEDS_PASSWORD || state == TANDEM_ACCOUNT_REJECTED)
        return self->accounts->pdata[i];
    }
  return NULL;
}

/**
 * tandem_account_watch_get_mailbox:
 * @self: a watch
 *
 * Returns: (transfer none) (nullable): the first account with messages, else the first with a voice
 *   mail that can be called
 */
TandemAccount *
tandem_account_watch_get_mailbox (TandemAccountWatch *self)
{
  TandemAccount *callable = NULL;

  g_return_val_if_fail (TANDEM_IS_ACCOUNT_WATCH (self), NULL);

  for (guint i = 0; i < self->accounts->len; i++)
    {
      if (tandem_account_get_mailbox_waiting (self->accounts->pdata[i]))
        return self->accounts->pdata[i];
      if (callable == NULL && tandem_account_get_mailbox_uri (self->accounts->pdata[i]) != NULL)
        callable = self->accounts->pdata[i];
    }
  return callable;
}
