/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One field of a CSV line (RFC 4180), with the comma before it when the line has begun. A text that
 * a spreadsheet would take for a formula begins with an apostrophe; a plus and digits alone, a
 * number, stays as it is. text: (nullable) */
void tandem_csv_append (GString *line, const char *text);
/* Ends the line. */
void tandem_csv_end_line (GString *line);

G_END_DECLS
