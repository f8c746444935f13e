/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "database.h"

#include "query.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <unistd.h>

/* TandemDatabase: see database.h. Not for the main thread. */

#define BUSY_TIMEOUT 2000   /* ms */
#define STOP_INTERVAL 10000 /* instructions of SQLite's machine between two looks at the flag */

struct _TandemDatabase
{
  char *path;
  const TandemDatabaseKind *kind;
  sqlite3 *db;
  gboolean read_only;
  const int *stop_flag;
  char *notice;
};

static void
close_file (TandemDatabase *self)
{
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
is_full (TandemDatabase *self, int result)
{
  if ((result & 0xff) == SQLITE_FULL)
    return TRUE;
  return (result & 0xff) == SQLITE_IOERR && disk_is_full (self->path);
}

static void
set_trouble (TandemDatabase *self,
             TandemDatabaseTrouble trouble,
             const char *reason,
             GIOErrorEnum code,
             GError **error)
{
  g_autofree char *shown = g_filename_display_name (self->path);
  g_autofree char *words = self->kind->words (trouble, reason, shown);

  g_set_error_literal (error, G_IO_ERROR, code, words);
}

/* Names the file as the person would look for it. */
static void
set_error (TandemDatabase *self, int result, GError **error)
{
  const int code = result & 0xff;

  if (code == SQLITE_INTERRUPT)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped");
  else if (is_full (self, result))
    set_trouble (self, TANDEM_DATABASE_FULL, NULL, G_IO_ERROR_NO_SPACE, error);
  else if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN || code == SQLITE_PERM)
    set_trouble (self, TANDEM_DATABASE_READ_ONLY, NULL, G_IO_ERROR_READ_ONLY, error);
  else
    set_trouble (self, TANDEM_DATABASE_UNUSABLE,
                 self->db != NULL ? sqlite3_errmsg (self->db) : sqlite3_errstr (result),
                 G_IO_ERROR_FAILED, error);
}

/* Renames the damaged file and what belongs to it. */
static gboolean
set_aside (TandemDatabase *self, GError **error)
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
      set_trouble (self, TANDEM_DATABASE_NOT_SET_ASIDE, g_strerror (errno), G_IO_ERROR_FAILED,
                   error);
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
  self->notice = self->kind->words (TANDEM_DATABASE_SET_ASIDE, NULL, shown);
  g_message ("damaged file set aside as %s", name);
  return TRUE;
}

/* SQLITE_CORRUPT when the check finds anything. An index in a virtual table, which newer releases of
 * SQLite look into as well, has no pages of its own: it is repaired once it is used. */
static int
check (sqlite3 *db)
{
  gint64 damaged = 0;
  int result = tandem_database_get_number (
      db,
      "SELECT EXISTS (SELECT 1 FROM sqlite_schema AS part, pragma_quick_check (part.name) AS found"
      " WHERE part.type = 'table' AND part.rootpage > 0 AND found.quick_check <> 'ok')",
      &damaged);

  return result == SQLITE_OK && damaged != 0 ? SQLITE_CORRUPT : result;
}

static void
fold (sqlite3_context *context, int n, sqlite3_value **values)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (int i = 0; i < n; i++)
    {
      const char *text = (const char *) sqlite3_value_text (values[i]);
      g_autofree char *folded = text != NULL ? tandem_query_fold (text) : NULL;

      if (folded == NULL || folded[0] == '\0')
        continue;
      if (joined->len > 0)
        g_string_append_c (joined, ' ');
      g_string_append (joined, folded);
    }
  sqlite3_result_text (context, joined->str, (int) joined->len, SQLITE_TRANSIENT);
}

static int
on_progress (gpointer data)
{
  TandemDatabase *self = data;

  return self->stop_flag != NULL && g_atomic_int_get (self->stop_flag) != 0;
}

