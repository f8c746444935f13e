/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "call-page.h"

#include <glib/gi18n.h>

#include <string.h>

#include "announce.h"
#include "call-notice.h"
#include "call-words.h"
#include "conference-view.h"
#include "consult-bar.h"
#include "dial-pad.h"
#include "format.h"
#include "incoming-menu.h"
#include "note-editor.h"
#include "transfer-view.h"

/* TandemCallPage: one call, large: who, queue, state, timer, the tiles, and the one or two big
 * buttons that its state allows. Keypad, transfer and note replace only the upper part, so that timer,
 * Mute and Hang Up never move. Also shows a call that has ended, for as long as the window leaves it
 * here. Signal "view-changed": what stands in the upper part is another. */

struct _TandemCallPage
{
  AdwBin parent_instance;

  TandemPhone *phone;
  TandemCall *call;
  char *announced;
  TandemCallView view;

  TandemCallNotice *notice;
  TandemConferenceView *conference_view;
  TandemConsultBar *consult_bar;
  TandemNoteEditor *note_editor;
  TandemTransferView *transfer_view;

  GtkStack *who_stack;
  AdwAvatar *avatar;
  GtkLabel *title_label;
  GtkLabel *address_label;
  GtkLabel *queue_label;
  GtkLabel *digits_label;
  GtkLabel *received_label;
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
  GtkWidget *transfer_button;
  GtkLabel *transfer_label;
  GtkWidget *merge_button;
  GtkImage *merge_icon;
  GtkLabel *merge_label;
  GtkStack *buttons_stack;
  GtkWidget *hang_up_button;
  GtkLabel *hang_up_button_label;
  GtkWidget *decline_button;
  GtkWidget *answer_button;
  GtkMenuButton *more_button;
  GtkWidget *cancel_button;
  GtkWidget *follow_button;
  GtkWidget *release_button;
  GtkWidget *keep_trying_button;
  GtkWidget *again_button;
};

enum
{
  SIGNAL_VIEW_CHANGED,
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

/* A conference lasts as long as its first call. */
static guint
get_duration (TandemCallPage *self)
{
  guint duration = tandem_call_get_duration (self->call);
  GListModel *calls = self->phone != NULL && tandem_call_is_in_conference (self->call)
                          ? tandem_phone_get_calls (self->phone)
                          : NULL;

  for (guint i = 0; calls != NULL && i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      if (tandem_call_is_in_conference (call))
        duration = MAX (duration, tandem_call_get_duration (call));
    }
  return duration;
}

static void
update_timer (TandemCallPage *self)
{
  guint duration = get_duration (self);
  TandemCallState state = tandem_call_get_state (self->call);
  gboolean runs = state == TANDEM_CALL_CONNECTED || (state == TANDEM_CALL_ENDED && duration > 0);
  g_autofree char *text = runs ? tandem_format_duration (duration) : g_strdup (" ");

  gtk_label_set_label (self->timer_label, text);
}

static gboolean
is_digits_state (TandemCall *call)
{
  TandemCallState state = tandem_call_get_state (call);

  return state == TANDEM_CALL_CONNECTED || state == TANDEM_CALL_EARLY_MEDIA;
}

static gboolean
has_digits (TandemCall *call)
{
  const char *sent = tandem_call_get_dialled_digits (call);
  const char *received = tandem_call_get_received_digits (call);

  return (sent != NULL && *sent != '\0') || (received != NULL && *received != '\0');
}

/* Keys that were sent and received: large while the keypad is open, else a line below who it is. */
static void
update_digits (TandemCallPage *self)
{
  const char *sent = tandem_call_get_dialled_digits (self->call);
  const char *received = tandem_call_get_received_digits (self->call);
  gboolean any_sent = sent != NULL && *sent != '\0';
  gboolean any_received = received != NULL && *received != '\0';
  g_autofree char *sent_isolated = tandem_format_isolated (any_sent ? sent : NULL);
  g_autofree char *received_isolated = tandem_format_isolated (any_received ? received : NULL);
  g_autofree char *sent_text
      = any_sent ? g_strdup_printf (_ ("Keys sent: %s"), sent_isolated) : NULL;
  g_autofree char *received_text
      = any_received ? g_strdup_printf (_ ("Keys received: %s"), received_isolated) : NULL;
  g_autofree char *both = NULL;

  both = any_sent && any_received ? g_strjoin ("\n", sent_text, received_text, NULL)
                                  : g_strdup (any_sent ? sent_text : received_text);
  gtk_label_set_label (self->tones_label, any_sent ? sent : "");
  gtk_label_set_label (self->received_label, any_received ? received_text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->received_label), any_received);
  gtk_label_set_label (self->digits_label, both != NULL ? both : "");
  gtk_widget_set_visible (GTK_WIDGET (self->digits_label), both != NULL);
}

