/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone.h"
#include "record.h"

#include <adwaita.h>

G_BEGIN_DECLS

void tandem_record_delete (GtkWidget *from, TandemPhone *phone, TandemRecord *record);
void tandem_record_copy_number (GtkWidget *from, TandemRecord *record);
void tandem_history_ask_export (GtkWindow *window, AdwToastOverlay *toasts, TandemPhone *phone);
void tandem_history_export_to (AdwToastOverlay *toasts, TandemPhone *phone, GFile *file);
void tandem_say_in_toast (GtkWidget *from, const char *words);

G_END_DECLS
