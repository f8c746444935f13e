/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_TRANSFER_TARGET (tandem_transfer_target_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemTransferTarget, tandem_transfer_target, TANDEM, TRANSFER_TARGET, GObject)

const char *tandem_transfer_target_get_name (TandemTransferTarget *self);
const char *tandem_transfer_target_get_address (TandemTransferTarget *self);
const char *tandem_transfer_target_get_uri (TandemTransferTarget *self);
GObject *tandem_transfer_target_get_item (TandemTransferTarget *self);

void tandem_transfer_targets_find (TandemPhone *phone,
                                   TandemCall *call,
                                   gboolean with_calls,
                                   const char *text,
                                   GListStore *targets);

G_END_DECLS
