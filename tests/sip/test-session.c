/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* Calls that are up, on the wire: changes both ways, glare, session timers, and what a dead proxy does
 * to them. */

#define NET 4

#define state(f, what, n) fixture_state (f, TANDEM_SIP_CALL_##what, n)
#define offer(f, n) fixture_event (f, TANDEM_SIP_EVENT_OFFER, n)
#define request(f, i, method, n) fake_proxy_find ((f)->proxies[i], method, 0, n)
#define response(f, i, code, method, n) fake_proxy_find ((f)->proxies[i], method, code, n)

static const char held_sdp[]
    = "v=0\r\no=- 1 2 IN IP4 127.1.0.100\r\ns=-\r\nc=IN IP4 127.1.0.100\r\n"
      "t=0 0\r\nm=audio 8000 RTP/AVP 0 8\r\na=sendonly\r\n";

static void
connect_call (Fixture *f)
{
  fixture_register (f);
  fixture_call (f, phone_sdp);
  wait_until (state (f, CONNECTED, 0));
  wait_until (request (f, 0, "ACK", 0));
}

static void
test_offer (void)
{
  Fixture f;
  FakeMessage *reinvite, *ack;
  g_autofree char *cseq = NULL;
  g_autofree char *ack_cseq = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpuint (state (&f, CONNECTED, 1)->code, ==, 200);
  g_assert_cmpstr (state (&f, CONNECTED, 1)->sdp, ==, fake_sdp);
  reinvite = request (&f, 0, "INVITE", 1);
  g_assert_cmpstr (reinvite->body, ==, held_sdp);
  g_assert_true (g_str_has_prefix (reinvite->first, "INVITE sip:far@127.1.4.1:"));
  cseq = fake_message_header (reinvite, "CSeq", 0);
  g_assert_cmpstr (cseq, ==, "2 INVITE");
  wait_until ((ack = request (&f, 0, "ACK", 1)) != NULL);
  ack_cseq = fake_message_header (ack, "CSeq", 0);
  g_assert_cmpstr (ack_cseq, ==, "2 ACK");
  fixture_tear_down (&f);
}

static void
test_offer_refused (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  f.proxies[0]->invite_code = 488;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpuint (state (&f, CONNECTED, 1)->code, ==, 488);
  g_assert_null (state (&f, CONNECTED, 1)->sdp);
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

static void
test_offer_gone (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  f.proxies[0]->invite_code = 481;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpuint (state (&f, ENDED, 0)->code, ==, 481);
  fixture_tear_down (&f);
}

/* A dead proxy in the middle of a call: the change goes over another one, unnoticed. */
static void
test_offer_fails_over (void)
{
  Fixture f;
  FakeMessage *second;

  fixture_set_up (&f, NET, 2, "udp");
  f.proxies[0]->record_route = g_strdup_printf ("<sip:127.1.4.1:%u;lr>", f.proxies[0]->port);
  connect_call (&f);
  f.proxies[0]->silent = TRUE;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpuint (state (&f, CONNECTED, 1)->code, ==, 200);
  second = request (&f, 1, "INVITE", 0);
  {
    g_autofree char *route = fake_message_header (second, "Route", 0);
    g_autofree char *expected = g_strdup_printf ("<sip:127.1.4.2:%u;lr>", f.proxies[1]->port);
    g_autofree char *cseq = fake_message_header (second, "CSeq", 0);

    g_assert_cmpstr (route, ==, expected);
    g_assert_cmpstr (cseq, ==, "3 INVITE");
  }
  /* The ACK goes where the answer came from. */
  wait_until (request (&f, 1, "ACK", 0));
  /* The dead one comes back with its own answer: acknowledged, the call is untouched. */
  f.proxies[0]->silent = FALSE;
  fake_proxy_reply (f.proxies[0], request (&f, 0, "INVITE", 1), 200, "OK", NULL, NULL, fake_sdp);
  wait_until (fake_proxy_count (f.proxies[0], "ACK", 0) + fake_proxy_count (f.proxies[1], "ACK", 0)
              >= 3);
  g_assert_null (state (&f, ENDED, 0));
  g_assert_cmpuint (
      fake_proxy_count (f.proxies[0], "BYE", 0) + fake_proxy_count (f.proxies[1], "BYE", 0), ==, 0);
  fixture_tear_down (&f);
}

static void
test_offer_fails (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  connect_call (&f);
  f.proxies[0]->silent = f.proxies[1]->silent = TRUE;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpuint (state (&f, CONNECTED, 1)->code, ==, 408);
  g_assert_null (state (&f, ENDED, 0));
  g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[0], "INVITE"), ==, 2);
  g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[1], "INVITE"), ==, 1);
  /* The agent asks again. */
  f.proxies[0]->silent = f.proxies[1]->silent = FALSE;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, CONNECTED, 2));
  g_assert_cmpuint (state (&f, CONNECTED, 2)->code, ==, 200);
  fixture_tear_down (&f);
}

