/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "configuration.h"

G_BEGIN_DECLS

void tandem_shortcut_list_add (AdwPreferencesGroup *group, TandemConfiguration *configuration);
gboolean tandem_shortcut_row_try_key (GtkWidget *row, guint keyval, GdkModifierType modifiers);

G_END_DECLS
