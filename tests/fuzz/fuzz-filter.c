/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter.h"
#include "stream-filter.h"

#include <string.h>

/* Whatever a datagram or a connection holds: nothing beyond its end is read, what passes keeps to the
 * contract and passes again, and a stream is judged alike however it is cut. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_datagram (const guint8 *data, gsize size)
{
  gsize length = G_MAXSIZE, again = G_MAXSIZE;
  g_autofree char *datagram = g_memdup2 (data, MAX (size, 1));
  g_autofree char *once = NULL;

  if (tandem_filter_check (datagram, size, &length) != TANDEM_FILTER_PASS)
    {
      g_assert_cmpuint (length, ==, G_MAXSIZE);
      return;
    }
  g_assert_cmpuint (length, <=, size);
  once = g_memdup2 (datagram, MAX (length, 1));
  g_assert_cmpint (tandem_filter_check (datagram, length, &again), ==, TANDEM_FILTER_PASS);
  g_assert_cmpuint (again, ==, length);
  g_assert_cmpmem (datagram, length, once, length);
}

static TandemFilterVerdict
check_stream (const guint8 *data, gsize size, gsize step)
{
  g_autoptr (TandemStreamFilter) filter = tandem_stream_filter_new ();
  TandemFilterVerdict verdict = TANDEM_FILTER_PASS;

  while (size > 0 && verdict == TANDEM_FILTER_PASS)
    {
      gsize n = MIN (step, size);
      g_autofree char *part = g_memdup2 (data, n);

      verdict = tandem_stream_filter_feed (filter, part, n);
      data += n;
      size -= n;
    }
  return verdict;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  check_datagram (data, size);
  if (check_stream (data, size, G_MAXSIZE) != TANDEM_FILTER_PASS)
    g_assert_cmpint (check_stream (data, size, 7), !=, TANDEM_FILTER_PASS);
  return 0;
}
