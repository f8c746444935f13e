/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "directory-trial.h"

#include <glib/gi18n.h>

#include "book.h"
#include "contact.h"
#include "directory-search.h"
#include "secrets.h"

/* See directory-trial.h. */

typedef struct
{
  TandemConfiguration *configuration;
  TandemDirectorySearch *search;
  GtkWidget *name;
  AdwActionRow *result;
  GCancellable *cancellable; /* while the password is looked up */
} Trial;

static void
stop (Trial *trial)
{
  if (trial->cancellable != NULL)
    g_cancellable_cancel (trial->cancellable);
  g_clear_object (&trial->cancellable);
}

static void
trial_free (gpointer data)
{
  Trial *trial = data;

  stop (trial);
  g_signal_handlers_disconnect_by_data (trial->search, trial);
  g_object_unref (trial->search);
  g_object_unref (trial->result);
  g_object_unref (trial->configuration);
  g_free (trial);
}

static void
say (Trial *trial, const char *words, gboolean is_problem)
{
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  adw_action_row_set_subtitle (trial->result, escaped);
  if (is_problem)
    gtk_widget_add_css_class (GTK_WIDGET (trial->result), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (trial->result), "error");
}

static void
on_searching (Trial *trial)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (trial->search));
  const char *problem = tandem_directory_search_get_problem (trial->search);
  g_autofree char *words = NULL;

  if (tandem_directory_search_is_searching (trial->search))
    say (trial, _ ("Asking the server…"), FALSE);
  else if (problem != NULL)
    say (trial, problem, TRUE);
  else if (n == 0)
    say (trial, _ ("The server answered, and knows nobody of that name"), FALSE);
  else
    {
      g_autoptr (TandemContact) first = g_list_model_get_item (G_LIST_MODEL (trial->search), 0);

      words = g_strdup_printf (
          /* Translators: how many people were found in a directory, and the first of them. */
          ngettext ("%u found: %s", "%u found, the first: %s", n), n,
          tandem_contact_get_name (first));
      say (trial, words, FALSE);
    }
}

static void
search (Trial *trial, const char *password)
{
  TandemConfiguration *c = trial->configuration;
  g_autofree char *url = tandem_configuration_get_string (c, "directory", "ldap-url");
  g_autofree char *base = tandem_configuration_get_string (c, "directory", "ldap-base");
  g_autofree char *user = tandem_configuration_get_string (c, "directory", "ldap-user");
  g_autofree char *filter = tandem_configuration_get_string (c, "directory", "ldap-filter");
  g_autofree char *ca_file = tandem_configuration_get_string (c, "servers", "tls-ca-file");
  const TandemLdapServer server = { .url = url,
                                    .base = base,
                                    .user = user,
                                    .password = (char *) password,
                                    .filter = filter,
                                    .ca_file = *ca_file != '\0' ? ca_file : NULL };

  tandem_directory_search_set_text (trial->search, NULL);
  tandem_directory_search_set_server (trial->search, &server);
  tandem_directory_search_set_text (trial->search,
                                    gtk_editable_get_text (GTK_EDITABLE (trial->name)));
}

static void
on_password (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) row = data;
  Trial *trial = g_object_get_data (G_OBJECT (row), "tandem-trial");
  g_autoptr (GError) error = NULL;
  char *password = tandem_secrets_lookup_finish (result, &error);

  if (trial != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_object (&trial->cancellable);
      if (error != NULL)
        say (trial, error->message, TRUE);
      else
        search (trial, password);
    }
  tandem_password_free (password);
}

static void
on_apply (GtkEditable *name, Trial *trial)
{
  g_autofree char *url
      = tandem_configuration_get_string (trial->configuration, "directory", "ldap-url");
  g_autofree char *user
      = tandem_configuration_get_string (trial->configuration, "directory", "ldap-user");
  g_autofree char *realm = tandem_book_get_realm (url);
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (name)));

  stop (trial);
  if (realm == NULL)
    say (trial, _ ("Enter the server first"), TRUE);
  else if (g_utf8_strlen (text, -1) < TANDEM_DIRECTORY_SEARCH_LEAST)
    say (trial, _ ("Three letters at least"), TRUE);
  else if (*user == '\0')
    search (trial, NULL);
  else
    {
      say (trial, _ ("Asking the server…"), FALSE);
      trial->cancellable = g_cancellable_new ();
      tandem_secrets_lookup_async (user, realm, trial->cancellable, on_password,
                                   g_object_ref (trial->name));
    }
}

void
tandem_directory_trial_add (AdwPreferencesGroup *group, TandemConfiguration *configuration)
{
  GtkWidget *name = adw_entry_row_new ();
  GtkWidget *result = adw_action_row_new ();
  Trial *trial = g_new0 (Trial, 1);

  trial->configuration = g_object_ref (configuration);
  trial->search = tandem_directory_search_new ();
  trial->name = name;
  trial->result = g_object_ref (ADW_ACTION_ROW (result));
  g_object_set_data_full (G_OBJECT (name), "tandem-trial", trial, trial_free);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (name), _ ("Try a name"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (name), TRUE);
  gtk_widget_set_name (name, "directory-name");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (result), _ ("What the server answers"));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (result), 0);
  gtk_widget_set_name (result, "directory-result");
  say (trial, _ ("Nothing yet"), FALSE);
  g_signal_connect (name, "apply", G_CALLBACK (on_apply), trial);
  g_signal_connect_swapped (trial->search, "notify::searching", G_CALLBACK (on_searching), trial);
  adw_preferences_group_add (group, name);
  adw_preferences_group_add (group, result);
}
