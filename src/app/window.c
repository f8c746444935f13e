/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "window-private.h"

#include <glib/gi18n.h>

#include "call-row.h"
#include "call-words.h"
#include "format.h"
#include "secrets.h"

/* TandemWindow: the main window: side pane and call page, beside each other or one at a time, or
 * the welcome page while nothing is configured. It decides which call is shown; what is done to
 * calls goes through the application's actions. Its own actions ("win.") are about what is shown,
 * and aim the keys at the call in view. */

/* How long a call that failed stays readable, in ms. */
#define ENDED_CALL_STAYS 15000

G_DEFINE_FINAL_TYPE (TandemWindow, tandem_window, ADW_TYPE_APPLICATION_WINDOW)

gboolean
tandem_window_is_current_call (TandemWindow *self, TandemCall *call)
{
  GListModel *calls = tandem_phone_get_calls (self->phone);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) other = g_list_model_get_item (calls, i);

      if (other == call)
        return TRUE;
    }
  return FALSE;
}

gboolean
tandem_window_has_calls (TandemWindow *self)
{
  return g_list_model_get_n_items (tandem_phone_get_calls (self->phone)) > 0;
}

/* --- What is shown ---------------------------------------------------------------------------- */

/* Keypad, transfer and note hide who one talks to: the header bar says it instead. */
static void
update_title (TandemWindow *self)
{
  TandemCall *call = tandem_call_page_get_call (self->call_page);
  gboolean hidden = call != NULL && !self->colleagues_shown
                    && tandem_call_page_get_view (self->call_page) != TANDEM_CALL_VIEW_WHO;
  g_autofree char *address = NULL;

  if (hidden)
    address = tandem_format_isolated (tandem_call_get_peer_address (call));
  if (self->colleagues_shown)
    {
      adw_window_title_set_title (self->content_title, _ ("Colleagues"));
      adw_window_title_set_subtitle (self->content_title, "");
    }
  else if (hidden && tandem_call_get_peer_name (call) != NULL)
    {
      adw_window_title_set_title (self->content_title, tandem_call_get_peer_name (call));
      adw_window_title_set_subtitle (self->content_title, address);
    }
  else
    {
      adw_window_title_set_title (self->content_title, address != NULL ? address : "");
      adw_window_title_set_subtitle (self->content_title, "");
    }
}

void
tandem_window_update_view (TandemWindow *self)
{
  tandem_window_set_action_state (self, "keypad",
                                  tandem_call_page_is_keypad_shown (self->call_page));
  tandem_window_update_talk_actions (self);
  update_title (self);
}

/* While one side hides the other: what rings beside the call in view is shown above it, and the call
 * that waits; and what can be called in practice mode goes to the side pane. */
static void
update_layout (TandemWindow *self)
{
  gboolean folded = adw_leaflet_get_folded (self->leaflet);
  guint ringing = self->ringing != NULL ? g_list_model_get_n_items (self->ringing) : 0;
  guint others = self->others != NULL ? g_list_model_get_n_items (self->others) : 0;
  guint more_calls = ringing > 0 ? others : MAX (others, 1) - 1;
  g_autofree char *more
      = g_strdup_printf (ngettext ("%u More Call", "%u More Calls", more_calls), more_calls);

  gtk_widget_set_visible (GTK_WIDGET (self->ringing_list), folded && ringing + others > 0);
  gtk_button_set_label (self->more_calls_button, more);
  gtk_widget_set_visible (GTK_WIDGET (self->more_calls_button), folded && more_calls > 0);
  tandem_side_pane_set_extensions (self->side_pane,
                                   folded ? (const char *const *) self->extensions : NULL);
}

/* The account comes to be a moment later, from the stored settings: the password waits for it. */
static void
on_account_entered (TandemWelcomePage *page, const char *password, TandemWindow *self)
{
  g_clear_pointer (&self->entered_password, tandem_password_free);
  if (*password != '\0')
    self->entered_password = g_strdup (password);
}

static void
update_root (TandemWindow *self)
{
  gboolean configured = TRUE;

  g_object_get (self->phone, "configured", &configured, NULL);
  if (!configured && self->welcome == NULL)
    {
      self->welcome = tandem_welcome_page_new (self->configuration);
      g_signal_connect (self->welcome, "account-entered", G_CALLBACK (on_account_entered), self);
      gtk_stack_add_named (self->root_stack, GTK_WIDGET (self->welcome), "welcome");
    }
  gtk_stack_set_visible_child_name (self->root_stack, configured ? "phone" : "welcome");
  tandem_window_enable_action (self, "focus-entry", configured);
  tandem_window_enable_action (self, "dial-pad", configured);
}

