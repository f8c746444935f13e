/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_MAILBOX_BUTTON (tandem_mailbox_button_get_type ())
G_DECLARE_FINAL_TYPE (TandemMailboxButton, tandem_mailbox_button, TANDEM, MAILBOX_BUTTON, AdwBin)

void tandem_mailbox_button_set_phone (TandemMailboxButton *self, TandemPhone *phone);

G_END_DECLS
