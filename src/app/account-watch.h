/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_ACCOUNT_WATCH (tandem_account_watch_get_type ())
G_DECLARE_FINAL_TYPE (TandemAccountWatch, tandem_account_watch, TANDEM, ACCOUNT_WATCH, GObject)

TandemAccountWatch *tandem_account_watch_new (TandemPhone *phone);
GListModel *tandem_account_watch_get_accounts (TandemAccountWatch *self);
TandemAccount *tandem_account_watch_get_lead (TandemAccountWatch *self);
TandemAccount *tandem_account_watch_get_needy (TandemAccountWatch *self);
TandemAccount *tandem_account_watch_get_mailbox (TandemAccountWatch *self);

G_END_DECLS
