/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemReplaces: which dialog a call takes the place of, as the Replaces header names it (RFC 3891).
 * Tags are as the one sees them who gets the header: to_tag is its own. Pure; any thread. */

#define TANDEM_REPLACES_LONGEST 512

typedef struct
{
  char *call_id, *to_tag, *from_tag;
  gboolean early_only;
} TandemReplaces;

/* FALSE: malformed; self is untouched then. */
gboolean tandem_replaces_parse (const char *text, TandemReplaces *self);
void tandem_replaces_clear (TandemReplaces *self);
/* (transfer full) (nullable): NULL when a part cannot stand in a header. from_tag: (nullable) */
char *tandem_replaces_format (const char *call_id, const char *to_tag, const char *from_tag);

G_END_DECLS
