/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone.h"
#include "setting-group.h"

G_BEGIN_DECLS

/* The groups of settings that come from tables: of the pages "calls", "people" and "desk". Returns them, for
 * tandem_setting_group_commit(): (transfer container) of AdwPreferencesGroup */
GPtrArray *tandem_setting_tables_fill (AdwPreferencesPage *calls,
                                       AdwPreferencesPage *people,
                                       AdwPreferencesPage *desk,
                                       TandemPhone *phone,
                                       TandemConfiguration *configuration);

G_END_DECLS
