/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemExchangeMessage: one SIP message as plain data, and the text of the answer to it. Not
 * changed once parsed. belle-sip parses; none of its objects leaves tandem_exchange_message_parse(). One thread. */

typedef struct
{
  char *username, *realm, *nonce, *uri, *response, *cnonce, *qop, *algorithm, *nonce_count;
} TandemExchangeCredentials;

typedef struct
{
  gboolean request;
  char *method; /* of the CSeq, for a response */
  char *uri;    /* request only */
  char *user;   /* of the request URI, nullable */
  int status;   /* response only */
  char *call_id;
  guint cseq;
  char *from, *to; /* whole values */
  char *from_tag, *to_tag;
  char *to_user;           /* nullable */
  char *branch;            /* of the top Via, nullable */
  GPtrArray *vias;         /* whole values */
  GPtrArray *record_route; /* whole values */
  char *contact;           /* URI of the first one, nullable */
  gboolean contact_any;    /* "*" */
  int contact_expires;     /* seconds, -1 without */
  int expires;             /* seconds, -1 without */
  int max_forwards;        /* -1 without */
  char *event;             /* of Event, without parameters, nullable */
  char *refer_to;          /* whole value, nullable */
  char *replaces;          /* whole value, nullable */
  gboolean credentials_given;
  TandemExchangeCredentials credentials;
  char *body; /* "" without */
} TandemExchangeMessage;

/* Takes one datagram apart. source_host and source_port are put into the top Via (RFC 3261 18.2.1,
 * RFC 3581). (transfer full) (nullable): NULL for what is no SIP message with all it needs. */
TandemExchangeMessage *tandem_exchange_message_parse (const char *data,
                                                      gsize length,
                                                      const char *source_host,
                                                      guint source_port);
/* Who keeps a message past the callback that brought it takes a reference. */
TandemExchangeMessage *tandem_exchange_message_ref (const TandemExchangeMessage *self);
void tandem_exchange_message_unref (TandemExchangeMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemExchangeMessage, tandem_exchange_message_unref)

/* The text of a response. tag: for a To without one, nullable. headers: more of them, each ended
 * by CRLF, nullable. sdp: nullable. (transfer full) */
char *tandem_exchange_message_answer (const TandemExchangeMessage *request,
                                      int status,
                                      const char *tag,
                                      const char *headers,
                                      const char *sdp);
/* What RFC 3261 calls a status. Never NULL. */
const char *tandem_exchange_message_reason (int status);

G_END_DECLS
