/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* Outgoing calls, on the wire: the real client against fake proxies. */

#define NET 2
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
test_plain (void)
{
  Fixture f;
  FakeMessage *ack, *bye, *invite;
  g_autofree char *cseq = NULL;
  g_autofree char *target = NULL;
  g_autofree char *id = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  assert_states (&f, "TRYING RINGING CONNECTED");
  g_assert_cmpstr (state (&f, CONNECTED, 0)->sdp, ==, fake_sdp);
  wait_until (request (&f, 0, "ACK", 0));
  invite = request (&f, 0, "INVITE", 0);
  g_assert_cmpstr (invite->body, ==, phone_sdp);
  g_assert_cmpstr (invite->first, ==, "INVITE sip:200@example.test SIP/2.0");
  id = header (invite, "Call-ID");
  g_assert_cmpstr (state (&f, CONNECTED, 0)->sip_call_id, ==, id);
  ack = request (&f, 0, "ACK", 0);
  cseq = header (ack, "CSeq");
  g_assert_cmpstr (cseq, ==, "1 ACK");
  target = g_strdup_printf ("ACK sip:far@%s:%u SIP/2.0", f.proxies[0]->address, f.proxies[0]->port);
  g_assert_cmpstr (ack->first, ==, target);
  tandem_sip_client_hang_up (f.client, f.call, "SIP;cause=200;text=\"Sample reason\"");
  wait_until (state (&f, ENDED, 0));
  g_assert_false (state (&f, ENDED, 0)->remote_ended);
  wait_until (request (&f, 0, "BYE", 0));
  bye = request (&f, 0, "BYE", 0);
  g_assert_true (fake_message_has (bye, "Reason: SIP;cause=200;text=\"Sample reason\"\r\n"));
  fixture_pass (700);
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "BYE", 0), ==, 1);
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "ACK", 0), ==, 1);
  fixture_tear_down (&f);
}

