/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "contact.h"

G_BEGIN_DECLS

/* TandemContactsStore: the SQLite file behind TandemContacts. Blocks; one thread at a time. Errors
 * are those of TandemHistoryStore. */

typedef struct _TandemContactsStore TandemContactsStore;

TandemContactsStore *tandem_contacts_store_new (const char *path);
void tandem_contacts_store_free (TandemContactsStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemContactsStore, tandem_contacts_store_free)

/* Appends every contact, and for each source what tandem_contacts_store_change() kept of it (states:
 * source -> text, both owned by the table). */
gboolean tandem_contacts_store_load (TandemContactsStore *self,
                                     GPtrArray *contacts,
                                     GHashTable *states,
                                     GError **error);
/* All or nothing: removes those of source in removed (uids, (nullable)), or all of the source, then
 * adds or replaces contacts, and keeps the state of the synchronisation (nullable: as it was). */
gboolean tandem_contacts_store_change (TandemContactsStore *self,
                                       const char *source,
                                       gboolean remove_all,
                                       const char *const *removed,
                                       GPtrArray *contacts,
                                       const char *state,
                                       GError **error);
/* (nullable) translated */
const char *tandem_contacts_store_get_notice (TandemContactsStore *self);

G_END_DECLS
