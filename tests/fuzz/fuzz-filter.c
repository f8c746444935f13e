/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter.h"

#include <string.h>

/* Whatever a datagram holds: no read past its end, and what passes keeps to the contract. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  gsize length = G_MAXSIZE;
  g_autofree char *datagram = g_memdup2 (data, MAX (size, 1));

  if (tandem_filter_check (datagram, size, &length) == TANDEM_FILTER_PASS)
    g_assert_cmpuint (length, <=, size);
  else
    g_assert_cmpuint (length, ==, G_MAXSIZE);
  return 0;
}
