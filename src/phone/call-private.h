/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call.h"
#include "sip-event.h"

G_BEGIN_DECLS

/* For TandemPhone, TandemLine and tests. TandemCall is the state that people see; what carries it
 * out (SIP, sound) stands behind TandemCallActions. Without actions the call plays along by itself,
 * as samples need it. */

typedef struct
{
  gboolean (*answer) (TandemCall *call, gpointer data, GError **error);
  /* code: 0: the setting's */
  void (*decline) (TandemCall *call, guint code, gpointer data);
  gboolean (*redirect) (TandemCall *call, const char *text, gpointer data, GError **error);
  void (*hang_up) (TandemCall *call, gpointer data);
  void (*set_muted) (TandemCall *call, gboolean muted, gpointer data);
  /* digits: with pause signs */
  gboolean (*send_dtmf) (TandemCall *call, const char *digits, gpointer data, GError **error);
  /* Begins; tandem_call_finish_hold() follows. */
  gboolean (*set_hold) (TandemCall *call, gboolean hold, gpointer data, GError **error);
  gboolean (*follow) (TandemCall *call, const char *target, gpointer data, GError **error);
  /* Somebody else is talked with now: no sound at once, and on hold as soon as it can be; whatever becomes
   * of that, there is no sound until tandem_call_retrieve(). */
  void (*set_apart) (TandemCall *call, gpointer data);
  /* Begins; tandem_call_set_transfer() follows. */
  gboolean (*transfer) (TandemCall *call, const char *text, gpointer data, GError **error);
  void (*set_in_conference) (TandemCall *call, gboolean in, gpointer data);
  void (*set_party_muted) (TandemCall *call, gboolean muted, gpointer data);
  void (*answer_referral) (TandemCall *call, gboolean accept, gpointer data);
} TandemCallActions;

/* account: its id. domain: the account's own, so that its numbers are shown without it. */
TandemCall *tandem_call_new (const char *id,
                             gboolean incoming,
                             const char *account,
                             const char *domain,
                             const char *peer_uri,
                             const char *peer_name);
void tandem_call_set_actions (TandemCall *self, const TandemCallActions *actions, gpointer data);
/* INCOMING and CALL events. Ends with the signal "ended". */
void tandem_call_handle_event (TandemCall *self, const TandemSipEvent *event);
/* Something here went wrong, not in the network: ended with these words (translated). */
void tandem_call_fail (TandemCall *self, const char *words);
void tandem_call_set_codec (TandemCall *self, const char *codec);
void tandem_call_set_notice (TandemCall *self, const char *words);
/* How set_hold() ended. problem: (nullable) translated: it failed, and all is as it was. */
void tandem_call_finish_hold (TandemCall *self, gboolean held, const char *problem);
/* The far end holds us, or no longer. */
void tandem_call_set_held_there (TandemCall *self, gboolean held);
void tandem_call_add_received_digit (TandemCall *self, char digit);
void tandem_call_add_dialled_digit (TandemCall *self, char digit);
/* Whether it is talked in: connected, and not on our hold; or dialled by us, and not set apart. */
gboolean tandem_call_has_floor (TandemCall *self);
/* The same of a call that has ended, or of one that rang there: at its end. */
gboolean tandem_call_had_floor (TandemCall *self);
/* Emits "takes-floor": whoever is talked with makes room; then it is not apart. */
void tandem_call_take_floor (TandemCall *self);
/* A hold or retrieve that nobody asked this call for begins. */
void tandem_call_begin_hold (TandemCall *self, gboolean hold);
/* The far end could not be told of the hold: there is no sound all the same. problem: translated */
void tandem_call_keep_apart (TandemCall *self, const char *problem);
/* Another call has the floor now. */
void tandem_call_set_apart (TandemCall *self);
gboolean tandem_call_is_apart (TandemCall *self);
/* How the transfer goes. words: (transfer full) (nullable), translated. */
void tandem_call_set_transfer (TandemCall *self, TandemTransfer transfer, char *words);
/* It was transferred: ends with that as its reason. target: whom to, to show. */
void tandem_call_end_transferred (TandemCall *self, const char *target);
void tandem_call_set_consults (TandemCall *self, TandemCall *consults);
void tandem_call_set_in_conference (TandemCall *self, gboolean in_conference);
/* target: (nullable) a URI */
void tandem_call_set_referral_target (TandemCall *self, const char *target);
/* ms; -1: it is not */
void tandem_call_set_auto_answer_in (TandemCall *self, gint ms);
/* Seconds on our hold before "hold-reminder", and the signal "remind" again after as many; 0: never. */
void tandem_call_set_remind_after (TandemCall *self, guint seconds);
/* Somebody else is at the other end now. */
void tandem_call_set_other_party (TandemCall *self, const char *uri, const char *name);
/* Stops the clock: for samples and tests. connected_at of the same clock; 0 leaves it. */
void tandem_call_set_now (TandemCall *self, gint64 now, gint64 connected_at);

/* What the contacts call the far end, which goes before what the network says; (nullable) */
void tandem_call_set_contact_name (TandemCall *self, const char *name);
/* Over a proxy. candidate: the id, "udp:host:port"; (nullable) */
void tandem_call_add_proxy (TandemCall *self, const char *candidate);
/* As TandemRecordDetails has them. */
void tandem_call_set_quality (TandemCall *self, double mos, double loss);
void tandem_call_get_quality (TandemCall *self, double *mos, double *loss);
const char *tandem_call_get_account (TandemCall *self);
GDateTime *tandem_call_get_start (TandemCall *self);
/* The key of TandemRecord; valid once ended. */
const char *tandem_call_get_outcome (TandemCall *self);
guint tandem_call_get_code (TandemCall *self);
guint tandem_call_get_attempt (TandemCall *self);

G_END_DECLS
