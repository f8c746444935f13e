/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "contact.h"

G_BEGIN_DECLS

/* For the files of this folder. */

void tandem_contact_set_uid (TandemContact *self, const char *uid);
/* The server's word for the version of it; (nullable) */
void tandem_contact_set_etag (TandemContact *self, const char *etag);
const char *tandem_contact_get_etag (TandemContact *self);
/* As tandem_contact_get_title() is sorted. */
int tandem_contact_compare (TandemContact *a, TandemContact *b);
/* Whether there is anything to show or to call. */
gboolean tandem_contact_is_empty (TandemContact *self);
/* A uid made of what it holds, for one that came without. */
void tandem_contact_derive_uid (TandemContact *self);
/* Works out what tandem_contact_matches() and tandem_contact_compare() need, which they do themselves
 * when this was not called; to be done before another thread may see it. */
void tandem_contact_prepare (TandemContact *self);

G_END_DECLS
