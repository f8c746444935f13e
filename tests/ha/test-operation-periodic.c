/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool.h"

/* Operations without an end, REGISTER and SUBSCRIBE: classic and prompt, reg_interval 0, broken
 * connections and their spread, back-off, refreshes. Each test runs for both kinds. */

static TandemOperationKind kind;

static void
use_classic (Pool *pool)
{
  pool->settings.registration_failover = TANDEM_FAILOVER_CLASSIC;
}

static TandemStep
silent (Pool *pool, TandemOperation *operation, const TandemStep *step)
{
  pool->now = step->deadline;
  return tandem_operation_silent (operation, pool->now);
}

static TandemStep
begin_after_wait (Pool *pool, TandemOperation *operation, const TandemStep *step)
{
  g_assert_cmpint (step->action, ==, TANDEM_STEP_WAIT);
  pool->now = step->deadline;
  return pool_begin (pool, operation);
}

/* Seed: again after reg_interval, to the next candidate, for ever. */
static void
test_classic (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 3);
  use_classic (&pool);
  operation = pool_operation (&pool, kind);
  step = pool_begin (&pool, operation);
  for (int i = 0; i < 200; i++)
    {
      assert_sends (&pool, step, i % 3);
      step = silent (&pool, operation, &step);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
      g_assert_true (step.probe);
      g_assert_cmpint (pool_index (&pool, &step.suspect), ==, i % 3);
      assert_between (step.deadline - pool.now, 27 * SECOND, 33 * SECOND);
      step = begin_after_wait (&pool, operation, &step);
    }
}

static void
test_classic_jitter (void)
{
  gint64 least = G_MAXINT64, most = 0;

  for (guint32 seed = 0; seed < 500; seed++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;

      pool_init (&pool, 2);
      g_rand_set_seed (pool.rand, seed);
      use_classic (&pool);
      operation = pool_operation (&pool, kind);
      step = pool_begin (&pool, operation);
      step = silent (&pool, operation, &step);
      least = MIN (least, step.deadline - pool.now);
      most = MAX (most, step.deadline - pool.now);
    }
  assert_between (least, 27 * SECOND, 27 * SECOND + 100 * MS);
  assert_between (most, 33 * SECOND - 100 * MS, 33 * SECOND);
}

static void
test_classic_refused (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  use_classic (&pool);
  operation = pool_operation (&pool, kind);
  pool_begin (&pool, operation);
  step = tandem_operation_refused (operation, -1, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
  assert_between (step.deadline - pool.now, 27 * SECOND, 33 * SECOND);
  step = begin_after_wait (&pool, operation, &step);
  assert_sends (&pool, step, 1);
}

/* Ours: moves at once, one time; then 4 s * 2^k, never beyond reg_interval while one is untried. */
static void
test_prompt (void)
{
  for (guint32 seed = 0; seed < 300; seed++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;
      gint64 base = 4 * SECOND;

      pool_init (&pool, 3);
      g_rand_set_seed (pool.rand, seed);
      operation = pool_operation (&pool, kind);
      step = pool_begin (&pool, operation);
      step = silent (&pool, operation, &step);
      assert_sends (&pool, step, 1);
      g_assert_true (step.probe);
      for (int i = 2; i < 16; i++)
        {
          gboolean untried = i % 3 != 0;
          gint64 wait;

          step = silent (&pool, operation, &step);
          g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
          wait = step.deadline - pool.now;
          if (untried)
            assert_between (wait, MIN (base / 2, 15 * SECOND), MIN (base * 3 / 2, 30 * SECOND));
          else
            assert_between (wait, base / 2, base * 3 / 2);
          base = MIN (base * 2, 1800 * SECOND);
          step = begin_after_wait (&pool, operation, &step);
          assert_sends (&pool, step, i % 3);
        }
    }
}

/* What reg_interval cuts off is spread anew, not all at reg_interval itself. */
static void
test_prompt_limit_is_spread (void)
{
  gint64 least = G_MAXINT64, most = 0;

  for (guint32 seed = 0; seed < 500; seed++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;

      pool_init (&pool, 8);
      g_rand_set_seed (pool.rand, seed);
      operation = pool_operation (&pool, kind);
      step = pool_begin (&pool, operation);
      step = silent (&pool, operation, &step);
      for (guint i = 0; i < 5; i++)
        {
          step = silent (&pool, operation, &step);
          step = begin_after_wait (&pool, operation, &step);
        }
      step = silent (&pool, operation, &step);
      least = MIN (least, step.deadline - pool.now);
      most = MAX (most, step.deadline - pool.now);
    }
  assert_between (least, 15 * SECOND, 16 * SECOND);
  assert_between (most, 29 * SECOND, 30 * SECOND);
}

static void
test_prompt_single_candidate (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 1);
  operation = pool_operation (&pool, kind);
  step = pool_begin (&pool, operation);
  step = silent (&pool, operation, &step);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
  assert_between (step.deadline - pool.now, 2 * SECOND, 6 * SECOND);
  step = begin_after_wait (&pool, operation, &step);
  assert_sends (&pool, step, 0);
}

