/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* REFER of the far end, on the wire: the real client against fake proxies. */

#define NET 13

#define state(f, what, n) fixture_state (f, TANDEM_SIP_CALL_##what, n)
#define referral(f, n) fixture_event (f, TANDEM_SIP_EVENT_REFERRAL, n)
#define request(f, i, method, n) fake_proxy_find ((f)->proxies[i], method, 0, n)
#define response(f, i, code, method, n) fake_proxy_find ((f)->proxies[i], method, code, n)

static void
set_up (Fixture *f)
{
  fixture_set_up (f, NET, 1, "udp");
  f->account->transaction_timeout = 3000;
  fixture_register (f);
  fixture_call (f, phone_sdp);
  wait_until (state (f, CONNECTED, 0));
}

static void
refer (Fixture *f, guint cseq, const char *headers)
{
  g_autofree char *branch = g_strdup_printf ("refer%u", cseq);

  fixture_in_dialog (f, f->proxies[0], "REFER", cseq, branch, headers, NULL);
}

static void
assert_report (Fixture *f, guint n, const char *state, const char *line)
{
  FakeMessage *notify;

  wait_until ((notify = request (f, 0, "NOTIFY", n)) != NULL);
  g_assert_true (fake_message_has (notify, state));
  g_assert_true (fake_message_has (notify, "Content-Type: message/sipfrag"));
  g_assert_true (fake_message_has (notify, "Event: refer"));
  g_assert_cmpstr (notify->body, ==, line);
}

static void
test_accepted (void)
{
  Fixture f;
  Told *told;

  set_up (&f);
  refer (
      &f, 1,
      "Refer-To: \"Sample\" <sip:300@example.test?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>\r\n"
      "Referred-By: <sip:far@example.test>\r\n");
  wait_until ((told = referral (&f, 0)) != NULL);
  g_assert_cmpstr (told->target, ==, "sip:300@example.test");
  g_assert_cmpstr (told->replaces_header, ==, "a@b;to-tag=1;from-tag=2");
  g_assert_cmpstr (told->referred_by, ==, "<sip:far@example.test>");
  g_assert_cmpuint (told->call, ==, f.call);
  g_assert_null (response (&f, 0, 202, "REFER", 0));
  tandem_sip_client_answer_referral (f.client, f.call, told->tag, 202);
  wait_until (response (&f, 0, 202, "REFER", 0));
  g_assert_true (fake_message_has (response (&f, 0, 202, "REFER", 0), "Contact: <sip:100@"));
  assert_report (&f, 0, "Subscription-State: active;expires=1", "SIP/2.0 100 Trying\r\n");
  tandem_sip_client_report_referral (f.client, f.call, told->tag, 180, NULL);
  assert_report (&f, 1, "Subscription-State: active", "SIP/2.0 180 Ringing\r\n");
  tandem_sip_client_report_referral (f.client, f.call, told->tag, 200, NULL);
  assert_report (&f, 2, "Subscription-State: terminated;reason=noresource", "SIP/2.0 200 OK\r\n");
  tandem_sip_client_report_referral (f.client, f.call, told->tag, 486, NULL);
  /* The next one in this dialog says which it is of. */
  refer (&f, 2, "Refer-To: <sips:301@example.test>\r\n");
  wait_until ((told = referral (&f, 1)) != NULL);
  g_assert_cmpstr (told->target, ==, "sips:301@example.test");
  g_assert_null (told->replaces_header);
  tandem_sip_client_answer_referral (f.client, f.call, told->tag, 202);
  assert_report (&f, 3, "Event: refer;id=2", "SIP/2.0 100 Trying\r\n");
  fixture_tear_down (&f);
}

static void
test_declined (void)
{
  Fixture f;

  set_up (&f);
  refer (&f, 1, "Refer-To: <sip:300@example.test>\r\n");
  wait_until (referral (&f, 0));
  tandem_sip_client_answer_referral (f.client, f.call, referral (&f, 0)->tag, 603);
  wait_until (response (&f, 0, 603, "REFER", 0));
  tandem_sip_client_report_referral (f.client, f.call, referral (&f, 0)->tag, 200, NULL);
  fixture_pass (100);
  g_assert_null (request (&f, 0, "NOTIFY", 0));
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

/* The agent thinks longer than the far end waits. */
static void
test_late (void)
{
  Fixture f;

  set_up (&f);
  refer (&f, 1, "Refer-To: <sip:300@example.test>\r\n");
  wait_until (response (&f, 0, 202, "REFER", 0));
  assert_report (&f, 0, "active", "SIP/2.0 100 Trying\r\n");
  tandem_sip_client_answer_referral (f.client, f.call, referral (&f, 0)->tag, 603);
  assert_report (&f, 1, "terminated", "SIP/2.0 603 Decline\r\n");
  fixture_tear_down (&f);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *headers;
    guint code;
  } cases[] = {
    { NULL, 400 },
    { "Refer-To: <sip:300@example.test>\r\nRefer-To: <sip:301@example.test>\r\n", 400 },
    { "Refer-To: <http://example.test/>\r\n", 400 },
    { "Refer-To: <sip:300@example.test;method=BYE>\r\n", 603 },
    { "Refer-To: <sip:300@example.test?Replaces=evil>\r\n", 400 },
    { "Refer-To: garbage\r\n", 400 },
  };
  Fixture f;

  set_up (&f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint n = fake_proxy_count (f.proxies[0], "REFER", cases[i].code);

      g_test_message ("%s", cases[i].headers);
      refer (&f, i + 1, cases[i].headers);
      wait_until (fake_proxy_count (f.proxies[0], "REFER", cases[i].code) == n + 1);
    }
  g_assert_null (referral (&f, 0));
  refer (&f, 20, "Refer-To: <sip:300@example.test>\r\n");
  wait_until (referral (&f, 0));
  refer (&f, 21, "Refer-To: <sip:301@example.test>\r\n");
  wait_until (response (&f, 0, 491, "REFER", 0));
  fixture_tear_down (&f);
}

