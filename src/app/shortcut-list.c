/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "shortcut-list.h"

#include <glib/gi18n.h>

#include "setting-row.h"
#include "shortcuts.h"

/* The keys in the preferences: a row for each action, whose button waits for the next key. A key that
 * something else has is refused with its name. Escape gives up, Backspace leaves the action without
 * a key. */

typedef struct
{
  const TandemShortcut *shortcut;
  GSettings *settings;
  AdwActionRow *row;
  GtkToggleButton *button;
  GtkWidget *reset;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->settings);
  g_free (entry);
}

static void
update (Entry *entry)
{
  g_auto (GStrv) keys = tandem_shortcuts_get_keys (entry->shortcut, entry->settings);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *name = NULL;

  for (guint i = 0; keys[i] != NULL; i++)
    {
      GdkModifierType modifiers;
      guint keyval;
      g_autofree char *label = NULL;

      gtk_accelerator_parse (keys[i], &keyval, &modifiers);
      label = gtk_accelerator_get_label (keyval, modifiers);
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", label);
    }
  if (gtk_toggle_button_get_active (entry->button))
    g_string_assign (text, _ ("Press the new key…"));
  else if (text->len == 0)
    g_string_assign (text, _ ("None"));
  gtk_button_set_label (GTK_BUTTON (entry->button), text->str);
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (entry->button))),
                           PANGO_ELLIPSIZE_END);
  /* Translators: what a key does, and the key. */
  name = g_strdup_printf (
      _ ("%s: %s"), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (entry->row)), text->str);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  gtk_widget_set_visible (entry->reset,
                          tandem_shortcuts_is_changed (entry->shortcut, entry->settings));
}

static void
on_toggled (Entry *entry)
{
  adw_action_row_set_subtitle (entry->row, gtk_toggle_button_get_active (entry->button)
                                               ? _ ("Escape: as it was. Backspace: no key")
                                               : "");
  update (entry);
}

static void
on_reset (Entry *entry)
{
  tandem_shortcuts_reset (entry->shortcut, entry->settings);
}

static gboolean
try_key (Entry *entry, guint keyval, GdkModifierType modifiers)
{
  GdkModifierType mask = modifiers & gtk_accelerator_get_default_mod_mask ();
  g_autofree char *key = gtk_accelerator_name (gdk_keyval_to_lower (keyval), mask);
  const TandemShortcut *user = tandem_shortcuts_find_user (entry->settings, key);
  const char *problem = NULL;
  g_autofree char *words = NULL;

  if (keyval == GDK_KEY_Escape && mask == 0)
    {
      gtk_toggle_button_set_active (entry->button, FALSE);
      return TRUE;
    }
  if (keyval == GDK_KEY_BackSpace && mask == 0)
    {
      gtk_toggle_button_set_active (entry->button, FALSE);
      tandem_shortcuts_set_key (entry->shortcut, entry->settings, NULL);
      return TRUE;
    }
  if ((keyval >= GDK_KEY_Shift_L && keyval <= GDK_KEY_Hyper_R) || keyval == GDK_KEY_ISO_Level3_Shift
      || keyval == GDK_KEY_Num_Lock)
    return FALSE;
  if (!tandem_shortcuts_check_key (keyval, mask, &problem))
    words = g_strdup (problem);
  else if (user != NULL && user != entry->shortcut)
    /* Translators: what the key does now. */
    words = g_strdup_printf (_ ("Taken by “%s”"),
                             g_dpgettext2 (NULL, "shortcut window", user->title));
  if (words != NULL)
    {
      adw_action_row_set_subtitle (entry->row, words);
      return FALSE;
    }
  gtk_toggle_button_set_active (entry->button, FALSE);
  tandem_shortcuts_set_key (entry->shortcut, entry->settings, key);
  return TRUE;
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType modifiers,
        Entry *entry)
{
  if (!gtk_toggle_button_get_active (entry->button))
    return GDK_EVENT_PROPAGATE;
  try_key (entry, keyval, modifiers);
  return GDK_EVENT_STOP;
}

static void
on_focus_left (Entry *entry)
{
  gtk_toggle_button_set_active (entry->button, FALSE);
}

static GtkWidget *
create_row (const TandemShortcut *shortcut, TandemConfiguration *configuration)
{
  Entry *entry = g_new0 (Entry, 1);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_autofree char *reset = NULL;

  entry->shortcut = shortcut;
  entry->settings = g_object_ref (tandem_configuration_get_settings (configuration, "window"));
  entry->row = ADW_ACTION_ROW (adw_action_row_new ());
  entry->button = GTK_TOGGLE_BUTTON (gtk_toggle_button_new ());
  entry->reset = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  g_object_set_data_full (G_OBJECT (entry->row), "tandem-shortcut", entry, entry_free);
  gtk_widget_set_name (GTK_WIDGET (entry->row), shortcut->action);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry->row),
                                 g_dpgettext2 (NULL, "shortcut window", shortcut->title));
  /* Translators: what a key does. */
  reset = g_strdup_printf (_ ("Built-in key of “%s”"),
                           adw_preferences_row_get_title (ADW_PREFERENCES_ROW (entry->row)));
  gtk_widget_set_tooltip_text (entry->reset, reset);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry->reset), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  reset, -1);
  gtk_widget_add_css_class (entry->reset, "flat");
  gtk_widget_set_valign (entry->reset, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (entry->button), GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (entry->row, entry->reset);
  adw_action_row_add_suffix (entry->row, GTK_WIDGET (entry->button));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), entry);
  gtk_widget_add_controller (GTK_WIDGET (entry->button), keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (on_focus_left), entry);
  gtk_widget_add_controller (GTK_WIDGET (entry->button), focus);
  g_signal_connect_swapped (entry->button, "toggled", G_CALLBACK (on_toggled), entry);
  g_signal_connect_swapped (entry->reset, "clicked", G_CALLBACK (on_reset), entry);
  update (entry);
  return GTK_WIDGET (entry->row);
}

static void
on_changed (GSettings *settings, const char *key, GtkWidget *row)
{
  update (g_object_get_data (G_OBJECT (row), "tandem-shortcut"));
}

/**
 * tandem_shortcut_row_try_key:
 * @row: one of the rows
 *
 * The person presses a key while @row waits for one.
 *
 * Returns: whether it no longer waits
 */
gboolean
tandem_shortcut_row_try_key (GtkWidget *row, guint keyval, GdkModifierType modifiers)
{
  return try_key (g_object_get_data (G_OBJECT (row), "tandem-shortcut"), keyval, modifiers);
}

/**
 * tandem_shortcut_list_add:
 * @group: where the rows go
 * @configuration: the configuration
 */
void
tandem_shortcut_list_add (AdwPreferencesGroup *group, TandemConfiguration *configuration)
{
  GSettings *settings = tandem_configuration_get_settings (configuration, "window");
  GtkWidget *expander = adw_expander_row_new ();
  guint n;
  const TandemShortcut *shortcuts = tandem_shortcuts_get_all (&n);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), _ ("Keyboard shortcuts"));
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *row = create_row (&shortcuts[i], configuration);

      g_signal_connect_object (settings, "changed::shortcuts", G_CALLBACK (on_changed), row, 0);
      adw_expander_row_add_row (ADW_EXPANDER_ROW (expander), row);
    }
  tandem_setting_explain_override (expander, configuration, "window", "shortcuts");
  adw_preferences_group_add (group, expander);
}