static void
test_digest (void)
{
  Fixture f;
  FakeMessage *ack;
  g_autofree char *id0 = NULL;
  g_autofree char *id1 = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->expires = 0;
  set (&f.account->password, "sample-password");
  set (&f.proxies[0]->password, "sample-password");
  fixture_apply (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  assert_states (&f, "TRYING RINGING CONNECTED");
  g_assert_cmpuint (distinct (&f, 0, "INVITE"), ==, 2);
  id0 = header (request (&f, 0, "INVITE", 0), "Call-ID");
  id1 = header (request (&f, 0, "INVITE", 1), "Call-ID");
  g_assert_cmpstr (id0, ==, id1);
  wait_until (fake_proxy_count (f.proxies[0], "ACK", 0) == 2);
  ack = request (&f, 0, "ACK", 1);
  g_assert_true (fake_message_has (ack, "Authorization: "));
  fixture_tear_down (&f);
}

static void
test_wrong_password (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->expires = 0;
  set (&f.account->password, "wrong");
  set (&f.proxies[0]->password, "right");
  fixture_apply (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpuint (state (&f, ENDED, 0)->code, ==, 401);
  fixture_pass (400);
  g_assert_cmpuint (distinct (&f, 0, "INVITE"), ==, 2);
  fixture_tear_down (&f);
}

/* The one retry, on another proxy, and the ghost of the first attempt. */
static void
test_silent_proxy (void)
{
  Fixture f;
  FakeMessage *first, *second, *cancel;
  g_autofree char *id0 = NULL, *id1 = NULL, *tag0 = NULL, *tag1 = NULL;
  g_autofree char *branch0 = NULL, *branch1 = NULL, *branch2 = NULL, *id2 = NULL;

  fixture_set_up (&f, NET, 3, "udp");
  fixture_register (&f);
  f.proxies[0]->silent = TRUE;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  assert_states (&f, "TRYING DISCONNECTED TRYING RINGING CONNECTED");
  g_assert_cmpuint (state (&f, DISCONNECTED, 0)->attempt, ==, 1);
  g_assert_cmpuint (state (&f, TRYING, 1)->attempt, ==, 2);
  g_assert_cmpstr (state (&f, TRYING, 1)->candidate, ==, f.proxies[1]->id);
  first = request (&f, 0, "INVITE", 0);
  second = request (&f, 1, "INVITE", 0);
  g_assert_cmpint (second->when - first->when, >=, WAITED);
  g_assert_cmpint (second->when - first->when, <, 2 * G_USEC_PER_SEC);
  id0 = header (first, "Call-ID");
  id1 = header (second, "Call-ID");
  g_assert_cmpstr (id0, !=, id1);
  tag0 = fake_message_parameter (first, "From", "tag");
  tag1 = fake_message_parameter (second, "From", "tag");
  g_assert_cmpstr (tag0, !=, tag1);
  /* CANCEL of the first, with its branch, over the living proxy. */
  wait_until (request (&f, 1, "CANCEL", 0));
  cancel = request (&f, 1, "CANCEL", 0);
  branch0 = fake_message_parameter (first, "Via", "branch");
  branch1 = fake_message_parameter (second, "Via", "branch");
  branch2 = fake_message_parameter (cancel, "Via", "branch");
  id2 = header (cancel, "Call-ID");
  g_assert_cmpstr (branch2, ==, branch0);
  g_assert_cmpstr (branch2, !=, branch1);
  g_assert_cmpstr (id2, ==, id0);
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  /* The second call avoids it. */
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (request (&f, 1, "BYE", 0));
  wait_until (state (&f, ENDED, 0));
  f.proxies[0]->silent = FALSE;
  fixture_forget (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  assert_states (&f, "TRYING RINGING CONNECTED");
  g_assert_cmpuint (distinct (&f, 0, "INVITE"), ==, 1);
  fixture_tear_down (&f);
}

static void
test_exactly_once (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 3, "udp");
  f.account->expires = 0;
  for (guint i = 0; i < 3; i++)
    f.proxies[i]->silent = TRUE;
  fixture_apply (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, ENDED, 0));
  assert_states (&f, "TRYING DISCONNECTED TRYING ENDED");
  g_assert_cmpuint (state (&f, ENDED, 0)->code, ==, 408);
  g_assert_true (state (&f, ENDED, 0)->remote_ended);
  fixture_pass (500);
  g_assert_cmpuint (distinct (&f, 0, "INVITE"), ==, 1);
  g_assert_cmpuint (distinct (&f, 1, "INVITE"), ==, 1);
  g_assert_cmpuint (distinct (&f, 2, "INVITE"), ==, 0);
  fixture_tear_down (&f);
}

static void
test_single_candidate_again (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->expires = 0;
  f.proxies[0]->silent = TRUE;
  fixture_apply (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, ENDED, 0));
  assert_states (&f, "TRYING DISCONNECTED TRYING ENDED");
  g_assert_cmpuint (distinct (&f, 0, "INVITE"), ==, 2);
  fixture_tear_down (&f);
}

/* Requests pass, answers get lost: nobody must be left ringing or connected. */
static void
test_answers_lost (void)
{
  Fixture f;
  FakeMessage *invite;
  g_autofree char *id = NULL;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  f.proxies[0]->mute = TRUE;
  f.proxies[0]->invite_code = 180;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  invite = request (&f, 0, "INVITE", 0);
  id = header (invite, "Call-ID");
  /* It comes back: a late 180 of the abandoned attempt is cancelled over its own hop. */
  f.proxies[0]->mute = FALSE;
  fake_proxy_reply (f.proxies[0], invite, 180, "Ringing", "late", NULL, NULL);
  wait_until (request (&f, 0, "CANCEL", 0));
  wait_until (request (&f, 0, "ACK", 0));
  g_assert_null (state (&f, ENDED, 0));
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "BYE", 0), ==, 0);
  fixture_tear_down (&f);
}

