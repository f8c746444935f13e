/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The one format inside the phone: S16, mono, 48 kHz, frames of 10 ms. */
#define TANDEM_SAMPLE_RATE 48000
#define TANDEM_FRAME 480

/* TandemFifo: samples from one thread to another, with a target fill. It begins to give when the target
 * is reached, bridges a short gap with what was last heard, and drops what piles up beyond a few
 * frames, so that nothing of a start-up stays as latency. Two clocks that drift apart are met
 * by making frames one sample longer or shorter, which nobody hears. Thread-safe. */

typedef struct _TandemFifo TandemFifo;

typedef struct
{
  guint fill;      /* samples */
  guint underruns; /* how often it ran dry while giving */
  guint trims;     /* how often a pile was dropped */
} TandemFifoState;

/* target: samples; at least one frame. */
TandemFifo *tandem_fifo_new (guint target);
void tandem_fifo_free (TandemFifo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemFifo, tandem_fifo_free)
void tandem_fifo_push (TandemFifo *self, const gint16 *samples, gsize n);
/* Fills one frame; FALSE when there was nothing new. */
gboolean tandem_fifo_pop (TandemFifo *self, gint16 *frame);
void tandem_fifo_clear (TandemFifo *self);
void tandem_fifo_get_state (TandemFifo *self, TandemFifoState *state);

G_END_DECLS
