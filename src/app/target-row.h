/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "transfer-target.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_TARGET_ROW (tandem_target_row_get_type ())
G_DECLARE_FINAL_TYPE (TandemTargetRow, tandem_target_row, TANDEM, TARGET_ROW, GtkWidget)

G_END_DECLS
