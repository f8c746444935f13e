/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* Registration, on the wire: the real client against fake proxies. */

#define NET 1
#define registration(f, what, n) fixture_registration (f, TANDEM_SIP_REGISTRATION_##what, n)
#define registers(f, i) fake_proxy_count_distinct ((f)->proxies[i], "REGISTER")

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
test_plain (void)
{
  Fixture f;
  Told *told;
  g_autofree char *user_agent = NULL;
  g_autofree char *from = NULL;
  g_autofree char *expires = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  told = registration (&f, REGISTERED, 0);
  g_assert_cmpstr (told->candidate, ==, f.proxies[0]->id);
  g_assert_cmpuint (told->expires, ==, 1800);
  g_assert_true (g_str_has_prefix (told->contact, "sip:100@127."));
  g_assert_nonnull (registration (&f, TRYING, 0));
  from = fake_message_header (fake_proxy_find (f.proxies[0], "REGISTER", 0, 0), "From", 0);
  g_assert_true (g_str_has_prefix (from, "\"Sample Agent\" <sip:100@example.test>;tag="));
  user_agent
      = fake_message_header (fake_proxy_find (f.proxies[0], "REGISTER", 0, 0), "User-Agent", 0);
  g_assert_true (g_str_has_prefix (user_agent, "Tandem/"));
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_IN_USE));
  g_assert_cmpint (fixture_member (&f, 0)->round_trip, >=, 0);
  tandem_sip_client_remove_account (f.client, "0");
  wait_until (registration (&f, UNREGISTERED, 0));
  expires = fake_message_header (fake_proxy_find (f.proxies[0], "REGISTER", 0, 1), "Expires", 0);
  g_assert_cmpstr (expires, ==, "0");
  fixture_tear_down (&f);
}

static void
test_unregistered_on_stop (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  g_object_ref (f.client);
  {
    FakeProxy *proxy = f.proxies[0];

    f.n = 0;
    g_object_unref (f.client);
    fixture_tear_down (&f);
    g_assert_cmpuint (fake_proxy_count_distinct (proxy, "REGISTER"), ==, 2);
    g_assert_true (fake_message_has (fake_proxy_find (proxy, "REGISTER", 0, 1), "Expires: 0\r\n"));
    fake_proxy_free (proxy);
  }
}

static void
test_digest (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  set (&f.account->password, "sample-password");
  set (&f.proxies[0]->password, "sample-password");
  f.proxies[0]->stale = TRUE;
  fixture_register (&f);
  g_assert_cmpuint (registers (&f, 0), >=, 2);
  g_assert_cmpuint (registers (&f, 0), <=, 3);
  {
    guint before = registers (&f, 0);

    tandem_sip_client_register_again (f.client, "0");
    wait_until (registration (&f, REGISTERED, 1));
    g_assert_cmpuint (registers (&f, 0), ==, before + 1);
  }
  for (guint i = 0; i < f.proxies[0]->received->len; i++)
    g_assert_false (
        fake_message_has (g_ptr_array_index (f.proxies[0]->received, i), "sample-password"));
  fixture_tear_down (&f);
}

/* The library would look at this header by itself, and come to grief over our credentials. */
static void
test_authentication_info (gconstpointer transport)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, transport);
  set (&f.account->password, "sample-password");
  set (&f.proxies[0]->password, "sample-password");
  set (&f.proxies[0]->extra, "authentication-INFO : nextnonce=\"other\"\r\n"
                             "Authentication-Info: nextnonce=\"other\", qop=auth\r\n");
  fixture_register (&f);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 1));
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  wait_until (fake_proxy_find (f.proxies[0], "ACK", 0, 0));
  fixture_tear_down (&f);
}

static void
test_wrong_password (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  set (&f.account->password, "wrong");
  set (&f.proxies[0]->password, "right");
  set (&f.proxies[1]->password, "right");
  fixture_apply (&f);
  wait_until (registration (&f, REJECTED, 0));
  g_assert_cmpuint (registration (&f, REJECTED, 0)->code, ==, 401);
  fixture_pass (700);
  g_assert_cmpuint (registers (&f, 0), ==, 2);
  g_assert_cmpuint (registers (&f, 1), ==, 0);
  g_assert_null (registration (&f, REGISTERED, 0));
  set (&f.account->password, "right");
  fixture_apply (&f);
  wait_until (registration (&f, REGISTERED, 0));
  fixture_tear_down (&f);
}

