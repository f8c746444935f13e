/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "configuration.h"
#include "line.h"
#include "phone.h"

G_BEGIN_DECLS

/* TandemSwitchboard: joins a TandemPhone to the SIP thread, the sound and the settings: accounts
 * from the configuration, passwords, lines, tones. One for a phone; the phone owns it, and it does
 * not keep the phone. Main thread. */

#define TANDEM_TYPE_SWITCHBOARD (tandem_switchboard_get_type ())
G_DECLARE_FINAL_TYPE (TandemSwitchboard, tandem_switchboard, TANDEM, SWITCHBOARD, GObject)

TandemSwitchboard *tandem_switchboard_new (TandemPhone *phone,
                                           TandemConfiguration *configuration,
                                           TandemAudioBackend audio);
gboolean tandem_switchboard_start (TandemSwitchboard *self, GError **error);
/* Ends calls, unregisters, stops the SIP thread; bounded by timeout ms. */
void tandem_switchboard_stop_async (TandemSwitchboard *self,
                                    guint timeout,
                                    GAsyncReadyCallback callback,
                                    gpointer data);
void tandem_switchboard_stop_finish (TandemSwitchboard *self, GAsyncResult *result);

/* uri: complete. headers: (nullable) further ones of the INVITE. keys: (nullable) to be sent when it is up.
 * (transfer none): the call is in the phone's list; the one that was talked in is on hold. */
TandemCall *tandem_switchboard_call (TandemSwitchboard *self,
                                     TandemAccount *account,
                                     const char *uri,
                                     GHashTable *headers,
                                     const char *keys,
                                     GError **error);
/* Joins the far ends of two calls. */
gboolean tandem_switchboard_connect (TandemSwitchboard *self,
                                     TandemCall *one,
                                     TandemCall *other,
                                     GError **error);
gboolean tandem_switchboard_has_conference_server (TandemSwitchboard *self);
/* Into the conference of the server, with the active call. */
gboolean
tandem_switchboard_merge_at_server (TandemSwitchboard *self, TandemCall *call, GError **error);
/* For TandemRehearsal: calls that nobody sees, and that are not refused although one is up. */
typedef struct
{
  /* Whether an incoming call is the rehearsal's own. */
  gboolean (*wants) (const TandemSipEvent *event, gpointer data);
  void (*incoming) (TandemLine *line, const TandemSipEvent *event, gpointer data);
  /* The phone stops: end at once. */
  void (*stopping) (gpointer data);
} TandemSwitchboardRehearsal;
void tandem_switchboard_begin_rehearsal (TandemSwitchboard *self,
                                         const TandemSwitchboardRehearsal *rehearsal,
                                         gpointer data);
void tandem_switchboard_end_rehearsal (TandemSwitchboard *self);
gboolean tandem_switchboard_is_rehearsing (TandemSwitchboard *self);
/* (transfer none), muted */
TandemLine *tandem_switchboard_dial_hidden (TandemSwitchboard *self,
                                            TandemAccount *account,
                                            const char *uri,
                                            GError **error);
/* Hangs up, if it is up. */
void tandem_switchboard_drop_hidden (TandemSwitchboard *self, TandemLine *line);
/* As the SIP thread has it; (nullable): not there. */
const TandemSipAccountConfig *tandem_switchboard_get_account_config (TandemSwitchboard *self,
                                                                     const char *id);

/* The one door for what the SIP thread reports; tests come in through it too. */
void tandem_switchboard_handle_event (TandemSwitchboard *self, const TandemSipEvent *event);
TandemMediaEngine *tandem_switchboard_get_engine (TandemSwitchboard *self);
TandemSipClient *tandem_switchboard_get_client (TandemSwitchboard *self);
gboolean tandem_switchboard_get_statistics (TandemSwitchboard *self,
                                            TandemCall *call,
                                            TandemLegStatistics *statistics);

G_END_DECLS
