/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "operation.h"

#include "backoff.h"

/* See operation.h. What differs between the kinds is in their TandemPolicy; here are the three ways
 * to repeat (a count, a cycle, a period) and nothing that asks for a method's name. */

#define SHORTEST_TIMEOUT (G_USEC_PER_SEC / 1000)
/* Timeouts of 32 s are the classic ones: then there is no time left to cycle in. */
#define CLASSIC_TIMEOUT (G_GINT64_CONSTANT (32) * G_USEC_PER_SEC)
#define LONGEST_BAR_WAIT (G_GINT64_CONSTANT (1800) * G_USEC_PER_SEC)
#define PERIOD_JITTER 0.1

typedef enum
{
  STATE_NEW,
  STATE_SENDING,
  STATE_WAITING,
  STATE_DONE,
  STATE_GIVEN_UP,
} State;

typedef enum
{
  CAUSE_SILENT,
  CAUSE_HINTED, /* broken, but of a transport without connections: ICMP, a send error */
  CAUSE_BROKEN,
  CAUSE_REFUSED,
} Cause;

struct _TandemOperation
{
  TandemOperationKind kind;
  const TandemPolicy *policy;
  TandemOperationSettings settings;
  TandemHealthTable *health;
  GRand *rand;

  GArray *candidates; /* of TandemCandidate, in DNS order */
  GHashTable *tried;  /* set of TandemCandidate: used in this round */
  GHashTable *passed; /* set of TandemCandidate: answered 503 */

  State state;
  TandemCandidate current; /* of the last attempt; valid when attempts > 0 */
  guint attempts, repeats;
  gboolean heard; /* a provisional to the attempt under way */
  gint64 started, sent, deadline;

  gboolean moved;  /* PERIODIC: the immediate move was made */
  guint waits;     /* PERIODIC: waits since the last answer, but for the spread */
  guint back_offs; /* PERIODIC: those of them that double */
};

static void
remember (GHashTable *set, const TandemCandidate *candidate)
{
  g_hash_table_add (set, g_memdup2 (candidate, sizeof *candidate));
}

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

/* Whether staying on preferred costs nothing against moving to best. */
static gboolean
is_as_good (TandemOperation *self,
            const TandemCandidate *preferred,
            const TandemCandidate *best,
            gint64 now)
{
  TandemHealth health, other;

  tandem_health_table_get (self->health, preferred, now, &health);
  tandem_health_table_get (self->health, best, now, &other);
  if (health.barred > 0)
    return FALSE;
  if (health.penalty == 0)
    return TRUE;
  return health.answered_since && (other.penalty > 0 || other.barred > 0);
}

/* When every candidate was tried, a new round begins. The ones that answered 503 stay passed over,
 * unless they are all, or the operation is a lasting one. */
static gboolean
begin_round_if_over (TandemOperation *self)
{
  if (has_untried (self))
    return FALSE;
  g_hash_table_remove_all (self->tried);
  if (self->policy->repeat == TANDEM_REPEAT_PERIODIC || !has_untried (self))
    g_hash_table_remove_all (self->passed);
  return TRUE;
}

/* In a cycle the one that was silent a moment ago would look best, for its penalty waits for a
 * probe: it is not asked twice in a row where the new round has others. */
static void
pass_over_current (TandemOperation *self, gboolean *tried)
{
  int current = -1;
  guint left = 0;

  if (self->policy->repeat != TANDEM_REPEAT_CYCLE || self->attempts == 0)
    return;
  for (guint i = 0; i < self->candidates->len; i++)
    {
      left += !tried[i];
      if (tandem_candidate_equal (&g_array_index (self->candidates, TandemCandidate, i),
                                  &self->current))
        current = (int) i;
    }
  if (current >= 0 && left > 1)
    tried[current] = TRUE;
}

