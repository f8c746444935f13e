/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pair.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* See pair.h. */

gboolean
keep_looping (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
on_passed (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
pass_time (guint ms)
{
  gboolean passed = FALSE;

  g_timeout_add (ms, on_passed, &passed);
  while (!passed)
    g_main_context_iteration (NULL, TRUE);
}

static void
on_dtmf (TandemLeg *leg, guchar digit, Side *side)
{
  g_string_append_c (side->digits, (char) digit);
}

static void
on_timeout (TandemLeg *leg, Side *side)
{
  side->timeouts++;
}

static void
on_started (TandemLeg *leg, Side *side)
{
  side->started++;
}

static void
on_failed (TandemLeg *leg, const char *message, Side *side)
{
  g_string_append (side->failures, message);
}

void
side_init (Side *side, TandemMediaEngine *engine, const char *address, const char *codec)
{
  const char *codecs[] = { codec, NULL };
  g_autoptr (GError) error = NULL;

  memset (side, 0, sizeof *side);
  side->engine
      = engine != NULL ? g_object_ref (engine) : tandem_media_engine_new (TANDEM_AUDIO_TEST);
  tandem_media_engine_set_rtp_inactivity_timeout (side->engine, 1);
  if (codec != NULL)
    tandem_media_engine_set_codecs (side->engine, codecs);
  side->leg = tandem_leg_new (side->engine, address != NULL ? address : "127.2.0.1", &error);
  g_assert_no_error (error);
  side->digits = g_string_new (NULL);
  side->failures = g_string_new (NULL);
  g_signal_connect (side->leg, "dtmf", G_CALLBACK (on_dtmf), side);
  g_signal_connect (side->leg, "rtp-timeout", G_CALLBACK (on_timeout), side);
  g_signal_connect (side->leg, "rtp-started", G_CALLBACK (on_started), side);
  g_signal_connect (side->leg, "failed", G_CALLBACK (on_failed), side);
}

void
side_clear (Side *side)
{
  g_assert_cmpstr (side->failures->str, ==, "");
  tandem_leg_stop (side->leg);
  g_signal_handlers_disconnect_by_data (side->leg, side);
  g_object_unref (side->leg);
  g_object_unref (side->engine);
  g_string_free (side->digits, TRUE);
  g_string_free (side->failures, TRUE);
}

void
agree (Side *one, Side *other)
{
  g_autofree char *offer = tandem_leg_create_offer (one->leg);
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = tandem_leg_answer_offer (other->leg, offer, &error);

  g_assert_no_error (error);
  tandem_leg_set_answer (one->leg, answer, &error);
  g_assert_no_error (error);
}

void
pair_init (Pair *pair, const char *codec)
{
  side_init (&pair->a, NULL, NULL, codec);
  side_init (&pair->b, NULL, NULL, codec);
  tandem_media_engine_set_test_tone (pair->a.engine, TONE_A);
  tandem_media_engine_set_test_tone (pair->b.engine, TONE_B);
  agree (&pair->a, &pair->b);
  tandem_leg_start (pair->a.leg);
  tandem_leg_start (pair->b.leg);
}

void
pair_clear (Pair *pair)
{
  side_clear (&pair->a);
  side_clear (&pair->b);
}

gboolean
hears (Side *side, double tone)
{
  return tandem_media_engine_measure_tone (side->engine, tone) > HEARD;
}

gboolean
hears_not (Side *side, double tone)
{
  return tandem_media_engine_measure_tone (side->engine, tone) < NOT_HEARD;
}

guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

gsize
get_resident (void)
{
  g_autofree char *text = NULL;
  unsigned long all = 0, resident = 0;

  g_file_get_contents ("/proc/self/statm", &text, NULL, NULL);
  g_assert_cmpint (sscanf (text, "%lu %lu", &all, &resident), ==, 2);
  return resident * (gsize) sysconf (_SC_PAGESIZE);
}
