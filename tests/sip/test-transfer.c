/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* REFER of ours and its reports, on the wire: the real client against fake proxies. */

#define NET 12
#define SIPFRAG "Content-Type: message/sipfrag;version=2.0\r\n"
#define ACTIVE "Event: refer\r\nSubscription-State: active;expires=60\r\n" SIPFRAG
#define TERMINATED "Event: refer\r\nSubscription-State: terminated;reason=noresource\r\n" SIPFRAG

#define state(f, what, n) fixture_state (f, TANDEM_SIP_CALL_##what, n)
#define transfer(f, n) fixture_event (f, TANDEM_SIP_EVENT_TRANSFER, n)
#define request(f, i, method, n) fake_proxy_find ((f)->proxies[i], method, 0, n)
#define response(f, i, code, method, n) fake_proxy_find ((f)->proxies[i], method, code, n)

static guint refer_code = 202;
static const char *refer_extra;
/* ms; where no proxy is silent, a busy machine must not look like one */
static guint timeout = 3000;

/* Takes a REFER as a test wants it. */
static gboolean
on_message (FakeProxy *proxy, FakeMessage *message, gpointer data)
{
  if (strcmp (message->method, "REFER") != 0 || message->code != 0)
    return FALSE;
  fake_proxy_reply (proxy, message, refer_code, refer_code == 603 ? "Sample No" : "Fine", NULL,
                    refer_extra, NULL);
  return TRUE;
}

static void
set_up (Fixture *f, guint n)
{
  refer_code = 202;
  refer_extra = NULL;
  fixture_set_up (f, NET, n, "udp");
  f->account->transaction_timeout = timeout;
  for (guint i = 0; i < n; i++)
    f->proxies[i]->handler = on_message;
  fixture_register (f);
  fixture_call (f, phone_sdp);
  wait_until (state (f, CONNECTED, 0));
}

static void
notify (Fixture *f, guint cseq, const char *headers, const char *body)
{
  g_autofree char *branch = g_strdup_printf ("notify%u", cseq);

  fixture_in_dialog_with (f, f->proxies[0], "NOTIFY", cseq, branch, headers, body);
}

static void
begin (Fixture *f)
{
  tandem_sip_client_transfer (f->client, f->call, 7, "sip:300@example.test", 0);
  wait_until (request (f, 0, "REFER", 0));
}

static void
test_success (void)
{
  Fixture f;
  FakeMessage *refer;
  g_autofree char *to = NULL;
  g_autofree char *by = NULL;

  set_up (&f, 1);
  begin (&f);
  refer = request (&f, 0, "REFER", 0);
  to = fake_message_header (refer, "Refer-To", 0);
  by = fake_message_header (refer, "Referred-By", 0);
  g_assert_cmpstr (to, ==, "<sip:300@example.test>");
  g_assert_cmpstr (by, ==, "<sip:100@example.test>");
  g_assert_true (fake_message_has (refer, "Contact: <sip:100@"));
  wait_until (transfer (&f, 0));
  g_assert_cmpuint (transfer (&f, 0)->code, ==, 202);
  g_assert_false (transfer (&f, 0)->done);
  g_assert_cmpuint (transfer (&f, 0)->tag, ==, 7);
  g_assert_cmpuint (transfer (&f, 0)->call, ==, f.call);
  notify (&f, 1, ACTIVE, "SIP/2.0 100 Trying\r\n");
  wait_until (transfer (&f, 1));
  g_assert_cmpuint (transfer (&f, 1)->code, ==, 100);
  notify (&f, 2, ACTIVE, "SIP/2.0 180 Ringing\r\n");
  wait_until (transfer (&f, 2));
  g_assert_cmpstr (transfer (&f, 2)->text, ==, "Ringing");
  notify (&f, 3, TERMINATED, "SIP/2.0 200 OK\r\n");
  wait_until (transfer (&f, 3));
  g_assert_cmpuint (transfer (&f, 3)->code, ==, 200);
  g_assert_true (transfer (&f, 3)->done);
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "NOTIFY", 200), ==, 3);
  /* The call is still there, until somebody hangs up. */
  g_assert_null (state (&f, ENDED, 0));
  fixture_in_dialog (&f, f.proxies[0], "BYE", 4, "bye", NULL, NULL);
  wait_until (state (&f, ENDED, 0));
  g_assert_null (transfer (&f, 4));
  fixture_tear_down (&f);
}

