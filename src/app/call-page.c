/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "call-page.h"

#include <glib/gi18n.h>

#include <string.h>

#include "announce.h"
#include "call-notice.h"
#include "dial-pad.h"
#include "format.h"

/* TandemCallPage: one call, large: who, queue, state, timer, the tiles, and the one or two big
 * buttons that its state allows. The keypad replaces only the upper part, so that timer, Mute and
 * Hang Up never move. Also shows a call that has ended, for as long as the window leaves it here.
 * Signal "keypad-changed": the keypad was opened or closed. */

struct _TandemCallPage
{
  AdwBin parent_instance;

  TandemCall *call;
  char *announced;
  GString *tones;

  TandemCallNotice *notice;

  GtkStack *who_stack;
  AdwAvatar *avatar;
  GtkLabel *title_label;
  GtkLabel *address_label;
  GtkLabel *queue_label;
  GtkLabel *tones_label;
  GtkWidget *dial_pad;
  GtkWidget *state_box;
  GtkImage *state_icon;
  GtkLabel *state_label;
  GtkLabel *hold_timer_label;
  GtkLabel *timer_label;
  GtkWidget *tiles;
  GtkWidget *mute_button;
  GtkImage *mute_icon;
  GtkLabel *mute_label;
  GtkWidget *hold_button;
  GtkStack *hold_stack;
  GtkImage *hold_icon;
  GtkSpinner *hold_spinner;
  GtkLabel *hold_label;
  GtkStack *buttons_stack;
  GtkWidget *hang_up_button;
  GtkWidget *decline_button;
  GtkWidget *answer_button;
  GtkWidget *cancel_button;
  GtkWidget *follow_button;
  GtkWidget *release_button;
  GtkWidget *keep_trying_button;
  GtkWidget *again_button;
};

enum
{
  SIGNAL_KEYPAD_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TandemCallPage, tandem_call_page, ADW_TYPE_BIN)

static const char *
buttons_of (TandemCall *call)
{
  switch (tandem_call_get_state (call))
    {
    case TANDEM_CALL_RINGING_HERE:
      return "ringing";
    case TANDEM_CALL_REDIRECTED:
      return "redirected";
    case TANDEM_CALL_ENDED:
      return "ended";
    case TANDEM_CALL_CALLING:
    case TANDEM_CALL_DISCONNECTED:
    case TANDEM_CALL_RINGING_THERE:
    case TANDEM_CALL_EARLY_MEDIA:
    case TANDEM_CALL_CONNECTED:
      return "talking";
    case TANDEM_CALL_ANSWERING:
    default:
      return tandem_call_is_unconfirmed (call) ? "unconfirmed" : "talking";
    }
}

static gboolean
is_held_here (TandemCall *call)
{
  TandemHold hold = tandem_call_get_hold (call);

  return tandem_call_get_state (call) == TANDEM_CALL_CONNECTED
         && (hold == TANDEM_HOLD_LOCAL || hold == TANDEM_HOLD_BOTH);
}

static const char *
connected_text (TandemCall *call)
{
  const char *status = tandem_call_get_status_text (call);

  if (tandem_call_is_hold_pending (call))
    return is_held_here (call) ? _ ("Retrieving the call…") : _ ("Putting on hold…");
  switch (tandem_call_get_hold (call))
    {
    case TANDEM_HOLD_LOCAL:
      return _ ("On hold");
    case TANDEM_HOLD_REMOTE:
      return _ ("The other side holds this call");
    case TANDEM_HOLD_BOTH:
      return _ ("Both sides hold this call");
    case TANDEM_HOLD_NONE:
    default:
      if (tandem_call_get_muted (call))
        return _ ("Your microphone is muted");
      return status != NULL ? status : "";
    }
}

