/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <malloc.h>
#include <string.h>
#include <unistd.h>

/* Watching others, on the wire: the real client against fake proxies. */

#define NET 15
#define DIALOG "application/dialog-info+xml"
#define PIDF "application/pidf+xml"

#define notification(f, n) fixture_event (f, TANDEM_SIP_EVENT_NOTIFICATION, n)
#define request(f, i, method, n) fake_proxy_find ((f)->proxies[i], method, 0, n)
#define response(f, i, code, method, n) fake_proxy_find ((f)->proxies[i], method, code, n)

static guint subscribe_code;
static guint most_at_once, at_once, answered;
static guint delay;

typedef struct
{
  FakeProxy *proxy;
  FakeMessage *message;
} Late;

static void
grant (FakeProxy *proxy, FakeMessage *message)
{
  g_autofree char *expires = fake_message_header (message, "Expires", 0);
  g_autofree char *extra = g_strdup_printf ("Expires: %s\r\nContact: <sip:watch@%s:%u>\r\n",
                                            expires, proxy->address, proxy->port);

  answered++;
  fake_proxy_reply (proxy, message, subscribe_code, "Whatever", "server", extra, NULL);
}

static gboolean
on_late (gpointer data)
{
  Late *late = data;

  at_once--;
  grant (late->proxy, late->message);
  g_free (late);
  return G_SOURCE_REMOVE;
}

static gboolean
on_message (FakeProxy *proxy, FakeMessage *message, gpointer data)
{
  if (message->code != 0 || strcmp (message->method, "SUBSCRIBE") != 0)
    return FALSE;
  if (delay > 0)
    {
      Late *late = g_new0 (Late, 1);

      at_once++;
      most_at_once = MAX (most_at_once, at_once);
      late->proxy = proxy;
      late->message = message;
      g_timeout_add (delay, on_late, late);
      return TRUE;
    }
  grant (proxy, message);
  return TRUE;
}

static void
set_up (Fixture *f, guint n)
{
  subscribe_code = 200;
  most_at_once = at_once = answered = delay = 0;
  fixture_set_up (f, NET, n, "udp");
  f->account->transaction_timeout = n > 1 ? 500 : 3000;
  for (guint i = 0; i < n; i++)
    f->proxies[i]->handler = on_message;
  fixture_register (f);
}

/* In the dialog of the n-th SUBSCRIBE that the proxy got. */
static void
notify_with (Fixture *f,
             guint proxy,
             guint n,
             guint cseq,
             const char *type,
             const char *state,
             const char *body)
{
  FakeMessage *subscribe = request (f, proxy, "SUBSCRIBE", n);
  g_autofree char *contact = fixture_contact (f, f->proxies[proxy]);
  g_autofree char *to = fake_message_header (subscribe, "From", 0);
  g_autofree char *from = fake_message_header (subscribe, "To", 0);
  g_autofree char *call_id = fake_message_header (subscribe, "Call-ID", 0);
  g_autofree char *event = fake_message_header (subscribe, "Event", 0);
  g_autofree char *text = g_strdup_printf (
      "NOTIFY %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bKn%u%u%u;rport\r\nFrom: %s%s\r\n"
      "To: %s\r\nCall-ID: %s\r\nCSeq: %u NOTIFY\r\nMax-Forwards: 70\r\nEvent: %s\r\n"
      "Contact: <sip:watch@%s:%u>\r\nSubscription-State: %s\r\nContent-Type: %s\r\n"
      "Content-Length: %zu\r\n\r\n%s",
      contact, f->proxies[proxy]->address, f->proxies[proxy]->port, proxy, n, cseq, from,
      strstr (from, "tag=") != NULL ? "" : ";tag=server", to, call_id, cseq, event,
      f->proxies[proxy]->address, f->proxies[proxy]->port, state, type, strlen (body), body);

  fake_proxy_send_to_peer (f->proxies[proxy], text);
}

static char *
dialogs (guint version, const char *state, const char *inside)
{
  return g_strdup_printf (
      "<?xml version=\"1.0\"?><dialog-info "
      "xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"%u\" state=\"%s\" "
      "entity=\"sip:200@example.test\">%s</dialog-info>",
      version, state, inside);
}

#define RINGING                                                                                    \
  "<dialog id=\"a\" call-id=\"x@y\" local-tag=\"l\" remote-tag=\"r\" direction=\"recipient\">"     \
  "<state>early</state></dialog>"

