/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "message.h"

G_BEGIN_DECLS

/* TandemExchangeDigest: challenges and checks credentials (RFC 2617, MD5, qop auth), for one realm,
 * one user and its password. One thread. Good enough for practice on loopback: nonce counts are
 * not remembered, so a replay within the nonce's life passes. */

typedef enum
{
  TANDEM_EXCHANGE_DIGEST_GOOD,
  TANDEM_EXCHANGE_DIGEST_MISSING,
  TANDEM_EXCHANGE_DIGEST_STALE, /* the right password for a nonce that is too old */
  TANDEM_EXCHANGE_DIGEST_WRONG,
} TandemExchangeDigestResult;

typedef struct _TandemExchangeDigest TandemExchangeDigest;

TandemExchangeDigest *
tandem_exchange_digest_new (const char *realm, const char *user, const char *password);
void tandem_exchange_digest_free (TandemExchangeDigest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemExchangeDigest, tandem_exchange_digest_free)

/* A header with its CRLF. proxy: for a 407 instead of a 401. now: monotonic, in s.
 * (transfer full) */
char *tandem_exchange_digest_challenge (TandemExchangeDigest *self,
                                        gboolean proxy,
                                        gboolean stale,
                                        gint64 now);
TandemExchangeDigestResult tandem_exchange_digest_check (TandemExchangeDigest *self,
                                                         const TandemExchangeMessage *request,
                                                         gint64 now);

G_END_DECLS
