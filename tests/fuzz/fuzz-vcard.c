/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "number.h"
#include "vcard.h"

/* A file of vCards of unknown origin, fed in two pieces; what was read is written and read again, and
 * its numbers are normalised. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static GPtrArray *
read_cards (const char *data, gsize size)
{
  g_autoptr (TandemVcardReader) reader = tandem_vcard_reader_new ();

  tandem_vcard_reader_feed (reader, data, size / 2);
  tandem_vcard_reader_feed (reader, data + size / 2, size - size / 2);
  return tandem_vcard_reader_end (reader, NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) contacts = read_cards ((const char *) data, size);
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < contacts->len; i++)
    {
      TandemContact *contact = g_ptr_array_index (contacts, i);
      const TandemContactEntry *entries;
      guint n;

      g_assert (g_utf8_validate (tandem_contact_get_title (contact), -1, NULL));
      entries = tandem_contact_get_numbers (contact, &n);
      for (guint j = 0; j < n; j++)
        {
          g_autofree char *number = tandem_number_to_e164 (entries[j].value, j % 2 ? "DE" : "AR");

          g_assert (number == NULL || number[0] == '+');
        }
      tandem_vcard_append (text, contact, i % 2 ? TANDEM_VCARD_3 : TANDEM_VCARD_4);
    }
  again = read_cards (text->str, text->len);
  g_assert (again->len == contacts->len);
  return 0;
}
