/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "call-details.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "announce.h"
#include "format.h"

/* TandemCallDetails: what is known of a call beyond who and how long, for the desktop beside it and
 * for whoever looks for a fault: the contact centre's own number of the call, the queue, codec and
 * proxy, the kept headers. Everything can be copied, at once or one by one. Filled when it opens, and
 * when the call changes while it is open. */

struct _TandemCallDetails
{
  GtkPopover parent_instance;

  TandemCall *call;
  GString *text;

  GtkGrid *grid;
};

G_DEFINE_FINAL_TYPE (TandemCallDetails, tandem_call_details, GTK_TYPE_POPOVER)

static void
copy (GtkWidget *widget, const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

static void
on_copy_clicked (GtkWidget *button)
{
  copy (button, g_object_get_data (G_OBJECT (button), "text"));
}

static void
on_copy_all_clicked (TandemCallDetails *self)
{
  copy (GTK_WIDGET (self), self->text->str);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static GtkWidget *
create_copy_button (const char *name, const char *value)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  /* Translators: the name of what is copied. */
  g_autofree char *label = g_strdup_printf (_ ("Copy %s"), name);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "text", g_strdup (value), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_copy_clicked), NULL);
  return button;
}

static void
add (TandemCallDetails *self, int *row, const char *name, const char *value)
{
  GtkWidget *name_label, *value_label;
  g_autofree char *isolated = NULL;

  if (value == NULL || *value == '\0')
    return;
  isolated = tandem_format_isolated (value);
  name_label = gtk_label_new (name);
  value_label = gtk_label_new (isolated);
  gtk_label_set_xalign (GTK_LABEL (name_label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name_label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (name_label, "dim-label");
  gtk_widget_add_css_class (name_label, "caption");
  gtk_label_set_xalign (GTK_LABEL (value_label), 0);
  gtk_label_set_wrap (GTK_LABEL (value_label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value_label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (value_label), 26);
  gtk_label_set_max_width_chars (GTK_LABEL (value_label), 26);
  gtk_widget_set_hexpand (value_label, TRUE);

  gtk_grid_attach (self->grid, name_label, 0, *row, 1, 1);
  gtk_grid_attach (self->grid, value_label, 0, *row + 1, 1, 1);
  gtk_grid_attach (self->grid, create_copy_button (name, value), 1, *row, 1, 2);
  *row += 2;
  g_string_append_printf (self->text, "%s: %s\n", name, value);
}

static void
add_headers (TandemCallDetails *self, int *row)
{
  GHashTable *headers = tandem_call_get_headers (self->call);
  g_autoptr (GList) names = NULL;

  if (headers == NULL)
    return;
  names = g_list_sort (g_hash_table_get_keys (headers), (GCompareFunc) g_ascii_strcasecmp);
  for (GList *l = names; l != NULL; l = l->next)
    if (g_ascii_strcasecmp (l->data, "X-Genesys-CallUUID") != 0)
      add (self, row, l->data, g_hash_table_lookup (headers, l->data));
}

/* (transfer full) (nullable): the one in use, after those that it has left */
static char *
get_proxies (TandemCallDetails *self)
{
  const char *const *proxies = tandem_call_get_proxies (self->call);

  return proxies[0] != NULL ? g_strjoinv (" → ", (char **) proxies) : NULL;
}

static void
fill (TandemCallDetails *self)
{
  g_autofree char *proxies = NULL;
  GtkWidget *child;
  int row = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL)
    gtk_grid_remove (self->grid, child);
  g_string_truncate (self->text, 0);
  if (self->call == NULL)
    return;
  add (self, &row, _ ("Caller"), tandem_call_get_peer_name (self->call));
  add (self, &row, _ ("Address"), tandem_call_get_peer_uri (self->call));
  add (self, &row, _ ("Queue"), tandem_call_get_queue (self->call));
  add (self, &row, _ ("Call UUID"), tandem_call_get_header (self->call, "X-Genesys-CallUUID"));
  add_headers (self, &row);
  add (self, &row, _ ("Codec"), tandem_call_get_codec (self->call));
  proxies = get_proxies (self);
  add (self, &row, _ ("Proxy"), proxies);
  add (self, &row, "Call-ID", tandem_call_get_sip_call_id (self->call));
}

static void
on_notify (TandemCall *call, GParamSpec *pspec, TandemCallDetails *self)
{
  const char *name = g_param_spec_get_name (pspec);

  if (gtk_widget_get_mapped (GTK_WIDGET (self))
      && (g_str_equal (name, "codec") || g_str_equal (name, "headers")
          || g_str_equal (name, "queue") || g_str_equal (name, "sip-call-id")
          || g_str_has_prefix (name, "peer-")))
    fill (self);
}

static void
tandem_call_details_dispose (GObject *object)
{
  TandemCallDetails *self = TANDEM_CALL_DETAILS (object);

  g_clear_object (&self->call);
  G_OBJECT_CLASS (tandem_call_details_parent_class)->dispose (object);
}

static void
tandem_call_details_finalize (GObject *object)
{
  g_string_free (TANDEM_CALL_DETAILS (object)->text, TRUE);
  G_OBJECT_CLASS (tandem_call_details_parent_class)->finalize (object);
}

static void
tandem_call_details_class_init (TandemCallDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_call_details_dispose;
  G_OBJECT_CLASS (klass)->finalize = tandem_call_details_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/call-details.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemCallDetails, grid);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_all_clicked);
}

static void
tandem_call_details_init (TandemCallDetails *self)
{
  self->text = g_string_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  tandem_name_buttons (GTK_WIDGET (self));
  g_signal_connect (self, "show", G_CALLBACK (fill), NULL);
}

/**
 * tandem_call_details_set_call:
 * @self: details
 * @call: (nullable): what to tell of
 */
void
tandem_call_details_set_call (TandemCallDetails *self, TandemCall *call)
{
  g_return_if_fail (TANDEM_IS_CALL_DETAILS (self));

  if (self->call == call)
    return;
  if (self->call != NULL)
    g_signal_handlers_disconnect_by_func (self->call, on_notify, self);
  g_set_object (&self->call, call);
  if (call != NULL)
    g_signal_connect_object (call, "notify", G_CALLBACK (on_notify), self, 0);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    fill (self);
}
