/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fifo.h"

#include <math.h>
#include <string.h>

/* The FIFO between two clocks, with time simulated by who pushes and pops when. */

#define TARGET (2 * TANDEM_FRAME)
#define PACKET (2 * TANDEM_FRAME)

typedef struct
{
  TandemFifo *fifo;
  guint64 pushed; /* samples */
  gint16 last;
  guint jumps, gaps, popped;
} Line;

static void
push (Line *line, guint n)
{
  gint16 samples[4 * TANDEM_FRAME];

  for (guint i = 0; i < n; i++, line->pushed++)
    samples[i]
        = (gint16) (8000 * sin (2 * G_PI * 400 * (double) line->pushed / TANDEM_SAMPLE_RATE));
  tandem_fifo_push (line->fifo, samples, n);
}

/* A jump is a step that a 400 Hz tone of that height cannot make. */
static void
pop (Line *line)
{
  gint16 frame[TANDEM_FRAME];

  line->popped++;
  if (!tandem_fifo_pop (line->fifo, frame))
    line->gaps++;
  for (guint i = 0; i < TANDEM_FRAME; i++)
    {
      if (ABS (frame[i] - line->last) > 1000)
        line->jumps++;
      line->last = frame[i];
    }
}

static guint
get_fill (Line *line)
{
  TandemFifoState state;

  tandem_fifo_get_state (line->fifo, &state);
  return state.fill;
}

static void
test_even (void)
{
  g_autoptr (TandemFifo) fifo = tandem_fifo_new (TARGET);
  Line line = { .fifo = fifo };

  for (guint i = 0; i < 1000; i++)
    {
      push (&line, TANDEM_FRAME);
      pop (&line);
    }
  g_assert_cmpuint (line.gaps, <=, 1);
  g_assert_cmpuint (line.jumps, ==, 0);
  g_assert_cmpuint (get_fill (&line), <=, TARGET);
}

static void
test_packets (void)
{
  g_autoptr (TandemFifo) fifo = tandem_fifo_new (TARGET);
  Line line = { .fifo = fifo };

  for (guint i = 0; i < 1000; i++)
    {
      if (i % 2 == 0)
        push (&line, PACKET);
      pop (&line);
    }
  g_assert_cmpuint (line.gaps, <=, 2);
  g_assert_cmpuint (line.jumps, ==, 0);
}

static void
test_packets_come_late (void)
{
  g_autoptr (TandemFifo) fifo = tandem_fifo_new (TARGET);
  Line line = { .fifo = fifo };
  guint begun;

  for (guint i = 0; i < 10; i++)
    {
      if (i % 2 == 0)
        push (&line, PACKET);
      pop (&line);
    }
  begun = line.gaps;
  for (guint i = 0; i < 1000; i++)
    {
      /* each third packet is 10 ms late */
      if (i % 6 == 0 || i % 6 == 2 || i % 6 == 5)
        push (&line, PACKET);
      pop (&line);
    }
  g_assert_cmpuint (line.gaps - begun, <=, 1);
}

static void
test_nothing_stays (void)
{
  g_autoptr (TandemFifo) fifo = tandem_fifo_new (TARGET);
  Line line = { .fifo = fifo };

  for (guint i = 0; i < 20; i++)
    push (&line, PACKET);
  g_assert_cmpuint (get_fill (&line), <=, PACKET + TARGET);
  for (guint i = 0; i < 6; i++)
    {
      if (i % 2 == 0)
        push (&line, PACKET);
      pop (&line);
    }
  /* A burst while running goes too. */
  for (guint i = 0; i < 10; i++)
    push (&line, PACKET);
  g_assert_cmpuint (get_fill (&line), <=, PACKET + TARGET + 3 * TANDEM_FRAME);
}

