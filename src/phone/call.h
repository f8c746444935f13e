/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemCall: one call as the agent sees it: one row, whatever attempts lie behind it. Properties,
 * notified: "id" (string), "state", "incoming" (gboolean), "peer-name" (string, nullable),
 * "peer-address" (what to show as number: user part, or the whole address of a foreign domain),
 * "peer-uri", "queue" (nullable), "title" (peer-name or peer-address), "status-text" (translated:
 * "Calling…", "Trying another route…", "Ringing…", "In Call", "Busy" ...), "muted" (writable),
 * "duration" (guint, s since answered; ticks only while connected), "codec" (nullable),
 * "hold" (TandemHold), "hold-pending" (gboolean: a hold or retrieve is under way), "hold-duration"
 * (guint, s since "hold" became what it is; 0 while NONE), "hold-problem" (translated, nullable: the last
 * hold or retrieve failed and the call is as it was; gone with the next try or _dismiss_problem()),
 * "unconfirmed" (gboolean: ANSWERING for 10 s and the far end has not confirmed: ask Keep trying or
 * Release), "rerouted" (gboolean), "failure" (translated, nullable: why it ended or failed), "target"
 * (REDIRECT only), "received-digits" (string), "notice" (translated, nullable: something the agent
 * should know while the call goes on), "sip-call-id" (nullable), "headers" (GHashTable, nullable: the
 * X-* headers of the INVITE, name -> value). Names and addresses are cleaned of control characters, but
 * not isolated for right-to-left text: what shows them does that.
 * "transfer" (TandemTransfer), "transfer-text" (translated, nullable: "Transferring to 200…", "Transfer
 * failed: Busy"; gone with _dismiss_transfer()), "consults" (TandemCall, nullable: the call that this one was
 * made for by Consult First), "in-conference" (gboolean), "party-muted" (gboolean: nobody hears this far end),
 * "referral-target" (nullable: the far end asks to be called on elsewhere; accept or decline),
 * "auto-answer-in" (gint ms, -1: it will not be answered by itself; counts down), "hold-reminder" (gboolean: on hold
 * for longer than the setting), "note" (string, writable: goes into the history), "dialled-digits" (string:
 * keys sent).
 * Signal "ended". */

typedef enum
{
  TANDEM_CALL_CALLING,       /* in progress */
  TANDEM_CALL_DISCONNECTED,  /* between two attempts of one INVITE (the seed's sequence) */
  TANDEM_CALL_RINGING_THERE, /* the far end rings */
  TANDEM_CALL_EARLY_MEDIA,
  TANDEM_CALL_RINGING_HERE, /* incoming, to be answered */
  TANDEM_CALL_ANSWERING,    /* 200 sent, not yet confirmed */
  TANDEM_CALL_CONNECTED,
  TANDEM_CALL_REDIRECTED, /* asks: follow "target"? */
  TANDEM_CALL_ENDED,
} TandemCallState;
/* Holding is a matter of its own, beside the state, which stays CONNECTED. */
typedef enum
{
  TANDEM_HOLD_NONE,
  TANDEM_HOLD_LOCAL,  /* we hold the far end */
  TANDEM_HOLD_REMOTE, /* the far end holds us */
  TANDEM_HOLD_BOTH,
} TandemHold;
typedef enum
{
  TANDEM_TRANSFER_NONE,
  TANDEM_TRANSFER_PENDING, /* asked; the far end is trying */
  TANDEM_TRANSFER_RINGING, /* the other one rings */
  TANDEM_TRANSFER_DONE,    /* this call ends now */
  TANDEM_TRANSFER_FAILED,  /* the call is back, on hold: retrieve it */
} TandemTransfer;
GType tandem_transfer_get_type (void);
#define TANDEM_TYPE_TRANSFER (tandem_transfer_get_type ())
GType tandem_hold_get_type (void);
#define TANDEM_TYPE_HOLD (tandem_hold_get_type ())

GType tandem_call_state_get_type (void);
#define TANDEM_TYPE_CALL_STATE (tandem_call_state_get_type ())

#define TANDEM_TYPE_CALL (tandem_call_get_type ())
G_DECLARE_FINAL_TYPE (TandemCall, tandem_call, TANDEM, CALL, GObject)

