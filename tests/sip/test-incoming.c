/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* Incoming calls and requests, on the wire: the real client against fake proxies. */

#define NET 3

#define assert_states(f, expected)                                                                 \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *states_ = fixture_states (f);                                                 \
    g_assert_cmpstr (states_, ==, expected);                                                       \
  }                                                                                                \
  G_STMT_END

#define state(f, what, n) fixture_state (f, TANDEM_SIP_CALL_##what, n)
#define incoming(f, n) fixture_event (f, TANDEM_SIP_EVENT_INCOMING, n)
#define request(f, i, method, n) fake_proxy_find ((f)->proxies[i], method, 0, n)
#define response(f, i, code, method, n) fake_proxy_find ((f)->proxies[i], method, code, n)

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

/* Rings; f->call is the call. */
static void
ring (Fixture *f, const char *extra, const char *sdp)
{
  g_autofree char *invite = fixture_invite (f, f->proxies[0], "in", extra, sdp);

  wait_until (incoming (f, 0));
  f->call = incoming (f, 0)->call;
}

static void
answer (Fixture *f)
{
  tandem_sip_client_answer (f->client, f->call, phone_sdp);
  wait_until (response (f, 0, 200, "INVITE", 0));
  fixture_in_dialog (f, f->proxies[0], "ACK", 10, "ack", NULL, NULL);
  wait_until (state (f, CONNECTED, 0));
}

static void
test_plain (void)
{
  Fixture f;
  FakeMessage *ok, *bye;
  Told *told;
  g_autofree char *to = NULL;
  g_autofree char *route = NULL;
  g_autofree char *recorded = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  ring (&f,
        "Record-Route: <sip:127.1.3.1:5070;lr>\r\nX-Genesys-CallUUID: SAMPLE123\r\n"
        "X-Queue: Sample queue\r\n",
        fake_sdp);
  told = incoming (&f, 0);
  g_assert_cmpstr (told->sdp, ==, fake_sdp);
  g_assert_cmpstr (told->peer_uri, ==, "sip:300@example.test");
  g_assert_cmpstr (told->peer_name, ==, "Sample Caller One");
  g_assert_cmpstr (told->header, ==, "SAMPLE123");
  g_assert_cmpstr (told->queue, ==, "Sample queue");
  g_assert_cmpstr (told->sip_call_id, ==, "incoming-sample");
  wait_until (response (&f, 0, 180, "INVITE", 0));
  g_assert_nonnull (response (&f, 0, 100, "INVITE", 0));
  recorded = fake_message_header (response (&f, 0, 180, "INVITE", 0), "Record-Route", 0);
  g_assert_cmpstr (recorded, ==, "<sip:127.1.3.1:5070;lr>");
  tandem_sip_client_answer (f.client, f.call, phone_sdp);
  wait_until ((ok = response (&f, 0, 200, "INVITE", 0)) != NULL);
  wait_until (state (&f, ANSWERING, 0));
  g_assert_cmpstr (ok->body, ==, phone_sdp);
  to = fake_message_header (ok, "To", 0);
  g_assert_nonnull (strstr (to, ";tag="));
  fixture_in_dialog (&f, f.proxies[0], "ACK", 10, "ack", NULL, NULL);
  wait_until (state (&f, CONNECTED, 0));
  assert_states (&f, "ANSWERING CONNECTED");
  g_assert_null (state (&f, CONNECTED, 0)->sdp);
  fixture_pass (700);
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "INVITE", 200), ==, 1);
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until ((bye = request (&f, 0, "BYE", 0)) != NULL);
  route = fake_message_header (bye, "Route", 0);
  g_assert_cmpstr (route, ==, "<sip:127.1.3.1:5070;lr>");
  g_assert_true (g_str_has_prefix (bye->first, "BYE sip:300@127.1.3.1:"));
  fixture_tear_down (&f);
}

