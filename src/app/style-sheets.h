/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Main thread, once, when there is a display: the style sheets beside style.css, which libadwaita
 * finds by itself. */
void tandem_style_sheets_load (void);

G_END_DECLS
