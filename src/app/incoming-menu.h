/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "call.h"

G_BEGIN_DECLS

void tandem_incoming_menu_attach (GtkMenuButton *button, TandemCall *call);

G_END_DECLS
