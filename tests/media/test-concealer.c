/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "concealer.h"

#include <math.h>
#include <string.h>

/* How near to the true sound the filled-in one is. */

#define MS(rate) ((rate) / 1000)

/* A voiced sound: a fundamental with harmonics, as long as it takes. */
static void
make_voice (gint16 *samples, guint n, guint rate, double pitch)
{
  for (guint i = 0; i < n; i++)
    {
      double value = 0, t = (double) i / rate;

      for (int k = 1; k <= 8; k++)
        value += sin (2 * G_PI * pitch * k * t + k) / k;
      samples[i] = (gint16) (5000 * value);
    }
}

/* Signal to error in dB when every tenth packet of 20 ms is lost; fill: with the concealer. */
static double
measure (guint rate, double pitch, gboolean fill)
{
  g_autoptr (TandemConcealer) concealer = tandem_concealer_new (rate);
  guint packet = 20 * MS (rate), n = 100 * packet;
  g_autofree gint16 *truth = g_new (gint16, n);
  double signal = 0, error = 0;

  make_voice (truth, n, rate, pitch);
  for (guint at = 0; at < n; at += packet)
    {
      gint16 heard[320] = { 0 };

      if (at / packet % 10 != 9)
        {
          memcpy (heard, truth + at, packet * sizeof *heard);
          tandem_concealer_take (concealer, heard, packet);
        }
      else if (fill)
        g_assert_cmpuint (tandem_concealer_fill (concealer, heard, packet), ==, packet);
      for (guint i = 0; i < packet; i++)
        {
          signal += (double) truth[at + i] * truth[at + i];
          error += pow (truth[at + i] - heard[i], 2);
        }
    }
  return 10 * log10 (signal / (error + 1));
}

static void
test_voice (void)
{
  static const double pitches[] = { 90, 120, 150, 185, 220, 310 };

  for (guint i = 0; i < G_N_ELEMENTS (pitches); i++)
    for (guint rate = 8000; rate <= 16000; rate += 8000)
      {
        double with = measure (rate, pitches[i], TRUE), without = measure (rate, pitches[i], FALSE);

        g_test_message ("%u Hz, voice of %.0f Hz: %.1f dB, silence %.1f dB", rate, pitches[i], with,
                        without);
        g_assert_cmpfloat (with, >, without + 5);
      }
}

static void
test_fades (void)
{
  g_autoptr (TandemConcealer) concealer = tandem_concealer_new (8000);
  gint16 samples[800], filled[160];
  guint total = 0, n;
  int before = G_MAXINT16;

  make_voice (samples, 800, 8000, 120);
  tandem_concealer_take (concealer, samples, 800);
  while ((n = tandem_concealer_fill (concealer, filled, 160)) > 0)
    {
      int highest = 0;

      for (guint i = 0; i < n; i++)
        highest = MAX (highest, ABS (filled[i]));
      g_assert_cmpint (highest, <=, before);
      before = highest;
      total += n;
    }
  g_assert_cmpuint (total, ==, 480);
  g_assert_cmpint (ABS (filled[159]), <, 500);
}

/* Neither where it begins nor where it ends may it click. */
static void
test_seams (void)
{
  g_autoptr (TandemConcealer) concealer = tandem_concealer_new (8000);
  gint16 samples[3200], all[3200];
  int own = 0, most = 0;

  make_voice (samples, 3200, 8000, 137);
  for (guint i = 1; i < 3200; i++)
    own = MAX (own, ABS (samples[i] - samples[i - 1]));
  for (guint at = 0; at < 3200; at += 160)
    {
      memcpy (all + at, samples + at, 160 * sizeof *all);
      if (at / 160 % 5 == 4)
        tandem_concealer_fill (concealer, all + at, 160);
      else
        tandem_concealer_take (concealer, all + at, 160);
    }
  for (guint i = 1; i < 3200; i++)
    most = MAX (most, ABS (all[i] - all[i - 1]));
  g_assert_cmpint (most, <, own * 3 / 2);
}

static void
test_nothing_before (void)
{
  g_autoptr (TandemConcealer) concealer = tandem_concealer_new (16000);
  gint16 samples[320];

  g_assert_cmpuint (tandem_concealer_fill (concealer, samples, 320), ==, 320);
  for (guint i = 0; i < 320; i++)
    g_assert_cmpint (samples[i], ==, 0);
  for (guint i = 0; i < 320; i++)
    samples[i] = i % 2 ? G_MAXINT16 : G_MININT16;
  for (guint i = 0; i < 5; i++)
    {
      tandem_concealer_take (concealer, samples, 320);
      tandem_concealer_fill (concealer, samples, 100);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/concealer/voice", test_voice);
  g_test_add_func ("/concealer/fades", test_fades);
  g_test_add_func ("/concealer/seams", test_seams);
  g_test_add_func ("/concealer/nothing-before", test_nothing_before);
  return g_test_run ();
}
