/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "application.h"

#include <glib/gi18n.h>

#include "background.h"
#include "global-shortcuts.h"
#include "hold-keys.h"
#include "incoming-window.h"
#include "notifications.h"
#include "preferences-window.h"
#include "shortcuts.h"
#include "style-sheets.h"

/* TandemApplication: the windows of the program. The host finds the running instance, reads the
 * command line and owns the phone; the actions of calls are its. This adds the actions that need a
 * window, the keys, and shows what the host's signals ask for. */

struct _TandemApplication
{
  AdwApplication parent_instance;

  TandemHost *host; /* not owned: it owns the application */
  TandemPhone *phone;
  TandemConfiguration *configuration;
  TandemActions *actions;
  TandemNotifications *notifications;
  TandemGlobalShortcuts *global_shortcuts; /* (nullable): not wanted */
  TandemWindow *window;
  GtkWindow *preferences;
  GtkFileChooserNative *chooser;
  guint renewal;
  gboolean told_background; /* in this run */
};

G_DEFINE_FINAL_TYPE (TandemApplication, tandem_application, ADW_TYPE_APPLICATION)

/* --- Actions ---------------------------------------------------------------------------------- */

static void
on_preferences (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemApplication *self = data;

  if (self->preferences == NULL)
    {
      TandemWindow *window = tandem_application_get_window (self);

      g_set_weak_pointer (
          &self->preferences,
          GTK_WINDOW (tandem_preferences_window_new (
              gtk_widget_get_visible (GTK_WIDGET (window)) ? GTK_WINDOW (window) : NULL,
              self->phone, self->configuration)));
      gtk_window_set_application (self->preferences, GTK_APPLICATION (self));
    }
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (self->preferences),
                                                g_variant_get_string (parameter, NULL));
  gtk_window_present (self->preferences);
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemApplication *self = data;

  adw_show_about_window (
      GTK_WINDOW (tandem_application_get_window (self)), "application-name", "Tandem",
      "application-icon", TANDEM_APPLICATION_ID, "version", TANDEM_VERSION, "developer-name",
      _ ("The Tandem contributors"), "license-type", GTK_LICENSE_GPL_3_0, "comments",
      _ ("A telephone for contact centres that keeps the line when a server fails."),
      /* Translators: your names, one a line. */
      "translator-credits", _ ("translator-credits"), NULL);
}

static void
on_configuration_response (TandemApplication *self, int response)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
      path = g_file_get_path (file);
      if (path == NULL)
        tandem_window_show_message (tandem_application_get_window (self),
                                    _ ("Only a local file can be used"));
      else if (!tandem_configuration_import_file (self->configuration, path, &error))
        tandem_window_show_message (tandem_application_get_window (self), error->message);
    }
  g_clear_object (&self->chooser);
}

static void
on_open_configuration (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemApplication *self = data;
  g_autoptr (GtkFileFilter) likely = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) any = gtk_file_filter_new ();

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_ ("Open a Configuration File"),
                                               GTK_WINDOW (tandem_application_get_window (self)),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_file_filter_set_name (likely, _ ("Configuration files"));
  gtk_file_filter_add_pattern (likely, "*.config");
  gtk_file_filter_add_pattern (likely, "*.xml");
  gtk_file_filter_set_name (any, _ ("All files"));
  gtk_file_filter_add_pattern (any, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), likely);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), any);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_configuration_response), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_practice_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemApplication) self = data;
  g_autoptr (GError) error = NULL;

  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "practice")), TRUE);
  if (!tandem_host_start_practice_finish (TANDEM_HOST (source), result, &error))
    tandem_window_show_message (tandem_application_get_window (self), error->message);
}

static void
on_practice (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemApplication *self = data;

  g_return_if_fail (self->host != NULL);

  g_simple_action_set_enabled (action, FALSE);
  tandem_host_start_practice_async (self->host, on_practice_started, g_object_ref (self));
}

/* Back to the stored account; without one, to where it is entered. */
static void
on_stop_practice (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemApplication *self = data;

  g_return_if_fail (self->host != NULL);

  tandem_host_stop_practice (self->host);
  tandem_window_show_account (tandem_application_get_window (self));
  gtk_window_present (GTK_WINDOW (self->window));
}

/* From the small window and the notification too: the question is asked in the main window. */
static void
on_send_to (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemApplication *self = data;
  TandemCall *call = tandem_phone_find_call (self->phone, g_variant_get_string (parameter, NULL));

  if (call == NULL)
    return;
  tandem_window_send_on (tandem_application_get_window (self), call);
  gtk_window_present (GTK_WINDOW (self->window));
}

