/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemConcealer: fills in for lost packets of codecs that cannot do it themselves (G.711, G.722): goes on
 * with the last pitch period, softer and softer, and blends into what comes next; after ITU-T G.711
 * Appendix I, but without its delay. Not thread-safe. */

typedef struct _TandemConcealer TandemConcealer;

/* rate: 8000 or 16000. */
TandemConcealer *tandem_concealer_new (guint rate);
void tandem_concealer_free (TandemConcealer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemConcealer, tandem_concealer_free)
/* What arrived; after a loss its beginning is blended, in place. */
void tandem_concealer_take (TandemConcealer *self, gint16 *samples, guint n);
/* What was lost. Returns how many samples it gave; fewer, or none, when it has gone on for too long. */
guint tandem_concealer_fill (TandemConcealer *self, gint16 *samples, guint n);

G_END_DECLS
