/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "readiness.h"

#include <glib/gi18n.h>

#include "format.h"

/* The one truthful line: whether calls reach the agent, over which proxy, and if not, why and when it
 * is tried next. Pure functions of what TandemAccount says, no widgets. */

static gboolean
is_ready (TandemAccount *account)
{
  TandemAccountState state = tandem_account_get_state (account);

  return state == TANDEM_ACCOUNT_REGISTERED || state == TANDEM_ACCOUNT_STANDALONE;
}

/* Whether the proxy in use stands in for one that is set aside, or for the one the agent wants. */
static gboolean
is_backup (TandemAccount *account, TandemProxy *active)
{
  GListModel *proxies = tandem_account_get_proxies (account);

  if (tandem_proxy_is_preferred (active))
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, i);

      if (proxy != active
          && (tandem_proxy_is_preferred (proxy)
              || tandem_proxy_get_role (proxy) == TANDEM_PROXY_SET_ASIDE))
        return TRUE;
    }
  return FALSE;
}

/**
 * tandem_readiness_title:
 * @account: an account
 *
 * Returns: (transfer full): "Ready", "Ready, on backup proxy 192.0.2.12:5060", "Reconnecting…" ...
 */
char *
tandem_readiness_title (TandemAccount *account)
{
  TandemProxy *active = tandem_account_get_active_proxy (account);
  g_autofree char *address = NULL;

  switch (tandem_account_get_state (account))
    {
    case TANDEM_ACCOUNT_REGISTERED:
      if (active == NULL || !is_backup (account, active))
        return g_strdup (_ ("Ready"));
      address = tandem_format_isolated (tandem_proxy_get_address (active));
      /* Translators: %s is the address of a SIP proxy. */
      return g_strdup_printf (_ ("Ready, on backup proxy %s"), address);
    case TANDEM_ACCOUNT_STANDALONE:
      return g_strdup (_ ("Ready, without registration"));
    case TANDEM_ACCOUNT_CONNECTING:
      return g_strdup (_ ("Connecting…"));
    case TANDEM_ACCOUNT_FAILING_OVER:
      return g_strdup (_ ("Reconnecting…"));
    case TANDEM_ACCOUNT_NOT_REGISTERED:
    case TANDEM_ACCOUNT_REJECTED:
    case TANDEM_ACCOUNT_NEEDS_PASSWORD:
      return g_strdup (_ ("Calls may not reach you"));
    case TANDEM_ACCOUNT_NOT_CONFIGURED:
      return g_strdup (_ ("No account"));
    case TANDEM_ACCOUNT_OFFLINE:
    default:
      return g_strdup (_ ("Signed off"));
    }
}

/**
 * tandem_readiness_detail:
 * @account: an account
 *
 * Returns: (transfer full) (nullable): what stands behind the title: the state of the pool, or why
 *   calls may not come and when it is tried next; its seconds run
 */
char *
tandem_readiness_detail (TandemAccount *account)
{
  const char *problem = tandem_account_get_problem (account);
  guint seconds = tandem_account_get_seconds_to_retry (account);
  g_autofree char *clock = tandem_format_duration (seconds);
  g_autofree char *next = NULL;

  if (tandem_account_get_state (account) == TANDEM_ACCOUNT_NOT_REGISTERED)
    next = seconds > 0
               /* Translators: a time such as 0:12. */
               ? g_strdup_printf (_ ("Next try in %s."), clock)
               : g_strdup (_ ("It is tried again now."));
  else if (tandem_account_get_state (account) == TANDEM_ACCOUNT_REJECTED)
    next = g_strdup (_ ("It is not tried again by itself."));
  if (problem == NULL)
    return next != NULL ? g_steal_pointer (&next)
                        : g_strdup (tandem_account_get_subtitle (account));
  return next != NULL ? g_strdup_printf ("%s %s", problem, next) : g_strdup (problem);
}

/**
 * tandem_readiness_others:
 * @accounts: all accounts, of #TandemAccount
 * @lead: the one that the line is about
 *
 * Returns: (transfer full) (nullable): what is to be said of the accounts beside @lead: which of them
 *   is not ready, or that all are; %NULL when there are none
 */
char *
tandem_readiness_others (GListModel *accounts, TandemAccount *lead)
{
  guint n = g_list_model_get_n_items (accounts);

  if (n < 2)
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);
      g_autofree char *address = NULL;

      if (account == lead || is_ready (account))
        continue;
      address = tandem_format_isolated (tandem_account_get_address (account));
      /* Translators: an account's address, and its state: "1002@example.test: Not registered". */
      return g_strdup_printf (_ ("%s: %s"), address, tandem_account_get_title (account));
    }
  return g_strdup_printf (ngettext ("%u connection is ready", "All %u connections are ready", n),
                          n);
}
