/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "password-dialog.h"

#include <glib/gi18n.h>

#include "format.h"
#include "secrets.h"

/* TandemPasswordDialog: asks for the password of an account that has none, and says where it will
 * be kept. The password goes to the account and nowhere else. */

struct _TandemPasswordDialog
{
  AdwMessageDialog parent_instance;

  TandemAccount *account;
  GCancellable *cancellable;
  GtkEditable *password_row;
  GtkWidget *remember_row;
  GtkSwitch *remember_switch;
  GtkWidget *note_label;
};

G_DEFINE_FINAL_TYPE (TandemPasswordDialog, tandem_password_dialog, ADW_TYPE_MESSAGE_DIALOG)

static void
on_changed (GtkEditable *editable, TandemPasswordDialog *self)
{
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "register",
                                           *gtk_editable_get_text (editable) != '\0');
}

static void
tandem_password_dialog_response (AdwMessageDialog *dialog, const char *response)
{
  TandemPasswordDialog *self = TANDEM_PASSWORD_DIALOG (dialog);

  if (g_str_equal (response, "register"))
    tandem_account_give_password (self->account, gtk_editable_get_text (self->password_row),
                                  !gtk_widget_get_visible (self->remember_row)
                                      || gtk_switch_get_active (self->remember_switch));
  gtk_editable_set_text (self->password_row, "");
}

/* Only whether a service answers is of interest, and not what it knows. */
static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemPasswordDialog) self = data;
  g_autoptr (GError) error = NULL;

  tandem_password_free (tandem_secrets_lookup_finish (result, &error));
  if (g_error_matches (error, TANDEM_SECRETS_ERROR, TANDEM_SECRETS_ERROR_NO_SERVICE))
    {
      gtk_widget_set_visible (self->remember_row, FALSE);
      gtk_widget_set_visible (self->note_label, TRUE);
    }
}

static void
tandem_password_dialog_dispose (GObject *object)
{
  TandemPasswordDialog *self = TANDEM_PASSWORD_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (tandem_password_dialog_parent_class)->dispose (object);
}

static void
tandem_password_dialog_class_init (TandemPasswordDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_password_dialog_dispose;
  ADW_MESSAGE_DIALOG_CLASS (klass)->response = tandem_password_dialog_response;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/password-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemPasswordDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, TandemPasswordDialog, remember_row);
  gtk_widget_class_bind_template_child (widget_class, TandemPasswordDialog, remember_switch);
  gtk_widget_class_bind_template_child (widget_class, TandemPasswordDialog, note_label);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
}

static void
tandem_password_dialog_init (TandemPasswordDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_password_dialog_present:
 * @parent: the window it belongs to
 * @account: the account that needs a password
 * @configuration: says whose password it is
 */
void
tandem_password_dialog_present (GtkWindow *parent,
                                TandemAccount *account,
                                TandemConfiguration *configuration)
{
  TandemPasswordDialog *self
      = g_object_new (TANDEM_TYPE_PASSWORD_DIALOG, "transient-for", parent, NULL);
  g_autoptr (GPtrArray) accounts = tandem_configuration_get_accounts (configuration);
  g_autofree char *address = tandem_format_isolated (tandem_account_get_address (account));

  self->account = g_object_ref (account);
  /* Translators: a SIP address. */
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (self),
                                  _ ("The server asks for the password of %s."), address);
  if (accounts->len > 0)
    {
      const TandemAccountSettings *settings = g_ptr_array_index (accounts, 0);

      tandem_secrets_lookup_async (settings->user, tandem_account_settings_get_realm (settings),
                                   self->cancellable, on_looked_up, g_object_ref (self));
    }
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
}
