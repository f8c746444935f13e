/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "configuration.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_FILE_ROW (tandem_file_row_get_type ())
G_DECLARE_FINAL_TYPE (TandemFileRow, tandem_file_row, TANDEM, FILE_ROW, AdwActionRow)

void tandem_file_row_bind (TandemFileRow *self,
                           TandemConfiguration *configuration,
                           const char *child,
                           const char *key,
                           const char *none,
                           const char *const *content_types);
void tandem_file_row_set_file (TandemFileRow *self, GFile *file);

G_END_DECLS
