/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include <locale.h>

#include "availability.h"
#include "call-private.h"
#include "contact-window.h"
#include "contacts-window.h"
#include "incoming-window.h"
#include "password-dialog.h"
#include "phone-private.h"
#include "record-window.h"
#include "rehearsal-result.h"
#include "rehearsal-window.h"
#include "sample-app.h"
#include "side-pane.h"
#include "timeline-window.h"

/* Shows one scene for a picture, says "ready" when it is drawn, and stays until its input ends. */

static char *scene = NULL;
static char *view = NULL;
static int width = 820;
static int height = 680;
static gboolean dark = FALSE;
static gboolean right_to_left = FALSE;
static double text_scale = 1.0;

static const GOptionEntry options[] = {
  { "scene", 0, 0, G_OPTION_ARG_STRING, &scene, "Of tandem_phone_new_sample()", "NAME" },
  { "view", 0, 0, G_OPTION_ARG_STRING, &view, "What is opened in it", "NAME" },
  { "width", 0, 0, G_OPTION_ARG_INT, &width, NULL, "PIXELS" },
  { "height", 0, 0, G_OPTION_ARG_INT, &height, NULL, "PIXELS" },
  { "dark", 0, 0, G_OPTION_ARG_NONE, &dark, NULL, NULL },
  { "rtl", 0, 0, G_OPTION_ARG_NONE, &right_to_left, NULL, NULL },
  { "text-scale", 0, 0, G_OPTION_ARG_DOUBLE, &text_scale, NULL, "FACTOR" },
  { NULL },
};

/* The sample calls are of one day: in the pictures it is always the afternoon of that day. This
 * takes the place of GLib's function within this program. */
GDateTime *
g_date_time_new_now_local (void)
{
  return g_date_time_new_local (2024, 5, 15, 14, 40, 0);
}

static const char *const extensions[]
    = { "200\tEcho", "201\tBusy", "202\tNo answer", "203\tCalls you back", "204\tA tone", NULL };

static void
activate (SampleApp *app, const char *name)
{
  gtk_widget_activate_action (GTK_WIDGET (app->window), name, NULL);
}

static TandemCall *
first_call (SampleApp *app)
{
  g_autoptr (TandemCall) call = g_list_model_get_item (tandem_phone_get_calls (app->phone), 0);

  g_assert_nonnull (call);
  return call;
}

static GtkWidget *
find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (g_type_is_a (G_OBJECT_TYPE (window), type))
        return window;
    }
  g_error ("no window of the type %s", g_type_name (type));
}

/* A window beside the main one, alone in the picture. */
static GtkWidget *
show_alone (SampleApp *app, GType type)
{
  GtkWidget *window = find_window (type);

  gtk_window_set_transient_for (GTK_WINDOW (window), NULL);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_widget_set_visible (GTK_WIDGET (app->window), FALSE);
  return window;
}

/* "contacts", "contacts-empty" or "contact", with people that no file keeps. */
static GtkWidget *
show_contacts (SampleApp *app)
{
  static const char *const people[][3]
      = { { "Sample Accounting", "+49 30 5550140", "Sample Works" },
          { "Sample Caller One", "+49 30 5550101", "" },
          { "Sample Caller Two", "+31 20 7940813", "Sample Trade" },
          { "Sample Reception", "200", "Sample Works" } };
  TandemContacts *contacts = tandem_contacts_new (":memory:", "DE");
  GtkWidget *window;

  for (guint i = 0; i < G_N_ELEMENTS (people) && !g_str_equal (view, "contacts-empty"); i++)
    {
      g_autoptr (TandemContact) contact = tandem_contact_new (NULL, NULL);

      tandem_contact_set_name (contact, people[i][0]);
      tandem_contact_add_number (contact, "work", people[i][1]);
      if (*people[i][2] != '\0')
        tandem_contact_set_organisation (contact, people[i][2]);
      tandem_contacts_save (contacts, contact);
    }
  window = GTK_WIDGET (tandem_contacts_window_new (GTK_WINDOW (app->window), contacts, NULL));
  while (g_list_model_get_n_items (G_LIST_MODEL (contacts)) < 4
         && !g_str_equal (view, "contacts-empty"))
    g_main_context_iteration (NULL, TRUE);
  if (g_str_equal (view, "contact"))
    {
      g_autoptr (TandemContact) first = g_list_model_get_item (G_LIST_MODEL (contacts), 0);

      window = GTK_WIDGET (
          tandem_contact_window_new (GTK_WINDOW (app->window), contacts, first, FALSE));
    }
  g_object_set_data_full (G_OBJECT (window), "contacts", contacts, g_object_unref);
  gtk_window_set_transient_for (GTK_WINDOW (window), NULL);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_set_visible (GTK_WIDGET (app->window), FALSE);
  return window;
}

