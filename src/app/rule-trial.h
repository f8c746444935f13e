/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "configuration.h"

G_BEGIN_DECLS

/* Two rows at the end of a group: a number that is typed, and what the dialling rules of now make of it. */
void tandem_rule_trial_add (AdwPreferencesGroup *group, TandemConfiguration *configuration);

G_END_DECLS
