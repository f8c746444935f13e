/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemCoder: the codecs that are our own work, for one direction of one stream of sound; a packet is the
 * bytes alone. What they have in common is that going through elements would cost more than they do. */

typedef enum
{
  TANDEM_CODER_NONE,
  TANDEM_CODER_ULAW,
  TANDEM_CODER_ALAW,
  TANDEM_CODER_G722,
} TandemCoderKind;

typedef struct _TandemCoder TandemCoder;

TandemCoder *tandem_coder_new (TandemCoderKind kind);
void tandem_coder_free (TandemCoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemCoder, tandem_coder_free)
/* How many bytes n samples make. */
gsize tandem_coder_get_size (TandemCoder *self, gsize n);
void tandem_coder_encode (TandemCoder *self, const gint16 *samples, gsize n, guint8 *bytes);
/* At most max samples are made, of as many bytes as that takes; returns how many. */
gsize
tandem_coder_decode (TandemCoder *self, const guint8 *bytes, gsize n, gint16 *samples, gsize max);

G_END_DECLS
