/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "g711.h"

#include <math.h>

/* Against values of ITU-T G.711's tables, and against what companding promises of every sample. */

static void
test_known (gconstpointer data)
{
  static const struct
  {
    TandemG711 law;
    guint8 byte;
    int sample;
  } known[] = {
    { TANDEM_G711_ULAW, 0xff, 0 },     { TANDEM_G711_ULAW, 0x7f, 0 },
    { TANDEM_G711_ULAW, 0x80, 32124 }, { TANDEM_G711_ULAW, 0x00, -32124 },
    { TANDEM_G711_ULAW, 0xfe, 8 },     { TANDEM_G711_ULAW, 0x7e, -8 },
    { TANDEM_G711_ULAW, 0xef, 132 },   { TANDEM_G711_ULAW, 0x90, 15996 },
    { TANDEM_G711_ALAW, 0xd5, 8 },     { TANDEM_G711_ALAW, 0x55, -8 },
    { TANDEM_G711_ALAW, 0xaa, 32256 }, { TANDEM_G711_ALAW, 0x2a, -32256 },
    { TANDEM_G711_ALAW, 0xc5, 264 },   { TANDEM_G711_ALAW, 0x45, -264 },
    { TANDEM_G711_ALAW, 0xf5, 528 },   { TANDEM_G711_ALAW, 0xba, 16128 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      gint16 sample;
      guint8 byte;

      tandem_g711_decode (known[i].law, &known[i].byte, 1, &sample);
      g_assert_cmpint (sample, ==, known[i].sample);
      tandem_g711_encode (known[i].law, &sample, 1, &byte);
      if (!(known[i].law == TANDEM_G711_ULAW && known[i].sample == 0))
        g_assert_cmphex (byte, ==, known[i].byte);
    }
}

/* Every byte is what its own sound is coded as, but for mu-law's second zero. */
static void
test_every_byte (gconstpointer data)
{
  TandemG711 law = (TandemG711) GPOINTER_TO_INT (data);

  for (guint i = 0; i < 256; i++)
    {
      guint8 byte = (guint8) i, again;
      gint16 sample;

      tandem_g711_decode (law, &byte, 1, &sample);
      tandem_g711_encode (law, &sample, 1, &again);
      if (law == TANDEM_G711_ULAW && byte == 0x7f)
        g_assert_cmphex (again, ==, 0xff);
      else
        g_assert_cmphex (again, ==, byte);
    }
}

/* Never further off than half the widest step of its size, and never louder or softer out of order. */
static void
test_every_sample (gconstpointer data)
{
  TandemG711 law = (TandemG711) GPOINTER_TO_INT (data);
  int before = G_MININT;

  for (int i = G_MININT16; i <= G_MAXINT16; i++)
    {
      gint16 sample = (gint16) i, again;
      guint8 byte;
      int most = MAX (ABS (i) / 27, 17);

      tandem_g711_encode (law, &sample, 1, &byte);
      tandem_g711_decode (law, &byte, 1, &again);
      g_assert_cmpint (ABS (again - i), <=, most);
      g_assert_cmpint (again, >=, before);
      before = again;
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/g711/known", NULL, test_known);
  g_test_add_data_func ("/g711/every-byte/ulaw", GINT_TO_POINTER (TANDEM_G711_ULAW),
                        test_every_byte);
  g_test_add_data_func ("/g711/every-byte/alaw", GINT_TO_POINTER (TANDEM_G711_ALAW),
                        test_every_byte);
  g_test_add_data_func ("/g711/every-sample/ulaw", GINT_TO_POINTER (TANDEM_G711_ULAW),
                        test_every_sample);
  g_test_add_data_func ("/g711/every-sample/alaw", GINT_TO_POINTER (TANDEM_G711_ALAW),
                        test_every_sample);
  return g_test_run ();
}
