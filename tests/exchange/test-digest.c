/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "digest.h"

#include <string.h>

#define NOW 1000

static char *
nonce_of (const char *challenge)
{
  const char *at = strstr (challenge, "nonce=\"");

  g_assert_nonnull (at);
  return g_strndup (at + 7, strcspn (at + 7, "\""));
}

static char *
md5 (const char *text)
{
  return g_compute_checksum_for_string (G_CHECKSUM_MD5, text, -1);
}

static char *
respond (const char *password, const char *nonce, gboolean qop)
{
  g_autofree char *first = g_strdup_printf ("100:realm:%s", password);
  g_autofree char *ha1 = md5 (first);
  g_autofree char *ha2 = md5 ("REGISTER:sip:realm");
  g_autofree char *all = qop ? g_strdup_printf ("%s:%s:00000001:c:auth:%s", ha1, nonce, ha2)
                             : g_strdup_printf ("%s:%s:%s", ha1, nonce, ha2);

  return md5 (all);
}

static TandemExchangeDigestResult
check (TandemExchangeDigest *digest,
       const char *password,
       const char *nonce,
       gboolean qop,
       const char *user,
       gint64 now)
{
  g_autofree char *response = respond (password, nonce, qop);
  TandemExchangeMessage message = {
    .request = TRUE,
    .method = (char *) "REGISTER",
    .credentials_given = TRUE,
    .credentials = {
      .username = (char *) user,
      .realm = (char *) "realm",
      .nonce = (char *) nonce,
      .uri = (char *) "sip:realm",
      .response = response,
      .cnonce = (char *) (qop ? "c" : NULL),
      .qop = (char *) (qop ? "auth" : NULL),
      .nonce_count = (char *) (qop ? "00000001" : NULL),
    },
  };

  return tandem_exchange_digest_check (digest, &message, now);
}

static void
test_good (void)
{
  g_autoptr (TandemExchangeDigest) digest = tandem_exchange_digest_new ("realm", "100", "word");
  g_autofree char *challenge = tandem_exchange_digest_challenge (digest, FALSE, FALSE, NOW);
  g_autofree char *nonce = nonce_of (challenge);

  g_assert_true (g_str_has_prefix (challenge, "WWW-Authenticate: Digest realm=\"realm\""));
  g_assert_cmpint (check (digest, "word", nonce, TRUE, "100", NOW), ==,
                   TANDEM_EXCHANGE_DIGEST_GOOD);
  g_assert_cmpint (check (digest, "word", nonce, FALSE, "100", NOW + 299), ==,
                   TANDEM_EXCHANGE_DIGEST_GOOD);
}

static void
test_bad (void)
{
  g_autoptr (TandemExchangeDigest) digest = tandem_exchange_digest_new ("realm", "100", "word");
  g_autoptr (TandemExchangeDigest) other = tandem_exchange_digest_new ("realm", "100", "word");
  g_autofree char *challenge = tandem_exchange_digest_challenge (digest, TRUE, TRUE, NOW);
  g_autofree char *nonce = nonce_of (challenge);
  TandemExchangeMessage none = { .request = TRUE, .method = (char *) "REGISTER" };

  g_assert_true (g_str_has_prefix (challenge, "Proxy-Authenticate: "));
  g_assert_nonnull (strstr (challenge, "stale=true"));
  g_assert_cmpint (tandem_exchange_digest_check (digest, &none, NOW), ==,
                   TANDEM_EXCHANGE_DIGEST_MISSING);
  g_assert_cmpint (check (digest, "guess", nonce, TRUE, "100", NOW), ==,
                   TANDEM_EXCHANGE_DIGEST_WRONG);
  g_assert_cmpint (check (digest, "word", nonce, TRUE, "101", NOW), ==,
                   TANDEM_EXCHANGE_DIGEST_WRONG);
  g_assert_cmpint (check (digest, "word", nonce, TRUE, "100", NOW + 301), ==,
                   TANDEM_EXCHANGE_DIGEST_STALE);
  g_assert_cmpint (check (other, "word", nonce, TRUE, "100", NOW), ==,
                   TANDEM_EXCHANGE_DIGEST_MISSING);
  g_assert_cmpint (check (digest, "word", "3e8-0000", TRUE, "100", NOW), ==,
                   TANDEM_EXCHANGE_DIGEST_MISSING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/digest/good", test_good);
  g_test_add_func ("/digest/bad", test_bad);
  return g_test_run ();
}
