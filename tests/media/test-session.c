/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session.h"

#include <string.h>

#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n"
#define C4 "c=IN IP4 192.0.2.1\r\n"
#define T "t=0 0\r\n"
#define ALL                                                                                        \
  "m=audio 40000 RTP/AVP 8 0 9 111 101 110\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:101 "          \
  "telephone-event/8000\r\n"                                                                       \
  "a=rtpmap:110 telephone-event/48000\r\n"

static const TandemCodec **
codecs (const char *first, ...)
{
  GPtrArray *list = g_ptr_array_new ();
  const char *name = first;
  va_list names;

  va_start (names, first);
  for (; name != NULL; name = va_arg (names, const char *))
    g_ptr_array_add (list, (gpointer) tandem_codec_find (name));
  va_end (names);
  g_ptr_array_add (list, NULL);
  return (const TandemCodec **) g_ptr_array_free (list, FALSE);
}

static TandemSessionLocal
make_local (const TandemCodec **list)
{
  return (TandemSessionLocal){
    .address = "127.0.0.1", .port = 4000, .codecs = list, .own_order = TRUE, .id = 7, .version = 8
  };
}

#define assert_has(text, part) g_assert_nonnull (strstr (text, part))
#define assert_has_not(text, part) g_assert_null (strstr (text, part))

static void
test_offer (void)
{
  g_autofree const TandemCodec **list = codecs ("opus", "G722", "PCMU", "PCMA", NULL);
  TandemSessionLocal local = make_local (list);
  g_autofree char *offer = tandem_session_offer (&local);

  assert_has (offer, "v=0\r\n");
  assert_has (offer, "o=- 7 8 IN IP4 127.0.0.1\r\n");
  assert_has (offer, "c=IN IP4 127.0.0.1\r\n");
  assert_has (offer, "m=audio 4000 RTP/AVP 96 9 0 8 101 102\r\n");
  assert_has (offer, "a=rtpmap:96 opus/48000/2\r\n");
  assert_has (offer, "a=rtpmap:101 telephone-event/8000\r\n");
  assert_has (offer, "a=rtpmap:102 telephone-event/48000\r\n");
  assert_has (offer, "a=rtcp-mux\r\n");
  assert_has (offer, "a=sendrecv\r\n");
  local.hold = TRUE;
  g_free (offer);
  offer = tandem_session_offer (&local);
  assert_has (offer, "a=sendonly\r\n");
}

