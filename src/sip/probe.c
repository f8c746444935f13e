/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backoff.h"
#include "errand.h"
#include "message.h"
#include "pool.h"

/* Probes: OPTIONS to a proxy itself, with Max-Forwards 0, so that a healthy proxy has to answer it
 * and cannot pass it on. Any final answer means alive. The candidate in use is asked now and then
 * unless something was just heard from it, those set aside once a minute, and a candidate that left
 * another request unanswered at once. Connections are kept open besides, also where probes are off. */

#define PENALISED_INTERVAL (60 * G_TIME_SPAN_SECOND)
#define JITTER 0.2
/* s; RFC 5626 4.4.1 wants 95 to 120 over connections. */
#define KEEP_ALIVE_INTERVAL 100

typedef struct
{
  TandemSipAccount *account;
  TandemCandidate candidate;
  char *call_id;
  char *tag;
  guint cseq;
} Probe;

static belle_sip_request_t *
on_make (TandemErrand *errand, guint attempt, const TandemCandidate *to, gpointer data)
{
  Probe *self = data;
  TandemSipAccount *account = self->account;
  g_autofree char *host = strchr (to->address, ':') != NULL ? g_strdup_printf ("[%s]", to->address)
                                                            : g_strdup (to->address);
  g_autofree char *target = g_strdup_printf ("sip:%s:%u", host, to->port);
  g_autofree char *from = tandem_sip_address (NULL, account->aor);
  g_autofree char *address = tandem_sip_address (NULL, target);
  belle_sip_request_t *request = tandem_sip_request_new (
      "OPTIONS", target, self->call_id, self->cseq++, from, self->tag, address, NULL, 0);

  if (request != NULL)
    tandem_sip_add (BELLE_SIP_MESSAGE (request), "Accept", "application/sdp");
  return request;
}

static gboolean
on_final (TandemErrand *errand,
          TandemAttempt *attempt,
          belle_sip_response_t *response,
          guint code,
          gpointer data)
{
  tandem_sip_account_touch (((Probe *) data)->account);
  return FALSE;
}

static void
on_gave_up (TandemErrand *errand, guint code, const char *why, gpointer data)
{
  tandem_sip_account_touch (((Probe *) data)->account);
}

static void
on_destroy (gpointer data)
{
  Probe *self = data;

  g_hash_table_remove (self->account->probes, &self->candidate);
  g_free (self->call_id);
  g_free (self->tag);
  g_free (self);
}

static const TandemErrandFuncs funcs
    = { .make = on_make, .final = on_final, .gave_up = on_gave_up, .destroy = on_destroy };

void
tandem_sip_account_probe (TandemSipAccount *self, const TandemCandidate *candidate)
{
  TandemErrand *errand;
  Probe *probe;

  if (g_hash_table_contains (self->probes, candidate) || self->engine->stopping)
    return;
  probe = g_new0 (Probe, 1);
  probe->account = self;
  probe->candidate = *candidate;
  probe->call_id = tandem_sip_token ();
  probe->tag = tandem_sip_token ();
  probe->cseq = 1;
  errand = tandem_errand_new (self, TANDEM_OPERATION_PROBE, &funcs, probe);
  tandem_errand_set_candidates (errand, candidate, 1);
  g_hash_table_insert (self->probes, g_memdup2 (candidate, sizeof *candidate), errand);
  tandem_errand_begin (errand);
}

static void
schedule_keepalive (TandemSipAccount *account)
{
  guint interval = account->config->probe_interval;

  if (interval == 0 && account->transport != TANDEM_TRANSPORT_UDP)
    interval = KEEP_ALIVE_INTERVAL;
  if (interval == 0)
    tandem_timer_stop (&account->keepalive);
  else
    tandem_timer_set (&account->keepalive,
                      tandem_engine_now ()
                          + tandem_backoff_jitter (interval * (gint64) G_TIME_SPAN_SECOND, JITTER,
                                                   account->engine->rand));
}

static void
schedule_penalised (TandemSipAccount *account)
{
  tandem_timer_set (&account->penalised, tandem_engine_now ()
                                             + tandem_backoff_jitter (PENALISED_INTERVAL, JITTER,
                                                                      account->engine->rand));
}

static void
on_keepalive (gpointer data)
{
  TandemSipAccount *account = data;
  gint64 now = tandem_engine_now ();
  gint64 quiet = account->config->probe_interval * (gint64) G_TIME_SPAN_SECOND / 2;
  TandemHealth health;

  schedule_keepalive (account);
  if (account->transport != TANDEM_TRANSPORT_UDP)
    tandem_transports_send_keep_alive (account->engine->transports);
  if (account->config->probe_interval == 0 || !account->has_current
      || !tandem_sip_account_has (account, &account->current))
    return;
  tandem_health_table_get (account->engine->health, &account->current, now, &health);
  if (health.last_heard != 0 && now - health.last_heard < quiet)
    return;
  tandem_sip_account_probe (account, &account->current);
}

static void
on_penalised (gpointer data)
{
  TandemSipAccount *account = data;
  gint64 now = tandem_engine_now ();

  schedule_penalised (account);
  for (guint i = 0; i < account->candidates->len; i++)
    {
      TandemCandidate candidate = g_array_index (account->candidates, TandemCandidate, i);
      TandemHealth health;

      tandem_health_table_get (account->engine->health, &candidate, now, &health);
      if (health.penalty > 0)
        tandem_sip_account_probe (account, &candidate);
    }
}

void
tandem_sip_account_test_now (TandemSipAccount *self)
{
  g_autoptr (GArray) all = g_array_copy (self->candidates);

  tandem_resolver_refresh (self->engine->resolver, self->config->id, FALSE);
  for (guint i = 0; i < all->len; i++)
    tandem_sip_account_probe (self, &g_array_index (all, TandemCandidate, i));
}

void
tandem_probe_init (TandemSipAccount *account)
{
  tandem_timer_init (&account->keepalive, account->engine->loop, on_keepalive, account);
  tandem_timer_init (&account->penalised, account->engine->loop, on_penalised, account);
}

void
tandem_probe_schedule (TandemSipAccount *account)
{
  schedule_keepalive (account);
  schedule_penalised (account);
}

void
tandem_probe_cancel (TandemSipAccount *account)
{
  g_autoptr (GList) errands = g_hash_table_get_values (account->probes);

  for (GList *l = errands; l != NULL; l = l->next)
    tandem_errand_cancel (l->data);
}

void
tandem_probe_clear (TandemSipAccount *account)
{
  tandem_timer_stop (&account->keepalive);
  tandem_timer_stop (&account->penalised);
  tandem_probe_cancel (account);
}
