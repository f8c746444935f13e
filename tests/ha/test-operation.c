/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool.h"

/* Operations with a count of attempts. Those that cycle for 32 s are in test-operation-cycle.c, the
 * lasting ones in test-operation-periodic.c. */

static const TandemOperationKind counting[] = {
  TANDEM_OPERATION_INFO,    TANDEM_OPERATION_REFER,  TANDEM_OPERATION_NOTIFY,
  TANDEM_OPERATION_MESSAGE, TANDEM_OPERATION_UPDATE, TANDEM_OPERATION_PUBLISH,
};
static const TandemOperationKind inviting[]
    = { TANDEM_OPERATION_INVITE, TANDEM_OPERATION_REINVITE };

static void
test_answered_at_once (void)
{
  for (guint kind = 0; kind < TANDEM_N_OPERATIONS; kind++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;
      TandemHealth health;

      pool_init (&pool, 3);
      operation = pool_operation (&pool, (TandemOperationKind) kind);
      g_assert_cmpint (tandem_operation_get_kind (operation), ==, kind);
      g_assert_null (tandem_operation_get_candidate (operation));
      step = pool_begin (&pool, operation);
      assert_sends (&pool, step, 0);
      g_assert_cmpuint (step.attempt, ==, 1);
      g_assert_cmpint (step.deadline, ==, START + TIMEOUT);
      g_assert_false (step.probe);
      g_assert_cmpint (pool_index (&pool, tandem_operation_get_candidate (operation)), ==, 0);
      pool.now += 7 * MS;
      step = tandem_operation_answered (operation, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_DONE);
      g_assert_cmpint (step.deadline, ==, -1);
      g_assert_null (tandem_operation_get_candidate (operation));
      g_assert_cmpint (tandem_operation_get_started (operation), ==, START);
      g_assert_cmpuint (tandem_operation_get_attempts (operation), ==, 1);
      tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health);
      g_assert_cmpint (health.round_trip, ==, 7 * MS);
      g_assert_cmpint (health.penalty, ==, 0);
    }
}

/* The same fault, an INVITE's way: exactly one more, elsewhere, and both have earned the penalty. */
static void
test_invite_retried_once (void)
{
  for (guint k = 0; k < G_N_ELEMENTS (inviting); k++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;

      pool_init (&pool, 5);
      operation = pool_operation (&pool, inviting[k]);
      step = pool_begin (&pool, operation);
      pool.now = step.deadline;
      step = tandem_operation_silent (operation, pool.now);
      assert_sends (&pool, step, 1);
      g_assert_cmpuint (step.attempt, ==, 2);
      g_assert_cmpint (step.deadline, ==, START + 2 * TIMEOUT);
      g_assert_false (step.probe);
      g_assert_cmpint (pool_index (&pool, &step.suspect), ==, 0);
      g_assert_cmpint (pool_penalty (&pool, 0), ==, 600 * SECOND);
      pool.now = step.deadline;
      step = tandem_operation_silent (operation, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
      g_assert_cmpint (pool_penalty (&pool, 1), ==, 600 * SECOND);
      g_assert_cmpint (pool_penalty (&pool, 2), ==, 0);
    }
}

static void
test_invite_single_candidate (void)
{
  for (guint k = 0; k < G_N_ELEMENTS (inviting); k++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;

      pool_init (&pool, 1);
      operation = pool_operation (&pool, inviting[k]);
      step = pool_begin (&pool, operation);
      pool.now = step.deadline;
      step = tandem_operation_silent (operation, pool.now);
      assert_sends (&pool, step, 0);
      g_assert_cmpuint (step.attempt, ==, 2);
      pool.now = step.deadline;
      step = tandem_operation_silent (operation, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
    }
}

/* The next call avoids what this one has found dead. */
static void
test_next_call_knows (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) first = NULL, second = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  first = pool_operation (&pool, TANDEM_OPERATION_INVITE);
  step = pool_begin (&pool, first);
  pool.now = step.deadline;
  tandem_operation_silent (first, pool.now);
  tandem_operation_provisional (first, pool.now);
  tandem_operation_answered (first, pool.now);
  second = pool_operation (&pool, TANDEM_OPERATION_INVITE);
  step = pool_begin (&pool, second);
  assert_sends (&pool, step, 1);
}

static void
test_provisional_stops_the_clock (void)
{
  for (guint k = 0; k < G_N_ELEMENTS (inviting); k++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;
      TandemHealth health;

      pool_init (&pool, 2);
      operation = pool_operation (&pool, inviting[k]);
      pool_begin (&pool, operation);
      pool.now += 3 * MS;
      step = tandem_operation_provisional (operation, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_KEEP);
      g_assert_cmpint (step.deadline, ==, -1);
      pool.now += 20 * SECOND;
      step = tandem_operation_provisional (operation, pool.now);
      g_assert_cmpint (step.deadline, ==, -1);
      step = tandem_operation_answered (operation, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_DONE);
      tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health);
      g_assert_cmpint (health.round_trip, ==, 3 * MS);
    }
}

