/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backoff.h"
#include "pool.h"

/* Bounds, doubling and spread of what keeps phones out of step. */

#define DRAWS 20000

/* All values within [low, high], reaching near both ends, and about evenly: each tenth of the range
 * gets between half and twice its share. */
static void
check_uniform (const gint64 *values, gint64 low, gint64 high)
{
  guint tenths[10] = { 0 };

  for (guint i = 0; i < DRAWS; i++)
    {
      assert_between (values[i], low, high);
      tenths[MIN ((values[i] - low) * 10 / (high - low), 9)]++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (tenths); i++)
    assert_between (tenths[i], DRAWS / 20, DRAWS / 5);
}

static void
test_jitter (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autofree gint64 *values = g_new (gint64, DRAWS);

  for (guint i = 0; i < DRAWS; i++)
    values[i] = tandem_backoff_jitter (30 * SECOND, 0.1, rand);
  check_uniform (values, 27 * SECOND, 33 * SECOND);
  for (guint i = 0; i < DRAWS; i++)
    values[i] = tandem_backoff_jitter (15 * SECOND, 0.2, rand);
  check_uniform (values, 12 * SECOND, 18 * SECOND);
  g_assert_cmpint (tandem_backoff_jitter (0, 0.1, rand), ==, 0);
}

static void
test_doubling (void)
{
  static const gint64 base[] = { 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1800, 1800, 1800 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  g_autofree gint64 *values = g_new (gint64, DRAWS);

  for (guint k = 0; k < G_N_ELEMENTS (base); k++)
    {
      for (guint i = 0; i < DRAWS; i++)
        values[i] = tandem_backoff_delay (k, rand);
      check_uniform (values, base[k] * SECOND / 2, base[k] * SECOND * 3 / 2);
    }
}

static void
test_doubling_ends (void)
{
  static const guint ks[] = { 63, 64, 65, 1000, G_MAXUINT };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint i = 0; i < G_N_ELEMENTS (ks); i++)
    assert_between (tandem_backoff_delay (ks[i], rand), 900 * SECOND, 2700 * SECOND);
}

static void
test_spread (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  g_autofree gint64 *values = g_new (gint64, DRAWS);

  for (guint i = 0; i < DRAWS; i++)
    values[i] = tandem_backoff_spread (10 * SECOND, rand);
  check_uniform (values, 0, 10 * SECOND);
  g_assert_cmpint (tandem_backoff_spread (0, rand), ==, 0);
  g_assert_cmpint (tandem_backoff_spread (-5, rand), ==, 0);
}

static void
test_seeded (void)
{
  g_autoptr (GRand) one = g_rand_new_with_seed (5);
  g_autoptr (GRand) same = g_rand_new_with_seed (5);
  g_autoptr (GRand) other = g_rand_new_with_seed (6);
  guint different = 0;

  for (guint k = 0; k < 20; k++)
    {
      gint64 delay = tandem_backoff_delay (k, one);

      g_assert_cmpint (delay, ==, tandem_backoff_delay (k, same));
      different += delay != tandem_backoff_delay (k, other);
    }
  g_assert_cmpuint (different, ==, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backoff/jitter", test_jitter);
  g_test_add_func ("/backoff/doubling", test_doubling);
  g_test_add_func ("/backoff/doubling-ends", test_doubling_ends);
  g_test_add_func ("/backoff/spread", test_spread);
  g_test_add_func ("/backoff/seeded", test_seeded);
  return g_test_run ();
}
