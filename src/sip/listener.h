/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine.h"

G_BEGIN_DECLS

/* The one listener of the stack: hands what arrives to the call, dialog, subscription or attempt that
 * waits for it, and answers what nobody waits for. Keeps the library from what would crash it. SIP
 * thread only. */

/* (transfer full): for as long as the engine lives. */
belle_sip_listener_t *tandem_listener_new (TandemEngine *engine);

G_END_DECLS
