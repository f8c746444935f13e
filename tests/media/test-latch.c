/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "latch.h"

/* Whose packets are taken, with a clock of the test's own. */

#define MS G_TIME_SPAN_MILLISECOND
#define NAMED "127.2.0.10"
#define OTHER "127.2.0.11"
#define THIRD "127.2.0.12"

typedef struct
{
  TandemLatch latch;
  gint64 now;
  guint16 sequence;
} World;

static void
world_init (World *world)
{
  *world = (World){ .now = 1000 * MS, .sequence = 65530 };
  tandem_latch_set_named (&world->latch, NAMED, 4000, world->now);
}

static TandemLatchVerdict
look (World *world, const char *host, guint port, guint32 ssrc)
{
  g_autoptr (GSocketAddress) from = g_inet_socket_address_new_from_string (host, port);

  world->now += 20 * MS;
  return tandem_latch_look (&world->latch, from, ssrc, world->sequence++, world->now);
}

static guint
look_often (World *world, const char *host, guint port, guint32 ssrc, guint n)
{
  guint taken = 0;

  for (guint i = 0; i < n; i++)
    taken += look (world, host, port, ssrc) != TANDEM_LATCH_REFUSE;
  return taken;
}

static void
test_named (void)
{
  World world;

  world_init (&world);
  g_assert_cmpuint (look_often (&world, NAMED, 4000, 7, 100), ==, 100);
  tandem_latch_clear (&world.latch);
}

static void
test_moves_at_once_when_nobody_was_heard (void)
{
  World world;

  world_init (&world);
  g_assert_cmpint (look (&world, OTHER, 5000, 7), ==, TANDEM_LATCH_REFUSE);
  g_assert_cmpint (look (&world, OTHER, 5000, 7), ==, TANDEM_LATCH_REFUSE);
  g_assert_cmpint (look (&world, OTHER, 5000, 7), ==, TANDEM_LATCH_MOVED);
  g_assert_cmpint (look (&world, OTHER, 5000, 7), ==, TANDEM_LATCH_TAKE);
  g_assert_cmpuint (look_often (&world, NAMED, 4000, 8, 20), ==, 0);
  g_assert_cmpuint (look_often (&world, NAMED, 4000, 8, 100), >, 60);
  tandem_latch_clear (&world.latch);
}

static void
test_stranger_beside_the_peer (void)
{
  World world;

  world_init (&world);
  for (guint i = 0; i < 200; i++)
    {
      g_assert_cmpint (look (&world, NAMED, 4000, 7), ==, TANDEM_LATCH_TAKE);
      g_assert_cmpint (look (&world, OTHER, 5000, 9), ==, TANDEM_LATCH_REFUSE);
    }
  tandem_latch_clear (&world.latch);
}

static void
test_takes_over_after_silence (void)
{
  World world;
  guint refused = 0;

  world_init (&world);
  look_often (&world, NAMED, 4000, 7, 50);
  while (look (&world, NAMED, 4002, 7) == TANDEM_LATCH_REFUSE)
    refused++;
  g_assert_cmpuint (refused, >=, 9);
  g_assert_cmpuint (refused, <=, 14);
  tandem_latch_clear (&world.latch);
}

static void
test_noise_is_no_run (void)
{
  World world;

  world_init (&world);
  for (guint i = 0; i < 100; i++)
    {
      world.sequence = (guint16) (i * 7919);
      g_assert_cmpint (look (&world, OTHER, 5000, i), ==, TANDEM_LATCH_REFUSE);
    }
  for (guint i = 0; i < 100; i++)
    g_assert_cmpint (look (&world, OTHER, 5000 + i, 7), ==, TANDEM_LATCH_REFUSE);
  tandem_latch_clear (&world.latch);
}

static void
test_is_rate_limited (void)
{
  World world;
  guint moves = 0;
  gint64 begin;

  world_init (&world);
  begin = world.now;
  for (guint i = 0; i < 500; i++)
    moves += look (&world, i / 15 % 2 ? OTHER : THIRD, 5000, i / 15 % 2) == TANDEM_LATCH_MOVED;
  g_assert_cmpuint (moves, >, 1);
  g_assert_cmpuint (moves, <=, (world.now - begin) / G_TIME_SPAN_SECOND + 1);
  tandem_latch_clear (&world.latch);
}

/* After a re-INVITE the place that was left may still send for a while. */
static void
test_former_place (void)
{
  World world;

  world_init (&world);
  look_often (&world, NAMED, 4000, 7, 10);
  tandem_latch_set_named (&world.latch, THIRD, 6000, world.now);
  g_assert_cmpuint (look_often (&world, NAMED, 4000, 7, 50), ==, 0);
  g_assert_cmpint (look (&world, THIRD, 6000, 8), ==, TANDEM_LATCH_TAKE);
  tandem_latch_clear (&world.latch);
}

static void
test_named_again_keeps_the_latch (void)
{
  World world;

  world_init (&world);
  look_often (&world, NAMED, 4000, 7, 10);
  tandem_latch_set_named (&world.latch, NAMED, 4000, world.now);
  g_assert_cmpint (look (&world, NAMED, 4000, 7), ==, TANDEM_LATCH_TAKE);
  tandem_latch_clear (&world.latch);
}

static void
test_flood_of_sources (void)
{
  World world;
  guint taken = 0;

  world_init (&world);
  for (guint32 i = 0; i < 1000; i++)
    taken += look (&world, NAMED, 4000, i) != TANDEM_LATCH_REFUSE;
  g_assert_cmpuint (taken, <=, 41);
  g_assert_cmpuint (taken, >=, 1);
  tandem_latch_clear (&world.latch);
}

static void
test_host (void)
{
  g_autoptr (GSocketAddress) good = g_inet_socket_address_new_from_string (NAMED, 9);
  g_autoptr (GSocketAddress) bad = g_inet_socket_address_new_from_string (OTHER, 4001);
  World world;

  world_init (&world);
  g_assert_true (tandem_latch_is_host (&world.latch, good));
  g_assert_false (tandem_latch_is_host (&world.latch, bad));
  g_assert_false (tandem_latch_is_host (&world.latch, NULL));
  g_assert_cmpint (tandem_latch_look (&world.latch, NULL, 1, 1, 1), ==, TANDEM_LATCH_REFUSE);
  tandem_latch_clear (&world.latch);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/latch/named", test_named);
  g_test_add_func ("/latch/moves-at-once", test_moves_at_once_when_nobody_was_heard);
  g_test_add_func ("/latch/stranger-beside-the-peer", test_stranger_beside_the_peer);
  g_test_add_func ("/latch/takes-over-after-silence", test_takes_over_after_silence);
  g_test_add_func ("/latch/noise-is-no-run", test_noise_is_no_run);
  g_test_add_func ("/latch/is-rate-limited", test_is_rate_limited);
  g_test_add_func ("/latch/former-place", test_former_place);
  g_test_add_func ("/latch/named-again", test_named_again_keeps_the_latch);
  g_test_add_func ("/latch/flood-of-sources", test_flood_of_sources);
  g_test_add_func ("/latch/host", test_host);
  return g_test_run ();
}
