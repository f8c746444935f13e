/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "setting-row.h"

#include <glib/gi18n.h>

/* Ties a row of preferences to a stored setting: text with a check whose complaint stands in the
 * row's own title, numbers with the range of the schema, switches, and choices. A setting that a
 * configuration file overrides for this run is shown with the file's value and cannot be changed. */

typedef struct
{
  GSettings *settings;
  char *key;
  char *title;
  TandemCheck check;
} TextBinding;

static void
text_binding_free (gpointer data)
{
  TextBinding *binding = data;

  g_clear_object (&binding->settings);
  g_free (binding->key);
  g_free (binding->title);
  g_free (binding);
}

static TextBinding *
text_binding_of (AdwEntryRow *row)
{
  return g_object_get_data (G_OBJECT (row), "tandem-text-binding");
}

static void
on_text_changed (AdwEntryRow *row, TextBinding *binding)
{
  const char *problem = binding->check (gtk_editable_get_text (GTK_EDITABLE (row)));
  /* Translators: the title of a field, and what is wrong with what was typed into it. */
  g_autofree char *title = problem != NULL ? g_strdup_printf (_ ("%s: %s"), binding->title, problem)
                                           : g_strdup (binding->title);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
      problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

/**
 * tandem_setting_row_check:
 * @row: a row with its title
 * @check: what may be typed
 *
 * Complains in the title of @row while its text is not right.
 */
void
tandem_setting_row_check (AdwEntryRow *row, TandemCheck check)
{
  TextBinding *binding = g_new0 (TextBinding, 1);

  binding->title = g_strdup (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  binding->check = check;
  g_object_set_data_full (G_OBJECT (row), "tandem-text-binding", binding, text_binding_free);
  g_signal_connect (row, "changed", G_CALLBACK (on_text_changed), binding);
}

/**
 * tandem_setting_row_get_problem:
 * @row: a row with a check
 *
 * Returns: (nullable): what is wrong with its text
 */
const char *
tandem_setting_row_get_problem (AdwEntryRow *row)
{
  TextBinding *binding = text_binding_of (row);

  return binding->check (gtk_editable_get_text (GTK_EDITABLE (row)));
}

static void
on_stored_text_changed (GSettings *settings, const char *key, AdwEntryRow *row)
{
  g_autofree char *text = g_settings_get_string (settings, key);

  if (!g_str_equal (text, gtk_editable_get_text (GTK_EDITABLE (row))))
    gtk_editable_set_text (GTK_EDITABLE (row), text);
}

/**
 * tandem_setting_row_commit:
 * @row: a row bound to a text
 *
 * Stores what was typed, when it is right.
 */
void
tandem_setting_row_commit (AdwEntryRow *row)
{
  TextBinding *binding = text_binding_of (row);
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
  g_autofree char *stored = NULL;

  if (!gtk_widget_get_sensitive (GTK_WIDGET (row)) || binding->check (text) != NULL)
    return;
  stored = g_settings_get_string (binding->settings, binding->key);
  if (!g_str_equal (stored, text))
    g_settings_set_string (binding->settings, binding->key, text);
}

/**
 * tandem_setting_explain_override:
 * @row: a row of preferences
 * @configuration: the configuration
 * @child: a child of the schema
 * @key: a key of it
 *
 * Keeps @row from being changed, and says why, when a configuration file has the setting for this run.
 *
 * Returns: whether it has
 */
gboolean
tandem_setting_explain_override (GtkWidget *row,
                                 TandemConfiguration *configuration,
                                 const char *child,
                                 const char *key)
{
  if (!tandem_configuration_is_overridden (configuration, child, key))
    return FALSE;
  gtk_widget_set_sensitive (row, FALSE);
  gtk_widget_set_tooltip_text (row, _ ("Set by the configuration file for this run"));
  return TRUE;
}

/**
 * tandem_setting_row_bind_text:
 * @row: a row with its title
 * @configuration: the configuration
 * @child: a child of the schema
 * @key: a key of it, a string
 * @check: what may be typed
 *
 * Stored when the row's apply button or Enter is pressed, or by tandem_setting_row_commit().
 */
void
tandem_setting_row_bind_text (AdwEntryRow *row,
                              TandemConfiguration *configuration,
                              const char *child,
                              const char *key,
                              TandemCheck check)
{
  GSettings *settings = tandem_configuration_get_settings (configuration, child);
  g_autofree char *text = NULL;
  TextBinding *binding;

  if (tandem_setting_explain_override (GTK_WIDGET (row), configuration, child, key))
    {
      text = tandem_configuration_get_string (configuration, child, key);
      gtk_editable_set_text (GTK_EDITABLE (row), text);
      tandem_setting_row_check (row, check);
    }
  else
    {
      text = g_settings_get_string (settings, key);
      gtk_editable_set_text (GTK_EDITABLE (row), text);
      tandem_setting_row_check (row, check);
      adw_entry_row_set_show_apply_button (row, TRUE);
    }
  binding = text_binding_of (row);
  binding->settings = g_object_ref (settings);
  binding->key = g_strdup (key);
  if (gtk_widget_get_sensitive (GTK_WIDGET (row)))
    {
      g_autofree char *changed = g_strconcat ("changed::", key, NULL);

      g_signal_connect (row, "apply", G_CALLBACK (tandem_setting_row_commit), NULL);
      g_signal_connect_object (settings, changed, G_CALLBACK (on_stored_text_changed), row, 0);
    }
}

/**
 * tandem_setting_row_bind_number:
 * @row: the row that @spin is in
 * @spin: shows and changes the number
 * @configuration: the configuration
 * @child: a child of the schema
 * @key: a key of it, an unsigned number with a range
 *
 * The range is the schema's.
 */
void
tandem_setting_row_bind_number (AdwActionRow *row,
                                GtkSpinButton *spin,
                                TandemConfiguration *configuration,
                                const char *child,
                                const char *key)
{
  GSettings *settings = tandem_configuration_get_settings (configuration, child);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettingsSchemaKey) schema_key = NULL;
  g_autoptr (GVariant) range = NULL;
  g_autoptr (GVariant) limits = NULL;
  const char *kind;
  guint lower = 0, upper = G_MAXUINT;

  g_object_get (settings, "settings-schema", &schema, NULL);
  schema_key = g_settings_schema_get_key (schema, key);
  range = g_settings_schema_key_get_range (schema_key);
  g_variant_get (range, "(&sv)", &kind, &limits);
  if (g_str_equal (kind, "range"))
    g_variant_get (limits, "(uu)", &lower, &upper);

  gtk_spin_button_set_range (spin, lower, upper);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), -1);
  if (tandem_setting_explain_override (GTK_WIDGET (row), configuration, child, key))
    {
      gtk_spin_button_set_value (spin, tandem_configuration_get_uint (configuration, child, key));
    }
  else
    g_settings_bind (settings, key, spin, "value", G_SETTINGS_BIND_DEFAULT);
}

