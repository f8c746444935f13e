/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account-private.h"

#include "proxy-private.h"

/* What the agent asks of a TandemAccount: it goes to whoever set TandemAccountActions. */

/**
 * tandem_account_register_again:
 *
 * Registers now, whatever the state. Returns at once.
 */
void
tandem_account_register_again (TandemAccount *self)
{
  gpointer data;
  const TandemAccountActions *actions;

  g_return_if_fail (TANDEM_IS_ACCOUNT (self));

  actions = tandem_account_get_actions (self, &data);
  if (actions != NULL && actions->register_again != NULL)
    actions->register_again (self, data);
}

/**
 * tandem_account_test_now:
 *
 * Probes every proxy; their round trips and roles follow. Returns at once.
 */
void
tandem_account_test_now (TandemAccount *self)
{
  gpointer data;
  const TandemAccountActions *actions;

  g_return_if_fail (TANDEM_IS_ACCOUNT (self));

  actions = tandem_account_get_actions (self, &data);
  if (actions != NULL && actions->test_now != NULL)
    actions->test_now (self, data);
}

/**
 * tandem_account_use_again:
 * @proxy_id: (nullable): the id of a proxy, or %NULL for all
 *
 * Drops the penalty. An unknown id does nothing.
 */
void
tandem_account_use_again (TandemAccount *self, const char *proxy_id)
{
  gpointer data;
  const TandemAccountActions *actions;
  GListModel *proxies;

  g_return_if_fail (TANDEM_IS_ACCOUNT (self));

  actions = tandem_account_get_actions (self, &data);
  proxies = tandem_account_get_proxies (self);
  for (guint i = 0; i < g_list_model_get_n_items (proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, i);

      if (proxy_id == NULL || g_str_equal (tandem_proxy_get_id (proxy), proxy_id))
        tandem_proxy_forgive (proxy);
    }
  tandem_account_update (self);
  if (actions != NULL && actions->use_again != NULL)
    actions->use_again (self, proxy_id, data);
}

/**
 * tandem_account_prefer:
 * @proxy_id: (nullable): the id of a proxy, or %NULL for no preference
 *
 * Wishes that this proxy is used first while it is not set aside. The proxies'
 * "preferred" follows once the wish is in force; an idle phone then moves its
 * registration there. An unknown id does nothing.
 */
void
tandem_account_prefer (TandemAccount *self, const char *proxy_id)
{
  gpointer data;
  const TandemAccountActions *actions;
  GListModel *proxies;

  g_return_if_fail (TANDEM_IS_ACCOUNT (self));

  actions = tandem_account_get_actions (self, &data);
  proxies = tandem_account_get_proxies (self);
  if (proxy_id != NULL)
    {
      g_autoptr (TandemProxy) proxy = tandem_proxies_find (proxies, proxy_id);

      if (proxy == NULL)
        return;
    }
  if (actions != NULL && actions->prefer != NULL)
    {
      actions->prefer (self, proxy_id, data);
      return;
    }
  for (guint i = 0; actions == NULL && i < g_list_model_get_n_items (proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, i);

      tandem_proxy_set_preferred (
          proxy, proxy_id != NULL && g_str_equal (tandem_proxy_get_id (proxy), proxy_id));
    }
}

/**
 * tandem_account_give_password:
 * @remember: also keep it in the secret store, where one runs
 *
 * The answer to %TANDEM_ACCOUNT_NEEDS_PASSWORD, or another try after
 * %TANDEM_ACCOUNT_REJECTED. Registers with it. Where it could not be stored,
 * the property "secret-storage" says so.
 */
void
tandem_account_give_password (TandemAccount *self, const char *password, gboolean remember)
{
  gpointer data;
  const TandemAccountActions *actions;

  g_return_if_fail (TANDEM_IS_ACCOUNT (self));
  g_return_if_fail (password != NULL);

  actions = tandem_account_get_actions (self, &data);
  if (actions != NULL && actions->give_password != NULL)
    actions->give_password (self, password, remember, data);
}
