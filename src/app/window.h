/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "actions.h"
#include "configuration.h"
#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_WINDOW (tandem_window_get_type ())
G_DECLARE_FINAL_TYPE (TandemWindow, tandem_window, TANDEM, WINDOW, AdwApplicationWindow)

TandemWindow *tandem_window_new (GtkApplication *application,
                                 TandemPhone *phone,
                                 TandemConfiguration *configuration,
                                 TandemActions *actions);
void tandem_window_send_on (TandemWindow *self, TandemCall *call);
void tandem_window_show_call (TandemWindow *self, TandemCall *call);
TandemCall *tandem_window_get_shown_call (TandemWindow *self);
void tandem_window_show_history (TandemWindow *self);
void tandem_window_fill_entry (TandemWindow *self, const char *text);
void tandem_window_show_message (TandemWindow *self, const char *message);
void tandem_window_show_practice (TandemWindow *self, const char *const *extensions);
void tandem_window_show_account (TandemWindow *self);
void tandem_window_open_status (TandemWindow *self);
void tandem_window_set_hides (TandemWindow *self, gboolean hides);

G_END_DECLS