static void
test_late_answer (void)
{
  Fixture f;
  FakeMessage *invite, *ack, *bye;
  g_autofree char *id = NULL, *ack_id = NULL, *bye_id = NULL;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  f.proxies[0]->mute = TRUE;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  invite = request (&f, 0, "INVITE", 0);
  id = header (invite, "Call-ID");
  f.proxies[0]->mute = FALSE;
  fake_proxy_reply (f.proxies[0], invite, 200, "OK", "late", NULL, fake_sdp);
  wait_until ((ack = request (&f, 0, "ACK", 0)) != NULL);
  /* The BYE goes where the health table sends it; the far end is the same. */
  wait_until ((bye = request (&f, 1, "BYE", 0)) != NULL);
  ack_id = header (ack, "Call-ID");
  bye_id = header (bye, "Call-ID");
  g_assert_cmpstr (ack_id, ==, id);
  g_assert_cmpstr (bye_id, ==, id);
  /* The real call is untouched. */
  g_assert_null (state (&f, ENDED, 0));
  /* The 2xx comes again: acknowledged again, not ended again. */
  fake_proxy_reply (f.proxies[0], invite, 200, "OK", "late", NULL, fake_sdp);
  wait_until (fake_proxy_count (f.proxies[0], "ACK", 0) == 2);
  g_assert_cmpuint (distinct (&f, 0, "BYE") + distinct (&f, 1, "BYE"), ==, 1);
  fixture_tear_down (&f);
}

static void
test_overloaded (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  f.proxies[0]->invite_code = 503;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  assert_states (&f, "TRYING DISCONNECTED TRYING RINGING CONNECTED");
  fixture_pass (100);
  g_assert_cmpuint (distinct (&f, 1, "CANCEL"), ==, 0);
  g_assert_false (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (state (&f, ENDED, 0));
  f.proxies[1]->invite_code = 503;
  fixture_forget (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, ENDED, 0));
  assert_states (&f, "TRYING DISCONNECTED TRYING ENDED");
  g_assert_cmpuint (state (&f, ENDED, 0)->code, ==, 503);
  fixture_tear_down (&f);
}

static void
test_dies_half_way (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  f.proxies[0]->invite_code = 0;
  fixture_call (&f, phone_sdp);
  wait_until (request (&f, 0, "INVITE", 0));
  fixture_pass (50);
  f.proxies[0]->silent = TRUE;
  wait_until (state (&f, CONNECTED, 0));
  assert_states (&f, "TRYING DISCONNECTED TRYING RINGING CONNECTED");
  fixture_tear_down (&f);
}

static void
test_rings_through_death (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  f.proxies[0]->invite_code = 180;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, RINGING, 0));
  f.proxies[0]->silent = TRUE;
  tandem_sip_client_test_now (f.client, "0");
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  fixture_pass (300);
  assert_states (&f, "TRYING RINGING");
  f.proxies[0]->silent = FALSE;
  fake_proxy_reply (f.proxies[0], request (&f, 0, "INVITE", 0), 200, "OK", "far1", NULL, fake_sdp);
  wait_until (state (&f, CONNECTED, 0));
  fixture_tear_down (&f);
}

static void
test_early_media (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  f.proxies[0]->early_media = TRUE;
  f.proxies[0]->ring_ms = 50;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  assert_states (&f, "TRYING EARLY_MEDIA CONNECTED");
  g_assert_cmpstr (state (&f, EARLY_MEDIA, 0)->sdp, ==, fake_sdp);
  g_assert_cmpuint (state (&f, EARLY_MEDIA, 0)->code, ==, 183);
  fixture_tear_down (&f);
}

static char *
make_answer (const char *offer, gpointer data)
{
  *(char **) data = g_strdup (offer);
  return g_strdup (phone_sdp);
}

