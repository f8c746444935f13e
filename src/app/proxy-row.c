/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "proxy-row.h"

#include <glib/gi18n.h>

#include "format.h"

/* TandemProxyRow: one proxy of the pool in the status popover: its role, how fast it answers, when and
 * why it failed last, for how long it is set aside, and whether the agent wants it first. */

struct _TandemProxyRow
{
  GtkListBoxRow parent_instance;

  TandemProxy *proxy;
  GtkStack *icon_stack;
  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *address_label;
  GtkLabel *detail_label;
  GtkLabel *time_label;
  GtkWidget *use_again_button;
  GtkWidget *prefer_button;
};

G_DEFINE_FINAL_TYPE (TandemProxyRow, tandem_proxy_row, GTK_TYPE_LIST_BOX_ROW)

static const struct
{
  TandemProxyRole role;
  const char *text;
  const char *icon;
  const char *css_class;
} roles[] = {
  { TANDEM_PROXY_IN_USE, N_ ("In use"), "tandem-ok-symbolic", "success" },
  { TANDEM_PROXY_STANDBY, N_ ("Standby"), "tandem-standby-symbolic", "dim-label" },
  { TANDEM_PROXY_TRYING, N_ ("Trying…"), NULL, NULL },
  { TANDEM_PROXY_SET_ASIDE, N_ ("Set aside"), "tandem-set-aside-symbolic", "warning" },
};

/* (nullable) "No answer, 14:32": the last failure, for as long as something is known of it. While the
 * proxy is set aside the countdown says when it was. */
static char *
failure_text (TandemProxy *proxy)
{
  const char *reason = tandem_proxy_get_reason (proxy);
  gboolean set_aside = tandem_proxy_get_role (proxy) == TANDEM_PROXY_SET_ASIDE;
  GDateTime *when = tandem_proxy_get_last_failure (proxy);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = when != NULL && !set_aside ? tandem_format_when (when, now) : NULL;

  if (reason == NULL || *reason == '\0')
    /* Translators: the time or day when a proxy did not answer. */
    return time != NULL ? g_strdup_printf (_ ("Failed %s"), time) : NULL;
  return time != NULL ? g_strdup_printf ("%s, %s", reason, time) : g_strdup (reason);
}

static char *
detail_text (TandemProxyRow *self, const char *role)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *transport = tandem_proxy_get_transport (self->proxy);
  gboolean set_aside = tandem_proxy_get_role (self->proxy) == TANDEM_PROXY_SET_ASIDE;
  double round_trip = set_aside ? -1 : tandem_proxy_get_round_trip (self->proxy);
  char *failure = failure_text (self->proxy);

  g_ptr_array_add (parts, g_strdup (role));
  if (tandem_proxy_is_preferred (self->proxy))
    g_ptr_array_add (parts, g_strdup (_ ("Preferred")));
  if (failure != NULL)
    g_ptr_array_add (parts, failure);
  if (transport != NULL && g_ascii_strcasecmp (transport, "udp") != 0)
    g_ptr_array_add (parts, g_ascii_strup (transport, -1));
  if (round_trip >= 0 && round_trip < 10)
    /* Translators: a round trip time in milliseconds. */
    g_ptr_array_add (parts, g_strdup_printf (_ ("%.1f ms"), round_trip));
  else if (round_trip >= 10)
    /* Translators: a round trip time in milliseconds. */
    g_ptr_array_add (parts, g_strdup_printf (_ ("%.0f ms"), round_trip));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (GStrv) parts->pdata);
}