/**
 * tandem_setting_row_bind_switch:
 * @row: the row that @button is in
 * @button: shows and changes the setting
 * @configuration: the configuration
 * @child: a child of the schema
 * @key: a key of it, a boolean
 */
void
tandem_setting_row_bind_switch (AdwActionRow *row,
                                GtkSwitch *button,
                                TandemConfiguration *configuration,
                                const char *child,
                                const char *key)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), -1);
  if (tandem_setting_explain_override (GTK_WIDGET (row), configuration, child, key))
    {
      gtk_switch_set_active (button, tandem_configuration_get_boolean (configuration, child, key));
    }
  else
    g_settings_bind (tandem_configuration_get_settings (configuration, child), key, button,
                     "active", G_SETTINGS_BIND_DEFAULT);
}

static gboolean
nick_to_position (GValue *value, GVariant *variant, gpointer data)
{
  const char *const *nicks = data;

  for (guint i = 0; nicks[i] != NULL; i++)
    if (g_str_equal (nicks[i], g_variant_get_string (variant, NULL)))
      {
        g_value_set_uint (value, i);
        return TRUE;
      }
  return FALSE;
}

static GVariant *
position_to_nick (const GValue *value, const GVariantType *type, gpointer data)
{
  const char *const *nicks = data;
  guint position = g_value_get_uint (value);

  return position < g_strv_length ((GStrv) nicks) ? g_variant_new_string (nicks[position]) : NULL;
}

/**
 * tandem_setting_row_bind_choice:
 * @row: a row whose model has one text for each of @nicks
 * @configuration: the configuration
 * @child: a child of the schema
 * @key: a key of it, an enumeration
 * @nicks: its values, in the order of the model; not copied
 */
void
tandem_setting_row_bind_choice (AdwComboRow *row,
                                TandemConfiguration *configuration,
                                const char *child,
                                const char *key,
                                const char *const *nicks)
{
  if (tandem_setting_explain_override (GTK_WIDGET (row), configuration, child, key))
    {
      g_autofree char *nick = tandem_configuration_get_string (configuration, child, key);

      for (guint i = 0; nicks[i] != NULL; i++)
        if (g_strcmp0 (nicks[i], nick) == 0)
          adw_combo_row_set_selected (row, i);
    }
  else
    g_settings_bind_with_mapping (tandem_configuration_get_settings (configuration, child), key,
                                  row, "selected", G_SETTINGS_BIND_DEFAULT, nick_to_position,
                                  position_to_nick, (gpointer) nicks, NULL);
}
