/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_STATUS_POPOVER (tandem_status_popover_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemStatusPopover, tandem_status_popover, TANDEM, STATUS_POPOVER, GtkPopover)

void tandem_status_popover_set_phone (TandemStatusPopover *self, TandemPhone *phone);

G_END_DECLS
