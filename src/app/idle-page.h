/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_IDLE_PAGE (tandem_idle_page_get_type ())
G_DECLARE_FINAL_TYPE (TandemIdlePage, tandem_idle_page, TANDEM, IDLE_PAGE, AdwBin)

void tandem_idle_page_set_phone (TandemIdlePage *self, TandemPhone *phone);
void tandem_idle_page_set_extensions (TandemIdlePage *self, const char *const *extensions);

G_END_DECLS
