/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter.h"

#include <string.h>

/* The parser of the input filter: single rules, rewriting, and the corpus of tests/fuzz, whose files
 * say by their names what must become of them. */

#define VIA "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\n"
#define FROM_TO "From: <sip:a@example.test>;tag=1\r\nTo: <sip:b@example.test>\r\n"
#define REST FROM_TO "Call-ID: c\r\nCSeq: 1 INVITE\r\n"
#define LINE "INVITE sip:b@example.test SIP/2.0\r\n"
#define NO_BODY "Content-Length: 0\r\n\r\n"
#define WITH_URI(uri) "INVITE " uri " SIP/2.0\r\n" VIA REST NO_BODY
#define WITH_VIA(value) LINE "Via: " value "\r\n" REST NO_BODY
#define WITH_CALL_ID(value) LINE VIA FROM_TO "Call-ID: " value "\r\nCSeq: 1 INVITE\r\n" NO_BODY
#define WITH_CSEQ(value) LINE VIA FROM_TO "Call-ID: c\r\nCSeq: " value "\r\n" NO_BODY
#define WITH_FROM(value)                                                                           \
  LINE VIA "From: " value "\r\nTo: <sip:b@example.test>\r\nCall-ID: c\r\nCSeq: 1 "                 \
           "INVITE\r\n" NO_BODY
#define WITH_TYPE(value) LINE VIA REST "Content-Type: " value "\r\n" NO_BODY

typedef struct
{
  const char *name;
  const char *data;
  TandemFilterVerdict verdict;
} Case;

