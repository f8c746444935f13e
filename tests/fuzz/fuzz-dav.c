/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dav-answer.h"

/* What an address book's server answers. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (TandemDavAnswer) answer = tandem_dav_answer_parse ((const char *) data, size, NULL);

  for (guint i = 0; answer != NULL && i < answer->items->len; i++)
    {
      const TandemDavItem *item = g_ptr_array_index (answer->items, i);

      g_assert (item->data == NULL || g_utf8_validate (item->data, -1, NULL));
    }
  return 0;
}
