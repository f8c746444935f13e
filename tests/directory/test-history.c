/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-store.h"
#include "history.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* TandemHistory on good files, and on all the bad ones that a desktop can have. */

typedef struct
{
  char *folder;
  char *path;
} Place;

static void
remove_tree (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          remove_tree (child);
        }
    }
  g_remove (path);
}

static void
set_up (Place *place, gconstpointer data)
{
  place->folder = g_dir_make_tmp ("tandem-history-XXXXXX", NULL);
  g_assert_nonnull (place->folder);
  place->path = g_build_filename (place->folder, "tandem", "history.db", NULL);
}

static void
tear_down (Place *place, gconstpointer data)
{
  remove_tree (place->folder);
  g_free (place->folder);
  g_free (place->path);
}

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_history_flush_finish (TANDEM_HISTORY (source), result);
  *(gboolean *) data = TRUE;
}

static void
flush (TandemHistory *history)
{
  gboolean done = FALSE;

  tandem_history_flush_async (history, on_flushed, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static guint
count (TandemHistory *history)
{
  return g_list_model_get_n_items (G_LIST_MODEL (history));
}

static TandemRecord *
record_at (TandemHistory *history, guint i)
{
  return g_list_model_get_item (G_LIST_MODEL (history), i);
}

static TandemRecord *
make_record (guint minute, const char *name)
{
  g_autoptr (GDateTime) base = g_date_time_new_utc (2024, 5, 15, 12, 0, 0.25);
  g_autoptr (GDateTime) start = g_date_time_add_minutes (base, (int) minute);

  return tandem_record_new ((gint64) minute + 1, minute % 2, name, "5550101",
                            "sip:5550101@example.test", "Sample Support", start, minute,
                            "answered");
}

static void
add (TandemHistory *history, guint minute, const char *name)
{
  g_autoptr (TandemRecord) record = make_record (minute, name);

  tandem_history_add (history, record);
}

static void
assert_name_at (TandemHistory *history, guint i, const char *name)
{
  g_autoptr (TandemRecord) record = record_at (history, i);

  g_assert_nonnull (record);
  g_assert_cmpstr (tandem_record_get_name (record), ==, name);
}

static void
assert_problem_has (TandemHistory *history, const char *part)
{
  g_assert_nonnull (tandem_history_get_problem (history));
  g_assert_nonnull (strstr (tandem_history_get_problem (history), part));
}

/* (transfer full) (nullable): the first file of the folder with that in its name */
static char *
find_file (const char *folder, const char *part, guint *n)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  char *found = NULL;
  const char *name;

  *n = 0;
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (strstr (name, part) != NULL && (*n)++ == 0)
      found = g_build_filename (folder, name, NULL);
  return found;
}

static void
test_keeps (Place *place, gconstpointer data)
{
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    g_assert_true (tandem_history_is_loading (history));
    add (history, 1, "One");
    add (history, 3, "Three");
    add (history, 2, "Two");
    g_assert_cmpuint (count (history), ==, 3);
    flush (history);
    g_assert_false (tandem_history_is_loading (history));
    g_assert_null (tandem_history_get_problem (history));
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);
    g_autoptr (TandemRecord) record = NULL;
    g_autoptr (TandemRecord) written = make_record (3, "Three");

    flush (history);
    g_assert_cmpuint (count (history), ==, 3);
    assert_name_at (history, 0, "Three");
    assert_name_at (history, 1, "Two");
    assert_name_at (history, 2, "One");
    record = record_at (history, 0);
    g_assert_true (tandem_record_is_incoming (record));
    g_assert_cmpstr (tandem_record_get_queue (record), ==, "Sample Support");
    g_assert_cmpuint (tandem_record_get_duration (record), ==, 3);
    g_assert_cmpint (
        g_date_time_compare (tandem_record_get_start (record), tandem_record_get_start (written)),
        ==, 0);
    g_assert_cmpint (tandem_record_get_id (record), >, 0);
  }
}

