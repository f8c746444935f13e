/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* INFO, REFER, NOTIFY, MESSAGE, UPDATE, PUBLISH and OPTIONS, within a call and outside, on the wire. */

#define NET 5

#define state(f, what, n) fixture_state (f, TANDEM_SIP_CALL_##what, n)
#define result(f, n) fixture_event (f, TANDEM_SIP_EVENT_REQUEST, n)
#define request(f, i, method, n) fake_proxy_find ((f)->proxies[i], method, 0, n)
#define distinct(f, i, method) fake_proxy_count_distinct ((f)->proxies[i], method)

static void
connect_call (Fixture *f)
{
  fixture_register (f);
  fixture_call (f, phone_sdp);
  wait_until (state (f, CONNECTED, 0));
  wait_until (request (f, 0, "ACK", 0));
}

static void
send (Fixture *f, const char *method, guint tag)
{
  tandem_sip_client_request (f->client, f->call, tag, method, NULL, NULL, NULL);
}

static void
send_to (Fixture *f, const char *method, guint tag)
{
  tandem_sip_client_request_to (f->client, "0", tag, "sip:300@example.test", method, NULL, NULL,
                                NULL);
}

static GHashTable *
headers_of (const char *name, const char *value)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_hash_table_insert (table, g_strdup (name), g_strdup (value));
  return table;
}

static void
test_info (void)
{
  Fixture f;
  FakeMessage *info;
  g_autoptr (GHashTable) headers = headers_of ("X-Sample", "sample value");
  g_autofree char *cseq = NULL;
  g_autofree char *type = NULL;
  g_autofree char *call_id = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  tandem_sip_client_request (f.client, f.call, 7, "INFO", headers, "application/dtmf-relay",
                             "Signal=5\r\nDuration=160\r\n");
  wait_until (result (&f, 0));
  g_assert_cmpuint (result (&f, 0)->tag, ==, 7);
  g_assert_cmpuint (result (&f, 0)->code, ==, 200);
  g_assert_cmpuint (result (&f, 0)->call, ==, f.call);
  info = request (&f, 0, "INFO", 0);
  g_assert_cmpstr (info->body, ==, "Signal=5\r\nDuration=160\r\n");
  g_assert_true (fake_message_has (info, "X-Sample: sample value\r\n"));
  g_assert_true (g_str_has_prefix (info->first, "INFO sip:far@127.1.5.1:"));
  g_assert_false (fake_message_has (info, "\r\nContact:"));
  type = fake_message_header (info, "Content-Type", 0);
  g_assert_cmpstr (type, ==, "application/dtmf-relay");
  cseq = fake_message_header (info, "CSeq", 0);
  g_assert_cmpstr (cseq, ==, "2 INFO");
  call_id = fake_message_header (info, "Call-ID", 0);
  g_assert_cmpstr (call_id, ==, state (&f, CONNECTED, 0)->sip_call_id);
  fixture_tear_down (&f);
}

