/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "window-private.h"

#include <glib/gi18n.h>

#include <string.h>

#include "contact-window.h"
#include "contacts-window.h"
#include "record-actions.h"

/* The actions "win." of TandemWindow that are about people and past calls. */

static void
on_contacts_closed (TandemWindow *self)
{
  g_object_set_data (G_OBJECT (self), "tandem-contacts-window", NULL);
}

static void
on_show_contacts (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  GtkWindow *window = g_object_get_data (G_OBJECT (self), "tandem-contacts-window");

  if (tandem_phone_get_contacts (self->phone) == NULL)
    {
      tandem_window_show_message (self, _ ("There are no contacts in this run"));
      return;
    }
  if (window == NULL)
    {
      window = GTK_WINDOW (tandem_contacts_window_new (GTK_WINDOW (self),
                                                       tandem_phone_get_contacts (self->phone),
                                                       tandem_phone_get_book (self->phone)));
      g_object_set_data (G_OBJECT (self), "tandem-contacts-window", window);
      g_signal_connect_object (window, "destroy", G_CALLBACK (on_contacts_closed), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_window_present (window);
}

static void
on_add_contact (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  TandemContacts *contacts = tandem_phone_get_contacts (self->phone);
  g_autoptr (TandemContact) contact = NULL;
  const char *name, *who;

  if (contacts == NULL)
    {
      tandem_window_show_message (self, _ ("There are no contacts in this run"));
      return;
    }
  g_variant_get (parameter, "(&s&s)", &name, &who);
  contact = tandem_contact_new (NULL, *name != '\0' ? name : NULL);
  if (strchr (who, '@') != NULL)
    tandem_contact_add_address (contact, "work", who);
  else
    tandem_contact_add_number (contact, "work", who);
  gtk_window_present (
      GTK_WINDOW (tandem_contact_window_new (GTK_WINDOW (self), contacts, contact, TRUE)));
}

static void
on_redial (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;
  g_autofree char *uri = tandem_side_pane_get_last_dialled (self->side_pane);

  if (uri != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.call", "s", uri);
  else
    tandem_window_show_message (self, _ ("Nobody was called from here yet"));
}

static void
on_missed_only (GSimpleAction *action, GVariant *value, gpointer data)
{
  TandemWindow *self = data;

  g_simple_action_set_state (action, value);
  tandem_side_pane_show_missed_only (self->side_pane, g_variant_get_boolean (value));
  if (g_variant_get_boolean (value))
    adw_leaflet_set_visible_child_name (self->leaflet, "side");
}

static void
on_export_history (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TandemWindow *self = data;

  tandem_history_ask_export (GTK_WINDOW (self), self->toasts, self->phone);
}

static const GActionEntry people_actions[] = {
  { "show-contacts", on_show_contacts },
  { "add-contact", on_add_contact, "(ss)" },
  { "redial", on_redial },
  { "missed-only", NULL, NULL, "false", on_missed_only },
  { "export-history", on_export_history },
};

void
tandem_window_add_people_actions (TandemWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), people_actions,
                                   G_N_ELEMENTS (people_actions), self);
}
