/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "pool-event.h"

G_BEGIN_DECLS

/* A GtkWidget with the property "event" (TandemPoolEvent, nullable), for list item factories. */
#define TANDEM_TYPE_POOL_EVENT_ROW (tandem_pool_event_row_get_type ())
G_DECLARE_FINAL_TYPE (TandemPoolEventRow, tandem_pool_event_row, TANDEM, POOL_EVENT_ROW, GtkBox)

G_END_DECLS
