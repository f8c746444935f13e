/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "number.h"

#include <string.h>

/* Numbers as E.164: the spellings of an office, and an example of each country's numbers as
 * libphonenumber writes them (numbers.tsv). */

static void
assert_e164 (const char *country, const char *text, const char *expected)
{
  g_autofree char *found = tandem_number_to_e164 (text, country);

  if (g_strcmp0 (found, expected) != 0)
    g_error ("%s in %s is %s, not %s", text, country, found, expected);
}

static void
test_spellings (void)
{
  assert_e164 ("DE", "+49 30 12345678", "+493012345678");
  assert_e164 ("DE", "+49 (0)30 12345678", "+493012345678");
  assert_e164 ("DE", "(030) 1234-5678", "+493012345678");
  assert_e164 ("DE", "030/12345678", "+493012345678");
  assert_e164 ("DE", "0049 30 12345678", "+493012345678");
  assert_e164 ("DE", "030 12345678 ext. 12", "+493012345678");
  assert_e164 ("DE",
               "030\xc2\xa0"
               "1234\xe2\x80\x91"
               "5678",
               "+493012345678");
  assert_e164 ("DE",
               "\xef\xbc\x8b"
               "49 30 12345678",
               "+493012345678");
  assert_e164 ("DE", "٠٣٠ ١٢٣٤٥٦٧٨", "+493012345678");
  assert_e164 ("AT", "0049 30 12345678", "+493012345678");
  assert_e164 ("US", "011 49 30 12345678", "+493012345678");
  assert_e164 ("US", "(212) 555-0123", "+12125550123");
  assert_e164 ("US", "1-212-555-0123", "+12125550123");
  assert_e164 ("US", "2125550123", "+12125550123");
  assert_e164 ("IT", "06 1234 5678", "+390612345678");
  assert_e164 ("DE", "+39 06 1234 5678", "+390612345678");
  assert_e164 ("GB", "020 7946 0018", "+442079460018");
  assert_e164 ("GB", "+44 (0) 20 7946 0018", "+442079460018");
  assert_e164 (NULL, "+44 20 7946 0018", "+442079460018");
  assert_e164 ("gb", "020 7946 0018", "+442079460018");
}

static void
test_no_such_numbers (void)
{
  assert_e164 ("DE", "", NULL);
  assert_e164 ("DE", "+", NULL);
  assert_e164 ("DE", "112", NULL);
  assert_e164 ("DE", "4711", NULL);
  assert_e164 ("US", "911", NULL);
  assert_e164 ("DE", "anonymous", NULL);
  assert_e164 ("DE", "agent-1@example.test", NULL);
  assert_e164 ("DE", "*21#", NULL);
  assert_e164 ("DE", "+999 123456789", NULL);
  assert_e164 ("DE", "+49 30 123456789012345678901234567890", NULL);
  assert_e164 ("DE", "+49+30", NULL);
  assert_e164 (NULL, "030 12345678", NULL);
  assert_e164 ("ZZ", "030 12345678", NULL);
  assert_e164 ("001", "030 12345678", NULL);
  assert_e164 ("DE", "\xff\xfe", NULL);
}

static void
test_hostile (void)
{
  g_autofree char *endless = g_strnfill (1000000, '1');

  assert_e164 ("DE", endless, NULL);
  assert_e164 ("AR", "0000000000000000000000000000000000000015", NULL);
  g_assert_null (tandem_number_to_digits (endless));
}

static void
test_digits (void)
{
  g_autofree char *number = tandem_number_to_digits ("+1 (212) 555-0123 x9");
  g_autofree char *short_number = tandem_number_to_digits ("47-11");

  g_assert_cmpstr (number, ==, "12125550123");
  g_assert_cmpstr (short_number, ==, "4711");
  g_assert_null (tandem_number_to_digits ("sample"));
}

static void
test_every_country (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "directory", "numbers.tsv", NULL);
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0, wrong = 0;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  lines = g_strsplit (g_strchomp (contents), "\n", 0);
  for (guint i = 0; lines[i] != NULL; i++, n++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], "\t", 0);
      g_autofree char *found = NULL;

      g_assert_cmpuint (g_strv_length (parts), ==, 3);
      found = tandem_number_to_e164 (parts[1], parts[0]);
      if (g_strcmp0 (found, parts[2]) == 0)
        continue;
      wrong++;
      g_test_message ("%s in %s is %s, not %s", parts[1], parts[0], found, parts[2]);
    }
  g_test_message ("%u numbers, %u wrong", n, wrong);
  g_assert_cmpuint (n, >, 900);
  g_assert_cmpuint (wrong, ==, 0);
}

static void
test_countries (void)
{
  g_autofree char *guessed = tandem_number_guess_country ();

  g_assert_true (tandem_number_is_country ("DE"));
  g_assert_true (tandem_number_is_country ("us"));
  g_assert_false (tandem_number_is_country ("001"));
  g_assert_false (tandem_number_is_country (""));
  g_assert_false (tandem_number_is_country (NULL));
  g_assert_true (guessed == NULL || tandem_number_is_country (guessed));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory/number/spellings", test_spellings);
  g_test_add_func ("/directory/number/no-such-numbers", test_no_such_numbers);
  g_test_add_func ("/directory/number/hostile", test_hostile);
  g_test_add_func ("/directory/number/digits", test_digits);
  g_test_add_func ("/directory/number/every-country", test_every_country);
  g_test_add_func ("/directory/number/countries", test_countries);
  return g_test_run ();
}
