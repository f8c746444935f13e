/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "book.h"
#include "contacts.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define TANDEM_TYPE_CONTACTS_WINDOW (tandem_contacts_window_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemContactsWindow, tandem_contacts_window, TANDEM, CONTACTS_WINDOW, AdwWindow)

TandemContactsWindow *
tandem_contacts_window_new (GtkWindow *parent, TandemContacts *contacts, TandemBook *book);
void tandem_contacts_window_import (TandemContactsWindow *self, GFile *file);
void tandem_contacts_window_export (TandemContactsWindow *self, GFile *file);

G_END_DECLS
