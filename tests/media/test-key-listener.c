/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "g711.h"
#include "key-listener.h"
#include "keyer.h"
#include "tone.h"

#include <math.h>
#include <string.h>

/* Key tones as sound: all of them, at the limits of ITU-T Q.24, and much that is none. */

static const char all[] = "0123456789*#ABCD";
static const guint rates[] = { 8000, 16000, 48000 };

typedef struct
{
  guint rate;
  GArray *samples;
} Sound;

static Sound
sound_new (guint rate)
{
  return (Sound){ .rate = rate, .samples = g_array_new (FALSE, FALSE, sizeof (gint16)) };
}

/* Two sines. level in dBFS. */
static void
add_tones (Sound *sound, double low, double level, double high, double high_level, double ms)
{
  const guint n = (guint) (ms * sound->rate / 1000);

  for (guint i = 0; i < n; i++)
    {
      const double t = 2 * G_PI * i / sound->rate;
      const double value
          = pow (10, level / 20) * sin (low * t) + pow (10, high_level / 20) * sin (high * t);
      const gint16 sample = (gint16) (value * 32767);

      g_array_append_val (sound->samples, sample);
    }
}

static void
add_key (Sound *sound, char key, double ms)
{
  double low, high;

  g_assert_true (tandem_tone_key_frequencies (key, &low, &high));
  add_tones (sound, low, -12, high, -10, ms);
}

static void
add_silence (Sound *sound, double ms)
{
  add_tones (sound, 0, -200, 0, -200, ms);
}

/* In pieces of 20 ms, as packets bring it. Frees the sound. */
static char *
listen (Sound *sound)
{
  g_autoptr (TandemKeyListener) listener = tandem_key_listener_new (sound->rate);
  g_autoptr (GString) heard = g_string_new (NULL);
  guint at = 0;

  while (at < sound->samples->len)
    {
      gsize n = MIN (sound->rate / 50, sound->samples->len - at);
      const char key
          = tandem_key_listener_take (listener, &g_array_index (sound->samples, gint16, at), &n);

      g_assert_cmpuint (n, >, 0);
      at += (guint) n;
      if (key != '\0')
        g_string_append_c (heard, key);
    }
  g_array_unref (sound->samples);
  return g_string_free (g_steal_pointer (&heard), FALSE);
}

#define assert_heard(sound, expected)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *heard_ = listen (sound);                                                      \
    g_assert_cmpstr (heard_, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

static void
test_all (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      Sound sound = sound_new (rates[i]);

      for (const char *key = all; *key != '\0'; key++)
        {
          add_key (&sound, *key, 70);
          add_silence (&sound, 50);
        }
      assert_heard (&sound, all);
    }
}

/* What our own phone sends, through the codec that everybody has. */
static void
test_keyer (void)
{
  TandemKeyer *keyer = tandem_keyer_new ();
  Sound sound = sound_new (8000);
  gint16 frame[TANDEM_FRAME];

  tandem_keyer_add (keyer, all);
  while (tandem_keyer_fill (keyer, frame))
    for (guint i = 0; i < TANDEM_FRAME; i += 6)
      {
        gint16 sample;
        guint8 byte;

        tandem_g711_encode (TANDEM_G711_ULAW, &frame[i], 1, &byte);
        tandem_g711_decode (TANDEM_G711_ULAW, &byte, 1, &sample);
        g_array_append_val (sound.samples, sample);
      }
  assert_heard (&sound, all);
  tandem_keyer_free (keyer);
}

/* Wherever the blocks begin. */
static void
test_lengths (void)
{
  for (double before = 0; before < 13; before += 0.5)
    {
      Sound sound = sound_new (8000);

      add_silence (&sound, before);
      add_key (&sound, '5', 40);
      add_silence (&sound, 40);
      add_key (&sound, '5', 40);
      add_silence (&sound, 40);
      add_key (&sound, '8', 16);
      add_silence (&sound, 40);
      assert_heard (&sound, "55");

      /* A short hole is none. */
      sound = sound_new (8000);
      add_silence (&sound, before);
      add_key (&sound, '7', 60);
      add_silence (&sound, 9);
      add_key (&sound, '7', 60);
      assert_heard (&sound, "7");
    }
}

