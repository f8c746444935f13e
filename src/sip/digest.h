/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemDigest: HTTP digest as SIP uses it (RFC 3261 22, RFC 8760, RFC 7616): MD5 and SHA-256, qop
 * auth or none. It remembers the challenges of each (account, candidate, realm), so that later
 * requests carry credentials at once. Only strings go in and out; passwords are never kept. One
 * thread. */

typedef struct _TandemDigest TandemDigest;

typedef enum
{
  TANDEM_DIGEST_OK,          /* answerable: authorize and send again */
  TANDEM_DIGEST_REJECTED,    /* these credentials were refused: wrong user or password */
  TANDEM_DIGEST_UNSUPPORTED, /* nothing in the challenges that we can answer */
} TandemDigestResult;

typedef struct
{
  char *name;  /* "Authorization" or "Proxy-Authorization" */
  char *value; /* a secret of sorts: never log it */
} TandemDigestHeader;

TandemDigest *tandem_digest_new (void);
void tandem_digest_free (TandemDigest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemDigest, tandem_digest_free)

void tandem_digest_header_free (TandemDigestHeader *header);

/* Takes in a 401 (proxy FALSE) or 407. challenges: NULL-terminated values of all WWW-Authenticate or
 * Proxy-Authenticate headers. sent: (nullable) NULL-terminated values of the credentials that the
 * challenged request carried. */
TandemDigestResult tandem_digest_challenge (TandemDigest *self,
                                            const char *account,
                                            const char *candidate,
                                            const char *const *challenges,
                                            gboolean proxy,
                                            const char *const *sent);

/* (transfer full) (element-type TandemDigestHeader): the headers for the next request to that
 * candidate, one for each realm that challenged; empty when none did. */
GPtrArray *tandem_digest_authorize (TandemDigest *self,
                                    const char *account,
                                    const char *candidate,
                                    const char *user,
                                    const char *password,
                                    const char *method,
                                    const char *uri);

/* Forgets all challenges of an account (its credentials changed). */
void tandem_digest_forget (TandemDigest *self, const char *account);

/* For tests: a fixed client nonce instead of a random one; NULL ends it. */
void tandem_digest_set_cnonce (TandemDigest *self, const char *cnonce);

G_END_DECLS
