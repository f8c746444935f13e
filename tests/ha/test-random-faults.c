/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool.h"

#include <string.h>

/* Whatever happens, in whatever order: there is never no candidate, none is used twice while another
 * is untried, and never more is sent than the policy allows. The rules are written down here a second
 * time, from what is seen from outside, not from the operation's own state. */

#define RUNS 6000
#define EVENTS 250

typedef struct
{
  Pool pool;
  TandemOperationKind kind;
  const TandemPolicy *policy;
  TandemOperation *operation;
  TandemTransport transport;
  GRand *rand;

  gboolean tried[8], refused[8]; /* as seen from outside */
  gboolean heard;
  guint sends, sends_since_wait, waits, spreads;
  guint fresh_starts;
  gint64 begun;
} Run;

static gboolean
all_tried (Run *run)
{
  for (guint i = 0; i < run->pool.n; i++)
    {
      if (!run->tried[i] && !run->refused[i])
        return FALSE;
    }
  return TRUE;
}

static void
forget (Run *run)
{
  memset (run->tried, 0, sizeof run->tried);
  memset (run->refused, 0, sizeof run->refused);
  run->sends_since_wait = run->waits = run->spreads = 0;
}

static void
check_send (Run *run, const TandemStep *step)
{
  int i = pool_index (&run->pool, &step->candidate);

  g_assert_cmpint (i, >=, 0);
  if (run->tried[i] || run->refused[i])
    {
      g_assert_true (all_tried (run));
      memset (run->tried, 0, sizeof run->tried);
      if (run->policy->repeat == TANDEM_REPEAT_PERIODIC || run->refused[i])
        memset (run->refused, 0, sizeof run->refused);
    }
  run->tried[i] = TRUE;
  run->heard = FALSE;
  run->sends++;
  run->sends_since_wait++;
  g_assert_cmpuint (step->attempt, ==, run->sends);
  g_assert_cmpint (step->deadline, >, run->pool.now - 1);
  g_assert_cmpint (step->deadline, <=, run->pool.now + run->pool.settings.transaction_timeout);

  switch (run->policy->repeat)
    {
    case TANDEM_REPEAT_COUNT:
      g_assert_cmpuint (run->sends, <=, run->policy->max_attempts);
      break;
    case TANDEM_REPEAT_CYCLE:
      g_assert_cmpint (run->pool.now, <, run->begun + 32 * SECOND);
      g_assert_cmpint (step->deadline, <=, run->begun + 32 * SECOND);
      if (run->pool.settings.transaction_timeout >= 32 * SECOND)
        g_assert_cmpuint (run->sends, ==, 1);
      break;
    case TANDEM_REPEAT_PERIODIC:
    default:
      if (run->pool.settings.reg_interval == 0 && run->transport == TANDEM_TRANSPORT_UDP)
        g_assert_cmpuint (run->sends_since_wait, <=, 1);
      else if (run->transport == TANDEM_TRANSPORT_UDP)
        g_assert_cmpuint (run->sends_since_wait, <=,
                          run->pool.settings.registration_failover == TANDEM_FAILOVER_PROMPT
                                  && run->waits == 0
                              ? 2
                              : 1);
      else if (run->pool.settings.registration_failover == TANDEM_FAILOVER_PROMPT && run->waits > 1)
        g_assert_cmpuint (run->sends_since_wait, <=, 2);
      else
        g_assert_cmpuint (run->sends_since_wait, <=, run->pool.n + 1);
      break;
    }
}

/* How long all candidates want to be left alone; 0 when one does not. */
static gint64
get_shortest_bar (Run *run)
{
  gint64 shortest = G_MAXINT64;

  for (guint i = 0; i < run->pool.n; i++)
    {
      TandemHealth health;

      tandem_health_table_get (run->pool.health, &run->pool.candidates[i], run->pool.now, &health);
      shortest = MIN (shortest, health.barred);
    }
  return shortest;
}

static void
check_wait (Run *run, const TandemStep *step)
{
  gint64 wait = step->deadline - run->pool.now;

  g_assert_cmpint (run->policy->repeat, !=, TANDEM_REPEAT_COUNT);
  g_assert_cmpint (wait, >=, 0);
  if (run->policy->repeat == TANDEM_REPEAT_CYCLE)
    {
      g_assert_true (all_tried (run));
      g_assert_cmpint (step->deadline, <=, run->begun + 32 * SECOND);
    }
  else
    {
      gint64 bar = get_shortest_bar (run);
      gint64 interval = run->pool.settings.reg_interval;

      if (run->pool.settings.registration_failover == TANDEM_FAILOVER_CLASSIC)
        interval = interval * 11 / 10;
      g_assert_cmpint (wait, <=, 2700 * SECOND);
      if (!all_tried (run) && interval > 0)
        g_assert_cmpint (wait, <=, MAX (interval, bar * 11 / 10));
    }
  run->waits++;
  run->sends_since_wait = 0;
}

static void
check_give_up (Run *run)
{
  switch (run->policy->repeat)
    {
    case TANDEM_REPEAT_COUNT:
      g_assert_true (run->sends == run->policy->max_attempts || all_tried (run));
      break;
    case TANDEM_REPEAT_CYCLE:
      if (run->pool.settings.transaction_timeout < 32 * SECOND)
        g_assert_cmpint (run->pool.now, >=, run->begun + 32 * SECOND);
      break;
    case TANDEM_REPEAT_PERIODIC:
    default:
      g_assert_cmpint (run->pool.settings.reg_interval, ==, 0);
      break;
    }
}

