/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* TandemDatabase: a SQLite file that may be anything: missing, damaged, read-only, of a newer
 * version, on a full disk. Opened when first used, and again after a failure. A damaged file is
 * renamed, with its write-ahead log, never deleted, and a new one begun. Blocks; one thread at a
 * time. For the stores of this folder only.
 *
 * SQL may use tandem_fold (text, ...): the texts folded as TandemQuery does, joined. */

typedef enum
{
  TANDEM_DATABASE_FULL,          /* G_IO_ERROR_NO_SPACE */
  TANDEM_DATABASE_READ_ONLY,     /* G_IO_ERROR_READ_ONLY */
  TANDEM_DATABASE_NEWER,         /* G_IO_ERROR_NOT_SUPPORTED */
  TANDEM_DATABASE_UNUSABLE,      /* G_IO_ERROR_FAILED */
  TANDEM_DATABASE_NOT_SET_ASIDE, /* G_IO_ERROR_FAILED */
  TANDEM_DATABASE_SET_ASIDE,     /* no error, a notice */
} TandemDatabaseTrouble;

typedef struct _TandemDatabase TandemDatabase;

/* A SQLite result code. May be called a second time, on a new file, after the first one turned out
 * to be damaged: what it puts into data must begin anew. */
typedef int (*TandemDatabaseWork) (TandemDatabase *self, gpointer data);

typedef struct
{
  /* The n-th brings a file of version n to n + 1; ends with NULL. */
  const char *const *migrations;
  /* (transfer full): the trouble in the person's words; reason: (nullable) */
  char *(*words) (TandemDatabaseTrouble trouble, const char *reason, const char *path);
  /* (nullable): whether there is nothing to prepare. Only reads. */
  gboolean (*is_prepared) (sqlite3 *db);
  /* (nullable, as is_prepared): after the migrations, in their transaction, so that processes that
   * open the file at once do not get into each other's way; not for read-only files. */
  int (*prepare) (sqlite3 *db);
  /* (nullable): an index made of the tables is damaged, not the file: make it anew. */
  int (*repair) (sqlite3 *db);
} TandemDatabaseKind;

/* kind: kept, must live as long. */
TandemDatabase *tandem_database_new (const char *path, const TandemDatabaseKind *kind);
void tandem_database_free (TandemDatabase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemDatabase, tandem_database_free)

/* Of use within a TandemDatabaseWork only. */
sqlite3 *tandem_database_get_handle (TandemDatabase *self);
gboolean
tandem_database_read (TandemDatabase *self, TandemDatabaseWork work, gpointer data, GError **error);
/* In one transaction: all or nothing. */
gboolean tandem_database_write (TandemDatabase *self,
                                TandemDatabaseWork work,
                                gpointer data,
                                GError **error);
/* Gives the space of deleted rows back, so that deleted is gone from the disk. */
void tandem_database_vacuum (TandemDatabase *self);
/* Empties the write-ahead log into the file. */
void tandem_database_checkpoint (TandemDatabase *self);
/* A work ends early, with G_IO_ERROR_CANCELLED, once *flag (an atomic) is not 0. NULL: never. */
void tandem_database_set_stop_flag (TandemDatabase *self, const int *flag);
/* (nullable) translated: that a damaged file was set aside, and as what. Stays. */
const char *tandem_database_get_notice (TandemDatabase *self);

/* Helpers for statements. */
gboolean tandem_database_has (sqlite3 *db, const char *type, const char *name);
void tandem_database_bind_text (sqlite3_stmt *statement, int column, const char *text);
/* (transfer full) (nullable): valid UTF-8, whatever the file holds */
char *tandem_database_column_text (sqlite3_stmt *statement, int column);
/* Steps to the end and resets: SQLITE_OK or the error. */
int tandem_database_step (sqlite3_stmt *statement);
/* The first column of the first row; 0 when there is none. */
int tandem_database_get_number (sqlite3 *db, const char *sql, gint64 *number);

G_END_DECLS
