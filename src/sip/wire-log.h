/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What belle-sip says, messages on the wire included, goes to g_debug() when debugging is on and
 * nowhere else, without credentials and keys. */

void tandem_wire_log_init (void);
/* (transfer full): text without what must not be seen. */
char *tandem_wire_log_redact (const char *text);

G_END_DECLS
