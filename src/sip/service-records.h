/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <ares.h>
#include <glib.h>

G_BEGIN_DECLS

/* What c-ares leaves to its caller about SRV records: their order and how long they hold. For
 * TandemResolver; nobody else asks names. */

gint64 tandem_service_records_get_ttl (const unsigned char *answer, int length);
void tandem_service_records_order (struct ares_srv_reply **services, guint n);

G_END_DECLS
