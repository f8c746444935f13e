/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "colleague-row.h"

#include <glib/gi18n.h>

#include "call-words.h"
#include "format.h"

/* TandemColleagueRow: one colleague in the list: who, how it is there now in words and with an icon of
 * its own shape, and the buttons that call, or pick up what rings there. Property "colleague"
 * (nullable); the list view gives it another one when it scrolls. */

struct _TandemColleagueRow
{
  GtkWidget parent_instance;

  TandemColleague *colleague;
  GtkImage *icon;
  GtkLabel *colleague_name_label;
  GtkLabel *colleague_state_label;
  GtkWidget *pick_up_button;
  GtkWidget *colleague_call_button;
};

enum
{
  PROP_COLLEAGUE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TandemColleagueRow, tandem_colleague_row, GTK_TYPE_WIDGET)

static char *
state_text (TandemColleague *colleague)
{
  const char *state = tandem_colleague_get_state_text (colleague);
  const char *caller = tandem_colleague_get_caller (colleague);
  const char *note = tandem_colleague_get_note (colleague);
  g_autofree char *isolated = NULL;

  if (caller != NULL && tandem_colleague_get_state (colleague) == TANDEM_COLLEAGUE_RINGING)
    {
      isolated = tandem_format_isolated (caller);
      /* Translators: "Ringing", and who calls there. */
      return g_strdup_printf (_ ("%s: %s"), state, isolated);
    }
  if (note != NULL && *note != '\0')
    return g_strdup_printf (_ ("%s · %s"), state, note);
  return g_strdup (state);
}

static void
name_button (GtkWidget *button, const char *format, const char *who)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_autofree char *name = g_strdup_printf (format, who);
#pragma GCC diagnostic pop

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_tooltip_text (button, name);
}

static void
update (TandemColleagueRow *self)
{
  TandemColleagueState state = tandem_colleague_get_state (self->colleague);
  const char *name = tandem_colleague_get_name (self->colleague);
  g_autofree char *address
      = tandem_format_isolated (tandem_colleague_get_address (self->colleague));
  const char *who = name != NULL && *name != '\0' ? name : address;
  g_autofree char *words = state_text (self->colleague);
  g_autofree char *spoken = g_strjoin (", ", who, words, NULL);

  gtk_label_set_label (self->colleague_name_label, who);
  gtk_label_set_label (self->colleague_state_label, words);
  gtk_image_set_from_icon_name (self->icon, tandem_colleague_icon_name (state));
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon),
                              (const char *[]){ tandem_colleague_css_class (state), NULL });
  gtk_widget_set_visible (self->pick_up_button, tandem_colleague_can_pick_up (self->colleague));
  name_button (self->pick_up_button, _ ("Pick up the call of %s"), who);
  name_button (self->colleague_call_button, _ ("Call %s"), who);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
set_colleague (TandemColleagueRow *self, TandemColleague *colleague)
{
  if (self->colleague == colleague)
    return;
  if (self->colleague != NULL)
    g_signal_handlers_disconnect_by_func (self->colleague, update, self);
  g_set_object (&self->colleague, colleague);
  if (colleague != NULL)
    {
      const char *address = tandem_colleague_get_address (colleague);

      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->pick_up_button), "s", address);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->pick_up_button), "app.pick-up");
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->colleague_call_button), "s",
                                        tandem_colleague_get_uri (colleague));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->colleague_call_button), "win.call");
      g_signal_connect_object (colleague, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      update (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COLLEAGUE]);
}

static void
tandem_colleague_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemColleagueRow *self = TANDEM_COLLEAGUE_ROW (object);

  if (id == PROP_COLLEAGUE)
    g_value_set_object (value, self->colleague);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tandem_colleague_row_set_property (GObject *object,
                                   guint id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  if (id == PROP_COLLEAGUE)
    set_colleague (TANDEM_COLLEAGUE_ROW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tandem_colleague_row_dispose (GObject *object)
{
  GtkWidget *child;

  set_colleague (TANDEM_COLLEAGUE_ROW (object), NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (tandem_colleague_row_parent_class)->dispose (object);
}

static void
tandem_colleague_row_class_init (TandemColleagueRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_colleague_row_dispose;
  G_OBJECT_CLASS (klass)->get_property = tandem_colleague_row_get_property;
  G_OBJECT_CLASS (klass)->set_property = tandem_colleague_row_set_property;

  properties[PROP_COLLEAGUE]
      = g_param_spec_object ("colleague", NULL, NULL, TANDEM_TYPE_COLLEAGUE,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/colleague-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemColleagueRow, icon);
  gtk_widget_class_bind_template_child (widget_class, TandemColleagueRow, colleague_name_label);
  gtk_widget_class_bind_template_child (widget_class, TandemColleagueRow, colleague_state_label);
  gtk_widget_class_bind_template_child (widget_class, TandemColleagueRow, pick_up_button);
  gtk_widget_class_bind_template_child (widget_class, TandemColleagueRow, colleague_call_button);
}

static void
tandem_colleague_row_init (TandemColleagueRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
