/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "contacts.h"

G_BEGIN_DECLS

/* For what synchronises contacts. */

/* What was kept with the last tandem_contacts_apply() of that source. (transfer none) (nullable) */
const char *tandem_contacts_get_state (TandemContacts *self, const char *source);
/* uid -> etag of those of a source, also of those that are not shown. (transfer full) */
GHashTable *tandem_contacts_get_etags (TandemContacts *self, const char *source);
/* In one step: removed are uids; contacts have that source already. */
void tandem_contacts_apply (TandemContacts *self,
                            const char *source,
                            gboolean remove_all,
                            const char *const *removed,
                            GPtrArray *contacts,
                            const char *state);

G_END_DECLS
