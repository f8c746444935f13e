/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "roster.h"

#include "account-config.h"
#include "password-keeper.h"
#include "phone-private.h"

/* TandemRoster: see roster.h. */

struct _TandemRoster
{
  GObject parent_instance;

  TandemPhone *phone; /* weak */
  TandemConfiguration *configuration;
  TandemSipClient *client; /* nullable */
  TandemPasswordKeeper *keeper;
  GPtrArray *settings; /* of TandemAccountSettings, as applied last */
  GHashTable *applied; /* account id -> TandemSipAccountConfig */
  gboolean rehearsing;
  gboolean stopped;
};

G_DEFINE_FINAL_TYPE (TandemRoster, tandem_roster, G_TYPE_OBJECT)

static void
settings_free (gpointer data)
{
  tandem_account_settings_free (data);
}

static void
account_config_free (gpointer data)
{
  tandem_sip_account_config_free (data);
}

static TandemAccountSettings *
find_settings (TandemRoster *self, const char *id)
{
  for (guint i = 0; i < self->settings->len; i++)
    {
      TandemAccountSettings *settings = g_ptr_array_index (self->settings, i);

      if (g_str_equal (settings->id, id))
        return settings;
    }
  return NULL;
}

static void
on_register_again (TandemAccount *account, gpointer data)
{
  TandemRoster *self = data;

  if (self->client != NULL)
    tandem_sip_client_register_again (self->client, tandem_account_get_id (account));
}

static void
on_test_now (TandemAccount *account, gpointer data)
{
  TandemRoster *self = data;

  if (self->client != NULL)
    tandem_sip_client_test_now (self->client, tandem_account_get_id (account));
}

static void
on_use_again (TandemAccount *account, const char *proxy_id, gpointer data)
{
  TandemRoster *self = data;

  if (self->client != NULL)
    tandem_sip_client_use_again (self->client, tandem_account_get_id (account), proxy_id);
}

static void
on_prefer (TandemAccount *account, const char *proxy_id, gpointer data)
{
  TandemRoster *self = data;

  if (self->client != NULL)
    tandem_sip_client_prefer (self->client, tandem_account_get_id (account), proxy_id);
}

static void
on_password_stored (const char *problem, gpointer data)
{
  tandem_account_set_secret_storage (data, problem);
}

static void apply_account (TandemRoster *self, TandemAccountSettings *settings, gboolean force);

static void
on_give_password (TandemAccount *account, const char *password, gboolean remember, gpointer data)
{
  TandemRoster *self = data;
  TandemAccountSettings *settings = find_settings (self, tandem_account_get_id (account));

  if (settings == NULL)
    return;
  tandem_account_set_secret_storage (account, NULL);
  tandem_password_keeper_give (self->keeper, settings, password, remember, on_password_stored,
                               g_object_ref (account), g_object_unref);
  apply_account (self, settings, TRUE);
}

static const TandemAccountActions account_actions = {
  .register_again = on_register_again,
  .test_now = on_test_now,
  .use_again = on_use_again,
  .prefer = on_prefer,
  .give_password = on_give_password,
};

/* force: tell the SIP thread also when nothing has changed. */
static void
apply_account (TandemRoster *self, TandemAccountSettings *settings, gboolean force)
{
  g_autoptr (TandemAccount) account = NULL;
  g_autoptr (TandemSipAccountConfig) config = NULL;
  const char *password = NULL;
  const TandemSipAccountConfig *before;
  const gboolean known = tandem_password_keeper_get (self->keeper, settings, &password);

  account = tandem_phone_find_account (self->phone, settings->id);
  if (account != NULL)
    {
      g_object_ref (account);
      tandem_account_configure (account, settings, password != NULL);
    }
  else
    {
      account = tandem_account_new (settings->id);
      tandem_account_set_actions (account, &account_actions, self);
      tandem_account_configure (account, settings, password != NULL);
      tandem_phone_add_account (self->phone, account);
    }

  if (!known || self->client == NULL)
    return;
  config = tandem_account_config_from_settings (self->configuration, settings, password);
  if (self->rehearsing)
    config->reject_when_busy = FALSE;
  before = g_hash_table_lookup (self->applied, settings->id);
  if (!force && before != NULL && tandem_account_config_equal (before, config))
    return;
  tandem_sip_client_set_account (self->client, config);
  g_hash_table_insert (self->applied, g_strdup (settings->id), g_steal_pointer (&config));
}

