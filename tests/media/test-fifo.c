/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fifo.h"
#include "tone.h"

#include <string.h>

static void
push_value (TandemFifo *fifo, gint16 value, gsize n)
{
  g_autofree gint16 *samples = g_new (gint16, n);

  for (gsize i = 0; i < n; i++)
    samples[i] = value;
  tandem_fifo_push (fifo, samples, n);
}

static void
test_target (void)
{
  g_autoptr (TandemFifo) fifo = tandem_fifo_new (2 * TANDEM_FRAME);
  gint16 frame[TANDEM_FRAME];

  push_value (fifo, 5, TANDEM_FRAME);
  g_assert_false (tandem_fifo_pop (fifo, frame));
  g_assert_cmpint (frame[0], ==, 0);
  push_value (fifo, 5, TANDEM_FRAME);
  g_assert_true (tandem_fifo_pop (fifo, frame));
  g_assert_cmpint (frame[TANDEM_FRAME - 1], ==, 5);
}

/* Two seconds that came at once do not stay as two seconds of latency. */
static void
test_pile (void)
{
  g_autoptr (TandemFifo) fifo = tandem_fifo_new (2 * TANDEM_FRAME);
  gint16 frame[TANDEM_FRAME];
  guint frames = 0;

  for (guint i = 0; i < 200; i++)
    push_value (fifo, (gint16) i, TANDEM_FRAME);
  while (tandem_fifo_pop (fifo, frame))
    frames++;
  g_assert_cmpuint (frames, <=, 6);
  g_assert_cmpuint (frames, >=, 2);
}

static void
test_concealment (void)
{
  g_autoptr (TandemFifo) fifo = tandem_fifo_new (TANDEM_FRAME);
  gint16 frame[TANDEM_FRAME];

  push_value (fifo, 1000, TANDEM_FRAME);
  g_assert_true (tandem_fifo_pop (fifo, frame));
  g_assert_false (tandem_fifo_pop (fifo, frame));
  g_assert_cmpint (frame[0], ==, 500);
  for (guint i = 0; i < 10; i++)
    tandem_fifo_pop (fifo, frame);
  g_assert_cmpint (frame[0], ==, 0);
}

/* A sender that is 0.1 % fast for ten minutes: the latency stays bounded. */
static void
test_drift (void)
{
  g_autoptr (TandemFifo) fifo = tandem_fifo_new (2 * TANDEM_FRAME);
  gint16 frame[TANDEM_FRAME];
  guint left = 0, misses = 0;
  gsize owed = 0;

  for (guint i = 0; i < 60000; i++)
    {
      owed += TANDEM_FRAME * 1001;
      push_value (fifo, 7, owed / 1000);
      owed %= 1000;
      misses += !tandem_fifo_pop (fifo, frame);
    }
  while (tandem_fifo_pop (fifo, frame))
    left++;
  g_assert_cmpuint (left, <=, 6);
  g_assert_cmpuint (misses, <=, 2);
}

static void
test_meter (void)
{
  TandemMeter *meter = tandem_meter_new ();
  TandemSine sine;
  gint16 frame[TANDEM_FRAME];

  g_assert_cmpfloat (tandem_meter_measure (meter, 440), <=, -90);
  tandem_sine_init (&sine, 440, -14);
  for (guint i = 0; i < 100; i++)
    {
      tandem_sine_fill (&sine, frame);
      tandem_meter_add (meter, frame);
    }
  g_assert_cmpfloat_with_epsilon (tandem_meter_measure (meter, 440), -14, 0.5);
  g_assert_cmpfloat (tandem_meter_measure (meter, 700), <, -60);
  g_assert_cmpfloat_with_epsilon (tandem_meter_get_level (meter), -17, 0.5);
  tandem_meter_free (meter);
}

static void
test_keys (void)
{
  double low, high;

  g_assert_true (tandem_tone_key_frequencies ('5', &low, &high));
  g_assert_cmpfloat (low, ==, 770);
  g_assert_cmpfloat (high, ==, 1336);
  g_assert_true (tandem_tone_key_frequencies ('d', &low, &high));
  g_assert_cmpfloat (high, ==, 1633);
  g_assert_false (tandem_tone_key_frequencies ('x', &low, &high));
  g_assert_false (tandem_tone_key_frequencies ('\0', &low, &high));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fifo/target", test_target);
  g_test_add_func ("/fifo/pile", test_pile);
  g_test_add_func ("/fifo/concealment", test_concealment);
  g_test_add_func ("/fifo/drift", test_drift);
  g_test_add_func ("/tone/meter", test_meter);
  g_test_add_func ("/tone/keys", test_keys);
  return g_test_run ();
}
