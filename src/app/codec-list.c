/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "codec-list.h"

#include <glib/gi18n.h>

#include "setting-row.h"

/* TandemCodecList: the codecs in order of priority, each with a switch and buttons that move it,
 * stored in the setting audio/codecs. Codecs that are off stand at the end. One that cannot be used
 * says why. */

struct _TandemCodecList
{
  AdwBin parent_instance;

  TandemPhone *phone;
  GSettings *settings;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (TandemCodecList, tandem_codec_list, ADW_TYPE_BIN)

static const struct
{
  const char *codec;
  const char *name;
  const char *what;
} known[] = {
  { "opus", "Opus", N_ ("Best sound, least bandwidth") },
  { "G722", "G.722", N_ ("Wide band") },
  { "PCMU", "PCMU", N_ ("G.711 µ-law: telephone quality, works everywhere") },
  { "PCMA", "PCMA", N_ ("G.711 A-law: telephone quality, works everywhere") },
};

static const char *
name_of (const char *codec)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_ascii_strcasecmp (known[i].codec, codec) == 0)
      return known[i].name;
  return codec;
}

static const char *
description_of (const char *codec)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_ascii_strcasecmp (known[i].codec, codec) == 0)
      return _ (known[i].what);
  return NULL;
}

static gboolean
contains (const char *const *codecs, const char *codec)
{
  for (guint i = 0; codecs != NULL && codecs[i] != NULL; i++)
    if (g_ascii_strcasecmp (codecs[i], codec) == 0)
      return TRUE;
  return FALSE;
}

static const char *
codec_of (gpointer widget)
{
  GtkWidget *row = gtk_widget_get_ancestor (widget, ADW_TYPE_ACTION_ROW);

  return g_object_get_data (G_OBJECT (row), "codec");
}

/* Moves codec by one place among those that are on. */
static void
move (TandemCodecList *self, const char *codec, int by)
{
  g_auto (GStrv) codecs = g_settings_get_strv (self->settings, "codecs");
  int n = (int) g_strv_length (codecs);

  for (int i = 0; i < n; i++)
    if (g_ascii_strcasecmp (codecs[i], codec) == 0 && i + by >= 0 && i + by < n)
      {
        char *other = codecs[i + by];

        codecs[i + by] = codecs[i];
        codecs[i] = other;
        g_settings_set_strv (self->settings, "codecs", (const char *const *) codecs);
        return;
      }
}

static void
on_up_clicked (GtkButton *button, TandemCodecList *self)
{
  g_autofree char *codec = g_strdup (codec_of (button));

  move (self, codec, -1);
}

static void
on_down_clicked (GtkButton *button, TandemCodecList *self)
{
  g_autofree char *codec = g_strdup (codec_of (button));

  move (self, codec, 1);
}

static void
on_active_changed (GtkSwitch *button, GParamSpec *pspec, TandemCodecList *self)
{
  g_auto (GStrv) codecs = g_settings_get_strv (self->settings, "codecs");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) changed = NULL;
  const char *codec = codec_of (button);

  for (guint i = 0; codecs[i] != NULL; i++)
    if (g_ascii_strcasecmp (codecs[i], codec) != 0)
      g_strv_builder_add (builder, codecs[i]);
  if (gtk_switch_get_active (button))
    g_strv_builder_add (builder, codec);
  changed = g_strv_builder_end (builder);

  /* A phone without a codec cannot talk: the last one stays. */
  if (changed[0] == NULL)
    gtk_switch_set_active (button, TRUE);
  else
    g_settings_set_strv (self->settings, "codecs", (const char *const *) changed);
}

static void
name_widget (GtkWidget *widget, const char *format, const char *codec)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_autofree char *name = g_strdup_printf (format, codec);
#pragma GCC diagnostic pop

  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static GtkWidget *
create_button (const char *icon, const char *tooltip, gboolean sensitive)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (button, sensitive);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

static void
add_row (TandemCodecList *self, const char *codec, gboolean on, gboolean first, gboolean last)
{
  const char *why_not = tandem_phone_why_not_codec (self->phone, codec);
  const char *subtitle = why_not != NULL ? why_not : description_of (codec);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *up = create_button ("go-up-symbolic", _ ("Earlier"), on && !first);
  GtkWidget *down = create_button ("go-down-symbolic", _ ("Later"), on && !last);
  GtkWidget *button = gtk_switch_new ();

  g_object_set_data_full (G_OBJECT (row), "codec", g_strdup (codec), g_free);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name_of (codec));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle != NULL ? subtitle : "");
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_switch_set_active (GTK_SWITCH (button), on);
  gtk_widget_set_sensitive (button, why_not == NULL || on);
  name_widget (up, _ ("Move %s up"), name_of (codec));
  name_widget (down, _ ("Move %s down"), name_of (codec));
  name_widget (button, _ ("Use %s"), name_of (codec));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), up);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), down);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  g_signal_connect (up, "clicked", G_CALLBACK (on_up_clicked), self);
  g_signal_connect (down, "clicked", G_CALLBACK (on_down_clicked), self);
  g_signal_connect (button, "notify::active", G_CALLBACK (on_active_changed), self);
  gtk_list_box_append (self->list, row);
}

static void
fill (TandemCodecList *self)
{
  g_auto (GStrv) on = g_settings_get_strv (self->settings, "codecs");
  g_auto (GStrv) all = tandem_phone_list_codecs (self->phone);
  guint n = g_strv_length (on);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);

  for (guint i = 0; i < n; i++)
    add_row (self, on[i], TRUE, i == 0, i + 1 == n);
  for (guint i = 0; all != NULL && all[i] != NULL; i++)
    if (!contains ((const char *const *) on, all[i]))
      add_row (self, all[i], FALSE, FALSE, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (!contains ((const char *const *) on, known[i].codec)
        && !contains ((const char *const *) all, known[i].codec))
      add_row (self, known[i].codec, FALSE, FALSE, FALSE);
}

static gboolean
on_fill (gpointer data)
{
  if (TANDEM_CODEC_LIST (data)->phone != NULL)
    fill (data);
  return G_SOURCE_REMOVE;
}

/* Not at once: the row whose button was pressed goes when the list is filled anew. */
static void
on_codecs_changed (TandemCodecList *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_fill, g_object_ref (self), g_object_unref);
}

static void
tandem_codec_list_dispose (GObject *object)
{
  TandemCodecList *self = TANDEM_CODEC_LIST (object);

  g_clear_object (&self->phone);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (tandem_codec_list_parent_class)->dispose (object);
}

static void
tandem_codec_list_class_init (TandemCodecListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_codec_list_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/codec-list.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemCodecList, list);
}

static void
tandem_codec_list_init (TandemCodecList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_codec_list_bind:
 * @self: an empty list
 * @phone: knows which codecs there are
 * @configuration: the setting
 */
void
tandem_codec_list_bind (TandemCodecList *self,
                        TandemPhone *phone,
                        TandemConfiguration *configuration)
{
  g_return_if_fail (TANDEM_IS_CODEC_LIST (self));
  g_return_if_fail (self->phone == NULL);

  self->phone = g_object_ref (phone);
  self->settings = g_object_ref (tandem_configuration_get_settings (configuration, "audio"));
  tandem_setting_explain_override (GTK_WIDGET (self), configuration, "audio", "codecs");
  g_signal_connect_object (self->settings, "changed::codecs", G_CALLBACK (on_codecs_changed), self,
                           G_CONNECT_SWAPPED);
  fill (self);
}
