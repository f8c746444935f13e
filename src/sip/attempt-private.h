/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "errand.h"

G_BEGIN_DECLS

/* For errand.c: making and sending the attempts of an errand. */

/* (transfer full): without a request yet. */
TandemAttempt *tandem_attempt_new (TandemErrand *errand, guint number, const TandemCandidate *to);
/* In a client transaction. FALSE: nothing left. */
gboolean tandem_attempt_send (TandemAttempt *self);
/* Without one, along a Route, and again until the attempt is let go. FALSE: nothing left. */
gboolean tandem_attempt_send_stateless (TandemAttempt *self);

G_END_DECLS
