/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts-store.h"

#include "contact-private.h"
#include "database.h"

#include <glib/gi18n.h>

#include <string.h>

/* TandemContactsStore: see contacts-store.h. Numbers and addresses are lines of a text: they are
 * only ever read with their contact. Not for the main thread. */

struct _TandemContactsStore
{
  TandemDatabase *database;
};

static const char *const migrations[]
    = { "CREATE TABLE contact ("
        " source TEXT NOT NULL,"
        " uid TEXT NOT NULL,"
        " etag TEXT,"
        " name TEXT NOT NULL,"
        " organisation TEXT,"
        " note TEXT,"
        " numbers TEXT NOT NULL," /* lines: kind, tab, number */
        " addresses TEXT NOT NULL,"
        " PRIMARY KEY (source, uid)) WITHOUT ROWID;"
        "CREATE TABLE source (name TEXT PRIMARY KEY, state TEXT) WITHOUT ROWID;",
        NULL };

static char *
words (TandemDatabaseTrouble trouble, const char *reason, const char *path)
{
  switch (trouble)
    {
    case TANDEM_DATABASE_FULL:
      return g_strdup_printf (
          _ ("The disk is full: changes to contacts last only until Tandem quits (%s)"), path);
    case TANDEM_DATABASE_READ_ONLY:
      return g_strdup_printf (_ ("The contacts cannot be written: changes last only until Tandem "
                                 "quits (%s)"),
                              path);
    case TANDEM_DATABASE_NEWER:
      return g_strdup_printf (_ ("The contacts were written by a newer version of Tandem and are "
                                 "left alone: changes last only until Tandem quits (%s)"),
                              path);
    case TANDEM_DATABASE_NOT_SET_ASIDE:
      return g_strdup_printf (_ ("The contacts are damaged, and could not be set aside (%s): "
                                 "changes last only until Tandem quits (%s)"),
                              reason, path);
    case TANDEM_DATABASE_SET_ASIDE:
      return g_strdup_printf (
          _ ("The contacts were damaged. They were set aside as %s, and a new file begun."), path);
    case TANDEM_DATABASE_UNUSABLE:
    default:
      return g_strdup_printf (
          /* Translators: %s are the reason and the file. */
          _ ("The contacts cannot be used (%s): changes last only until Tandem quits (%s)"), reason,
          path);
    }
}

static const TandemDatabaseKind kind = {
  .migrations = migrations,
  .words = words,
};

static char *
write_entries (const TandemContactEntry *entries, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s\t%s\n", entries[i].kind, entries[i].value);
  return g_string_free (text, FALSE);
}

static void
read_entries (TandemContact *contact,
              const char *text,
              void (*add) (TandemContact *contact, const char *entry_kind, const char *value))
{
  g_auto (GStrv) lines
      = g_strsplit (text != NULL ? text : "", "\n", TANDEM_CONTACT_MAX_ENTRIES + 1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *tab = strchr (lines[i], '\t');

      if (tab == NULL)
        continue;
      *tab = '\0';
      add (contact, lines[i], tab + 1);
    }
}

static TandemContact *
read_row (sqlite3_stmt *statement)
{
  g_autofree char *source = tandem_database_column_text (statement, 0);
  g_autofree char *uid = tandem_database_column_text (statement, 1);
  g_autofree char *etag = tandem_database_column_text (statement, 2);
  g_autofree char *name = tandem_database_column_text (statement, 3);
  g_autofree char *organisation = tandem_database_column_text (statement, 4);
  g_autofree char *note = tandem_database_column_text (statement, 5);
  g_autofree char *numbers = tandem_database_column_text (statement, 6);
  g_autofree char *addresses = tandem_database_column_text (statement, 7);
  TandemContact *contact = tandem_contact_new (uid, name);

  if (source != NULL && source[0] != '\0')
    tandem_contact_set_source (contact, source);
  tandem_contact_set_etag (contact, etag);
  tandem_contact_set_organisation (contact, organisation);
  tandem_contact_set_note (contact, note);
  read_entries (contact, numbers, tandem_contact_add_number);
  read_entries (contact, addresses, tandem_contact_add_address);
  return contact;
}

typedef struct
{
  GPtrArray *contacts;
  GHashTable *states;
} Everything;