static void
test_outside (void)
{
  Fixture f;
  g_autofree char *contact = NULL;
  g_autofree char *text = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  contact = fixture_contact (&f, f.proxies[0]);
  text = g_strdup_printf ("REFER %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bKout;rport\r\n"
                          "From: <sip:300@example.test>;tag=x\r\nTo: <sip:100@example.test>\r\n"
                          "Call-ID: outside\r\nCSeq: 1 REFER\r\nMax-Forwards: 70\r\n"
                          "Contact: <sip:300@%s:%u>\r\nRefer-To: <sip:110@example.test>\r\n"
                          "Content-Length: 0\r\n\r\n",
                          contact, f.proxies[0]->address, f.proxies[0]->port, f.proxies[0]->address,
                          f.proxies[0]->port);
  fake_proxy_send_to_peer (f.proxies[0], text);
  wait_until (response (&f, 0, 403, "REFER", 0));
  g_assert_null (referral (&f, 0));
  fixture_tear_down (&f);
}

static void
test_silent (void)
{
  Fixture f;

  set_up (&f);
  refer (&f, 1, "Refer-To: <sip:300@example.test>\r\nRefer-Sub: false\r\nRequire: norefersub\r\n");
  wait_until (referral (&f, 0));
  tandem_sip_client_answer_referral (f.client, f.call, referral (&f, 0)->tag, 202);
  wait_until (response (&f, 0, 202, "REFER", 0));
  g_assert_true (fake_message_has (response (&f, 0, 202, "REFER", 0), "Refer-Sub: false"));
  tandem_sip_client_report_referral (f.client, f.call, referral (&f, 0)->tag, 200, NULL);
  fixture_pass (100);
  g_assert_null (request (&f, 0, "NOTIFY", 0));
  fixture_tear_down (&f);
}

/* The far end hangs up as soon as it was accepted: reports follow it. */
static void
test_after_bye (void)
{
  Fixture f;

  set_up (&f);
  refer (&f, 1, "Refer-To: <sip:300@example.test>\r\n");
  wait_until (referral (&f, 0));
  tandem_sip_client_answer_referral (f.client, f.call, referral (&f, 0)->tag, 202);
  assert_report (&f, 0, "active", "SIP/2.0 100 Trying\r\n");
  fixture_in_dialog (&f, f.proxies[0], "BYE", 2, "bye", NULL, NULL);
  wait_until (state (&f, ENDED, 0));
  tandem_sip_client_report_referral (f.client, f.call, referral (&f, 0)->tag, 404, "Nobody");
  assert_report (&f, 1, "terminated", "SIP/2.0 404 Nobody\r\n");
  fixture_tear_down (&f);
}

/* Reports that nobody wants end. */
static void
test_unsubscribed (void)
{
  Fixture f;

  set_up (&f);
  refer (&f, 1, "Refer-To: <sip:300@example.test>\r\n");
  wait_until (referral (&f, 0));
  tandem_sip_client_answer_referral (f.client, f.call, referral (&f, 0)->tag, 202);
  assert_report (&f, 0, "active", "SIP/2.0 100 Trying\r\n");
  fixture_in_dialog (&f, f.proxies[0], "SUBSCRIBE", 2, "sub", "Event: refer\r\nExpires: 0\r\n",
                     NULL);
  wait_until (response (&f, 0, 200, "SUBSCRIBE", 0));
  assert_report (&f, 1, "terminated;reason=timeout", "SIP/2.0 100 Trying\r\n");
  tandem_sip_client_report_referral (f.client, f.call, referral (&f, 0)->tag, 200, NULL);
  fixture_pass (100);
  g_assert_null (request (&f, 0, "NOTIFY", 2));
  fixture_in_dialog (&f, f.proxies[0], "SUBSCRIBE", 3, "sub2", "Event: refer\r\n", NULL);
  wait_until (response (&f, 0, 405, "SUBSCRIBE", 0));
  fixture_tear_down (&f);
}

/* Stopping with everything under way. */
static void
test_stop (void)
{
  Fixture f;

  set_up (&f);
  refer (&f, 1, "Refer-To: <sip:300@example.test>\r\n");
  wait_until (referral (&f, 0));
  f.proxies[0]->silent = TRUE;
  tandem_sip_client_answer_referral (f.client, f.call, referral (&f, 0)->tag, 202);
  tandem_sip_client_transfer (f.client, f.call, 1, "sip:300@example.test", 0);
  fixture_pass (30);
  fixture_tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/referral/accepted", test_accepted);
  g_test_add_func ("/referral/declined", test_declined);
  g_test_add_func ("/referral/late", test_late);
  g_test_add_func ("/referral/refused", test_refused);
  g_test_add_func ("/referral/outside", test_outside);
  g_test_add_func ("/referral/silent", test_silent);
  g_test_add_func ("/referral/after-bye", test_after_bye);
  g_test_add_func ("/referral/unsubscribed", test_unsubscribed);
  g_test_add_func ("/referral/stop", test_stop);
  return g_test_run ();
}