static void
test_provisional_elsewhere_keeps_the_clock (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  operation = pool_operation (&pool, TANDEM_OPERATION_BYE);
  pool_begin (&pool, operation);
  pool.now += SECOND;
  step = tandem_operation_provisional (operation, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_KEEP);
  g_assert_cmpint (step.deadline, ==, START + TIMEOUT);
}

/* Dying half-way: only a 100, then found dead, and the one retry happens; not a second one. */
static void
test_dying_half_way (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 3);
  operation = pool_operation (&pool, TANDEM_OPERATION_INVITE);
  pool_begin (&pool, operation);
  tandem_operation_provisional (operation, pool.now);
  pool.now += 60 * SECOND;
  step = tandem_operation_broken (operation, "no answer to OPTIONS", TRUE, TRUE, pool.now);
  assert_sends (&pool, step, 1);
  g_assert_cmpint (step.deadline, ==, pool.now + TIMEOUT);
  g_assert_cmpint (pool_penalty (&pool, 0), ==, 600 * SECOND);
  tandem_operation_provisional (operation, pool.now);
  step = tandem_operation_broken (operation, "no answer to OPTIONS", TRUE, TRUE, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
}

/* An INVITE that had its 100 does not condemn the candidate by silence. */
static void
test_silence_after_provisional (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  operation = pool_operation (&pool, TANDEM_OPERATION_INVITE);
  pool_begin (&pool, operation);
  tandem_operation_provisional (operation, pool.now);
  step = tandem_operation_silent (operation, pool.now + 60 * SECOND);
  assert_sends (&pool, step, 1);
  g_assert_true (step.probe);
  g_assert_cmpint (pool_penalty (&pool, 0), ==, 0);
  /* but what the first candidate said is no excuse for the second one */
  pool.now += 64 * SECOND;
  step = tandem_operation_silent (operation, pool.now);
  g_assert_false (step.probe);
  g_assert_cmpint (pool_penalty (&pool, 1), ==, 600 * SECOND);
}

/* A slow far end behind a healthy proxy looks the same: move on, but only a probe condemns. */
static void
test_silence_needs_a_probe (void)
{
  static const TandemOperationKind kinds[] = {
    TANDEM_OPERATION_REGISTER, TANDEM_OPERATION_SUBSCRIBE, TANDEM_OPERATION_ANSWER,
    TANDEM_OPERATION_BYE,      TANDEM_OPERATION_CANCEL,    TANDEM_OPERATION_INFO,
    TANDEM_OPERATION_REFER,    TANDEM_OPERATION_NOTIFY,    TANDEM_OPERATION_MESSAGE,
    TANDEM_OPERATION_UPDATE,   TANDEM_OPERATION_PUBLISH,
  };

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL, probe = NULL;
      TandemStep step;

      pool_init (&pool, 3);
      operation = pool_operation (&pool, kinds[k]);
      step = pool_begin (&pool, operation);
      pool.now = step.deadline;
      step = tandem_operation_silent (operation, pool.now);
      assert_sends (&pool, step, 1);
      g_assert_true (step.probe);
      g_assert_cmpint (pool_index (&pool, &step.suspect), ==, 0);
      g_assert_cmpint (pool_penalty (&pool, 0), ==, 0);

      probe = pool_operation (&pool, TANDEM_OPERATION_PROBE);
      step = tandem_operation_begin (probe, &step.suspect, 1, NULL, pool.now);
      assert_sends (&pool, step, 0);
      pool.now = step.deadline;
      step = tandem_operation_silent (probe, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
      g_assert_false (step.probe);
      g_assert_cmpint (pool_penalty (&pool, 0), ==, 600 * SECOND);
    }
}

