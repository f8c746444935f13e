/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "health-table.h"
#include "pool.h"

/* Choosing a candidate: penalties, their age, ties, bars, and forgiving. */

#define PENALTY (600 * SECOND)

static int
choose (Pool *pool)
{
  return tandem_health_table_choose (pool->health, pool->candidates, pool->n, NULL, pool->now);
}

static void
fail (Pool *pool, guint i)
{
  tandem_health_table_failed (pool->health, &pool->candidates[i], "sample", pool->now);
}

static void
answer (Pool *pool, guint i)
{
  tandem_health_table_answered (pool->health, &pool->candidates[i], 5 * MS, pool->now);
}

static void
test_dns_order (void)
{
  g_auto (Pool) pool;
  TandemCandidate first;

  pool_init (&pool, 3);
  g_assert_cmpint (choose (&pool), ==, 0);
  answer (&pool, 2);
  answer (&pool, 1);
  g_assert_cmpint (choose (&pool), ==, 0);
  first = pool.candidates[0];
  pool.candidates[0] = pool.candidates[2];
  pool.candidates[2] = first;
  g_assert_cmpint (choose (&pool), ==, 0);
  g_assert_cmpint (tandem_health_table_choose (pool.health, NULL, 0, NULL, pool.now), ==, -1);
}

/* Ten minutes to the microsecond, and they pass in one. */
static void
test_penalty_ages (void)
{
  g_auto (Pool) pool;

  pool_init (&pool, 2);
  fail (&pool, 0);
  g_assert_cmpint (pool_penalty (&pool, 0), ==, PENALTY);
  g_assert_cmpint (choose (&pool), ==, 1);
  pool.now += 250 * SECOND;
  g_assert_cmpint (pool_penalty (&pool, 0), ==, 350 * SECOND);
  pool.now = START + PENALTY - 1;
  g_assert_cmpint (pool_penalty (&pool, 0), ==, 1);
  g_assert_cmpint (choose (&pool), ==, 1);
  pool.now++;
  g_assert_cmpint (pool_penalty (&pool, 0), ==, 0);
  g_assert_cmpint (choose (&pool), ==, 0);
  pool.now += 1000 * PENALTY;
  g_assert_cmpint (pool_penalty (&pool, 0), ==, 0);
}

static void
test_least_recently_failed (void)
{
  g_auto (Pool) pool;

  pool_init (&pool, 3);
  fail (&pool, 1);
  pool.now += SECOND;
  fail (&pool, 0);
  pool.now += SECOND;
  fail (&pool, 2);
  g_assert_cmpint (choose (&pool), ==, 1);
  fail (&pool, 1);
  g_assert_cmpint (choose (&pool), ==, 0);
  pool.now += PENALTY - 1 * SECOND;
  g_assert_cmpint (choose (&pool), ==, 0);
  pool.now += SECOND;
  g_assert_cmpint (choose (&pool), ==, 0);
}

static void
test_failing_together (void)
{
  g_auto (Pool) pool;

  pool_init (&pool, 3);
  fail (&pool, 2);
  fail (&pool, 1);
  fail (&pool, 0);
  g_assert_cmpint (choose (&pool), ==, 0);
}

static void
test_answer_keeps_penalty (void)
{
  g_auto (Pool) pool;

  pool_init (&pool, 2);
  fail (&pool, 0);
  for (guint i = 0; i < 599; i++)
    {
      pool.now += SECOND;
      answer (&pool, 0);
      g_assert_cmpint (choose (&pool), ==, 1);
    }
  g_assert_cmpint (pool_penalty (&pool, 0), ==, SECOND);
}

static void
test_failure_renews (void)
{
  g_auto (Pool) pool;

  pool_init (&pool, 2);
  fail (&pool, 0);
  pool.now += 599 * SECOND;
  fail (&pool, 0);
  g_assert_cmpint (pool_penalty (&pool, 0), ==, PENALTY);
}

