/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "number-direction.h"

#include <string.h>

/* See number-direction.h. What begins like a number has no letter that would tell its direction. */

static void
update (GtkEditable *entry)
{
  const char *text = gtk_editable_get_text (entry);
  const gboolean number = g_ascii_isdigit (*text) || (*text != '\0' && strchr ("+(*#", *text));

  gtk_widget_set_direction (GTK_WIDGET (gtk_editable_get_delegate (entry)),
                            number ? GTK_TEXT_DIR_LTR : GTK_TEXT_DIR_NONE);
}

void
tandem_number_direction_watch (GtkEditable *entry)
{
  g_signal_connect (entry, "changed", G_CALLBACK (update), NULL);
  update (entry);
}
