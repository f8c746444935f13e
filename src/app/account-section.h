/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "account.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_ACCOUNT_SECTION (tandem_account_section_get_type ())
G_DECLARE_FINAL_TYPE (TandemAccountSection, tandem_account_section, TANDEM, ACCOUNT_SECTION, AdwBin)

GtkWidget *tandem_account_section_new (TandemAccount *account);

G_END_DECLS
