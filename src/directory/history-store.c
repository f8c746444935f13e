/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-store.h"

#include "database.h"
#include "record-private.h"

#include <glib/gi18n.h>

#include <string.h>

/* TandemHistoryStore: see history-store.h. What may be wrong with the file is the matter of
 * TandemDatabase. Searching reads the folded texts of the newest calls, which is all it takes for
 * what many calls match; beyond these it asks a trigram index (FTS5), which is fast for what few
 * match. Where SQLite was built without the index, and for words of one or two letters, all texts
 * are read. The index is kept by triggers, and made anew whenever it is missing or damaged. Not for
 * the main thread. */

#define SHORTEST_INDEXED 3
#define SCANNED_FIRST 5000 /* calls */

struct _TandemHistoryStore
{
  TandemDatabase *database;
  gboolean deleted; /* the index still holds pieces of what was deleted */
};

static const char *const migrations[]
    = { "CREATE TABLE call ("
        " id INTEGER PRIMARY KEY,"
        " start INTEGER NOT NULL," /* microseconds since 1970 UTC */
        " duration INTEGER NOT NULL,"
        " incoming INTEGER NOT NULL,"
        " outcome TEXT NOT NULL,"
        " name TEXT,"
        " address TEXT NOT NULL,"
        " uri TEXT NOT NULL,"
        " queue TEXT);"
        "CREATE INDEX call_by_start ON call (start DESC, id DESC);",

        "ALTER TABLE call ADD COLUMN reason TEXT;"
        "ALTER TABLE call ADD COLUMN mos REAL;"
        "ALTER TABLE call ADD COLUMN loss REAL;"
        "ALTER TABLE call ADD COLUMN proxies TEXT;" /* one a line */
        "ALTER TABLE call ADD COLUMN note TEXT;"
        "ALTER TABLE call ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;"
        "ALTER TABLE call ADD COLUMN folded TEXT NOT NULL DEFAULT '';"
        "UPDATE call SET seen = 1, folded = tandem_fold (name, address, queue, note);"
        "CREATE INDEX call_unseen ON call (id) WHERE incoming AND outcome = 'missed' AND NOT seen;",
        NULL };

static const char index_sql[]
    = "CREATE VIRTUAL TABLE call_text USING fts5"
      " (folded, content = 'call', content_rowid = 'id', tokenize = 'trigram')";

static const char triggers_sql[]
    = "INSERT INTO call_text (call_text) VALUES ('rebuild');"
      "CREATE TRIGGER call_inserted AFTER INSERT ON call BEGIN"
      " INSERT INTO call_text (rowid, folded) VALUES (new.id, new.folded); END;"
      "CREATE TRIGGER call_deleted AFTER DELETE ON call BEGIN"
      " INSERT INTO call_text (call_text, rowid, folded) VALUES ('delete', old.id, old.folded); "
      "END;"
      "CREATE TRIGGER call_changed AFTER UPDATE OF folded ON call BEGIN"
      " INSERT INTO call_text (call_text, rowid, folded) VALUES ('delete', old.id, old.folded);"
      " INSERT INTO call_text (rowid, folded) VALUES (new.id, new.folded); END;";

static const char no_triggers_sql[] = "DROP TRIGGER IF EXISTS call_inserted;"
                                      "DROP TRIGGER IF EXISTS call_deleted;"
                                      "DROP TRIGGER IF EXISTS call_changed;";

#define COLUMNS                                                                                    \
  "id, start, duration, incoming, outcome, name, address, uri, queue, reason, mos, loss, proxies," \
  " note, seen"

static const char insert_sql[]
    = "INSERT INTO call (" COLUMNS ", folded) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
      " ?11, ?12, ?13, ?14, ?15, tandem_fold (?6, ?7, ?9, ?14))";

