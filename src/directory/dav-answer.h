/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemDavAnswer: a multistatus body (RFC 4918, RFC 6352, RFC 6578), as far as address books need
 * it. What a server writes is not trusted: a document type is refused, nothing outside is loaded,
 * depth and number are limited. Immutable once parsed, any thread. */

#define TANDEM_DAV_MAX_ITEMS 60000
#define TANDEM_DAV_MAX_TEXT (1024 * 1024) /* bytes of one property; longer ones are left out */

/* All texts (nullable). A property that the server did not have is NULL. */
typedef struct
{
  char *href;
  guint status; /* of the item itself; 200 when not said */
  gboolean is_address_book;
  char *name;
  char *etag;
  char *ctag;
  char *sync_token;
  char *principal;
  char *home;
  char *data; /* a vCard */
} TandemDavItem;

typedef struct
{
  GPtrArray *items; /* of TandemDavItem */
  char *sync_token; /* (nullable): of the report */
} TandemDavAnswer;

/* (transfer full) (nullable); error: G_IO_ERROR_INVALID_DATA */
TandemDavAnswer *tandem_dav_answer_parse (const char *text, gsize length, GError **error);
void tandem_dav_answer_free (TandemDavAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemDavAnswer, tandem_dav_answer_free)

G_END_DECLS
