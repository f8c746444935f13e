/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "call.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_INCOMING_WINDOW (tandem_incoming_window_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemIncomingWindow, tandem_incoming_window, TANDEM, INCOMING_WINDOW, AdwWindow)

TandemIncomingWindow *tandem_incoming_window_new (GtkApplication *application, TandemCall *call);
void tandem_incoming_window_show (TandemIncomingWindow *self);

G_END_DECLS