static void
update_who (TandemCallPage *self)
{
  const char *name = tandem_call_get_peer_name (self->call);
  const char *queue = tandem_call_get_queue (self->call);
  gboolean named = name != NULL && *name != '\0';
  g_autofree char *address = tandem_format_isolated (tandem_call_get_peer_address (self->call));
  g_autofree char *title = tandem_call_words_who (self->call);
  TandemCall *consultation
      = self->phone != NULL ? tandem_find_consultation (self->phone, self->call) : NULL;
  gboolean consulting = tandem_consult_bar_show (self->consult_bar, consultation, self->call);

  gtk_widget_set_visible (GTK_WIDGET (self->consult_bar), consulting);
  /* What comes below has to find its place above the timer, that does not move. */
  adw_avatar_set_size (self->avatar, consulting ? 48 : has_digits (self->call) ? 56 : 96);
  adw_avatar_set_text (self->avatar, named ? name : tandem_call_get_title (self->call));
  adw_avatar_set_show_initials (self->avatar, named);
  gtk_label_set_label (self->title_label, title);
  gtk_label_set_label (self->address_label, address);
  gtk_widget_set_visible (GTK_WIDGET (self->address_label), named && address != NULL);
  gtk_label_set_label (self->queue_label, queue != NULL ? queue : "");
  gtk_widget_set_visible (GTK_WIDGET (self->queue_label),
                          queue != NULL && *queue != '\0' && !consulting);
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
  gboolean held = tandem_call_is_held_here (self->call);
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
aim (GtkWidget *button, const char *action, const char *target)
{
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), NULL);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

/* Transfer becomes Complete while one asks first. */
static void
update_transfer_tile (TandemCallPage *self)
{
  TandemCall *consultation
      = self->phone != NULL ? tandem_find_consultation (self->phone, self->call) : NULL;
  gboolean complete = consultation != NULL;
  const char *name = complete ? _ ("Complete") : _ ("Transfer");

  gtk_label_set_label (self->transfer_label, name);
  set_css_class (self->transfer_button, "complete", complete);
  gtk_widget_set_tooltip_text (self->transfer_button, complete ? _ ("Complete Transfer (Ctrl+T)")
                                                               : _ ("Transfer (Ctrl+T)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->transfer_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
update_hang_up_button (TandemCallPage *self)
{
  gboolean conference = tandem_call_is_in_conference (self->call);

  gtk_label_set_label (self->hang_up_button_label,
                       conference ? _ ("_End Conference") : _ ("_Hang Up"));
  if (conference)
    {
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->hang_up_button), NULL);
      gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->hang_up_button), NULL);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->hang_up_button), "win.hang-up");
    }
  else
    aim (self->hang_up_button, "app.hang-up", tandem_call_get_id (self->call));
}

static void
update_view (TandemCallPage *self)
{
  static const char *const names[] = {
    [TANDEM_CALL_VIEW_WHO] = "who",
    [TANDEM_CALL_VIEW_KEYPAD] = "keypad",
    [TANDEM_CALL_VIEW_TRANSFER] = "transfer",
    [TANDEM_CALL_VIEW_NOTE] = "note",
  };
  gboolean conference = self->call != NULL && tandem_call_is_in_conference (self->call);
  const char *name
      = self->view == TANDEM_CALL_VIEW_WHO && conference ? "conference" : names[self->view];

  gtk_stack_set_visible_child_name (self->who_stack, name);
}