static void
remove_old_accounts (TandemRoster *self)
{
  GListModel *accounts = tandem_phone_get_accounts (self->phone);

  for (guint i = g_list_model_get_n_items (accounts); i > 0; i--)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i - 1);
      const char *id = tandem_account_get_id (account);

      if (find_settings (self, id) != NULL)
        continue;
      if (self->client != NULL && g_hash_table_contains (self->applied, id))
        tandem_sip_client_remove_account (self->client, id);
      g_hash_table_remove (self->applied, id);
      tandem_account_set_actions (account, NULL, NULL);
      tandem_phone_remove_account (self->phone, account);
    }
}

static void
on_password_found (TandemRoster *self)
{
  if (self->phone == NULL || self->stopped)
    return;
  for (guint i = 0; i < self->settings->len; i++)
    apply_account (self, g_ptr_array_index (self->settings, i), FALSE);
}

static void
leave_accounts (TandemRoster *self)
{
  GListModel *accounts = self->phone != NULL ? tandem_phone_get_accounts (self->phone) : NULL;

  for (guint i = 0; accounts != NULL && i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);

      tandem_account_set_actions (account, NULL, NULL);
    }
}

static void
tandem_roster_dispose (GObject *object)
{
  TandemRoster *self = TANDEM_ROSTER (object);

  leave_accounts (self);
  g_clear_weak_pointer (&self->phone);
  if (self->keeper != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->keeper, self);
      g_object_run_dispose (G_OBJECT (self->keeper));
    }
  g_clear_object (&self->keeper);
  g_clear_object (&self->client);
  g_clear_object (&self->configuration);
  G_OBJECT_CLASS (tandem_roster_parent_class)->dispose (object);
}

static void
tandem_roster_finalize (GObject *object)
{
  TandemRoster *self = TANDEM_ROSTER (object);

  g_ptr_array_unref (self->settings);
  g_hash_table_unref (self->applied);
  G_OBJECT_CLASS (tandem_roster_parent_class)->finalize (object);
}

static void
tandem_roster_class_init (TandemRosterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tandem_roster_dispose;
  object_class->finalize = tandem_roster_finalize;
}

static void
tandem_roster_init (TandemRoster *self)
{
  self->settings = g_ptr_array_new_with_free_func (settings_free);
  self->applied = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, account_config_free);
  self->keeper = tandem_password_keeper_new ();
}

TandemRoster *
tandem_roster_new (TandemPhone *phone, TandemConfiguration *configuration)
{
  TandemRoster *self = g_object_new (TANDEM_TYPE_ROSTER, NULL);

  g_set_weak_pointer (&self->phone, phone);
  self->configuration = g_object_ref (configuration);
  g_signal_connect_swapped (self->keeper, "found", G_CALLBACK (on_password_found), self);
  return self;
}

void
tandem_roster_set_client (TandemRoster *self, TandemSipClient *client)
{
  g_set_object (&self->client, client);
  g_hash_table_remove_all (self->applied);
}

void
tandem_roster_set_rehearsing (TandemRoster *self, gboolean rehearsing)
{
  self->rehearsing = rehearsing;
}

void
tandem_roster_apply (TandemRoster *self)
{
  if (self->phone == NULL || self->stopped)
    return;
  g_ptr_array_unref (self->settings);
  self->settings = tandem_configuration_get_accounts (self->configuration);
  g_ptr_array_set_free_func (self->settings, settings_free);
  remove_old_accounts (self);
  for (guint i = 0; i < self->settings->len; i++)
    apply_account (self, g_ptr_array_index (self->settings, i), FALSE);
  tandem_phone_set_configured (self->phone, self->settings->len > 0);
}

void
tandem_roster_forget_failures (TandemRoster *self)
{
  tandem_password_keeper_forget_failures (self->keeper);
}

void
tandem_roster_stop (TandemRoster *self)
{
  self->stopped = TRUE;
}

const TandemSipAccountConfig *
tandem_roster_get_config (TandemRoster *self, const char *id)
{
  return g_hash_table_lookup (self->applied, id);
}
