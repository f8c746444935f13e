/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_WRAP_UP_PAGE (tandem_wrap_up_page_get_type ())
G_DECLARE_FINAL_TYPE (TandemWrapUpPage, tandem_wrap_up_page, TANDEM, WRAP_UP_PAGE, AdwBin)

void tandem_wrap_up_page_set_phone (TandemWrapUpPage *self, TandemPhone *phone);
void tandem_wrap_up_page_set_call (TandemWrapUpPage *self, TandemCall *call);
void tandem_wrap_up_page_focus_note (TandemWrapUpPage *self);

G_END_DECLS