static void
test_probe_answered (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) probe = NULL;

  pool_init (&pool, 1);
  probe = pool_operation (&pool, TANDEM_OPERATION_PROBE);
  pool_begin (&pool, probe);
  g_assert_cmpint (tandem_operation_answered (probe, pool.now).action, ==, TANDEM_STEP_DONE);
  g_assert_cmpint (pool_penalty (&pool, 0), ==, 0);
}

static void
test_others_once_more (void)
{
  for (guint k = 0; k < G_N_ELEMENTS (counting); k++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL, alone = NULL, stale = NULL;
      TandemStep step;

      pool_init (&pool, 3);
      operation = pool_operation (&pool, counting[k]);
      pool_begin (&pool, operation);
      step = tandem_operation_silent (operation, pool.now);
      assert_sends (&pool, step, 1);
      step = tandem_operation_silent (operation, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
      g_assert_true (step.probe);
      g_assert_cmpint (pool_index (&pool, &step.suspect), ==, 1);

      pool_fill (&pool, 1, TANDEM_TRANSPORT_UDP);
      alone = pool_operation (&pool, counting[k]);
      pool_begin (&pool, alone);
      step = tandem_operation_silent (alone, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);

      /* a connection that broke carried nothing: a new one, once */
      pool_fill (&pool, 1, TANDEM_TRANSPORT_TLS);
      stale = pool_operation (&pool, counting[k]);
      pool_begin (&pool, stale);
      step = tandem_operation_broken (stale, "closed", TRUE, FALSE, pool.now);
      assert_sends (&pool, step, 0);
      step = tandem_operation_broken (stale, "refused", TRUE, FALSE, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
    }
}

static void
test_broken (void)
{
  static const TandemTransport transports[] = { TANDEM_TRANSPORT_TCP, TANDEM_TRANSPORT_TLS };

  for (guint t = 0; t < G_N_ELEMENTS (transports); t++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;
      TandemHealth health;

      pool_init (&pool, 3);
      pool_fill (&pool, 3, transports[t]);
      operation = pool_operation (&pool, TANDEM_OPERATION_INVITE);
      pool_begin (&pool, operation);
      pool.now += MS;
      step = tandem_operation_broken (operation, "connection refused", TRUE, FALSE, pool.now);
      assert_sends (&pool, step, 1);
      g_assert_false (step.probe);
      tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health);
      g_assert_cmpint (health.penalty, ==, 600 * SECOND);
      g_assert_cmpstr (health.reason, ==, "connection refused");
    }
}

/* ICMP: moves on at once; the penalty waits for the probe. */
static void
test_hint (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 3);
  operation = pool_operation (&pool, TANDEM_OPERATION_INVITE);
  pool_begin (&pool, operation);
  pool.now += MS;
  step = tandem_operation_broken (operation, "port unreachable", FALSE, FALSE, pool.now);
  assert_sends (&pool, step, 1);
  g_assert_true (step.probe);
  g_assert_cmpint (pool_index (&pool, &step.suspect), ==, 0);
  g_assert_cmpint (pool_penalty (&pool, 0), ==, 0);
}

