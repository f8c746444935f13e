/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool.h"

/* Operations that go round all candidates for 32 s: ANSWER, BYE and CANCEL. */

static const TandemOperationKind cycling[]
    = { TANDEM_OPERATION_ANSWER, TANDEM_OPERATION_BYE, TANDEM_OPERATION_CANCEL };

/* Every candidate in turn, each for a timeout, again and again, 32 s in all to the microsecond. */
static void
test_cycle (void)
{
  static const int turn[] = { 0, 1, 2, 0, 1, 2, 0, 1 };

  for (guint k = 0; k < G_N_ELEMENTS (cycling); k++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;

      pool_init (&pool, 3);
      operation = pool_operation (&pool, cycling[k]);
      step = pool_begin (&pool, operation);
      for (guint i = 0; i < G_N_ELEMENTS (turn); i++)
        {
          assert_sends (&pool, step, turn[i]);
          g_assert_cmpint (step.deadline, ==, START + (i + 1) * TIMEOUT);
          g_assert_cmpuint (step.attempt, ==, i + 1);
          pool.now = step.deadline;
          step = tandem_operation_silent (operation, pool.now);
        }
      g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
      g_assert_cmpint (pool.now, ==, START + 32 * SECOND);
    }
}

/* When the timeout does not divide 32 s, the last attempt is the shorter one. */
static void
test_cycle_ends_at_32_s (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;
  guint sends = 0;

  pool_init (&pool, 2);
  pool.settings.transaction_timeout = 5 * SECOND;
  operation = pool_operation (&pool, TANDEM_OPERATION_BYE);
  for (step = pool_begin (&pool, operation); step.action == TANDEM_STEP_SEND;
       step = tandem_operation_silent (operation, pool.now))
    {
      assert_sends (&pool, step, (int) (sends % 2));
      sends++;
      pool.now = step.deadline;
    }
  g_assert_cmpuint (sends, ==, 7);
  g_assert_cmpint (pool.now, ==, START + 32 * SECOND);
}

static void
test_cycle_single_candidate (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;
  guint sends = 0;

  pool_init (&pool, 1);
  operation = pool_operation (&pool, TANDEM_OPERATION_BYE);
  for (step = pool_begin (&pool, operation); step.action == TANDEM_STEP_SEND;
       step = tandem_operation_silent (operation, pool.now))
    {
      sends++;
      pool.now = step.deadline;
    }
  g_assert_cmpuint (sends, ==, 8);
}

/* Only below 32000 ms. */
static void
test_cycle_needs_short_timeout (void)
{
  for (guint k = 0; k < G_N_ELEMENTS (cycling); k++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) classic = NULL, shorter = NULL;
      TandemStep step;

      pool_init (&pool, 3);
      pool.settings.transaction_timeout = 32 * SECOND;
      classic = pool_operation (&pool, cycling[k]);
      step = pool_begin (&pool, classic);
      g_assert_cmpint (step.deadline, ==, START + 32 * SECOND);
      step = tandem_operation_broken (classic, "closed", TRUE, FALSE, START + SECOND);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);

      pool.settings.transaction_timeout = 31999 * MS;
      shorter = pool_operation (&pool, cycling[k]);
      step = pool_begin (&pool, shorter);
      pool.now = step.deadline;
      step = tandem_operation_silent (shorter, pool.now);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_SEND);
      g_assert_cmpint (step.deadline, ==, START + 32 * SECOND);
    }
}

/* Connections that break faster than the timeout: each once, then a pause, and no spinning. */
static void
test_cycle_is_paced (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;
  guint sends = 0, waits = 0;

  pool_init (&pool, 3);
  pool_fill (&pool, 3, TANDEM_TRANSPORT_TCP);
  operation = pool_operation (&pool, TANDEM_OPERATION_BYE);
  step = pool_begin (&pool, operation);
  while (step.action != TANDEM_STEP_GIVE_UP)
    {
      if (step.action == TANDEM_STEP_WAIT)
        {
          waits++;
          g_assert_cmpuint (sends, ==, 3 * waits);
          g_assert_cmpint (step.deadline, >, pool.now);
          pool.now = step.deadline;
          step = pool_begin (&pool, operation);
          continue;
        }
      sends++;
      step = tandem_operation_broken (operation, "refused", TRUE, FALSE, pool.now);
    }
  g_assert_cmpuint (sends, ==, 24);
  g_assert_cmpint (pool.now, ==, START + 32 * SECOND);
}

static void
test_cycle_all_refuse (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 2);
  operation = pool_operation (&pool, TANDEM_OPERATION_CANCEL);
  pool_begin (&pool, operation);
  step = tandem_operation_refused (operation, -1, pool.now);
  assert_sends (&pool, step, 1);
  step = tandem_operation_refused (operation, -1, pool.now);
  g_assert_cmpint (step.action, ==, TANDEM_STEP_WAIT);
  g_assert_cmpint (step.deadline, ==, START + TIMEOUT);
  pool.now = step.deadline;
  step = pool_begin (&pool, operation);
  assert_sends (&pool, step, 0);
}

/* The ones that refused stay passed over in the rounds that follow. */
static void
test_cycle_passes_over (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 3);
  operation = pool_operation (&pool, TANDEM_OPERATION_BYE);
  pool_begin (&pool, operation);
  step = tandem_operation_refused (operation, -1, pool.now);
  for (guint i = 0; i < 4; i++)
    {
      assert_sends (&pool, step, 1 + (int) (i % 2));
      step = tandem_operation_silent (operation, pool.now);
    }
}

/* What a probe found out in the meantime counts: among the silent ones the healthy go first. */
static void
test_cycle_uses_the_table (void)
{
  g_auto (Pool) pool;
  g_autoptr (TandemOperation) operation = NULL;
  TandemStep step;

  pool_init (&pool, 3);
  operation = pool_operation (&pool, TANDEM_OPERATION_BYE);
  pool_begin (&pool, operation);
  pool.now += TIMEOUT;
  tandem_operation_silent (operation, pool.now);
  tandem_health_table_failed (pool.health, &pool.candidates[0], "probe", pool.now);
  pool.now += TIMEOUT;
  tandem_operation_silent (operation, pool.now);
  pool.now += TIMEOUT;
  step = tandem_operation_silent (operation, pool.now);
  assert_sends (&pool, step, 1);
  step = tandem_operation_silent (operation, pool.now + TIMEOUT);
  assert_sends (&pool, step, 2);
  step = tandem_operation_silent (operation, pool.now + 2 * TIMEOUT);
  assert_sends (&pool, step, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operation/cycle/32-s", test_cycle);
  g_test_add_func ("/operation/cycle/ends-at-32-s", test_cycle_ends_at_32_s);
  g_test_add_func ("/operation/cycle/single-candidate", test_cycle_single_candidate);
  g_test_add_func ("/operation/cycle/needs-short-timeout", test_cycle_needs_short_timeout);
  g_test_add_func ("/operation/cycle/is-paced", test_cycle_is_paced);
  g_test_add_func ("/operation/cycle/all-refuse", test_cycle_all_refuse);
  g_test_add_func ("/operation/cycle/passes-over", test_cycle_passes_over);
  g_test_add_func ("/operation/cycle/uses-the-table", test_cycle_uses_the_table);
  return g_test_run ();
}
