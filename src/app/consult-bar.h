/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_CONSULT_BAR (tandem_consult_bar_get_type ())
G_DECLARE_FINAL_TYPE (TandemConsultBar, tandem_consult_bar, TANDEM, CONSULT_BAR, AdwBin)

TandemCall *tandem_find_consultation (TandemPhone *phone, TandemCall *call);
gboolean
tandem_consult_bar_show (TandemConsultBar *self, TandemCall *consultation, TandemCall *shown);

G_END_DECLS
