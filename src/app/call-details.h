/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "call.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_CALL_DETAILS (tandem_call_details_get_type ())
G_DECLARE_FINAL_TYPE (TandemCallDetails, tandem_call_details, TANDEM, CALL_DETAILS, GtkPopover)

void tandem_call_details_set_call (TandemCallDetails *self, TandemCall *call);

G_END_DECLS
