/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* TLS: whose certificates are accepted, what is said about the others, and calls over it. */

#define registration(f, what, n) fixture_registration (f, TANDEM_SIP_REGISTRATION_##what, n)
#define state(f, what, n) fixture_state (f, TANDEM_SIP_CALL_##what, n)
#define request(f, i, method, n) fake_proxy_find ((f)->proxies[i], method, 0, n)

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static char *
data_file (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "sip", "data", "tls", name, NULL);
}

/* One proxy on 127.0.0.1 that is called localhost. */
static void
set_up (Fixture *f, const char *certificate)
{
  g_autofree char *file = data_file (certificate);
  g_autofree char *ca = data_file ("ca.pem");
  g_autofree char *server = NULL;
  g_autoptr (GError) error = NULL;

  fixture_set_up (f, 5, 0, "tls");
  f->n = 1;
  f->proxies[0] = fake_proxy_new ("127.0.0.1", 0, "tls");
  f->proxies[0]->certificate = g_tls_certificate_new_from_file (file, &error);
  g_assert_no_error (error);
  server = g_strdup_printf ("localhost:%u", f->proxies[0]->port);
  set (&f->account->server, server);
  set (&f->account->tls_ca_file, ca);
  f->account->ip_versions = TANDEM_SIP_IP_V4;
  /* It covers the handshake, which takes its time on a busy machine. */
  f->account->transaction_timeout = 4000;
}

static void
test_good (void)
{
  Fixture f;
  FakeMessage *message;

  set_up (&f, "good.pem");
  fixture_register (&f);
  message = request (&f, 0, "REGISTER", 0);
  g_assert_true (fake_message_has (message, "Via: SIP/2.0/TLS "));
  g_assert_true (fake_message_has (message, "transport=tls"));
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  wait_until (request (&f, 0, "ACK", 0));
  tandem_sip_client_hang_up (f.client, f.call, NULL);
  wait_until (request (&f, 0, "BYE", 0));
  /* All over the one connection that was checked. */
  g_assert_cmpuint (f.proxies[0]->streams->len, ==, 1);
  fixture_tear_down (&f);
}

static void
test_incoming (void)
{
  Fixture f;
  g_autofree char *text = NULL;
  g_autofree char *contact = NULL;

  set_up (&f, "good.pem");
  fixture_register (&f);
  contact = fixture_contact (&f, f.proxies[0]);
  text = g_strdup_printf (
      "INVITE %s SIP/2.0\r\n"
      "Via: SIP/2.0/TLS 127.0.0.1:%u;branch=z9hG4bKtls;rport\r\n"
      "From: <sip:300@example.test>;tag=caller\r\nTo: <sip:100@example.test>\r\n"
      "Call-ID: tls\r\nCSeq: 1 INVITE\r\n"
      "Contact: <sip:300@127.0.0.1:%u;transport=tls>\r\nMax-Forwards: 70\r\n"
      "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
      contact, f.proxies[0]->port, f.proxies[0]->port, strlen (fake_sdp), fake_sdp);
  fake_proxy_send_to_peer (f.proxies[0], text);
  wait_until (fixture_event (&f, TANDEM_SIP_EVENT_INCOMING, 0));
  tandem_sip_client_answer (f.client, fixture_event (&f, TANDEM_SIP_EVENT_INCOMING, 0)->call,
                            phone_sdp);
  wait_until (fake_proxy_find (f.proxies[0], "INVITE", 200, 0));
  fixture_in_dialog (&f, f.proxies[0], "ACK", 1, "ack", NULL, NULL);
  wait_until (state (&f, CONNECTED, 0));
  g_assert_cmpuint (f.proxies[0]->streams->len, ==, 1);
  fixture_tear_down (&f);
}

static void
refused (const char *certificate, const char *ca, const char *why)
{
  Fixture f;

  set_up (&f, certificate);
  if (ca != NULL)
    set (&f.account->tls_ca_file, ca);
  fixture_apply (&f);
  wait_until (registration (&f, WAITING, 0));
  g_assert_null (request (&f, 0, "REGISTER", 0));
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  g_assert_cmpstr (fixture_member (&f, 0)->last_failure_reason, ==, why);
  fixture_tear_down (&f);
}

static void
test_wrong_name (void)
{
  refused ("other.pem", NULL, "certificate names another server");
}

static void
test_untrusted (void)
{
  refused ("self.pem", NULL, "certificate is not trusted");
}

static void
test_system_authorities (void)
{
  refused ("good.pem", "", "certificate is not trusted");
}

static void
test_expired (void)
{
  refused ("expired.pem", NULL, "certificate has expired");
}

