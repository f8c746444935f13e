/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "setting-group.h"

G_BEGIN_DECLS

/* A row that opens to a list of pairs (a setting of type a(ss)): each can be removed and moved up, and at the end
 * one is added. Returns: (transfer none), floating */
GtkWidget *tandem_pair_list_new (TandemConfiguration *configuration, const TandemSetting *setting);

G_END_DECLS
