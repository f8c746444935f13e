/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Fails the test when a button, entry or switch that is seen has no accessible name. */
void lint_accessibility (GtkWidget *root);
/* Fails the test when a widget that is seen reaches out of its window. */
void lint_width (GtkWidget *window, int width);

G_END_DECLS
