/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-search.h"
#include "history-store.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

#include <stdio.h>

/* Search as you type over 100,000 past calls: a name is typed letter by letter, and some other texts, each with
 * TandemHistorySearch and as a plain SELECT with LIKE over the same file, in turns. Prints a line of key=value
 * for each text and one for the whole; times are ms. For bench.py. */

#define CALLS 100000
#define ROUNDS 7

static const char *const texts[]
    = { "g",      "gr",         "gre",           "gret", "greta", "greta s",
        "sample", "greta 4711", "nobody at all", "99",   "0305",  "zz" };
static const char sql[]
    = "SELECT id, start, duration, incoming, outcome, name, address, uri, queue, reason, mos, loss,"
      " proxies, note, seen FROM call WHERE (name LIKE ?1 OR address LIKE ?1 OR queue LIKE ?1 OR"
      " note LIKE ?1) ORDER BY start DESC, id DESC LIMIT " G_STRINGIFY (TANDEM_HISTORY_SEARCH_PAGE);

typedef struct
{
  gint64 last, longest;
} Pulse;

static gboolean
on_pulse (gpointer data)
{
  Pulse *pulse = data;
  const gint64 now = g_get_monotonic_time ();

  pulse->longest = MAX (pulse->longest, now - pulse->last);
  pulse->last = now;
  return G_SOURCE_CONTINUE;
}

static sqlite3 *
open_file (const char *path)
{
  sqlite3 *db = NULL;

  if (sqlite3_open (path, &db) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
  return db;
}

static void
fill (const char *path)
{
  g_autoptr (TandemHistoryStore) store = tandem_history_store_new (path);
  sqlite3 *db;

  if (!tandem_history_store_has_index (store))
    g_error ("this SQLite has no trigram index");
  db = open_file (path);
  if (sqlite3_exec (
          db,
          "BEGIN;"
          "CREATE TEMP TABLE first (n INTEGER PRIMARY KEY, name TEXT, folded TEXT);"
          "INSERT INTO first VALUES (0, 'Ada', 'ada'), (1, 'Bela', 'bela'), (2, 'Carla', 'carla'),"
          " (3, 'Dario', 'dario'), (4, 'Elif', 'elif'), (5, 'Fritz', 'fritz'),"
          " (6, 'Greta', 'greta'), (7, 'Hanna', 'hanna'), (8, 'Ivo', 'ivo'), (9, 'Jonas', 'jonas');"
          "WITH RECURSIVE i (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i"
          " WHERE n + 1 < " G_STRINGIFY (
              CALLS) ")"
                     "INSERT INTO call (id, start, duration, incoming, outcome, name, address, "
                     "uri, queue,"
                     " folded) SELECT i.n + 1, 1700000000000000 + i.n * 60000000, i.n % 900, i.n % "
                     "2,"
                     " CASE i.n % 50 WHEN 1 THEN 'missed' ELSE 'answered' END,"
                     " f.name || ' Sample ' || (i.n * 7919 % 100000),"
                     " printf ('+4930%07d', i.n * 104729 % 10000000),"
                     " printf ('sip:+4930%07d@example.test', i.n * 104729 % 10000000), 'Sample "
                     "Support',"
                     " f.folded || ' sample ' || (i.n * 7919 % 100000)"
                     " || printf (' +4930%07d 4930%07d', i.n * 104729 % 10000000, i.n * 104729 % "
                     "10000000)"
                     " || ' sample support' FROM i JOIN first f ON f.n = i.n % 10;"
                     "COMMIT;",
          NULL, NULL, NULL)
      != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
  sqlite3_close (db);
}

static void
wait_for_answer (TandemHistorySearch *search)
{
  while (tandem_history_search_is_searching (search))
    g_main_context_iteration (NULL, TRUE);
}

static double
search_ours (TandemHistorySearch *search, const char *text)
{
  const gint64 begun = g_get_monotonic_time ();

  tandem_history_search_set_text (search, text);
  wait_for_answer (search);
  return (double) (g_get_monotonic_time () - begun) / 1000;
}

static double
search_plainly (sqlite3_stmt *statement, const char *text)
{
  const gint64 begun = g_get_monotonic_time ();
  g_autofree char *pattern = g_strdup_printf ("%%%s%%", text);

  sqlite3_bind_text (statement, 1, pattern, -1, SQLITE_TRANSIENT);
  while (sqlite3_step (statement) == SQLITE_ROW)
    sqlite3_column_text (statement, 5);
  sqlite3_reset (statement);
  return (double) (g_get_monotonic_time () - begun) / 1000;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
get_median (double *values, gsize n)
{
  qsort (values, n, sizeof *values, compare);
  return values[n / 2];
}

static void
measure (const char *path)
{
  g_autoptr (TandemHistory) history = tandem_history_new (path);
  g_autoptr (TandemHistorySearch) search = tandem_history_search_new (history);
  static double ours[G_N_ELEMENTS (texts)][ROUNDS], plain[G_N_ELEMENTS (texts)][ROUNDS];
  double all_ours[G_N_ELEMENTS (texts)], all_plain[G_N_ELEMENTS (texts)];
  sqlite3 *db = open_file (path);
  sqlite3_stmt *statement = NULL;
  gint64 longest = 0;

  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
  wait_for_answer (search);
  for (guint round = 0; round < ROUNDS; round++)
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
      {
        Pulse pulse = { g_get_monotonic_time (), 0 };
        const guint timer = g_timeout_add (1, on_pulse, &pulse);

        ours[i][round] = search_ours (search, texts[i]);
        on_pulse (&pulse);
        g_source_remove (timer);
        longest = MAX (longest, pulse.longest);
        plain[i][round] = search_plainly (statement, texts[i]);
      }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      all_ours[i] = get_median (ours[i], ROUNDS);
      all_plain[i] = get_median (plain[i], ROUNDS);
      printf ("text=%s\tours=%.2f\tlike=%.2f\n", texts[i], all_ours[i], all_plain[i]);
    }
  printf ("median=%.2f\t", get_median (all_ours, G_N_ELEMENTS (texts)));
  printf ("like=%.2f\t", get_median (all_plain, G_N_ELEMENTS (texts)));
  printf ("worst=%.2f\tlike_worst=%.2f\taway=%.2f\n", all_ours[G_N_ELEMENTS (texts) - 1],
          all_plain[G_N_ELEMENTS (texts) - 1], (double) longest / 1000);
  sqlite3_finalize (statement);
  sqlite3_close (db);
}

static void
remove_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_remove (path);
}

int
main (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tandem-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "history.db", NULL);

  fill (path);
  measure (path);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  remove_file (folder, "history.db-wal");
  remove_file (folder, "history.db-shm");
  remove_file (folder, "history.db");
  g_rmdir (folder);
  return 0;
}
