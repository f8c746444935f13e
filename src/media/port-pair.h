/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* An even port for RTP and the next one for RTCP (RFC 3550 11), bound to all addresses of the family of
 * address (to a loopback address alone, so that packets have it as their source), within min..max (any when both are 0). port, rtp and rtcp are only written on success. */
gboolean tandem_port_pair_bind (const char *address,
                                guint min,
                                guint max,
                                guint *port,
                                GSocket **rtp,
                                GSocket **rtcp,
                                GError **error);

G_END_DECLS