static void
test_failure (void)
{
  Fixture f;

  set_up (&f, 1);
  begin (&f);
  wait_until (transfer (&f, 0));
  notify (&f, 1, TERMINATED, "SIP/2.0 486 Busy Here\r\n");
  wait_until (transfer (&f, 1));
  g_assert_cmpuint (transfer (&f, 1)->code, ==, 486);
  g_assert_cmpstr (transfer (&f, 1)->text, ==, "Busy Here");
  g_assert_true (transfer (&f, 1)->done);
  /* And once more, for the call is still ours. */
  tandem_sip_client_transfer (f.client, f.call, 8, "sip:301@example.test", 0);
  wait_until (request (&f, 0, "REFER", 1));
  wait_until (transfer (&f, 2));
  notify (&f, 2, TERMINATED, "SIP/2.0 200 OK\r\n");
  wait_until (transfer (&f, 3));
  g_assert_cmpuint (transfer (&f, 3)->tag, ==, 8);
  fixture_tear_down (&f);
}

static void
test_refused (void)
{
  Fixture f;

  set_up (&f, 1);
  refer_code = 603;
  begin (&f);
  wait_until (transfer (&f, 0));
  g_assert_cmpuint (transfer (&f, 0)->code, ==, 603);
  g_assert_cmpstr (transfer (&f, 0)->text, ==, "Sample No");
  g_assert_true (transfer (&f, 0)->done);
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

static void
test_without_reports (void)
{
  Fixture f;

  set_up (&f, 1);
  refer_extra = "Refer-Sub: false\r\n";
  begin (&f);
  wait_until (transfer (&f, 0));
  g_assert_cmpuint (transfer (&f, 0)->code, ==, 202);
  g_assert_true (transfer (&f, 0)->done);
  fixture_tear_down (&f);
}

static void
test_far_end_leaves (void)
{
  Fixture f;

  set_up (&f, 1);
  begin (&f);
  wait_until (transfer (&f, 0));
  fixture_in_dialog (&f, f.proxies[0], "BYE", 1, "bye", NULL, NULL);
  wait_until (transfer (&f, 1));
  g_assert_cmpuint (transfer (&f, 1)->code, ==, 200);
  g_assert_true (transfer (&f, 1)->done);
  wait_until (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

/* Reports go on when the agent has hung up. */
static void
test_we_leave (void)
{
  Fixture f;

  set_up (&f, 1);
  begin (&f);
  wait_until (transfer (&f, 0));
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (request (&f, 0, "BYE", 0));
  notify (&f, 1, TERMINATED, "SIP/2.0 200 OK\r\n");
  wait_until (transfer (&f, 1));
  g_assert_cmpuint (transfer (&f, 1)->code, ==, 200);
  g_assert_nonnull (response (&f, 0, 200, "NOTIFY", 0));
  fixture_tear_down (&f);
}

static void
test_ended_without_result (void)
{
  Fixture f;

  set_up (&f, 1);
  begin (&f);
  wait_until (transfer (&f, 0));
  notify (&f, 1, TERMINATED, "SIP/2.0 100 Trying\r\n");
  wait_until (transfer (&f, 1));
  g_assert_cmpuint (transfer (&f, 1)->code, ==, 0);
  g_assert_true (transfer (&f, 1)->done);
  fixture_tear_down (&f);
}

static void
test_expires (void)
{
  Fixture f;

  set_up (&f, 1);
  begin (&f);
  wait_until (transfer (&f, 0));
  notify (&f, 1, "Event: refer\r\nSubscription-State: active;expires=1\r\n" SIPFRAG,
          "SIP/2.0 180 Ringing\r\n");
  wait_until (transfer (&f, 1));
  wait_until (transfer (&f, 2));
  g_assert_cmpstr (transfer (&f, 2)->text, ==, "no result in time");
  g_assert_true (transfer (&f, 2)->done);
  fixture_tear_down (&f);
}

static void
test_no_report_at_all (void)
{
  Fixture f;

  timeout = 300;
  set_up (&f, 1);
  timeout = 3000;
  begin (&f);
  wait_until (transfer (&f, 1));
  g_assert_cmpstr (transfer (&f, 1)->text, ==, "no result in time");
  g_assert_cmpint (transfer (&f, 1)->arrived - transfer (&f, 0)->arrived, >=, 3900000);
  fixture_tear_down (&f);
}

/* Garbage is refused, and does no harm. */
static void
test_garbage (void)
{
  g_autofree char *huge = g_strnfill (5000, 'x');
  Fixture f;

  set_up (&f, 1);
  begin (&f);
  wait_until (transfer (&f, 0));
  notify (&f, 1, TERMINATED, "<xml>SIP/2.0 200 OK</xml>");
  wait_until (response (&f, 0, 400, "NOTIFY", 0));
  notify (&f, 2, "Event: refer\r\nSubscription-State: terminated\r\nContent-Type: text/plain\r\n",
          "SIP/2.0 200 OK\r\n");
  wait_until (response (&f, 0, 415, "NOTIFY", 0));
  notify (&f, 3, TERMINATED, huge);
  wait_until (response (&f, 0, 413, "NOTIFY", 0));
  notify (&f, 4, "Event: refer\r\n" SIPFRAG, "SIP/2.0 200 OK\r\n");
  wait_until (response (&f, 0, 400, "NOTIFY", 1));
  notify (&f, 5, "Event: refer;id=4711\r\nSubscription-State: terminated\r\n" SIPFRAG,
          "SIP/2.0 200 OK\r\n");
  wait_until (response (&f, 0, 481, "NOTIFY", 0));
  notify (&f, 5, TERMINATED, "SIP/2.0 200 OK\r\n");
  fixture_pass (50);
  g_assert_null (transfer (&f, 1));
  notify (&f, 6, TERMINATED, "SIP/2.0 200 OK\r\n");
  wait_until (transfer (&f, 1));
  g_assert_cmpuint (transfer (&f, 1)->code, ==, 200);
  fixture_tear_down (&f);
}

/* Consult First: the other call's dialog is named, as the one sees it who is called. */
static void
test_attended (void)
{
  Fixture f;
  FakeMessage *second;
  g_autofree char *to = NULL;
  g_autofree char *call_id = NULL;
  g_autofree char *from_tag = NULL;
  g_autofree char *expected = NULL;
  guint first;

  set_up (&f, 1);
  first = f.call;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 1));
  second = request (&f, 0, "INVITE", 1);
  call_id = fake_message_header (second, "Call-ID", 0);
  from_tag = fake_message_parameter (second, "From", "tag");
  tandem_sip_client_transfer (f.client, first, 9, NULL, f.call);
  wait_until (request (&f, 0, "REFER", 0));
  to = fake_message_header (request (&f, 0, "REFER", 0), "Refer-To", 0);
  expected = g_strdup_printf (
      "<sip:200@example.test?Replaces=%s%%3Bto-tag%%3Dfar2%%3Bfrom-tag%%3D%s>", call_id, from_tag);
  g_assert_cmpstr (to, ==, expected);
  g_assert_false (fake_message_has (request (&f, 0, "REFER", 0), "Require"));
  fixture_tear_down (&f);
}

/* The consulted one still rings. */
static void
test_attended_early (void)
{
  Fixture f;
  guint first;

  set_up (&f, 1);
  first = f.call;
  f.proxies[0]->invite_code = 180;
  fixture_call (&f, phone_sdp);
  tandem_sip_client_transfer (f.client, first, 8, NULL, f.call);
  wait_until (transfer (&f, 0));
  g_assert_true (transfer (&f, 0)->done);
  wait_until (state (&f, RINGING, 1));
  tandem_sip_client_transfer (f.client, first, 9, NULL, f.call);
  wait_until (request (&f, 0, "REFER", 0));
  g_assert_true (fake_message_has (request (&f, 0, "REFER", 0), "%3Bto-tag%3Dfar2%3Bfrom-tag%3D"));
  fixture_tear_down (&f);
}

static void
test_impossible (void)
{
  static const char *const uris[]
      = { "http://example.test", "200", "sip:200@example.test>\r\nX-Evil: 1", "" };
  Fixture f;

  set_up (&f, 1);
  for (guint i = 0; i < G_N_ELEMENTS (uris); i++)
    {
      tandem_sip_client_transfer (f.client, f.call, i, uris[i], 0);
      wait_until (transfer (&f, i));
      g_assert_true (transfer (&f, i)->done);
      g_assert_cmpuint (transfer (&f, i)->code, ==, 0);
      g_assert_nonnull (transfer (&f, i)->text);
    }
  tandem_sip_client_transfer (f.client, 4711, 4, "sip:200@example.test", 0);
  tandem_sip_client_transfer (f.client, f.call, 5, NULL, f.call);
  tandem_sip_client_transfer (f.client, f.call, 6, NULL, 4711);
  wait_until (transfer (&f, 6));
  g_assert_null (request (&f, 0, "REFER", 0));
  begin (&f);
  tandem_sip_client_transfer (f.client, f.call, 10, "sip:301@example.test", 0);
  wait_until (transfer (&f, 8) != NULL);
  g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[0], "REFER"), ==, 1);
  fixture_tear_down (&f);
}

