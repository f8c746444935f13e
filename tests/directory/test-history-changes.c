/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "history-fixture.h"
#include "history-store.h"

#include <sqlite3.h>

/* TandemHistory: details, notes, missed calls, deleting with undo, retention, the file of an older
 * version, and export. */

static void
test_details (Place *place, gconstpointer data)
{
  static const char *const proxies[] = { "192.0.2.1:5060", "192.0.2.2:5060", NULL };
  TandemRecordDetails details = TANDEM_RECORD_DETAILS_INIT;

  details.reason = "486 Busy Here";
  details.proxies = proxies;
  details.note = "Call back on Monday";
  details.mos = 4.21;
  details.loss = 0.5;
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);
    g_autoptr (TandemRecord) record = call_new (1, TRUE, "One", "1", "busy", &details);

    tandem_history_add (history, record);
    add_call (history, 2, "Two", "2");
    history_flush (history);
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);
    TandemRecord *record;

    history_flush (history);
    record = record_at (history, 1);
    g_assert_cmpstr (tandem_record_get_reason (record), ==, "486 Busy Here");
    g_assert_cmpstrv (tandem_record_get_proxies (record), proxies);
    g_assert_cmpstr (tandem_record_get_note (record), ==, "Call back on Monday");
    g_assert_cmpfloat (tandem_record_get_mos (record), ==, 4.21);
    g_assert_cmpfloat (tandem_record_get_loss (record), ==, 0.5);
    record = record_at (history, 0);
    g_assert_null (tandem_record_get_reason (record));
    g_assert_cmpuint (g_strv_length ((GStrv) tandem_record_get_proxies (record)), ==, 0);
    g_assert_cmpfloat (tandem_record_get_mos (record), ==, 0);
    g_assert_cmpfloat (tandem_record_get_loss (record), ==, -1);
  }
}

static void
on_notify (GObject *object, GParamSpec *pspec, guint *n)
{
  (*n)++;
}

static void
test_note (Place *place, gconstpointer data)
{
  guint n = 0;

  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    add_call (history, 1, "One", "1");
    g_signal_connect (record_at (history, 0), "notify::note", G_CALLBACK (on_notify), &n);
    tandem_history_set_note (history, record_at (history, 0), "first");
    tandem_history_set_note (history, record_at (history, 0), "second \xff note");
    g_assert_cmpuint (n, ==, 2);
    history_flush (history);
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);
    g_autofree char *endless = g_strnfill (TANDEM_HISTORY_MAX_NOTE + 100, 'x');

    history_flush (history);
    g_assert_cmpstr (tandem_record_get_note (record_at (history, 0)), ==,
                     "second \xef\xbf\xbd note");
    tandem_history_set_note (history, record_at (history, 0), endless);
    g_assert_cmpuint (strlen (tandem_record_get_note (record_at (history, 0))), ==,
                      TANDEM_HISTORY_MAX_NOTE);
    tandem_history_set_note (history, record_at (history, 0), "");
    g_assert_null (tandem_record_get_note (record_at (history, 0)));
    history_flush (history);
  }
}

static void
test_missed (Place *place, gconstpointer data)
{
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    add_missed (history, 1);
    add_missed (history, 2);
    add_missed (history, 3);
    add_call (history, 4, "One", "1");
    g_assert_cmpuint (tandem_history_get_missed (history), ==, 3);
    history_flush (history);
    g_assert_cmpuint (tandem_history_get_missed (history), ==, 3);
    tandem_history_mark_seen (history, record_at (history, 1));
    tandem_history_mark_seen (history, record_at (history, 1));
    tandem_history_mark_seen (history, record_at (history, 0));
    g_assert_cmpuint (tandem_history_get_missed (history), ==, 2);
    history_flush (history);
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);
    g_autoptr (TandemRecord) record = NULL;

    /* Counted while the first count is still on its way. */
    add_missed (history, 5);
    history_flush (history);
    g_assert_cmpuint (tandem_history_get_missed (history), ==, 3);
    record = g_object_ref (record_at (history, 0));
    tandem_history_remove (history, record);
    g_assert_cmpuint (tandem_history_get_missed (history), ==, 2);
    tandem_history_restore (history, record);
    g_assert_cmpuint (tandem_history_get_missed (history), ==, 3);
    tandem_history_mark_seen (history, NULL);
    g_assert_cmpuint (tandem_history_get_missed (history), ==, 0);
    g_assert_true (tandem_record_is_seen (record));
    history_flush (history);
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    history_flush (history);
    g_assert_cmpuint (tandem_history_get_missed (history), ==, 0);
  }
}

