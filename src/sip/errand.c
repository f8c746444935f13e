/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand-private.h"

#include "attempt-private.h"
#include "backoff.h"
#include "filter.h"
#include "hop.h"
#include "message.h"

#include <gio/gio.h>

/* See errand.h. */

/* How long a deadline that has passed may be put off by what waits to be read. */
#define NEW_LIST_PATIENCE (2 * G_TIME_SPAN_SECOND)
#define LONGEST_LOOK (4 * G_TIME_SPAN_SECOND)
/* The library gives up after 32 s, and may take a channel down with it: we are always first. */
#define LONGEST_WAIT (31999 * G_TIME_SPAN_MILLISECOND)

static void go (TandemErrand *self);

static void
attempt_drop_and_unref (gpointer data)
{
  tandem_attempt_drop (data);
  tandem_attempt_unref (data);
}

/* Lets go of an attempt; what somebody else has taken over lives on. */
static void
release (TandemErrand *errand, TandemAttempt *attempt)
{
  if (attempt->errand == errand)
    tandem_attempt_drop (attempt);
  tandem_attempt_unref (attempt);
}

TandemErrand *
tandem_errand_new (TandemSipAccount *account,
                   TandemOperationKind kind,
                   const TandemErrandFuncs *funcs,
                   gpointer data)
{
  TandemErrand *self = g_new0 (TandemErrand, 1);
  TandemOperationSettings settings;

  g_atomic_ref_count_init (&self->refs);
  self->engine = account->engine;
  self->account = account;
  self->kind = kind;
  self->policy = tandem_policy_get (kind);
  self->name = self->policy->name;
  self->funcs = funcs;
  self->data = data;
  self->older = g_ptr_array_new_with_free_func (attempt_drop_and_unref);
  tandem_sip_account_get_settings (account, &settings);
  self->operation
      = tandem_operation_new (kind, &settings, self->engine->health, self->engine->rand);
  return self;
}

