/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fifo.h"

#include <string.h>

/* See fifo.h. */

#define CAPACITY 16384 /* a power of two: 341 ms */
#define SLACK (3 * TANDEM_FRAME)
#define DRIFT_WINDOW 500 /* frames: 5 s */
#define MAX_CONCEALED 4

struct _TandemFifo
{
  GMutex mutex;
  gint16 samples[CAPACITY];
  guint read, written; /* free running */
  guint target;
  gboolean primed;
  guint lowest, frames;
  gint16 last[TANDEM_FRAME];
  guint concealed;
};

TandemFifo *
tandem_fifo_new (guint target)
{
  TandemFifo *self = g_new0 (TandemFifo, 1);

  g_mutex_init (&self->mutex);
  self->target = target;
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

void
tandem_fifo_push (TandemFifo *self, const gint16 *samples, gsize n)
{
  g_mutex_lock (&self->mutex);
  if (n > CAPACITY / 2)
    {
      samples += n - CAPACITY / 2;
      n = CAPACITY / 2;
    }
  for (gsize i = 0; i < n; i++)
    self->samples[self->written++ % CAPACITY] = samples[i];
  if (self->written - self->read > self->target + (guint) n + SLACK)
    self->read = self->written - self->target - (guint) n;
  g_mutex_unlock (&self->mutex);
}

/* A short gap is bridged with what was heard last, ever softer; a longer one is silence. */
static void
conceal (TandemFifo *self, gint16 *frame)
{
  if (self->concealed >= MAX_CONCEALED)
    {
      memset (frame, 0, TANDEM_FRAME * sizeof *frame);
      return;
    }
  self->concealed++;
  for (guint i = 0; i < TANDEM_FRAME; i++)
    frame[i] = self->last[i] = self->last[i] / 2;
}

/* What never gets used over five seconds is latency for nothing: one sample goes. */
static void
correct_drift (TandemFifo *self, guint fill)
{
  self->lowest = MIN (self->lowest, fill);
  if (++self->frames < DRIFT_WINDOW)
    return;
  if (self->lowest > self->target)
    self->read += MIN (self->lowest - self->target, TANDEM_FRAME / 10);
  self->lowest = G_MAXUINT;
  self->frames = 0;
}

gboolean
tandem_fifo_pop (TandemFifo *self, gint16 *frame)
{
  gboolean filled = FALSE;
  guint fill;

  g_mutex_lock (&self->mutex);
  fill = self->written - self->read;
  if (!self->primed && fill >= MAX (self->target, TANDEM_FRAME))
    self->primed = TRUE;
  if (self->primed && fill >= TANDEM_FRAME)
    {
      for (guint i = 0; i < TANDEM_FRAME; i++)
        frame[i] = self->samples[self->read++ % CAPACITY];
      filled = TRUE;
      memcpy (self->last, frame, sizeof self->last);
      self->concealed = 0;
      correct_drift (self, fill - TANDEM_FRAME);
    }
  else
    {
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
  self->concealed = MAX_CONCEALED;
  g_mutex_unlock (&self->mutex);
}
