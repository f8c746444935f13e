/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pool-event.h"
#include "sip-event.h"

G_BEGIN_DECLS

/* For TandemPhone and the status report: the event as the SIP thread tells it. */

/* now: of the same clock as event->when. */
TandemPoolEvent *tandem_pool_event_new_from_sip (const TandemSipEvent *event, gint64 now);
/* ms with its fraction; -1 unknown. */
double tandem_pool_event_get_took_exactly (TandemPoolEvent *self);

G_END_DECLS
