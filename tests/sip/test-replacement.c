/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* INVITEs with Replaces (RFC 3891), on the wire: the real client against fake proxies. */

#define NET 14

#define state(f, what, n) fixture_state (f, TANDEM_SIP_CALL_##what, n)
#define incoming(f, n) fixture_event (f, TANDEM_SIP_EVENT_INCOMING, n)
#define request(f, i, method, n) fake_proxy_find ((f)->proxies[i], method, 0, n)
#define response(f, i, code, method, n) fake_proxy_find ((f)->proxies[i], method, code, n)

static void
set_up (Fixture *f)
{
  fixture_set_up (f, NET, 1, "udp");
  fixture_register (f);
}

/* Of the call that we made last, as its far end would name it to somebody else. */
static char *
replaces (Fixture *f, const char *parameters)
{
  FakeMessage *invite = request (f, 0, "INVITE", 0);
  g_autofree char *call_id = fake_message_header (invite, "Call-ID", 0);
  g_autofree char *tag = fake_message_parameter (invite, "From", "tag");

  return g_strdup_printf ("Replaces: %s;to-tag=%s;from-tag=far1%s\r\nRequire: replaces\r\n",
                          call_id, tag, parameters);
}

static void
invite (Fixture *f, const char *headers, guint code)
{
  static guint n;
  g_autofree char *branch = g_strdup_printf ("replace%u", n++);
  g_autofree char *text = NULL;
  guint before = code != 0 ? fake_proxy_count (f->proxies[0], "INVITE", code) : 0;

  text = fixture_invite (f, f->proxies[0], branch, headers, fake_sdp);
  if (code != 0)
    wait_until (fake_proxy_count (f->proxies[0], "INVITE", code) == before + 1);
}

static void
test_confirmed (void)
{
  Fixture f;
  g_autofree char *headers = NULL;
  g_autofree char *bye_id = NULL;
  guint old;

  set_up (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  old = f.call;
  headers = replaces (&f, "");
  /* Busy does not count: the old call goes. */
  invite (&f, headers, 180);
  g_assert_cmpuint (incoming (&f, 0)->replaces, ==, old);
  g_assert_null (state (&f, ENDED, 0));
  tandem_sip_client_answer (f.client, incoming (&f, 0)->call, phone_sdp);
  wait_until (response (&f, 0, 200, "INVITE", 0));
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpuint (state (&f, ENDED, 0)->call, ==, old);
  g_assert_cmpstr (state (&f, ENDED, 0)->text, ==, "replaced");
  wait_until (request (&f, 0, "BYE", 0));
  bye_id = fake_message_header (request (&f, 0, "BYE", 0), "Call-ID", 0);
  g_assert_nonnull (strstr (headers, bye_id));
  g_assert_null (state (&f, ENDED, 1));
  fixture_tear_down (&f);
}

/* What is refused leaves the old call alone. */
static void
test_declined (void)
{
  Fixture f;
  g_autofree char *headers = NULL;

  set_up (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  headers = replaces (&f, "");
  invite (&f, headers, 180);
  tandem_sip_client_decline (f.client, incoming (&f, 0)->call, 488, NULL);
  wait_until (response (&f, 0, 488, "INVITE", 0));
  fixture_pass (50);
  g_assert_cmpuint (state (&f, ENDED, 0)->call, ==, incoming (&f, 0)->call);
  g_assert_null (state (&f, ENDED, 1));
  g_assert_null (request (&f, 0, "BYE", 0));
  fixture_tear_down (&f);
}

/* Our own call that still rings at the far end: answered by this one, it is cancelled. */
static void
test_early (void)
{
  Fixture f;
  g_autofree char *headers = NULL;

  set_up (&f);
  f.proxies[0]->invite_code = 180;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, RINGING, 0));
  headers = replaces (&f, ";early-only");
  invite (&f, headers, 180);
  tandem_sip_client_answer (f.client, incoming (&f, 0)->call, phone_sdp);
  wait_until (request (&f, 0, "CANCEL", 0));
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpuint (state (&f, ENDED, 0)->call, ==, f.call);
  fixture_tear_down (&f);
}

