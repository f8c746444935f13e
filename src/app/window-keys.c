/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "window-private.h"

/* What is typed into TandemWindow where no widget takes it: tones while the keypad is open, else the
 * beginning of a name or number. The keys that lead to actions are TandemApplication's. */

/* What is typed where nothing else takes it: tones while the keypad is open, else a number. */
static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType modifiers,
        TandemWindow *self)
{
  gunichar c = gdk_keyval_to_unicode (keyval);
  char text[7] = { 0 };

  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->root_stack), "phone") != 0)
    return GDK_EVENT_PROPAGATE;

  if (keyval == GDK_KEY_Escape && tandem_call_page_is_keypad_shown (self->call_page))
    {
      tandem_call_page_show_keypad (self->call_page, FALSE);
      return GDK_EVENT_STOP;
    }
  if (c == 0 || !g_unichar_isgraph (c))
    return GDK_EVENT_PROPAGATE;

  g_unichar_to_utf8 (g_unichar_toupper (c), text);
  if (tandem_call_page_is_keypad_shown (self->call_page))
    return tandem_call_page_send_digit (self->call_page, text) ? GDK_EVENT_STOP
                                                               : GDK_EVENT_PROPAGATE;
  if (adw_leaflet_get_folded (self->leaflet)
      && g_strcmp0 (adw_leaflet_get_visible_child_name (self->leaflet), "side") != 0)
    return GDK_EVENT_PROPAGATE;

  memset (text, 0, sizeof text);
  g_unichar_to_utf8 (c, text);
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