static void
test_late_offer (void)
{
  Fixture f;
  char *offered = NULL;
  FakeMessage *ack;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  f.call = tandem_sip_client_next_call_id (f.client);
  tandem_sip_client_call (f.client, f.call, "0", "sip:200@example.test", NULL, make_answer,
                          &offered, NULL);
  wait_until (state (&f, CONNECTED, 0));
  g_assert_null (request (&f, 0, "INVITE", 0)->body);
  g_assert_cmpstr (offered, ==, fake_sdp);
  wait_until ((ack = request (&f, 0, "ACK", 0)) != NULL);
  g_assert_cmpstr (ack->body, ==, phone_sdp);
  g_free (offered);
  fixture_tear_down (&f);
}

static char *
refuse_offer (const char *offer, gpointer data)
{
  return NULL;
}

static void
test_late_offer_refused (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  f.call = tandem_sip_client_next_call_id (f.client);
  tandem_sip_client_call (f.client, f.call, "0", "sip:200@example.test", NULL, refuse_offer, NULL,
                          NULL);
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpuint (state (&f, ENDED, 0)->code, ==, 488);
  wait_until (request (&f, 0, "ACK", 0));
  wait_until (request (&f, 0, "BYE", 0));
  fixture_tear_down (&f);
}

static void
test_refused (gconstpointer data)
{
  guint code = GPOINTER_TO_UINT (data);
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  f.proxies[0]->invite_code = code;
  set (&f.proxies[0]->extra, "Reason: Q.850;cause=17;text=\"sample busy\"\r\n");
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpuint (state (&f, ENDED, 0)->code, ==, code);
  g_assert_cmpstr (state (&f, ENDED, 0)->text, ==, "Whatever");
  g_assert_cmpstr (state (&f, ENDED, 0)->reason, ==, "Q.850;cause=17;text=\"sample busy\"");
  g_assert_true (state (&f, ENDED, 0)->remote_ended);
  wait_until (request (&f, 0, "ACK", 0));
  g_assert_cmpuint (distinct (&f, 1, "INVITE"), ==, 0);
  fixture_tear_down (&f);
}

static gboolean
redirect (FakeProxy *proxy, FakeMessage *message, gpointer data)
{
  if (strcmp (message->method, "INVITE") != 0 || strstr (message->first, "sip:200@") == NULL)
    return FALSE;
  fake_proxy_reply (proxy, message, 302, "Moved", "m", "Contact: <sip:777@example.test>\r\n", NULL);
  return TRUE;
}

static void
test_redirect_asks (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  f.proxies[0]->handler = redirect;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, ENDED, 0));
  assert_states (&f, "TRYING REDIRECT ENDED");
  g_assert_cmpstr (state (&f, REDIRECT, 0)->target, ==, "sip:777@example.test");
  g_assert_cmpuint (state (&f, REDIRECT, 0)->code, ==, 302);
  fixture_tear_down (&f);
}

static void
test_redirect_followed (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->follow_redirects = TRUE;
  fixture_register (&f);
  f.proxies[0]->handler = redirect;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  g_assert_cmpstr (request (&f, 0, "INVITE", 1)->first, ==, "INVITE sip:777@example.test SIP/2.0");
  fixture_tear_down (&f);
}

static void
test_forked (void)
{
  Fixture f;
  FakeMessage *invite;
  guint byes;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  f.proxies[0]->invite_code = 0;
  fixture_call (&f, phone_sdp);
  wait_until ((invite = request (&f, 0, "INVITE", 0)) != NULL);
  fake_proxy_reply (f.proxies[0], invite, 180, "Ringing", "fork1", NULL, NULL);
  fake_proxy_reply (f.proxies[0], invite, 180, "Ringing", "fork2", NULL, NULL);
  fake_proxy_reply (f.proxies[0], invite, 200, "OK", "fork1", NULL, fake_sdp);
  fake_proxy_reply (f.proxies[0], invite, 200, "OK", "fork2", NULL, fake_sdp);
  wait_until (fake_proxy_count (f.proxies[0], "ACK", 0) == 2);
  wait_until ((byes = fake_proxy_count (f.proxies[0], "BYE", 0)) == 1);
  g_assert_true (fake_message_has (request (&f, 0, "BYE", 0), ";tag=fork2"));
  assert_states (&f, "TRYING RINGING RINGING CONNECTED");
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (fake_proxy_count (f.proxies[0], "BYE", 0) == 2);
  g_assert_true (fake_message_has (request (&f, 0, "BYE", 1), ";tag=fork1"));
  fixture_tear_down (&f);
}