static void
test_offers_queue (void)
{
  Fixture f;
  FakeMessage *last;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  tandem_sip_client_offer (f.client, f.call, phone_sdp);
  wait_until (state (&f, CONNECTED, 2));
  wait_until ((last = request (&f, 0, "INVITE", 2)) != NULL);
  /* The same again, but numbered as news. */
  g_assert_true (g_str_has_prefix (last->body, "v=0\r\no=- 1 3 IN IP4 127.1.0.100\r\n"));
  g_assert_null (strstr (last->body, "a=sendonly"));
  fixture_pass (200);
  g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[0], "INVITE"), ==, 3);
  fixture_tear_down (&f);
}

static gboolean
glare_once (FakeProxy *proxy, FakeMessage *message, gpointer data)
{
  guint *n = data;

  if (strcmp (message->method, "INVITE") != 0 || message->code != 0 || ++*n > 1)
    return FALSE;
  fake_proxy_reply (proxy, message, 491, "Request Pending", NULL, NULL, NULL);
  return TRUE;
}

static void
test_glare_ours (void)
{
  Fixture f;
  guint n = 0;
  gint64 gap;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  f.proxies[0]->handler = glare_once;
  f.proxies[0]->handler_data = &n;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpuint (state (&f, CONNECTED, 1)->code, ==, 200);
  gap = request (&f, 0, "INVITE", 2)->when - request (&f, 0, "INVITE", 1)->when;
  /* We made the Call-ID: 2.1 to 4 s; 0 to 2 s if not. */
  g_assert_cmpint (gap, >, 2 * G_USEC_PER_SEC);
  g_assert_cmpint (gap, <, 6 * G_USEC_PER_SEC);
  fixture_tear_down (&f);
}

static void
test_glare_theirs (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  f.proxies[0]->invite_code = 0;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (request (&f, 0, "INVITE", 1));
  fixture_in_dialog (&f, f.proxies[0], "INVITE", 50, "glare", NULL, fake_sdp);
  wait_until (response (&f, 0, 491, "INVITE", 0));
  g_assert_null (offer (&f, 0));
  fixture_tear_down (&f);
}