/* Whether the state of the call still allows what stands in the upper part. */
static gboolean
is_view_allowed (TandemCallPage *self)
{
  TandemCallState state = tandem_call_get_state (self->call);

  switch (self->view)
    {
    case TANDEM_CALL_VIEW_KEYPAD:
      return is_digits_state (self->call);
    case TANDEM_CALL_VIEW_TRANSFER:
      return state == TANDEM_CALL_CONNECTED || state == TANDEM_CALL_RINGING_HERE;
    case TANDEM_CALL_VIEW_NOTE:
    case TANDEM_CALL_VIEW_WHO:
    default:
      return TRUE;
    }
}

static void
update_state (TandemCallPage *self)
{
  const char *look = tandem_call_words_look (self->call);
  gboolean talking = g_str_equal (look, "talking");
  gboolean reminder = g_str_equal (look, "held") && tandem_call_is_hold_reminder (self->call);
  const char *icon = talking && tandem_call_is_in_conference (self->call)
                         ? "tandem-conference-symbolic"
                         : tandem_call_words_look_icon (look);
  gboolean edged = g_str_equal (look, "held") || g_str_equal (look, "muted");
  const char *classes[] = { "call-state", look, reminder ? "reminder" : NULL, NULL };
  const char *page_classes[] = { "call-page", edged ? look : NULL, NULL };
  g_autofree char *text = tandem_call_words_state (self->call);

  gtk_label_set_label (self->state_label, text);
  gtk_widget_set_css_classes (self->state_box, classes);
  gtk_widget_set_css_classes (GTK_WIDGET (self), page_classes);
  if (icon != NULL)
    gtk_image_set_from_icon_name (self->state_icon, icon);
  gtk_widget_set_visible (GTK_WIDGET (self->state_icon), icon != NULL);
  /* The seconds to an automatic answer are seen, and told once. */
  if (tandem_call_get_auto_answer_in (self->call) >= 0 && self->announced != NULL)
    return;
  if (g_strcmp0 (text, self->announced) != 0)
    tandem_announce (self->state_box, text);
  g_free (self->announced);
  self->announced = g_steal_pointer (&text);
}

static void
update (TandemCallPage *self)
{
  TandemCallState state = tandem_call_get_state (self->call);
  gboolean muted = state == TANDEM_CALL_CONNECTED && tandem_call_get_muted (self->call);

  update_who (self);
  update_digits (self);
  update_timer (self);
  update_hold_timer (self);
  update_hold_tile (self);
  update_transfer_tile (self);
  update_hang_up_button (self);

  gtk_image_set_from_icon_name (self->mute_icon, muted ? "tandem-microphone-muted-symbolic"
                                                       : "tandem-microphone-symbolic");
  gtk_label_set_label (self->mute_label, muted ? _ ("Muted") : _ ("Mute"));
  gtk_widget_set_visible (self->tiles, state != TANDEM_CALL_RINGING_HERE
                                           && state != TANDEM_CALL_REDIRECTED
                                           && state != TANDEM_CALL_ENDED);
  gtk_stack_set_visible_child_name (self->buttons_stack, buttons_of (self->call));
  if (!is_view_allowed (self))
    tandem_call_page_show_view (self, TANDEM_CALL_VIEW_WHO);
  update_view (self);
  update_state (self);
}

static void
on_notify (TandemCall *call, GParamSpec *pspec, TandemCallPage *self)
{
  const char *name = g_param_spec_get_name (pspec);

  if (g_str_equal (name, "duration"))
    update_timer (self);
  else if (g_str_equal (name, "hold-duration"))
    update_hold_timer (self);
  else if (g_str_equal (name, "auto-answer-in"))
    update_state (self);
  else
    update (self);
}

static void
on_digit (TandemDialPad *pad, const char *digit, TandemCallPage *self)
{
  tandem_call_page_send_digits (self, digit);
}

static void
tandem_call_page_dispose (GObject *object)
{
  TandemCallPage *self = TANDEM_CALL_PAGE (object);

  g_clear_object (&self->call);
  g_clear_object (&self->phone);
  G_OBJECT_CLASS (tandem_call_page_parent_class)->dispose (object);
}

static void
tandem_call_page_finalize (GObject *object)
{
  g_free (TANDEM_CALL_PAGE (object)->announced);
  G_OBJECT_CLASS (tandem_call_page_parent_class)->finalize (object);
}

