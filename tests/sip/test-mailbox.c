/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* Voice mail, on the wire: SUBSCRIBE to message-summary and what is told about it. */

#define NET 8
#define BODY                                                                                       \
  "Messages-Waiting: yes\r\nMessage-Account: sip:vm@example.test\r\nVoice-Message: 2/5 (0/0)\r\n"
#define registration(f, what, n) fixture_registration (f, TANDEM_SIP_REGISTRATION_##what, n)
#define mailbox(f, n) fixture_event (f, TANDEM_SIP_EVENT_MAILBOX, n)
#define subscribes(f, i) fake_proxy_count_distinct ((f)->proxies[i], "SUBSCRIBE")

typedef struct
{
  guint code;    /* to a SUBSCRIBE; 0: nothing */
  guint expires; /* what it grants */
  gboolean notify_first;
  const char *state; /* of the NOTIFY; NULL: none is sent */
  const char *body;
  const char *extra;
  guint cseq, branch;
} Server;

static Server server;

static void
send_notify (FakeProxy *proxy,
             FakeMessage *subscribe,
             const char *from_tag,
             const char *event,
             const char *state,
             const char *content_type,
             const char *body)
{
  g_autofree char *contact = fake_message_header (subscribe, "Contact", 0);
  g_autofree char *from = fake_message_header (subscribe, "From", 0);
  g_autofree char *call_id = fake_message_header (subscribe, "Call-ID", 0);
  g_autofree char *text = NULL;
  char *uri = strstr (contact, "sip:");

  server.cseq++;
  server.branch++;
  uri[strcspn (uri, ">")] = '\0';
  text = g_strdup_printf ("NOTIFY %s SIP/2.0\r\n"
                          "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKnotify%u\r\n"
                          "From: <sip:vm@example.test>;tag=%s\r\n"
                          "To: %s\r\n"
                          "Call-ID: %s\r\n"
                          "CSeq: %u NOTIFY\r\n"
                          "Contact: <sip:vm@%s:%u>\r\n"
                          "Max-Forwards: 70\r\n"
                          "Event: %s\r\n"
                          "%s%s%s"
                          "%s%s%s"
                          "Content-Length: %zu\r\n\r\n%s",
                          uri, proxy->address, proxy->port, server.branch, from_tag, from, call_id,
                          server.cseq, proxy->address, proxy->port, event,
                          state != NULL ? "Subscription-State: " : "", state != NULL ? state : "",
                          state != NULL ? "\r\n" : "", body != NULL ? "Content-Type: " : "",
                          body != NULL ? content_type : "", body != NULL ? "\r\n" : "",
                          body != NULL ? strlen (body) : 0, body != NULL ? body : "");
  fake_proxy_send (proxy, subscribe, text);
}

#define TYPE "application/simple-message-summary"

static gboolean
on_message (FakeProxy *proxy, FakeMessage *message, gpointer data)
{
  g_autofree char *extra = NULL;
  g_autofree char *asked = NULL;

  if (message->code != 0 || strcmp (message->method, "SUBSCRIBE") != 0)
    return FALSE;
  if (server.code == 0)
    return TRUE;
  asked = fake_message_header (message, "Expires", 0);
  if (server.notify_first && server.code < 300 && server.state != NULL)
    send_notify (proxy, message, "vm", "message-summary", server.state, TYPE, server.body);
  extra = g_strdup_printf ("Contact: <sip:vm@%s:%u>\r\nExpires: %u\r\n%s", proxy->address,
                           proxy->port, g_strcmp0 (asked, "0") == 0 ? 0 : server.expires,
                           server.extra != NULL ? server.extra : "");
  fake_proxy_reply (proxy, message, server.code, "Sample", "vm", extra, NULL);
  if (!server.notify_first && server.code < 300 && server.state != NULL)
    send_notify (proxy, message, "vm", "message-summary",
                 g_strcmp0 (asked, "0") == 0 ? "terminated;reason=timeout" : server.state, TYPE,
                 server.body);
  return TRUE;
}