/* An answer ends the back-off: the next trouble is a first one again. */
static void
test_prompt_starts_anew (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  operation = pool_operation (&pool, kind);
  step = pool_begin (&pool, operation);
  step = silent (&pool, operation, &step);
  for (guint i = 0; i < 8; i++)
    {
      step = silent (&pool, operation, &step);
      step = begin_after_wait (&pool, operation, &step);
    }
  step = tandem_operation_answered (operation, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_DONE);

  pool.now += 600 * SECOND;
  step = pool_begin (&pool, operation);
  assert_sends (&pool, step, 0);
  g_assert_cmpint (tandem_operation_get_started (operation), ==, pool.now);
  step = silent (&pool, operation, &step);
  assert_sends (&pool, step, 1);
  step = silent (&pool, operation, &step);
  assert_between (step.deadline - pool.now, 2 * SECOND, 6 * SECOND);
}

/* UDP: never again, in both modes, for every way to fail; and again when somebody asks. */
static void
test_interval_0_udp (void)
{
  for (guint run = 0; run < 8; run++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;

      pool_init (&pool, 3);
      pool.settings.reg_interval = run < 7 ? 0 : -1;
      if (run % 2)
        use_classic (&pool);
      operation = pool_operation (&pool, kind);
      step = pool_begin (&pool, operation);
      pool.now = step.deadline;
      if (run / 2 == 1)
        step = tandem_operation_refused (operation, -1, pool.now);
      else if (run / 2 == 2)
        step = tandem_operation_broken (operation, "unreachable", FALSE, TRUE, pool.now);
      else
        step = tandem_operation_silent (operation, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
      g_assert_cmpint (step.deadline, ==, -1);
      g_assert_cmpuint (tandem_operation_get_attempts (operation), ==, 1);
      g_assert_null (tandem_operation_get_candidate (operation));

      tandem_health_table_failed (pool.health, &pool.candidates[0], "probe", pool.now);
      step = pool_begin (&pool, operation);
      assert_sends (&pool, step, 1);
    }
}

/* TCP and TLS: a broken connection is answered at once on another candidate, even with 0. */
static void
test_interval_0_broken (void)
{
  for (guint run = 0; run < 4; run++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;

      pool_init (&pool, 3);
      pool_fill (&pool, 3, run / 2 ? TANDEM_TRANSPORT_TLS : TANDEM_TRANSPORT_TCP);
      pool.settings.reg_interval = 0;
      if (run % 2)
        use_classic (&pool);
      operation = pool_operation (&pool, kind);
      pool_begin (&pool, operation);
      step = tandem_operation_broken (operation, "reset", TRUE, TRUE, pool.now);
      assert_sends (&pool, step, 1);
      step = tandem_operation_broken (operation, "reset", TRUE, TRUE, pool.now);
      assert_sends (&pool, step, 2);
      step = tandem_operation_broken (operation, "reset", TRUE, TRUE, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
      assert_between (step.deadline - pool.now, 2 * SECOND, 6 * SECOND);
    }
}

/* Over TCP a silent proxy with 0: classic ends, prompt goes on. */
static void
test_interval_0_tcp_silent (void)
{
  for (guint run = 0; run < 2; run++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;

      pool_init (&pool, 2);
      pool_fill (&pool, 2, TANDEM_TRANSPORT_TCP);
      pool.settings.reg_interval = 0;
      if (run == 0)
        use_classic (&pool);
      operation = pool_operation (&pool, kind);
      step = pool_begin (&pool, operation);
      step = silent (&pool, operation, &step);
      if (run == 0)
        {
          g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
          continue;
        }
      assert_sends (&pool, step, 1);
      step = silent (&pool, operation, &step);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
      assert_between (step.deadline - pool.now, 2 * SECOND, 6 * SECOND);
    }
}

/* Everybody notices a broken connection at the same instant: spread, then elsewhere. */
static void
test_spread (void)
{
  gint64 least = G_MAXINT64, most = 0;

  for (guint32 seed = 0; seed < 600; seed++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;

      pool_init (&pool, 3);
      pool_fill (&pool, 3, TANDEM_TRANSPORT_TCP);
      pool.settings.reg_spread = 10 * SECOND;
      g_rand_set_seed (pool.rand, seed);
      if (seed % 2)
        use_classic (&pool);
      operation = pool_operation (&pool, kind);
      pool_begin (&pool, operation);
      step = tandem_operation_broken (operation, "closed", TRUE, FALSE, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
      assert_between (step.deadline - pool.now, 0, 10 * SECOND);
      least = MIN (least, step.deadline - pool.now);
      most = MAX (most, step.deadline - pool.now);
      step = begin_after_wait (&pool, operation, &step);
      assert_sends (&pool, step, 1);
      /* found broken by itself: no second spread */
      step = tandem_operation_broken (operation, "refused", TRUE, FALSE, pool.now);
      assert_sends (&pool, step, 2);
    }
  g_assert_cmpint (least, <, 100 * MS);
  g_assert_cmpint (most, >, 9900 * MS);
}

static void
test_spread_not_when_busy (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) busy = NULL, without = NULL;
  TandemStep step;

  pool_init (&pool, 3);
  pool_fill (&pool, 3, TANDEM_TRANSPORT_TLS);
  busy = pool_operation (&pool, kind);
  pool_begin (&pool, busy);
  step = tandem_operation_broken (busy, "closed", TRUE, TRUE, pool.now);
  assert_sends (&pool, step, 1);

  tandem_health_table_forgive_all (pool.health);
  pool.settings.reg_spread = 0;
  without = pool_operation (&pool, kind);
  pool_begin (&pool, without);
  step = tandem_operation_broken (without, "closed", TRUE, FALSE, pool.now);
  assert_sends (&pool, step, 1);
}

/* In prompt mode the chain of broken connections ends with the first round; from then on each one
 * is followed by a back-off. Classic tries them all again in every round. */
static void
test_broken_rounds (void)
{
  static const guint sends_a_round[] = { 3, 1 };

  for (guint mode = TANDEM_FAILOVER_CLASSIC; mode <= TANDEM_FAILOVER_PROMPT; mode++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;

      pool_init (&pool, 3);
      pool_fill (&pool, 3, TANDEM_TRANSPORT_TCP);
      pool.settings.registration_failover = (TandemRegistrationFailover) mode;
      operation = pool_operation (&pool, kind);
      step = pool_begin (&pool, operation);
      for (guint round = 0; round < 20; round++)
        {
          guint sends = 0;

          while (step.action == TANDEM_STEP_SEND)
            {
              sends++;
              step = tandem_operation_broken (operation, "refused", TRUE, TRUE, pool.now);
            }
          g_assert_cmpuint (sends, ==, round == 0 ? 3 : sends_a_round[mode]);
          g_assert_cmpint (step.deadline, >=, pool.now + 2 * SECOND);
          step = begin_after_wait (&pool, operation, &step);
        }
    }
}

static void
test_broken_single_candidate (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 1);
  pool_fill (&pool, 1, TANDEM_TRANSPORT_TCP);
  pool.settings.reg_interval = 0;
  operation = pool_operation (&pool, kind);
  pool_begin (&pool, operation);
  step = tandem_operation_broken (operation, "closed", TRUE, FALSE, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
  assert_between (step.deadline - pool.now, 0, 2 * SECOND);
  step = begin_after_wait (&pool, operation, &step);
  assert_sends (&pool, step, 0);
  step = tandem_operation_broken (operation, "refused", TRUE, FALSE, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
  assert_between (step.deadline - pool.now, 2 * SECOND, 6 * SECOND);
}

/* Once answered, the next broken connection is a first one again. */
static void
test_broken_starts_anew (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 3);
  pool_fill (&pool, 3, TANDEM_TRANSPORT_TCP);
  operation = pool_operation (&pool, kind);
  step = pool_begin (&pool, operation);
  while (step.action == TANDEM_STEP_SEND)
    step = tandem_operation_broken (operation, "refused", TRUE, TRUE, pool.now);
  step = begin_after_wait (&pool, operation, &step);
  tandem_operation_answered (operation, pool.now);
  pool.now += 600 * SECOND;
  pool_begin (&pool, operation);
  step = tandem_operation_broken (operation, "closed", TRUE, FALSE, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
  assert_between (step.deadline - pool.now, 0, 2 * SECOND);
  step = begin_after_wait (&pool, operation, &step);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_SEND);
  step = tandem_operation_broken (operation, "refused", TRUE, FALSE, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_SEND);
}

/* A probe was answered during the WAIT: begins earlier. */
static void
test_wait_cut_short (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  operation = pool_operation (&pool, kind);
  step = pool_begin (&pool, operation);
  step = silent (&pool, operation, &step);
  step = silent (&pool, operation, &step);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
  pool.now += SECOND;
  g_assert_cmpint (pool.now, <, step.deadline);
  tandem_health_table_failed (pool.health, &pool.candidates[0], "probe", pool.now);
  step = pool_begin (&pool, operation);
  assert_sends (&pool, step, 1);
}

/* 503: the next one at once, the candidate of the refresh after the next round again. */
static void
test_refused (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  operation = pool_operation (&pool, kind);
  pool_begin (&pool, operation);
  step = tandem_operation_refused (operation, -1, pool.now);
  assert_sends (&pool, step, 1);
  step = tandem_operation_refused (operation, -1, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
  assert_between (step.deadline - pool.now, 2 * SECOND, 6 * SECOND);
  step = begin_after_wait (&pool, operation, &step);
  assert_sends (&pool, step, 0);
  g_assert_cmpint (pool_penalty (&pool, 0), ==, 0);
}

/* A lasting operation does not pass over for ever: the one that refused beats the dead one. */
static void
test_refused_is_asked_again (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  operation = pool_operation (&pool, kind);
  step = pool_begin (&pool, operation);
  step = silent (&pool, operation, &step);
  tandem_health_table_failed (pool.health, &pool.candidates[0], "probe", pool.now);
  step = tandem_operation_refused (operation, -1, pool.now);
  step = begin_after_wait (&pool, operation, &step);
  assert_sends (&pool, step, 1);
}

/* When they all said when, nobody is asked before; but not later than half an hour. */
static void
test_all_barred (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL, patient = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  operation = pool_operation (&pool, kind);
  pool_begin (&pool, operation);
  tandem_operation_refused (operation, 300 * SECOND, pool.now);
  step = tandem_operation_refused (operation, 100 * SECOND, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
  assert_between (step.deadline - pool.now, 100 * SECOND, 110 * SECOND);
  step = begin_after_wait (&pool, operation, &step);
  assert_sends (&pool, step, 1);

  pool_fill (&pool, 1, TANDEM_TRANSPORT_UDP);
  patient = pool_operation (&pool, kind);
  pool_begin (&pool, patient);
  step = tandem_operation_refused (patient, G_MAXINT64, pool.now);
  assert_between (step.deadline - pool.now, 1800 * SECOND, 1980 * SECOND);
}

/* A refresh stays where it is; after a failure the registration stays where it has gone. */
static void
test_refresh (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 3);
  operation = pool_operation (&pool, kind);
  step = pool_begin (&pool, operation);
  step = silent (&pool, operation, &step);
  assert_sends (&pool, step, 1);
  tandem_operation_answered (operation, pool.now);
  for (guint i = 0; i < 5; i++)
    {
      pool.now += 300 * SECOND;
      step = tandem_operation_begin (operation, pool.candidates, 3, &pool.candidates[1], pool.now);
      assert_sends (&pool, step, 1);
      g_assert_cmpuint (step.attempt, ==, 3 + i);
      tandem_operation_answered (operation, pool.now);
    }
  pool.now += 300 * SECOND;
  step = pool_begin (&pool, operation);
  assert_sends (&pool, step, 0);
}

static void
test_refresh_while_sending (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  operation = pool_operation (&pool, kind);
  pool_begin (&pool, operation);
  pool.now += SECOND;
  step = pool_begin (&pool, operation);
  assert_sends (&pool, step, 0);
  g_assert_cmpint (step.deadline, ==, pool.now + TIMEOUT);
}

/* DNS that has never answered: by back-off, also with reg_interval 0, for nothing was sent. */
static void
test_no_addresses (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;
  gint64 base = 4 * SECOND;

  pool_init (&pool, 0);
  pool.settings.reg_interval = 0;
  operation = pool_operation (&pool, kind);
  step = pool_begin (&pool, operation);
  for (guint i = 0; i < 12; i++)
    {
      g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
      assert_between (step.deadline - pool.now, base / 2, base * 3 / 2);
      base = MIN (base * 2, 1800 * SECOND);
      step = begin_after_wait (&pool, operation, &step);
    }
  pool.now = step.deadline;
  pool_fill (&pool, 2, TANDEM_TRANSPORT_UDP);
  step = pool_begin (&pool, operation);
  assert_sends (&pool, step, 0);
}

typedef void (*Test) (void);

static void
run (gconstpointer data)
{
  kind = TANDEM_OPERATION_REGISTER;
  ((Test) data) ();
  kind = TANDEM_OPERATION_SUBSCRIBE;
  ((Test) data) ();
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    Test test;
  } tests[] = {
    { "/periodic/classic/interval", test_classic },
    { "/periodic/classic/jitter", test_classic_jitter },
    { "/periodic/classic/refused", test_classic_refused },
    { "/periodic/prompt/back-off", test_prompt },
    { "/periodic/prompt/limit-is-spread", test_prompt_limit_is_spread },
    { "/periodic/prompt/single-candidate", test_prompt_single_candidate },
    { "/periodic/prompt/starts-anew", test_prompt_starts_anew },
    { "/periodic/prompt/wait-cut-short", test_wait_cut_short },
    { "/periodic/interval-0/udp", test_interval_0_udp },
    { "/periodic/interval-0/broken", test_interval_0_broken },
    { "/periodic/interval-0/tcp-silent", test_interval_0_tcp_silent },
    { "/periodic/broken/spread", test_spread },
    { "/periodic/broken/not-when-busy", test_spread_not_when_busy },
    { "/periodic/broken/rounds", test_broken_rounds },
    { "/periodic/broken/single-candidate", test_broken_single_candidate },
    { "/periodic/broken/starts-anew", test_broken_starts_anew },
    { "/periodic/refused/moves-on", test_refused },
    { "/periodic/refused/asked-again", test_refused_is_asked_again },
    { "/periodic/refused/all-barred", test_all_barred },
    { "/periodic/refresh/stays", test_refresh },
    { "/periodic/refresh/while-sending", test_refresh_while_sending },
    { "/periodic/no-addresses", test_no_addresses },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, (gconstpointer) tests[i].test, run);
  return g_test_run ();
}