static void
test_name_not_checked (void)
{
  Fixture f;

  set_up (&f, "other.pem");
  f.account->tls_check_name = FALSE;
  fixture_register (&f);
  fixture_tear_down (&f);
}

static void
test_bad_ca_file (gconstpointer data)
{
  g_autofree char *file = data_file (data);
  Fixture f;

  set_up (&f, "good.pem");
  set (&f.account->tls_ca_file, file);
  fixture_apply (&f);
  wait_until (registration (&f, WAITING, 0));
  g_assert_nonnull (strstr (registration (&f, WAITING, 0)->text, "certificate authorities"));
  fixture_tear_down (&f);
}

static void
test_not_tls (void)
{
  Fixture f;
  g_autofree char *server = NULL;

  set_up (&f, "good.pem");
  g_clear_object (&f.proxies[0]->certificate);
  fixture_apply (&f);
  wait_until (registration (&f, WAITING, 0));
  g_assert_null (request (&f, 0, "REGISTER", 0));
  fixture_tear_down (&f);
}

/* One member of the pool has a bad certificate: the next one is used at once. */
static void
test_one_bad (void)
{
  Fixture f;
  g_autofree char *file = data_file ("good.pem");
  g_autofree char *server = NULL;

  set_up (&f, "self.pem");
  f.n = 2;
  f.proxies[1] = fake_proxy_new ("127.0.0.1", 0, "tls");
  f.proxies[1]->certificate = g_tls_certificate_new_from_file (file, NULL);
  server = g_strdup_printf ("localhost:%u,localhost:%u", f.proxies[0]->port, f.proxies[1]->port);
  set (&f.account->server, server);
  fixture_register (&f);
  g_assert_cmpstr (registration (&f, REGISTERED, 0)->candidate, ==, f.proxies[1]->id);
  wait_until (fixture_has_role (&f, 0, TANDEM_SIP_ROLE_SET_ASIDE));
  g_assert_cmpstr (fixture_member (&f, 0)->last_failure_reason, ==, "certificate is not trusted");
  g_assert_nonnull (fixture_timeline (&f, "REGISTER", 0));
  g_assert_null (request (&f, 0, "REGISTER", 0));
  fixture_tear_down (&f);
}

/* Practice over TLS: what is connected stays so, and a new connection gets no further than TCP. */
static void
test_stop_hearing (void)
{
  Fixture f;
  guint heard;

  set_up (&f, "good.pem");
  f.account->transaction_timeout = 3000;
  fixture_register (&f);
  heard = f.proxies[0]->received->len;
  tandem_sip_client_stop_hearing (f.client, "0", f.proxies[0]->id, 60);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, WAITING, 0));
  g_assert_cmpuint (f.proxies[0]->received->len, ==, heard);
  tandem_sip_client_stop_hearing (f.client, "0", f.proxies[0]->id, 0);
  wait_until (fixture_timeline (&f, "practice", 1));
  fake_proxy_send_to_peer (f.proxies[0], "\r\n\r\n");
  wait_until (f.proxies[0]->pongs == 1);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 1));
  g_assert_cmpuint (f.proxies[0]->streams->len, ==, 1);
  /* A new connection. */
  tandem_sip_client_stop_hearing (f.client, "0", f.proxies[0]->id, 60);
  fake_proxy_drop_connections (f.proxies[0]);
  heard = f.proxies[0]->received->len;
  fixture_forget (&f);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, WAITING, 0));
  g_assert_cmpuint (f.proxies[0]->received->len, ==, heard);
  tandem_sip_client_stop_hearing (f.client, "0", NULL, 0);
  tandem_sip_client_register_again (f.client, "0");
  wait_until (registration (&f, REGISTERED, 0));
  fixture_tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/tls/good", test_good);
  g_test_add_func ("/sip/tls/incoming", test_incoming);
  g_test_add_func ("/sip/tls/wrong-name", test_wrong_name);
  g_test_add_func ("/sip/tls/untrusted", test_untrusted);
  g_test_add_func ("/sip/tls/system-authorities", test_system_authorities);
  g_test_add_func ("/sip/tls/expired", test_expired);
  g_test_add_func ("/sip/tls/name-not-checked", test_name_not_checked);
  g_test_add_data_func ("/sip/tls/bad-ca-file/missing", "missing.pem", test_bad_ca_file);
  g_test_add_data_func ("/sip/tls/bad-ca-file/other", "README", test_bad_ca_file);
  g_test_add_func ("/sip/tls/not-tls", test_not_tls);
  g_test_add_func ("/sip/tls/one-bad", test_one_bad);
  g_test_add_func ("/sip/tls/stop-hearing", test_stop_hearing);
  return g_test_run ();
}
