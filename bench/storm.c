/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "storm-world.h"

#include <math.h>

/* Registration storms: ten thousand phones, three proxies, and a virtual clock. Each phone has a
 * health table and operations of its own, those of src/ha as shipped; only the network, the proxies
 * and the timers of the SIP thread are made up here. Prints what arrives at the busiest surviving
 * proxy and how soon the phones that have lost their proxy are back, beside the figures that were
 * the reason for jitter, spread and back-off. Ends with an error when one of those is missed by more
 * than 10 %. Not for measuring speed. The model is described in storm-world.h. */

#define WINDOW 60
#define RUN_ON (300 * SECOND)
#define TOLERANCE 1.1

static guint
get_peak (const guint *seconds, gint64 from, gint64 to)
{
  guint peak = 0;

  for (gint64 i = MAX (from, 0); i < MIN (to, LENGTH); i++)
    peak = MAX (peak, seconds[i]);
  return peak;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *) a, other = *(const gint64 *) b;

  return (one > other) - (one < other);
}

/* When that share of the phones was back, in s; infinite when it is not. */
static double
get_quantile (GArray *times, guint lost, double share)
{
  guint i = lost > 0 ? (guint) ceil (share * lost) - 1 : 0;

  return i < times->len ? (double) g_array_index (times, gint64, i) / (double) SECOND : INFINITY;
}

/* One figure, and beside it the one to be met. */
static gboolean
print_figure (const char *what, double value, const char *unit, double wanted, gboolean compared)
{
  gboolean met = value <= wanted * TOLERANCE;
  g_autofree char *text = isinf (value)
                              ? g_strdup ("not by the end")
                              : g_strdup_printf (value < 100 ? "%.1f %s" : "%.0f %s", value, unit);

  if (wanted == 0 || !compared)
    g_print ("  %-40s %14s\n", what, text);
  else
    g_print ("  %-40s %14s   wanted %.0f%s\n", what, text, wanted, met ? "" : "   MISSED");
  return met || wanted == 0 || !compared;
}

static gboolean
report (World *self, gint64 from, gint64 end)
{
  const Scenario *scenario = self->scenario;
  gint64 dies = scenario->dies / SECOND, first = from / SECOND, last = end / SECOND;
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint lost = 0, before = 0, after = 0, moving = 0, finally = 0;
  gboolean compared = self->n_phones == 10000, good = TRUE;

  for (guint i = 0; i < PROXIES; i++)
    {
      const Proxy *proxy = &self->proxies[i];

      if (proxy->dead)
        continue;
      before = MAX (before, get_peak (proxy->requests, dies - WINDOW, dies));
      after = MAX (after, get_peak (proxy->requests, first, last));
      moving = MAX (moving, get_peak (proxy->moves, first, last));
      finally = MAX (finally, get_peak (proxy->requests, last - WINDOW, last));
    }
  for (guint i = 0; i < self->n_phones; i++)
    {
      gint64 back = self->phones[i].back - from;

      lost += self->phones[i].lost >= 0;
      if (self->phones[i].lost >= 0 && self->phones[i].back >= 0)
        g_array_append_val (times, back);
    }
  g_array_sort (times, compare_times);

  g_print ("\n%s\n", scenario->name);
  good &= print_figure ("peak before", before, "req/s", scenario->before, compared);
  good &= print_figure ("peak after", after, "req/s", scenario->after, compared);
  good &= print_figure ("  of the phones that move", moving, "req/s", scenario->moving, compared);
  print_figure ("  in the last minute", finally, "req/s", 0, compared);
  good &= print_figure ("half of those that lost their proxy back", get_quantile (times, lost, 0.5),
                        "s", scenario->back_50, compared);
  good &= print_figure ("99 % back", get_quantile (times, lost, 0.99), "s", scenario->back_99,
                        compared);
  good &= print_figure ("all back", get_quantile (times, lost, 1), "s", scenario->back_all,
                        compared);
  if (scenario->capacity > 0)
    g_print ("  %-40s %8" G_GUINT64_FORMAT " times\n", "living proxies set aside", self->wronged);
  return good;
}

static gboolean
run (const Scenario *scenario, guint n_phones, guint32 seed)
{
  gint64 from = scenario->returns > 0 ? scenario->returns : scenario->dies;
  gint64 end = from + (scenario->run_on > 0 ? scenario->run_on : RUN_ON);
  gboolean good;
  World world;

  storm_world_init (&world, scenario, n_phones, seed);
  storm_world_run (&world, end);
  good = report (&world, from, end);
  storm_world_clear (&world);
  return good;
}

#define DIES (313 * SECOND)
#define SHIPPED                                                                                    \
  .failover = TANDEM_FAILOVER_PROMPT, .reg_interval = 30 * SECOND, .stays = TRUE, .dies = DIES

