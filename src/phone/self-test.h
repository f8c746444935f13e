/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether all that the phone needs is there and works: it parses a SIP URI and a message, makes the
 * listening points, and looks for every media element. Needs no configuration, opens no sound
 * device, sends nothing. (transfer full) strv: what is missing, translated; empty when nothing is. */
char **tandem_phone_self_test (void);

G_END_DECLS
