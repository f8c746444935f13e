/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "call-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "call-words.h"
#include "format.h"
#include "incoming-menu.h"

/* TandemCallRow: one current call in the side pane: who, state, time, and the one or two buttons
 * that make sense now. A row that is drawn onto another one offers to join the two calls. For a list of
 * a few; past calls are TandemRecordRow. */

struct _TandemCallRow
{
  GtkListBoxRow parent_instance;

  TandemCall *call;
  GtkWidget *joining; /* the menu after a drop */

  AdwAvatar *avatar;
  GtkImage *badge;
  GtkLabel *title_label;
  GtkLabel *state_label;
  GtkLabel *notice_label;
  GtkWidget *answer_button;
  GtkWidget *decline_button;
  GtkMenuButton *more_button;
  GtkWidget *hold_button;
  GtkWidget *keep_trying_button;
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

static const char *
connected_text (TandemCall *call)
{
  if (tandem_call_is_hold_pending (call))
    return tandem_call_is_held_here (call) ? _ ("Retrieving…") : _ ("Putting on hold…");
  switch (tandem_call_get_hold (call))
    {
    case TANDEM_HOLD_LOCAL:
      return tandem_call_is_hold_reminder (call) ? _ ("Still on hold") : _ ("On hold");
    case TANDEM_HOLD_REMOTE:
      return _ ("Held by the other side");
    case TANDEM_HOLD_BOTH:
      return _ ("Held by both sides");
    case TANDEM_HOLD_NONE:
    default:
      if (tandem_call_is_in_conference (call))
        return tandem_call_is_party_muted (call) ? _ ("Muted by you") : _ ("In conference");
      if (tandem_call_get_muted (call))
        return _ ("Muted");
      return tandem_call_get_consults (call) != NULL ? _ ("Consultation") : _ ("In call");
    }
}

/* without_time: for screen readers, that are told of changes and not of seconds. */
static char *
state_text (TandemCall *call, gboolean without_time)
{
  const char *queue = tandem_call_get_queue (call);
  const char *status = tandem_call_get_status_text (call);
  g_autofree char *time = NULL;
  char *auto_answer;

  switch (tandem_call_get_state (call))
    {
    case TANDEM_CALL_RINGING_HERE:
      auto_answer = without_time ? NULL : tandem_call_words_auto_answer (call);
      if (auto_answer != NULL)
        return auto_answer;
      if (queue != NULL && *queue != '\0')
        /* Translators: an incoming call, and the queue that it came from. */
        return g_strdup_printf (_ ("Incoming · %s"), queue);
      return g_strdup (_ ("Incoming call"));
    case TANDEM_CALL_CONNECTED:
      if (without_time)
        return g_strdup (connected_text (call));
      time = tandem_format_duration (tandem_call_get_hold (call) != TANDEM_HOLD_NONE
                                         ? tandem_call_get_hold_duration (call)
                                         : tandem_call_get_duration (call));
      /* Translators: the state of a call, and how long it lasts. */
      return g_strdup_printf (_ ("%s · %s"), connected_text (call), time);
    case TANDEM_CALL_ANSWERING:
      if (tandem_call_is_unconfirmed (call))
        return g_strdup (_ ("Not yet confirmed"));
      return g_strdup (status != NULL ? status : "");
    case TANDEM_CALL_CALLING:
    case TANDEM_CALL_DISCONNECTED:
    case TANDEM_CALL_RINGING_THERE:
    case TANDEM_CALL_EARLY_MEDIA:
    case TANDEM_CALL_REDIRECTED:
    case TANDEM_CALL_ENDED:
    default:
      return g_strdup (status != NULL ? status : "");
    }
}

/* (transfer full) (nullable): what the agent should know beside the state. */
static char *
notice_of (TandemCall *call)
{
  char *referral = tandem_call_words_referral (call);

  if (referral != NULL)
    return referral;
  if (tandem_call_get_transfer (call) != TANDEM_TRANSFER_NONE
      && tandem_call_get_transfer_text (call) != NULL)
    return g_strdup (tandem_call_get_transfer_text (call));
  if (tandem_call_get_hold_problem (call) != NULL)
    return g_strdup (tandem_call_get_hold_problem (call));
  return tandem_call_is_unconfirmed (call) ? NULL : g_strdup (tandem_call_get_notice (call));
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
update_buttons (TandemCallRow *self, const char *who)
{
  TandemCallState state = tandem_call_get_state (self->call);
  gboolean ringing = state == TANDEM_CALL_RINGING_HERE;
  gboolean connected = state == TANDEM_CALL_CONNECTED;
  gboolean unconfirmed = tandem_call_is_unconfirmed (self->call);
  gboolean held = connected && tandem_call_is_held_here (self->call);

  gtk_widget_set_visible (self->answer_button, ringing);
  gtk_widget_set_visible (self->decline_button, ringing);
  gtk_widget_set_visible (GTK_WIDGET (self->more_button), ringing);
  gtk_widget_set_visible (self->hold_button, connected);
  gtk_widget_set_sensitive (self->hold_button, !tandem_call_is_hold_pending (self->call));
  gtk_button_set_icon_name (GTK_BUTTON (self->hold_button),
                            held ? "tandem-retrieve-symbolic" : "tandem-hold-symbolic");
  gtk_widget_set_visible (self->keep_trying_button, unconfirmed);
  gtk_widget_set_visible (self->hang_up_button, !ringing && state != TANDEM_CALL_ENDED);
  name_button (self->answer_button, _ ("Answer %s"), who);
  name_button (self->decline_button, _ ("Decline %s"), who);
  name_button (self->hold_button, held ? _ ("Retrieve %s") : _ ("Hold %s"), who);
  name_button (self->keep_trying_button, _ ("Keep trying %s"), who);
  name_button (self->hang_up_button, unconfirmed ? _ ("Release %s") : _ ("Hang up %s"), who);
}

static void
update_badge (TandemCallRow *self)
{
  gboolean connected = tandem_call_get_state (self->call) == TANDEM_CALL_CONNECTED;
  gboolean conference = connected && tandem_call_is_in_conference (self->call);
  gboolean held = connected && tandem_call_get_hold (self->call) != TANDEM_HOLD_NONE;
  gboolean muted = connected && !held && tandem_call_get_muted (self->call);

  gtk_widget_set_visible (GTK_WIDGET (self->badge), connected);
  gtk_image_set_from_icon_name (self->badge, held         ? "tandem-hold-symbolic"
                                             : muted      ? "tandem-microphone-muted-symbolic"
                                             : conference ? "tandem-conference-symbolic"
                                                          : "tandem-call-symbolic");
  set_css_class (GTK_WIDGET (self->badge), "muted", muted);
  set_css_class (GTK_WIDGET (self->badge), "held", held);
}

static void
update_time (TandemCallRow *self)
{
  g_autofree char *text = state_text (self->call, FALSE);

  gtk_label_set_label (self->state_label, text);
}

/* The row's accessible name changes with the state and not with the seconds. */
static void
update (TandemCallRow *self)
{
  const char *name = tandem_call_get_peer_name (self->call);
  g_autofree char *notice = notice_of (self->call);
  gboolean held = tandem_call_is_held_here (self->call);
  gboolean named = name != NULL && *name != '\0';
  g_autofree char *who = tandem_call_words_who (self->call);
  g_autofree char *state = state_text (self->call, TRUE);
  g_autofree char *spoken = g_strjoin (", ", who, state, notice, NULL);

  gtk_label_set_label (self->title_label, who);
  update_time (self);
  gtk_label_set_label (self->notice_label, notice != NULL ? notice : "");
  gtk_widget_set_visible (GTK_WIDGET (self->notice_label), notice != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->notice_label), notice);
  adw_avatar_set_text (self->avatar, named ? name : tandem_call_get_title (self->call));
  adw_avatar_set_show_initials (self->avatar, named);
  update_buttons (self, who);
  update_badge (self);
  set_css_class (GTK_WIDGET (self), "ringing-call",
                 tandem_call_get_state (self->call) == TANDEM_CALL_RINGING_HERE);
  set_css_class (GTK_WIDGET (self->state_label), "held-words", held);
  set_css_class (GTK_WIDGET (self), "held-reminder",
                 held && tandem_call_is_hold_reminder (self->call));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
on_notify (TandemCall *call, GParamSpec *pspec, TandemCallRow *self)
{
  if (tandem_call_is_clock (pspec) || g_str_equal (g_param_spec_get_name (pspec), "auto-answer-in"))
    update_time (self);
  else
    update (self);
}

/* --- Drawing one row onto another ------------------------------------------------------------ */

static GdkContentProvider *
on_drag_prepare (GtkDragSource *source, double x, double y, TandemCallRow *self)
{
  if (tandem_call_get_state (self->call) != TANDEM_CALL_CONNECTED)
    return NULL;
  return gdk_content_provider_new_typed (TANDEM_TYPE_CALL, self->call);
}

static void
on_drag_begin (GtkDragSource *source, GdkDrag *drag, TandemCallRow *self)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, paintable, 0, 0);
}

