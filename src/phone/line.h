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
  /* Within the sound; by INFO where the far end did not agree on that; as tones where it refuses those. */
  TANDEM_DTMF_AUTO,
  TANDEM_DTMF_RFC4733,
  TANDEM_DTMF_INFO,
  TANDEM_DTMF_INBAND,
} TandemDtmfMethod;

#define TANDEM_TYPE_LINE (tandem_line_get_type ())
G_DECLARE_FINAL_TYPE (TandemLine, tandem_line, TANDEM, LINE, GObject)

/* Whom a line asks what it cannot know by itself. */
typedef struct
{
  /* (transfer full) (nullable): the URI of what somebody typed. */
  char *(*parse) (const char *text, gpointer data, GError **error);
  guint (*get_decline_code) (gpointer data);
  /* The far end wants us to call somebody. */
  void (*take_referral) (TandemLine *line, const TandemSipEvent *event, gpointer data);
  void (*answer_referral) (TandemLine *line, gboolean accept, gpointer data);
  /* Its far end took over that of the call with this number. */
  void (*transferred) (TandemLine *line, guint other, gpointer data);
} TandemLineHost;

TandemLine *tandem_line_new (TandemCall *call,
                             TandemSipClient *client,
                             TandemMediaEngine *engine,
                             guint number);
TandemCall *tandem_line_get_call (TandemLine *self);
guint tandem_line_get_number (TandemLine *self);
void tandem_line_set_host (TandemLine *self, const TandemLineHost *host, gpointer data);
/* The address of the conference that the far end is (RFC 4579); (nullable): it is none, or does not say so. */
const char *tandem_line_get_focus (TandemLine *self);
/* Further headers of its INVITE; (nullable). Before it is dialled. */
void tandem_line_set_headers (TandemLine *self, GHashTable *headers);
/* Keys, with pause signs, to be sent when it is up; (nullable) */
void tandem_line_set_post_dial (TandemLine *self, const char *keys);
/* What dialling fails by, before anything is sent: no port. */
gboolean tandem_line_prepare (TandemLine *self, GError **error);
/* late_offer: the INVITE carries no SDP. Fails when there is no port or no codec. */
gboolean tandem_line_dial (TandemLine *self, const char *uri, gboolean late_offer, GError **error);
/* Asks the far end to call uri; to take over the call with the number other (0: none; uri may be NULL). It is put
 * on hold before. shown: whom to, for people. The call tells how it goes. */
void tandem_line_transfer (TandemLine *self, const char *uri, guint other, const char *shown);
/* INCOMING that takes the place of this call (RFC 3891): answered at once; the far end changes, the row
 * stays. FALSE: it could not be answered, and was refused; all is as it was. */
gboolean tandem_line_take_over (TandemLine *self, const TandemSipEvent *event);
/* All events of this line's number. */
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
