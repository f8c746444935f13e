/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "window-private.h"

#include <glib/gi18n.h>

#include "call-words.h"
#include "consult-bar.h"

/* The actions "win." of TandemWindow that are about several calls and what goes on between them:
 * transfer, consultation, swap, conference; and about colleagues, do not disturb and notes. They find
 * out which calls are meant, and go on to the application's actions. */

static TandemCall *
shown_call (TandemWindow *self)
{
  TandemCall *call = tandem_call_page_get_call (self->call_page);

  return call != NULL && tandem_window_is_current_call (self, call) ? call : NULL;
}

static gboolean
is_connected (TandemCall *call)
{
  return call != NULL && tandem_call_get_state (call) == TANDEM_CALL_CONNECTED;
}

/* The call that a key of several calls is about: the one that is talked in, else the one in view. */
static TandemCall *
talk (TandemWindow *self)
{
  TandemCall *active = tandem_phone_get_active_call (self->phone);

  return active != NULL ? active : shown_call (self);
}

/* (transfer full): the calls that can be taken in beside the one that is talked in. */
static GPtrArray *
find_mergeable (TandemWindow *self)
{
  GListModel *calls = tandem_phone_get_calls (self->phone);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  TandemCall *centre = talk (self);

  if (!is_connected (centre))
    return found;
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      if (call != centre && is_connected (call) && !tandem_call_is_in_conference (call))
        g_ptr_array_add (found, g_steal_pointer (&call));
    }
  return found;
}

/* (nullable): the one to talk to instead of the one that is talked in. */
static TandemCall *
find_swap (TandemWindow *self)
{
  GListModel *calls = tandem_phone_get_calls (self->phone);
  TandemCall *active = tandem_phone_get_active_call (self->phone);
  TandemCall *shown = shown_call (self);
  TandemCall *consultation = tandem_find_consultation (self->phone, active);

  if (consultation != NULL)
    {
      TandemCall *other
          = consultation == active ? tandem_call_get_consults (consultation) : consultation;

      return is_connected (other) ? other : NULL;
    }
  if (shown != NULL && shown != active && tandem_call_is_held_here (shown))
    return shown;
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      if (call != active && tandem_call_is_held_here (call))
        return call;
    }
  return NULL;
}

static TandemCall *
find_ringing (TandemWindow *self)
{
  GListModel *calls = tandem_phone_get_calls (self->phone);
  TandemCall *shown = shown_call (self);

  if (shown != NULL && tandem_call_get_state (shown) == TANDEM_CALL_RINGING_HERE)
    return shown;
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      if (tandem_call_get_state (call) == TANDEM_CALL_RINGING_HERE)
        return call;
    }
  return NULL;
}

static gboolean
has_conference (TandemWindow *self)
{
  GListModel *calls = tandem_phone_get_calls (self->phone);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      if (tandem_call_is_in_conference (call))
        return TRUE;
    }
  return FALSE;
}

static GVariant *
id_of (TandemCall *call)
{
  return g_variant_new_string (call != NULL ? tandem_call_get_id (call) : "");
}

void
tandem_window_update_talk_actions (TandemWindow *self)
{
  TandemCall *call = shown_call (self);
  TandemCall *consultation = tandem_find_consultation (self->phone, call);
  TandemCallView view = tandem_call_page_get_view (self->call_page);
  g_autoptr (GPtrArray) mergeable = find_mergeable (self);
  gboolean conference = has_conference (self);

  tandem_window_enable_action (self, "transfer", is_connected (call) || consultation != NULL);
  tandem_window_set_action_state (self, "transfer", view == TANDEM_CALL_VIEW_TRANSFER);
  tandem_window_enable_action (self, "note", call != NULL || self->wrapping_up);
  tandem_window_set_action_state (self, "note", view == TANDEM_CALL_VIEW_NOTE);
  tandem_window_enable_action (self, "merge", mergeable->len > 0);
  tandem_window_enable_action (self, "split", conference);
  tandem_window_enable_action (self, "swap", find_swap (self) != NULL);
  tandem_window_enable_action (self, "complete", consultation != NULL);
  tandem_window_enable_action (self, "cancel-consultation", consultation != NULL);
  tandem_window_enable_action (self, "send-on", find_ringing (self) != NULL);
  tandem_window_enable_action (self, "decline", find_ringing (self) != NULL);
  tandem_window_enable_action (self, "paste-digits", call != NULL);
  tandem_window_enable_action (self, "call-details", call != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->note_button), call != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->details_button), call != NULL);
  tandem_call_page_update_tiles (self->call_page, conference && mergeable->len == 0);
}

