/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemWire: packets in and out of one pair of sockets, RTP and RTCP: one thread that sleeps until something
 * comes, and sending that never waits: what the network does not take at once is lost, as sound that
 * comes late is worth nothing. Knows nothing of what is in a packet. */

typedef struct _TandemWire TandemWire;

/* The wire's thread. control: came by the RTCP socket. from: borrowed. */
typedef void (*TandemWireReceived) (
    const guint8 *bytes, gsize length, gboolean control, GSocketAddress *from, gpointer data);

/* rtcp is not listened to with mux, when all comes and goes by rtp (RFC 5761). */
TandemWire *tandem_wire_new (
    GSocket *rtp, GSocket *rtcp, gboolean mux, TandemWireReceived received, gpointer data);
/* Stops it first. */
void tandem_wire_free (TandemWire *self);
gboolean tandem_wire_start (TandemWire *self, GError **error);
/* When it returns, received is not running and does not come any more. Not for the wire's thread. */
void tandem_wire_stop (TandemWire *self);

/* Any thread. Until it is told where to, the wire sends nothing. Ports: 1..65535. */
void tandem_wire_set_far (TandemWire *self, GInetAddress *address, guint rtp_port, guint rtcp_port);
void tandem_wire_send (TandemWire *self, gboolean control, const guint8 *bytes, gsize length);

G_END_DECLS