static const TandemCandidate *
choose (TandemOperation *self, const TandemCandidate *preferred, gint64 now)
{
  const TandemCandidate *candidates = (const TandemCandidate *) (gpointer) self->candidates->data;
  const TandemCandidate *stay = NULL;
  guint n = self->candidates->len;
  g_autofree gboolean *tried = g_new0 (gboolean, n);
  gboolean anew = begin_round_if_over (self);
  int best;

  for (guint i = 0; i < n; i++)
    tried[i] = is_tried (self, &candidates[i]);
  if (anew)
    pass_over_current (self, tried);
  for (guint i = 0; preferred != NULL && i < n; i++)
    {
      if (!tried[i] && tandem_candidate_equal (&candidates[i], preferred))
        stay = &candidates[i];
    }
  best = tandem_health_table_choose (self->health, candidates, n, tried, now);
  if (stay != NULL && is_as_good (self, stay, &candidates[best], now))
    return stay;
  return &candidates[best];
}

static gint64
get_end (TandemOperation *self)
{
  return self->policy->repeat == TANDEM_REPEAT_CYCLE ? self->started + self->policy->total_time
                                                     : G_MAXINT64;
}

static TandemStep
keep (TandemOperation *self)
{
  gboolean open = self->state == STATE_SENDING || self->state == STATE_WAITING;

  return (TandemStep){ .action = TANDEM_STEP_KEEP, .deadline = open ? self->deadline : -1 };
}

static TandemStep
give_up (TandemOperation *self)
{
  self->state = STATE_GIVEN_UP;
  return (TandemStep){ .action = TANDEM_STEP_GIVE_UP, .deadline = -1 };
}

static TandemStep
done (TandemOperation *self)
{
  self->state = STATE_DONE;
  return (TandemStep){ .action = TANDEM_STEP_DONE, .deadline = -1 };
}

static TandemStep
wait_until (TandemOperation *self, gint64 until)
{
  self->state = STATE_WAITING;
  self->deadline = MIN (until, get_end (self));
  return (TandemStep){ .action = TANDEM_STEP_WAIT, .deadline = self->deadline };
}

static TandemStep
send_current (TandemOperation *self, gint64 now)
{
  self->state = STATE_SENDING;
  self->heard = FALSE;
  self->sent = now;
  self->deadline = MIN (now + self->settings.transaction_timeout, get_end (self));
  return (TandemStep){ .action = TANDEM_STEP_SEND,
                       .candidate = self->current,
                       .attempt = self->attempts,
                       .deadline = self->deadline };
}

static TandemStep
attempt (TandemOperation *self, const TandemCandidate *preferred, gint64 now)
{
  self->current = *choose (self, preferred, now);
  self->attempts++;
  self->repeats = 0;
  remember (self->tried, &self->current);
  return send_current (self, now);
}

/* How long until the first candidate may be asked again; 0 unless all are barred. */
static gint64
get_shortest_bar (TandemOperation *self, gint64 now)
{
  gint64 shortest = self->candidates->len > 0 ? LONGEST_BAR_WAIT : 0;

  for (guint i = 0; i < self->candidates->len; i++)
    {
      TandemHealth health;

      tandem_health_table_get (self->health, &g_array_index (self->candidates, TandemCandidate, i),
                               now, &health);
      shortest = MIN (shortest, health.barred);
    }
  return shortest;
}

static TandemStep
wait_for (TandemOperation *self, gint64 delay, gint64 now)
{
  gint64 bar = get_shortest_bar (self, now);

  if (bar > delay)
    delay = bar + tandem_backoff_spread ((gint64) ((double) bar * PERIOD_JITTER), self->rand);
  self->waits++;
  return wait_until (self, now + delay);
}

/* Doubling, but never beyond reg_interval while somebody is untried. What is cut is spread anew, or
 * all the phones of a site would come back together. */