static void
on_shown_call_notify (TandemCall *call, GParamSpec *pspec, TandemWindow *self)
{
  if (!g_str_equal (g_param_spec_get_name (pspec), "duration"))
    tandem_window_update_actions (self);
}

static gboolean
filter_ringing (gpointer item, gpointer data)
{
  TandemWindow *self = data;

  return tandem_call_get_state (item) == TANDEM_CALL_RINGING_HERE
         && item != tandem_call_page_get_call (self->call_page);
}

/* The parties of a conference are in view together. */
static gboolean
filter_others (gpointer item, gpointer data)
{
  TandemWindow *self = data;
  TandemCall *shown = tandem_call_page_get_call (self->call_page);

  return shown != NULL && item != shown && tandem_call_get_state (item) != TANDEM_CALL_RINGING_HERE
         && !(tandem_call_is_in_conference (item) && tandem_call_is_in_conference (shown));
}

static void
refilter (TandemWindow *self)
{
  GListModel *models[] = { self->ringing, self->others };

  for (gsize i = 0; i < G_N_ELEMENTS (models); i++)
    gtk_filter_changed (gtk_filter_list_model_get_filter (GTK_FILTER_LIST_MODEL (models[i])),
                        GTK_FILTER_CHANGE_DIFFERENT);
  /* There is place for one row: what rings is more pressing than what waits. */
  gtk_slice_list_model_set_size (self->waiting,
                                 g_list_model_get_n_items (self->ringing) == 0 ? 1 : 0);
  update_layout (self);
}

static void
update_content (TandemWindow *self)
{
  TandemCall *call = tandem_call_page_get_call (self->call_page);
  const char *name = "idle";

  if (self->colleagues_shown)
    name = "colleagues";
  else if (call != NULL)
    name = "call";
  else if (self->wrapping_up)
    name = "wrap-up";
  gtk_stack_set_visible_child_name (self->content_stack, name);
  tandem_window_set_action_state (self, "colleagues", self->colleagues_shown);
  update_title (self);
}

void
tandem_window_show_content (TandemWindow *self)
{
  adw_leaflet_set_visible_child_name (self->leaflet, "content");
}

void
tandem_window_show_colleagues (TandemWindow *self, gboolean show)
{
  self->colleagues_shown = show;
  update_content (self);
  if (show)
    {
      tandem_window_show_content (self);
      tandem_colleagues_page_focus (self->colleagues_page);
    }
  else if (tandem_call_page_get_call (self->call_page) == NULL && !self->wrapping_up)
    adw_leaflet_set_visible_child_name (self->leaflet, "side");
}

static void
set_shown_call (TandemWindow *self, TandemCall *call)
{
  TandemCall *old = tandem_call_page_get_call (self->call_page);

  g_clear_handle_id (&self->leave_call, g_source_remove);
  if (old != call)
    {
      if (old != NULL)
        g_signal_handlers_disconnect_by_func (old, on_shown_call_notify, self);
      tandem_window_close_merge_menu (self);
      tandem_call_page_set_call (self->call_page, call);
      tandem_call_details_set_call (self->details, call);
      if (call != NULL)
        g_signal_connect_object (call, "notify", G_CALLBACK (on_shown_call_notify), self, 0);
    }
  update_content (self);
  tandem_side_pane_select_call (self->side_pane, call);
  refilter (self);
  tandem_window_update_actions (self);
}

/* The page goes with the voice: to the call that is answered, taken back, or swapped to. */
static void
follow_active_call (TandemWindow *self)
{
  TandemCall *active = tandem_phone_get_active_call (self->phone);
  TandemCall *shown = tandem_call_page_get_call (self->call_page);

  if (active == self->active)
    return;
  g_set_weak_pointer (&self->active, active);
  if (active == NULL || active == shown || !tandem_window_is_current_call (self, active))
    return;
  if (shown != NULL && tandem_call_is_in_conference (active)
      && tandem_call_is_in_conference (shown))
    return;
  set_shown_call (self, active);
}

