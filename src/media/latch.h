/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemLatch: whom we talk RTP with: the address that the far end named, until a plausible other one
 * speaks in its place (symmetric RTP, RFC 4961, behind address translation). Packets of strangers
 * are refused. Not thread-safe; time is an argument, monotonic us. */

typedef struct
{
  GInetAddress *address; /* nullable */
  guint port;
  gint64 last_heard, last_moved;

  GInetAddress *former; /* where signalling told to leave */
  guint former_port;
  gint64 renamed;

  GInetAddress *candidate;
  guint candidate_port, candidate_count;
  guint32 candidate_ssrc;
  guint16 candidate_sequence;

  gboolean has_ssrc;
  guint32 ssrc;
  gint64 last_new_ssrc;
} TandemLatch;

typedef enum
{
  TANDEM_LATCH_REFUSE,
  TANDEM_LATCH_TAKE,
  TANDEM_LATCH_MOVED, /* take it, and send to the new address and port from now on */
} TandemLatchVerdict;

void tandem_latch_clear (TandemLatch *self);
/* What signalling says. host: numeric. Naming the same again changes nothing. */
void tandem_latch_set_named (TandemLatch *self, const char *host, guint port, gint64 now);
TandemLatchVerdict tandem_latch_look (
    TandemLatch *self, GSocketAddress *from, guint32 ssrc, guint16 sequence, gint64 now);
/* RTCP may come from any port of the host. */
gboolean tandem_latch_is_host (TandemLatch *self, GSocketAddress *from);

G_END_DECLS
