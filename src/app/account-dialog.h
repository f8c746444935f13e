/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "further-accounts.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_ACCOUNT_DIALOG (tandem_account_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemAccountDialog, tandem_account_dialog, TANDEM, ACCOUNT_DIALOG, AdwMessageDialog)

void tandem_account_dialog_present (GtkWindow *parent, TandemFurtherAccounts *accounts);

G_END_DECLS
