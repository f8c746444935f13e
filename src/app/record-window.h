/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone.h"
#include "record.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define TANDEM_TYPE_RECORD_WINDOW (tandem_record_window_get_type ())
G_DECLARE_FINAL_TYPE (TandemRecordWindow, tandem_record_window, TANDEM, RECORD_WINDOW, AdwWindow)

TandemRecordWindow *
tandem_record_window_new (GtkWindow *parent, TandemPhone *phone, TandemRecord *record);

G_END_DECLS
