/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"
#include "rehearsal.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_REHEARSAL_WINDOW (tandem_rehearsal_window_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemRehearsalWindow, tandem_rehearsal_window, TANDEM, REHEARSAL_WINDOW, AdwWindow)

GtkWindow *tandem_rehearsal_window_new (TandemPhone *phone);
TandemRehearsal *tandem_rehearsal_window_get_rehearsal (TandemRehearsalWindow *self);

G_END_DECLS
