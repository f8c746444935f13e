/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link.h"

#include <glib.h>

#include <string.h>

/* What strangers' links may put into the entry. */

static void
test_good (void)
{
  static const char *const cases[][2] = {
    { "200", "200" },
    { "  +31 20 794 0813 ", "+31 20 794 0813" },
    { "tel:+31-20-794-0813", "+31-20-794-0813" },
    { "TEL:200;ext=5", "200" },
    { "tel:200;phone-context=example.test", "200" },
    { "callto:200", "200" },
    { "callto://200", "200" },
    { "callto:%2B31%2020", "+31 20" },
    { "sip:200@example.test", "sip:200@example.test" },
    { "SIP:200@example.test;transport=tcp", "sip:200@example.test;transport=tcp" },
    { "sips://200@example.test", "sips:200@example.test" },
    { "200@pbx.example.test:5070", "200@pbx.example.test:5070" },
    { "pbx.example.test:5070", "pbx.example.test:5070" },
    { "anna", "anna" },
    { "李雷@example.test", "李雷@example.test" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *entry = tandem_link_to_entry (cases[i][0], &error);

      g_assert_no_error (error);
      g_assert_cmpstr (entry, ==, cases[i][1]);
    }
}

static void
test_bad (void)
{
  static const char *const cases[] = {
    "",
    "   ",
    "tel:",
    "tel:;ext=1",
    "sip:",
    "sips://",
    "callto:",
    "http://example.test/",
    "javascript:alert(1)",
    "mailto:a@example.test",
    "x-evil:200",
    "tel:200%0d%0aEvil",
    "tel:%00",
    "tel:%ff%fe",
    "sip:200@example.test\r\nEvil: 1",
    "200\t1",
    "sip:\u202eelpmaxe@example.test",
    "\xff\xfe",
  };
  g_autofree char *longest = g_strnfill (100000, '1');

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *entry = tandem_link_to_entry (cases[i], &error);

      if (entry != NULL)
        g_error ("case %u gave “%s”", i, entry);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  g_assert_null (tandem_link_to_entry (longest, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link/good", test_good);
  g_test_add_func ("/link/bad", test_bad);
  return g_test_run ();
}
