/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pair.h"
#include "tone.h"

/* Who hears whom: an agent with several calls, each to a far end with a tone of its own. The agent's engine is
 * one, with a leg for each call. A row of the expected table is who hears, a column who is heard; 0 is the
 * agent. */

#define MOST 11
#define AGENT_TONE 440.0

static const double tones[MOST]
    = { AGENT_TONE, 620, 800, 1010, 1230, 1490, 1790, 2080, 2390, 2710, 3070 };

typedef struct
{
  guint n;        /* far ends */
  double silence; /* dB */
  TandemMediaEngine *engine;
  Side here[MOST]; /* from 1 */
  Side there[MOST];
} Desk;

static void
desk_init (Desk *desk, guint n, const char *const *codecs)
{
  /* Ten steady tones at once go beyond full scale, and what is cut off there is heard a little everywhere. */
  *desk = (Desk){ .n = n,
                  .silence = n > 5 ? -38.0 : NOT_HEARD,
                  .engine = tandem_media_engine_new (TANDEM_AUDIO_TEST) };
  tandem_media_engine_set_test_tone (desk->engine, AGENT_TONE);
  for (guint i = 1; i <= n; i++)
    {
      side_init (&desk->here[i], desk->engine, NULL, codecs[i % 3]);
      side_init (&desk->there[i], NULL, NULL, codecs[i % 3]);
      tandem_media_engine_set_test_tone (desk->there[i].engine, tones[i]);
      agree (&desk->here[i], &desk->there[i]);
      tandem_leg_start (desk->here[i].leg);
      tandem_leg_start (desk->there[i].leg);
    }
}

static void
desk_clear (Desk *desk)
{
  for (guint i = 1; i <= desk->n; i++)
    {
      side_clear (&desk->here[i]);
      side_clear (&desk->there[i]);
    }
  g_object_unref (desk->engine);
}

static TandemMediaEngine *
get_ear (Desk *desk, guint who)
{
  return who == 0 ? desk->engine : desk->there[who].engine;
}

typedef gboolean Table[MOST][MOST];

/* Whether everything came true, each at some moment: on a busy machine not all can at one. */
static gboolean
came_true (Desk *desk, const char *const *expected, Table been)
{
  gboolean all = TRUE;

  for (guint who = 0; who <= desk->n; who++)
    {
      for (guint whom = 0; whom <= desk->n; whom++)
        {
          double level = tandem_media_engine_measure_tone (get_ear (desk, who), tones[whom]);

          if (expected[who][whom] == 'x' ? level >= HEARD : level <= desk->silence)
            been[who][whom] = TRUE;
          all = all && been[who][whom];
        }
    }
  return all;
}

/* The table must come true, and what it does not have must not be heard any more when all that was heard before
 * has left the meters; the rest goes on to be heard. */
static void
expect (Desk *desk, const char *const *expected)
{
  Table at_first = { 0 }, after = { 0 };

  wait_until (came_true (desk, expected, at_first));
  pass_time (1200);
  for (guint who = 0; who <= desk->n; who++)
    {
      for (guint whom = 0; whom <= desk->n; whom++)
        {
          double level = tandem_media_engine_measure_tone (get_ear (desk, who), tones[whom]);

          g_test_message ("%u hears %u at %.1f dB", who, whom, level);
          if (expected[who][whom] != 'x')
            g_assert_cmpfloat (level, <, desk->silence);
        }
    }
  wait_until (came_true (desk, expected, after));
}

static const char *const of_all[] = { "PCMU", "G722", "opus" };

static void
join (Desk *desk, guint who, gboolean in)
{
  tandem_leg_set_in_conference (desk->here[who].leg, in);
}

static void
hold (Desk *desk, guint who, gboolean on)
{
  tandem_leg_set_hold (desk->here[who].leg, on);
  agree (&desk->here[who], &desk->there[who]);
}

static void
test_two_calls (void)
{
  static const char *const one_held[] = { ".x.", "x..", "..." };
  static const char *const swapped[] = { "..x", "...", "x.." };
  static const char *const merged[] = { ".xx", "x.x", "xx." };
  Desk desk;

  desk_init (&desk, 2, of_all);
  hold (&desk, 2, TRUE);
  expect (&desk, one_held);
  hold (&desk, 1, TRUE);
  hold (&desk, 2, FALSE);
  expect (&desk, swapped);

  /* Whoever is held hears and says nothing in a conference either. */
  join (&desk, 1, TRUE);
  join (&desk, 2, TRUE);
  expect (&desk, swapped);
  hold (&desk, 1, FALSE);
  expect (&desk, merged);

  join (&desk, 1, FALSE);
  join (&desk, 2, FALSE);
  hold (&desk, 2, TRUE);
  expect (&desk, one_held);
  desk_clear (&desk);
}

static void
test_three (void)
{
  static const char *const all[] = { ".xxx", "x.xx", "xx.x", "xxx." };
  static const char *const agent_muted[] = { ".xxx", "..xx", ".x.x", ".xx." };
  static const char *const second_unheard[] = { ".x.x", "x..x", "xx.x", "xx.." };
  static const char *const third_out[] = { ".xxx", "x.x.", "xx..", "x..." };
  static const char *const third_gone[] = { ".xx.", "x.x.", "xx..", "...." };
  Desk desk;

  desk_init (&desk, 3, of_all);
  for (guint i = 1; i <= 3; i++)
    join (&desk, i, TRUE);
  expect (&desk, all);
  for (guint i = 1; i <= 3; i++)
    g_object_set (desk.here[i].leg, "muted", TRUE, NULL);
  expect (&desk, agent_muted);
  for (guint i = 1; i <= 3; i++)
    g_object_set (desk.here[i].leg, "muted", FALSE, NULL);
  tandem_leg_set_heard (desk.here[2].leg, FALSE);
  expect (&desk, second_unheard);
  tandem_leg_set_heard (desk.here[2].leg, TRUE);
  expect (&desk, all);
  join (&desk, 3, FALSE);
  expect (&desk, third_out);
  tandem_leg_stop (desk.here[3].leg);
  expect (&desk, third_gone);
  desk_clear (&desk);
}

