/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "operation.h"

/* A pool of sample proxies, a clock that the test turns itself, and settings as shipped. */

#define MS G_GINT64_CONSTANT (1000)
#define SECOND (G_GINT64_CONSTANT (1000) * MS)
#define TIMEOUT (4 * SECOND)
#define START (12345 * SECOND)

typedef struct
{
  TandemHealthTable *health;
  GRand *rand;
  TandemOperationSettings settings;
  TandemCandidate candidates[8];
  guint n;
  gint64 now;
} Pool;

static inline void
pool_fill (Pool *pool, guint n, TandemTransport transport)
{
  pool->n = n;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *address = g_strdup_printf ("192.0.2.%u", i + 1);

      g_assert_true (tandem_candidate_init (&pool->candidates[i], address, 5060, transport));
    }
}

static inline void
pool_init (Pool *pool, guint n)
{
  *pool = (Pool){
    .health = tandem_health_table_new (),
    .rand = g_rand_new_with_seed (20),
    .settings = { .transaction_timeout = TIMEOUT,
                  .reg_interval = 30 * SECOND,
                  .registration_failover = TANDEM_FAILOVER_PROMPT,
                  .reg_spread = 2 * SECOND },
    .now = START,
  };
  pool_fill (pool, n, TANDEM_TRANSPORT_UDP);
}

static inline void
pool_clear (Pool *pool)
{
  tandem_health_table_free (pool->health);
  g_rand_free (pool->rand);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pool, pool_clear)

static inline TandemOperation *
pool_operation (Pool *pool, TandemOperationKind kind)
{
  return tandem_operation_new (kind, &pool->settings, pool->health, pool->rand);
}

static inline TandemStep
pool_begin (Pool *pool, TandemOperation *operation)
{
  return tandem_operation_begin (operation, pool->candidates, pool->n, NULL, pool->now);
}

static inline gint64
pool_penalty (Pool *pool, guint i)
{
  TandemHealth health;

  tandem_health_table_get (pool->health, &pool->candidates[i], pool->now, &health);
  return health.penalty;
}

static inline int
pool_index (Pool *pool, const TandemCandidate *candidate)
{
  for (guint i = 0; i < pool->n; i++)
    {
      if (tandem_candidate_equal (&pool->candidates[i], candidate))
        return (int) i;
    }
  return -1;
}

#define assert_sends(pool, step, i)                                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_cmpint ((step).action, ==, TANDEM_STEP_SEND);                                         \
    g_assert_cmpint (pool_index ((pool), &(step).candidate), ==, (i));                             \
  }                                                                                                \
  G_STMT_END

#define assert_between(value, low, high)                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_cmpint ((value), >=, (low));                                                          \
    g_assert_cmpint ((value), <=, (high));                                                         \
  }                                                                                                \
  G_STMT_END
