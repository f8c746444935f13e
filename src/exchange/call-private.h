/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call.h"
#include "resend.h"
#include "sdp.h"
#include "talk.h"

G_BEGIN_DECLS

/* The inside of TandemExchangeCall, for call.c, which is the dialog and its sound, and call-steps.c, which is
 * what happens within it beside. */

typedef struct
{
  gboolean active;
  guint cseq;
  int final;                    /* status that the transfer ends with; 0: it rings on */
  TandemExchangeCall *replaced; /* borrowed; nullable */
  guint timer;
} TandemExchangeReferral;

struct _TandemExchangeCall
{
  const TandemExchangeCallOwner *owner;
  const TandemExchangeExtension *extension;
  gboolean outgoing;
  TandemExchangeCallState state;

  char *call_id;
  char *tag;        /* ours */
  char *remote_tag; /* nullable until known */
  char *local;      /* our From or To without tag */
  char *remote;     /* theirs, without tag */
  char *target;     /* their Contact */
  guint cseq;       /* of our last request */
  guint remote_cseq;
  guint invite_cseq;
  char *branch; /* of our INVITE */
  guint invite_member;
  char *invite_target;
  gboolean cancelled;

  guint member;
  GSocketAddress *address;
  TandemExchangeMessage *invite; /* theirs */
  TandemExchangeResend *answer;  /* final, to the INVITE in progress */
  TandemExchangeResend *request; /* ours: INVITE, CANCEL or BYE */
  guint timer;                   /* what comes next: answer, give up ringing, be gone */

  TandemExchangeTalk *talk;
  guint sdp_version;
  gboolean offered; /* our offer awaits its answer in the ACK */
  GString *digits;
  TandemExchangeCall *partner; /* the other end; nullable */

  /* What it sends within the call beside: NOTIFY, REFER, a re-INVITE. */
  TandemExchangeResend *other;
  TandemExchangeReferral referral; /* the phone's REFER under way */
  guint step;                      /* source of what the extension does next by itself */
  gboolean holding;
};

/* call.c */
/* A request of ours within the call. headers: ended by CRLF each, nullable. type, body: nullable.
 * (transfer full) */
char *tandem_exchange_call_build_request (TandemExchangeCall *self,
                                          const char *method,
                                          const char *branch,
                                          guint cseq,
                                          const char *target,
                                          const char *headers,
                                          const char *type,
                                          const char *body);
char *tandem_exchange_call_new_branch (void);
void tandem_exchange_call_respond (TandemExchangeCall *self,
                                   guint member,
                                   const TandemExchangeMessage *request,
                                   GSocketAddress *to,
                                   int status,
                                   const char *sdp);

/* call-sound.c */
void tandem_exchange_call_on_digit (char digit, gpointer call);
gboolean tandem_exchange_call_open_talk (TandemExchangeCall *self);
int tandem_exchange_call_choose_payload (TandemExchangeCall *self, const TandemExchangeSdp *offer);
void
tandem_exchange_call_use_peer (TandemExchangeCall *self, const TandemExchangeSdp *sdp, int payload);
char *tandem_exchange_call_negotiate (TandemExchangeCall *self,
                                      const TandemExchangeMessage *request,
                                      int *status);

/* call-steps.c */
void tandem_exchange_call_on_refer (TandemExchangeCall *self,
                                    guint member,
                                    const TandemExchangeMessage *request,
                                    GSocketAddress *source);
/* The call is up: what the extension does by itself begins. */
void tandem_exchange_call_begin_steps (TandemExchangeCall *self);
void tandem_exchange_call_end_steps (TandemExchangeCall *self);
/* A final answer to what it sent beside. */
void tandem_exchange_call_on_step_answered (TandemExchangeCall *self,
                                            const TandemExchangeMessage *response);

G_END_DECLS
