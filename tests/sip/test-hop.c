/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hop.h"
#include "message.h"
#include "wire-log.h"

#include <string.h>

/* How messages reach the chosen candidate, and the small helpers over the library's messages. */

static TandemCandidate pool[3];

static void
make_pool (void)
{
  g_assert_true (tandem_candidate_parse (&pool[0], "udp:192.0.2.11:5060"));
  g_assert_true (tandem_candidate_parse (&pool[1], "udp:192.0.2.12:5060"));
  g_assert_true (tandem_candidate_parse (&pool[2], "udp:192.0.2.13:5070"));
}

static belle_sip_request_t *
make_request (const char *method, const char *target, const char *route)
{
  belle_sip_request_t *request
      = tandem_sip_request_new (method, target, "sample-id", 7, "<sip:100@example.test>", "me",
                                "<sip:200@example.test>", "you", 70);

  g_assert_nonnull (request);
  if (route != NULL)
    g_assert_true (tandem_sip_add (BELLE_SIP_MESSAGE (request), "Route", route));
  return request;
}

static char *
top_route (belle_sip_request_t *request)
{
  return tandem_sip_get (BELLE_SIP_MESSAGE (request), "Route");
}

static void
assert_route (const char *route, guint to, gboolean stateless, const char *expected)
{
  belle_sip_request_t *request = make_request ("BYE", "sip:far@198.51.100.9:5062", route);
  g_autofree char *got = NULL;

  g_assert_true (tandem_hop_prepare (request, &pool[to], "pool.example.test", pool, 3, stateless));
  got = top_route (request);
  g_assert_cmpstr (got, ==, expected);
}

static void
test_in_transaction (void)
{
  /* Nothing to route by: the transaction knows where to. */
  assert_route (NULL, 1, FALSE, NULL);
  /* Its own address, a fellow's, a name of the pool, a stranger. */
  assert_route ("<sip:192.0.2.12;lr>", 1, FALSE, "<sip:192.0.2.12;lr>");
  assert_route ("<sip:192.0.2.11;lr>", 1, FALSE, "<sip:192.0.2.12;lr>");
  assert_route ("<sip:192.0.2.11;lr;x=1>", 2, FALSE, "<sip:192.0.2.13:5070;lr;x=1>");
  assert_route ("<sip:192.0.2.12:5099;lr>", 1, FALSE, "<sip:192.0.2.12:5099;lr>");
  assert_route ("<sip:pool.example.test;lr>", 1, FALSE, "<sip:pool.example.test;lr>");
  assert_route ("<sip:203.0.113.5;lr>", 1, FALSE, "<sip:203.0.113.5;lr>");
}

static void
test_stateless (void)
{
  assert_route (NULL, 1, TRUE, "<sip:192.0.2.12:5060;lr;transport=udp>");
  assert_route ("<sip:192.0.2.12;lr>", 1, TRUE, "<sip:192.0.2.12;lr>");
  assert_route ("<sip:192.0.2.11;lr>", 2, TRUE, "<sip:192.0.2.13:5070;lr;transport=udp>");
  assert_route ("<sip:pool.example.test;lr>", 1, TRUE,
                "<sip:pool.example.test;lr;maddr=192.0.2.12;transport=udp>");
  /* Never maddr on a foreign address. */
  assert_route ("<sip:203.0.113.5;lr>", 1, TRUE, "<sip:192.0.2.12:5060;lr;transport=udp>");
}

static void
test_no_detour (void)
{
  belle_sip_request_t *request = make_request ("ACK", "sip:far@192.0.2.12", NULL);
  g_autofree char *route = NULL;

  g_assert_true (tandem_hop_prepare (request, &pool[1], "pool.example.test", pool, 3, TRUE));
  route = top_route (request);
  g_assert_null (route);
}

static void
test_copies (void)
{
  belle_sip_request_t *one = make_request ("BYE", "sip:far@198.51.100.9", NULL);
  belle_sip_request_t *other = make_request ("BYE", "sip:far@198.51.100.9", NULL);
  belle_sip_header_t *shared = belle_sip_header_create ("Route", "<sip:192.0.2.11;lr>");
  g_autofree char *untouched = NULL;
  g_autofree char *changed = NULL;
  g_auto (GStrv) all = NULL;

  belle_sip_message_add_header (BELLE_SIP_MESSAGE (one), shared);
  belle_sip_message_add_header (BELLE_SIP_MESSAGE (other), shared);
  g_assert_true (tandem_sip_add (BELLE_SIP_MESSAGE (one), "Route", "<sip:second.example.test;lr>"));
  g_assert_true (tandem_hop_prepare (one, &pool[1], "pool.example.test", pool, 3, FALSE));
  changed = top_route (one);
  untouched = top_route (other);
  g_assert_cmpstr (changed, ==, "<sip:192.0.2.12;lr>");
  g_assert_cmpstr (untouched, ==, "<sip:192.0.2.11;lr>");
  all = tandem_sip_get_all (BELLE_SIP_MESSAGE (one), "Route");
  g_assert_cmpuint (g_strv_length (all), ==, 2);
  g_assert_cmpstr (all[1], ==, "<sip:second.example.test;lr>");
}