static void
test_refused_for_good (gconstpointer data)
{
  guint code = GPOINTER_TO_UINT (data);
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  f.proxies[0]->register_code = code;
  fixture_apply (&f);
  wait_until (registration (&f, REJECTED, 0));
  g_assert_cmpuint (registration (&f, REJECTED, 0)->code, ==, code);
  g_assert_cmpstr (registration (&f, REJECTED, 0)->text, ==, "Sample Refusal");
  fixture_pass (400);
  g_assert_cmpuint (registers (&f, 0), ==, 1);
  g_assert_cmpuint (registers (&f, 1), ==, 0);
  fixture_tear_down (&f);
}

static gboolean
brief_refused (FakeProxy *proxy, FakeMessage *message, gpointer data)
{
  g_autofree char *expires = fake_message_header (message, "Expires", 0);

  if (strcmp (message->method, "REGISTER") != 0 || atoi (expires) >= 3600 || atoi (expires) == 0)
    return FALSE;
  fake_proxy_reply (proxy, message, 423, "Interval Too Brief", "b", "Min-Expires: 3600\r\n", NULL);
  return TRUE;
}

static void
test_too_brief (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  f.proxies[0]->handler = brief_refused;
  fixture_register (&f);
  g_assert_cmpuint (registration (&f, REGISTERED, 0)->expires, ==, 3600);
  g_assert_cmpuint (registers (&f, 0), ==, 2);
  fixture_tear_down (&f);
}

