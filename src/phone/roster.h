/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "configuration.h"
#include "phone.h"
#include "sip-client.h"

G_BEGIN_DECLS

/* TandemRoster: keeps the accounts of a phone and of the SIP thread as the configuration has them, with the
 * passwords, and passes on what the agent asks of an account. TandemSwitchboard owns one; main thread. */

#define TANDEM_TYPE_ROSTER (tandem_roster_get_type ())
G_DECLARE_FINAL_TYPE (TandemRoster, tandem_roster, TANDEM, ROSTER, GObject)

/* Does not keep the phone. */
TandemRoster *tandem_roster_new (TandemPhone *phone, TandemConfiguration *configuration);
/* client: (nullable): a new one knows no account yet. */
void tandem_roster_set_client (TandemRoster *self, TandemSipClient *client);
/* While failover is practised a further call is not refused as one too many. Counts at the next apply. */
void tandem_roster_set_rehearsing (TandemRoster *self, gboolean rehearsing);
/* Brings all in line with the configuration; what has not changed is left alone. */
void tandem_roster_apply (TandemRoster *self);
/* Where no password was found, it is looked for again. */
void tandem_roster_forget_failures (TandemRoster *self);
/* Nothing changes any more. */
void tandem_roster_stop (TandemRoster *self);
/* As the SIP thread has it; (nullable): not there. */
const TandemSipAccountConfig *tandem_roster_get_config (TandemRoster *self, const char *id);

G_END_DECLS
