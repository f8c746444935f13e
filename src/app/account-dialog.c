/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "account-dialog.h"

#include <glib/gi18n.h>

#include "setting-row.h"

/* TandemAccountDialog: asks for a further account. The first one is entered on the welcome page and in
 * the preferences. */

struct _TandemAccountDialog
{
  AdwMessageDialog parent_instance;

  TandemFurtherAccounts *accounts;
  AdwEntryRow *user_row;
  AdwEntryRow *server_row;
  AdwComboRow *transport_row;
  AdwEntryRow *domain_row;
};

G_DEFINE_FINAL_TYPE (TandemAccountDialog, tandem_account_dialog, ADW_TYPE_MESSAGE_DIALOG)

static void
update (TandemAccountDialog *self)
{
  adw_message_dialog_set_response_enabled (
      ADW_MESSAGE_DIALOG (self), "add",
      tandem_setting_row_get_problem (self->user_row) == NULL
          && tandem_setting_row_get_problem (self->server_row) == NULL
          && tandem_setting_row_get_problem (self->domain_row) == NULL);
}

static char *
stripped_text (AdwEntryRow *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

static void
tandem_account_dialog_response (AdwMessageDialog *dialog, const char *response)
{
  static const char *const transports[] = { "udp", "tcp", "tls" };
  TandemAccountDialog *self = TANDEM_ACCOUNT_DIALOG (dialog);
  guint transport = adw_combo_row_get_selected (self->transport_row);

  if (g_str_equal (response, "add"))
    {
      g_autofree char *user = stripped_text (self->user_row);
      g_autofree char *server = stripped_text (self->server_row);
      g_autofree char *domain = stripped_text (self->domain_row);

      tandem_further_accounts_add (self->accounts, user, server,
                                   transports[MIN (transport, G_N_ELEMENTS (transports) - 1)],
                                   domain);
    }
}

static void
tandem_account_dialog_dispose (GObject *object)
{
  g_clear_object (&TANDEM_ACCOUNT_DIALOG (object)->accounts);
  G_OBJECT_CLASS (tandem_account_dialog_parent_class)->dispose (object);
}

static void
tandem_account_dialog_class_init (TandemAccountDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_account_dialog_dispose;
  ADW_MESSAGE_DIALOG_CLASS (klass)->response = tandem_account_dialog_response;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/account-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemAccountDialog, user_row);
  gtk_widget_class_bind_template_child (widget_class, TandemAccountDialog, server_row);
  gtk_widget_class_bind_template_child (widget_class, TandemAccountDialog, transport_row);
  gtk_widget_class_bind_template_child (widget_class, TandemAccountDialog, domain_row);
}

static void
tandem_account_dialog_init (TandemAccountDialog *self)
{
  const struct
  {
    AdwEntryRow **row;
    TandemCheck check;
  } rows[] = {
    { &self->user_row, tandem_check_user },
    { &self->server_row, tandem_check_servers },
    { &self->domain_row, tandem_check_domain },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      tandem_setting_row_check (*rows[i].row, rows[i].check);
      g_signal_connect_object (*rows[i].row, "changed", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
    }
}

/**
 * tandem_account_dialog_present:
 * @parent: the window it belongs to
 * @accounts: takes the account that is entered
 */
void
tandem_account_dialog_present (GtkWindow *parent, TandemFurtherAccounts *accounts)
{
  TandemAccountDialog *self
      = g_object_new (TANDEM_TYPE_ACCOUNT_DIALOG, "transient-for", parent, NULL);

  self->accounts = g_object_ref (accounts);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->user_row));
}
