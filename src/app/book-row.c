/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "book-row.h"

#include <glib/gi18n.h>

#include "format.h"

/* See book-row.h. */

typedef struct
{
  TandemBook *book;
  TandemConfiguration *configuration;
  AdwActionRow *row;
  GtkWidget *button;
} State;

static void
state_free (gpointer data)
{
  State *state = data;

  g_signal_handlers_disconnect_by_data (state->book, state);
  g_signal_handlers_disconnect_by_data (state->configuration, state);
  g_object_unref (state->book);
  g_object_unref (state->configuration);
  g_free (state);
}

/* (transfer full) */
static char *
tell_when (TandemBook *book)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = NULL;
  g_autofree char *when = NULL;
  gint64 synchronised;

  g_object_get (book, "synchronised", &synchronised, NULL);
  if (synchronised == 0)
    return g_strdup (_ ("Not yet"));
  then = g_date_time_new_from_unix_local (synchronised);
  when = tandem_format_when (then, now);
  return g_steal_pointer (&when);
}

static void
update (State *state)
{
  const gboolean reading = tandem_book_is_synchronising (state->book);
  const char *problem = tandem_book_get_problem (state->book);
  g_autofree char *url
      = tandem_configuration_get_string (state->configuration, "directory", "carddav-url");
  g_autofree char *words = reading           ? g_strdup (_ ("Reading…"))
                           : problem != NULL ? g_strdup (problem)
                                             : tell_when (state->book);
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  gtk_widget_set_visible (GTK_WIDGET (state->row), url[0] != '\0');
  gtk_widget_set_sensitive (state->button, !reading);
  adw_action_row_set_subtitle (state->row, escaped);
  if (problem != NULL && !reading)
    gtk_widget_add_css_class (GTK_WIDGET (state->row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (state->row), "error");
}

static void
on_clicked (State *state)
{
  tandem_book_synchronise (state->book);
}

GtkWidget *
tandem_book_row_new (TandemBook *book, TandemConfiguration *configuration)
{
  GtkWidget *row = adw_action_row_new ();
  State *state = g_new0 (State, 1);

  state->book = g_object_ref (book);
  state->configuration = g_object_ref (configuration);
  state->row = ADW_ACTION_ROW (row);
  state->button = gtk_button_new_with_mnemonic (_ ("_Read Now"));
  gtk_widget_set_name (row, "book-state");
  gtk_widget_set_valign (state->button, GTK_ALIGN_CENTER);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Last read"));
  adw_action_row_set_subtitle_lines (state->row, 0);
  adw_action_row_add_suffix (state->row, state->button);
  adw_action_row_set_activatable_widget (state->row, state->button);
  g_object_set_data_full (G_OBJECT (row), "tandem-state", state, state_free);
  g_signal_connect_swapped (state->button, "clicked", G_CALLBACK (on_clicked), state);
  g_signal_connect_swapped (book, "notify", G_CALLBACK (update), state);
  g_signal_connect_swapped (configuration, "changed", G_CALLBACK (update), state);
  update (state);
  return row;
}
