/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_COLLEAGUES_PAGE (tandem_colleagues_page_get_type ())
G_DECLARE_FINAL_TYPE (TandemColleaguesPage, tandem_colleagues_page, TANDEM, COLLEAGUES_PAGE, AdwBin)

void tandem_colleagues_page_set_colleagues (TandemColleaguesPage *self, GListModel *colleagues);
void tandem_colleagues_page_focus (TandemColleaguesPage *self);

G_END_DECLS
