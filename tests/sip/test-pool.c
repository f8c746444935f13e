/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* What an account makes of its pool, on the wire: the agent's wish, practice, and hints. */

#define NET 7
/* At once, on a machine that has other things to do: 1 ms is usual, the timeouts are 1 s and more. */
#define PROMPT (250 * G_TIME_SPAN_MILLISECOND)
#define registration(f, what, n) fixture_registration (f, TANDEM_SIP_REGISTRATION_##what, n)
#define registers(f, i) fake_proxy_count_distinct ((f)->proxies[i], "REGISTER")

static void
test_prefer (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 3, "udp");
  fixture_register (&f);
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_IN_USE));
  tandem_sip_client_prefer (f.client, "0", f.proxies[2]->id);
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpstr (registration (&f, REGISTERED, 1)->candidate, ==, f.proxies[2]->id);
  wait_until (fixture_has_role (&f, 2, TANDEM_SIP_ROLE_IN_USE));
  g_assert_true (fixture_member (&f, 2)->preferred);
  g_assert_false (fixture_member (&f, 0)->preferred);
  g_assert_nonnull (fixture_timeline (&f, "prefer", 0));
  /* Its refreshes stay there. */
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 2));
  g_assert_cmpstr (registration (&f, REGISTERED, 2)->candidate, ==, f.proxies[2]->id);
  /* No wish any more: DNS order with the next refresh. */
  tandem_sip_client_prefer (f.client, "0", NULL);
  wait_until (!fixture_member (&f, 2)->preferred);
  g_assert_cmpuint (registers (&f, 0), ==, 1);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 3));
  g_assert_cmpstr (registration (&f, REGISTERED, 3)->candidate, ==, f.proxies[0]->id);
  fixture_tear_down (&f);
}

/* Nobody hears of a registration at a pool whose members were not told. */
static void
test_members_first (void)
{
  Fixture f;
  guint members = 0;

  fixture_set_up (&f, NET, 3, "udp");
  fixture_register (&f);
  for (guint i = 0; i < f.events->len; i++)
    {
      Told *told = g_ptr_array_index (f.events, i);

      if (told->type == TANDEM_SIP_EVENT_POOL)
        members = told->members->len;
      if (told->type == TANDEM_SIP_EVENT_REGISTRATION
          && told->registration == TANDEM_SIP_REGISTRATION_REGISTERED)
        g_assert_cmpuint (members, ==, 3);
    }
  fixture_tear_down (&f);
}

/* A call keeps the registration where it is until it ends; a new call goes where the agent wants. */
static void
test_prefer_when_idle (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  tandem_sip_client_prefer (f.client, "0", f.proxies[1]->id);
  wait_until (fixture_member (&f, 1) != NULL && fixture_member (&f, 1)->preferred);
  fixture_pass (100);
  g_assert_cmpuint (registers (&f, 1), ==, 0);
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpstr (registration (&f, REGISTERED, 1)->candidate, ==, f.proxies[1]->id);
  fixture_forget (&f);
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[1], "INVITE"), ==, 1);
  fixture_tear_down (&f);
}

/* What is set aside is passed over, whoever wants it. */
static void
test_prefer_penalised (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  f.proxies[1]->silent = TRUE;
  fixture_register (&f);
  tandem_sip_client_test_now (f.client, "0");
  wait_until (fixture_has_role (&f, 1, TANDEM_SIP_ROLE_SET_ASIDE));
  f.proxies[1]->silent = FALSE;
  tandem_sip_client_prefer (f.client, "0", f.proxies[1]->id);
  wait_until (fixture_member (&f, 1)->preferred);
  fixture_pass (100);
  g_assert_cmpuint (registers (&f, 1), ==, 0);
  tandem_sip_client_prefer (f.client, "0", "nonsense");
  tandem_sip_client_prefer (f.client, "0", f.proxies[1]->id);
  tandem_sip_client_use_again (f.client, "0", f.proxies[1]->id);
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpstr (registration (&f, REGISTERED, 1)->candidate, ==, f.proxies[1]->id);
  fixture_tear_down (&f);
}

/* Practice: nothing gets to the proxy, nothing from it is heard; it ends by itself, and what was
 * connected before still is. */
