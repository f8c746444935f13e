/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "contact.h"

G_BEGIN_DECLS

/* TandemContactIndex: contacts sorted by name, and found by their numbers and addresses. A value of
 * one thread, which may be made in another. For contacts.c only.
 *
 * Two numbers are the same when they are as E.164. Where one of them is no E.164 number (no home
 * country is set), they are the same when their last nine digits are, and nobody else's. */

typedef struct
{
  char *country;       /* (nullable) */
  GPtrArray *sorted;   /* of TandemContact: those that have anything to show */
  GHashTable *by_uid;  /* "source\nuid" -> TandemContact, all of them */
  GHashTable *by_keys; /* key -> GPtrArray of TandemContact */
} TandemContactIndex;

TandemContactIndex *tandem_contact_index_new (const char *country, GHashTable *by_uid);
void tandem_contact_index_free (TandemContactIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemContactIndex, tandem_contact_index_free)

/* Both: place: (out) where in sorted; FALSE: it is not in there. contact: held by the caller. */
gboolean tandem_contact_index_add (TandemContactIndex *self, TandemContact *contact, guint *place);
gboolean
tandem_contact_index_remove (TandemContactIndex *self, TandemContact *contact, guint *place);
/* (transfer none) (nullable) */
TandemContact *tandem_contact_index_lookup (TandemContactIndex *self, const char *who);
/* (transfer full) */
char *tandem_contact_index_make_uid (const char *source, const char *uid);

G_END_DECLS
