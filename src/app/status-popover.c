/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "status-popover.h"

#include "announce.h"
#include "account-section.h"

/* TandemStatusPopover: what lies behind the status strip: each account with each proxy of its pool, and
 * what the agent can do about them. */

struct _TandemStatusPopover
{
  GtkPopover parent_instance;

  TandemPhone *phone;
  GtkBox *sections;
  GtkWidget *buttons;
};

G_DEFINE_FINAL_TYPE (TandemStatusPopover, tandem_status_popover, GTK_TYPE_POPOVER)

static void
on_accounts_changed (TandemStatusPopover *self)
{
  GListModel *accounts = tandem_phone_get_accounts (self->phone);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->sections))) != NULL)
    gtk_box_remove (self->sections, child);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);

      gtk_box_append (self->sections, tandem_account_section_new (account));
    }
}

/* What opens a window of its own leaves the popover behind. */
static void
on_window_clicked (TandemStatusPopover *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
tandem_status_popover_dispose (GObject *object)
{
  g_clear_object (&TANDEM_STATUS_POPOVER (object)->phone);
  G_OBJECT_CLASS (tandem_status_popover_parent_class)->dispose (object);
}

static void
tandem_status_popover_class_init (TandemStatusPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_status_popover_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/status-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemStatusPopover, sections);
  gtk_widget_class_bind_template_child (widget_class, TandemStatusPopover, buttons);
  gtk_widget_class_bind_template_callback (widget_class, on_window_clicked);
}

static void
tandem_status_popover_init (TandemStatusPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tandem_name_buttons (GTK_WIDGET (self));
  for (GtkWidget *button = gtk_widget_get_first_child (self->buttons); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                             PANGO_ELLIPSIZE_END);
}

/**
 * tandem_status_popover_set_phone:
 * @self: a popover without a phone
 * @phone: the phone whose accounts it is about
 */
void
tandem_status_popover_set_phone (TandemStatusPopover *self, TandemPhone *phone)
{
  g_return_if_fail (TANDEM_IS_STATUS_POPOVER (self));
  g_return_if_fail (self->phone == NULL);

  self->phone = g_object_ref (phone);
  g_signal_connect_object (tandem_phone_get_accounts (phone), "items-changed",
                           G_CALLBACK (on_accounts_changed), self, G_CONNECT_SWAPPED);
  on_accounts_changed (self);
}
