/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "configuration.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_FURTHER_ACCOUNTS (tandem_further_accounts_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemFurtherAccounts, tandem_further_accounts, TANDEM, FURTHER_ACCOUNTS, AdwBin)

void tandem_further_accounts_bind (TandemFurtherAccounts *self, TandemConfiguration *configuration);
gboolean tandem_further_accounts_add (TandemFurtherAccounts *self,
                                      const char *user,
                                      const char *server,
                                      const char *transport,
                                      const char *domain);

G_END_DECLS
