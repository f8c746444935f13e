/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone.h"

G_BEGIN_DECLS

/* TandemRehearsal: Practise failover. The phone stops hearing the proxy in use (or a chosen one), runs
 * each type of message against the account's own echo or a number of the agent's choice, and
 * measures how long each took to recover. It refuses during a call unless told otherwise, leaves the
 * calls that are up alone, always ends by itself, and afterwards every proxy is heard again and none is set
 * aside because of it. Main thread. Properties, notified: "running" (gboolean), "progress" (double, 0..1),
 * "step" (translated, nullable), "results" (GListModel of TandemRehearsalResult, grows), "problem"
 * (translated, nullable: why it stopped early). Signal "finished". */

/* Properties, read-only: "operation", "limit", "measured" (gint64, ms), "passed", "from", "to". */
#define TANDEM_TYPE_REHEARSAL_RESULT (tandem_rehearsal_result_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemRehearsalResult, tandem_rehearsal_result, TANDEM, REHEARSAL_RESULT, GObject)
const char *tandem_rehearsal_result_get_operation (TandemRehearsalResult *self);
gint64 tandem_rehearsal_result_get_limit (TandemRehearsalResult *self); /* ms allowed by ha.md */
gint64
tandem_rehearsal_result_get_measured (TandemRehearsalResult *self); /* ms; -1: did not recover */
gboolean tandem_rehearsal_result_is_passed (TandemRehearsalResult *self);
const char *
tandem_rehearsal_result_get_from (TandemRehearsalResult *self); /* addresses; nullable */
const char *tandem_rehearsal_result_get_to (TandemRehearsalResult *self);

#define TANDEM_TYPE_REHEARSAL (tandem_rehearsal_get_type ())
G_DECLARE_FINAL_TYPE (TandemRehearsal, tandem_rehearsal, TANDEM, REHEARSAL, GObject)

TandemRehearsal *tandem_rehearsal_new (TandemPhone *phone);
/* proxy: a TandemProxy's id; NULL: the one in use at each step. number: whom to call; NULL or "": the
 * account itself. Errors: G_IO_ERROR, translated: no second proxy, not registered, a call is up. */
gboolean tandem_rehearsal_start (TandemRehearsal *self,
                                 const char *proxy,
                                 const char *number,
                                 gboolean during_calls,
                                 GError **error);
/* Ends early: heals at once; "finished" follows within a transaction timeout. */
void tandem_rehearsal_cancel (TandemRehearsal *self);
/* Finished without a problem, and every type recovered in time. */
gboolean tandem_rehearsal_is_passed (TandemRehearsal *self);
gboolean tandem_rehearsal_is_running (TandemRehearsal *self);
double tandem_rehearsal_get_progress (TandemRehearsal *self);
const char *tandem_rehearsal_get_step (TandemRehearsal *self);
const char *tandem_rehearsal_get_problem (TandemRehearsal *self);
GListModel *tandem_rehearsal_get_results (TandemRehearsal *self); /* (transfer none) */
/* The report that can be saved: translated plain text with the date, the pool and a table. */
char *tandem_rehearsal_to_text (TandemRehearsal *self);

G_END_DECLS
