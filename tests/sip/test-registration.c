/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

/* Registration, on the wire: the real client against fake proxies. */

#define NET 1

static void
test_plain (void)
{
  Fixture f;
  Told *told;
  g_autofree char *user_agent = NULL;
  g_autofree char *from = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  told = fixture_registration (&f, TANDEM_SIP_REGISTRATION_REGISTERED, 0);
  g_assert_cmpstr (told->candidate, ==, f.proxies[0]->id);
  g_assert_cmpuint (told->expires, ==, 1800);
  g_assert_true (g_str_has_prefix (told->contact, "sip:100@127.0.0.1:"));
  g_assert_nonnull (fixture_registration (&f, TANDEM_SIP_REGISTRATION_TRYING, 0));
  from = fake_message_header (fake_proxy_find (f.proxies[0], "REGISTER", 0, 0), "From", 0);
  g_assert_true (g_str_has_prefix (from, "\"Sample Agent\" <sip:100@example.test>;tag="));
  user_agent
      = fake_message_header (fake_proxy_find (f.proxies[0], "REGISTER", 0, 0), "User-Agent", 0);
  g_assert_true (g_str_has_prefix (user_agent, "Tandem/"));
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_IN_USE));
  g_assert_cmpint (fixture_member (&f, 0)->round_trip, >=, 0);
  fixture_tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/registration/plain", test_plain);
  return g_test_run ();
}
