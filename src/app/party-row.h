/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "call.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_PARTY_ROW (tandem_party_row_get_type ())
G_DECLARE_FINAL_TYPE (TandemPartyRow, tandem_party_row, TANDEM, PARTY_ROW, GtkListBoxRow)

GtkWidget *tandem_party_row_new (TandemCall *call);
TandemCall *tandem_party_row_get_call (TandemPartyRow *self);

G_END_DECLS