/* ha.md: once more on another candidate; reports of either copy count. */
static void
test_silent_proxy (void)
{
  Fixture f;
  guint at, other;
  g_autofree char *second = NULL;
  g_autofree char *headers = NULL;

  timeout = 500;
  set_up (&f, 2);
  timeout = 3000;
  at = request (&f, 0, "INVITE", 0) != NULL ? 0 : 1;
  other = 1 - at;
  f.proxies[at]->silent = TRUE;
  tandem_sip_client_transfer (f.client, f.call, 7, "sip:300@example.test", 0);
  wait_until (request (&f, other, "REFER", 0));
  g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[at], "REFER"), ==, 1);
  second = fake_message_header (request (&f, other, "REFER", 0), "CSeq", 0);
  wait_until (transfer (&f, 0));
  g_assert_cmpuint (transfer (&f, 0)->code, ==, 202);
  headers = g_strdup_printf ("Event: refer;id=%u\r\nSubscription-State: terminated\r\n" SIPFRAG,
                             (guint) atoi (second));
  f.proxies[at]->silent = FALSE;
  fixture_in_dialog_with (&f, f.proxies[at], "NOTIFY", 1, "n1", headers, "SIP/2.0 200 OK\r\n");
  wait_until (transfer (&f, 1));
  g_assert_cmpuint (transfer (&f, 1)->code, ==, 200);
  g_assert_true (transfer (&f, 1)->done);
  fixture_tear_down (&f);
}