static void
test_remote_offer (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  fixture_in_dialog (&f, f.proxies[0], "INVITE", 50, "re1", NULL, fake_sdp);
  wait_until (offer (&f, 0));
  g_assert_cmpstr (offer (&f, 0)->sdp, ==, fake_sdp);
  g_assert_cmpuint (offer (&f, 0)->call, ==, f.call);
  /* A second one before we replied. */
  fixture_in_dialog (&f, f.proxies[0], "INVITE", 51, "re2", NULL, fake_sdp);
  wait_until (response (&f, 0, 500, "INVITE", 0));
  g_assert_true (fake_message_has (response (&f, 0, 500, "INVITE", 0), "Retry-After: "));
  tandem_sip_client_answer_offer (f.client, f.call, held_sdp);
  wait_until (response (&f, 0, 200, "INVITE", 0));
  g_assert_cmpstr (response (&f, 0, 200, "INVITE", 0)->body, ==, held_sdp);
  fixture_in_dialog (&f, f.proxies[0], "ACK", 50, "ack1", NULL, NULL);
  fixture_pass (800);
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "INVITE", 200), ==, 1);
  /* Refused: the session stays. */
  fixture_in_dialog (&f, f.proxies[0], "INVITE", 60, "re3", NULL, fake_sdp);
  wait_until (offer (&f, 1));
  tandem_sip_client_answer_offer (f.client, f.call, NULL);
  wait_until (response (&f, 0, 488, "INVITE", 0));
  /* Out of order. */
  fixture_in_dialog (&f, f.proxies[0], "INVITE", 12, "re4", NULL, fake_sdp);
  wait_until (response (&f, 0, 500, "INVITE", 1));
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

static void
test_remote_offerless (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  fixture_in_dialog (&f, f.proxies[0], "INVITE", 50, "re1", NULL, NULL);
  wait_until (offer (&f, 0));
  g_assert_null (offer (&f, 0)->sdp);
  tandem_sip_client_answer_offer (f.client, f.call, phone_sdp);
  wait_until (response (&f, 0, 200, "INVITE", 0));
  g_assert_cmpstr (response (&f, 0, 200, "INVITE", 0)->body, ==, phone_sdp);
  fixture_in_dialog (&f, f.proxies[0], "ACK", 50, "ack1", NULL, fake_sdp);
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpstr (state (&f, CONNECTED, 1)->sdp, ==, fake_sdp);
  fixture_tear_down (&f);
}

static void
test_reanswer_cycles (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  connect_call (&f);
  fixture_in_dialog (&f, f.proxies[0], "INVITE", 50, "re1", NULL, fake_sdp);
  wait_until (offer (&f, 0));
  tandem_sip_client_answer_offer (f.client, f.call, held_sdp);
  wait_until (response (&f, 0, 200, "INVITE", 0));
  wait_until (response (&f, 1, 200, "INVITE", 0));
  fixture_in_dialog (&f, f.proxies[0], "ACK", 50, "ack1", NULL, NULL);
  fixture_pass (100);
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

static void
test_update (void)
{
  Fixture f;
  FakeMessage *ok;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  /* Without a description: a mere refresh. */
  fixture_in_dialog (&f, f.proxies[0], "UPDATE", 50, "up1",
                     "Supported: timer\r\nSession-Expires: 300;refresher=uac\r\n", NULL);
  wait_until ((ok = response (&f, 0, 200, "UPDATE", 0)) != NULL);
  g_assert_true (fake_message_has (ok, "Session-Expires: 300;refresher=uac"));
  g_assert_null (offer (&f, 0));
  fixture_in_dialog (&f, f.proxies[0], "UPDATE", 51, "up2",
                     "Supported: timer\r\nSession-Expires: 30\r\n", NULL);
  wait_until ((ok = response (&f, 0, 422, "UPDATE", 0)) != NULL);
  g_assert_true (fake_message_has (ok, "Min-SE: 90"));
  fixture_in_dialog (&f, f.proxies[0], "UPDATE", 52, "up3", NULL, fake_sdp);
  wait_until (offer (&f, 0));
  g_assert_cmpstr (offer (&f, 0)->sdp, ==, fake_sdp);
  tandem_sip_client_answer_offer (f.client, f.call, held_sdp);
  wait_until ((ok = response (&f, 0, 200, "UPDATE", 1)) != NULL);
  g_assert_cmpstr (ok->body, ==, held_sdp);
  fixture_tear_down (&f);
}

static void
test_other_in_dialog (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  fixture_in_dialog (&f, f.proxies[0], "OPTIONS", 50, "o1", NULL, NULL);
  wait_until (response (&f, 0, 200, "OPTIONS", 0));
  fixture_in_dialog (&f, f.proxies[0], "SAMPLE", 51, "s1", NULL, NULL);
  wait_until (response (&f, 0, 405, "SAMPLE", 0));
  g_assert_true (fake_message_has (response (&f, 0, 405, "SAMPLE", 0), "Allow: INVITE"));
  fixture_in_dialog (&f, f.proxies[0], "BYE", 52, "b1", NULL, NULL);
  wait_until (state (&f, ENDED, 0));
  g_assert_true (state (&f, ENDED, 0)->remote_ended);
  wait_until (response (&f, 0, 200, "BYE", 0));
  fixture_pass (200);
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "BYE", 0), ==, 0);
  fixture_tear_down (&f);
}

