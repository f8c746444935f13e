/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account.h"

#include "call.h"
#include "errand.h"
#include "hop.h"
#include "mailbox.h"
#include "message.h"
#include "pool.h"
#include "registration.h"
#include "watch.h"

#include <string.h>

/* See account.h. What the pool looks like is told in pool.c, probes are sent in probe.c. */

#define NETWORK_CHANGE_SPREAD (2 * G_TIME_SPAN_SECOND)

static void
fail_setup (TandemSipAccount *self, const char *text)
{
  TandemSipEvent *event = tandem_sip_event_new (TANDEM_SIP_EVENT_REGISTRATION, self->config->id);

  tandem_engine_error (self->engine, self->config->id, text);
  event->registration = TANDEM_SIP_REGISTRATION_WAITING;
  event->text = g_strdup (text);
  tandem_engine_emit (self->engine, event);
}

static void
take_list (TandemSipAccount *self)
{
  g_autoptr (GArray) list = tandem_resolver_get (self->engine->resolver, self->config->id, NULL);

  if (list->len == 0)
    return;
  g_array_unref (self->candidates);
  self->candidates = g_steal_pointer (&list);
  self->resolved = TRUE;
  tandem_pool_tell (self);
}

static void
update_local_address (TandemSipAccount *self)
{
  const TandemCandidate *to = NULL;
  g_autofree char *address = NULL;

  if (self->has_current)
    to = &self->current;
  else if (self->candidates->len > 0)
    to = &g_array_index (self->candidates, TandemCandidate, 0);
  if (*self->engine->config->public_address != '\0')
    address = g_strdup (self->engine->config->public_address);
  else if (*self->engine->config->bind_address != '\0')
    address = g_strdup (self->engine->config->bind_address);
  if (address != NULL)
    to = NULL;
  else if (to != NULL)
    address = tandem_transports_local_address (to);
  if (address != NULL)
    tandem_engine_set_local_address (self->engine, self->config->id, address, to);
}

/* Returns FALSE when the configuration cannot work, after telling. */
static gboolean
apply (TandemSipAccount *self)
{
  const TandemSipAccountConfig *config = self->config;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *user = NULL;
  const char *domain;

  if (!tandem_transport_from_string (config->transport, &self->transport))
    {
      g_autofree char *text = g_strdup_printf ("\"%s\" is no transport", config->transport);

      fail_setup (self, text);
      return FALSE;
    }
  if (*config->user == '\0' || *config->server == '\0')
    {
      fail_setup (self, *config->user == '\0' ? "no user" : "no server");
      return FALSE;
    }
  if (!tandem_resolver_set_server (self->engine->resolver, config->id, config->server,
                                   self->transport, config->ip_versions, &error))
    {
      fail_setup (self, error->message);
      return FALSE;
    }
  name = tandem_resolver_get_host (self->engine->resolver, config->id);
  g_free (self->name);
  self->name = g_strdup (name != NULL ? name : "");
  domain = *config->domain != '\0' ? config->domain : self->name;
  user = g_uri_escape_string (config->user, "+&=$,;?/!*'()", FALSE);
  g_free (self->aor);
  self->aor = strchr (domain, ':') != NULL && *domain != '['
                  ? g_strdup_printf ("sip:%s@[%s]", user, domain)
                  : g_strdup_printf ("sip:%s@%s", user, domain);
  if (belle_sip_uri_parse (self->aor) == NULL)
    {
      g_autofree char *text = g_strdup_printf ("%s is no SIP address", self->aor);

      fail_setup (self, text);
      return FALSE;
    }
  take_list (self);
  tandem_transports_set_timeout (self->engine->transports, config->transaction_timeout);
  return TRUE;
}

static void
start (TandemSipAccount *self)
{
  update_local_address (self);
  tandem_sip_account_touch (self);
  tandem_probe_schedule (self);
  tandem_mailbox_configure (self->mailbox);
  tandem_watches_configure (self);
  tandem_registration_start (self->registration);
  if (self->config->expires == 0)
    {
      tandem_mailbox_follow (self->mailbox, NULL);
      tandem_watches_follow (self, NULL);
    }
}

