/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "extension-list.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "announce.h"
#include "format.h"

/* What a newcomer can call on the practice exchange: a list where one press calls, and the way on to
 * an account of one's own. */

/**
 * tandem_extension_list_new:
 * @extensions: "number\tname" of each
 *
 * Returns: (transfer floating): a list whose rows activate "win.call", and a button for
 *   "app.stop-practice"
 */
GtkWidget *
tandem_extension_list_new (const char *const *extensions)
{
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *own = gtk_button_new_with_mnemonic (_ ("_Use Your Own Account"));

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Extensions to practise with"), -1);
  for (guint i = 0; extensions[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (extensions[i], "\t", 2);
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *icon = gtk_image_new_from_icon_name ("tandem-call-symbolic");
      g_autofree char *number = NULL;

      if (parts[0] == NULL)
        continue;
      number = tandem_format_isolated (parts[0]);
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                     parts[1] != NULL ? parts[1] : number);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), number);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), icon);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", parts[0]);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.call");
      gtk_list_box_append (GTK_LIST_BOX (list), row);
    }
  gtk_widget_set_halign (own, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (own), "app.stop-practice");
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), own);
  tandem_name_buttons (own);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 400);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  return clamp;
}
