/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "rehearsal.h"

G_BEGIN_DECLS

/* For TandemRehearsal only. */

/* limit, measured: ms; measured -1: did not recover. from, to: labels, (nullable). */
TandemRehearsalResult *tandem_rehearsal_result_new (
    const char *operation, gint64 limit, gint64 measured, const char *from, const char *to);

G_END_DECLS
