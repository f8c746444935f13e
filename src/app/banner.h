/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_BANNER (tandem_banner_get_type ())
G_DECLARE_FINAL_TYPE (TandemBanner, tandem_banner, TANDEM, BANNER, AdwBin)

void tandem_banner_set_phone (TandemBanner *self, TandemPhone *phone);
gboolean tandem_banner_is_revealed (TandemBanner *self);

G_END_DECLS