static void
test_seen_while_loading (Place *place, gconstpointer data)
{
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    add_missed (history, 1);
    history_flush (history);
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    tandem_history_mark_seen (history, NULL);
    history_flush (history);
    g_assert_cmpuint (tandem_history_get_missed (history), ==, 0);
    g_assert_true (tandem_record_is_seen (record_at (history, 0)));
  }
}

static void
test_remove_and_restore (Place *place, gconstpointer data)
{
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);
    g_autoptr (TandemRecord) one = NULL;
    g_autoptr (TandemRecord) two = NULL;

    for (guint i = 0; i < 5; i++)
      add_call (history, i, "Sample", "1");
    one = g_object_ref (record_at (history, 1));
    two = g_object_ref (record_at (history, 3));
    tandem_history_set_note (history, one, "kept");
    tandem_history_remove (history, one);
    tandem_history_remove (history, one);
    tandem_history_remove (history, two);
    g_assert_cmpuint (count_of (history), ==, 3);
    history_flush (history);
    tandem_history_restore (history, one);
    tandem_history_restore (history, one);
    g_assert_cmpuint (count_of (history), ==, 4);
    g_assert_true (record_at (history, 1) == one);
    history_flush (history);
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    history_flush (history);
    g_assert_cmpuint (count_of (history), ==, 4);
    g_assert_cmpstr (tandem_record_get_note (record_at (history, 1)), ==, "kept");
  }
}

static void
assert_not_in_the_folder (Place *place, const char *text)
{
  static const char *const names[] = { "history.db", "history.db-wal" };
  g_autofree char *folder = g_path_get_dirname (place->path);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      g_autofree char *contents = NULL;
      gsize length = 0;

      if (g_file_get_contents (path, &contents, &length, NULL))
        g_assert_null (memmem (contents, length, text, strlen (text)));
    }
}

static void
test_deleted_is_gone (Place *place, gconstpointer data)
{
  g_autoptr (TandemHistory) history = tandem_history_new (place->path);

  add_call (history, 1, "Zyqxwv", "1");
  add_call (history, 2, "Two", "2");
  history_flush (history);
  tandem_history_remove (history, record_at (history, 1));
  history_flush (history);
  assert_not_in_the_folder (place, "Zyqxwv");
  assert_not_in_the_folder (place, "zyqxwv");
  /* A piece of the index. */
  assert_not_in_the_folder (place, "yqx");
}

static TandemRecord *
call_of_days_ago (guint days)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) start = g_date_time_add_days (now, -(int) days);

  return tandem_record_new (0, TRUE, "Sample", "1", "sip:1@example.test", NULL, start, 0, "missed");
}

