/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "history.h"

#include <glib/gstdio.h>

#include <string.h>

G_BEGIN_DECLS

/* A folder of its own for each test of the history, and sample calls. */

typedef struct
{
  char *folder;
  char *path;
} Place;

static inline void
place_remove (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          place_remove (child);
        }
    }
  g_remove (path);
}

static inline void
place_set_up (Place *place, gconstpointer data)
{
  place->folder = g_dir_make_tmp ("tandem-history-XXXXXX", NULL);
  g_assert_nonnull (place->folder);
  place->path = g_build_filename (place->folder, "tandem", "history.db", NULL);
}

static inline void
place_tear_down (Place *place, gconstpointer data)
{
  place_remove (place->folder);
  g_free (place->folder);
  g_free (place->path);
}

static inline void
history_on_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_history_flush_finish (TANDEM_HISTORY (source), result);
  *(gboolean *) data = TRUE;
}

static inline void
history_flush (TandemHistory *history)
{
  gboolean done = FALSE;

  tandem_history_flush_async (history, history_on_flushed, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static inline guint
count_of (gpointer model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (model));
}

/* (transfer none): held by the model */
static inline TandemRecord *
record_at (gpointer model, guint i)
{
  g_autoptr (TandemRecord) record = g_list_model_get_item (G_LIST_MODEL (model), i);

  g_assert_nonnull (record);
  return record;
}

/* Minutes after noon of a day in 2024. */
static inline TandemRecord *
call_new (guint minute,
          gboolean incoming,
          const char *name,
          const char *address,
          const char *outcome,
          const TandemRecordDetails *details)
{
  g_autoptr (GDateTime) base = g_date_time_new_utc (2024, 5, 15, 12, 0, 0);
  g_autoptr (GDateTime) start = g_date_time_add_minutes (base, (int) minute);
  g_autofree char *uri = g_strdup_printf ("sip:%s@example.test", address);

  return tandem_record_new_full ((gint64) minute + 1, incoming, name, address, uri,
                                 "Sample Support", start, minute, outcome, details);
}

static inline void
add_call (TandemHistory *history, guint minute, const char *name, const char *address)
{
  g_autoptr (TandemRecord) record = call_new (minute, TRUE, name, address, "answered", NULL);

  tandem_history_add (history, record);
}

static inline void
add_missed (TandemHistory *history, guint minute)
{
  g_autoptr (TandemRecord) record
      = call_new (minute, TRUE, "Sample Missed", "5550101", "missed", NULL);

  tandem_history_add (history, record);
}

G_END_DECLS
