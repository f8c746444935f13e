/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call-private.h"
#include "leg.h"
#include "sip-client.h"

G_BEGIN_DECLS

/* TandemLine: what stands behind one TandemCall: its number in the SIP thread and its leg of
 * sound. It carries out what the call is asked for, and gives the sound what the SIP thread reports
 * before the call shows it. Main thread. Signals: "changed" (the tones may have to change),
 * "digit" (guchar: a key of the far end). */

typedef enum
{
  TANDEM_DTMF_AUTO, /* within the sound; by INFO where the far end did not agree on that */
  TANDEM_DTMF_RFC4733,
  TANDEM_DTMF_INFO,
} TandemDtmfMethod;

#define TANDEM_TYPE_LINE (tandem_line_get_type ())
G_DECLARE_FINAL_TYPE (TandemLine, tandem_line, TANDEM, LINE, GObject)

TandemLine *tandem_line_new (TandemCall *call,
                             TandemSipClient *client,
                             TandemMediaEngine *engine,
                             guint number);
TandemCall *tandem_line_get_call (TandemLine *self);
guint tandem_line_get_number (TandemLine *self);
/* late_offer: the INVITE carries no SDP. Fails when there is no port or no codec. */
gboolean tandem_line_dial (TandemLine *self, const char *uri, gboolean late_offer, GError **error);
/* INCOMING, CALL, OFFER, MOVED and REQUEST events of this line's number. */
void tandem_line_handle_event (TandemLine *self, const TandemSipEvent *event);
/* Of an incoming call, before it rings: FALSE when the offer and this phone have nothing in common. sdp:
 * (nullable) */
gboolean tandem_line_can_answer (TandemLine *self, const char *sdp);
void tandem_line_set_dtmf_method (TandemLine *self, TandemDtmfMethod method);
/* After so many seconds without sound the signalling is asked whether the call is still there. */
void tandem_line_set_inactivity_timeout (TandemLine *self, guint seconds);
/* A tag for tandem_sip_client_request(), unique in this process for a long time; never 0. */
guint tandem_line_next_tag (void);
gboolean tandem_line_wants_ringback (TandemLine *self);
gboolean tandem_line_wants_ringing (TandemLine *self);
/* FALSE: no sound yet. */
gboolean tandem_line_get_statistics (TandemLine *self, TandemLegStatistics *statistics);
/* The sound goes; the signalling that is under way goes on in the SIP thread. */
void tandem_line_close (TandemLine *self);

G_END_DECLS