static void
test_remote_bye (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  ring (&f, NULL, fake_sdp);
  answer (&f);
  fixture_in_dialog (&f, f.proxies[0], "BYE", 11, "bye",
                     "Reason: SIP;cause=403;text=\"Sample reason\"\r\n", NULL);
  wait_until (state (&f, ENDED, 0));
  g_assert_true (state (&f, ENDED, 0)->remote_ended);
  g_assert_cmpstr (state (&f, ENDED, 0)->reason, ==, "SIP;cause=403;text=\"Sample reason\"");
  wait_until (response (&f, 0, 200, "BYE", 0));
  /* What comes after it is for nobody. */
  fixture_in_dialog (&f, f.proxies[0], "INFO", 12, "info", NULL, NULL);
  wait_until (response (&f, 0, 481, "INFO", 0));
  fixture_tear_down (&f);
}

static void
test_offerless (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  ring (&f, NULL, NULL);
  g_assert_null (incoming (&f, 0)->sdp);
  tandem_sip_client_answer (f.client, f.call, phone_sdp);
  wait_until (response (&f, 0, 200, "INVITE", 0));
  g_assert_cmpstr (response (&f, 0, 200, "INVITE", 0)->body, ==, phone_sdp);
  fixture_in_dialog (&f, f.proxies[0], "ACK", 10, "ack", NULL, fake_sdp);
  wait_until (state (&f, CONNECTED, 0));
  g_assert_cmpstr (state (&f, CONNECTED, 0)->sdp, ==, fake_sdp);
  fixture_tear_down (&f);
}

static void
test_offerless_unanswered (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  ring (&f, NULL, NULL);
  tandem_sip_client_answer (f.client, f.call, phone_sdp);
  wait_until (response (&f, 0, 200, "INVITE", 0));
  fixture_in_dialog (&f, f.proxies[0], "ACK", 10, "ack", NULL, NULL);
  wait_until (state (&f, ENDED, 0));
  wait_until (request (&f, 0, "BYE", 0));
  fixture_tear_down (&f);
}

static void
send_cancel (Fixture *f, const char *extra)
{
  g_autofree char *contact = fixture_contact (f, f->proxies[0]);
  g_autofree char *text = g_strdup_printf (
      "CANCEL %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bKin;rport\r\n"
      "From: \"Sample Caller One\" <sip:300@example.test>;tag=caller\r\n"
      "To: <sip:100@example.test>\r\nCall-ID: incoming-sample\r\nCSeq: 10 CANCEL\r\n"
      "Max-Forwards: 70\r\n%sContent-Length: 0\r\n\r\n",
      contact, f->proxies[0]->address, f->proxies[0]->port, extra);

  fake_proxy_send_to_peer (f->proxies[0], text);
}

static void
test_cancelled (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  ring (&f, NULL, fake_sdp);
  send_cancel (&f, "");
  wait_until (state (&f, ENDED, 0));
  g_assert_true (state (&f, ENDED, 0)->remote_ended);
  g_assert_false (state (&f, ENDED, 0)->answered_elsewhere);
  wait_until (response (&f, 0, 200, "CANCEL", 0));
  wait_until (response (&f, 0, 487, "INVITE", 0));
  fixture_tear_down (&f);
}

static void
test_answered_elsewhere (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  ring (&f, NULL, fake_sdp);
  send_cancel (&f, "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n");
  wait_until (state (&f, ENDED, 0));
  g_assert_true (state (&f, ENDED, 0)->answered_elsewhere);
  fixture_tear_down (&f);
}

static void
test_declined (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  ring (&f, NULL, fake_sdp);
  tandem_sip_client_decline (f.client, f.call, 480, "Sample text");
  wait_until (state (&f, ENDED, 0));
  g_assert_false (state (&f, ENDED, 0)->remote_ended);
  wait_until (response (&f, 0, 480, "INVITE", 0));
  g_assert_cmpstr (response (&f, 0, 480, "INVITE", 0)->first, ==, "SIP/2.0 480 Sample text");
  fixture_tear_down (&f);
}

static void
test_hung_up_while_ringing (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  ring (&f, NULL, fake_sdp);
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (response (&f, 0, 603, "INVITE", 0));
  fixture_tear_down (&f);
}