static const GActionEntry own_actions[] = {
  { "preferences", on_preferences, "s" },          { "about", on_about },
  { "open-configuration", on_open_configuration }, { "practice", on_practice },
  { "stop-practice", on_stop_practice },           { "send-to", on_send_to, "s" },
};

/* --- What the host asks for ------------------------------------------------------------------- */

static void
on_present (TandemApplication *self)
{
  gtk_window_present (GTK_WINDOW (tandem_application_get_window (self)));
}

static void
on_present_call (TandemApplication *self, TandemCall *call)
{
  tandem_window_show_call (tandem_application_get_window (self), call);
  on_present (self);
}

static void
on_present_history (TandemApplication *self)
{
  tandem_window_show_history (tandem_application_get_window (self));
  on_present (self);
}

static void
on_fill_entry (TandemApplication *self, const char *text)
{
  tandem_window_fill_entry (tandem_application_get_window (self), text);
  on_present (self);
}

static void
on_failed (TandemApplication *self, const char *message)
{
  if (self->window != NULL)
    tandem_window_show_message (self->window, message);
}

static void
on_incoming (TandemApplication *self, TandemCall *call)
{
  if (tandem_configuration_get_boolean (self->configuration, "calls", "incoming-window"))
    tandem_incoming_window_show (tandem_incoming_window_new (GTK_APPLICATION (self), call));
}

/* --- Without a window, and from the session's start ------------------------------------------- */

#define BACKGROUND_ID "background"

static gboolean
goes_on (TandemApplication *self)
{
  return tandem_host_is_background (self->host)
         || tandem_configuration_get_boolean (self->configuration, "window", "background");
}

static void
on_background (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemApplication) self = data;
  g_autoptr (GError) error = NULL;

  if (!tandem_background_request_finish (result, &error))
    on_failed (self, error->message);
}

/* Where the person has just switched something on. */
static void
tell_of_setting (TandemApplication *self, const char *words)
{
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  if (self->preferences != NULL)
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self->preferences),
                                      adw_toast_new (escaped));
  else
    on_failed (self, words);
}

static void
on_autostart (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TandemApplication) self = data;
  GSettings *settings = tandem_configuration_get_settings (self->configuration, "window");
  g_autoptr (GError) error = NULL;

  if (tandem_background_request_finish (result, &error))
    return;
  g_message ("autostart: %s", error->message);
  tell_of_setting (self, error->message);
  if (g_settings_get_boolean (settings, "autostart"))
    g_settings_set_boolean (settings, "autostart", FALSE);
}

static void
on_autostart_changed (TandemApplication *self, const char *key, GSettings *settings)
{
  tandem_background_request_async (tandem_background_get_portal (G_APPLICATION (self)),
                                   g_settings_get_boolean (settings, key), on_autostart,
                                   g_object_ref (self));
}

static void
tell_background (TandemApplication *self)
{
  g_autoptr (GNotification) notification = g_notification_new (_ ("Tandem Goes On"));
  GDBusConnection *portal = tandem_background_get_portal (G_APPLICATION (self));

  self->told_background = TRUE;
  g_notification_set_body (notification, _ ("Calls ring also without a window."));
  g_notification_set_default_action (notification, "app.show");
  g_notification_add_button (notification, _ ("Quit"), "app.quit");
  g_application_send_notification (G_APPLICATION (self), BACKGROUND_ID, notification);
  if (portal != NULL)
    tandem_background_request_async (
        portal, tandem_configuration_get_boolean (self->configuration, "window", "autostart"),
        on_background, g_object_ref (self));
}

static gboolean
on_window_closing (TandemApplication *self)
{
  if (goes_on (self) && !self->told_background)
    tell_background (self);
  return GDK_EVENT_PROPAGATE;
}

static void
on_window_shown (TandemApplication *self)
{
  if (self->told_background)
    g_application_withdraw_notification (G_APPLICATION (self), BACKGROUND_ID);
}

static void
update_hides (TandemApplication *self)
{
  if (self->window != NULL)
    tandem_window_set_hides (self->window, goes_on (self));
}

static void
watch_background (TandemApplication *self)
{
  GSettings *settings = tandem_configuration_get_settings (self->configuration, "window");

  g_signal_connect_object (settings, "changed::background", G_CALLBACK (update_hides), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "close-request", G_CALLBACK (on_window_closing), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "show", G_CALLBACK (on_window_shown), self,
                           G_CONNECT_SWAPPED);
  update_hides (self);
}

