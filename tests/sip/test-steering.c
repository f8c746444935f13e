/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* Remote control, digits, automatic answers and kept headers on the wire: the real client against fake
 * proxies. */

#define NET 11

#define state(f, what, n) fixture_state (f, TANDEM_SIP_CALL_##what, n)
#define event(f, what, n) fixture_event (f, TANDEM_SIP_EVENT_##what, n)
#define response(f, i, code, method, n) fake_proxy_find ((f)->proxies[i], method, code, n)

static void
set_up (Fixture *f)
{
  fixture_set_up (f, NET, 1, "udp");
  f->account->kept_headers = g_strsplit ("Sample-Kept,X-Other", ",", -1);
}

static Told *
ring (Fixture *f, const char *extra)
{
  g_autofree char *invite = fixture_invite (f, f->proxies[0], "in", extra, fake_sdp);

  wait_until (event (f, INCOMING, 0));
  f->call = event (f, INCOMING, 0)->call;
  return event (f, INCOMING, 0);
}

static void
answer (Fixture *f)
{
  tandem_sip_client_answer (f->client, f->call, phone_sdp);
  wait_until (response (f, 0, 200, "INVITE", 0));
  fixture_in_dialog (f, f->proxies[0], "ACK", 10, "ack", NULL, NULL);
  wait_until (state (f, CONNECTED, 0));
}

/* Nothing but 100 before the main thread says what shall be; then exactly that. */
static void
test_quiet (void)
{
  Fixture f;

  set_up (&f);
  f.quiet = TRUE;
  fixture_register (&f);
  ring (&f, NULL);
  fixture_pass (100);
  g_assert_nonnull (response (&f, 0, 100, "INVITE", 0));
  g_assert_null (response (&f, 0, 180, "INVITE", 0));
  tandem_sip_client_decline (f.client, f.call, 486, NULL);
  wait_until (response (&f, 0, 486, "INVITE", 0));
  wait_until (state (&f, ENDED, 0));
  g_assert_null (response (&f, 0, 180, "INVITE", 0));
  fixture_tear_down (&f);
}

static void
test_ring_once (void)
{
  Fixture f;

  set_up (&f);
  f.quiet = TRUE;
  fixture_register (&f);
  ring (&f, NULL);
  tandem_sip_client_ring (f.client, f.call);
  tandem_sip_client_ring (f.client, f.call);
  tandem_sip_client_ring (f.client, 4711);
  wait_until (response (&f, 0, 180, "INVITE", 0));
  answer (&f);
  tandem_sip_client_ring (f.client, f.call);
  fixture_pass (100);
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "INVITE", 180), ==, 1);
  fixture_tear_down (&f);
}

static void
test_answered_at_once (void)
{
  Fixture f;

  set_up (&f);
  f.quiet = TRUE;
  fixture_register (&f);
  ring (&f, NULL);
  answer (&f);
  g_assert_null (response (&f, 0, 180, "INVITE", 0));
  fixture_tear_down (&f);
}

static void
test_redirect (void)
{
  Fixture f;
  g_autofree char *contact = NULL;

  set_up (&f);
  f.quiet = TRUE;
  fixture_register (&f);
  ring (&f, NULL);
  tandem_sip_client_redirect (f.client, f.call, "sip:200@example.test");
  wait_until (response (&f, 0, 302, "INVITE", 0));
  contact = fake_message_header (response (&f, 0, 302, "INVITE", 0), "Contact", 0);
  g_assert_nonnull (strstr (contact, "sip:200@example.test"));
  g_assert_null (response (&f, 0, 180, "INVITE", 0));
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpuint (state (&f, ENDED, 0)->code, ==, 302);
  g_assert_false (state (&f, ENDED, 0)->remote_ended);
  fixture_tear_down (&f);
}

static void
test_redirect_to_nonsense (void)
{
  Fixture f;

  set_up (&f);
  fixture_register (&f);
  ring (&f, NULL);
  tandem_sip_client_redirect (f.client, f.call, "sip:200@example.test>\r\nX-Evil: 1");
  wait_until (response (&f, 0, 480, "INVITE", 0));
  g_assert_false (fake_message_has (response (&f, 0, 480, "INVITE", 0), "X-Evil"));
  fixture_tear_down (&f);
}