static void
on_any_call_notify (TandemCall *call, GParamSpec *pspec, TandemWindow *self)
{
  const char *name = g_param_spec_get_name (pspec);

  if (!g_str_equal (name, "state") && !g_str_equal (name, "hold")
      && !g_str_equal (name, "hold-pending") && !g_str_equal (name, "in-conference")
      && !g_str_equal (name, "consults"))
    return;
  follow_active_call (self);
  refilter (self);
  tandem_window_update_actions (self);
}

static void
on_wrap_up (TandemWindow *self)
{
  gboolean wrapping_up = tandem_phone_get_wrap_up (self->phone) > 0;
  TandemCall *shown = tandem_call_page_get_call (self->call_page);

  if (wrapping_up == self->wrapping_up)
    return;
  self->wrapping_up = wrapping_up;
  tandem_wrap_up_page_set_call (self->wrap_up_page,
                                wrapping_up ? tandem_phone_get_last_call (self->phone) : NULL);
  if (shown != NULL && !tandem_window_is_current_call (self, shown))
    set_shown_call (self, NULL);
  update_content (self);
  if (wrapping_up && shown == NULL)
    tandem_window_show_content (self);
  else if (!wrapping_up && shown == NULL && !self->colleagues_shown)
    adw_leaflet_set_visible_child_name (self->leaflet, "side");
  tandem_window_update_actions (self);
}

static void
on_availability (TandemWindow *self)
{
  tandem_window_set_action_state (self, "dnd", tandem_phone_get_do_not_disturb (self->phone));
}

/* The call that takes the place of one that is gone: the one that is talked in, others before ringing
 * ones, then the newest. */
static TandemCall *
next_call (TandemWindow *self)
{
  GListModel *calls = tandem_phone_get_calls (self->phone);
  TandemCall *best = tandem_phone_get_active_call (self->phone);

  if (best != NULL)
    return best;

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      if (best == NULL || tandem_call_get_state (best) == TANDEM_CALL_RINGING_HERE)
        best = call;
    }
  return best;
}

void
tandem_window_show_next_call (TandemWindow *self)
{
  TandemCall *call = next_call (self);

  set_shown_call (self, call);
  if (call == NULL && !self->wrapping_up && !self->colleagues_shown)
    adw_leaflet_set_visible_child_name (self->leaflet, "side");
}

static gboolean
on_leave_call (gpointer data)
{
  TandemWindow *self = data;

  self->leave_call = 0;
  tandem_window_show_next_call (self);
  return G_SOURCE_REMOVE;
}

static void
show_failure (TandemWindow *self, TandemCall *call, const char *failure)
{
  const char *name = tandem_call_get_peer_name (call);
  g_autofree char *who = name != NULL ? tandem_format_shortened (name, 40)
                                      : tandem_format_isolated (tandem_call_get_title (call));
  /* Translators: who was called, and why that failed. */
  g_autofree char *message = g_strdup_printf (_ ("%s: %s"), who, failure);

  tandem_window_show_message (self, message);
}

static void
on_calls_changed (GListModel *calls, guint position, guint removed, guint added, TandemWindow *self)
{
  TandemCall *shown = tandem_call_page_get_call (self->call_page);

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      g_signal_connect_object (call, "notify", G_CALLBACK (on_any_call_notify), self, 0);
      if (!tandem_call_is_incoming (call))
        {
          tandem_window_show_call (self, call);
          return;
        }
    }

  if (shown != NULL && !tandem_window_is_current_call (self, shown))
    {
      const char *failure = tandem_call_get_failure (shown);

      if (failure != NULL && g_list_model_get_n_items (calls) == 0)
        {
          g_clear_handle_id (&self->leave_call, g_source_remove);
          self->leave_call = g_timeout_add (ENDED_CALL_STAYS, on_leave_call, self);
        }
      else
        {
          if (failure != NULL)
            show_failure (self, shown, failure);
          tandem_window_show_next_call (self);
        }
    }
  else if (shown == NULL)
    set_shown_call (self, next_call (self));
  refilter (self);
  tandem_window_update_actions (self);
}

static void
on_call_selected (TandemSidePane *pane, TandemCall *call, TandemWindow *self)
{
  tandem_window_talk_to (self, call);
}

static void
on_ringing_activated (GtkListBox *list, GtkListBoxRow *row, TandemWindow *self)
{
  tandem_window_talk_to (self, tandem_call_row_get_call (TANDEM_CALL_ROW (row)));
}