static TandemStep
back_off (TandemOperation *self, gint64 now)
{
  gint64 delay = tandem_backoff_delay (self->back_offs++, self->rand);
  gint64 limit = self->settings.reg_interval;

  if (limit > 0 && delay > limit && has_untried (self))
    delay = limit - tandem_backoff_spread (limit / 2, self->rand);
  return wait_for (self, delay, now);
}

static TandemStep
move_after_break (TandemOperation *self, gboolean busy, gint64 now)
{
  gboolean first = !self->moved;

  self->moved = TRUE;
  if (first && !busy && self->settings.reg_spread > 0)
    return wait_until (self, now + tandem_backoff_spread (self->settings.reg_spread, self->rand));
  return attempt (self, NULL, now);
}

static TandemStep
next_period (TandemOperation *self, Cause cause, gboolean busy, gint64 now)
{
  gboolean prompt = self->settings.registration_failover == TANDEM_FAILOVER_PROMPT;
  gint64 interval = self->settings.reg_interval;

  if (cause == CAUSE_BROKEN && (!prompt || self->waits == 0)
      && (!self->moved || has_untried (self)))
    return move_after_break (self, busy, now);
  if (interval == 0
      && (self->current.transport == TANDEM_TRANSPORT_UDP || (!prompt && cause != CAUSE_BROKEN)))
    return give_up (self);
  if (prompt && !self->moved && has_untried (self))
    {
      self->moved = TRUE;
      return attempt (self, NULL, now);
    }
  if (prompt || interval == 0)
    return back_off (self, now);
  return wait_for (self, tandem_backoff_jitter (interval, PERIOD_JITTER, self->rand), now);
}

static TandemStep
next_count (TandemOperation *self, Cause cause, gint64 now)
{
  if (self->attempts >= self->policy->max_attempts)
    return give_up (self);
  if (!has_untried (self)
      && (cause == CAUSE_REFUSED || (cause != CAUSE_BROKEN && !self->policy->same_again)))
    return give_up (self);
  return attempt (self, NULL, now);
}

static TandemStep
next_cycle (TandemOperation *self, Cause cause, gint64 now)
{
  if (now >= get_end (self)
      || (self->policy->needs_short_timeout
          && self->settings.transaction_timeout >= CLASSIC_TIMEOUT))
    return give_up (self);
  if (cause != CAUSE_SILENT && !has_untried (self))
    return wait_until (self, MAX (self->sent + self->settings.transaction_timeout, now + 1));
  return attempt (self, NULL, now);
}

static TandemStep
next (TandemOperation *self, Cause cause, gboolean busy, gint64 now)
{
  switch (self->policy->repeat)
    {
    case TANDEM_REPEAT_COUNT:
      return next_count (self, cause, now);
    case TANDEM_REPEAT_CYCLE:
      return next_cycle (self, cause, now);
    case TANDEM_REPEAT_PERIODIC:
    default:
      return next_period (self, cause, busy, now);
    }
}

/* Nowhere to send to: DNS has never answered. */
static TandemStep
without_candidates (TandemOperation *self, gint64 now)
{
  switch (self->policy->repeat)
    {
    case TANDEM_REPEAT_PERIODIC:
      return back_off (self, now);
    case TANDEM_REPEAT_CYCLE:
      return wait_until (self, now + self->settings.transaction_timeout);
    case TANDEM_REPEAT_COUNT:
    default:
      return give_up (self);
    }
}

static void
forget (TandemOperation *self)
{
  g_hash_table_remove_all (self->tried);
  g_hash_table_remove_all (self->passed);
  self->moved = FALSE;
  self->waits = 0;
  self->back_offs = 0;
}

