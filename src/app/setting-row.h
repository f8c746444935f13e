/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "checks.h"
#include "configuration.h"

G_BEGIN_DECLS

void tandem_setting_row_check (AdwEntryRow *row, TandemCheck check);
const char *tandem_setting_row_get_problem (AdwEntryRow *row);

void tandem_setting_row_bind_text (AdwEntryRow *row,
                                   TandemConfiguration *configuration,
                                   const char *child,
                                   const char *key,
                                   TandemCheck check);
void tandem_setting_row_commit (AdwEntryRow *row);
void tandem_setting_row_bind_number (AdwActionRow *row,
                                     GtkSpinButton *spin,
                                     TandemConfiguration *configuration,
                                     const char *child,
                                     const char *key);
void tandem_setting_row_bind_switch (AdwActionRow *row,
                                     GtkSwitch *button,
                                     TandemConfiguration *configuration,
                                     const char *child,
                                     const char *key);
void tandem_setting_row_bind_choice (AdwComboRow *row,
                                     TandemConfiguration *configuration,
                                     const char *child,
                                     const char *key,
                                     const char *const *nicks);
gboolean tandem_setting_explain_override (GtkWidget *row,
                                          TandemConfiguration *configuration,
                                          const char *child,
                                          const char *key);

G_END_DECLS
