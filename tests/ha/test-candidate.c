/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "candidate.h"

/* Candidates as values: what is accepted, how it is spelled, when two are the same. */

static void
test_round_trip (void)
{
  static const char *const texts[] = {
    "udp:192.0.2.1:5060", "tcp:198.51.100.7:1",          "tls:[2001:db8::1]:5061",
    "udp:[::1]:65535",    "tcp:[::ffff:192.0.2.1]:5060",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      TandemCandidate candidate;
      g_autofree char *text = NULL;

      g_assert_true (tandem_candidate_parse (&candidate, texts[i]));
      text = tandem_candidate_to_string (&candidate);
      g_assert_cmpstr (text, ==, texts[i]);
    }
}

static void
test_malformed (void)
{
  static const char *const texts[] = {
    "",
    ":",
    "udp",
    "udp:",
    "udp::",
    "udp:192.0.2.1",
    "udp:192.0.2.1:",
    "udp:192.0.2.1:0",
    "udp:192.0.2.1:65536",
    "udp:192.0.2.1:69999",
    "udp:192.0.2.1:-5060",
    "udp:192.0.2.1:5060 ",
    "udp: 192.0.2.1:5060",
    "udp:192.0.2.1:0x13c4",
    "udp:192.0.2.256:5060",
    "udp:192.0.2:5060",
    "sctp:192.0.2.1:5060",
    "192.0.2.1:5060",
    "udp:proxy.example.test:5060",
    "udp:2001:db8::1:5060",
    "udp:[2001:db8::1:5060",
    "udp:[2001:db8::1]5060",
    "udp:[]:5060",
    "udp:[:5060",
    "udp:]:5060",
    "udp:[192.0.2.1]:5060",
    "udp:[2001:db8::1]]:5060",
    "udp:[fe80::1%eth0]:5060",
    "udp:192.0.2.1:99999999999999999999",
  };
  TandemCandidate untouched
      = { .address = "192.0.2.9", .port = 7, .transport = TANDEM_TRANSPORT_TCP };
  TandemCandidate candidate = untouched;
  g_autofree char *long_text = g_strnfill (100000, '1');
  g_autofree char *long_address = g_strconcat ("udp:", long_text, ":5060", NULL);

  g_assert_false (tandem_candidate_parse (&candidate, NULL));
  g_assert_false (tandem_candidate_parse (&candidate, long_address));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_test_message ("%s", texts[i]);
      g_assert_false (tandem_candidate_parse (&candidate, texts[i]));
    }
  g_assert_false (tandem_candidate_init (&candidate, NULL, 5060, TANDEM_TRANSPORT_UDP));
  g_assert_false (tandem_candidate_init (&candidate, "192.0.2.1", 0, TANDEM_TRANSPORT_UDP));
  g_assert_cmpmem (&candidate, sizeof candidate, &untouched, sizeof untouched);
}

static void
test_equal (void)
{
  static const char *const distinct[] = {
    "udp:192.0.2.1:5060",     "tcp:192.0.2.1:5060",     "tls:192.0.2.1:5060",
    "udp:192.0.2.1:5061",     "udp:192.0.2.2:5060",     "udp:[2001:db8::1]:5060",
    "tcp:[2001:db8::1]:5060", "udp:[2001:db8::2]:5060",
  };
  TandemCandidate one, other;

  for (guint i = 0; i < G_N_ELEMENTS (distinct); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (distinct); j++)
        {
          g_assert_true (tandem_candidate_parse (&one, distinct[i]));
          g_assert_true (tandem_candidate_parse (&other, distinct[j]));
          g_assert_cmpint (tandem_candidate_equal (&one, &other), ==, i == j);
          if (i == j)
            g_assert_cmpuint (tandem_candidate_hash (&one), ==, tandem_candidate_hash (&other));
        }
    }
}

static void
test_one_spelling (void)
{
  TandemCandidate one, other;

  g_assert_true (tandem_candidate_init (&one, "2001:0DB8:0:0::0001", 5060, TANDEM_TRANSPORT_UDP));
  g_assert_true (tandem_candidate_init (&other, "2001:db8::1", 5060, TANDEM_TRANSPORT_UDP));
  g_assert_cmpstr (one.address, ==, "2001:db8::1");
  g_assert_true (tandem_candidate_equal (&one, &other));
  g_assert_cmpuint (tandem_candidate_hash (&one), ==, tandem_candidate_hash (&other));
}

static void
test_transport (void)
{
  TandemTransport transport = TANDEM_TRANSPORT_TCP;

  g_assert_false (tandem_transport_from_string (NULL, &transport));
  g_assert_false (tandem_transport_from_string ("", &transport));
  g_assert_false (tandem_transport_from_string ("ud", &transport));
  g_assert_cmpint (transport, ==, TANDEM_TRANSPORT_TCP);
  g_assert_true (tandem_transport_from_string ("UDP", &transport));
  g_assert_cmpint (transport, ==, TANDEM_TRANSPORT_UDP);
  g_assert_true (tandem_transport_from_string ("Tls", &transport));
  g_assert_cmpint (transport, ==, TANDEM_TRANSPORT_TLS);
  g_assert_cmpstr (tandem_transport_to_string (transport), ==, "tls");
}

static void
test_put_first (void)
{
  TandemCandidate list[3], other;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *address = g_strdup_printf ("192.0.2.%u", i + 1);

      g_assert_true (tandem_candidate_init (&list[i], address, 5060, TANDEM_TRANSPORT_UDP));
    }
  other = list[2];
  g_assert_true (tandem_candidate_put_first (list, 3, &other));
  g_assert_cmpstr (list[0].address, ==, "192.0.2.3");
  g_assert_cmpstr (list[1].address, ==, "192.0.2.1");
  g_assert_cmpstr (list[2].address, ==, "192.0.2.2");
  g_assert_true (tandem_candidate_put_first (list, 3, &other));
  g_assert_cmpstr (list[0].address, ==, "192.0.2.3");
  g_assert_true (tandem_candidate_init (&other, "192.0.2.3", 5061, TANDEM_TRANSPORT_UDP));
  g_assert_false (tandem_candidate_put_first (list, 3, &other));
  g_assert_false (tandem_candidate_put_first (list, 3, NULL));
  g_assert_false (tandem_candidate_put_first (NULL, 0, &other));
  g_assert_cmpstr (list[1].address, ==, "192.0.2.1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/candidate/round-trip", test_round_trip);
  g_test_add_func ("/candidate/malformed", test_malformed);
  g_test_add_func ("/candidate/equal", test_equal);
  g_test_add_func ("/candidate/one-spelling", test_one_spelling);
  g_test_add_func ("/candidate/transport", test_transport);
  g_test_add_func ("/ha/candidate/put-first", test_put_first);
  return g_test_run ();
}
