/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-fixture.h"
#include "history-search.h"
#include "history-store.h"

#include <sqlite3.h>

/* Looking for calls: the right ones, also while they come and go, among very many, and with an
 * index that is missing or damaged. */

#define MANY 100000

static void
settle (TandemHistorySearch *search)
{
  while (tandem_history_search_is_searching (search))
    g_main_context_iteration (NULL, TRUE);
}

static void
look_for (TandemHistorySearch *search, const char *text)
{
  tandem_history_search_set_text (search, text);
  settle (search);
}

static void
assert_names (TandemHistorySearch *search, const char *expected)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < count_of (search); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? "," : "",
                            tandem_record_get_name (record_at (search, i)));
  g_assert_cmpstr (names->str, ==, expected);
}

static void
execute (const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  char *message = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (db);
}

static void
test_finds (Place *place, gconstpointer data)
{
  g_autoptr (TandemHistory) history = tandem_history_new (place->path);
  g_autoptr (TandemHistorySearch) search = tandem_history_search_new (history);

  add_call (history, 1, "Müller", "+49 30 1234567");
  add_call (history, 2, "Sample", "5550101");
  add_call (history, 3, "Say \"hi\"", "5550102");
  settle (search);
  g_assert_cmpuint (count_of (search), ==, 3);

  look_for (search, "muller");
  assert_names (search, "Müller");
  look_for (search, "030 12");
  assert_names (search, "Müller");
  look_for (search, "55501");
  assert_names (search, "Say \"hi\",Sample");
  look_for (search, "\"hi\"");
  assert_names (search, "Say \"hi\"");
  look_for (search, "hi");
  assert_names (search, "Say \"hi\"");
  look_for (search, "support mu");
  assert_names (search, "Müller");
  look_for (search, "nobody");
  assert_names (search, "");
  look_for (search, "%_*'; DROP TABLE call; --");
  assert_names (search, "");
  look_for (search, NULL);
  g_assert_cmpuint (count_of (search), ==, 3);
}

static void
test_follows (Place *place, gconstpointer data)
{
  g_autoptr (TandemHistory) history = tandem_history_new (place->path);
  g_autoptr (TandemHistorySearch) search = tandem_history_search_new (history);
  g_autoptr (TandemRecord) record = NULL;

  look_for (search, "one");
  add_call (history, 1, "One", "1");
  add_call (history, 2, "Two", "2");
  settle (search);
  assert_names (search, "One");

  record = g_object_ref (record_at (search, 0));
  g_assert_true (record == record_at (history, 1));
  tandem_history_remove (history, record);
  settle (search);
  assert_names (search, "");
  tandem_history_restore (history, record);
  settle (search);
  assert_names (search, "One");

  tandem_history_set_note (history, record, "asked for a refund");
  look_for (search, "refund");
  assert_names (search, "One");
  tandem_history_delete_all (history);
  settle (search);
  assert_names (search, "");
}

static void
test_missed_only (Place *place, gconstpointer data)
{
  g_autoptr (TandemHistory) history = tandem_history_new (place->path);
  g_autoptr (TandemHistorySearch) search = tandem_history_search_new (history);

  add_missed (history, 1);
  add_call (history, 2, "One", "1");
  tandem_history_search_set_missed_only (search, TRUE);
  settle (search);
  assert_names (search, "Sample Missed");
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, guint *n)
{
  *n += removed + added;
}

