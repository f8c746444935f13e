/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include <gdk/x11/gdkx.h>

#include <X11/Xatom.h>

#include "incoming-window.h"
#include "lint.h"
#include "sample-app.h"

typedef struct
{
  SampleApp *app;
  TandemCall *call;
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->app = sample_app_new ("incoming");
  self->call = g_list_model_get_item (tandem_phone_get_calls (self->app->phone), 0);
  self->window = GTK_WIDGET (
      tandem_incoming_window_new (GTK_APPLICATION (self->app->application), self->call));
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  tandem_incoming_window_show (TANDEM_INCOMING_WINDOW (self->window));
  sample_app_settle (self->window);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->call);
  sample_app_free (self->app);
  g_assert_null (self->window);
}

/* A stray Enter or space neither answers nor declines. */
static void
test_harmless (Fixture *self, gconstpointer data)
{
  GtkWidget *answer = sample_app_find_named (self->window, "answer_button");
  GtkWidget *decline = sample_app_find_named (self->window, "decline_button");
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self->window));

  g_assert_null (gtk_window_get_default_widget (GTK_WINDOW (self->window)));
  g_assert_nonnull (focus);
  g_assert_true (focus == sample_app_find_named (self->window, "who_box"));
  g_assert_false (gtk_widget_is_ancestor (focus, answer));
  gtk_window_present (GTK_WINDOW (self->window));
  g_signal_emit_by_name (self->window, "activate-default");
  g_signal_emit_by_name (self->window, "activate-focus");
  g_assert_cmpint (tandem_call_get_state (self->call), ==, TANDEM_CALL_RINGING_HERE);
  g_assert_true (gtk_widget_is_sensitive (answer));
  g_assert_true (gtk_widget_is_sensitive (decline));
  lint_accessibility (self->window);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (focus), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Incoming call from Sample Caller Three");
}

/* On X11 a window that was last used at time 0 does not get the focus when it is mapped. */
static void
test_keeps_focus (Fixture *self, gconstpointer data)
{
  GdkDisplay *display = gtk_widget_get_display (self->window);
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (self->window));
  Atom type;
  int format;
  unsigned long n, left;
  unsigned char *value = NULL;

  XGetWindowProperty (gdk_x11_display_get_xdisplay (display), gdk_x11_surface_get_xid (surface),
                      gdk_x11_get_xatom_by_name_for_display (display, "_NET_WM_USER_TIME"), 0, 1,
                      False, XA_CARDINAL, &type, &format, &n, &left, &value);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (*(unsigned long *) (void *) value, ==, 0);
  XFree (value);
}

static void
test_answer (Fixture *self, gconstpointer data)
{
  g_signal_emit_by_name (sample_app_find_named (self->window, "answer_button"), "clicked");
  g_assert_cmpint (tandem_call_get_state (self->call), ==, TANDEM_CALL_CONNECTED);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (self->window);
}

static void
test_decline (Fixture *self, gconstpointer data)
{
  g_signal_emit_by_name (sample_app_find_named (self->window, "decline_button"), "clicked");
  g_assert_cmpint (tandem_call_get_state (self->call), ==, TANDEM_CALL_ENDED);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (self->window);
}

static void
test_closing (Fixture *self, gconstpointer data)
{
  gtk_window_close (GTK_WINDOW (self->window));
  g_assert_cmpint (tandem_call_get_state (self->call), ==, TANDEM_CALL_RINGING_HERE);
}

static guint
count_windows (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  guint count = 0;

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      count += TANDEM_IS_INCOMING_WINDOW (window);
    }
  return count;
}

/* An incoming call opens a window of its own, unless the agent does not want that. */
static void
test_preference (Fixture *self, gconstpointer data)
{
  GSettings *settings = tandem_configuration_get_settings (self->app->configuration, "calls");

  g_assert_cmpuint (count_windows (), ==, 1);
  g_settings_set_boolean (settings, "incoming-window", FALSE);
  g_signal_emit_by_name (self->app->phone, "incoming", self->call);
  g_assert_cmpuint (count_windows (), ==, 1);
  g_settings_reset (settings, "incoming-window");
  g_signal_emit_by_name (self->app->phone, "incoming", self->call);
  g_assert_cmpuint (count_windows (), ==, 2);
  tandem_call_decline (self->call, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (count_windows (), ==, 0);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/incoming-window/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("harmless", test_harmless);
  ADD ("keeps-focus", test_keeps_focus);
  ADD ("answer", test_answer);
  ADD ("decline", test_decline);
  ADD ("closing", test_closing);
  ADD ("preference", test_preference);
  return g_test_run ();
}