/* Silence: once more on another proxy, a new branch, and no third time. */
static void
test_once_more (gconstpointer data)
{
  const char *method = data;
  Fixture f;
  FakeMessage *first, *second;
  g_autofree char *branch0 = NULL;
  g_autofree char *branch1 = NULL;
  g_autofree char *cseq0 = NULL;
  g_autofree char *cseq1 = NULL;

  fixture_set_up (&f, NET, 3, "udp");
  f.proxies[0]->record_route = g_strdup_printf ("<sip:127.1.5.1:%u;lr>", f.proxies[0]->port);
  connect_call (&f);
  f.proxies[0]->silent = TRUE;
  send (&f, method, 1);
  wait_until (result (&f, 0));
  g_assert_cmpuint (result (&f, 0)->code, ==, 200);
  g_assert_cmpstr (result (&f, 0)->candidate, ==, f.proxies[1]->id);
  first = request (&f, 0, method, 0);
  second = request (&f, 1, method, 0);
  branch0 = fake_message_parameter (first, "Via", "branch");
  branch1 = fake_message_parameter (second, "Via", "branch");
  g_assert_cmpstr (branch0, !=, branch1);
  cseq0 = fake_message_header (first, "CSeq", 0);
  cseq1 = fake_message_header (second, "CSeq", 0);
  g_assert_true (g_str_has_prefix (cseq0, "2 "));
  g_assert_true (g_str_has_prefix (cseq1, "3 "));
  g_assert_cmpint (second->when - first->when, >=, 200 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (second->when - first->when, <, 2 * G_USEC_PER_SEC);
  /* Not by way of the dead one. */
  {
    g_autofree char *route = fake_message_header (second, "Route", 0);
    g_autofree char *expected = g_strdup_printf ("<sip:127.1.5.2:%u;lr>", f.proxies[1]->port);

    g_assert_cmpstr (route, ==, expected);
  }
  fixture_pass (400);
  g_assert_cmpuint (distinct (&f, 0, method) + distinct (&f, 1, method) + distinct (&f, 2, method),
                    ==, 2);
  g_assert_null (result (&f, 1));
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

static void
test_all_silent (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 3, "udp");
  connect_call (&f);
  for (guint i = 0; i < 3; i++)
    f.proxies[i]->silent = TRUE;
  send (&f, "INFO", 3);
  wait_until (result (&f, 0));
  g_assert_cmpuint (result (&f, 0)->tag, ==, 3);
  g_assert_cmpuint (result (&f, 0)->code, ==, 0);
  g_assert_nonnull (result (&f, 0)->text);
  g_assert_cmpuint (distinct (&f, 0, "INFO") + distinct (&f, 1, "INFO") + distinct (&f, 2, "INFO"),
                    ==, 2);
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

static gboolean
refuse (FakeProxy *proxy, FakeMessage *message, gpointer data)
{
  if (message->code != 0 || strcmp (message->method, "INFO") != 0)
    return FALSE;
  fake_proxy_reply (proxy, message, GPOINTER_TO_UINT (data), "Sample Refusal", "t", NULL, NULL);
  return TRUE;
}

/* Whatever the far end thinks of it, the call goes on. */
static void
test_refused (gconstpointer data)
{
  guint code = GPOINTER_TO_UINT (data);
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  connect_call (&f);
  f.proxies[0]->handler = refuse;
  f.proxies[0]->handler_data = GUINT_TO_POINTER (code);
  send (&f, "INFO", 4);
  wait_until (result (&f, 0));
  g_assert_cmpuint (result (&f, 0)->code, ==, code);
  g_assert_cmpstr (result (&f, 0)->text, ==, "Sample Refusal");
  fixture_pass (100);
  g_assert_cmpuint (distinct (&f, 1, "INFO"), ==, 0);
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

static void
test_overloaded (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  connect_call (&f);
  f.proxies[0]->handler = refuse;
  f.proxies[0]->handler_data = GUINT_TO_POINTER (503);
  send (&f, "INFO", 1);
  wait_until (result (&f, 0));
  g_assert_cmpuint (result (&f, 0)->code, ==, 200);
  g_assert_cmpstr (result (&f, 0)->candidate, ==, f.proxies[1]->id);
  f.proxies[1]->handler = refuse;
  f.proxies[1]->handler_data = GUINT_TO_POINTER (503);
  send (&f, "INFO", 2);
  wait_until (result (&f, 1));
  g_assert_cmpuint (result (&f, 1)->code, ==, 503);
  g_assert_cmpstr (result (&f, 1)->text, ==, "Sample Refusal");
  g_assert_false (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  fixture_tear_down (&f);
}

static void
test_contact (void)
{
  Fixture f;
  g_autoptr (GHashTable) headers = headers_of ("Refer-To", "<sip:400@example.test>");

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  tandem_sip_client_request (f.client, f.call, 1, "REFER", headers, NULL, NULL);
  wait_until (result (&f, 0));
  g_assert_true (fake_message_has (request (&f, 0, "REFER", 0), "\r\nContact: <sip:100@"));
  g_assert_true (
      fake_message_has (request (&f, 0, "REFER", 0), "\r\nRefer-To: <sip:400@example.test>\r\n"));
  tandem_sip_client_request (f.client, f.call, 2, "MESSAGE", NULL, "text/plain", "Sample text");
  wait_until (result (&f, 1));
  g_assert_false (fake_message_has (request (&f, 0, "MESSAGE", 0), "\r\nContact:"));
  fixture_tear_down (&f);
}

static void
expect_refusal (Fixture *f, guint n, guint tag, const char *text)
{
  wait_until (result (f, n));
  g_assert_cmpuint (result (f, n)->tag, ==, tag);
  g_assert_cmpuint (result (f, n)->code, ==, 0);
  g_assert_cmpstr (result (f, n)->text, ==, text);
}

static void
test_impossible (void)
{
  Fixture f;
  guint n = 0;
  g_autofree char *much = g_strnfill (40000, 'x');
  static const char *const bad[][2] = {
    { "Call-ID", "other" }, { "cseq", "9 INFO" },      { "X Y", "sample" },
    { "X-A:\r\nVia", "x" }, { "Content-Length", "3" }, { "", "sample" },
  };

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  f.call = 4711;
  send (&f, "INFO", 1);
  expect_refusal (&f, n++, 1, "no such call");
  f.proxies[0]->invite_code = 180;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, RINGING, 0));
  send (&f, "INFO", 2);
  expect_refusal (&f, n++, 2, "not connected yet");
  fake_proxy_reply (f.proxies[0], request (&f, 0, "INVITE", 0), 200, "OK", "far1", NULL, fake_sdp);
  wait_until (state (&f, CONNECTED, 0));
  send (&f, "INVITE", 3);
  expect_refusal (&f, n++, 3, "not a request that can be sent like this");
  send (&f, "PUBLISH", 4);
  expect_refusal (&f, n++, 4, "not a request that can be sent like this");
  send (&f, "INFO sip:x SIP/2.0\r\n", 5);
  expect_refusal (&f, n++, 5, "not a request that can be sent like this");
  tandem_sip_client_request (f.client, f.call, 6, "INFO", NULL, NULL, "body");
  expect_refusal (&f, n++, 6, "a body without its type");
  tandem_sip_client_request (f.client, f.call, 7, "INFO", NULL, "text/plain", much);
  expect_refusal (&f, n++, 7, "the body is too long");
  tandem_sip_client_request (f.client, f.call, 8, "UPDATE", NULL, "application/sdp", phone_sdp);
  expect_refusal (&f, n++, 8, "an UPDATE with a body would change the session");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GHashTable) headers = headers_of (bad[i][0], bad[i][1]);

      tandem_sip_client_request (f.client, f.call, 20 + i, "INFO", headers, NULL, NULL);
      expect_refusal (&f, n++, 20 + i, "a header that cannot be set");
    }
  tandem_sip_client_request (f.client, f.call, 30, "INFO", NULL, "no type", "body");
  expect_refusal (&f, n++, 30, "a body without its type");
  tandem_sip_client_request_to (f.client, "7", 31, "sip:300@example.test", "MESSAGE", NULL, NULL,
                                NULL);
  expect_refusal (&f, n++, 31, "no such account");
  tandem_sip_client_request_to (f.client, "0", 32, "tel:300", "MESSAGE", NULL, NULL, NULL);
  expect_refusal (&f, n++, 32, "not a SIP address");
  tandem_sip_client_request_to (f.client, "0", 33, "sip:300@example.test x", "MESSAGE", NULL, NULL,
                                NULL);
  expect_refusal (&f, n++, 33, "not a SIP address");
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "INFO", 0), ==, 0);
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "MESSAGE", 0), ==, 0);
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

