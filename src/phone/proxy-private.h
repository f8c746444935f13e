/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "proxy.h"
#include "sip-event.h"

G_BEGIN_DECLS

/* For TandemAccount and its friends. now: g_get_monotonic_time() microseconds, or a test's own. */

TandemProxy *tandem_proxy_new (const char *id);
void tandem_proxy_update (TandemProxy *self, const TandemSipPoolMember *member, gint64 now);
/* Counts down; the end of a penalty makes a set-aside proxy a standby one. */
void tandem_proxy_tick (TandemProxy *self, gint64 now);
void tandem_proxy_forgive (TandemProxy *self);
void tandem_proxy_set_preferred (TandemProxy *self, gboolean preferred);
/* (transfer full) the address for a title: without the port where that is the usual one. */
char *tandem_proxy_dup_label (TandemProxy *self);
/* The same of a candidate's id, "udp:192.0.2.1:5060". */
char *tandem_proxy_label_of_id (const char *id);
const char *tandem_proxy_get_host (TandemProxy *self);
guint16 tandem_proxy_get_port (TandemProxy *self);
/* Untranslated, (nullable). */
const char *tandem_proxy_get_cause (TandemProxy *self);
/* Within a list of TandemProxy: (transfer full) (nullable). id: (nullable) */
TandemProxy *tandem_proxies_find (GListModel *proxies, const char *id);
TandemProxy *tandem_proxies_find_role (GListModel *proxies, TandemProxyRole role);

G_END_DECLS