static const Scenario scenarios[] = {
  {
      .name = "In step, without jitter, classic, wherever DNS says",
      .failover = TANDEM_FAILOVER_CLASSIC,
      .reg_interval = 30 * SECOND,
      .in_step = TRUE,
      .dying = 1,
      .dies = DIES,
      .before = 3342,
      .after = 4887,
      .back_50 = 21,
      .back_99 = 51,
  },
  {
      .name = "The same with jitter",
      .failover = TANDEM_FAILOVER_CLASSIC,
      .reg_interval = 30 * SECOND,
      .in_step = TRUE,
      .jitter = TRUE,
      .dying = 1,
      .dies = DIES,
      .before = 265,
      .after = 310,
      .back_50 = 24,
      .back_99 = 60,
  },
  {
      .name = "As shipped, logged on in step",
      SHIPPED,
      .dying = 1,
      .reg_spread = 2 * SECOND,
      .jitter = TRUE,
      .in_step = TRUE,
      .before = 265,
      .back_50 = 24,
      .back_99 = 60,
  },
  {
      .name = "As shipped with probes, logged on in step",
      SHIPPED,
      .dying = 1,
      .reg_spread = 2 * SECOND,
      .jitter = TRUE,
      .in_step = TRUE,
      .probes = TRUE,
      .back_50 = 24,
      .back_99 = 60,
  },
  {
      .name = "Everybody notices at once (TCP), without spread",
      SHIPPED,
      .dying = 1,
      .jitter = TRUE,
      .transport = TANDEM_TRANSPORT_TCP,
      .before = 139,
      .after = 1790,
  },
  {
      .name = "Everybody notices at once (TCP), spread over 10 s",
      SHIPPED,
      .dying = 1,
      .jitter = TRUE,
      .transport = TANDEM_TRANSPORT_TCP,
      .reg_spread = 10 * SECOND,
      .before = 139,
      .after = 315,
      .back_50 = 5,
      .back_99 = 10,
  },
  {
      .name = "1500 req/s capacity, in step, one move and then the back-off",
      SHIPPED,
      .dying = 1,
      .reg_spread = 2 * SECOND,
      .in_step = TRUE,
      .capacity = 1500,
      .moving = 1682,
      .back_all = 26,
  },
  {
      .name = "1000 req/s capacity, in step, at once and without back-off (what must not be)",
      SHIPPED,
      .dying = 1,
      .reg_spread = 2 * SECOND,
      .in_step = TRUE,
      .impatient = TRUE,
      .capacity = 1000,
  },
  {
      .name = "1000 req/s capacity, in step, one move and then the back-off, still without jitter",
      SHIPPED,
      .dying = 1,
      .reg_spread = 2 * SECOND,
      .in_step = TRUE,
      .capacity = 1000,
      .run_on = 1400 * SECOND,
  },
  {
      .name = "1000 req/s capacity, as shipped, logged on in step",
      SHIPPED,
      .dying = 1,
      .reg_spread = 2 * SECOND,
      .jitter = TRUE,
      .in_step = TRUE,
      .capacity = 1000,
  },
  {
      .name = "All die for 2 min (UDP), as shipped, in step and without jitter",
      SHIPPED,
      .reg_spread = 2 * SECOND,
      .in_step = TRUE,
      .dying = PROXIES,
      .returns = DIES + 120 * SECOND,
  },
  {
      .name = "All die for 2 min (UDP), as shipped, not in step",
      SHIPPED,
      .reg_spread = 2 * SECOND,
      .jitter = TRUE,
      .dying = PROXIES,
      .returns = DIES + 120 * SECOND,
  },
  {
      .name = "All die for 2 min (UDP), as shipped with probes, not in step",
      SHIPPED,
      .reg_spread = 2 * SECOND,
      .jitter = TRUE,
      .probes = TRUE,
      .dying = PROXIES,
      .returns = DIES + 120 * SECOND,
  },
  {
      .name = "All die for 2 min (UDP), 1000 req/s capacity, as shipped, logged on in step",
      SHIPPED,
      .reg_spread = 2 * SECOND,
      .jitter = TRUE,
      .in_step = TRUE,
      .capacity = 1000,
      .dying = PROXIES,
      .returns = DIES + 120 * SECOND,
  },
  {
      .name = "All die for 2 min (TCP), as shipped, not in step",
      SHIPPED,
      .reg_spread = 2 * SECOND,
      .jitter = TRUE,
      .transport = TANDEM_TRANSPORT_TCP,
      .dying = PROXIES,
      .returns = DIES + 120 * SECOND,
  },
  {
      .name = "All die for 2 min (TCP), as shipped with probes, not in step",
      SHIPPED,
      .reg_spread = 2 * SECOND,
      .jitter = TRUE,
      .transport = TANDEM_TRANSPORT_TCP,
      .probes = TRUE,
      .dying = PROXIES,
      .returns = DIES + 120 * SECOND,
  },
};

int
main (int argc, char **argv)
{
  int phones = 10000, seed = 1, missed = 0;
  const GOptionEntry entries[] = {
    { "phones", 'n', 0, G_OPTION_ARG_INT, &phones, "How many (10000)", "N" },
    { "seed", 's', 0, G_OPTION_ARG_INT, &seed, "Of the random numbers (1)", "N" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- registration storms, simulated");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || phones < 1 || phones > 1000000)
    {
      g_printerr ("storm: %s\n", error != NULL ? error->message : "1 to 1000000 phones");
      return 2;
    }
  g_print ("%d phones, %d proxies; peaks are those of the busiest surviving proxy\n", phones,
           PROXIES);
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    missed += !run (&scenarios[i], (guint) phones, (guint32) seed);
  if (missed > 0)
    g_print ("\n%d missed by more than 10 %%\n", missed);
  return missed > 0;
}
