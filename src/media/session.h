/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemSession: what two sides agree on about the sound of a call: SDP (RFC 8866) as offer and
 * answer (RFC 3264). Pure functions; any thread. One audio stream; other streams are refused with
 * port 0. Offers and answers come from the network and may be anything. */

#define TANDEM_SESSION_MAX_FORMATS 8

/* What a payload type means in what we receive; codec NULL: telephone-event. */
typedef struct
{
  int payload;
  const TandemCodec *codec;
} TandemFormat;

typedef struct
{
  const TandemCodec *codec; /* to send with */
  int payload;
  int event_payload; /* telephone-event (RFC 4733) to send; -1: not agreed */
  guint event_rate;
  guint ptime;                                              /* ms; of what we send */
  TandemFormat receive_formats[TANDEM_SESSION_MAX_FORMATS]; /* all that may come, RFC 3264 7 */
  guint n_receive_formats;
  char host[256]; /* where to send; numeric or a name */
  guint port, rtcp_port;
  gboolean rtcp_mux; /* RFC 5761 */
  gboolean send, receive;
  gboolean remote_hold; /* the far end does not want to hear us */
} TandemSession;

typedef struct
{
  const char *address;              /* numeric */
  guint port;                       /* RTP; RTCP is the next */
  const TandemCodec *const *codecs; /* in order of priority, NULL-terminated */
  gboolean own_order;               /* answers: our order wins; else the offer's */
  gboolean hold;                    /* we hold: we do not want to hear */
  guint64 id, version;              /* o= line */
  const TandemSession *agreed;      /* nullable: what is in use already */
  const char *previous;             /* nullable: our last offer or answer */
} TandemSessionLocal;

/* (transfer full) (nullable): NULL without any codec. A later offer keeps payload types and the other
 * streams of previous (RFC 3264 8). */
char *tandem_session_offer (const TandemSessionLocal *local);
/* (transfer full) the answer text; session is written only on success. Errors: G_IO_ERROR_INVALID_DATA
 * (malformed), G_IO_ERROR_NOT_SUPPORTED (nothing in common). */
char *tandem_session_answer (const TandemSessionLocal *local,
                             const char *offer,
                             TandemSession *session,
                             GError **error);
/* Reads the far end's answer to tandem_session_offer(), whose text is local's previous. */
gboolean tandem_session_read_answer (const TandemSessionLocal *local,
                                     const char *answer,
                                     TandemSession *session,
                                     GError **error);

/* The same sound by the same elements: only addresses and directions may differ. */
gboolean tandem_session_is_like (const TandemSession *self, const TandemSession *other);

G_END_DECLS
