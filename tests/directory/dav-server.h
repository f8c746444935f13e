/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* A CardDAV server for tests: one person ("agent", "sample-password"), one book, on 127.8.0.1. Can be
 * told to lie. Lives in the main loop of the test. */

typedef enum
{
  DAV_HONEST,
  DAV_NO_SYNC,           /* neither sync tokens nor their report */
  DAV_TOKEN_REFUSED,     /* says that the token is too old */
  DAV_NO_DATA,           /* names members, and gives no cards */
  DAV_FOREIGN_MEMBERS,   /* names members of other places, and answers for what was not asked */
  DAV_ENDLESS_REPORT,    /* always says that there is more */
  DAV_ENTITIES,          /* a document type with entities */
  DAV_GARBAGE,           /* no XML */
  DAV_ENDLESS_BODY,      /* more bytes than anybody needs */
  DAV_REDIRECT_LOOP,     /* to itself */
  DAV_REDIRECT_ELSEWHERE /* to another host */
} DavLie;

typedef struct
{
  SoupServer *server;
  char *url;         /* http://127.8.0.1:PORT/ */
  GHashTable *cards; /* name -> vCard */
  GHashTable *etags; /* name -> version */
  GPtrArray *log;    /* of names, in the order of their changes; its length is the sync token */
  DavLie lie;
  gboolean digest;
  guint requests;
  guint fetched; /* cards given */
  guint listed;  /* listings of the whole book */
  GString *seen; /* all Authorization headers */
} DavServer;

DavServer *dav_server_new (gboolean digest);
void dav_server_free (DavServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DavServer, dav_server_free)
/* card: (nullable): removes it */
void dav_server_put (DavServer *self, const char *name, const char *card);
/* A card of somebody with that name and number. */
void dav_server_put_person (DavServer *self, const char *name, const char *number);

G_END_DECLS