static void
test_tells_only_what_differs (Place *place, gconstpointer data)
{
  g_autoptr (TandemHistory) history = tandem_history_new (place->path);
  g_autoptr (TandemHistorySearch) search = tandem_history_search_new (history);
  guint n = 0;

  for (guint i = 0; i < 10; i++)
    add_call (history, i, "Sample", "1");
  settle (search);
  g_signal_connect (search, "items-changed", G_CALLBACK (on_items_changed), &n);
  look_for (search, "sample");
  g_assert_cmpuint (n, ==, 0);
  add_call (history, 20, "Sample", "1");
  settle (search);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_not_in_the_file (Place *place, gconstpointer data)
{
  g_autofree char *path = g_build_filename (place->folder, "file", "history.db", NULL);
  g_autofree char *file = g_build_filename (place->folder, "file", NULL);

  g_assert_true (g_file_set_contents (file, "in the way", -1, NULL));
  {
    g_autoptr (TandemHistory) history = tandem_history_new (path);
    g_autoptr (TandemHistorySearch) search = tandem_history_search_new (history);

    add_call (history, 1, "One", "1");
    add_call (history, 2, "Two", "2");
    look_for (search, "one");
    assert_names (search, "One");
  }
}

/* What SQLite without the trigram index does, and what the same file does afterwards with one. */
static void
test_without_index (Place *place, gconstpointer data)
{
  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (TandemHistory) history = tandem_history_new (place->path);
      g_autoptr (TandemHistorySearch) search = tandem_history_search_new (history);

      add_call (history, round, "Sample Caller", "1");
      look_for (search, "caller sample");
      g_assert_cmpuint (count_of (search), ==, round + 1);
      history_flush (history);
      if (round == 0)
        execute (place->path, "DROP TRIGGER call_inserted; DROP TRIGGER call_deleted;"
                              "DROP TRIGGER call_changed; DROP TABLE call_text;");
    }
}

static void
damage_index (Place *place, const char *sql)
{
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    for (guint i = 0; i < 50; i++)
      add_call (history, i, "Sample Caller", "1");
    history_flush (history);
  }
  execute (place->path, sql);
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);
    g_autoptr (TandemHistorySearch) search = tandem_history_search_new (history);

    look_for (search, "caller");
    g_assert_cmpuint (count_of (search), ==, 50);
    history_flush (history);
    g_assert_null (tandem_history_get_problem (history));
    g_assert_cmpuint (count_of (history), ==, 50);
  }
}

static void
test_damaged_index (Place *place, gconstpointer data)
{
  damage_index (place, "UPDATE call_text_data SET block = x'ffffffffffffffffff' WHERE id > 10;");
}

/* Not even its first page can be read. */
static void
test_unreadable_index (Place *place, gconstpointer data)
{
  damage_index (place, "UPDATE call_text_data SET block = x'ff' WHERE id = 10;");
}

/* Written past the store, which would take its time; the index is then made when it is opened. */
static void
fill (const char *path)
{
  {
    g_autoptr (TandemHistoryStore) store = tandem_history_store_new (path);

    g_assert_true (tandem_history_store_has_index (store));
  }
  execute (
      path,
      "DROP TRIGGER call_inserted; DROP TRIGGER call_deleted; DROP TRIGGER call_changed;"
      "DROP TABLE call_text;"
      "CREATE TEMP TABLE first (n INTEGER PRIMARY KEY, name TEXT, folded TEXT);"
      "INSERT INTO first VALUES (0, 'Ada', 'ada'), (1, 'Bela', 'bela'), (2, 'Carla', 'carla'),"
      " (3, 'Dario', 'dario'), (4, 'Elif', 'elif'), (5, 'Fritz', 'fritz'),"
      " (6, 'Greta', 'greta'), (7, 'Hanna', 'hanna'), (8, 'Ivo', 'ivo'),"
      " (9, 'Jörg', 'jorg');"
      "WITH RECURSIVE i (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i"
      " WHERE n + 1 < " G_STRINGIFY (
          MANY) ")"
                "INSERT INTO call (id, start, duration, incoming, outcome, name, address, uri, "
                "queue,"
                " folded) SELECT i.n + 1, 1700000000000000 + i.n * 60000000, i.n % 900, i.n % 2,"
                " CASE i.n % 50 WHEN 1 THEN 'missed' ELSE 'answered' END,"
                " f.name || ' Sample ' || (i.n * 7919 % 100000),"
                " printf ('+4930%07d', i.n * 104729 % 10000000),"
                " printf ('sip:+4930%07d@example.test', i.n * 104729 % 10000000), 'Sample Support',"
                " f.folded || ' sample ' || (i.n * 7919 % 100000)"
                " || printf (' +4930%07d 4930%07d', i.n * 104729 % 10000000, i.n * 104729 % "
                "10000000)"
                " || ' sample support' FROM i JOIN first f ON f.n = i.n % 10;");
}

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

