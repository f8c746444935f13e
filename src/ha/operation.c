/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "operation.h"

#include "backoff.h"

#include <string.h>

/* See operation.h. What differs between the kinds is in their TandemPolicy; here are the three ways
 * to repeat (a count, a cycle, a period) and nothing that asks for a method's name. */

/* Timeouts of 32 s and more are the classic ones: then there is no time left to cycle in. */
#define CLASSIC_TIMEOUT (G_GINT64_CONSTANT (32) * G_USEC_PER_SEC)
#define PERIOD_JITTER 0.1

struct _TandemOperation
{
  TandemOperationKind kind;
  const TandemPolicy *policy;
  TandemOperationSettings settings;
  TandemHealthTable *health;
  GRand *rand;

  GArray *candidates; /* of TandemCandidate, in DNS order */
  GHashTable *tried;  /* set of TandemCandidate: used in this round */
  GHashTable *passed; /* set of TandemCandidate: answered 503, not again for this operation */

  gboolean begun, sending, heard;
  TandemCandidate current;
  guint attempts;
  gint64 started, sent, deadline;

  gboolean moved; /* PERIODIC: the one immediate move was made */
  guint delays;   /* PERIODIC: back-offs so far */
};

static gboolean
is_tried (TandemOperation *self, const TandemCandidate *candidate)
{
  return g_hash_table_contains (self->tried, candidate)
         || g_hash_table_contains (self->passed, candidate);
}

