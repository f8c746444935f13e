/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call-private.h"

G_BEGIN_DECLS

/* TandemFloor: who is talked with, of several calls: one, or those of a conference. Whoever takes the floor
 * (answers, dials, retrieves) puts the others on hold before. It never gives the floor back by itself: when
 * the call that had it ends, the agent chooses. It knows calls only, so that samples behave as the phone
 * does. Signal "waiting": the call that was talked in has ended, and somebody is on hold. Main thread; not
 * for hidden calls of a rehearsal. */

#define TANDEM_MAX_CALLS 10

#define TANDEM_TYPE_FLOOR (tandem_floor_get_type ())
G_DECLARE_FINAL_TYPE (TandemFloor, tandem_floor, TANDEM, FLOOR, GObject)

/* calls: of TandemCall, newest first; follows it. */
TandemFloor *tandem_floor_new (GListModel *calls);
/* A call that is not in the list yet will take it. */
void tandem_floor_clear (TandemFloor *self);
/* (nullable) (transfer none): connected and not on our hold; a conference's first. */
TandemCall *tandem_floor_get_active (TandemFloor *self);
gboolean tandem_floor_swap (TandemFloor *self, TandemCall *with, GError **error);
gboolean tandem_floor_merge (TandemFloor *self, TandemCall *call, GError **error);
/* call: (nullable): everybody */
gboolean tandem_floor_split (TandemFloor *self, TandemCall *call, GError **error);

G_END_DECLS
