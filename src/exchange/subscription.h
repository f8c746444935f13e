/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pool.h"

G_BEGIN_DECLS

/* TandemExchangeSubscription: one subscription of the phone (RFC 6665): to its voice mail ("message-summary"), or
 * to how an extension is ("dialog", "presence"). It tells when what it would tell has changed. Main context. */

typedef enum
{
  TANDEM_EXCHANGE_STATE_IDLE,
  TANDEM_EXCHANGE_STATE_RINGING,
  TANDEM_EXCHANGE_STATE_BUSY,
} TandemExchangeState;

typedef struct
{
  guint messages;                               /* message-summary: new ones */
  TandemExchangeState state;                    /* dialog, presence */
  const char *call_id, *local_tag, *remote_tag; /* of the dialog that rings or is up; nullable */
  const char *caller;                           /* its number; nullable */
} TandemExchangeNews;

typedef struct _TandemExchangeSubscription TandemExchangeSubscription;

/* request: answered already. domain: of what is watched. */
TandemExchangeSubscription *tandem_exchange_subscription_new (TandemExchangePool *pool,
                                                              const char *domain,
                                                              guint member,
                                                              const TandemExchangeMessage *request,
                                                              GSocketAddress *source,
                                                              const char *tag,
                                                              gint64 until);
void tandem_exchange_subscription_free (TandemExchangeSubscription *self);
gboolean tandem_exchange_subscription_knows (const char *event);

/* A SUBSCRIBE in its dialog, or the answer to its NOTIFY. */
gboolean tandem_exchange_subscription_matches (TandemExchangeSubscription *self,
                                               const TandemExchangeMessage *message);
void tandem_exchange_subscription_refresh (TandemExchangeSubscription *self,
                                           guint member,
                                           GSocketAddress *source,
                                           gint64 until);
void tandem_exchange_subscription_answered (TandemExchangeSubscription *self,
                                            const TandemExchangeMessage *response);
const char *tandem_exchange_subscription_get_event (TandemExchangeSubscription *self);
/* The user that it is about. */
const char *tandem_exchange_subscription_get_user (TandemExchangeSubscription *self);
/* In monotonic seconds; not after now: it ends with the next news. */
gint64 tandem_exchange_subscription_get_until (TandemExchangeSubscription *self);
/* Sends a NOTIFY if that is something new, or if always. now: monotonic seconds. */
void tandem_exchange_subscription_tell (TandemExchangeSubscription *self,
                                        const TandemExchangeNews *news,
                                        gboolean always,
                                        gint64 now);

G_END_DECLS
