/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "book.h"

G_BEGIN_DECLS

/* When the address book of the server was read last, or why it was not, and a button to read it now. Without an
 * address it is not shown. Name: "book-state". configuration: has the address. */
GtkWidget *tandem_book_row_new (TandemBook *book, TandemConfiguration *configuration);

G_END_DECLS
