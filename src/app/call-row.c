/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "call-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "format.h"

/* TandemCallRow: one current call in the side pane: who, state, time, and the one or two buttons
 * that make sense now. For a list of a few; past calls are TandemRecordRow. */

struct _TandemCallRow
{
  GtkListBoxRow parent_instance;

  TandemCall *call;
  AdwAvatar *avatar;
  GtkImage *badge;
  GtkLabel *title_label;
  GtkLabel *state_label;
  GtkWidget *answer_button;
  GtkWidget *decline_button;
  GtkWidget *hang_up_button;
};

G_DEFINE_FINAL_TYPE (TandemCallRow, tandem_call_row, GTK_TYPE_LIST_BOX_ROW)

static void
set_css_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static char *
state_text (TandemCall *call)
{
  const char *queue = tandem_call_get_queue (call);
  const char *status = tandem_call_get_status_text (call);
  g_autofree char *time = NULL;

  switch (tandem_call_get_state (call))
    {
    case TANDEM_CALL_RINGING_HERE:
      if (queue != NULL && *queue != '\0')
        /* Translators: an incoming call, and the queue that it came from. */
        return g_strdup_printf (_ ("Incoming · %s"), queue);
      return g_strdup (_ ("Incoming call"));
    case TANDEM_CALL_CONNECTED:
      time = tandem_format_duration (tandem_call_get_duration (call));
      /* Translators: the state of a call, and how long it lasts. */
      return g_strdup_printf (tandem_call_get_muted (call) ? _ ("Muted · %s") : _ ("In call · %s"),
                              time);
    case TANDEM_CALL_CALLING:
    case TANDEM_CALL_DISCONNECTED:
    case TANDEM_CALL_RINGING_THERE:
    case TANDEM_CALL_EARLY_MEDIA:
    case TANDEM_CALL_ANSWERING:
    case TANDEM_CALL_REDIRECTED:
    case TANDEM_CALL_ENDED:
    default:
      return g_strdup (status != NULL ? status : "");
    }
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

/* The row's accessible name changes with the state and not with the seconds. */
static void
update (TandemCallRow *self)
{
  TandemCallState state = tandem_call_get_state (self->call);
  const char *name = tandem_call_get_peer_name (self->call);
  gboolean ringing = state == TANDEM_CALL_RINGING_HERE;
  gboolean connected = state == TANDEM_CALL_CONNECTED;
  gboolean muted = connected && tandem_call_get_muted (self->call);
  gboolean named = name != NULL && *name != '\0';
  g_autofree char *who
      = named ? g_strdup (name) : tandem_format_isolated (tandem_call_get_title (self->call));
  g_autofree char *text = state_text (self->call);
  g_autofree char *spoken
      = g_strdup_printf ("%s, %s", who, connected ? (muted ? _ ("Muted") : _ ("In Call")) : text);

  gtk_label_set_label (self->title_label, who);
  gtk_label_set_label (self->state_label, text);
  adw_avatar_set_text (self->avatar, named ? name : tandem_call_get_title (self->call));
  adw_avatar_set_show_initials (self->avatar, named);

  gtk_widget_set_visible (self->answer_button, ringing);
  gtk_widget_set_visible (self->decline_button, ringing);
  gtk_widget_set_visible (self->hang_up_button, !ringing && state != TANDEM_CALL_ENDED);
  name_button (self->answer_button, _ ("Answer %s"), who);
  name_button (self->decline_button, _ ("Decline %s"), who);
  name_button (self->hang_up_button, _ ("Hang up %s"), who);

  gtk_widget_set_visible (GTK_WIDGET (self->badge), connected);
  gtk_image_set_from_icon_name (self->badge, muted ? "tandem-microphone-muted-symbolic"
                                                   : "tandem-call-symbolic");
  set_css_class (GTK_WIDGET (self->badge), "muted", muted);
  set_css_class (GTK_WIDGET (self), "ringing-call", ringing);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
tandem_call_row_dispose (GObject *object)
{
  g_clear_object (&TANDEM_CALL_ROW (object)->call);
  G_OBJECT_CLASS (tandem_call_row_parent_class)->dispose (object);
}

static void
tandem_call_row_class_init (TandemCallRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_call_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tandemphone/Tandem/call-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, badge);
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, title_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, answer_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, decline_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, hang_up_button);
}

static void
tandem_call_row_init (TandemCallRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_call_row_new:
 * @call: a call
 *
 * Returns: (transfer floating): a row that follows @call
 */
GtkWidget *
tandem_call_row_new (TandemCall *call)
{
  TandemCallRow *self = g_object_new (TANDEM_TYPE_CALL_ROW, NULL);
  const struct
  {
    GtkWidget *button;
    const char *action;
  } buttons[] = {
    { self->answer_button, "app.answer" },
    { self->decline_button, "app.decline" },
    { self->hang_up_button, "app.hang-up" },
  };

  self->call = g_object_ref (call);
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (buttons[i].button), "s",
                                        tandem_call_get_id (call));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (buttons[i].button), buttons[i].action);
    }
  g_signal_connect_object (call, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * tandem_call_row_get_call:
 * @self: a row
 *
 * Returns: (transfer none): its call
 */
TandemCall *
tandem_call_row_get_call (TandemCallRow *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL_ROW (self), NULL);
  return self->call;
}