/* What is done from the transfer: closes it, or says there what is wrong. */
static gboolean
perform_from_view (TandemWindow *self, const char *name, GVariant *parameter)
{
  g_autoptr (GError) error = NULL;

  if (tandem_actions_perform (self->actions, name, parameter, &error))
    {
      if (tandem_call_page_get_view (self->call_page) == TANDEM_CALL_VIEW_TRANSFER)
        tandem_call_page_show_view (self->call_page, TANDEM_CALL_VIEW_WHO);
      return TRUE;
    }
  tandem_call_page_show_hint (self->call_page, error->message);
  return FALSE;
}

static void
show_view (TandemWindow *self, TandemCallView view, gboolean show)
{
  tandem_call_page_show_view (self->call_page, show ? view : TANDEM_CALL_VIEW_WHO);
  if (show)
    tandem_window_show_content (self);
  tandem_window_update_view (self);
}

static void
on_transfer (GSimpleAction *action, GVariant *value, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *consultation = tandem_find_consultation (self->phone, shown_call (self));

  if (consultation != NULL)
    tandem_window_perform (self, "complete", id_of (consultation));
  else
    show_view (self, TANDEM_CALL_VIEW_TRANSFER, g_variant_get_boolean (value));
}

static void
on_note (GSimpleAction *action, GVariant *value, gpointer data)
{
  TandemWindow *self = data;

  if (shown_call (self) == NULL && self->wrapping_up)
    {
      tandem_window_show_content (self);
      tandem_wrap_up_page_focus_note (self->wrap_up_page);
    }
  else
    show_view (self, TANDEM_CALL_VIEW_NOTE, g_variant_get_boolean (value));
}

static void
on_transfer_to (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *call = shown_call (self);

  if (call != NULL)
    perform_from_view (
        self, "transfer",
        g_variant_new ("(ss)", tandem_call_get_id (call), g_variant_get_string (parameter, NULL)));
}

static void
on_consult_with (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *call = shown_call (self);

  if (call != NULL)
    perform_from_view (
        self, "consult",
        g_variant_new ("(ss)", tandem_call_get_id (call), g_variant_get_string (parameter, NULL)));
}

static void
on_connect_with (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *call = shown_call (self);

  if (call != NULL)
    perform_from_view (
        self, "connect",
        g_variant_new ("(ss)", tandem_call_get_id (call), g_variant_get_string (parameter, NULL)));
}

static void
on_redirect_to (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *call = shown_call (self);

  if (call != NULL)
    perform_from_view (
        self, "redirect",
        g_variant_new ("(ss)", tandem_call_get_id (call), g_variant_get_string (parameter, NULL)));
}

/**
 * tandem_window_send_on:
 * @self: a window
 * @call: a call that rings here
 *
 * Asks where the call is to be sent.
 */
void
tandem_window_send_on (TandemWindow *self, TandemCall *call)
{
  g_return_if_fail (TANDEM_IS_WINDOW (self));

  tandem_window_show_call (self, call);
  if (tandem_call_get_state (call) == TANDEM_CALL_RINGING_HERE)
    show_view (self, TANDEM_CALL_VIEW_TRANSFER, TRUE);
}

static void
on_send_on (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *call = find_ringing (self);

  if (call != NULL)
    tandem_window_send_on (self, call);
}

static void
on_decline (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;

  tandem_window_perform (self, "decline", id_of (find_ringing (self)));
}

static void
on_swap (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *call = find_swap (self);

  if (call != NULL)
    tandem_window_perform (self, "swap", id_of (call));
}

static void
on_complete (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *consultation = tandem_find_consultation (self->phone, shown_call (self));

  if (consultation != NULL)
    tandem_window_perform (self, "complete", id_of (consultation));
}

/* The consultation ends, and the first call is taken back unless that has been done behind. */
static void
on_cancel_consultation (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *consultation = tandem_find_consultation (self->phone, shown_call (self));
  g_autoptr (TandemCall) first = NULL;

  if (consultation == NULL)
    return;
  first = g_object_ref (tandem_call_get_consults (consultation));
  if (!tandem_window_perform (self, "hang-up", id_of (consultation)))
    return;
  tandem_window_show_call (self, first);
  if (tandem_call_is_held_here (first) && !tandem_call_is_hold_pending (first))
    tandem_window_perform (self, "retrieve", id_of (first));
}

