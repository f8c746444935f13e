/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "further-accounts.h"

#include <glib/gi18n.h>

#include "account-dialog.h"
#include "checks.h"
#include "format.h"
#include "setting-row.h"

/* TandemFurtherAccounts: the accounts that are registered beside the first one, each with servers of
 * its own: a list where they are added and removed. Passwords are not its matter: the main window asks
 * for one when a server wants it. */

#define MAX_FURTHER 9

struct _TandemFurtherAccounts
{
  AdwBin parent_instance;

  TandemConfiguration *configuration;
  GSettings *settings;
  GtkListBox *list;
  GtkWidget *add_row;
};

G_DEFINE_FINAL_TYPE (TandemFurtherAccounts, tandem_further_accounts, ADW_TYPE_BIN)

static char *
lookup (GVariant *account, const char *key)
{
  char *text = NULL;

  g_variant_lookup (account, key, "s", &text);
  return text != NULL ? text : g_strdup ("");
}

static void
on_remove_clicked (GtkWidget *button, TandemFurtherAccounts *self)
{
  guint position = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "position"));
  g_autoptr (GVariant) stored = g_settings_get_value (self->settings, "further");
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{ss}"));
  for (guint i = 0; i < g_variant_n_children (stored); i++)
    {
      g_autoptr (GVariant) account = g_variant_get_child_value (stored, i);

      if (i != position)
        g_variant_builder_add_value (&builder, account);
    }
  g_settings_set_value (self->settings, "further", g_variant_builder_end (&builder));
}

static GtkWidget *
create_row (TandemFurtherAccounts *self, GVariant *account, guint position)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *remove = gtk_button_new_from_icon_name ("list-remove-symbolic");
  g_autofree char *user = lookup (account, "user");
  g_autofree char *server = lookup (account, "server");
  g_autofree char *domain = lookup (account, "domain");
  g_autofree char *transport = lookup (account, "transport");
  g_autofree char *upper = g_ascii_strup (transport, -1);
  g_autofree char *address = g_strdup_printf ("%s@%s", user, *domain != '\0' ? domain : server);
  g_autofree char *title = tandem_format_isolated (address);
  g_autofree char *where = g_strdup_printf ("%s %s", server, upper);
  g_autofree char *subtitle = tandem_format_isolated (where);
  g_autofree char *name = g_strdup_printf (_ ("Remove %s"), title);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_set_tooltip_text (remove, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data (G_OBJECT (remove), "position", GUINT_TO_POINTER (position));
  g_signal_connect (remove, "clicked", G_CALLBACK (on_remove_clicked), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), remove);
  return row;
}

static void
fill (TandemFurtherAccounts *self)
{
  g_autoptr (GVariant) stored = g_settings_get_value (self->settings, "further");
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL
         && GTK_WIDGET (row) != self->add_row)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < g_variant_n_children (stored); i++)
    {
      g_autoptr (GVariant) account = g_variant_get_child_value (stored, i);

      gtk_list_box_insert (self->list, create_row (self, account, i), (int) i);
    }
  gtk_widget_set_visible (self->add_row, g_variant_n_children (stored) < MAX_FURTHER);
}

static void
on_add_activated (TandemFurtherAccounts *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  tandem_account_dialog_present (GTK_WINDOW (root), self);
}

static void
tandem_further_accounts_dispose (GObject *object)
{
  TandemFurtherAccounts *self = TANDEM_FURTHER_ACCOUNTS (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->configuration);
  G_OBJECT_CLASS (tandem_further_accounts_parent_class)->dispose (object);
}

static void
tandem_further_accounts_class_init (TandemFurtherAccountsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_further_accounts_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/further-accounts.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemFurtherAccounts, list);
  gtk_widget_class_bind_template_child (widget_class, TandemFurtherAccounts, add_row);
  gtk_widget_class_bind_template_callback (widget_class, on_add_activated);
}

static void
tandem_further_accounts_init (TandemFurtherAccounts *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_further_accounts_bind:
 * @self: a list
 * @configuration: the configuration
 */
void
tandem_further_accounts_bind (TandemFurtherAccounts *self, TandemConfiguration *configuration)
{
  g_return_if_fail (TANDEM_IS_FURTHER_ACCOUNTS (self));
  g_return_if_fail (self->settings == NULL);

  self->configuration = g_object_ref (configuration);
  self->settings = g_object_ref (tandem_configuration_get_settings (configuration, "account"));
  g_signal_connect_object (self->settings, "changed::further", G_CALLBACK (fill), self,
                           G_CONNECT_SWAPPED);
  tandem_setting_explain_override (GTK_WIDGET (self), configuration, "account", "user");
  fill (self);
}

/**
 * tandem_further_accounts_add:
 * @self: a bound list
 * @user: the user part of the address
 * @server: the name of its pool, or a list of addresses
 * @transport: "udp", "tcp" or "tls"
 * @domain: the host part of the address; empty: the name of the server
 *
 * Returns: %FALSE when one of them is not right, or there are too many accounts; nothing is stored
 */
gboolean
tandem_further_accounts_add (TandemFurtherAccounts *self,
                             const char *user,
                             const char *server,
                             const char *transport,
                             const char *domain)
{
  g_autoptr (GVariant) stored = NULL;
  GVariantBuilder builder;

  g_return_val_if_fail (TANDEM_IS_FURTHER_ACCOUNTS (self), FALSE);

  stored = g_settings_get_value (self->settings, "further");
  if (tandem_check_user (user) != NULL || tandem_check_servers (server) != NULL
      || tandem_check_domain (domain) != NULL || g_variant_n_children (stored) >= MAX_FURTHER)
    return FALSE;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{ss}"));
  for (guint i = 0; i < g_variant_n_children (stored); i++)
    {
      g_autoptr (GVariant) account = g_variant_get_child_value (stored, i);

      g_variant_builder_add_value (&builder, account);
    }
  g_variant_builder_open (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&builder, "{ss}", "user", user);
  g_variant_builder_add (&builder, "{ss}", "server", server);
  g_variant_builder_add (&builder, "{ss}", "transport", transport);
  if (*domain != '\0')
    g_variant_builder_add (&builder, "{ss}", "domain", domain);
  g_variant_builder_close (&builder);
  return g_settings_set_value (self->settings, "further", g_variant_builder_end (&builder));
}
