/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "digest.h"

#include <string.h>

#define ACCOUNT "0"
#define CANDIDATE "udp:192.0.2.1:5060"

static TandemDigestResult
challenge (TandemDigest *digest, const char *value, const char *sent)
{
  const char *values[] = { value, NULL };
  const char *sents[] = { sent, NULL };

  return tandem_digest_challenge (digest, ACCOUNT, CANDIDATE, values, FALSE,
                                  sent != NULL ? sents : NULL);
}

static char *
authorize (TandemDigest *digest,
           const char *user,
           const char *password,
           const char *method,
           const char *uri)
{
  g_autoptr (GPtrArray) headers
      = tandem_digest_authorize (digest, ACCOUNT, CANDIDATE, user, password, method, uri);

  if (headers->len == 0)
    return NULL;
  g_assert_cmpuint (headers->len, ==, 1);
  return g_strdup (((TandemDigestHeader *) g_ptr_array_index (headers, 0))->value);
}

#define assert_has(text, part) g_assert_nonnull (strstr (text, part))

/* RFC 2617 3.5 */
static void
test_md5 (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autofree char *value = NULL;

  tandem_digest_set_cnonce (digest, "0a4f113b");
  g_assert_cmpint (challenge (digest,
                              "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
                              "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
                              "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
                              NULL),
                   ==, TANDEM_DIGEST_OK);
  value = authorize (digest, "Mufasa", "Circle Of Life", "GET", "/dir/index.html");
  assert_has (value, "response=\"6629fae49393a05397450978507c4ef1\"");
  assert_has (value, "nc=00000001");
  assert_has (value, "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
}

/* RFC 7616 3.9.1 */
static void
test_sha256 (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autofree char *value = NULL;

  tandem_digest_set_cnonce (digest, "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
  g_assert_cmpint (
      challenge (digest,
                 "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", "
                 "algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
                 "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
                 NULL),
      ==, TANDEM_DIGEST_OK);
  value = authorize (digest, "Mufasa", "Circle of Life", "GET", "/dir/index.html");
  assert_has (value,
              "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\"");
}

/* RFC 7616 3.9.1, the second challenge */
static void
test_md5_named (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autofree char *value = NULL;

  tandem_digest_set_cnonce (digest, "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
  challenge (digest,
             "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, "
             "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"",
             NULL);
  value = authorize (digest, "Mufasa", "Circle of Life", "GET", "/dir/index.html");
  assert_has (value, "response=\"8ca523f5e9506fed4657c9700eebdbec\"");
  assert_has (value, "algorithm=MD5");
}

/* Computed apart, from the text of RFC 7616 3.4.2 */
static void
test_session (void)
{
  static const struct
  {
    const char *algorithm, *response;
  } cases[] = {
    { "MD5-sess", "8e3825c57e897f5a0dec6c2d4e5059d0" },
    { "SHA-256-sess", "b8822e12417cb7750f4e2b8515f0dcf25b7dd26993e80bee1426201446a7f59b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TandemDigest) digest = tandem_digest_new ();
      g_autofree char *offer
          = g_strdup_printf ("Digest realm=\"testrealm@host.com\", qop=\"auth\", algorithm=%s, "
                             "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"",
                             cases[i].algorithm);
      g_autofree char *value = NULL;

      tandem_digest_set_cnonce (digest, "0a4f113b");
      g_assert_cmpint (challenge (digest, offer, NULL), ==, TANDEM_DIGEST_OK);
      value = authorize (digest, "Mufasa", "Circle Of Life", "GET", "/dir/index.html");
      assert_has (value, cases[i].response);
    }
}

static void
test_without_qop (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autofree char *value = NULL;

  g_assert_cmpint (challenge (digest, "Digest realm=\"r\", nonce=\"n\"", NULL), ==,
                   TANDEM_DIGEST_OK);
  value = authorize (digest, "u", "p", "REGISTER", "sip:r");
  assert_has (value, "response=\"5790559ba44538767b07fb5adb649909\"");
  g_assert_null (strstr (value, "cnonce"));
  g_assert_null (strstr (value, "qop"));
}

static void
test_strongest_first (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  const char *values[] = { "Digest realm=\"r\", nonce=\"m\", qop=\"auth\"",
                           "Digest realm=\"r\", nonce=\"s\", qop=\"auth\", algorithm=SHA-256",
                           "Digest realm=\"r\", nonce=\"x\", qop=\"auth\", algorithm=SHA-512-256",
                           "Basic realm=\"r\"", NULL };
  g_autofree char *value = NULL;

  g_assert_cmpint (tandem_digest_challenge (digest, ACCOUNT, CANDIDATE, values, FALSE, NULL), ==,
                   TANDEM_DIGEST_OK);
  value = authorize (digest, "u", "p", "INVITE", "sip:a@r");
  assert_has (value, "nonce=\"s\"");
  assert_has (value, "algorithm=SHA-256");
}

static void
test_counts (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();

  challenge (digest, "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", NULL);
  for (guint i = 1; i < 20; i++)
    {
      g_autofree char *value = authorize (digest, "u", "p", "REGISTER", "sip:r");
      g_autofree char *count = g_strdup_printf ("nc=%08x", i);

      assert_has (value, count);
    }
}

static void
test_wrong_password (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autofree char *sent = NULL;

  challenge (digest, "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"", NULL);
  sent = authorize (digest, "u", "wrong", "REGISTER", "sip:r");
  g_assert_cmpint (challenge (digest, "Digest realm=\"r\", nonce=\"n2\", qop=\"auth\"", sent), ==,
                   TANDEM_DIGEST_REJECTED);
}

static void
test_stale (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autofree char *sent = NULL;

  challenge (digest, "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"", NULL);
  sent = authorize (digest, "u", "p", "REGISTER", "sip:r");
  g_assert_cmpint (challenge (digest, "Digest realm=\"r\", nonce=\"n2\", stale=TRUE", sent), ==,
                   TANDEM_DIGEST_OK);
}

/* A nonce that served once and is refused later has expired: that is no wrong password. */
static void
test_expired_without_stale (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autofree char *first = NULL, *second = NULL, *third = NULL;

  challenge (digest, "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"", NULL);
  first = authorize (digest, "u", "p", "REGISTER", "sip:r");
  second = authorize (digest, "u", "p", "REGISTER", "sip:r");
  g_assert_cmpint (challenge (digest, "Digest realm=\"r\", nonce=\"n2\", qop=\"auth\"", second), ==,
                   TANDEM_DIGEST_OK);
  third = authorize (digest, "u", "p", "REGISTER", "sip:r");
  g_assert_cmpint (challenge (digest, "Digest realm=\"r\", nonce=\"n3\", qop=\"auth\"", third), ==,
                   TANDEM_DIGEST_REJECTED);
}

/* Credentials made for another member of the pool are refused by this one: no wrong password. */
static void
test_nonce_of_another_proxy (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  const char *first[] = { "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"", NULL };
  g_autoptr (GPtrArray) headers = NULL;

  tandem_digest_challenge (digest, ACCOUNT, "udp:192.0.2.2:5060", first, FALSE, NULL);
  headers = tandem_digest_authorize (digest, ACCOUNT, "udp:192.0.2.2:5060", "u", "p", "REGISTER",
                                     "sip:r");
  g_assert_cmpint (challenge (digest, "Digest realm=\"r\", nonce=\"n2\", qop=\"auth\"",
                              ((TandemDigestHeader *) g_ptr_array_index (headers, 0))->value),
                   ==, TANDEM_DIGEST_OK);
}

/* Requests that run side by side replace each other's nonces; a wrong password is known all the same,
 * and by every one of them. */
static void
test_wrong_password_in_parallel (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autofree char *one = NULL, *other = NULL;

  challenge (digest, "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"", NULL);
  one = authorize (digest, "u", "wrong", "REGISTER", "sip:r");
  challenge (digest, "Digest realm=\"r\", nonce=\"n2\", qop=\"auth\"", NULL);
  other = authorize (digest, "u", "wrong", "SUBSCRIBE", "sip:r");
  g_assert_cmpint (challenge (digest, "Digest realm=\"r\", nonce=\"n3\", qop=\"auth\"", one), ==,
                   TANDEM_DIGEST_REJECTED);
  g_assert_cmpint (challenge (digest, "Digest realm=\"r\", nonce=\"n4\", qop=\"auth\"", other), ==,
                   TANDEM_DIGEST_REJECTED);
}

/* The same nonce again means that it is still good, and so that the password is not. */
static void
test_same_nonce_again (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autofree char *first = NULL, *second = NULL;

  challenge (digest, "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", NULL);
  first = authorize (digest, "u", "p", "REGISTER", "sip:r");
  g_assert_cmpint (challenge (digest, "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", NULL), ==,
                   TANDEM_DIGEST_OK);
  second = authorize (digest, "u", "p", "INVITE", "sip:r");
  assert_has (second, "nc=00000002");
  g_assert_cmpint (challenge (digest, "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", second), ==,
                   TANDEM_DIGEST_REJECTED);
}

/* Without qop nothing tells the first use of a nonce from the second one of an equal request. */
static void
test_expired_without_qop (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autofree char *first = NULL, *second = NULL, *third = NULL;

  challenge (digest, "Digest realm=\"r\", nonce=\"n1\"", NULL);
  first = authorize (digest, "u", "p", "REGISTER", "sip:r");
  second = authorize (digest, "u", "p", "REGISTER", "sip:r");
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpint (challenge (digest, "Digest realm=\"r\", nonce=\"n2\"", second), ==,
                   TANDEM_DIGEST_OK);
  third = authorize (digest, "u", "p", "REGISTER", "sip:r");
  g_assert_cmpint (challenge (digest, "Digest realm=\"r\", nonce=\"n3\"", third), ==,
                   TANDEM_DIGEST_REJECTED);
}

/* A server that calls every nonce stale does not keep us busy for ever. */
static void
test_stale_for_ever (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  TandemDigestResult result
      = challenge (digest, "Digest realm=\"r\", nonce=\"0\", qop=\"auth\"", NULL);
  guint rounds = 0;

  for (; result == TANDEM_DIGEST_OK && rounds < 20; rounds++)
    {
      g_autofree char *sent = authorize (digest, "u", "p", "REGISTER", "sip:r");
      g_autofree char *offer = g_strdup_printf (
          "Digest realm=\"r\", nonce=\"%u\", qop=\"auth\", stale=true", rounds + 1);

      result = challenge (digest, offer, sent);
    }
  g_assert_cmpint (result, ==, TANDEM_DIGEST_REJECTED);
  g_assert_cmpuint (rounds, <, 6);
}

static void
test_two_in_one_header (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autofree char *value = NULL;

  g_assert_cmpint (challenge (digest,
                              "Digest realm=\"r\", nonce=\"a\", algorithm=MD5, "
                              "Digest realm=\"r\", nonce=\"b\", algorithm=SHA-256, qop=\"auth\"",
                              NULL),
                   ==, TANDEM_DIGEST_OK);
  value = authorize (digest, "u", "p", "INVITE", "sip:a@r");
  assert_has (value, "nonce=\"b\"");
}

static void
test_proxy_and_registrar (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  const char *one[] = { "Digest realm=\"a\", nonce=\"1\"", NULL };
  const char *other[] = { "Digest realm=\"b\", nonce=\"2\"", NULL };
  g_autoptr (GPtrArray) headers = NULL, none = NULL;

  tandem_digest_challenge (digest, ACCOUNT, CANDIDATE, one, FALSE, NULL);
  tandem_digest_challenge (digest, ACCOUNT, CANDIDATE, other, TRUE, NULL);
  headers = tandem_digest_authorize (digest, ACCOUNT, CANDIDATE, "u", "p", "INVITE", "sip:x@b");
  g_assert_cmpuint (headers->len, ==, 2);
  g_assert_cmpstr (((TandemDigestHeader *) g_ptr_array_index (headers, 0))->name, ==,
                   "Authorization");
  g_assert_cmpstr (((TandemDigestHeader *) g_ptr_array_index (headers, 1))->name, ==,
                   "Proxy-Authorization");
  tandem_digest_forget (digest, ACCOUNT);
  none = tandem_digest_authorize (digest, ACCOUNT, CANDIDATE, "u", "p", "INVITE", "sip:x@b");
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_hostile (void)
{
  static const char *const values[] = {
    "",
    "Digest",
    "Digest ",
    "Digest realm",
    "Digest realm=",
    "Digest realm=\"r\"",
    "Digest nonce=\"n\"",
    "Digest realm=\"r\", nonce=\"\"",
    "Digest realm=\"r, nonce=\"n\"",
    "Digest realm=\"r\" nonce=\"n\"",
    "Digest realm=\"r\", nonce=\"n\", algorithm=ROT13",
    "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"",
    "Digest realm=\"r\\",
    "Digest realm=\"r\r\nX: y\", nonce=\"n\"",
    "Basic realm=\"r\"",
    "Digest =,=,=",
    "Digest realm=\"r\x01\", nonce=\"n\"",
    "Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess",
    "Digest Digest Digest ",
  };
  g_autofree char *huge = g_strnfill (100000, 'x');
  g_autofree char *long_one = g_strdup_printf ("Digest realm=\"%s\", nonce=\"n\"", huge);
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autofree char *value = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_assert_cmpint (challenge (digest, values[i], NULL), ==, TANDEM_DIGEST_UNSUPPORTED);
  g_assert_cmpint (challenge (digest, long_one, NULL), ==, TANDEM_DIGEST_UNSUPPORTED);
  g_assert_null (authorize (digest, "u", "p", "INVITE", "sip:x"));

  g_assert_cmpint (challenge (digest, "Digest realm=\"say \\\"hi\\\"\", nonce=\"n\"", NULL), ==,
                   TANDEM_DIGEST_OK);
  value = authorize (digest, "u\"x", "p", "INVITE", "sip:x");
  assert_has (value, "realm=\"say \\\"hi\\\"\"");
  assert_has (value, "username=\"u\\\"x\"");
}

static void
test_bounded (void)
{
  g_autoptr (TandemDigest) digest = tandem_digest_new ();
  g_autoptr (GPtrArray) headers = NULL;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *value = g_strdup_printf ("Digest realm=\"r%u\", nonce=\"n\"", i);

      challenge (digest, value, NULL);
    }
  headers = tandem_digest_authorize (digest, ACCOUNT, CANDIDATE, "u", "p", "INVITE", "sip:x");
  g_assert_cmpuint (headers->len, >=, 1);
  g_assert_cmpuint (headers->len, <=, 4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/digest/md5", test_md5);
  g_test_add_func ("/digest/sha256", test_sha256);
  g_test_add_func ("/digest/md5-named", test_md5_named);
  g_test_add_func ("/digest/session", test_session);
  g_test_add_func ("/digest/without-qop", test_without_qop);
  g_test_add_func ("/digest/strongest-first", test_strongest_first);
  g_test_add_func ("/digest/counts", test_counts);
  g_test_add_func ("/digest/wrong-password", test_wrong_password);
  g_test_add_func ("/digest/stale", test_stale);
  g_test_add_func ("/digest/expired-without-stale", test_expired_without_stale);
  g_test_add_func ("/digest/nonce-of-another-proxy", test_nonce_of_another_proxy);
  g_test_add_func ("/digest/wrong-password-in-parallel", test_wrong_password_in_parallel);
  g_test_add_func ("/digest/same-nonce-again", test_same_nonce_again);
  g_test_add_func ("/digest/expired-without-qop", test_expired_without_qop);
  g_test_add_func ("/digest/stale-for-ever", test_stale_for_ever);
  g_test_add_func ("/digest/two-in-one-header", test_two_in_one_header);
  g_test_add_func ("/digest/proxy-and-registrar", test_proxy_and_registrar);
  g_test_add_func ("/digest/hostile", test_hostile);
  g_test_add_func ("/digest/bounded", test_bounded);
  return g_test_run ();
}
