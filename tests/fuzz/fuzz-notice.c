/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dialog-info.h"
#include "presence-document.h"

#include <string.h>

/* Documents about others from anybody: a presence document, and dialog information in pieces that are
 * separated by a NUL, one after the other into the same table. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  TandemDialogTable *table = tandem_dialog_table_new ();
  const char *text = (const char *) data;
  const char *end = text + size;
  TandemSipPresence presence;
  char *note = NULL;

  if (tandem_presence_document_parse (text, size, &presence, &note))
    g_assert (note == NULL || (g_utf8_validate (note, -1, NULL) && strlen (note) <= 640));
  g_free (note);
  while (text < end)
    {
      const char *stop = memchr (text, '\0', end - text);
      g_autoptr (GPtrArray) dialogs = NULL;

      if (stop == NULL)
        stop = end;
      tandem_dialog_table_take (table, text, stop - text);
      dialogs = tandem_dialog_table_copy (table);
      g_assert (dialogs == NULL || dialogs->len <= TANDEM_DIALOG_INFO_MOST);
      tandem_dialog_table_get_presence (table);
      if (*text == '<' && stop - text > 64)
        tandem_dialog_table_restart (table);
      text = stop + 1;
    }
  tandem_dialog_table_free (table);
  return 0;
}
