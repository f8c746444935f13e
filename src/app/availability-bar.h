/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"

G_BEGIN_DECLS

typedef enum
{
  TANDEM_REACHABILITY_READY,
  TANDEM_REACHABILITY_WRAP_UP,
  TANDEM_REACHABILITY_DO_NOT_DISTURB,
  TANDEM_REACHABILITY_FORWARDED,
} TandemReachability;

TandemReachability tandem_reachability_get (TandemPhone *phone);
char *tandem_reachability_text (TandemPhone *phone, gboolean with_time);
const char *tandem_reachability_icon_name (TandemReachability availability);

#define TANDEM_TYPE_AVAILABILITY_BAR (tandem_availability_bar_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemAvailabilityBar, tandem_availability_bar, TANDEM, AVAILABILITY_BAR, AdwBin)

void tandem_availability_bar_set_phone (TandemAvailabilityBar *self, TandemPhone *phone);

G_END_DECLS
