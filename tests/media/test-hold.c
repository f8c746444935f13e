/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "far-end.h"
#include "pair.h"

#include <string.h>

/* Who hears whom: hold and retrieve from either side, in every spelling, refused, and with the network under it
 * changed. */

#define LEG "127.2.0.40"
#define FAR "127.2.0.41"
#define TONE_FAR 700.0

static gboolean
is (Side *side, const char *property)
{
  gboolean value;

  g_object_get (side->leg, property, &value, NULL);
  return value;
}

#define assert_holds(side, own, far)                                                               \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_cmpint (is (side, "hold"), ==, own);                                                  \
    g_assert_cmpint (is (side, "remote-hold"), ==, far);                                           \
  }                                                                                                \
  G_STMT_END

/* What a meter measured a second ago may still be in it: silence shows after that. */
static void
assert_silence (Pair *pair)
{
  wait_until (hears_not (&pair->a, TONE_B) && hears_not (&pair->b, TONE_A));
  pass_time (1200);
  g_assert_true (hears_not (&pair->a, TONE_B));
  g_assert_true (hears_not (&pair->b, TONE_A));
}

static void
assert_talk (Pair *pair)
{
  wait_until (hears (&pair->a, TONE_B) && hears (&pair->b, TONE_A));
}

static void
hold (Side *one, Side *other, gboolean on)
{
  tandem_leg_set_hold (one->leg, on);
  agree (one, other);
}

static void
test_both_sides (gconstpointer data)
{
  Pair pair;

  pair_init (&pair, data);
  assert_talk (&pair);
  assert_holds (&pair.a, FALSE, FALSE);

  hold (&pair.a, &pair.b, TRUE);
  assert_holds (&pair.a, TRUE, FALSE);
  assert_holds (&pair.b, FALSE, TRUE);
  assert_silence (&pair);

  hold (&pair.b, &pair.a, TRUE);
  assert_holds (&pair.a, TRUE, TRUE);
  assert_holds (&pair.b, TRUE, TRUE);
  assert_silence (&pair);
  pass_time (1500);
  g_assert_cmpuint (pair.a.timeouts + pair.b.timeouts, ==, 0);

  hold (&pair.a, &pair.b, FALSE);
  assert_holds (&pair.a, FALSE, TRUE);
  assert_holds (&pair.b, TRUE, FALSE);
  assert_silence (&pair);

  hold (&pair.b, &pair.a, FALSE);
  assert_holds (&pair.a, FALSE, FALSE);
  assert_holds (&pair.b, FALSE, FALSE);
  assert_talk (&pair);
  g_assert_cmpuint (pair.a.timeouts + pair.b.timeouts, ==, 0);
  pair_clear (&pair);
}

/* From the click on, not from the far end's answer on; and back only with it. */
static void
test_at_once (void)
{
  g_autofree char *offer = NULL, *answer = NULL;
  Pair pair;

  pair_init (&pair, "PCMU");
  assert_talk (&pair);
  tandem_leg_set_hold (pair.a.leg, TRUE);
  offer = tandem_leg_create_offer (pair.a.leg);
  g_assert_nonnull (strstr (offer, "a=sendonly"));
  assert_holds (&pair.a, FALSE, FALSE);
  assert_silence (&pair);
  answer = tandem_leg_answer_offer (pair.b.leg, offer, NULL);
  g_assert_nonnull (strstr (answer, "a=recvonly"));
  g_assert_true (tandem_leg_set_answer (pair.a.leg, answer, NULL));
  assert_holds (&pair.a, TRUE, FALSE);

  tandem_leg_set_hold (pair.a.leg, FALSE);
  g_clear_pointer (&offer, g_free);
  offer = tandem_leg_create_offer (pair.a.leg);
  g_assert_nonnull (strstr (offer, "a=sendrecv"));
  assert_silence (&pair);
  g_clear_pointer (&answer, g_free);
  answer = tandem_leg_answer_offer (pair.b.leg, offer, NULL);
  g_assert_true (tandem_leg_set_answer (pair.a.leg, answer, NULL));
  assert_talk (&pair);
  pair_clear (&pair);
}

