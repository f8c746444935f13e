/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemExchangeSdp: what the exchange needs of an offer or answer: the one audio stream. Not a
 * general SDP parser. */

typedef struct
{
  char *host;       /* nullable */
  guint port;       /* 0: refused */
  GArray *payloads; /* int, in the order given, without telephone-event */
  int pcmu, pcma;   /* payload types, -1: not there */
  int event;        /* of telephone-event/8000, -1 */
  char *event_map;  /* of the first payload's clock, "101 telephone-event/8000" */
  gboolean mux;
  const char *direction; /* "sendrecv", "sendonly", "recvonly", "inactive" */
  GPtrArray *lines;      /* a=rtpmap and a=fmtp lines as they are */
} TandemExchangeSdp;

/* (transfer full) (nullable): NULL without an audio stream over RTP/AVP. */
TandemExchangeSdp *tandem_exchange_sdp_parse (const char *text);
void tandem_exchange_sdp_free (TandemExchangeSdp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemExchangeSdp, tandem_exchange_sdp_free)

/* Our offer: PCMU, PCMA and telephone-event. version: counts up within a dialog.
 * (transfer full) */
char *tandem_exchange_sdp_offer (const char *host, guint port, guint version);
/* Our answer with one codec of the offer. (transfer full) */
char *tandem_exchange_sdp_answer (
    const TandemExchangeSdp *offer, int payload, const char *host, guint port, guint version);

G_END_DECLS