TandemSipAccount *
tandem_sip_account_new (TandemEngine *engine, const TandemSipAccountConfig *config)
{
  TandemSipAccount *self = g_new0 (TandemSipAccount, 1);

  self->engine = engine;
  self->config = tandem_sip_account_config_copy (config);
  self->candidates = g_array_new (FALSE, FALSE, sizeof (TandemCandidate));
  self->name = g_strdup ("");
  self->aor = g_strdup ("");
  self->waiting = g_ptr_array_new ();
  self->pausing = g_ptr_array_new ();
  self->contacts
      = g_hash_table_new_full (tandem_candidate_hash, tandem_candidate_equal, g_free, g_free);
  self->probes = g_hash_table_new_full (tandem_candidate_hash, tandem_candidate_equal, g_free,
                                        (GDestroyNotify) tandem_errand_unref);
  tandem_probe_init (self);
  tandem_pool_init (self);
  self->registration = tandem_registration_new (self);
  self->mailbox = tandem_mailbox_new (self);
  g_hash_table_replace (engine->accounts, g_strdup (config->id), self);
  if (apply (self))
    start (self);
  return self;
}

void
tandem_sip_account_free (TandemSipAccount *self)
{
  tandem_mailbox_free (self->mailbox);
  tandem_registration_free (self->registration);
  tandem_probe_clear (self);
  tandem_pool_clear (self);
  if (self->engine->resolver != NULL
      && !g_hash_table_contains (self->engine->accounts, self->config->id))
    tandem_resolver_remove (self->engine->resolver, self->config->id);
  g_hash_table_unref (self->probes);
  g_hash_table_unref (self->contacts);
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->pausing);
  g_array_unref (self->candidates);
  g_free (self->name);
  g_free (self->aor);
  g_free (self->resolve_error);
  tandem_sip_account_config_free (self->config);
  g_free (self);
}

static gboolean
is_elsewhere (const TandemSipAccountConfig *old, const TandemSipAccountConfig *config)
{
  return strcmp (old->server, config->server) != 0
         || strcmp (old->transport, config->transport) != 0
         || old->ip_versions != config->ip_versions;
}

gboolean
tandem_sip_account_is_other (TandemSipAccount *self, const TandemSipAccountConfig *config)
{
  return is_elsewhere (self->config, config) || strcmp (self->config->user, config->user) != 0
         || strcmp (self->config->domain, config->domain) != 0;
}

void
tandem_sip_account_configure (TandemSipAccount *self, const TandemSipAccountConfig *config)
{
  TandemSipAccountConfig *old = self->config;
  gboolean moved = is_elsewhere (old, config);
  gboolean credentials = strcmp (old->password, config->password) != 0
                         || strcmp (old->user, config->user) != 0
                         || strcmp (old->auth_user, config->auth_user) != 0;

  self->config = tandem_sip_account_config_copy (config);
  tandem_sip_account_config_free (old);
  if (credentials)
    tandem_digest_forget (self->engine->digest, self->config->id);
  if (moved)
    {
      g_array_set_size (self->candidates, 0);
      self->resolved = self->elsewhere = FALSE;
      self->has_current = FALSE;
      g_hash_table_remove_all (self->contacts);
      tandem_probe_cancel (self);
    }
  if (apply (self))
    start (self);
}

void
tandem_sip_account_resolved (TandemSipAccount *self, gboolean changed, const char *error)
{
  g_autoptr (GPtrArray) waiting = NULL;

  g_free (self->resolve_error);
  self->resolve_error = g_strdup (error);
  self->resolved = TRUE;
  self->elsewhere = FALSE;
  take_list (self);
  if (changed)
    {
      update_local_address (self);
      tandem_sip_account_touch (self);
    }
  waiting = g_ptr_array_copy (self->waiting, NULL, NULL);
  for (guint i = 0; i < waiting->len; i++)
    {
      TandemErrand *errand = g_ptr_array_index (waiting, i);

      if (g_ptr_array_find (self->waiting, errand, NULL))
        tandem_errand_hurry (errand);
    }
  if (changed && self->candidates->len > 0)
    tandem_registration_hurry (self->registration);
}

