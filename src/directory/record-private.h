/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "record.h"

G_BEGIN_DECLS

/* For the history, which is the one that changes records and hands them to its worker. */

/* (transfer full): the same call in an object of its own, for another thread. */
TandemRecord *tandem_record_copy (TandemRecord *self, gint64 id);
/* Points into self: valid as long as it is not changed. */
TandemRecordDetails tandem_record_get_details (TandemRecord *self);
/* note: (nullable) */
void tandem_record_set_note (TandemRecord *self, const char *note);
void tandem_record_set_seen (TandemRecord *self, gboolean seen);
/* Microseconds since 1970 UTC. */
gint64 tandem_record_get_start_time (TandemRecord *self);
/* Negative when a comes before b in the list: newest first, then the greater id. */
int tandem_record_compare (TandemRecord *a, TandemRecord *b);

G_END_DECLS
