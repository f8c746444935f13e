/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "window-private.h"

/* What is typed into TandemWindow where no widget takes it: key tones where the call page has the
 * focus, or while the keypad is open, else the beginning of a name or number. The keys that lead to
 * actions are TandemApplication's. */

static gboolean
is_content_alone (TandemWindow *self)
{
  return adw_leaflet_get_folded (self->leaflet)
         && g_strcmp0 (adw_leaflet_get_visible_child_name (self->leaflet), "side") != 0;
}

/* Whether digits are for the other side of the call in view. */
static gboolean
takes_digits (TandemWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  TandemCallView view = tandem_call_page_get_view (self->call_page);

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->content_stack), "call") != 0
      || view == TANDEM_CALL_VIEW_TRANSFER || view == TANDEM_CALL_VIEW_NOTE)
    return FALSE;
  return view == TANDEM_CALL_VIEW_KEYPAD || is_content_alone (self)
         || (focus != NULL
             && (focus == GTK_WIDGET (self->call_page)
                 || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->call_page))));
}

static gboolean
on_escape (TandemWindow *self)
{
  if (tandem_call_page_get_view (self->call_page) == TANDEM_CALL_VIEW_WHO)
    return GDK_EVENT_PROPAGATE;
  tandem_call_page_show_view (self->call_page, TANDEM_CALL_VIEW_WHO);
  return GDK_EVENT_STOP;
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType modifiers,
        TandemWindow *self)
{
  gunichar c = gdk_keyval_to_unicode (keyval);
  char text[7] = { 0 };

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->root_stack), "phone") != 0)
    return GDK_EVENT_PROPAGATE;
  if ((modifiers & GDK_CONTROL_MASK) != 0 && (keyval == GDK_KEY_v || keyval == GDK_KEY_V)
      && takes_digits (self))
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.paste-digits", NULL);
      return GDK_EVENT_STOP;
    }
  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Escape)
    return on_escape (self);
  if (c == 0 || !g_unichar_isgraph (c))
    return GDK_EVENT_PROPAGATE;

  g_unichar_to_utf8 (c, text);
  if (takes_digits (self))
    return tandem_call_page_send_digits (self->call_page, text) ? GDK_EVENT_STOP
                                                                : GDK_EVENT_PROPAGATE;
  if (is_content_alone (self))
    return GDK_EVENT_PROPAGATE;

  tandem_side_pane_focus_entry (self->side_pane);
  tandem_side_pane_insert (self->side_pane, text);
  return GDK_EVENT_STOP;
}

void
tandem_window_add_keys (TandemWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_BUBBLE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}
