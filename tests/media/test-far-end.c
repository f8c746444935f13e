/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "far-end.h"
#include "pair.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* A leg against packets made by hand: what a well-behaved, a strange and a hostile far end does to it. */

#define LEG "127.2.0.1"
#define FAR "127.2.0.20"
#define ELSEWHERE "127.2.0.21"

typedef struct
{
  Side side;
  FarEnd far;
  guint port; /* the leg's */
  guint source;
  double tone;
  guint drop_every, sent;
  const char *digits;
} Call;

static gboolean
on_send (gpointer data)
{
  Call *call = data;

  call->sent++;
  if (call->drop_every > 0 && call->sent % call->drop_every == 0)
    {
      call->far.sequence++;
      call->far.timestamp += 160;
      return G_SOURCE_CONTINUE;
    }
  far_end_send_tone (&call->far, LEG, call->port, call->tone);
  return G_SOURCE_CONTINUE;
}

static void
send_on (Call *call, double tone)
{
  call->tone = tone;
  if (call->source == 0)
    call->source = g_timeout_add (20, on_send, call);
}

static void
send_off (Call *call)
{
  g_clear_handle_id (&call->source, g_source_remove);
}

static void
offer (Call *call, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = tandem_leg_answer_offer (call->side.leg, text, &error);

  g_assert_no_error (error);
  call->port = far_end_read_port (answer);
}

static void
call_init (Call *call, const char *attributes)
{
  g_autofree char *text = NULL;

  memset (call, 0, sizeof *call);
  side_init (&call->side, NULL, LEG, NULL);
  far_end_init (&call->far, FAR);
  text = far_end_offer (&call->far, "", attributes);
  offer (call, text);
  tandem_leg_start (call->side.leg);
}

static void
call_clear (Call *call)
{
  send_off (call);
  side_clear (&call->side);
  far_end_clear (&call->far);
}

static guint32
read_u32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, 4);
  return GUINT32_FROM_BE (value);
}

/* The next RTP packet (no RTCP) of a length; FALSE when time is up. */
static gboolean
receive (Call *call, guint8 *bytes, gsize *length)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  while (g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      *length = far_end_receive (&call->far, bytes, 2048, 20);
      if (*length >= 12 && (bytes[1] < 192 || bytes[1] > 223))
        return TRUE;
    }
  return FALSE;
}

static void
test_packets (gconstpointer data)
{
  const char *attributes = data;
  guint ptime = strstr (attributes, "40") != NULL ? 40 : 20;
  guint16 sequence = 0;
  guint32 timestamp = 0, ssrc = 0;
  guint8 bytes[2048];
  gsize length = 0;
  Call call;

  call_init (&call, attributes);
  for (guint i = 0; i < 20; i++)
    {
      g_assert_true (receive (&call, bytes, &length));
      g_assert_cmpuint (length, ==, 12 + 8 * ptime);
      g_assert_cmpuint (bytes[0], ==, 0x80);
      g_assert_cmpuint (bytes[1] & 0x7f, ==, 0);
      if (i > 0)
        {
          g_assert_cmpuint ((guint16) (bytes[2] << 8 | bytes[3]), ==, (guint16) (sequence + 1));
          g_assert_cmpuint (read_u32 (bytes + 4) - timestamp, ==, 8 * ptime);
          g_assert_cmpuint (read_u32 (bytes + 8), ==, ssrc);
        }
      sequence = (guint16) (bytes[2] << 8 | bytes[3]);
      timestamp = read_u32 (bytes + 4);
      ssrc = read_u32 (bytes + 8);
    }
  call_clear (&call);
}

/* Expedited forwarding (RFC 3246) is 46 in the upper six bits. */
static void
test_dscp (void)
{
  char bytes[2048], control[256];
  struct iovec vector = { .iov_base = bytes, .iov_len = sizeof bytes };
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
  };
  int on = 1, tos = -1;
  Call call;

  memset (&call, 0, sizeof call);
  side_init (&call.side, NULL, LEG, NULL);
  far_end_init (&call.far, FAR);
  g_assert_cmpint (
      setsockopt (g_socket_get_fd (call.far.rtp), IPPROTO_IP, IP_RECVTOS, &on, sizeof on), ==, 0);
  {
    g_autofree char *text = far_end_offer (&call.far, "", "");

    offer (&call, text);
  }
  tandem_leg_start (call.side.leg);
  wait_until (recvmsg (g_socket_get_fd (call.far.rtp), &message, 0) > 0);
  for (struct cmsghdr *c = CMSG_FIRSTHDR (&message); c != NULL; c = CMSG_NXTHDR (&message, c))
    {
      if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS)
        tos = *CMSG_DATA (c);
    }
  g_assert_cmpint (tos, ==, 46 << 2);
  call_clear (&call);
}

