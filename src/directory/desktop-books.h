/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "contacts.h"

G_BEGIN_DECLS

/* TandemDesktopBooks: the address books of the desktop (Evolution Data Server), read into the contacts for as
 * long as this object lives: what is added, changed or removed there, or whole books, follows by itself. One
 * way: nothing is ever written there. Main thread; does not block. The contacts stay when it is freed.
 * Property, read-only, notified: "problem" (translated, nullable: which book cannot be read, and why). */

#define TANDEM_DESKTOP_BOOKS_SOURCE "desktop"
#define TANDEM_DESKTOP_BOOKS_MAX_CONTACTS 50000

#define TANDEM_TYPE_DESKTOP_BOOKS (tandem_desktop_books_get_type ())
G_DECLARE_FINAL_TYPE (TandemDesktopBooks, tandem_desktop_books, TANDEM, DESKTOP_BOOKS, GObject)

gboolean tandem_desktop_books_is_built_in (void);
/* One at a time for the same contacts. */
TandemDesktopBooks *tandem_desktop_books_new (TandemContacts *contacts);
const char *tandem_desktop_books_get_problem (TandemDesktopBooks *self);
/* Books that could not be read are tried once more. */
void tandem_desktop_books_retry (TandemDesktopBooks *self);

G_END_DECLS