static char *
state_text (TandemCall *call)
{
  const char *status = tandem_call_get_status_text (call);
  const char *failure = tandem_call_get_failure (call);
  const char *target = tandem_call_get_target (call);

  switch (tandem_call_get_state (call))
    {
    case TANDEM_CALL_CONNECTED:
      return g_strdup (connected_text (call));
    case TANDEM_CALL_ANSWERING:
      if (tandem_call_is_unconfirmed (call))
        return g_strdup (_ ("Answering… not yet confirmed"));
      break;
    case TANDEM_CALL_REDIRECTED:
      if (target != NULL)
        {
          g_autofree char *isolated = tandem_format_isolated (target);

          return g_strdup_printf (_ ("This call was redirected to %s. Call there?"), isolated);
        }
      break;
    case TANDEM_CALL_ENDED:
      if (failure != NULL)
        return g_strdup (failure);
      return g_strdup (_ ("Call ended"));
    case TANDEM_CALL_CALLING:
    case TANDEM_CALL_DISCONNECTED:
    case TANDEM_CALL_RINGING_THERE:
    case TANDEM_CALL_EARLY_MEDIA:
    case TANDEM_CALL_RINGING_HERE:
    default:
      break;
    }
  return g_strdup (status != NULL ? status : "");
}

static const char *
look_of (TandemCall *call)
{
  switch (tandem_call_get_state (call))
    {
    case TANDEM_CALL_CONNECTED:
      if (is_held_here (call))
        return "held";
      if (tandem_call_get_hold (call) == TANDEM_HOLD_REMOTE)
        return "held-there";
      return tandem_call_get_muted (call) ? "muted" : "talking";
    case TANDEM_CALL_RINGING_THERE:
    case TANDEM_CALL_EARLY_MEDIA:
    case TANDEM_CALL_RINGING_HERE:
      return "talking";
    case TANDEM_CALL_ANSWERING:
      return tandem_call_is_unconfirmed (call) ? "unconfirmed" : "talking";
    case TANDEM_CALL_ENDED:
      return tandem_call_get_duration (call) > 0 ? "waiting" : "over";
    case TANDEM_CALL_CALLING:
    case TANDEM_CALL_DISCONNECTED:
    case TANDEM_CALL_REDIRECTED:
    default:
      return "waiting";
    }
}

static const char *
icon_of (const char *look)
{
  if (g_str_equal (look, "muted"))
    return "tandem-microphone-muted-symbolic";
  if (g_str_equal (look, "held") || g_str_equal (look, "held-there"))
    return "tandem-hold-symbolic";
  if (g_str_equal (look, "unconfirmed"))
    return "dialog-warning-symbolic";
  return NULL;
}

/* How long it is held already, beside how long it lasts. */
static void
update_hold_timer (TandemCallPage *self)
{
  gboolean runs = tandem_call_get_state (self->call) == TANDEM_CALL_CONNECTED
                  && tandem_call_get_hold (self->call) != TANDEM_HOLD_NONE
                  && !tandem_call_is_hold_pending (self->call);
  g_autofree char *text = tandem_format_duration (tandem_call_get_hold_duration (self->call));

  gtk_label_set_label (self->hold_timer_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->hold_timer_label), runs);
}

static void
update_timer (TandemCallPage *self)
{
  guint duration = tandem_call_get_duration (self->call);
  TandemCallState state = tandem_call_get_state (self->call);
  gboolean runs = state == TANDEM_CALL_CONNECTED || (state == TANDEM_CALL_ENDED && duration > 0);
  g_autofree char *text = runs ? tandem_format_duration (duration) : g_strdup (" ");

  gtk_label_set_label (self->timer_label, text);
}

static void
update_who (TandemCallPage *self)
{
  const char *name = tandem_call_get_peer_name (self->call);
  const char *queue = tandem_call_get_queue (self->call);
  gboolean named = name != NULL && *name != '\0';
  g_autofree char *address = tandem_format_isolated (tandem_call_get_peer_address (self->call));
  g_autofree char *title = named ? tandem_format_shortened (name, 80)
                                 : tandem_format_isolated (tandem_call_get_title (self->call));

  adw_avatar_set_text (self->avatar, named ? name : tandem_call_get_title (self->call));
  adw_avatar_set_show_initials (self->avatar, named);
  gtk_label_set_label (self->title_label, title);
  gtk_label_set_label (self->address_label, address);
  gtk_widget_set_visible (GTK_WIDGET (self->address_label), named && address != NULL);
  gtk_label_set_label (self->queue_label, queue != NULL ? queue : "");
  gtk_widget_set_visible (GTK_WIDGET (self->queue_label), queue != NULL && *queue != '\0');
}