static void
set_up (Fixture *f, guint n)
{
  server = (Server){ .code = 200, .expires = 3600, .state = "active;expires=3600", .body = BODY };
  fixture_set_up (f, NET, n, "udp");
  f->account->mailbox_subscribe = TRUE;
  for (guint i = 0; i < n; i++)
    f->proxies[i]->handler = on_message;
}

static char *
header_of (FakeProxy *proxy, guint n, const char *name)
{
  FakeMessage *message = fake_proxy_find (proxy, "SUBSCRIBE", 0, n);

  g_assert_nonnull (message);
  return fake_message_header (message, name, 0);
}

static void
test_plain (gconstpointer data)
{
  Fixture f;
  g_autofree char *event = NULL;
  g_autofree char *accept = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *expires = NULL;
  g_autofree char *to = NULL;

  set_up (&f, 1);
  server.notify_first = data != NULL;
  fixture_register (&f);
  wait_until (mailbox (&f, 0));
  g_assert_true (mailbox (&f, 0)->mailbox_known);
  g_assert_true (mailbox (&f, 0)->mailbox_waiting);
  g_assert_cmpuint (mailbox (&f, 0)->mailbox_new, ==, 2);
  g_assert_cmpuint (mailbox (&f, 0)->mailbox_old, ==, 5);
  g_assert_cmpstr (mailbox (&f, 0)->mailbox_uri, ==, "sip:vm@example.test");
  g_assert_cmpstr (mailbox (&f, 0)->account, ==, "0");
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 200, 0));
  event = header_of (f.proxies[0], 0, "Event");
  accept = header_of (f.proxies[0], 0, "Accept");
  to = header_of (f.proxies[0], 0, "To");
  g_assert_cmpstr (event, ==, "message-summary");
  g_assert_cmpstr (accept, ==, TYPE);
  g_assert_nonnull (strstr (to, "sip:100@example.test"));
  /* Changed, and taken back in the same dialog at the end. */
  send_notify (f.proxies[0], fake_proxy_find (f.proxies[0], "SUBSCRIBE", 0, 0), "vm",
               "message-summary", "active", TYPE, "Messages-Waiting: no\r\nVoice-Message: 0/7\r\n");
  wait_until (mailbox (&f, 1));
  g_assert_false (mailbox (&f, 1)->mailbox_waiting);
  g_assert_cmpuint (mailbox (&f, 1)->mailbox_old, ==, 7);
  g_assert_null (mailbox (&f, 1)->mailbox_uri);
  tandem_sip_client_remove_account (f.client, "0");
  wait_until (subscribes (&f, 0) == 2);
  wait_until (registration (&f, UNREGISTERED, 0));
  expires = header_of (f.proxies[0], 1, "Expires");
  first = header_of (f.proxies[0], 0, "Call-ID");
  second = header_of (f.proxies[0], 1, "Call-ID");
  g_assert_cmpstr (expires, ==, "0");
  g_assert_cmpstr (first, ==, second);
  g_assert_true (fake_message_has (fake_proxy_find (f.proxies[0], "SUBSCRIBE", 0, 1), ";tag=vm"));
  fixture_tear_down (&f);
}

/* Taken back at the end, when the client stops, and not waited for longer than that. */
static void
test_stop (void)
{
  Fixture f;

  set_up (&f, 1);
  fixture_register (&f);
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 200, 0));
  tandem_sip_client_stop_async (f.client, 2000, NULL, NULL);
  wait_until (fixture_event (&f, TANDEM_SIP_EVENT_STOPPED, 0));
  g_assert_cmpuint (subscribes (&f, 0), ==, 2);
  g_assert_finalize_object (f.client);
  fixture_start (&f, 0, 0);
  fixture_tear_down (&f);
}