static void
test_answer_repeated (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  fixture_call (&f, phone_sdp);
  wait_until (request (&f, 0, "ACK", 0));
  fake_proxy_reply (f.proxies[0], request (&f, 0, "INVITE", 0), 200, "OK", "far1", NULL, fake_sdp);
  wait_until (fake_proxy_count (f.proxies[0], "ACK", 0) == 2);
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "BYE", 0), ==, 0);
  assert_states (&f, "TRYING RINGING CONNECTED");
  fixture_tear_down (&f);
}

static void
test_answer_without_sdp (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  f.proxies[0]->no_sdp = TRUE;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, ENDED, 0));
  wait_until (request (&f, 0, "ACK", 0));
  wait_until (request (&f, 0, "BYE", 0));
  fixture_tear_down (&f);
}

static void
test_rings_too_long (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->ringing_timeout = 1;
  fixture_register (&f);
  f.proxies[0]->invite_code = 180;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpuint (state (&f, ENDED, 0)->code, ==, 408);
  wait_until (request (&f, 0, "CANCEL", 0));
  fixture_tear_down (&f);
}

static void
test_bad_target (gconstpointer data)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  f.call = tandem_sip_client_next_call_id (f.client);
  tandem_sip_client_call (f.client, f.call, "0", data, phone_sdp, NULL, NULL, NULL);
  wait_until (state (&f, ENDED, 0));
  g_assert_nonnull (state (&f, ENDED, 0)->text);
  g_assert_cmpuint (fake_proxy_count (f.proxies[0], "INVITE", 0), ==, 0);
  fixture_tear_down (&f);
}

static void
test_endless_route (void)
{
  Fixture f;
  GString *routes = g_string_new (NULL);

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  for (guint i = 0; i < 200; i++)
    g_string_append_printf (routes,
                            "Record-Route: <sip:sample-hop-%u.example.test;lr;x=abcdefgh>\r\n", i);
  g_free (f.proxies[0]->extra);
  f.proxies[0]->extra = g_string_free (routes, FALSE);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpstr (state (&f, ENDED, 0)->text, ==, "the answer has no usable way back");
  fixture_tear_down (&f);
}

static void
test_long_target (void)
{
  g_autofree char *filler = g_strnfill (17000, 'x');
  g_autofree char *uri = g_strdup_printf ("sip:%s@example.test", filler);
  Fixture f;
  gint64 start;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  start = g_get_monotonic_time ();
  f.call = tandem_sip_client_next_call_id (f.client);
  tandem_sip_client_call (f.client, f.call, "0", uri, phone_sdp, NULL, NULL, NULL);
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  fixture_tear_down (&f);
}

static void
test_no_account (void)
{
  Fixture f;
  guint call;

  fixture_set_up (&f, NET, 1, "udp");
  call = tandem_sip_client_next_call_id (f.client);
  tandem_sip_client_call (f.client, call, "7", "sip:200@example.test", phone_sdp, NULL, NULL, NULL);
  wait_until (state (&f, ENDED, 0));
  g_assert_cmpuint (state (&f, ENDED, 0)->call, ==, call);
  tandem_sip_client_hang_up (f.client, 4711, NULL);
  tandem_sip_client_answer (f.client, 4711, phone_sdp);
  tandem_sip_client_offer (f.client, 4711, phone_sdp);
  tandem_sip_client_answer_offer (f.client, 4711, NULL);
  tandem_sip_client_decline (f.client, 4711, 486, NULL);
  tandem_sip_client_remove_account (f.client, "7");
  tandem_sip_client_register_again (f.client, "7");
  fixture_tear_down (&f);
}