static void
test_busy (void)
{
  Fixture f;
  g_autofree char *contact = NULL;
  g_autofree char *text = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->busy_code = 480;
  fixture_register (&f);
  ring (&f, NULL, fake_sdp);
  contact = fixture_contact (&f, f.proxies[0]);
  text
      = g_strdup_printf ("INVITE %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bKtwo;rport\r\n"
                         "From: <sip:301@example.test>;tag=second\r\nTo: <sip:100@example.test>\r\n"
                         "Call-ID: second\r\nCSeq: 1 INVITE\r\nContact: <sip:301@%s:%u>\r\n"
                         "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
                         contact, f.proxies[0]->address, f.proxies[0]->port, f.proxies[0]->address,
                         f.proxies[0]->port);
  fake_proxy_send_to_peer (f.proxies[0], text);
  wait_until (response (&f, 0, 480, "INVITE", 0));
  g_assert_null (incoming (&f, 1));
  f.account->reject_when_busy = FALSE;
  fixture_apply (&f);
  wait_until (fixture_registration (&f, TANDEM_SIP_REGISTRATION_REGISTERED, 1));
  {
    GString *again = g_string_new (text);

    g_string_replace (again, "z9hG4bKtwo", "z9hG4bKthree", 0);
    g_string_replace (again, "Call-ID: second", "Call-ID: third", 0);
    fake_proxy_send_to_peer (f.proxies[0], again->str);
    g_string_free (again, TRUE);
  }
  wait_until (incoming (&f, 1));
  fixture_tear_down (&f);
}

