/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "account.h"
#include "configuration.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_PASSWORD_DIALOG (tandem_password_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemPasswordDialog, tandem_password_dialog, TANDEM, PASSWORD_DIALOG, AdwMessageDialog)

void tandem_password_dialog_present (GtkWindow *parent,
                                     TandemAccount *account,
                                     TandemConfiguration *configuration);

G_END_DECLS
