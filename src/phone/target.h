/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What somebody typed, pasted or clicked, made into a SIP URI to dial. Pure text; it asks nobody
 * whether the number exists. */

/* text: a number in any spelling, a user name, a SIP address, or a tel:, sip:, sips: or callto: URI.
 * domain: of the account, for everything that brings none ("" or NULL: none known).
 * secure: the account uses TLS, so that sips: may be called.
 * Returns (transfer full): "sip:..."; NULL with G_IO_ERROR_INVALID_ARGUMENT and a translated
 * message that names what is wrong. */
char *tandem_target_parse (const char *text, const char *domain, gboolean secure, GError **error);

G_END_DECLS
