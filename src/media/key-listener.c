/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "key-listener.h"

#include <math.h>

/* See key-listener.h. Blocks of 12.75 ms, and in each the power at the eight frequencies (Goertzel). A block has a key
 * when one of the low and one of the high ones hold nearly all of its power, at about the same level. */

#define BLOCKS_PER_SECOND 78.43
#define N_LOWS 4
#define N_TONES 8
#define BEGINNING 2   /* blocks in a row with a key: it has begun */
#define END 3         /* blocks in a row without it: it is over */
#define QUIETEST 1e-4 /* of full scale, power of one of the two: -40 dBFS */
#define PURITY 0.7    /* of the block's power, both together */
#define TWIST 6.5     /* power, of one to the other: 8 dB */
#define DISTANCE 6.3  /* power, of one to the next best of its group: 8 dB */

static const double frequencies[N_TONES] = { 697, 770, 852, 941, 1209, 1336, 1477, 1633 };
static const char keys[] = "123A456B789C*0#D";

struct _TandemKeyListener
{
  guint block, taken; /* samples */
  double coefficients[N_TONES];
  double before[N_TONES], before_that[N_TONES];
  double power;
  char last, key; /* of the last block; that goes on */
  guint repeats, misses;
};

TandemKeyListener *
tandem_key_listener_new (guint rate)
{
  TandemKeyListener *self = g_new0 (TandemKeyListener, 1);

  self->block = (guint) (rate / BLOCKS_PER_SECOND);
  for (guint i = 0; i < N_TONES; i++)
    self->coefficients[i] = 2 * cos (2 * G_PI * frequencies[i] / rate);
  return self;
}

void
tandem_key_listener_free (TandemKeyListener *self)
{
  g_free (self);
}

/* The strongest of a group, when it is much stronger than the others; else -1. */
static int
find_strongest (const double *powers, guint n)
{
  guint best = 0;

  for (guint i = 1; i < n; i++)
    if (powers[i] > powers[best])
      best = i;
  for (guint i = 0; i < n; i++)
    if (i != best && powers[i] * DISTANCE > powers[best])
      return -1;
  return (int) best;
}

static char
judge_block (TandemKeyListener *self)
{
  const double samples = self->block, all = self->power / samples;
  double powers[N_TONES];
  int low, high;

  for (guint i = 0; i < N_TONES; i++)
    powers[i] = 2
                * (self->before[i] * self->before[i] + self->before_that[i] * self->before_that[i]
                   - self->coefficients[i] * self->before[i] * self->before_that[i])
                / (samples * samples);
  low = find_strongest (powers, N_LOWS);
  high = find_strongest (powers + N_LOWS, N_TONES - N_LOWS);
  if (low < 0 || high < 0)
    return '\0';
  high += N_LOWS;
  if (powers[low] < QUIETEST || powers[high] < QUIETEST || powers[low] > TWIST * powers[high]
      || powers[high] > TWIST * powers[low] || powers[low] + powers[high] < PURITY * all)
    return '\0';
  return keys[low * N_LOWS + high - N_LOWS];
}

/* Returns: the key that begins with this block, or '\0' */
static char
end_block (TandemKeyListener *self)
{
  const char now = judge_block (self);
  char begun = '\0';

  self->repeats = now == self->last ? self->repeats + 1 : 1;
  self->last = now;
  self->misses = now == self->key ? 0 : self->misses + 1;
  if (self->key != '\0' && self->misses >= END)
    self->key = '\0';
  if (self->key == '\0' && now != '\0' && self->repeats >= BEGINNING)
    {
      self->key = begun = now;
      self->misses = 0;
    }
  self->taken = 0;
  self->power = 0;
  for (guint i = 0; i < N_TONES; i++)
    self->before[i] = self->before_that[i] = 0;
  return begun;
}

char
tandem_key_listener_take (TandemKeyListener *self, const gint16 *samples, gsize *n)
{
  for (gsize at = 0; at < *n; at++)
    {
      const double sample = samples[at] / 32768.0;

      self->power += sample * sample;
      for (guint i = 0; i < N_TONES; i++)
        {
          const double next
              = sample + self->coefficients[i] * self->before[i] - self->before_that[i];

          self->before_that[i] = self->before[i];
          self->before[i] = next;
        }
      if (++self->taken == self->block)
        {
          const char begun = end_block (self);

          if (begun != '\0')
            {
              *n = at + 1;
              return begun;
            }
        }
    }
  return '\0';
}