static gboolean
has_untried (TandemOperation *self)
{
  for (guint i = 0; i < self->candidates->len; i++)
    {
      if (!is_tried (self, &g_array_index (self->candidates, TandemCandidate, i)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_healthy (TandemOperation *self, const TandemCandidate *candidate, gint64 now)
{
  TandemHealth health;

  tandem_health_table_get (self->health, candidate, now, &health);
  return health.penalty == 0 && health.barred == 0;
}

static const TandemCandidate *
choose (TandemOperation *self, const TandemCandidate *preferred, gint64 now)
{
  const TandemCandidate *candidates = (const TandemCandidate *) (void *) self->candidates->data;
  guint n = self->candidates->len;
  g_autofree gboolean *tried = NULL;
  int best;

  if (n == 0)
    return NULL;
  if (!has_untried (self))
    {
      g_hash_table_remove_all (self->tried);
      if (!has_untried (self))
        g_hash_table_remove_all (self->passed);
    }
  tried = g_new (gboolean, n);
  for (guint i = 0; i < n; i++)
    {
      tried[i] = is_tried (self, &candidates[i]);
      if (preferred != NULL && !tried[i] && tandem_candidate_equal (&candidates[i], preferred)
          && is_healthy (self, preferred, now))
        return &candidates[i];
    }
  best = tandem_health_table_choose (self->health, candidates, n, tried, now);
  return best < 0 ? NULL : &candidates[best];
}

static gint64
end_of_cycle (TandemOperation *self)
{
  return self->policy->repeat == TANDEM_REPEAT_CYCLE ? self->started + self->policy->total_time
                                                     : G_MAXINT64;
}

static TandemStep
give_up (TandemOperation *self)
{
  self->sending = FALSE;
  return (TandemStep){ .action = TANDEM_STEP_GIVE_UP, .deadline = -1 };
}

static TandemStep
wait (TandemOperation *self, gint64 until)
{
  self->sending = FALSE;
  self->deadline = until;
  return (TandemStep){ .action = TANDEM_STEP_WAIT, .deadline = until };
}

static TandemStep
step_send (TandemOperation *self, gint64 now)
{
  self->sending = TRUE;
  self->heard = FALSE;
  self->sent = now;
  self->deadline = MIN (now + self->settings.transaction_timeout, end_of_cycle (self));
  return (TandemStep){ .action = TANDEM_STEP_SEND,
                       .candidate = self->current,
                       .attempt = self->attempts,
                       .deadline = self->deadline };
}

static TandemStep
attempt (TandemOperation *self, const TandemCandidate *preferred, gint64 now)
{
  const TandemCandidate *chosen = choose (self, preferred, now);

  if (chosen == NULL)
    return give_up (self);
  self->current = *chosen;
  self->attempts++;
  g_hash_table_add (self->tried, g_memdup2 (chosen, sizeof *chosen));
  return step_send (self, now);
}

/* One immediate move, then the back-off, but no later than reg_interval while somebody is untried. */
static TandemStep
next_prompt (TandemOperation *self, gint64 now)
{
  gint64 delay;

  if (!self->moved && has_untried (self))
    {
      self->moved = TRUE;
      return attempt (self, NULL, now);
    }
  delay = tandem_backoff_delay (self->delays++, self->rand);
  if (has_untried (self) && self->settings.reg_interval > 0)
    delay = MIN (delay,
                 tandem_backoff_jitter (self->settings.reg_interval, PERIOD_JITTER, self->rand));
  return wait (self, now + delay);
}

static TandemStep
next_period (TandemOperation *self, gboolean broken, gboolean busy, gint64 now)
{
  gint64 interval = self->settings.reg_interval;

  if (broken && !self->moved && has_untried (self))
    {
      self->moved = TRUE;
      if (busy || self->settings.reg_spread <= 0)
        return attempt (self, NULL, now);
      return wait (self, now + tandem_backoff_spread (self->settings.reg_spread, self->rand));
    }
  if (broken && has_untried (self))
    return attempt (self, NULL, now);
  if (broken && interval == 0)
    return wait (self, now + tandem_backoff_delay (self->delays++, self->rand));
  if (interval == 0)
    return give_up (self);
  if (self->settings.registration_failover == TANDEM_FAILOVER_PROMPT)
    return next_prompt (self, now);
  return wait (self, now + tandem_backoff_jitter (interval, PERIOD_JITTER, self->rand));
}

static TandemStep
next (TandemOperation *self, gboolean broken, gboolean busy, gint64 now)
{
  switch (self->policy->repeat)
    {
    case TANDEM_REPEAT_COUNT:
      if (self->attempts >= self->policy->max_attempts)
        return give_up (self);
      return attempt (self, NULL, now);
    case TANDEM_REPEAT_CYCLE:
      if (now >= end_of_cycle (self)
          || (self->policy->needs_short_timeout
              && self->settings.transaction_timeout >= CLASSIC_TIMEOUT))
        return give_up (self);
      if (broken && !has_untried (self))
        return wait (self, MIN (MAX (self->sent + self->settings.transaction_timeout, now + 1),
                                end_of_cycle (self)));
      return attempt (self, NULL, now);
    case TANDEM_REPEAT_PERIODIC:
    default:
      return next_period (self, broken, busy, now);
    }
}

TandemOperation *
tandem_operation_new (TandemOperationKind kind,
                      const TandemOperationSettings *settings,
                      TandemHealthTable *health,
                      GRand *rand)
{
  TandemOperation *self = g_new0 (TandemOperation, 1);

  self->kind = kind;
  self->policy = tandem_policy_get (kind);
  self->settings = *settings;
  self->health = health;
  self->rand = rand;
  self->candidates = g_array_new (FALSE, FALSE, sizeof (TandemCandidate));
  self->tried = g_hash_table_new_full (tandem_candidate_hash, tandem_candidate_equal, g_free, NULL);
  self->passed
      = g_hash_table_new_full (tandem_candidate_hash, tandem_candidate_equal, g_free, NULL);
  return self;
}

void
tandem_operation_free (TandemOperation *self)
{
  g_array_unref (self->candidates);
  g_hash_table_unref (self->tried);
  g_hash_table_unref (self->passed);
  g_free (self);
}

TandemOperationKind
tandem_operation_get_kind (TandemOperation *self)
{
  return self->kind;
}

const TandemCandidate *
tandem_operation_get_candidate (TandemOperation *self)
{
  return self->sending ? &self->current : NULL;
}

guint
tandem_operation_get_attempts (TandemOperation *self)
{
  return self->attempts;
}

gint64
tandem_operation_get_started (TandemOperation *self)
{
  return self->started;
}

TandemStep
tandem_operation_begin (TandemOperation *self,
                        const TandemCandidate *candidates,
                        guint n,
                        const TandemCandidate *preferred,
                        gint64 now)
{
  if (!self->begun)
    {
      self->begun = TRUE;
      self->started = now;
    }
  g_array_set_size (self->candidates, 0);
  if (n > 0)
    g_array_append_vals (self->candidates, candidates, n);
  if (now >= end_of_cycle (self))
    return give_up (self);
  return attempt (self, preferred, now);
}

TandemStep
tandem_operation_silent (TandemOperation *self, gint64 now)
{
  TandemCandidate silent = self->current;
  gboolean death = self->policy->silence_is_death && !self->heard;
  TandemStep step;

  g_return_val_if_fail (self->sending, give_up (self));

  if (death)
    {
      g_autofree char *reason = g_strdup_printf ("no answer to %s", self->policy->name);

      tandem_health_table_failed (self->health, &silent, reason, now);
    }
  step = next (self, FALSE, FALSE, now);
  step.probe = !death;
  step.suspect = silent;
  return step;
}

TandemStep
tandem_operation_broken (
    TandemOperation *self, const char *reason, gboolean certain, gboolean busy, gint64 now)
{
  TandemCandidate broken = self->current;
  TandemStep step;

  g_return_val_if_fail (self->sending, give_up (self));

  if (certain)
    tandem_health_table_failed (self->health, &broken, reason, now);
  step = next (self,
               broken.transport != TANDEM_TRANSPORT_UDP
                   || self->policy->repeat != TANDEM_REPEAT_PERIODIC,
               busy, now);
  step.probe = !certain;
  step.suspect = broken;
  return step;
}

TandemStep
tandem_operation_refused (TandemOperation *self, gint64 retry_after, gint64 now)
{
  g_return_val_if_fail (self->sending, give_up (self));

  tandem_health_table_answered (self->health, &self->current, now - self->sent, now);
  if (retry_after > 0)
    tandem_health_table_bar (self->health, &self->current, retry_after, now);
  g_hash_table_add (self->passed, g_memdup2 (&self->current, sizeof self->current));
  return next (self, FALSE, FALSE, now);
}

TandemStep
tandem_operation_provisional (TandemOperation *self, gint64 now)
{
  g_return_val_if_fail (self->sending, give_up (self));

  if (!self->heard)
    tandem_health_table_answered (self->health, &self->current, now - self->sent, now);
  self->heard = TRUE;
  if (self->policy->provisional_stops_deadline)
    self->deadline = -1;
  return (TandemStep){ .action = TANDEM_STEP_KEEP, .deadline = self->deadline };
}

TandemStep
tandem_operation_answered (TandemOperation *self, gint64 now)
{
  g_return_val_if_fail (self->sending, give_up (self));

  tandem_health_table_answered (self->health, &self->current, self->heard ? -1 : now - self->sent,
                                now);
  self->sending = FALSE;
  self->moved = FALSE;
  self->delays = 0;
  g_hash_table_remove_all (self->tried);
  g_hash_table_remove_all (self->passed);
  return (TandemStep){ .action = TANDEM_STEP_DONE, .deadline = -1 };
}

TandemStep
tandem_operation_repeat (TandemOperation *self, gint64 now)
{
  g_return_val_if_fail (self->sending, give_up (self));

  tandem_health_table_answered (self->health, &self->current, now - self->sent, now);
  return step_send (self, now);
}
