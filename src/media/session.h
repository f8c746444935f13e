/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemSession: what two sides agree on about the sound of a call: SDP (RFC 8866) as offer and
 * answer (RFC 3264). Pure functions; any thread. One audio stream; other streams are refused with
 * port 0. Offers and answers come from the network and may be anything. */

typedef struct
{
  const char *address;              /* numeric */
  guint port;                       /* RTP; RTCP is the next */
  const TandemCodec *const *codecs; /* in order of priority, NULL-terminated */
  gboolean own_order;               /* answers: our order wins; else the offer's */
  gboolean hold;                    /* we hold: we do not want to hear */
  guint64 id, version;              /* o= line */
} TandemSessionLocal;

typedef struct
{
  const TandemCodec *codec;
  int payload;
  int event_payload; /* telephone-event (RFC 4733); -1: not agreed */
  guint event_rate;
  char host[64]; /* where to send; numeric or a name */
  guint port, rtcp_port;
  gboolean rtcp_mux; /* RFC 5761 */
  gboolean send, receive;
} TandemSession;

/* (transfer full) */
char *tandem_session_offer (const TandemSessionLocal *local);
/* (transfer full) the answer text; session is written only on success. Errors: G_IO_ERROR_INVALID_DATA
 * (malformed), G_IO_ERROR_NOT_SUPPORTED (nothing in common). */
char *tandem_session_answer (const TandemSessionLocal *local,
                             const char *offer,
                             TandemSession *session,
                             GError **error);
/* Reads the far end's answer to tandem_session_offer(). */
gboolean tandem_session_read_answer (const TandemSessionLocal *local,
                                     const char *answer,
                                     TandemSession *session,
                                     GError **error);

G_END_DECLS