static void
test_tls (void)
{
  TandemCandidate tls;
  belle_sip_request_t *request = make_request ("ACK", "sip:far@198.51.100.9", NULL);
  g_autofree char *route = NULL;
  belle_sip_uri_t *uri;

  g_assert_true (tandem_candidate_parse (&tls, "tls:[2001:db8::1]:5061"));
  g_assert_true (tandem_hop_prepare (request, &tls, "pool.example.test", &tls, 1, TRUE));
  route = top_route (request);
  g_assert_nonnull (strstr (route, "sip:pool.example.test:5061"));
  g_assert_nonnull (strstr (route, "maddr=[2001:db8::1]"));
  g_assert_nonnull (strstr (route, "transport=tls"));
  uri = tandem_hop_uri (&tls, "pool.example.test");
  g_assert_cmpstr (belle_sip_uri_get_host (uri), ==, "pool.example.test");
  g_assert_cmpstr (belle_sip_uri_get_transport_param (uri), ==, "tls");
  /* Spelled unlike anything on the wire; see hop.c. */
  g_assert_cmpstr (belle_sip_uri_get_maddr_param (uri), ==,
                   "2001:0DB8:0000:0000:0000:0000:0000:0001");
}

static void
test_uri (void)
{
  belle_sip_uri_t *uri = tandem_hop_uri (&pool[2], "");

  g_assert_cmpstr (belle_sip_uri_get_host (uri), ==, "192.0.2.13");
  g_assert_cmpstr (belle_sip_uri_get_maddr_param (uri), ==, "::ffff:192.0.2.13");
  g_assert_cmpint (belle_sip_uri_get_port (uri), ==, 5070);
  g_assert_null (tandem_hop_uri (&pool[0], "<"));
}

static void
test_peer (void)
{
  TandemCandidate candidate;

  g_assert_true (tandem_hop_candidate_from_peer ("::ffff:192.0.2.1", 5060, "TCP", &candidate));
  g_assert_cmpstr (candidate.address, ==, "192.0.2.1");
  g_assert_true (tandem_hop_candidate_from_peer ("2001:0DB8:0000:0000:0000:0000:0000:0001", 5061,
                                                 "TLS", &candidate));
  g_assert_cmpstr (candidate.address, ==, "2001:db8::1");
  g_assert_false (tandem_hop_candidate_from_peer ("example.test", 5060, "UDP", &candidate));
  g_assert_false (tandem_hop_candidate_from_peer ("192.0.2.1", 0, "UDP", &candidate));
  g_assert_false (tandem_hop_candidate_from_peer ("192.0.2.1", 5060, "SCTP", &candidate));
  g_assert_false (tandem_hop_candidate_from_peer (NULL, 5060, "UDP", &candidate));
}

static void
test_response (void)
{
  belle_sip_message_t *message = belle_sip_message_parse (
      "INVITE sip:100@192.0.2.50 SIP/2.0\r\n"
      "Via: SIP/2.0/UDP 192.0.2.11:5060;branch=z9hG4bKa;received=192.0.2.99;rport=5999\r\n"
      "Via: SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKb\r\n"
      "From: <sip:200@example.test>;tag=1\r\nTo: <sip:100@example.test>\r\nCall-ID: x\r\n"
      "CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n");
  belle_sip_response_t *response
      = belle_sip_response_create_from_request (BELLE_SIP_REQUEST (message), 200);
  TandemCandidate from;
  g_auto (GStrv) vias = NULL;

  g_assert_true (tandem_hop_source (BELLE_SIP_REQUEST (message), &from));
  g_assert_cmpstr (from.address, ==, "192.0.2.99");
  g_assert_cmpuint (from.port, ==, 5999);
  tandem_hop_redirect_response (response, &pool[2]);
  vias = tandem_sip_get_all (BELLE_SIP_MESSAGE (response), "Via");
  g_assert_cmpuint (g_strv_length (vias), ==, 2);
  g_assert_nonnull (strstr (vias[0], "SIP/2.0/UDP 192.0.2.11:5060"));
  g_assert_nonnull (strstr (vias[0], "received=192.0.2.13"));
  g_assert_nonnull (strstr (vias[0], "rport=5070"));
  g_assert_null (strstr (vias[1], "received"));
  belle_sip_object_unref (message);
}