static void
test_answered_since (void)
{
  g_auto (Pool) pool;
  TandemHealth health;

  pool_init (&pool, 3);
  answer (&pool, 0);
  for (guint i = 0; i < 3; i++)
    {
      fail (&pool, i);
      pool.now += SECOND;
    }
  tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health);
  g_assert_false (health.answered_since);
  g_assert_cmpint (choose (&pool), ==, 0);
  answer (&pool, 2);
  g_assert_cmpint (choose (&pool), ==, 2);
  answer (&pool, 1);
  g_assert_cmpint (choose (&pool), ==, 1);
  fail (&pool, 1);
  g_assert_cmpint (choose (&pool), ==, 2);
  fail (&pool, 2);
  g_assert_cmpint (choose (&pool), ==, 0);
}

/* It counts between penalised ones only: one without penalty goes before, DNS order among those. */
static void
test_answered_since_is_no_merit (void)
{
  g_auto (Pool) pool;

  pool_init (&pool, 3);
  fail (&pool, 2);
  answer (&pool, 2);
  g_assert_cmpint (choose (&pool), ==, 0);
  fail (&pool, 0);
  g_assert_cmpint (choose (&pool), ==, 1);
}

static void
test_tried (void)
{
  g_auto (Pool) pool;
  gboolean tried[3] = { TRUE, FALSE, FALSE };

  pool_init (&pool, 3);
#define CHOOSE tandem_health_table_choose (pool.health, pool.candidates, 3, tried, pool.now)
  g_assert_cmpint (CHOOSE, ==, 1);
  fail (&pool, 1);
  g_assert_cmpint (CHOOSE, ==, 2);
  fail (&pool, 2);
  g_assert_cmpint (CHOOSE, ==, 1);
  tried[1] = TRUE;
  g_assert_cmpint (CHOOSE, ==, 2);
  tried[2] = TRUE;
  g_assert_cmpint (CHOOSE, ==, 0);
#undef CHOOSE
}

static void
test_bar (void)
{
  g_auto (Pool) pool;
  TandemHealth health;

  pool_init (&pool, 3);
  tandem_health_table_bar (pool.health, &pool.candidates[0], 20 * SECOND, pool.now);
  tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health);
  g_assert_cmpint (health.barred, ==, 20 * SECOND);
  g_assert_cmpint (health.penalty, ==, 0);
  g_assert_false (health.ever_failed);
  g_assert_cmpint (choose (&pool), ==, 1);
  fail (&pool, 1);
  fail (&pool, 2);
  g_assert_cmpint (choose (&pool), ==, 1);
  pool.now += 20 * SECOND - 1;
  g_assert_cmpint (choose (&pool), ==, 1);
  pool.now++;
  g_assert_cmpint (choose (&pool), ==, 0);
}

static void
test_bar_bounds (void)
{
  g_auto (Pool) pool;
  TandemHealth health;

  pool_init (&pool, 1);
  tandem_health_table_bar (pool.health, &pool.candidates[0], G_MAXINT64, pool.now);
  tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health);
  g_assert_cmpint (health.barred, ==, TANDEM_LONGEST_BAR);
  tandem_health_table_bar (pool.health, &pool.candidates[0], -1, pool.now);
  tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health);
  g_assert_cmpint (health.barred, ==, 0);
  g_assert_cmpint (choose (&pool), ==, 0);
}

static void
test_forgive (void)
{
  g_auto (Pool) pool;
  TandemHealth health;

  pool_init (&pool, 3);
  fail (&pool, 0);
  fail (&pool, 1);
  tandem_health_table_bar (pool.health, &pool.candidates[1], 20 * SECOND, pool.now);
  tandem_health_table_forgive (pool.health, &pool.candidates[1]);
  tandem_health_table_forgive (pool.health, &pool.candidates[2]);
  g_assert_cmpint (choose (&pool), ==, 1);
  g_assert_cmpint (pool_penalty (&pool, 0), ==, PENALTY);
  tandem_health_table_get (pool.health, &pool.candidates[1], pool.now, &health);
  g_assert_cmpint (health.penalty, ==, 0);
  g_assert_cmpint (health.barred, ==, 0);
  g_assert_true (health.ever_failed);
  g_assert_cmpstr (health.reason, ==, "sample");
  fail (&pool, 1);
  g_assert_cmpint (pool_penalty (&pool, 1), ==, PENALTY);
}