static gboolean
interval_too_small (FakeProxy *proxy, FakeMessage *message, gpointer data)
{
  g_autofree char *expires = fake_message_header (message, "Session-Expires", 0);

  if (strcmp (message->method, "INVITE") != 0 || message->code != 0 || atoi (expires) >= 1000)
    return FALSE;
  fake_proxy_reply (proxy, message, 422, "Session Interval Too Small", "t", "Min-SE: 1000\r\n",
                    NULL);
  return TRUE;
}

static void
test_interval_too_small (void)
{
  Fixture f;
  FakeMessage *second;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->session_expires = 600;
  f.proxies[0]->handler = interval_too_small;
  fixture_register (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  second = request (&f, 0, "INVITE", 1);
  g_assert_true (fake_message_has (second, "Session-Expires: 1000"));
  g_assert_true (fake_message_has (second, "Min-SE: 1000"));
  fixture_tear_down (&f);
}

/* An interval this short is not sent by us, but what a server says is followed. */
static void
test_refreshed_by_update (void)
{
  Fixture f;
  FakeMessage *update;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->session_expires = 90;
  f.proxies[0]->extra = g_strdup ("Session-Expires: 2;refresher=uac\r\nAllow: INVITE, UPDATE\r\n");
  connect_call (&f);
  wait_until ((update = request (&f, 0, "UPDATE", 0)) != NULL);
  g_assert_null (update->body);
  g_assert_true (fake_message_has (update, "Session-Expires: "));
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

static gboolean
no_update (FakeProxy *proxy, FakeMessage *message, gpointer data)
{
  if (strcmp (message->method, "UPDATE") != 0)
    return FALSE;
  fake_proxy_reply (proxy, message, 405, "Method Not Allowed", NULL, NULL, NULL);
  return TRUE;
}

static void
test_refreshed_by_invite (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->session_expires = 90;
  f.proxies[0]->extra = g_strdup ("Session-Expires: 2;refresher=uac\r\nAllow: INVITE, UPDATE\r\n");
  f.proxies[0]->handler = no_update;
  connect_call (&f);
  wait_until (request (&f, 0, "UPDATE", 0));
  wait_until (request (&f, 0, "INVITE", 1));
  g_assert_cmpstr (request (&f, 0, "INVITE", 1)->body, ==, phone_sdp);
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

/* The other side was to refresh and does not: then we do, and the call stays. */
static void
test_not_refreshed (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->session_expires = 90;
  f.proxies[0]->extra = g_strdup ("Session-Expires: 2;refresher=uas\r\n");
  connect_call (&f);
  wait_until (request (&f, 0, "INVITE", 1));
  g_assert_cmpstr (request (&f, 0, "INVITE", 1)->body, ==, phone_sdp);
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpuint (state (&f, CONNECTED, 1)->code, ==, 200);
  g_assert_null (state (&f, ENDED, 0));
  g_assert_null (request (&f, 0, "BYE", 0));
  fixture_tear_down (&f);
}

/* Every proxy is silent when the session is to be refreshed: no matter, it is tried again. */
static void
test_refresh_silent (void)
{
  Fixture f;
  guint before;

  fixture_set_up (&f, NET, 2, "udp");
  f.account->session_expires = 90;
  f.account->transaction_timeout = 200;
  f.proxies[0]->extra = g_strdup ("Session-Expires: 12;refresher=uac\r\nAllow: INVITE, UPDATE\r\n");
  connect_call (&f);
  f.proxies[0]->silent = f.proxies[1]->silent = TRUE;
  wait_until (request (&f, 0, "UPDATE", 0));
  wait_until (request (&f, 1, "UPDATE", 0));
  /* Let that one be over. */
  fixture_pass (400);
  before
      = fake_proxy_count (f.proxies[0], "UPDATE", 0) + fake_proxy_count (f.proxies[1], "UPDATE", 0);
  f.proxies[0]->silent = f.proxies[1]->silent = FALSE;
  wait_until (fake_proxy_count (f.proxies[0], "UPDATE", 0)
                  + fake_proxy_count (f.proxies[1], "UPDATE", 0)
              > before);
  fixture_pass (100);
  /* Before the session has expired. */
  for (guint i = 0; i < f.events->len; i++)
    g_assert_cmpstr (((Told *) g_ptr_array_index (f.events, i))->operation, !=, "session timer");
  g_assert_null (state (&f, ENDED, 0));
  g_assert_null (state (&f, CONNECTED, 1));
  g_assert_cmpuint (
      fake_proxy_count (f.proxies[0], "BYE", 0) + fake_proxy_count (f.proxies[1], "BYE", 0), ==, 0);
  fixture_tear_down (&f);
}

/* Hold, on hold by the other side too, retrieve: whose wish it is stands in the descriptions, which
 * pass unchanged both ways. */
static void
test_both_on_hold (void)
{
  static const char inactive_sdp[]
      = "v=0\r\no=- 1 3 IN IP4 127.1.0.100\r\ns=-\r\nc=IN IP4 127.1.0.100\r\n"
        "t=0 0\r\nm=audio 8000 RTP/AVP 0 8\r\na=inactive\r\n";
  static const char retrieved_sdp[]
      = "v=0\r\no=- 1 4 IN IP4 127.1.0.100\r\ns=-\r\nc=IN IP4 127.1.0.100\r\n"
        "t=0 0\r\nm=audio 8000 RTP/AVP 0 8\r\na=recvonly\r\n";
  g_autofree char *their_hold = g_strconcat (fake_sdp, "a=inactive\r\n", NULL);
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, CONNECTED, 1));
  fixture_in_dialog (&f, f.proxies[0], "INVITE", 50, "hold", NULL, their_hold);
  wait_until (offer (&f, 0));
  g_assert_cmpstr (offer (&f, 0)->sdp, ==, their_hold);
  tandem_sip_client_answer_offer (f.client, f.call, inactive_sdp);
  wait_until (response (&f, 0, 200, "INVITE", 0));
  g_assert_cmpstr (response (&f, 0, 200, "INVITE", 0)->body, ==, inactive_sdp);
  fixture_in_dialog (&f, f.proxies[0], "ACK", 50, "ack", NULL, NULL);
  tandem_sip_client_offer (f.client, f.call, retrieved_sdp);
  wait_until (state (&f, CONNECTED, 2));
  g_assert_cmpstr (request (&f, 0, "INVITE", 2)->body, ==, retrieved_sdp);
  fixture_in_dialog (&f, f.proxies[0], "INVITE", 51, "retrieve", NULL, fake_sdp);
  wait_until (offer (&f, 1));
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

/* Only a 100, and then the proxy is found dead: the change goes over another one. */
static void
test_offer_dies_half_way (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  connect_call (&f);
  f.proxies[0]->invite_code = 0;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (request (&f, 0, "INVITE", 1));
  fixture_pass (50);
  f.proxies[0]->silent = TRUE;
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpuint (state (&f, CONNECTED, 1)->code, ==, 200);
  g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[1], "INVITE"), ==, 1);
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

/* The far end is slow behind a healthy proxy: no second copy, and nobody is set aside. */
static void
test_offer_slow (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  connect_call (&f);
  f.proxies[0]->invite_code = 0;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (request (&f, 0, "INVITE", 1));
  wait_until (request (&f, 0, "OPTIONS", 0));
  fixture_pass (700);
  g_assert_cmpuint (fake_proxy_count (f.proxies[1], "INVITE", 0), ==, 0);
  fake_proxy_reply (f.proxies[0], request (&f, 0, "INVITE", 1), 200, "OK", NULL, NULL, fake_sdp);
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpuint (state (&f, CONNECTED, 1)->code, ==, 200);
  g_assert_false (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  fixture_tear_down (&f);
}

/* RFC 3261 12.2.1.2 would end the call at a 408, and at what a proxy says that never saw the call. */
static void
test_offer_spares_call (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  connect_call (&f);
  f.proxies[0]->invite_code = 408;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpuint (state (&f, CONNECTED, 1)->code, ==, 408);
  f.proxies[0]->silent = TRUE;
  f.proxies[1]->invite_code = 481;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, CONNECTED, 2));
  g_assert_cmpuint (state (&f, CONNECTED, 2)->code, ==, 481);
  g_assert_null (state (&f, ENDED, 0));
  g_assert_cmpuint (
      fake_proxy_count (f.proxies[0], "BYE", 0) + fake_proxy_count (f.proxies[1], "BYE", 0), ==, 0);
  /* It still knows the call. */
  f.proxies[0]->silent = FALSE;
  f.proxies[0]->invite_code = 200;
  tandem_sip_client_use_again (f.client, "0", NULL);
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, CONNECTED, 3));
  g_assert_cmpuint (state (&f, CONNECTED, 3)->code, ==, 200);
  fixture_tear_down (&f);
}

