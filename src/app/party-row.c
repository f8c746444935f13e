/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "party-row.h"

#include <glib/gi18n.h>

#include "call-words.h"
#include "format.h"

/* TandemPartyRow: one party of a conference on the call page: who, whether the others hear them, and
 * buttons that mute them, take them out or hang up. */

struct _TandemPartyRow
{
  GtkListBoxRow parent_instance;

  TandemCall *call;
  GtkLabel *party_title_label;
  GtkLabel *party_state_label;
  GtkWidget *party_mute_button;
  GtkWidget *party_split_button;
  GtkWidget *party_hang_up_button;
};

G_DEFINE_FINAL_TYPE (TandemPartyRow, tandem_party_row, GTK_TYPE_LIST_BOX_ROW)

static const char *
state_text (TandemCall *call)
{
  if (tandem_call_is_party_muted (call))
    return _ ("Muted by you");
  if (tandem_call_get_hold (call) == TANDEM_HOLD_REMOTE)
    return _ ("Holds the conference");
  return _ ("Can be heard");
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
update_time (TandemPartyRow *self)
{
  g_autofree char *time = tandem_format_duration (tandem_call_get_duration (self->call));
  /* Translators: the state of a call, and how long it lasts. */
  g_autofree char *text = g_strdup_printf (_ ("%s · %s"), state_text (self->call), time);

  gtk_label_set_label (self->party_state_label, text);
}

static void
update (TandemPartyRow *self)
{
  gboolean muted = tandem_call_is_party_muted (self->call);
  const char *icon = muted ? "tandem-microphone-muted-symbolic" : "tandem-microphone-symbolic";
  g_autofree char *who = tandem_call_words_who (self->call);
  g_autofree char *spoken = g_strjoin (", ", who, state_text (self->call), NULL);

  gtk_label_set_label (self->party_title_label, who);
  update_time (self);
  gtk_button_set_icon_name (GTK_BUTTON (self->party_mute_button), icon);
  gtk_widget_set_css_classes (
      self->party_mute_button,
      (const char *[]){ "circular", "flat", muted ? "party-muted" : NULL, NULL });
  gtk_widget_set_css_classes (
      GTK_WIDGET (self->party_state_label),
      (const char *[]){ "caption", "numeric", muted ? "missed-call" : "dim-label", NULL });
  name_button (self->party_mute_button, muted ? _ ("Let %s be heard") : _ ("Mute %s for everybody"),
               who);
  name_button (self->party_split_button, _ ("Take %s out of the conference"), who);
  name_button (self->party_hang_up_button, _ ("Hang up %s"), who);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
on_notify (TandemCall *call, GParamSpec *pspec, TandemPartyRow *self)
{
  if (tandem_call_is_clock (pspec))
    update_time (self);
  else
    update (self);
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType modifiers,
        TandemPartyRow *self)
{
  GtkWidget *button = NULL;

  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete)
    button = self->party_hang_up_button;
  else if (keyval == GDK_KEY_m || keyval == GDK_KEY_M)
    button = self->party_mute_button;
  else if (keyval == GDK_KEY_s || keyval == GDK_KEY_S)
    button = self->party_split_button;
  if (button == NULL)
    return GDK_EVENT_PROPAGATE;
  g_signal_emit_by_name (button, "clicked");
  return GDK_EVENT_STOP;
}

static void
tandem_party_row_dispose (GObject *object)
{
  g_clear_object (&TANDEM_PARTY_ROW (object)->call);
  G_OBJECT_CLASS (tandem_party_row_parent_class)->dispose (object);
}

static void
tandem_party_row_class_init (TandemPartyRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_party_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/party-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemPartyRow, party_title_label);
  gtk_widget_class_bind_template_child (widget_class, TandemPartyRow, party_state_label);
  gtk_widget_class_bind_template_child (widget_class, TandemPartyRow, party_mute_button);
  gtk_widget_class_bind_template_child (widget_class, TandemPartyRow, party_split_button);
  gtk_widget_class_bind_template_child (widget_class, TandemPartyRow, party_hang_up_button);
}

static void
tandem_party_row_init (TandemPartyRow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * tandem_party_row_new:
 * @call: a call that is in the conference
 *
 * Returns: (transfer floating): a row that follows @call
 */
GtkWidget *
tandem_party_row_new (TandemCall *call)
{
  TandemPartyRow *self = g_object_new (TANDEM_TYPE_PARTY_ROW, NULL);
  const char *id = tandem_call_get_id (call);

  self->call = g_object_ref (call);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->party_mute_button), "(ss)", id, "toggle");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->party_mute_button), "app.mute-party");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->party_split_button), "s", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->party_split_button), "app.split");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->party_hang_up_button), "s", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->party_hang_up_button), "app.hang-up");
  g_signal_connect_object (call, "notify", G_CALLBACK (on_notify), self, 0);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * tandem_party_row_get_call:
 * @self: a row
 *
 * Returns: (transfer none): its call
 */
TandemCall *
tandem_party_row_get_call (TandemPartyRow *self)
{
  g_return_val_if_fail (TANDEM_IS_PARTY_ROW (self), NULL);
  return self->call;
}