static void
test_forgive_all (void)
{
  g_auto (Pool) pool;

  pool_init (&pool, 3);
  for (guint i = 0; i < 3; i++)
    fail (&pool, i);
  tandem_health_table_bar (pool.health, &pool.candidates[0], 20 * SECOND, pool.now);
  tandem_health_table_forgive_all (pool.health);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (pool_penalty (&pool, i), ==, 0);
  g_assert_cmpint (choose (&pool), ==, 1);
}

static void
test_get (void)
{
  g_auto (Pool) pool;
  TandemHealth health;

  pool_init (&pool, 1);
  g_assert_false (tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health));
  g_assert_cmpint (health.round_trip, ==, -1);
  g_assert_cmpint (health.penalty, ==, 0);
  g_assert_null (health.reason);
  answer (&pool, 0);
  g_assert_true (tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health));
  g_assert_false (health.ever_failed);
  g_assert_false (health.answered_since);
  g_assert_cmpint (health.round_trip, ==, 5 * MS);
  g_assert_cmpint (health.last_heard, ==, START);
  pool.now += SECOND;
  tandem_health_table_answered (pool.health, &pool.candidates[0], -1, pool.now);
  tandem_health_table_failed (pool.health, &pool.candidates[0], "first", pool.now);
  tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health);
  g_assert_cmpint (health.round_trip, ==, 5 * MS);
  g_assert_cmpint (health.last_heard, ==, START + SECOND);
  g_assert_cmpint (health.last_failure, ==, START + SECOND);
  g_assert_cmpstr (health.reason, ==, "first");
  tandem_health_table_failed (pool.health, &pool.candidates[0], health.reason, pool.now);
  tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health);
  g_assert_cmpstr (health.reason, ==, "first");
  tandem_health_table_failed (pool.health, &pool.candidates[0], NULL, pool.now);
  tandem_health_table_get (pool.health, &pool.candidates[0], pool.now, &health);
  g_assert_null (health.reason);
}

/* Transport and port are part of what failed. */
static void
test_candidates_are_apart (void)
{
  g_auto (Pool) pool;

  pool_init (&pool, 3);
  pool.candidates[1] = pool.candidates[0];
  pool.candidates[1].transport = TANDEM_TRANSPORT_TCP;
  pool.candidates[2] = pool.candidates[0];
  pool.candidates[2].port = 5070;
  fail (&pool, 0);
  g_assert_cmpint (pool_penalty (&pool, 1), ==, 0);
  g_assert_cmpint (pool_penalty (&pool, 2), ==, 0);
}

static void
test_bounded (void)
{
  g_auto (Pool) pool;
  TandemCandidate candidate;
  TandemHealth health;
  guint known = 0;

  pool_init (&pool, 1);
  fail (&pool, 0);
  for (guint round = 0; round < 2; round++)
    {
      known = 0;
      for (guint i = 0; i < 3 * TANDEM_HEALTH_TABLE_SIZE; i++)
        {
          g_autofree char *address = g_strdup_printf ("10.%u.%u.%u", round, i / 250, 1 + i % 250);

          g_assert_true (tandem_candidate_init (&candidate, address, 5060, TANDEM_TRANSPORT_UDP));
          tandem_health_table_answered (pool.health, &candidate, -1, pool.now);
          if (i % 100 == 0)
            answer (&pool, 0);
        }
      for (guint i = 0; i < 3 * TANDEM_HEALTH_TABLE_SIZE; i++)
        {
          g_autofree char *address = g_strdup_printf ("10.%u.%u.%u", round, i / 250, 1 + i % 250);

          g_assert_true (tandem_candidate_init (&candidate, address, 5060, TANDEM_TRANSPORT_UDP));
          known += tandem_health_table_get (pool.health, &candidate, pool.now, &health);
        }
      g_assert_cmpuint (known, ==, TANDEM_HEALTH_TABLE_SIZE - 1);
    }
  g_assert_cmpint (pool_penalty (&pool, 0), ==, PENALTY);
}

typedef struct
{
  gint64 failed, heard, bar_end;
  gboolean forgiven;
} Known;

