/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "announce.h"

/* Tells screen readers what changed, once a change of state and never once a second. Not for text
 * that the focus moves to anyway. */

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