static void
test_refused_moves_on (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL, next = NULL;
  TandemStep step;

  pool_init (&pool, 3);
  operation = pool_operation (&pool, TANDEM_OPERATION_INVITE);
  pool_begin (&pool, operation);
  pool.now += MS;
  step = tandem_operation_refused (operation, -1, pool.now);
  assert_sends (&pool, step, 1);
  g_assert_false (step.probe);
  g_assert_cmpint (pool_penalty (&pool, 0), ==, 0);
  step = tandem_operation_refused (operation, -1, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
  /* passed over by that operation only */
  next = pool_operation (&pool, TANDEM_OPERATION_INVITE);
  step = pool_begin (&pool, next);
  assert_sends (&pool, step, 0);
}

static void
test_refused_retry_after (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL, next = NULL, later = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  operation = pool_operation (&pool, TANDEM_OPERATION_INVITE);
  pool_begin (&pool, operation);
  step = tandem_operation_refused (operation, 20 * SECOND, pool.now);
  assert_sends (&pool, step, 1);
  g_assert_cmpint (pool_penalty (&pool, 0), ==, 0);
  pool.now += 20 * SECOND - 1;
  next = pool_operation (&pool, TANDEM_OPERATION_INVITE);
  step = pool_begin (&pool, next);
  assert_sends (&pool, step, 1);
  pool.now++;
  later = pool_operation (&pool, TANDEM_OPERATION_INVITE);
  step = pool_begin (&pool, later);
  assert_sends (&pool, step, 0);
}

/* The 503 of the last one left is the answer. */
static void
test_refused_by_the_only_one (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 1);
  operation = pool_operation (&pool, TANDEM_OPERATION_INVITE);
  pool_begin (&pool, operation);
  step = tandem_operation_refused (operation, -1, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
}

static void
test_late_answer (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL, waiting = NULL;
  TandemStep step;
  TandemHealth health;

  pool_init (&pool, 2);
  operation = pool_operation (&pool, TANDEM_OPERATION_BYE);
  pool_begin (&pool, operation);
  pool.now += TIMEOUT;
  tandem_operation_silent (operation, pool.now);
  pool.now += SECOND;
  step = tandem_operation_answered_by (operation, &pool.candidates[0], pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_DONE);
  tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health);
  g_assert_cmpint (health.last_heard, ==, pool.now);
  g_assert_false (tandem_health_table_get (pool.health, &pool.candidates[1], pool.now, &health));

  pool_fill (&pool, 1, TANDEM_TRANSPORT_TCP);
  waiting = pool_operation (&pool, TANDEM_OPERATION_BYE);
  pool_begin (&pool, waiting);
  step = tandem_operation_broken (waiting, "closed", TRUE, FALSE, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
  step = tandem_operation_answered_by (waiting, &pool.candidates[0], pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_DONE);
}

static void
test_finished_is_finished (void)
{
  static const TandemOperationKind kinds[] = { TANDEM_OPERATION_INVITE, TANDEM_OPERATION_BYE };

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;

      pool_init (&pool, 2);
      operation = pool_operation (&pool, kinds[k]);
      pool_begin (&pool, operation);
      tandem_operation_answered (operation, pool.now);
      g_assert_cmpint (pool_begin (&pool, operation).action, ==, TANDEM_STEP_GIVE_UP);
      g_assert_cmpuint (tandem_operation_get_attempts (operation), ==, 1);
    }
}

/* Stay where you are while it is healthy; switch back when asked to, that is when idle. */
static void
test_preferred (void)
{
  g_auto (Pool) pool;
  const TandemCandidate *preferred = &pool.candidates[2];
  TandemCandidate stranger;
  TandemStep step;

  pool_init (&pool, 3);
#define BEGIN                                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autoptr (TandemOperation) operation = pool_operation (&pool, TANDEM_OPERATION_BYE);          \
    step = tandem_operation_begin (operation, pool.candidates, pool.n, preferred, pool.now);       \
  }                                                                                                \
  G_STMT_END
  BEGIN;
  assert_sends (&pool, step, 2);
  preferred = NULL;
  BEGIN;
  assert_sends (&pool, step, 0);
  preferred = &pool.candidates[2];
  tandem_health_table_bar (pool.health, preferred, SECOND, pool.now);
  BEGIN;
  assert_sends (&pool, step, 0);
  tandem_health_table_forgive (pool.health, preferred);
  tandem_health_table_failed (pool.health, preferred, "sample", pool.now);
  BEGIN;
  assert_sends (&pool, step, 0);
  pool.now += 600 * SECOND;
  BEGIN;
  assert_sends (&pool, step, 2);
  g_assert_true (tandem_candidate_init (&stranger, "198.51.100.1", 5060, TANDEM_TRANSPORT_UDP));
  preferred = &stranger;
  BEGIN;
  assert_sends (&pool, step, 0);
}

