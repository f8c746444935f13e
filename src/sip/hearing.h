/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine.h"

G_BEGIN_DECLS

/* What the engine does with what is not heard: practice, which TandemSilence carries out, and what
 * TandemUnreachable has read. SIP thread only. */

void tandem_hearing_init (TandemEngine *self);
void tandem_hearing_clear (TandemEngine *self);
/* A STOP_HEARING command. */
void tandem_hearing_stop (TandemEngine *self, TandemSipCommand *command);

G_END_DECLS