static const Case cases[] = {
  { "plain", LINE VIA REST NO_BODY, TANDEM_FILTER_PASS },
  { "no-length-no-body", LINE VIA REST "\r\n", TANDEM_FILTER_PASS },
  { "body", LINE VIA REST "Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n",
    TANDEM_FILTER_PASS },
  { "leading-newlines", "\r\n\r\n" LINE VIA REST NO_BODY, TANDEM_FILTER_PASS },
  { "response", "SIP/2.0 200 OK\r\n" VIA REST NO_BODY, TANDEM_FILTER_PASS },
  { "response-without-phrase", "SIP/2.0 200 \r\n" VIA REST NO_BODY, TANDEM_FILTER_PASS },
  { "response-without-space", "SIP/2.0 200\r\n" VIA REST NO_BODY, TANDEM_FILTER_NOT_SIP },
  { "status-999", "SIP/2.0 999 No\r\n" VIA REST NO_BODY, TANDEM_FILTER_NOT_SIP },
  { "status-four-digits", "SIP/2.0 2000 OK\r\n" VIA REST NO_BODY, TANDEM_FILTER_NOT_SIP },
  { "latin-1", LINE VIA REST "Subject: caf\xe9\r\n" NO_BODY, TANDEM_FILTER_PASS },
  { "empty-header", LINE VIA REST "Subject:\r\n" NO_BODY, TANDEM_FILTER_PASS },

  { "keep-alive", "\r\n\r\n", TANDEM_FILTER_KEEP_ALIVE },
  { "empty", "", TANDEM_FILTER_KEEP_ALIVE },
  { "garbage", "\x01\x02\x03garbage", TANDEM_FILTER_NO_END },
  { "no-end", LINE VIA REST, TANDEM_FILTER_NO_END },
  { "http", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", TANDEM_FILTER_NOT_SIP },
  { "sip-3", "INVITE sip:b@example.test SIP/3.0\r\n" VIA REST NO_BODY, TANDEM_FILTER_NOT_SIP },
  { "method-long", "INVITEINVITEINVITE sip:b@example.test SIP/2.0\r\n" VIA REST NO_BODY,
    TANDEM_FILTER_NOT_SIP },
  { "bare-newline", "INVITE sip:b@example.test SIP/2.0\n" VIA REST NO_BODY,
    TANDEM_FILTER_BAD_LINE },
  { "bare-return", LINE "Subject: a\rb\r\n" VIA REST NO_BODY, TANDEM_FILTER_BAD_LINE },
  { "no-colon", LINE VIA "nonsense\r\n" REST NO_BODY, TANDEM_FILTER_BAD_LINE },
  { "no-name", LINE VIA ": x\r\n" REST NO_BODY, TANDEM_FILTER_BAD_LINE },
  { "name-with-space", LINE VIA "X Y: z\r\n" REST NO_BODY, TANDEM_FILTER_BAD_LINE },

  { "uri-parameters", WITH_URI ("sip:b@192.0.2.1:5060;transport=udp;lr"), TANDEM_FILTER_PASS },
  { "uri-headers", WITH_URI ("sips:b:secret@example.test?Subject=a%20b&X="), TANDEM_FILTER_PASS },
  { "uri-ipv6", WITH_URI ("sip:[2001:db8::1]:5060"), TANDEM_FILTER_PASS },
  { "uri-tel", WITH_URI ("tel:+1-555-0100;phone-context=example.test"), TANDEM_FILTER_PASS },
  { "uri-semicolon-user", WITH_URI ("sip:b;x=1?y/z@example.test"), TANDEM_FILTER_PASS },
  { "uri-empty-parameter", WITH_URI ("sip:b@example.test;;lr"), TANDEM_FILTER_PASS },
  { "uri-eight-bit", WITH_URI ("sip:b\x80@example.test"), TANDEM_FILTER_NOT_SIP },
  { "uri-bad-escape", WITH_URI ("sip:b%2@example.test"), TANDEM_FILTER_NOT_SIP },
  { "uri-bad-port", WITH_URI ("sip:b@example.test:x"), TANDEM_FILTER_NOT_SIP },
  { "uri-no-host", WITH_URI ("sip:b@"), TANDEM_FILTER_NOT_SIP },
  { "uri-underscore", WITH_URI ("sip:b@my_host"), TANDEM_FILTER_NOT_SIP },
  { "uri-angle", WITH_URI ("<sip:b@example.test>"), TANDEM_FILTER_NOT_SIP },
  { "uri-http", WITH_URI ("http://example.test/"), TANDEM_FILTER_NOT_SIP },
  { "uri-none", "INVITE  SIP/2.0\r\n" VIA REST NO_BODY, TANDEM_FILTER_NOT_SIP },

  { "length-beyond", LINE VIA REST "Content-Length: 500\r\n\r\nv=0", TANDEM_FILTER_BAD_LENGTH },
  { "length-by-one", LINE VIA REST "Content-Length: 4\r\n\r\nv=0", TANDEM_FILTER_BAD_LENGTH },
  { "length-negative", LINE VIA REST "Content-Length: -1\r\n\r\n", TANDEM_FILTER_BAD_LENGTH },
  { "length-huge", LINE VIA REST "Content-Length: 99999999999999999999\r\n\r\n",
    TANDEM_FILTER_BAD_LENGTH },
  { "length-twice", LINE VIA REST "Content-Length: 0\r\nl: 3\r\n\r\nabc",
    TANDEM_FILTER_BAD_LENGTH },
  { "body-without-length", LINE VIA REST "\r\nv=0", TANDEM_FILTER_BAD_LENGTH },

  { "no-via", LINE REST NO_BODY, TANDEM_FILTER_MISSING_HEADER },
  { "no-from", LINE VIA "To: <sip:b@b.test>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n" NO_BODY,
    TANDEM_FILTER_MISSING_HEADER },
  { "no-to", LINE VIA "f: <sip:b@b.test>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n" NO_BODY,
    TANDEM_FILTER_MISSING_HEADER },
  { "no-call-id", LINE VIA FROM_TO "CSeq: 1 INVITE\r\n" NO_BODY, TANDEM_FILTER_MISSING_HEADER },
  { "no-cseq", LINE VIA FROM_TO "Call-ID: c\r\n" NO_BODY, TANDEM_FILTER_MISSING_HEADER },

  { "via-two-in-one",
    WITH_VIA ("SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bK1, SIP/2.0/TCP 192.0.2.9;branch=x"),
    TANDEM_FILTER_PASS },
  { "via-second-tcp", LINE VIA "Via: SIP/2.0/TCP 192.0.2.9;branch=z9hG4bK2\r\n" REST NO_BODY,
    TANDEM_FILTER_PASS },
  { "via-ipv6", WITH_VIA ("SIP/2.0/UDP [::1]:5060;received=[::1];branch=z9hG4bK1"),
    TANDEM_FILTER_PASS },
  { "via-received-ipv6", WITH_VIA ("SIP/2.0/UDP h.test;received=2001:db8::1;branch=z9hG4bK1"),
    TANDEM_FILTER_PASS },
  { "via-spaces", WITH_VIA ("SIP / 2.0 / UDP  h.test ; branch = z9hG4bK1"), TANDEM_FILTER_PASS },
  { "via-old-branch", WITH_VIA ("SIP/2.0/UDP 192.0.2.1;branch=1"), TANDEM_FILTER_BAD_VIA },
  { "via-cookie-only", WITH_VIA ("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK"), TANDEM_FILTER_BAD_VIA },
  { "via-no-branch", WITH_VIA ("SIP/2.0/UDP 192.0.2.1"), TANDEM_FILTER_BAD_VIA },
  { "via-quoted-branch", WITH_VIA ("SIP/2.0/UDP 192.0.2.1;x=\";branch=z9hG4bK1\""),
    TANDEM_FILTER_BAD_VIA },
  { "via-odd-parameter", WITH_VIA ("SIP/2.0/UDP 192.0.2.1;x=a/b;branch=z9hG4bK1"),
    TANDEM_FILTER_BAD_VIA },
  { "via-received-name", WITH_VIA ("SIP/2.0/UDP 192.0.2.1;received=name;branch=z9hG4bK1"),
    TANDEM_FILTER_BAD_VIA },
  { "via-tcp", WITH_VIA ("SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1"), TANDEM_FILTER_BAD_VIA },
  { "via-ws", WITH_VIA ("SIP/2.0/WS 192.0.2.1;branch=z9hG4bK1"), TANDEM_FILTER_BAD_VIA },
  { "via-no-host", WITH_VIA ("SIP/2.0/UDP ;branch=z9hG4bK1"), TANDEM_FILTER_BAD_VIA },
  { "via-bad-host", WITH_VIA ("SIP/2.0/UDP a_b;branch=z9hG4bK1"), TANDEM_FILTER_BAD_VIA },
  { "via-bad-port", WITH_VIA ("SIP/2.0/UDP h.test:;branch=z9hG4bK1"), TANDEM_FILTER_BAD_VIA },
  { "via-junk-behind", WITH_VIA ("SIP/2.0/UDP h.test;branch=z9hG4bK1, junk"),
    TANDEM_FILTER_BAD_VIA },

  { "from-angle-in-name", WITH_FROM ("\"A <Sample> \\\" Name\" <sip:a@example.test>;tag=1"),
    TANDEM_FILTER_PASS },
  { "from-bare", WITH_FROM ("sip:a@example.test;tag=1"), TANDEM_FILTER_PASS },
  { "from-tel", WITH_FROM ("<tel:+15550100>;tag=1"), TANDEM_FILTER_PASS },
  { "from-word", WITH_FROM ("nobody"), TANDEM_FILTER_BAD_ADDRESS },
  { "from-http", WITH_FROM ("<http://example.test>"), TANDEM_FILTER_BAD_ADDRESS },
  { "from-http-behind-sip", WITH_FROM ("\"<sip:a@b.test>\" <http://c.test>"),
    TANDEM_FILTER_BAD_ADDRESS },
  { "from-open", WITH_FROM ("<sip:a@example.test"), TANDEM_FILTER_BAD_ADDRESS },
  { "from-scheme-only", WITH_FROM ("<sip:>"), TANDEM_FILTER_BAD_ADDRESS },

  { "call-id-odd", WITH_CALL_ID ("a-.!%*_+`'~()<>:\\\"/[]?{}@b"), TANDEM_FILTER_PASS },
  { "call-id-empty", WITH_CALL_ID (""), TANDEM_FILTER_BAD_CALL_ID },
  { "call-id-space", WITH_CALL_ID ("a b"), TANDEM_FILTER_BAD_CALL_ID },
  { "call-id-two-at", WITH_CALL_ID ("a@b@c"), TANDEM_FILTER_BAD_CALL_ID },
  { "cseq-largest", WITH_CSEQ ("2147483647 INVITE"), TANDEM_FILTER_PASS },
  { "cseq-too-large", WITH_CSEQ ("2147483648 INVITE"), TANDEM_FILTER_BAD_CALL_ID },
  { "cseq-other-method", WITH_CSEQ ("1 BYE"), TANDEM_FILTER_BAD_CALL_ID },
  { "cseq-other-case", WITH_CSEQ ("1 invite"), TANDEM_FILTER_BAD_CALL_ID },
  { "cseq-no-method", WITH_CSEQ ("1"), TANDEM_FILTER_BAD_CALL_ID },

  { "identity-encoding", LINE VIA REST "Content-Encoding: identity\r\n" NO_BODY,
    TANDEM_FILTER_PASS },
  { "gzip", LINE VIA REST "e: gzip\r\n" NO_BODY, TANDEM_FILTER_ENCODED },
  { "multipart", WITH_TYPE ("multipart/mixed"), TANDEM_FILTER_BAD_MULTIPART },
  { "multipart-empty", WITH_TYPE ("MULTIPART/mixed ; boundary="), TANDEM_FILTER_BAD_MULTIPART },
  { "multipart-inside-quotes", WITH_TYPE ("multipart/mixed;x=\";boundary=a\""),
    TANDEM_FILTER_BAD_MULTIPART },
  { "multipart-other-parameter", WITH_TYPE ("multipart/mixed;xboundary=a"),
    TANDEM_FILTER_BAD_MULTIPART },
  { "not-multipart", WITH_TYPE ("application/x-multipart"), TANDEM_FILTER_PASS },
};

static void
test_case (gconstpointer data)
{
  const Case *one = data;
  gsize size = strlen (one->data), length = 0;
  g_autofree char *exact = g_memdup2 (one->data, MAX (size, 1));

  g_assert_cmpstr (tandem_filter_verdict_to_string (tandem_filter_check (exact, size, &length)), ==,
                   tandem_filter_verdict_to_string (one->verdict));
  g_assert_cmpuint (length, ==, one->verdict == TANDEM_FILTER_PASS ? size : 0);
}

static void
test_padding (void)
{
  char text[] = LINE VIA REST "Content-Length: 3\r\n\r\nabcPADDING";
  gsize length = 0;

  g_assert_cmpint (tandem_filter_check (text, strlen (text), &length), ==, TANDEM_FILTER_PASS);
  g_assert_cmpuint (length, ==, strlen (text) - strlen ("PADDING"));
}

static void
test_nul (void)
{
  char text[] = LINE VIA "Subject: a\0b\r\n" REST NO_BODY;
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
  const char *text = cases[2].data;

  for (gsize size = 0; size < strlen (text); size++)
    {
      g_autofree char *exact = g_memdup2 (text, MAX (size, 1));
      gsize length;

      g_assert_cmpint (tandem_filter_check (exact, size, &length), !=, TANDEM_FILTER_PASS);
    }
}

static char *
squeeze (const char *text)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text++)
    {
      if (*text != ' ' || text[1] != ' ')
        g_string_append_c (out, *text);
    }
  return g_string_free (out, FALSE);
}

