/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "coder.h"

#include "g711.h"
#include "g722.h"

/* See coder.h. */

struct _TandemCoder
{
  TandemCoderKind kind;
  TandemG722 g722;
};

TandemCoder *
tandem_coder_new (TandemCoderKind kind)
{
  TandemCoder *self = g_new0 (TandemCoder, 1);

  self->kind = kind;
  tandem_g722_init (&self->g722);
  return self;
}

void
tandem_coder_free (TandemCoder *self)
{
  g_free (self);
}

static TandemG711
get_law (TandemCoder *self)
{
  return self->kind == TANDEM_CODER_ULAW ? TANDEM_G711_ULAW : TANDEM_G711_ALAW;
}

gsize
tandem_coder_get_size (TandemCoder *self, gsize n)
{
  return self->kind == TANDEM_CODER_G722 ? n / 2 : n;
}

void
tandem_coder_encode (TandemCoder *self, const gint16 *samples, gsize n, guint8 *bytes)
{
  if (self->kind == TANDEM_CODER_G722)
    tandem_g722_encode (&self->g722, samples, n, bytes);
  else
    tandem_g711_encode (get_law (self), samples, n, bytes);
}

gsize
tandem_coder_decode (TandemCoder *self, const guint8 *bytes, gsize n, gint16 *samples, gsize max)
{
  if (self->kind == TANDEM_CODER_G722)
    {
      n = MIN (n, max / 2);
      tandem_g722_decode (&self->g722, bytes, n, samples);
      return 2 * n;
    }
  n = MIN (n, max);
  tandem_g711_decode (get_law (self), bytes, n, samples);
  return n;
}