static void
test_retention (Place *place, gconstpointer data)
{
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    for (guint i = 0; i < 20; i++)
      {
        g_autoptr (TandemRecord) record = call_of_days_ago (i);

        tandem_history_add (history, record);
      }
    history_flush (history);
    g_assert_cmpuint (tandem_history_get_missed (history), ==, 20);
    tandem_history_set_retention (history, 10, 0);
    g_assert_cmpuint (count_of (history), ==, 10);
    history_flush (history);
    g_assert_cmpuint (tandem_history_get_missed (history), ==, 10);
    tandem_history_set_retention (history, 10, 4);
    g_assert_cmpuint (count_of (history), ==, 4);
    add_call (history, 1, "Of 2024", "1");
    g_assert_cmpuint (count_of (history), ==, 4);
    {
      g_autoptr (TandemRecord) record = call_of_days_ago (0);

      tandem_history_add (history, record);
    }
    g_assert_cmpuint (count_of (history), ==, 4);
    history_flush (history);
    g_assert_cmpuint (tandem_history_get_missed (history), ==, 4);
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    /* While the first page is on its way. */
    tandem_history_set_retention (history, 0, 3);
    history_flush (history);
    g_assert_cmpuint (count_of (history), ==, 3);
    tandem_history_set_retention (history, 0, 0);
    history_flush (history);
    g_assert_cmpuint (count_of (history), ==, 3);
  }
  {
    g_autoptr (TandemHistory) history = tandem_history_new (place->path);

    history_flush (history);
    g_assert_cmpuint (count_of (history), ==, 3);
  }
}

static void
write_first_version (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  char *message = NULL;
  sqlite3 *db = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db,
                "CREATE TABLE call (id INTEGER PRIMARY KEY, start INTEGER NOT NULL,"
                " duration INTEGER NOT NULL, incoming INTEGER NOT NULL, outcome TEXT NOT NULL,"
                " name TEXT, address TEXT NOT NULL, uri TEXT NOT NULL, queue TEXT);"
                "CREATE INDEX call_by_start ON call (start DESC, id DESC);"
                "PRAGMA user_version = 1;"
                "INSERT INTO call VALUES (1, 1000000, 5, 1, 'missed', 'Sample Old', '5550101',"
                " 'sip:5550101@example.test', 'Sample Queue');"
                "INSERT INTO call VALUES (2, 2000000, 5, 0, 'answered', NULL, '5550102',"
                " 'sip:5550102@example.test', NULL);",
                NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (db);
}

static void
test_first_version (Place *place, gconstpointer data)
{
  write_first_version (place->path);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TandemHistory) history = tandem_history_new (place->path);

      history_flush (history);
      g_assert_null (tandem_history_get_problem (history));
      g_assert_cmpuint (count_of (history), ==, 2 + i);
      g_assert_cmpstr (tandem_record_get_queue (record_at (history, 1 + i)), ==, "Sample Queue");
      /* Nobody wants years of missed calls announced. */
      g_assert_cmpuint (tandem_history_get_missed (history), ==, 0);
      add_call (history, 1, "Sample New", "5550103");
      history_flush (history);
    }
}

typedef struct
{
  gboolean done;
  int written;
  GError *error;
} Exported;

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  Exported *exported = data;

  exported->written
      = tandem_history_export_finish (TANDEM_HISTORY (source), result, &exported->error);
  exported->done = TRUE;
}

static Exported export(TandemHistory *history, const char *path, GCancellable *cancellable)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Exported exported = { 0 };

  tandem_history_export_async (history, file, cancellable, on_exported, &exported);
  while (!exported.done)
    g_main_context_iteration (NULL, TRUE);
  return exported;
}

static void
test_export (Place *place, gconstpointer data)
{
  static const char *const proxies[] = { "192.0.2.1:5060", "192.0.2.2:5060", NULL };
  g_autoptr (TandemHistory) history = tandem_history_new (place->path);
  g_autofree char *path = g_build_filename (place->folder, "calls.csv", NULL);
  TandemRecordDetails details = TANDEM_RECORD_DETAILS_INIT;
  g_autofree char *contents = NULL;
  Exported exported;

  details.proxies = proxies;
  details.mos = 4.2;
  details.loss = 1.25;
  details.note = "two\nlines, \"quoted\"";
  details.reason = "-1+1";
  {
    g_autoptr (TandemRecord) record
        = call_new (0, TRUE, "=HYPERLINK(\"http://x.test\")", "+493012345", "answered", &details);
    g_autoptr (TandemRecord) other = call_new (1, FALSE, " @SUM(A1)", "+49 30", "busy", NULL);

    tandem_history_add (history, record);
    tandem_history_add (history, other);
  }
  exported = export(history, path, NULL);
  g_assert_no_error (exported.error);
  g_assert_cmpint (exported.written, ==, 2);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==,
                   "start,direction,outcome,name,address,uri,queue,seconds,reason,mos,loss_percent,"
                   "proxies,note\r\n"
                   "2024-05-15T12:01:00+00:00,outgoing,busy,\"' @SUM(A1)\",\"'+49 30\","
                   "\"sip:+49 30@example.test\",\"Sample Support\",1,\"\",\"\",\"\",\"\",\"\"\r\n"
                   "2024-05-15T12:00:00+00:00,incoming,answered,"
                   "\"'=HYPERLINK(\"\"http://x.test\"\")\",+493012345,sip:+493012345@example.test,"
                   "\"Sample Support\",0,\"'-1+1\",4.20,1.25,"
                   "\"192.0.2.1:5060 192.0.2.2:5060\",\"two\nlines, \"\"quoted\"\"\"\r\n");
}