static char *
words (TandemDatabaseTrouble trouble, const char *reason, const char *path)
{
  switch (trouble)
    {
    case TANDEM_DATABASE_FULL:
      return g_strdup_printf (
          _ ("The disk is full: calls are remembered only until Tandem quits (%s)"), path);
    case TANDEM_DATABASE_READ_ONLY:
      return g_strdup_printf (
          _ ("The call history cannot be written: calls are remembered only until Tandem quits "
             "(%s)"),
          path);
    case TANDEM_DATABASE_NEWER:
      return g_strdup_printf (
          _ ("The call history was written by a newer version of Tandem and is left alone: "
             "calls are remembered only until Tandem quits (%s)"),
          path);
    case TANDEM_DATABASE_NOT_SET_ASIDE:
      return g_strdup_printf (
          _ ("The call history is damaged, and could not be set aside (%s): calls are "
             "remembered only until Tandem quits (%s)"),
          reason, path);
    case TANDEM_DATABASE_SET_ASIDE:
      return g_strdup_printf (
          _ ("The call history was damaged. It was set aside as %s, and a new one begun."), path);
    case TANDEM_DATABASE_UNUSABLE:
    default:
      return g_strdup_printf (
          /* Translators: %s are the reason and the file. */
          _ ("The call history cannot be used (%s): calls are remembered only until Tandem "
             "quits (%s)"),
          reason, path);
    }
}

static gboolean
can_prepare (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  const int result = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  sqlite3_finalize (statement);
  return result == SQLITE_OK;
}

static gboolean
can_execute (sqlite3 *db, const char *sql)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* An index that cannot be read cannot be dropped either: it is taken out by hand. */
static void
drop_index (sqlite3 *db)
{
  if (tandem_database_has (db, "table", "call_text") && !can_execute (db, "DROP TABLE call_text"))
    {
      can_execute (db, "PRAGMA writable_schema = ON");
      can_execute (db, "DELETE FROM sqlite_schema WHERE type = 'table' AND name = 'call_text'");
      can_execute (db, "PRAGMA writable_schema = RESET");
      can_execute (db, "DROP TABLE IF EXISTS call_text_data");
      can_execute (db, "DROP TABLE IF EXISTS call_text_idx");
      can_execute (db, "DROP TABLE IF EXISTS call_text_docsize");
      can_execute (db, "DROP TABLE IF EXISTS call_text_config");
    }
}

static gboolean
is_prepared (sqlite3 *db)
{
  return tandem_database_has (db, "trigger", "call_changed")
         && can_prepare (db, "SELECT rowid FROM call_text");
}

/* Triggers on an index that this SQLite cannot read would stop every write. */
static int
prepare (sqlite3 *db)
{
  int result;

  if (is_prepared (db))
    return SQLITE_OK;
  if (!can_execute (db, no_triggers_sql))
    return sqlite3_extended_errcode (db);
  if (!can_execute (db, "CREATE VIRTUAL TABLE temp.probe USING fts5 (x, tokenize = 'trigram');"
                        "DROP TABLE temp.probe;"))
    {
      g_message ("calls are searched without an index: %s", sqlite3_errmsg (db));
      return SQLITE_OK;
    }
  drop_index (db);
  if (can_execute (db, index_sql) && can_execute (db, triggers_sql))
    return SQLITE_OK;
  result = sqlite3_extended_errcode (db);
  g_message ("the index of the calls cannot be made: %s", sqlite3_errmsg (db));
  return result;
}

static int
repair (sqlite3 *db)
{
  g_message ("the index of the calls is damaged, it is made anew");
  return sqlite3_exec (db, "INSERT INTO call_text (call_text) VALUES ('rebuild')", NULL, NULL,
                       NULL);
}

static const TandemDatabaseKind kind = {
  .migrations = migrations,
  .words = words,
  .is_prepared = is_prepared,
  .prepare = prepare,
  .repair = repair,
};