/* A press on the one that is preferred takes the preference back. */
static void
update_preference (TandemProxyRow *self, const char *address)
{
  gboolean preferred = tandem_proxy_is_preferred (self->proxy);
  g_autofree char *name = g_strdup_printf (_ ("Prefer %s"), address);

  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->prefer_button), "s",
                                    preferred ? "" : tandem_proxy_get_id (self->proxy));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->prefer_button), preferred);
  gtk_button_set_icon_name (GTK_BUTTON (self->prefer_button),
                            preferred ? "tandem-preferred-symbolic" : "tandem-prefer-symbolic");
  gtk_widget_set_tooltip_text (
      self->prefer_button, preferred ? _ ("Prefer None") : _ ("Prefer While It Is Not Set Aside"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->prefer_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
update_time (TandemProxyRow *self)
{
  gboolean set_aside = tandem_proxy_get_role (self->proxy) == TANDEM_PROXY_SET_ASIDE;
  guint left = tandem_proxy_get_seconds_left (self->proxy);
  g_autofree char *text = tandem_format_duration (left);

  gtk_label_set_label (self->time_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->time_label), set_aside && left > 0);
}

static void
update (TandemProxyRow *self)
{
  TandemProxyRole role = tandem_proxy_get_role (self->proxy);
  const char *plain = tandem_proxy_get_address (self->proxy);
  g_autofree char *address = tandem_format_isolated (plain);
  g_autofree char *detail = NULL;
  g_autofree char *spoken = NULL;
  g_autofree char *again = g_strdup_printf (_ ("Use %s again now"), address);

  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    if (roles[i].role == role)
      {
        detail = detail_text (self, _ (roles[i].text));
        if (roles[i].icon != NULL)
          {
            const char *classes[] = { roles[i].css_class, NULL };

            gtk_image_set_from_icon_name (self->icon, roles[i].icon);
            gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
          }
      }
  gtk_stack_set_visible_child (self->icon_stack, role == TANDEM_PROXY_TRYING
                                                     ? GTK_WIDGET (self->spinner)
                                                     : GTK_WIDGET (self->icon));
  gtk_spinner_set_spinning (self->spinner, role == TANDEM_PROXY_TRYING);
  gtk_label_set_label (self->address_label, address);
  gtk_label_set_label (self->detail_label, detail);
  gtk_widget_set_visible (self->use_again_button, role == TANDEM_PROXY_SET_ASIDE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->use_again_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, again, -1);
  update_preference (self, address);
  spoken = g_strdup_printf ("%s, %s", plain, detail);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  update_time (self);
}

static void
on_notify (TandemProxy *proxy, GParamSpec *pspec, TandemProxyRow *self)
{
  if (g_str_equal (g_param_spec_get_name (pspec), "seconds-left"))
    update_time (self);
  else
    update (self);
}

static void
tandem_proxy_row_dispose (GObject *object)
{
  g_clear_object (&TANDEM_PROXY_ROW (object)->proxy);
  G_OBJECT_CLASS (tandem_proxy_row_parent_class)->dispose (object);
}

static void
tandem_proxy_row_class_init (TandemProxyRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_proxy_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/proxy-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemProxyRow, icon_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemProxyRow, icon);
  gtk_widget_class_bind_template_child (widget_class, TandemProxyRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, TandemProxyRow, address_label);
  gtk_widget_class_bind_template_child (widget_class, TandemProxyRow, detail_label);
  gtk_widget_class_bind_template_child (widget_class, TandemProxyRow, time_label);
  gtk_widget_class_bind_template_child (widget_class, TandemProxyRow, use_again_button);
  gtk_widget_class_bind_template_child (widget_class, TandemProxyRow, prefer_button);
}

static void
tandem_proxy_row_init (TandemProxyRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_proxy_row_new:
 * @proxy: a proxy of the pool
 *
 * Returns: (transfer floating): a row that follows @proxy
 */
GtkWidget *
tandem_proxy_row_new (TandemProxy *proxy)
{
  TandemProxyRow *self = g_object_new (TANDEM_TYPE_PROXY_ROW, NULL);

  self->proxy = g_object_ref (proxy);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->use_again_button), "s",
                                    tandem_proxy_get_id (proxy));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->use_again_button), "app.use-again");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->prefer_button), "s",
                                    tandem_proxy_get_id (proxy));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->prefer_button), "app.prefer");
  g_signal_connect_object (proxy, "notify", G_CALLBACK (on_notify), self, 0);
  update (self);
  return GTK_WIDGET (self);
}
