/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "book.h"
#include "phone-private.h"

/* TandemPhone: its past calls and its contacts; see phone.h. */

TandemContacts *
tandem_phone_get_contacts (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return tandem_phone_get_book (self) != NULL
             ? tandem_book_get_contacts (tandem_phone_get_book (self))
             : NULL;
}

TandemHistory *
tandem_phone_get_history_store (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return tandem_phone_get_book (self) != NULL
             ? tandem_book_get_history (tandem_phone_get_book (self))
             : NULL;
}

TandemDirectorySearch *
tandem_phone_get_directory_search (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), NULL);
  return tandem_phone_get_book (self) != NULL
             ? tandem_book_get_directory_search (tandem_phone_get_book (self))
             : NULL;
}

guint
tandem_phone_get_missed_calls (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), 0);
  return tandem_phone_get_book (self) != NULL
             ? tandem_history_get_missed (tandem_book_get_history (tandem_phone_get_book (self)))
             : 0;
}

void
tandem_phone_mark_missed_calls_seen (TandemPhone *self)
{
  g_return_if_fail (TANDEM_IS_PHONE (self));
  if (tandem_phone_get_book (self) != NULL)
    tandem_history_mark_seen (tandem_book_get_history (tandem_phone_get_book (self)), NULL);
}

void
tandem_phone_delete_history (TandemPhone *self)
{
  g_return_if_fail (TANDEM_IS_PHONE (self));

  if (TANDEM_IS_HISTORY (tandem_phone_get_history (self)))
    tandem_history_delete_all (TANDEM_HISTORY (tandem_phone_get_history (self)));
  else
    g_list_store_remove_all (G_LIST_STORE (tandem_phone_get_history (self)));
}

gboolean
tandem_phone_get_history_has_more (TandemPhone *self)
{
  g_return_val_if_fail (TANDEM_IS_PHONE (self), FALSE);
  return TANDEM_IS_HISTORY (tandem_phone_get_history (self))
         && tandem_history_has_more (TANDEM_HISTORY (tandem_phone_get_history (self)));
}

void
tandem_phone_load_more_history (TandemPhone *self)
{
  g_return_if_fail (TANDEM_IS_PHONE (self));
  if (TANDEM_IS_HISTORY (tandem_phone_get_history (self)))
    tandem_history_load_more (TANDEM_HISTORY (tandem_phone_get_history (self)));
}