static void
test_stop_hearing (gconstpointer data)
{
  Fixture f;
  guint heard;

  fixture_set_up (&f, NET, 2, data);
  fixture_register (&f);
  heard = f.proxies[0]->received->len;
  tandem_sip_client_stop_hearing (f.client, "0", f.proxies[0]->id, 2);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpstr (registration (&f, REGISTERED, 1)->candidate, ==, f.proxies[1]->id);
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  g_assert_nonnull (fixture_timeline (&f, "practice", 0));
  if (f.proxies[0]->peer != NULL)
    {
      g_autofree char *bye = g_strdup_printf (
          "OPTIONS sip:100@127.1.7.9 SIP/2.0\r\nVia: SIP/2.0/%s %s:%u;branch=z9hG4bKpractice\r\n"
          "From: <sip:a@example.test>;tag=1\r\nTo: <sip:100@example.test>\r\nCall-ID: practice\r\n"
          "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
          strcmp (data, "udp") == 0 ? "UDP" : "TCP", f.proxies[0]->address, f.proxies[0]->port);

      fake_proxy_send_to_peer (f.proxies[0], bye);
      fixture_pass (100);
      g_assert_cmpuint (f.proxies[0]->received->len, ==, heard);
      g_assert_null (fixture_timeline (&f, "practice", 1));
      wait_until (fixture_timeline (&f, "practice", 1));
      g_assert_cmpstr (fixture_timeline (&f, "practice", 1)->to, ==, f.proxies[0]->id);
      fake_proxy_send_to_peer (f.proxies[0], bye);
      wait_until (fake_proxy_find (f.proxies[0], "OPTIONS", 200, 0));
    }
  tandem_sip_client_use_again (f.client, "0", NULL);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 2));
  g_assert_cmpstr (registration (&f, REGISTERED, 2)->candidate, ==, f.proxies[0]->id);
  if (f.proxies[0]->streams->len > 0)
    g_assert_cmpuint (f.proxies[0]->streams->len, ==, 1);
  fixture_tear_down (&f);
}

/* All of a pool at once, and heard again on demand. */
static void
test_stop_hearing_all (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  tandem_sip_client_stop_hearing (f.client, "0", NULL, 3600);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, WAITING, 0));
  g_assert_cmpuint (registers (&f, 0), ==, 1);
  g_assert_cmpuint (registers (&f, 1), ==, 0);
  tandem_sip_client_stop_hearing (f.client, "0", NULL, 0);
  wait_until (fixture_timeline (&f, "practice", 3));
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 1));
  tandem_sip_client_stop_hearing (f.client, "0", "nonsense", 5);
  tandem_sip_client_stop_hearing (f.client, NULL, NULL, 0);
  fixture_tear_down (&f);
}

/* A closed port: the kernel's ICMP is a hint, and nothing waits for the timeout; the penalty comes
 * when the probe has found nobody either. */
static void
test_refused_register (void)
{
  Fixture f;
  gint64 start;

  fixture_set_up (&f, NET, 2, "udp");
  f.account->transaction_timeout = 1000;
  fake_proxy_kill (f.proxies[0]);
  start = g_get_monotonic_time ();
  fixture_register (&f);
  g_assert_cmpint (registration (&f, REGISTERED, 0)->when - start, <, G_USEC_PER_SEC);
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[1]->id);
  g_assert_cmpstr (fixture_timeline (&f, "REGISTER", 0)->text, ==, "port unreachable");
  g_assert_cmpint (fixture_timeline (&f, "REGISTER", 0)->took, <, PROMPT);
  wait_until (fixture_member (&f, 0) != NULL);
  g_assert_false (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  g_assert_cmpint (g_get_monotonic_time () - start, >=, G_USEC_PER_SEC);
  fixture_tear_down (&f);
}

/* The same with ICMPv6: the error queue of a socket of that family. */
static void
test_refused_ipv6 (void)
{
  Fixture f;
  gint64 start;

  fixture_set_up (&f, NET, 2, "udp");
  for (guint i = 0; i < 2; i++)
    {
      fake_proxy_free (f.proxies[i]);
      f.proxies[i] = fake_proxy_new ("::1", 0, "udp");
    }
  g_free (f.account->server);
  f.account->server = g_strdup_printf ("[::1]:%u,[::1]:%u", f.proxies[0]->port, f.proxies[1]->port);
  f.account->ip_versions = TANDEM_SIP_IP_V6;
  f.account->transaction_timeout = 4000;
  fixture_register (&f);
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[0]->id);
  fake_proxy_kill (f.proxies[0]);
  start = g_get_monotonic_time ();
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  g_assert_cmpint (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0)->when - start, <,
                   G_USEC_PER_SEC);
  g_assert_cmpstr (fixture_timeline (&f, "INVITE", 0)->text, ==, "port unreachable");
  g_assert_cmpint (fixture_timeline (&f, "INVITE", 0)->took, <, PROMPT);
  g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[1], "INVITE"), ==, 1);
  fixture_tear_down (&f);
}