TandemErrand *
tandem_errand_ref (TandemErrand *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tandem_errand_unref (TandemErrand *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_assert (self->over || !self->begun);
  if (self->attempt != NULL)
    release (self, self->attempt);
  g_ptr_array_unref (self->older);
  g_clear_pointer (&self->fixed, g_array_unref);
  tandem_operation_free (self->operation);
  g_free (self->why);
  g_free (self);
}

void
tandem_errand_set_name (TandemErrand *self, const char *name)
{
  self->name = name;
}

void
tandem_errand_set_candidates (TandemErrand *self, const TandemCandidate *candidates, guint n)
{
  g_clear_pointer (&self->fixed, g_array_unref);
  self->fixed = g_array_new (FALSE, FALSE, sizeof *candidates);
  g_array_append_vals (self->fixed, candidates, n);
}

void
tandem_errand_set_preferred (TandemErrand *self, const TandemCandidate *candidate)
{
  self->has_preferred = candidate != NULL;
  if (candidate != NULL)
    self->preferred = *candidate;
}

void
tandem_errand_set_avoided (TandemErrand *self, const TandemCandidate *candidate)
{
  self->has_avoided = TRUE;
  self->was_spread = TRUE;
  self->avoided = *candidate;
}

void
tandem_errand_set_in_dialog (TandemErrand *self)
{
  self->in_dialog = TRUE;
}

void
tandem_errand_set_transaction_only_to (TandemErrand *self, const TandemCandidate *candidate)
{
  self->has_only_to = TRUE;
  self->only_to = *candidate;
}

static void
pause_over (TandemErrand *self)
{
  if (self->waiting)
    g_ptr_array_remove_fast (self->account->pausing, self);
  self->waiting = FALSE;
}

void
tandem_errand_finish (TandemErrand *self)
{
  if (self->over)
    return;
  self->over = TRUE;
  g_hash_table_remove (self->engine->errands, self);
  pause_over (self);
  tandem_timer_stop (&self->timer);
  if (self->wants_list)
    g_ptr_array_remove_fast (self->account->waiting, self);
  self->wants_list = FALSE;
  if (self->attempt != NULL && self->attempt->errand == self)
    tandem_attempt_drop (self->attempt);
  g_ptr_array_set_size (self->older, 0);
  if (self->funcs->destroy != NULL)
    self->funcs->destroy (self->data);
  if (self->begun)
    tandem_errand_unref (self);
}

static void
give_up (TandemErrand *self, const char *why)
{
  g_autofree char *text = g_strdup (why != NULL ? why : "failed");

  if (self->over)
    return;
  tandem_errand_ref (self);
  tandem_timer_stop (&self->timer);
  if (!self->told)
    tandem_sip_account_timeline (self->account, self->name, NULL, NULL, text,
                                 tandem_engine_now () - self->begun_at);
  self->funcs->gave_up (self, self->code, text, self->data);
  tandem_errand_finish (self);
  tandem_errand_unref (self);
}

static gboolean
is_set_aside (TandemErrand *self, const TandemCandidate *candidate, gint64 now)
{
  TandemHealth health;

  tandem_health_table_get (self->engine->health, candidate, now, &health);
  return health.penalty > 0;
}

/* A dead proxy that still does not answer is no news. */
static gboolean
is_old_news (TandemErrand *self, const TandemCandidate *candidate)
{
  return self->kind == TANDEM_OPERATION_PROBE && candidate != NULL
         && is_set_aside (self, candidate, tandem_engine_now ());
}

void
tandem_errand_failed_at (TandemErrand *self,
                         const TandemCandidate *candidate,
                         guint code,
                         const char *why)
{
  char *copy = g_strdup (why);

  g_free (self->why);
  self->why = copy;
  self->code = code;
  self->has_failed = candidate != NULL && !is_old_news (self, candidate);
  self->told = self->told || is_old_news (self, candidate);
  if (candidate != NULL)
    self->failed = *candidate;
}

static gboolean
authorize (TandemErrand *self, const TandemCandidate *to, belle_sip_request_t *request)
{
  const TandemSipAccountConfig *config = self->account->config;
  const char *user = *config->auth_user != '\0' ? config->auth_user : config->user;
  g_autofree char *id = tandem_candidate_to_string (to);
  char *uri = belle_sip_uri_to_string (belle_sip_request_get_uri (request));
  g_autoptr (GPtrArray) headers = NULL;
  gboolean ok = TRUE;

  headers = tandem_digest_authorize (self->engine->digest, config->id, id, user, config->password,
                                     belle_sip_request_get_method (request), uri);
  belle_sip_free (uri);
  for (guint i = 0; i < headers->len; i++)
    {
      TandemDigestHeader *header = g_ptr_array_index (headers, i);

      /* The library takes the nonce count for a decimal number, and loses it from 0000000a on. */
      ok = tandem_sip_add_verbatim (BELLE_SIP_MESSAGE (request), header->name, header->value) && ok;
    }
  return ok;
}

/* What was sent before stays open for a late answer where the operation goes round in a cycle, or
 * where the owner takes it; else it ends here. */
static void
retire (TandemErrand *self, TandemAttempt *previous)
{
  if (previous->errand == self && self->policy->repeat == TANDEM_REPEAT_CYCLE
      && !previous->finished)
    {
      tandem_timer_stop (&previous->resend);
      if (previous->transaction != NULL)
        belle_sip_client_transaction_stop_retransmissions (previous->transaction);
      g_ptr_array_add (self->older, previous);
      return;
    }
  release (self, previous);
}

static void
send_attempt (TandemErrand *self, const TandemStep *step)
{
  TandemAttempt *previous = g_steal_pointer (&self->attempt);
  TandemSipAccount *account = self->account;
  belle_sip_request_t *request;
  g_autoptr (GError) error = NULL;
  gboolean sent = FALSE;

  request = self->funcs->make (self, step->attempt, &step->candidate, self->data);
  if (self->over)
    {
      if (previous != NULL)
        release (self, previous);
      return;
    }
  if (request == NULL)
    {
      self->attempt = previous;
      give_up (self, "the request cannot be made");
      return;
    }
  self->overdue = 0;
  self->attempt = tandem_attempt_new (self, step->attempt, &step->candidate);
  self->attempt->request = (belle_sip_request_t *) belle_sip_object_ref (request);
  tandem_engine_sign (self->engine, BELLE_SIP_MESSAGE (request));
  authorize (self, &step->candidate, request);
  if (self->in_dialog)
    tandem_hop_prepare (request, &step->candidate, account->name,
                        (const TandemCandidate *) (void *) account->candidates->data,
                        account->candidates->len, FALSE);
  if (tandem_sip_header_size (BELLE_SIP_MESSAGE (request)) > TANDEM_SIP_MAX_HEADERS)
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "the headers are too long");
  else if (tandem_transports_prepare (self->engine->transports, &step->candidate, account->config,
                                      &error))
    {
      tandem_timer_set (&self->timer, MIN (step->deadline, self->attempt->sent + LONGEST_WAIT));
      if (self->has_only_to && !tandem_candidate_equal (&self->only_to, &step->candidate))
        sent = tandem_attempt_send_stateless (self->attempt);
      else
        sent = tandem_attempt_send (self->attempt);
    }
  if (previous != NULL)
    {
      if (!previous->finished && previous->transaction != NULL)
        belle_sip_client_transaction_stop_retransmissions (previous->transaction);
      if (sent && self->funcs->sent != NULL)
        self->funcs->sent (self, self->attempt, previous, self->data);
      retire (self, previous);
    }
  else if (sent && self->funcs->sent != NULL)
    self->funcs->sent (self, self->attempt, NULL, self->data);
  if (error != NULL)
    give_up (self, error->message);
  else if (!sent && !self->over)
    {
      self->send_failed = TRUE;
      tandem_timer_set (&self->timer, tandem_engine_now ());
    }
}