static GtkWidget *
create_ringing_row (gpointer item, gpointer data)
{
  return tandem_call_row_new (item);
}

static void
on_account_changed (TandemWindow *self)
{
  TandemAccount *account = tandem_phone_get_account (self->phone);

  if (account != NULL)
    {
      if (self->entered_password != NULL)
        tandem_account_give_password (account, self->entered_password, TRUE);
      g_clear_pointer (&self->entered_password, tandem_password_free);
    }
}

static void
on_text_changed (TandemWindow *self)
{
  g_autofree char *target = tandem_side_pane_get_target (self->side_pane);

  tandem_window_enable_action (self, "dial", target != NULL);
}

/* --- Closing ---------------------------------------------------------------------------------- */

static void
on_close_response (AdwMessageDialog *dialog, const char *response, TandemWindow *self)
{
  if (g_str_equal (response, "hide"))
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  else if (g_str_equal (response, "quit"))
    tandem_window_perform (self, "quit", NULL);
}

static void
ask_before_closing (TandemWindow *self)
{
  GtkWidget *dialog
      = adw_message_dialog_new (GTK_WINDOW (self), _ ("A Call Is Going On"),
                                _ ("Closing the window can leave the call as it is, or end it."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "quit",
                                    _ ("_End Call and Quit"), "hide", _ ("_Keep Talking"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "quit",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "hide",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "hide");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_close_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
tandem_window_close_request (GtkWindow *window)
{
  TandemWindow *self = TANDEM_WINDOW (window);

  if (self->hides)
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  else if (tandem_window_has_calls (self))
    ask_before_closing (self);
  else
    tandem_window_perform (self, "quit", NULL);
  return GDK_EVENT_STOP;
}

/* --- Object ----------------------------------------------------------------------------------- */

static void
tandem_window_dispose (GObject *object)
{
  TandemWindow *self = TANDEM_WINDOW (object);

  g_clear_handle_id (&self->leave_call, g_source_remove);
  tandem_window_close_merge_menu (self);
  if (self->details_button != NULL)
    gtk_menu_button_popdown (self->details_button);
  g_clear_weak_pointer (&self->active);
  g_clear_weak_pointer (&self->timeline);
  g_clear_weak_pointer (&self->rehearsal);
  if (self->phone != NULL)
    g_signal_handlers_disconnect_by_data (tandem_phone_get_calls (self->phone), self);
  if (self->ringing_list != NULL && self->ringing != NULL)
    gtk_list_box_bind_model (self->ringing_list, NULL, NULL, NULL, NULL);
  if (self->ringing != NULL)
    gtk_filter_list_model_set_filter (GTK_FILTER_LIST_MODEL (self->ringing), NULL);
  if (self->others != NULL)
    gtk_filter_list_model_set_filter (GTK_FILTER_LIST_MODEL (self->others), NULL);
  g_clear_object (&self->ringing);
  g_clear_object (&self->waiting);
  g_clear_object (&self->others);
  g_clear_pointer (&self->entered_password, tandem_password_free);
  g_clear_pointer (&self->extensions, g_strfreev);
  g_clear_object (&self->actions);
  g_clear_object (&self->configuration);
  G_OBJECT_CLASS (tandem_window_parent_class)->dispose (object);
  g_clear_object (&self->phone);
}

static void
tandem_window_class_init (TandemWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = tandem_window_close_request;

  g_type_ensure (TANDEM_TYPE_AVAILABILITY_BAR);
  g_type_ensure (TANDEM_TYPE_BANNER);
  g_type_ensure (TANDEM_TYPE_CALL_DETAILS);
  g_type_ensure (TANDEM_TYPE_CALL_PAGE);
  g_type_ensure (TANDEM_TYPE_COLLEAGUES_PAGE);
  g_type_ensure (TANDEM_TYPE_IDLE_PAGE);
  g_type_ensure (TANDEM_TYPE_MAILBOX_BUTTON);
  g_type_ensure (TANDEM_TYPE_SIDE_PANE);
  g_type_ensure (TANDEM_TYPE_WRAP_UP_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tandemphone/Tandem/window.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, root_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, side_title);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, content_title);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, mailbox_button);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, side_banner);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, content_banner);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, side_pane);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, side_availability);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, content_availability);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, note_button);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, details_button);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, details);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, ringing_list);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, more_calls_button);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, content_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, idle_page);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, call_page);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, wrap_up_page);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, colleagues_page);
  gtk_widget_class_bind_template_callback (widget_class, update_layout);
  gtk_widget_class_bind_template_callback (widget_class, on_call_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_ringing_activated);
}

