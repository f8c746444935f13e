/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_STATUS_STRIP (tandem_status_strip_get_type ())
G_DECLARE_FINAL_TYPE (TandemStatusStrip, tandem_status_strip, TANDEM, STATUS_STRIP, AdwBin)

void tandem_status_strip_set_phone (TandemStatusStrip *self, TandemPhone *phone);
void tandem_status_strip_open (TandemStatusStrip *self);

G_END_DECLS
