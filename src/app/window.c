/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "window-private.h"

#include <glib/gi18n.h>

#include "call-row.h"
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

/* The keypad hides who one talks to: the header bar says it instead. */
static void
update_title (TandemWindow *self)
{
  TandemCall *call = tandem_call_page_get_call (self->call_page);
  gboolean keypad = call != NULL && tandem_call_page_is_keypad_shown (self->call_page);
  g_autofree char *address = NULL;

  if (keypad)
    address = tandem_format_isolated (tandem_call_get_peer_address (call));
  if (keypad && tandem_call_get_peer_name (call) != NULL)
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
tandem_window_update_keypad (TandemWindow *self)
{
  tandem_window_set_action_state (self, "keypad",
                                  tandem_call_page_is_keypad_shown (self->call_page));
  update_title (self);
}

/* While one side hides the other: ringing calls other than the one in view are shown above it, and
 * what can be called in practice mode goes to the side pane. */
static void
update_layout (TandemWindow *self)
{
  gboolean folded = adw_leaflet_get_folded (self->leaflet);

  gtk_widget_set_visible (GTK_WIDGET (self->ringing_list),
                          folded && self->ringing != NULL
                              && g_list_model_get_n_items (self->ringing) > 0);
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

static void
refilter_ringing (TandemWindow *self)
{
  GtkFilter *filter = gtk_filter_list_model_get_filter (GTK_FILTER_LIST_MODEL (self->ringing));

  gtk_filter_changed (filter, GTK_FILTER_CHANGE_DIFFERENT);
  update_layout (self);
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
      tandem_call_page_set_call (self->call_page, call);
      if (call != NULL)
        g_signal_connect_object (call, "notify", G_CALLBACK (on_shown_call_notify), self, 0);
    }
  gtk_stack_set_visible_child_name (self->content_stack, call != NULL ? "call" : "idle");
  tandem_side_pane_select_call (self->side_pane, call);
  refilter_ringing (self);
  update_title (self);
  tandem_window_update_actions (self);
}

/* The call that takes the place of one that is gone: talking before ringing, then the newest. */
static TandemCall *
next_call (TandemWindow *self)
{
  GListModel *calls = tandem_phone_get_calls (self->phone);
  TandemCall *best = NULL;

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
  if (call == NULL)
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

      g_signal_connect_object (call, "notify::state", G_CALLBACK (refilter_ringing), self,
                               G_CONNECT_SWAPPED);
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
  refilter_ringing (self);
  tandem_window_update_actions (self);
}

static void
on_call_selected (TandemSidePane *pane, TandemCall *call, TandemWindow *self)
{
  tandem_window_show_call (self, call);
}

static void
on_ringing_activated (GtkListBox *list, GtkListBoxRow *row, TandemWindow *self)
{
  tandem_window_show_call (self, tandem_call_row_get_call (TANDEM_CALL_ROW (row)));
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
  g_clear_weak_pointer (&self->timeline);
  g_clear_weak_pointer (&self->rehearsal);
  if (self->phone != NULL)
    g_signal_handlers_disconnect_by_data (tandem_phone_get_calls (self->phone), self);
  if (self->ringing_list != NULL && self->ringing != NULL)
    gtk_list_box_bind_model (self->ringing_list, NULL, NULL, NULL, NULL);
  if (self->ringing != NULL)
    gtk_filter_list_model_set_filter (GTK_FILTER_LIST_MODEL (self->ringing), NULL);
  g_clear_object (&self->ringing);
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

  g_type_ensure (TANDEM_TYPE_BANNER);
  g_type_ensure (TANDEM_TYPE_CALL_PAGE);
  g_type_ensure (TANDEM_TYPE_IDLE_PAGE);
  g_type_ensure (TANDEM_TYPE_MAILBOX_BUTTON);
  g_type_ensure (TANDEM_TYPE_SIDE_PANE);
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
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, ringing_list);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, content_stack);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, idle_page);
  gtk_widget_class_bind_template_child (widget_class, TandemWindow, call_page);
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

  g_settings_bind (settings, "width", self, "default-width",
                   G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_GET_NO_CHANGES);
  g_settings_bind (settings, "height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_GET_NO_CHANGES);
  g_action_group_change_action_state (G_ACTION_GROUP (self), "dial-pad",
                                      g_settings_get_value (settings, "dial-pad"));
}

static void
bind_phone (TandemWindow *self)
{
  GListModel *calls = tandem_phone_get_calls (self->phone);
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (filter_ringing, self, NULL));

  self->ringing = G_LIST_MODEL (gtk_filter_list_model_new (g_object_ref (calls), filter));
  gtk_list_box_bind_model (self->ringing_list, self->ringing, create_ringing_row, NULL, NULL);
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
  g_signal_connect_object (self->call_page, "keypad-changed",
                           G_CALLBACK (tandem_window_update_keypad), self, G_CONNECT_SWAPPED);
  on_account_changed (self);
  update_root (self);
  on_calls_changed (calls, 0, 0, 0, self);
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

  set_shown_call (self, call);
  adw_leaflet_set_visible_child_name (self->leaflet, "content");
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
