/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand-private.h"

#include "message.h"

/* What arrives for the attempts of an errand: answers, challenges, and the ends of transactions and
 * connections. It says what they mean for the operation; errand.c does what follows from it. */

/* One round for the origin server and one for each of a few proxies, each possibly stale once. */
#define MAX_CHALLENGES 4

static gboolean
challenged (TandemErrand *self, TandemAttempt *attempt, belle_sip_response_t *response, guint code)
{
  gboolean proxy = code == 407;
  g_autofree char *id = tandem_candidate_to_string (&attempt->candidate);
  g_auto (GStrv) challenges = tandem_sip_get_all (
      BELLE_SIP_MESSAGE (response), proxy ? "Proxy-Authenticate" : "WWW-Authenticate");
  g_auto (GStrv) sent = tandem_sip_get_all (BELLE_SIP_MESSAGE (attempt->request),
                                            proxy ? "Proxy-Authorization" : "Authorization");

  /* Nobody's password is "": the agent has to be asked for it. */
  if (attempt->transaction == NULL || *self->account->config->password == '\0'
      || self->challenges++ >= MAX_CHALLENGES)
    return FALSE;
  return tandem_digest_challenge (self->engine->digest, self->account->config->id, id,
                                  (const char *const *) challenges, proxy,
                                  (const char *const *) sent)
         == TANDEM_DIGEST_OK;
}

static void
again (TandemErrand *self)
{
  guint challenges = self->challenges;
  TandemStep step = tandem_operation_repeat (self->operation, tandem_engine_now ());

  tandem_errand_handle (self, step);
  self->challenges = challenges;
}

static void
over_after_answer (TandemErrand *self, TandemAttempt *attempt)
{
  gint64 now = tandem_engine_now ();

  if (self->over)
    return;
  if (self->told && self->kind != TANDEM_OPERATION_PROBE)
    tandem_sip_account_timeline (self->account, self->name, &self->failed, &attempt->candidate,
                                 "answered", now - self->begun_at);
  if (attempt == self->attempt && tandem_operation_get_candidate (self->operation) != NULL)
    tandem_operation_answered (self->operation, now);
  else
    tandem_operation_answered_by (self->operation, &attempt->candidate, now);
  tandem_sip_account_touch (self->account);
  tandem_errand_finish (self);
}

/* A fellow of the proxy that the dialog or the INVITE went through says that it knows nothing of it:
 * true, perhaps, but no answer. */
static gboolean
is_foreign (TandemErrand *self, TandemAttempt *attempt, guint code)
{
  const TandemCandidate *home = self->has_only_to     ? &self->only_to
                                : self->has_preferred ? &self->preferred
                                                      : NULL;

  return code == 481 && self->policy->repeat == TANDEM_REPEAT_CYCLE && home != NULL
         && !tandem_candidate_equal (home, &attempt->candidate);
}

static void
on_older (TandemErrand *self, TandemAttempt *attempt, belle_sip_response_t *response, guint code)
{
  tandem_health_table_answered (self->engine->health, &attempt->candidate, -1,
                                tandem_engine_now ());
  if (code < 200 || code == 401 || code == 407 || code == 408 || code == 503
      || (self->has_only_to && code >= 300) || is_foreign (self, attempt, code))
    return;
  self->funcs->final (self, attempt, response, code, self->data);
  over_after_answer (self, attempt);
}

static void
on_final (TandemErrand *self, TandemAttempt *attempt, belle_sip_response_t *response, guint code)
{
  gint64 now = tandem_engine_now ();
  guint n = self->fixed != NULL ? self->fixed->len : self->account->candidates->len;
  gboolean elsewhere = is_foreign (self, attempt, code);

  tandem_timer_stop (&self->timer);
  attempt->finished = TRUE;
  tandem_timer_stop (&attempt->resend);
  if ((code == 401 || code == 407) && challenged (self, attempt, response, code))
    {
      again (self);
      return;
    }
  if ((code == 503 || elsewhere)
      && (self->policy->repeat != TANDEM_REPEAT_CYCLE || ++self->refusals < n))
    {
      int retry_after = tandem_sip_get_number (BELLE_SIP_MESSAGE (response), "Retry-After");
      g_autofree char *phrase = NULL;
      g_autofree char *why = NULL;

      tandem_sip_status (response, &phrase);
      why = g_strdup_printf ("%u %s", code, phrase != NULL ? phrase : "");
      tandem_errand_failed_at (self, &attempt->candidate, code, g_strstrip (why));
      tandem_errand_handle (
          self, tandem_operation_refused (
                    self->operation, retry_after > 0 ? retry_after * G_USEC_PER_SEC : -1, now));
      return;
    }
  tandem_health_table_answered (self->engine->health, &attempt->candidate, now - attempt->sent,
                                now);
  if (self->funcs->final (self, attempt, response, code, self->data))
    {
      if (!self->over)
        again (self);
      return;
    }
  if (self->kind == TANDEM_OPERATION_PROBE)
    tandem_errands_candidate_answered (self->engine, &attempt->candidate);
  over_after_answer (self, attempt);
}

