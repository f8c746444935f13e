/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "answer.h"
#include "call.h"
#include "errand.h"
#include "session-timer.h"

G_BEGIN_DECLS

/* For outgoing.c, incoming.c, session.c and call.c: what a call is made of. */

struct _TandemSipCall
{
  TandemEngine *engine;
  TandemSipAccount *account;
  guint id;
  gboolean incoming;
  gboolean connected;
  TandemSipDialog *dialog; /* (nullable) until there is one */
  char *sip_call_id;
  char *last_sdp;            /* our description, as it was agreed to last */
  char *sent_sdp;            /* the last one that we sent, whatever came of it */
  belle_sip_message_t *said; /* (unowned) the 2xx, while CONNECTED is told because of it */
  gboolean moved;            /* the network changed before it was connected */

  /* Outgoing */
  char *uri;
  GHashTable *headers; /* (nullable): further ones of the INVITE */
  char *offer;         /* (nullable): late offer */
  TandemSipAnswerFunc answer_func;
  gpointer answer_data;
  GDestroyNotify answer_data_free;
  TandemErrand *invite;
  char *tag;
  guint cseq, number;
  guint redirects;
  gboolean progress; /* a provisional answer other than 100 came, or was sent */
  gboolean early_sdp;
  GHashTable *early;   /* To tag -> TandemSipDialog */
  TandemTimer ringing; /* also of an incoming call */
  TandemTimer doubt;   /* only a 100 so far: does the proxy still live? */
  guint session_expires, min_se;

  /* Incoming */
  belle_sip_server_transaction_t *transaction; /* until the final response */
  belle_sip_request_t *request;
  TandemCandidate from;
  gboolean offerless;
  guint rings;
  guint replaces; /* the call that this one takes the place of when it is answered; 0 */
  TandemAnswer *answer;

  /* The session */
  TandemErrand *change;   /* a re-INVITE or UPDATE of ours */
  char *change_sdp;       /* what it offers; NULL for a mere refresh */
  gboolean change_wanted; /* the main thread asked for it */
  gboolean change_is_update;
  gboolean has_queued; /* an offer came while another was under way */
  char *queued_sdp;
  guint glares;
  gboolean change_progress;                /* a provisional answer other than 100 came */
  TandemTimer change_doubt;                /* only a 100 so far, or nothing final for long */
  gint64 change_until;                     /* when we stop waiting for a final answer */
  TandemTimer change_again;                /* after a 491 */
  belle_sip_server_transaction_t *offered; /* theirs, waiting for _answer_offer */
  belle_sip_request_t *offered_request;
  gboolean offered_without; /* a re-INVITE without a description */
  TandemAnswer *reanswer;
  gboolean reanswer_offers;
  TandemSessionTimer session;
  TandemTimer refresh, expiry;
};

TandemSipCall *tandem_sip_call_new (TandemSipAccount *account, guint id, gboolean incoming);
TandemSipCall *tandem_sip_call_find (TandemEngine *engine, guint id);

TandemSipEvent *tandem_sip_call_event (TandemSipCall *self, TandemSipCallState state);
void tandem_sip_call_emit (
    TandemSipCall *self, TandemSipCallState state, guint code, const char *text, const char *sdp);
/* CONNECTED for the first time. sdp: (nullable) the far end's answer. */
void
tandem_sip_call_emit_connected (TandemSipCall *self, guint code, const char *text, const char *sdp);
/* Before a description of ours is sent. (transfer full): it, with a version that the far end takes for
 * news (RFC 3264 8) if it is. */
char *tandem_sip_call_number_sdp (TandemSipCall *self, const char *sdp);
/* The last event, and the end of self. text and reason: (nullable). */
void tandem_sip_call_end (
    TandemSipCall *self, guint code, const char *text, const char *reason, gboolean remote);

/* BYE, CANCEL or a refusal, whatever fits; without the event. */
void tandem_sip_call_leave (TandemSipCall *self, const char *reason);

/* What every request or answer that sets up or changes a session carries. */
void tandem_sip_call_add_contact (TandemSipCall *self,
                                  belle_sip_message_t *message,
                                  const TandemCandidate *to);

/* outgoing.c */
void tandem_sip_call_abandon_invite (TandemSipCall *self);

/* session.c */
void tandem_sip_session_init (TandemSipCall *self);
void tandem_sip_session_clear (TandemSipCall *self);
void tandem_sip_session_start_timer (TandemSipCall *self);
gboolean tandem_sip_session_on_ack (TandemSipCall *self, belle_sip_request_t *ack);
void tandem_sip_session_on_offer (TandemSipCall *self, belle_sip_request_t *request);

/* incoming.c */
void tandem_sip_incoming_on_ack (TandemSipCall *self, belle_sip_request_t *ack);
void tandem_sip_incoming_refuse (TandemSipCall *self, guint code, const char *text);
/* A response made from a request in the call's dialog, with its To tag and Contact. */
belle_sip_response_t *tandem_sip_call_make_response (TandemSipCall *self,
                                                     belle_sip_request_t *request,
                                                     guint code,
                                                     const char *phrase);

G_END_DECLS