static char *
find_part (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".part"))
      return g_build_filename (folder, name, NULL);
  return NULL;
}

/* Nothing is seen of the file before it is whole, and nothing stays when it does not become so. */
static void
stop_half_way (TandemHistory *history, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *part = NULL;
  Exported exported = { 0 };

  tandem_history_export_async (history, file, cancellable, on_exported, &exported);
  while (!exported.done && part == NULL)
    {
      part = find_part (path);
      g_assert_false (exported.done);
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
      g_thread_yield ();
    }
  g_cancellable_cancel (cancellable);
  while (!exported.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (exported.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&exported.error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

static void
test_export_pages (Place *place, gconstpointer data)
{
  g_autoptr (TandemHistory) history = tandem_history_new (place->path);
  g_autofree char *path = g_build_filename (place->folder, "calls.csv", NULL);
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  const guint total = 2 * TANDEM_HISTORY_PAGE;
  Exported exported;

  history_flush (history);
  {
    g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_object_unref);
    g_autoptr (TandemHistoryStore) store = tandem_history_store_new (place->path);

    for (guint i = 0; i < total; i++)
      g_ptr_array_add (records, call_new (i, TRUE, "Sample", "1", "answered", NULL));
    g_assert_true (tandem_history_store_insert (store, records, NULL));
  }
  stop_half_way (history, path);
  exported = export(history, path, NULL);
  g_assert_no_error (exported.error);
  g_assert_cmpint (exported.written, ==, total);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  lines = g_strsplit (contents, "\r\n", 0);
  g_assert_cmpuint (g_strv_length (lines), ==, total + 2);
}

static void
test_export_fails (Place *place, gconstpointer data)
{
  g_autoptr (TandemHistory) history = tandem_history_new (place->path);
  g_autofree char *path = g_build_filename (place->folder, "calls.csv", NULL);
  g_autofree char *nowhere = g_build_filename (place->folder, "no", "such", "calls.csv", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Exported exported = export(history, nowhere, NULL);

  g_assert_error (exported.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&exported.error);

  g_assert_true (g_file_set_contents (path, "older", -1, NULL));
  g_cancellable_cancel (cancellable);
  exported = export(history, path, cancellable);
  g_assert_error (exported.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (exported.written, ==, -1);
  g_clear_error (&exported.error);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "older");
}

#define ADD(name, func)                                                                            \
  g_test_add ("/directory/history-changes/" name, Place, NULL, place_set_up, func, place_tear_down)

int
main (int argc, char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("details", test_details);
  ADD ("note", test_note);
  ADD ("missed", test_missed);
  ADD ("seen-while-loading", test_seen_while_loading);
  ADD ("remove-and-restore", test_remove_and_restore);
  ADD ("deleted-is-gone", test_deleted_is_gone);
  ADD ("retention", test_retention);
  ADD ("first-version", test_first_version);
  ADD ("export", test_export);
  ADD ("export-pages", test_export_pages);
  ADD ("export-fails", test_export_fails);
  return g_test_run ();
}
