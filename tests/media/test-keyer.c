/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keyer.h"
#include "tone.h"

#include <math.h>
#include <string.h>

/* Key tones as sound: their frequencies, their times, their edges. */

#define ON 10
#define OFF 7

static void
test_every_key (void)
{
  const char *keys = "0123456789*#ABCD";

  for (const char *key = keys; *key != '\0'; key++)
    {
      TandemKeyer *keyer = tandem_keyer_new ();
      TandemMeter *meter = tandem_meter_new ();
      char digits[] = { *key, '\0' };
      gint16 frame[TANDEM_FRAME];
      double low, high;

      g_assert_false (tandem_keyer_fill (keyer, frame));
      tandem_keyer_add (keyer, digits);
      g_assert_true (tandem_tone_key_frequencies (*key, &low, &high));
      for (guint i = 0; i < ON; i++)
        {
          g_assert_true (tandem_keyer_fill (keyer, frame));
          tandem_meter_add (meter, frame);
        }
      /* A tenth of the second that is measured: 20 dB less than the tone's own level. */
      g_assert_cmpfloat (fabs (tandem_meter_measure (meter, low) + 33), <, 1);
      g_assert_cmpfloat (fabs (tandem_meter_measure (meter, high) + 31), <, 1);
      for (guint i = 0; i < OFF; i++)
        {
          g_assert_true (tandem_keyer_fill (keyer, frame));
          for (guint j = 0; j < TANDEM_FRAME; j++)
            g_assert_cmpint (frame[j], ==, 0);
        }
      g_assert_false (tandem_keyer_fill (keyer, frame));
      tandem_meter_free (meter);
      tandem_keyer_free (keyer);
    }
}

static void
test_in_turn (void)
{
  TandemKeyer *keyer = tandem_keyer_new ();
  gint16 frame[TANDEM_FRAME];
  guint frames = 0, tones = 0;
  gint biggest_step = 0, last = 0;

  tandem_keyer_add (keyer, "1x2 3\n");
  while (tandem_keyer_fill (keyer, frame))
    {
      gboolean silent = TRUE;

      for (guint i = 0; i < TANDEM_FRAME; i++)
        {
          silent = silent && frame[i] == 0;
          biggest_step = MAX (biggest_step, ABS (frame[i] - last));
          last = frame[i];
        }
      tones += silent ? 0 : 1;
      frames++;
    }
  g_assert_cmpuint (frames, ==, 3 * (ON + OFF));
  g_assert_cmpuint (tones, ==, 3 * ON);
  /* The steepest that the two sines are by themselves is some 2800 a sample. */
  g_assert_cmpint (biggest_step, <, 3000);
  tandem_keyer_free (keyer);
}

static void
test_too_many (void)
{
  TandemKeyer *keyer = tandem_keyer_new ();
  g_autofree char *digits = g_strnfill (100000, '5');
  gint16 frame[TANDEM_FRAME];
  guint frames = 0;

  tandem_keyer_add (keyer, digits);
  while (tandem_keyer_fill (keyer, frame))
    frames++;
  g_assert_cmpuint (frames, ==, 256 * (ON + OFF));
  tandem_keyer_free (keyer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keyer/every-key", test_every_key);
  g_test_add_func ("/keyer/in-turn", test_in_turn);
  g_test_add_func ("/keyer/too-many", test_too_many);
  return g_test_run ();
}