/* Wire fact 1: 2 ms after our 180; the answer to the NOTIFY goes first. */
static void
test_talk (void)
{
  Fixture f;
  FakeMessage *notified, *answered;

  set_up (&f);
  fixture_register (&f);
  ring (&f, NULL);
  wait_until (response (&f, 0, 180, "INVITE", 0));
  g_assert_true (fake_message_has (response (&f, 0, 180, "INVITE", 0), "Allow-Events: talk, hold"));
  fixture_in_dialog (&f, f.proxies[0], "NOTIFY", 11, "talk", "Event: talk\r\n", NULL);
  wait_until (event (&f, REMOTE_CONTROL, 0));
  g_assert_cmpstr (event (&f, REMOTE_CONTROL, 0)->text, ==, "talk");
  g_assert_cmpuint (event (&f, REMOTE_CONTROL, 0)->call, ==, f.call);
  tandem_sip_client_answer (f.client, f.call, phone_sdp);
  wait_until ((answered = response (&f, 0, 200, "INVITE", 0)) != NULL);
  notified = response (&f, 0, 200, "NOTIFY", 0);
  g_assert_nonnull (notified);
  g_assert_cmpint (notified->when, <=, answered->when);
  fixture_in_dialog (&f, f.proxies[0], "ACK", 10, "ack", NULL, NULL);
  wait_until (state (&f, CONNECTED, 0));
  fixture_in_dialog (&f, f.proxies[0], "NOTIFY", 12, "hold", "Event: hold\r\n", NULL);
  wait_until (event (&f, REMOTE_CONTROL, 1));
  g_assert_cmpstr (event (&f, REMOTE_CONTROL, 1)->text, ==, "hold");
  fixture_in_dialog (&f, f.proxies[0], "NOTIFY", 13, "back",
                     "Event: Talk;id=1\r\nSubscription-State: active\r\n", NULL);
  wait_until (event (&f, REMOTE_CONTROL, 2));
  g_assert_cmpstr (event (&f, REMOTE_CONTROL, 2)->text, ==, "talk");
  fixture_tear_down (&f);
}

/* An INVITE without a description, answered by the server: offer in the 200, answer in the ACK, and a
 * re-INVITE without one right behind. */
static void
test_talk_offerless (void)
{
  Fixture f;
  g_autofree char *invite = NULL;

  set_up (&f);
  fixture_register (&f);
  invite = fixture_invite (&f, f.proxies[0], "in", NULL, NULL);
  wait_until (response (&f, 0, 180, "INVITE", 0));
  f.call = event (&f, INCOMING, 0)->call;
  fixture_in_dialog (&f, f.proxies[0], "NOTIFY", 11, "talk", "Event: talk\r\n", NULL);
  wait_until (event (&f, REMOTE_CONTROL, 0));
  tandem_sip_client_answer (f.client, f.call, phone_sdp);
  wait_until (response (&f, 0, 200, "INVITE", 0));
  g_assert_cmpstr (response (&f, 0, 200, "INVITE", 0)->body, ==, phone_sdp);
  fixture_in_dialog (&f, f.proxies[0], "ACK", 10, "ack", NULL, fake_sdp);
  fixture_in_dialog (&f, f.proxies[0], "INVITE", 12, "again", NULL, NULL);
  wait_until (event (&f, OFFER, 0));
  g_assert_null (event (&f, OFFER, 0)->sdp);
  g_assert_cmpstr (state (&f, CONNECTED, 0)->sdp, ==, fake_sdp);
  tandem_sip_client_answer_offer (f.client, f.call, phone_sdp);
  wait_until (response (&f, 0, 200, "INVITE", 1));
  fixture_tear_down (&f);
}

