/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "actions-private.h"

#include <glib/gi18n.h>

/* The actions of TandemActions that are about accounts, their proxies and the voice mail. */

static TandemAccount *
need_account (TandemActions *self, GError **error)
{
  TandemAccount *account = tandem_phone_get_account (tandem_actions_get_phone (self));

  if (account == NULL)
    tandem_actions_fail (error, G_IO_ERROR_NOT_FOUND, _ ("No account is set up"));
  return account;
}

static gboolean
for_each_account (TandemActions *self, void (*func) (TandemAccount *account), GError **error)
{
  GListModel *accounts = tandem_phone_get_accounts (tandem_actions_get_phone (self));

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
  GListModel *accounts = tandem_phone_get_accounts (tandem_actions_get_phone (self));

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
  tandem_actions_fail (error, G_IO_ERROR_NOT_FOUND, _ ("There is no such proxy in the pool"));
  return NULL;
}

typedef void (*ProxyFunc) (TandemAccount *account, const char *proxy);

/* "": every account. */
static gboolean
for_proxy (TandemActions *self, const char *id, ProxyFunc func, GError **error)
{
  GListModel *accounts = tandem_phone_get_accounts (tandem_actions_get_phone (self));
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
  GListModel *accounts = tandem_phone_get_accounts (tandem_actions_get_phone (self));

  if (need_account (self, error) == NULL)
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);
      const char *uri = tandem_account_get_mailbox_uri (account);

      if (uri != NULL)
        return tandem_phone_call (tandem_actions_get_phone (self), uri, error) != NULL;
    }
  return tandem_actions_fail (error, G_IO_ERROR_NOT_FOUND,
                              _ ("The server has not said which number the voice mail has"));
}

const TandemAction tandem_account_actions[] = {
  { "register-again", NULL, TRUE, perform_register_again },
  { "test-now", NULL, TRUE, perform_test_now },
  { "use-again", "s", TRUE, perform_use_again },
  { "prefer", "s", TRUE, perform_prefer },
  { "call-mailbox", NULL, TRUE, perform_call_mailbox },
  { NULL },
};
