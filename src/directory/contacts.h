/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "contact.h"

G_BEGIN_DECLS

/* TandemContacts: everybody that is known, own contacts and synchronised ones, by name: a GListModel
 * of TandemContact, kept in a SQLite file. Main thread; the file is read and written on a worker, and
 * the list and the lookups show a change once that is done, which is soon. What cannot be written is
 * kept until the program ends, and "problem" says so.
 * Properties, notified: "problem" (translated, nullable), "loading" (gboolean), "country" (nullable,
 * writable: ISO 3166-1, where numbers without a country code belong). Signal "changed" (no arguments):
 * tandem_contacts_lookup() may answer otherwise than before. */

#define TANDEM_TYPE_CONTACTS (tandem_contacts_get_type ())
G_DECLARE_FINAL_TYPE (TandemContacts, tandem_contacts, TANDEM, CONTACTS, GObject)

/* path: (nullable) the file; NULL: tandem/contacts.db in the person's data folder.
 * country: (nullable) */
TandemContacts *tandem_contacts_new (const char *path, const char *country);
const char *tandem_contacts_get_problem (TandemContacts *self);
gboolean tandem_contacts_is_loading (TandemContacts *self);
const char *tandem_contacts_get_country (TandemContacts *self);
void tandem_contacts_set_country (TandemContacts *self, const char *country);
/* Adds the contact, or puts it in the place of the one with its source and uid. Not to be changed any
 * more. Also undoes tandem_contacts_remove(). */
void tandem_contacts_save (TandemContacts *self, TandemContact *contact);
void tandem_contacts_remove (TandemContacts *self, TandemContact *contact);
/* Many at once, such as those of tandem_vcard_load_finish(). */
void tandem_contacts_import (TandemContacts *self, GPtrArray *contacts);
/* Forgets what was synchronised from there. */
void tandem_contacts_remove_source (TandemContacts *self, const char *source);
/* Who it is: by number, in any spelling, or by SIP address, with or without a scheme and parameters.
 * (transfer none) (nullable) */
TandemContact *tandem_contacts_lookup (TandemContacts *self, const char *who);
/* (transfer none) (nullable) */
TandemContact *tandem_contacts_find (TandemContacts *self, const char *source, const char *uid);
/* At most limit contacts that the text matches. (transfer full): a GListModel of TandemContact that
 * does not follow changes; where a list is shown, filter this one with tandem_contact_matches(). */
GListModel *tandem_contacts_search (TandemContacts *self, const char *text, guint limit);
/* Calls back when everything asked for before has been done. */
void
tandem_contacts_flush_async (TandemContacts *self, GAsyncReadyCallback callback, gpointer data);
void tandem_contacts_flush_finish (TandemContacts *self, GAsyncResult *result);

G_END_DECLS
