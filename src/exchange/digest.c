/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "digest.h"

#include <string.h>

/* A nonce is its time of birth and a keyed hash of it: nothing is kept for each challenge. */
#define NONCE_LIFE_S 300

struct _TandemExchangeDigest
{
  char *realm;
  char *user;
  char *ha1;
  guint8 key[16];
};

static char *md5 (const char *first, ...) G_GNUC_NULL_TERMINATED;

static char *
md5 (const char *first, ...)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_MD5);
  const char *separator = "";
  va_list rest;

  va_start (rest, first);
  for (const char *part = first; part != NULL; part = va_arg (rest, const char *))
    {
      g_checksum_update (sum, (const guchar *) separator, -1);
      g_checksum_update (sum, (const guchar *) part, -1);
      separator = ":";
    }
  va_end (rest);
  return g_strdup (g_checksum_get_string (sum));
}

static char *
make_nonce (TandemExchangeDigest *self, gint64 born)
{
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_MODIFIER "x", (guint64) born);
  g_autofree char *mac
      = g_compute_hmac_for_string (G_CHECKSUM_SHA256, self->key, sizeof self->key, time, -1);

  return g_strdup_printf ("%s-%.32s", time, mac);
}

TandemExchangeDigest *
tandem_exchange_digest_new (const char *realm, const char *user, const char *password)
{
  TandemExchangeDigest *self = g_new0 (TandemExchangeDigest, 1);

  self->realm = g_strdup (realm);
  self->user = g_strdup (user);
  self->ha1 = md5 (user, realm, password, NULL);
  for (gsize i = 0; i < sizeof self->key; i++)
    self->key[i] = (guint8) g_random_int ();
  return self;
}

void
tandem_exchange_digest_free (TandemExchangeDigest *self)
{
  if (self == NULL)
    return;
  g_free (self->realm);
  g_free (self->user);
  g_free (self->ha1);
  g_free (self);
}

char *
tandem_exchange_digest_challenge (TandemExchangeDigest *self,
                                  gboolean proxy,
                                  gboolean stale,
                                  gint64 now)
{
  g_autofree char *nonce = make_nonce (self, now);

  return g_strdup_printf (
      "%s: Digest realm=\"%s\", nonce=\"%s\", algorithm=MD5, qop=\"auth\"%s\r\n",
      proxy ? "Proxy-Authenticate" : "WWW-Authenticate", self->realm, nonce,
      stale ? ", stale=true" : "");
}

static gboolean
is_ours (TandemExchangeDigest *self, const char *nonce, gint64 *born)
{
  g_autofree char *again = NULL;

  *born = g_ascii_strtoll (nonce, NULL, 16);
  again = make_nonce (self, *born);
  return strcmp (nonce, again) == 0;
}

TandemExchangeDigestResult
tandem_exchange_digest_check (TandemExchangeDigest *self,
                              const TandemExchangeMessage *request,
                              gint64 now)
{
  const TandemExchangeCredentials *given = &request->credentials;
  g_autofree char *ha2 = NULL;
  g_autofree char *expected = NULL;
  gint64 born;

  if (!request->credentials_given)
    return TANDEM_EXCHANGE_DIGEST_MISSING;
  if (given->nonce == NULL || given->uri == NULL || given->response == NULL
      || given->username == NULL)
    return TANDEM_EXCHANGE_DIGEST_WRONG;
  if (g_strcmp0 (given->realm, self->realm) != 0 || !is_ours (self, given->nonce, &born))
    return TANDEM_EXCHANGE_DIGEST_MISSING;
  if (strcmp (given->username, self->user) != 0
      || (given->algorithm != NULL && g_ascii_strcasecmp (given->algorithm, "MD5") != 0))
    return TANDEM_EXCHANGE_DIGEST_WRONG;

  ha2 = md5 (request->method, given->uri, NULL);
  if (given->qop == NULL)
    expected = md5 (self->ha1, given->nonce, ha2, NULL);
  else if (g_ascii_strcasecmp (given->qop, "auth") == 0 && given->cnonce != NULL
           && given->nonce_count != NULL)
    expected
        = md5 (self->ha1, given->nonce, given->nonce_count, given->cnonce, given->qop, ha2, NULL);
  if (g_strcmp0 (expected, given->response) != 0)
    return TANDEM_EXCHANGE_DIGEST_WRONG;
  return now - born > NONCE_LIFE_S ? TANDEM_EXCHANGE_DIGEST_STALE : TANDEM_EXCHANGE_DIGEST_GOOD;
}
