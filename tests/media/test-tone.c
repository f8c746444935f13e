/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tone.h"

#include <math.h>
#include <string.h>

/* Tones, and the meter that all other tests of sound believe. */

static void
fill (TandemMeter *meter, double frequency, double level, guint frames)
{
  TandemSine sine;
  gint16 frame[TANDEM_FRAME];

  tandem_sine_init (&sine, frequency, level);
  for (guint i = 0; i < frames; i++)
    {
      memset (frame, 0, sizeof frame);
      if (frequency > 0)
        tandem_sine_fill (&sine, frame);
      tandem_meter_add (meter, frame);
    }
}

static void
test_meter (void)
{
  TandemMeter *meter = tandem_meter_new ();

  g_assert_cmpfloat (tandem_meter_measure (meter, 440), ==, -100);
  g_assert_cmpfloat (tandem_meter_get_level (meter), ==, -100);
  fill (meter, 440, -14, 100);
  g_assert_cmpfloat (fabs (tandem_meter_measure (meter, 440) + 14), <, 0.2);
  g_assert_cmpfloat (tandem_meter_measure (meter, 1000), <, -60);
  g_assert_cmpfloat (fabs (tandem_meter_get_level (meter) + 17), <, 0.2);
  fill (meter, 0, 0, 50);
  g_assert_cmpfloat (fabs (tandem_meter_measure (meter, 440) + 20), <, 0.2);
  g_assert_cmpfloat (tandem_meter_get_level (meter), ==, -100);
  fill (meter, 0, 0, 50);
  g_assert_cmpfloat (tandem_meter_measure (meter, 440), <=, -90);
  for (guint i = 1; i < 30; i++)
    {
      fill (meter, 700, -20, i);
      fill (meter, 700, -20, 10);
      g_assert_cmpfloat (fabs (tandem_meter_get_level (meter) + 23), <, 0.3);
    }
  tandem_meter_free (meter);
}

static void
test_onset_and_gaps (void)
{
  TandemMeter *meter = tandem_meter_new ();
  gint64 before, onset;

  g_assert_cmpint (tandem_meter_get_onset (meter), ==, 0);
  fill (meter, 0, 0, 20);
  g_assert_cmpint (tandem_meter_get_onset (meter), ==, 0);
  before = g_get_monotonic_time ();
  fill (meter, 440, -14, 20);
  onset = tandem_meter_get_onset (meter);
  g_assert_cmpint (onset, >=, before);
  g_assert_cmpint (onset, <, before + G_TIME_SPAN_SECOND);
  fill (meter, 0, 0, 3);
  g_assert_cmpuint (tandem_meter_get_gaps (meter), ==, 0);
  fill (meter, 440, -14, 5);
  g_assert_cmpuint (tandem_meter_get_gaps (meter), ==, 3);
  g_assert_cmpint (tandem_meter_get_onset (meter), ==, onset);
  fill (meter, 0, 0, 10);
  fill (meter, 440, -14, 5);
  g_assert_cmpint (tandem_meter_get_onset (meter), >, onset);
  g_assert_cmpuint (tandem_meter_get_gaps (meter), ==, 0);
  tandem_meter_free (meter);
}

/* Which tenths of a second of a cadence sound: 'x', and which are silent: '.'. */
static void
test_cadence (gconstpointer data)
{
  TandemTone tone = { .kind = (TandemToneKind) GPOINTER_TO_INT (data) };
  const char *expected = tone.kind == TANDEM_TONE_RING
                             ? "xxxxxxxxxx....................xxxxxxxxxx"
                             : "xxxxxxxxxx........................................xxxxxxxxxx";

  for (const char *tenth = expected; *tenth != '\0'; tenth++)
    {
      double power = 0;

      for (guint i = 0; i < 10; i++)
        {
          gint32 mix[TANDEM_FRAME] = { 0 };

          tandem_tone_add (&tone, mix);
          for (guint j = 0; j < TANDEM_FRAME; j++)
            {
              g_assert_cmpint (ABS (mix[j]), <=, 32767);
              power += (double) mix[j] * mix[j];
            }
        }
      if (*tenth == 'x')
        g_assert_cmpfloat (power, >, 1e9);
      else
        g_assert_cmpfloat (power, ==, 0);
    }
}

static void
test_adds_to_what_is_there (void)
{
  TandemTone none = { .kind = TANDEM_TONE_NONE };
  gint32 mix[TANDEM_FRAME];

  for (guint i = 0; i < TANDEM_FRAME; i++)
    mix[i] = (gint32) i;
  tandem_tone_add (&none, mix);
  for (guint i = 0; i < TANDEM_FRAME; i++)
    g_assert_cmpint (mix[i], ==, i);
}

static void
test_keys (void)
{
  double low = 0, high = 0;

  g_assert_true (tandem_tone_key_frequencies ('1', &low, &high));
  g_assert_cmpfloat (low, ==, 697);
  g_assert_cmpfloat (high, ==, 1209);
  g_assert_true (tandem_tone_key_frequencies ('#', &low, &high));
  g_assert_cmpfloat (low, ==, 941);
  g_assert_cmpfloat (high, ==, 1477);
  g_assert_true (tandem_tone_key_frequencies ('d', &low, &high));
  g_assert_cmpfloat (high, ==, 1633);
  low = high = -1;
  g_assert_false (tandem_tone_key_frequencies ('x', &low, &high));
  g_assert_false (tandem_tone_key_frequencies ('\0', &low, &high));
  g_assert_cmpfloat (low, ==, -1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tone/meter", test_meter);
  g_test_add_func ("/tone/onset-and-gaps", test_onset_and_gaps);
  g_test_add_data_func ("/tone/cadence/ring", GINT_TO_POINTER (TANDEM_TONE_RING), test_cadence);
  g_test_add_data_func ("/tone/cadence/ringback", GINT_TO_POINTER (TANDEM_TONE_RINGBACK),
                        test_cadence);
  g_test_add_func ("/tone/adds", test_adds_to_what_is_there);
  g_test_add_func ("/tone/keys", test_keys);
  return g_test_run ();
}
