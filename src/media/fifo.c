/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fifo.h"

#include <string.h>

/* See fifo.h. "Lowest" is the fill that is left after a pop, at its lowest within a window: what never
 * gets used is latency for nothing, and what comes near zero is about to run dry. */

#define CAPACITY 16384 /* a power of two: 341 ms */
#define SLACK (3 * TANDEM_FRAME)
#define WINDOW 250 /* frames: 2.5 s */
#define MAX_CONCEALED 4
#define FADE 120 /* samples: 2.5 ms */
#define STEP 2   /* samples that a frame may give or take */

struct _TandemFifo
{
  GMutex mutex;
  gint16 samples[CAPACITY];
  guint read, written; /* free running */
  guint target, chunk;
  gboolean primed;
  guint waited;
  guint lowest, frames;
  int correction; /* samples still to be dropped (> 0) or made (< 0) */
  gint16 last[TANDEM_FRAME];
  guint concealed;
  TandemFifoState state;
};

TandemFifo *
tandem_fifo_new (guint target)
{
  TandemFifo *self = g_new0 (TandemFifo, 1);

  g_mutex_init (&self->mutex);
  self->target = MAX (target, TANDEM_FRAME);
  self->lowest = G_MAXUINT;
  self->concealed = MAX_CONCEALED;
  return self;
}

void
tandem_fifo_free (TandemFifo *self)
{
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* What shall be left when the next samples are due. */
static guint
get_margin (TandemFifo *self)
{
  return self->target - TANDEM_FRAME;
}

void
tandem_fifo_push (TandemFifo *self, const gint16 *samples, gsize n)
{
  guint fill, wanted, limit, at, first;

  g_mutex_lock (&self->mutex);
  if (n > CAPACITY / 4)
    {
      samples += n - CAPACITY / 4;
      n = CAPACITY / 4;
    }
  at = self->written % CAPACITY;
  first = MIN ((guint) n, CAPACITY - at);
  memcpy (self->samples + at, samples, first * sizeof *samples);
  memcpy (self->samples, samples + first, (n - first) * sizeof *samples);
  self->written += (guint) n;
  self->chunk = MAX (self->chunk, (guint) n);

  fill = self->written - self->read;
  wanted = (guint) n + get_margin (self);
  limit = self->primed ? wanted + SLACK : wanted;
  if (fill > limit)
    {
      self->read = self->written - wanted;
      self->correction = 0;
      if (self->primed)
        self->state.trims++;
    }
  g_mutex_unlock (&self->mutex);
}

/* A short gap is bridged with what was heard last, ever softer; a longer one is silence. */
static void
conceal (TandemFifo *self, gint16 *frame)
{
  if (self->concealed >= MAX_CONCEALED)
    {
      memset (frame, 0, TANDEM_FRAME * sizeof *frame);
      memset (self->last, 0, sizeof self->last);
      return;
    }
  self->concealed++;
  for (guint i = 0; i < TANDEM_FRAME; i++)
    {
      int gain = 1024 - (int) (i * 512 / TANDEM_FRAME);

      frame[i] = (gint16) (self->last[i] * gain / 1024);
    }
  for (guint i = 0; i < TANDEM_FRAME; i++)
    self->last[i] = self->last[i] / 2;
}

static void
correct_drift (TandemFifo *self)
{
  self->lowest = MIN (self->lowest, self->written - self->read);
  if (self->correction != 0 || ++self->frames < WINDOW)
    return;
  if (self->lowest > self->target)
    self->correction = (int) (self->lowest - get_margin (self));
  else if (self->lowest < TANDEM_FRAME / 4)
    self->correction = -(int) (TANDEM_FRAME / 2);
  self->lowest = G_MAXUINT;
  self->frames = 0;
}

static void
take (TandemFifo *self, gint16 *frame)
{
  guint fill = self->written - self->read;
  guint n = TANDEM_FRAME;

  if (self->correction > 0 && fill >= TANDEM_FRAME + STEP)
    n += (guint) MIN (self->correction, STEP);
  else if (self->correction < 0)
    n -= (guint) MIN (-self->correction, STEP);
  self->correction -= (int) n - TANDEM_FRAME;

  for (guint i = 0; i < TANDEM_FRAME; i++)
    {
      guint scaled = i * (n - 1) * 256 / (TANDEM_FRAME - 1);
      guint at = self->read + scaled / 256;
      int here = self->samples[at % CAPACITY];
      int part = (int) (scaled % 256);

      frame[i] = part == 0
                     ? (gint16) here
                     : (gint16) (here + (self->samples[(at + 1) % CAPACITY] - here) * part / 256);
    }
  self->read += n;
}

static gboolean
is_ready (TandemFifo *self)
{
  guint fill = self->written - self->read;

  if (self->primed)
    return fill >= TANDEM_FRAME;
  if (fill < TANDEM_FRAME)
    return FALSE;
  if (fill < self->chunk + get_margin (self) && self->waited++ < get_margin (self) / TANDEM_FRAME)
    return FALSE;
  self->primed = TRUE;
  self->waited = 0;
  self->frames = 0;
  self->lowest = G_MAXUINT;
  self->correction = 0;
  return TRUE;
}

gboolean
tandem_fifo_pop (TandemFifo *self, gint16 *frame)
{
  gint16 before[TANDEM_FRAME];
  gboolean filled, resuming = FALSE;

  g_mutex_lock (&self->mutex);
  resuming = !self->primed;
  filled = is_ready (self);
  if (filled)
    {
      if (resuming)
        conceal (self, before);
      take (self, frame);
      for (int i = 0; resuming && i < FADE; i++)
        frame[i] = (gint16) ((before[i] * (FADE - i) + frame[i] * i) / FADE);
      memcpy (self->last, frame, sizeof self->last);
      self->concealed = 0;
      correct_drift (self);
    }
  else
    {
      if (self->primed)
        self->state.underruns++;
      self->primed = FALSE;
      conceal (self, frame);
    }
  g_mutex_unlock (&self->mutex);
  return filled;
}

void
tandem_fifo_clear (TandemFifo *self)
{
  g_mutex_lock (&self->mutex);
  self->read = self->written;
  self->primed = FALSE;
  self->waited = 0;
  self->chunk = 0;
  self->concealed = MAX_CONCEALED;
  g_mutex_unlock (&self->mutex);
}

void
tandem_fifo_get_state (TandemFifo *self, TandemFifoState *state)
{
  g_mutex_lock (&self->mutex);
  *state = self->state;
  state->fill = self->written - self->read;
  g_mutex_unlock (&self->mutex);
}
