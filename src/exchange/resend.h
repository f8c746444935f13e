/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pool.h"

G_BEGIN_DECLS

/* TandemExchangeResend: one message sent until it is answered: at once, then after 0.5 s, 1 s, 2 s
 * and every 4 s, for 32 s (RFC 3261 17.1.1.2, 13.3.1.4). Main context. */

typedef struct _TandemExchangeResend TandemExchangeResend;

typedef void (*TandemExchangeGivenUp) (gpointer data);

/* Sends, and sends again until it is freed. given_up: after 32 s; may free it. */
TandemExchangeResend *tandem_exchange_resend_new (TandemExchangePool *pool,
                                                  guint member,
                                                  GSocketAddress *to,
                                                  const char *text,
                                                  TandemExchangeGivenUp given_up,
                                                  gpointer data);
void tandem_exchange_resend_free (TandemExchangeResend *self);
/* Once more, now: the other side sent its request again. */
void tandem_exchange_resend_now (TandemExchangeResend *self);

G_END_DECLS