/* While we wait after a 491 the other side makes its change; ours follows, numbered after our answer. */
static void
test_glare_both (void)
{
  Fixture f;
  guint n = 0;
  FakeMessage *ours;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  f.proxies[0]->handler = glare_once;
  f.proxies[0]->handler_data = &n;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (request (&f, 0, "INVITE", 1));
  fixture_in_dialog (&f, f.proxies[0], "INVITE", 50, "theirs", NULL, fake_sdp);
  wait_until (offer (&f, 0));
  /* The agent's desktop is slow: ours must not cross it. */
  fixture_pass (4300);
  g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[0], "INVITE"), ==, 2);
  tandem_sip_client_answer_offer (f.client, f.call, held_sdp);
  fixture_in_dialog (&f, f.proxies[0], "ACK", 50, "ack", NULL, NULL);
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpuint (state (&f, CONNECTED, 1)->code, ==, 200);
  ours = request (&f, 0, "INVITE", 2);
  g_assert_nonnull (strstr (ours->body, "a=sendonly"));
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

/* The version counts on from whatever was sent, accepted or not. */
static void
test_versions (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  f.proxies[0]->invite_code = 488;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, CONNECTED, 1));
  f.proxies[0]->invite_code = 200;
  tandem_sip_client_offer (f.client, f.call, phone_sdp);
  wait_until (state (&f, CONNECTED, 2));
  g_assert_true (g_str_has_prefix (request (&f, 0, "INVITE", 1)->body,
                                   "v=0\r\no=- 1 2 IN IP4 127.1.0.100\r\n"));
  g_assert_true (g_str_has_prefix (request (&f, 0, "INVITE", 2)->body,
                                   "v=0\r\no=- 1 3 IN IP4 127.1.0.100\r\n"));
  fixture_tear_down (&f);
}