/**
 * tandem_operation_new:
 * @kind: what is to be done
 * @settings: copied; values out of range are brought into it
 * @health: (not nullable): borrowed, outlives the operation
 * @rand: (not nullable): borrowed, outlives the operation
 *
 * Makes an operation that has not begun yet.
 *
 * Returns: (transfer full): free with [method@Operation.free]
 */
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
  self->settings.transaction_timeout
      = CLAMP (settings->transaction_timeout, SHORTEST_TIMEOUT, CLASSIC_TIMEOUT);
  self->settings.reg_interval = MAX (settings->reg_interval, 0);
  self->health = health;
  self->rand = rand;
  self->candidates = g_array_new (FALSE, FALSE, sizeof (TandemCandidate));
  self->tried = g_hash_table_new_full (tandem_candidate_hash, tandem_candidate_equal, g_free, NULL);
  self->passed
      = g_hash_table_new_full (tandem_candidate_hash, tandem_candidate_equal, g_free, NULL);
  return self;
}

/**
 * tandem_operation_free:
 * @self: (transfer full): the operation, in whatever state
 *
 * Forgets the operation. Nothing is sent, nothing is written to the health table.
 */
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
  return self->state == STATE_SENDING ? &self->current : NULL;
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

/**
 * tandem_operation_begin:
 * @self: the operation
 * @candidates: (array length=n): what the name resolves to now, in DNS order; copied
 * @n: how many
 * @preferred: (nullable): the candidate to stay on while it is as good as the best
 * @now: us
 *
 * Starts the operation, or goes on with it after [enum@StepAction.WAIT].
 *
 * Returns: what to do now
 */
TandemStep
tandem_operation_begin (TandemOperation *self,
                        const TandemCandidate *candidates,
                        guint n,
                        const TandemCandidate *preferred,
                        gint64 now)
{
  gboolean lasting = self->policy->repeat == TANDEM_REPEAT_PERIODIC;
  gboolean over = self->state == STATE_DONE || self->state == STATE_GIVEN_UP;

  g_return_val_if_fail (lasting || self->state != STATE_SENDING, keep (self));

  if (over && !lasting)
    return (TandemStep){ .action = TANDEM_STEP_GIVE_UP, .deadline = -1 };
  if (over)
    forget (self);
  if (over || self->state == STATE_NEW)
    self->started = now;
  if (self->state == STATE_SENDING)
    g_hash_table_remove (self->tried, &self->current);
  g_array_set_size (self->candidates, 0);
  if (n > 0)
    g_array_append_vals (self->candidates, candidates, n);
  if (now >= get_end (self))
    return give_up (self);
  if (n == 0)
    return without_candidates (self, now);
  return attempt (self, preferred, now);
}

/**
 * tandem_operation_silent:
 * @self: the operation, with an attempt under way
 * @now: us
 *
 * The attempt's deadline has passed with nothing received (RFC 3261, 17.1, but by our own clock).
 * An INVITE without even a 100, and a probe, earn the penalty now; others only make a suspect,
 * because a slow far end behind a healthy proxy looks the same (RFC 4321, 1.3).
 *
 * Returns: what to do now
 */
TandemStep
tandem_operation_silent (TandemOperation *self, gint64 now)
{
  TandemCandidate silent = self->current;
  gboolean death = self->policy->silence_is_death && !self->heard;
  TandemStep step;

  g_return_val_if_fail (self->state == STATE_SENDING, keep (self));

  if (death)
    {
      g_autofree char *reason = g_strdup_printf ("no answer to %s", self->policy->name);

      tandem_health_table_failed (self->health, &silent, reason, now);
    }
  step = next (self, CAUSE_SILENT, FALSE, now);
  step.probe = !death;
  step.suspect = silent;
  return step;
}

/**
 * tandem_operation_broken:
 * @self: the operation, with an attempt under way
 * @reason: untranslated, for the agent's table of candidates; copied
 * @certain: whether this earns the penalty by itself; FALSE for a hint (ICMP)
 * @busy: do not spread
 * @now: us
 *
 * The candidate cannot be reached: no use in waiting for the deadline.
 *
 * Returns: what to do now
 */
