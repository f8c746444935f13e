/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Keys behind a number: "200,,12#", "tel:+4930123;postd=pp12", and the extension of a link
 * ("tel:+4930123;ext=12", RFC 3966 5.3), which comes after a pause. An ISDN subaddress has no keys. Pure text; whether the number is one,
 * target.h knows. */

/* (transfer full): text without them. digits: (out) (transfer full) (nullable): what to send when the call is up,
 * with its pause signs; NULL: nothing. */
char *tandem_post_dial_split (const char *text, char **digits);

G_END_DECLS
