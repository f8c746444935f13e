/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "far-end.h"
#include "pair.h"

#include <string.h>

/* Legs that go down at every moment of their coming up, while sound arrives all the time: before the
 * pipeline plays, while it makes a decoder for the first packet, while that begins to play. */

#define LEG "127.2.0.30"
#define FAR "127.2.0.31"
#define ROUNDS 240
#define LATEST 110 /* ms: past the jitter buffer's first packet */

/* Sends on a thread of its own: a leg's going down must not silence it. */
typedef struct
{
  FarEnd far;
  guint port;
  int done; /* atomic */
  GThread *thread;
} Hail;

static void
send_report (Hail *hail)
{
  guint8 report[28] = { 0x80, 200, 0, 6 };
  guint32 ssrc = GUINT32_TO_BE (hail->far.ssrc);

  memcpy (report + 4, &ssrc, 4);
  far_end_send_raw (&hail->far, LEG, hail->port, report, sizeof report);
}

static gpointer
run (gpointer data)
{
  Hail *hail = data;

  for (guint i = 0; !g_atomic_int_get (&hail->done); i++)
    {
      if (i % 8 == 7)
        send_report (hail);
      far_end_send_tone (&hail->far, LEG, hail->port, 440);
      g_usleep (1000);
    }
  return NULL;
}

static void
answer (TandemLeg *leg, Hail *hail, const char *formats)
{
  g_autofree char *media
      = g_strdup_printf ("m=audio %u RTP/AVP %s\r\na=rtcp-mux\r\n", hail->far.port, formats);
  g_autofree char *offer = far_end_offer (&hail->far, media, "");
  g_autoptr (GError) error = NULL;
  g_autofree char *text = tandem_leg_answer_offer (leg, offer, &error);

  g_assert_no_error (error);
  hail->port = far_end_read_port (text);
}

/* every: ms; so that rounds together meet every moment. */
static guint
choose_moment (guint round)
{
  return round * 7 % LATEST;
}

static void
one_round (TandemMediaEngine *engine, guint round)
{
  guint moment = choose_moment (round);
  Hail hail = { 0 };
  Side side;

  far_end_init (&hail.far, FAR);
  side_init (&side, engine, LEG, NULL);
  answer (side.leg, &hail, "0 8");
  hail.thread = g_thread_new ("hail", run, &hail);
  tandem_leg_start (side.leg);
  if (round % 3 == 0)
    {
      pass_time (moment / 2);
      answer (side.leg, &hail, "8");
      pass_time (moment - moment / 2);
    }
  else
    pass_time (moment);
  side_clear (&side);
  g_atomic_int_set (&hail.done, TRUE);
  g_thread_join (hail.thread);
  far_end_clear (&hail.far);
}

static void
test_every_moment (void)
{
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);

  for (guint i = 0; i < ROUNDS; i++)
    one_round (engine, i);
}

/* The engine goes with its legs still going down, as when the phone quits in a call. */
static void
test_quit (void)
{
  for (guint i = 0; i < ROUNDS / 4; i++)
    one_round (NULL, i * 4 + 1);
}

/* Eight at a time, as many threads as there are moments. */
static void
test_crowd (void)
{
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);

  for (guint i = 0; i < 12; i++)
    {
      Hail hails[8] = { 0 };
      Side sides[8];

      for (guint j = 0; j < G_N_ELEMENTS (sides); j++)
        {
          far_end_init (&hails[j].far, FAR);
          side_init (&sides[j], engine, LEG, NULL);
          answer (sides[j].leg, &hails[j], "0");
          hails[j].thread = g_thread_new ("hail", run, &hails[j]);
          tandem_leg_start (sides[j].leg);
        }
      pass_time (i * 10);
      for (guint j = 0; j < G_N_ELEMENTS (sides); j++)
        {
          side_clear (&sides[j]);
          g_atomic_int_set (&hails[j].done, TRUE);
          g_thread_join (hails[j].thread);
          far_end_clear (&hails[j].far);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/take-down/every-moment", test_every_moment);
  g_test_add_func ("/take-down/quit", test_quit);
  g_test_add_func ("/take-down/crowd", test_crowd);
  return g_test_run ();
}
