/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* G.722 (ITU-T) at 64 kbit/s: 16 kHz in two bands of adaptive differences, one byte for two samples. One
 * direction of one stream of sound each; not thread-safe. Ours, because the library that has it takes 37 MB
 * of memory. */

typedef struct
{
  int s, sz; /* predicted: by both, by the zeros alone */
  int r[3], p[3], a[3];
  int d[7], b[7];
  int nb, det;
} TandemG722Band;

typedef struct
{
  TandemG722Band low, high;
  int window[24];
} TandemG722;

void tandem_g722_init (TandemG722 *self);
/* n: samples, even; makes n / 2 bytes. */
void tandem_g722_encode (TandemG722 *self, const gint16 *samples, gsize n, guint8 *bytes);
/* n: bytes; makes 2 * n samples. */
void tandem_g722_decode (TandemG722 *self, const guint8 *bytes, gsize n, gint16 *samples);

G_END_DECLS
