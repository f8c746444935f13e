/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone.h"

G_BEGIN_DECLS

/* What stands in the upper part of the page. */
typedef enum
{
  TANDEM_CALL_VIEW_WHO, /* who one talks to, or the parties of the conference */
  TANDEM_CALL_VIEW_KEYPAD,
  TANDEM_CALL_VIEW_TRANSFER,
  TANDEM_CALL_VIEW_NOTE,
} TandemCallView;

#define TANDEM_TYPE_CALL_PAGE (tandem_call_page_get_type ())
G_DECLARE_FINAL_TYPE (TandemCallPage, tandem_call_page, TANDEM, CALL_PAGE, AdwBin)

void tandem_call_page_set_phone (TandemCallPage *self, TandemPhone *phone);
void tandem_call_page_set_call (TandemCallPage *self, TandemCall *call);
TandemCall *tandem_call_page_get_call (TandemCallPage *self);
void tandem_call_page_show_view (TandemCallPage *self, TandemCallView view);
TandemCallView tandem_call_page_get_view (TandemCallPage *self);
gboolean tandem_call_page_is_keypad_shown (TandemCallPage *self);
gboolean tandem_call_page_send_digits (TandemCallPage *self, const char *digits);
char *tandem_call_page_clean_digits (const char *text);
void tandem_call_page_show_hint (TandemCallPage *self, const char *message);
void tandem_call_page_update_tiles (TandemCallPage *self, gboolean can_split);
GtkWidget *tandem_call_page_get_merge_button (TandemCallPage *self);

G_END_DECLS
