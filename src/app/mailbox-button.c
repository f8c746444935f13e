/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "mailbox-button.h"

#include <glib/gi18n.h>

#include "account-watch.h"

/* TandemMailboxButton: the lamp of the voice mail: lit, with the number of new messages, while some
 * wait; plain while there is a mailbox that is empty; absent without one. A press dials it. */

struct _TandemMailboxButton
{
  AdwBin parent_instance;

  TandemAccountWatch *watch;

  GtkWidget *button;
  GtkLabel *count_label;
};

G_DEFINE_FINAL_TYPE (TandemMailboxButton, tandem_mailbox_button, ADW_TYPE_BIN)

/* app.call-mailbox dials the first voice mail that can be called: this one may be another. */
static void
aim (TandemMailboxButton *self, const char *uri)
{
  GtkActionable *button = GTK_ACTIONABLE (self->button);

  gtk_actionable_set_action_name (button, NULL);
  if (uri != NULL)
    {
      gtk_actionable_set_action_target (button, "s", uri);
      gtk_actionable_set_action_name (button, "app.call");
    }
  else
    gtk_widget_set_sensitive (self->button, FALSE);
}

static void
update (TandemMailboxButton *self)
{
  TandemAccount *account = tandem_account_watch_get_mailbox (self->watch);
  gboolean waiting = account != NULL && tandem_account_get_mailbox_waiting (account);
  const char *uri = account != NULL ? tandem_account_get_mailbox_uri (account) : NULL;
  const char *text = account != NULL ? tandem_account_get_mailbox_text (account) : NULL;
  guint n = waiting ? tandem_account_get_mailbox_new (account) : 0;
  const char *classes[] = { "flat", "mailbox", waiting ? "waiting" : NULL, NULL };
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
  aim (self, uri);
  gtk_widget_set_css_classes (self->button, classes);
  gtk_label_set_label (self->count_label, n > 0 ? count : "");
  gtk_widget_set_visible (GTK_WIDGET (self->count_label), waiting);
  gtk_widget_set_tooltip_text (self->button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
on_changed (TandemAccountWatch *watch, const char *name, TandemMailboxButton *self)
{
  if (g_str_has_prefix (name, "mailbox-") || g_str_equal (name, "accounts"))
    update (self);
}

static void
tandem_mailbox_button_dispose (GObject *object)
{
  g_clear_object (&TANDEM_MAILBOX_BUTTON (object)->watch);
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
  g_return_if_fail (self->watch == NULL);

  self->watch = tandem_account_watch_new (phone);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (on_changed), self, 0);
  update (self);
}
