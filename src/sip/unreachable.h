/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "candidate.h"
#include "timer.h"

G_BEGIN_DECLS

/* TandemUnreachable: ICMP as a hint. The kernel keeps, on the UDP socket's error queue, which
 * destination has refused what was sent (RFC 1122 4.1.3.3); this reads it and tells. It must be read
 * before the library reads or writes the socket, or a proxy's refusal comes out there as an error of
 * whatever is read or sent next: see filter-hook.c. One for each SIP thread. Not for judging: a
 * firewall, or anybody on the way, can send ICMP too. */

typedef struct _TandemUnreachable TandemUnreachable;

/* reason: static, untranslated. On the SIP thread, from its loop. */
typedef void (*TandemUnreachableFunc) (const TandemCandidate *candidate,
                                       const char *reason,
                                       gpointer data);

/* fd: the UDP socket, borrowed; -1: none, then nothing is ever told. */
TandemUnreachable *tandem_unreachable_new (belle_sip_main_loop_t *loop,
                                           int fd,
                                           TandemUnreachableFunc func,
                                           gpointer data);
void tandem_unreachable_free (TandemUnreachable *self);

/* For the hooks, on whatever thread they run: reads what waits if fd is the watched socket. */
void tandem_unreachable_drain (int fd);
/* The library reads from that one now. */
void tandem_unreachable_follow (int fd);
gboolean tandem_unreachable_is_watched (int fd);

G_END_DECLS