void
tandem_sip_account_get_settings (TandemSipAccount *self, TandemOperationSettings *settings)
{
  const TandemSipAccountConfig *config = self->config;

  *settings = (TandemOperationSettings){
    .transaction_timeout
    = CLAMP (config->transaction_timeout, 1, 32000) * (gint64) G_TIME_SPAN_MILLISECOND,
    .reg_interval = config->reg_interval * (gint64) G_TIME_SPAN_SECOND,
    .registration_failover
    = config->failover_classic ? TANDEM_FAILOVER_CLASSIC : TANDEM_FAILOVER_PROMPT,
    .reg_spread = config->reg_spread * (gint64) G_TIME_SPAN_SECOND,
  };
}

gboolean
tandem_sip_account_has (TandemSipAccount *self, const TandemCandidate *candidate)
{
  for (guint i = 0; i < self->candidates->len; i++)
    {
      if (tandem_candidate_equal (&g_array_index (self->candidates, TandemCandidate, i), candidate))
        return TRUE;
    }
  return FALSE;
}

gboolean
tandem_sip_account_match (TandemSipAccount *self,
                          const TandemCandidate *from,
                          TandemCandidate *member)
{
  const TandemCandidate *found = NULL;

  for (guint i = 0; i < self->candidates->len; i++)
    {
      const TandemCandidate *one = &g_array_index (self->candidates, TandemCandidate, i);

      if (tandem_candidate_equal (one, from))
        {
          *member = *one;
          return TRUE;
        }
      if (found == NULL && strcmp (one->address, from->address) == 0
          && one->transport == from->transport)
        found = one;
    }
  if (found != NULL)
    *member = *found;
  return found != NULL;
}

gboolean
tandem_sip_account_find_member (TandemSipAccount *self,
                                const belle_sip_uri_t *uri,
                                TandemCandidate *member)
{
  const char *host = uri != NULL ? belle_sip_uri_get_host (uri) : NULL;
  int port = uri != NULL ? belle_sip_uri_get_listening_port (uri) : 0;
  TandemCandidate found;

  if (host == NULL || port <= 0 || port > G_MAXUINT16
      || !tandem_candidate_init (&found, host, (guint16) port, self->transport)
      || !tandem_sip_account_has (self, &found))
    return FALSE;
  *member = found;
  return TRUE;
}

belle_sip_header_contact_t *
tandem_sip_account_make_contact (TandemSipAccount *self, const TandemCandidate *to, int expires)
{
  const char *seen = g_hash_table_lookup (self->contacts, to);
  const char *fixed = self->engine->config->public_address;
  belle_sip_header_contact_t *contact = belle_sip_header_contact_new ();
  belle_sip_uri_t *uri = NULL;
  g_autofree char *text = NULL;

  if (seen == NULL && *fixed != '\0' && to->transport == TANDEM_TRANSPORT_UDP)
    {
      text = strchr (fixed, ':') != NULL
                 ? g_strdup_printf ("[%s]:%u", fixed,
                                    tandem_transports_get_udp_port (self->engine->transports))
                 : g_strdup_printf ("%s:%u", fixed,
                                    tandem_transports_get_udp_port (self->engine->transports));
      seen = text;
    }
  if (seen != NULL)
    {
      g_autofree char *full = g_strdup_printf ("sip:%s", seen);

      uri = belle_sip_uri_parse (full);
      if (uri != NULL)
        belle_sip_uri_set_transport_param (uri, tandem_transport_to_string (to->transport));
    }
  if (uri == NULL)
    uri = belle_sip_uri_new ();
  belle_sip_uri_set_user (uri, self->config->user);
  belle_sip_header_address_set_uri (BELLE_SIP_HEADER_ADDRESS (contact), uri);
  if (expires >= 0)
    belle_sip_header_contact_set_expires (contact, expires);
  return contact;
}

gboolean
tandem_sip_account_learn_contact (TandemSipAccount *self,
                                  const TandemCandidate *from,
                                  const char *host,
                                  guint port)
{
  const char *known = g_hash_table_lookup (self->contacts, from);
  g_autofree char *text = strchr (host, ':') != NULL && *host != '['
                              ? g_strdup_printf ("[%s]:%u", host, port)
                              : g_strdup_printf ("%s:%u", host, port);

  if (known != NULL && strcmp (known, text) == 0)
    return FALSE;
  g_hash_table_replace (self->contacts, g_memdup2 (from, sizeof *from), g_steal_pointer (&text));
  return TRUE;
}

