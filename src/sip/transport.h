/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "candidate.h"
#include "sip-command.h"

#include <belle-sip/belle-sip.h>

G_BEGIN_DECLS

/* TandemTransports: the listening points, what TLS is checked against, and why a connection failed.
 * It does not send. SIP thread only. */

typedef struct _TandemTransports TandemTransports;

/* All three listening points, added to a new provider: (out) (transfer full). Fails when no port of
 * a range is free: the error names it. */
TandemTransports *tandem_transports_new (belle_sip_stack_t *stack,
                                         const TandemSipConfig *config,
                                         belle_sip_provider_t **provider,
                                         GError **error);
/* After the provider is gone. */
void tandem_transports_free (TandemTransports *self);

/* The descriptor of the UDP socket, which stays the library's; -1 when it is not known. */
int tandem_transports_get_udp_socket (TandemTransports *self);
guint16 tandem_transports_get_udp_port (TandemTransports *self);

/* Before sending to a candidate: new TLS connections are checked as this account wants it. Returns
 * FALSE with an error when its file of certificate authorities cannot be used. */
gboolean tandem_transports_prepare (TandemTransports *self,
                                    const TandemCandidate *to,
                                    const TandemSipAccountConfig *config,
                                    GError **error);

/* Why the last connection to that candidate failed: "connection refused", "certificate is for
 * another name" ... (transfer none), never NULL. */
const char *tandem_transports_get_failure (TandemTransports *self, const TandemCandidate *to);

/* The local address that packets to that candidate would leave from. (transfer full) (nullable) */
char *tandem_transports_local_address (const TandemCandidate *to);

/* Two CRLF over every open connection (RFC 5626 3.5.1), so that what lies between keeps it open, and the
 * kernel notices when nobody is at its other end any more. */
void tandem_transports_send_keep_alive (TandemTransports *self);

/* How long connecting may take; also for connections that are stuck. ms. */
void tandem_transports_set_timeout (TandemTransports *self, guint timeout);

G_END_DECLS