TandemStep
tandem_operation_broken (
    TandemOperation *self, const char *reason, gboolean certain, gboolean busy, gint64 now)
{
  TandemCandidate broken = self->current;
  TandemStep step;

  g_return_val_if_fail (self->state == STATE_SENDING, keep (self));

  if (certain)
    tandem_health_table_failed (self->health, &broken, reason, now);
  step = next (self, broken.transport == TANDEM_TRANSPORT_UDP ? CAUSE_HINTED : CAUSE_BROKEN, busy,
               now);
  step.probe = !certain;
  step.suspect = broken;
  return step;
}

/**
 * tandem_operation_refused:
 * @self: the operation, with an attempt under way
 * @retry_after: us, or -1 when the 503 had no Retry-After
 * @now: us
 *
 * 503 (RFC 3261, 21.5.4): the candidate lives, but wants no more for now. Never a penalty.
 *
 * Returns: what to do now
 */
TandemStep
tandem_operation_refused (TandemOperation *self, gint64 retry_after, gint64 now)
{
  g_return_val_if_fail (self->state == STATE_SENDING, keep (self));

  tandem_health_table_answered (self->health, &self->current, self->heard ? -1 : now - self->sent,
                                now);
  if (retry_after > 0)
    tandem_health_table_bar (self->health, &self->current, retry_after, now);
  remember (self->passed, &self->current);
  return next (self, CAUSE_REFUSED, FALSE, now);
}

/**
 * tandem_operation_provisional:
 * @self: the operation, with an attempt under way
 * @now: us
 *
 * A 1xx: the candidate lives. For an INVITE the deadline ends.
 *
 * Returns: KEEP with the deadline that holds now
 */
TandemStep
tandem_operation_provisional (TandemOperation *self, gint64 now)
{
  g_return_val_if_fail (self->state == STATE_SENDING, keep (self));

  tandem_health_table_answered (self->health, &self->current, self->heard ? -1 : now - self->sent,
                                now);
  self->heard = TRUE;
  if (self->policy->provisional_stops_deadline)
    self->deadline = -1;
  return keep (self);
}

/**
 * tandem_operation_answered:
 * @self: the operation, with an attempt under way
 * @now: us
 *
 * A final answer (for [enum@OperationKind.ANSWER]: the ACK) to the attempt under way.
 *
 * Returns: DONE
 */
TandemStep
tandem_operation_answered (TandemOperation *self, gint64 now)
{
  g_return_val_if_fail (self->state == STATE_SENDING, keep (self));

  tandem_health_table_answered (self->health, &self->current, self->heard ? -1 : now - self->sent,
                                now);
  return done (self);
}

/**
 * tandem_operation_answered_by:
 * @self: the operation, once begun
 * @from: the candidate of an earlier attempt
 * @now: us
 *
 * A final answer to an attempt that was already given up for another one. It ends the operation
 * too, and it is @from that is known to live by it.
 *
 * Returns: DONE
 */
TandemStep
tandem_operation_answered_by (TandemOperation *self, const TandemCandidate *from, gint64 now)
{
  g_return_val_if_fail (self->attempts > 0, keep (self));

  tandem_health_table_answered (self->health, from, -1, now);
  return done (self);
}

/**
 * tandem_operation_repeat:
 * @self: the operation, with an attempt under way
 * @now: us
 *
 * The candidate wants the same again with credentials or other values (401, 407, 423).
 *
 * Returns: SEND to the same candidate, or GIVE_UP when it never ends
 */
TandemStep
tandem_operation_repeat (TandemOperation *self, gint64 now)
{
  g_return_val_if_fail (self->state == STATE_SENDING, keep (self));

  tandem_health_table_answered (self->health, &self->current, self->heard ? -1 : now - self->sent,
                                now);
  if (self->repeats >= TANDEM_OPERATION_MAX_REPEATS)
    return give_up (self);
  self->repeats++;
  return send_current (self, now);
}
