/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media-engine.h"

G_BEGIN_DECLS

/* TandemLeg: the sound of one call: its RTP ports, its SDP (RFC 3264), its pipeline. Main thread
 * only, but for tandem_leg_answer_offer(). Signals: "dtmf" (char as guchar), "rtp-timeout",
 * "rtp-started" (first packet received), "failed" (char *message).
 * Properties: "muted" (gboolean), "codec" (string, nullable), "hold" (gboolean: our hold, as the far end has
 * agreed to it), "remote-hold" (gboolean: the far end does not want to hear us). "rtp-timeout" does not
 * come while nothing is to be heard: on our hold, or on the far end's unless it played something. */

#define TANDEM_TYPE_LEG (tandem_leg_get_type ())
G_DECLARE_FINAL_TYPE (TandemLeg, tandem_leg, TANDEM, LEG, GObject)

typedef struct
{
  guint64 packets_sent, packets_received, bytes_sent, bytes_received;
  guint64 packets_lost;
  double jitter;     /* ms */
  double round_trip; /* ms; < 0 unknown */
  double mos;        /* E-model estimate; < 0 unknown */
} TandemLegStatistics;

/* Binds an RTP/RTCP port pair. address: what SDP shall say (the local address towards the
 * proxy). Fails when no pair is free in the range. */
TandemLeg *tandem_leg_new (TandemMediaEngine *engine, const char *address, GError **error);
/* (transfer full) the current offer; a new version each call (o= line). */
char *tandem_leg_create_offer (TandemLeg *self);
/* (transfer full): answers, and takes the agreed session into use. NULL with error: nothing in
 * common (488) or malformed (400). */
char *tandem_leg_answer_offer (TandemLeg *self, const char *offer, GError **error);
/* The same, callable on any thread with a ref on the leg: makes the answer text at once; the
 * session is taken into use on the main thread. */
char *tandem_leg_answer_offer_threadsafe (TandemLeg *self, const char *offer);
/* The far end's answer to our offer (early: of a provisional response; may be replaced). */
gboolean tandem_leg_set_answer (TandemLeg *self, const char *answer, GError **error);
/* The offer was refused, or came to no decision: everything is as it was before it: the session, the
 * direction, and the hold (a retrieve that failed holds on). An answer that comes later is refused. */
void tandem_leg_cancel_offer (TandemLeg *self);
/* The network changed: what SDP says from the next offer or answer on. address: numeric. The sockets go on;
 * where they cannot (the other IP version, loopback), other ports are bound and taken into use when the
 * far end has agreed to them, and FALSE says that there are none. */
gboolean tandem_leg_set_address (TandemLeg *self, const char *address, GError **error);
/* Starts sending and receiving; before it only SDP is done. Idempotent. */
void tandem_leg_start (TandemLeg *self);
/* Local hold: sendonly/inactive in the next offer. TRUE: no microphone and no speaker at once, whatever the
 * far end says to it. FALSE: they come back when the far end has agreed. */
void tandem_leg_set_hold (TandemLeg *self, gboolean hold);
/* RFC 4733; queued; digits "0-9*#A-D". FALSE: the far end did not agree on telephone-event, or a
 * character is none. */
gboolean tandem_leg_send_dtmf (TandemLeg *self, const char *digits);
/* The same as sound within the call (ITU-T Q.23), for far ends that know nothing else; queued. FALSE: a
 * character is no key, or there is no sound yet. */
gboolean tandem_leg_send_dtmf_inband (TandemLeg *self, const char *digits);
/* In the conference: this far end hears all others that are in it, and the agent, but not itself
 * (mix-minus). Without: the agent alone. */
void tandem_leg_set_in_conference (TandemLeg *self, gboolean in_conference);
/* FALSE: nobody hears this far end, neither the agent nor the conference. It hears on. */
void tandem_leg_set_heard (TandemLeg *self, gboolean heard);
void tandem_leg_get_statistics (TandemLeg *self, TandemLegStatistics *statistics);
/* Leaves the bridge at once and goes down behind; the object may be unreffed right after. */
void tandem_leg_stop (TandemLeg *self);

G_END_DECLS
