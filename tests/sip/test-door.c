/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door.h"

#include <poll.h>
#include <string.h>

/* The door between the two threads: order, nothing lost, nothing delivered after closing. Also built
 * with ThreadSanitizer. */

#define N 20000

typedef struct
{
  TandemDoor *door;
  guint next;
  guint freed;
  GMainLoop *loop;
} Counter;

static guint freed;

static void
count_freed (gpointer item)
{
  g_atomic_int_inc (&freed);
  g_free (item);
}

static guint *
number (guint n)
{
  guint *item = g_new (guint, 1);

  *item = n;
  return item;
}

static void
on_out (gpointer item, gpointer data)
{
  Counter *self = data;

  g_assert_cmpuint (*(guint *) item, ==, self->next);
  self->next++;
  g_free (item);
  if (self->next == N)
    g_main_loop_quit (self->loop);
}

/* What the SIP thread does: waits at the descriptor, and sends each item back. */
static gpointer
other_side (gpointer data)
{
  TandemDoor *door = data;
  guint got = 0;

  while (got < N)
    {
      struct pollfd fd = { .fd = tandem_door_get_fd (door), .events = POLLIN };
      guint *item;

      g_assert_cmpint (poll (&fd, 1, 10000), ==, 1);
      tandem_door_clear (door);
      while ((item = tandem_door_pop_in (door)) != NULL)
        {
          g_assert_cmpuint (*item, ==, got);
          got++;
          tandem_door_push_out (door, item);
        }
    }
  tandem_door_unref (door);
  return NULL;
}

static void
test_there_and_back (void)
{
  Counter counter = { 0 };
  g_autoptr (GError) error = NULL;
  GThread *thread;

  counter.loop = g_main_loop_new (NULL, FALSE);
  counter.door = tandem_door_new (NULL, g_free, g_free, on_out, &counter, &error);
  g_assert_no_error (error);
  thread = g_thread_new ("other", other_side, tandem_door_ref (counter.door));
  for (guint i = 0; i < N; i++)
    tandem_door_push_in (counter.door, number (i));
  g_main_loop_run (counter.loop);
  g_assert_cmpuint (counter.next, ==, N);
  g_thread_join (thread);
  tandem_door_close (counter.door);
  tandem_door_unref (counter.door);
  g_main_loop_unref (counter.loop);
}

static void
on_nothing (gpointer item, gpointer data)
{
  g_assert_not_reached ();
}

static void
test_closed (void)
{
  TandemDoor *door;

  g_atomic_int_set (&freed, 0);
  door = tandem_door_new (NULL, count_freed, count_freed, on_nothing, NULL, NULL);
  tandem_door_push_out (door, number (1));
  tandem_door_close (door);
  tandem_door_push_out (door, number (2));
  tandem_door_push_in (door, number (3));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  tandem_door_unref (door);
  g_assert_cmpuint ((guint) g_atomic_int_get (&freed), ==, 3);
}

static void
on_close_within (gpointer item, gpointer data)
{
  Counter *self = data;

  self->next++;
  g_free (item);
  tandem_door_close (self->door);
}

static void
test_closed_within (void)
{
  Counter counter = { 0 };

  g_atomic_int_set (&freed, 0);
  counter.door = tandem_door_new (NULL, count_freed, count_freed, on_close_within, &counter, NULL);
  tandem_door_push_out (counter.door, number (1));
  tandem_door_push_out (counter.door, number (2));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (counter.next, ==, 1);
  tandem_door_unref (counter.door);
  g_assert_cmpuint ((guint) g_atomic_int_get (&freed), ==, 1);
}

static gpointer
pusher (gpointer data)
{
  for (guint i = 0; i < 1000; i++)
    tandem_door_push_in (data, number (i));
  return NULL;
}

static void
test_many_pushers (void)
{
  TandemDoor *door = tandem_door_new (NULL, g_free, g_free, on_nothing, NULL, NULL);
  GThread *threads[4];
  guint got = 0;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("pusher", pusher, door);
  while (got < 4000)
    {
      struct pollfd fd = { .fd = tandem_door_get_fd (door), .events = POLLIN };
      gpointer item;

      g_assert_cmpint (poll (&fd, 1, 10000), ==, 1);
      tandem_door_clear (door);
      while ((item = tandem_door_pop_in (door)) != NULL)
        {
          got++;
          g_free (item);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  tandem_door_close (door);
  tandem_door_unref (door);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/door/there-and-back", test_there_and_back);
  g_test_add_func ("/sip/door/closed", test_closed);
  g_test_add_func ("/sip/door/closed-within", test_closed_within);
  g_test_add_func ("/sip/door/many-pushers", test_many_pushers);
  return g_test_run ();
}