void
tandem_sip_account_set_current (TandemSipAccount *self, const TandemCandidate *candidate)
{
  if (self->has_current && tandem_candidate_equal (&self->current, candidate))
    return;
  self->has_current = TRUE;
  self->current = *candidate;
  update_local_address (self);
  tandem_sip_account_touch (self);
}

void
tandem_sip_account_use_again (TandemSipAccount *self, const char *candidate)
{
  TandemCandidate one;

  if (candidate == NULL)
    {
      for (guint i = 0; i < self->candidates->len; i++)
        tandem_health_table_forgive (self->engine->health,
                                     &g_array_index (self->candidates, TandemCandidate, i));
    }
  else if (tandem_candidate_parse (&one, candidate))
    tandem_health_table_forgive (self->engine->health, &one);
  tandem_sip_account_touch (self);
  tandem_registration_hurry (self->registration);
}

static gboolean
is_usable (TandemSipAccount *self, const TandemCandidate *candidate)
{
  TandemHealth health;

  tandem_health_table_get (self->engine->health, candidate, tandem_engine_now (), &health);
  return health.penalty == 0 && health.barred == 0 && tandem_sip_account_has (self, candidate);
}

const TandemCandidate *
tandem_sip_account_get_preferred (TandemSipAccount *self)
{
  if (self->has_wish && is_usable (self, &self->wish))
    return &self->wish;
  return self->has_current ? &self->current : NULL;
}

void
tandem_sip_account_follow_wish (TandemSipAccount *self)
{
  if (!self->wish_waits || !is_usable (self, &self->wish)
      || tandem_engine_count_calls (self->engine, self) > 0)
    return;
  if (self->has_current && tandem_candidate_equal (&self->current, &self->wish))
    self->wish_waits = FALSE;
  else if (tandem_registration_move (self->registration))
    self->wish_waits = FALSE;
}

void
tandem_sip_account_prefer (TandemSipAccount *self, const char *candidate)
{
  TandemCandidate wish;

  if (candidate == NULL || !tandem_candidate_parse (&wish, candidate))
    {
      self->has_wish = self->wish_waits = FALSE;
      tandem_sip_account_touch (self);
      return;
    }
  self->has_wish = self->wish_waits = TRUE;
  self->wish = wish;
  tandem_sip_account_timeline (self, "prefer", self->has_current ? &self->current : NULL, &wish,
                               "the agent's wish", 0);
  tandem_sip_account_follow_wish (self);
  tandem_sip_account_touch (self);
}

void
tandem_sip_account_candidate_failed (TandemSipAccount *self,
                                     const TandemCandidate *candidate,
                                     const char *why,
                                     gint64 since)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->engine->accounts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TandemSipAccount *account = value;

      if (!tandem_sip_account_has (account, candidate))
        continue;
      tandem_sip_account_touch (account);
      tandem_registration_candidate_failed (account->registration, candidate, why, FALSE);
    }
  tandem_sip_calls_candidate_failed (self->engine, candidate, why, since);
}

void
tandem_sip_account_connection_lost (TandemSipAccount *self, const TandemCandidate *candidate)
{
  const char *why = "connection lost";

  if (!tandem_sip_account_has (self, candidate) || !self->has_current
      || !tandem_candidate_equal (&self->current, candidate))
    return;
  tandem_registration_candidate_failed (self->registration, candidate, why, TRUE);
  tandem_sip_account_probe (self, candidate);
}

void
tandem_sip_account_network_changed (TandemSipAccount *self)
{
  g_hash_table_remove_all (self->contacts);
  tandem_sip_account_timeline (self, "network", NULL, NULL, "the network has changed", 0);
  self->elsewhere = tandem_resolver_refresh (self->engine->resolver, self->config->id, TRUE);
  update_local_address (self);
  tandem_sip_account_touch (self);
  tandem_registration_start_within (self->registration, NETWORK_CHANGE_SPREAD);
}
