/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-store.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

/* TandemHistoryStore: see history-store.h. A damaged file is never deleted: it is renamed, with its
 * write-ahead log, and a new one begun. Not for the main thread. */

#define SCHEMA_VERSION 1
#define BUSY_TIMEOUT 2000 /* ms */

struct _TandemHistoryStore
{
  char *path;
  sqlite3 *db;
  sqlite3_stmt *insert;
  sqlite3_stmt *page;
  gboolean read_only;
  char *notice;
};

static const char schema[]
    = "CREATE TABLE IF NOT EXISTS call ("
      " id INTEGER PRIMARY KEY,"
      " start INTEGER NOT NULL," /* microseconds since 1970 UTC */
      " duration INTEGER NOT NULL,"
      " incoming INTEGER NOT NULL,"
      " outcome TEXT NOT NULL,"
      " name TEXT,"
      " address TEXT NOT NULL,"
      " uri TEXT NOT NULL,"
      " queue TEXT);"
      "CREATE INDEX IF NOT EXISTS call_by_start ON call (start DESC, id DESC);"
      "PRAGMA user_version = " G_STRINGIFY (SCHEMA_VERSION) ";";

static const char insert_sql[]
    = "INSERT INTO call (id, start, duration, incoming, outcome, name, address, uri, queue)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

static const char page_sql[]
    = "SELECT id, start, duration, incoming, outcome, name, address, uri, queue FROM call"
      " WHERE (start, id) < (?1, ?2) ORDER BY start DESC, id DESC LIMIT ?3";

static void
close_file (TandemHistoryStore *self)
{
  g_clear_pointer (&self->insert, sqlite3_finalize);
  g_clear_pointer (&self->page, sqlite3_finalize);
  g_clear_pointer (&self->db, sqlite3_close);
  self->read_only = FALSE;
}

static gboolean
is_corrupt (int result)
{
  return (result & 0xff) == SQLITE_CORRUPT || (result & 0xff) == SQLITE_NOTADB;
}

/* SQLite says ENOSPC only of some writes, and forgets the errno of the others: try one. */
static gboolean
disk_is_full (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_build_filename (folder, "probe-XXXXXX", NULL);
  const char block[65536] = { 0 };
  const int fd = g_mkstemp (name);
  gboolean full;

  if (fd < 0)
    return errno == ENOSPC || errno == EDQUOT;
  full = write (fd, block, sizeof block) != (gssize) sizeof block;
  close (fd);
  g_unlink (name);
  return full;
}

static gboolean
is_full (TandemHistoryStore *self, int result)
{
  if ((result & 0xff) == SQLITE_FULL)
    return TRUE;
  return (result & 0xff) == SQLITE_IOERR && disk_is_full (self->path);
}

/* Names the file as the person would look for it. */
static void
set_error (TandemHistoryStore *self, int result, GError **error)
{
  g_autofree char *shown = g_filename_display_name (self->path);

  if (is_full (self, result))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                 _ ("The disk is full: calls are remembered only until Tandem quits (%s)"), shown);
  else if ((result & 0xff) == SQLITE_READONLY || (result & 0xff) == SQLITE_CANTOPEN
           || (result & 0xff) == SQLITE_PERM)
    g_set_error (
        error, G_IO_ERROR, G_IO_ERROR_READ_ONLY,
        _ ("The call history cannot be written: calls are remembered only until Tandem quits "
           "(%s)"),
        shown);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 /* Translators: %s are the reason and the file. */
                 _ ("The call history cannot be used (%s): calls are remembered only until Tandem "
                    "quits (%s)"),
                 self->db != NULL ? sqlite3_errmsg (self->db) : sqlite3_errstr (result), shown);
}

