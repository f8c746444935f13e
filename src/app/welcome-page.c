/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "welcome-page.h"

#include <glib/gi18n.h>

#include "announce.h"
#include "setting-row.h"

/* TandemWelcomePage: the first start: three ways to a working phone. The form stores the account;
 * its password goes out with the signal "account-entered" (char *password, "" when none was typed),
 * that comes just before. Preferences change an account that is there. */

struct _TandemWelcomePage
{
  AdwBin parent_instance;

  TandemConfiguration *configuration;
  GtkWidget *back_button;
  GtkStack *stack;
  AdwEntryRow *user_row;
  GtkEditable *password_row;
  AdwEntryRow *server_row;
  AdwComboRow *transport_row;
  AdwEntryRow *name_row;
  GtkWidget *connect_button;
};

enum
{
  SIGNAL_ACCOUNT_ENTERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TandemWelcomePage, tandem_welcome_page, ADW_TYPE_BIN)

static gboolean
is_complete (TandemWelcomePage *self)
{
  return tandem_setting_row_get_problem (self->user_row) == NULL
         && tandem_setting_row_get_problem (self->server_row) == NULL
         && tandem_setting_row_get_problem (self->name_row) == NULL;
}

static void
update_form (TandemWelcomePage *self)
{
  if (self->configuration != NULL)
    gtk_widget_set_sensitive (self->connect_button, is_complete (self));
}

static void
show_page (TandemWelcomePage *self, const char *name)
{
  gboolean form = g_str_equal (name, "form");

  gtk_stack_set_visible_child_name (self->stack, name);
  gtk_widget_set_visible (self->back_button, form);
  if (form)
    gtk_widget_grab_focus (GTK_WIDGET (self->user_row));
}

static void
on_account_activated (AdwActionRow *row, TandemWelcomePage *self)
{
  show_page (self, "form");
}

static void
on_back_clicked (GtkButton *button, TandemWelcomePage *self)
{
  show_page (self, "ways");
}

static char *
stripped_text (AdwEntryRow *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

static void
on_connect_clicked (TandemWelcomePage *self)
{
  static const char *const transports[] = { "udp", "tcp", "tls" };
  GSettings *account = tandem_configuration_get_settings (self->configuration, "account");
  GSettings *servers = tandem_configuration_get_settings (self->configuration, "servers");
  g_autofree char *user = stripped_text (self->user_row);
  g_autofree char *server = stripped_text (self->server_row);
  g_autofree char *name = stripped_text (self->name_row);
  guint transport = adw_combo_row_get_selected (self->transport_row);

  if (!is_complete (self))
    return;
  g_signal_emit (self, signals[SIGNAL_ACCOUNT_ENTERED], 0,
                 gtk_editable_get_text (self->password_row));
  gtk_editable_set_text (self->password_row, "");
  g_settings_set_string (account, "display-name", name);
  g_settings_set_string (servers, "transport",
                         transports[MIN (transport, G_N_ELEMENTS (transports) - 1)]);
  g_settings_set_string (servers, "server", server);
  g_settings_set_string (account, "user", user);
}

static void
tandem_welcome_page_dispose (GObject *object)
{
  g_clear_object (&TANDEM_WELCOME_PAGE (object)->configuration);
  G_OBJECT_CLASS (tandem_welcome_page_parent_class)->dispose (object);
}

static void
tandem_welcome_page_class_init (TandemWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_welcome_page_dispose;

  signals[SIGNAL_ACCOUNT_ENTERED]
      = g_signal_new ("account-entered", TANDEM_TYPE_WELCOME_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemWelcomePage, back_button);
  gtk_widget_class_bind_template_child (widget_class, TandemWelcomePage, stack);
  gtk_widget_class_bind_template_child (widget_class, TandemWelcomePage, user_row);
  gtk_widget_class_bind_template_child (widget_class, TandemWelcomePage, password_row);
  gtk_widget_class_bind_template_child (widget_class, TandemWelcomePage, server_row);
  gtk_widget_class_bind_template_child (widget_class, TandemWelcomePage, transport_row);
  gtk_widget_class_bind_template_child (widget_class, TandemWelcomePage, name_row);
  gtk_widget_class_bind_template_child (widget_class, TandemWelcomePage, connect_button);
  gtk_widget_class_bind_template_callback (widget_class, update_form);
  gtk_widget_class_bind_template_callback (widget_class, on_account_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_connect_clicked);
}

static void
tandem_welcome_page_init (TandemWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tandem_name_buttons (GTK_WIDGET (self));
  tandem_setting_row_check (self->user_row, tandem_check_user);
  tandem_setting_row_check (self->server_row, tandem_check_servers);
  tandem_setting_row_check (self->name_row, tandem_check_display_name);
}

/**
 * tandem_welcome_page_new:
 * @configuration: where the account is stored
 *
 * Returns: (transfer floating): a page
 */
TandemWelcomePage *
tandem_welcome_page_new (TandemConfiguration *configuration)
{
  TandemWelcomePage *self = g_object_new (TANDEM_TYPE_WELCOME_PAGE, NULL);

  self->configuration = g_object_ref (configuration);
  return self;
}

/**
 * tandem_welcome_page_show_form:
 * @self: a page
 *
 * Goes straight to where an account is entered.
 */
void
tandem_welcome_page_show_form (TandemWelcomePage *self)
{
  g_return_if_fail (TANDEM_IS_WELCOME_PAGE (self));
  show_page (self, "form");
}
