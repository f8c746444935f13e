/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the SIP library works: parses a URI and a message, makes the three listening points on
 * loopback. Sends nothing. Any thread, while no TandemSipClient runs on it. (transfer full) strv:
 * what does not work, untranslated; empty when all does. */
char **tandem_sip_self_test (void);

G_END_DECLS
