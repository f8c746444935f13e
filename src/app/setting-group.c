/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "setting-group.h"

#include <glib/gi18n.h>

#include <string.h>

#include "pair-list.h"
#include "setting-row.h"

/* See setting-group.h. */

static GtkWidget *
add_suffix (AdwActionRow *row, GtkWidget *widget)
{
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (row, widget);
  adw_action_row_set_activatable_widget (row, widget);
  return widget;
}

static GtkWidget *
make_action_row (const TandemSetting *setting)
{
  GtkWidget *row
      = setting->kind == TANDEM_SETTING_CHOICE ? adw_combo_row_new () : adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (setting->title));
  if (setting->subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (setting->subtitle));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  return row;
}

static GtkWidget *
make_number (TandemConfiguration *configuration, const TandemSetting *setting)
{
  GtkWidget *row = make_action_row (setting);
  GtkWidget *spin = add_suffix (ADW_ACTION_ROW (row),
                                gtk_spin_button_new (gtk_adjustment_new (0, 0, 1, 1, 10, 0), 1, 0));

  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 6);
  tandem_setting_row_bind_number (ADW_ACTION_ROW (row), GTK_SPIN_BUTTON (spin), configuration,
                                  setting->child, setting->key);
  return row;
}

static GtkWidget *
make_choice (TandemConfiguration *configuration, const TandemSetting *setting)
{
  GtkWidget *row = make_action_row (setting);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; setting->nicks[i] != NULL; i++)
    gtk_string_list_append (names, _ (setting->labels[i]));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (names));
  tandem_setting_row_bind_choice (ADW_COMBO_ROW (row), configuration, setting->child, setting->key,
                                  setting->nicks);
  return row;
}

static GtkWidget *
make_entry (const TandemSetting *setting)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (setting->title));
  if (setting->subtitle != NULL)
    gtk_widget_set_tooltip_text (row, _ (setting->subtitle));
  return row;
}

/* (transfer full): NULL-terminated, without the empty ones */
static char **
split_words (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", 200);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (words, parts[i]);
  return g_strv_builder_end (words);
}

static const TandemSetting *
setting_of (GtkWidget *row)
{
  return g_object_get_data (G_OBJECT (row), "tandem-setting");
}

static void
show_words (AdwEntryRow *row, GSettings *settings)
{
  g_auto (GStrv) words = g_settings_get_strv (settings, setting_of (GTK_WIDGET (row))->key);
  g_autofree char *text = g_strjoinv (", ", words);

  gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static void
on_words_applied (AdwEntryRow *row, GSettings *settings)
{
  const TandemSetting *setting = setting_of (GTK_WIDGET (row));
  g_auto (GStrv) words = split_words (gtk_editable_get_text (GTK_EDITABLE (row)));

  for (guint i = 0; words[i] != NULL; i++)
    if (setting->check != NULL && setting->check (words[i]) != NULL)
      {
        gtk_widget_add_css_class (GTK_WIDGET (row), "error");
        gtk_widget_set_tooltip_text (GTK_WIDGET (row), setting->check (words[i]));
        return;
      }
  gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  g_settings_set_strv (settings, setting->key, (const char *const *) words);
  show_words (row, settings);
}

static GtkWidget *
make_words (TandemConfiguration *configuration, const TandemSetting *setting)
{
  GSettings *settings = tandem_configuration_get_settings (configuration, setting->child);
  GtkWidget *row = make_entry (setting);

  g_object_set_data (G_OBJECT (row), "tandem-setting", (gpointer) setting);
  show_words (ADW_ENTRY_ROW (row), settings);
  if (tandem_setting_explain_override (row, configuration, setting->child, setting->key))
    return row;
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  g_signal_connect_object (row, "apply", G_CALLBACK (on_words_applied), settings, 0);
  return row;
}

/* Where any text is right. */
static const char *
accept (const char *text)
{
  return NULL;
}

static GtkWidget *
make_row (TandemConfiguration *configuration, const TandemSetting *setting)
{
  GtkWidget *row;

  switch (setting->kind)
    {
    case TANDEM_SETTING_SWITCH:
      row = make_action_row (setting);
      tandem_setting_row_bind_switch (
          ADW_ACTION_ROW (row), GTK_SWITCH (add_suffix (ADW_ACTION_ROW (row), gtk_switch_new ())),
          configuration, setting->child, setting->key);
      return row;
    case TANDEM_SETTING_NUMBER:
      return make_number (configuration, setting);
    case TANDEM_SETTING_CHOICE:
      return make_choice (configuration, setting);
    case TANDEM_SETTING_WORDS:
      return make_words (configuration, setting);
    case TANDEM_SETTING_PAIRS:
      return tandem_pair_list_new (configuration, setting);
    case TANDEM_SETTING_TEXT:
    default:
      row = make_entry (setting);
      tandem_setting_row_bind_text (ADW_ENTRY_ROW (row), configuration, setting->child,
                                    setting->key, setting->check != NULL ? setting->check : accept);
      return row;
    }
}

AdwPreferencesGroup *
tandem_setting_group_new (TandemConfiguration *configuration,
                          const char *title,
                          const char *description,
                          const TandemSetting *settings)
{
  GtkWidget *group = adw_preferences_group_new ();
  GPtrArray *entries = g_ptr_array_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ (title));
  if (description != NULL)
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), _ (description));
  for (const TandemSetting *setting = settings; setting->key != NULL; setting++)
    {
      GtkWidget *row = make_row (configuration, setting);

      gtk_widget_set_name (row, setting->key);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
      if (setting->kind == TANDEM_SETTING_TEXT && gtk_widget_get_sensitive (row))
        g_ptr_array_add (entries, row);
    }
  g_object_set_data_full (G_OBJECT (group), "tandem-entries", entries,
                          (GDestroyNotify) g_ptr_array_unref);
  return ADW_PREFERENCES_GROUP (group);
}

void
tandem_setting_group_commit (AdwPreferencesGroup *group)
{
  GPtrArray *entries = g_object_get_data (G_OBJECT (group), "tandem-entries");

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    tandem_setting_row_commit (g_ptr_array_index (entries, i));
}