static void
test_silent_proxy (void)
{
  Fixture f;
  FakeMessage *first, *second;
  Told *step;

  fixture_set_up (&f, NET, 3, "udp");
  f.proxies[0]->silent = TRUE;
  fixture_register (&f);
  first = fake_proxy_find (f.proxies[0], "REGISTER", 0, 0);
  second = fake_proxy_find (f.proxies[1], "REGISTER", 0, 0);
  /* After 300 ms; the moments are those of reading. */
  g_assert_cmpint (second->when - first->when, >=, 200 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (second->when - first->when, <, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (registers (&f, 2), ==, 0);
  step = fixture_event (&f, TANDEM_SIP_EVENT_TIMELINE, 0);
  g_assert_nonnull (step);
  g_assert_cmpstr (step->operation, ==, "REGISTER");
  g_assert_cmpstr (step->from, ==, f.proxies[0]->id);
  g_assert_cmpstr (step->to, ==, f.proxies[1]->id);
  /* It is only suspect until it leaves a probe unanswered. */
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  g_assert_nonnull (fake_proxy_find (f.proxies[0], "OPTIONS", 0, 0));
  g_assert_true (
      fake_message_has (fake_proxy_find (f.proxies[0], "OPTIONS", 0, 0), "Max-Forwards: 0\r\n"));
  g_assert_true (fixture_has_role (&f, 1, TANDEM_SIP_ROLE_IN_USE));
  g_assert_cmpint (fixture_member (&f, 0)->available_at, >,
                   g_get_monotonic_time () + 590 * G_USEC_PER_SEC);
  /* The next one avoids it. */
  f.proxies[0]->silent = FALSE;
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpuint (registers (&f, 0), ==, 1);
  tandem_sip_client_use_again (f.client, "0", f.proxies[0]->id);
  wait_until (!fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  fixture_tear_down (&f);
}

static gboolean
only_options (FakeProxy *proxy, FakeMessage *message, gpointer data)
{
  return strcmp (message->method, "OPTIONS") != 0;
}

/* RFC 4321 1.3: a registrar that is slow behind a healthy proxy. */
static void
test_slow_behind_healthy (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  f.proxies[0]->handler = only_options;
  f.proxies[0]->options_code = 483;
  fixture_register (&f);
  wait_until (fake_proxy_find (f.proxies[0], "OPTIONS", 0, 0));
  fixture_pass (500);
  g_assert_false (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  fixture_tear_down (&f);
}

static void
test_overloaded (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  f.proxies[0]->register_code = 503;
  set (&f.proxies[0]->extra, "Retry-After: 20\r\n");
  fixture_register (&f);
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[1]->id);
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_BARRED));
  g_assert_cmpint (fixture_member (&f, 0)->available_at, <,
                   g_get_monotonic_time () + 21 * G_USEC_PER_SEC);
  fixture_tear_down (&f);
}

/* The only one asks for a pause: it gets it. */
static void
test_pause_is_kept (void)
{
  Fixture f;
  Told *waiting;

  fixture_set_up (&f, NET, 1, "udp");
  f.proxies[0]->register_code = 503;
  set (&f.proxies[0]->extra, "Retry-After: 30\r\n");
  fixture_apply (&f);
  wait_until (registration (&f, WAITING, 0));
  waiting = registration (&f, WAITING, 0);
  g_assert_cmpuint (waiting->code, ==, 503);
  g_assert_cmpint (waiting->next_try, >=, waiting->arrived + 29 * G_USEC_PER_SEC);
  f.proxies[0]->register_code = 200;
  tandem_sip_client_use_again (f.client, "0", NULL);
  wait_until (registration (&f, REGISTERED, 0));
  fixture_tear_down (&f);
}

static void
test_all_silent (void)
{
  Fixture f;
  Told *waiting;

  fixture_set_up (&f, NET, 2, "udp");
  f.account->reg_interval = 1;
  f.proxies[0]->silent = f.proxies[1]->silent = TRUE;
  fixture_apply (&f);
  wait_until (registration (&f, WAITING, 0));
  waiting = registration (&f, WAITING, 0);
  g_assert_cmpint (waiting->next_try, >, waiting->arrived);
  g_assert_cmpint (waiting->next_try, <, waiting->arrived + 7 * G_USEC_PER_SEC);
  g_assert_cmpuint (registers (&f, 0), ==, 1);
  g_assert_cmpuint (registers (&f, 1), ==, 1);
  f.proxies[0]->silent = f.proxies[1]->silent = FALSE;
  wait_until (registration (&f, REGISTERED, 0));
  fixture_tear_down (&f);
}

static void
test_classic (void)
{
  Fixture f;
  FakeMessage *first, *second;

  fixture_set_up (&f, NET, 2, "udp");
  f.account->failover_classic = TRUE;
  f.account->reg_interval = 1;
  f.proxies[0]->silent = TRUE;
  fixture_register (&f);
  first = fake_proxy_find (f.proxies[0], "REGISTER", 0, 0);
  second = fake_proxy_find (f.proxies[1], "REGISTER", 0, 0);
  /* After 1.2 to 1.4 s; the moments are those of reading. */
  g_assert_cmpint (second->when - first->when, >=, 900 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (second->when - first->when, <, 3 * G_USEC_PER_SEC);
  fixture_tear_down (&f);
}

static void
test_never_again (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  f.account->reg_interval = 0;
  f.proxies[0]->silent = TRUE;
  fixture_apply (&f);
  wait_until (registration (&f, WAITING, 0));
  g_assert_cmpint (registration (&f, WAITING, 0)->next_try, ==, 0);
  fixture_pass (1000);
  g_assert_cmpuint (registers (&f, 1), ==, 0);
  fixture_tear_down (&f);
}

static void
test_refresh (void)
{
  Fixture f;
  FakeMessage *first, *second;
  g_autofree char *id1 = NULL;
  g_autofree char *id2 = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  f.proxies[0]->expires = 4;
  fixture_register (&f);
  g_assert_cmpuint (registration (&f, REGISTERED, 0)->expires, ==, 4);
  wait_until (registration (&f, REGISTERED, 1));
  first = fake_proxy_find (f.proxies[0], "REGISTER", 0, 0);
  second = fake_proxy_find (f.proxies[0], "REGISTER", 0, 1);
  g_assert_cmpint (second->when - first->when, >, 2 * G_USEC_PER_SEC);
  g_assert_cmpint (second->when - first->when, <, 4 * G_USEC_PER_SEC);
  id1 = fake_message_header (first, "Call-ID", 0);
  id2 = fake_message_header (second, "Call-ID", 0);
  g_assert_cmpstr (id1, ==, id2);
  g_assert_null (registration (&f, TRYING, 1));
  fixture_tear_down (&f);
}

static void
test_seen_elsewhere (void)
{
  Fixture f;
  FakeMessage *second;

  fixture_set_up (&f, NET, 1, "udp");
  set (&f.proxies[0]->see_as, "192.0.2.7");
  f.proxies[0]->see_port = 6789;
  fixture_register (&f);
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->contact, ==,
                   "sip:100@192.0.2.7:6789;transport=udp");
  g_assert_cmpuint (registers (&f, 0), ==, 2);
  second = fake_proxy_find (f.proxies[0], "REGISTER", 0, 1);
  {
    g_autofree char *contact = fake_message_header (second, "Contact", 0);
    g_autofree char *old = fake_message_header (second, "Contact", 1);

    g_assert_true (g_str_has_prefix (contact, "<sip:100@192.0.2.7:6789"));
    g_assert_nonnull (old);
    g_assert_true (g_str_has_prefix (old, "<sip:100@127."));
    g_assert_true (g_str_has_suffix (old, ";expires=0"));
  }
  fixture_tear_down (&f);
}

static void
test_probe_finds_out (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  f.account->probe_interval = 1;
  fixture_register (&f);
  f.proxies[0]->silent = TRUE;
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_nonnull (registration (&f, FAILING_OVER, 0));
  g_assert_cmpstr (registration (&f, REGISTERED, 1)->candidate, ==, f.proxies[1]->id);
  g_assert_cmpuint (registers (&f, 0), ==, 1);
  fixture_tear_down (&f);
}

static void
test_test_now (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 3, "udp");
  fixture_register (&f);
  f.proxies[2]->silent = TRUE;
  tandem_sip_client_test_now (f.client, "0");
  wait_until (fixture_has_role (&f, 2, TANDEM_SIP_ROLE_SET_ASIDE));
  g_assert_true (fixture_has_role (&f, 1, TANDEM_SIP_ROLE_STANDBY));
  g_assert_cmpint (fixture_member (&f, 1)->round_trip, >=, 0);
  tandem_sip_client_network_changed (f.client);
  wait_until (fixture_has_role (&f, 2, TANDEM_SIP_ROLE_STANDBY));
  wait_until (registration (&f, REGISTERED, 1));
  fixture_tear_down (&f);
}

