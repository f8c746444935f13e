/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session.h"

#include <string.h>

/* Offers and answers as text (RFC 3264), without any sound. */

#define HEAD "v=0\r\no=far 7 7 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
#define ALL                                                                                        \
  "m=audio 4000 RTP/AVP 8 0 107 9 101\r\na=rtpmap:107 opus/48000/2\r\n"                            \
  "a=rtpmap:101 telephone-event/8000\r\n"

typedef struct
{
  TandemSessionLocal local;
  const TandemCodec *codecs[5];
  TandemSession session;
  GError *error;
} World;

static void
world_init (World *world, const char *names)
{
  g_auto (GStrv) list = g_strsplit (names, " ", 0);

  memset (world, 0, sizeof *world);
  for (guint i = 0; names[0] != '\0' && list[i] != NULL; i++)
    {
      world->codecs[i] = tandem_codec_find (list[i]);
      g_assert_nonnull (world->codecs[i]);
    }
  world->local = (TandemSessionLocal){
    .address = "192.0.2.1",
    .port = 8000,
    .codecs = world->codecs,
    .own_order = TRUE,
    .id = 5,
    .version = 1,
  };
}

static char *
answer (World *world, const char *offer)
{
  g_clear_error (&world->error);
  return tandem_session_answer (&world->local, offer, &world->session, &world->error);
}

/* The answer has to have all of the lines, separated by '|'. */
static void
check (World *world, const char *offer, const char *lines)
{
  g_auto (GStrv) list = g_strsplit (lines, "|", 0);
  g_autofree char *text = answer (world, offer);

  g_assert_no_error (world->error);
  for (guint i = 0; list[i] != NULL; i++)
    {
      g_autofree char *line = g_strconcat (list[i], "\r\n", NULL);

      if (strstr (text, line) == NULL)
        g_error ("\"%s\" is missing in:\n%s", list[i], text);
    }
}

static void
test_offer (void)
{
  World world;
  g_autofree char *text = NULL;

  world_init (&world, "opus G722 PCMU PCMA");
  text = tandem_session_offer (&world.local);
  g_assert_cmpstr (text, ==,
                   "v=0\r\no=- 5 1 IN IP4 192.0.2.1\r\ns=Tandem\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
                   "m=audio 8000 RTP/AVP 96 9 0 8 101 102\r\na=rtpmap:96 opus/48000/2\r\n"
                   "a=fmtp:96 useinbandfec=1\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\n"
                   "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
                   "a=fmtp:101 0-15\r\na=rtpmap:102 telephone-event/48000\r\na=fmtp:102 0-15\r\n"
                   "a=ptime:20\r\na=sendrecv\r\na=rtcp-mux\r\n");
}

static void
test_offer_ipv6_and_empty (void)
{
  World world;
  g_autofree char *text = NULL;

  world_init (&world, "PCMU");
  world.local.address = "2001:db8::1";
  text = tandem_session_offer (&world.local);
  g_assert_nonnull (strstr (text, "\r\nc=IN IP6 2001:db8::1\r\n"));
  world_init (&world, "");
  g_assert_null (tandem_session_offer (&world.local));
}

static void
test_order (void)
{
  World world;

  world_init (&world, "PCMU PCMA opus");
  check (&world, HEAD ALL, "m=audio 8000 RTP/AVP 0 101");
  world.local.own_order = FALSE;
  check (&world, HEAD ALL, "m=audio 8000 RTP/AVP 8 101");
  world_init (&world, "opus PCMU");
  check (&world, HEAD ALL, "m=audio 8000 RTP/AVP 107 101|a=rtpmap:107 opus/48000/2");
  g_assert_cmpint (world.session.payload, ==, 107);
  g_assert_cmpstr (world.session.codec->name, ==, "opus");
  world.local.own_order = FALSE;
  check (&world, HEAD ALL, "m=audio 8000 RTP/AVP 0 101");
}