/* The network changes: each call that is up is to be offered anew, those that come up later then. */
static void
test_moved (void)
{
  Fixture f;
  guint ringing;
  g_autofree char *contact = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  connect_call (&f);
  f.proxies[0]->invite_code = 180;
  ringing = f.call;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, RINGING, 1));
  tandem_sip_client_network_changed (f.client);
  wait_until (fixture_event (&f, TANDEM_SIP_EVENT_MOVED, 0));
  g_assert_cmpuint (fixture_event (&f, TANDEM_SIP_EVENT_MOVED, 0)->call, ==, ringing);
  g_assert_null (fixture_event (&f, TANDEM_SIP_EVENT_MOVED, 1));
  f.proxies[0]->invite_code = 200;
  tandem_sip_client_offer (f.client, ringing, held_sdp);
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpuint (state (&f, CONNECTED, 1)->code, ==, 200);
  contact = fake_message_header (request (&f, 0, "INVITE", 2), "Contact", 0);
  g_assert_true (g_str_has_prefix (contact, "<sip:100@127."));
  fake_proxy_reply (f.proxies[0], request (&f, 0, "INVITE", 1), 200, "OK", "far2", NULL, fake_sdp);
  wait_until (fixture_event (&f, TANDEM_SIP_EVENT_MOVED, 1));
  g_assert_cmpuint (fixture_event (&f, TANDEM_SIP_EVENT_MOVED, 1)->call, ==, f.call);
  g_assert_null (state (&f, ENDED, 0));
  fixture_tear_down (&f);
}

