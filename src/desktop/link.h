/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a link from a web page or an argument puts into the entry. Links come from strangers. */

/* text: a number, an address, or a tel:, sip:, sips: or callto: link. (transfer full): what to show
 * in the entry: a number without scheme, parameters and escapes, or a SIP address. Errors
 * (G_IO_ERROR_INVALID_ARGUMENT, translated): another scheme, nothing in it, too long, characters
 * that have no place there. RFC 3966 for tel:. */
char *tandem_link_to_entry (const char *text, GError **error);

G_END_DECLS
