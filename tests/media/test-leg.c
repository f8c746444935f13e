/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pair.h"

#include <string.h>

/* Two legs that talk on loopback. */

#define ATTEMPTS 5

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
  wait_until (tandem_media_engine_measure_tone (pair.a.engine, TONE_B) > -16);
  pair_clear (&pair);
}

/* Mouth to ear from the first moment on, and a clean line after it. A busy machine may spoil some tries; a
 * fault spoils all. */
static void
test_clean_start (gconstpointer data)
{
  gint64 best_delay = G_MAXINT64;
  guint best_gaps = G_MAXUINT;

  for (guint i = 0; i < ATTEMPTS && (best_delay > 200 || best_gaps > 0); i++)
    {
      gint64 delay;
      Pair pair;

      pair_init (&pair, data);
      tandem_media_engine_set_test_tone (pair.a.engine, 0);
      wait_until (pair.a.started > 0 && pair.b.started > 0);
      tandem_media_engine_set_test_tone (pair.a.engine, TONE_A);
      wait_until (tandem_media_engine_get_onset (pair.b.engine, FALSE)
                  > tandem_media_engine_get_onset (pair.a.engine, TRUE));
      delay = (tandem_media_engine_get_onset (pair.b.engine, FALSE)
               - tandem_media_engine_get_onset (pair.a.engine, TRUE))
              / 1000;
      g_assert_cmpint (delay, >=, 30);
      pass_time (2000);
      g_test_message ("try %u: %d ms mouth to ear, %u silent frames", i, (int) delay,
                      tandem_media_engine_get_gaps (pair.b.engine, FALSE));
      best_delay = MIN (best_delay, delay);
      best_gaps = MIN (best_gaps, tandem_media_engine_get_gaps (pair.b.engine, FALSE));
      pair_clear (&pair);
    }
  g_assert_cmpint (best_delay, <=, 200);
  g_assert_cmpuint (best_gaps, ==, 0);
}

static void
test_ipv6 (void)
{
  Pair pair;

  side_init (&pair.a, NULL, "::1", "PCMA");
  side_init (&pair.b, NULL, "::1", "PCMA");
  tandem_media_engine_set_test_tone (pair.a.engine, TONE_A);
  tandem_media_engine_set_test_tone (pair.b.engine, TONE_B);
  agree (&pair.a, &pair.b);
  tandem_leg_start (pair.a.leg);
  tandem_leg_start (pair.b.leg);
  wait_until (hears (&pair.a, TONE_B) && hears (&pair.b, TONE_A));
  pair_clear (&pair);
}

static char *
without (const char *text, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (text, line, 0);

  g_assert_cmpuint (g_strv_length (parts), >, 1);
  return g_strjoinv ("", parts);
}

static char *
without_events (const char *offer)
{
  g_autoptr (GRegex) regex = g_regex_new ("a=rtpmap:[0-9]+ telephone-event/[0-9]+\r\n", 0, 0, NULL);

  g_assert_true (g_regex_match (regex, offer, 0, NULL));
  return g_regex_replace_literal (regex, offer, -1, 0, "", 0, NULL);
}

