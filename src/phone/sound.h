/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "configuration.h"
#include "media-engine.h"

G_BEGIN_DECLS

/* What the settings and the person's language have to do with the sound; the sound itself is
 * TandemMediaEngine's. */

void tandem_sound_apply_settings (TandemMediaEngine *engine, TandemConfiguration *configuration);
/* The engine's problem in words, translated. Never NULL; problem: (nullable) */
const char *tandem_sound_problem_words (const char *problem);

G_END_DECLS