static void
test_private_to_the_person (Place *place, gconstpointer data)
{
  g_autoptr (TandemHistory) history = tandem_history_new (place->path);
  struct stat status;

  flush (history);
  g_assert_cmpint (stat (place->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_pages (Place *place, gconstpointer data)
{
  const guint total = TANDEM_HISTORY_PAGE + 500;

  {
    g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_object_unref);
    g_autoptr (GError) error = NULL;
    g_autoptr (TandemHistoryStore) store = tandem_history_store_new (place->path);

    for (guint i = 0; i < total; i++)
      {
        g_autofree char *name = g_strdup_printf ("%u", i);

        g_ptr_array_add (records, make_record (i, name));
      }
    g_assert_true (tandem_history_store_insert (store, records, &error));
    g_assert_no_error (error);
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    flush (history);
    g_assert_cmpuint (count (history), ==, TANDEM_HISTORY_PAGE);
    g_assert_true (tandem_history_has_more (history));
    tandem_history_load_more (history);
    tandem_history_load_more (history);
    flush (history);
    g_assert_cmpuint (count (history), ==, total);
    g_assert_false (tandem_history_has_more (history));
    for (guint i = 0; i < total; i++)
      {
        g_autofree char *name = g_strdup_printf ("%u", total - 1 - i);

        assert_name_at (history, i, name);
      }
  }
}

static void
test_delete_all (Place *place, gconstpointer data)
{
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    add (history, 1, "Sample Caller To Be Forgotten");
    flush (history);
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);
    g_autofree char *contents = NULL;
    gsize length;

    /* While the first page is still on its way: it must not come back. */
    tandem_history_delete_all (history);
    flush (history);
    g_assert_cmpuint (count (history), ==, 0);
    g_assert_false (tandem_history_is_loading (history));
    g_assert_true (g_file_get_contents (place->path, &contents, &length, NULL));
    g_assert_null (g_strstr_len (contents, (gssize) length, "To Be Forgotten"));
    add (history, 2, "Two");
    flush (history);
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    flush (history);
    g_assert_cmpuint (count (history), ==, 1);
    assert_name_at (history, 0, "Two");
  }
}

static void
write_file (const char *path, const char *contents, gssize length)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, contents, length, NULL));
}

static void
test_garbage (Place *place, gconstpointer data)
{
  static const char garbage[]
      = "This is no database at all, whatever its name says. Keep it anyway.";
  g_autofree char *folder = g_path_get_dirname (place->path);
  g_autofree char *aside = NULL, *kept = NULL;
  guint n;

  write_file (place->path, garbage, -1);
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    add (history, 1, "One");
    flush (history);
    g_assert_cmpuint (count (history), ==, 1);
    aside = find_file (folder, "history.db.corrupt-", &n);
    g_assert_nonnull (aside);
    assert_problem_has (history, aside);
  }
  g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, garbage);
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    flush (history);
    assert_name_at (history, 0, "One");
    g_assert_null (tandem_history_get_problem (history));
  }
}

static void
test_twice_corrupt_the_same_day (Place *place, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (place->path);
  g_autofree char *first = NULL;
  guint n;

  for (guint i = 0; i < 2; i++)
    {
      write_file (place->path, i == 0 ? "garbage, the first time" : "garbage, the second time", -1);
      {
        g_autoptr (TandemHistory) history = tandem_history_new (place->path);

        flush (history);
      }
    }
  first = find_file (folder, "corrupt-", &n);
  g_assert_cmpuint (n, ==, 2);
}

static void
test_scribbled_pages (Place *place, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (place->path);
  g_autofree char *contents = NULL, *aside = NULL;
  gsize length;
  guint n;

  {
    g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_object_unref);
    g_autoptr (TandemHistoryStore) store = tandem_history_store_new (place->path);

    for (guint i = 0; i < 500; i++)
      g_ptr_array_add (records, make_record (i, "Sample"));
    g_assert_true (tandem_history_store_insert (store, records, NULL));
  }
  g_assert_true (g_file_get_contents (place->path, &contents, &length, NULL));
  g_assert_cmpuint (length, >, 4 * 4096);
  memset (contents + 4096, 0x5a, length - 4096);
  write_file (place->path, contents, (gssize) length);

  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    flush (history);
    g_assert_cmpuint (count (history), ==, 0);
    assert_problem_has (history, "corrupt-");
    add (history, 1, "One");
    flush (history);
  }
  aside = find_file (folder, "corrupt-", &n);
  g_assert_nonnull (aside);
}