/* --- Keys of the desktop ---------------------------------------------------------------------- */

static void
on_held (TandemApplication *self, gboolean talks, gboolean down)
{
  TandemWindow *window = down ? tandem_application_get_window (self) : self->window;

  if (window != NULL)
    tandem_hold_keys_set_global (g_object_get_data (G_OBJECT (window), "tandem-hold-keys"), talks,
                                 down);
}

/* A portal that went away may come back, and a desktop without one says so in the preferences only. */
static void
on_keys_failed (TandemApplication *self, const GError *error)
{
  GSettings *settings = tandem_configuration_get_settings (self->configuration, "window");

  if (self->preferences != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    tell_of_setting (self, error->message);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      && g_settings_get_boolean (settings, "global-shortcuts"))
    g_settings_set_boolean (settings, "global-shortcuts", FALSE);
}

static void
stop_global_shortcuts (TandemApplication *self)
{
  if (self->global_shortcuts != NULL)
    tandem_global_shortcuts_stop (self->global_shortcuts);
  g_clear_object (&self->global_shortcuts);
}

static void
update_global_shortcuts (TandemApplication *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (self));
  const gboolean wanted
      = tandem_configuration_get_boolean (self->configuration, "window", "global-shortcuts");

  if (!wanted)
    stop_global_shortcuts (self);
  else if (self->global_shortcuts == NULL && bus != NULL)
    {
      self->global_shortcuts = tandem_global_shortcuts_new (bus, G_ACTION_GROUP (self));
      g_signal_connect_object (self->global_shortcuts, "held", G_CALLBACK (on_held), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->global_shortcuts, "failed", G_CALLBACK (on_keys_failed), self,
                               G_CONNECT_SWAPPED);
      tandem_global_shortcuts_start (self->global_shortcuts);
    }
}

/* --- Readiness and practice -------------------------------------------------------------------- */

/* The preferences show what holds in this run: with other settings they are made anew. */
static gboolean
on_renew_preferences (gpointer data)
{
  TandemApplication *self = data;
  g_autofree char *page = NULL;

  self->renewal = 0;
  if (self->preferences == NULL)
    return G_SOURCE_REMOVE;
  page = g_strdup (
      adw_preferences_window_get_visible_page_name (ADW_PREFERENCES_WINDOW (self->preferences)));
  gtk_window_destroy (self->preferences);
  g_clear_weak_pointer (&self->preferences);
  g_action_group_activate_action (G_ACTION_GROUP (self), "preferences",
                                  g_variant_new_string (page != NULL ? page : "account"));
  return G_SOURCE_REMOVE;
}

static void
on_practising (TandemApplication *self)
{
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "stop-practice")),
      tandem_host_is_practising (self->host));
  if (self->window != NULL)
    tandem_window_show_practice (self->window, tandem_host_get_practice_extensions (self->host));
  if (self->renewal == 0)
    self->renewal = g_idle_add (on_renew_preferences, self);
}

static void
on_practice_problem (TandemApplication *self)
{
  g_autofree char *problem = NULL;

  g_object_get (self->host, "practice-problem", &problem, NULL);
  if (problem != NULL)
    on_failed (self, problem);
}

static void
on_ready (TandemApplication *self)
{
  tandem_application_set_models (self, tandem_host_get_phone (self->host),
                                 tandem_host_get_configuration (self->host),
                                 tandem_host_get_actions (self->host));
  self->notifications = tandem_notifications_new (G_APPLICATION (self), self->phone);
  g_signal_connect_object (tandem_configuration_get_settings (self->configuration, "window"),
                           "changed::autostart", G_CALLBACK (on_autostart_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (tandem_configuration_get_settings (self->configuration, "window"),
                           "changed::global-shortcuts", G_CALLBACK (update_global_shortcuts), self,
                           G_CONNECT_SWAPPED);
  update_global_shortcuts (self);
}

static void
on_stopping (TandemApplication *self)
{
  stop_global_shortcuts (self);
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    gtk_widget_set_visible (l->data, FALSE);
}

/* --- Object ----------------------------------------------------------------------------------- */

static void
tandem_application_startup (GApplication *application)
{
  G_APPLICATION_CLASS (tandem_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (TANDEM_APPLICATION_ID);
  tandem_style_sheets_load ();
}

static void
tandem_application_dispose (GObject *object)
{
  TandemApplication *self = TANDEM_APPLICATION (object);

  g_clear_handle_id (&self->renewal, g_source_remove);
  stop_global_shortcuts (self);
  g_clear_weak_pointer (&self->preferences);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->chooser);
  g_clear_object (&self->notifications);
  g_clear_object (&self->actions);
  g_clear_object (&self->configuration);
  g_clear_object (&self->phone);
  G_OBJECT_CLASS (tandem_application_parent_class)->dispose (object);
}

static void
tandem_application_class_init (TandemApplicationClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tandem_application_dispose;
  G_APPLICATION_CLASS (klass)->startup = tandem_application_startup;
}

static void
tandem_application_init (TandemApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), own_actions, G_N_ELEMENTS (own_actions),
                                   self);
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "stop-practice")), FALSE);
}