/* When all have asked for a pause, it is pointless to ask before the first pause is over. */
static gint64
after_pauses (TandemErrand *self, gint64 until)
{
  GArray *candidates = self->fixed != NULL ? self->fixed : self->account->candidates;
  gint64 now = tandem_engine_now ();
  gint64 shortest = G_MAXINT64;

  for (guint i = 0; i < candidates->len; i++)
    {
      TandemHealth health;

      tandem_health_table_get (self->engine->health,
                               &g_array_index (candidates, TandemCandidate, i), now, &health);
      shortest = MIN (shortest, health.barred);
    }
  return candidates->len > 0 ? MAX (until, now + shortest) : until;
}

void
tandem_errand_handle (TandemErrand *self, TandemStep step)
{
  TandemSipAccount *account = self->account;
  gint64 took = tandem_engine_now () - self->begun_at;

  if (step.probe)
    tandem_sip_account_probe (account, &step.suspect);
  tandem_sip_account_touch (account);
  if (self->has_failed && step.action != TANDEM_STEP_KEEP && step.action != TANDEM_STEP_DONE)
    {
      tandem_sip_account_timeline (account, self->name, &self->failed,
                                   step.action == TANDEM_STEP_SEND ? &step.candidate : NULL,
                                   self->why, took);
      self->has_failed = FALSE;
      self->told = TRUE;
    }
  switch (step.action)
    {
    case TANDEM_STEP_SEND:
      pause_over (self);
      self->challenges = 0;
      send_attempt (self, &step);
      break;
    case TANDEM_STEP_KEEP:
      tandem_timer_set (&self->timer, step.deadline);
      break;
    case TANDEM_STEP_WAIT:
      if (!self->waiting)
        g_ptr_array_add (self->account->pausing, self);
      self->waiting = TRUE;
      if (self->attempt != NULL && self->policy->repeat != TANDEM_REPEAT_CYCLE)
        release (self, g_steal_pointer (&self->attempt));
      step.deadline = after_pauses (self, step.deadline);
      tandem_timer_set (&self->timer, step.deadline);
      if (self->funcs->waiting != NULL
          && self->funcs->waiting (self, step.deadline, self->code, self->why, self->data)
          && !self->over)
        tandem_errand_finish (self);
      break;
    case TANDEM_STEP_GIVE_UP:
      give_up (self, self->why);
      break;
    case TANDEM_STEP_DONE:
    default:
      break;
    }
}

/* (transfer full): the candidates in the order of the look-up, what is to be avoided last. */
static GArray *
list_candidates (TandemErrand *self)
{
  GArray *list = g_array_copy (self->fixed != NULL ? self->fixed : self->account->candidates);

  if (self->fixed == NULL && self->account->has_wish)
    tandem_candidate_put_first ((TandemCandidate *) (void *) list->data, list->len,
                                &self->account->wish);
  for (guint i = 0; self->has_avoided && i < list->len; i++)
    {
      if (tandem_candidate_equal (&g_array_index (list, TandemCandidate, i), &self->avoided))
        {
          g_array_remove_index (list, i);
          g_array_append_val (list, self->avoided);
          break;
        }
    }
  self->has_avoided = FALSE;
  return list;
}

/* In another network the registration must not ask the pool of the one before. Nothing else waits for it:
 * a call has an agent who waits, and finds its way by its second attempt. */