/* A value cannot bring headers of its own. */
static void
test_injection (void)
{
  Fixture f;
  g_autoptr (GHashTable) headers = headers_of ("X-Sample", "a\r\nX-Evil: b\r\n\r\nbody");

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  tandem_sip_client_request (f.client, f.call, 1, "INFO", headers, NULL, NULL);
  wait_until (result (&f, 0));
  g_assert_cmpuint (result (&f, 0)->code, ==, 200);
  g_assert_false (fake_message_has (request (&f, 0, "INFO", 0), "\r\nX-Evil"));
  g_assert_null (request (&f, 0, "INFO", 0)->body);
  fixture_tear_down (&f);
}

static gboolean
challenge_message (FakeProxy *proxy, FakeMessage *message, gpointer data)
{
  g_autofree char *credentials = fake_message_header (message, "Authorization", 0);

  if (message->code != 0 || strcmp (message->method, "MESSAGE") != 0 || credentials != NULL)
    return FALSE;
  fake_proxy_reply (proxy, message, 401, "Unauthorized", "c",
                    "WWW-Authenticate: Digest realm=\"sample\", nonce=\"n1\", qop=\"auth\"\r\n",
                    NULL);
  return TRUE;
}

static void
test_outside (void)
{
  Fixture f;
  FakeMessage *message;
  g_autofree char *to = NULL;

  fixture_set_up (&f, NET, 2, "udp");
  g_free (f.account->password);
  f.account->password = g_strdup ("sample-password");
  fixture_register (&f);
  f.proxies[0]->handler = challenge_message;
  tandem_sip_client_request_to (f.client, "0", 5, "sip:300@example.test", "MESSAGE", NULL,
                                "text/plain", "Sample text");
  wait_until (result (&f, 0));
  g_assert_cmpuint (result (&f, 0)->tag, ==, 5);
  g_assert_cmpuint (result (&f, 0)->code, ==, 200);
  g_assert_cmpuint (result (&f, 0)->call, ==, 0);
  message = request (&f, 0, "MESSAGE", 1);
  g_assert_true (fake_message_has (message, "\r\nAuthorization: "));
  g_assert_cmpstr (message->first, ==, "MESSAGE sip:300@example.test SIP/2.0");
  g_assert_cmpstr (message->body, ==, "Sample text");
  to = fake_message_header (message, "To", 0);
  g_assert_nonnull (strstr (to, "sip:300@example.test"));
  fixture_tear_down (&f);
}