/**
 * tandem_application_new:
 * @id: the application's id
 * @flags: its flags
 *
 * Returns: (transfer full): an application that waits for tandem_application_set_host() or
 *   tandem_application_set_models()
 */
TandemApplication *
tandem_application_new (const char *id, GApplicationFlags flags)
{
  return g_object_new (TANDEM_TYPE_APPLICATION, "application-id", id, "flags", flags,
                       "resource-base-path", "/org/tandemphone/Tandem", NULL);
}

/**
 * tandem_application_set_host:
 * @self: an application
 * @host: its host; must outlive @self's windows
 */
void
tandem_application_set_host (TandemApplication *self, TandemHost *host)
{
  TandemActions *actions = tandem_host_get_actions (host);

  g_return_if_fail (TANDEM_IS_APPLICATION (self));
  g_return_if_fail (self->host == NULL);

  self->host = host;
  g_signal_connect_object (host, "ready", G_CALLBACK (on_ready), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (host, "stopping", G_CALLBACK (on_stopping), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (host, "notify::practising", G_CALLBACK (on_practising), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (host, "notify::practice-problem", G_CALLBACK (on_practice_problem), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (actions, "present", G_CALLBACK (on_present), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (actions, "present-call", G_CALLBACK (on_present_call), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (actions, "present-history", G_CALLBACK (on_present_history), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (actions, "fill-entry", G_CALLBACK (on_fill_entry), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (actions, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
}

/**
 * tandem_application_set_models:
 * @self: an application without models
 * @phone: what the windows show
 * @configuration: the settings
 * @actions: what the windows do
 */
void
tandem_application_set_models (TandemApplication *self,
                               TandemPhone *phone,
                               TandemConfiguration *configuration,
                               TandemActions *actions)
{
  g_return_if_fail (TANDEM_IS_APPLICATION (self));
  g_return_if_fail (self->phone == NULL);

  self->phone = g_object_ref (phone);
  self->configuration = g_object_ref (configuration);
  self->actions = g_object_ref (actions);
  g_signal_connect_object (phone, "incoming", G_CALLBACK (on_incoming), self, G_CONNECT_SWAPPED);
}

static void
update_shortcuts (TandemApplication *self)
{
  GSettings *settings = tandem_configuration_get_settings (self->configuration, "window");

  tandem_shortcuts_apply (GTK_APPLICATION (self), settings);
  if (self->window != NULL)
    {
      g_autoptr (GtkShortcutsWindow) overlay = tandem_shortcuts_create_window (settings);

      gtk_application_window_set_help_overlay (GTK_APPLICATION_WINDOW (self->window), overlay);
    }
}

/**
 * tandem_application_get_window:
 * @self: an application with models
 *
 * Returns: (transfer none): the main window, made when there is none yet
 */
TandemWindow *
tandem_application_get_window (TandemApplication *self)
{
  g_return_val_if_fail (TANDEM_IS_APPLICATION (self), NULL);
  g_return_val_if_fail (self->phone != NULL, NULL);

  if (self->window == NULL)
    {
      g_set_weak_pointer (&self->window, tandem_window_new (GTK_APPLICATION (self), self->phone,
                                                            self->configuration, self->actions));
      g_object_set_data_full (G_OBJECT (self->window), "tandem-hold-keys",
                              tandem_hold_keys_new (GTK_WINDOW (self->window), self->phone,
                                                    self->configuration, self->actions),
                              g_object_unref);
      g_signal_connect_object (tandem_configuration_get_settings (self->configuration, "window"),
                               "changed::shortcuts", G_CALLBACK (update_shortcuts), self,
                               G_CONNECT_SWAPPED);
      update_shortcuts (self);
      if (self->host != NULL)
        {
          watch_background (self);
          tandem_window_show_practice (self->window,
                                       tandem_host_get_practice_extensions (self->host));
        }
    }
  return self->window;
}
