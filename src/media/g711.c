/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "g711.h"

/* See g711.h. A byte is a sign, an exponent of three bits and a mantissa of four, inverted wholly (mu) or every
 * other bit (A). */

#define ULAW_BIAS 132
#define ULAW_MAX 32635

static guint8
encode_ulaw (gint16 sample)
{
  guint magnitude = (guint) MIN (ABS ((int) sample), ULAW_MAX) + ULAW_BIAS;
  guint exponent = (guint) g_bit_storage (magnitude) - 8;

  return (guint8) ~((sample < 0 ? 0x80 : 0) | exponent << 4
                    | ((magnitude >> (exponent + 3)) & 0x0f));
}

static guint8
encode_alaw (gint16 sample)
{
  guint magnitude = (guint) (sample < 0 ? ~sample : sample);
  guint exponent = magnitude >= 256 ? (guint) g_bit_storage (magnitude) - 8 : 0;
  guint mantissa = (magnitude >> (exponent > 0 ? exponent + 3 : 4)) & 0x0f;

  return (guint8) (((sample < 0 ? 0 : 0x80) | exponent << 4 | mantissa) ^ 0x55);
}

static gint16
decode_ulaw (guint8 byte)
{
  guint bits = (guint8) ~byte;
  int magnitude = (int) ((((bits & 0x0f) << 3) + ULAW_BIAS) << ((bits >> 4) & 7)) - ULAW_BIAS;

  return (gint16) (bits & 0x80 ? -magnitude : magnitude);
}

static gint16
decode_alaw (guint8 byte)
{
  guint bits = byte ^ 0x55u;
  guint exponent = (bits >> 4) & 7;
  int magnitude = (int) ((bits & 0x0f) << 4) + 8;

  if (exponent > 0)
    magnitude = (magnitude + 256) << (exponent - 1);
  return (gint16) (bits & 0x80 ? magnitude : -magnitude);
}

void
tandem_g711_encode (TandemG711 law, const gint16 *samples, gsize n, guint8 *bytes)
{
  for (gsize i = 0; i < n; i++)
    bytes[i] = law == TANDEM_G711_ULAW ? encode_ulaw (samples[i]) : encode_alaw (samples[i]);
}

void
tandem_g711_decode (TandemG711 law, const guint8 *bytes, gsize n, gint16 *samples)
{
  for (gsize i = 0; i < n; i++)
    samples[i] = law == TANDEM_G711_ULAW ? decode_ulaw (bytes[i]) : decode_alaw (bytes[i]);
}
