/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* A pool behind a name, as the phone uses it: what becomes of registrations and calls when the name
 * server says something else, or nothing. What can be in an answer is in test-resolver.c. */

#define NET 9
#define NAME "pool.example.test"
#define registration(f, what, n) fixture_registration (f, TANDEM_SIP_REGISTRATION_##what, n)

typedef struct
{
  GSocket *socket;
  GSource *source;
  char *server;
  gboolean silent;
  guint8 code; /* 0; 2: SERVFAIL; 3: NXDOMAIN */
  guint8 ttl;
  guint8 last[4]; /* of 127.1.9.x, in order; 0: no more */
  gboolean v6;    /* AAAA: ::1 */
  guint asked;
} Dns;

static gboolean
on_question (GSocket *socket, GIOCondition condition, gpointer data)
{
  Dns *dns = data;
  g_autoptr (GSocketAddress) from = NULL;
  guint8 packet[1024];
  gssize n = g_socket_receive_from (socket, &from, (char *) packet, 512, NULL, NULL);
  gsize end = 12;
  guint type;

  dns->asked++;
  if (n < 17 || dns->silent)
    return G_SOURCE_CONTINUE;
  while (end < (gsize) n && packet[end] != 0)
    end += packet[end] + 1u;
  end += 5;
  g_assert_cmpuint (end, <=, (gsize) n);
  type = packet[end - 3];
  packet[2] = 0x81;
  packet[3] = (guint8) (0x80 | dns->code);
  memset (packet + 6, 0, 6);
  for (guint i = 0; dns->code == 0 && type == 1 && i < 4 && dns->last[i] != 0; i++)
    {
      const guint8 record[]
          = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, dns->ttl, 0, 4, 127, 1, NET, dns->last[i] };

      memcpy (packet + end, record, sizeof record);
      end += sizeof record;
      packet[7]++;
    }
  if (dns->code == 0 && type == 28 && dns->v6)
    {
      const guint8 record[] = { 0xc0, 12, 0, 28, 0, 1, 0, 0, 0, dns->ttl, 0, 16, 0, 0,
                                0,    0,  0, 0,  0, 0, 0, 0, 0, 0,        0, 0,  0, 1 };

      memcpy (packet + end, record, sizeof record);
      end += sizeof record;
      packet[7]++;
    }
  g_socket_send_to (socket, from, (char *) packet, end, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static void
dns_start (Dns *self)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.1.9.53", 0);
  g_autoptr (GSocketAddress) bound = NULL;

  memset (self, 0, sizeof *self);
  self->socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_assert_true (g_socket_bind (self->socket, any, FALSE, NULL));
  bound = g_socket_get_local_address (self->socket, NULL);
  self->server = g_strdup_printf ("127.1.9.53:%u",
                                  g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_question), self, NULL);
  g_source_attach (self->source, NULL);
}

static void
dns_stop (Dns *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_object_unref (self->socket);
  g_free (self->server);
}

/* Three proxies on 127.1.9.1 to .3 with one port, behind NAME; the name server has .1 to begin with. */
static void
set_up (Fixture *f, Dns *dns)
{
  dns_start (dns);
  dns->last[0] = 1;
  fixture_set_up (f, NET, 0, "udp");
  tandem_sip_client_stop_async (f->client, 100, NULL, NULL);
  wait_until (fixture_event (f, TANDEM_SIP_EVENT_STOPPED, 0));
  g_assert_finalize_object (f->client);
  fixture_forget (f);
  f->dns_server = dns->server;
  fixture_start (f, 0, 0);
  f->n = 3;
  f->proxies[0] = fake_proxy_new ("127.1.9.1", 0, "udp");
  f->proxies[1] = fake_proxy_new ("127.1.9.2", f->proxies[0]->port, "udp");
  f->proxies[2] = fake_proxy_new ("127.1.9.3", f->proxies[0]->port, "udp");
  g_free (f->account->server);
  f->account->server = g_strdup_printf (NAME ":%u", f->proxies[0]->port);
}

static void
tear_down (Fixture *f, Dns *dns)
{
  fixture_tear_down (f);
  dns_stop (dns);
}

/* Registers until that proxy has it: the list that was good before is used at once, and the next
 * operation follows what was found behind. */
static void
follow (Fixture *f, guint proxy)
{
  guint n = 0;

  for (;;)
    {
      Told *told;

      fixture_forget (f);
      tandem_sip_client_register_again (f->client, "0");
      wait_until (registration (f, REGISTERED, 0));
      told = registration (f, REGISTERED, 0);
      if (strcmp (told->candidate, f->proxies[proxy]->id) == 0)
        break;
      g_assert_cmpuint (++n, <=, 2);
      wait_until (fixture_member (f, proxy) != NULL);
    }
}

static void
test_changed (void)
{
  Fixture f;
  Dns dns;

  set_up (&f, &dns);
  fixture_register (&f);
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[0]->id);
  dns.last[0] = 2;
  follow (&f, 1);
  /* A call too. */
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  g_assert_cmpuint (fake_proxy_count (f.proxies[1], "INVITE", 0), ==, 1);
  tear_down (&f, &dns);
}

/* The order is the name server's. */
static void
test_rotation (void)
{
  Fixture f;
  Dns dns;

  set_up (&f, &dns);
  memcpy (dns.last, (guint8[]){ 2, 3, 1 }, 3);
  fixture_register (&f);
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[1]->id);
  memcpy (dns.last, (guint8[]){ 3, 1, 2 }, 3);
  follow (&f, 2);
  /* Its first one does not answer: the second one, not the first of some other order. */
  f.proxies[2]->silent = TRUE;
  fixture_forget (&f);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 0));
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[0]->id);
  tear_down (&f, &dns);
}