static void
test_refused (void)
{
  g_autofree char *offer = NULL, *late = NULL;
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_init (&pair, "PCMA");
  assert_talk (&pair);
  tandem_leg_set_hold (pair.a.leg, TRUE);
  offer = tandem_leg_create_offer (pair.a.leg);
  assert_silence (&pair);
  tandem_leg_cancel_offer (pair.a.leg);
  assert_holds (&pair.a, FALSE, FALSE);
  assert_talk (&pair);

  late = tandem_leg_answer_offer (pair.b.leg, offer, NULL);
  g_assert_false (tandem_leg_set_answer (pair.a.leg, late, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  hold (&pair.a, &pair.b, TRUE);
  assert_holds (&pair.a, TRUE, FALSE);

  tandem_leg_set_hold (pair.a.leg, FALSE);
  g_free (tandem_leg_create_offer (pair.a.leg));
  tandem_leg_cancel_offer (pair.a.leg);
  assert_holds (&pair.a, TRUE, FALSE);
  assert_silence (&pair);

  hold (&pair.a, &pair.b, FALSE);
  assert_talk (&pair);
  pair_clear (&pair);
}

/* The other side asks while our offer is under way, and ours is then refused (glare). */
static void
test_glare (void)
{
  g_autofree char *ours = NULL;
  Pair pair;

  pair_init (&pair, "PCMU");
  assert_talk (&pair);
  tandem_leg_set_hold (pair.a.leg, TRUE);
  ours = tandem_leg_create_offer (pair.a.leg);
  agree (&pair.b, &pair.a);
  tandem_leg_cancel_offer (pair.a.leg);
  assert_holds (&pair.a, TRUE, FALSE);
  assert_holds (&pair.b, FALSE, TRUE);
  assert_silence (&pair);
  hold (&pair.a, &pair.b, FALSE);
  assert_talk (&pair);
  pair_clear (&pair);
}

typedef struct
{
  Side side;
  FarEnd far;
  guint port, source;
} Call;

static gboolean
on_send (gpointer data)
{
  Call *call = data;

  far_end_send_tone (&call->far, LEG, call->port, TONE_FAR);
  return G_SOURCE_CONTINUE;
}

static char *
offer (Call *call, const char *connection, const char *attributes)
{
  g_autofree char *text = g_strdup_printf ("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\n"
                                           "t=0 0\r\nm=audio %u RTP/AVP 0\r\n%s",
                                           FAR, connection, call->far.port, attributes);
  g_autoptr (GError) error = NULL;
  char *answer = tandem_leg_answer_offer (call->side.leg, text, &error);

  g_assert_no_error (error);
  call->port = far_end_read_port (answer);
  return answer;
}

static void
offer_and_expect (Call *call, const char *connection, const char *attributes, const char *expected)
{
  g_autofree char *answer = offer (call, connection, attributes);

  g_assert_nonnull (strstr (answer, expected));
}

static void
call_init (Call *call)
{
  memset (call, 0, sizeof *call);
  side_init (&call->side, NULL, LEG, "PCMU");
  far_end_init (&call->far, FAR);
  offer_and_expect (call, FAR, "", "a=sendrecv");
  tandem_leg_start (call->side.leg);
  call->source = g_timeout_add (20, on_send, call);
  wait_until (hears (&call->side, TONE_FAR));
}

static void
call_clear (Call *call)
{
  g_clear_handle_id (&call->source, g_source_remove);
  side_clear (&call->side);
  far_end_clear (&call->far);
}

/* Nothing but RTCP. */
static guint
count_rtp (Call *call, guint ms)
{
  guint8 bytes[2048];
  guint n = 0;
  gsize length;

  pass_time (ms);
  while ((length = far_end_receive (&call->far, bytes, sizeof bytes, 0)) > 0)
    n += length >= 12 && (bytes[1] < 192 || bytes[1] > 223);
  return n;
}

static void
assert_sends (Call *call, gboolean sends)
{
  pass_time (100);
  count_rtp (call, 0);
  if (sends)
    g_assert_cmpuint (count_rtp (call, 400), >, 5);
  else
    g_assert_cmpuint (count_rtp (call, 400), ==, 0);
}

/* Held by the far end in all the ways there are. */
static void
test_spellings (void)
{
  static const struct
  {
    const char *connection, *attributes, *answer;
    gboolean sends, hears;
  } spellings[] = {
    { FAR, "a=sendonly\r\n", "a=recvonly", FALSE, TRUE },
    { FAR, "a=inactive\r\n", "a=inactive", FALSE, FALSE },
    { "0.0.0.0", "", "a=recvonly", FALSE, TRUE },
    { "0.0.0.0", "a=sendonly\r\n", "a=recvonly", FALSE, TRUE },
    { "0.0.0.0", "a=inactive\r\n", "a=inactive", FALSE, FALSE },
  };
  Call call;

  call_init (&call);
  assert_sends (&call, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    {
      offer_and_expect (&call, spellings[i].connection, spellings[i].attributes,
                        spellings[i].answer);
      assert_holds (&call.side, FALSE, TRUE);
      assert_sends (&call, spellings[i].sends);
      if (spellings[i].hears)
        wait_until (hears (&call.side, TONE_FAR));
      else
        wait_until (hears_not (&call.side, TONE_FAR));
      offer_and_expect (&call, FAR, "a=sendrecv\r\n", "a=sendrecv");
      assert_holds (&call.side, FALSE, FALSE);
      assert_sends (&call, TRUE);
      wait_until (hears (&call.side, TONE_FAR));
    }
  g_assert_cmpuint (call.side.timeouts, ==, 0);
  call_clear (&call);
}

/* A far end that only wants to listen holds nobody. */
static void
test_recvonly (void)
{
  Call call;

  call_init (&call);
  offer_and_expect (&call, FAR, "a=recvonly\r\n", "a=sendonly");
  assert_holds (&call.side, FALSE, FALSE);
  wait_until (hears_not (&call.side, TONE_FAR));
  assert_sends (&call, TRUE);
  g_clear_handle_id (&call.source, g_source_remove);
  pass_time (2500);
  g_assert_cmpuint (call.side.timeouts, ==, 0);
  call_clear (&call);
}

/* While the far end holds, saying nothing is its right; silence after music, or after the hold, is news. */
static void
test_timeouts (void)
{
  static const char *const holds[] = { "a=sendonly\r\n", "a=inactive\r\n" };
  Call call;

  call_init (&call);
  for (guint i = 0; i < G_N_ELEMENTS (holds); i++)
    {
      g_clear_handle_id (&call.source, g_source_remove);
      g_free (offer (&call, FAR, holds[i]));
      pass_time (2500);
      g_assert_cmpuint (call.side.timeouts, ==, 0);
    }
  g_free (offer (&call, FAR, "a=sendonly\r\n"));
  call.source = g_timeout_add (20, on_send, &call);
  pass_time (2500);
  g_clear_handle_id (&call.source, g_source_remove);
  wait_until (call.side.timeouts == 1);
  g_free (offer (&call, FAR, "a=inactive\r\n"));
  pass_time (1500);
  g_assert_cmpuint (call.side.timeouts, ==, 1);
  g_free (offer (&call, FAR, "a=sendrecv\r\n"));
  wait_until (call.side.timeouts == 2);
  call_clear (&call);
}

static char *
find_line (const char *sdp, const char *start)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);

  for (char **line = lines; *line != NULL; line++)
    {
      if (g_str_has_prefix (*line, start))
        return g_strdup (*line);
    }
  return g_strdup ("");
}

/* The o= line's version never stays and never goes back, refused or not; m= lines stay as they are. */
static void
test_versions (void)
{
  guint64 version = 0;
  Pair pair;

  pair_init (&pair, NULL);
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *text = tandem_leg_create_offer (pair.a.leg);
      g_autofree char *origin = find_line (text, "o=");
      g_auto (GStrv) words = g_strsplit (origin, " ", -1);
      guint64 next = g_ascii_strtoull (words[2], NULL, 10);

      g_assert_cmpuint (next, >, version);
      version = next;
      if (i % 2 == 0)
        tandem_leg_cancel_offer (pair.a.leg);
      else
        agree (&pair.a, &pair.b);
      version = MAX (version, next);
    }
  pair_clear (&pair);
}