static void
tandem_call_page_class_init (TandemCallPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_call_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = tandem_call_page_finalize;

  signals[SIGNAL_VIEW_CHANGED]
      = g_signal_new ("view-changed", TANDEM_TYPE_CALL_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 0);

  g_type_ensure (TANDEM_TYPE_CALL_NOTICE);
  g_type_ensure (TANDEM_TYPE_CONFERENCE_VIEW);
  g_type_ensure (TANDEM_TYPE_CONSULT_BAR);
  g_type_ensure (TANDEM_TYPE_DIAL_PAD);
  g_type_ensure (TANDEM_TYPE_NOTE_EDITOR);
  g_type_ensure (TANDEM_TYPE_TRANSFER_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/call-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, who_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, notice);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, conference_view);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, consult_bar);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, note_editor);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, transfer_view);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, address_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, queue_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, digits_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, received_label);
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
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, transfer_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, transfer_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, merge_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, merge_icon);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, merge_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, buttons_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, hang_up_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, hang_up_button_label);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, decline_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, answer_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, more_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, follow_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, release_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, keep_trying_button);
  gtk_widget_class_bind_template_child (widget_class, TandemCallPage, again_button);
  gtk_widget_class_bind_template_callback (widget_class, on_digit);
}

/* Digits are tones where the page has the focus: a click beside the buttons gives it. */
static void
on_pressed (TandemCallPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
tandem_call_page_init (TandemCallPage *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_direction (GTK_WIDGET (self->tones_label), GTK_TEXT_DIR_LTR);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_BUBBLE);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

/**
 * tandem_call_page_set_phone:
 * @self: a page without a phone
 * @phone: whose calls and colleagues it knows
 */
void
tandem_call_page_set_phone (TandemCallPage *self, TandemPhone *phone)
{
  g_return_if_fail (TANDEM_IS_CALL_PAGE (self));
  g_return_if_fail (self->phone == NULL);

  self->phone = g_object_ref (phone);
  tandem_conference_view_set_phone (self->conference_view, phone);
  tandem_transfer_view_set_phone (self->transfer_view, phone);
}

/**
 * tandem_call_page_set_call:
 * @self: a page
 * @call: (nullable): the call to show and to follow
 */
void
tandem_call_page_set_call (TandemCallPage *self, TandemCall *call)
{
  const char *id;

  g_return_if_fail (TANDEM_IS_CALL_PAGE (self));

  if (self->call == call)
    return;
  if (self->call != NULL)
    g_signal_handlers_disconnect_by_func (self->call, on_notify, self);
  tandem_call_page_show_view (self, TANDEM_CALL_VIEW_WHO);
  g_set_object (&self->call, call);
  tandem_call_notice_set_call (self->notice, call);
  tandem_note_editor_set_call (self->note_editor, call);
  g_clear_pointer (&self->announced, g_free);
  if (call == NULL)
    return;

  id = tandem_call_get_id (call);
  aim (self->decline_button, "app.decline", id);
  aim (self->answer_button, "app.answer", id);
  tandem_incoming_menu_attach (self->more_button, call);
  aim (self->cancel_button, "app.hang-up", id);
  aim (self->follow_button, "app.follow-redirect", id);
  aim (self->release_button, "app.hang-up", id);
  aim (self->keep_trying_button, "app.keep-trying", id);
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
 * tandem_call_page_show_view:
 * @self: a page
 * @view: what takes the upper part
 *
 * The focus goes to where one types in it.
 */
void
tandem_call_page_show_view (TandemCallPage *self, TandemCallView view)
{
  TandemCallView old;

  g_return_if_fail (TANDEM_IS_CALL_PAGE (self));

  old = self->view;
  if (old == view || (self->call == NULL && view != TANDEM_CALL_VIEW_WHO))
    return;
  self->view = view;
  if (old == TANDEM_CALL_VIEW_NOTE)
    tandem_note_editor_save (self->note_editor);
  if (old == TANDEM_CALL_VIEW_TRANSFER)
    tandem_transfer_view_close (self->transfer_view);
  update_view (self);
  if (view == TANDEM_CALL_VIEW_KEYPAD)
    gtk_widget_grab_focus (self->dial_pad);
  else if (view == TANDEM_CALL_VIEW_TRANSFER)
    tandem_transfer_view_open (self->transfer_view, self->call);
  else if (view == TANDEM_CALL_VIEW_NOTE)
    tandem_note_editor_focus (self->note_editor);
  g_signal_emit (self, signals[SIGNAL_VIEW_CHANGED], 0);
}

/**
 * tandem_call_page_get_view:
 * @self: a page
 *
 * Returns: what stands in the upper part
 */
TandemCallView
tandem_call_page_get_view (TandemCallPage *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL_PAGE (self), TANDEM_CALL_VIEW_WHO);
  return self->view;
}

/**
 * tandem_call_page_is_keypad_shown:
 * @self: a page
 */
gboolean
tandem_call_page_is_keypad_shown (TandemCallPage *self)
{
  return tandem_call_page_get_view (self) == TANDEM_CALL_VIEW_KEYPAD;
}

/**
 * tandem_call_page_clean_digits:
 * @text: what was typed or pasted
 *
 * Leaves out what only sets digits apart, and makes every sign of a pause a comma.
 *
 * Returns: (transfer full) (nullable): what a telephone can send; %NULL when there is something else
 *   in it, or nothing at all
 */
char *
tandem_call_page_clean_digits (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      char c = g_ascii_toupper (*p);

      if (strchr ("0123456789*#ABCD", c) != NULL)
        g_string_append_c (digits, c);
      else if (strchr (",;PW", c) != NULL)
        g_string_append_c (digits, ',');
      else if (strchr (" \t\r\n-.()/", c) == NULL)
        return NULL;
    }
  return digits->len > 0 ? g_string_free (g_steal_pointer (&digits), FALSE) : NULL;
}

