/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* What all requests have in common, on the wire: credentials, who is credited with an answer, and
 * when waiting ends. */

#define NET 6

#define state(f, what, n) fixture_state (f, TANDEM_SIP_CALL_##what, n)
#define registration(f, what, n) fixture_registration (f, TANDEM_SIP_REGISTRATION_##what, n)
#define request(f, i, method, n) fake_proxy_find ((f)->proxies[i], method, 0, n)
#define distinct(f, i, method) fake_proxy_count_distinct ((f)->proxies[i], method)

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
set_silent (Fixture *f, gboolean silent)
{
  for (guint i = 0; i < f->n; i++)
    f->proxies[i]->silent = silent;
}

/* No password is no password "": nothing is answered, the agent is to be asked. */
static void
test_no_password (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  set (&f.proxies[0]->password, "sample-password");
  set (&f.proxies[1]->password, "sample-password");
  fixture_apply (&f);
  wait_until (registration (&f, REJECTED, 0));
  g_assert_cmpuint (registration (&f, REJECTED, 0)->code, ==, 401);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpuint (state (&f, ENDED, 0)->code, ==, 401);
  g_assert_cmpstr (state (&f, ENDED, 0)->text, ==, "a password is needed");
  for (guint i = 0; i < f.proxies[0]->received->len; i++)
    g_assert_false (
        fake_message_has (g_ptr_array_index (f.proxies[0]->received, i), "Authorization"));
  g_assert_cmpuint (distinct (&f, 0, "REGISTER"), ==, 1);
  set (&f.account->password, "sample-password");
  fixture_apply (&f);
  wait_until (registration (&f, REGISTERED, 0));
  /* And taken away again. */
  set (&f.account->password, "");
  fixture_apply (&f);
  wait_until (registration (&f, REJECTED, 1));
  fixture_tear_down (&f);
}

/* The first copy is answered while the second is under way: it is the first proxy that lives. */
static void
test_credit (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  wait_until (request (&f, 0, "ACK", 0));
  set_silent (&f, TRUE);
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (request (&f, 1, "BYE", 0));
  f.proxies[0]->silent = FALSE;
  fake_proxy_reply (f.proxies[0], request (&f, 0, "BYE", 0), 200, "OK", NULL, NULL, NULL);
  fixture_pass (900);
  g_assert_cmpuint (distinct (&f, 0, "BYE") + distinct (&f, 1, "BYE"), ==, 2);
  g_assert_cmpint (fixture_member (&f, 1)->round_trip, ==, -1);
  fixture_tear_down (&f);
}

/* A fellow that knows nothing of the call does not end the hang-up. */
static void
test_foreign_481 (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 3, "udp");
  fixture_register (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  wait_until (request (&f, 0, "ACK", 0));
  f.proxies[0]->silent = TRUE;
  f.proxies[1]->bye_code = f.proxies[2]->bye_code = 481;
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (request (&f, 1, "BYE", 0));
  wait_until (request (&f, 2, "BYE", 0));
  f.proxies[0]->silent = FALSE;
  wait_until (distinct (&f, 0, "BYE") == 2);
  fixture_pass (900);
  g_assert_cmpuint (distinct (&f, 0, "BYE"), ==, 2);
  g_assert_cmpuint (distinct (&f, 1, "BYE"), ==, 1);
  g_assert_cmpuint (distinct (&f, 2, "BYE"), ==, 1);
  fixture_tear_down (&f);
}

/* The connection is lost, and the next proxy is gone too: one spread is enough. */
static void
test_spread_once (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 3, "tcp");
  f.account->reg_spread = 1;
  fixture_register (&f);
  fake_proxy_kill (f.proxies[1]);
  fake_proxy_kill (f.proxies[0]);
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpstr (registration (&f, REGISTERED, 1)->candidate, ==, f.proxies[2]->id);
  for (guint i = 0; i < f.events->len; i++)
    {
      Told *told = g_ptr_array_index (f.events, i);

      if (told->type == TANDEM_SIP_EVENT_REGISTRATION)
        g_assert_cmpint (told->next_try, ==, 0);
    }
  fixture_tear_down (&f);
}

/* The network changes, and with it the connection goes: the site's long spread is not put on top of
 * the network change's two seconds, and there is one REGISTER. */
static void
test_network_change_breaks (void)
{
  Fixture f;
  gint64 start;
  guint before;

  fixture_set_up (&f, NET, 2, "tcp");
  f.account->reg_spread = 100;
  fixture_register (&f);
  before = distinct (&f, 0, "REGISTER");
  start = g_get_monotonic_time ();
  tandem_sip_client_network_changed (f.client);
  wait_until (fixture_timeline (&f, "network", 0));
  fake_proxy_drop_connections (f.proxies[0]);
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpint (registration (&f, REGISTERED, 1)->when - start, <, 4 * G_USEC_PER_SEC);
  fixture_pass (500);
  g_assert_cmpuint (distinct (&f, 0, "REGISTER") - before + distinct (&f, 1, "REGISTER"), ==, 1);
  fixture_tear_down (&f);
}

/* All silent; f waits before the next try. */
static void
lose_all (Fixture *f)
{
  fixture_register (f);
  set_silent (f, TRUE);
  tandem_sip_client_register_again (f->client, "0");
  wait_until (registration (f, WAITING, 0));
  tandem_sip_client_test_now (f->client, "0");
  for (guint i = 0; i < f->n; i++)
    wait_until (fixture_has_role (f, i, TANDEM_SIP_ROLE_SET_ASIDE));
  fixture_forget (f);
}

/* All dead, then one answers a probe: nothing better is to be waited for. */
static void
test_one_back (void)
{
  Fixture f;
  gint64 start;

  fixture_set_up (&f, NET, 3, "udp");
  lose_all (&f);
  f.proxies[2]->silent = FALSE;
  start = g_get_monotonic_time ();
  tandem_sip_client_test_now (f.client, "0");
  wait_until (registration (&f, REGISTERED, 0));
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[2]->id);
  /* The back-off begins with 2 s at least. */
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  /* An answer forgives nothing. */
  wait_until (fixture_has_role (&f, 2, TANDEM_SIP_ROLE_SET_ASIDE));
  fixture_tear_down (&f);
}

/* The classic way waits its interval out. */
static void
test_one_back_classic (void)
{
  Fixture f;
  guint before;

  fixture_set_up (&f, NET, 2, "udp");
  f.account->failover_classic = TRUE;
  lose_all (&f);
  set_silent (&f, FALSE);
  before = fake_proxy_count (f.proxies[0], "OPTIONS", 0);
  tandem_sip_client_test_now (f.client, "0");
  wait_until (fake_proxy_count (f.proxies[0], "OPTIONS", 0) > before);
  fixture_pass (500);
  g_assert_null (registration (&f, REGISTERED, 0));
  fixture_tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/errand/no-password", test_no_password);
  g_test_add_func ("/sip/errand/credit", test_credit);
  g_test_add_func ("/sip/errand/foreign-481", test_foreign_481);
  g_test_add_func ("/sip/errand/spread-once", test_spread_once);
  g_test_add_func ("/sip/errand/network-change-breaks", test_network_change_breaks);
  g_test_add_func ("/sip/errand/one-back/prompt", test_one_back);
  g_test_add_func ("/sip/errand/one-back/classic", test_one_back_classic);
  return g_test_run ();
}