/* What is rewritten keeps its length and means the same. */
static void
test_rewriting (void)
{
  static const struct
  {
    const char *before, *after;
  } headers[] = {
    { "Subject: a\r\n b\r\n\tc", "Subject: a b c" },
    { "Subject:\ta\tb", "Subject: a b" },
    { "Subject: a \t ", "Subject: a" },
    { "c: multipart/mixed; boundary=\"x\"", "c: multipart/mixed;boundary=x" },
    { "c: Multipart/mixed;Boundary=x;type=y", "c: multipart/mixed;boundary=x" },
    { "c: multipart/mixed;type=\"y;z\" ;\r\n boundary=x", "c: multipart/mixed;boundary=x" },
    { "c: multipart/mixed;boundary=\"=_x y\"", "c: multipart/mixed;boundary=__x_y" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autofree char *data = g_strdup_printf (LINE VIA REST "%s\r\n" NO_BODY, headers[i].before);
      g_autofree char *after = g_strdup_printf (LINE VIA REST "%s\r\n" NO_BODY, headers[i].after);
      g_autofree char *squeezed = NULL;
      g_autofree char *once = NULL;
      gsize size = strlen (data), length = 0;

      g_assert_cmpint (tandem_filter_check (data, size, &length), ==, TANDEM_FILTER_PASS);
      g_assert_cmpuint (length, ==, size);
      g_assert_cmpuint (strlen (data), ==, size);
      squeezed = squeeze (data);
      g_assert_cmpstr (squeezed, ==, after);
      once = g_strdup (data);
      g_assert_cmpint (tandem_filter_check (data, size, &length), ==, TANDEM_FILTER_PASS);
      g_assert_cmpstr (data, ==, once);
    }
}

/* A boundary that the library cannot hold is renamed in the body too, and only where it delimits. */
static void
test_delimiters (void)
{
  char data[]
      = LINE VIA REST "Content-Type: multipart/mixed;boundary=\"=1\"\r\n"
                      "Content-Length: 34\r\n\r\n--=1\r\n\r\na --=1 b\r\n--=1\r\n\r\n--=1--\r\n";
  gsize length = 0;

  g_assert_cmpint (tandem_filter_check (data, strlen (data), &length), ==, TANDEM_FILTER_PASS);
  g_assert_true (g_str_has_suffix (data, "\r\n\r\n--_1\r\n\r\na --=1 b\r\n--_1\r\n\r\n--_1--\r\n"));
}

static void
test_corpus_file (gconstpointer path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *data = NULL;
  g_autofree char *exact = NULL;
  g_autoptr (GError) error = NULL;
  TandemFilterVerdict verdict;
  gsize size, length = 0;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  exact = g_memdup2 (data, MAX (size, 1));
  verdict = tandem_filter_check (exact, size, &length);
  g_test_message ("%s: %s", name, tandem_filter_verdict_to_string (verdict));
  if (g_str_has_prefix (name, "good-"))
    g_assert_cmpint (verdict, ==, TANDEM_FILTER_PASS);
  else if (g_str_has_prefix (name, "idle-"))
    g_assert_cmpint (verdict, ==, TANDEM_FILTER_KEEP_ALIVE);
  else
    g_assert_true (verdict != TANDEM_FILTER_PASS && verdict != TANDEM_FILTER_KEEP_ALIVE);
}

static guint
add_corpus (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/filter/corpus/%s", name);

      if (name[0] == '.')
        continue;
      g_test_add_data_func_full (path, g_build_filename (folder, name, NULL), test_corpus_file,
                                 g_free);
      n++;
    }
  return n;
}

static void
test_corpus_is_there (gconstpointer n)
{
  g_assert_cmpuint (GPOINTER_TO_UINT (n), >, 100);
}

int
main (int argc, char *argv[])
{
  g_autofree char *corpus = NULL;

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
  g_test_add_func ("/filter/rewriting", test_rewriting);
  g_test_add_func ("/filter/delimiters", test_delimiters);
  corpus = g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", NULL);
  g_test_add_data_func ("/filter/corpus", GUINT_TO_POINTER (add_corpus (corpus)),
                        test_corpus_is_there);
  return g_test_run ();
}
