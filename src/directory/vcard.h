/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "contact.h"

G_BEGIN_DECLS

/* vCards (RFC 6350, RFC 2426, and what phones still write as 2.1) to contacts and back. Only what a
 * phone needs is read: names, organisation, numbers, SIP addresses, note and UID; pictures, mail and
 * postal addresses are skipped and not kept.
 *
 * TandemVcardReader is fed as bytes come, of any size, and holds one line at most: a file of any
 * length is read in little memory. No thread of its own; one thread at a time. */

#define TANDEM_VCARD_MAX_CONTACTS 50000
#define TANDEM_VCARD_MAX_BYTES (64 * 1024 * 1024) /* of a file that is imported */

typedef struct _TandemVcardReader TandemVcardReader;

/* What was left out: cards that had no name and no number, were cut off, or were too many. */
typedef struct
{
  guint cards;
  guint line; /* where the first of them begins, from 1; 0: none */
} TandemVcardSkipped;

TandemVcardReader *tandem_vcard_reader_new (void);
void tandem_vcard_reader_free (TandemVcardReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemVcardReader, tandem_vcard_reader_free)
void tandem_vcard_reader_feed (TandemVcardReader *self, const char *data, gsize length);
/* After the last bytes. (transfer container): the contacts, of which there are at most
 * TANDEM_VCARD_MAX_CONTACTS. skipped: (out) (optional) */
GPtrArray *tandem_vcard_reader_end (TandemVcardReader *self, TandemVcardSkipped *skipped);

typedef enum
{
  TANDEM_VCARD_3,
  TANDEM_VCARD_4,
} TandemVcardVersion;

/* Appends one card, lines folded at 75 bytes. */
void tandem_vcard_append (GString *text, TandemContact *contact, TandemVcardVersion version);

/* Reads a file in a thread. Errors: those of reading; G_IO_ERROR_MESSAGE_TOO_LARGE when it is longer
 * than TANDEM_VCARD_MAX_BYTES, G_IO_ERROR_INVALID_DATA when there is no card in it; both with a
 * translated message. */
void tandem_vcard_load_async (GFile *file,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);
/* (transfer container) of TandemContact, with TANDEM_CONTACT_LOCAL as source */
GPtrArray *
tandem_vcard_load_finish (GAsyncResult *result, TandemVcardSkipped *skipped, GError **error);
/* Writes a file in a thread; it is replaced only when all is written. contacts: a GListModel of
 * TandemContact, taken as it is now. */
void tandem_vcard_save_async (GFile *file,
                              GListModel *contacts,
                              TandemVcardVersion version,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);
gboolean tandem_vcard_save_finish (GAsyncResult *result, GError **error);

G_END_DECLS