static gboolean
wants_new_list (TandemErrand *self)
{
  return self->kind == TANDEM_OPERATION_REGISTER && self->fixed == NULL && self->account->elsewhere
         && self->account->candidates->len > 0;
}

static void
go (TandemErrand *self)
{
  g_autoptr (GArray) candidates = list_candidates (self);
  gint64 now = tandem_engine_now ();
  TandemStep step;

  if (self->fixed == NULL)
    tandem_resolver_refresh (self->engine->resolver, self->account->config->id, FALSE);
  if (wants_new_list (self))
    {
      if (!self->wants_list)
        g_ptr_array_add (self->account->waiting, self);
      self->wants_list = TRUE;
      tandem_timer_set (&self->timer, now + NEW_LIST_PATIENCE);
      return;
    }
  if (candidates->len == 0 && !self->account->resolved)
    {
      TandemOperationSettings settings;

      tandem_sip_account_get_settings (self->account, &settings);
      if (!self->wants_list)
        g_ptr_array_add (self->account->waiting, self);
      self->wants_list = TRUE;
      tandem_timer_set (&self->timer, now + settings.transaction_timeout);
      return;
    }
  if (candidates->len == 0)
    {
      g_autofree char *why = g_strdup_printf (
          "no address for %s", self->account->name != NULL ? self->account->name : "the server");

      give_up (self, why);
      return;
    }
  step = tandem_operation_begin (
      self->operation, (const TandemCandidate *) (void *) candidates->data, candidates->len,
      self->has_preferred ? &self->preferred : NULL, now);
  tandem_errand_handle (self, step);
}

void
tandem_errand_broken (TandemErrand *self, const char *reason, gboolean certain, gboolean suspect)
{
  TandemCandidate at = self->attempt->candidate;
  gint64 since = self->attempt->sent;
  gboolean busy = self->was_spread || tandem_engine_count_calls (self->engine, NULL) > 0;
  TandemStep step;

  tandem_errand_failed_at (self, &at, 0, reason);
  step = tandem_operation_broken (self->operation, reason, certain, busy, tandem_engine_now ());
  step.probe = step.probe && suspect;
  tandem_errand_handle (self, step);
  if (certain)
    tandem_sip_account_candidate_failed (self->account, &at, reason, since);
}

/* This thread may have been held up, and the answer may lie in the socket: silence is only what is
 * left when everything that has come was read. */
static gboolean
look_again (TandemErrand *self)
{
  gint64 now = tandem_engine_now ();
  guint seen = tandem_filter_get_seen ();
  gboolean again = self->overdue == 0 || (seen != self->seen && now < self->overdue + LONGEST_LOOK);

  if (self->overdue == 0)
    self->overdue = now;
  self->seen = seen;
  if (again)
    tandem_timer_set (&self->timer, now);
  return again;
}

static void
on_timer (gpointer data)
{
  TandemErrand *self = tandem_errand_ref (data);

  if (self->wants_list)
    {
      self->wants_list = FALSE;
      g_ptr_array_remove_fast (self->account->waiting, self);
      if (wants_new_list (self))
        {
          /* The names are silent: the last good list is better than none. */
          self->account->elsewhere = FALSE;
          go (self);
        }
      else
        give_up (self, "the look-up of the server's name has no answer");
    }
  else if (self->waiting)
    {
      pause_over (self);
      go (self);
    }
  else if (self->send_failed)
    {
      self->send_failed = FALSE;
      tandem_errand_broken (self, "cannot be sent to", FALSE, TRUE);
    }
  else if (tandem_operation_get_candidate (self->operation) != NULL && !look_again (self))
    {
      TandemCandidate silent = *tandem_operation_get_candidate (self->operation);
      gint64 since = self->attempt != NULL ? self->attempt->sent : 0;
      TandemStep step;

      tandem_errand_failed_at (self, &silent, 408, "no answer");
      step = tandem_operation_silent (self->operation, tandem_engine_now ());
      tandem_errand_handle (self, step);
      if (!step.probe)
        tandem_sip_account_candidate_failed (self->account, &silent, "no answer", since);
    }
  tandem_errand_unref (self);
}

void
tandem_errand_begin (TandemErrand *self)
{
  g_return_if_fail (!self->begun);

  self->begun = TRUE;
  self->begun_at = tandem_engine_now ();
  tandem_errand_ref (self);
  g_hash_table_add (self->engine->errands, self);
  tandem_timer_init (&self->timer, self->engine->loop, on_timer, self);
  go (self);
}

