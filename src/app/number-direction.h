/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* In an entry for numbers and names: a number reads from left to right, its + first, whatever the language. */
void tandem_number_direction_watch (GtkEditable *entry);

G_END_DECLS
