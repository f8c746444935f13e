/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "colleague.h"
#include "sip-event.h"

G_BEGIN_DECLS

/* For TandemColleagueList, samples and tests. */

/* address: what to show and to dial. uri: "sip:..." or "" when the address is none. */
TandemColleague *tandem_colleague_new (const char *address, const char *uri, const char *name);
/* NOTIFICATION */
void tandem_colleague_handle_event (TandemColleague *self, const TandemSipEvent *event);
/* Where the call that rings there can be taken over: the value of a Replaces header. (transfer full) (nullable) */
char *tandem_colleague_get_replaces (TandemColleague *self);
/* Whom to send it to. (nullable) */
const char *tandem_colleague_get_caller_uri (TandemColleague *self);
/* The feature code is there, so that every call that rings can be picked up. */
void tandem_colleague_set_pick_up_code (TandemColleague *self, gboolean has_code);

G_END_DECLS
