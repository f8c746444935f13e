/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_CONFERENCE_VIEW (tandem_conference_view_get_type ())
G_DECLARE_FINAL_TYPE (TandemConferenceView, tandem_conference_view, TANDEM, CONFERENCE_VIEW, AdwBin)

void tandem_conference_view_set_phone (TandemConferenceView *self, TandemPhone *phone);

G_END_DECLS