/* With several that could be taken in it is asked which. */
static void
ask_whom_to_merge (TandemWindow *self, GPtrArray *calls)
{
  GtkWidget *button = tandem_call_page_get_merge_button (self->call_page);
  g_autoptr (GMenu) menu = g_menu_new ();

  for (guint i = 0; i < calls->len; i++)
    {
      g_autofree char *who = tandem_call_words_who (calls->pdata[i]);
      g_autoptr (GMenuItem) item = g_menu_item_new (NULL, NULL);

      g_menu_item_set_attribute (item, G_MENU_ATTRIBUTE_LABEL, "s", who);
      g_menu_item_set_action_and_target (item, "app.merge", "s",
                                         tandem_call_get_id (calls->pdata[i]));
      g_menu_append_item (menu, item);
    }
  tandem_window_close_merge_menu (self);
  self->merge_menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_widget_set_parent (self->merge_menu, button);
  gtk_popover_set_position (GTK_POPOVER (self->merge_menu), GTK_POS_TOP);
  gtk_popover_popup (GTK_POPOVER (self->merge_menu));
}

void
tandem_window_close_merge_menu (TandemWindow *self)
{
  g_clear_pointer (&self->merge_menu, gtk_widget_unparent);
}

static void
on_merge (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  g_autoptr (GPtrArray) calls = find_mergeable (self);

  if (calls->len == 1)
    tandem_window_perform (self, "merge", id_of (calls->pdata[0]));
  else if (calls->len > 1)
    {
      tandem_window_show_content (self);
      ask_whom_to_merge (self, calls);
    }
}

static void
on_split (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  tandem_window_perform (data, "split", g_variant_new_string (""));
}

/* Everybody, when the agent leaves the conference. */
void
tandem_window_end_conference (TandemWindow *self)
{
  GListModel *calls = tandem_phone_get_calls (self->phone);
  g_autoptr (GPtrArray) parties = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      if (tandem_call_is_in_conference (call))
        g_ptr_array_add (parties, g_strdup (tandem_call_get_id (call)));
    }
  for (guint i = 0; i < parties->len; i++)
    tandem_window_perform (self, "hang-up", g_variant_new_string (parties->pdata[i]));
}

/* A held call is talked to when somebody else is; what rings or is dialled is only looked at. */
void
tandem_window_talk_to (TandemWindow *self, TandemCall *call)
{
  TandemCall *active = tandem_phone_get_active_call (self->phone);

  if (active != NULL && active != call && tandem_call_is_held_here (call)
      && !tandem_call_is_hold_pending (call))
    tandem_window_perform (self, "swap", id_of (call));
  tandem_window_show_call (self, call);
}

static void
on_talk_to (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *call = tandem_side_pane_get_call (self->side_pane, g_variant_get_uint32 (parameter));

  if (call != NULL)
    tandem_window_talk_to (self, call);
}

static void
on_dnd (GSimpleAction *action, GVariant *value, gpointer data)
{
  tandem_window_perform (data, "dnd",
                         g_variant_new_string (g_variant_get_boolean (value) ? "on" : "off"));
}

static void
on_colleagues (GSimpleAction *action, GVariant *value, gpointer data)
{
  tandem_window_show_colleagues (data, g_variant_get_boolean (value));
}

static void
on_pick_up (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  GListModel *colleagues = tandem_phone_get_colleagues (self->phone);
  guint n = g_list_model_get_n_items (colleagues);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TandemColleague) colleague = g_list_model_get_item (colleagues, i);

      if (tandem_colleague_can_pick_up (colleague))
        {
          tandem_window_perform (self, "pick-up",
                                 g_variant_new_string (tandem_colleague_get_address (colleague)));
          return;
        }
    }
  tandem_window_show_message (self, _ ("No call rings at a colleague"));
}

static void
on_call_details (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;

  tandem_window_show_content (self);
  gtk_menu_button_popup (self->details_button);
}

static void
on_pasted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemWindow) self = data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text != NULL && !tandem_call_page_send_digits (self->call_page, text))
    tandem_window_show_message (self, _ ("What was copied cannot be sent as keys"));
}

static void
on_paste_digits (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self)), NULL, on_pasted,
                                 g_object_ref (self));
}

static const GActionEntry talk_actions[] = {
  { "transfer", NULL, NULL, "false", on_transfer },
  { "note", NULL, NULL, "false", on_note },
  { "transfer-to", on_transfer_to, "s" },
  { "consult-with", on_consult_with, "s" },
  { "connect-with", on_connect_with, "s" },
  { "redirect-to", on_redirect_to, "s" },
  { "send-on", on_send_on },
  { "decline", on_decline },
  { "swap", on_swap },
  { "complete", on_complete },
  { "cancel-consultation", on_cancel_consultation },
  { "merge", on_merge },
  { "split", on_split },
  { "talk-to", on_talk_to, "u" },
  { "dnd", NULL, NULL, "false", on_dnd },
  { "colleagues", NULL, NULL, "false", on_colleagues },
  { "pick-up", on_pick_up },
  { "call-details", on_call_details },
  { "paste-digits", on_paste_digits },
};

void
tandem_window_add_talk_actions (TandemWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), talk_actions, G_N_ELEMENTS (talk_actions),
                                   self);
}
