/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backoff.h"

/* See backoff.h. */

#define FIRST_DELAY (G_GINT64_CONSTANT (4) * G_USEC_PER_SEC)
#define LONGEST_DELAY (G_GINT64_CONSTANT (1800) * G_USEC_PER_SEC)

/**
 * tandem_backoff_jitter:
 * @duration: us
 * @fraction: 0.1 for +-10 %
 * @rand: the random source
 *
 * Returns: @duration times a random 1 - @fraction to 1 + @fraction, in us
 */
gint64
tandem_backoff_jitter (gint64 duration, double fraction, GRand *rand)
{
  return (gint64) ((double) duration * g_rand_double_range (rand, 1 - fraction, 1 + fraction));
}

/**
 * tandem_backoff_delay:
 * @k: how many delays there were before, from 0
 * @rand: the random source
 *
 * Returns: 4 s * 2^@k, 1800 s at most, times a random 0.5 to 1.5, in us
 */
gint64
tandem_backoff_delay (guint k, GRand *rand)
{
  gint64 delay = k < 10 ? MIN (FIRST_DELAY << k, LONGEST_DELAY) : LONGEST_DELAY;

  return (gint64) ((double) delay * g_rand_double_range (rand, 0.5, 1.5));
}

/**
 * tandem_backoff_spread:
 * @spread: us; none when 0 or less
 * @rand: the random source
 *
 * Returns: a random 0 to @spread, in us
 */
gint64
tandem_backoff_spread (gint64 spread, GRand *rand)
{
  return spread > 0 ? (gint64) ((double) spread * g_rand_double (rand)) : 0;
}