static void
test_merged (void)
{
  Fixture f;
  g_autofree char *again = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  ring (&f, NULL, fake_sdp);
  again = fixture_invite (&f, f.proxies[0], "other", NULL, fake_sdp);
  wait_until (response (&f, 0, 482, "INVITE", 0));
  g_assert_null (incoming (&f, 1));
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

/* The same INVITE again, after the answer: the answer again, no second call. */
static void
test_repeated (void)
{
  Fixture f;
  g_autofree char *again = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  ring (&f, NULL, fake_sdp);
  tandem_sip_client_answer (f.client, f.call, phone_sdp);
  wait_until (response (&f, 0, 200, "INVITE", 0));
  again = fixture_invite (&f, f.proxies[0], "in", NULL, fake_sdp);
  wait_until (response (&f, 0, 200, "INVITE", 1));
  g_assert_null (incoming (&f, 1));
  fixture_in_dialog (&f, f.proxies[0], "ACK", 10, "ack", NULL, NULL);
  wait_until (state (&f, CONNECTED, 0));
  fixture_tear_down (&f);
}

/* No ACK from the proxy that the INVITE came from: the answer goes over the others too. */
static void
test_answer_cycles (void)
{
  Fixture f;
  FakeMessage *first, *second;

  fixture_set_up (&f, NET, 3, "udp");
  fixture_register (&f);
  ring (&f, NULL, fake_sdp);
  tandem_sip_client_answer (f.client, f.call, phone_sdp);
  wait_until ((second = response (&f, 1, 200, "INVITE", 0)) != NULL);
  first = response (&f, 0, 200, "INVITE", 0);
  g_assert_cmpint (second->when - first->when, >=, 200 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpstr (second->body, ==, phone_sdp);
  wait_until (response (&f, 2, 200, "INVITE", 0));
  assert_states (&f, "ANSWERING");
  fixture_in_dialog (&f, f.proxies[0], "ACK", 10, "ack", NULL, NULL);
  wait_until (state (&f, CONNECTED, 0));
  {
    guint before = fake_proxy_count (f.proxies[0], "INVITE", 200)
                   + fake_proxy_count (f.proxies[1], "INVITE", 200)
                   + fake_proxy_count (f.proxies[2], "INVITE", 200);

    fixture_pass (800);
    g_assert_cmpuint (fake_proxy_count (f.proxies[0], "INVITE", 200)
                          + fake_proxy_count (f.proxies[1], "INVITE", 200)
                          + fake_proxy_count (f.proxies[2], "INVITE", 200),
                      ==, before);
  }
  fixture_tear_down (&f);
}

static guint
answers (Fixture *f)
{
  guint n = 0;

  for (guint i = 0; i < f->n; i++)
    n += fake_proxy_count (f->proxies[i], "INVITE", 200);
  return n;
}

static guint
byes (Fixture *f)
{
  guint n = 0;

  for (guint i = 0; i < f->n; i++)
    n += fake_proxy_count_distinct (f->proxies[i], "BYE");
  return n;
}

/* Answers, and hangs up before there is an ACK. */
static void
leave (Fixture *f)
{
  ring (f, NULL, fake_sdp);
  tandem_sip_client_answer (f->client, f->call, phone_sdp);
  wait_until (response (f, 0, 200, "INVITE", 0));
  tandem_sip_client_hang_up (f->client, f->call, NULL);
  wait_until (state (f, ENDED, 0));
  g_assert_false (state (f, ENDED, 0)->remote_ended);
}

/* RFC 3261 15: no BYE before the ACK, while that can be hoped for. */
static void
test_left_and_confirmed (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->transaction_timeout = 3000;
  fixture_register (&f);
  leave (&f);
  fixture_pass (700);
  g_assert_cmpuint (byes (&f), ==, 0);
  /* The answer still goes out, or the caller would ring on. */
  g_assert_cmpuint (answers (&f), >=, 2);
  fixture_in_dialog (&f, f.proxies[0], "ACK", 10, "ack", NULL, NULL);
  wait_until (byes (&f) == 1);
  {
    guint before = answers (&f);

    fixture_pass (1200);
    g_assert_cmpuint (answers (&f), ==, before);
    g_assert_cmpuint (byes (&f), ==, 1);
  }
  fixture_tear_down (&f);
}

static void
test_left_unconfirmed (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  leave (&f);
  wait_until (byes (&f) == 1);
  /* The next copy of the answer was due at the same moment. */
  fixture_pass (100);
  /* The BYE was answered: then everything is over. */
  {
    guint before = answers (&f);

    fixture_pass (1200);
    g_assert_cmpuint (answers (&f), ==, before);
    g_assert_cmpuint (byes (&f), ==, 1);
  }
  fixture_tear_down (&f);
}

/* The far end does not know the call yet when the BYE comes; it learns of it later, and its ACK is
 * answered by another BYE. */
static void
test_left_and_confirmed_late (void)
{
  Fixture f;
  g_autofree char *again = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  f.proxies[0]->bye_code = 481;
  leave (&f);
  wait_until (byes (&f) == 1);
  fixture_pass (300);
  /* The INVITE comes once more: no second call. */
  again = fixture_invite (&f, f.proxies[0], "in", NULL, fake_sdp);
  fixture_pass (900);
  g_assert_null (incoming (&f, 1));
  g_assert_cmpuint (answers (&f), >=, 3);
  g_assert_cmpuint (byes (&f), ==, 1);
  f.proxies[0]->bye_code = 200;
  fixture_in_dialog (&f, f.proxies[0], "ACK", 10, "ack", NULL, NULL);
  wait_until (byes (&f) == 2);
  fixture_tear_down (&f);
}

/* The far end hangs up first. */
static void
test_left_by_both (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->transaction_timeout = 3000;
  fixture_register (&f);
  leave (&f);
  fixture_in_dialog (&f, f.proxies[0], "BYE", 11, "bye", NULL, NULL);
  wait_until (response (&f, 0, 200, "BYE", 0));
  {
    guint before = answers (&f);

    fixture_pass (1200);
    g_assert_cmpuint (answers (&f), ==, before);
    g_assert_cmpuint (byes (&f), ==, 0);
  }
  fixture_tear_down (&f);
}

/* Another call is made while the answer is not confirmed. */
static void
test_usable_while_answering (void)
{
  Fixture f;
  guint first;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  ring (&f, NULL, fake_sdp);
  first = f.call;
  tandem_sip_client_answer (f.client, f.call, phone_sdp);
  wait_until (response (&f, 1, 200, "INVITE", 0));
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  g_assert_cmpuint (state (&f, CONNECTED, 0)->call, ==, f.call);
  g_assert_null (state (&f, ENDED, 0));
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpuint (state (&f, ENDED, 0)->call, ==, f.call);
  g_assert_cmpuint (f.call, !=, first);
  fixture_tear_down (&f);
}

static void
send_plain (Fixture *f, const char *method, const char *to_tag, const char *extra)
{
  static guint n;
  g_autofree char *contact = fixture_contact (f, f->proxies[0]);
  g_autofree char *text = g_strdup_printf (
      "%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bK%s%u;rport\r\n"
      "From: <sip:300@example.test>;tag=sample\r\nTo: <sip:100@example.test>%s\r\n"
      "Call-ID: plain-%s\r\nCSeq: 1 %s\r\nContact: <sip:300@127.1.3.1>\r\nMax-Forwards: 70\r\n"
      "%sContent-Length: 0\r\n\r\n",
      method, contact, f->proxies[0]->address, f->proxies[0]->port, method, n++, to_tag, method,
      method, extra);

  fake_proxy_send_to_peer (f->proxies[0], text);
}

static void
test_other_requests (void)
{
  Fixture f;
  FakeMessage *message;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  send_plain (&f, "OPTIONS", "", "");
  wait_until ((message = response (&f, 0, 200, "OPTIONS", 0)) != NULL);
  g_assert_true (fake_message_has (message, "Allow: INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS"));
  g_assert_true (fake_message_has (message, "Accept: application/sdp"));
  send_plain (&f, "MESSAGE", "", "");
  wait_until ((message = response (&f, 0, 405, "MESSAGE", 0)) != NULL);
  g_assert_true (fake_message_has (message, "Allow: INVITE"));
  send_plain (&f, "SAMPLE", "", "");
  wait_until (response (&f, 0, 405, "SAMPLE", 0));
  send_plain (&f, "INFO", ";tag=unknown", "");
  wait_until (response (&f, 0, 481, "INFO", 0));
  send_plain (&f, "BYE", ";tag=unknown", "");
  wait_until (response (&f, 0, 481, "BYE", 0));
  send_plain (&f, "INVITE", ";tag=unknown", "");
  wait_until (response (&f, 0, 481, "INVITE", 0));
  send_plain (&f, "CANCEL", "", "");
  wait_until (response (&f, 0, 481, "CANCEL", 0));
  send_plain (&f, "INVITE", "", "Require: sample-extension\r\n");
  wait_until ((message = response (&f, 0, 420, "INVITE", 0)) != NULL);
  g_assert_true (fake_message_has (message, "Unsupported: sample-extension"));
  g_assert_null (incoming (&f, 0));
  fixture_tear_down (&f);
}

static void
test_refused_bodies (void)
{
  Fixture f;
  g_autofree char *contact = NULL;
  g_autofree char *text = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  contact = fixture_contact (&f, f.proxies[0]);
  text
      = g_strdup_printf ("INVITE %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bKtext;rport\r\n"
                         "From: <sip:301@example.test>;tag=second\r\nTo: <sip:100@example.test>\r\n"
                         "Call-ID: text\r\nCSeq: 1 INVITE\r\nContact: <sip:301@127.1.3.1>\r\n"
                         "Max-Forwards: 70\r\nContent-Type: text/plain\r\n"
                         "Content-Length: 5\r\n\r\nhello",
                         contact, f.proxies[0]->address, f.proxies[0]->port);
  fake_proxy_send_to_peer (f.proxies[0], text);
  wait_until (response (&f, 0, 415, "INVITE", 0));
  g_assert_true (fake_message_has (response (&f, 0, 415, "INVITE", 0), "Accept: application/sdp"));
  fixture_tear_down (&f);
}

static void
test_multipart (void)
{
  Fixture f;
  g_autofree char *contact = NULL;
  g_autofree char *body = NULL;
  g_autofree char *text = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  contact = fixture_contact (&f, f.proxies[0]);
  body = g_strdup_printf ("--sample\r\nContent-Type: application/sdp\r\n\r\n%s\r\n--sample\r\n"
                          "Content-Type: application/sample\r\n\r\nother\r\n--sample--\r\n",
                          fake_sdp);
  text
      = g_strdup_printf ("INVITE %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bKmulti;rport\r\n"
                         "From: <sip:301@example.test>;tag=second\r\nTo: <sip:100@example.test>\r\n"
                         "Call-ID: multi\r\nCSeq: 1 INVITE\r\nContact: <sip:301@127.1.3.1>\r\n"
                         "Max-Forwards: 70\r\nContent-Type: multipart/mixed;boundary=sample\r\n"
                         "Content-Length: %zu\r\n\r\n%s",
                         contact, f.proxies[0]->address, f.proxies[0]->port, strlen (body), body);
  fake_proxy_send_to_peer (f.proxies[0], text);
  wait_until (incoming (&f, 0));
  g_assert_nonnull (incoming (&f, 0)->sdp);
  g_assert_true (g_str_has_prefix (incoming (&f, 0)->sdp, "v=0\r\no=- 7 7"));
  fixture_tear_down (&f);
}

static void
test_unknown_user (void)
{
  Fixture f;
  g_autofree char *text = NULL;
  g_autofree char *contact = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  set (&f.account->id, "1");
  set (&f.account->user, "101");
  fixture_apply (&f);
  wait_until (fixture_registration (&f, TANDEM_SIP_REGISTRATION_REGISTERED, 1));
  contact = fixture_contact (&f, f.proxies[0]);
  text
      = g_strdup_printf ("INVITE sip:999@%s SIP/2.0\r\n"
                         "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKnobody;rport\r\n"
                         "From: <sip:301@example.test>;tag=second\r\nTo: <sip:999@example.test>\r\n"
                         "Call-ID: nobody\r\nCSeq: 1 INVITE\r\nContact: <sip:301@127.1.3.1>\r\n"
                         "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
                         strchr (contact, '@') + 1, f.proxies[0]->address, f.proxies[0]->port);
  fake_proxy_send_to_peer (f.proxies[0], text);
  wait_until (response (&f, 0, 404, "INVITE", 0));
  fixture_tear_down (&f);
}

static void
test_asserted_identity (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  ring (&f, "P-Asserted-Identity: \"Sample Real Name\" <sip:350@example.test>\r\n", fake_sdp);
  g_assert_cmpstr (incoming (&f, 0)->peer_uri, ==, "sip:350@example.test");
  g_assert_cmpstr (incoming (&f, 0)->peer_name, ==, "Sample Real Name");
  fixture_tear_down (&f);
}

static void
test_tcp (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "tcp");
  fixture_register (&f);
  ring (&f, NULL, fake_sdp);
  answer (&f);
  /* All of it over the one connection that the phone opened. */
  g_assert_cmpuint (f.proxies[0]->streams->len, ==, 1);
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (request (&f, 0, "BYE", 0));
  fixture_tear_down (&f);
}

/* The connection goes while it rings, and the INVITE comes again over a new one. */
static void
test_tcp_lost_while_ringing (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "tcp");
  fixture_register (&f);
  ring (&f, NULL, fake_sdp);
  fake_proxy_drop_connections (f.proxies[0]);
  wait_until (fixture_registration (&f, TANDEM_SIP_REGISTRATION_REGISTERED, 1));
  {
    g_autofree char *again = fixture_invite (&f, f.proxies[0], "in", NULL, fake_sdp);
  }
  fixture_pass (200);
  g_assert_null (incoming (&f, 1));
  tandem_sip_client_answer (f.client, f.call, phone_sdp);
  wait_until (response (&f, 0, 200, "INVITE", 0));
  fixture_in_dialog (&f, f.proxies[0], "ACK", 10, "ack", NULL, NULL);
  wait_until (state (&f, CONNECTED, 0));
  fixture_tear_down (&f);
}