static void
test_limits (void)
{
  Sound sound = sound_new (8000);

  /* Off by 1.5 %, and by 3.5 % and more. */
  add_tones (&sound, 697 * 1.015, -12, 1209 * 0.985, -12, 80);
  add_silence (&sound, 50);
  add_tones (&sound, 697 * 0.93, -12, 1209, -12, 80);
  add_silence (&sound, 50);
  /* The high one 4 dB louder, and 4 dB softer; 15 dB is no key. */
  add_tones (&sound, 770, -14, 1336, -10, 80);
  add_silence (&sound, 50);
  add_tones (&sound, 852, -10, 1477, -14, 80);
  add_silence (&sound, 50);
  add_tones (&sound, 852, -10, 1477, -25, 80);
  add_silence (&sound, 50);
  /* Soft, and too soft. */
  add_tones (&sound, 941, -33, 1336, -33, 80);
  add_silence (&sound, 50);
  add_tones (&sound, 941, -55, 1336, -55, 80);
  assert_heard (&sound, "1590");
}

static void
add_noise (Sound *sound, GRand *rand, double level)
{
  const double most = pow (10, level / 20) * 32767 * sqrt (3);

  for (guint i = 0; i < sound->samples->len; i++)
    {
      gint16 *sample = &g_array_index (sound->samples, gint16, i);

      *sample = (gint16) CLAMP (*sample + g_rand_double_range (rand, -most, most), -32768, 32767);
    }
}

/* On a bad line all the same. */
static void
test_noise (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint turn = 0; turn < 50; turn++)
    {
      Sound sound = sound_new (8000);

      for (const char *key = all; *key != '\0'; key++)
        {
          add_key (&sound, *key, 70);
          add_silence (&sound, 50);
        }
      add_noise (&sound, rand, -26);
      assert_heard (&sound, all);
    }
}

/* What a voice has: a tone and many of its multiples, gliding; hisses; dial tones. A minute of each. */
static void
test_not_keys (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  Sound voice = sound_new (8000), hiss = sound_new (8000), tones = sound_new (8000);
  double phase = 0, pitch = 120, wanted = 120;

  for (guint i = 0; i < 60 * 8000; i++)
    {
      double value = 0;
      gint16 sample;

      if (i % 1600 == 0)
        wanted = g_rand_double_range (rand, 80, 350);
      pitch += (wanted - pitch) / 2000;
      phase += 2 * G_PI * pitch / 8000;
      for (guint k = 1; k * pitch < 3400; k++)
        value += sin (k * phase) / k * (1 + cos (2 * G_PI * (k * pitch - 600) / 1500)) / 2;
      sample = (gint16) CLAMP (value * 9000, -32768, 32767);
      g_array_append_val (voice.samples, sample);
    }
  assert_heard (&voice, "");
  add_silence (&hiss, 60000);
  add_noise (&hiss, rand, -15);
  assert_heard (&hiss, "");
  for (guint i = 0; i < 60; i++)
    {
      add_tones (&tones, 425, -10, 0, -200, 300);
      add_tones (&tones, 350, -13, 440, -13, 300);
      add_tones (&tones, 697, -10, 0, -200, 100);
      add_tones (&tones, 1209, -10, 1477, -10, 100);
      add_tones (&tones, 440, -10, 480, -10, 200);
    }
  assert_heard (&tones, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-listener/all", test_all);
  g_test_add_func ("/key-listener/keyer", test_keyer);
  g_test_add_func ("/key-listener/lengths", test_lengths);
  g_test_add_func ("/key-listener/limits", test_limits);
  g_test_add_func ("/key-listener/noise", test_noise);
  g_test_add_func ("/key-listener/not-keys", test_not_keys);
  return g_test_run ();
}
