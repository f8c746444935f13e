/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "errand.h"

#include "attempt-private.h"
#include "backoff.h"
#include "filter.h"
#include "hop.h"
#include "message.h"

#include <gio/gio.h>

#include <string.h>

/* See errand.h. */

/* One round for the origin server and one for each of a few proxies, each possibly stale once. */
#define MAX_CHALLENGES 4
/* How long a deadline that has passed may be put off by what waits to be read. */
#define LONGEST_LOOK (4 * G_TIME_SPAN_SECOND)
/* The library gives up after 32 s, and may take a channel down with it: we are always first. */
#define LONGEST_WAIT (31999 * G_TIME_SPAN_MILLISECOND)

struct _TandemErrand
{
  gatomicrefcount refs;
  TandemEngine *engine;
  TandemSipAccount *account;
  TandemOperation *operation;
  TandemOperationKind kind;
  const TandemPolicy *policy;
  const char *name;
  const TandemErrandFuncs *funcs;
  gpointer data;

  GArray *fixed; /* (nullable) of TandemCandidate */
  gboolean has_preferred, has_only_to, has_avoided, in_dialog;
  TandemCandidate preferred, only_to, avoided;

  TandemAttempt *attempt; /* the one that counts */
  GPtrArray *older;       /* of TandemAttempt: an answer to them still ends a cycle */
  TandemTimer timer;
  guint challenges, refusals;
  gboolean begun, over, waiting, wants_list, send_failed;
  gboolean was_spread; /* this beginning was spread already */
  gint64 begun_at;     /* us */
  gint64 overdue;      /* since when the deadline is over; 0: it is not */
  guint seen;

  gboolean has_failed;
  TandemCandidate failed; /* where the last failure was */
  gboolean told;          /* that something failed */
  char *why;
  guint code;
};

static void go (TandemErrand *self);
static void handle (TandemErrand *self, TandemStep step);

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

static void
finish (TandemErrand *self)
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
  finish (self);
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

static void
failed_at (TandemErrand *self, const TandemCandidate *candidate, guint code, const char *why)
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

static void
handle (TandemErrand *self, TandemStep step)
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
        finish (self);
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

static void
go (TandemErrand *self)
{
  g_autoptr (GArray) candidates = list_candidates (self);
  gint64 now = tandem_engine_now ();
  TandemStep step;

  if (self->fixed == NULL)
    tandem_resolver_refresh (self->engine->resolver, self->account->config->id, FALSE);
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
  handle (self, step);
}

static void
broken (TandemErrand *self, const char *reason, gboolean certain, gboolean suspect)
{
  TandemCandidate at = self->attempt->candidate;
  gint64 since = self->attempt->sent;
  gboolean busy = self->was_spread || tandem_engine_count_calls (self->engine, NULL) > 0;
  TandemStep step;

  failed_at (self, &at, 0, reason);
  step = tandem_operation_broken (self->operation, reason, certain, busy, tandem_engine_now ());
  step.probe = step.probe && suspect;
  handle (self, step);
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
      broken (self, "cannot be sent to", FALSE, TRUE);
    }
  else if (tandem_operation_get_candidate (self->operation) != NULL && !look_again (self))
    {
      TandemCandidate silent = *tandem_operation_get_candidate (self->operation);
      gint64 since = self->attempt != NULL ? self->attempt->sent : 0;
      TandemStep step;

      failed_at (self, &silent, 408, "no answer");
      step = tandem_operation_silent (self->operation, tandem_engine_now ());
      handle (self, step);
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
  finish (self);
}

void
tandem_errand_break (TandemErrand *self, const char *why)
{
  if (self->over || self->waiting || self->attempt == NULL || self->attempt->finished
      || tandem_operation_get_candidate (self->operation) == NULL)
    return;
  tandem_errand_ref (self);
  broken (self, why, FALSE, FALSE);
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
        broken (self, reason, FALSE, TRUE);
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

/* What arrived */

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

  handle (self, step);
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
  finish (self);
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
    finish (self);
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
      failed_at (self, &attempt->candidate, code, g_strstrip (why));
      handle (self, tandem_operation_refused (
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
        broken (self, reason, attempt->candidate.transport != TANDEM_TRANSPORT_UDP, TRUE);
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
