/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "rule-trial.h"

#include <glib/gi18n.h>

#include <string.h>

#include "dialling-rules.h"
#include "format.h"

/* See rule-trial.h. */

typedef struct
{
  TandemConfiguration *configuration;
  AdwEntryRow *number;
  AdwActionRow *result;
} Trial;

static void
trial_free (gpointer data, GClosure *closure)
{
  Trial *trial = data;

  g_object_unref (trial->configuration);
  g_free (trial);
}

/* (transfer full): the digits of a number in any spelling */
static char *
take_digits (const char *text)
{
  GString *digits = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at++)
    if (strchr ("0123456789*#", *at) != NULL || (*at == '+' && digits->len == 0))
      g_string_append_c (digits, *at);
  return g_string_free (digits, FALSE);
}

static void
show (Trial *trial)
{
  g_autoptr (TandemDiallingRules) rules
      = tandem_dialling_rules_new_from_settings (trial->configuration);
  g_autofree char *number = take_digits (gtk_editable_get_text (GTK_EDITABLE (trial->number)));
  g_autoptr (GError) error = NULL;
  g_autofree char *dialled
      = *number != '\0' ? tandem_dialling_rules_apply (rules, number, &error) : NULL;
  g_autofree char *isolated = dialled != NULL ? tandem_format_isolated (dialled) : NULL;
  g_autofree char *escaped = error != NULL ? g_markup_escape_text (error->message, -1) : NULL;
  const char *words = isolated;

  if (*number == '\0')
    words = _ ("Nothing yet");
  else if (error != NULL)
    words = escaped;
  else if (tandem_dialling_rules_is_emergency (rules, number))
    words = _ ("As it is: an emergency number");
  adw_action_row_set_subtitle (trial->result, words);
  if (error != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (trial->result), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (trial->result), "error");
}

static void
on_changed (GtkEditable *number, Trial *trial)
{
  show (trial);
}

/* The row may be gone before the settings. */
static void
on_setting (GtkWidget *number, const char *key, GSettings *settings)
{
  g_signal_emit_by_name (number, "changed");
}

void
tandem_rule_trial_add (AdwPreferencesGroup *group, TandemConfiguration *configuration)
{
  GSettings *settings = tandem_configuration_get_settings (configuration, "calls");
  GtkWidget *number = adw_entry_row_new ();
  GtkWidget *result = adw_action_row_new ();
  Trial *trial = g_new0 (Trial, 1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (number), _ ("Try a number"));
  gtk_widget_set_name (number, "trial-number");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (result), _ ("What is dialled"));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (result), 0);
  gtk_widget_set_name (result, "trial-result");
  trial->configuration = g_object_ref (configuration);
  trial->number = ADW_ENTRY_ROW (number);
  trial->result = ADW_ACTION_ROW (result);
  g_signal_connect_data (number, "changed", G_CALLBACK (on_changed), trial, trial_free, 0);
  g_signal_connect_object (settings, "changed::dialling-rules", G_CALLBACK (on_setting), number,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::emergency-numbers", G_CALLBACK (on_setting), number,
                           G_CONNECT_SWAPPED);
  show (trial);
  adw_preferences_group_add (group, number);
  adw_preferences_group_add (group, result);
}