/* Two callers are not joined by a slip of the hand: it is asked what is meant. */
static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, TandemCallRow *self)
{
  TandemCall *other = g_value_get_object (value);
  const char *id = tandem_call_get_id (self->call);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *label = NULL;
  g_autoptr (GMenuItem) connect = NULL;
  g_autoptr (GMenuItem) merge = NULL;

  if (other == NULL || other == self->call
      || tandem_call_get_state (self->call) != TANDEM_CALL_CONNECTED
      || tandem_call_get_state (other) != TANDEM_CALL_CONNECTED)
    return FALSE;
  one = tandem_call_words_who_within (other);
  two = tandem_call_words_who_within (self->call);
  /* Translators: a transfer between two calls that are there. */
  label = g_strdup_printf (_ ("Connect %s with %s"), one, two);
  connect = g_menu_item_new (label, NULL);
  g_menu_item_set_action_and_target (connect, "app.connect", "(ss)", tandem_call_get_id (other),
                                     id);
  g_menu_append_item (menu, connect);
  merge = g_menu_item_new (_ ("Talk Together"), NULL);
  g_menu_item_set_action_and_target (
      merge, "app.merge", "s",
      tandem_call_is_held_here (self->call) ? id : tandem_call_get_id (other));
  g_menu_append_item (menu, merge);

  g_clear_pointer (&self->joining, gtk_widget_unparent);
  self->joining = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_widget_set_parent (self->joining, GTK_WIDGET (self));
  gtk_popover_popup (GTK_POPOVER (self->joining));
  return TRUE;
}