/**
 * tandem_call_page_send_digits:
 * @self: a page
 * @digits: typed, pasted or clicked
 *
 * Returns: whether @digits are some that a telephone can send, and the call can take them
 */
gboolean
tandem_call_page_send_digits (TandemCallPage *self, const char *digits)
{
  g_autofree char *clean = NULL;

  g_return_val_if_fail (TANDEM_IS_CALL_PAGE (self), FALSE);

  if (self->call == NULL || !is_digits_state (self->call))
    return FALSE;
  clean = tandem_call_page_clean_digits (digits);
  if (clean == NULL)
    return FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self), "app.dtmf", "(ss)",
                              tandem_call_get_id (self->call), clean);
  return TRUE;
}

/**
 * tandem_call_page_show_hint:
 * @self: a page with the transfer open
 * @message: what is wrong with what was typed there
 */
void
tandem_call_page_show_hint (TandemCallPage *self, const char *message)
{
  g_return_if_fail (TANDEM_IS_CALL_PAGE (self));
  tandem_transfer_view_show_hint (self->transfer_view, message);
}

/**
 * tandem_call_page_update_tiles:
 * @self: a page
 * @can_split: whether there is a conference and nobody to take in
 *
 * To be called when other calls have changed.
 */
void
tandem_call_page_update_tiles (TandemCallPage *self, gboolean can_split)
{
  const char *name = can_split ? _ ("Split") : _ ("Merge");

  g_return_if_fail (TANDEM_IS_CALL_PAGE (self));

  gtk_label_set_label (self->merge_label, name);
  gtk_image_set_from_icon_name (self->merge_icon,
                                can_split ? "tandem-split-symbolic" : "tandem-merge-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->merge_button),
                                  can_split ? "win.split" : "win.merge");
  gtk_widget_set_tooltip_text (self->merge_button, can_split
                                                       ? _ ("Split the Conference (Ctrl+Shift+J)")
                                                       : _ ("Merge into a Conference (Ctrl+J)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->merge_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (self->call == NULL)
    return;
  update_who (self);
  update_transfer_tile (self);
}

/**
 * tandem_call_page_get_merge_button:
 * @self: a page
 *
 * Returns: (transfer none): where a menu of calls to merge with opens
 */
GtkWidget *
tandem_call_page_get_merge_button (TandemCallPage *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL_PAGE (self), NULL);
  return self->merge_button;
}
