/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account-private.h"
#include "call-private.h"
#include "phone.h"
#include "pool-event.h"
#include "record.h"

G_BEGIN_DECLS

/* For the files of this folder and its tests. */

/* A phone with lists and no network: samples fill it. */
TandemPhone *tandem_phone_new_empty (void);
/* Takes no reference of its own beyond the list's. */
void tandem_phone_add_account (TandemPhone *self, TandemAccount *account);
void tandem_phone_remove_account (TandemPhone *self, TandemAccount *account);
/* (transfer none) (nullable) */
TandemAccount *tandem_phone_find_account (TandemPhone *self, const char *id);
/* The one that a call goes out by: the preferred one, or while that is not registered another that is.
 * (transfer none) (nullable) */
TandemAccount *tandem_phone_get_outgoing_account (TandemPhone *self);
/* Puts the call into the list and follows it: at its end it leaves the list and goes into the
 * history. Emits "incoming" for one. */
void tandem_phone_add_call (TandemPhone *self, TandemCall *call);
void tandem_phone_add_record (TandemPhone *self, TandemRecord *record);
/* outcome: a key of TandemRecord. */
void tandem_phone_add_record_of_call (TandemPhone *self, TandemCall *call, const char *outcome);
/* In front of the timeline; the oldest go when it is full. */
void tandem_phone_add_pool_event (TandemPhone *self, TandemPoolEvent *event);
void tandem_phone_set_audio (TandemPhone *self, gboolean available, const char *problem);
void tandem_phone_set_configured (TandemPhone *self, gboolean configured);
/* Numbers are hidden in reports. */
void tandem_phone_set_redact (TandemPhone *self, gboolean redact);
gboolean tandem_phone_get_redact (TandemPhone *self);
/* (nullable): of the call that was made or came in last. */
const char *tandem_phone_get_last_sip_call_id (TandemPhone *self);
/* (transfer none) (nullable): none in a sample. */
struct _TandemConfiguration *tandem_phone_get_configuration (TandemPhone *self);
struct _TandemFloor *tandem_phone_get_floor (TandemPhone *self);
struct _TandemAvailability *tandem_phone_get_availability (TandemPhone *self);
struct _TandemColleagueList *tandem_phone_get_colleague_list (TandemPhone *self);
/* (nullable): none in a sample. */
struct _TandemSwitchboard *tandem_phone_get_switchboard (TandemPhone *self);
/* words: translated */
void tandem_phone_report_error (TandemPhone *self, const char *words);
void tandem_phone_report_digit (TandemPhone *self, TandemCall *call, char digit);
/* A new id for a call made without a network. (transfer full) */
char *tandem_phone_next_sample_id (TandemPhone *self);

G_END_DECLS
