/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "pair-list.h"

#include <glib/gi18n.h>

#include "format.h"
#include "setting-row.h"

/* See pair-list.h. The list is made anew from the setting whenever that changes. */

#define MOST 200

typedef struct
{
  const TandemSetting *setting;
  GSettings *settings;
  AdwExpanderRow *expander;
  GPtrArray *rows;
  GtkWidget *first, *second, *problem, *add;
} PairList;

static void
pair_list_free (gpointer data)
{
  PairList *self = data;

  g_object_unref (self->settings);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

/* Writes the stored pairs again: without the one at leave (-1: all stay), that one before the one above it when
 * up, and at the end one more when first is not NULL. */
static void
store (PairList *self, int leave, gboolean up, const char *first, const char *second)
{
  g_autoptr (GVariant) stored = g_settings_get_value (self->settings, self->setting->key);
  const int n = (int) g_variant_n_children (stored);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  for (int i = 0; i < n; i++)
    {
      const int from = !up ? i : i == leave - 1 ? leave : i == leave ? leave - 1 : i;
      g_autoptr (GVariant) pair = g_variant_get_child_value (stored, (gsize) from);

      if (up || i != leave)
        g_variant_builder_add_value (&builder, pair);
    }
  if (first != NULL)
    g_variant_builder_add (&builder, "(ss)", first, second);
  g_settings_set_value (self->settings, self->setting->key, g_variant_builder_end (&builder));
}

static int
position_of (GtkWidget *button)
{
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "position"));
}

static void
on_remove_clicked (GtkWidget *button, PairList *self)
{
  store (self, position_of (button), FALSE, NULL, NULL);
}

static void
on_up_clicked (GtkWidget *button, PairList *self)
{
  store (self, position_of (button), TRUE, NULL, NULL);
}

static void
add_button (PairList *self,
            GtkWidget *row,
            const char *icon,
            const char *name,
            int position,
            void (*clicked) (GtkWidget *, PairList *))
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data (G_OBJECT (button), "position", GINT_TO_POINTER (position));
  g_signal_connect (button, "clicked", G_CALLBACK (clicked), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static GtkWidget *
make_row (PairList *self, int position, const char *first, const char *second)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = tandem_format_isolated (first);
  g_autofree char *subtitle = tandem_format_isolated (second);
  g_autofree char *remove = g_strdup_printf (_ ("Remove %s"), title);
  g_autofree char *up = g_strdup_printf (_ ("Move %s up"), title);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (position > 0)
    add_button (self, row, "go-up-symbolic", up, position, on_up_clicked);
  add_button (self, row, "list-remove-symbolic", remove, position, on_remove_clicked);
  return row;
}

static void
fill (PairList *self)
{
  g_autoptr (GVariant) stored = g_settings_get_value (self->settings, self->setting->key);
  const guint n = (guint) MIN (g_variant_n_children (stored), MOST);
  g_autofree char *count = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (self->expander, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  /* The rows to add one with are always last. */
  g_object_ref (self->first);
  g_object_ref (self->second);
  g_object_ref (self->add);
  if (gtk_widget_get_parent (self->first) != NULL)
    {
      adw_expander_row_remove (self->expander, self->first);
      adw_expander_row_remove (self->expander, self->second);
      adw_expander_row_remove (self->expander, self->add);
    }
  for (guint i = 0; i < n; i++)
    {
      const char *first, *second;
      GtkWidget *row;

      g_variant_get_child (stored, i, "(&s&s)", &first, &second);
      row = make_row (self, (int) i, first, second);
      g_ptr_array_add (self->rows, row);
      adw_expander_row_add_row (self->expander, row);
    }
  adw_expander_row_add_row (self->expander, self->first);
  adw_expander_row_add_row (self->expander, self->second);
  adw_expander_row_add_row (self->expander, self->add);
  g_object_unref (self->first);
  g_object_unref (self->second);
  g_object_unref (self->add);
  count = g_strdup_printf (ngettext ("%u entry", "%u entries", n), n);
  adw_expander_row_set_subtitle (self->expander, n > 0 ? count : _ ("None"));
}

static void
on_add_clicked (PairList *self)
{
  const char *first = gtk_editable_get_text (GTK_EDITABLE (self->first));
  const char *second = gtk_editable_get_text (GTK_EDITABLE (self->second));
  g_autofree char *problem
      = self->setting->check_pair != NULL ? self->setting->check_pair (first, second) : NULL;

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->add), problem != NULL ? problem : "");
  if (problem != NULL)
    {
      gtk_widget_add_css_class (self->add, "error");
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->add),
                                      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, problem, -1);
      gtk_widget_grab_focus (self->first);
      return;
    }
  gtk_widget_remove_css_class (self->add, "error");
  store (self, -1, FALSE, first, second);
  gtk_editable_set_text (GTK_EDITABLE (self->first), "");
  gtk_editable_set_text (GTK_EDITABLE (self->second), "");
  gtk_widget_grab_focus (self->first);
}

static GtkWidget *
make_entry (PairList *self, const char *title)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (title));
  g_signal_connect_swapped (row, "entry-activated", G_CALLBACK (on_add_clicked), self);
  return row;
}

GtkWidget *
tandem_pair_list_new (TandemConfiguration *configuration, const TandemSetting *setting)
{
  PairList *self = g_new0 (PairList, 1);
  GtkWidget *expander = adw_expander_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Add"));
  g_autofree char *changed = g_strconcat ("changed::", setting->key, NULL);
  g_autofree char *name = g_strdup_printf (_ ("Add to %s"), _ (setting->title));
  GClosure *closure;

  self->setting = setting;
  self->settings = g_object_ref (tandem_configuration_get_settings (configuration, setting->child));
  self->expander = ADW_EXPANDER_ROW (expander);
  self->rows = g_ptr_array_new ();
  self->first = make_entry (self, setting->first);
  self->second = make_entry (self, setting->second);
  self->add = adw_action_row_new ();
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self->add), 0);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->add), button);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_add_clicked), self);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), _ (setting->title));
  g_object_set_data_full (G_OBJECT (expander), "tandem-pair-list", self, pair_list_free);
  fill (self);
  closure = g_cclosure_new_swap (G_CALLBACK (fill), self, NULL);
  g_object_watch_closure (G_OBJECT (expander), closure);
  g_signal_connect_closure (self->settings, changed, closure, FALSE);
  tandem_setting_explain_override (expander, configuration, setting->child, setting->key);
  return expander;
}
