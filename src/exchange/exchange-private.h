/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call.h"
#include "digest.h"
#include "exchange.h"
#include "subscription.h"

G_BEGIN_DECLS

/* The inside of TandemExchange, for exchange.c, which is the server, and command.c, which shows and steers it. */

#define DOMAIN "practice.example.test"

typedef struct
{
  char *contact;
  guint member;
  GSocketAddress *address;
  gint64 until; /* monotonic, s */
} Binding;

typedef struct
{
  char *call_id;
  char *proxy;
  const char *extension;
  guint count;
} LastRequest;

/* What the colleague's telephone does beside calls of the phone. */
typedef struct
{
  TandemExchangeState state;
  char *call_id, *local_tag, *remote_tag;
} Colleague;

struct _TandemExchange
{
  TandemExchangePool *pool;
  TandemExchangeDigest *digest;
  char *user;
  char *password;
  char *tag;
  TandemExchangeCallOwner owner;
  guint callback_delay;
  GPtrArray *bindings; /* the latest last */
  GPtrArray *calls;
  GHashTable *timers; /* of source ids: calls to be made */
  GPtrArray *subscriptions;
  guint messages;
  Colleague colleague;
  LastRequest last_bye, last_cancel;
  guint calls_seen;
  GString *digits;
};

/* Monotonic. */
gint64 tandem_exchange_seconds (void);
void tandem_exchange_drop_old_bindings (TandemExchange *self);
/* (transfer none) (nullable) */
TandemExchangeCall *tandem_exchange_call_phone (TandemExchange *self,
                                                const TandemExchangeExtension *extension,
                                                const char **problem);
void tandem_exchange_set_colleague (TandemExchange *self, TandemExchangeState state);
void tandem_exchange_tell_watchers (TandemExchange *self);

G_END_DECLS
