/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-event.h"

G_BEGIN_DECLS

/* A presence document: application/pidf+xml (RFC 3863) with the person's activities (RFC 4479, RFC
 * 4480). Always all of it: partial ones are not asked for. Pure; any thread. */

#define TANDEM_PRESENCE_TYPE "application/pidf+xml"

/* FALSE: malformed; nothing is touched. note: (transfer full) (nullable): what the person says. */
gboolean tandem_presence_document_parse (const char *body,
                                         gsize size,
                                         TandemSipPresence *presence,
                                         char **note);

G_END_DECLS