/* Refreshed within the dialog, with its own number and target. */
static void
test_refresh (void)
{
  Fixture f;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  set_up (&f, 1);
  server.expires = 1;
  server.state = "active;expires=1";
  fixture_register (&f);
  wait_until (subscribes (&f, 0) == 3);
  first = header_of (f.proxies[0], 0, "Call-ID");
  second = header_of (f.proxies[0], 1, "Call-ID");
  g_assert_cmpstr (first, ==, second);
  g_assert_true (
      fake_message_has (fake_proxy_find (f.proxies[0], "SUBSCRIBE", 0, 1), "CSeq: 2 SUBSCRIBE"));
  g_assert_true (g_str_has_prefix (fake_proxy_find (f.proxies[0], "SUBSCRIBE", 0, 1)->first,
                                   "SUBSCRIBE sip:vm@127.1.8.1:"));
  fixture_tear_down (&f);
}

/* The proxy of both falls silent: both are at the next one, the subscription as a new one. */
static void
test_moves (void)
{
  Fixture f;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  set_up (&f, 2);
  f.account->probe_interval = 1;
  fixture_register (&f);
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 200, 0));
  f.proxies[0]->silent = TRUE;
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpstr (registration (&f, REGISTERED, 1)->candidate, ==, f.proxies[1]->id);
  wait_until (fake_proxy_find (f.proxies[1], "NOTIFY", 200, 0));
  before = header_of (f.proxies[0], 0, "Call-ID");
  after = header_of (f.proxies[1], 0, "Call-ID");
  g_assert_cmpstr (before, !=, after);
  g_assert_null (strstr (fake_proxy_find (f.proxies[1], "SUBSCRIBE", 0, 0)->text, ";tag=vm"));
  /* The old dialog is not ours any more. */
  f.proxies[0]->silent = FALSE;
  send_notify (f.proxies[0], fake_proxy_find (f.proxies[0], "SUBSCRIBE", 0, 0), "vm",
               "message-summary", "active", TYPE, BODY);
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 481, 0));
  fixture_tear_down (&f);
}

/* A SUBSCRIBE of its own finds the silence, and goes on by itself. */
static void
test_silent_refresh (void)
{
  Fixture f;

  set_up (&f, 2);
  server.expires = 1;
  server.state = "active;expires=1";
  fixture_register (&f);
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 200, 0));
  f.proxies[0]->silent = TRUE;
  wait_until (subscribes (&f, 1) > 0);
  wait_until (fixture_timeline (&f, "SUBSCRIBE", 0));
  g_assert_cmpstr (fixture_timeline (&f, "SUBSCRIBE", 0)->from, ==, f.proxies[0]->id);
  g_assert_cmpstr (fixture_timeline (&f, "SUBSCRIBE", 0)->to, ==, f.proxies[1]->id);
  /* The probe found it dead: the registration follows. */
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpstr (registration (&f, REGISTERED, 1)->candidate, ==, f.proxies[1]->id);
  fixture_tear_down (&f);
}

/* The server does not have it: quiet, and nothing more is sent. */
static void
test_refused (gconstpointer data)
{
  Fixture f;

  set_up (&f, 1);
  server.code = GPOINTER_TO_UINT (data);
  fixture_register (&f);
  wait_until (subscribes (&f, 0) == 1);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 1));
  fixture_pass (300);
  g_assert_cmpuint (subscribes (&f, 0), ==, 1);
  g_assert_null (fixture_event (&f, TANDEM_SIP_EVENT_ERROR, 0));
  g_assert_null (mailbox (&f, 0));
  fixture_tear_down (&f);
}

static void
test_too_brief (void)
{
  Fixture f;
  g_autofree char *expires = NULL;

  set_up (&f, 1);
  server.code = 423;
  server.extra = "Min-Expires: 7200\r\n";
  fixture_apply (&f);
  wait_until (subscribes (&f, 0) >= 2);
  server.code = 200;
  expires = header_of (f.proxies[0], 1, "Expires");
  g_assert_cmpstr (expires, ==, "7200");
  fixture_tear_down (&f);
}