void
tandem_errand_cancel (TandemErrand *self)
{
  tandem_errand_finish (self);
}

void
tandem_errand_break (TandemErrand *self, const char *why)
{
  if (self->over || self->waiting || self->attempt == NULL || self->attempt->finished
      || tandem_operation_get_candidate (self->operation) == NULL)
    return;
  tandem_errand_ref (self);
  tandem_errand_broken (self, why, FALSE, FALSE);
  tandem_errand_unref (self);
}

void
tandem_errands_refused (TandemEngine *engine, const TandemCandidate *candidate, const char *reason)
{
  g_autoptr (GList) errands = g_hash_table_get_keys (engine->errands);

  for (GList *l = errands; l != NULL; l = l->next)
    tandem_errand_ref (l->data);
  for (GList *l = errands; l != NULL; l = l->next)
    {
      TandemErrand *self = l->data;
      TandemAttempt *attempt = self->attempt;

      if (!self->over && !self->waiting && attempt != NULL && !attempt->finished && !attempt->heard
          && self->kind != TANDEM_OPERATION_PROBE
          && tandem_candidate_equal (&attempt->candidate, candidate)
          && tandem_operation_get_candidate (self->operation) != NULL)
        tandem_errand_broken (self, reason, FALSE, TRUE);
      tandem_errand_unref (self);
    }
}

void
tandem_errand_hurry (TandemErrand *self)
{
  if (self->over)
    return;
  if (self->wants_list)
    {
      self->wants_list = FALSE;
      g_ptr_array_remove_fast (self->account->waiting, self);
      tandem_timer_stop (&self->timer);
      go (self);
    }
  else if (self->waiting)
    tandem_timer_set (&self->timer, tandem_engine_now ());
}

gboolean
tandem_errand_is_waiting (TandemErrand *self)
{
  return self->waiting;
}

TandemSipAccount *
tandem_errand_get_account (TandemErrand *self)
{
  return self->account;
}

TandemAttempt *
tandem_errand_get_attempt (TandemErrand *self)
{
  return self->attempt;
}

gint64
tandem_errand_get_started (TandemErrand *self)
{
  return tandem_operation_get_started (self->operation);
}

const TandemCandidate *
tandem_errand_get_candidate (TandemErrand *self)
{
  return self->over ? NULL : tandem_operation_get_candidate (self->operation);
}

/* Of others */

/* Only where all were silent: then there is nothing better to wait for. The classic way waits its time
 * out, as the seed does. What all phones of a site may learn at once is spread. */
static void
wake_up (TandemErrand *self)
{
  const TandemSipAccountConfig *config = self->account->config;
  GArray *candidates = self->fixed != NULL ? self->fixed : self->account->candidates;
  gint64 now = tandem_engine_now ();
  gint64 until = now;

  if (self->policy->repeat != TANDEM_REPEAT_PERIODIC || config->failover_classic)
    return;
  for (guint i = 0; i < candidates->len; i++)
    {
      if (!is_set_aside (self, &g_array_index (candidates, TandemCandidate, i), now))
        return;
    }
  if (tandem_engine_count_calls (self->engine, NULL) == 0)
    until
        += tandem_backoff_spread (config->reg_spread * (gint64) G_USEC_PER_SEC, self->engine->rand);
  if (until >= self->timer.when)
    return;
  tandem_timer_set (&self->timer, until);
  tandem_errand_ref (self);
  if (self->funcs->waiting != NULL
      && self->funcs->waiting (self, until, self->code, self->why, self->data) && !self->over)
    tandem_errand_finish (self);
  tandem_errand_unref (self);
}

void
tandem_errands_candidate_answered (TandemEngine *engine, const TandemCandidate *candidate)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, engine->accounts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TandemSipAccount *account = value;
      g_autoptr (GPtrArray) pausing = NULL;

      if (account->pausing->len == 0 || !tandem_sip_account_has (account, candidate))
        continue;
      pausing = g_ptr_array_copy (account->pausing, NULL, NULL);
      for (guint i = 0; i < pausing->len; i++)
        {
          TandemErrand *errand = g_ptr_array_index (pausing, i);

          if (g_ptr_array_find (account->pausing, errand, NULL))
            wake_up (errand);
        }
    }
}
