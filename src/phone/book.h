/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call.h"
#include "configuration.h"
#include "contacts.h"
#include "directory-search.h"
#include "history.h"

G_BEGIN_DECLS

/* TandemBook: what the phone remembers of people and calls: the past calls and the contacts, with the
 * settings that they follow (how long, which country, which address book of a server). Main thread.
 * Properties, read-only, notified: "problem" (translated, nullable: why contacts are not kept or not
 * synchronised), "synchronising" (gboolean), "synchronised" (gint64: when it last worked, seconds since 1970 UTC;
 * 0: never). Signal "names-changed": tandem_book_get_name() may answer otherwise than before. */

#define TANDEM_TYPE_BOOK (tandem_book_get_type ())
G_DECLARE_FINAL_TYPE (TandemBook, tandem_book, TANDEM, BOOK, GObject)

/* Begins to load both from their files. */
TandemBook *tandem_book_new (TandemConfiguration *configuration);
TandemHistory *tandem_book_get_history (TandemBook *self);
TandemContacts *tandem_book_get_contacts (TandemBook *self);
/* The company's directory (LDAP) of the settings; its password is filed under the user's DN and
 * tandem_book_get_realm() of the server. */
TandemDirectorySearch *tandem_book_get_directory_search (TandemBook *self);
/* What the contacts call that number or SIP address. (transfer none) (nullable) */
const char *tandem_book_get_name (TandemBook *self, const char *who);
/* A call that is over, or refused, becomes a record; what is written to its "note" later is added to it. */
void tandem_book_add_call (TandemBook *self,
                           TandemCall *call,
                           const char *outcome,
                           const TandemRecordDetails *details);
/* Fetches from the server of the settings now; nothing without one or while it does so. It does so by itself
 * at the first call of this, and from then on every half hour. */
void tandem_book_synchronise (TandemBook *self);
const char *tandem_book_get_problem (TandemBook *self);
gboolean tandem_book_is_synchronising (TandemBook *self);
/* The server's part of the key that its password is filed under (tandem_secrets_lookup_async()), beside
 * its user. (transfer full) (nullable): url is none */
char *tandem_book_get_realm (const char *url);
/* Calls back when all is written. */
void tandem_book_flush_async (TandemBook *self, GAsyncReadyCallback callback, gpointer data);
void tandem_book_flush_finish (TandemBook *self, GAsyncResult *result);

G_END_DECLS