/* It is gone at the server: a new one at once. */
static void
test_gone (void)
{
  Fixture f;
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;

  set_up (&f, 1);
  server.expires = 1;
  server.state = "active;expires=1";
  fixture_register (&f);
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 200, 0));
  server.code = 481;
  wait_until (subscribes (&f, 0) == 2);
  server.code = 200;
  wait_until (subscribes (&f, 0) == 3);
  first = header_of (f.proxies[0], 0, "Call-ID");
  last = header_of (f.proxies[0], 2, "Call-ID");
  g_assert_cmpstr (first, !=, last);
  fixture_tear_down (&f);
}

static void
test_terminated (gconstpointer data)
{
  const char *state = data;
  gboolean at_once = strstr (state, "deactivated") != NULL;
  gboolean later = strstr (state, "retry-after=1") != NULL;
  Fixture f;
  gint64 start;

  set_up (&f, 1);
  fixture_register (&f);
  wait_until (mailbox (&f, 0));
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 200, 0));
  start = g_get_monotonic_time ();
  send_notify (f.proxies[0], fake_proxy_find (f.proxies[0], "SUBSCRIBE", 0, 0), "vm",
               "message-summary", state, TYPE, NULL);
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 200, 1));
  if (at_once || later)
    {
      wait_until (subscribes (&f, 0) == 2);
      if (at_once)
        g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC / 2);
      else
        g_assert_cmpint (g_get_monotonic_time () - start, >=, G_USEC_PER_SEC);
      wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 200, 2));
    }
  else
    {
      wait_until (mailbox (&f, 1));
      g_assert_false (mailbox (&f, 1)->mailbox_known);
      fixture_pass (300);
      g_assert_cmpuint (subscribes (&f, 0), ==, 1);
    }
  fixture_tear_down (&f);
}

/* What is not for us, or not well-formed, is refused and changes nothing. */
static void
test_hostile (void)
{
  static const struct
  {
    const char *tag, *event, *state, *type, *body;
    guint code;
  } cases[] = {
    { "other", "message-summary", "active", TYPE, BODY, 481 },
    { "vm", "presence", "active", TYPE, BODY, 489 },
    { "vm", "message-summary", NULL, TYPE, BODY, 400 },
    { "vm", "message-summary", "active", "text/plain", BODY, 415 },
    { "vm", "message-summary", "active", TYPE, "nonsense", 400 },
    { "vm", "message-summary", "active", TYPE, "Messages-Waiting: yes\r\nVoice-Message: x/y\r\n",
      400 },
  };
  Fixture f;
  FakeMessage *subscribe;
  g_autofree char *big = g_strnfill (9000, 'a');
  guint told;

  set_up (&f, 1);
  fixture_register (&f);
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 200, 0));
  subscribe = fake_proxy_find (f.proxies[0], "SUBSCRIBE", 0, 0);
  told = 1;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint before = fake_proxy_count (f.proxies[0], "NOTIFY", cases[i].code);

      send_notify (f.proxies[0], subscribe, cases[i].tag, cases[i].event, cases[i].state,
                   cases[i].type, cases[i].body);
      wait_until (fake_proxy_count (f.proxies[0], "NOTIFY", cases[i].code) == before + 1);
    }
  send_notify (f.proxies[0], subscribe, "vm", "message-summary", "active", TYPE, big);
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 413, 0));
  /* An old number. */
  server.cseq = 0;
  send_notify (f.proxies[0], subscribe, "vm", "message-summary", "active", TYPE, BODY);
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 500, 0));
  fixture_pass (50);
  g_assert_null (mailbox (&f, told));
  fixture_tear_down (&f);
}

static void
send_unsolicited (FakeProxy *proxy, FakeMessage *to, const char *user, const char *branch)
{
  g_autofree char *text = g_strdup_printf (
      "NOTIFY sip:%s@127.1.8.100 SIP/2.0\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bK%s;rport\r\n"
      "From: <sip:vm@example.test>;tag=u\r\nTo: <sip:%s@example.test>\r\nCall-ID: unsolicited%s\r\n"
      "CSeq: 1 NOTIFY\r\nContact: <sip:vm@127.1.8.1>\r\nMax-Forwards: 70\r\n"
      "Event: message-summary\r\nContent-Type: " TYPE "\r\nContent-Length: %zu\r\n\r\n%s",
      user, proxy->address, proxy->port, branch, user, branch, strlen (BODY), BODY);

  fake_proxy_send (proxy, to, text);
}