static int
open_flags (TandemDatabase *self, const char *name, int flags)
{
  int result = sqlite3_open_v2 (name, &self->db,
                                flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

  if (result == SQLITE_OK)
    result = sqlite3_busy_timeout (self->db, BUSY_TIMEOUT);
  if (result == SQLITE_OK)
    result = sqlite3_create_function (self->db, "tandem_fold", -1,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, fold, NULL, NULL);
  if (result == SQLITE_OK)
    {
      sqlite3_progress_handler (self->db, STOP_INTERVAL, on_progress, self);
      result = check (self->db);
    }
  return result;
}

static int
execute (TandemDatabase *self, const char *sql)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL);
}

static void
roll_back (TandemDatabase *self)
{
  if (self->db != NULL && !sqlite3_get_autocommit (self->db))
    execute (self, "ROLLBACK");
}

static gboolean
is_ready (TandemDatabase *self, gint64 version, guint newest)
{
  return version == newest
         && (self->kind->is_prepared == NULL || self->kind->is_prepared (self->db));
}

/* Within a transaction. Another process may have done all of it while this one waited. */
static int
make_ready (TandemDatabase *self, gint64 *version, guint newest)
{
  int result = tandem_database_get_number (self->db, "PRAGMA user_version", version);

  if (result != SQLITE_OK || *version < 0 || *version > newest || is_ready (self, *version, newest))
    return result;
  for (gint64 n = *version; result == SQLITE_OK && n < newest; n++)
    result = execute (self, self->kind->migrations[n]);
  if (result == SQLITE_OK)
    {
      g_autofree char *pragma = g_strdup_printf ("PRAGMA user_version = %u", newest);

      result = execute (self, pragma);
    }
  if (result == SQLITE_OK && self->kind->prepare != NULL)
    result = self->kind->prepare (self->db);
  if (result == SQLITE_OK)
    *version = newest;
  return result;
}

/* version: in: what it was when opened, out: what it is */
static int
migrate (TandemDatabase *self, gint64 *version, guint newest)
{
  int result;

  if (is_ready (self, *version, newest))
    return SQLITE_OK;
  result = execute (self, "BEGIN IMMEDIATE");
  if (result == SQLITE_OK)
    result = make_ready (self, version, newest);
  if (result == SQLITE_OK)
    result = execute (self, "COMMIT");
  if (result != SQLITE_OK)
    roll_back (self);
  return result;
}

static gboolean
prepare (TandemDatabase *self, gint64 version, GError **error)
{
  guint newest = 0;
  int result = SQLITE_OK;

  while (self->kind->migrations[newest] != NULL)
    newest++;
  if (!self->read_only && version >= 0 && version <= newest)
    {
      execute (self, "PRAGMA journal_mode = WAL");
      execute (self, "PRAGMA secure_delete = ON");
      result = migrate (self, &version, newest);
    }
  if (result == SQLITE_OK && (version > newest || version < 0))
    {
      set_trouble (self, TANDEM_DATABASE_NEWER, NULL, G_IO_ERROR_NOT_SUPPORTED, error);
      return FALSE;
    }
  if (result == SQLITE_OK && version < newest)
    result = SQLITE_READONLY;
  if (result == SQLITE_OK)
    return TRUE;
  set_error (self, result, error);
  return FALSE;
}

/* The file is there but cannot be written: at least what it holds can be shown. */
static int
open_read_only (TandemDatabase *self)
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
open_once (TandemDatabase *self, gboolean *corrupt, GError **error)
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
    result = tandem_database_get_number (self->db, "PRAGMA user_version", &version);
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
ensure_open (TandemDatabase *self, GError **error)
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

static int
work_once (TandemDatabase *self, TandemDatabaseWork work, gpointer data, gboolean write)
{
  int result = SQLITE_OK;

  if (write && self->read_only)
    return SQLITE_READONLY;
  if (write)
    result = execute (self, "BEGIN IMMEDIATE");
  if (result == SQLITE_OK)
    result = work (self, data);
  if (result == SQLITE_OK && write)
    result = execute (self, "COMMIT");
  return result;
}