static void
test_no_remote_control (void)
{
  Fixture f;

  set_up (&f);
  f.account->remote_control = FALSE;
  fixture_register (&f);
  ring (&f, NULL);
  wait_until (response (&f, 0, 180, "INVITE", 0));
  g_assert_false (fake_message_has (response (&f, 0, 180, "INVITE", 0), "Allow-Events"));
  fixture_in_dialog (&f, f.proxies[0], "NOTIFY", 11, "talk", "Event: talk\r\n", NULL);
  wait_until (response (&f, 0, 489, "NOTIFY", 0));
  fixture_in_dialog (&f, f.proxies[0], "NOTIFY", 12, "what", "Event: sample\r\n", NULL);
  wait_until (response (&f, 0, 489, "NOTIFY", 1));
  fixture_in_dialog (&f, f.proxies[0], "NOTIFY", 13, "none", NULL, NULL);
  wait_until (response (&f, 0, 400, "NOTIFY", 0));
  fixture_in_dialog (&f, f.proxies[0], "NOTIFY", 14, "refer", "Event: refer\r\n", NULL);
  wait_until (response (&f, 0, 481, "NOTIFY", 0));
  g_assert_null (event (&f, REMOTE_CONTROL, 0));
  fixture_tear_down (&f);
}

/* Nobody outside of the call steers it. */
static void
test_stranger (void)
{
  Fixture f;
  g_autofree char *contact = NULL;
  g_autofree char *text = NULL;

  set_up (&f);
  fixture_register (&f);
  ring (&f, NULL);
  wait_until (response (&f, 0, 180, "INVITE", 0));
  contact = fixture_contact (&f, f.proxies[0]);
  text = g_strdup_printf (
      "NOTIFY %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bKstranger;rport\r\n"
      "From: <sip:300@example.test>;tag=caller\r\n"
      "To: <sip:100@example.test>;tag=guessed\r\nCall-ID: incoming-sample\r\n"
      "CSeq: 11 NOTIFY\r\nMax-Forwards: 70\r\nEvent: talk\r\n"
      "Content-Length: 0\r\n\r\n",
      contact, f.proxies[0]->address, f.proxies[0]->port);
  fake_proxy_send_to_peer (f.proxies[0], text);
  wait_until (response (&f, 0, 481, "NOTIFY", 0));
  g_assert_null (event (&f, REMOTE_CONTROL, 0));
  fixture_tear_down (&f);
}

static void
send_body (Fixture *f,
           const char *method,
           guint cseq,
           const char *headers,
           const char *type,
           const char *body)
{
  g_autofree char *branch = g_strdup_printf ("body%u", cseq);
  g_autofree char *extra = g_strdup_printf ("%s%s%s%s", headers != NULL ? headers : "",
                                            type != NULL ? "Content-Type: " : "",
                                            type != NULL ? type : "", type != NULL ? "\r\n" : "");

  fixture_in_dialog_with (f, f->proxies[0], method, cseq, branch, extra, body);
}

static void
test_digits (void)
{
  Fixture f;

  set_up (&f);
  fixture_register (&f);
  ring (&f, NULL);
  answer (&f);
  send_body (&f, "INFO", 11, NULL, "application/dtmf-relay", "Signal=5\r\nDuration=160\r\n");
  wait_until (event (&f, DIGIT, 0));
  g_assert_cmpstr (event (&f, DIGIT, 0)->text, ==, "5");
  g_assert_cmpuint (event (&f, DIGIT, 0)->call, ==, f.call);
  send_body (&f, "INFO", 12, NULL, "application/dtmf", "#");
  wait_until (event (&f, DIGIT, 1));
  g_assert_cmpstr (event (&f, DIGIT, 1)->text, ==, "#");
  send_body (&f, "NOTIFY", 13, "Event: dtmf\r\n", "application/dtmf-relay", "Signal=a\r\n");
  wait_until (event (&f, DIGIT, 2));
  g_assert_cmpstr (event (&f, DIGIT, 2)->text, ==, "A");
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "INFO", 200), ==, 2);
  send_body (&f, "INFO", 14, NULL, NULL, NULL);
  wait_until (response (&f, 0, 200, "INFO", 2));
  send_body (&f, "INFO", 15, NULL, "application/dtmf-relay", "Signal=55\r\n");
  wait_until (response (&f, 0, 400, "INFO", 0));
  send_body (&f, "INFO", 16, NULL, "application/sample", "x");
  wait_until (response (&f, 0, 415, "INFO", 0));
  g_assert_true (fake_message_has (response (&f, 0, 415, "INFO", 0), "application/dtmf-relay"));
  send_body (&f, "INFO", 17, "Info-Package: sample\r\n", "application/dtmf", "1");
  wait_until (response (&f, 0, 469, "INFO", 0));
  g_assert_null (event (&f, DIGIT, 3));
  fixture_tear_down (&f);
}