/* All silent at once: the one that answers then stays the choice, also when another answers too. */
/* The agent's wish goes before DNS order, but not before health; the retry goes on in DNS order. */
static void
test_wish (void)
{
  g_auto (Pool) pool;
  TandemCandidate list[3], wish;
  TandemStep step;

  pool_init (&pool, 3);
  wish = pool.candidates[2];
  memcpy (list, pool.candidates, sizeof list);
  g_assert_true (tandem_candidate_put_first (list, 3, &wish));
  {
    g_autoptr (TandemOperation) operation = pool_operation (&pool, TANDEM_OPERATION_INFO);

    step = tandem_operation_begin (operation, list, 3, NULL, pool.now);
    assert_sends (&pool, step, 2);
    step = tandem_operation_silent (operation, pool.now + TIMEOUT);
    assert_sends (&pool, step, 0);
  }
  tandem_health_table_failed (pool.health, &wish, "sample", pool.now);
  {
    g_autoptr (TandemOperation) operation = pool_operation (&pool, TANDEM_OPERATION_INFO);

    step = tandem_operation_begin (operation, list, 3, &wish, pool.now);
    assert_sends (&pool, step, 0);
  }
  {
    g_autoptr (TandemOperation) operation = pool_operation (&pool, TANDEM_OPERATION_INFO);

    step = tandem_operation_begin (operation, list, 3, NULL, pool.now + TANDEM_PENALTY_TIME);
    assert_sends (&pool, step, 2);
  }
}

static void
test_preferred_when_all_are_penalised (void)
{
  g_auto (Pool) pool;
  const TandemCandidate *preferred = &pool.candidates[2];
  TandemStep step;

  pool_init (&pool, 3);
  for (guint i = 0; i < 3; i++)
    {
      tandem_health_table_failed (pool.health, &pool.candidates[i], "sample", pool.now);
      pool.now += SECOND;
    }
  BEGIN;
  assert_sends (&pool, step, 0);
  tandem_health_table_answered (pool.health, &pool.candidates[2], -1, pool.now);
  BEGIN;
  assert_sends (&pool, step, 2);
  tandem_health_table_answered (pool.health, &pool.candidates[0], -1, pool.now);
  BEGIN;
  assert_sends (&pool, step, 2);
  preferred = NULL;
  BEGIN;
  assert_sends (&pool, step, 0);
  preferred = &pool.candidates[2];
  tandem_health_table_forgive (pool.health, &pool.candidates[1]);
  BEGIN;
  assert_sends (&pool, step, 1);
#undef BEGIN
}

static void
test_repeat (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  operation = pool_operation (&pool, TANDEM_OPERATION_INVITE);
  pool_begin (&pool, operation);
  for (guint i = 0; i < TANDEM_OPERATION_MAX_REPEATS; i++)
    {
      pool.now += SECOND;
      step = tandem_operation_repeat (operation, pool.now);
      assert_sends (&pool, step, 0);
      g_assert_cmpuint (step.attempt, ==, 1);
      g_assert_cmpint (step.deadline, ==, pool.now + TIMEOUT);
    }
  pool.now = step.deadline;
  step = tandem_operation_silent (operation, pool.now);
  assert_sends (&pool, step, 1);
  g_assert_cmpuint (step.attempt, ==, 2);
  for (guint i = 0; i < TANDEM_OPERATION_MAX_REPEATS; i++)
    g_assert_cmpint (tandem_operation_repeat (operation, pool.now).action, ==, TANDEM_STEP_SEND);
  g_assert_cmpint (tandem_operation_repeat (operation, pool.now).action, ==, TANDEM_STEP_GIVE_UP);
}

