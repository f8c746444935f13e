/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "account-section.h"

#include <string.h>

#include "announce.h"
#include "format.h"
#include "proxy-row.h"
#include "readiness.h"

/* TandemAccountSection: one account in the status popover: who it is, the truthful line with its why
 * and when, and each proxy of its pool. */

struct _TandemAccountSection
{
  AdwBin parent_instance;

  TandemAccount *account;
  char *announced;

  GtkLabel *name_label;
  GtkLabel *address_label;
  GtkLabel *ready_label;
  GtkLabel *detail_label;
  GtkListBox *proxies_list;
};

G_DEFINE_FINAL_TYPE (TandemAccountSection, tandem_account_section, ADW_TYPE_BIN)

static void
update (TandemAccountSection *self)
{
  g_autofree char *address = tandem_format_isolated (tandem_account_get_address (self->account));
  g_autofree char *title = tandem_readiness_title (self->account);
  g_autofree char *detail = tandem_readiness_detail (self->account);

  gtk_label_set_label (self->name_label, tandem_account_get_name (self->account));
  gtk_label_set_label (self->address_label, address);
  gtk_label_set_label (self->ready_label, title);
  gtk_label_set_label (self->detail_label, detail != NULL ? detail : "");
  gtk_widget_set_visible (GTK_WIDGET (self->detail_label), detail != NULL);
  if (self->announced != NULL && strcmp (self->announced, title) != 0)
    tandem_announce (GTK_WIDGET (self->ready_label), title);
  g_free (self->announced);
  self->announced = g_steal_pointer (&title);
}

/* Which proxy is a backup hangs on all of them. */
static GtkWidget *
create_proxy_row (gpointer item, gpointer data)
{
  g_signal_handlers_disconnect_by_func (item, update, data);
  g_signal_connect_object (item, "notify::preferred", G_CALLBACK (update), data, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::role", G_CALLBACK (update), data, G_CONNECT_SWAPPED);
  return tandem_proxy_row_new (item);
}

static void
tandem_account_section_dispose (GObject *object)
{
  TandemAccountSection *self = TANDEM_ACCOUNT_SECTION (object);

  g_clear_object (&self->account);
  g_clear_pointer (&self->announced, g_free);
  G_OBJECT_CLASS (tandem_account_section_parent_class)->dispose (object);
}

static void
tandem_account_section_class_init (TandemAccountSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_account_section_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/account-section.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemAccountSection, name_label);
  gtk_widget_class_bind_template_child (widget_class, TandemAccountSection, address_label);
  gtk_widget_class_bind_template_child (widget_class, TandemAccountSection, ready_label);
  gtk_widget_class_bind_template_child (widget_class, TandemAccountSection, detail_label);
  gtk_widget_class_bind_template_child (widget_class, TandemAccountSection, proxies_list);
}

static void
tandem_account_section_init (TandemAccountSection *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_account_section_new:
 * @account: an account
 *
 * Returns: (transfer floating): a section that follows @account
 */
GtkWidget *
tandem_account_section_new (TandemAccount *account)
{
  TandemAccountSection *self = g_object_new (TANDEM_TYPE_ACCOUNT_SECTION, NULL);

  self->account = g_object_ref (account);
  gtk_list_box_bind_model (self->proxies_list, tandem_account_get_proxies (account),
                           create_proxy_row, self, NULL);
  g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tandem_account_get_proxies (account), "items-changed",
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