static void
notify (Fixture *f, guint proxy, guint n, guint cseq, guint version, const char *inside)
{
  g_autofree char *body = dialogs (version, "full", inside);

  notify_with (f, proxy, n, cseq, DIALOG, "active;expires=3600", body);
}

static void
test_dialog (void)
{
  Fixture f;
  FakeMessage *subscribe;
  Told *told;

  set_up (&f, 1);
  tandem_sip_client_subscribe (f.client, "0", 5, "dialog", "sip:200@example.test");
  wait_until ((subscribe = request (&f, 0, "SUBSCRIBE", 0)) != NULL);
  g_assert_true (fake_message_has (subscribe, "Event: dialog\r\n"));
  g_assert_true (fake_message_has (subscribe, "Accept: " DIALOG));
  g_assert_true (g_str_has_prefix (subscribe->first, "SUBSCRIBE sip:200@example.test "));
  notify (&f, 0, 0, 1, 0, "");
  wait_until ((told = notification (&f, 0)) != NULL);
  g_assert_true (told->known);
  g_assert_cmpuint (told->tag, ==, 5);
  g_assert_cmpint (told->presence, ==, TANDEM_SIP_PRESENCE_AVAILABLE);
  g_assert_null (told->dialogs);
  notify (&f, 0, 0, 2, 1, RINGING);
  wait_until ((told = notification (&f, 1)) != NULL);
  g_assert_cmpint (told->presence, ==, TANDEM_SIP_PRESENCE_RINGING);
  g_assert_cmpuint (told->dialogs->len, ==, 1);
  g_assert_cmpstr (((TandemSipDialogInfo *) told->dialogs->pdata[0])->call_id, ==, "x@y");
  /* What is old, malformed, of another type or too much changes nothing. */
  notify (&f, 0, 0, 3, 1, "");
  notify_with (&f, 0, 0, 4, DIALOG, "active", "<!DOCTYPE x [<!ENTITY y \"z\">]><x/>");
  wait_until (response (&f, 0, 400, "NOTIFY", 0));
  notify_with (&f, 0, 0, 5, "text/plain", "active", "hello");
  wait_until (response (&f, 0, 415, "NOTIFY", 0));
  g_assert_null (notification (&f, 2));
  tandem_sip_client_unsubscribe (f.client, 5);
  wait_until ((subscribe = request (&f, 0, "SUBSCRIBE", 1)) != NULL);
  g_assert_true (fake_message_has (subscribe, "Expires: 0"));
  g_assert_null (notification (&f, 2));
  fixture_tear_down (&f);
}

static void
test_presence (void)
{
  Fixture f;
  Told *told;

  set_up (&f, 1);
  tandem_sip_client_subscribe (f.client, "0", 6, "presence", "sip:200@example.test");
  wait_until (request (&f, 0, "SUBSCRIBE", 0));
  notify_with (&f, 0, 0, 1, PIDF, "active",
               "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\"><tuple id=\"a\"><status><basic>open"
               "</basic></status><note>Sample note</note></tuple></presence>");
  wait_until ((told = notification (&f, 0)) != NULL);
  g_assert_cmpint (told->presence, ==, TANDEM_SIP_PRESENCE_AVAILABLE);
  g_assert_cmpstr (told->note, ==, "Sample note");
  /* The server ends it: nothing is known any more. */
  notify_with (&f, 0, 0, 2, PIDF, "terminated;reason=giveup;retry-after=600",
               "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\"/>");
  wait_until ((told = notification (&f, 2)) != NULL);
  g_assert_false (told->known);
  fixture_tear_down (&f);
}

/* Without a document there is no call; of a person nothing is known then. */
static void
test_empty (void)
{
  Fixture f;

  set_up (&f, 1);
  tandem_sip_client_subscribe (f.client, "0", 5, "dialog", "sip:200@example.test");
  wait_until (request (&f, 0, "SUBSCRIBE", 0));
  notify_with (&f, 0, 0, 1, DIALOG, "pending", "");
  wait_until (response (&f, 0, 200, "NOTIFY", 0));
  g_assert_null (notification (&f, 0));
  notify_with (&f, 0, 0, 2, DIALOG, "active", "");
  wait_until (notification (&f, 0));
  g_assert_true (notification (&f, 0)->known);
  g_assert_cmpint (notification (&f, 0)->presence, ==, TANDEM_SIP_PRESENCE_AVAILABLE);
  notify (&f, 0, 0, 3, 0, RINGING);
  wait_until (notification (&f, 1));
  notify_with (&f, 0, 0, 4, DIALOG, "active", "");
  wait_until (response (&f, 0, 200, "NOTIFY", 3));
  g_assert_null (notification (&f, 2));
  fixture_tear_down (&f);
}