static void
add_dragging (TandemCallRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (TANDEM_TYPE_CALL, GDK_ACTION_COPY);

  g_signal_connect (source, "prepare", G_CALLBACK (on_drag_prepare), self);
  g_signal_connect (source, "drag-begin", G_CALLBACK (on_drag_begin), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
tandem_call_row_dispose (GObject *object)
{
  TandemCallRow *self = TANDEM_CALL_ROW (object);

  g_clear_pointer (&self->joining, gtk_widget_unparent);
  g_clear_object (&self->call);
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
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, notice_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, answer_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, decline_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, more_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, hold_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, keep_trying_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallRow, hang_up_button);
}

static void
tandem_call_row_init (TandemCallRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_dragging (self);
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
    { self->answer_button, "app.answer" },    { self->decline_button, "app.decline" },
    { self->hold_button, "app.toggle-hold" }, { self->keep_trying_button, "app.keep-trying" },
    { self->hang_up_button, "app.hang-up" },
  };

  self->call = g_object_ref (call);
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (buttons[i].button), "s",
                                        tandem_call_get_id (call));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (buttons[i].button), buttons[i].action);
    }
  tandem_incoming_menu_attach (self->more_button, call);
  g_signal_connect_object (call, "notify", G_CALLBACK (on_notify), self, 0);
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