static void
test_tcp (void)
{
  Fixture f;
  FakeMessage *message;

  fixture_set_up (&f, NET, 2, "tcp");
  f.account->reg_interval = 0;
  fixture_register (&f);
  message = fake_proxy_find (f.proxies[0], "REGISTER", 0, 0);
  g_assert_true (fake_message_has (message, "Via: SIP/2.0/TCP "));
  g_assert_true (fake_message_has (message, "transport=tcp"));
  g_assert_true (fake_message_has (message, "Content-Length: 0"));
  /* A broken connection: again at once, elsewhere, even with reg_interval 0. */
  fake_proxy_kill (f.proxies[0]);
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpstr (registration (&f, REGISTERED, 1)->candidate, ==, f.proxies[1]->id);
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  g_assert_cmpstr (fixture_member (&f, 0)->last_failure_reason, ==, "connection refused");
  fixture_tear_down (&f);
}

static void
test_tcp_refused (void)
{
  Fixture f;
  gint64 start;

  fixture_set_up (&f, NET, 2, "tcp");
  f.account->transaction_timeout = 4000;
  fake_proxy_kill (f.proxies[0]);
  start = g_get_monotonic_time ();
  fixture_register (&f);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[1]->id);
  fixture_tear_down (&f);
}

static void
test_ipv6 (void)
{
  Fixture f;
  FakeProxy *proxy;

  fixture_set_up (&f, NET, 1, "udp");
  fake_proxy_free (f.proxies[0]);
  proxy = f.proxies[0] = fake_proxy_new ("::1", 0, "udp");
  {
    g_autofree char *list = fake_proxy_list (&proxy, 1);

    set (&f.account->server, list);
  }
  f.account->ip_versions = TANDEM_SIP_IP_V6;
  fixture_register (&f);
  g_assert_true (fake_message_has (fake_proxy_find (proxy, "REGISTER", 0, 0), "[::1]"));
  g_assert_true (g_str_has_prefix (registration (&f, REGISTERED, 0)->contact, "sip:100@[::1]:"));
  fixture_tear_down (&f);
}

