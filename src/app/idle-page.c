/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "idle-page.h"

#include <glib/gi18n.h>

#include "account-watch.h"
#include "extension-list.h"
#include "format.h"

/* TandemIdlePage: what is beside the side pane while there is no call: whether calls can come, and
 * the keys a newcomer should know first, or what can be called in practice mode. */

struct _TandemIdlePage
{
  AdwBin parent_instance;

  TandemAccountWatch *watch;

  AdwStatusPage *page;
  GtkGrid *keys_grid;
};

G_DEFINE_FINAL_TYPE (TandemIdlePage, tandem_idle_page, ADW_TYPE_BIN)

static void
update (TandemIdlePage *self)
{
  TandemAccount *account = tandem_account_watch_get_lead (self->watch);
  TandemAccountState state
      = account != NULL ? tandem_account_get_state (account) : TANDEM_ACCOUNT_NOT_CONFIGURED;
  gboolean ready = state == TANDEM_ACCOUNT_REGISTERED || state == TANDEM_ACCOUNT_STANDALONE
                   || state == TANDEM_ACCOUNT_FAILING_OVER;
  g_autofree char *address
      = account != NULL ? tandem_format_isolated (tandem_account_get_address (account)) : NULL;
  const char *problem = account != NULL && !ready ? tandem_account_get_problem (account) : NULL;
  g_autofree char *escaped = NULL;

  if (problem != NULL || address != NULL)
    escaped = g_markup_escape_text (problem != NULL ? problem : address, -1);

  adw_status_page_set_title (self->page, ready ? _ ("Ready for Calls")
                                         : state == TANDEM_ACCOUNT_CONNECTING
                                             ? _ ("Connecting…")
                                             : _ ("Not Registered"));
  adw_status_page_set_icon_name (self->page, ready || state == TANDEM_ACCOUNT_CONNECTING
                                                 ? "tandem-call-symbolic"
                                                 : "tandem-offline-symbolic");
  adw_status_page_set_description (self->page, escaped);
}

static void
on_changed (TandemAccountWatch *watch, const char *name, TandemIdlePage *self)
{
  if (g_str_equal (name, "state") || g_str_equal (name, "problem")
      || g_str_equal (name, "accounts"))
    update (self);
}

static void
fill_keys_grid (TandemIdlePage *self)
{
  static const struct
  {
    const char *text;
    const char *key;
  } keys[] = {
    { N_ ("New call"), "Ctrl N" }, { N_ ("Answer"), "F4" },   { N_ ("Hold"), "F7" },
    { N_ ("Mute"), "F8" },         { N_ ("Transfer"), "F6" }, { N_ ("Hang up"), "F9" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      GtkWidget *text = gtk_label_new (_ (keys[i].text));
      GtkWidget *caps = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      g_auto (GStrv) parts = g_strsplit (keys[i].key, " ", -1);

      gtk_label_set_xalign (GTK_LABEL (text), 1);
      gtk_widget_add_css_class (text, "dim-label");
      gtk_widget_set_direction (caps, GTK_TEXT_DIR_LTR);
      for (guint k = 0; parts[k] != NULL; k++)
        {
          GtkWidget *cap = gtk_label_new (parts[k]);

          gtk_widget_add_css_class (cap, "key-cap");
          gtk_box_append (GTK_BOX (caps), cap);
        }
      gtk_grid_attach (self->keys_grid, text, 0, (int) i, 1, 1);
      gtk_grid_attach (self->keys_grid, caps, 1, (int) i, 1, 1);
    }
}

static void
tandem_idle_page_dispose (GObject *object)
{
  TandemIdlePage *self = TANDEM_IDLE_PAGE (object);

  g_clear_object (&self->keys_grid);
  g_clear_object (&self->watch);
  G_OBJECT_CLASS (tandem_idle_page_parent_class)->dispose (object);
}

static void
tandem_idle_page_class_init (TandemIdlePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_idle_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/idle-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemIdlePage, page);
  gtk_widget_class_bind_template_child (widget_class, TandemIdlePage, keys_grid);
}

static void
tandem_idle_page_init (TandemIdlePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_object_ref (self->keys_grid);
  fill_keys_grid (self);
}

/**
 * tandem_idle_page_set_phone:
 * @self: a page without a phone
 * @phone: the phone whose state it tells
 */
void
tandem_idle_page_set_phone (TandemIdlePage *self, TandemPhone *phone)
{
  g_return_if_fail (TANDEM_IS_IDLE_PAGE (self));
  g_return_if_fail (self->watch == NULL);

  self->watch = tandem_account_watch_new (phone);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (on_changed), self, 0);
  update (self);
}

/**
 * tandem_idle_page_set_extensions:
 * @self: a page
 * @extensions: (nullable): "number\tname" of each extension of the practice exchange
 *
 * They take the place of the keys.
 */
void
tandem_idle_page_set_extensions (TandemIdlePage *self, const char *const *extensions)
{
  g_return_if_fail (TANDEM_IS_IDLE_PAGE (self));
  adw_status_page_set_child (self->page, extensions != NULL ? tandem_extension_list_new (extensions)
                                                            : GTK_WIDGET (self->keys_grid));
}