static void
test_refused (void)
{
  Fixture f;
  Told *told;

  set_up (&f, 1);
  subscribe_code = 404;
  tandem_sip_client_subscribe (f.client, "0", 7, "dialog", "sip:200@example.test");
  wait_until ((told = notification (&f, 0)) != NULL);
  g_assert_false (told->known);
  g_assert_cmpuint (told->code, ==, 404);
  tandem_sip_client_subscribe (f.client, "0", 8, "sample", "sip:200@example.test");
  tandem_sip_client_subscribe (f.client, "0", 9, "dialog", "garbage");
  wait_until (notification (&f, 2));
  g_assert_cmpuint (notification (&f, 1)->tag, ==, 8);
  g_assert_cmpuint (notification (&f, 2)->tag, ==, 9);
  g_assert_false (notification (&f, 2)->known);
  tandem_sip_client_unsubscribe (f.client, 4711);
  fixture_tear_down (&f);
}

/* Before there is an account; and the same tag once more. */
static void
test_early_and_again (void)
{
  Fixture f;

  subscribe_code = 200;
  delay = 0;
  fixture_set_up (&f, NET, 1, "udp");
  f.proxies[0]->handler = on_message;
  tandem_sip_client_subscribe (f.client, "0", 5, "dialog", "sip:200@example.test");
  fixture_register (&f);
  wait_until (request (&f, 0, "SUBSCRIBE", 0));
  wait_until (answered == 1 || answered > 1);
  fixture_pass (50);
  tandem_sip_client_subscribe (f.client, "0", 5, "presence", "sip:201@example.test");
  wait_until (fake_proxy_count_distinct (f.proxies[0], "SUBSCRIBE") >= 3);
  tandem_sip_client_remove_account (f.client, "0");
  wait_until (notification (&f, 0));
  g_assert_false (notification (&f, 0)->known);
  fixture_tear_down (&f);
}

/* A document before this one was lost: all of it is asked for. */
static void
test_gap (void)
{
  Fixture f;
  g_autofree char *partial = dialogs (9, "partial", RINGING);
  g_autofree char *another = dialogs (20, "partial", RINGING);

  set_up (&f, 1);
  tandem_sip_client_subscribe (f.client, "0", 5, "dialog", "sip:200@example.test");
  wait_until (request (&f, 0, "SUBSCRIBE", 0));
  notify (&f, 0, 0, 1, 0, "");
  wait_until (notification (&f, 0));
  notify_with (&f, 0, 0, 2, DIALOG, "active", partial);
  wait_until (notification (&f, 1));
  wait_until (request (&f, 0, "SUBSCRIBE", 1));
  notify_with (&f, 0, 0, 3, DIALOG, "active", another);
  wait_until (notification (&f, 2));
  fixture_pass (100);
  g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[0], "SUBSCRIBE"), ==, 2);
  fixture_tear_down (&f);
}

/* ha.md: SUBSCRIBEs move together with the REGISTER. What is known stays until it is told anew. */
static void
test_failover (void)
{
  Fixture f;
  guint at, other;

  set_up (&f, 2);
  at = fake_proxy_count (f.proxies[0], "REGISTER", 0) > 0 ? 0 : 1;
  other = 1 - at;
  tandem_sip_client_subscribe (f.client, "0", 5, "dialog", "sip:200@example.test");
  wait_until (request (&f, at, "SUBSCRIBE", 0));
  notify (&f, at, 0, 1, 7, RINGING);
  wait_until (notification (&f, 0));
  f.proxies[at]->silent = TRUE;
  tandem_sip_client_register_again (f.client, "0");
  wait_until (request (&f, other, "SUBSCRIBE", 0));
  g_assert_null (notification (&f, 1));
  notify (&f, other, 0, 1, 0, "");
  wait_until (notification (&f, 1));
  g_assert_true (notification (&f, 1)->known);
  g_assert_cmpint (notification (&f, 1)->presence, ==, TANDEM_SIP_PRESENCE_AVAILABLE);
  fixture_tear_down (&f);
}