static void
tandem_window_init (TandemWindow *self)
{
  tandem_window_add_actions (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  tandem_window_enable_action (self, "dial", FALSE);
  tandem_window_add_keys (self);
}

static void
bind_settings (TandemWindow *self)
{
  GSettings *settings = tandem_configuration_get_settings (self->configuration, "window");
  g_autoptr (GVariant) dial_pad = g_settings_get_value (settings, "dial-pad");

  g_settings_bind (settings, "width", self, "default-width",
                   G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_GET_NO_CHANGES);
  g_settings_bind (settings, "height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_GET_NO_CHANGES);
  g_action_group_change_action_state (G_ACTION_GROUP (self), "dial-pad", dial_pad);
}

static void
bind_phone (TandemWindow *self)
{
  GListModel *calls = tandem_phone_get_calls (self->phone);
  GtkFilter *ringing = GTK_FILTER (gtk_custom_filter_new (filter_ringing, self, NULL));
  GtkFilter *others = GTK_FILTER (gtk_custom_filter_new (filter_others, self, NULL));
  g_autoptr (GListStore) models = g_list_store_new (G_TYPE_LIST_MODEL);
  g_autoptr (GtkFlattenListModel) beside = NULL;

  self->ringing = G_LIST_MODEL (gtk_filter_list_model_new (g_object_ref (calls), ringing));
  self->others = G_LIST_MODEL (gtk_filter_list_model_new (g_object_ref (calls), others));
  self->waiting = gtk_slice_list_model_new (g_object_ref (self->others), 0, 1);
  g_list_store_append (models, self->ringing);
  g_list_store_append (models, self->waiting);
  beside = gtk_flatten_list_model_new (G_LIST_MODEL (g_object_ref (models)));
  gtk_list_box_bind_model (self->ringing_list, G_LIST_MODEL (beside), create_ringing_row, NULL,
                           NULL);
  tandem_call_page_set_phone (self->call_page, self->phone);
  tandem_wrap_up_page_set_phone (self->wrap_up_page, self->phone);
  tandem_colleagues_page_set_colleagues (self->colleagues_page,
                                         tandem_phone_get_colleagues (self->phone));
  tandem_availability_bar_set_phone (self->side_availability, self->phone);
  tandem_availability_bar_set_phone (self->content_availability, self->phone);
  tandem_side_pane_set_phone (self->side_pane, self->phone);
  tandem_idle_page_set_phone (self->idle_page, self->phone);
  tandem_mailbox_button_set_phone (self->mailbox_button, self->phone);
  tandem_banner_set_phone (self->side_banner, self->phone);
  tandem_banner_set_phone (self->content_banner, self->phone);

  g_signal_connect_object (calls, "items-changed", G_CALLBACK (on_calls_changed), self, 0);
  g_signal_connect_object (self->phone, "notify::account", G_CALLBACK (on_account_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->phone, "notify::configured", G_CALLBACK (update_root), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->phone, "error", G_CALLBACK (tandem_window_show_message), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->side_pane, "text-changed", G_CALLBACK (on_text_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->phone, "notify::wrap-up", G_CALLBACK (on_wrap_up), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->phone, "notify::do-not-disturb", G_CALLBACK (on_availability),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->call_page, "view-changed", G_CALLBACK (tandem_window_update_view),
                           self, G_CONNECT_SWAPPED);
  on_account_changed (self);
  update_root (self);
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      g_signal_connect_object (call, "notify", G_CALLBACK (on_any_call_notify), self, 0);
    }
  on_calls_changed (calls, 0, 0, 0, self);
  on_wrap_up (self);
  on_availability (self);
  tandem_window_update_actions (self);
}

/**
 * tandem_window_new:
 * @application: the application, with the actions of preferences and so on
 * @phone: what it shows
 * @configuration: for the window's size, the welcome page and the password
 * @actions: what is done goes through them
 *
 * Returns: (transfer none): a window, not yet shown, owned by GTK
 */
TandemWindow *
tandem_window_new (GtkApplication *application,
                   TandemPhone *phone,
                   TandemConfiguration *configuration,
                   TandemActions *actions)
{
  TandemWindow *self = g_object_new (TANDEM_TYPE_WINDOW, "application", application, NULL);

  self->phone = g_object_ref (phone);
  self->configuration = g_object_ref (configuration);
  self->actions = g_object_ref (actions);
  bind_settings (self);
  bind_phone (self);
  tandem_side_pane_focus_entry (self->side_pane);
  return self;
}

/**
 * tandem_window_show_call:
 * @self: a window
 * @call: the call to look at
 */
void
tandem_window_show_call (TandemWindow *self, TandemCall *call)
{
  g_return_if_fail (TANDEM_IS_WINDOW (self));

  self->colleagues_shown = FALSE;
  set_shown_call (self, call);
  tandem_window_show_content (self);
}

/**
 * tandem_window_get_shown_call:
 * @self: a window
 *
 * Returns: (transfer none) (nullable): the call in view
 */
TandemCall *
tandem_window_get_shown_call (TandemWindow *self)
{
  g_return_val_if_fail (TANDEM_IS_WINDOW (self), NULL);
  return tandem_call_page_get_call (self->call_page);
}

/**
 * tandem_window_show_history:
 * @self: a window
 *
 * Moves the focus to the recent calls.
 */
void
tandem_window_show_history (TandemWindow *self)
{
  g_return_if_fail (TANDEM_IS_WINDOW (self));

  adw_leaflet_set_visible_child_name (self->leaflet, "side");
  tandem_side_pane_set_text (self->side_pane, "");
  tandem_side_pane_focus_records (self->side_pane);
}

/**
 * tandem_window_fill_entry:
 * @self: a window
 * @text: a number or an address, from a link; nothing is dialled
 */
void
tandem_window_fill_entry (TandemWindow *self, const char *text)
{
  g_return_if_fail (TANDEM_IS_WINDOW (self));

  adw_leaflet_set_visible_child_name (self->leaflet, "side");
  tandem_side_pane_set_text (self->side_pane, text);
  tandem_side_pane_focus_entry (self->side_pane);
}

/**
 * tandem_window_show_message:
 * @self: a window
 * @message: one sentence, translated
 *
 * Shows @message for a few seconds.
 */
void
tandem_window_show_message (TandemWindow *self, const char *message)
{
  g_autofree char *escaped = NULL;

  g_return_if_fail (TANDEM_IS_WINDOW (self));

  escaped = g_markup_escape_text (message, -1);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

/**
 * tandem_window_show_practice:
 * @self: a window
 * @extensions: (nullable): "number\tname" of each extension of the practice exchange
 *
 * Tells the newcomer what can be called.
 */
void
tandem_window_show_practice (TandemWindow *self, const char *const *extensions)
{
  g_return_if_fail (TANDEM_IS_WINDOW (self));

  g_clear_pointer (&self->extensions, g_strfreev);
  if (extensions != NULL && extensions[0] != NULL)
    self->extensions = g_strdupv ((GStrv) extensions);
  adw_window_title_set_subtitle (self->side_title,
                                 self->extensions != NULL ? _ ("Practice Exchange") : "");
  tandem_idle_page_set_extensions (self->idle_page, (const char *const *) self->extensions);
  update_layout (self);
}

/**
 * tandem_window_show_account:
 * @self: a window
 *
 * Opens the form for an account while there is none.
 */
void
tandem_window_show_account (TandemWindow *self)
{
  g_return_if_fail (TANDEM_IS_WINDOW (self));
  if (self->welcome != NULL
      && gtk_stack_get_visible_child (self->root_stack) == GTK_WIDGET (self->welcome))
    tandem_welcome_page_show_form (self->welcome);
}

/**
 * tandem_window_open_status:
 * @self: a window
 */
void
tandem_window_open_status (TandemWindow *self)
{
  g_return_if_fail (TANDEM_IS_WINDOW (self));

  adw_leaflet_set_visible_child_name (self->leaflet, "side");
  tandem_side_pane_open_status (self->side_pane);
}

/**
 * tandem_window_set_hides:
 * @self: a window
 * @hides: whether closing it only hides it, because the phone runs in the background
 */
void
tandem_window_set_hides (TandemWindow *self, gboolean hides)
{
  g_return_if_fail (TANDEM_IS_WINDOW (self));
  self->hides = hides;
}
