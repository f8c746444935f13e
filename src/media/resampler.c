/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "resampler.h"

#include <math.h>
#include <string.h>

/* See resampler.h. A windowed sinc as low pass, in phases: 32 taps of the slower rate. Whole numbers of 16 bits,
 * as processors multiply and add those eight at a time; the magnitudes of a phase sum up to less than 2,
 * so that 32 bits hold every sum. */

#define TAPS 32
#define MAX_FACTOR 6
#define PASS 0.90 /* of half the slower rate */
#define FRACTION 14

struct _TandemResampler
{
  guint factor;
  gboolean to_codec;
  gint16 taps[TAPS * MAX_FACTOR]; /* to the codec: backwards in time; else by phase */
  gint16 buffer[TAPS * MAX_FACTOR + TANDEM_RESAMPLER_MAX];
};

static double
tap (guint i, guint n, guint factor)
{
  double at = (double) i - (n - 1) / 2.0;
  double cutoff = PASS / factor;
  double sinc = at == 0 ? cutoff : sin (G_PI * cutoff * at) / (G_PI * at);

  return sinc * (0.54 - 0.46 * cos (2 * G_PI * i / (n - 1)));
}

static gint16
to_tap (double value)
{
  return (gint16) lrint (value * (1 << FRACTION));
}

TandemResampler *
tandem_resampler_new (guint rate, gboolean to_codec)
{
  TandemResampler *self = g_new0 (TandemResampler, 1);
  guint n;

  self->factor = TANDEM_SAMPLE_RATE / rate;
  self->to_codec = to_codec;
  n = TAPS * self->factor;
  for (guint i = 0; i < n; i++)
    {
      if (to_codec)
        self->taps[i] = to_tap (tap (i, n, self->factor));
      else
        self->taps[(i % self->factor) * TAPS + TAPS - 1 - i / self->factor]
            = to_tap (tap (i, n, self->factor) * self->factor);
    }
  return self;
}

void
tandem_resampler_free (TandemResampler *self)
{
  g_free (self);
}

static inline gint16
convolve (const gint16 *taps, const gint16 *samples, guint n)
{
  gint32 sum = 0;

  for (guint i = 0; i < n; i++)
    sum += taps[i] * samples[i];
  return (gint16) CLAMP ((sum + (1 << (FRACTION - 1))) >> FRACTION, G_MININT16, G_MAXINT16);
}

/* n known when this is compiled makes the difference. */
static gint16
convolve_all (const gint16 *taps, const gint16 *samples, guint factor)
{
  return factor == MAX_FACTOR ? convolve (taps, samples, TAPS * MAX_FACTOR)
                              : convolve (taps, samples, TAPS * MAX_FACTOR / 2);
}

guint
tandem_resampler_run (TandemResampler *self, const gint16 *in, guint n, gint16 *out)
{
  guint history = (self->to_codec ? TAPS * self->factor : TAPS) - 1;
  guint made = 0;

  g_return_val_if_fail (n <= TANDEM_RESAMPLER_MAX, 0);

  if (self->factor == 1)
    {
      memcpy (out, in, n * sizeof *in);
      return n;
    }
  memcpy (self->buffer + history, in, n * sizeof *in);
  if (self->to_codec)
    {
      for (guint i = 0; i + self->factor <= n; i += self->factor)
        out[made++] = convolve_all (self->taps, self->buffer + i + self->factor - 1, self->factor);
    }
  else
    {
      for (guint i = 0; i < n; i++)
        for (guint phase = 0; phase < self->factor; phase++)
          out[made++] = convolve (self->taps + phase * TAPS, self->buffer + i, TAPS);
    }
  memmove (self->buffer, self->buffer + n, history * sizeof *self->buffer);
  return made;
}
