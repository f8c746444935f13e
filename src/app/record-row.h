/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "record.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_RECORD_ROW (tandem_record_row_get_type ())
G_DECLARE_FINAL_TYPE (TandemRecordRow, tandem_record_row, TANDEM, RECORD_ROW, GtkWidget)

const char *tandem_record_outcome_text (TandemRecord *record);
void tandem_record_row_open_menu (TandemRecordRow *self);

G_END_DECLS
