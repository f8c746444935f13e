/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "transfer-view.h"

#include <glib/gi18n.h>

#include "announce.h"
#include "call-words.h"
#include "format.h"
#include "number-direction.h"
#include "target-row.h"
#include "transfer-target.h"

/* TandemTransferView: where to a call goes: an entry that searches other calls, colleagues, contacts
 * and recent calls, and the buttons Consult First and Transfer Now; for a call that still rings here
 * only Send There. Stands in the place of who one talks to. A number or an address is taken as typed,
 * a name takes the selected or the first match. What is done are the window's actions
 * "win.transfer-to", "win.consult-with", "win.connect-with" and "win.redirect-to". */

struct _TandemTransferView
{
  AdwBin parent_instance;

  TandemPhone *phone;
  TandemCall *call;
  GListStore *targets;
  guint refresh;

  GtkLabel *title_label;
  GtkEntry *target_entry;
  GtkRevealer *target_hint_revealer;
  GtkLabel *target_hint_label;
  GtkStack *list_stack;
  GtkListView *list_view;
  GtkSingleSelection *selection;
  GtkLabel *no_match_label;
  GtkWidget *consult_button;
  GtkButton *now_button;
};

G_DEFINE_FINAL_TYPE (TandemTransferView, tandem_transfer_view, ADW_TYPE_BIN)

static gboolean
is_ringing (TandemTransferView *self)
{
  return self->call != NULL && tandem_call_get_state (self->call) == TANDEM_CALL_RINGING_HERE;
}

/* The words of some languages are long. */
static void
let_shrink (GtkWidget *button)
{
  GtkWidget *label = gtk_button_get_child (GTK_BUTTON (button));

  if (GTK_IS_LABEL (label))
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
}

/* (transfer full) (nullable): NULL: what was typed counts. */
static TandemTransferTarget *
get_chosen (TandemTransferView *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->target_entry));
  TandemTransferTarget *selected = gtk_single_selection_get_selected_item (self->selection);

  if (selected != NULL)
    return g_object_ref (selected);
  if (*text == '\0' || tandem_format_is_target (text))
    return NULL;
  return g_list_model_get_item (G_LIST_MODEL (self->targets), 0);
}

/* (transfer full) (nullable) */
static char *
get_target (TandemTransferView *self)
{
  g_autoptr (TandemTransferTarget) chosen = get_chosen (self);
  g_autofree char *text
      = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->target_entry))));

  if (chosen != NULL)
    return g_strdup (tandem_transfer_target_get_uri (chosen));
  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static TandemCall *
get_chosen_call (TandemTransferView *self)
{
  g_autoptr (TandemTransferTarget) chosen = get_chosen (self);
  GObject *item = chosen != NULL ? tandem_transfer_target_get_item (chosen) : NULL;

  return TANDEM_IS_CALL (item) ? TANDEM_CALL (item) : NULL;
}

static void
update_buttons (TandemTransferView *self)
{
  g_autofree char *target = get_target (self);
  gboolean ringing = is_ringing (self);

  gtk_widget_set_sensitive (GTK_WIDGET (self->now_button), target != NULL);
  gtk_widget_set_sensitive (self->consult_button, target != NULL && get_chosen_call (self) == NULL);
  gtk_widget_set_visible (self->consult_button, !ringing);
  gtk_button_set_label (self->now_button, ringing ? _ ("_Send There") : _ ("Transfer _Now"));
  tandem_name_buttons (GTK_WIDGET (self));
  let_shrink (self->consult_button);
  let_shrink (GTK_WIDGET (self->now_button));
}

static void
update_list (TandemTransferView *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->target_entry));
  gboolean any;

  if (self->phone == NULL || self->call == NULL)
    return;
  tandem_transfer_targets_find (self->phone, self->call, !is_ringing (self), text, self->targets);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  any = g_list_model_get_n_items (G_LIST_MODEL (self->targets)) > 0;
  gtk_stack_set_visible_child_name (self->list_stack, any ? "list" : "none");
  gtk_label_set_label (self->no_match_label, *text != '\0'
                                                 ? _ ("No match. The number is used as typed.")
                                                 : _ ("Type a name, a number or an address"));
  update_buttons (self);
}