/* As on a machine with a real network: the sockets hear any address and stay. */
static void
test_new_address (void)
{
  g_autofree char *before = NULL, *after = NULL, *port = NULL, *other = NULL;
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  g_autoptr (GError) error = NULL;
  g_autoptr (TandemLeg) leg = tandem_leg_new (engine, "192.0.2.1", &error);

  g_assert_no_error (error);
  before = tandem_leg_create_offer (leg);
  g_assert_true (tandem_leg_set_address (leg, "198.51.100.7", &error));
  g_assert_no_error (error);
  after = tandem_leg_create_offer (leg);
  g_assert_nonnull (strstr (before, "c=IN IP4 192.0.2.1\r\n"));
  g_assert_nonnull (strstr (after, "c=IN IP4 198.51.100.7\r\n"));
  g_assert_null (strstr (after, "192.0.2.1"));
  port = find_line (before, "m=");
  other = find_line (after, "m=");
  g_assert_cmpstr (port, ==, other);
  g_assert_false (tandem_leg_set_address (leg, "nonsense", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

/* Other sockets where the old ones cannot serve, and only once the far end knows of them. */
static void
test_new_sockets (gconstpointer data)
{
  const char *address = data;
  g_autofree char *before = NULL, *offer = NULL, *answer = NULL, *refused = NULL;
  g_autoptr (GError) error = NULL;
  TandemLegStatistics statistics;
  Pair pair;

  pair_init (&pair, "PCMU");
  assert_talk (&pair);
  before = tandem_leg_create_offer (pair.a.leg);
  tandem_leg_cancel_offer (pair.a.leg);
  g_assert_true (tandem_leg_set_address (pair.a.leg, address, &error));
  g_assert_no_error (error);
  refused = tandem_leg_create_offer (pair.a.leg);
  g_assert_nonnull (strstr (refused, address));
  tandem_leg_cancel_offer (pair.a.leg);
  pass_time (1200);
  assert_talk (&pair);

  offer = tandem_leg_create_offer (pair.a.leg);
  answer = tandem_leg_answer_offer (pair.b.leg, offer, &error);
  g_assert_no_error (error);
  g_assert_true (tandem_leg_set_answer (pair.a.leg, answer, &error));
  g_assert_no_error (error);
  pass_time (1200);
  assert_talk (&pair);
  tandem_leg_get_statistics (pair.a.leg, &statistics);
  g_assert_cmpuint (statistics.packets_received, >, 100);
  g_assert_cmpuint (pair.a.started, ==, 1);

  tandem_leg_set_hold (pair.a.leg, TRUE);
  agree (&pair.a, &pair.b);
  assert_silence (&pair);
  tandem_leg_set_hold (pair.a.leg, FALSE);
  agree (&pair.a, &pair.b);
  assert_talk (&pair);
  pair_clear (&pair);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/hold/both-sides/PCMU", "PCMU", test_both_sides);
  g_test_add_func ("/hold/at-once", test_at_once);
  g_test_add_func ("/hold/refused", test_refused);
  g_test_add_func ("/hold/glare", test_glare);
  g_test_add_func ("/hold/spellings", test_spellings);
  g_test_add_func ("/hold/recvonly", test_recvonly);
  g_test_add_func ("/hold/timeouts", test_timeouts);
  g_test_add_func ("/hold/versions", test_versions);
  g_test_add_func ("/hold/new-address", test_new_address);
  g_test_add_data_func ("/hold/new-sockets", "127.2.0.42", test_new_sockets);
  return g_test_run ();
}
