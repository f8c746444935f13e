/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fifo.h"

G_BEGIN_DECLS

/* TandemKeyer: key tones as sound (ITU-T Q.23), one after the other: 100 ms each and 70 ms of silence after it,
 * which Q.24 lets every receiver hear. Not for far ends that take telephone-events (RFC 4733). One
 * thread at a time. */

typedef struct _TandemKeyer TandemKeyer;

TandemKeyer *tandem_keyer_new (void);
void tandem_keyer_free (TandemKeyer *self);
/* What is no key, and what is more than 256 waiting ones, is left out. */
void tandem_keyer_add (TandemKeyer *self, const char *digits);
/* The next frame; FALSE: nothing is being sent. */
gboolean tandem_keyer_fill (TandemKeyer *self, gint16 *frame);

G_END_DECLS