static TandemStep
begin (Run *run)
{
  const TandemCandidate *preferred = NULL;
  TandemStep step;

  if (g_rand_boolean (run->rand))
    preferred = &run->pool.candidates[g_rand_int_range (run->rand, 0, (int) run->pool.n)];
  step = tandem_operation_begin (run->operation, run->pool.candidates, run->pool.n, preferred,
                                 run->pool.now);
  if (run->policy->repeat == TANDEM_REPEAT_PERIODIC)
    g_assert_cmpint (step.action, ==, TANDEM_STEP_SEND);
  return step;
}

static TandemStep
happen (Run *run, const TandemStep *step)
{
  int i = pool_index (&run->pool, tandem_operation_get_candidate (run->operation));
  gint64 penalty;
  TandemStep next;
  gint64 retry_after;
  gboolean certain;

  g_assert_cmpint (i, >=, 0);
  switch (g_rand_int_range (run->rand, 0, 12))
    {
    case 0:
      next = tandem_operation_answered (run->operation, run->pool.now += MS);
      g_assert_cmpint (next.action, ==, TANDEM_STEP_DONE);
      return next;
    case 1:
      next = tandem_operation_provisional (run->operation, run->pool.now += MS);
      g_assert_cmpint (next.action, ==, TANDEM_STEP_KEEP);
      run->heard = TRUE;
      return next;
    case 2:
      retry_after = g_rand_boolean (run->rand) ? -1 : 20 * SECOND;
      penalty = pool_penalty (&run->pool, (guint) i);
      run->refused[i] = TRUE;
      next = tandem_operation_refused (run->operation, retry_after, run->pool.now);
      g_assert_cmpint (pool_penalty (&run->pool, (guint) i), ==, penalty);
      return next;
    case 3:
    case 4:
      certain = run->transport != TANDEM_TRANSPORT_UDP;
      next = tandem_operation_broken (run->operation, "sample", certain, g_rand_boolean (run->rand),
                                      run->pool.now += MS);
      g_assert_cmpint (next.probe, ==, !certain);
      if (certain)
        g_assert_cmpint (pool_penalty (&run->pool, (guint) i), ==, 600 * SECOND);
      return next;
    default:
      penalty = pool_penalty (&run->pool, (guint) i);
      run->pool.now = MAX (run->pool.now, step->deadline);
      next = tandem_operation_silent (run->operation, run->pool.now);
      g_assert_cmpint (next.probe, ==, !run->policy->silence_is_death || run->heard);
      if (next.probe)
        g_assert_cmpint (pool_penalty (&run->pool, (guint) i), <=, penalty);
      else
        g_assert_cmpint (pool_penalty (&run->pool, (guint) i), ==, 600 * SECOND);
      if (next.probe && g_rand_boolean (run->rand))
        tandem_health_table_failed (run->pool.health, &next.suspect, "probe", run->pool.now);
      return next;
    }
}

static void
run_once (Run *run)
{
  TandemStep step = begin (run);

  run->begun = run->pool.now;
  for (guint event = 0; event < EVENTS; event++)
    {
      switch (step.action)
        {
        case TANDEM_STEP_SEND:
          check_send (run, &step);
          step = happen (run, &step);
          break;
        case TANDEM_STEP_KEEP:
          step = happen (run, &step);
          break;
        case TANDEM_STEP_WAIT:
          check_wait (run, &step);
          run->pool.now = step.deadline;
          step = begin (run);
          break;
        case TANDEM_STEP_GIVE_UP:
          check_give_up (run);
          G_GNUC_FALLTHROUGH;
        case TANDEM_STEP_DONE:
        default:
          if (run->policy->repeat != TANDEM_REPEAT_PERIODIC)
            {
              g_assert_cmpint (begin (run).action, ==, TANDEM_STEP_GIVE_UP);
              return;
            }
          forget (run);
          run->pool.now += g_rand_int_range (run->rand, 1, (int) (1000 * SECOND));
          step = begin (run);
          break;
        }
    }
  g_assert_cmpint (run->policy->repeat, !=, TANDEM_REPEAT_COUNT);
}

static void
test_random_faults (void)
{
  static const gint64 timeouts[] = { MS, 400 * MS, TIMEOUT, 31999 * MS, 32 * SECOND };
  static const gint64 intervals[] = { 0, 10 * SECOND, 30 * SECOND };
  g_autoptr (GRand) rand = g_rand_new_with_seed (4711);
  guint64 sends = 0;

  for (guint i = 0; i < RUNS; i++)
    {
      Run run = { .kind = (TandemOperationKind) (i % TANDEM_N_OPERATIONS), .rand = rand };

      run.policy = tandem_policy_get (run.kind);
      run.transport = (TandemTransport) g_rand_int_range (rand, 0, 3);
      pool_init (&run.pool, 0);
      pool_fill (&run.pool, (guint) g_rand_int_range (rand, 1, 7), run.transport);
      g_rand_set_seed (run.pool.rand, g_rand_int (rand));
      run.pool.settings.transaction_timeout
          = timeouts[g_rand_int_range (rand, 0, G_N_ELEMENTS (timeouts))];
      run.pool.settings.reg_interval
          = intervals[g_rand_int_range (rand, 0, G_N_ELEMENTS (intervals))];
      run.pool.settings.registration_failover
          = (TandemRegistrationFailover) g_rand_int_range (rand, 0, 2);
      run.pool.settings.reg_spread = g_rand_int_range (rand, 0, 3) * SECOND;
      run.operation = pool_operation (&run.pool, run.kind);
      run_once (&run);
      sends += run.sends;
      tandem_operation_free (run.operation);
      pool_clear (&run.pool);
    }
  g_test_message ("%" G_GUINT64_FORMAT " sends", sends);
  g_assert_cmpuint (sends, >, RUNS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random-faults/all-kinds", test_random_faults);
  return g_test_run ();
}
