/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* Outgoing calls, on the wire: the real client against fake proxies. */

#define NET 2

#define assert_states(f, expected)                                                                 \
  G_STMT_START                                                                                     \
    {                                                                                              \
      g_autofree char *states_ = fixture_states (f);                                               \
      g_assert_cmpstr (states_, ==, expected);                                                     \
    }                                                                                              \
  G_STMT_END

#define state(f, what, n) fixture_state (f, TANDEM_SIP_CALL_##what, n)

static void
test_plain (void)
{
  Fixture f;
  FakeMessage *ack, *bye, *invite;
  g_autofree char *cseq = NULL;
  g_autofree char *target = NULL;

  fixture_set_up (&f, NET, 1, "udp");
  fixture_register (&f);
  fixture_call (&f, phone_sdp);
  wait_until (state (&f, CONNECTED, 0));
  assert_states (&f, "TRYING RINGING CONNECTED");
  g_assert_cmpstr (state (&f, CONNECTED, 0)->sdp, ==, fake_sdp);
  wait_until (fake_proxy_find (f.proxies[0], "ACK", 0, 0));
  invite = fake_proxy_find (f.proxies[0], "INVITE", 0, 0);
  g_assert_cmpstr (invite->body, ==, phone_sdp);
  g_assert_cmpstr (invite->first, ==, "INVITE sip:200@example.test SIP/2.0");
  ack = fake_proxy_find (f.proxies[0], "ACK", 0, 0);
  cseq = fake_message_header (ack, "CSeq", 0);
  g_assert_cmpstr (cseq, ==, "1 ACK");
  target = g_strdup_printf ("ACK sip:far@%s:%u SIP/2.0", f.proxies[0]->address, f.proxies[0]->port);
  g_assert_cmpstr (ack->first, ==, target);
  tandem_sip_client_hang_up (f.client, f.call, "SIP;cause=200;text=\"Sample reason\"");
  wait_until (state (&f, ENDED, 0));
  g_assert_false (state (&f, ENDED, 0)->remote_ended);
  wait_until (fake_proxy_find (f.proxies[0], "BYE", 0, 0));
  bye = fake_proxy_find (f.proxies[0], "BYE", 0, 0);
  g_assert_true (fake_message_has (bye, "Reason: SIP;cause=200;text=\"Sample reason\"\r\n"));
  fixture_tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/outgoing/plain", test_plain);
  return g_test_run ();
}