/* What has killed or stalled the library: the phone goes on as if nothing had come. */
static void
test_garbage (void)
{
  static const char *const garbage[] = {
    "\r\n\r\n",
    "hello",
    "INVITE sip:100@example.test SIP/2.0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: sample\r\n\r\n",
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.1.3.1\r\nFrom: x\r\nTo: y\r\nCall-ID: z\r\n"
    "CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n",
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.1.3.1;branch=z9hG4bKnone\r\n"
    "From: <sip:a@example.test>;tag=1\r\nTo: <sip:b@example.test>;tag=2\r\nCall-ID: z\r\n"
    "CSeq: 1 INVITE\r\nContact: <sip:c@example.test>\r\nContent-Length: 0\r\n\r\n",
    "INVITE sip:100@example.test SIP/2.0\r\nVia: SIP/2.0/SCTP 127.1.3.1;branch=z9hG4bKs\r\n"
    "From: <sip:a@example.test>;tag=1\r\nTo: <sip:100@example.test>\r\nCall-ID: s\r\n"
    "CSeq: 1 INVITE\r\nContact: <sip:c@example.test>\r\nContent-Length: 0\r\n\r\n",
    "INVITE sip:100@example.test SIP/2.0\r\nVia: SIP/2.0/UDP 127.1.3.1;branch=z9hG4bKm\r\n"
    "From: <sip:a@example.test>;tag=1\r\nTo: <sip:100@example.test>\r\nCall-ID: m\r\n"
    "CSeq: 1 INVITE\r\nContact: <sip:c@example.test>\r\nContent-Type: multipart/mixed\r\n"
    "Content-Length: 5\r\n\r\nhello",
    "INVITE sip:100@example.test SIP/2.0\r\nVia: SIP/2.0/UDP 127.1.3.1;branch=z9hG4bKl\r\n"
    "From: <sip:a@example.test>;tag=1\r\nTo: <sip:100@example.test>\r\nCall-ID: l\r\n"
    "CSeq: 1 INVITE\r\nContent-Length: 5000\r\n\r\n",
    "INVITE sip:100@example.test SIP/2.0\r\nVia: SIP/2.0/UDP 127.1.3.1;branch=z9hG4bKc;rport\r\n"
    "From: <sip:a@example.test>;tag=1\r\nTo: <sip:100@example.test>\r\nCall-ID: c\r\n"
    "CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: *\r\nContent-Length: 0\r\n\r\n",
    "BYE sip:100@example.test SIP/2.0\r\nVia: SIP/2.0/UDP 127.1.3.1;branch=old\r\n"
    "From: <sip:a@example.test>;tag=1\r\nTo: tel:100\r\n"
    "CSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n",
  };
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  for (guint i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      fake_proxy_send_to_peer (f.proxies[0], garbage[i]);
      fake_proxy_send_to_peer (f.proxies[0], garbage[i]);
    }
  tandem_sip_client_register_again (f.client, "0");
  wait_until (fixture_registration (&f, TANDEM_SIP_REGISTRATION_REGISTERED, 1));
  ring (&f, NULL, fake_sdp);
  answer (&f);
  fixture_tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/incoming/plain", test_plain);
  g_test_add_func ("/sip/incoming/remote-bye", test_remote_bye);
  g_test_add_func ("/sip/incoming/offerless", test_offerless);
  g_test_add_func ("/sip/incoming/offerless-unanswered", test_offerless_unanswered);
  g_test_add_func ("/sip/incoming/cancelled", test_cancelled);
  g_test_add_func ("/sip/incoming/answered-elsewhere", test_answered_elsewhere);
  g_test_add_func ("/sip/incoming/declined", test_declined);
  g_test_add_func ("/sip/incoming/hung-up-while-ringing", test_hung_up_while_ringing);
  g_test_add_func ("/sip/incoming/busy", test_busy);
  g_test_add_func ("/sip/incoming/merged", test_merged);
  g_test_add_func ("/sip/incoming/repeated", test_repeated);
  g_test_add_func ("/sip/incoming/answer-cycles", test_answer_cycles);
  g_test_add_func ("/sip/incoming/left/confirmed", test_left_and_confirmed);
  g_test_add_func ("/sip/incoming/left/unconfirmed", test_left_unconfirmed);
  g_test_add_func ("/sip/incoming/left/confirmed-late", test_left_and_confirmed_late);
  g_test_add_func ("/sip/incoming/left/by-both", test_left_by_both);
  g_test_add_func ("/sip/incoming/usable-while-answering", test_usable_while_answering);
  g_test_add_func ("/sip/incoming/other-requests", test_other_requests);
  g_test_add_func ("/sip/incoming/refused-bodies", test_refused_bodies);
  g_test_add_func ("/sip/incoming/multipart", test_multipart);
  g_test_add_func ("/sip/incoming/unknown-user", test_unknown_user);
  g_test_add_func ("/sip/incoming/asserted-identity", test_asserted_identity);
  g_test_add_func ("/sip/incoming/tcp", test_tcp);
  g_test_add_func ("/sip/incoming/tcp-lost-while-ringing", test_tcp_lost_while_ringing);
  g_test_add_func ("/sip/incoming/garbage", test_garbage);
  return g_test_run ();
}