static void
test_nothing_in_common (void)
{
  World world;

  world_init (&world, "opus");
  g_assert_null (answer (&world, HEAD "m=audio 4000 RTP/AVP 18 3\r\na=rtpmap:18 G729/8000\r\n"));
  g_assert_error (world.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_null (answer (&world, HEAD "m=audio 4000 RTP/SAVP 0\r\n"));
  g_assert_error (world.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_null (answer (&world, HEAD "m=audio 0 RTP/AVP 0\r\n"));
  g_assert_error (world.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_null (answer (&world, HEAD "m=video 4000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n"));
  g_assert_error (world.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  /* Names of static types may be turned against us. */
  g_assert_null (answer (&world, HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/8000/2\r\n"));
  g_assert_error (world.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&world.error);
}

static void
test_static_type_with_another_name (void)
{
  World world;

  world_init (&world, "PCMU PCMA");
  check (&world, HEAD "m=audio 4000 RTP/AVP 0 8\r\na=rtpmap:0 G729/8000\r\n",
         "m=audio 8000 RTP/AVP 8");
  check (&world, HEAD "m=audio 4000 RTP/AVP 97\r\na=rtpmap:97 pcmu/8000/1\r\n",
         "m=audio 8000 RTP/AVP 97|a=rtpmap:97 PCMU/8000");
}

static void
test_direction (void)
{
  static const struct
  {
    const char *offered;
    gboolean hold;
    const char *answered;
    gboolean send, receive, remote_hold;
  } cases[] = {
    { "", FALSE, "a=sendrecv", TRUE, TRUE, FALSE },
    { "a=sendrecv\r\n", FALSE, "a=sendrecv", TRUE, TRUE, FALSE },
    { "a=sendonly\r\n", FALSE, "a=recvonly", FALSE, TRUE, TRUE },
    { "a=recvonly\r\n", FALSE, "a=sendonly", TRUE, FALSE, FALSE },
    { "a=inactive\r\n", FALSE, "a=inactive", FALSE, FALSE, TRUE },
    { "", TRUE, "a=sendonly", TRUE, FALSE, FALSE },
    { "a=sendonly\r\n", TRUE, "a=inactive", FALSE, FALSE, TRUE },
    { "a=recvonly\r\n", TRUE, "a=sendonly", TRUE, FALSE, FALSE },
    { "a=inactive\r\n", TRUE, "a=inactive", FALSE, FALSE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *at_media = g_strconcat (HEAD ALL, cases[i].offered, NULL);
      g_autofree char *at_session = g_strconcat (HEAD, cases[i].offered, ALL, NULL);
      World world;

      world_init (&world, "PCMU");
      world.local.hold = cases[i].hold;
      check (&world, at_media, cases[i].answered);
      g_assert_cmpint (world.session.send, ==, cases[i].send);
      g_assert_cmpint (world.session.receive, ==, cases[i].receive);
      g_assert_cmpint (world.session.remote_hold, ==, cases[i].remote_hold);
      check (&world, at_session, cases[i].answered);
    }
}

static void
test_old_hold (void)
{
  World world;

  world_init (&world, "PCMU");
  check (&world, "v=0\r\no=far 7 7 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n" ALL,
         "a=recvonly");
  g_assert_true (world.session.remote_hold);
  g_assert_false (world.session.send);
}

static void
test_address (void)
{
  World world;

  world_init (&world, "PCMU");
  check (&world, HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.77\r\na=rtcp:4321\r\n",
         "m=audio 8000 RTP/AVP 0");
  g_assert_cmpstr (world.session.host, ==, "192.0.2.77");
  g_assert_cmpuint (world.session.port, ==, 4000);
  g_assert_cmpuint (world.session.rtcp_port, ==, 4321);
  check (&world, HEAD "m=audio 4000 RTP/AVP 0\r\n", "m=audio 8000 RTP/AVP 0");
  g_assert_cmpstr (world.session.host, ==, "192.0.2.9");
  g_assert_cmpuint (world.session.rtcp_port, ==, 4001);
  check (&world,
         "v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
         "c=IN IP4 media.example.test\r\n",
         "m=audio 8000 RTP/AVP 0");
  g_assert_cmpstr (world.session.host, ==, "media.example.test");

  g_assert_null (answer (&world, "v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\nt=0 0\r\n"
                                 "m=audio 4000 RTP/AVP 0\r\n"));
  g_assert_error (world.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_null (answer (&world, HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 239.1.2.3/127\r\n"));
  g_assert_error (world.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_null (answer (&world, HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 255.255.255.255\r\n"));
  g_assert_error (world.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_null (answer (&world, HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP6 2001:db8::2\r\n"));
  g_assert_error (world.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&world.error);

  world.local.address = "2001:db8::1";
  check (&world, HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP6 2001:db8::2\r\n",
         "m=audio 8000 RTP/AVP 0|c=IN IP6 2001:db8::1");
  g_assert_cmpstr (world.session.host, ==, "2001:db8::2");
}

static void
test_rtcp_mux (void)
{
  g_autofree char *with = NULL, *without = NULL;
  World world;

  world_init (&world, "PCMU");
  with = answer (&world, HEAD ALL "a=rtcp-mux\r\n");
  g_assert_nonnull (strstr (with, "a=rtcp-mux"));
  g_assert_true (world.session.rtcp_mux);
  g_assert_cmpuint (world.session.rtcp_port, ==, 4000);
  without = answer (&world, HEAD ALL);
  g_assert_null (strstr (without, "a=rtcp-mux"));
  g_assert_false (world.session.rtcp_mux);
}

static void
test_ptime (void)
{
  static const struct
  {
    const char *said;
    guint ptime;
  } cases[] = { { "", 20 },
                { "a=ptime:10\r\n", 10 },
                { "a=ptime:20\r\n", 20 },
                { "a=ptime:30\r\n", 20 },
                { "a=ptime:40\r\n", 40 },
                { "a=ptime:200\r\n", 60 },
                { "a=ptime:40\r\na=maxptime:30\r\n", 20 },
                { "a=maxptime:10\r\n", 10 },
                { "a=ptime:0\r\n", 20 },
                { "a=ptime:-5\r\n", 60 },
                { "a=ptime:x\r\n", 20 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *offer = g_strconcat (HEAD ALL, cases[i].said, NULL);
      World world;

      world_init (&world, "PCMU");
      g_free (answer (&world, offer));
      g_assert_cmpuint (world.session.ptime, ==, cases[i].ptime);
    }
}

static void
test_several_streams (void)
{
  g_autofree char *text = NULL;
  World world;

  world_init (&world, "PCMU");
  text = answer (&world, HEAD "m=video 5000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n"
                              "m=audio 5002 RTP/SAVP 0\r\nm=audio 4000 RTP/AVP 0\r\n"
                              "m=audio 4002 RTP/AVP 0\r\n"
                              "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n");
  g_assert_no_error (world.error);
  g_assert_nonnull (strstr (text, "m=video 0 RTP/AVP 96\r\nm=audio 0 RTP/SAVP 0\r\n"
                                  "m=audio 8000 RTP/AVP 0\r\n"));
  g_assert_true (g_str_has_suffix (text, "m=audio 0 RTP/AVP 0\r\n"
                                         "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
  g_assert_cmpuint (world.session.port, ==, 4000);

  /* A later offer of ours has the same streams in the same places, and keeps numbers. */
  {
    g_autofree char *offer = NULL;

    world.local.agreed = &world.session;
    world.local.previous = text;
    offer = tandem_session_offer (&world.local);
    g_assert_nonnull (strstr (offer, "m=video 0 RTP/AVP 96\r\nm=audio 0 RTP/SAVP 0\r\n"
                                     "m=audio 8000 RTP/AVP 0"));
    g_assert_true (g_str_has_suffix (offer, "webrtc-datachannel\r\n"));
  }
}

static void
test_later_offer_keeps_payload_types (void)
{
  g_autofree char *first = NULL, *later = NULL;
  World world;

  world_init (&world, "opus PCMU");
  first = answer (&world, HEAD "m=audio 4000 RTP/AVP 111 0 96\r\na=rtpmap:111 opus/48000/2\r\n"
                               "a=rtpmap:96 telephone-event/48000\r\n");
  g_assert_cmpint (world.session.payload, ==, 111);
  g_assert_cmpint (world.session.event_payload, ==, 96);
  world.local.agreed = &world.session;
  world.local.previous = first;
  later = tandem_session_offer (&world.local);
  g_assert_nonnull (strstr (later, "RTP/AVP 111 0 96 101\r\n"));
  g_assert_nonnull (strstr (later, "a=rtpmap:96 telephone-event/48000"));
}

static void
test_read_answer (void)
{
  g_autofree char *offer = NULL;
  World world;

  world_init (&world, "opus PCMU PCMA");
  offer = tandem_session_offer (&world.local);
  world.local.previous = offer;
  /* Not our first, and with a number of its own for events. */
  g_assert_true (tandem_session_read_answer (
      &world.local,
      HEAD "m=audio 4000 RTP/AVP 8 0 99\r\na=rtpmap:99 telephone-event/8000\r\na=rtcp-mux\r\n",
      &world.session, &world.error));
  g_assert_cmpstr (world.session.codec->name, ==, "PCMA");
  g_assert_cmpint (world.session.event_payload, ==, 99);
  g_assert_true (world.session.rtcp_mux);
  g_assert_true (world.session.send && world.session.receive);
  /* Ready for all that we offered, by our numbers. */
  g_assert_cmpuint (world.session.n_receive_formats, ==, 5);
  g_assert_cmpint (world.session.receive_formats[0].payload, ==, 96);
  g_assert_cmpint (world.session.receive_formats[3].payload, ==, 101);
  g_assert_null (world.session.receive_formats[3].codec);

  g_assert_false (tandem_session_read_answer (&world.local, HEAD "m=audio 0 RTP/AVP 8\r\n",
                                              &world.session, &world.error));
  g_assert_error (world.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&world.error);
  g_assert_false (tandem_session_read_answer (&world.local, HEAD "m=audio 4000 RTP/AVP 3\r\n",
                                              &world.session, &world.error));
  g_assert_error (world.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&world.error);
  /* On failure, what was agreed stays. */
  g_assert_cmpstr (world.session.codec->name, ==, "PCMA");
}

static void
test_hold_answered_inactive (void)
{
  g_autofree char *offer = NULL, *again = NULL;
  TandemSession before;
  World world;

  world_init (&world, "PCMU");
  g_free (answer (&world, HEAD ALL));
  before = world.session;
  world.local.agreed = &before;
  world.local.hold = TRUE;
  offer = tandem_session_offer (&world.local);
  g_assert_nonnull (strstr (offer, "a=sendonly\r\n"));
  world.local.previous = offer;
  g_assert_true (
      tandem_session_read_answer (&world.local, HEAD ALL "a=inactive\r\n", &world.session, NULL));
  g_assert_false (world.session.remote_hold);
  g_assert_false (world.session.send || world.session.receive);

  before.remote_hold = TRUE;
  again = tandem_session_offer (&world.local);
  g_assert_nonnull (strstr (again, "a=inactive\r\n"));
  world.local.previous = again;
  g_assert_true (
      tandem_session_read_answer (&world.local, HEAD ALL "a=inactive\r\n", &world.session, NULL));
  g_assert_true (world.session.remote_hold);
}

static void
test_event_of_another_clock (void)
{
  World world;

  world_init (&world, "opus");
  g_free (answer (&world, HEAD ALL));
  g_assert_cmpint (world.session.event_payload, ==, 101);
  g_assert_cmpuint (world.session.event_rate, ==, 8000);
  g_free (answer (&world, HEAD ALL "a=rtpmap:102 telephone-event/48000\r\n"));
  g_assert_cmpint (world.session.event_payload, ==, 101);
  g_free (answer (&world, HEAD "m=audio 4000 RTP/AVP 107 101 102\r\na=rtpmap:107 OPUS/48000/2\r\n"
                               "a=rtpmap:101 telephone-event/8000\r\n"
                               "a=rtpmap:102 TELEPHONE-EVENT/48000\r\n"));
  g_assert_cmpint (world.session.event_payload, ==, 102);
  g_assert_cmpuint (world.session.event_rate, ==, 48000);
}

static void
test_malformed (void)
{
  static const char *const corpus[] = {
    "",
    "v",
    "v=0",
    "v=0\r\n",
    "v=1\r\n" ALL,
    "hello",
    "<xml/>",
    "v=0\r\n\r\n\r\n",
    "v=0\r\nm=\r\n",
    "v=0\r\nm=audio\r\n",
    "v=0\r\nm=audio \r\n",
    "v=0\r\nm=audio 4000\r\n",
    "v=0\r\nm=audio 4000 RTP/AVP\r\n",
    "v=0\r\nc=\r\nm=audio 4000 RTP/AVP 0\r\n",
    "v=0\r\nc=IN\r\nm=audio 4000 RTP/AVP 0\r\n",
    "v=0\r\nc=IN IP4\r\nm=audio 4000 RTP/AVP 0\r\n",
    "v=0\r\nc=IN IP4 \r\nm=audio 4000 RTP/AVP 0\r\n",
    HEAD,
    HEAD "m=audio 99999 RTP/AVP 0\r\n",
    HEAD "m=audio -1 RTP/AVP 0\r\n",
    HEAD "m=audio x RTP/AVP 0\r\n",
    HEAD "m=audio 4000/2/3 RTP/AVP\r\n",
    HEAD "m=audio 4000 RTP/AVP x y z\r\n",
    HEAD "m=audio 4000 RTP/AVP 128 -1 99999999999999999999\r\n",
    HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap\r\n",
    HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap:\r\n",
    HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96\r\n",
    HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 \r\n",
    HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus\r\n",
    HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 /48000\r\n",
    HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/\r\n",
    HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/x/2\r\n",
    HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/99999999999999999999/2\r\n",
    HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 $(reboot)\r\n",
    HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.300!\r\n",
    HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 \"x\r\n",
    "v=0\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 \xff\xfe\r\n",
    "v=0\nv=0\nv=0\nm=x\nm=\n=\n==\na=\na\n",
  };
  World world;

  world_init (&world, "opus G722 PCMU PCMA");
  for (guint i = 0; i < G_N_ELEMENTS (corpus); i++)
    {
      g_autofree char *text = answer (&world, corpus[i]);

      if (text != NULL)
        g_error ("taken:\n%s\nanswered:\n%s", corpus[i], text);
      g_assert_nonnull (world.error);
      g_assert_cmpint (world.error->domain, ==, G_IO_ERROR);
      g_assert_cmpuint (strlen (world.error->message), >, 10);
      g_assert_null (world.session.codec);
      g_assert_false (tandem_session_read_answer (&world.local, corpus[i], &world.session, NULL));
    }
  g_clear_error (&world.error);
}

/* Cut anywhere, a description is taken or refused, but does no harm. */
static void
test_cut (void)
{
  const char *whole = HEAD "m=video 0 RTP/AVP 96\r\n" ALL "a=rtcp-mux\r\na=ptime:20\r\n"
                           "a=rtcp:4001 IN IP4 192.0.2.9\r\na=sendrecv\r\n";
  World world;

  world_init (&world, "opus G722 PCMU PCMA");
  for (gsize n = 0; n < strlen (whole); n++)
    {
      g_autofree char *part = g_strndup (whole, n);
      g_autofree char *rest = g_strdup (whole + n);

      g_free (answer (&world, part));
      g_free (answer (&world, rest));
    }
  for (gsize n = 0; n < strlen (whole); n++)
    {
      g_autofree char *bent = g_strdup (whole);

      for (guint c = 1; c < 256; c += 7)
        {
          bent[n] = (char) c;
          g_free (answer (&world, bent));
        }
    }
  g_clear_error (&world.error);
}

/* As much as a message can carry must not take long. */
static void
test_huge (void)
{
  g_autoptr (GString) formats = g_string_new (HEAD "m=audio 4000 RTP/AVP");
  g_autoptr (GString) medias = g_string_new (HEAD);
  g_autofree char *name = g_strnfill (60000, 'x');
  g_autofree char *long_name = g_strconcat (HEAD ALL "c=IN IP4 ", name, "\r\n", NULL);
  gint64 begin = g_get_monotonic_time ();
  World world;

  for (guint i = 0; i < 8000; i++)
    g_string_append (formats, " 97");
  g_string_append (formats, "\r\n");
  for (guint i = 0; i < 1500; i++)
    g_string_append (formats, "a=rtpmap:98 X/8000\r\n");
  for (guint i = 0; i < 2000; i++)
    g_string_append (medias, "m=audio 4000 RTP/AVP 0\r\n");
  world_init (&world, "opus G722 PCMU PCMA");
  g_assert_null (answer (&world, formats->str));
  g_assert_null (answer (&world, medias->str));
  g_assert_null (answer (&world, long_name));
  g_clear_error (&world.error);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 5 * G_TIME_SPAN_SECOND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/offer", test_offer);
  g_test_add_func ("/session/offer-ipv6-and-empty", test_offer_ipv6_and_empty);
  g_test_add_func ("/session/order", test_order);
  g_test_add_func ("/session/nothing-in-common", test_nothing_in_common);
  g_test_add_func ("/session/static-type-with-another-name", test_static_type_with_another_name);
  g_test_add_func ("/session/direction", test_direction);
  g_test_add_func ("/session/old-hold", test_old_hold);
  g_test_add_func ("/session/address", test_address);
  g_test_add_func ("/session/rtcp-mux", test_rtcp_mux);
  g_test_add_func ("/session/ptime", test_ptime);
  g_test_add_func ("/session/several-streams", test_several_streams);
  g_test_add_func ("/session/later-offer", test_later_offer_keeps_payload_types);
  g_test_add_func ("/session/read-answer", test_read_answer);
  g_test_add_func ("/session/hold-answered-inactive", test_hold_answered_inactive);
  g_test_add_func ("/session/event-of-another-clock", test_event_of_another_clock);
  g_test_add_func ("/session/malformed", test_malformed);
  g_test_add_func ("/session/cut", test_cut);
  g_test_add_func ("/session/huge", test_huge);
  return g_test_run ();
}
