/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer.h"

#include "hop.h"
#include "message.h"

/* See answer.h. Within one candidate it is repeated as RFC 3261 13.3.1.4 has it. */

#define RESEND_FIRST (500 * G_TIME_SPAN_MILLISECOND)
#define RESEND_MOST (4 * G_TIME_SPAN_SECOND)

struct _TandemAnswer
{
  TandemSipAccount *account;
  TandemOperation *operation;
  belle_sip_response_t *response;
  TandemCandidate from, candidate; /* from: the member of the pool, if it is one */
  gboolean in_pool;
  TandemTimer deadline, resend;
  gint64 interval;
  gboolean waiting, over;
  void (*failed) (gpointer);
  gpointer data;
};

static void handle (TandemAnswer *self, TandemStep step, const char *why);

static void
transmit (TandemAnswer *self)
{
  belle_sip_provider_send_response (self->account->engine->provider, self->response);
}

static void
on_resend (gpointer data)
{
  TandemAnswer *self = data;

  transmit (self);
  self->interval = MIN (self->interval * 2, RESEND_MOST);
  tandem_timer_set (&self->resend, tandem_engine_now () + self->interval);
}

static TandemStep
begin (TandemAnswer *self)
{
  TandemSipAccount *account = self->account;
  gint64 now = tandem_engine_now ();

  if (!self->in_pool)
    return tandem_operation_begin (self->operation, &self->from, 1, NULL, now);
  return tandem_operation_begin (self->operation,
                                 (const TandemCandidate *) (void *) account->candidates->data,
                                 account->candidates->len, &self->from, now);
}

static void
on_deadline (gpointer data)
{
  TandemAnswer *self = data;

  if (self->waiting)
    handle (self, begin (self), NULL);
  else if (tandem_operation_get_candidate (self->operation) != NULL)
    handle (self, tandem_operation_silent (self->operation, tandem_engine_now ()), "no ACK");
}

static void
handle (TandemAnswer *self, TandemStep step, const char *why)
{
  TandemSipAccount *account = self->account;
  gint64 took = tandem_engine_now () - tandem_operation_get_started (self->operation);

  self->waiting = step.action == TANDEM_STEP_WAIT;
  if (step.probe && self->in_pool)
    tandem_sip_account_probe (account, &step.suspect);
  if (why != NULL)
    tandem_sip_account_timeline (
        account, tandem_policy_get (TANDEM_OPERATION_ANSWER)->name, &self->candidate,
        step.action == TANDEM_STEP_SEND ? &step.candidate : NULL, why, took);
  switch (step.action)
    {
    case TANDEM_STEP_SEND:
      if (step.attempt > 1 || !tandem_candidate_equal (&step.candidate, &self->from))
        tandem_hop_redirect_response (self->response, &step.candidate);
      self->candidate = step.candidate;
      tandem_timer_set (&self->deadline, step.deadline);
      self->interval = RESEND_FIRST;
      tandem_timer_set (&self->resend, tandem_engine_now () + self->interval);
      /* A connection that a response opens carries no name for the certificate; a probe's does. */
      if (self->in_pool && step.candidate.transport != TANDEM_TRANSPORT_UDP
          && !tandem_candidate_equal (&step.candidate, &self->from))
        tandem_sip_account_probe (account, &step.candidate);
      transmit (self);
      break;
    case TANDEM_STEP_KEEP:
    case TANDEM_STEP_WAIT:
      tandem_timer_set (&self->deadline, step.deadline);
      break;
    case TANDEM_STEP_GIVE_UP:
      self->over = TRUE;
      tandem_timer_stop (&self->resend);
      tandem_timer_stop (&self->deadline);
      self->failed (self->data);
      break;
    case TANDEM_STEP_DONE:
    default:
      break;
    }
}

TandemAnswer *
tandem_answer_new (TandemSipAccount *account,
                   belle_sip_response_t *response,
                   const TandemCandidate *from,
                   void (*failed) (gpointer),
                   gpointer data)
{
  TandemAnswer *self = g_new0 (TandemAnswer, 1);
  TandemOperationSettings settings;

  self->account = account;
  self->response = (belle_sip_response_t *) belle_sip_object_ref (response);
  self->from = *from;
  self->in_pool = tandem_sip_account_match (account, from, &self->from);
  self->failed = failed;
  self->data = data;
  tandem_sip_account_get_settings (account, &settings);
  self->operation = tandem_operation_new (TANDEM_OPERATION_ANSWER, &settings,
                                          account->engine->health, account->engine->rand);
  tandem_timer_init (&self->deadline, account->engine->loop, on_deadline, self);
  tandem_timer_init (&self->resend, account->engine->loop, on_resend, self);
  handle (self, begin (self), NULL);
  return self;
}

void
tandem_answer_free (TandemAnswer *self)
{
  if (self == NULL)
    return;
  tandem_timer_stop (&self->deadline);
  tandem_timer_stop (&self->resend);
  belle_sip_object_unref (self->response);
  tandem_operation_free (self->operation);
  g_free (self);
}

void
tandem_answer_hand_over (TandemAnswer *self, void (*failed) (gpointer), gpointer data)
{
  self->failed = failed;
  self->data = data;
}

gint64
tandem_answer_get_started (TandemAnswer *self)
{
  return tandem_operation_get_started (self->operation);
}

void
tandem_answer_refused (TandemAnswer *self, const TandemCandidate *candidate, const char *why)
{
  if (self->over || self->waiting || !tandem_candidate_equal (&self->candidate, candidate)
      || tandem_operation_get_candidate (self->operation) == NULL)
    return;
  handle (self, tandem_operation_broken (self->operation, why, FALSE, TRUE, tandem_engine_now ()),
          why);
}

void
tandem_answer_confirmed (TandemAnswer *self)
{
  if (self->over)
    return;
  self->over = TRUE;
  tandem_timer_stop (&self->deadline);
  tandem_timer_stop (&self->resend);
  if (tandem_operation_get_candidate (self->operation) != NULL)
    tandem_operation_answered (self->operation, tandem_engine_now ());
  tandem_sip_account_touch (self->account);
}

void
tandem_answer_repeat (TandemAnswer *self)
{
  if (!self->over)
    transmit (self);
}

guint
tandem_answer_get_cseq (TandemAnswer *self)
{
  return tandem_sip_cseq (BELLE_SIP_MESSAGE (self->response));
}

const TandemCandidate *
tandem_answer_get_candidate (TandemAnswer *self)
{
  return &self->candidate;
}