const char *tandem_call_get_id (TandemCall *self);
TandemCallState tandem_call_get_state (TandemCall *self);
gboolean tandem_call_is_incoming (TandemCall *self);
const char *tandem_call_get_peer_name (TandemCall *self);
const char *tandem_call_get_peer_address (TandemCall *self);
const char *tandem_call_get_peer_uri (TandemCall *self);
const char *tandem_call_get_queue (TandemCall *self);
const char *tandem_call_get_title (TandemCall *self);
const char *tandem_call_get_status_text (TandemCall *self);
const char *tandem_call_get_failure (TandemCall *self);
const char *tandem_call_get_target (TandemCall *self);
const char *tandem_call_get_codec (TandemCall *self);
const char *tandem_call_get_sip_call_id (TandemCall *self);
gboolean tandem_call_get_muted (TandemCall *self);
guint tandem_call_get_duration (TandemCall *self);
const char *tandem_call_get_notice (TandemCall *self);
gboolean tandem_call_is_rerouted (TandemCall *self);
const char *tandem_call_get_received_digits (TandemCall *self);
GHashTable *tandem_call_get_headers (TandemCall *self);
/* One of them, by its name in any case; NULL. "X-Genesys-CallUUID" names the call for the desktop. */
const char *tandem_call_get_header (TandemCall *self, const char *name);

/* Each returns FALSE with an error (G_IO_ERROR) when the state does not allow it. */
gboolean tandem_call_answer (TandemCall *self, GError **error);
gboolean tandem_call_decline (TandemCall *self, GError **error);
/* The call leaves the list at once; the signalling goes on behind. */
gboolean tandem_call_hang_up (TandemCall *self, GError **error);
gboolean tandem_call_set_muted (TandemCall *self, gboolean muted, GError **error);
gboolean tandem_call_send_dtmf (TandemCall *self, const char *digits, GError **error);
/* Puts on hold, takes back: a re-INVITE, retried once behind the scene. "hold" changes when it has worked. */
gboolean tandem_call_hold (TandemCall *self, GError **error);
gboolean tandem_call_retrieve (TandemCall *self, GError **error);
TandemHold tandem_call_get_hold (TandemCall *self);
gboolean tandem_call_is_hold_pending (TandemCall *self);
guint tandem_call_get_hold_duration (TandemCall *self);
const char *tandem_call_get_hold_problem (TandemCall *self);
void tandem_call_dismiss_hold_problem (TandemCall *self);
/* Answering and not confirmed: the agent wants to wait on ("unconfirmed" goes); to release is to
 * hang up. After 32 s in all the call is abandoned either way. */
gboolean tandem_call_is_unconfirmed (TandemCall *self);
gboolean tandem_call_keep_trying (TandemCall *self, GError **error);
/* REFER to text (as for tandem_phone_call()): Transfer Now. */
gboolean tandem_call_transfer (TandemCall *self, const char *text, GError **error);
TandemTransfer tandem_call_get_transfer (TandemCall *self);
/* "host:port" of the proxies that it has gone over, in the order of their use; the last is in use. Never NULL. */
const char *const *tandem_call_get_proxies (TandemCall *self);
const char *tandem_call_get_transfer_text (TandemCall *self);
void tandem_call_dismiss_transfer (TandemCall *self);
TandemCall *tandem_call_get_consults (TandemCall *self); /* (nullable) */
gboolean tandem_call_is_in_conference (TandemCall *self);
gboolean tandem_call_is_party_muted (TandemCall *self);
gboolean tandem_call_set_party_muted (TandemCall *self, gboolean muted, GError **error);
const char *tandem_call_get_referral_target (TandemCall *self);
gboolean tandem_call_answer_referral (TandemCall *self, gboolean accept, GError **error);
/* A ringing call: sent on to text with 302. */
gboolean tandem_call_redirect (TandemCall *self, const char *text, GError **error);
/* code 400..699; decline() uses the setting's */
gboolean tandem_call_decline_with (TandemCall *self, guint code, GError **error);
gint tandem_call_get_auto_answer_in (TandemCall *self);
gboolean tandem_call_is_hold_reminder (TandemCall *self);
const char *tandem_call_get_note (TandemCall *self);
void tandem_call_set_note (TandemCall *self, const char *note);
const char *tandem_call_get_dialled_digits (TandemCall *self);
gboolean tandem_call_follow_redirect (TandemCall *self, GError **error);

G_END_DECLS
