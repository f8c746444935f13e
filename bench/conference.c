/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pair.h"

#include <math.h>
#include <sys/resource.h>

/* What mixing costs: an agent's ten calls and their far ends, all in this process, first each for itself, then as
 * one conference, in turns. Only the ratio means something: the far ends' part is in both. Prints the best of the
 * rounds, in percent of a core. */

#define PARTIES 10
#define ROUNDS 3
#define MEASURE 4000 /* ms */

static double
get_cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double
measure (Side *here, gboolean in_conference)
{
  double cpu;
  gint64 begin;

  for (guint i = 0; i < PARTIES; i++)
    tandem_leg_set_in_conference (here[i].leg, in_conference);
  pass_time (500);
  cpu = get_cpu ();
  begin = g_get_monotonic_time ();
  pass_time (MEASURE);
  return (get_cpu () - cpu) * 1e6 / (double) (g_get_monotonic_time () - begin);
}

int
main (void)
{
  TandemMediaEngine *engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  Side here[PARTIES], there[PARTIES];
  double apart = INFINITY, together = INFINITY;

  for (guint i = 0; i < PARTIES; i++)
    {
      side_init (&here[i], engine, NULL, "PCMU");
      side_init (&there[i], NULL, NULL, "PCMU");
      agree (&here[i], &there[i]);
      tandem_leg_start (here[i].leg);
      tandem_leg_start (there[i].leg);
    }
  wait_until (hears (&there[PARTIES - 1], 440) && hears (&there[0], 440));
  for (guint i = 0; i < ROUNDS; i++)
    {
      apart = MIN (apart, measure (here, FALSE));
      together = MIN (together, measure (here, TRUE));
    }
  for (guint i = 0; i < PARTIES; i++)
    {
      side_clear (&here[i]);
      side_clear (&there[i]);
    }
  g_object_unref (engine);
  g_print ("parties=%d\tapart=%.2f\ttogether=%.2f\n", PARTIES, apart * 100, together * 100);
  return 0;
}
