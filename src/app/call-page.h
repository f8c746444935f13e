/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "call.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_CALL_PAGE (tandem_call_page_get_type ())
G_DECLARE_FINAL_TYPE (TandemCallPage, tandem_call_page, TANDEM, CALL_PAGE, AdwBin)

void tandem_call_page_set_call (TandemCallPage *self, TandemCall *call);
TandemCall *tandem_call_page_get_call (TandemCallPage *self);
void tandem_call_page_show_keypad (TandemCallPage *self, gboolean show);
gboolean tandem_call_page_is_keypad_shown (TandemCallPage *self);
gboolean tandem_call_page_send_digit (TandemCallPage *self, const char *digit);

G_END_DECLS
