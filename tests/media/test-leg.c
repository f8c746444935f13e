/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "leg.h"

#include <string.h>

/* Two legs on loopback, each with an engine of its own: real pipelines, real RTP, a tone in and a meter
 * out. */

#define PATIENCE (20 * G_TIME_SPAN_SECOND)
#define TONE_A 600.0
#define TONE_B 1000.0
#define HEARD (-30.0)
#define NOT_HEARD (-50.0)

typedef struct
{
  TandemMediaEngine *engine;
  TandemLeg *leg;
  GString *digits;
  guint timeouts, started;
} Side;

typedef struct
{
  Side a, b;
} Pair;

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until the condition holds; the deadline only bounds a failure. */
#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 end_ = g_get_monotonic_time () + PATIENCE;                                              \
    guint source_ = g_timeout_add (20, on_tick, NULL);                                             \
    while (!(condition) && g_get_monotonic_time () < end_)                                         \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (source_);                                                                     \
    g_assert_true (condition);                                                                     \
  }                                                                                                \
  G_STMT_END

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
side_init (Side *side, double tone, const char *codec)
{
  const char *codecs[] = { codec, NULL };
  g_autoptr (GError) error = NULL;

  side->engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  tandem_media_engine_set_test_tone (side->engine, tone);
  tandem_media_engine_set_rtp_inactivity_timeout (side->engine, 1);
  if (codec != NULL)
    tandem_media_engine_set_codecs (side->engine, codecs);
  side->leg = tandem_leg_new (side->engine, "127.0.0.1", &error);
  g_assert_no_error (error);
  side->digits = g_string_new (NULL);
  g_signal_connect (side->leg, "dtmf", G_CALLBACK (on_dtmf), side);
  g_signal_connect (side->leg, "rtp-timeout", G_CALLBACK (on_timeout), side);
  g_signal_connect (side->leg, "rtp-started", G_CALLBACK (on_started), side);
}

static void
side_clear (Side *side)
{
  tandem_leg_stop (side->leg);
  g_object_unref (side->leg);
  g_object_unref (side->engine);
  g_string_free (side->digits, TRUE);
}

static void
agree (Pair *pair)
{
  g_autofree char *offer = tandem_leg_create_offer (pair->a.leg);
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = tandem_leg_answer_offer (pair->b.leg, offer, &error);

  g_assert_no_error (error);
  tandem_leg_set_answer (pair->a.leg, answer, &error);
  g_assert_no_error (error);
}

static void
pair_init (Pair *pair, const char *codec)
{
  memset (pair, 0, sizeof *pair);
  side_init (&pair->a, TONE_A, codec);
  side_init (&pair->b, TONE_B, codec);
  agree (pair);
  tandem_leg_start (pair->a.leg);
  tandem_leg_start (pair->b.leg);
}

static void
pair_clear (Pair *pair)
{
  side_clear (&pair->a);
  side_clear (&pair->b);
}

static gboolean
hears (Side *side, double tone)
{
  return tandem_media_engine_measure_tone (side->engine, tone) > HEARD;
}

static gboolean
hears_not (Side *side, double tone)
{
  return tandem_media_engine_measure_tone (side->engine, tone) < NOT_HEARD;
}

static void
test_codec (gconstpointer data)
{
  g_autofree char *codec = NULL;
  Pair pair;

  pair_init (&pair, data);
  g_object_get (pair.a.leg, "codec", &codec, NULL);
  g_assert_cmpstr (codec, ==, data);
  wait_until (hears (&pair.a, TONE_B) && hears (&pair.b, TONE_A));
  g_assert_true (hears_not (&pair.a, TONE_A));
  g_assert_true (hears_not (&pair.b, TONE_B));
  g_assert_cmpuint (pair.a.started, ==, 1);
  pair_clear (&pair);
}

static void
test_mute (void)
{
  Pair pair;

  pair_init (&pair, "PCMU");
  wait_until (hears (&pair.b, TONE_A));
  g_object_set (pair.a.leg, "muted", TRUE, NULL);
  wait_until (hears_not (&pair.b, TONE_A));
  wait_until (hears (&pair.a, TONE_B));
  g_object_set (pair.a.leg, "muted", FALSE, NULL);
  wait_until (hears (&pair.b, TONE_A));
  pair_clear (&pair);
}

static void
test_dtmf (gconstpointer data)
{
  Pair pair;

  pair_init (&pair, data);
  wait_until (pair.a.started > 0 && pair.b.started > 0);
  g_assert_true (tandem_leg_send_dtmf (pair.a.leg, "0123456789*#ABCD"));
  g_assert_true (tandem_leg_send_dtmf (pair.b.leg, "11"));
  g_assert_false (tandem_leg_send_dtmf (pair.a.leg, "12x"));
  wait_until (pair.b.digits->len >= 16 && pair.a.digits->len >= 2);
  g_assert_cmpstr (pair.b.digits->str, ==, "0123456789*#ABCD");
  g_assert_cmpstr (pair.a.digits->str, ==, "11");
  wait_until (hears (&pair.b, TONE_A));
  pair_clear (&pair);
}

