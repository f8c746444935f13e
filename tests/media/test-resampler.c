/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "resampler.h"
#include "tone.h"

#include <math.h>

/* Tones through the way to a codec's rate and back. */

/* dB of a tone of frequency f at -14 dBFS after both ways, in packets of ms. */
static double
round_trip (guint rate, double f, guint ms)
{
  g_autoptr (TandemResampler) down = tandem_resampler_new (rate, TRUE);
  g_autoptr (TandemResampler) up = tandem_resampler_new (rate, FALSE);
  TandemMeter *meter = tandem_meter_new ();
  guint n = ms * TANDEM_SAMPLE_RATE / 1000;
  double level;
  TandemSine sine;

  tandem_sine_init (&sine, f, -14);
  for (guint i = 0; i < 2000 / ms; i++)
    {
      gint16 in[TANDEM_RESAMPLER_MAX], coded[TANDEM_RESAMPLER_MAX], out[TANDEM_RESAMPLER_MAX];

      for (guint at = 0; at < n; at += TANDEM_FRAME)
        tandem_sine_fill (&sine, in + at);
      g_assert_cmpuint (tandem_resampler_run (down, in, n, coded), ==, rate * ms / 1000);
      g_assert_cmpuint (tandem_resampler_run (up, coded, rate * ms / 1000, out), ==, n);
      for (guint at = 0; at < n; at += TANDEM_FRAME)
        tandem_meter_add (meter, out + at);
    }
  level = tandem_meter_measure (meter, f);
  tandem_meter_free (meter);
  return level;
}

static void
test_pass (void)
{
  static const guint packets[] = { 10, 20, 40, 60 };

  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    {
      g_assert_cmpfloat (fabs (round_trip (8000, 300, packets[i]) + 14), <, 0.5);
      g_assert_cmpfloat (fabs (round_trip (8000, 1000, packets[i]) + 14), <, 0.5);
      g_assert_cmpfloat (fabs (round_trip (8000, 3000, packets[i]) + 14), <, 1);
      g_assert_cmpfloat (fabs (round_trip (16000, 6000, packets[i]) + 14), <, 1);
      g_assert_cmpfloat (fabs (round_trip (48000, 15000, packets[i]) + 14), <, 0.1);
    }
}

static void
test_stop (void)
{
  g_assert_cmpfloat (round_trip (8000, 4500, 20), <, -55);
  g_assert_cmpfloat (round_trip (8000, 7000, 20), <, -55);
  g_assert_cmpfloat (round_trip (16000, 9500, 20), <, -55);
}

/* What is above the band must not come back below it. */
static void
test_no_alias (void)
{
  g_autoptr (TandemResampler) down = tandem_resampler_new (8000, TRUE);
  double power = 0;
  TandemSine sine;

  tandem_sine_init (&sine, 5000, -14);
  for (guint i = 0; i < 100; i++)
    {
      gint16 in[TANDEM_FRAME], out[TANDEM_FRAME];
      guint n;

      tandem_sine_fill (&sine, in);
      n = tandem_resampler_run (down, in, TANDEM_FRAME, out);
      for (guint j = 0; i >= 10 && j < n; j++)
        power = MAX (power, ABS (out[j]));
    }
  g_assert_cmpfloat (20 * log10 (power / 32768 + 1e-9), <, -55);
}

static void
test_full_scale_does_not_wrap (void)
{
  g_autoptr (TandemResampler) up = tandem_resampler_new (8000, FALSE);
  gint16 in[80], out[TANDEM_FRAME];
  gint16 highest = 0, lowest = 0;

  for (guint i = 0; i < G_N_ELEMENTS (in); i++)
    in[i] = i % 8 < 4 ? G_MAXINT16 : G_MININT16;
  for (guint i = 0; i < 4; i++)
    tandem_resampler_run (up, in, G_N_ELEMENTS (in), out);
  for (guint i = 1; i < TANDEM_FRAME; i++)
    {
      highest = MAX (highest, out[i]);
      lowest = MIN (lowest, out[i]);
      g_assert_cmpint (ABS (out[i] - out[i - 1]), <, 40000);
    }
  g_assert_cmpint (highest, >, 30000);
  g_assert_cmpint (lowest, <, -30000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resampler/pass", test_pass);
  g_test_add_func ("/resampler/stop", test_stop);
  g_test_add_func ("/resampler/no-alias", test_no_alias);
  g_test_add_func ("/resampler/full-scale-does-not-wrap", test_full_scale_does_not_wrap);
  return g_test_run ();
}
