/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_TIMELINE_WINDOW (tandem_timeline_window_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemTimelineWindow, tandem_timeline_window, TANDEM, TIMELINE_WINDOW, AdwWindow)

GtkWindow *tandem_timeline_window_new (TandemPhone *phone);
char *tandem_timeline_window_get_text (TandemTimelineWindow *self);

G_END_DECLS