static TandemRecord *
read_row (sqlite3_stmt *statement)
{
  const gint64 start = sqlite3_column_int64 (statement, 1);
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_local (start / G_USEC_PER_SEC);
  g_autoptr (GDateTime) when
      = seconds != NULL ? g_date_time_add (seconds, start % G_USEC_PER_SEC) : NULL;
  const gint64 duration = sqlite3_column_int64 (statement, 2);
  g_autofree char *outcome = tandem_database_column_text (statement, 4);
  g_autofree char *name = tandem_database_column_text (statement, 5);
  g_autofree char *address = tandem_database_column_text (statement, 6);
  g_autofree char *uri = tandem_database_column_text (statement, 7);
  g_autofree char *queue = tandem_database_column_text (statement, 8);
  g_autofree char *reason = tandem_database_column_text (statement, 9);
  g_autofree char *lines = tandem_database_column_text (statement, 12);
  g_autofree char *note = tandem_database_column_text (statement, 13);
  g_auto (GStrv) proxies = g_strsplit (lines != NULL ? lines : "", "\n", 0);
  TandemRecordDetails details = TANDEM_RECORD_DETAILS_INIT;

  if (when == NULL)
    return NULL;
  details.reason = reason;
  details.proxies = (const char *const *) proxies;
  details.note = note;
  details.mos = sqlite3_column_double (statement, 10);
  if (sqlite3_column_type (statement, 11) != SQLITE_NULL)
    details.loss = sqlite3_column_double (statement, 11);
  details.seen = sqlite3_column_int (statement, 14) != 0;
  return tandem_record_new_full (sqlite3_column_int64 (statement, 0),
                                 sqlite3_column_int (statement, 3) != 0, name, address, uri, queue,
                                 when, (guint) CLAMP (duration, 0, G_MAXUINT), outcome, &details);
}

typedef struct
{
  const char *const *words; /* that must all be there */
  gboolean missed_only;
  gint64 start, id;
  guint limit;
  GPtrArray *records;
  guint before;
} Page;

/* (transfer full) (nullable): the words that the index can find, as an FTS5 expression */
static char *
make_match (const char *const *wanted)
{
  g_autoptr (GString) match = g_string_new (NULL);

  for (guint i = 0; wanted[i] != NULL; i++)
    {
      g_auto (GStrv) parts = NULL;
      g_autofree char *quoted = NULL;

      if (g_utf8_strlen (wanted[i], -1) < SHORTEST_INDEXED)
        continue;
      parts = g_strsplit (wanted[i], "\"", 0);
      quoted = g_strjoinv ("\"\"", parts);
      g_string_append_printf (match, "%s\"%s\"", match->len > 0 ? " AND " : "", quoted);
    }
  return match->len > 0 ? g_strdup (match->str) : NULL;
}

static gboolean
is_scanned (const char *word, const char *match)
{
  return match == NULL || g_utf8_strlen (word, -1) < SHORTEST_INDEXED;
}

/* match: (nullable): for the index; the words that it does not stand for are looked for with
 * instr(), from parameter 5 on. newest: (0: all) */
static int
prepare_page (sqlite3 *db, Page *page, const char *match, guint newest, sqlite3_stmt **statement)
{
  g_autoptr (GString) sql = g_string_new ("SELECT " COLUMNS " FROM");
  int result, column = 5;

  if (newest > 0)
    g_string_append_printf (sql,
                            " (SELECT * FROM call WHERE (start, id) < (?1, ?2)"
                            " ORDER BY start DESC, id DESC LIMIT %u) WHERE TRUE",
                            newest);
  else
    g_string_append (sql, " call WHERE (start, id) < (?1, ?2)");
  if (match != NULL)
    g_string_append (sql, " AND id IN (SELECT rowid FROM call_text WHERE call_text MATCH ?4)");
  if (page->missed_only)
    g_string_append (sql, " AND incoming AND outcome = 'missed'");
  for (guint i = 0; page->words[i] != NULL; i++)
    if (is_scanned (page->words[i], match))
      g_string_append_printf (sql, " AND instr (folded, ?%d) > 0", column++);
  g_string_append (sql, " ORDER BY start DESC, id DESC LIMIT ?3");

  result = sqlite3_prepare_v2 (db, sql->str, -1, statement, NULL);
  if (result != SQLITE_OK)
    return result;
  sqlite3_bind_int64 (*statement, 1, page->start);
  sqlite3_bind_int64 (*statement, 2, page->id);
  sqlite3_bind_int64 (*statement, 3, page->limit - (page->records->len - page->before));
  if (match != NULL)
    tandem_database_bind_text (*statement, 4, match);
  column = 5;
  for (guint i = 0; page->words[i] != NULL; i++)
    if (is_scanned (page->words[i], match))
      tandem_database_bind_text (*statement, column++, page->words[i]);
  return SQLITE_OK;
}