static void
test_answer_after (void)
{
  static const struct
  {
    const char *headers;
    gint after;
  } cases[] = {
    { NULL, -1 },
    { "Call-Info: <sip:127.1.11.1>;answer-after=3\r\n", 3 },
    { "Alert-Info: <http://127.1.11.1/none>;info=alert-autoanswer;delay=2\r\n", 2 },
    { "Alert-Info: Auto Answer\r\n", 0 },
    { "Answer-Mode: Auto\r\n", 0 },
    { "Answer-Mode: Manual\r\nCall-Info: <sip:127.1.11.1>;answer-after=0\r\n", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture f;
      Told *told;

      set_up (&f);
      fixture_register (&f);
      told = ring (&f, cases[i].headers);
      g_test_message ("%s", cases[i].headers);
      g_assert_cmpint (told->answer_after, ==, cases[i].after);
      fixture_tear_down (&f);
    }
}

static void
test_kept_headers (void)
{
  Fixture f;
  Told *told;

  set_up (&f);
  fixture_register (&f);
  told = ring (&f,
               "sample-kept: one\r\nSample-Lost: two\r\nX-Genesys-CallUUID: SAMPLE1\r\n"
               "Alert-Info: <urn:alert:tone:internal>\r\nReferred-By: <sip:400@example.test>\r\n");
  g_assert_cmpstr (told->header, ==, "SAMPLE1");
  g_assert_cmpstr (told->kept, ==, "one");
  g_assert_cmpuint (told->n_headers, ==, 2);
  g_assert_nonnull (strstr (told->alert_info, "urn:alert:tone:internal"));
  g_assert_cmpstr (told->referred_by, ==, "<sip:400@example.test>");
  fixture_tear_down (&f);
}

static void
test_focus (void)
{
  Fixture f;
  g_autofree char *contact = NULL;
  g_autofree char *text = NULL;
  Told *told;

  set_up (&f);
  fixture_register (&f);
  ring (&f, NULL);
  answer (&f);
  told = state (&f, CONNECTED, 0);
  g_assert_false (told->focus);
  contact = g_strdup_printf ("sip:300@127.1.11.1:%u", f.proxies[0]->port);
  g_assert_cmpstr (told->remote_target, ==, contact);
  fixture_tear_down (&f);

  set_up (&f);
  fixture_register (&f);
  f.proxies[0]->contact_parameters = ";isfocus";
  fixture_call (&f, phone_sdp);
  wait_until ((told = state (&f, CONNECTED, 0)) != NULL);
  g_assert_true (told->focus);
  fixture_tear_down (&f);
}

/* The pool says who picked up. */
static void
test_connected_identity (void)
{
  Fixture f;
  Told *told;

  set_up (&f);
  fixture_register (&f);
  f.proxies[0]->extra
      = g_strdup ("P-Asserted-Identity: \"Sample Colleague\" <sip:201@example.test>\r\n"
                  "X-Genesys-CallUUID: SAMPLE2\r\n");
  fixture_call (&f, phone_sdp);
  wait_until ((told = state (&f, CONNECTED, 0)) != NULL);
  g_assert_cmpstr (told->peer_uri, ==, "sip:201@example.test");
  g_assert_cmpstr (told->peer_name, ==, "Sample Colleague");
  g_assert_cmpstr (told->header, ==, "SAMPLE2");
  fixture_tear_down (&f);

  set_up (&f);
  fixture_register (&f);
  fixture_call (&f, phone_sdp);
  wait_until ((told = state (&f, CONNECTED, 0)) != NULL);
  g_assert_null (told->peer_uri);
  fixture_tear_down (&f);
}

/* Calls of another account of the same phone count too. */
static void
test_busy_over_accounts (void)
{
  Fixture f;
  g_autofree char *invite = NULL;

  set_up (&f);
  fixture_register (&f);
  g_free (f.account->id);
  f.account->id = g_strdup ("1");
  g_free (f.account->user);
  f.account->user = g_strdup ("101");
  fixture_apply (&f);
  wait_until (fixture_registration (&f, TANDEM_SIP_REGISTRATION_REGISTERED, 1));
  f.call = tandem_sip_client_next_call_id (f.client);
  tandem_sip_client_call (f.client, f.call, "1", "sip:200@example.test", phone_sdp, NULL, NULL,
                          NULL);
  wait_until (state (&f, CONNECTED, 0));
  g_free (f.account->user);
  f.account->user = g_strdup ("100");
  invite = fixture_invite (&f, f.proxies[0], "in", NULL, fake_sdp);
  wait_until (response (&f, 0, 486, "INVITE", 0));
  g_assert_null (event (&f, INCOMING, 0));
  fixture_tear_down (&f);
}

/* A hundred INVITEs in a second: 32 calls at most, and the line works afterwards. */
static void
test_storm (void)
{
  Fixture f;
  g_autofree char *contact = NULL;
  guint told = 0;
  gint64 since;

  set_up (&f);
  f.account->reject_when_busy = FALSE;
  fixture_register (&f);
  contact = fixture_contact (&f, f.proxies[0]);
  since = g_get_monotonic_time ();
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *text = g_strdup_printf (
          "INVITE %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bKstorm%u;rport\r\n"
          "From: <sip:300@example.test>;tag=caller%u\r\nTo: <sip:100@example.test>\r\n"
          "Call-ID: storm-%u\r\nCSeq: 10 INVITE\r\nContact: <sip:300@%s:%u>\r\n"
          "Max-Forwards: 70\r\nContent-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
          contact, f.proxies[0]->address, f.proxies[0]->port, i, i, i, f.proxies[0]->address,
          f.proxies[0]->port, strlen (fake_sdp), fake_sdp);

      fake_proxy_send_to_peer (f.proxies[0], text);
    }
  wait_until (fake_proxy_count (f.proxies[0], "INVITE", 180) >= 32
              && fake_proxy_count (f.proxies[0], "INVITE", 486) >= 68);
  g_test_message ("%" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - since) / 1000);
  for (guint i = 0; i < f.events->len; i++)
    told += ((Told *) g_ptr_array_index (f.events, i))->type == TANDEM_SIP_EVENT_INCOMING;
  g_assert_cmpuint (told, ==, 32);
  for (guint i = 0; i < told; i++)
    tandem_sip_client_decline (f.client, event (&f, INCOMING, i)->call, 480, NULL);
  wait_until (state (&f, ENDED, 31));
  fixture_forget (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  fixture_tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steering/quiet", test_quiet);
  g_test_add_func ("/steering/ring-once", test_ring_once);
  g_test_add_func ("/steering/answered-at-once", test_answered_at_once);
  g_test_add_func ("/steering/redirect", test_redirect);
  g_test_add_func ("/steering/redirect-to-nonsense", test_redirect_to_nonsense);
  g_test_add_func ("/steering/talk", test_talk);
  g_test_add_func ("/steering/talk-offerless", test_talk_offerless);
  g_test_add_func ("/steering/no-remote-control", test_no_remote_control);
  g_test_add_func ("/steering/stranger", test_stranger);
  g_test_add_func ("/steering/digits", test_digits);
  g_test_add_func ("/steering/answer-after", test_answer_after);
  g_test_add_func ("/steering/kept-headers", test_kept_headers);
  g_test_add_func ("/steering/focus", test_focus);
  g_test_add_func ("/steering/connected-identity", test_connected_identity);
  g_test_add_func ("/steering/busy-over-accounts", test_busy_over_accounts);
  g_test_add_func ("/steering/storm", test_storm);
  return g_test_run ();
}
