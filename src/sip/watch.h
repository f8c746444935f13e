/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account.h"

G_BEGIN_DECLS

/* TandemWatch: somebody whose telephone is watched, by one subscription to his dialogs (RFC 4235) or his
 * presence (RFC 3856); told as NOTIFICATION events. There may be thousands: subscriptions take turns,
 * and what is known of one that nobody calls takes 4 KB, its subscription and timers and all (10,000: 43 MB, begun within 50 s). A watch belongs to an account by
 * name, and outlives it. SIP thread only. */

typedef struct _TandemWatch TandemWatch;

void tandem_watch_begin (TandemEngine *engine, TandemSipCommand *command);
void tandem_watch_end (TandemEngine *engine, guint tag);

/* The account is registered there, or goes there without (NULL). */
void tandem_watches_follow (TandemSipAccount *account, const TandemCandidate *candidate);
/* Its settings are others: what was refused is asked for again. */
void tandem_watches_configure (TandemSipAccount *account);
/* It goes. */
void tandem_watches_leave (TandemSipAccount *account);
/* The engine ends. */
void tandem_watches_clear (TandemEngine *engine);

void tandem_watch_free (TandemWatch *self);

G_END_DECLS