static void
test_no_addresses (void)
{
  for (guint kind = 0; kind < TANDEM_N_OPERATIONS; kind++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;

      pool_init (&pool, 0);
      operation = pool_operation (&pool, (TandemOperationKind) kind);
      step = pool_begin (&pool, operation);
      if (tandem_policy_get ((TandemOperationKind) kind)->repeat == TANDEM_REPEAT_COUNT)
        {
          g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
          continue;
        }
      g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
      assert_between (step.deadline, START + 2 * SECOND, START + 6 * SECOND);
      pool.now = step.deadline;
      pool_fill (&pool, 1, TANDEM_TRANSPORT_UDP);
      step = pool_begin (&pool, operation);
      assert_sends (&pool, step, 0);
      g_assert_cmpint (tandem_operation_get_started (operation), ==, START);
    }
}

/* The list may be another one after a WAIT: what is gone is not used, what is new is untried. */
static void
test_list_changes (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 3);
  pool_fill (&pool, 3, TANDEM_TRANSPORT_TCP);
  operation = pool_operation (&pool, TANDEM_OPERATION_BYE);
  tandem_operation_begin (operation, pool.candidates, 1, NULL, pool.now);
  step = tandem_operation_broken (operation, "refused", FALSE, FALSE, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
  pool.now = step.deadline;
  step = pool_begin (&pool, operation);
  assert_sends (&pool, step, 1);
}

static void
test_timeout_bounds (void)
{
  static const struct
  {
    gint64 setting, effect;
  } cases[] = {
    { -5, MS },
    { 0, MS },
    { MS, MS },
    { 400 * MS, 400 * MS },
    { 32 * SECOND, 32 * SECOND },
    { 33 * SECOND, 32 * SECOND },
    { G_MAXINT64, 32 * SECOND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;

      pool_init (&pool, 1);
      pool.settings.transaction_timeout = cases[i].setting;
      operation = pool_operation (&pool, TANDEM_OPERATION_INVITE);
      g_assert_cmpint (pool_begin (&pool, operation).deadline, ==, START + cases[i].effect);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operation/answered-at-once", test_answered_at_once);
  g_test_add_func ("/operation/invite/retried-once", test_invite_retried_once);
  g_test_add_func ("/operation/invite/single-candidate", test_invite_single_candidate);
  g_test_add_func ("/operation/invite/next-call-knows", test_next_call_knows);
  g_test_add_func ("/operation/provisional/stops-the-clock", test_provisional_stops_the_clock);
  g_test_add_func ("/operation/provisional/elsewhere", test_provisional_elsewhere_keeps_the_clock);
  g_test_add_func ("/operation/provisional/dying-half-way", test_dying_half_way);
  g_test_add_func ("/operation/provisional/silence-after", test_silence_after_provisional);
  g_test_add_func ("/operation/probe/needed", test_silence_needs_a_probe);
  g_test_add_func ("/operation/probe/answered", test_probe_answered);
  g_test_add_func ("/operation/once-more", test_others_once_more);
  g_test_add_func ("/operation/broken", test_broken);
  g_test_add_func ("/operation/hint", test_hint);
  g_test_add_func ("/operation/refused/moves-on", test_refused_moves_on);
  g_test_add_func ("/operation/refused/retry-after", test_refused_retry_after);
  g_test_add_func ("/operation/refused/by-the-only-one", test_refused_by_the_only_one);
  g_test_add_func ("/operation/late-answer", test_late_answer);
  g_test_add_func ("/operation/finished-is-finished", test_finished_is_finished);
  g_test_add_func ("/operation/preferred/healthy", test_preferred);
  g_test_add_func ("/operation/preferred/all-penalised", test_preferred_when_all_are_penalised);
  g_test_add_func ("/operation/repeat", test_repeat);
  g_test_add_func ("/operation/wish", test_wish);
  g_test_add_func ("/operation/no-addresses", test_no_addresses);
  g_test_add_func ("/operation/list-changes", test_list_changes);
  g_test_add_func ("/operation/timeout-bounds", test_timeout_bounds);
  return g_test_run ();
}
