/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The Refer-To header (RFC 3515): whom to call, and with which Replaces. Nothing else is ever taken
 * from it: not a method, not a body, not another header. Pure; any thread. */

#define TANDEM_REFER_TO_LONGEST 2048

/* 0: fine, and uri ("sip:", "sips:" or "tel:", without headers) and replaces (nullable, unescaped and
 * well-formed) are set, (transfer full). Else a SIP status to refuse with: 400 malformed, 416 a scheme
 * that we do not call, 603 no INVITE. */
guint tandem_refer_to_parse (const char *value, char **uri, char **replaces);
/* `<sip:...?Replaces=...>`. replaces: (nullable). (transfer full) (nullable): NULL when uri is no address
 * that can be called. */
char *tandem_refer_to_format (const char *uri, const char *replaces);

G_END_DECLS
