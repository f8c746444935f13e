/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "announce.h"

/* What screen readers are told. A change is told once a change of state and never once a second; not
 * for text that the focus moves to anyway. */

/**
 * tandem_announce:
 * @widget: the widget that shows the change
 * @text: what changed, translated
 *
 * GTK 4.14 can announce; before it, the changed name of @widget is what assistive technology hears.
 */
void
tandem_announce (GtkWidget *widget, const char *text)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
#if GTK_CHECK_VERSION(4, 14, 0)
  gtk_accessible_announce (GTK_ACCESSIBLE (widget), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
#endif
}

/**
 * tandem_name_buttons:
 * @root: the beginning of a part of a window
 *
 * GTK 4.8 calls a button by its label with the underline of its mnemonic in it. Within @root each
 * such button is called by what is seen.
 */
void
tandem_name_buttons (GtkWidget *root)
{
  if (GTK_IS_BUTTON (root) && gtk_button_get_use_underline (GTK_BUTTON (root))
      && GTK_IS_LABEL (gtk_button_get_child (GTK_BUTTON (root))))
    {
      gtk_accessible_reset_property (GTK_ACCESSIBLE (root), GTK_ACCESSIBLE_PROPERTY_LABEL);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (root), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                      gtk_button_get_child (GTK_BUTTON (root)), NULL, -1);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    tandem_name_buttons (child);
}
