/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemPoolEvent: one line of the timeline: what high availability did, for people. Immutable; main
 * thread. Properties, read-only: "time" (GDateTime), "account" (string), "operation" (string, as RFC 3261
 * spells it: "REGISTER", "re-INVITE", "200 OK" ...), "from" and "to" (nullable addresses: who failed, who took
 * over), "reason" (translated), "took" (gint64, ms since the operation began; -1 unknown). The
 * phone keeps the newest TANDEM_POOL_EVENTS_MAX of them, over all calls (tandem_phone_get_timeline()). */

#define TANDEM_POOL_EVENTS_MAX 500

#define TANDEM_TYPE_POOL_EVENT (tandem_pool_event_get_type ())
G_DECLARE_FINAL_TYPE (TandemPoolEvent, tandem_pool_event, TANDEM, POOL_EVENT, GObject)

TandemPoolEvent *tandem_pool_event_new (GDateTime *time,
                                        const char *account,
                                        const char *operation,
                                        const char *from,
                                        const char *to,
                                        const char *reason,
                                        gint64 took);
GDateTime *tandem_pool_event_get_time (TandemPoolEvent *self);
const char *tandem_pool_event_get_account (TandemPoolEvent *self);
const char *tandem_pool_event_get_operation (TandemPoolEvent *self);
/* For people: "penalty", "pause", "probe", "prefer", "network", "practice" and "session timer" are the
 * pool's own, and translated. */
const char *tandem_pool_event_get_operation_words (TandemPoolEvent *self);
const char *tandem_pool_event_get_from (TandemPoolEvent *self);
const char *tandem_pool_event_get_to (TandemPoolEvent *self);
const char *tandem_pool_event_get_reason (TandemPoolEvent *self);
gint64 tandem_pool_event_get_took (TandemPoolEvent *self);
/* The same candidates by their ids, as TandemProxy has them; nullable. */
const char *tandem_pool_event_get_from_id (TandemPoolEvent *self);
const char *tandem_pool_event_get_to_id (TandemPoolEvent *self);
/* Why, untranslated; nullable. */
const char *tandem_pool_event_get_cause (TandemPoolEvent *self);
/* One line of plain text, for copying and saving. (transfer full) */
char *tandem_pool_event_to_text (TandemPoolEvent *self);
/* The whole list as text, a line each, oldest first. (transfer full) */
char *tandem_pool_events_to_text (GListModel *events);

G_END_DECLS
