/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backoff.h"

/* See backoff.h. */

#define FIRST_DELAY (G_GINT64_CONSTANT (4) * G_USEC_PER_SEC)
#define LONGEST_DELAY (G_GINT64_CONSTANT (1800) * G_USEC_PER_SEC)

gint64
tandem_backoff_jitter (gint64 duration, double fraction, GRand *rand)
{
  return (gint64) ((double) duration * g_rand_double_range (rand, 1 - fraction, 1 + fraction));
}

gint64
tandem_backoff_delay (guint k, GRand *rand)
{
  gint64 delay = k < 10 ? MIN (FIRST_DELAY << k, LONGEST_DELAY) : LONGEST_DELAY;

  return (gint64) ((double) delay * g_rand_double_range (rand, 0.5, 1.5));
}

gint64
tandem_backoff_spread (gint64 spread, GRand *rand)
{
  return spread > 0 ? (gint64) ((double) spread * g_rand_double (rand)) : 0;
}
