/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "status-popover.h"

#include "format.h"
#include "proxy-row.h"

/* TandemStatusPopover: what lies behind the status strip: the account and each proxy of its pool,
 * and what the agent can do about them. */

struct _TandemStatusPopover
{
  GtkPopover parent_instance;

  TandemAccount *account;
  GtkLabel *name_label;
  GtkLabel *address_label;
  GtkLabel *problem_label;
  GtkListBox *proxies_list;
};

G_DEFINE_FINAL_TYPE (TandemStatusPopover, tandem_status_popover, GTK_TYPE_POPOVER)

static void
update (TandemStatusPopover *self)
{
  const char *problem = tandem_account_get_problem (self->account);
  g_autofree char *address = tandem_format_isolated (tandem_account_get_address (self->account));

  gtk_label_set_label (self->name_label, tandem_account_get_name (self->account));
  gtk_label_set_label (self->address_label, address);
  gtk_label_set_label (self->problem_label, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), problem != NULL);
}

static void
on_notify (TandemAccount *account, GParamSpec *pspec, TandemStatusPopover *self)
{
  const char *name = g_param_spec_get_name (pspec);

  if (g_str_equal (name, "name") || g_str_equal (name, "address") || g_str_equal (name, "problem"))
    update (self);
}

static GtkWidget *
create_proxy_row (gpointer item, gpointer data)
{
  return tandem_proxy_row_new (item);
}

static void
tandem_status_popover_dispose (GObject *object)
{
  g_clear_object (&TANDEM_STATUS_POPOVER (object)->account);
  G_OBJECT_CLASS (tandem_status_popover_parent_class)->dispose (object);
}

static void
tandem_status_popover_class_init (TandemStatusPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_status_popover_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/status-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemStatusPopover, name_label);
  gtk_widget_class_bind_template_child (widget_class, TandemStatusPopover, address_label);
  gtk_widget_class_bind_template_child (widget_class, TandemStatusPopover, problem_label);
  gtk_widget_class_bind_template_child (widget_class, TandemStatusPopover, proxies_list);
}

static void
tandem_status_popover_init (TandemStatusPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_status_popover_set_account:
 * @self: a popover
 * @account: (nullable): the account it is about
 */
void
tandem_status_popover_set_account (TandemStatusPopover *self, TandemAccount *account)
{
  g_return_if_fail (TANDEM_IS_STATUS_POPOVER (self));

  if (self->account != NULL)
    g_signal_handlers_disconnect_by_func (self->account, on_notify, self);
  g_set_object (&self->account, account);
  gtk_list_box_bind_model (self->proxies_list,
                           account != NULL ? tandem_account_get_proxies (account) : NULL,
                           create_proxy_row, NULL, NULL);
  if (account == NULL)
    return;
  g_signal_connect_object (account, "notify", G_CALLBACK (on_notify), self, 0);
  update (self);
}