/* All copies of a CANCEL have the INVITE's branch: whatever answers them, the library gives it to the
 * one that has a transaction. What was asked last is what it most likely answers. */
static TandemAttempt *
meant_by_response (TandemAttempt *attempt)
{
  TandemErrand *self = attempt->errand;

  if (self == NULL || self->over || !self->has_only_to || attempt->transaction == NULL
      || self->attempt == NULL || self->attempt->key == NULL || self->attempt->finished
      || tandem_operation_get_candidate (self->operation) == NULL)
    return attempt;
  return self->attempt;
}

void
tandem_attempt_on_response (TandemAttempt *attempt, belle_sip_response_t *response)
{
  guint code = tandem_sip_status (response, NULL);
  TandemErrand *self = attempt->errand;

  attempt = meant_by_response (attempt);
  attempt->heard = TRUE;
  if (self == NULL)
    {
      if (attempt->taken_response != NULL)
        {
          tandem_attempt_ref (attempt);
          attempt->taken_response (attempt, response, code, attempt->taken_data);
          tandem_attempt_unref (attempt);
        }
      return;
    }
  if (self->over)
    return;
  tandem_errand_ref (self);
  tandem_attempt_ref (attempt);
  if (attempt != self->attempt)
    on_older (self, attempt, response, code);
  else if (attempt->finished)
    {
      if (self->funcs->late != NULL)
        self->funcs->late (self, attempt, response, code, self->data);
    }
  else if (tandem_operation_get_candidate (self->operation) == NULL)
    {
      /* Its time was up and nothing else was sent yet: an answer to a cycle still counts. */
      if (self->policy->repeat == TANDEM_REPEAT_CYCLE)
        on_older (self, attempt, response, code);
    }
  else if (code < 200)
    {
      TandemStep step = tandem_operation_provisional (self->operation, tandem_engine_now ());

      tandem_timer_set (&self->timer, step.deadline);
      tandem_sip_account_touch (self->account);
      if (self->funcs->provisional != NULL)
        self->funcs->provisional (self, attempt, response, code, self->data);
    }
  else
    on_final (self, attempt, response, code);
  tandem_attempt_unref (attempt);
  tandem_errand_unref (self);
}

static void
attempt_ended (TandemAttempt *attempt)
{
  void (*ended) (TandemAttempt *, gpointer) = attempt->taken_ended;
  gpointer data = attempt->taken_data;

  tandem_attempt_drop (attempt);
  if (ended != NULL)
    ended (attempt, data);
}

void
tandem_attempt_on_broken (TandemAttempt *attempt)
{
  TandemErrand *self = attempt->errand;
  gboolean connected = tandem_attempt_has_left (attempt);
  g_autofree char *reason = g_strdup (
      connected && attempt->candidate.transport != TANDEM_TRANSPORT_UDP
          ? "connection lost"
          : tandem_transports_get_failure (attempt->engine->transports, &attempt->candidate));

  tandem_attempt_ref (attempt);
  if (self == NULL)
    attempt_ended (attempt);
  else
    {
      gboolean counts = attempt == self->attempt && !attempt->finished && !self->over
                        && tandem_operation_get_candidate (self->operation) != NULL;

      tandem_errand_ref (self);
      attempt->broken = TRUE;
      if (attempt->transaction != NULL)
        {
          attempt->unsent = !connected;
          belle_sip_transaction_set_application_data (BELLE_SIP_TRANSACTION (attempt->transaction),
                                                      NULL);
          belle_sip_transaction_terminate (BELLE_SIP_TRANSACTION (attempt->transaction));
        }
      attempt->finished = TRUE;
      if (counts)
        tandem_errand_broken (self, reason, attempt->candidate.transport != TANDEM_TRANSPORT_UDP,
                              TRUE);
      tandem_errand_unref (self);
    }
  tandem_attempt_unref (attempt);
}

void
tandem_attempt_on_terminated (TandemAttempt *attempt)
{
  TandemErrand *self = attempt->errand;

  tandem_attempt_ref (attempt);
  if (self == NULL)
    attempt_ended (attempt);
  else if (attempt == self->attempt && !attempt->finished && !self->over
           && tandem_operation_get_candidate (self->operation) != NULL)
    {
      /* The library's own timers ran out, or it repaired a call to death. */
      attempt->finished = TRUE;
      tandem_timer_set (&self->timer, tandem_engine_now ());
    }
  tandem_attempt_unref (attempt);
}
