/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "query.h"

/* TandemQuery: what is found by what is typed. */

static void
assert_found (const char *typed, const char *text, gboolean expected)
{
  g_autoptr (TandemQuery) query = tandem_query_new (typed);
  g_autofree char *folded = tandem_query_fold (text);

  if (tandem_query_matches (query, folded) != expected)
    g_error ("\"%s\" %s \"%s\" (%s)", typed, expected ? "does not find" : "finds", text, folded);
}

static void
test_words (void)
{
  assert_found ("", "Sample Caller", TRUE);
  assert_found (NULL, "Sample Caller", TRUE);
  assert_found ("   ", "Sample Caller", TRUE);
  assert_found ("sam", "Sample Caller", TRUE);
  assert_found ("caller sample", "Sample Caller", TRUE);
  assert_found ("CALLER", "Sample Caller", TRUE);
  assert_found ("sample nobody", "Sample Caller", FALSE);
}

static void
test_accents (void)
{
  assert_found ("muller", "Müller", TRUE);
  assert_found ("MÜLLER", "Mu\xcc\x88ller", TRUE);
  assert_found ("strasse", "Straße", TRUE);
  assert_found ("أحمد", "أَحْمَد", TRUE);
  assert_found ("ﬁne", "fine", TRUE);
}

static void
test_numbers (void)
{
  assert_found ("030 123", "+49 30 1234567", TRUE);
  assert_found ("+49 30", "+4930/1234567", TRUE);
  assert_found ("+49 (0)30 12", "+49 30 1234567", TRUE);
  assert_found ("5550101", "555-0101", TRUE);
  assert_found ("٥٥٥", "5550101", TRUE);
  assert_found ("12", "5550101", FALSE);
  assert_found ("0", "5550101", TRUE);
}

static void
test_hostile (void)
{
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (TandemQuery) query = NULL;
  g_autofree char *folded = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append (many, "a ");
  query = tandem_query_new (many->str);
  g_assert_cmpuint (g_strv_length ((GStrv) tandem_query_get_words (query)), ==,
                    TANDEM_QUERY_MAX_WORDS);
  assert_found ("\xff\xfe", "Sample", FALSE);
  folded = tandem_query_fold ("a\x01\xff z\n");
  g_assert_true (g_utf8_validate (folded, -1, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory/query/words", test_words);
  g_test_add_func ("/directory/query/accents", test_accents);
  g_test_add_func ("/directory/query/numbers", test_numbers);
  g_test_add_func ("/directory/query/hostile", test_hostile);
  return g_test_run ();
}