static void
test_early_only (void)
{
  Fixture f;
  g_autofree char *headers = NULL;

  set_up (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  headers = replaces (&f, ";early-only");
  invite (&f, headers, 486);
  g_assert_null (incoming (&f, 0));
  fixture_tear_down (&f);
}

static void
test_ended (void)
{
  Fixture f;
  g_autofree char *headers = NULL;

  set_up (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  headers = replaces (&f, "");
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (request (&f, 0, "BYE", 0));
  invite (&f, headers, 603);
  fixture_pass (50);
  invite (&f, headers, 603);
  g_assert_null (incoming (&f, 0));
  fixture_tear_down (&f);
}

static void
test_no_match (void)
{
  Fixture f;

  set_up (&f);
  f.account->reject_when_busy = FALSE;
  fixture_apply (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  invite (&f, "Replaces: nothing;to-tag=a;from-tag=b\r\n", 481);
  invite (&f, "Replaces: nothing;to-tag=a;from-tag=0\r\n", 481);
  invite (&f, "Replaces: nothing;to-tag=a\r\n", 400);
  invite (&f, "Replaces: a;to-tag=a;from-tag=b\r\nReplaces: b;to-tag=a;from-tag=b\r\n", 400);
  invite (&f, "Require: replaces, sample\r\n", 420);
  g_assert_null (incoming (&f, 0));
  fixture_tear_down (&f);
}

/* A call that rings here cannot be taken away (RFC 3891 3: only early dialogs of our own making). */
static void
test_ringing_here (void)
{
  Fixture f;
  g_autofree char *tag = NULL;
  g_autofree char *contact = NULL;
  g_autofree char *text = NULL;

  set_up (&f);
  f.account->reject_when_busy = FALSE;
  fixture_apply (&f);
  invite (&f, NULL, 180);
  tag = fake_message_parameter (response (&f, 0, 180, "INVITE", 0), "To", "tag");
  contact = fixture_contact (&f, f.proxies[0]);
  text = g_strdup_printf (
      "INVITE %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bKother;rport\r\n"
      "From: <sip:400@example.test>;tag=other\r\nTo: <sip:100@example.test>\r\n"
      "Call-ID: other\r\nCSeq: 1 INVITE\r\nContact: <sip:400@%s:%u>\r\nMax-Forwards: 70\r\n"
      "Replaces: incoming-sample;to-tag=%s;from-tag=caller\r\nContent-Length: 0\r\n\r\n",
      contact, f.proxies[0]->address, f.proxies[0]->port, f.proxies[0]->address, f.proxies[0]->port,
      tag);
  fake_proxy_send_to_peer (f.proxies[0], text);
  wait_until (response (&f, 0, 481, "INVITE", 0));
  g_assert_null (incoming (&f, 1));
  fixture_tear_down (&f);
}

static void
test_within_a_call (void)
{
  Fixture f;

  set_up (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  fixture_in_dialog (&f, f.proxies[0], "INFO", 1, "info", "Replaces: a;to-tag=a;from-tag=b\r\n",
                     NULL);
  wait_until (response (&f, 0, 400, "INFO", 0));
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

/* Ours: with headers, on every attempt; what would break the message is left out. */
static void
test_outgoing (void)
{
  g_autoptr (GHashTable) headers = g_hash_table_new (g_str_hash, g_str_equal);
  FakeMessage *sent;
  Fixture f;
  g_autofree char *value = NULL;
  guint at;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  at = fake_proxy_count (f.proxies[0], "REGISTER", 0) > 0 ? 0 : 1;
  g_hash_table_insert (headers, (gpointer) "Replaces", (gpointer) "a@b;to-tag=1;from-tag=2");
  g_hash_table_insert (headers, (gpointer) "Referred-By", (gpointer) "<sip:400@example.test>");
  g_hash_table_insert (headers, (gpointer) "X-Evil", (gpointer) "1\r\nX-Worse: 2");
  g_hash_table_insert (headers, (gpointer) "X Bad", (gpointer) "1");
  g_hash_table_insert (headers, (gpointer) "Via", (gpointer) "SIP/2.0/UDP 127.0.0.1");
  g_hash_table_insert (headers, (gpointer) "To", (gpointer) "<sip:evil@example.test>");
  f.proxies[at]->silent = TRUE;
  f.call = tandem_sip_client_next_call_id (f.client);
  tandem_sip_client_call_with_headers (f.client, f.call, "0", "sip:200@example.test", phone_sdp,
                                       NULL, NULL, NULL, headers);
  wait_until ((sent = request (&f, 1 - at, "INVITE", 0)) != NULL);
  value = fake_message_header (sent, "Replaces", 0);
  g_assert_cmpstr (value, ==, "a@b;to-tag=1;from-tag=2");
  g_assert_true (fake_message_has (sent, "Referred-By: <sip:400@example.test>"));
  g_assert_true (fake_message_has (sent, "replaces"));
  g_assert_false (fake_message_has (sent, "Evil"));
  g_assert_false (fake_message_has (sent, "Worse"));
  g_assert_false (fake_message_has (sent, "evil@"));
  g_assert_false (fake_message_has (sent, "X Bad"));
  wait_until (state (&f, CONNECTED, 0));
  fixture_tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replacement/confirmed", test_confirmed);
  g_test_add_func ("/replacement/declined", test_declined);
  g_test_add_func ("/replacement/early", test_early);
  g_test_add_func ("/replacement/early-only", test_early_only);
  g_test_add_func ("/replacement/ended", test_ended);
  g_test_add_func ("/replacement/no-match", test_no_match);
  g_test_add_func ("/replacement/ringing-here", test_ringing_here);
  g_test_add_func ("/replacement/within-a-call", test_within_a_call);
  g_test_add_func ("/replacement/outgoing", test_outgoing);
  return g_test_run ();
}