static int
load_contacts (sqlite3 *db, GPtrArray *contacts)
{
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (db,
                                   "SELECT source, uid, etag, name, organisation, note, numbers,"
                                   " addresses FROM contact",
                                   -1, &statement, NULL);

  while (result == SQLITE_OK || result == SQLITE_ROW)
    {
      result = sqlite3_step (statement);
      if (result == SQLITE_ROW)
        g_ptr_array_add (contacts, read_row (statement));
    }
  sqlite3_finalize (statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int
load_states (sqlite3 *db, GHashTable *states)
{
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (db, "SELECT name, state FROM source", -1, &statement, NULL);

  while (result == SQLITE_OK || result == SQLITE_ROW)
    {
      char *name, *state;

      result = sqlite3_step (statement);
      name = result == SQLITE_ROW ? tandem_database_column_text (statement, 0) : NULL;
      if (name == NULL)
        continue;
      state = tandem_database_column_text (statement, 1);
      g_hash_table_replace (states, name, state != NULL ? state : g_strdup (""));
    }
  sqlite3_finalize (statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int
load (TandemDatabase *database, gpointer data)
{
  Everything *everything = data;
  sqlite3 *db = tandem_database_get_handle (database);
  int result;

  g_ptr_array_set_size (everything->contacts, 0);
  g_hash_table_remove_all (everything->states);
  result = load_contacts (db, everything->contacts);
  return result == SQLITE_OK ? load_states (db, everything->states) : result;
}

typedef struct
{
  const char *source;
  gboolean remove_all;
  const char *const *removed;
  GPtrArray *contacts;
  const char *state;
} Change;

static int
execute (sqlite3 *db, const char *sql, const char *first, const char *second)
{
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  if (result == SQLITE_OK)
    {
      tandem_database_bind_text (statement, 1, first);
      if (sqlite3_bind_parameter_count (statement) > 1)
        tandem_database_bind_text (statement, 2, second);
      result = tandem_database_step (statement);
    }
  sqlite3_finalize (statement);
  return result;
}

static int
write_contact (sqlite3_stmt *statement, TandemContact *contact)
{
  const TandemContactEntry *entries;
  g_autofree char *numbers = NULL;
  g_autofree char *addresses = NULL;
  guint n;

  entries = tandem_contact_get_numbers (contact, &n);
  numbers = write_entries (entries, n);
  entries = tandem_contact_get_addresses (contact, &n);
  addresses = write_entries (entries, n);
  tandem_database_bind_text (statement, 1, tandem_contact_get_source (contact));
  tandem_database_bind_text (statement, 2, tandem_contact_get_uid (contact));
  tandem_database_bind_text (statement, 3, tandem_contact_get_etag (contact));
  tandem_database_bind_text (statement, 4, tandem_contact_get_name (contact));
  tandem_database_bind_text (statement, 5, tandem_contact_get_organisation (contact));
  tandem_database_bind_text (statement, 6, tandem_contact_get_note (contact));
  tandem_database_bind_text (statement, 7, numbers);
  tandem_database_bind_text (statement, 8, addresses);
  return tandem_database_step (statement);
}

static int
change (TandemDatabase *database, gpointer data)
{
  const Change *wanted = data;
  sqlite3 *db = tandem_database_get_handle (database);
  sqlite3_stmt *statement = NULL;
  int result = SQLITE_OK;

  if (wanted->remove_all)
    result = execute (db, "DELETE FROM contact WHERE source = ?1", wanted->source, NULL);
  for (guint i = 0; result == SQLITE_OK && wanted->removed != NULL && wanted->removed[i] != NULL;
       i++)
    result = execute (db, "DELETE FROM contact WHERE source = ?1 AND uid = ?2", wanted->source,
                      wanted->removed[i]);
  if (result == SQLITE_OK)
    result = sqlite3_prepare_v2 (db,
                                 "INSERT OR REPLACE INTO contact (source, uid, etag, name,"
                                 " organisation, note, numbers, addresses)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                                 -1, &statement, NULL);
  for (guint i = 0; result == SQLITE_OK && wanted->contacts != NULL && i < wanted->contacts->len;
       i++)
    result = write_contact (statement, g_ptr_array_index (wanted->contacts, i));
  sqlite3_finalize (statement);
  if (result == SQLITE_OK && wanted->state != NULL)
    result = execute (db, "INSERT OR REPLACE INTO source (name, state) VALUES (?1, ?2)",
                      wanted->source, wanted->state);
  if (result == SQLITE_OK && wanted->remove_all && wanted->state == NULL)
    result = execute (db, "DELETE FROM source WHERE name = ?1", wanted->source, NULL);
  return result;
}

TandemContactsStore *
tandem_contacts_store_new (const char *path)
{
  TandemContactsStore *self = g_new0 (TandemContactsStore, 1);

  self->database = tandem_database_new (path, &kind);
  return self;
}

void
tandem_contacts_store_free (TandemContactsStore *self)
{
  tandem_database_free (self->database);
  g_free (self);
}

gboolean
tandem_contacts_store_load (TandemContactsStore *self,
                            GPtrArray *contacts,
                            GHashTable *states,
                            GError **error)
{
  Everything everything = { contacts, states };

  return tandem_database_read (self->database, load, &everything, error);
}

gboolean
tandem_contacts_store_change (TandemContactsStore *self,
                              const char *source,
                              gboolean remove_all,
                              const char *const *removed,
                              GPtrArray *contacts,
                              const char *state,
                              GError **error)
{
  Change wanted = { source, remove_all, removed, contacts, state };

  return tandem_database_write (self->database, change, &wanted, error);
}

const char *
tandem_contacts_store_get_notice (TandemContactsStore *self)
{
  return tandem_database_get_notice (self->database);
}
