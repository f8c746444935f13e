/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "g722.h"

#include <string.h>

/* See g722.h. The names of steps are those of the recommendation's blocks; numbers are its Q formats. */

static const int qmf[12] = { 3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11 };

static const int scale[32] = { 2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543,
                               2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025, 3091, 3158, 3228,
                               3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008 };

/* The lower band: where one of 30 intervals begins, the code of each, what codes mean. */
static const int low_levels[30]
    = { 0,   35,  72,  110, 150,  190,  233,  276,  323,  370,  422,  473,  530,  587,  650,
        714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919 };
static const guint8 low_negative[31]
    = { 0,  63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19,
        18, 17, 16, 15, 14, 13, 12, 11, 10, 9,  8,  7,  6,  5,  4 };
static const guint8 low_positive[31]
    = { 0,  61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47,
        46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32 };
static const int low_meaning[64]
    = { -136,   -136,   -136,  -136,  -24808, -21904, -19008, -16704, -14984, -13512, -12280,
        -11192, -10232, -9360, -8576, -7856,  -7192,  -6576,  -6000,  -5456,  -4944,  -4464,
        -4008,  -3576,  -3168, -2776, -2400,  -2032,  -1688,  -1360,  -1040,  -728,   24808,
        21904,  19008,  16704, 14984, 13512,  12280,  11192,  10232,  9360,   8576,   7856,
        7192,   6576,   6000,  5456,  4944,   4464,   4008,   3576,   3168,   2776,   2400,
        2032,   1688,   1360,  1040,  728,    432,    136,    -432,   -136 };
static const int low_coarse[16] = { 0,     -20456, -12896, -8968, -6288, -4240, -2584, -1200,
                                    20456, 12896,  8968,   6288,  4240,  2584,  1200,  0 };
static const int low_growth[16]
    = { -60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60 };

static const int high_meaning[4] = { -7408, -1616, 7408, 1616 };
static const int high_growth[4] = { 798, -214, 798, -214 };

static int
saturate (int value)
{
  return CLAMP (value, G_MININT16, G_MAXINT16);
}

static gboolean
is_same_sign (int one, int other)
{
  return (one < 0) == (other < 0);
}

/* UPPOL2, UPPOL1: the two poles. */
static void
adapt_poles (TandemG722Band *band)
{
  int *a = band->a, *p = band->p;
  int turn = saturate (4 * a[1]), second, first, limit;

  second = MIN (is_same_sign (p[0], p[1]) ? -turn : turn, G_MAXINT16) >> 7;
  second += is_same_sign (p[0], p[2]) ? 128 : -128;
  second = CLAMP (second + ((a[2] * 32512) >> 15), -12288, 12288);
  first = saturate ((is_same_sign (p[0], p[1]) ? 192 : -192) + ((a[1] * 32640) >> 15));
  limit = saturate (15360 - second);
  a[1] = CLAMP (first, -limit, limit);
  a[2] = second;
}

/* UPZERO: the six zeros. */
static void
adapt_zeros (TandemG722Band *band)
{
  int step = band->d[0] == 0 ? 0 : 128;

  for (guint i = 1; i < 7; i++)
    {
      int turn = is_same_sign (band->d[i], band->d[0]) ? step : -step;

      band->b[i] = saturate (turn + ((band->b[i] * 32640) >> 15));
    }
}

/* Block 4: from a difference to the next prediction. */
static void
predict (TandemG722Band *band, int difference)
{
  int poles;

  band->d[0] = difference;
  band->r[0] = saturate (band->s + difference);
  band->p[0] = saturate (band->sz + difference);
  adapt_poles (band);
  adapt_zeros (band);
  memmove (band->d + 1, band->d, 6 * sizeof *band->d);
  memmove (band->r + 1, band->r, 2 * sizeof *band->r);
  memmove (band->p + 1, band->p, 2 * sizeof *band->p);

  poles = saturate (((band->a[1] * saturate (2 * band->r[1])) >> 15)
                    + ((band->a[2] * saturate (2 * band->r[2])) >> 15));
  band->sz = 0;
  for (guint i = 1; i < 7; i++)
    band->sz += (band->b[i] * saturate (2 * band->d[i])) >> 15;
  band->sz = saturate (band->sz);
  band->s = saturate (poles + band->sz);
}

