/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "message.h"

G_BEGIN_DECLS

/* TandemExchangePool: the sockets of the proxies, which of them are silent, and what was seen. Only
 * loopback. Messages are handed to one receiver on the main context. The member behind the last
 * proxy is the far end itself: what reaches it came past the pool. */

typedef struct _TandemExchangePool TandemExchangePool;

/* message is the receiver's to look at only during the call; source likewise. */
typedef void (*TandemExchangeReceive) (guint member,
                                       const TandemExchangeMessage *message,
                                       GSocketAddress *source,
                                       gpointer data);

/* addresses: "127.0.0.1:5070", port 0 or none: any; nullable or empty: three of our choice. Errors:
 * G_IO_ERROR: malformed, not loopback, in use. */
TandemExchangePool *tandem_exchange_pool_new (const char *const *addresses,
                                              TandemExchangeReceive receive,
                                              gpointer data,
                                              GError **error);
void tandem_exchange_pool_free (TandemExchangePool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemExchangePool, tandem_exchange_pool_free)

/* How many proxies; the far end's number is this. */
guint tandem_exchange_pool_get_size (TandemExchangePool *self);
/* "127.0.0.1:5070" */
const char *tandem_exchange_pool_get_name (TandemExchangePool *self, guint member);
/* "127.0.0.1" of the far end, where sound goes too */
const char *tandem_exchange_pool_get_host (TandemExchangePool *self);

/* FALSE: no such proxy. */
gboolean tandem_exchange_pool_silence (TandemExchangePool *self, const char *name, gboolean silent);
gboolean tandem_exchange_pool_is_silent (TandemExchangePool *self, guint member);
/* preferred, or the next one that is not silent. */
guint tandem_exchange_pool_choose (TandemExchangePool *self, guint preferred);

/* Nothing goes out of a silent proxy. What the network refuses is lost, as any datagram. */
void tandem_exchange_pool_send (TandemExchangePool *self,
                                guint member,
                                GSocketAddress *to,
                                const char *text);
/* How often a method ("INVITE") or a status of a method ("200 INVITE") was received; dropped: while
 * silent. Of guint by name. (transfer none) */
GHashTable *
tandem_exchange_pool_get_counters (TandemExchangePool *self, guint member, gboolean dropped);

G_END_DECLS
