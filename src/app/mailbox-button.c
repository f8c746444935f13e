/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "mailbox-button.h"

#include <glib/gi18n.h>

/* TandemMailboxButton: the lamp of the voice mail: lit, with the number of new messages, while some
 * wait; plain while there is a mailbox that is empty; absent without one. A press dials it. */

struct _TandemMailboxButton
{
  AdwBin parent_instance;

  TandemPhone *phone;
  TandemAccount *account;

  GtkWidget *button;
  GtkLabel *count_label;
};

G_DEFINE_FINAL_TYPE (TandemMailboxButton, tandem_mailbox_button, ADW_TYPE_BIN)

static void
update (TandemMailboxButton *self)
{
  gboolean waiting = self->account != NULL && tandem_account_get_mailbox_waiting (self->account);
  const char *uri = self->account != NULL ? tandem_account_get_mailbox_uri (self->account) : NULL;
  const char *text = self->account != NULL ? tandem_account_get_mailbox_text (self->account) : NULL;
  guint n = waiting ? tandem_account_get_mailbox_new (self->account) : 0;
  const char *classes[] = { "mailbox", waiting ? "waiting" : NULL, NULL };
  g_autofree char *count = n > 99 ? g_strdup ("99+") : g_strdup_printf ("%u", n);
  g_autofree char *name = NULL;

  if (waiting)
    /* Translators: the name of a button that dials the voice mail; %s is such as "2 new voice
     * messages". */
    name = g_strdup_printf (_ ("Call voice mail: %s"),
                            text != NULL ? text : _ ("messages are waiting"));
  else
    name = g_strdup (_ ("Call voice mail: no new messages"));

  gtk_widget_set_visible (GTK_WIDGET (self), waiting || uri != NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button),
                                  uri != NULL ? "app.call-mailbox" : NULL);
  if (uri == NULL)
    gtk_widget_set_sensitive (self->button, FALSE);
  gtk_widget_set_css_classes (self->button, classes);
  gtk_label_set_label (self->count_label, n > 0 ? count : "");
  gtk_widget_set_visible (GTK_WIDGET (self->count_label), waiting);
  gtk_widget_set_tooltip_text (self->button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
on_notify (TandemAccount *account, GParamSpec *pspec, TandemMailboxButton *self)
{
  if (g_str_has_prefix (g_param_spec_get_name (pspec), "mailbox-"))
    update (self);
}

static void
on_account_changed (TandemMailboxButton *self)
{
  if (self->account != NULL)
    g_signal_handlers_disconnect_by_func (self->account, on_notify, self);
  g_set_object (&self->account, tandem_phone_get_account (self->phone));
  if (self->account != NULL)
    g_signal_connect_object (self->account, "notify", G_CALLBACK (on_notify), self, 0);
  update (self);
}

static void
tandem_mailbox_button_dispose (GObject *object)
{
  TandemMailboxButton *self = TANDEM_MAILBOX_BUTTON (object);

  g_clear_object (&self->account);
  g_clear_object (&self->phone);
  G_OBJECT_CLASS (tandem_mailbox_button_parent_class)->dispose (object);
}

static void
tandem_mailbox_button_class_init (TandemMailboxButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_mailbox_button_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/mailbox-button.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemMailboxButton, button);
  gtk_widget_class_bind_template_child (widget_class, TandemMailboxButton, count_label);
}

static void
tandem_mailbox_button_init (TandemMailboxButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * tandem_mailbox_button_set_phone:
 * @self: a button without a phone
 * @phone: the phone whose voice mail it shows and dials
 */
void
tandem_mailbox_button_set_phone (TandemMailboxButton *self, TandemPhone *phone)
{
  g_return_if_fail (TANDEM_IS_MAILBOX_BUTTON (self));
  g_return_if_fail (self->phone == NULL);

  self->phone = g_object_ref (phone);
  g_signal_connect_object (phone, "notify::account", G_CALLBACK (on_account_changed), self,
                           G_CONNECT_SWAPPED);
  on_account_changed (self);
}