static void
test_refused_call (void)
{
  Fixture f;
  gint64 start;

  fixture_set_up (&f, NET, 2, "udp");
  f.account->transaction_timeout = 4000;
  fixture_register (&f);
  fake_proxy_kill (f.proxies[0]);
  start = g_get_monotonic_time ();
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  g_assert_cmpint (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0)->when - start, <,
                   G_USEC_PER_SEC);
  g_assert_cmpint (fixture_timeline (&f, "INVITE", 0)->took, <, PROMPT);
  fixture_tear_down (&f);
}

static void
test_refused_bye (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  f.account->transaction_timeout = 4000;
  fixture_register (&f);
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  fake_proxy_kill (f.proxies[0]);
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (fake_proxy_find (f.proxies[1], "BYE", 0, 0));
  wait_until (fixture_timeline (&f, "BYE", 0));
  g_assert_cmpint (fixture_timeline (&f, "BYE", 0)->took, <, PROMPT);
  fixture_tear_down (&f);
}

/* The same for the 200 OK to an INVITE: whoever brought it is gone when the agent answers. */
static void
test_refused_answer (void)
{
  Fixture f;
  g_autofree char *invite = NULL;

  fixture_set_up (&f, NET, 2, "udp");
  f.account->transaction_timeout = 4000;
  fixture_register (&f);
  invite = fixture_invite (&f, f.proxies[0], "gone", NULL, fake_sdp);
  wait_until (fixture_event (&f, TANDEM_SIP_EVENT_INCOMING, 0));
  wait_until (fake_proxy_find (f.proxies[0], "INVITE", 180, 0));
  fake_proxy_kill (f.proxies[0]);
  tandem_sip_client_answer (f.client, fixture_event (&f, TANDEM_SIP_EVENT_INCOMING, 0)->call,
                            phone_sdp);
  wait_until (fake_proxy_find (f.proxies[1], "INVITE", 200, 0));
  wait_until (fixture_timeline (&f, "200 OK", 0));
  g_assert_cmpint (fixture_timeline (&f, "200 OK", 0)->took, <, PROMPT);
  fixture_tear_down (&f);
}

/* A call that a member of the pool sends to its fellow goes there without asking. */
static void
test_redirected_call (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 3, "udp");
  fixture_register (&f);
  f.proxies[0]->invite_code = 302;
  f.proxies[0]->extra
      = g_strdup_printf ("Contact: <sip:200@%s:%u>\r\n", f.proxies[2]->address, f.proxies[2]->port);
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[2], "INVITE"), ==, 1);
  g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[1], "INVITE"), ==, 0);
  g_assert_cmpstr (fake_proxy_find (f.proxies[2], "INVITE", 0, 0)->first, ==,
                   "INVITE sip:200@example.test SIP/2.0");
  g_assert_null (fixture_state (&f, TANDEM_SIP_CALL_REDIRECT, 0));
  fixture_tear_down (&f);
}

/* With everybody gone it ends in order, without a storm: the single hint moves it once. */
static void
test_refused_by_all (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fake_proxy_kill (f.proxies[0]);
  fake_proxy_kill (f.proxies[1]);
  fixture_apply (&f);
  wait_until (registration (&f, WAITING, 0));
  g_assert_cmpint (registration (&f, WAITING, 0)->next_try, >,
                   g_get_monotonic_time () + G_USEC_PER_SEC);
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  wait_until (fixture_has_role (&f, 1, TANDEM_SIP_ROLE_SET_ASIDE));
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_ENDED, 0));
  fixture_tear_down (&f);
}

/* Keep-alives over connections: ours are sent, theirs are answered. */
static void
test_keep_alive (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "tcp");
  f.account->probe_interval = 1;
  fixture_register (&f);
  fake_proxy_send_to_peer (f.proxies[0], "\r\n\r\n");
  wait_until (f.proxies[0]->pongs == 1);
  /* One is the answer to ours, and gets none. */
  fake_proxy_send_to_peer (f.proxies[0], "\r\n");
  wait_until (f.proxies[0]->pings > 0);
  g_assert_cmpuint (f.proxies[0]->pongs, ==, 1);
  fake_proxy_send_to_peer (f.proxies[0], "\r\n\r\n");
  wait_until (f.proxies[0]->pongs == 2);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpuint (f.proxies[0]->streams->len, ==, 1);
  fixture_tear_down (&f);
}