static void
test_plain_rtcp (void)
{
  g_autofree char *offer = NULL, *plain = NULL, *answer = NULL;
  TandemLegStatistics statistics;
  g_autoptr (GError) error = NULL;
  Pair pair;

  side_init (&pair.a, NULL, NULL, "PCMU");
  side_init (&pair.b, NULL, NULL, "PCMU");
  offer = tandem_leg_create_offer (pair.a.leg);
  plain = without (offer, "a=rtcp-mux\r\n");
  answer = tandem_leg_answer_offer (pair.b.leg, plain, &error);
  g_assert_no_error (error);
  g_assert_null (strstr (answer, "rtcp-mux"));
  g_assert_true (tandem_leg_set_answer (pair.a.leg, answer, &error));
  tandem_leg_start (pair.a.leg);
  tandem_leg_start (pair.b.leg);
  wait_until ((tandem_leg_get_statistics (pair.a.leg, &statistics), statistics.round_trip >= 0));
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

/* The only way is sound: sent as sound, and heard as sound. */
static void
test_no_events_agreed (gconstpointer data)
{
  g_autofree char *offer = NULL, *narrow = NULL, *answer = NULL;
  Pair pair;

  side_init (&pair.a, NULL, NULL, data);
  side_init (&pair.b, NULL, NULL, data);
  offer = tandem_leg_create_offer (pair.a.leg);
  narrow = without_events (offer);
  answer = tandem_leg_answer_offer (pair.b.leg, narrow, NULL);
  g_assert_null (strstr (answer, "telephone-event"));
  g_assert_true (tandem_leg_set_answer (pair.a.leg, answer, NULL));
  tandem_leg_start (pair.a.leg);
  tandem_leg_start (pair.b.leg);
  g_assert_false (tandem_leg_send_dtmf (pair.a.leg, "1"));
  wait_until (pair.a.started > 0 && pair.b.started > 0);
  g_assert_true (tandem_leg_send_dtmf_inband (pair.a.leg, "0123456789*#ABCD11"));
  wait_until (pair.b.digits->len >= 18);
  g_assert_cmpstr (pair.b.digits->str, ==, "0123456789*#ABCD11");
  g_assert_cmpuint (pair.a.digits->len, ==, 0);
  pair_clear (&pair);
}

static void
test_statistics (void)
{
  TandemLegStatistics statistics, last;
  Pair pair;

  pair_init (&pair, "PCMU");
  tandem_leg_get_statistics (pair.a.leg, &statistics);
  g_assert_cmpfloat (statistics.mos, <, 0);
  g_assert_cmpfloat (statistics.round_trip, <, 0);
  wait_until (
      (tandem_leg_get_statistics (pair.a.leg, &statistics), statistics.packets_received > 50));
  g_assert_cmpuint (statistics.packets_sent, >, 20);
  g_assert_cmpuint (statistics.bytes_received, >, 50 * 172);
  g_assert_cmpuint (statistics.packets_lost, <, 5);
  g_assert_cmpfloat (statistics.mos, >, 3);
  g_assert_cmpfloat (statistics.jitter, <, 100);
  wait_until ((tandem_leg_get_statistics (pair.a.leg, &statistics), statistics.round_trip >= 0));
  g_assert_cmpfloat (statistics.round_trip, <, 1000);
  tandem_leg_stop (pair.a.leg);
  tandem_leg_get_statistics (pair.a.leg, &last);
  g_assert_cmpuint (last.packets_received, >=, statistics.packets_received);
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
  pass_time (1500);
  g_assert_cmpuint (pair.a.timeouts, ==, 1);
  pair_clear (&pair);
}

static void
test_timeout_without_a_first_packet (void)
{
  Pair pair;

  side_init (&pair.a, NULL, NULL, NULL);
  side_init (&pair.b, NULL, NULL, NULL);
  agree (&pair.a, &pair.b);
  tandem_leg_start (pair.a.leg);
  wait_until (pair.a.timeouts > 0);
  g_assert_cmpuint (pair.a.started, ==, 0);
  pair_clear (&pair);
}

/* A second offer that leaves out the codec in use. */
static void
test_another_codec (void)
{
  const char *codecs[] = { "PCMU", "opus", NULL };
  g_autofree char *offer = NULL, *other = NULL, *answer = NULL, *codec = NULL;
  TandemLegStatistics before, after;
  g_autoptr (GError) error = NULL;
  Pair pair;
  char *line;

  memset (&pair, 0, sizeof pair);
  {
    g_autoptr (TandemMediaEngine) a = tandem_media_engine_new (TANDEM_AUDIO_TEST);
    g_autoptr (TandemMediaEngine) b = tandem_media_engine_new (TANDEM_AUDIO_TEST);

    tandem_media_engine_set_codecs (a, codecs);
    tandem_media_engine_set_codecs (b, codecs);
    side_init (&pair.a, a, NULL, NULL);
    side_init (&pair.b, b, NULL, NULL);
  }
  tandem_media_engine_set_test_tone (pair.a.engine, TONE_A);
  tandem_media_engine_set_test_tone (pair.b.engine, TONE_B);
  agree (&pair.a, &pair.b);
  tandem_leg_start (pair.a.leg);
  tandem_leg_start (pair.b.leg);
  wait_until (hears (&pair.a, TONE_B) && hears (&pair.b, TONE_A));
  tandem_leg_get_statistics (pair.a.leg, &before);
  g_object_get (pair.a.leg, "codec", &codec, NULL);
  g_assert_cmpstr (codec, ==, "PCMU");

  offer = tandem_leg_create_offer (pair.a.leg);
  other = without (offer, "a=rtpmap:0 PCMU/8000\r\n");
  line = strstr (other, "RTP/AVP 0 ");
  g_assert_nonnull (line);
  memmove (line + 8, line + 10, strlen (line + 10) + 1);
  answer = tandem_leg_answer_offer (pair.b.leg, other, &error);
  g_assert_no_error (error);
  g_assert_true (tandem_leg_set_answer (pair.a.leg, answer, &error));
  g_free (codec);
  g_object_get (pair.a.leg, "codec", &codec, NULL);
  g_assert_cmpstr (codec, ==, "opus");
  pass_time (1200);
  wait_until (hears (&pair.a, TONE_B) && hears (&pair.b, TONE_A));
  tandem_leg_get_statistics (pair.a.leg, &after);
  g_assert_cmpuint (after.packets_received, >, before.packets_received);
  g_assert_cmpuint (pair.a.started, ==, 1);
  pair_clear (&pair);
}

static gpointer
answer_elsewhere (gpointer data)
{
  gpointer *arguments = data;

  return tandem_leg_answer_offer_threadsafe (arguments[0], arguments[1]);
}

static void
test_answer_on_another_thread (void)
{
  g_autofree char *offer = NULL, *answer = NULL, *nothing = NULL;
  gpointer arguments[2];
  Pair pair;

  side_init (&pair.a, NULL, NULL, "PCMU");
  side_init (&pair.b, NULL, NULL, "PCMU");
  tandem_media_engine_set_test_tone (pair.a.engine, TONE_A);
  tandem_media_engine_set_test_tone (pair.b.engine, TONE_B);
  offer = tandem_leg_create_offer (pair.a.leg);
  tandem_leg_start (pair.b.leg);
  arguments[0] = pair.b.leg;
  arguments[1] = offer;
  answer = g_thread_join (g_thread_new ("other", answer_elsewhere, arguments));
  g_assert_nonnull (answer);
  arguments[1] = (gpointer) "nonsense";
  nothing = g_thread_join (g_thread_new ("other", answer_elsewhere, arguments));
  g_assert_null (nothing);
  g_assert_true (tandem_leg_set_answer (pair.a.leg, answer, NULL));
  tandem_leg_start (pair.a.leg);
  wait_until (hears (&pair.a, TONE_B) && hears (&pair.b, TONE_A));
  pair_clear (&pair);
}

static void
test_name_as_address (void)
{
  g_autofree char *offer = NULL, *named = NULL, *answer = NULL;
  g_auto (GStrv) parts = NULL;
  Pair pair;

  side_init (&pair.a, NULL, "127.0.0.1", "PCMU");
  side_init (&pair.b, NULL, "127.0.0.1", "PCMU");
  tandem_media_engine_set_test_tone (pair.b.engine, TONE_B);
  offer = tandem_leg_create_offer (pair.a.leg);
  parts = g_strsplit (offer, "c=IN IP4 127.0.0.1", 2);
  named = g_strjoinv ("c=IN IP4 localhost", parts);
  answer = tandem_leg_answer_offer (pair.b.leg, named, NULL);
  g_assert_nonnull (answer);
  tandem_leg_start (pair.b.leg);
  g_assert_true (tandem_leg_set_answer (pair.a.leg, answer, NULL));
  tandem_leg_start (pair.a.leg);
  wait_until (hears (&pair.a, TONE_B));
  pair_clear (&pair);
}

static void
test_unknown_name_as_address (void)
{
  Side side;

  side_init (&side, NULL, "127.0.0.1", "PCMU");
  g_free (tandem_leg_answer_offer (side.leg,
                                   "v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nc=IN IP4 media.invalid\r\n"
                                   "t=0 0\r\nm=audio 9000 RTP/AVP 0\r\n",
                                   NULL));
  tandem_leg_start (side.leg);
  wait_until (side.failures->len > 0);
  g_string_truncate (side.failures, 0);
  side_clear (&side);
}

static void
test_no_port (void)
{
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  g_autoptr (GError) error = NULL;
  g_autoptr (TandemLeg) first = NULL, second = NULL;
  g_autofree char *offer = NULL;

  tandem_media_engine_set_port_range (engine, 17709, 17712);
  first = tandem_leg_new (engine, "127.2.0.9", &error);
  g_assert_no_error (error);
  offer = tandem_leg_create_offer (first);
  g_assert_nonnull (strstr (offer, "m=audio 17710 "));
  second = tandem_leg_new (engine, "127.2.0.9", &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_nonnull (strstr (error->message, "17709"));
  g_assert_null (second);
}

static void
test_no_codec (void)
{
  const char *codecs[] = { "iLBC", "", NULL };
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  g_autoptr (TandemLeg) leg = NULL;

  tandem_media_engine_set_codecs (engine, codecs);
  leg = tandem_leg_new (engine, "127.2.0.1", NULL);
  g_assert_null (tandem_leg_create_offer (leg));
  g_assert_cmpstr (tandem_media_engine_why_not (engine, "iLBC"), ==, "unknown codec");
  g_assert_null (tandem_media_engine_why_not (engine, "PCMU"));
}

static void
test_tones (void)
{
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);

  tandem_media_engine_start_ringing (engine, "");
  tandem_media_engine_start_ringing (engine, NULL);
  wait_until (tandem_media_engine_get_ring_level (engine) > -40);
  tandem_media_engine_start_ringback (engine);
  wait_until (tandem_media_engine_measure_tone (engine, 425) > -40);
  tandem_media_engine_stop_ringback (engine);
  wait_until (tandem_media_engine_measure_tone (engine, 425) < -60);
  tandem_media_engine_stop_ringing (engine);
  tandem_media_engine_play_key (engine, '5');
  tandem_media_engine_play_key (engine, 'x');
  wait_until (tandem_media_engine_measure_tone (engine, 770) > -60
              && tandem_media_engine_measure_tone (engine, 1336) > -60);
}

/* Who is called while talking hears it, and the one at the other end does not. */
static void
test_call_waiting (void)
{
  Pair pair;

  pair_init (&pair, "PCMU");
  wait_until (hears (&pair.a, TONE_B) && hears (&pair.b, TONE_A));
  tandem_media_engine_start_waiting (pair.a.engine);
  tandem_media_engine_start_waiting (pair.a.engine);
  wait_until (tandem_media_engine_measure_tone (pair.a.engine, 425) > -46);
  g_assert_cmpfloat (tandem_media_engine_measure_tone (pair.a.engine, 425), <, -30);
  g_assert_true (hears (&pair.a, TONE_B));
  pass_time (300);
  g_assert_cmpfloat (tandem_media_engine_measure_tone (pair.b.engine, 425), <, -60);
  tandem_media_engine_stop_waiting (pair.a.engine);
  wait_until (tandem_media_engine_measure_tone (pair.a.engine, 425) < -60);
  tandem_media_engine_stop_waiting (pair.a.engine);
  pair_clear (&pair);
}

/* What the thread of 10 ms does is counted by the switches of its task. */
static guint64
count_bridge_wakeups (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  guint64 sum = 0;
  const char *task;

  while ((task = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *name_path = g_strdup_printf ("/proc/self/task/%s/comm", task);
      g_autofree char *status_path = g_strdup_printf ("/proc/self/task/%s/status", task);
      g_autofree char *name = NULL, *status = NULL;
      const char *line;

      if (!g_file_get_contents (name_path, &name, NULL, NULL)
          || !g_str_has_prefix (name, "tandem-bridge")
          || !g_file_get_contents (status_path, &status, NULL, NULL))
        continue;
      line = strstr (status, "voluntary_ctxt_switches:");
      sum += g_ascii_strtoull (line + strlen ("voluntary_ctxt_switches:"), NULL, 10);
    }
  return sum;
}

static void
test_idle (void)
{
  guint64 before, during;
  Pair pair;

  pair_init (&pair, "PCMU");
  wait_until (hears (&pair.a, TONE_B));
  before = count_bridge_wakeups ();
  pass_time (300);
  during = count_bridge_wakeups () - before;
  g_assert_cmpuint (during, >, 5);
  tandem_leg_stop (pair.a.leg);
  tandem_leg_stop (pair.b.leg);
  pass_time (100);
  before = count_bridge_wakeups ();
  pass_time (500);
  g_assert_cmpuint (count_bridge_wakeups () - before, ==, 0);
  pair_clear (&pair);
}

int
main (int argc, char *argv[])
{
  static const char *const codecs[] = { "PCMU", "PCMA", "G722", "opus" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    {
      g_autofree char *sound = g_strconcat ("/leg/codec/", codecs[i], NULL);
      g_autofree char *start = g_strconcat ("/leg/clean-start/", codecs[i], NULL);
      g_autofree char *dtmf = g_strconcat ("/leg/dtmf/", codecs[i], NULL);

      g_test_add_data_func (sound, codecs[i], test_codec);
      g_test_add_data_func (start, codecs[i], test_clean_start);
      g_test_add_data_func (dtmf, codecs[i], test_dtmf);
    }
  g_test_add_func ("/leg/ipv6", test_ipv6);
  g_test_add_func ("/leg/plain-rtcp", test_plain_rtcp);
  g_test_add_func ("/leg/mute", test_mute);
  g_test_add_data_func ("/leg/no-events-agreed/PCMU", "PCMU", test_no_events_agreed);
  g_test_add_data_func ("/leg/no-events-agreed/G722", "G722", test_no_events_agreed);
  g_test_add_data_func ("/leg/no-events-agreed/opus", "opus", test_no_events_agreed);
  g_test_add_func ("/leg/statistics", test_statistics);
  g_test_add_func ("/leg/timeout", test_timeout);
  g_test_add_func ("/leg/timeout-without-a-first-packet", test_timeout_without_a_first_packet);
  g_test_add_func ("/leg/another-codec", test_another_codec);
  g_test_add_func ("/leg/answer-on-another-thread", test_answer_on_another_thread);
  g_test_add_func ("/leg/name-as-address", test_name_as_address);
  g_test_add_func ("/leg/unknown-name-as-address", test_unknown_name_as_address);
  g_test_add_func ("/leg/no-port", test_no_port);
  g_test_add_func ("/leg/no-codec", test_no_codec);
  g_test_add_func ("/leg/tones", test_tones);
  g_test_add_func ("/leg/call-waiting", test_call_waiting);
  g_test_add_func ("/leg/idle", test_idle);
  return g_test_run ();
}
