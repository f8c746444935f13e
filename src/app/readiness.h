/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account.h"

G_BEGIN_DECLS

char *tandem_readiness_title (TandemAccount *account);
char *tandem_readiness_detail (TandemAccount *account);
char *tandem_readiness_others (GListModel *accounts, TandemAccount *lead);

G_END_DECLS