static void
test_latch (void)
{
  FarEnd named;
  Call call;

  call_init (&call, "");
  /* What was named hears us until the far end speaks from elsewhere. */
  named = call.far;
  wait_until (far_end_count (&named) > 0);
  far_end_init (&call.far, ELSEWHERE);
  send_on (&call, 700);
  wait_until (far_end_count (&call.far) > 5);
  wait_until (hears (&call.side, 700));
  pass_time (300);
  far_end_drain (&named);
  pass_time (500);
  g_assert_cmpuint (far_end_drain (&named), ==, 0);
  far_end_clear (&named);
  call_clear (&call);
}

static void
test_stranger (void)
{
  FarEnd stranger;
  Call call;

  call_init (&call, "");
  far_end_init (&stranger, ELSEWHERE);
  send_on (&call, 700);
  wait_until (hears (&call.side, 700));
  far_end_drain (&call.far);
  for (guint i = 0; i < 100; i++)
    {
      far_end_send_tone (&stranger, LEG, call.port, 1200);
      pass_time (10);
    }
  g_assert_true (hears_not (&call.side, 1200));
  g_assert_true (hears (&call.side, 700));
  g_assert_cmpuint (far_end_drain (&stranger), ==, 0);
  g_assert_cmpuint (far_end_drain (&call.far), >, 10);
  far_end_clear (&stranger);
  call_clear (&call);
}

static void
test_loss (void)
{
  TandemLegStatistics statistics;
  Call call;

  call_init (&call, "");
  call.drop_every = 10;
  send_on (&call, 700);
  wait_until (
      (tandem_leg_get_statistics (call.side.leg, &statistics), statistics.packets_lost >= 10));
  g_assert_cmpuint (statistics.packets_lost, <, statistics.packets_received / 4);
  g_assert_cmpfloat (statistics.mos, <, 4);
  g_assert_cmpfloat (statistics.mos, >, 1);
  /* One packet in ten is missing, yet it does not sound like that. */
  wait_until (tandem_media_engine_measure_tone (call.side.engine, 700) > -18.5);
  call_clear (&call);
}

static void
press (Call *call, guint8 event, guint packets)
{
  guint32 begin = call->far.timestamp;

  for (guint i = 0; i < packets; i++)
    {
      const guint8 payload[] = { event, (guint8) (i + 3 >= packets ? 0x8a : 0x0a),
                                 (guint8) ((i + 1) * 160 >> 8), (guint8) ((i + 1) * 160) };

      call->far.timestamp = begin;
      far_end_send (&call->far, LEG, call->port, 101, i == 0, payload, sizeof payload);
      pass_time (5);
    }
  call->far.timestamp = begin + packets * 160;
}

static void
test_events (void)
{
  Call call;

  call_init (&call, "");
  send_on (&call, 0);
  wait_until (call.side.started > 0);
  for (guint8 event = 0; event < 16; event++)
    press (&call, event, 6);
  press (&call, 16, 6);
  press (&call, 200, 6);
  press (&call, 7, 6);
  wait_until (call.side.digits->len >= 17);
  g_assert_cmpstr (call.side.digits->str, ==, "0123456789*#ABCD7");
  /* The sound goes on after it. */
  call.tone = 700;
  wait_until (hears (&call.side, 700));
  call_clear (&call);
}

static void
test_garbage (void)
{
  static const guint8 cases[][24] = {
    { 0 },
    { 0x80 },
    { 0x80, 0 },
    { 0x00, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1 },
    { 0xc0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1 },
    { 0x8f, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1 },
    { 0x90, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xbe, 0xde, 0xff, 0xff },
    { 0xa0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xff },
    { 0x80, 77, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3 },
    { 0x80, 101, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1 },
    { 0x80, 200, 0xff, 0xff },
    { 0x81, 201, 0, 7, 0, 0, 0, 1 },
    { 0x81, 203, 0, 1, 0, 0, 0, 1 },
    { 0x80, 13, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 40 },
  };
  guint8 noise[1400];
  Call call;

  call_init (&call, "a=rtcp-mux\r\n");
  send_on (&call, 700);
  wait_until (hears (&call.side, 700));
  for (guint n = 0; n < 20; n++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        for (gsize length = 0; length <= sizeof cases[i]; length += 1 + n % 5)
          far_end_send_raw (&call.far, LEG, call.port, cases[i], length);
      for (gsize i = 0; i < sizeof noise; i++)
        noise[i] = (guint8) g_random_int ();
      noise[0] = 0x80;
      far_end_send_raw (&call.far, LEG, call.port, noise, sizeof noise);
      noise[1] = 0;
      far_end_send_raw (&call.far, LEG, call.port, noise, sizeof noise);
      pass_time (5);
    }
  pass_time (1500);
  wait_until (hears (&call.side, 700));
  call_clear (&call);
}