static gboolean
on_refresh (gpointer data)
{
  TandemTransferView *self = data;

  self->refresh = 0;
  update_list (self);
  return G_SOURCE_REMOVE;
}

/* Other calls and colleagues come and go while it is open. */
static void
queue_refresh (TandemTransferView *self)
{
  if (self->call != NULL && self->refresh == 0)
    self->refresh = g_idle_add (on_refresh, self);
}

static void
on_entry_changed (TandemTransferView *self)
{
  gtk_revealer_set_reveal_child (self->target_hint_revealer, FALSE);
  update_list (self);
}

static void
on_consult_clicked (TandemTransferView *self)
{
  g_autofree char *target = get_target (self);

  if (target != NULL && self->call != NULL && get_chosen_call (self) == NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.consult-with", "s", target);
}

static void
on_now_clicked (TandemTransferView *self)
{
  g_autofree char *target = get_target (self);
  TandemCall *other = get_chosen_call (self);

  if (target == NULL || self->call == NULL)
    return;
  if (is_ringing (self))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.redirect-to", "s", target);
  else if (other != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.connect-with", "s",
                                tandem_call_get_id (other));
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.transfer-to", "s", target);
}

/* Enter does what can be taken back: a consultation. A ringing call can only be sent on, and two calls
 * only be joined. */
static void
on_entry_activate (TandemTransferView *self)
{
  if (is_ringing (self) || get_chosen_call (self) != NULL)
    on_now_clicked (self);
  else
    on_consult_clicked (self);
}

static void
on_row_activated (TandemTransferView *self, guint position)
{
  gtk_single_selection_set_selected (self->selection, position);
  on_entry_activate (self);
}

static void
focus_list (TandemTransferView *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->targets)) == 0)
    return;
  gtk_widget_activate_action (GTK_WIDGET (self->list_view), "list.scroll-to-item", "u", 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
  gtk_single_selection_set_selected (self->selection, 0);
}

static gboolean
on_entry_key (GtkEventControllerKey *controller,
              guint keyval,
              guint keycode,
              GdkModifierType modifiers,
              TandemTransferView *self)
{
  if (keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down)
    {
      focus_list (self);
      return GDK_EVENT_STOP;
    }
  if ((keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter) && (modifiers & GDK_SHIFT_MASK) != 0)
    {
      on_now_clicked (self);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_list_key (GtkEventControllerKey *controller,
             guint keyval,
             guint keycode,
             GdkModifierType modifiers,
             TandemTransferView *self)
{
  if ((keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up)
      && gtk_single_selection_get_selected (self->selection) == 0)
    {
      gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
      gtk_entry_grab_focus_without_selecting (self->target_entry);
      return GDK_EVENT_STOP;
    }
  if ((keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter) && (modifiers & GDK_SHIFT_MASK) != 0)
    {
      on_now_clicked (self);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}

static void
tandem_transfer_view_dispose (GObject *object)
{
  TandemTransferView *self = TANDEM_TRANSFER_VIEW (object);

  g_clear_handle_id (&self->refresh, g_source_remove);
  g_clear_object (&self->call);
  g_clear_object (&self->phone);
  g_clear_object (&self->targets);
  G_OBJECT_CLASS (tandem_transfer_view_parent_class)->dispose (object);
}

static void
tandem_transfer_view_class_init (TandemTransferViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_transfer_view_dispose;
  g_type_ensure (TANDEM_TYPE_TARGET_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/transfer-view.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemTransferView, title_label);
  gtk_widget_class_bind_template_child (widget_class, TandemTransferView, target_entry);
  gtk_widget_class_bind_template_child (widget_class, TandemTransferView, target_hint_revealer);
  gtk_widget_class_bind_template_child (widget_class, TandemTransferView, target_hint_label);
  gtk_widget_class_bind_template_child (widget_class, TandemTransferView, list_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemTransferView, list_view);
  gtk_widget_class_bind_template_child (widget_class, TandemTransferView, selection);
  gtk_widget_class_bind_template_child (widget_class, TandemTransferView, no_match_label);
  gtk_widget_class_bind_template_child (widget_class, TandemTransferView, consult_button);
  gtk_widget_class_bind_template_child (widget_class, TandemTransferView, now_button);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_consult_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_now_clicked);
  gtk_widget_class_bind_template_callback (widget_class, update_buttons);
}

static void
tandem_transfer_view_init (TandemTransferView *self)
{
  GtkEventController *keys;

  self->targets = g_list_store_new (TANDEM_TYPE_TRANSFER_TARGET);
  gtk_widget_init_template (GTK_WIDGET (self));
  tandem_number_direction_watch (GTK_EDITABLE (self->target_entry));
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->targets));
  update_buttons (self);

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_entry_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->target_entry), keys);

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_list_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list_view), keys);
}

