/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "proxy.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_PROXY_ROW (tandem_proxy_row_get_type ())
G_DECLARE_FINAL_TYPE (TandemProxyRow, tandem_proxy_row, TANDEM, PROXY_ROW, GtkListBoxRow)

GtkWidget *tandem_proxy_row_new (TandemProxy *proxy);

G_END_DECLS
