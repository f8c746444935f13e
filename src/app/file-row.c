/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "file-row.h"

#include <glib/gi18n.h>

#include "setting-row.h"

/* TandemFileRow: a row of preferences for the path of a local file, with what holds while there is none.
 * Like the rows of setting-row.h it cannot be changed while a configuration file overrides it. */

struct _TandemFileRow
{
  AdwActionRow parent_instance;

  TandemConfiguration *configuration;
  GtkFileChooserNative *chooser;
  char *child;
  char *key;
  char *none;
  char **content_types;

  GtkWidget *clear_button;
  GtkWidget *choose_button;
};

G_DEFINE_FINAL_TYPE (TandemFileRow, tandem_file_row, ADW_TYPE_ACTION_ROW)

static void
update (TandemFileRow *self)
{
  g_autofree char *path
      = tandem_configuration_get_string (self->configuration, self->child, self->key);
  gboolean own = path != NULL && *path != '\0';
  g_autofree char *escaped = g_markup_escape_text (own ? path : self->none, -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), escaped);
  gtk_widget_set_visible (self->clear_button, own);
}

static void
store (TandemFileRow *self, const char *path)
{
  g_settings_set_string (tandem_configuration_get_settings (self->configuration, self->child),
                         self->key, path);
}

static void
on_clear_clicked (TandemFileRow *self)
{
  store (self, "");
}

static void
on_response (TandemFileRow *self, int response)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));

      tandem_file_row_set_file (self, file);
    }
  g_clear_object (&self->chooser);
}

static void
on_choose_clicked (TandemFileRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GtkFileFilter) likely = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) any = gtk_file_filter_new ();
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));

  g_clear_object (&self->chooser);
  self->chooser
      = gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                     GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  if (self->content_types != NULL)
    {
      gtk_file_filter_set_name (likely, title);
      for (guint i = 0; self->content_types[i] != NULL; i++)
        gtk_file_filter_add_mime_type (likely, self->content_types[i]);
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), likely);
    }
  gtk_file_filter_set_name (any, _ ("All files"));
  gtk_file_filter_add_pattern (any, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), any);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_response), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
tandem_file_row_dispose (GObject *object)
{
  TandemFileRow *self = TANDEM_FILE_ROW (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->configuration);
  g_clear_pointer (&self->child, g_free);
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->none, g_free);
  g_clear_pointer (&self->content_types, g_strfreev);
  G_OBJECT_CLASS (tandem_file_row_parent_class)->dispose (object);
}

static void
tandem_file_row_class_init (TandemFileRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_file_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tandemphone/Tandem/file-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemFileRow, clear_button);
  gtk_widget_class_bind_template_child (widget_class, TandemFileRow, choose_button);
  gtk_widget_class_bind_template_callback (widget_class, on_clear_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_clicked);
}

static void
tandem_file_row_init (TandemFileRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_file_row_bind:
 * @self: a row with its title
 * @configuration: the configuration
 * @child: a child of the schema
 * @key: a key of it, the path of a file or empty
 * @none: what holds while it is empty, translated
 * @content_types: (nullable): the types of files that are offered first
 */
void
tandem_file_row_bind (TandemFileRow *self,
                      TandemConfiguration *configuration,
                      const char *child,
                      const char *key,
                      const char *none,
                      const char *const *content_types)
{
  g_autofree char *changed = g_strconcat ("changed::", key, NULL);
  /* Translators: the title of a row with a file: "Certificate authorities: choose a file". */
  g_autofree char *choose = g_strdup_printf (
      _ ("%s: choose a file"), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)));

  g_return_if_fail (TANDEM_IS_FILE_ROW (self));
  g_return_if_fail (self->configuration == NULL);

  self->configuration = g_object_ref (configuration);
  self->child = g_strdup (child);
  self->key = g_strdup (key);
  self->none = g_strdup (none);
  self->content_types = g_strdupv ((GStrv) content_types);
  gtk_widget_set_tooltip_text (self->clear_button, none);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->clear_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, none, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choose_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, choose, -1);
  g_signal_connect_object (tandem_configuration_get_settings (configuration, child), changed,
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  tandem_setting_explain_override (GTK_WIDGET (self), configuration, child, key);
  update (self);
}

/**
 * tandem_file_row_set_file:
 * @self: a bound row
 * @file: what was chosen
 *
 * Stores the path of @file, or says that it cannot be used.
 */
void
tandem_file_row_set_file (TandemFileRow *self, GFile *file)
{
  g_autofree char *path = NULL;

  g_return_if_fail (TANDEM_IS_FILE_ROW (self));

  path = g_file_get_path (file);
  if (path != NULL && g_utf8_validate (path, -1, NULL))
    store (self, path);
  else
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self), _ ("Only a local file can be used"));
}
