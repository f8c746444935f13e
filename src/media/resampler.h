/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fifo.h"

G_BEGIN_DECLS

/* TandemResampler: between the phone's 48 kHz and a codec's 8 or 16 kHz (or 48: a copy). One direction, one
 * stream of sound each; not thread-safe. About 2 ms of delay. */

typedef struct _TandemResampler TandemResampler;

/* rate: of the codec; 8000, 16000 or 48000. to_codec: from 48 kHz; else towards it. */
TandemResampler *tandem_resampler_new (guint rate, gboolean to_codec);
void tandem_resampler_free (TandemResampler *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemResampler, tandem_resampler_free)
/* n: samples in, at most TANDEM_RESAMPLER_MAX and, towards the codec, a multiple of 6. out has room
 * for the result. Returns the number of samples out. */
guint tandem_resampler_run (TandemResampler *self, const gint16 *in, guint n, gint16 *out);

#define TANDEM_RESAMPLER_MAX 2880 /* 60 ms of 48 kHz */

G_END_DECLS
