/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "window-private.h"

#include <glib/gi18n.h>

#include "account-watch.h"
#include "password-dialog.h"
#include "rehearsal-window.h"
#include "timeline-window.h"

/* The actions "win." of TandemWindow: what is shown, and the keys aimed at the call in view. What is
 * done to calls goes on to the application's actions. */

static GSimpleAction *
own_action (TandemWindow *self, const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), name));
}

void
tandem_window_enable_action (TandemWindow *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (own_action (self, name), enabled);
}

void
tandem_window_set_action_state (TandemWindow *self, const char *name, gboolean on)
{
  g_simple_action_set_state (own_action (self, name), g_variant_new_boolean (on));
}

/* Does what an action of the application does; what fails is said in a toast. */
gboolean
tandem_window_perform (TandemWindow *self, const char *name, GVariant *parameter)
{
  g_autoptr (GError) error = NULL;

  if (tandem_actions_perform (self->actions, name, parameter, &error))
    return TRUE;
  tandem_window_show_message (self, error->message);
  return FALSE;
}

void
tandem_window_update_actions (TandemWindow *self)
{
  TandemCall *call = tandem_call_page_get_call (self->call_page);
  TandemCallState state = call != NULL ? tandem_call_get_state (call) : TANDEM_CALL_ENDED;
  gboolean connected = state == TANDEM_CALL_CONNECTED;
  TandemHold hold = connected ? tandem_call_get_hold (call) : TANDEM_HOLD_NONE;

  tandem_window_enable_action (self, "mute", connected);
  tandem_window_set_action_state (self, "mute", connected && tandem_call_get_muted (call));
  tandem_window_enable_action (self, "hold", connected && !tandem_call_is_hold_pending (call));
  tandem_window_set_action_state (self, "hold",
                                  hold == TANDEM_HOLD_LOCAL || hold == TANDEM_HOLD_BOTH);
  tandem_window_enable_action (self, "keypad", connected || state == TANDEM_CALL_EARLY_MEDIA);
  tandem_window_enable_action (self, "hang-up", tandem_window_has_calls (self));
  tandem_window_enable_action (self, "close-call", state == TANDEM_CALL_ENDED);
  tandem_window_update_talk_actions (self);
}

static void
on_focus_entry (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;

  adw_leaflet_set_visible_child_name (self->leaflet, "side");
  tandem_side_pane_focus_entry (self->side_pane);
}

static gboolean
dial (TandemWindow *self, const char *target, gboolean typed)
{
  g_autoptr (GError) error = NULL;

  if (tandem_actions_perform (self->actions, "call", g_variant_new_string (target), &error))
    {
      tandem_side_pane_set_text (self->side_pane, "");
      return TRUE;
    }
  if (typed)
    tandem_side_pane_show_hint (self->side_pane, error->message);
  else
    tandem_window_show_message (self, error->message);
  return FALSE;
}

static void
on_dial (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  g_autofree char *target = tandem_side_pane_get_target (self->side_pane);

  if (target != NULL)
    dial (self, target, TRUE);
}

static void
on_call (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  dial (data, g_variant_get_string (parameter, NULL), FALSE);
}

static void
on_dial_pad (GSimpleAction *action, GVariant *value, gpointer data)
{
  TandemWindow *self = data;
  GSettings *settings = tandem_configuration_get_settings (self->configuration, "window");

  g_simple_action_set_state (action, value);
  tandem_side_pane_show_dial_pad (self->side_pane, g_variant_get_boolean (value));
  if (g_settings_get_boolean (settings, "dial-pad") != g_variant_get_boolean (value))
    g_settings_set_boolean (settings, "dial-pad", g_variant_get_boolean (value));
  if (g_variant_get_boolean (value))
    adw_leaflet_set_visible_child_name (self->leaflet, "side");
}

static const char *
shown_id (TandemWindow *self)
{
  TandemCall *call = tandem_call_page_get_call (self->call_page);

  return call != NULL && tandem_window_is_current_call (self, call) ? tandem_call_get_id (call)
                                                                    : "";
}

static void
on_mute (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;

  tandem_window_perform (self, "mute", g_variant_new ("(ss)", shown_id (self), "toggle"));
}