/* Types a name letter by letter, and some more texts; prints how long each took, and the longest
 * that the main loop was away meanwhile. */
static void
test_many (Place *place, gconstpointer data)
{
  static const char *const texts[]
      = { "g",  "gr",   "gre",        "gret",          "greta", "greta s", "sample",
          "99", "0305", "greta 4711", "nobody at all", "e a i", "zz",      "" };
  Pulse pulse = { 0 };
  guint timer;

  fill (place->path);
  {
    const gint64 begun = g_get_monotonic_time ();
    g_autoptr (TandemHistoryStore) store = tandem_history_store_new (place->path);

    g_assert_true (tandem_history_store_has_index (store));
    g_test_message ("%d calls indexed in %" G_GINT64_FORMAT " ms", MANY,
                    (g_get_monotonic_time () - begun) / 1000);
  }
  {
    const gint64 opening = g_get_monotonic_time ();
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);
    g_autoptr (TandemHistorySearch) search = tandem_history_search_new (history);

    settle (search);
    g_test_message ("opened in %" G_GINT64_FORMAT " ms",
                    (g_get_monotonic_time () - opening) / 1000);
    pulse.last = g_get_monotonic_time ();
    timer = g_timeout_add (1, on_pulse, &pulse);
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
      {
        const gint64 now = g_get_monotonic_time ();

        look_for (search, texts[i]);
        g_test_message ("\"%s\": %u calls shown in %.1f ms", texts[i], count_of (search),
                        (double) (g_get_monotonic_time () - now) / 1000);
      }
    g_assert_cmpuint (count_of (search), ==, TANDEM_HISTORY_SEARCH_PAGE);
    g_assert_true (tandem_history_search_has_more (search));
    tandem_history_search_load_more (search);
    settle (search);
    g_assert_cmpuint (count_of (search), ==, 2 * TANDEM_HISTORY_SEARCH_PAGE);

    look_for (search, "greta");
    for (guint i = 0; i < count_of (search); i++)
      g_assert_true (
          g_str_has_prefix (tandem_record_get_name (record_at (search, i)), "Greta Sample"));
    for (guint i = 1; i < count_of (search); i++)
      g_assert_cmpint (g_date_time_compare (tandem_record_get_start (record_at (search, i - 1)),
                                            tandem_record_get_start (record_at (search, i))),
                       >, 0);

    /* One key after the other, faster than any answer: only the last one counts. */
    for (guint i = 0; i < 200; i++)
      {
        g_autofree char *text = g_strdup_printf ("e a %u", i);

        tandem_history_search_set_text (search, text);
      }
    tandem_history_search_set_text (search, "jorg sample 4");
    settle (search);
    g_assert_cmpuint (count_of (search), >, 0);
    g_assert_true (g_str_has_prefix (tandem_record_get_name (record_at (search, 0)), "Jörg"));
    g_source_remove (timer);
    g_test_message ("the main loop was away for %.1f ms at most", (double) pulse.longest / 1000);
  }
}

static void
test_gone_before_done (Place *place, gconstpointer data)
{
  g_autoptr (TandemHistory) history = tandem_history_new (place->path);

  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (TandemHistorySearch) search = tandem_history_search_new (history);

      tandem_history_search_set_text (search, "sample");
    }
  history_flush (history);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/directory/history-search/" name, Place, NULL, place_set_up, func, place_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("finds", test_finds);
  ADD ("follows", test_follows);
  ADD ("missed-only", test_missed_only);
  ADD ("tells-only-what-differs", test_tells_only_what_differs);
  ADD ("not-in-the-file", test_not_in_the_file);
  ADD ("without-index", test_without_index);
  ADD ("damaged-index", test_damaged_index);
  ADD ("unreadable-index", test_unreadable_index);
  ADD ("many", test_many);
  ADD ("gone-before-done", test_gone_before_done);
  return g_test_run ();
}
