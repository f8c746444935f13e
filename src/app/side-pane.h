/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"
#include "record.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_SIDE_PANE (tandem_side_pane_get_type ())
G_DECLARE_FINAL_TYPE (TandemSidePane, tandem_side_pane, TANDEM, SIDE_PANE, AdwBin)

void tandem_side_pane_set_phone (TandemSidePane *self, TandemPhone *phone);
const char *tandem_side_pane_get_text (TandemSidePane *self);
void tandem_side_pane_set_text (TandemSidePane *self, const char *text);
void tandem_side_pane_insert (TandemSidePane *self, const char *text);
char *tandem_side_pane_get_target (TandemSidePane *self);
void tandem_side_pane_show_hint (TandemSidePane *self, const char *message);
void tandem_side_pane_focus_entry (TandemSidePane *self);
void tandem_side_pane_focus_records (TandemSidePane *self);
void tandem_side_pane_show_dial_pad (TandemSidePane *self, gboolean show);
void tandem_side_pane_select_call (TandemSidePane *self, TandemCall *call);
TandemCall *tandem_side_pane_get_call (TandemSidePane *self, guint n);
void tandem_side_pane_set_extensions (TandemSidePane *self, const char *const *extensions);
void tandem_side_pane_open_status (TandemSidePane *self);

void tandem_side_pane_perform (TandemSidePane *self, const char *what, TandemRecord *record);
void tandem_side_pane_show_missed_only (TandemSidePane *self, gboolean missed_only);
char *tandem_side_pane_get_last_dialled (TandemSidePane *self);

G_END_DECLS
