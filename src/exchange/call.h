/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "extension.h"
#include "pool.h"

G_BEGIN_DECLS

/* TandemExchangeCall: one call between the phone and an extension: its dialog, its retransmissions
 * and its sound. Belongs to TandemExchange, which hands it the messages that match. Main context. */

typedef struct _TandemExchangeCall TandemExchangeCall;

typedef struct
{
  TandemExchangePool *pool;
  const char *domain;
  guint answer_delay; /* ms from 180 to 200 */
  /* The far end was sent a BYE or a CANCEL, over that member. */
  void (*ended_by_phone) (TandemExchangeCall *call,
                          const char *method,
                          guint member,
                          gpointer data);
  void (*digit) (TandemExchangeCall *call, char digit, gpointer data);
  /* Another state. */
  void (*changed) (TandemExchangeCall *call, gpointer data);
  /* The phone asks to be rid of the call: the extension shall be called on there. replaces: of another call of
   * the phone, nullable. other: (out): that one, nullable. The status that it will end with; 0: it rings on. */
  int (*referred) (TandemExchangeCall *call,
                   const char *number,
                   const char *replaces,
                   TandemExchangeCall **other,
                   gpointer data);
  /* Nothing more is to come: free it. */
  void (*gone) (TandemExchangeCall *call, gpointer data);
  gpointer data;
} TandemExchangeCallOwner;

typedef enum
{
  TANDEM_EXCHANGE_CALL_RINGING,  /* the extension rings, or the phone does */
  TANDEM_EXCHANGE_CALL_ANSWERED, /* 200 sent, no ACK yet */
  TANDEM_EXCHANGE_CALL_UP,
  TANDEM_EXCHANGE_CALL_ENDED, /* only answers what is sent again */
} TandemExchangeCallState;

/* An INVITE that came in; answers it. owner: must outlive the call. */
TandemExchangeCall *tandem_exchange_call_new_from (const TandemExchangeCallOwner *owner,
                                                   const TandemExchangeExtension *extension,
                                                   guint member,
                                                   const TandemExchangeMessage *invite,
                                                   GSocketAddress *source);
/* Calls the phone. contact: its URI; user: whom we call. NULL: no port for the sound. */
TandemExchangeCall *tandem_exchange_call_new_to (const TandemExchangeCallOwner *owner,
                                                 const TandemExchangeExtension *extension,
                                                 guint member,
                                                 const char *user,
                                                 const char *contact,
                                                 GSocketAddress *address);
/* The two ends of one conversation: when one is answered, so is the other, and they end together. */
void tandem_exchange_call_pair (TandemExchangeCall *a, TandemExchangeCall *b);
void tandem_exchange_call_free (TandemExchangeCall *self);

/* Whether the message belongs to this call. */
gboolean tandem_exchange_call_matches (TandemExchangeCall *self,
                                       const TandemExchangeMessage *message);
void tandem_exchange_call_handle (TandemExchangeCall *self,
                                  guint member,
                                  const TandemExchangeMessage *message,
                                  GSocketAddress *source);
/* The far end of the call that replaces names (RFC 3891: the exchange's own tag first or last). */
gboolean tandem_exchange_call_is_named (TandemExchangeCall *self, const char *replaces);
/* The server steers the phone: NOTIFY with Event "talk" or "hold", no subscription. */
void tandem_exchange_call_steer (TandemExchangeCall *self, const char *event);
/* Answers at once, without ringing: it takes over another one. */
void tandem_exchange_call_answer_now (TandemExchangeCall *self);
/* The far end hangs up; reason: of a Reason header, nullable. */
void tandem_exchange_call_hang_up (TandemExchangeCall *self, const char *reason);

TandemExchangeCallState tandem_exchange_call_get_state (TandemExchangeCall *self);
const TandemExchangeExtension *tandem_exchange_call_get_extension (TandemExchangeCall *self);
/* Whether the exchange called. */
gboolean tandem_exchange_call_is_outgoing (TandemExchangeCall *self);
const char *tandem_exchange_call_get_id (TandemExchangeCall *self);
const char *tandem_exchange_call_get_digits (TandemExchangeCall *self);
/* Over which the phone was last heard. */
guint tandem_exchange_call_get_member (TandemExchangeCall *self);
void tandem_exchange_call_get_packets (TandemExchangeCall *self, guint *received, guint *sent);

G_END_DECLS