/**
 * tandem_transfer_view_set_phone:
 * @self: a view without a phone
 * @phone: where colleagues, contacts and calls are found
 */
void
tandem_transfer_view_set_phone (TandemTransferView *self, TandemPhone *phone)
{
  g_return_if_fail (TANDEM_IS_TRANSFER_VIEW (self));
  g_return_if_fail (self->phone == NULL);

  self->phone = g_object_ref (phone);
  g_signal_connect_object (tandem_phone_get_calls (phone), "items-changed",
                           G_CALLBACK (queue_refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tandem_phone_get_colleagues (phone), "items-changed",
                           G_CALLBACK (queue_refresh), self, G_CONNECT_SWAPPED);
}

/**
 * tandem_transfer_view_open:
 * @self: a view with a phone
 * @call: the call to send on: one that is up, or that rings here
 *
 * Empties the entry, and gives it the focus.
 */
void
tandem_transfer_view_open (TandemTransferView *self, TandemCall *call)
{
  gboolean ringing;

  g_return_if_fail (TANDEM_IS_TRANSFER_VIEW (self));

  g_set_object (&self->call, call);
  ringing = is_ringing (self);
  gtk_label_set_label (self->title_label, ringing ? _ ("Send To") : _ ("Transfer Call"));
  gtk_editable_set_text (GTK_EDITABLE (self->target_entry), "");
  tandem_transfer_view_show_hint (self, NULL);
  update_list (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->target_entry));
}

/**
 * tandem_transfer_view_close:
 * @self: a view
 *
 * To be called before it is out of sight: it forgets the call, and looks for nobody.
 */
void
tandem_transfer_view_close (TandemTransferView *self)
{
  g_return_if_fail (TANDEM_IS_TRANSFER_VIEW (self));

  g_clear_handle_id (&self->refresh, g_source_remove);
  g_clear_object (&self->call);
  /* GTK 4.8 never lets go of a row that is removed with the focus in it. */
  if (gtk_widget_get_focus_child (GTK_WIDGET (self->list_view)) != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->target_entry));
  g_list_store_remove_all (self->targets);
}

/**
 * tandem_transfer_view_show_hint:
 * @self: a view
 * @message: (nullable): what is wrong with the text, until it is changed
 */
void
tandem_transfer_view_show_hint (TandemTransferView *self, const char *message)
{
  g_return_if_fail (TANDEM_IS_TRANSFER_VIEW (self));

  if (message != NULL)
    gtk_label_set_label (self->target_hint_label, message);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->target_entry),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  message != NULL ? message : "", -1);
  gtk_revealer_set_reveal_child (self->target_hint_revealer, message != NULL);
}
