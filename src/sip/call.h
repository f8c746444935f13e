/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dialog.h"

G_BEGIN_DECLS

/* TandemSipCall: one call on the SIP thread, whichever way it was made, from the first INVITE until
 * the agent's row goes; what is left to do then goes on behind (see ghost.h, farewell.h). What the
 * engine and the accounts need of it; the rest is in call-private.h. SIP thread only. */

/* Commands. All but _start look the call up and ignore ids that are gone. */
void tandem_sip_call_start (TandemSipAccount *account, TandemSipCommand *command);
void tandem_sip_call_answer (TandemEngine *engine, guint id, const char *sdp);
/* 180, once; repeated by itself. */
void tandem_sip_call_ring (TandemEngine *engine, guint id);
/* 302 */
void tandem_sip_call_redirect (TandemEngine *engine, guint id, const char *uri);
void tandem_sip_call_decline (TandemEngine *engine, guint id, guint code, const char *text);
void tandem_sip_call_hang_up (TandemEngine *engine, guint id, const char *reason);
void tandem_sip_call_answer_offer (TandemEngine *engine, guint id, const char *sdp);
void tandem_sip_call_offer (TandemEngine *engine, guint id, const char *sdp);

/* An INVITE outside of any dialog. */
void tandem_sip_call_invited (TandemEngine *engine, belle_sip_request_t *request);
/* A request within a dialog that is known. */
void tandem_sip_call_on_request (TandemSipDialog *dialog, belle_sip_request_t *request);
/* CANCEL, with the INVITE's own transaction. */
void tandem_sip_call_cancelled (TandemEngine *engine,
                                belle_sip_server_transaction_t *transaction,
                                belle_sip_request_t *cancel);
/* A response to an INVITE of ours whose transaction the library has lost. */
void tandem_sip_call_on_stray (TandemEngine *engine, belle_sip_response_t *response);
/* A server transaction of ours broke. */
void tandem_sip_call_transaction_gone (TandemEngine *engine,
                                       belle_sip_server_transaction_t *transaction);

void tandem_sip_call_free (TandemSipCall *self);
/* Ends all calls of an account, or of all when NULL, as a hang-up does. */
void tandem_sip_calls_end (TandemEngine *engine, TandemSipAccount *account, const char *reason);
/* since: when the request was sent that found it out. */
void tandem_sip_calls_candidate_failed (TandemEngine *engine,
                                        const TandemCandidate *candidate,
                                        const char *why,
                                        gint64 since);
/* Asks for a new offer for each call that is up; for the others when they are. */
void tandem_sip_calls_moved (TandemEngine *engine);
/* ICMP says that nobody hears there: answers under way move on. */
void
tandem_sip_calls_refused (TandemEngine *engine, const TandemCandidate *candidate, const char *why);
guint tandem_sip_calls_count (TandemEngine *engine, TandemSipAccount *account);
gboolean tandem_sip_calls_are_trying (TandemSipAccount *account, const TandemCandidate *candidate);

G_END_DECLS