/* What the kernel is told of each connection: how long it may hang. */
static void
test_user_timeout (void)
{
  Fixture f;
  guint found = 0;

  fixture_set_up (&f, NET, 1, "tcp");
  f.account->transaction_timeout = 2500;
  fixture_register (&f);
  for (int fd = 0; fd < 256; fd++)
    {
      struct sockaddr_storage peer = { 0 };
      socklen_t length = sizeof peer;
      g_autoptr (GSocketAddress) address = NULL;
      unsigned int timeout = 0;
      int keep_alive = 0;

      if (getpeername (fd, (struct sockaddr *) &peer, &length) != 0)
        continue;
      address = g_socket_address_new_from_native (&peer, length);
      if (!G_IS_INET_SOCKET_ADDRESS (address)
          || g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)) != f.proxies[0]->port)
        continue;
      length = sizeof timeout;
      g_assert_cmpint (getsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, &length), ==, 0);
      g_assert_cmpuint (timeout, ==, 2500);
      length = sizeof keep_alive;
      g_assert_cmpint (getsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &keep_alive, &length), ==, 0);
      g_assert_cmpint (keep_alive, ==, 1);
      found++;
    }
  g_assert_cmpuint (found, ==, 1);
  fixture_tear_down (&f);
}

/* Every move, penalty and return is a line of the timeline, with who, whither, why and how long. */
static void
test_timeline (void)
{
  Fixture f;
  Told *told;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_IN_USE));
  f.proxies[0]->silent = TRUE;
  tandem_sip_client_register_again (f.client, "0");
  wait_until (fixture_timeline (&f, "REGISTER", 1));
  told = fixture_timeline (&f, "REGISTER", 0);
  g_assert_cmpstr (told->from, ==, f.proxies[0]->id);
  g_assert_cmpstr (told->to, ==, f.proxies[1]->id);
  g_assert_cmpstr (told->text, ==, "no answer");
  g_assert_cmpint (told->took, >=, 300 * G_TIME_SPAN_MILLISECOND);
  told = fixture_timeline (&f, "REGISTER", 1);
  g_assert_cmpstr (told->from, ==, f.proxies[0]->id);
  g_assert_cmpstr (told->to, ==, f.proxies[1]->id);
  g_assert_cmpstr (told->text, ==, "answered");
  g_assert_cmpint (told->took, >=, fixture_timeline (&f, "REGISTER", 0)->took);
  wait_until (fixture_timeline (&f, "OPTIONS", 0));
  g_assert_cmpstr (fixture_timeline (&f, "OPTIONS", 0)->from, ==, f.proxies[0]->id);
  wait_until (fixture_timeline (&f, "penalty", 0));
  told = fixture_timeline (&f, "penalty", 0);
  g_assert_cmpstr (told->from, ==, f.proxies[0]->id);
  g_assert_cmpstr (told->text, ==, "no answer to OPTIONS");
  /* Still dead: no news. */
  tandem_sip_client_test_now (f.client, "0");
  wait_until (fake_proxy_count_distinct (f.proxies[0], "OPTIONS") == 2);
  fixture_pass (400);
  g_assert_null (fixture_timeline (&f, "OPTIONS", 1));
  g_assert_null (fixture_timeline (&f, "penalty", 1));
  f.proxies[0]->silent = FALSE;
  tandem_sip_client_test_now (f.client, "0");
  wait_until (fixture_timeline (&f, "probe", 0));
  told = fixture_timeline (&f, "probe", 0);
  g_assert_cmpstr (told->to, ==, f.proxies[0]->id);
  g_assert_cmpstr (told->text, ==, "answers again");
  g_assert_cmpint (told->took, >, 0);
  tandem_sip_client_use_again (f.client, "0", NULL);
  wait_until (fixture_timeline (&f, "penalty", 1));
  g_assert_cmpstr (fixture_timeline (&f, "penalty", 1)->to, ==, f.proxies[0]->id);
  g_assert_cmpstr (fixture_timeline (&f, "penalty", 1)->text, ==, "over");
  fixture_tear_down (&f);
}