/* Without a subscription: only when it is wanted, from the pool, and for this user. */
static void
test_unsolicited (void)
{
  Fixture f;
  FakeMessage *known;
  g_autoptr (FakeProxy) stranger = fake_proxy_new ("127.1.8.66", 0, "udp");

  set_up (&f, 1);
  server.code = 489;
  fixture_register (&f);
  wait_until (subscribes (&f, 0) == 1);
  known = fake_proxy_find (f.proxies[0], "REGISTER", 0, 0);
  send_unsolicited (f.proxies[0], known, "100", "a");
  wait_until (mailbox (&f, 0));
  g_assert_cmpuint (mailbox (&f, 0)->mailbox_new, ==, 2);
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 200, 0));
  send_unsolicited (f.proxies[0], known, "101", "b");
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 481, 0));
  send_unsolicited (stranger, known, "100", "c");
  wait_until (fake_proxy_find (stranger, "NOTIFY", 481, 0));
  f.account->mailbox_subscribe = FALSE;
  fixture_apply (&f);
  wait_until (mailbox (&f, 1));
  g_assert_false (mailbox (&f, 1)->mailbox_known);
  send_unsolicited (f.proxies[0], known, "100", "d");
  wait_until (fake_proxy_find (f.proxies[0], "NOTIFY", 481, 1));
  fixture_tear_down (&f);
}

static void
test_other_mailbox (void)
{
  Fixture f;
  g_autofree char *to = NULL;
  g_autofree char *first = NULL;

  set_up (&f, 1);
  g_free (f.account->mailbox);
  f.account->mailbox = g_strdup ("box 7");
  f.account->expires = 0;
  fixture_apply (&f);
  wait_until (subscribes (&f, 0) == 1);
  first = g_strdup (fake_proxy_find (f.proxies[0], "SUBSCRIBE", 0, 0)->first);
  g_assert_cmpstr (first, ==, "SUBSCRIBE sip:box%207@example.test SIP/2.0");
  wait_until (mailbox (&f, 0));
  g_free (f.account->mailbox);
  f.account->mailbox = g_strdup ("sip:a b@example.test");
  fixture_apply (&f);
  wait_until (fixture_event (&f, TANDEM_SIP_EVENT_ERROR, 0));
  wait_until (subscribes (&f, 0) == 2);
  fixture_tear_down (&f);
}

int
main (int argc, char *argv[])
{
  static const guint refusals[] = { 403, 404, 405, 489, 501 };
  static const char *const states[]
      = { "terminated;reason=deactivated", "terminated;reason=probation;retry-after=1",
          "terminated;reason=noresource", "terminated;reason=rejected;retry-after=x" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sip/mailbox/plain", NULL, test_plain);
  g_test_add_data_func ("/sip/mailbox/notified-first", "first", test_plain);
  g_test_add_func ("/sip/mailbox/stop", test_stop);
  g_test_add_func ("/sip/mailbox/refresh", test_refresh);
  g_test_add_func ("/sip/mailbox/moves", test_moves);
  g_test_add_func ("/sip/mailbox/silent-refresh", test_silent_refresh);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sip/mailbox/refused/%u", refusals[i]);

      g_test_add_data_func (path, GUINT_TO_POINTER (refusals[i]), test_refused);
    }
  g_test_add_func ("/sip/mailbox/too-brief", test_too_brief);
  g_test_add_func ("/sip/mailbox/gone", test_gone);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sip/mailbox/terminated/%u", i);

      g_test_add_data_func (path, states[i], test_terminated);
    }
  g_test_add_func ("/sip/mailbox/hostile", test_hostile);
  g_test_add_func ("/sip/mailbox/unsolicited", test_unsolicited);
  g_test_add_func ("/sip/mailbox/other-mailbox", test_other_mailbox);
  return g_test_run ();
}