static void
test_flood_of_sources (void)
{
  guint threads = 0;
  Call call;

  call_init (&call, "");
  send_on (&call, 700);
  wait_until (hears (&call.side, 700));
  for (guint i = 0; i < 600; i++)
    {
      guint32 own = call.far.ssrc;

      call.far.ssrc = g_random_int ();
      far_end_send_tone (&call.far, LEG, call.port, 700);
      call.far.ssrc = own;
      if (i % 10 == 0)
        pass_time (1);
    }
  {
    g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);

    while (g_dir_read_name (dir) != NULL)
      threads++;
  }
  g_assert_cmpuint (threads, <, 60);
  pass_time (1000);
  wait_until (hears (&call.side, 700));
  call_clear (&call);
}

/* A far end that starts again, as after a transfer: another SSRC, sequence and clock. */
static void
test_new_source (void)
{
  Call call;

  call_init (&call, "");
  send_on (&call, 700);
  wait_until (hears (&call.side, 700));
  call.far.ssrc++;
  call.far.sequence = 40000;
  call.far.timestamp = 99;
  call.tone = 1300;
  wait_until (hears (&call.side, 1300) && hears_not (&call.side, 700));
  g_assert_cmpuint (call.side.started, ==, 1);
  call_clear (&call);
}

static void
test_old_hold_is_quiet (void)
{
  g_autofree char *resumed = NULL;
  gboolean held = FALSE;
  Call call;

  call_init (&call, "");
  wait_until (far_end_count (&call.far) > 5);
  offer (&call, "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
                "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n");
  g_object_get (call.side.leg, "remote-hold", &held, NULL);
  g_assert_true (held);
  pass_time (100);
  far_end_drain (&call.far);
  pass_time (400);
  g_assert_cmpuint (far_end_drain (&call.far), ==, 0);
  /* Its music is still heard. */
  send_on (&call, 700);
  wait_until (hears (&call.side, 700));
  resumed = far_end_offer (&call.far, "", "");
  offer (&call, resumed);
  wait_until (far_end_count (&call.far) > 5);
  call_clear (&call);
}

/* Sound from another payload type of our offer than the answer's first (RFC 3264 6.1). */
static void
test_other_offered_type (void)
{
  const char *codecs[] = { "PCMA", "PCMU", NULL };
  g_autoptr (TandemMediaEngine) engine = tandem_media_engine_new (TANDEM_AUDIO_TEST);
  g_autofree char *own = NULL, *media = NULL, *answer = NULL;
  g_autoptr (GError) error = NULL;
  Call call;

  memset (&call, 0, sizeof call);
  tandem_media_engine_set_codecs (engine, codecs);
  side_init (&call.side, engine, LEG, NULL);
  far_end_init (&call.far, FAR);
  own = tandem_leg_create_offer (call.side.leg);
  call.port = far_end_read_port (own);
  media = g_strdup_printf ("m=audio %u RTP/AVP 8 0\r\n", call.far.port);
  answer = far_end_offer (&call.far, media, "");
  g_assert_true (tandem_leg_set_answer (call.side.leg, answer, &error));
  g_assert_no_error (error);
  tandem_leg_start (call.side.leg);
  send_on (&call, 700);
  wait_until (hears (&call.side, 700));
  call_clear (&call);
}

static void
test_follows_another_address (void)
{
  g_autofree char *text = NULL;
  FarEnd former;
  Call call;

  call_init (&call, "");
  send_on (&call, 700);
  wait_until (hears (&call.side, 700));
  former = call.far;
  far_end_init (&call.far, ELSEWHERE);
  text = far_end_offer (&call.far, "", "");
  offer (&call, text);
  call.tone = 1300;
  wait_until (far_end_count (&call.far) > 5);
  wait_until (hears (&call.side, 1300));
  far_end_drain (&former);
  pass_time (300);
  g_assert_cmpuint (far_end_drain (&former), ==, 0);
  far_end_clear (&former);
  call_clear (&call);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/far-end/packets/usual", "", test_packets);
  g_test_add_data_func ("/far-end/packets/40-ms", "a=ptime:40\r\n", test_packets);
  g_test_add_func ("/far-end/dscp", test_dscp);
  g_test_add_func ("/far-end/latch", test_latch);
  g_test_add_func ("/far-end/stranger", test_stranger);
  g_test_add_func ("/far-end/loss", test_loss);
  g_test_add_func ("/far-end/events", test_events);
  g_test_add_func ("/far-end/garbage", test_garbage);
  g_test_add_func ("/far-end/flood-of-sources", test_flood_of_sources);
  g_test_add_func ("/far-end/new-source", test_new_source);
  g_test_add_func ("/far-end/old-hold", test_old_hold_is_quiet);
  g_test_add_func ("/far-end/other-offered-type", test_other_offered_type);
  g_test_add_func ("/far-end/follows-another-address", test_follows_another_address);
  return g_test_run ();
}
