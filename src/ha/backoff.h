/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Jitter, doubling and spread: when to try again so that ten thousand phones do not do it at once.
 * All take the random source, so that a test can seed it. Durations in microseconds. */

/* duration times 1 +- fraction, uniformly. */
gint64 tandem_backoff_jitter (gint64 duration, double fraction, GRand *rand);
/* 4 s * 2^k up to 1800 s, times a random 0.5-1.5. k counts from 0. */
gint64 tandem_backoff_delay (guint k, GRand *rand);
/* Uniform in [0, spread]. */
gint64 tandem_backoff_spread (gint64 spread, GRand *rand);

G_END_DECLS
