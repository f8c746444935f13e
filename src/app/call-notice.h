/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "call.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_CALL_NOTICE (tandem_call_notice_get_type ())
G_DECLARE_FINAL_TYPE (TandemCallNotice, tandem_call_notice, TANDEM, CALL_NOTICE, AdwBin)

void tandem_call_notice_set_call (TandemCallNotice *self, TandemCall *call);

G_END_DECLS
