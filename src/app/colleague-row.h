/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "colleague.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_COLLEAGUE_ROW (tandem_colleague_row_get_type ())
G_DECLARE_FINAL_TYPE (TandemColleagueRow, tandem_colleague_row, TANDEM, COLLEAGUE_ROW, GtkWidget)

G_END_DECLS