static void
test_unresolvable (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->expires = 0;
  set (&f.account->server, "nowhere.invalid:5060");
  fixture_apply (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, ENDED, 0));
  g_assert_nonnull (state (&f, ENDED, 0)->text);
  fixture_call (&f, phone_sdp);
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (state (&f, ENDED, 1));
  fixture_tear_down (&f);
}

static void
test_tcp (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "tcp");
  fixture_register (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  wait_until (request (&f, 0, "ACK", 0));
  g_assert_cmpuint (f.proxies[0]->streams->len, ==, 1);
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (request (&f, 0, "BYE", 0));
  g_assert_cmpuint (f.proxies[0]->streams->len, ==, 1);
  fixture_tear_down (&f);
}

/* A proxy that takes the connection and says nothing. */
static void
test_tcp_silent (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "tcp");
  fixture_register (&f);
  f.proxies[0]->silent = TRUE;
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  assert_states (&f, "TRYING DISCONNECTED TRYING RINGING CONNECTED");
  wait_until (request (&f, 1, "CANCEL", 0));
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (request (&f, 1, "BYE", 0));
  fixture_tear_down (&f);
}

static void
test_tcp_reset (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "tcp");
  f.account->transaction_timeout = 4000;
  fixture_register (&f);
  f.proxies[0]->invite_code = 1;
  fixture_call (&f, phone_sdp);
  wait_until (request (&f, 0, "INVITE", 0));
  fake_proxy_kill (f.proxies[0]);
  wait_until (state (&f, CONNECTED, 0));
  g_assert_cmpint (request (&f, 1, "INVITE", 0)->when - request (&f, 0, "INVITE", 0)->when, <,
                   2 * G_USEC_PER_SEC);
  fixture_tear_down (&f);
}

static void
test_many_calls (void)
{
  Fixture f;
  guint n = 20;
  guint connected = 0;

  /* Not about timeouts: the default one, which a busy machine can keep. */
  fixture_set_up (&f, NET, 1, "udp");
  f.account->transaction_timeout = 4000;
  fixture_register (&f);
  for (guint i = 0; i < n; i++)
    fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, n - 1));
  for (guint i = 0; i < f.events->len; i++)
    {
      Told *told = g_ptr_array_index (f.events, i);

      if (told->type == TANDEM_SIP_EVENT_CALL && told->state == TANDEM_SIP_CALL_CONNECTED)
        {
          connected++;
          tandem_sip_client_hang_up (f.client, told->call, NULL);
        }
    }
  g_assert_cmpuint (connected, ==, n);
  wait_until (distinct (&f, 0, "BYE") == n);
  fixture_tear_down (&f);
}

static char *
answer_slowly (const char *offer, gpointer data)
{
  g_usleep (3500 * G_TIME_SPAN_MILLISECOND);
  return g_strdup (phone_sdp);
}

static gboolean
hold_back (FakeProxy *proxy, FakeMessage *message, gpointer data)
{
  return message->code == 0 && strcmp (message->method, "INVITE") == 0;
}

/* The SIP thread is held up past every deadline while the answers lie in the socket: no proxy was
 * silent. */