static void
test_newer_version (Place *place, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL;
  gsize before_length, after_length;
  sqlite3 *db = NULL;

  write_file (place->path, "", 0);
  g_assert_cmpint (sqlite3_open (place->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (db, "CREATE TABLE future (x); PRAGMA user_version = 99", NULL, NULL, NULL), ==,
      SQLITE_OK);
  sqlite3_close (db);
  g_assert_true (g_file_get_contents (place->path, &before, &before_length, NULL));

  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    add (history, 1, "One");
    flush (history);
    g_assert_cmpuint (count (history), ==, 1);
    assert_problem_has (history, "newer version");
  }
  g_assert_true (g_file_get_contents (place->path, &after, &after_length, NULL));
  g_assert_cmpmem (before, before_length, after, after_length);
}

static void
test_no_folder (Place *place, gconstpointer data)
{
  g_autofree char *path = g_build_filename (place->folder, "file", "tandem", "history.db", NULL);
  g_autofree char *file = g_build_filename (place->folder, "file", NULL);

  g_assert_true (g_file_set_contents (file, "in the way", -1, NULL));
  {
    g_autoptr (TandemHistory) history = tandem_history_new (path);

    add (history, 1, "One");
    flush (history);
    g_assert_cmpuint (count (history), ==, 1);
    assert_problem_has (history, path);
  }
}

static void
test_not_a_file (Place *place, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (place->path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (mkfifo (place->path, 0600), ==, 0);
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    flush (history);
    g_assert_cmpuint (count (history), ==, 0);
    assert_problem_has (history, "cannot be written");
  }
}

/* Root may write everywhere: a folder is read-only only for somebody else. */
static uid_t
become_nobody (void)
{
  const uid_t before = geteuid ();

  if (before == 0)
    g_assert_cmpint (seteuid (65534), ==, 0);
  return before;
}

static void
test_read_only (Place *place, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (place->path);
  uid_t before;

  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    add (history, 1, "One");
    flush (history);
  }
  g_assert_cmpint (g_chmod (place->folder, 0755), ==, 0);
  g_assert_cmpint (g_chmod (place->path, 0444), ==, 0);
  g_assert_cmpint (g_chmod (folder, 0555), ==, 0);

  before = become_nobody ();
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    add (history, 2, "Two");
    flush (history);
    g_assert_cmpuint (count (history), ==, 2);
    assert_name_at (history, 0, "Two");
    assert_name_at (history, 1, "One");
    assert_problem_has (history, "cannot be written");

    /* And when it may be written again, what was kept in memory goes into it. */
    if (before == 0)
      g_assert_cmpint (seteuid (before), ==, 0);
    g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
    g_assert_cmpint (g_chmod (place->path, 0600), ==, 0);
    add (history, 3, "Three");
    flush (history);
    g_assert_null (tandem_history_get_problem (history));
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    flush (history);
    g_assert_cmpuint (count (history), ==, 3);
  }
}

static void
test_full_disk (Place *place, gconstpointer data)
{
  struct rlimit limit, small;

  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    add (history, 1, "One");
    flush (history);
  }

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  small = limit;
  small.rlim_cur = 1024;
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    flush (history);
    g_assert_cmpuint (count (history), ==, 1);

    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
    add (history, 2, "Two");
    flush (history);
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
    g_assert_cmpuint (count (history), ==, 2);
    assert_problem_has (history, "disk is full");

    add (history, 3, "Three");
    flush (history);
    g_assert_null (tandem_history_get_problem (history));
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    flush (history);
    g_assert_cmpuint (count (history), ==, 3);
    assert_name_at (history, 1, "Two");
  }
}