static void
test_outside_once_more (gconstpointer data)
{
  const char *method = data;
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  f.proxies[0]->silent = TRUE;
  send_to (&f, method, 1);
  wait_until (result (&f, 0));
  g_assert_cmpuint (result (&f, 0)->code, ==, 200);
  g_assert_cmpstr (result (&f, 0)->candidate, ==, f.proxies[1]->id);
  g_assert_cmpuint (distinct (&f, 0, method), ==, 1);
  g_assert_cmpuint (distinct (&f, 1, method), ==, 1);
  fixture_tear_down (&f);
}

/* Silence of such a request alone condemns nobody: the proxy still answers probes. */
static void
test_slow_far_end (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  f.proxies[0]->handler = f.proxies[1]->handler = refuse;
  f.proxies[0]->handler_data = f.proxies[1]->handler_data = GUINT_TO_POINTER (100);
  send_to (&f, "INFO", 1);
  wait_until (result (&f, 0));
  g_assert_cmpuint (result (&f, 0)->code, ==, 0);
  wait_until (request (&f, 0, "OPTIONS", 0));
  wait_until (request (&f, 1, "OPTIONS", 0));
  fixture_pass (400);
  g_assert_false (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  g_assert_false (fixture_has_role (&f, 1, TANDEM_SIP_ROLE_SET_ASIDE));
  fixture_tear_down (&f);
}

/* The call ends, or the client does, while a request is under way: it is told all the same. */
static void
test_ends_meanwhile (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->transaction_timeout = 2000;
  connect_call (&f);
  f.proxies[0]->handler = refuse;
  f.proxies[0]->handler_data = GUINT_TO_POINTER (100);
  send (&f, "INFO", 1);
  wait_until (request (&f, 0, "INFO", 0));
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (state (&f, ENDED, 0));
  f.proxies[0]->handler = NULL;
  fake_proxy_reply (f.proxies[0], request (&f, 0, "INFO", 0), 200, "OK", NULL, NULL, NULL);
  wait_until (result (&f, 0));
  g_assert_cmpuint (result (&f, 0)->code, ==, 200);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 1));
  f.proxies[0]->silent = TRUE;
  send (&f, "INFO", 2);
  wait_until (request (&f, 0, "INFO", 1));
  {
    guint events = f.events->len;

    g_assert_null (result (&f, 1));
    fixture_stop (&f);
    g_assert_cmpuint (f.events->len, >, events);
  }
  g_assert_nonnull (result (&f, 1));
  g_assert_cmpuint (result (&f, 1)->tag, ==, 2);
  g_assert_cmpuint (result (&f, 1)->code, ==, 0);
  fixture_tear_down (&f);
}

int
main (int argc, char *argv[])
{
  static const char *const within[] = { "INFO", "REFER", "NOTIFY", "MESSAGE", "UPDATE" };
  static const char *const outside[] = { "MESSAGE", "PUBLISH", "NOTIFY" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/request/info", test_info);
  for (guint i = 0; i < G_N_ELEMENTS (within); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sip/request/once-more/%s", within[i]);

      g_test_add_data_func (path, within[i], test_once_more);
    }
  g_test_add_func ("/sip/request/all-silent", test_all_silent);
  g_test_add_data_func ("/sip/request/refused/481", GUINT_TO_POINTER (481), test_refused);
  g_test_add_data_func ("/sip/request/refused/408", GUINT_TO_POINTER (408), test_refused);
  g_test_add_data_func ("/sip/request/refused/500", GUINT_TO_POINTER (500), test_refused);
  g_test_add_func ("/sip/request/overloaded", test_overloaded);
  g_test_add_func ("/sip/request/contact", test_contact);
  g_test_add_func ("/sip/request/impossible", test_impossible);
  g_test_add_func ("/sip/request/injection", test_injection);
  g_test_add_func ("/sip/request/outside/plain", test_outside);
  for (guint i = 0; i < G_N_ELEMENTS (outside); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sip/request/outside/once-more/%s", outside[i]);

      g_test_add_data_func (path, outside[i], test_outside_once_more);
    }
  g_test_add_func ("/sip/request/outside/slow", test_slow_far_end);
  g_test_add_func ("/sip/request/ends-meanwhile", test_ends_meanwhile);
  return g_test_run ();
}