static void
set_css_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
update_hold_tile (TandemCallPage *self)
{
  gboolean held = is_held_here (self->call);
  gboolean pending = tandem_call_is_hold_pending (self->call);
  const char *name = held ? _ ("Retrieve") : _ ("Hold");

  gtk_label_set_label (self->hold_label, name);
  gtk_image_set_from_icon_name (self->hold_icon,
                                held ? "tandem-retrieve-symbolic" : "tandem-hold-symbolic");
  gtk_stack_set_visible_child (self->hold_stack, pending ? GTK_WIDGET (self->hold_spinner)
                                                         : GTK_WIDGET (self->hold_icon));
  gtk_spinner_set_spinning (self->hold_spinner, pending);
  set_css_class (self->hold_button, "held", held);
  gtk_widget_set_tooltip_text (self->hold_button,
                               held ? _ ("Retrieve (Ctrl+H)") : _ ("Hold (Ctrl+H)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->hold_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
update (TandemCallPage *self)
{
  TandemCallState state = tandem_call_get_state (self->call);
  gboolean connected = state == TANDEM_CALL_CONNECTED;
  gboolean muted = connected && tandem_call_get_muted (self->call);
  const char *look = look_of (self->call);
  const char *icon = icon_of (look);
  const char *classes[] = { "call-state", look, NULL };
  const char *edge = g_str_equal (look, "held") ? "held" : muted ? "muted" : NULL;
  const char *page_classes[] = { "call-page", edge, NULL };
  g_autofree char *text = state_text (self->call);

  update_who (self);
  update_timer (self);
  update_hold_timer (self);
  update_hold_tile (self);

  gtk_label_set_label (self->state_label, text);
  gtk_widget_set_css_classes (self->state_box, classes);
  gtk_widget_set_css_classes (GTK_WIDGET (self), page_classes);
  if (icon != NULL)
    gtk_image_set_from_icon_name (self->state_icon, icon);
  gtk_widget_set_visible (GTK_WIDGET (self->state_icon), icon != NULL);
  gtk_image_set_from_icon_name (self->mute_icon, muted ? "tandem-microphone-muted-symbolic"
                                                       : "tandem-microphone-symbolic");
  gtk_label_set_label (self->mute_label, muted ? _ ("Muted") : _ ("Mute"));
  gtk_widget_set_visible (self->tiles, state != TANDEM_CALL_RINGING_HERE
                                           && state != TANDEM_CALL_REDIRECTED
                                           && state != TANDEM_CALL_ENDED);
  gtk_stack_set_visible_child_name (self->buttons_stack, buttons_of (self->call));
  if (!connected && state != TANDEM_CALL_EARLY_MEDIA)
    tandem_call_page_show_keypad (self, FALSE);

  if (g_strcmp0 (text, self->announced) != 0)
    tandem_announce (self->state_box, text);
  g_free (self->announced);
  self->announced = g_steal_pointer (&text);
}

static void
on_notify (TandemCall *call, GParamSpec *pspec, TandemCallPage *self)
{
  const char *name = g_param_spec_get_name (pspec);

  if (g_str_equal (name, "duration"))
    update_timer (self);
  else if (g_str_equal (name, "hold-duration"))
    update_hold_timer (self);
  else
    update (self);
}

static void
on_digit (TandemDialPad *pad, const char *digit, TandemCallPage *self)
{
  tandem_call_page_send_digit (self, digit);
}

static void
aim (GtkWidget *button, const char *action, const char *target)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
tandem_call_page_dispose (GObject *object)
{
  g_clear_object (&TANDEM_CALL_PAGE (object)->call);
  G_OBJECT_CLASS (tandem_call_page_parent_class)->dispose (object);
}

static void
tandem_call_page_finalize (GObject *object)
{
  g_string_free (TANDEM_CALL_PAGE (object)->tones, TRUE);
  g_free (TANDEM_CALL_PAGE (object)->announced);
  G_OBJECT_CLASS (tandem_call_page_parent_class)->finalize (object);
}

static void
tandem_call_page_class_init (TandemCallPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_call_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = tandem_call_page_finalize;

  signals[SIGNAL_KEYPAD_CHANGED]
      = g_signal_new ("keypad-changed", TANDEM_TYPE_CALL_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 0);

  g_type_ensure (TANDEM_TYPE_CALL_NOTICE);
  g_type_ensure (TANDEM_TYPE_DIAL_PAD);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/call-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, who_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, notice);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, address_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, queue_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, tones_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, dial_pad);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, state_box);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, state_icon);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, state_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, hold_timer_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, timer_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, tiles);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, mute_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, mute_icon);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, mute_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, hold_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, hold_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, hold_icon);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, hold_spinner);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, hold_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, buttons_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, hang_up_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, decline_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, answer_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, follow_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, release_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, keep_trying_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, again_button);
  gtk_widget_class_bind_template_callback (widget_class, on_digit);
}