static void
test_unresolvable (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  set (&f.account->server, "nowhere.invalid:5060");
  fixture_apply (&f);
  wait_until (registration (&f, WAITING, 0));
  g_assert_nonnull (registration (&f, WAITING, 0)->text);
  g_assert_cmpint (registration (&f, WAITING, 0)->next_try, >, 0);
  fixture_tear_down (&f);
}

static void
test_malformed_server (gconstpointer data)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  set (&f.account->server, data);
  fixture_apply (&f);
  wait_until (fixture_event (&f, TANDEM_SIP_EVENT_ERROR, 0));
  g_assert_nonnull (fixture_event (&f, TANDEM_SIP_EVENT_ERROR, 0)->text);
  fixture_tear_down (&f);
}

static void
test_standalone (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  f.account->expires = 0;
  fixture_apply (&f);
  wait_until (registration (&f, NONE, 0));
  fixture_pass (200);
  g_assert_cmpuint (registers (&f, 0), ==, 0);
  fixture_tear_down (&f);
}

static void
test_busy_port (void)
{
  g_autoptr (FakeProxy) holder = fake_proxy_new ("127.1.1.50", 0, "udp");
  g_autoptr (TandemSipConfig) config = tandem_sip_config_new ();
  g_autoptr (TandemSipClient) client = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *port = g_strdup_printf ("%u", holder->port);

  config->udp_port_min = config->udp_port_max = holder->port;
  client = tandem_sip_client_new (config);
  g_assert_false (tandem_sip_client_start (client, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_nonnull (strstr (error->message, port));
}

static void
test_first_free_port (void)
{
  g_autoptr (FakeProxy) holder = fake_proxy_new ("127.1.1.51", 0, "udp");
  Fixture f;
  g_autofree char *contact = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  tandem_sip_client_stop_async (f.client, 100, NULL, NULL);
  wait_until (fixture_event (&f, TANDEM_SIP_EVENT_STOPPED, 0));
  g_assert_finalize_object (f.client);
  fixture_forget (&f);
  fixture_start (&f, holder->port, (guint) holder->port + 20);
  fixture_register (&f);
  contact = fixture_contact (&f, f.proxies[0]);
  g_assert_nonnull (contact);
  g_assert_cmpint (atoi (strrchr (contact, ':') + 1), >, holder->port);
  g_assert_cmpint (atoi (strrchr (contact, ':') + 1), <=, holder->port + 20);
  fixture_tear_down (&f);
}

static void
test_two_accounts (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  set (&f.account->id, "1");
  set (&f.account->user, "101");
  fixture_apply (&f);
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_true (fake_message_has (fake_proxy_find (f.proxies[0], "REGISTER", 0, 1), "sip:101@"));
  tandem_sip_client_remove_account (f.client, "0");
  wait_until (registration (&f, UNREGISTERED, 0));
  fixture_tear_down (&f);
}

/* Another user: the old registration is taken back, and says nothing any more. */
static void
test_other_user (void)
{
  Fixture f;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  set (&f.account->user, "102");
  fixture_apply (&f);
  wait_until (registration (&f, REGISTERED, 1));
  wait_until (registers (&f, 0) == 3);
  for (guint i = 1; i < 3; i++)
    {
      FakeMessage *message = fake_proxy_find (f.proxies[0], "REGISTER", 0, i);

      if (fake_message_has (message, "Expires: 0\r\n"))
        g_assert_true (fake_message_has (message, "sip:100@"));
      else
        g_assert_true (fake_message_has (message, "sip:102@"));
    }
  g_assert_null (registration (&f, UNREGISTERED, 0));
  /* No registration any more. */
  f.account->expires = 0;
  fixture_apply (&f);
  wait_until (registration (&f, UNREGISTERED, 0));
  wait_until (registers (&f, 0) == 4);
  fixture_tear_down (&f);
}

/* Removing an account ends its calls; stopping does too. */
static void
test_ends_calls (gconstpointer data)
{
  Fixture f;
  g_autofree char *address = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  address = tandem_sip_client_get_local_address (f.client, "0");
  g_assert_true (g_str_has_prefix (address, "127."));
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  if (data != NULL)
    tandem_sip_client_remove_account (f.client, "0");
  else
    tandem_sip_client_stop_async (f.client, 2000, NULL, NULL);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_ENDED, 0));
  wait_until (fake_proxy_find (f.proxies[0], "BYE", 0, 0));
  wait_until (registration (&f, UNREGISTERED, 0));
  if (data == NULL)
    {
      gint64 start = g_get_monotonic_time ();

      wait_until (fixture_event (&f, TANDEM_SIP_EVENT_STOPPED, 0));
      g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
      g_assert_finalize_object (f.client);
      fixture_start (&f, 0, 0);
    }
  fixture_tear_down (&f);
}