/* Renames the damaged file and what belongs to it. */
static gboolean
set_aside (TandemHistoryStore *self, GError **error)
{
  static const char *const suffixes[] = { "-wal", "-shm" };
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *name = g_strdup_printf ("%s.corrupt-%s", self->path, date);
  g_autofree char *shown = NULL;

  close_file (self);
  for (guint i = 2; g_file_test (name, G_FILE_TEST_EXISTS); i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s.corrupt-%s-%u", self->path, date, i);
    }
  if (g_rename (self->path, name) != 0)
    {
      const int code = errno;

      shown = g_filename_display_name (self->path);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _ ("The call history is damaged, and could not be set aside (%s): calls are "
                      "remembered only until Tandem quits (%s)"),
                   g_strerror (code), shown);
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (self->path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (name, suffixes[i], NULL);

      if (g_file_test (from, G_FILE_TEST_EXISTS) && g_rename (from, to) != 0)
        g_message ("cannot rename %s: %s", from, g_strerror (errno));
    }

  shown = g_filename_display_name (name);
  g_free (self->notice);
  self->notice = g_strdup_printf (
      _ ("The call history was damaged. It was set aside as %s, and a new one begun."), shown);
  g_message ("damaged history set aside as %s", name);
  return TRUE;
}

static int
get_number (sqlite3 *db, const char *sql, gint64 *number)
{
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  if (result == SQLITE_OK)
    {
      result = sqlite3_step (statement);
      if (result == SQLITE_ROW)
        {
          *number = sqlite3_column_int64 (statement, 0);
          result = SQLITE_OK;
        }
    }
  sqlite3_finalize (statement);
  return result;
}

/* SQLITE_CORRUPT when the check finds anything. */
static int
check (sqlite3 *db)
{
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (db, "PRAGMA quick_check(1)", -1, &statement, NULL);

  if (result == SQLITE_OK)
    {
      result = sqlite3_step (statement);
      if (result == SQLITE_ROW)
        {
          const char *text = (const char *) sqlite3_column_text (statement, 0);

          result = g_strcmp0 (text, "ok") == 0 ? SQLITE_OK : SQLITE_CORRUPT;
        }
    }
  sqlite3_finalize (statement);
  return result;
}

