/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter.h"

#include <string.h>

#define VIA "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\n"
#define REST                                                                                       \
  "From: <sip:a@example.test>;tag=1\r\nTo: <sip:b@example.test>\r\nCall-ID: c\r\nCSeq: 1 "         \
  "INVITE\r\n"
#define LINE "INVITE sip:b@example.test SIP/2.0\r\n"
#define NO_BODY "Content-Length: 0\r\n\r\n"

typedef struct
{
  const char *name;
  const char *data;
  TandemFilterVerdict verdict;
} Case;

static const Case cases[] = {
  { "plain", LINE VIA REST NO_BODY, TANDEM_FILTER_PASS },
  { "no-length-no-body", LINE VIA REST "\r\n", TANDEM_FILTER_PASS },
  { "response", "SIP/2.0 200 OK\r\n" VIA REST NO_BODY, TANDEM_FILTER_PASS },
  { "response-without-phrase", "SIP/2.0 200 \r\n" VIA REST NO_BODY, TANDEM_FILTER_PASS },
  { "leading-newlines", "\r\n\r\n" LINE VIA REST NO_BODY, TANDEM_FILTER_PASS },
  { "body", LINE VIA REST "Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n",
    TANDEM_FILTER_PASS },
  { "compact",
    LINE "v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nf: <sip:a@example.test>;tag=1\r\nt: "
         "sip:b@example.test\r\n"
         "i: c\r\nCSeq: 1 INVITE\r\nl: 0\r\n\r\n",
    TANDEM_FILTER_PASS },
  { "folded", LINE "Via: SIP/2.0/UDP 192.0.2.1\r\n ;branch=z9hG4bK1\r\n" REST NO_BODY,
    TANDEM_FILTER_PASS },
  { "two-vias-in-one",
    LINE "Via: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bK1, SIP/2.0/TCP "
         "192.0.2.9;branch=z9hG4bK2\r\n" REST NO_BODY,
    TANDEM_FILTER_PASS },
  { "second-via-tcp", LINE VIA "Via: SIP/2.0/TCP 192.0.2.9;branch=z9hG4bK2\r\n" REST NO_BODY,
    TANDEM_FILTER_PASS },
  { "multipart-with-boundary",
    LINE VIA REST "Content-Type: multipart/mixed;boundary=\"x y\"\r\nContent-Length: 0\r\n\r\n",
    TANDEM_FILTER_PASS },
  { "identity-encoding", LINE VIA REST "Content-Encoding: identity\r\n" NO_BODY,
    TANDEM_FILTER_PASS },
  { "name-with-angle",
    LINE VIA
    "From: \"A <Sample> Name\" <sip:a@example.test>;tag=1\r\nTo: <tel:+15550100>\r\nCall-ID: c\r\n"
    "CSeq: 1 INVITE\r\n" NO_BODY,
    TANDEM_FILTER_PASS },
  { "latin-1", LINE VIA REST "Subject: caf\xe9\r\n" NO_BODY, TANDEM_FILTER_PASS },

  { "keep-alive", "\r\n\r\n", TANDEM_FILTER_KEEP_ALIVE },
  { "empty", "", TANDEM_FILTER_KEEP_ALIVE },
  { "garbage", "\x01\x02\x03garbage", TANDEM_FILTER_NO_END },
  { "http", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", TANDEM_FILTER_NOT_SIP },
  { "sip-3", "INVITE sip:b SIP/3.0\r\n" VIA REST NO_BODY, TANDEM_FILTER_NOT_SIP },
  { "status-999", "SIP/2.0 999 No\r\n" VIA REST NO_BODY, TANDEM_FILTER_NOT_SIP },
  { "no-end", LINE VIA REST, TANDEM_FILTER_NO_END },
  { "bare-newline", "INVITE sip:b@example.test SIP/2.0\n" VIA REST NO_BODY,
    TANDEM_FILTER_BAD_LINE },
  { "bare-return", LINE "Subject: a\rb\r\n" VIA REST NO_BODY, TANDEM_FILTER_BAD_LINE },
  { "no-colon", LINE VIA "nonsense\r\n" REST NO_BODY, TANDEM_FILTER_BAD_LINE },
  { "length-beyond", LINE VIA REST "Content-Length: 500\r\n\r\nv=0", TANDEM_FILTER_BAD_LENGTH },
  { "length-negative", LINE VIA REST "Content-Length: -1\r\n\r\n", TANDEM_FILTER_BAD_LENGTH },
  { "length-huge", LINE VIA REST "Content-Length: 99999999999999999999\r\n\r\n",
    TANDEM_FILTER_BAD_LENGTH },
  { "length-twice", LINE VIA REST "Content-Length: 0\r\nl: 3\r\n\r\nabc",
    TANDEM_FILTER_BAD_LENGTH },
  { "body-without-length", LINE VIA REST "\r\nv=0", TANDEM_FILTER_BAD_LENGTH },
  { "no-call-id",
    LINE VIA "From: <sip:a@b.test>\r\nTo: <sip:b@b.test>\r\nCSeq: 1 INVITE\r\n" NO_BODY,
    TANDEM_FILTER_MISSING_HEADER },
  { "old-branch", LINE "Via: SIP/2.0/UDP 192.0.2.1;branch=1\r\n" REST NO_BODY,
    TANDEM_FILTER_BAD_VIA },
  { "no-branch", LINE "Via: SIP/2.0/UDP 192.0.2.1\r\n" REST NO_BODY, TANDEM_FILTER_BAD_VIA },
  { "via-tcp", LINE "Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1\r\n" REST NO_BODY,
    TANDEM_FILTER_BAD_VIA },
  { "via-ws", LINE "Via: SIP/2.0/WS 192.0.2.1;branch=z9hG4bK1\r\n" REST NO_BODY,
    TANDEM_FILTER_BAD_VIA },
  { "to-no-uri",
    LINE VIA "From: <sip:a@b.test>\r\nTo: nobody\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n" NO_BODY,
    TANDEM_FILTER_BAD_ADDRESS },
  { "gzip", LINE VIA REST "Content-Encoding: gzip\r\n" NO_BODY, TANDEM_FILTER_ENCODED },
  { "multipart", LINE VIA REST "Content-Type: multipart/mixed\r\n" NO_BODY,
    TANDEM_FILTER_BAD_MULTIPART },
  { "multipart-empty", LINE VIA REST "c: MULTIPART/mixed ; boundary=\r\n" NO_BODY,
    TANDEM_FILTER_BAD_MULTIPART },
};

static void
test_case (gconstpointer data)
{
  const Case *one = data;
  gsize size = strlen (one->data), length = 0;
  g_autofree char *exact = g_memdup2 (one->data, MAX (size, 1));

  g_assert_cmpstr (tandem_filter_verdict_to_string (tandem_filter_check (exact, size, &length)), ==,
                   tandem_filter_verdict_to_string (one->verdict));
  if (one->verdict == TANDEM_FILTER_PASS)
    g_assert_cmpuint (length, ==, size);
}

static void
test_padding (void)
{
  static const char text[] = LINE VIA REST "Content-Length: 3\r\n\r\nabcPADDING";
  gsize length = 0;

  g_assert_cmpint (tandem_filter_check (text, strlen (text), &length), ==, TANDEM_FILTER_PASS);
  g_assert_cmpuint (length, ==, strlen (text) - strlen ("PADDING"));
}

static void
test_nul (void)
{
  static const char text[] = LINE VIA "Subject: a\0b\r\n" REST NO_BODY;
  gsize length;

  g_assert_cmpint (tandem_filter_check (text, sizeof text - 1, &length), ==,
                   TANDEM_FILTER_BAD_LINE);
}

static void
test_too_many (void)
{
  g_autoptr (GString) text = g_string_new (LINE VIA REST);
  g_autoptr (GString) wide = g_string_new (LINE VIA REST "X: ");
  gsize length;

  for (guint i = 0; i < 300; i++)
    g_string_append (text, "X: y\r\n");
  g_string_append (text, NO_BODY);
  g_assert_cmpint (tandem_filter_check (text->str, text->len, &length), ==, TANDEM_FILTER_TOO_MANY);
  for (guint i = 0; i < 9000; i++)
    g_string_append_c (wide, 'x');
  g_string_append (wide, "\r\n" NO_BODY);
  g_assert_cmpint (tandem_filter_check (wide->str, wide->len, &length), ==, TANDEM_FILTER_TOO_MANY);
}

/* Every prefix of a good message, each in a block of exactly its size: nothing is read past the end. */
static void
test_prefixes (void)
{
  const char *text = cases[5].data;

  for (gsize size = 0; size < strlen (text); size++)
    {
      g_autofree char *exact = g_memdup2 (text, MAX (size, 1));
      gsize length;

      g_assert_cmpint (tandem_filter_check (exact, size, &length), !=, TANDEM_FILTER_PASS);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/filter/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/filter/padding", test_padding);
  g_test_add_func ("/filter/nul", test_nul);
  g_test_add_func ("/filter/too-many", test_too_many);
  g_test_add_func ("/filter/prefixes", test_prefixes);
  return g_test_run ();
}
