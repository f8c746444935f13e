/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "telephone-event.h"

#include <gst/rtp/gstrtpbuffer.h>

/* RFC 4733 packet by packet. */

#define EVENT 101
#define SSRC 0x12345678u

typedef struct
{
  guint8 payload_type, event, volume;
  gboolean marker, end;
  guint16 sequence, duration;
  guint32 timestamp, ssrc;
  guint length;
} Packet;

typedef struct
{
  TandemEventSender sender;
  guint16 sequence;
  guint32 timestamp;
  guint ptime;
} World;

static void
world_init (World *world, guint ptime)
{
  tandem_event_sender_init (&world->sender);
  world->sequence = 65534;
  world->timestamp = G_MAXUINT32 - 300;
  world->ptime = ptime;
}

static Packet
send (World *world)
{
  GstBuffer *buffer = gst_rtp_buffer_new_allocate (8 * world->ptime, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  const guint8 *data;
  Packet packet;

  gst_rtp_buffer_map (buffer, GST_MAP_READWRITE, &rtp);
  gst_rtp_buffer_set_payload_type (&rtp, 0);
  gst_rtp_buffer_set_seq (&rtp, world->sequence++);
  gst_rtp_buffer_set_timestamp (&rtp, world->timestamp);
  gst_rtp_buffer_set_ssrc (&rtp, SSRC);
  gst_rtp_buffer_unmap (&rtp);
  world->timestamp += 8 * world->ptime;
  buffer = tandem_event_sender_replace (&world->sender, buffer, EVENT, 8000, world->ptime);
  g_assert_true (gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp));
  data = gst_rtp_buffer_get_payload (&rtp);
  packet = (Packet){
    .payload_type = gst_rtp_buffer_get_payload_type (&rtp),
    .marker = gst_rtp_buffer_get_marker (&rtp),
    .sequence = gst_rtp_buffer_get_seq (&rtp),
    .timestamp = gst_rtp_buffer_get_timestamp (&rtp),
    .ssrc = gst_rtp_buffer_get_ssrc (&rtp),
    .length = gst_rtp_buffer_get_payload_len (&rtp),
    .event = data[0],
    .end = data[1] >> 7,
    .volume = data[1] & 0x3f,
    .duration = (guint16) (data[2] << 8 | data[3]),
  };
  gst_rtp_buffer_unmap (&rtp);
  gst_buffer_unref (buffer);
  return packet;
}

static void
test_one_digit (gconstpointer data)
{
  guint ptime = GPOINTER_TO_UINT (data), audio = 0, ends = 0, last = 0;
  World world;

  world_init (&world, ptime);
  g_assert_cmpuint (send (&world).payload_type, ==, 0);
  tandem_event_sender_add (&world.sender, "5");
  for (guint i = 0; i < 400 / ptime; i++)
    {
      guint16 sequence = world.sequence;
      guint32 timestamp = world.timestamp;
      Packet packet = send (&world);

      g_assert_cmpuint (packet.sequence, ==, sequence);
      g_assert_cmpuint (packet.ssrc, ==, SSRC);
      if (packet.payload_type == 0)
        {
          g_assert_cmpuint (packet.timestamp, ==, timestamp);
          audio++;
          continue;
        }
      g_assert_cmpuint (audio, ==, 0);
      g_assert_cmpuint (packet.payload_type, ==, EVENT);
      g_assert_cmpuint (packet.length, ==, 4);
      g_assert_cmpuint (packet.event, ==, 5);
      g_assert_cmpuint (packet.timestamp, ==, (guint32) (G_MAXUINT32 - 300 + 8 * ptime));
      g_assert_cmpint (packet.marker, ==, i == 0);
      if (packet.end && ends > 0)
        g_assert_cmpuint (packet.duration, ==, last);
      else
        g_assert_cmpuint (packet.duration, ==, 8 * ptime * (i + 1));
      ends += packet.end;
      last = packet.duration;
    }
  g_assert_cmpuint (ends, ==, 3);
  g_assert_cmpuint (last, >=, 800);
  g_assert_cmpuint (audio, >, 0);
  tandem_event_sender_clear (&world.sender);
}