static int
open_flags (TandemHistoryStore *self, const char *name, int flags)
{
  int result = sqlite3_open_v2 (name, &self->db,
                                flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

  if (result == SQLITE_OK)
    result = sqlite3_busy_timeout (self->db, BUSY_TIMEOUT);
  if (result == SQLITE_OK)
    result = check (self->db);
  return result;
}

static gboolean
prepare (TandemHistoryStore *self, gint64 version, GError **error)
{
  int result = SQLITE_OK;

  if (version > SCHEMA_VERSION)
    {
      g_autofree char *shown = g_filename_display_name (self->path);

      g_set_error (
          error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
          _ ("The call history was written by a newer version of Tandem and is left alone: "
             "calls are remembered only until Tandem quits (%s)"),
          shown);
      return FALSE;
    }
  if (!self->read_only)
    {
      sqlite3_exec (self->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
      if (version < SCHEMA_VERSION)
        {
          result = sqlite3_exec (self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
          if (result == SQLITE_OK)
            result = sqlite3_exec (self->db, schema, NULL, NULL, NULL);
          if (result == SQLITE_OK)
            result = sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL);
        }
      if (result == SQLITE_OK)
        result = sqlite3_prepare_v2 (self->db, insert_sql, -1, &self->insert, NULL);
    }
  if (result == SQLITE_OK)
    result = sqlite3_prepare_v2 (self->db, page_sql, -1, &self->page, NULL);
  if (result == SQLITE_OK)
    return TRUE;
  set_error (self, result, error);
  return FALSE;
}

/* The file is there but cannot be written: at least what it holds can be shown. */
static int
open_read_only (TandemHistoryStore *self)
{
  g_autofree char *uri = g_filename_to_uri (self->path, NULL, NULL);
  g_autofree char *name = uri != NULL ? g_strconcat (uri, "?immutable=1", NULL) : NULL;

  if (name == NULL)
    return SQLITE_CANTOPEN;
  close_file (self);
  self->read_only = TRUE;
  return open_flags (self, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

static gboolean
open_once (TandemHistoryStore *self, gboolean *corrupt, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  gint64 version = 0;
  int result = SQLITE_CANTOPEN;

  *corrupt = FALSE;
  g_mkdir_with_parents (folder, 0700);
  if (!g_file_test (self->path, G_FILE_TEST_EXISTS)
      || g_file_test (self->path, G_FILE_TEST_IS_REGULAR))
    result = open_flags (self, self->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (result == SQLITE_OK && sqlite3_db_readonly (self->db, "main") == 1)
    self->read_only = TRUE;
  if (((result & 0xff) == SQLITE_CANTOPEN || (result & 0xff) == SQLITE_READONLY)
      && g_file_test (self->path, G_FILE_TEST_IS_REGULAR))
    result = open_read_only (self);
  if (result == SQLITE_OK)
    result = get_number (self->db, "PRAGMA user_version", &version);
  if (result != SQLITE_OK)
    {
      *corrupt = is_corrupt (result);
      set_error (self, result, error);
      close_file (self);
      return FALSE;
    }
  g_chmod (self->path, 0600);
  if (prepare (self, version, error))
    return TRUE;
  *corrupt = is_corrupt (sqlite3_errcode (self->db));
  close_file (self);
  return FALSE;
}

static gboolean
ensure_open (TandemHistoryStore *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean corrupt;

  if (self->db != NULL || open_once (self, &corrupt, &local_error))
    return TRUE;
  if (!corrupt)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return set_aside (self, error) && open_once (self, &corrupt, error);
}

/* After a failed statement. TRUE: damaged, but a new file is open: try again. */
static gboolean
recover (TandemHistoryStore *self, int result, GError **error)
{
  if (!is_corrupt (result))
    {
      set_error (self, result, error);
      return FALSE;
    }
  return set_aside (self, error) && ensure_open (self, error);
}

static char *
column_text (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);

  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

static TandemRecord *
read_row (sqlite3_stmt *statement)
{
  const gint64 start = sqlite3_column_int64 (statement, 1);
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_local (start / G_USEC_PER_SEC);
  g_autoptr (GDateTime) when
      = seconds != NULL ? g_date_time_add (seconds, start % G_USEC_PER_SEC) : NULL;
  const gint64 duration = sqlite3_column_int64 (statement, 2);
  g_autofree char *outcome = column_text (statement, 4);
  g_autofree char *name = column_text (statement, 5);
  g_autofree char *address = column_text (statement, 6);
  g_autofree char *uri = column_text (statement, 7);
  g_autofree char *queue = column_text (statement, 8);

  if (when == NULL)
    return NULL;
  return tandem_record_new (sqlite3_column_int64 (statement, 0),
                            sqlite3_column_int (statement, 3) != 0, name, address, uri, queue, when,
                            (guint) CLAMP (duration, 0, G_MAXUINT), outcome);
}

static int
load (TandemHistoryStore *self, gint64 start, gint64 id, guint limit, GPtrArray *records)
{
  int result;

  sqlite3_bind_int64 (self->page, 1, start);
  sqlite3_bind_int64 (self->page, 2, id);
  sqlite3_bind_int64 (self->page, 3, limit);
  while ((result = sqlite3_step (self->page)) == SQLITE_ROW)
    {
      TandemRecord *record = read_row (self->page);

      if (record != NULL)
        g_ptr_array_add (records, record);
    }
  sqlite3_reset (self->page);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

static void
bind_text (sqlite3_stmt *statement, int column, const char *text)
{
  if (text != NULL)
    sqlite3_bind_text (statement, column, text, -1, SQLITE_TRANSIENT);
  else
    sqlite3_bind_null (statement, column);
}

static int
insert_one (TandemHistoryStore *self, TandemRecord *record)
{
  GDateTime *start = tandem_record_get_start (record);
  gint64 id = tandem_record_get_id (record);
  int result = SQLITE_OK;

  for (guint i = 0; i < 100; i++)
    {
      sqlite3_bind_int64 (self->insert, 1, id + i);
      sqlite3_bind_int64 (self->insert, 2,
                          g_date_time_to_unix (start) * G_USEC_PER_SEC
                              + g_date_time_get_microsecond (start));
      sqlite3_bind_int64 (self->insert, 3, tandem_record_get_duration (record));
      sqlite3_bind_int (self->insert, 4, tandem_record_is_incoming (record));
      bind_text (self->insert, 5, tandem_record_get_outcome (record));
      bind_text (self->insert, 6, tandem_record_get_name (record));
      bind_text (self->insert, 7, tandem_record_get_address (record));
      bind_text (self->insert, 8, tandem_record_get_uri (record));
      bind_text (self->insert, 9, tandem_record_get_queue (record));
      result = sqlite3_step (self->insert);
      sqlite3_reset (self->insert);
      if ((result & 0xff) != SQLITE_CONSTRAINT)
        break;
    }
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int
insert_all (TandemHistoryStore *self, GPtrArray *records)
{
  int result;

  if (self->read_only)
    return SQLITE_READONLY;
  result = sqlite3_exec (self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  for (guint i = 0; result == SQLITE_OK && i < records->len; i++)
    result = insert_one (self, g_ptr_array_index (records, i));
  if (result == SQLITE_OK)
    result = sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL);
  return result;
}

static void
roll_back (TandemHistoryStore *self)
{
  if (self->db != NULL && !sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}

TandemHistoryStore *
tandem_history_store_new (const char *path)
{
  TandemHistoryStore *self = g_new0 (TandemHistoryStore, 1);

  self->path = g_strdup (path);
  return self;
}

void
tandem_history_store_free (TandemHistoryStore *self)
{
  close_file (self);
  g_free (self->path);
  g_free (self->notice);
  g_free (self);
}

gboolean
tandem_history_store_load (TandemHistoryStore *self,
                           gint64 start,
                           gint64 id,
                           guint limit,
                           GPtrArray *records,
                           GError **error)
{
  const guint before = records->len;
  int result;

  if (!ensure_open (self, error))
    return FALSE;
  result = load (self, start, id, limit, records);
  if (result == SQLITE_OK)
    return TRUE;
  g_ptr_array_set_size (records, (gint) before);
  if (!recover (self, result, error))
    return FALSE;
  return load (self, start, id, limit, records) == SQLITE_OK;
}

gboolean
tandem_history_store_insert (TandemHistoryStore *self, GPtrArray *records, GError **error)
{
  int result;

  if (!ensure_open (self, error))
    return FALSE;
  result = insert_all (self, records);
  if (is_corrupt (result))
    {
      if (!recover (self, result, error))
        return FALSE;
      result = insert_all (self, records);
    }
  if (result == SQLITE_OK)
    return TRUE;
  set_error (self, result, error);
  roll_back (self);
  /* A file that was read-only may have become writable. */
  if (self->read_only)
    close_file (self);
  return FALSE;
}

gboolean
tandem_history_store_clear (TandemHistoryStore *self, GError **error)
{
  int result;

  if (!ensure_open (self, error))
    return FALSE;
  result = self->read_only ? SQLITE_READONLY
                           : sqlite3_exec (self->db, "DELETE FROM call", NULL, NULL, NULL);
  if (result == SQLITE_OK)
    {
      /* Deleted means gone from the disk too. */
      sqlite3_exec (self->db, "VACUUM", NULL, NULL, NULL);
      sqlite3_exec (self->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
      return TRUE;
    }
  if (is_corrupt (result))
    return recover (self, result, error);
  set_error (self, result, error);
  return FALSE;
}

const char *
tandem_history_store_get_notice (TandemHistoryStore *self)
{
  return self->notice;
}
