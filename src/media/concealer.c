/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "concealer.h"

#include <math.h>
#include <string.h>

/* See concealer.h. Lengths are in samples of the codec's rate. */

#define MAX_RATE 16000
#define HIGHEST 200 /* Hz; higher voices are found by a multiple of their period */
#define LOWEST 66
#define MAX_PITCH (MAX_RATE / LOWEST)
#define HISTORY (3 * MAX_PITCH)
#define FULL 10    /* ms without loss of level */
#define LONGEST 60 /* ms until silence */

struct _TandemConcealer
{
  guint rate;
  gint16 history[HISTORY]; /* the newest last */
  gint16 period[MAX_PITCH];
  guint pitch, position;
  guint filled; /* of the loss under way */
  double offset;
};

TandemConcealer *
tandem_concealer_new (guint rate)
{
  TandemConcealer *self = g_new0 (TandemConcealer, 1);

  self->rate = MIN (rate, MAX_RATE);
  return self;
}

void
tandem_concealer_free (TandemConcealer *self)
{
  g_free (self);
}

static void
remember (TandemConcealer *self, const gint16 *samples, guint n)
{
  if (n >= HISTORY)
    {
      memcpy (self->history, samples + n - HISTORY, sizeof self->history);
      return;
    }
  memmove (self->history, self->history + n, (HISTORY - n) * sizeof *self->history);
  memcpy (self->history + HISTORY - n, samples, n * sizeof *samples);
}

/* The lag at which the last 20 ms are most like themselves. */
static guint
find_pitch (TandemConcealer *self)
{
  guint shortest = self->rate / HIGHEST, longest = self->rate / LOWEST;
  guint n = self->rate / 50, best = shortest;
  const gint16 *end = self->history + HISTORY;
  double highest = -1;

  n = MIN (n, HISTORY - longest);
  for (guint lag = shortest; lag <= longest; lag++)
    {
      double product = 0, energy = 1, likeness;

      for (guint i = 1; i <= n; i++)
        {
          double then = *(end - i - lag);

          product += *(end - i) * then;
          energy += then * then;
        }
      likeness = product / sqrt (energy);
      if (likeness <= highest)
        continue;
      highest = likeness;
      best = lag;
    }
  return best;
}

/* One period whose end flows into its beginning. */
static void
begin (TandemConcealer *self)
{
  const gint16 *end = self->history + HISTORY;
  guint blend;

  self->pitch = find_pitch (self);
  self->position = 0;
  blend = self->pitch / 4;
  for (guint i = 0; i < self->pitch; i++)
    {
      int sample = *(end - self->pitch + i);
      guint left = self->pitch - i;

      if (left <= blend)
        {
          int before = *(end - 2 * self->pitch + i);

          sample = (sample * (int) left + before * (int) (blend - left)) / (int) blend;
        }
      self->period[i] = (gint16) sample;
    }
  self->offset = 2.0 * end[-1] - end[-2] - self->period[0];
}

static gint16
next (TandemConcealer *self)
{
  double ms = self->filled * 1000.0 / self->rate;
  double gain = CLAMP ((LONGEST - ms) / (LONGEST - FULL), 0, 1);
  double sample = self->period[self->position] + self->offset;

  self->offset *= 1 - 4.0 / self->pitch;
  self->position = (self->position + 1) % self->pitch;
  self->filled++;
  return (gint16) CLAMP (sample * gain, G_MININT16, G_MAXINT16);
}

guint
tandem_concealer_fill (TandemConcealer *self, gint16 *samples, guint n)
{
  guint most = LONGEST * self->rate / 1000;

  if (self->filled >= most)
    return 0;
  if (self->filled == 0)
    begin (self);
  n = MIN (n, most - self->filled);
  for (guint i = 0; i < n; i++)
    samples[i] = next (self);
  return n;
}

void
tandem_concealer_take (TandemConcealer *self, gint16 *samples, guint n)
{
  if (self->filled > 0)
    {
      guint blend = MIN (n, self->rate / 200);

      for (guint i = 0; i < blend; i++)
        samples[i]
            = (gint16) ((next (self) * (int) (blend - i) + samples[i] * (int) i) / (int) blend);
      self->filled = 0;
    }
  remember (self, samples, n);
}