static void
test_five (void)
{
  static const char *const all[] = { ".xxxxx", "x.xxxx", "xx.xxx", "xxx.xx", "xxxx.x", "xxxxx." };
  Desk desk;

  desk_init (&desk, 5, of_all);
  for (guint i = 1; i <= 5; i++)
    join (&desk, i, TRUE);
  expect (&desk, all);
  desk_clear (&desk);
}

/* As many as an agent can have: everybody hears everybody else, and the one that is consulted hears the agent
 * alone. */
static void
test_ten (void)
{
  static const char *const all[]
      = { ".xxxxxxxxxx", "x.xxxxxxxxx", "xx.xxxxxxxx", "xxx.xxxxxxx", "xxxx.xxxxxx", "xxxxx.xxxxx",
          "xxxxxx.xxxx", "xxxxxxx.xxx", "xxxxxxxx.xx", "xxxxxxxxx.x", "xxxxxxxxxx." };
  static const char *const consulting[]
      = { "..........x", "...........", "...........", "...........", "...........", "...........",
          "...........", "...........", "...........", "...........", "x.........." };
  static const char *const back[]
      = { ".xxxxxxxxx.", "x.xxxxxxxx.", "xx.xxxxxxx.", "xxx.xxxxxx.", "xxxx.xxxxx.", "xxxxx.xxxx.",
          "xxxxxx.xxx.", "xxxxxxx.xx.", "xxxxxxxx.x.", "xxxxxxxxx..", "..........." };
  Desk desk;

  desk_init (&desk, 10, of_all);
  for (guint i = 1; i <= 10; i++)
    join (&desk, i, TRUE);
  expect (&desk, all);
  for (guint i = 1; i <= 9; i++)
    hold (&desk, i, TRUE);
  join (&desk, 10, FALSE);
  expect (&desk, consulting);
  hold (&desk, 10, TRUE);
  for (guint i = 1; i <= 9; i++)
    hold (&desk, i, FALSE);
  expect (&desk, back);
  desk_clear (&desk);
}

static gboolean
hears_keys (TandemMediaEngine *engine)
{
  return tandem_media_engine_measure_tone (engine, 852) > -45
         && tandem_media_engine_measure_tone (engine, 1477) > -45;
}

/* Keys as sound go to one far end, not to the others of the conference; it does not hear the agent meanwhile. */
static void
test_keys (void)
{
  static const char *const all[] = { ".xx", "x.x", "xx." };
  Desk desk;

  desk_init (&desk, 2, of_all);
  join (&desk, 1, TRUE);
  join (&desk, 2, TRUE);
  expect (&desk, all);
  g_assert_false (tandem_leg_send_dtmf_inband (desk.here[1].leg, "9x"));
  g_assert_true (tandem_leg_send_dtmf_inband (desk.here[1].leg, "999999"));
  wait_until (hears_keys (desk.there[1].engine));
  g_assert_false (hears_keys (desk.there[2].engine));
  g_assert_false (hears_keys (desk.engine));
  expect (&desk, all);
  desk_clear (&desk);
}

/* Waiting tone and notices are for the agent alone. */
static void
test_notices (void)
{
  static const struct
  {
    TandemNotice notice;
    double tone;
  } notices[] = { { TANDEM_NOTICE_AUTO_ANSWER, 880 }, { TANDEM_NOTICE_HELD, 520 } };
  Desk desk;

  desk_init (&desk, 2, of_all);
  join (&desk, 1, TRUE);
  join (&desk, 2, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (notices); i++)
    {
      tandem_media_engine_play_notice (desk.engine, notices[i].notice);
      wait_until (tandem_media_engine_measure_tone (desk.engine, notices[i].tone) > -45);
      pass_time (300);
      for (guint j = 1; j <= 2; j++)
        g_assert_cmpfloat (tandem_media_engine_measure_tone (desk.there[j].engine, notices[i].tone),
                           <, NOT_HEARD);
      /* Once, and over. */
      wait_until (tandem_media_engine_measure_tone (desk.engine, notices[i].tone) < NOT_HEARD);
    }
  /* The agent's tone is too near to the waiting tone for a meter on a busy machine. */
  tandem_media_engine_set_test_tone (desk.engine, 1800);
  for (guint j = 1; j <= 2; j++)
    wait_until (tandem_media_engine_measure_tone (desk.there[j].engine, AGENT_TONE) < NOT_HEARD
                && tandem_media_engine_measure_tone (desk.there[j].engine, 1800) > HEARD);
  tandem_media_engine_start_waiting (desk.engine);
  wait_until (tandem_media_engine_measure_tone (desk.engine, 425) > -50);
  pass_time (300);
  for (guint j = 1; j <= 2; j++)
    g_assert_cmpfloat (tandem_media_engine_measure_tone (desk.there[j].engine, 425), <, NOT_HEARD);
  tandem_media_engine_stop_waiting (desk.engine);
  desk_clear (&desk);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/conference/two-calls", test_two_calls);
  g_test_add_func ("/conference/three", test_three);
  g_test_add_func ("/conference/five", test_five);
  g_test_add_func ("/conference/ten", test_ten);
  g_test_add_func ("/conference/keys", test_keys);
  g_test_add_func ("/conference/notices", test_notices);
  return g_test_run ();
}
