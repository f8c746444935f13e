/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemLdapClient: questions to an LDAP server (RFC 4511), read only: who has this name or number. Blocks, until
 * its time is up or it is cancelled; one thread at a time. For directory-search.c; elsewhere use that. Keeps the
 * connection between two questions.
 *
 * ldaps:// is TLS from the start; ldap:// is upgraded with StartTLS before anything is asked, and a server that
 * cannot is not asked, unless it is on this computer. Certificates are checked, with the name. Referrals to
 * other servers are not followed. */

typedef struct
{
  char *url;      /* ldaps://host[:port] or ldap://host[:port] */
  char *base;     /* where to look; "" : the server's own choice */
  char *user;     /* a DN; "" : anonymous */
  char *password; /* (nullable) */
  char *filter;   /* RFC 4515, with %s for what was typed */
  char *ca_file;  /* (nullable): PEM; NULL: those of the system */
} TandemLdapServer;

#define TANDEM_LDAP_MAX_RESULTS 50
#define TANDEM_LDAP_MAX_TEXT 64 /* characters */

typedef struct _TandemLdap TandemLdapClient;

/* server: copied */
TandemLdapClient *tandem_ldap_client_new (const TandemLdapServer *server);
void tandem_ldap_client_free (TandemLdapClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemLdapClient, tandem_ldap_client_free)
/* timeout: ms, for all of it. truncated: (out): there are more. Returns (transfer container): TandemContact,
 * by name, of source "ldap"; NULL with a translated error: G_IO_ERROR_NOT_SUPPORTED (built without LDAP, no
 * TLS), _PERMISSION_DENIED, _TIMED_OUT, _CANCELLED, _INVALID_ARGUMENT (the settings), _FAILED. */
GPtrArray *tandem_ldap_client_search (TandemLdapClient *self,
                                      const char *text,
                                      guint timeout,
                                      gboolean *truncated,
                                      GCancellable *cancellable,
                                      GError **error);

/* The filter with text in its place, escaped as RFC 4515 says. (transfer full) (nullable): there is no
 * place for it */
char *tandem_ldap_make_filter (const char *filter, const char *text);
TandemLdapServer *tandem_ldap_server_copy (const TandemLdapServer *server);
/* Wipes the password. */
void tandem_ldap_server_free (TandemLdapServer *server);
gboolean tandem_ldap_is_built_in (void);

G_END_DECLS