/* After a failed work. TRUE: the cause is gone, try again. */
static gboolean
recover (TandemDatabase *self, int result, GError **error)
{
  if (result == SQLITE_CORRUPT_VTAB && self->kind->repair != NULL && !self->read_only)
    {
      roll_back (self);
      if (self->kind->repair (self->db) == SQLITE_OK)
        return TRUE;
    }
  return set_aside (self, error) && ensure_open (self, error);
}

static gboolean
run (TandemDatabase *self, TandemDatabaseWork work, gpointer data, gboolean write, GError **error)
{
  int result;

  if (!ensure_open (self, error))
    return FALSE;
  result = work_once (self, work, data, write);
  if (is_corrupt (result))
    {
      if (!recover (self, result, error))
        return FALSE;
      result = work_once (self, work, data, write);
    }
  if (result == SQLITE_OK)
    return TRUE;
  set_error (self, result, error);
  roll_back (self);
  /* A file that was read-only may have become writable. */
  if (write && self->read_only)
    close_file (self);
  return FALSE;
}

TandemDatabase *
tandem_database_new (const char *path, const TandemDatabaseKind *kind)
{
  TandemDatabase *self = g_new0 (TandemDatabase, 1);

  self->path = g_strdup (path);
  self->kind = kind;
  return self;
}

void
tandem_database_free (TandemDatabase *self)
{
  close_file (self);
  g_free (self->path);
  g_free (self->notice);
  g_free (self);
}

sqlite3 *
tandem_database_get_handle (TandemDatabase *self)
{
  return self->db;
}

gboolean
tandem_database_read (TandemDatabase *self, TandemDatabaseWork work, gpointer data, GError **error)
{
  return run (self, work, data, FALSE, error);
}

gboolean
tandem_database_write (TandemDatabase *self, TandemDatabaseWork work, gpointer data, GError **error)
{
  return run (self, work, data, TRUE, error);
}

void
tandem_database_vacuum (TandemDatabase *self)
{
  if (self->db == NULL || self->read_only)
    return;
  execute (self, "VACUUM");
  tandem_database_checkpoint (self);
}

void
tandem_database_checkpoint (TandemDatabase *self)
{
  if (self->db != NULL && !self->read_only)
    execute (self, "PRAGMA wal_checkpoint(TRUNCATE)");
}

void
tandem_database_set_stop_flag (TandemDatabase *self, const int *flag)
{
  self->stop_flag = flag;
}

const char *
tandem_database_get_notice (TandemDatabase *self)
{
  return self->notice;
}

gboolean
tandem_database_has (sqlite3 *db, const char *type, const char *name)
{
  sqlite3_stmt *statement = NULL;
  gboolean found = FALSE;

  if (sqlite3_prepare_v2 (db, "SELECT 1 FROM sqlite_schema WHERE type = ?1 AND name = ?2", -1,
                          &statement, NULL)
      == SQLITE_OK)
    {
      tandem_database_bind_text (statement, 1, type);
      tandem_database_bind_text (statement, 2, name);
      found = sqlite3_step (statement) == SQLITE_ROW;
    }
  sqlite3_finalize (statement);
  return found;
}

void
tandem_database_bind_text (sqlite3_stmt *statement, int column, const char *text)
{
  if (text != NULL)
    sqlite3_bind_text (statement, column, text, -1, SQLITE_TRANSIENT);
  else
    sqlite3_bind_null (statement, column);
}

char *
tandem_database_column_text (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);

  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

int
tandem_database_step (sqlite3_stmt *statement)
{
  int result = sqlite3_step (statement);

  sqlite3_reset (statement);
  return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
}

int
tandem_database_get_number (sqlite3 *db, const char *sql, gint64 *number)
{
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  *number = 0;
  if (result == SQLITE_OK)
    {
      result = sqlite3_step (statement);
      if (result == SQLITE_ROW)
        *number = sqlite3_column_int64 (statement, 0);
      if (result == SQLITE_ROW || result == SQLITE_DONE)
        result = SQLITE_OK;
    }
  sqlite3_finalize (statement);
  return result;
}
