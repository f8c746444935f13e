/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "candidate.h"
#include "sip-command.h"

G_BEGIN_DECLS

/* TandemResolver: from a server name, or a list, to candidates (RFC 3263), by c-ares in a thread of
 * its own, so that a name server that hangs costs nobody anything. Methods may be called on any
 * thread and return at once. */

typedef struct _TandemResolver TandemResolver;

/* A look-up has ended. changed: the list differs from before, in content or order. error: (nullable)
 * untranslated; the last good list stays. Called on the resolver's thread: only post. */
typedef void (*TandemResolverNotify) (const char *account,
                                      gboolean changed,
                                      const char *error,
                                      gpointer data);

/* dns_server: "" the system's; else "127.0.0.53", "127.0.0.53:5353" or "[::1]:5353". */
TandemResolver *
tandem_resolver_new (const char *dns_server, TandemResolverNotify notify, gpointer data);
/* Ends look-ups under way and joins the thread. */
void tandem_resolver_free (TandemResolver *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemResolver, tandem_resolver_free)

/* server: "host", "host:port", "[v6]:port" or several separated by commas. One name without a port
 * (or port 0) asks SRV first. Starts the first look-up. FALSE with an error when it is malformed;
 * then nothing changes. */
gboolean tandem_resolver_set_server (TandemResolver *self,
                                     const char *account,
                                     const char *server,
                                     TandemTransport transport,
                                     TandemSipIpVersions versions,
                                     GError **error);
void tandem_resolver_remove (TandemResolver *self, const char *account);

/* (transfer full) (element-type TandemCandidate): the last good list, empty when there never was
 * one. fresh: (out) (optional): its time to live is not over, or a look-up has failed since. */
GArray *tandem_resolver_get (TandemResolver *self, const char *account, gboolean *fresh);
/* Looks up again when the time to live is over, or now when force. Coalesces. */
gboolean tandem_resolver_refresh (TandemResolver *self, const char *account, gboolean force);
/* (transfer full) (nullable): the first host name or address as written, for the TLS name check and
 * the default domain. */
char *tandem_resolver_get_host (TandemResolver *self, const char *account);

G_END_DECLS