static void
test_small_pile_goes_unheard (void)
{
  g_autoptr (TandemFifo) fifo = tandem_fifo_new (TARGET);
  Line line = { .fifo = fifo };

  for (guint i = 0; i < 10; i++)
    {
      push (&line, TANDEM_FRAME);
      pop (&line);
    }
  push (&line, TANDEM_FRAME);
  push (&line, TANDEM_FRAME);
  g_assert_cmpuint (get_fill (&line), >, TARGET);
  line.jumps = 0;
  for (guint i = 0; i < 2000; i++)
    {
      push (&line, TANDEM_FRAME);
      pop (&line);
    }
  g_assert_cmpuint (get_fill (&line), <=, TARGET);
  g_assert_cmpuint (line.jumps, ==, 0);
}

/* 200 ppm, which is a bad sound card, for ten minutes. */
static void
test_drift (gconstpointer data)
{
  int sign = GPOINTER_TO_INT (data);
  g_autoptr (TandemFifo) fifo = tandem_fifo_new (TARGET);
  Line line = { .fifo = fifo };
  double owed = 0;

  for (guint i = 0; i < 60000; i++)
    {
      guint n;

      owed += TANDEM_FRAME * (1 + sign * 200e-6);
      n = (guint) owed;
      owed -= n;
      push (&line, n);
      pop (&line);
      if (i == 100)
        line.jumps = line.gaps = 0;
    }
  g_assert_cmpuint (line.jumps, ==, 0);
  g_assert_cmpuint (line.gaps, ==, 0);
  g_assert_cmpuint (get_fill (&line), <, TARGET + 2 * TANDEM_FRAME);
}

static void
test_gap_is_bridged (void)
{
  g_autoptr (TandemFifo) fifo = tandem_fifo_new (TARGET);
  Line line = { .fifo = fifo };
  gint16 frame[TANDEM_FRAME];
  double power = 0;
  guint fill;

  for (guint i = 0; i < 20; i++)
    {
      push (&line, TANDEM_FRAME);
      pop (&line);
    }
  fill = get_fill (&line) / TANDEM_FRAME;
  for (guint i = 0; i < fill; i++)
    pop (&line);
  g_assert_false (tandem_fifo_pop (fifo, frame));
  for (guint i = 0; i < TANDEM_FRAME; i++)
    power += (double) frame[i] * frame[i] / TANDEM_FRAME;
  g_assert_cmpfloat (sqrt (power), >, 1000);
  for (guint i = 0; i < 10; i++)
    tandem_fifo_pop (fifo, frame);
  for (guint i = 0; i < TANDEM_FRAME; i++)
    g_assert_cmpint (frame[i], ==, 0);
}

static void
test_clear (void)
{
  g_autoptr (TandemFifo) fifo = tandem_fifo_new (TARGET);
  Line line = { .fifo = fifo };
  gint16 frame[TANDEM_FRAME];

  for (guint i = 0; i < 5; i++)
    push (&line, PACKET);
  pop (&line);
  tandem_fifo_clear (fifo);
  g_assert_cmpuint (get_fill (&line), ==, 0);
  g_assert_false (tandem_fifo_pop (fifo, frame));
  for (guint i = 0; i < TANDEM_FRAME; i++)
    g_assert_cmpint (frame[i], ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fifo/even", test_even);
  g_test_add_func ("/fifo/packets", test_packets);
  g_test_add_func ("/fifo/packets-come-late", test_packets_come_late);
  g_test_add_func ("/fifo/nothing-stays", test_nothing_stays);
  g_test_add_func ("/fifo/small-pile-goes-unheard", test_small_pile_goes_unheard);
  g_test_add_data_func ("/fifo/drift/faster", GINT_TO_POINTER (1), test_drift);
  g_test_add_data_func ("/fifo/drift/slower", GINT_TO_POINTER (-1), test_drift);
  g_test_add_func ("/fifo/gap-is-bridged", test_gap_is_bridged);
  g_test_add_func ("/fifo/clear", test_clear);
  return g_test_run ();
}