/* The same for calls, and for what is given up. */
static void
test_timeline_calls (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  f.proxies[0]->silent = TRUE;
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  wait_until (fixture_timeline (&f, "INVITE", 1));
  g_assert_cmpstr (fixture_timeline (&f, "INVITE", 0)->to, ==, f.proxies[1]->id);
  g_assert_cmpstr (fixture_timeline (&f, "INVITE", 1)->text, ==, "answered");
  f.proxies[1]->silent = TRUE;
  tandem_sip_client_offer (f.client, f.call, phone_sdp);
  wait_until (fixture_timeline (&f, "re-INVITE", 1));
  g_assert_null (fixture_timeline (&f, "re-INVITE", 1)->to);
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (fixture_timeline (&f, "BYE", 1));
  f.proxies[0]->silent = FALSE;
  wait_until (fixture_timeline (&f, "BYE", 2));
  fixture_tear_down (&f);
}

/* A pause that a proxy asked for. */
static void
test_timeline_pause (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_IN_USE));
  f.proxies[0]->register_code = 503;
  f.proxies[0]->extra = g_strdup ("Retry-After: 1\r\n");
  tandem_sip_client_register_again (f.client, "0");
  wait_until (fixture_timeline (&f, "pause", 0));
  g_assert_cmpstr (fixture_timeline (&f, "pause", 0)->from, ==, f.proxies[0]->id);
  wait_until (fixture_timeline (&f, "pause", 1));
  g_assert_cmpstr (fixture_timeline (&f, "pause", 1)->to, ==, f.proxies[0]->id);
  g_assert_null (fixture_timeline (&f, "penalty", 0));
  fixture_tear_down (&f);
}

/* Another network: nobody is set aside any more, and the registration is made anew within 2 s. */
static void
test_network_change (void)
{
  Fixture f;
  gint64 start;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  f.proxies[1]->silent = TRUE;
  tandem_sip_client_test_now (f.client, "0");
  wait_until (fixture_has_role (&f, 1, TANDEM_SIP_ROLE_SET_ASIDE));
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  start = g_get_monotonic_time ();
  tandem_sip_client_network_changed (f.client);
  wait_until (fixture_has_role (&f, 1, TANDEM_SIP_ROLE_STANDBY));
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpint (registration (&f, REGISTERED, 1)->when - start, <,
                   3500 * G_TIME_SPAN_MILLISECOND);
  g_assert_nonnull (fixture_timeline (&f, "network", 0));
  g_assert_null (fixture_state (&f, TANDEM_SIP_CALL_ENDED, 0));
  /* Also out of a wait that would have been long. */
  f.proxies[0]->silent = TRUE;
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, WAITING, 0));
  f.proxies[0]->silent = f.proxies[1]->silent = FALSE;
  start = g_get_monotonic_time ();
  tandem_sip_client_network_changed (f.client);
  wait_until (registration (&f, REGISTERED, 2));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 3500 * G_TIME_SPAN_MILLISECOND);
  fixture_tear_down (&f);
}

/* Two servers at once, each with a pool of its own: incoming on either, and what is learnt of a proxy
 * that both have counts for both. */
static void
test_dual (void)
{
  Fixture f;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *invite = NULL;
  g_autofree char *other = NULL;
  FakeProxy *shared[2];

  fixture_set_up (&f, NET, 4, "udp");
  f.account->reject_when_busy = FALSE;
  g_free (f.account->server);
  f.account->server = first = fake_proxy_list (f.proxies, 2);
  fixture_register (&f);
  g_free (f.account->id);
  f.account->id = g_strdup ("1");
  shared[0] = f.proxies[2];
  shared[1] = f.proxies[0];
  f.account->server = second = fake_proxy_list (shared, 2);
  fixture_apply (&f);
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->account, ==, "0");
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[0]->id);
  g_assert_cmpstr (registration (&f, REGISTERED, 1)->account, ==, "1");
  g_assert_cmpstr (registration (&f, REGISTERED, 1)->candidate, ==, f.proxies[2]->id);
  invite = fixture_invite (&f, f.proxies[0], "first", NULL, fake_sdp);
  wait_until (fixture_event (&f, TANDEM_SIP_EVENT_INCOMING, 0));
  g_assert_cmpstr (fixture_event (&f, TANDEM_SIP_EVENT_INCOMING, 0)->account, ==, "0");
  tandem_sip_client_decline (f.client, fixture_event (&f, TANDEM_SIP_EVENT_INCOMING, 0)->call, 486,
                             NULL);
  wait_until (fake_proxy_find (f.proxies[0], "INVITE", 486, 0));
  other = fixture_invite (&f, f.proxies[2], "second", NULL, fake_sdp);
  wait_until (fixture_event (&f, TANDEM_SIP_EVENT_INCOMING, 1));
  g_assert_cmpstr (fixture_event (&f, TANDEM_SIP_EVENT_INCOMING, 1)->account, ==, "1");
  tandem_sip_client_decline (f.client, fixture_event (&f, TANDEM_SIP_EVENT_INCOMING, 1)->call, 486,
                             NULL);
  wait_until (fake_proxy_find (f.proxies[2], "INVITE", 486, 0));
  /* The first account finds the shared one dead; the second one sees that too. */
  fixture_forget (&f);
  f.proxies[0]->silent = TRUE;
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 0));
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->account, ==, "0");
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[1]->id);
  for (gboolean seen = FALSE; !seen;)
    {
      guint pools = 0;

      for (guint i = 0; i < f.events->len; i++)
        {
          Told *told = g_ptr_array_index (f.events, i);
          TandemSipPoolMember *member
              = told->type == TANDEM_SIP_EVENT_POOL && strcmp (told->account, "1") == 0
                    ? g_ptr_array_index (told->members, 1)
                    : NULL;

          pools++;
          if (member != NULL && member->role == TANDEM_SIP_ROLE_SET_ASIDE)
            seen = TRUE;
        }
      if (!seen)
        wait_until (f.events->len > pools);
    }
  f.account->server = NULL;
  fixture_tear_down (&f);
}

