/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream-filter.h"

#include <string.h>

/* The filter of TCP and TLS, without a connection. */

#define VIA "Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK1\r\n"
#define REST                                                                                       \
  "From: <sip:a@example.test>;tag=1\r\nTo: <sip:b@example.test>\r\nCall-ID: c\r\n"                 \
  "CSeq: 1 INVITE\r\n"
#define LINE "INVITE sip:b@example.test SIP/2.0\r\n"
#define GOOD LINE VIA REST "Content-Length: 0\r\n\r\n"
#define BODY LINE VIA REST "Content-Length: 19\r\n\r\nGET / HTTP/1.1\r\n\r\nx"
#define BAD LINE VIA REST "Content-Type: multipart/mixed\r\nContent-Length: 1\r\n\r\nx"

static TandemFilterVerdict
feed (TandemStreamFilter *filter, const char *text, gsize size)
{
  g_autofree char *exact = g_memdup2 (text, MAX (size, 1));

  return tandem_stream_filter_feed (filter, exact, size);
}

#define assert_feed(filter, text, verdict)                                                         \
  g_assert_cmpstr (tandem_filter_verdict_to_string (feed (filter, text, strlen (text))), ==,       \
                   tandem_filter_verdict_to_string (verdict))

static void
test_whole (void)
{
  g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();

  assert_feed (filter, GOOD, TANDEM_FILTER_PASS);
  assert_feed (filter, "\r\n\r\n", TANDEM_FILTER_PASS);
  assert_feed (filter, BODY GOOD "\r\n" BODY, TANDEM_FILTER_PASS);
  assert_feed (filter, GOOD BAD, TANDEM_FILTER_BAD_MULTIPART);
}

/* Cut in two anywhere, it is judged the same, and what is bad not before its end is there. */
static void
test_cut (void)
{
  static const char good[] = "\r\n" BODY GOOD;
  static const char bad[] = BODY BAD;
  gsize head
      = strlen (BODY LINE VIA REST "Content-Type: multipart/mixed\r\nContent-Length: 1\r\n\r\n");

  for (gsize cut = 0; cut <= strlen (good); cut++)
    {
      g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();

      g_assert_cmpint (feed (filter, good, cut), ==, TANDEM_FILTER_PASS);
      g_assert_cmpint (feed (filter, good + cut, strlen (good) - cut), ==, TANDEM_FILTER_PASS);
    }
  for (gsize cut = 0; cut < head; cut++)
    {
      g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();

      g_assert_cmpint (feed (filter, bad, cut), ==, TANDEM_FILTER_PASS);
      g_assert_cmpint (feed (filter, bad + cut, strlen (bad) - cut), ==,
                       TANDEM_FILTER_BAD_MULTIPART);
    }
}

static void
test_byte_by_byte (void)
{
  static const char text[] = GOOD "\r\n\r\n" BODY GOOD;
  g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();

  for (gsize i = 0; i < strlen (text); i++)
    g_assert_cmpint (feed (filter, text + i, 1), ==, TANDEM_FILTER_PASS);
}

/* A header that the library must not see is not there for it, wherever the stream is cut, and what is
 * in a body stays. */
static void
test_hidden (void)
{
  static const char info[] = "Authentication-Info: nextnonce=\"x\"\r\n";
  g_autofree char *text = g_strconcat (LINE VIA REST, info, "authentication-info:y\r\n",
                                       "Content-Length: 36\r\n\r\n", info, NULL);
  gsize size = strlen (text), body = size - strlen (info);

  g_assert_cmpuint (strlen (info), ==, 36);
  for (gsize first = 0; first <= size; first++)
    {
      for (gsize second = first; second <= size; second += 7)
        {
          g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();
          g_autofree char *copy = g_strdup (text);
          g_autofree char *lower = NULL;

          g_assert_cmpint (tandem_stream_filter_feed (filter, copy, first), ==, TANDEM_FILTER_PASS);
          g_assert_cmpint (tandem_stream_filter_feed (filter, copy + first, second - first), ==,
                           TANDEM_FILTER_PASS);
          g_assert_cmpint (tandem_stream_filter_feed (filter, copy + second, size - second), ==,
                           TANDEM_FILTER_PASS);
          g_assert_cmpstr (copy + body, ==, info);
          lower = g_ascii_strdown (copy, (gssize) body);
          g_assert_null (strstr (lower, "\nauthentication-info"));
        }
    }
}

/* What is no SIP is known by its first line, before the library sees it. */
static void
test_first_line (void)
{
  static const char *const lines[] = { "GET / HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n", "garbage\r\n",
                                       "garbage\n", "INVITE nonsense SIP/2.0\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();

      g_assert_cmpint (feed (filter, lines[i], 4), ==, TANDEM_FILTER_PASS);
      assert_feed (filter, lines[i] + 4, TANDEM_FILTER_NOT_SIP);
    }
}

static void
test_endless_head (void)
{
  g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();
  TandemFilterVerdict verdict = feed (filter, LINE, strlen (LINE));
  guint n = 0;

  for (; verdict == TANDEM_FILTER_PASS && n < 10000; n++)
    verdict = feed (filter, "X: y\r\n", 6);
  g_assert_cmpint (verdict, ==, TANDEM_FILTER_TOO_MANY);
  g_assert_cmpuint (n, <, 6000);
}

