/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attempt-private.h"

#include "hop.h"
#include "message.h"

/* TandemAttempt: see errand.h. How it leaves, who is told of it, and how it is let go. */

#define RESEND_FIRST (500 * G_TIME_SPAN_MILLISECOND)
#define RESEND_MOST (4 * G_TIME_SPAN_SECOND)

TandemAttempt *
tandem_attempt_new (TandemErrand *errand, guint number, const TandemCandidate *to)
{
  TandemAttempt *self = g_new0 (TandemAttempt, 1);

  g_atomic_ref_count_init (&self->refs);
  self->errand = errand;
  self->engine = tandem_errand_get_account (errand)->engine;
  self->number = number;
  self->candidate = *to;
  self->sent = tandem_engine_now ();
  return self;
}

TandemAttempt *
tandem_attempt_ref (TandemAttempt *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
attempt_detach (TandemAttempt *self)
{
  self->errand = NULL;
  self->taken_response = NULL;
  self->taken_ended = NULL;
  if (self->transaction != NULL)
    belle_sip_transaction_set_application_data (BELLE_SIP_TRANSACTION (self->transaction), NULL);
  if (self->key != NULL)
    {
      if (g_hash_table_lookup (self->engine->stateless, self->key) == self)
        g_hash_table_remove (self->engine->stateless, self->key);
      g_clear_pointer (&self->key, g_free);
    }
  tandem_timer_stop (&self->resend);
}

void
tandem_attempt_unref (TandemAttempt *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  attempt_detach (self);
  g_clear_pointer (&self->transaction, belle_sip_object_unref);
  g_clear_pointer (&self->request, belle_sip_object_unref);
  g_free (self);
}

void
tandem_attempt_take (TandemAttempt *self,
                     void (*response) (TandemAttempt *, belle_sip_response_t *, guint, gpointer),
                     void (*ended) (TandemAttempt *, gpointer),
                     gpointer data)
{
  self->errand = NULL;
  self->taken_response = response;
  self->taken_ended = ended;
  self->taken_data = data;
}

gboolean
tandem_attempt_has_left (TandemAttempt *self)
{
  return self->transaction == NULL
         || belle_sip_transaction_get_state (BELLE_SIP_TRANSACTION (self->transaction))
                != BELLE_SIP_TRANSACTION_INIT;
}

void
tandem_attempt_drop (TandemAttempt *self)
{
  belle_sip_client_transaction_t *transaction = self->transaction;

  attempt_detach (self);
  if (transaction != NULL
      && (!tandem_attempt_has_left (self)
          || belle_sip_transaction_state_is_transient (
              belle_sip_transaction_get_state (BELLE_SIP_TRANSACTION (transaction)))))
    belle_sip_transaction_terminate (BELLE_SIP_TRANSACTION (transaction));
}

static void
on_resend (gpointer data)
{
  TandemAttempt *self = data;

  belle_sip_provider_send_request (self->engine->provider, self->request);
  self->interval = MIN (self->interval * 2, RESEND_MOST);
  tandem_timer_set (&self->resend, tandem_engine_now () + self->interval);
}

gboolean
tandem_attempt_send_stateless (TandemAttempt *self)
{
  TandemSipAccount *account = tandem_errand_get_account (self->errand);
  const TandemCandidate *pool = (const TandemCandidate *) (void *) account->candidates->data;

  if (!tandem_hop_prepare (self->request, &self->candidate, account->name, pool,
                           account->candidates->len, TRUE))
    return FALSE;
  self->key = g_strdup_printf ("%s %s", tandem_sip_branch (BELLE_SIP_MESSAGE (self->request)),
                               belle_sip_request_get_method (self->request));
  g_hash_table_replace (self->engine->stateless, g_strdup (self->key), self);
  /* A connection that this request's Route opens is taken for another one by everything that comes
   * after it (hop.c); one that a probe opens is not. */
  if (self->candidate.transport != TANDEM_TRANSPORT_UDP)
    tandem_sip_account_probe (account, &self->candidate);
  tandem_timer_init (&self->resend, self->engine->loop, on_resend, self);
  self->interval = RESEND_FIRST;
  if (self->candidate.transport == TANDEM_TRANSPORT_UDP)
    tandem_timer_set (&self->resend, tandem_engine_now () + self->interval);
  belle_sip_provider_send_request (self->engine->provider, self->request);
  return TRUE;
}

gboolean
tandem_attempt_send (TandemAttempt *self)
{
  belle_sip_uri_t *hop
      = tandem_hop_uri (&self->candidate, tandem_errand_get_account (self->errand)->name);

  if (hop == NULL)
    return FALSE;
  self->transaction
      = belle_sip_provider_create_client_transaction (self->engine->provider, self->request);
  if (self->transaction == NULL)
    return FALSE;
  belle_sip_object_ref (self->transaction);
  belle_sip_transaction_set_application_data (BELLE_SIP_TRANSACTION (self->transaction), self);
  return belle_sip_client_transaction_send_request_to (self->transaction, hop) == 0;
}
