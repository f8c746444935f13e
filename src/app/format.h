/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *tandem_format_duration (guint seconds);
char *tandem_format_spoken_duration (guint seconds);
char *tandem_format_when (GDateTime *when, GDateTime *now);
char *tandem_format_moment (GDateTime *when, GDateTime *now);
char *tandem_format_milliseconds (gint64 milliseconds);
char *tandem_format_route (const char *from, const char *to);
char *tandem_format_file_name (const char *base);
char *tandem_format_isolated (const char *text);
char *tandem_format_shortened (const char *text, guint most);
gboolean tandem_format_is_target (const char *text);
gboolean tandem_format_matches (const char *name, const char *address, const char *wanted);

G_END_DECLS