static void
test_two_digits_are_apart (void)
{
  guint32 first = 0, second = 0;
  guint pause = 0;
  World world;

  world_init (&world, 20);
  tandem_event_sender_add (&world.sender, "1");
  tandem_event_sender_add (&world.sender, "1");
  for (guint i = 0; i < 50; i++)
    {
      Packet packet = send (&world);

      if (packet.payload_type == EVENT && first == 0)
        first = packet.timestamp;
      else if (packet.payload_type == EVENT && packet.timestamp != first)
        second = packet.timestamp;
      else if (packet.payload_type == 0 && second == 0)
        pause++;
    }
  g_assert_cmpuint (second, !=, 0);
  g_assert_cmpuint (pause, ==, 3);
  tandem_event_sender_clear (&world.sender);
}

static void
test_queue_is_bounded (void)
{
  g_autofree char *many = g_strnfill (300, '1');
  World world;

  world_init (&world, 20);
  tandem_event_sender_add (&world.sender, many);
  g_assert_cmpuint (send (&world).payload_type, ==, 0);
  tandem_event_sender_clear (&world.sender);
}

static void
test_names (void)
{
  const char *digits = "0123456789*#ABCD";

  for (int i = 0; i < 16; i++)
    {
      g_assert_cmpint (tandem_telephone_event_from_digit (digits[i]), ==, i);
      g_assert_cmpint (tandem_telephone_event_to_digit (i), ==, digits[i]);
    }
  g_assert_cmpint (tandem_telephone_event_from_digit ('a'), ==, 12);
  g_assert_cmpint (tandem_telephone_event_from_digit ('x'), ==, -1);
  g_assert_cmpint (tandem_telephone_event_from_digit ('\0'), ==, -1);
  g_assert_cmpint (tandem_telephone_event_to_digit (16), ==, '\0');
  g_assert_cmpint (tandem_telephone_event_to_digit (-1), ==, '\0');
}

static void
test_receive (void)
{
  TandemEventReceiver receiver = { 0 };
  const guint8 three[] = { 3, 10, 0, 160 }, end[] = { 3, 0x8a, 3, 32 }, flash[] = { 16, 0, 0, 1 };

  g_assert_cmpint (tandem_event_receiver_look (&receiver, three, 4, 0), ==, '3');
  g_assert_cmpint (tandem_event_receiver_look (&receiver, three, 4, 0), ==, '\0');
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (tandem_event_receiver_look (&receiver, end, 4, 0), ==, '\0');
  /* The same key again; of the second press only the end arrived. */
  g_assert_cmpint (tandem_event_receiver_look (&receiver, end, 4, 4000), ==, '3');
  g_assert_cmpint (tandem_event_receiver_look (&receiver, three, 3, 8000), ==, '\0');
  g_assert_cmpint (tandem_event_receiver_look (&receiver, three, 0, 8000), ==, '\0');
  g_assert_cmpint (tandem_event_receiver_look (&receiver, flash, 4, 8000), ==, '\0');
  g_assert_cmpint (tandem_event_receiver_look (&receiver, three, 4, 8000), ==, '3');
}

int
main (int argc, char *argv[])
{
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/telephone-event/one-digit/10", GUINT_TO_POINTER (10), test_one_digit);
  g_test_add_data_func ("/telephone-event/one-digit/20", GUINT_TO_POINTER (20), test_one_digit);
  g_test_add_data_func ("/telephone-event/one-digit/40", GUINT_TO_POINTER (40), test_one_digit);
  g_test_add_func ("/telephone-event/two-digits", test_two_digits_are_apart);
  g_test_add_func ("/telephone-event/bounded", test_queue_is_bounded);
  g_test_add_func ("/telephone-event/names", test_names);
  g_test_add_func ("/telephone-event/receive", test_receive);
  return g_test_run ();
}
