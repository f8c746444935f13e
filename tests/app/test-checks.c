/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checks.h"

static void
assert_fine (TandemCheck check, const char *const *texts)
{
  for (gsize i = 0; texts[i] != NULL; i++)
    if (check (texts[i]) != NULL)
      g_error ("“%s”: %s", texts[i], check (texts[i]));
}

static void
assert_wrong (TandemCheck check, const char *const *texts)
{
  for (gsize i = 0; texts[i] != NULL; i++)
    if (check (texts[i]) == NULL)
      g_error ("nothing is said of “%s”", texts[i]);
}

static void
test_user (void)
{
  g_autofree char *long_text = g_strnfill (129, 'a');
  const char *const fine[] = { "1002", "anna.sample", "+15550100", "a-b_c", NULL };
  const char *const wrong[]
      = { "", "a b", "1002@example.test", "<1002>", "a\nb", "\"x\"", "ä", long_text, NULL };

  assert_fine (tandem_check_user, fine);
  assert_wrong (tandem_check_user, wrong);
  g_assert_null (tandem_check_optional_user (""));
  assert_wrong (tandem_check_optional_user, wrong + 1);
}

static void
test_display_name (void)
{
  g_autofree char *long_text = g_strnfill (257, 'a');
  const char *const fine[] = { "", "Änne “Sample”", "<b>", "عينة", NULL };
  const char *const wrong[] = { "a\r\nVia: x", "\t", long_text, NULL };

  assert_fine (tandem_check_display_name, fine);
  assert_wrong (tandem_check_display_name, wrong);
}

static void
test_domain (void)
{
  const char *const fine[] = { "", "example.test", "192.0.2.1", "[2001:db8::1]", "pbx", NULL };
  const char *const wrong[] = { "a b",         "example.test:5060",
                                "2001:db8::1", "a..b",
                                ".a",          "192.0.2",
                                "300.1.1.1",   "[::",
                                "[x]",         "[::1]x",
                                "sip:x",       "-a",
                                NULL };

  assert_fine (tandem_check_domain, fine);
  assert_wrong (tandem_check_domain, wrong);
}

static void
test_servers (void)
{
  const char *const fine[] = { "proxy.example.test", "proxy.example.test:5070",
                               "192.0.2.1, 192.0.2.2:5080,192.0.2.3", "[2001:db8::1]:5060", NULL };
  const char *const wrong[] = { "",    ",",   "a,,b",       "a:0",         "a:65536",  "a:x", "a:",
                                "a b", "a;b", "192.0.2.1,", "2001:db8::1", "http://a", NULL };

  assert_fine (tandem_check_servers, fine);
  assert_wrong (tandem_check_servers, wrong);
}

static void
test_mailbox (void)
{
  static const char *const fine[]
      = { "", "1002", "sip:1002@example.test", "box@voice.example.test", NULL };
  static const char *const wrong[] = { "a b", "@example.test", "box@", "box@no host", NULL };

  for (guint i = 0; fine[i] != NULL; i++)
    g_assert_null (tandem_check_mailbox (fine[i]));
  for (guint i = 0; wrong[i] != NULL; i++)
    g_assert_nonnull (tandem_check_mailbox (wrong[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checks/user", test_user);
  g_test_add_func ("/checks/display-name", test_display_name);
  g_test_add_func ("/checks/domain", test_domain);
  g_test_add_func ("/checks/servers", test_servers);
  g_test_add_func ("/checks/mailbox", test_mailbox);
  return g_test_run ();
}
