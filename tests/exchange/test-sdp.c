/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sdp.h"

#include <string.h>

#define OFFER                                                                                      \
  "v=0\r\no=- 1 1 IN IP4 127.6.2.1\r\ns=-\r\nc=IN IP4 127.6.2.1\r\nt=0 0\r\n"                      \
  "m=audio 4000 RTP/AVP 96 9 0 8 100 101 13\r\na=rtpmap:96 opus/48000/2\r\n"                       \
  "a=fmtp:96 useinbandfec=1\r\na=rtpmap:100 telephone-event/48000\r\n"                             \
  "a=rtpmap:101 telephone-event/8000\r\na=rtpmap:13 CN/8000\r\na=fmtp:101 0-15\r\n"                \
  "a=rtcp-mux\r\na=sendonly\r\nm=video 4002 RTP/AVP 31\r\na=inactive\r\n"

static void
test_parse (void)
{
  g_autoptr (TandemExchangeSdp) sdp = tandem_exchange_sdp_parse (OFFER);

  g_assert_nonnull (sdp);
  g_assert_cmpstr (sdp->host, ==, "127.6.2.1");
  g_assert_cmpuint (sdp->port, ==, 4000);
  g_assert_cmpint (sdp->pcmu, ==, 0);
  g_assert_cmpint (sdp->pcma, ==, 8);
  g_assert_cmpint (sdp->event, ==, 101);
  g_assert_true (sdp->mux);
  g_assert_cmpstr (sdp->direction, ==, "sendonly");
  g_assert_cmpuint (sdp->payloads->len, ==, 4);
  g_assert_cmpint (g_array_index (sdp->payloads, int, 0), ==, 96);
}

static void
test_answer (void)
{
  g_autoptr (TandemExchangeSdp) sdp = tandem_exchange_sdp_parse (OFFER);
  g_autofree char *text = tandem_exchange_sdp_answer (sdp, 96, "127.6.2.2", 5000, 3);
  g_autoptr (TandemExchangeSdp) again = tandem_exchange_sdp_parse (text);

  g_assert_nonnull (strstr (text, "m=audio 5000 RTP/AVP 96 101\r\n"));
  g_assert_nonnull (strstr (text, "a=fmtp:96 useinbandfec=1\r\n"));
  g_assert_nonnull (strstr (text, "a=fmtp:101 0-15\r\n"));
  g_assert_null (strstr (text, "rtpmap:100"));
  g_assert_nonnull (strstr (text, "a=rtcp-mux\r\n"));
  g_assert_cmpstr (again->direction, ==, "recvonly");
  g_assert_cmpint (again->event, ==, 101);
}

static void
test_offer (void)
{
  g_autofree char *text = tandem_exchange_sdp_offer ("127.6.2.2", 5000, 1);
  g_autoptr (TandemExchangeSdp) sdp = tandem_exchange_sdp_parse (text);

  g_assert_cmpint (sdp->pcmu, ==, 0);
  g_assert_cmpint (sdp->event, ==, 101);
  g_assert_cmpstr (sdp->direction, ==, "sendrecv");
}

static void
test_strange (void)
{
  static const char *const none[] = {
    "",
    "v=0\r\n",
    "m=audio\r\n",
    "m=audio 99999 RTP/AVP 0\r\n",
    "m=audio 4000 RTP/SAVP 0\r\n",
    "m=audio 4000 RTP/AVP x 300 -1\r\n",
    "m=video 4000 RTP/AVP 31\r\n",
    "m=audio 4000 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n",
  };
  g_autoptr (GString) large = g_string_new ("m=audio 4000 RTP/AVP");
  g_autoptr (TandemExchangeSdp) sdp = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_null (tandem_exchange_sdp_parse (none[i]));
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (large, " %u", i % 128);
  g_string_append (large, "\r\na=rtpmap:\r\na=rtpmap:1\r\na=fmtp:\r\nc=IN IP4 \r\n");
  sdp = tandem_exchange_sdp_parse (large->str);
  g_assert_nonnull (sdp);
  g_free (tandem_exchange_sdp_answer (sdp, 0, "127.6.2.2", 5000, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp/parse", test_parse);
  g_test_add_func ("/sdp/answer", test_answer);
  g_test_add_func ("/sdp/offer", test_offer);
  g_test_add_func ("/sdp/strange", test_strange);
  return g_test_run ();
}
