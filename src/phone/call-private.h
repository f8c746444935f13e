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
  void (*decline) (TandemCall *call, gpointer data);
  void (*hang_up) (TandemCall *call, gpointer data);
  void (*set_muted) (TandemCall *call, gboolean muted, gpointer data);
  gboolean (*send_dtmf) (TandemCall *call, const char *digits, gpointer data, GError **error);
  /* Begins; tandem_call_finish_hold() follows. */
  gboolean (*set_hold) (TandemCall *call, gboolean hold, gpointer data, GError **error);
  gboolean (*follow) (TandemCall *call, const char *target, gpointer data, GError **error);
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
/* Stops the clock: for samples and tests. connected_at of the same clock; 0 leaves it. */
void tandem_call_set_now (TandemCall *self, gint64 now, gint64 connected_at);

const char *tandem_call_get_account (TandemCall *self);
GDateTime *tandem_call_get_start (TandemCall *self);
/* The key of TandemRecord; valid once ended. */
const char *tandem_call_get_outcome (TandemCall *self);
guint tandem_call_get_code (TandemCall *self);
guint tandem_call_get_attempt (TandemCall *self);

G_END_DECLS