static int
read_page (sqlite3 *db, Page *page, const char *match, guint newest)
{
  sqlite3_stmt *statement = NULL;
  int result = prepare_page (db, page, match, newest, &statement);

  while (result == SQLITE_OK || result == SQLITE_ROW)
    {
      TandemRecord *record;

      result = sqlite3_step (statement);
      record = result == SQLITE_ROW ? read_row (statement) : NULL;
      if (record != NULL)
        g_ptr_array_add (page->records, record);
    }
  sqlite3_finalize (statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

/* Goes on behind that many calls. FALSE: there are no more. */
static gboolean
skip (sqlite3 *db, Page *page, guint calls)
{
  sqlite3_stmt *statement = NULL;
  gboolean more = FALSE;

  if (sqlite3_prepare_v2 (db,
                          "SELECT start, id FROM call WHERE (start, id) < (?1, ?2)"
                          " ORDER BY start DESC, id DESC LIMIT 1 OFFSET ?3",
                          -1, &statement, NULL)
      == SQLITE_OK)
    {
      sqlite3_bind_int64 (statement, 1, page->start);
      sqlite3_bind_int64 (statement, 2, page->id);
      sqlite3_bind_int64 (statement, 3, calls - 1);
      more = sqlite3_step (statement) == SQLITE_ROW;
      if (more)
        {
          page->start = sqlite3_column_int64 (statement, 0);
          page->id = sqlite3_column_int64 (statement, 1);
        }
    }
  sqlite3_finalize (statement);
  return more;
}

static int
load_page (TandemDatabase *database, gpointer data)
{
  Page *page = data, rest = *page;
  sqlite3 *db = tandem_database_get_handle (database);
  g_autofree char *match = NULL;
  int result;

  g_ptr_array_set_size (page->records, (gint) page->before);
  if (page->words[0] != NULL && tandem_database_has (db, "trigger", "call_changed"))
    match = make_match (page->words);
  if (match == NULL)
    return read_page (db, page, NULL, 0);
  result = read_page (db, page, NULL, SCANNED_FIRST);
  if (result != SQLITE_OK || page->records->len - page->before >= page->limit
      || !skip (db, &rest, SCANNED_FIRST))
    return result;
  return read_page (db, &rest, match, 0);
}

static int
insert_one (sqlite3_stmt *statement, TandemRecord *record)
{
  const TandemRecordDetails details = tandem_record_get_details (record);
  g_autofree char *proxies
      = details.proxies[0] != NULL ? g_strjoinv ("\n", (GStrv) details.proxies) : NULL;
  const gint64 id = tandem_record_get_id (record);
  int result = SQLITE_OK;

  for (guint i = 0; i < 100; i++)
    {
      sqlite3_bind_int64 (statement, 1, id + i);
      sqlite3_bind_int64 (statement, 2, tandem_record_get_start_time (record));
      sqlite3_bind_int64 (statement, 3, tandem_record_get_duration (record));
      sqlite3_bind_int (statement, 4, tandem_record_is_incoming (record));
      tandem_database_bind_text (statement, 5, tandem_record_get_outcome (record));
      tandem_database_bind_text (statement, 6, tandem_record_get_name (record));
      tandem_database_bind_text (statement, 7, tandem_record_get_address (record));
      tandem_database_bind_text (statement, 8, tandem_record_get_uri (record));
      tandem_database_bind_text (statement, 9, tandem_record_get_queue (record));
      tandem_database_bind_text (statement, 10, details.reason);
      if (details.mos > 0)
        sqlite3_bind_double (statement, 11, details.mos);
      else
        sqlite3_bind_null (statement, 11);
      if (details.loss >= 0)
        sqlite3_bind_double (statement, 12, details.loss);
      else
        sqlite3_bind_null (statement, 12);
      tandem_database_bind_text (statement, 13, proxies);
      tandem_database_bind_text (statement, 14, details.note);
      sqlite3_bind_int (statement, 15, details.seen);
      result = tandem_database_step (statement);
      if ((result & 0xff) != SQLITE_CONSTRAINT)
        break;
    }
  return result;
}

static int
insert_all (TandemDatabase *database, gpointer data)
{
  GPtrArray *records = data;
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (tandem_database_get_handle (database), insert_sql, -1,
                                   &statement, NULL);

  for (guint i = 0; result == SQLITE_OK && i < records->len; i++)
    result = insert_one (statement, g_ptr_array_index (records, i));
  sqlite3_finalize (statement);
  return result;
}

/* A statement with up to two numbers and a text. */
typedef struct
{
  const char *sql;
  gint64 numbers[2];
  const char *text;
  int changed;
} Change;

static int
change (TandemDatabase *database, gpointer data)
{
  Change *wanted = data;
  sqlite3 *db = tandem_database_get_handle (database);
  const int before = sqlite3_total_changes (db);
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (db, wanted->sql, -1, &statement, NULL);

  if (result == SQLITE_OK)
    {
      const int n = sqlite3_bind_parameter_count (statement);

      for (int i = 0; i < MIN (n, 2); i++)
        sqlite3_bind_int64 (statement, i + 1, wanted->numbers[i]);
      if (n > 2)
        tandem_database_bind_text (statement, 3, wanted->text);
      result = tandem_database_step (statement);
    }
  sqlite3_finalize (statement);
  wanted->changed = sqlite3_total_changes (db) - before;
  return result;
}

static int
prune (TandemDatabase *database, gpointer data)
{
  Change *wanted = data;
  Change by_age = *wanted, by_number = *wanted;
  int result;

  by_age.sql = "DELETE FROM call WHERE start < ?1";
  by_number.sql = "DELETE FROM call WHERE (start, id) <="
                  " (SELECT start, id FROM call ORDER BY start DESC, id DESC LIMIT 1 OFFSET ?2)";
  result = change (database, &by_age);
  if (result == SQLITE_OK && by_number.numbers[1] > 0)
    result = change (database, &by_number);
  wanted->changed = by_age.changed + by_number.changed;
  return result;
}

static int
clear (TandemDatabase *database, gpointer data)
{
  sqlite3 *db = tandem_database_get_handle (database);
  const gboolean indexed = tandem_database_has (db, "trigger", "call_changed");
  int result = SQLITE_OK;

  if (indexed)
    result = sqlite3_exec (db, no_triggers_sql, NULL, NULL, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_exec (db, "DELETE FROM call", NULL, NULL, NULL);
  if (result == SQLITE_OK && indexed)
    result = sqlite3_exec (db, triggers_sql, NULL, NULL, NULL);
  return result;
}

static int
count_missed (TandemDatabase *database, gpointer data)
{
  return tandem_database_get_number (
      tandem_database_get_handle (database),
      "SELECT count (*) FROM call WHERE incoming AND outcome = 'missed' AND NOT seen", data);
}

static int
optimize (TandemDatabase *database, gpointer data)
{
  sqlite3 *db = tandem_database_get_handle (database);

  if (!tandem_database_has (db, "trigger", "call_changed"))
    return SQLITE_OK;
  return sqlite3_exec (db, "INSERT INTO call_text (call_text) VALUES ('optimize')", NULL, NULL,
                       NULL);
}

TandemHistoryStore *
tandem_history_store_new (const char *path)
{
  TandemHistoryStore *self = g_new0 (TandemHistoryStore, 1);

  self->database = tandem_database_new (path, &kind);
  return self;
}

void
tandem_history_store_free (TandemHistoryStore *self)
{
  tandem_database_free (self->database);
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
  return tandem_history_store_search (self, NULL, FALSE, start, id, limit, NULL, records, error);
}

gboolean
tandem_history_store_search (TandemHistoryStore *self,
                             TandemQuery *query,
                             gboolean missed_only,
                             gint64 start,
                             gint64 id,
                             guint limit,
                             const int *stop,
                             GPtrArray *records,
                             GError **error)
{
  static const char *const none[] = { NULL };
  Page page = { query != NULL ? tandem_query_get_words (query) : none,
                missed_only,
                start,
                id,
                limit,
                records,
                records->len };
  gboolean done;

  tandem_database_set_stop_flag (self->database, stop);
  done = tandem_database_read (self->database, load_page, &page, error);
  tandem_database_set_stop_flag (self->database, NULL);
  if (!done)
    g_ptr_array_set_size (records, (gint) page.before);
  return done;
}

gboolean
tandem_history_store_insert (TandemHistoryStore *self, GPtrArray *records, GError **error)
{
  return tandem_database_write (self->database, insert_all, records, error);
}

gboolean
tandem_history_store_set_note (TandemHistoryStore *self,
                               gint64 id,
                               const char *note,
                               GError **error)
{
  Change wanted = { "UPDATE call SET note = ?3, folded = tandem_fold (name, address, queue, ?3)"
                    " WHERE id = ?1 AND ?2 = 0",
                    { id, 0 },
                    note,
                    0 };

  return tandem_database_write (self->database, change, &wanted, error);
}

gboolean
tandem_history_store_count_missed (TandemHistoryStore *self, guint *missed, GError **error)
{
  gint64 number = 0;

  if (!tandem_database_read (self->database, count_missed, &number, error))
    return FALSE;
  *missed = (guint) CLAMP (number, 0, G_MAXINT);
  return TRUE;
}

gboolean
tandem_history_store_mark_seen (TandemHistoryStore *self, gint64 id, GError **error)
{
  Change wanted = { "UPDATE call SET seen = 1 WHERE incoming AND outcome = 'missed' AND NOT seen"
                    " AND (?1 < 0 OR id = ?1)",
                    { id, 0 },
                    NULL,
                    0 };

  return tandem_database_write (self->database, change, &wanted, error);
}

gboolean
tandem_history_store_remove (TandemHistoryStore *self, gint64 id, GError **error)
{
  Change wanted = { "DELETE FROM call WHERE id = ?1", { id, 0 }, NULL, 0 };

  if (!tandem_database_write (self->database, change, &wanted, error))
    return FALSE;
  self->deleted |= wanted.changed > 0;
  return TRUE;
}

gboolean
tandem_history_store_prune (TandemHistoryStore *self, gint64 oldest, guint number, GError **error)
{
  Change wanted = { NULL, { oldest, number }, NULL, 0 };

  if (!tandem_database_write (self->database, prune, &wanted, error))
    return FALSE;
  self->deleted |= wanted.changed > 0;
  return TRUE;
}

void
tandem_history_store_tidy (TandemHistoryStore *self)
{
  if (!self->deleted || !tandem_database_write (self->database, optimize, NULL, NULL))
    return;
  self->deleted = FALSE;
  tandem_database_checkpoint (self->database);
}

gboolean
tandem_history_store_clear (TandemHistoryStore *self, GError **error)
{
  if (!tandem_database_write (self->database, clear, NULL, error))
    return FALSE;
  tandem_database_vacuum (self->database);
  return TRUE;
}

static int
find_index (TandemDatabase *database, gpointer data)
{
  *(gboolean *) data
      = tandem_database_has (tandem_database_get_handle (database), "trigger", "call_changed");
  return SQLITE_OK;
}

gboolean
tandem_history_store_has_index (TandemHistoryStore *self)
{
  gboolean found = FALSE;

  return tandem_database_read (self->database, find_index, &found, NULL) && found;
}

const char *
tandem_history_store_get_notice (TandemHistoryStore *self)
{
  return tandem_database_get_notice (self->database);
}
