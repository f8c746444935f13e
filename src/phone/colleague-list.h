/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "colleague-private.h"
#include "configuration.h"
#include "sip-client.h"

G_BEGIN_DECLS

/* TandemColleagueList: the colleagues of the settings, and the subscriptions that tell how they are.
 * Ten thousand of them are no burden: what changed is found by hash, and the list changes in one go. Main
 * thread. */

#define TANDEM_MAX_COLLEAGUES 20000

#define TANDEM_TYPE_COLLEAGUE_LIST (tandem_colleague_list_get_type ())
G_DECLARE_FINAL_TYPE (TandemColleagueList, tandem_colleague_list, TANDEM, COLLEAGUE_LIST, GObject)

TandemColleagueList *tandem_colleague_list_new (void);
/* of TandemColleague, in the order of the settings; a GListStore that samples fill */
GListModel *tandem_colleague_list_get_model (TandemColleagueList *self);
/* NULL: there is none for a while; what was subscribed is forgotten. */
void tandem_colleague_list_set_client (TandemColleagueList *self, TandemSipClient *client);
/* Reads the settings, and subscribes over an account. account, domain: (nullable): there is none */
void tandem_colleague_list_apply (TandemColleagueList *self,
                                  TandemConfiguration *configuration,
                                  const char *account,
                                  const char *domain);
/* NOTIFICATION; one with a tag that is not ours is passed over. */
void tandem_colleague_list_handle_event (TandemColleagueList *self, const TandemSipEvent *event);

G_END_DECLS