static void
test_statistics (void)
{
  TandemLegStatistics statistics;
  Pair pair;

  pair_init (&pair, "PCMU");
  wait_until (
      (tandem_leg_get_statistics (pair.a.leg, &statistics), statistics.packets_received > 50));
  g_assert_cmpuint (statistics.packets_sent, >, 20);
  g_assert_cmpuint (statistics.bytes_received, >, 50 * 172);
  g_assert_cmpuint (statistics.packets_lost, <, 5);
  g_assert_cmpfloat (statistics.mos, >, 3);
  wait_until ((tandem_leg_get_statistics (pair.a.leg, &statistics), statistics.round_trip >= 0));
  g_assert_cmpfloat (statistics.round_trip, <, 1000);
  pair_clear (&pair);
}

static void
test_timeout (void)
{
  Pair pair;

  pair_init (&pair, "PCMU");
  wait_until (pair.a.started > 0);
  g_assert_cmpuint (pair.a.timeouts, ==, 0);
  tandem_leg_stop (pair.b.leg);
  wait_until (pair.a.timeouts > 0);
  pair_clear (&pair);
}

static void
test_another_codec (void)
{
  const char *opus[] = { "opus", NULL };
  g_autofree char *codec = NULL;
  Pair pair;

  pair_init (&pair, "PCMA");
  wait_until (hears (&pair.a, TONE_B) && hears (&pair.b, TONE_A));
  side_clear (&pair.b);
  tandem_media_engine_set_codecs (pair.a.engine, opus);
  side_init (&pair.b, TONE_B, NULL);
  {
    g_autofree char *offer = tandem_leg_create_offer (pair.b.leg);
    g_autoptr (GError) error = NULL;
    g_autofree char *answer = tandem_leg_answer_offer (pair.a.leg, offer, &error);

    g_assert_no_error (error);
    tandem_leg_set_answer (pair.b.leg, answer, &error);
    g_assert_no_error (error);
  }
  tandem_leg_start (pair.b.leg);
  g_object_get (pair.b.leg, "codec", &codec, NULL);
  g_assert_cmpstr (codec, ==, "PCMA");
  wait_until (hears (&pair.a, TONE_B) && hears (&pair.b, TONE_A));
  pair_clear (&pair);
}

static void
test_many (void)
{
  Pair pairs[5];

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    pair_init (&pairs[i], "PCMU");
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    wait_until (hears (&pairs[i].a, TONE_B) && hears (&pairs[i].b, TONE_A));
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    pair_clear (&pairs[i]);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_again_and_again (void)
{
  guint before = 0;

  for (guint i = 0; i < 30; i++)
    {
      Pair pair;

      pair_init (&pair, "PCMU");
      wait_until (pair.a.started > 0 && pair.b.started > 0);
      pair_clear (&pair);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      if (i == 4)
        before = count_descriptors ();
    }
  g_assert_cmpuint (count_descriptors (), <=, before + 2);
}

static void
test_no_port (void)
{
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  g_autoptr (GError) error = NULL;
  g_autoptr (TandemLeg) first = NULL, second = NULL;

  tandem_media_engine_set_port_range (engine, 17710, 17711);
  first = tandem_leg_new (engine, "127.0.0.1", &error);
  g_assert_no_error (error);
  second = tandem_leg_new (engine, "127.0.0.1", &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_null (second);
}

static void
test_ring (void)
{
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);

  tandem_media_engine_start_ringing (engine, "");
  wait_until (tandem_media_engine_get_ring_level (engine) > -40);
  tandem_media_engine_stop_ringing (engine);
  tandem_media_engine_start_ringback (engine);
  wait_until (tandem_media_engine_measure_tone (engine, 425) > -40);
  tandem_media_engine_stop_ringback (engine);
}

static void
on_problem (GObject *engine, GParamSpec *pspec, guint *count)
{
  (*count)++;
}

static void
test_no_sound_server (void)
{
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_AUTO);
  g_autofree char *problem = NULL;
  gboolean available = TRUE;
  guint count = 0;

  g_signal_connect (engine, "notify::available", G_CALLBACK (on_problem), &count);
  tandem_media_engine_prepare (engine);
  wait_until (count > 0);
  g_object_get (engine, "available", &available, "problem", &problem, NULL);
  g_assert_false (available);
  g_assert_nonnull (problem);
}

int
main (int argc, char *argv[])
{
  g_setenv ("PULSE_SERVER", "unix:/nonexistent/pulse", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/leg/codec/pcmu", "PCMU", test_codec);
  g_test_add_data_func ("/leg/codec/pcma", "PCMA", test_codec);
  g_test_add_data_func ("/leg/codec/g722", "G722", test_codec);
  g_test_add_data_func ("/leg/codec/opus", "opus", test_codec);
  g_test_add_func ("/leg/mute", test_mute);
  g_test_add_data_func ("/leg/dtmf/pcmu", "PCMU", test_dtmf);
  g_test_add_data_func ("/leg/dtmf/opus", "opus", test_dtmf);
  g_test_add_func ("/leg/statistics", test_statistics);
  g_test_add_func ("/leg/timeout", test_timeout);
  g_test_add_func ("/leg/same-codec-on-reoffer", test_another_codec);
  g_test_add_func ("/leg/many", test_many);
  g_test_add_func ("/leg/again-and-again", test_again_and_again);
  g_test_add_func ("/leg/no-port", test_no_port);
  g_test_add_func ("/leg/ring", test_ring);
  g_test_add_func ("/leg/no-sound-server", test_no_sound_server);
  return g_test_run ();
}
