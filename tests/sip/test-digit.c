/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "digit.h"

#include <string.h>

/* Digits in the body of an INFO. */

static void
test_good (void)
{
  static const struct
  {
    const char *type, *body;
    char digit;
  } cases[] = {
    { "application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", '5' },
    { "Application/DTMF-Relay", "Duration=160\nsignal = *", '*' },
    { "application/dtmf-relay", "Signal= d\r\n", 'D' },
    { "application/dtmf-relay", "Signal=11\r\n", '#' },
    { "application/dtmf", "9", '9' },
    { "application/dtmf", "\r\n#\r\n", '#' },
    { "application/dtmf", "Signal=3", '3' },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char digit = 0;

      g_assert_cmpint (
          tandem_digit_parse (cases[i].type, cases[i].body, strlen (cases[i].body), &digit), ==,
          TANDEM_DIGIT_OK);
      g_assert_cmpint (digit, ==, cases[i].digit);
    }
}

static void
test_bad (void)
{
  static const char *const bodies[] = { "",         "Signal=",   "Signal=55",
                                        "Signal=E", "Signal=16", "Duration=160",
                                        "5",        "=5",        "Signal" };
  g_autofree char *huge = g_strnfill (1000, '5');
  char digit = 'x';

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    g_assert_cmpint (
        tandem_digit_parse ("application/dtmf-relay", bodies[i], strlen (bodies[i]), &digit), ==,
        TANDEM_DIGIT_MALFORMED);
  g_assert_cmpint (tandem_digit_parse ("application/dtmf", huge, strlen (huge), &digit), ==,
                   TANDEM_DIGIT_MALFORMED);
  g_assert_cmpint (tandem_digit_parse ("application/dtmf", "5\0", 2, &digit), ==,
                   TANDEM_DIGIT_MALFORMED);
  g_assert_cmpint (tandem_digit_parse ("application/sdp", "5", 1, &digit), ==,
                   TANDEM_DIGIT_OTHER_TYPE);
  g_assert_cmpint (tandem_digit_parse ("", "5", 1, &digit), ==, TANDEM_DIGIT_OTHER_TYPE);
  g_assert_cmpint (digit, ==, 'x');
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/digit/good", test_good);
  g_test_add_func ("/digit/bad", test_bad);
  return g_test_run ();
}