static void
test_request (void)
{
  g_assert_null (tandem_sip_request_new ("INVITE", "garbage", "id", 1, "<sip:a@example.test>", "t",
                                         "<sip:b@example.test>", NULL, 70));
  g_assert_null (tandem_sip_request_new ("INVITE", "sip:b@example.test", "id", 1, "<<>>", "t",
                                         "<sip:b@example.test>", NULL, 70));
  g_assert_null (tandem_sip_request_new ("INVITE", "sip:b@example.test", "id", 1,
                                         "<sip:a@example.test>", "t", "\"x", NULL, 70));
}

static void
test_address (void)
{
  g_autofree char *plain = tandem_sip_address (NULL, "sip:a@example.test");
  g_autofree char *named = tandem_sip_address ("Sample \"One\"\r\nX: y\\", "sip:a@example.test");

  g_assert_cmpstr (plain, ==, "<sip:a@example.test>");
  g_assert_cmpstr (named, ==, "\"Sample \\\"One\\\"X: y\\\\\" <sip:a@example.test>");
  g_assert_nonnull (belle_sip_header_from_create2 (named, "t"));
}

static void
test_values (void)
{
  belle_sip_request_t *request = make_request ("INVITE", "sip:b@example.test", NULL);
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  g_autofree char *reason = NULL;
  g_autofree char *sdp = NULL;

  tandem_sip_add (message, "Reason", "SIP;cause=486;text=\"Busy\r\nEvil: header\"");
  reason = tandem_sip_get_reason (message);
  g_assert_cmpstr (reason, ==, "SIP;cause=486;text=\"BusyEvil: header\"");
  tandem_sip_add (message, "Retry-After", "30 (in the afternoon);duration=60");
  g_assert_cmpint (tandem_sip_get_number (message, "Retry-After"), ==, 30);
  g_assert_cmpint (tandem_sip_get_number (message, "Min-SE"), ==, -1);
  tandem_sip_add (message, "Allow", "INVITE, Update");
  tandem_sip_add (message, "Allow", "BYE");
  g_assert_true (tandem_sip_has_token (message, "Allow", "UPDATE"));
  g_assert_true (tandem_sip_has_token (message, "Allow", "BYE"));
  g_assert_false (tandem_sip_has_token (message, "Allow", "UPD"));
  g_assert_null (tandem_sip_get_sdp (message));
  tandem_sip_set_sdp (message, "v=0\r\n");
  sdp = tandem_sip_get_sdp (message);
  g_assert_cmpstr (sdp, ==, "v=0\r\n");
  g_assert_false (tandem_sip_has_other_body (message));
}

static void
test_redact (void)
{
  g_autofree char *clean = tandem_wire_log_redact (
      "REGISTER sip:x SIP/2.0\r\nAuthorization: Digest response=\"sample\"\r\n"
      "Proxy-Authorization:Digest sample\r\n  authorization: sample\r\n"
      "a=crypto:1 AES_CM inline:sample\r\nTo: <sip:x>\r\n");

  g_assert_null (strstr (clean, "sample"));
  g_assert_nonnull (strstr (clean, "Authorization (removed)"));
  g_assert_nonnull (strstr (clean, "To: <sip:x>"));
}

int
main (int argc, char *argv[])
{
  belle_sip_object_pool_t *objects;
  int result;

  g_test_init (&argc, &argv, NULL);
  objects = belle_sip_object_pool_push ();
  make_pool ();
  g_test_add_func ("/sip/hop/in-transaction", test_in_transaction);
  g_test_add_func ("/sip/hop/stateless", test_stateless);
  g_test_add_func ("/sip/hop/no-detour", test_no_detour);
  g_test_add_func ("/sip/hop/copies", test_copies);
  g_test_add_func ("/sip/hop/tls", test_tls);
  g_test_add_func ("/sip/hop/uri", test_uri);
  g_test_add_func ("/sip/hop/peer", test_peer);
  g_test_add_func ("/sip/hop/response", test_response);
  g_test_add_func ("/sip/message/request", test_request);
  g_test_add_func ("/sip/message/address", test_address);
  g_test_add_func ("/sip/message/values", test_values);
  g_test_add_func ("/sip/wire-log/redact", test_redact);
  result = g_test_run ();
  belle_sip_object_unref (objects);
  return result;
}