/* Whether a must go before b, both of the same tried-ness, straight from the rules. */
static gboolean
goes_before (const Known *a, const Known *b, gint64 now)
{
  gint64 penalty_a = a->failed < 0 || a->forgiven ? 0 : MAX (0, PENALTY - (now - a->failed));
  gint64 penalty_b = b->failed < 0 || b->forgiven ? 0 : MAX (0, PENALTY - (now - b->failed));

  if ((a->bar_end > now) != (b->bar_end > now))
    return b->bar_end > now;
  if ((penalty_a > 0) != (penalty_b > 0))
    return penalty_b > 0;
  if (penalty_a > 0 && (a->heard > a->failed) != (b->heard > b->failed))
    return a->heard > a->failed;
  return penalty_a < penalty_b;
}

static void
check_choice (Pool *pool, const Known *known, GRand *rand)
{
  gboolean tried[8];
  int chosen;

  for (guint i = 0; i < pool->n; i++)
    tried[i] = g_rand_int_range (rand, 0, 3) == 0;
  chosen = tandem_health_table_choose (pool->health, pool->candidates, pool->n, tried, pool->now);
  assert_between (chosen, 0, (int) pool->n - 1);
  for (guint i = 0; i < pool->n; i++)
    {
      if (tried[i] != tried[chosen])
        g_assert_true (tried[i]);
      else if ((int) i < chosen)
        g_assert_true (goes_before (&known[chosen], &known[i], pool->now));
      else
        g_assert_false (goes_before (&known[i], &known[chosen], pool->now));
    }
}

/* Random histories against the rules written down a second time. */
static void
test_random_histories (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (77);

  for (guint run = 0; run < 400; run++)
    {
      g_auto (Pool) pool;
      Known known[8];

      pool_init (&pool, (guint) g_rand_int_range (rand, 1, 9));
      for (guint i = 0; i < 8; i++)
        known[i] = (Known){ .failed = -1, .heard = -1, .bar_end = -1 };
      for (guint event = 0; event < 60; event++)
        {
          guint i = (guint) g_rand_int_range (rand, 0, (int) pool.n);

          pool.now += g_rand_int_range (rand, 1, (int) (60 * SECOND));
          switch (g_rand_int_range (rand, 0, 10))
            {
            case 0:
              tandem_health_table_forgive (pool.health, &pool.candidates[i]);
              known[i].forgiven = TRUE;
              known[i].bar_end = -1;
              break;
            case 1:
              tandem_health_table_bar (pool.health, &pool.candidates[i], 90 * SECOND, pool.now);
              known[i].bar_end = pool.now + 90 * SECOND;
              break;
            case 2:
            case 3:
            case 4:
              answer (&pool, i);
              known[i].heard = pool.now;
              break;
            default:
              fail (&pool, i);
              known[i].failed = pool.now;
              known[i].forgiven = FALSE;
              break;
            }
          check_choice (&pool, known, rand);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health-table/dns-order", test_dns_order);
  g_test_add_func ("/health-table/penalty-ages", test_penalty_ages);
  g_test_add_func ("/health-table/least-recently-failed", test_least_recently_failed);
  g_test_add_func ("/health-table/failing-together", test_failing_together);
  g_test_add_func ("/health-table/answer-keeps-penalty", test_answer_keeps_penalty);
  g_test_add_func ("/health-table/failure-renews", test_failure_renews);
  g_test_add_func ("/health-table/answered-since", test_answered_since);
  g_test_add_func ("/health-table/answered-since-is-no-merit", test_answered_since_is_no_merit);
  g_test_add_func ("/health-table/tried", test_tried);
  g_test_add_func ("/health-table/bar", test_bar);
  g_test_add_func ("/health-table/bar-bounds", test_bar_bounds);
  g_test_add_func ("/health-table/forgive", test_forgive);
  g_test_add_func ("/health-table/forgive-all", test_forgive_all);
  g_test_add_func ("/health-table/get", test_get);
  g_test_add_func ("/health-table/candidates-are-apart", test_candidates_are_apart);
  g_test_add_func ("/health-table/bounded", test_bounded);
  g_test_add_func ("/health-table/random-histories", test_random_histories);
  return g_test_run ();
}