static void
tandem_call_page_init (TandemCallPage *self)
{
  self->tones = g_string_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_call_page_set_call:
 * @self: a page
 * @call: (nullable): the call to show and to follow
 */
void
tandem_call_page_set_call (TandemCallPage *self, TandemCall *call)
{
  g_return_if_fail (TANDEM_IS_CALL_PAGE (self));

  if (self->call == call)
    return;
  if (self->call != NULL)
    g_signal_handlers_disconnect_by_func (self->call, on_notify, self);
  g_set_object (&self->call, call);
  g_string_truncate (self->tones, 0);
  gtk_label_set_label (self->tones_label, "");
  tandem_call_page_show_keypad (self, FALSE);
  tandem_call_notice_set_call (self->notice, call);
  g_clear_pointer (&self->announced, g_free);
  if (call == NULL)
    return;

  aim (self->hang_up_button, "app.hang-up", tandem_call_get_id (call));
  aim (self->decline_button, "app.decline", tandem_call_get_id (call));
  aim (self->answer_button, "app.answer", tandem_call_get_id (call));
  aim (self->cancel_button, "app.hang-up", tandem_call_get_id (call));
  aim (self->follow_button, "app.follow-redirect", tandem_call_get_id (call));
  aim (self->release_button, "app.hang-up", tandem_call_get_id (call));
  aim (self->keep_trying_button, "app.keep-trying", tandem_call_get_id (call));
  aim (self->again_button, "win.call", tandem_call_get_peer_uri (call));
  g_signal_connect_object (call, "notify", G_CALLBACK (on_notify), self, 0);
  update (self);
}

/**
 * tandem_call_page_get_call:
 * @self: a page
 *
 * Returns: (transfer none) (nullable): the call that it shows
 */
TandemCall *
tandem_call_page_get_call (TandemCallPage *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL_PAGE (self), NULL);
  return self->call;
}

/**
 * tandem_call_page_show_keypad:
 * @self: a page
 * @show: whether the keypad takes the place of who one talks to
 */
void
tandem_call_page_show_keypad (TandemCallPage *self, gboolean show)
{
  g_return_if_fail (TANDEM_IS_CALL_PAGE (self));

  if (tandem_call_page_is_keypad_shown (self) == show)
    return;
  gtk_stack_set_visible_child_name (self->who_stack, show ? "keypad" : "who");
  if (show)
    gtk_widget_grab_focus (self->dial_pad);
  g_signal_emit (self, signals[SIGNAL_KEYPAD_CHANGED], 0);
}

/**
 * tandem_call_page_is_keypad_shown:
 * @self: a page
 */
gboolean
tandem_call_page_is_keypad_shown (TandemCallPage *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL_PAGE (self), FALSE);
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->who_stack), "keypad") == 0;
}

/**
 * tandem_call_page_send_digit:
 * @self: a page with the keypad open
 * @digit: a digit, typed or clicked
 *
 * Returns: whether @digit is one that a telephone can send
 */
gboolean
tandem_call_page_send_digit (TandemCallPage *self, const char *digit)
{
  g_return_val_if_fail (TANDEM_IS_CALL_PAGE (self), FALSE);

  if (self->call == NULL || strlen (digit) != 1 || strchr ("0123456789*#ABCD", *digit) == NULL)
    return FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self), "app.dtmf", "(ss)",
                              tandem_call_get_id (self->call), digit);
  g_string_append (self->tones, digit);
  gtk_label_set_label (self->tones_label, self->tones->str);
  return TRUE;
}
