/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* G.711 (ITU-T): one byte a sample, 8 kHz. */

typedef enum
{
  TANDEM_G711_ULAW,
  TANDEM_G711_ALAW,
} TandemG711;

void tandem_g711_encode (TandemG711 law, const gint16 *samples, gsize n, guint8 *bytes);
void tandem_g711_decode (TandemG711 law, const guint8 *bytes, gsize n, gint16 *samples);

G_END_DECLS
