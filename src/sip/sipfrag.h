/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A message/sipfrag (RFC 3420) as a report of a REFER has it (RFC 3515 2.4.5): a status line. Whatever
 * stands after that has to look like headers, and is not read. Pure; any thread. */

#define TANDEM_SIPFRAG_TYPE "message/sipfrag"
#define TANDEM_SIPFRAG_LONGEST 4096

/* TRUE: code is 100 to 699, and phrase (transfer full) (out) is clean text, perhaps empty. */
gboolean tandem_sipfrag_parse (const char *body, gsize size, guint *code, char **phrase);
/* `SIP/2.0 200 OK`, with its line end. phrase: (nullable): the usual one. (transfer full) */
char *tandem_sipfrag_format (guint code, const char *phrase);

G_END_DECLS
