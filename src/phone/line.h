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
/* INCOMING, CALL and OFFER events of this line's number. */
void tandem_line_handle_event (TandemLine *self, const TandemSipEvent *event);
gboolean tandem_line_wants_ringback (TandemLine *self);
gboolean tandem_line_wants_ringing (TandemLine *self);
/* FALSE: no sound yet. */
gboolean tandem_line_get_statistics (TandemLine *self, TandemLegStatistics *statistics);
/* The sound goes; the signalling that is under way goes on in the SIP thread. */
void tandem_line_close (TandemLine *self);

G_END_DECLS
