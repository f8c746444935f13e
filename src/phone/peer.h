/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemPeer: who is at the other end, as far as servers say, in a form to be shown. A plain value.
 * What comes from the network is cleaned of control characters and bounded. */

typedef struct
{
  char *uri;     /* "" when nothing is known */
  char *address; /* what to show as number; "" when withheld */
  char *name;    /* nullable */
  gboolean withheld;
} TandemPeer;

/* uri NULL: uri and address stay. name NULL: the name stays, but for a withheld one. domain: the
 * account's own, whose numbers are shown without it. */
void tandem_peer_take (TandemPeer *self, const char *uri, const char *name, const char *domain);
void tandem_peer_clear (TandemPeer *self);
/* Whether two URIs have the same user part. */
gboolean tandem_peer_same_user (const char *a, const char *b);

G_END_DECLS