/* The pool sends the registration to one of its own; anybody else is not followed. */
static void
test_redirected (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 3, "udp");
  f.proxies[0]->register_code = 302;
  f.proxies[0]->extra = g_strdup_printf ("Contact: <sip:example@%s:%u>\r\n", f.proxies[2]->address,
                                         f.proxies[2]->port);
  fixture_register (&f);
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[2]->id);
  g_assert_cmpuint (registers (&f, 1), ==, 0);
  g_assert_nonnull (fixture_timeline (&f, "REGISTER", 0));
  g_assert_cmpstr (fixture_timeline (&f, "REGISTER", 0)->to, ==, f.proxies[2]->id);
  g_free (f.proxies[0]->extra);
  f.proxies[0]->extra = g_strdup ("Contact: <sip:example@192.0.2.77:5060>\r\n");
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, WAITING, 0));
  g_assert_cmpuint (registration (&f, WAITING, 0)->code, ==, 302);
  /* In a circle: not for ever. */
  for (guint i = 0; i < 3; i++)
    {
      g_free (f.proxies[i]->extra);
      f.proxies[i]->register_code = 302;
      f.proxies[i]->extra
          = g_strdup_printf ("Contact: <sip:%s:%u>\r\n", f.proxies[(i + 1) % 3]->address,
                             f.proxies[(i + 1) % 3]->port);
    }
  fixture_forget (&f);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, WAITING, 0));
  fixture_tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/pool/members-first", test_members_first);
  g_test_add_func ("/sip/pool/prefer", test_prefer);
  g_test_add_func ("/sip/pool/prefer/when-idle", test_prefer_when_idle);
  g_test_add_func ("/sip/pool/prefer/penalised", test_prefer_penalised);
  g_test_add_data_func ("/sip/pool/stop-hearing/udp", "udp", test_stop_hearing);
  g_test_add_data_func ("/sip/pool/stop-hearing/tcp", "tcp", test_stop_hearing);
  g_test_add_func ("/sip/pool/stop-hearing/all", test_stop_hearing_all);
  g_test_add_func ("/sip/pool/refused/register", test_refused_register);
  g_test_add_func ("/sip/pool/refused/ipv6", test_refused_ipv6);
  g_test_add_func ("/sip/pool/refused/call", test_refused_call);
  g_test_add_func ("/sip/pool/refused/bye", test_refused_bye);
  g_test_add_func ("/sip/pool/refused/answer", test_refused_answer);
  g_test_add_func ("/sip/pool/redirected/call", test_redirected_call);
  g_test_add_func ("/sip/pool/refused/all", test_refused_by_all);
  g_test_add_func ("/sip/pool/keep-alive", test_keep_alive);
  g_test_add_func ("/sip/pool/user-timeout", test_user_timeout);
  g_test_add_func ("/sip/pool/timeline", test_timeline);
  g_test_add_func ("/sip/pool/timeline/calls", test_timeline_calls);
  g_test_add_func ("/sip/pool/timeline/pause", test_timeline_pause);
  g_test_add_func ("/sip/pool/network-change", test_network_change);
  g_test_add_func ("/sip/pool/dual", test_dual);
  g_test_add_func ("/sip/pool/redirected", test_redirected);
  return g_test_run ();
}