static void
test_all_silent (void)
{
  Fixture f;

  timeout = 500;
  set_up (&f, 2);
  timeout = 3000;
  f.proxies[0]->silent = f.proxies[1]->silent = TRUE;
  tandem_sip_client_transfer (f.client, f.call, 7, "sip:300@example.test", 0);
  wait_until (transfer (&f, 0));
  g_assert_cmpuint (transfer (&f, 0)->code, ==, 0);
  g_assert_true (transfer (&f, 0)->done);
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer/success", test_success);
  g_test_add_func ("/transfer/failure", test_failure);
  g_test_add_func ("/transfer/refused", test_refused);
  g_test_add_func ("/transfer/without-reports", test_without_reports);
  g_test_add_func ("/transfer/far-end-leaves", test_far_end_leaves);
  g_test_add_func ("/transfer/we-leave", test_we_leave);
  g_test_add_func ("/transfer/ended-without-result", test_ended_without_result);
  g_test_add_func ("/transfer/expires", test_expires);
  g_test_add_func ("/transfer/no-report-at-all", test_no_report_at_all);
  g_test_add_func ("/transfer/garbage", test_garbage);
  g_test_add_func ("/transfer/attended", test_attended);
  g_test_add_func ("/transfer/attended-early", test_attended_early);
  g_test_add_func ("/transfer/impossible", test_impossible);
  g_test_add_func ("/transfer/silent-proxy", test_silent_proxy);
  g_test_add_func ("/transfer/all-silent", test_all_silent);
  return g_test_run ();
}