/* Nothing is lost, and nothing waits, when the name server is of no use any more. */
static void
test_useless (gconstpointer data)
{
  Fixture f;
  Dns dns;
  gint64 start;

  set_up (&f, &dns);
  memcpy (dns.last, (guint8[]){ 1, 2 }, 2);
  fixture_register (&f);
  switch (GPOINTER_TO_INT (data))
    {
    case 0:
      dns.silent = TRUE;
      break;
    case 1:
      memset (dns.last, 0, sizeof dns.last);
      break;
    default:
      dns.code = (guint8) GPOINTER_TO_INT (data);
      break;
    }
  f.proxies[0]->silent = TRUE;
  start = g_get_monotonic_time ();
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  g_assert_cmpint (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0)->when - start, <,
                   G_USEC_PER_SEC);
  g_assert_cmpuint (fake_proxy_count (f.proxies[1], "INVITE", 0), ==, 1);
  fixture_forget (&f);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 0));
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[1]->id);
  tear_down (&f, &dns);
}

/* The first look-up ever has no answer: told in time, and made good as soon as there is one. */
static void
test_late (void)
{
  Fixture f;
  Dns dns;
  gint64 start;

  set_up (&f, &dns);
  dns.silent = TRUE;
  start = g_get_monotonic_time ();
  fixture_apply (&f);
  wait_until (registration (&f, WAITING, 0));
  g_assert_cmpint (registration (&f, WAITING, 0)->when - start, <, G_USEC_PER_SEC);
  g_assert_cmpint (registration (&f, WAITING, 0)->next_try, >, 0);
  dns.silent = FALSE;
  wait_until (registration (&f, REGISTERED, 0));
  tear_down (&f, &dns);
}

static void
test_ipv6 (gconstpointer data)
{
  Fixture f;
  Dns dns;
  gboolean mixed = data != NULL;

  set_up (&f, &dns);
  dns.v6 = TRUE;
  if (!mixed)
    dns.last[0] = 0;
  fake_proxy_free (f.proxies[2]);
  f.proxies[2] = fake_proxy_new ("::1", f.proxies[0]->port, "udp");
  f.account->ip_versions = TANDEM_SIP_IP_V6_V4;
  fixture_register (&f);
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[2]->id);
  if (mixed)
    {
      f.proxies[2]->silent = TRUE;
      fixture_forget (&f);
      tandem_sip_client_register_again (f.client, "0");
      wait_until (registration (&f, REGISTERED, 0));
      g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[0]->id);
    }
  tear_down (&f, &dns);
}

/* Another network has other names: what is known is asked for anew. */
static void
test_network_change (void)
{
  Fixture f;
  Dns dns;

  set_up (&f, &dns);
  dns.ttl = 200;
  fixture_register (&f);
  dns.last[0] = 2;
  fixture_forget (&f);
  tandem_sip_client_network_changed (f.client);
  wait_until (registration (&f, REGISTERED, 0));
  wait_until (fixture_member (&f, 1));
  tear_down (&f, &dns);
}

/* What the name server of the old network said is not used once, however late the new one answers. */
static void
test_network_change_late (void)
{
  Fixture f;
  Dns dns;

  set_up (&f, &dns);
  dns.ttl = 200;
  fixture_register (&f);
  /* When the registration would go is chance: four times. */
  for (guint i = 0; i < 4; i++)
    {
      const guint last = i % 2, now = 1 - last;
      const guint registers = fake_proxy_count_distinct (f.proxies[last], "REGISTER");

      dns.last[0] = (guint8) (now + 1);
      dns.silent = TRUE;
      fixture_forget (&f);
      tandem_sip_client_network_changed (f.client);
      fixture_pass (1000);
      dns.silent = FALSE;
      wait_until (registration (&f, REGISTERED, 0));
      g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[now]->id);
      g_assert_cmpuint (fake_proxy_count_distinct (f.proxies[last], "REGISTER"), ==, registers);
    }
  tear_down (&f, &dns);
}

/* Nobody answers about names in the new network: the last good list is better than none. */
static void
test_network_change_silent (void)
{
  Fixture f;
  Dns dns;

  set_up (&f, &dns);
  dns.ttl = 200;
  fixture_register (&f);
  dns.silent = TRUE;
  fixture_forget (&f);
  tandem_sip_client_network_changed (f.client);
  wait_until (registration (&f, REGISTERED, 0));
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[0]->id);
  tear_down (&f, &dns);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/names/changed", test_changed);
  g_test_add_func ("/sip/names/rotation", test_rotation);
  g_test_add_data_func ("/sip/names/silent", GINT_TO_POINTER (0), test_useless);
  g_test_add_data_func ("/sip/names/empty", GINT_TO_POINTER (1), test_useless);
  g_test_add_data_func ("/sip/names/failing", GINT_TO_POINTER (2), test_useless);
  g_test_add_data_func ("/sip/names/no-such-name", GINT_TO_POINTER (3), test_useless);
  g_test_add_func ("/sip/names/late", test_late);
  g_test_add_data_func ("/sip/names/ipv6", NULL, test_ipv6);
  g_test_add_data_func ("/sip/names/mixed", "mixed", test_ipv6);
  g_test_add_func ("/sip/names/network-change", test_network_change);
  g_test_add_func ("/sip/names/network-change/late", test_network_change_late);
  g_test_add_func ("/sip/names/network-change/silent", test_network_change_silent);
  return g_test_run ();
}
