/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "command.h"
#include "digest.h"
#include "door.h"
#include "health-table.h"
#include "operation.h"
#include "resolver.h"
#include "silence.h"
#include "sip-event.h"
#include "timer.h"
#include "transport.h"
#include "unreachable.h"

#include <belle-sip/belle-sip.h>

G_BEGIN_DECLS

/* TandemEngine: the SIP thread. It owns the stack and everything of belle-sip, the one listener, the
 * accounts and the calls, and hands what arrives to whoever waits for it. Rules of high availability
 * are not here but in src/ha; rules of SIP are in the files of each method. Everything below but
 * _start, _join and _get_local_address is for the SIP thread only. */

typedef struct _TandemEngine TandemEngine;
typedef struct _TandemSipAccount TandemSipAccount;
typedef struct _TandemSipCall TandemSipCall;
typedef struct _TandemErrand TandemErrand;
typedef struct _TandemAttempt TandemAttempt;

struct _TandemEngine
{
  TandemSipConfig *config;
  TandemDoor *door;
  char *user_agent;

  belle_sip_stack_t *stack;
  belle_sip_main_loop_t *loop;
  belle_sip_provider_t *provider;
  belle_sip_listener_t *listener;
  belle_sip_source_t *door_source;
  TandemTransports *transports;
  TandemSilence *silence;
  TandemUnreachable *unreachable;

  TandemHealthTable *health;
  GRand *rand;
  TandemDigest *digest;
  TandemResolver *resolver;

  GHashTable *accounts;      /* id -> TandemSipAccount */
  GHashTable *calls;         /* id -> TandemSipCall, the ones that the agent sees */
  GHashTable *dialogs;       /* "Call-ID\nlocal tag" -> TandemSipDialog (unowned) */
  GHashTable *subscriptions; /* "Call-ID\nlocal tag" -> TandemSubscription (unowned) */
  GHashTable *background;    /* object -> what goes on by itself; see tandem_engine_keep() */
  GPtrArray *leaving;        /* of TandemSipAccount: removed, freed when nothing needs them */
  GHashTable *stateless;     /* "branch METHOD" -> TandemAttempt (unowned) */
  GHashTable *errands;       /* set of TandemErrand (unowned): begun and not over */

  GQueue *subscribing;     /* of TandemSubscription (unowned): wait for their turn */
  guint subscribing_now;   /* of many, requests under way */
  gint64 subscribing_pace; /* us; when the next one is due in the long run */
  TandemTimer subscribe;   /* the next ones of those */
  GHashTable *watches;     /* tag -> TandemWatch */
  GHashTable *transfers;   /* set of TandemTransfer (unowned) */
  GHashTable *referrals;   /* tag -> TandemReferral (unowned) */
  guint last_referral;
  GQueue *ended; /* of char *: keys of dialogs that have just ended, newest first */

  gboolean stopping;
  guint unregistering;
  TandemTimer stop_timer;
  TandemTimer sweep; /* frees what could not be freed from within */

  GPtrArray *deferred; /* of TandemAttempt: broken while channels are being closed; else NULL */

  belle_sip_dialog_t *library_dialog; /* of the response being handled; see ack() */
  gboolean acknowledged;
  gint next_call_id; /* atomic */

  GThread *thread;
  GMutex start_mutex;
  GCond start_cond;
  gboolean started; /* under start_mutex */
  GError *start_error;

  GMutex address_mutex;
  GHashTable *addresses; /* account id -> local address; under address_mutex */
  GHashTable *towards;   /* account id -> TandemCandidate that it is the one to; the same */
};

/* The main thread. Blocks until the listening points are made, which takes no look-up. */
TandemEngine *tandem_engine_start (const TandemSipConfig *config, TandemDoor *door, GError **error);
/* The main thread, after STOPPED (or when start failed): joins and frees. */
void tandem_engine_join (TandemEngine *self);
/* Any thread. (transfer full): as it was at the last look */
char *tandem_engine_get_local_address (TandemEngine *self, const char *account);
/* The same, but asks the routing table again. */
char *tandem_engine_find_local_address (TandemEngine *self, const char *account);
guint tandem_engine_next_call_id (TandemEngine *self);

gint64 tandem_engine_now (void);
void tandem_engine_emit (TandemEngine *self, TandemSipEvent *event);
/* towards: (nullable) where it depends on the way to that candidate. */
void tandem_engine_set_local_address (TandemEngine *self,
                                      const char *account,
                                      const char *address,
                                      const TandemCandidate *towards);
/* Something the agent must know. */
void tandem_engine_error (TandemEngine *self, const char *account, const char *text);
/* What has no owner any more but has to be finished; ended by stop when the engine ends first. Its
 * account stays until then, even when removed. wait: a regular end of the engine waits for it. */
void tandem_engine_keep (TandemEngine *self,
                         TandemSipAccount *account,
                         gpointer object,
                         GDestroyNotify stop,
                         gboolean wait);
/* Forgets it without freeing; the object ends itself. */
void tandem_engine_release (TandemEngine *self, gpointer object);
/* The agent sees a call up, or one is being made, on this account (NULL: on any). */
guint tandem_engine_count_calls (TandemEngine *self, TandemSipAccount *account);
/* Called when something ended that a stop waits for. */
void tandem_engine_check_stopped (TandemEngine *self);

/* Sends an ACK that has its way; any number of times. */
void tandem_engine_ack (TandemEngine *self, belle_sip_request_t *ack);
/* What every message of ours carries. */
void tandem_engine_sign (TandemEngine *self, belle_sip_message_t *message);
/* Answers a request in a transaction of its own. extra: (nullable) one more header "Name: value". */
void tandem_engine_reply (TandemEngine *self,
                          belle_sip_request_t *request,
                          guint code,
                          const char *phrase,
                          const char *extra);

G_END_DECLS
