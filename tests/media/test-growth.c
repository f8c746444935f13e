/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pair.h"

/* Many at once, and many one after the other. */

#define ROUNDS 200
#define MB (1024 * 1024)

static void
test_ten_legs (void)
{
  Pair pairs[5];

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    pair_init (&pairs[i], i % 2 ? "PCMU" : "G722");
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    wait_until (hears (&pairs[i].a, TONE_B) && hears (&pairs[i].b, TONE_A));
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    pair_clear (&pairs[i]);
}

/* As in one phone: all on one engine, ten calls. */
static void
test_ten_legs_of_one_engine (void)
{
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  Side near[10], far[10];

  tandem_media_engine_set_test_tone (engine, TONE_A);
  for (guint i = 0; i < G_N_ELEMENTS (near); i++)
    {
      side_init (&near[i], engine, NULL, "PCMU");
      side_init (&far[i], NULL, NULL, "PCMU");
      tandem_media_engine_set_test_tone (far[i].engine, 0);
      agree (&near[i], &far[i]);
      tandem_leg_start (near[i].leg);
      tandem_leg_start (far[i].leg);
    }
  for (guint i = 0; i < G_N_ELEMENTS (near); i++)
    wait_until (hears (&far[i], TONE_A));
  for (guint i = 0; i < G_N_ELEMENTS (near); i++)
    {
      side_clear (&near[i]);
      side_clear (&far[i]);
    }
}

static guint
count_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_rounds (void)
{
  g_autoptr (TandemMediaEngine) a = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  g_autoptr (TandemMediaEngine) b = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  guint descriptors = 0, threads = 0;
  gsize resident = 0;

  for (guint i = 0; i < ROUNDS; i++)
    {
      Side one, other;

      side_init (&one, a, NULL, "PCMU");
      side_init (&other, b, NULL, "PCMU");
      agree (&one, &other);
      tandem_leg_start (one.leg);
      tandem_leg_start (other.leg);
      /* Some are ended while they are being set up. */
      if (i % 4 != 0)
        wait_until (one.started > 0 && other.started > 0);
      side_clear (&one);
      side_clear (&other);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      if (i == ROUNDS / 4)
        {
          pass_time (500);
          descriptors = count_descriptors ();
          threads = count_threads ();
          resident = get_resident ();
        }
    }
  pass_time (500);
  g_test_message ("descriptors %u, %u; threads %u, %u; resident %u, %u MB", descriptors,
                  count_descriptors (), threads, count_threads (), (guint) (resident / MB),
                  (guint) (get_resident () / MB));
  g_assert_cmpuint (count_descriptors (), <=, descriptors + 2);
  g_assert_cmpuint (count_threads (), <=, threads + 4);
#ifndef __SANITIZE_ADDRESS__ /* which keeps freed memory on purpose, and finds leaks by itself */
  g_assert_cmpuint (get_resident (), <=, resident + 8 * MB);
#endif
}

static void
test_rounds_without_sound (void)
{
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  guint descriptors = count_descriptors ();

  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (TandemLeg) leg = tandem_leg_new (engine, "127.2.0.3", NULL);
      g_autofree char *offer = tandem_leg_create_offer (leg);

      g_assert_nonnull (offer);
    }
  g_assert_cmpuint (count_descriptors (), <=, descriptors + 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/growth/ten-legs", test_ten_legs);
  g_test_add_func ("/growth/ten-legs-of-one-engine", test_ten_legs_of_one_engine);
  g_test_add_func ("/growth/rounds", test_rounds);
  g_test_add_func ("/growth/rounds-without-sound", test_rounds_without_sound);
  return g_test_run ();
}