static void
fill_results (TandemRehearsalWindow *window)
{
  static const struct
  {
    const char *operation;
    gint64 limit;
    gint64 measured;
  } results[] = {
    { "REGISTER", 4100, 4013 },  { "SUBSCRIBE", 4100, 4009 }, { "INVITE", 5100, 4021 },
    { "re-INVITE", 4100, 4006 }, { "INFO", 4100, 5230 },      { "BYE", 4100, -1 },
  };
  GListModel *model = tandem_rehearsal_get_results (tandem_rehearsal_window_get_rehearsal (window));

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (TandemRehearsalResult) result = tandem_rehearsal_result_new (
          results[i].operation, results[i].limit, results[i].measured, "192.0.2.11",
          results[i].measured >= 0 ? "192.0.2.12" : NULL);

      g_list_store_append (G_LIST_STORE (model), result);
    }
}

static GtkWidget *
open_view (SampleApp *app)
{
  GtkWidget *shown = GTK_WIDGET (app->window);

  if (view == NULL)
    return shown;
  if (g_str_equal (view, "side"))
    activate (app, "win.back");
  else if (g_str_equal (view, "call"))
    tandem_window_show_call (app->window, first_call (app));
  else if (g_str_equal (view, "keypad"))
    {
      activate (app, "win.keypad");
      for (const char *digit = "147"; *digit != '\0'; digit++)
        {
          char text[] = { *digit, '\0' };
          GtkWidget *page = sample_app_find_named (shown, "call_page");

          g_signal_emit_by_name (sample_app_find_named (page, "dial_pad"), "digit", text);
        }
    }
  else if (g_str_equal (view, "active"))
    tandem_window_show_call (app->window, tandem_phone_get_active_call (app->phone));
  else if (g_str_equal (view, "reminder"))
    {
      TandemCall *active = tandem_phone_get_active_call (app->phone);
      GListModel *calls = tandem_phone_get_calls (app->phone);

      for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
        {
          g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

          tandem_call_set_remind_after (call, 60);
          if (call != active)
            tandem_window_show_call (app->window, call);
        }
    }
  else if (g_str_has_prefix (view, "transfer"))
    {
      tandem_window_show_call (app->window, tandem_phone_get_active_call (app->phone));
      activate (app, "win.transfer");
      if (g_str_has_prefix (view, "transfer:"))
        gtk_editable_set_text (GTK_EDITABLE (sample_app_find_named (
                                   sample_app_find_named (shown, "transfer_view"), "target_entry")),
                               view + strlen ("transfer:"));
    }
  else if (g_str_equal (view, "send-on"))
    activate (app, "win.send-on");
  else if (g_str_equal (view, "note"))
    {
      activate (app, "win.note");
      tandem_call_set_note (first_call (app), "Wants the sample invoice again, by post.");
    }
  else if (g_str_equal (view, "details"))
    activate (app, "win.call-details");
  else if (g_str_equal (view, "colleagues"))
    activate (app, "win.colleagues");
  else if (g_str_equal (view, "digits"))
    {
      tandem_window_show_call (app->window, first_call (app));
      tandem_call_send_dtmf (first_call (app), "1475", NULL);
      tandem_call_add_received_digit (first_call (app), '9');
    }
  else if (g_str_equal (view, "merge"))
    activate (app, "win.merge");
  else if (g_str_equal (view, "menu"))
    gtk_menu_button_popup (GTK_MENU_BUTTON (sample_app_find_named (shown, "menu_button")));
  else if (g_str_equal (view, "forward"))
    tandem_availability_set_forward_to (tandem_phone_get_availability (app->phone), "5550103");
  else if (g_str_equal (view, "muted"))
    activate (app, "win.mute");
  else if (g_str_equal (view, "muted-side"))
    {
      activate (app, "win.mute");
      activate (app, "win.back");
    }
  else if (g_str_equal (view, "dial-pad"))
    activate (app, "win.dial-pad");
  else if (g_str_equal (view, "status"))
    tandem_window_open_status (app->window);
  else if (g_str_has_prefix (view, "search:"))
    tandem_window_fill_entry (app->window, view + strlen ("search:"));
  else if (g_str_equal (view, "practice"))
    {
      tandem_phone_delete_history (app->phone);
      g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (
                                       G_ACTION_MAP (app->application), "stop-practice")),
                                   TRUE);
      tandem_window_show_practice (app->window, extensions);
    }
  else if (g_str_equal (view, "form"))
    gtk_widget_activate (sample_app_find_named (shown, "account_row"));
  else if (g_str_has_prefix (view, "preferences:"))
    {
      g_action_group_activate_action (G_ACTION_GROUP (app->application), "preferences",
                                      g_variant_new_string (view + strlen ("preferences:")));
      shown = find_window (ADW_TYPE_PREFERENCES_WINDOW);
      gtk_window_set_default_size (GTK_WINDOW (shown), width, height);
      gtk_widget_set_visible (GTK_WIDGET (app->window), FALSE);
    }
  else if (g_str_equal (view, "incoming-window"))
    {
      TandemIncomingWindow *window
          = tandem_incoming_window_new (GTK_APPLICATION (app->application), first_call (app));

      gtk_widget_set_visible (GTK_WIDGET (app->window), FALSE);
      tandem_incoming_window_show (window);
      shown = GTK_WIDGET (window);
    }
  else if (g_str_equal (view, "password"))
    {
      activate (app, "win.enter-password");
      gtk_widget_set_visible (GTK_WIDGET (app->window), FALSE);
      shown = find_window (ADW_TYPE_MESSAGE_DIALOG);
    }
  else if (g_str_equal (view, "held-by-both"))
    {
      tandem_call_finish_hold (first_call (app), TRUE, NULL);
      tandem_window_show_call (app->window, first_call (app));
    }
  else if (g_str_equal (view, "notice"))
    {
      tandem_call_set_notice (first_call (app), _ ("No sound arrives from the other side"));
      tandem_window_show_call (app->window, first_call (app));
    }
  else if (g_str_has_prefix (view, "timeline"))
    {
      activate (app, "win.show-timeline");
      shown = show_alone (app, TANDEM_TYPE_TIMELINE_WINDOW);
      if (g_str_has_prefix (view, "timeline:"))
        gtk_editable_set_text (GTK_EDITABLE (sample_app_find_named (shown, "search_entry")),
                               view + strlen ("timeline:"));
    }
  else if (g_str_equal (view, "record"))
    {
      g_autoptr (TandemRecord) record
          = g_list_model_get_item (tandem_phone_get_history (app->phone), 1);

      tandem_side_pane_perform (TANDEM_SIDE_PANE (sample_app_find_named (shown, "side_pane")),
                                "details", record);
      shown = show_alone (app, TANDEM_TYPE_RECORD_WINDOW);
    }
  else if (g_str_equal (view, "missed"))
    activate (app, "win.missed-only");
  else if (g_str_has_prefix (view, "contact"))
    shown = show_contacts (app);
  else if (g_str_has_prefix (view, "rehearsal"))
    {
      activate (app, "win.practise-failover");
      shown = show_alone (app, TANDEM_TYPE_REHEARSAL_WINDOW);
      if (g_str_equal (view, "rehearsal-results"))
        fill_results (TANDEM_REHEARSAL_WINDOW (shown));
    }
  else if (g_str_equal (view, "shortcuts"))
    activate (app, "win.show-help-overlay");
  else if (g_str_equal (view, "ended"))
    {
      g_autoptr (TandemCall) call = g_object_ref (first_call (app));

      tandem_call_fail (call, "The person you called is busy");
    }
  else
    g_error ("no view is called %s", view);
  return shown;
}