static void
on_hold (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;

  tandem_window_perform (self, "toggle-hold", g_variant_new_string (shown_id (self)));
}

static void
on_keypad (GSimpleAction *action, GVariant *value, gpointer data)
{
  TandemWindow *self = data;

  tandem_call_page_show_view (self->call_page, g_variant_get_boolean (value)
                                                   ? TANDEM_CALL_VIEW_KEYPAD
                                                   : TANDEM_CALL_VIEW_WHO);
  if (g_variant_get_boolean (value))
    tandem_window_show_content (self);
  tandem_window_update_view (self);
}

static void
on_hang_up (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *call = tandem_call_page_get_call (self->call_page);

  if (call != NULL && tandem_call_is_in_conference (call))
    tandem_window_end_conference (self);
  else
    tandem_window_perform (self, "hang-up", g_variant_new_string (shown_id (self)));
}

/* The key that answers also waits on for an answer that is not confirmed, and follows a referral,
 * unless a call rings. */
static void
on_answer (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *call = tandem_call_page_get_call (self->call_page);

  if (call != NULL && tandem_call_is_unconfirmed (call)
      && g_list_model_get_n_items (self->ringing) == 0)
    tandem_window_perform (self, "keep-trying", g_variant_new_string (tandem_call_get_id (call)));
  else if (call != NULL && tandem_call_get_referral_target (call) != NULL
           && g_list_model_get_n_items (self->ringing) == 0)
    tandem_window_perform (self, "answer-referral",
                           g_variant_new ("(sb)", tandem_call_get_id (call), TRUE));
  else
    tandem_window_perform (self, "answer", g_variant_new_string (""));
}

static void
on_close_call (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  tandem_window_show_next_call (data);
}

static void
on_back (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;

  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
on_enter_password (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  g_autoptr (TandemAccountWatch) watch = tandem_account_watch_new (self->phone);
  TandemAccount *needy = tandem_account_watch_get_needy (watch);
  TandemAccount *account = needy != NULL ? needy : tandem_phone_get_account (self->phone);

  if (account != NULL)
    tandem_password_dialog_present (GTK_WINDOW (self), account, self->configuration);
}

static void
on_delete_response (AdwMessageDialog *dialog, const char *response, TandemWindow *self)
{
  if (g_str_equal (response, "delete"))
    tandem_window_perform (self, "delete-history", NULL);
}

static void
on_delete_history (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  GtkWidget *dialog
      = adw_message_dialog_new (GTK_WINDOW (self), _ ("Delete the Call History?"),
                                _ ("All recent calls are removed from the list for good."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "delete",
                                    _ ("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "delete",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_delete_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
present (TandemWindow *self, GtkWindow *window)
{
  gtk_window_set_application (window, gtk_window_get_application (GTK_WINDOW (self)));
  gtk_window_set_transient_for (
      window, gtk_widget_get_visible (GTK_WIDGET (self)) ? GTK_WINDOW (self) : NULL);
  gtk_window_present (window);
}

static void
on_show_timeline (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;

  if (self->timeline == NULL)
    g_set_weak_pointer (&self->timeline, tandem_timeline_window_new (self->phone));
  present (self, self->timeline);
}

static void
on_practise_failover (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;

  if (self->rehearsal == NULL)
    g_set_weak_pointer (&self->rehearsal, tandem_rehearsal_window_new (self->phone));
  present (self, self->rehearsal);
}

static const GActionEntry own_actions[] = {
  { "focus-entry", on_focus_entry },
  { "dial", on_dial },
  { "call", on_call, "s" },
  { "dial-pad", NULL, NULL, "false", on_dial_pad },
  { "mute", on_mute, NULL, "false" },
  { "hold", on_hold, NULL, "false" },
  { "keypad", NULL, NULL, "false", on_keypad },
  { "hang-up", on_hang_up },
  { "answer", on_answer },
  { "close-call", on_close_call },
  { "back", on_back },
  { "enter-password", on_enter_password },
  { "delete-history", on_delete_history },
  { "show-timeline", on_show_timeline },
  { "practise-failover", on_practise_failover },
};

void
tandem_window_add_actions (TandemWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), own_actions, G_N_ELEMENTS (own_actions),
                                   self);
  tandem_window_add_talk_actions (self);
  tandem_window_add_people_actions (self);
}