static void
test_stop_is_bounded (void)
{
  Fixture f;
  gint64 start;

  fixture_set_up (&f, NET, 2, "udp");
  fixture_register (&f);
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  f.proxies[0]->silent = f.proxies[1]->silent = TRUE;
  start = g_get_monotonic_time ();
  fixture_tear_down (&f);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
}

/* A client that is simply dropped. */
static void
test_dropped (void)
{
  Fixture f;
  g_autoptr (FakeProxy) proxy = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  fixture_call (&f, phone_sdp);
  wait_until (fixture_state (&f, TANDEM_SIP_CALL_CONNECTED, 0));
  g_assert_finalize_object (f.client);
  fixture_start (&f, 0, 0);
  fixture_tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/registration/plain", test_plain);
  g_test_add_func ("/sip/registration/unregistered-on-stop", test_unregistered_on_stop);
  g_test_add_func ("/sip/registration/digest", test_digest);
  g_test_add_data_func ("/sip/registration/authentication-info/udp", "udp",
                        test_authentication_info);
  g_test_add_data_func ("/sip/registration/authentication-info/tcp", "tcp",
                        test_authentication_info);
  g_test_add_func ("/sip/registration/wrong-password", test_wrong_password);
  g_test_add_data_func ("/sip/registration/refused/403", GUINT_TO_POINTER (403),
                        test_refused_for_good);
  g_test_add_data_func ("/sip/registration/refused/404", GUINT_TO_POINTER (404),
                        test_refused_for_good);
  g_test_add_func ("/sip/registration/too-brief", test_too_brief);
  g_test_add_func ("/sip/registration/silent-proxy", test_silent_proxy);
  g_test_add_func ("/sip/registration/slow-behind-healthy", test_slow_behind_healthy);
  g_test_add_func ("/sip/registration/overloaded", test_overloaded);
  g_test_add_func ("/sip/registration/pause-is-kept", test_pause_is_kept);
  g_test_add_func ("/sip/registration/all-silent", test_all_silent);
  g_test_add_func ("/sip/registration/classic", test_classic);
  g_test_add_func ("/sip/registration/never-again", test_never_again);
  g_test_add_func ("/sip/registration/refresh", test_refresh);
  g_test_add_func ("/sip/registration/seen-elsewhere", test_seen_elsewhere);
  g_test_add_func ("/sip/registration/probe-finds-out", test_probe_finds_out);
  g_test_add_func ("/sip/registration/test-now", test_test_now);
  g_test_add_func ("/sip/registration/tcp", test_tcp);
  g_test_add_func ("/sip/registration/tcp-refused", test_tcp_refused);
  g_test_add_func ("/sip/registration/ipv6", test_ipv6);
  g_test_add_func ("/sip/registration/unresolvable", test_unresolvable);
  g_test_add_data_func ("/sip/registration/malformed/space", "two words", test_malformed_server);
  g_test_add_data_func ("/sip/registration/malformed/port", "host.test:99999",
                        test_malformed_server);
  g_test_add_data_func ("/sip/registration/malformed/empty", "", test_malformed_server);
  g_test_add_func ("/sip/registration/standalone", test_standalone);
  g_test_add_func ("/sip/registration/busy-port", test_busy_port);
  g_test_add_func ("/sip/registration/first-free-port", test_first_free_port);
  g_test_add_func ("/sip/registration/two-accounts", test_two_accounts);
  g_test_add_func ("/sip/registration/other-user", test_other_user);
  g_test_add_data_func ("/sip/registration/ends-calls/stop", NULL, test_ends_calls);
  g_test_add_data_func ("/sip/registration/ends-calls/remove", "remove", test_ends_calls);
  g_test_add_func ("/sip/registration/stop-is-bounded", test_stop_is_bounded);
  g_test_add_func ("/sip/registration/dropped", test_dropped);
  return g_test_run ();
}