static void
set_look (void)
{
  g_autoptr (GtkCssProvider) css = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (
      css, "window { border: 0; box-shadow: none; margin: 0; padding: 0; border-radius: 0; }", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_USER);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                           : ADW_COLOR_SCHEME_FORCE_LIGHT);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, "gtk-xft-dpi",
                (int) (98304 * text_scale), "gtk-decoration-layout", ":close", "gtk-cursor-blink",
                FALSE, NULL);
  if (right_to_left)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SampleApp) app = NULL;
  const char *locales = g_getenv ("TANDEM_TEST_LOCALEDIR");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GtkWidget *shown;

  setlocale (LC_ALL, "");
  bindtextdomain (TANDEM_GETTEXT_DOMAIN, locales != NULL ? locales : TANDEM_LOCALEDIR);
  bind_textdomain_codeset (TANDEM_GETTEXT_DOMAIN, "UTF-8");
  textdomain (TANDEM_GETTEXT_DOMAIN);

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);

  gtk_init ();
  set_look ();
  app = sample_app_new (scene != NULL ? scene : "idle");
  gtk_window_set_default_size (GTK_WINDOW (app->window), width, height);
  gtk_window_present (GTK_WINDOW (app->window));
  sample_app_settle (GTK_WIDGET (app->window));
  shown = open_view (app);
  sample_app_settle (shown);
  g_print ("ready %d %d\n", gtk_widget_get_width (shown), gtk_widget_get_height (shown));

  g_unix_fd_add (0, G_IO_IN | G_IO_HUP, on_input, loop);
  g_main_loop_run (loop);
  /* The application knows its own windows only. */
  if (gtk_window_get_application (GTK_WINDOW (shown)) == NULL)
    gtk_window_destroy (GTK_WINDOW (shown));
  return 0;
}
