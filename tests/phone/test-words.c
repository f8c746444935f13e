/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words.h"

#include <string.h>

/* The small pieces of text, and what comes from outside into them. */

static void
test_clock (void)
{
  g_autofree char *a = tandem_words_clock (0);
  g_autofree char *b = tandem_words_clock (582);
  g_autofree char *c = tandem_words_clock (3605);

  g_assert_cmpstr (a, ==, "0:00");
  g_assert_cmpstr (b, ==, "9:42");
  g_assert_cmpstr (c, ==, "1:00:05");
}

static void
test_clean (void)
{
  g_autofree char *null = tandem_words_clean (NULL, 10);
  g_autofree char *lines = tandem_words_clean ("  one\r\ntwo\tthree\x07 ", 100);
  g_autofree char *direction = tandem_words_clean ("a\xe2\x80\xae"
                                                   "b\xe2\x81\xa6"
                                                   "c",
                                                   100);
  g_autofree char *broken = tandem_words_clean ("a\xff\xfe"
                                                "b",
                                                100);
  g_autofree char *cut = tandem_words_clean ("äöüäöü", 3);

  g_assert_cmpstr (null, ==, "");
  g_assert_cmpstr (lines, ==, "one  two three");
  g_assert_cmpstr (direction, ==, "abc");
  g_assert_true (g_utf8_validate (broken, -1, NULL));
  g_assert_cmpstr (cut, ==, "äöü");
}

/* Whatever comes in, what goes out is one line of valid UTF-8 within the limit. */
static void
test_clean_random (void)
{
  for (guint i = 0; i < 2000; i++)
    {
      char text[64];
      g_autofree char *clean = NULL;

      for (guint j = 0; j < sizeof text - 1; j++)
        text[j] = (char) g_test_rand_int_range (1, 256);
      text[sizeof text - 1] = '\0';
      clean = tandem_words_clean (text, 20);
      g_assert_true (g_utf8_validate (clean, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (clean, -1), <=, 20);
      for (const char *p = clean; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
    }
}

static void
test_redact (void)
{
  static const char *const table[][2] = {
    { "5550101", "xxxxx01" },
    { "+15550101", "xxxxxxx01" },
    { "sip:5550101@example.test", "sip:xxxxx01@example.test" },
    { "ab@example.test", "ab@example.test" },
    { "", "" },
    { "7", "7" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *redacted = tandem_words_redact (table[i][0]);

      g_assert_cmpstr (redacted, ==, table[i][1]);
    }
  g_assert_null (tandem_words_redact (NULL));
}

static void
test_isolate (void)
{
  g_autofree char *text = tandem_words_isolate ("192.0.2.1");

  g_assert_cmpstr (text, ==,
                   "\xe2\x81\xa6"
                   "192.0.2.1"
                   "\xe2\x81\xa9");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/words/clock", test_clock);
  g_test_add_func ("/phone/words/clean", test_clean);
  g_test_add_func ("/phone/words/clean-random", test_clean_random);
  g_test_add_func ("/phone/words/redact", test_redact);
  g_test_add_func ("/phone/words/isolate", test_isolate);
  return g_test_run ();
}