static void
test_locked_by_another (Place *place, gconstpointer data)
{
  g_autoptr (TandemHistory) history = tandem_history_new (place->path);
  sqlite3 *db = NULL;

  flush (history);
  g_assert_cmpint (sqlite3_open (place->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  add (history, 1, "One");
  flush (history);
  assert_problem_has (history, "locked");
  g_assert_cmpint (sqlite3_exec (db, "COMMIT", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);

  add (history, 2, "Two");
  flush (history);
  g_assert_null (tandem_history_get_problem (history));
  {
    g_autoptr (TandemHistory) again = tandem_history_new (place->path);

    flush (again);
    g_assert_cmpuint (count (again), ==, 2);
  }
}

#define OPENERS 8

typedef struct
{
  const char *path;
  int *ready; /* how many are about to open it */
  GError *error;
} Opener;

static gpointer
open_and_insert (gpointer data)
{
  Opener *opener = data;
  g_autoptr (TandemHistoryStore) store = tandem_history_store_new (opener->path);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  g_ptr_array_add (records, tandem_record_new (1, FALSE, NULL, "1", "sip:1@example.test", NULL, now,
                                               1, "answered"));
  g_atomic_int_inc (opener->ready);
  while (g_atomic_int_get (opener->ready) < OPENERS)
    g_thread_yield ();
  tandem_history_store_insert (store, records, &opener->error);
  return NULL;
}

/* Each has a connection of its own, as processes have. */
static void
test_opened_by_many (Place *place, gconstpointer data)
{
  for (guint round = 0; round < 10; round++)
    {
      g_autofree char *name = g_strdup_printf ("many-%u.db", round);
      g_autofree char *path = g_build_filename (place->folder, name, NULL);
      Opener openers[OPENERS] = { 0 };
      GThread *threads[OPENERS];
      int ready = 0;

      for (guint i = 0; i < OPENERS; i++)
        {
          openers[i].path = path;
          openers[i].ready = &ready;
          threads[i] = g_thread_new ("opener", open_and_insert, &openers[i]);
        }
      for (guint i = 0; i < OPENERS; i++)
        g_thread_join (threads[i]);
      for (guint i = 0; i < OPENERS; i++)
        g_assert_no_error (openers[i].error);
      {
        g_autoptr (TandemHistory) history = tandem_history_new (path);

        flush (history);
        g_assert_null (tandem_history_get_problem (history));
        g_assert_cmpuint (count (history), ==, OPENERS);
      }
    }
}

static void
test_strange_rows (Place *place, gconstpointer data)
{
  sqlite3 *db = NULL;

  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    flush (history);
  }
  g_assert_cmpint (sqlite3_open (place->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (
          db,
          "CREATE TEMP VIEW short AS SELECT id, start, duration, incoming, outcome, name, address,"
          " uri, queue FROM call;"
          "CREATE TEMP TRIGGER into_short INSTEAD OF INSERT ON short BEGIN INSERT INTO call (id,"
          " start, duration, incoming, outcome, name, address, uri, queue, reason, mos, loss,"
          " proxies, note) VALUES (new.id, new.start, new.duration, new.incoming, new.outcome,"
          " new.name, new.address, new.uri, new.queue, x'c3', 'good', 1e300, x'0a0a', x'fe'); END;"
          "INSERT INTO short VALUES (1, 9223372036854775000, 1, 0, 'answered', NULL, 'a', 'b', "
          "NULL);"
          "INSERT INTO short VALUES (2, 1000000, -5, 7, x'ff00', x'fffe', x'c3', 'b', 3);"
          "INSERT INTO short VALUES (3, -1000000, 99999999999, 1, 'missed', '', '', '', '');",
          NULL, NULL, NULL),
      ==, SQLITE_OK);
  sqlite3_close (db);
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    flush (history);
    g_assert_cmpuint (count (history), ==, 2);
    for (guint i = 0; i < count (history); i++)
      {
        g_autoptr (TandemRecord) record = record_at (history, i);

        g_assert_true (g_utf8_validate (tandem_record_get_title (record), -1, NULL));
      }
  }
}

static void
test_gone_before_done (Place *place, gconstpointer data)
{
  gboolean done = FALSE;

  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    add (history, 1, "One");
    tandem_history_flush_async (history, on_flushed, &done);
  }
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    flush (history);
    g_assert_cmpuint (count (history), ==, 1);
  }
}

#define ADD(name, func)                                                                            \
  g_test_add ("/directory/history/" name, Place, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("keeps", test_keeps);
  ADD ("private-to-the-person", test_private_to_the_person);
  ADD ("pages", test_pages);
  ADD ("delete-all", test_delete_all);
  ADD ("garbage", test_garbage);
  ADD ("twice-corrupt-the-same-day", test_twice_corrupt_the_same_day);
  ADD ("scribbled-pages", test_scribbled_pages);
  ADD ("newer-version", test_newer_version);
  ADD ("no-folder", test_no_folder);
  ADD ("not-a-file", test_not_a_file);
  ADD ("read-only", test_read_only);
  ADD ("full-disk", test_full_disk);
  ADD ("locked-by-another", test_locked_by_another);
  ADD ("opened-by-many", test_opened_by_many);
  ADD ("strange-rows", test_strange_rows);
  ADD ("gone-before-done", test_gone_before_done);
  return g_test_run ();
}
