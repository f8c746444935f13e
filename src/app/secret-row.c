/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "secret-row.h"

#include <glib/gi18n.h>

#include "book.h"
#include "secrets.h"

/* See secret-row.h. */

typedef struct
{
  TandemConfiguration *configuration;
  const char *child, *url_key, *user_key, *no_address;
} Secret;

static void
secret_free (gpointer data)
{
  Secret *secret = data;

  g_object_unref (secret->configuration);
  g_free (secret);
}

static void
say (GtkWidget *row, const char *words)
{
  GtkWidget *window = gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_WINDOW);
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  if (window != NULL)
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (window), adw_toast_new (escaped));
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) row = data;
  g_autoptr (GError) error = NULL;

  tandem_secrets_store_finish (result, &error);
  say (row, error == NULL ? _ ("The password is kept, and used from now on") : error->message);
}

static void
on_apply (GtkWidget *row, Secret *secret)
{
  g_autofree char *url
      = tandem_configuration_get_string (secret->configuration, secret->child, secret->url_key);
  g_autofree char *user
      = tandem_configuration_get_string (secret->configuration, secret->child, secret->user_key);
  g_autofree char *realm = tandem_book_get_realm (url);

  if (realm == NULL)
    {
      say (row, _ (secret->no_address));
      return;
    }
  tandem_secrets_store_async (user, realm, gtk_editable_get_text (GTK_EDITABLE (row)), NULL,
                              on_stored, g_object_ref (row));
  gtk_editable_set_text (GTK_EDITABLE (row), "");
}

static void
on_unmap (GtkWidget *row)
{
  gtk_editable_set_text (GTK_EDITABLE (row), "");
}

GtkWidget *
tandem_secret_row_new (TandemConfiguration *configuration,
                       const char *child,
                       const char *url_key,
                       const char *user_key,
                       const char *no_address)
{
  GtkWidget *row = adw_password_entry_row_new ();
  Secret *secret = g_new0 (Secret, 1);

  secret->configuration = g_object_ref (configuration);
  secret->child = child;
  secret->url_key = url_key;
  secret->user_key = user_key;
  secret->no_address = no_address;
  g_object_set_data_full (G_OBJECT (row), "tandem-secret", secret, secret_free);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Password"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  g_signal_connect (row, "apply", G_CALLBACK (on_apply), secret);
  g_signal_connect (row, "unmap", G_CALLBACK (on_unmap), NULL);
  return row;
}