static void
test_ipv6 (void)
{
  g_autofree const TandemCodec **list = codecs ("PCMU", NULL);
  TandemSessionLocal local = make_local (list);
  TandemSession session;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  local.address = "::1";
  offer = tandem_session_offer (&local);
  assert_has (offer, "c=IN IP6 ::1\r\n");
  answer = tandem_session_answer (
      &local, HEAD "c=IN IP6 2001:db8::1\r\n" T "m=audio 6000 RTP/AVP 0\r\n", &session, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (session.host, ==, "2001:db8::1");
}

static void
test_order (void)
{
  g_autofree const TandemCodec **list = codecs ("opus", "PCMU", "PCMA", NULL);
  TandemSessionLocal local = make_local (list);
  TandemSession session;
  g_autofree char *ours = tandem_session_answer (&local, HEAD C4 T ALL, &session, NULL);
  g_autofree char *theirs = NULL;

  g_assert_cmpstr (session.codec->name, ==, "opus");
  g_assert_cmpint (session.payload, ==, 111);
  g_assert_cmpint (session.event_payload, ==, 110);
  assert_has (ours, "m=audio 4000 RTP/AVP 111 110\r\n");
  local.own_order = FALSE;
  theirs = tandem_session_answer (&local, HEAD C4 T ALL, &session, NULL);
  g_assert_cmpstr (session.codec->name, ==, "PCMA");
  g_assert_cmpint (session.event_payload, ==, 101);
  assert_has (theirs, "m=audio 4000 RTP/AVP 8 101\r\n");
}

static void
test_rtcp (void)
{
  g_autofree const TandemCodec **list = codecs ("PCMU", NULL);
  TandemSessionLocal local = make_local (list);
  TandemSession session;
  g_autofree char *plain
      = tandem_session_answer (&local, HEAD C4 T "m=audio 6000 RTP/AVP 0\r\n", &session, NULL);
  g_autofree char *other = NULL, *mux = NULL;

  g_assert_false (session.rtcp_mux);
  g_assert_cmpuint (session.rtcp_port, ==, 6001);
  assert_has_not (plain, "rtcp-mux");
  other = tandem_session_answer (&local, HEAD C4 T "m=audio 6000 RTP/AVP 0\r\na=rtcp:7000\r\n",
                                 &session, NULL);
  g_assert_cmpuint (session.rtcp_port, ==, 7000);
  mux = tandem_session_answer (&local, HEAD C4 T "m=audio 6000 RTP/AVP 0\r\na=rtcp-mux\r\n",
                               &session, NULL);
  g_assert_true (session.rtcp_mux);
  g_assert_cmpuint (session.rtcp_port, ==, 6000);
  assert_has (mux, "a=rtcp-mux");
}

typedef struct
{
  const char *direction;
  gboolean hold, send, receive;
  const char *answer;
} Direction;

static const Direction directions[] = {
  { "sendrecv", FALSE, TRUE, TRUE, "a=sendrecv" },
  { "sendonly", FALSE, FALSE, TRUE, "a=recvonly" },
  { "recvonly", FALSE, TRUE, FALSE, "a=sendonly" },
  { "inactive", FALSE, FALSE, FALSE, "a=inactive" },
  { "sendrecv", TRUE, TRUE, FALSE, "a=sendonly" },
  { "sendonly", TRUE, FALSE, FALSE, "a=inactive" },
};

static void
test_direction (void)
{
  g_autofree const TandemCodec **list = codecs ("PCMU", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
    {
      const Direction *one = &directions[i];
      TandemSessionLocal local = make_local (list);
      g_autofree char *media
          = g_strdup_printf (HEAD C4 T "m=audio 6000 RTP/AVP 0\r\na=%s\r\n", one->direction);
      g_autofree char *level
          = g_strdup_printf (HEAD C4 T "a=%s\r\nm=audio 6000 RTP/AVP 0\r\n", one->direction);
      const char *offers[] = { media, level };

      local.hold = one->hold;
      for (guint k = 0; k < 2; k++)
        {
          TandemSession session;
          g_autofree char *answer = tandem_session_answer (&local, offers[k], &session, NULL);

          assert_has (answer, one->answer);
          g_assert_cmpint (session.send, ==, one->send);
          g_assert_cmpint (session.receive, ==, one->receive);
        }
    }
}

static void
test_old_hold (void)
{
  g_autofree const TandemCodec **list = codecs ("PCMU", NULL);
  TandemSessionLocal local = make_local (list);
  TandemSession session;
  g_autofree char *answer = tandem_session_answer (
      &local, HEAD "c=IN IP4 0.0.0.0\r\n" T "m=audio 6000 RTP/AVP 0\r\n", &session, NULL);

  g_assert_nonnull (answer);
  g_assert_false (session.send);
}

/* A stream that is not wanted keeps its place, with port 0 (RFC 3264 6). */
static void
test_several_streams (void)
{
  g_autofree const TandemCodec **list = codecs ("PCMU", NULL);
  TandemSessionLocal local = make_local (list);
  TandemSession session;
  g_autofree char *answer = tandem_session_answer (
      &local,
      HEAD C4 T "m=video 5000 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\nm=audio 6000 RTP/AVP "
                "0\r\nm=audio 6002 RTP/AVP 8\r\n",
      &session, NULL);

  assert_has (answer, "m=video 0 RTP/AVP 99\r\n");
  assert_has (answer, "m=audio 4000 RTP/AVP 0\r\n");
  assert_has (answer, "m=audio 0 RTP/AVP 8\r\n");
  g_assert_true (strstr (answer, "m=video") < strstr (answer, "m=audio 4000"));
}

static void
test_connection_of_the_stream (void)
{
  g_autofree const TandemCodec **list = codecs ("PCMU", NULL);
  TandemSessionLocal local = make_local (list);
  TandemSession session;
  g_autofree char *answer = tandem_session_answer (
      &local, HEAD C4 T "m=audio 6000 RTP/AVP 0\r\nc=IN IP4 192.0.2.99\r\n", &session, NULL);

  g_assert_nonnull (answer);
  g_assert_cmpstr (session.host, ==, "192.0.2.99");
}

static void
test_read_answer (void)
{
  g_autofree const TandemCodec **list = codecs ("opus", "PCMU", NULL);
  TandemSessionLocal local = make_local (list);
  TandemSession session;
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_session_read_answer (
      &local, HEAD C4 T "m=audio 6000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n",
      &session, &error));
  g_assert_cmpstr (session.codec->name, ==, "PCMU");
  g_assert_cmpint (session.event_payload, ==, 101);
  g_assert_false (
      tandem_session_read_answer (&local, HEAD C4 T "m=audio 0 RTP/AVP 0\r\n", &session, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static const char *const malformed[] = {
  "",
  "v",
  "garbage",
  "v=0",
  "v=0\r\n",
  HEAD T,
  HEAD T "m=audio 6000 RTP/AVP 0\r\n",
  HEAD "c=IN IP4 \r\n" T "m=audio 6000 RTP/AVP 0\r\n",
  HEAD "c=IN IP4 a!b\r\n" T "m=audio 6000 RTP/AVP 0\r\n",
};

static const char *const unsupported[] = {
  HEAD C4 T "m=audio 6000 RTP/AVP 18\r\n",
  HEAD C4 T "m=audio 6000 RTP/SAVP 0\r\n",
  HEAD C4 T "m=audio 0 RTP/AVP 0\r\n",
  HEAD C4 T "m=video 6000 RTP/AVP 0\r\n",
  HEAD C4 T "m=audio 6000 RTP/AVP 200\r\n",
  HEAD C4 T "m=audio 6000 RTP/AVP x\r\n",
  HEAD C4 T "m=audio 6000 RTP/AVP 96\r\na=rtpmap:96 PCMU\r\n",
  HEAD C4 T "m=audio 6000 RTP/AVP 96\r\na=rtpmap:96 PCMU/abc\r\n",
};

static void
test_wrong (void)
{
  g_autofree const TandemCodec **list = codecs ("opus", "PCMU", NULL);
  TandemSessionLocal local = make_local (list);
  TandemSession untouched = { .port = 4711 }, session = untouched;
  g_autofree char *huge = g_strnfill (70000, 'x');
  g_autofree char *long_one = g_strconcat (HEAD, huge, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (tandem_session_answer (&local, malformed[i], &session, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
  for (guint i = 0; i < G_N_ELEMENTS (unsupported); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (tandem_session_answer (&local, unsupported[i], &session, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
    }
  g_assert_null (tandem_session_answer (&local, long_one, &session, NULL));
  g_assert_cmpuint (session.port, ==, 4711);
}

int
main (int argc, char *argv[])
{
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/offer", test_offer);
  g_test_add_func ("/session/ipv6", test_ipv6);
  g_test_add_func ("/session/order", test_order);
  g_test_add_func ("/session/rtcp", test_rtcp);
  g_test_add_func ("/session/direction", test_direction);
  g_test_add_func ("/session/old-hold", test_old_hold);
  g_test_add_func ("/session/several-streams", test_several_streams);
  g_test_add_func ("/session/connection-of-the-stream", test_connection_of_the_stream);
  g_test_add_func ("/session/read-answer", test_read_answer);
  g_test_add_func ("/session/wrong", test_wrong);
  return g_test_run ();
}