/* The pool has proxies of both IP versions: each request is of its own proxy's, there and back. */
static void
test_other_ip_version (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fake_proxy_free (f.proxies[1]);
  f.proxies[1] = fake_proxy_new ("::1", 0, "udp");
  g_free (f.account->server);
  f.account->server
      = g_strdup_printf ("127.1.4.1:%u,[::1]:%u", f.proxies[0]->port, f.proxies[1]->port);
  f.proxies[0]->record_route = g_strdup_printf ("<sip:127.1.4.1:%u;lr>", f.proxies[0]->port);
  connect_call (&f);
  f.proxies[0]->silent = TRUE;
  tandem_sip_client_offer (f.client, f.call, held_sdp);
  wait_until (state (&f, CONNECTED, 1));
  g_assert_cmpuint (state (&f, CONNECTED, 1)->code, ==, 200);
  wait_until (request (&f, 1, "ACK", 0));
  {
    FakeMessage *change = request (&f, 1, "INVITE", 0);
    g_autofree char *via = fake_message_header (change, "Via", 0);
    g_autofree char *contact = fake_message_header (change, "Contact", 0);
    g_autofree char *route = fake_message_header (change, "Route", 0);
    g_autofree char *expected = g_strdup_printf ("<sip:[::1]:%u;lr>", f.proxies[1]->port);

    g_assert_true (g_str_has_prefix (via, "SIP/2.0/UDP [::1]:"));
    g_assert_true (g_str_has_prefix (contact, "<sip:100@[::1]:"));
    g_assert_cmpstr (route, ==, expected);
    g_assert_cmpstr (change->body, ==, held_sdp);
  }
  f.proxies[0]->silent = FALSE;
  f.proxies[1]->silent = TRUE;
  tandem_sip_client_offer (f.client, f.call, phone_sdp);
  wait_until (state (&f, CONNECTED, 2));
  g_assert_cmpuint (state (&f, CONNECTED, 2)->code, ==, 200);
  {
    FakeMessage *change = NULL;
    g_autofree char *contact = NULL;

    for (guint n = 0; request (&f, 0, "INVITE", n) != NULL; n++)
      change = request (&f, 0, "INVITE", n);
    contact = fake_message_header (change, "Contact", 0);
    g_assert_true (g_str_has_prefix (contact, "<sip:100@127."));
  }
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (request (&f, 0, "BYE", 0));
  fixture_tear_down (&f);
}

