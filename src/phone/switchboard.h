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

/* uri: complete. (transfer none): the call is in the phone's list. */
TandemCall *tandem_switchboard_call (TandemSwitchboard *self,
                                     TandemAccount *account,
                                     const char *uri,
                                     GError **error);
/* The one door for what the SIP thread reports; tests come in through it too. */
void tandem_switchboard_handle_event (TandemSwitchboard *self, const TandemSipEvent *event);
TandemMediaEngine *tandem_switchboard_get_engine (TandemSwitchboard *self);
TandemSipClient *tandem_switchboard_get_client (TandemSwitchboard *self);
gboolean tandem_switchboard_get_statistics (TandemSwitchboard *self,
                                            TandemCall *call,
                                            TandemLegStatistics *statistics);

G_END_DECLS
