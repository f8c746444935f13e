/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "incoming-window.h"

#include <glib/gi18n.h>
#ifdef GDK_WINDOWING_X11
#include <gdk/x11/gdkx.h>
#endif

#include "call-words.h"
#include "format.h"
#include "incoming-menu.h"

/* TandemIncomingWindow: a small window while a call rings here. It does not take the focus from
 * what the agent is typing into, and no stray Enter or space answers: the focus within it is on who
 * calls, not on a button. Closes itself when the call no longer rings. Closing it answers and
 * declines nothing. */

struct _TandemIncomingWindow
{
  AdwWindow parent_instance;

  TandemCall *call;
  GtkWidget *who_box;
  AdwAvatar *avatar;
  GtkLabel *title_label;
  GtkLabel *address_label;
  GtkLabel *queue_label;
  GtkLabel *auto_answer_label;
  GtkMenuButton *more_button;
  GtkWidget *decline_button;
  GtkWidget *answer_button;
};

G_DEFINE_FINAL_TYPE (TandemIncomingWindow, tandem_incoming_window, ADW_TYPE_WINDOW)

static void
update (TandemIncomingWindow *self)
{
  const char *name = tandem_call_get_peer_name (self->call);
  const char *queue = tandem_call_get_queue (self->call);
  gboolean named = name != NULL && *name != '\0';
  g_autofree char *address = tandem_format_isolated (tandem_call_get_peer_address (self->call));
  g_autofree char *title = named ? tandem_format_shortened (name, 80)
                                 : tandem_format_isolated (tandem_call_get_title (self->call));
  g_autofree char *auto_answer = tandem_call_words_auto_answer (self->call);
  g_autofree char *spoken = NULL;

  if (tandem_call_get_state (self->call) != TANDEM_CALL_RINGING_HERE)
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  adw_avatar_set_text (self->avatar, named ? name : tandem_call_get_title (self->call));
  adw_avatar_set_show_initials (self->avatar, named);
  gtk_label_set_label (self->title_label, title);
  gtk_label_set_label (self->address_label, address);
  gtk_widget_set_visible (GTK_WIDGET (self->address_label), named && address != NULL);
  gtk_label_set_label (self->queue_label, queue != NULL ? queue : "");
  gtk_widget_set_visible (GTK_WIDGET (self->queue_label), queue != NULL && *queue != '\0');
  gtk_label_set_label (self->auto_answer_label, auto_answer != NULL ? auto_answer : "");
  gtk_widget_set_visible (GTK_WIDGET (self->auto_answer_label), auto_answer != NULL);
  /* Translators: who calls. */
  spoken = g_strdup_printf (_ ("Incoming call from %s"), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->who_box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
}

static void
tandem_incoming_window_dispose (GObject *object)
{
  g_clear_object (&TANDEM_INCOMING_WINDOW (object)->call);
  G_OBJECT_CLASS (tandem_incoming_window_parent_class)->dispose (object);
}

static void
tandem_incoming_window_class_init (TandemIncomingWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tandem_incoming_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tandemphone/Tandem/incoming-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TandemIncomingWindow, who_box);
  gtk_widget_class_bind_template_child (widget_class, TandemIncomingWindow, avatar);
  gtk_widget_class_bind_template_child (widget_class, TandemIncomingWindow, title_label);
  gtk_widget_class_bind_template_child (widget_class, TandemIncomingWindow, address_label);
  gtk_widget_class_bind_template_child (widget_class, TandemIncomingWindow, queue_label);
  gtk_widget_class_bind_template_child (widget_class, TandemIncomingWindow, auto_answer_label);
  gtk_widget_class_bind_template_child (widget_class, TandemIncomingWindow, more_button);
  gtk_widget_class_bind_template_child (widget_class, TandemIncomingWindow, decline_button);
  gtk_widget_class_bind_template_child (widget_class, TandemIncomingWindow, answer_button);
}

static void
tandem_incoming_window_init (TandemIncomingWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tandem_incoming_window_new:
 * @application: the application, with the actions that answer and decline
 * @call: a call that rings here
 *
 * Returns: (transfer none): a window, not yet shown, owned by GTK
 */
TandemIncomingWindow *
tandem_incoming_window_new (GtkApplication *application, TandemCall *call)
{
  TandemIncomingWindow *self
      = g_object_new (TANDEM_TYPE_INCOMING_WINDOW, "application", application, NULL);

  self->call = g_object_ref (call);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->decline_button), "s",
                                    tandem_call_get_id (call));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->decline_button), "app.decline");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->answer_button), "s",
                                    tandem_call_get_id (call));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->answer_button), "app.answer");
  tandem_incoming_menu_attach (self->more_button, call);
  gtk_window_set_focus (GTK_WINDOW (self), self->who_box);
  g_signal_connect_object (call, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return self;
}

/**
 * tandem_incoming_window_show:
 * @self: a window
 *
 * Shows it without asking for the focus.
 */
void
tandem_incoming_window_show (TandemIncomingWindow *self)
{
  g_return_if_fail (TANDEM_IS_INCOMING_WINDOW (self));

  gtk_widget_realize (GTK_WIDGET (self));
#ifdef GDK_WINDOWING_X11
  {
    GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (self));

    if (GDK_IS_X11_SURFACE (surface))
      gdk_x11_surface_set_user_time (surface, 0);
  }
#endif
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}