/* A SUBSCRIBE that nobody answers goes elsewhere by itself. */
static void
test_silent_at_first (void)
{
  Fixture f;
  guint at;

  set_up (&f, 2);
  at = fake_proxy_count (f.proxies[0], "REGISTER", 0) > 0 ? 0 : 1;
  f.proxies[at]->silent = TRUE;
  tandem_sip_client_subscribe (f.client, "0", 5, "dialog", "sip:200@example.test");
  wait_until (request (&f, 1 - at, "SUBSCRIBE", 0));
  notify (&f, 1 - at, 0, 1, 0, "");
  wait_until (notification (&f, 0));
  fixture_tear_down (&f);
}

static guint64
resident (void)
{
  g_autofree char *text = NULL;
  guint64 pages = 0;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  pages = g_ascii_strtoull (strchr (text, ' ') + 1, NULL, 10);
  return pages * (guint64) sysconf (_SC_PAGESIZE) / 1024;
}

/* A few at a time, and none forgotten. */
static void
test_turns (void)
{
  Fixture f;

  set_up (&f, 1);
  f.account->transaction_timeout = 4000;
  fixture_apply (&f);
  delay = 100;
  for (guint i = 0; i < 32; i++)
    {
      g_autofree char *uri = g_strdup_printf ("sip:%u@example.test", 1000 + i);

      tandem_sip_client_subscribe (f.client, "0", i + 1, "dialog", uri);
    }
  wait_until (fake_proxy_count_distinct (f.proxies[0], "SUBSCRIBE") == 32);
  wait_until (at_once == 0);
  /* When the answer to this has arrived, so have those before it. */
  tandem_sip_client_request_to (f.client, "0", 1, "sip:200@example.test", "OPTIONS", NULL, NULL,
                                NULL);
  wait_until (fixture_event (&f, TANDEM_SIP_EVENT_REQUEST, 0));
  g_assert_cmpuint (most_at_once, >, 4);
  g_assert_cmpuint (most_at_once, <=, 16);
  /* And taken back in turns too. */
  delay = 0;
  for (guint i = 0; i < 32; i++)
    tandem_sip_client_unsubscribe (f.client, i + 1);
  wait_until (fake_proxy_count_distinct (f.proxies[0], "SUBSCRIBE") >= 64);
  fixture_tear_down (&f);
}

/* Ten thousand: all are subscribed, the line works meanwhile, and the end comes at once. */
static void
test_ten_thousand (void)
{
  const guint n = 10000;
  guint64 before;
  gint64 since, called;
  Fixture f;

  if (!g_test_slow ())
    {
      g_test_skip ("only with -m slow");
      return;
    }
  set_up (&f, 1);
  f.account->transaction_timeout = 4000;
  fixture_apply (&f);
  before = resident ();
  since = g_get_monotonic_time ();
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *uri = g_strdup_printf ("sip:%u@example.test", 100000 + i);

      tandem_sip_client_subscribe (f.client, "0", i + 1, "dialog", uri);
    }
  wait_until (answered >= 200);
  called = g_get_monotonic_time ();
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  g_test_message ("a call meanwhile: %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - called) / 1000);
  while (answered < n)
    {
      guint seen = answered;

      wait_until (answered > seen);
      /* The far end of this test keeps every message. */
      if (f.proxies[0]->received->len > 500)
        g_ptr_array_remove_range (f.proxies[0]->received, 1, 300);
    }
  g_test_message ("%u in %" G_GINT64_FORMAT " ms, %" G_GUINT64_FORMAT " KiB more", n,
                  (g_get_monotonic_time () - since) / 1000, resident () - before);
  /* The library keeps each transaction for 5 s. */
  fixture_pass (7000);
  malloc_trim (0);
  g_test_message ("then %" G_GUINT64_FORMAT " KiB more", resident () - before);
  since = g_get_monotonic_time ();
  fixture_tear_down (&f);
  g_assert_cmpint (g_get_monotonic_time () - since, <, 3 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watch/dialog", test_dialog);
  g_test_add_func ("/watch/presence", test_presence);
  g_test_add_func ("/watch/empty", test_empty);
  g_test_add_func ("/watch/refused", test_refused);
  g_test_add_func ("/watch/early-and-again", test_early_and_again);
  g_test_add_func ("/watch/gap", test_gap);
  g_test_add_func ("/watch/failover", test_failover);
  g_test_add_func ("/watch/silent-at-first", test_silent_at_first);
  g_test_add_func ("/watch/turns", test_turns);
  g_test_add_func ("/watch/ten-thousand", test_ten_thousand);
  return g_test_run ();
}
