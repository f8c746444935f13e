/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "actions.h"
#include "configuration.h"
#include "phone.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TANDEM_TYPE_HOLD_KEYS (tandem_hold_keys_get_type ())
G_DECLARE_FINAL_TYPE (TandemHoldKeys, tandem_hold_keys, TANDEM, HOLD_KEYS, GObject)

TandemHoldKeys *tandem_hold_keys_new (GtkWindow *window,
                                      TandemPhone *phone,
                                      TandemConfiguration *configuration,
                                      TandemActions *actions);
gboolean tandem_hold_keys_is_held (TandemHoldKeys *self);
gboolean tandem_hold_keys_press (TandemHoldKeys *self, guint keyval, GdkModifierType modifiers);
void tandem_hold_keys_set_global (TandemHoldKeys *self, gboolean talks, gboolean down);
void tandem_hold_keys_release (TandemHoldKeys *self);

G_END_DECLS
