/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "history-keeper.h"
#include "history.h"
#include "worker.h"

G_BEGIN_DECLS

/* For history-search.c and history-export.c. */

TandemHistoryKeeper *tandem_history_get_keeper (TandemHistory *self);
TandemWorker *tandem_history_get_worker (TandemHistory *self);
/* Changes when all missed calls are marked as seen. */
guint tandem_history_get_epoch (TandemHistory *self);
/* What was found in the file, asked for at that epoch, as the objects that stand for these calls:
 * those known already where there are any, without those removed since. (transfer container) */
GPtrArray *tandem_history_take (TandemHistory *self, GPtrArray *found, guint epoch);
/* Signal "altered" (no arguments): the calls that a search may find are others than before. */

G_END_DECLS