static void
test_timer_as_callee (void)
{
  Fixture f;
  FakeMessage *ok;
  g_autofree char *invite = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->session_expires = 1800;
  fixture_register (&f);
  invite = fixture_invite (&f, f.proxies[0], "in",
                           "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n"
                           "Min-SE: 90\r\n",
                           fake_sdp);
  wait_until (fixture_event (&f, TANDEM_SIP_EVENT_INCOMING, 0));
  tandem_sip_client_answer (f.client, fixture_event (&f, TANDEM_SIP_EVENT_INCOMING, 0)->call,
                            phone_sdp);
  wait_until ((ok = response (&f, 0, 200, "INVITE", 0)) != NULL);
  g_assert_true (fake_message_has (ok, "Session-Expires: 1800;refresher=uac"));
  g_assert_true (fake_message_has (ok, "Require: timer"));
  fixture_tear_down (&f);
}

/* The registrar refuses in the middle of a call that rings through the same proxy. */
static void
test_register_503_spares_calls (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "tcp");
  fixture_register (&f);
  f.proxies[0]->invite_code = 180;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, RINGING, 0));
  f.proxies[0]->register_code = 503;
  tandem_sip_client_register_again (f.client, "0");
  wait_until (fixture_registration (&f, TANDEM_SIP_REGISTRATION_WAITING, 0));
  fixture_pass (200);
  g_assert_cmpuint (f.proxies[0]->streams->len, ==, 1);
  fake_proxy_reply (f.proxies[0], request (&f, 0, "INVITE", 0), 200, "OK", "far1", NULL, fake_sdp);
  wait_until (state (&f, CONNECTED, 0));
  fixture_tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/session/offer/plain", test_offer);
  g_test_add_func ("/sip/session/offer/refused", test_offer_refused);
  g_test_add_func ("/sip/session/offer/gone", test_offer_gone);
  g_test_add_func ("/sip/session/offer/fails-over", test_offer_fails_over);
  g_test_add_func ("/sip/session/offer/fails", test_offer_fails);
  g_test_add_func ("/sip/session/offer/queue", test_offers_queue);
  g_test_add_func ("/sip/session/offer/both-on-hold", test_both_on_hold);
  g_test_add_func ("/sip/session/offer/dies-half-way", test_offer_dies_half_way);
  g_test_add_func ("/sip/session/offer/slow", test_offer_slow);
  g_test_add_func ("/sip/session/offer/spares-call", test_offer_spares_call);
  g_test_add_func ("/sip/session/offer/versions", test_versions);
  g_test_add_func ("/sip/session/glare/both", test_glare_both);
  g_test_add_func ("/sip/session/glare/ours", test_glare_ours);
  g_test_add_func ("/sip/session/glare/theirs", test_glare_theirs);
  g_test_add_func ("/sip/session/remote/offer", test_remote_offer);
  g_test_add_func ("/sip/session/remote/offerless", test_remote_offerless);
  g_test_add_func ("/sip/session/remote/reanswer-cycles", test_reanswer_cycles);
  g_test_add_func ("/sip/session/remote/update", test_update);
  g_test_add_func ("/sip/session/remote/other", test_other_in_dialog);
  g_test_add_func ("/sip/session/timer/too-small", test_interval_too_small);
  g_test_add_func ("/sip/session/timer/by-update", test_refreshed_by_update);
  g_test_add_func ("/sip/session/timer/by-invite", test_refreshed_by_invite);
  g_test_add_func ("/sip/session/timer/not-refreshed", test_not_refreshed);
  g_test_add_func ("/sip/session/timer/silent", test_refresh_silent);
  g_test_add_func ("/sip/session/moved", test_moved);
  g_test_add_func ("/sip/session/other-ip-version", test_other_ip_version);
  g_test_add_func ("/sip/session/timer/as-callee", test_timer_as_callee);
  g_test_add_func ("/sip/session/register-503-spares-calls", test_register_503_spares_calls);
  return g_test_run ();
}
