/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Small pieces of text that the models of this folder share. Not for reasons and failures: those
 * are in reason-words.h. */

/* (transfer full) text between U+2066 and U+2069, so that it keeps its order within right-to-left
 * text. For numbers, SIP addresses and IP addresses. */
char *tandem_words_isolate (const char *text);
/* (transfer full) text from outside made fit to show: valid UTF-8, one line, no control or
 * direction characters, at most max characters. NULL gives "". */
char *tandem_words_clean (const char *text, guint max);
/* (transfer full) "9:42", "1:00:05" */
char *tandem_words_clock (guint seconds);
/* (transfer full) a number or address with all but its last two characters before the @ hidden. */
char *tandem_words_redact (const char *text);

G_END_DECLS
