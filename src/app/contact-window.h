/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "contacts.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define TANDEM_TYPE_CONTACT_WINDOW (tandem_contact_window_get_type ())
G_DECLARE_FINAL_TYPE (TandemContactWindow, tandem_contact_window, TANDEM, CONTACT_WINDOW, AdwWindow)

TandemContactWindow *tandem_contact_window_new (GtkWindow *parent,
                                                TandemContacts *contacts,
                                                TandemContact *contact,
                                                gboolean is_new);
gboolean tandem_contact_window_save (TandemContactWindow *self);

G_END_DECLS
