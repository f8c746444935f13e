/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TANDEM_TYPE_DIAL_PAD (tandem_dial_pad_get_type ())
G_DECLARE_FINAL_TYPE (TandemDialPad, tandem_dial_pad, TANDEM, DIAL_PAD, GtkWidget)

G_END_DECLS
