/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_TRANSFER_VIEW (tandem_transfer_view_get_type ())
G_DECLARE_FINAL_TYPE (TandemTransferView, tandem_transfer_view, TANDEM, TRANSFER_VIEW, AdwBin)

void tandem_transfer_view_set_phone (TandemTransferView *self, TandemPhone *phone);
void tandem_transfer_view_open (TandemTransferView *self, TandemCall *call);
void tandem_transfer_view_close (TandemTransferView *self);
void tandem_transfer_view_show_hint (TandemTransferView *self, const char *message);

G_END_DECLS