static void
test_transports (void)
{
  static const struct
  {
    const char *via;
    TandemFilterVerdict verdict;
  } cases[] = {
    { "Via: SIP/2.0/TCP h.test;branch=z9hG4bK1\r\n", TANDEM_FILTER_PASS },
    { "Via: SIP/2.0/TLS h.test;branch=z9hG4bK1\r\n", TANDEM_FILTER_PASS },
    { "Via: SIP/2.0/UDP h.test;branch=z9hG4bK1\r\n", TANDEM_FILTER_PASS },
    { "Via: SIP/2.0/SCTP h.test;branch=z9hG4bK1\r\n", TANDEM_FILTER_BAD_VIA },
    { "Via: SIP/2.0/TCP h.test;branch=1\r\n", TANDEM_FILTER_BAD_VIA },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();
      g_autofree char *text = g_strconcat (LINE, cases[i].via, REST "\r\n", NULL);

      assert_feed (filter, text, cases[i].verdict);
    }
}

/* What can be made fit for the library is, where it lies whole in one read; else the connection ends. */
static void
test_rewriting (void)
{
  char tabs[] = LINE VIA REST "Subject: a\r\n\tb\r\n\r\n";
  static const char *const others[]
      = { LINE VIA REST "Subject: a \r\n\r\n", LINE VIA REST "Subject:\ta\r\n\r\n",
          LINE VIA REST "Content-Type: multipart/mixed;Boundary=x\r\n\r\n" };
  static const char *const harmless[]
      = { LINE VIA REST "Subject: a\r\n b\r\n\r\n",
          LINE VIA REST "Content-Type: multipart/mixed; boundary=\"=x\"\r\n\r\n" };
  g_autoptr (TandemStreamFilter) whole = tandem_stream_filter_new ();

  g_assert_cmpint (tandem_stream_filter_feed (whole, tabs, strlen (tabs)), ==, TANDEM_FILTER_PASS);
  g_assert_nonnull (strstr (tabs, "Subject: a   b\r\n\r\n"));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();

      assert_feed (filter, others[i], TANDEM_FILTER_PASS);
      g_assert_cmpint (feed (filter, others[i], 20), ==, TANDEM_FILTER_PASS);
      assert_feed (filter, others[i] + 20, TANDEM_FILTER_BAD_LINE);
    }
  for (guint i = 0; i < G_N_ELEMENTS (harmless); i++)
    {
      g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();

      g_assert_cmpint (feed (filter, harmless[i], 20), ==, TANDEM_FILTER_PASS);
      assert_feed (filter, harmless[i] + 20, TANDEM_FILTER_PASS);
    }
}

static void
test_corpus (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();
  const char *name;
  guint n = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *data = NULL;
      gsize size;

      if (!g_str_has_prefix (name, "good-"))
        continue;
      g_file_get_contents (path, &data, &size, &error);
      g_assert_no_error (error);
      g_test_message ("%s", name);
      g_assert_cmpint (feed (filter, data, size), ==, TANDEM_FILTER_PASS);
      n++;
    }
  g_assert_cmpuint (n, >, 40);
  assert_feed (filter, BAD, TANDEM_FILTER_BAD_MULTIPART);
}

/* Two CRLF between messages that come together, and nothing else. */
static void
test_keep_alives (void)
{
  static const struct
  {
    const char *parts[3];
    guint n;
  } cases[] = {
    { { "\r\n\r\n" }, 1 },
    { { "\r\n", "\r\n" }, 0 },
    { { "\r\n" }, 0 },
    { { "\r\n\r\n\r\n" }, 1 },
    { { "\r\n\r\n", "\r\n\r\n" }, 2 },
    { { GOOD }, 0 },
    { { BODY }, 0 },
    { { BODY "\r\n\r\n" }, 1 },
    { { GOOD "\r\n\r\n" GOOD }, 1 },
    { { GOOD "\r\n" GOOD "\r\n" }, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();

      for (guint j = 0; j < 3 && cases[i].parts[j] != NULL; j++)
        {
          assert_feed (filter, cases[i].parts[j], TANDEM_FILTER_PASS);
        }
      g_test_message ("case %u", i);
      g_assert_cmpuint (tandem_stream_filter_take_keep_alives (filter), ==, cases[i].n);
      g_assert_cmpuint (tandem_stream_filter_take_keep_alives (filter), ==, 0);
      g_assert_true (tandem_stream_filter_is_between (filter));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream-filter/keep-alives", test_keep_alives);
  g_test_add_func ("/stream-filter/whole", test_whole);
  g_test_add_func ("/stream-filter/cut", test_cut);
  g_test_add_func ("/stream-filter/byte-by-byte", test_byte_by_byte);
  g_test_add_func ("/stream-filter/hidden", test_hidden);
  g_test_add_func ("/stream-filter/first-line", test_first_line);
  g_test_add_func ("/stream-filter/endless-head", test_endless_head);
  g_test_add_func ("/stream-filter/transports", test_transports);
  g_test_add_func ("/stream-filter/rewriting", test_rewriting);
  g_test_add_func ("/stream-filter/corpus", test_corpus);
  return g_test_run ();
}