static void
test_stalled_thread (void)
{
  Fixture f;
  guint n = 10;

  fixture_set_up (&f, NET, 2, "udp");
  /* Time enough for the answers to be sent; the thread is held up for longer. */
  f.account->transaction_timeout = 3000;
  fixture_register (&f);
  f.proxies[0]->handler = hold_back;
  f.call = tandem_sip_client_next_call_id (f.client);
  tandem_sip_client_call (f.client, f.call, "0", "sip:200@example.test", NULL, answer_slowly, NULL,
                          NULL);
  for (guint i = 1; i < n; i++)
    fixture_call (&f, phone_sdp);
  wait_until (distinct (&f, 0, "INVITE") == n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *tag = g_strdup_printf ("late%u", i);

      fake_proxy_reply (f.proxies[0], request (&f, 0, "INVITE", i), 200, "OK", tag, NULL, fake_sdp);
    }
  wait_until (state (&f, CONNECTED, n - 1));
  g_assert_null (state (&f, DISCONNECTED, 0));
  g_assert_cmpuint (distinct (&f, 1, "INVITE"), ==, 0);
  g_assert_false (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  fixture_tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/outgoing/plain", test_plain);
  g_test_add_func ("/sip/outgoing/digest", test_digest);
  g_test_add_func ("/sip/outgoing/wrong-password", test_wrong_password);
  g_test_add_func ("/sip/outgoing/silent-proxy", test_silent_proxy);
  g_test_add_func ("/sip/outgoing/exactly-once", test_exactly_once);
  g_test_add_func ("/sip/outgoing/single-candidate-again", test_single_candidate_again);
  g_test_add_func ("/sip/outgoing/answers-lost", test_answers_lost);
  g_test_add_func ("/sip/outgoing/late-answer", test_late_answer);
  g_test_add_func ("/sip/outgoing/overloaded", test_overloaded);
  g_test_add_func ("/sip/outgoing/dies-half-way", test_dies_half_way);
  g_test_add_func ("/sip/outgoing/rings-through-death", test_rings_through_death);
  g_test_add_func ("/sip/outgoing/early-media", test_early_media);
  g_test_add_func ("/sip/outgoing/late-offer", test_late_offer);
  g_test_add_func ("/sip/outgoing/late-offer-refused", test_late_offer_refused);
  g_test_add_data_func ("/sip/outgoing/refused/404", GUINT_TO_POINTER (404), test_refused);
  g_test_add_data_func ("/sip/outgoing/refused/486", GUINT_TO_POINTER (486), test_refused);
  g_test_add_data_func ("/sip/outgoing/refused/500", GUINT_TO_POINTER (500), test_refused);
  g_test_add_data_func ("/sip/outgoing/refused/603", GUINT_TO_POINTER (603), test_refused);
  g_test_add_func ("/sip/outgoing/redirect/asks", test_redirect_asks);
  g_test_add_func ("/sip/outgoing/redirect/followed", test_redirect_followed);
  g_test_add_func ("/sip/outgoing/forked", test_forked);
  g_test_add_func ("/sip/outgoing/answer-repeated", test_answer_repeated);
  g_test_add_func ("/sip/outgoing/answer-without-sdp", test_answer_without_sdp);
  g_test_add_func ("/sip/outgoing/rings-too-long", test_rings_too_long);
  g_test_add_data_func ("/sip/outgoing/bad-target/empty", "", test_bad_target);
  g_test_add_data_func ("/sip/outgoing/bad-target/tel", "tel:+15551234", test_bad_target);
  g_test_add_data_func ("/sip/outgoing/bad-target/label", "sip:a@b", test_bad_target);
  g_test_add_data_func ("/sip/outgoing/bad-target/garbage", "sip:\r\nX: y@", test_bad_target);
  g_test_add_data_func ("/sip/outgoing/bad-target/tail", "sip:200@example.test tail",
                        test_bad_target);
  g_test_add_func ("/sip/outgoing/endless-route", test_endless_route);
  g_test_add_func ("/sip/outgoing/long-target", test_long_target);
  g_test_add_func ("/sip/outgoing/no-account", test_no_account);
  g_test_add_func ("/sip/outgoing/unresolvable", test_unresolvable);
  g_test_add_func ("/sip/outgoing/tcp/plain", test_tcp);
  g_test_add_func ("/sip/outgoing/tcp/silent", test_tcp_silent);
  g_test_add_func ("/sip/outgoing/tcp/reset", test_tcp_reset);
  g_test_add_func ("/sip/outgoing/many-calls", test_many_calls);
  g_test_add_func ("/sip/outgoing/stalled-thread", test_stalled_thread);
  return g_test_run ();
}