/* LOGSCL, SCALEL and those of the upper band: the quantizer's step. */
static void
adapt_step (TandemG722Band *band, int growth, int most, int shift)
{
  int by, value;

  band->nb = CLAMP (((band->nb * 127) >> 7) + growth, 0, most);
  value = scale[(band->nb >> 6) & 31];
  by = shift - (band->nb >> 11);
  band->det = (by < 0 ? value << -by : value >> by) * 4;
}

static void
take_low (TandemG722Band *band, guint code)
{
  int difference = (band->det * low_coarse[code >> 2]) >> 15;

  adapt_step (band, low_growth[code >> 2], 18432, 8);
  predict (band, difference);
}

static void
take_high (TandemG722Band *band, guint code)
{
  int difference = (band->det * high_meaning[code]) >> 15;

  adapt_step (band, high_growth[code], 22528, 10);
  predict (band, difference);
}

static guint
quantize_low (const TandemG722Band *band, int sample)
{
  int error = saturate (sample - band->s);
  int magnitude = error >= 0 ? error : -(error + 1);
  guint i = 1;

  while (i < G_N_ELEMENTS (low_levels) && magnitude >= (low_levels[i] * band->det) >> 12)
    i++;
  return error < 0 ? low_negative[i] : low_positive[i];
}

static guint
quantize_high (const TandemG722Band *band, int sample)
{
  int error = saturate (sample - band->s);
  int magnitude = error >= 0 ? error : -(error + 1);
  gboolean is_wide = magnitude >= (564 * band->det) >> 12;

  if (error < 0)
    return is_wide ? 0 : 1;
  return is_wide ? 2 : 3;
}

static void
filter (const int *window, int *even, int *odd)
{
  *even = *odd = 0;
  for (guint i = 0; i < 12; i++)
    {
      *odd += window[2 * i] * qmf[i];
      *even += window[2 * i + 1] * qmf[11 - i];
    }
}

void
tandem_g722_init (TandemG722 *self)
{
  *self = (TandemG722){ .low.det = 32, .high.det = 8 };
}

void
tandem_g722_encode (TandemG722 *self, const gint16 *samples, gsize n, guint8 *bytes)
{
  for (gsize i = 0; i + 1 < n; i += 2)
    {
      int even, odd;
      guint low, high;

      memmove (self->window, self->window + 2, 22 * sizeof *self->window);
      self->window[22] = samples[i];
      self->window[23] = samples[i + 1];
      filter (self->window, &even, &odd);
      low = quantize_low (&self->low, (even + odd) >> 14);
      high = quantize_high (&self->high, (even - odd) >> 14);
      take_low (&self->low, low);
      take_high (&self->high, high);
      bytes[i / 2] = (guint8) (high << 6 | low);
    }
}

void
tandem_g722_decode (TandemG722 *self, const guint8 *bytes, gsize n, gint16 *samples)
{
  for (gsize i = 0; i < n; i++)
    {
      guint low_code = bytes[i] & 0x3f, high_code = bytes[i] >> 6;
      int even, odd, low, high;

      low = self->low.s + ((self->low.det * low_meaning[low_code]) >> 15);
      low = CLAMP (low, -16384, 16383);
      high = self->high.s + ((self->high.det * high_meaning[high_code]) >> 15);
      high = CLAMP (high, -16384, 16383);
      take_low (&self->low, low_code);
      take_high (&self->high, high_code);
      memmove (self->window, self->window + 2, 22 * sizeof *self->window);
      self->window[22] = low + high;
      self->window[23] = low - high;
      filter (self->window, &even, &odd);
      samples[2 * i] = (gint16) saturate (even >> 11);
      samples[2 * i + 1] = (gint16) saturate (odd >> 11);
    }
}
