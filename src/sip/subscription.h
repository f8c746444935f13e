/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account.h"

G_BEGIN_DECLS

/* TandemSubscription: one subscription (RFC 6665) of an account, to whatever event package: first,
 * refreshed, moved to another proxy by a new dialog, taken back, and its NOTIFYs accepted. It follows
 * the registration; where to send and when to try again is the operation's business. What the
 * notifications mean is its package's (see mailbox.c). Not for a NOTIFY that nobody subscribed to.
 * SIP thread only. */

typedef struct _TandemSubscription TandemSubscription;

typedef struct
{
  const char *name;         /* "message-summary" */
  const char *content_type; /* of its notifications */
  guint expires;            /* s, to be asked for */
  gsize longest;            /* bytes of a body */
  /* A notification; body is NULL when there is none. FALSE: it is malformed, and is refused. */
  gboolean (*notified) (const char *body, gsize size, gpointer data);
  /* Nothing is known any more: it was ended, refused or ran out. Told once. */
  void (*lost) (gpointer data);
  /* (nullable) The subscription is active, and there is nothing to tell. */
  void (*empty) (gpointer data);
  /* (nullable) The server does not have it, or not for us: nothing is sent any more. */
  void (*refused) (guint code, const char *why, gpointer data);
  /* Thousands of it: only a few requests are under way at once, the others wait for their turn. */
  gboolean many;
} TandemEventPackage;

/* package: borrowed, static. target: whom to subscribe to, "sip:...". Nothing is sent yet. */
TandemSubscription *tandem_subscription_new (TandemSipAccount *account,
                                             const TandemEventPackage *package,
                                             const char *target,
                                             gpointer data);
/* Takes it back at the server, if there is one, and frees it when that is over; nobody is called any
 * more. */
void tandem_subscription_end (TandemSubscription *self);
/* At once, without a word. */
void tandem_subscription_free (TandemSubscription *self);

/* The account is registered there (again), or may go there without (NULL: anywhere): subscribes, moves
 * or refreshes as needed. Not again once the server has refused for good. */
void tandem_subscription_follow (TandemSubscription *self, const TandemCandidate *candidate);

/* All of it is wanted once more: refreshes, where it is, as soon as its turn comes. */
void tandem_subscription_refresh (TandemSubscription *self);
gboolean tandem_subscription_is_refused (TandemSubscription *self);
/* Another number for each dialog that it has had: what the server counts begins anew with each. */
guint tandem_subscription_get_generation (TandemSubscription *self);

/* Packages with many subscriptions, and how many of their requests are under way at once. */
void tandem_subscriptions_init (TandemEngine *engine);
void tandem_subscriptions_clear (TandemEngine *engine);

/* A NOTIFY of a subscription of ours: answered. FALSE: it belongs to none. */
gboolean tandem_subscription_on_notify (TandemEngine *engine, belle_sip_request_t *request);

/* For whoever takes notifications otherwise: the token of the Event header. (transfer full)
 * (nullable) */
char *tandem_subscription_get_event (belle_sip_request_t *request);
typedef struct
{
  gboolean terminated;
  gint64 expires; /* s; -1: not said */
} TandemSubscriptionState;

/* Its Subscription-State; FALSE when it has none. */
gboolean tandem_subscription_get_state (belle_sip_request_t *request,
                                        TandemSubscriptionState *state);
/* 0 when the body may be read, else a status to answer with. */
guint tandem_subscription_check_body (belle_sip_request_t *request,
                                      const TandemEventPackage *package);

G_END_DECLS
