/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "candidate.h"
#include "timer.h"

#include <sys/socket.h>

G_BEGIN_DECLS

/* TandemSilence: practises a failure. What comes from a candidate, or is sent to it, is lost on the way,
 * over every transport, as if it had stopped answering; each silence ends by itself. It works where
 * belle-sip reads and writes its sockets (see filter-hook.c and stream-filter-hook.c), and needs no
 * privilege. One for each SIP thread; only what that thread reads and writes is lost. Connecting, and
 * the end of a connection, are the kernel's, as they are with a proxy that hangs. Not for refusing
 * anything: TandemFilter. */

typedef struct _TandemSilence TandemSilence;

/* One silence is over. */
typedef void (*TandemSilenceEnded) (const TandemCandidate *candidate, gpointer data);

TandemSilence *
tandem_silence_new (belle_sip_main_loop_t *loop, TandemSilenceEnded ended, gpointer data);
void tandem_silence_free (TandemSilence *self);

/* until: us; 0: hear it again. Address and port count, not the transport. */
void tandem_silence_set (TandemSilence *self, const TandemCandidate *candidate, gint64 until);
void tandem_silence_clear (TandemSilence *self);

/* For the hooks, on whatever thread they run: whether nothing passes between the calling thread's
 * client and that peer. Quick while there is no silence. */
gboolean tandem_silence_covers (const struct sockaddr *peer);
/* The same for the peer of a connection. */
gboolean tandem_silence_covers_connection (int fd);

G_END_DECLS
