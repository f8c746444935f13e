/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "errand.h"

G_BEGIN_DECLS

/* TandemSipDialog: a dialog of RFC 3261 12, as plain data: who, which sequence numbers, which way. The
 * library's own dialogs are not used: they answer requests by themselves, abort on what they do not
 * expect, and cannot follow a call to another proxy. Findable by the engine as long as it lives.
 * Reference-counted. SIP thread only. */

typedef struct
{
  gatomicrefcount refs;
  TandemEngine *engine;
  TandemSipAccount *account;
  TandemSipCall *call; /* (unowned) (nullable): NULL when it goes on behind */

  gboolean initiator; /* our INVITE made it */
  char *call_id, *local_tag, *remote_tag;
  char *local, *remote; /* addresses, without tags */
  char *target;         /* the far end's Contact, a URI */
  gboolean focus;       /* and it is a conference (RFC 4579) */
  guint referrals;      /* REFERs of the other side so far */
  GPtrArray *routes;    /* of char *: Route values in order */
  guint local_cseq, remote_cseq;
  gboolean has_remote_cseq;
  gboolean allows_update;    /* the far end said so */
  TandemCandidate candidate; /* where its requests go first */
  GStrv credentials;         /* "Name: value" of its INVITE, for the ACK */
  char *key;

  /* (nullable) An ACK or a BYE of the other side, when there is no call any more. */
  void (*behind) (belle_sip_request_t *request, gpointer data);
  gpointer behind_data;
} TandemSipDialog;

/* From a response with a To tag to an INVITE of ours. NULL when it makes none. */
TandemSipDialog *tandem_sip_dialog_new_from_response (TandemSipAccount *account,
                                                      belle_sip_request_t *invite,
                                                      belle_sip_response_t *response,
                                                      const TandemCandidate *candidate);
/* From an INVITE that we answer with local_tag. NULL when it makes none. */
TandemSipDialog *tandem_sip_dialog_new_from_request (TandemSipAccount *account,
                                                     belle_sip_request_t *invite,
                                                     const char *local_tag,
                                                     const TandemCandidate *candidate);
TandemSipDialog *tandem_sip_dialog_ref (TandemSipDialog *self);
void tandem_sip_dialog_unref (TandemSipDialog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemSipDialog, tandem_sip_dialog_unref)

/* The dialog that a request belongs to. (transfer none) (nullable) */
TandemSipDialog *tandem_sip_dialog_find (TandemEngine *engine, belle_sip_message_t *request);

/* The same for a response to a request of ours. */
TandemSipDialog *tandem_sip_dialog_find_by_response (TandemEngine *engine,
                                                     belle_sip_message_t *response);

/* A 2xx establishes it for good: the route set is taken anew, the target too. */
void tandem_sip_dialog_confirm (TandemSipDialog *self,
                                belle_sip_request_t *invite,
                                belle_sip_response_t *response);
/* The credentials of another INVITE of ours: the next ACK carries them. */
void tandem_sip_dialog_take_credentials (TandemSipDialog *self, belle_sip_request_t *invite);
/* A target refresh: the Contact of a re-INVITE, an UPDATE or an answer to ours. */
void tandem_sip_dialog_refresh (TandemSipDialog *self, belle_sip_message_t *message);
/* Whether a request comes in order; remembers its number. */
gboolean tandem_sip_dialog_accept_cseq (TandemSipDialog *self, belle_sip_request_t *request);

/* An errand that goes to where the dialog is, or else elsewhere in the pool. (transfer full) */
TandemErrand *tandem_sip_dialog_new_errand (TandemSipDialog *self,
                                            TandemOperationKind kind,
                                            const TandemErrandFuncs *funcs,
                                            gpointer data);

/* The next request, with its Route headers. Floating; NULL when it cannot be made. */
belle_sip_request_t *tandem_sip_dialog_make_request (TandemSipDialog *self, const char *method);
/* The ACK to a 2xx of the INVITE with that sequence number. (transfer full): a reference. */
belle_sip_request_t *
tandem_sip_dialog_make_ack (TandemSipDialog *self, guint cseq, const char *sdp);

G_END_DECLS
