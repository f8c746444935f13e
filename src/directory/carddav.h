/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "contacts.h"

G_BEGIN_DECLS

/* Address books of a CardDAV server (RFC 6352), read into the contacts. One way: what is there comes
 * here, nothing is ever written there. The books are found by themselves from an address (RFC 6764:
 * the server's, the person's, or one book's). Only what changed is fetched, where the server can say
 * (RFC 6578, or by entity tags). */

#define TANDEM_CARDDAV_MAX_BOOKS 32
#define TANDEM_CARDDAV_MAX_CONTACTS 50000

typedef struct
{
  const char *url;      /* https://... */
  const char *user;     /* (nullable) */
  const char *password; /* (nullable); kept while it runs, never written anywhere */
  gboolean plain;       /* http beyond this computer is all right: only for tests and tunnels */
} TandemCarddavAccount;

/* source: what these contacts are kept under, such as "carddav-1"; not TANDEM_CONTACT_LOCAL. Works in
 * a thread; calls back when the contacts show what was found. Of one source, one at a time. Errors:
 * see tandem_dav_client_ask(); the contacts are then as before. */
void tandem_carddav_synchronise_async (TandemContacts *contacts,
                                       const char *source,
                                       const TandemCarddavAccount *account,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer data);
/* changed, removed: (out) (optional): numbers of contacts */
gboolean tandem_carddav_synchronise_finish (
    TandemContacts *contacts, GAsyncResult *result, guint *changed, guint *removed, GError **error);

G_END_DECLS
