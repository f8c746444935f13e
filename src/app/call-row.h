/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "call.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_CALL_ROW (tandem_call_row_get_type ())
G_DECLARE_FINAL_TYPE (TandemCallRow, tandem_call_row, TANDEM, CALL_ROW, GtkListBoxRow)

GtkWidget *tandem_call_row_new (TandemCall *call);
TandemCall *tandem_call_row_get_call (TandemCallRow *self);

G_END_DECLS
