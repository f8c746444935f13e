/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "incoming-menu.h"

#include <glib/gi18n.h>

#include "call-words.h"

/* The menu beside Answer and Decline: to send the call on, or to decline it with a reason that the
 * caller's telephone shows. The same one in the row, on the call page and in the small window. */

static const struct
{
  const char *label;
  guint code;
} reasons[] = {
  { N_ ("Decline: _Busy"), 486 },
  { N_ ("Decline: Not _Available"), 480 },
  { N_ ("Decline _Everywhere"), 603 },
  { N_ ("Decline: Wrong _Number"), 404 },
};

/**
 * tandem_incoming_menu_attach:
 * @button: a button with no menu of its own
 * @call: a call that rings here
 *
 * Gives @button the menu for @call, and an accessible name.
 */
void
tandem_incoming_menu_attach (GtkMenuButton *button, TandemCall *call)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) send = g_menu_new ();
  g_autoptr (GMenu) decline = g_menu_new ();
  g_autoptr (GMenuItem) item = g_menu_item_new (_ ("_Send To…"), NULL);
  g_autofree char *who = tandem_call_words_who (call);
  /* Translators: who calls. */
  g_autofree char *name = g_strdup_printf (_ ("More for %s"), who);

  g_menu_item_set_action_and_target (item, "app.send-to", "s", tandem_call_get_id (call));
  g_menu_append_item (send, item);
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_autoptr (GMenuItem) reason = g_menu_item_new (_ (reasons[i].label), NULL);

      g_menu_item_set_action_and_target (reason, "app.decline-with", "(su)",
                                         tandem_call_get_id (call), reasons[i].code);
      g_menu_append_item (decline, reason);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (send));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (decline));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
