/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* The end of outgoing calls, on the wire: CANCEL and BYE, and what crosses them. */

#define NET 26
/* After the timeout of 300 ms, not at once: the moments are those of reading, which a busy machine
 * puts off, of the first as well as of the second. */
#define WAITED (200 * G_TIME_SPAN_MILLISECOND)

#define assert_states(f, expected)                                                                 \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *states_ = fixture_states (f);                                                 \
    g_assert_cmpstr (states_, ==, expected);                                                       \
  }                                                                                                \
  G_STMT_END

#define state(f, what, n) fixture_state (f, TANDEM_SIP_CALL_##what, n)
#define request(f, i, method, n) fake_proxy_find ((f)->proxies[i], method, 0, n)
#define distinct(f, i, method) fake_proxy_count_distinct ((f)->proxies[i], method)

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static char *
header (FakeMessage *message, const char *name)
{
  g_assert_nonnull (message);
  return fake_message_header (message, name, 0);
}

static void
test_cancel (void)
{
  Fixture f;
  FakeMessage *invite, *cancel;
  g_autofree char *branch0 = NULL, *branch1 = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  f.proxies[0]->invite_code = 180;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, RINGING, 0));
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (state (&f, ENDED, 0));
  wait_until (request (&f, 0, "CANCEL", 0));
  wait_until (request (&f, 0, "ACK", 0));
  invite = request (&f, 0, "INVITE", 0);
  cancel = request (&f, 0, "CANCEL", 0);
  branch0 = fake_message_parameter (invite, "Via", "branch");
  branch1 = fake_message_parameter (cancel, "Via", "branch");
  g_assert_cmpstr (branch0, ==, branch1);
  fixture_pass (400);
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "CANCEL", 0), ==, 1);
  fixture_tear_down (&f);
}

/* RFC 3261 9.1: no CANCEL before a provisional answer. */
static void
test_cancel_early (void)
{
  Fixture f;
  gint64 ended;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->transaction_timeout = 2000;
  fixture_register (&f);
  f.proxies[0]->invite_code = 1;
  fixture_call (&f, phone_sdp);
  wait_until (request (&f, 0, "INVITE", 0));
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (state (&f, ENDED, 0));
  ended = g_get_monotonic_time ();
  fixture_pass (300);
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "CANCEL", 0), ==, 0);
  fake_proxy_reply (f.proxies[0], request (&f, 0, "INVITE", 0), 180, "Ringing", "late", NULL, NULL);
  wait_until (request (&f, 0, "CANCEL", 0));
  g_assert_cmpint (g_get_monotonic_time () - ended, <, 2 * G_USEC_PER_SEC);
  fixture_tear_down (&f);
}

static void
test_cancel_crosses_answer (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  f.proxies[0]->invite_code = 180;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, RINGING, 0));
  f.proxies[0]->deaf = TRUE;
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (state (&f, ENDED, 0));
  f.proxies[0]->deaf = FALSE;
  fake_proxy_reply (f.proxies[0], request (&f, 0, "INVITE", 0), 200, "OK", "far1", NULL, fake_sdp);
  wait_until (request (&f, 0, "ACK", 0));
  wait_until (request (&f, 0, "BYE", 0));
  fixture_tear_down (&f);
}

/* CANCEL of a ringing call over all candidates in turn. */
static void
test_cancel_cycles (void)
{
  Fixture f;
  g_autofree char *branch0 = NULL, *branch1 = NULL;

  fixture_set_up (&f, NET, 3, "udp");
  fixture_register (&f);
  f.proxies[0]->invite_code = 180;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, RINGING, 0));
  f.proxies[0]->silent = f.proxies[1]->silent = TRUE;
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (request (&f, 0, "CANCEL", 0));
  wait_until (request (&f, 1, "CANCEL", 0));
  wait_until (request (&f, 2, "CANCEL", 0));
  branch0 = fake_message_parameter (request (&f, 0, "INVITE", 0), "Via", "branch");
  branch1 = fake_message_parameter (request (&f, 2, "CANCEL", 0), "Via", "branch");
  g_assert_cmpstr (branch0, ==, branch1);
  g_assert_cmpint (request (&f, 2, "CANCEL", 0)->when - request (&f, 0, "CANCEL", 0)->when, >=,
                   2 * WAITED);
  fixture_pass (900);
  /* Its 200 ended the cycle. */
  g_assert_cmpuint (fake_proxy_count (f.proxies[2], "CANCEL", 0), ==, 1);
  fixture_tear_down (&f);
}

static void
test_bye_cycles (void)
{
  Fixture f;
  FakeMessage *first, *second;
  g_autofree char *cseq0 = NULL, *cseq1 = NULL;

  fixture_set_up (&f, NET, 3, "udp");
  fixture_register (&f);
  set (&f.proxies[0]->record_route, "<sip:127.1.26.1;lr>");
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  f.proxies[0]->silent = f.proxies[1]->silent = TRUE;
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpuint (fake_proxy_count (f.proxies[1], "BYE", 0), ==, 0);
  wait_until (request (&f, 2, "BYE", 0));
  first = request (&f, 0, "BYE", 0);
  second = request (&f, 1, "BYE", 0);
  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_true (fake_message_has (first, "Route: <sip:127.1.26.1;lr>"));
  /* The dead proxy's address must not be on the way any more. */
  g_assert_false (fake_message_has (second, "Route: <sip:127.1.26.1"));
  g_assert_true (fake_message_has (second, "Route: <sip:127.1.26.2:"));
  cseq0 = header (first, "CSeq");
  cseq1 = header (second, "CSeq");
  g_assert_cmpstr (cseq0, ==, "2 BYE");
  g_assert_cmpstr (cseq1, ==, "3 BYE");
  g_assert_cmpint (second->when - first->when, >=, WAITED);
  fixture_pass (900);
  g_assert_cmpuint (fake_proxy_count (f.proxies[2], "BYE", 0), ==, 1);
  fixture_tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/hang-up/cancel/plain", test_cancel);
  g_test_add_func ("/sip/hang-up/cancel/early", test_cancel_early);
  g_test_add_func ("/sip/hang-up/cancel/crosses-answer", test_cancel_crosses_answer);
  g_test_add_func ("/sip/hang-up/cancel/cycles", test_cancel_cycles);
  g_test_add_func ("/sip/hang-up/bye-cycles", test_bye_cycles);
  return g_test_run ();
}
