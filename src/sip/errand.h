/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account.h"

G_BEGIN_DECLS

/* TandemErrand: carries one TandemOperation out on the wire: asks it for a candidate, has the
 * request made, sends it, keeps the deadline, answers challenges, and reports what happened, until
 * the operation is done or gives up. One for each request of ours that is no ACK; what is particular
 * to a method is in its TandemErrandFuncs. It knows no rule of high availability itself.
 * Reference-counted; ends by itself after _done or _gave_up. SIP thread only. */

typedef struct
{
  /* Makes the request of an attempt (again with the same number after a challenge or when _final
   * asked for it). Floating. NULL: gives up. Required. */
  belle_sip_request_t *(*make) (TandemErrand *errand,
                                guint attempt,
                                const TandemCandidate *to,
                                gpointer data);
  /* An attempt was sent; previous: (nullable) the one that it replaces. */
  void (*sent) (TandemErrand *errand,
                TandemAttempt *attempt,
                TandemAttempt *previous,
                gpointer data);
  void (*provisional) (TandemErrand *errand,
                       TandemAttempt *attempt,
                       belle_sip_response_t *response,
                       guint code,
                       gpointer data);
  /* A final answer that is neither a challenge that we can answer nor a 503 that moves on. TRUE:
   * send the same attempt again, to the same candidate. FALSE: the errand is over. Required. */
  gboolean (*final) (TandemErrand *errand,
                     TandemAttempt *attempt,
                     belle_sip_response_t *response,
                     guint code,
                     gpointer data);
  /* Another answer to an attempt that is done with: forked 2xx, late ones. */
  void (*late) (TandemErrand *errand,
                TandemAttempt *attempt,
                belle_sip_response_t *response,
                guint code,
                gpointer data);
  /* Nothing is sent before until (us). TRUE: end the errand instead of waiting. */
  gboolean (*waiting) (
      TandemErrand *errand, gint64 until, guint code, const char *why, gpointer data);
  /* Over without an answer. code: of the last 503, or 0; why: untranslated. Required. */
  void (*gave_up) (TandemErrand *errand, guint code, const char *why, gpointer data);
  /* The errand is over, also when it was cancelled: nobody is called any more. */
  GDestroyNotify destroy;
} TandemErrandFuncs;

struct _TandemAttempt
{
  gatomicrefcount refs;
  TandemErrand *errand; /* NULL when taken over or ended */
  TandemEngine *engine;
  guint number;
  TandemCandidate candidate;
  belle_sip_client_transaction_t *transaction; /* NULL when stateless */
  belle_sip_request_t *request;
  gint64 sent;
  gboolean heard;    /* anything at all came back */
  gboolean finished; /* a final answer came, or its connection broke */
  gboolean broken;
  gboolean unsent; /* broken before anything left */
  char *key;       /* in the engine's table of stateless requests */
  TandemTimer resend;
  gint64 interval;

  /* Whoever took the attempt over from its errand. */
  void (*taken_response) (TandemAttempt *attempt,
                          belle_sip_response_t *response,
                          guint code,
                          gpointer data);
  void (*taken_ended) (TandemAttempt *attempt, gpointer data);
  gpointer taken_data;
};

/* funcs is borrowed and static. Not begun yet. */
TandemErrand *tandem_errand_new (TandemSipAccount *account,
                                 TandemOperationKind kind,
                                 const TandemErrandFuncs *funcs,
                                 gpointer data);
TandemErrand *tandem_errand_ref (TandemErrand *self);
void tandem_errand_unref (TandemErrand *self);

/* What the timeline calls it, where the kind's own name does not fit. name is static. Before _begin. */
void tandem_errand_set_name (TandemErrand *self, const char *name);
/* Only these candidates, instead of the pool. Before _begin. */
void tandem_errand_set_candidates (TandemErrand *self, const TandemCandidate *candidates, guint n);
/* Stay on this one while it is healthy. Before _begin. */
void tandem_errand_set_preferred (TandemErrand *self, const TandemCandidate *candidate);
/* Its connection was just lost: the others go before it, this once. Before _begin. */
void tandem_errand_set_avoided (TandemErrand *self, const TandemCandidate *candidate);
/* In a dialog: its Route may have to be changed. Before _begin. */
void tandem_errand_set_in_dialog (TandemErrand *self);
/* Attempts to another candidate than this one go without a transaction, along a Route (a CANCEL has
 * to carry its INVITE's branch). Before _begin. */
void tandem_errand_set_transaction_only_to (TandemErrand *self, const TandemCandidate *candidate);

void tandem_errand_begin (TandemErrand *self);
/* Ends it without calling anybody but _destroy; transactions under way are terminated. */
void tandem_errand_cancel (TandemErrand *self);
/* The candidate in use was found dead by somebody else: moves on as the operation allows. */
void tandem_errand_break (TandemErrand *self, const char *why);
/* ICMP says that nobody hears there: attempts to it that have no answer yet move on, all but probes,
 * which find out whether it is true. reason: untranslated. */
void
tandem_errands_refused (TandemEngine *engine, const TandemCandidate *candidate, const char *reason);
/* When WAITing: goes on now. */
void tandem_errand_hurry (TandemErrand *self);
gboolean tandem_errand_is_waiting (TandemErrand *self);

TandemSipAccount *tandem_errand_get_account (TandemErrand *self);
TandemAttempt *tandem_errand_get_attempt (TandemErrand *self);
gint64 tandem_errand_get_started (TandemErrand *self);
const TandemCandidate *tandem_errand_get_candidate (TandemErrand *self);

TandemAttempt *tandem_attempt_ref (TandemAttempt *self);
void tandem_attempt_unref (TandemAttempt *self);
/* Takes an attempt away from its errand (or from whoever took it): answers go to response, and ended
 * is called when its transaction is over. */
void
tandem_attempt_take (TandemAttempt *self,
                     void (*response) (TandemAttempt *, belle_sip_response_t *, guint, gpointer),
                     void (*ended) (TandemAttempt *, gpointer),
                     gpointer data);
/* Whether its request has gone out: not while its connection is still being made. */
gboolean tandem_attempt_has_left (TandemAttempt *self);
/* Nothing more is wanted from it. What has not left by now never does. */
void tandem_attempt_drop (TandemAttempt *self);

/* A probe was answered: what waits because all candidates were silent does so no longer. */
void tandem_errands_candidate_answered (TandemEngine *engine, const TandemCandidate *candidate);

/* The engine, when something arrived for an attempt. */
void tandem_attempt_on_response (TandemAttempt *self, belle_sip_response_t *response);
void tandem_attempt_on_broken (TandemAttempt *self);
void tandem_attempt_on_terminated (TandemAttempt *self);

G_END_DECLS
