/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "health-table.h"
#include "policy.h"

G_BEGIN_DECLS

/* TandemOperation: one thing the phone wants done, in one or more attempts. It decides; the caller
 * sends, and sets timers. Each call returns the next TandemStep. Pure; "now" in us. Caller's way:
 *
 *   step = tandem_operation_begin (op, candidates, n, now);
 *   on TANDEM_STEP_SEND: send to step.candidate, arm a timer for step.deadline;
 *     then report what happened: _silent, _broken, _refused (503), _provisional, _answered
 *   on TANDEM_STEP_WAIT: arm a timer for step.deadline, resolve again, call _begin again then
 *   on TANDEM_STEP_DONE / _GIVE_UP: finished
 */

typedef enum
{
  TANDEM_FAILOVER_CLASSIC,
  TANDEM_FAILOVER_PROMPT,
} TandemRegistrationFailover;

typedef struct
{
  gint64 transaction_timeout;                 /* us; 1 ms .. 32 s */
  gint64 reg_interval;                        /* us; 0: never again on another proxy (UDP) */
  TandemRegistrationFailover registration_failover;
  gint64 reg_spread;                          /* us; see _broken */
} TandemOperationSettings;

typedef enum
{
  TANDEM_STEP_SEND,       /* send an attempt to candidate; deadline: when silence is a failure */
  TANDEM_STEP_KEEP,       /* nothing new: go on waiting until deadline (-1: no deadline any more) */
  TANDEM_STEP_WAIT,       /* nothing to send before deadline; then begin again */
  TANDEM_STEP_DONE,       /* answered */
  TANDEM_STEP_GIVE_UP,    /* the policy allows no more */
} TandemStepAction;

typedef struct
{
  TandemStepAction action;
  TandemCandidate candidate;   /* SEND */
  guint attempt;               /* SEND: counts from 1 over the operation's life */
  gint64 deadline;             /* us, absolute; -1: none */
  gboolean probe;              /* the failed candidate is only suspect: probe it (see suspect) */
  TandemCandidate suspect;
} TandemStep;

typedef struct _TandemOperation TandemOperation;

/* health and rand are borrowed and outlive the operation. */
TandemOperation *tandem_operation_new (TandemOperationKind            kind,
                                       const TandemOperationSettings *settings,
                                       TandemHealthTable             *health,
                                       GRand                         *rand);
void tandem_operation_free (TandemOperation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemOperation, tandem_operation_free)

TandemOperationKind tandem_operation_get_kind (TandemOperation *self);
/* The candidate of the attempt under way, or NULL. */
const TandemCandidate *tandem_operation_get_candidate (TandemOperation *self);
guint tandem_operation_get_attempts (TandemOperation *self);
gint64 tandem_operation_get_started (TandemOperation *self);

/* preferred: (nullable) the candidate to stay on if it is healthy and in the list (switching back
 * only when idle). Starts, or goes on after WAIT. */
TandemStep tandem_operation_begin (TandemOperation       *self,
                                   const TandemCandidate *candidates,
                                   guint                  n,
                                   const TandemCandidate *preferred,
                                   gint64                 now);
/* The deadline passed with nothing received. */
TandemStep tandem_operation_silent (TandemOperation *self, gint64 now);
/* TCP/TLS refused, reset, closed, handshake or certificate failure: no waiting. certain: earns the
 * penalty; FALSE for an ICMP hint (a probe then decides). busy: a call is up or being made, so do
 * not spread. reason is copied into the health table. */
TandemStep tandem_operation_broken (TandemOperation *self,
                                    const char      *reason,
                                    gboolean         certain,
                                    gboolean         busy,
                                    gint64           now);
/* 503. retry_after in us, -1 when absent. Never a penalty. */
TandemStep tandem_operation_refused (TandemOperation *self, gint64 retry_after, gint64 now);
TandemStep tandem_operation_provisional (TandemOperation *self, gint64 now);
/* Any other final answer: the candidate lives. The operation is DONE. */
TandemStep tandem_operation_answered (TandemOperation *self, gint64 now);
/* A final answer asks for the same attempt again on the same candidate (401, 407, 423): a new
 * deadline, the same attempt number; does not count as an attempt. */
TandemStep tandem_operation_repeat (TandemOperation *self, gint64 now);

G_END_DECLS
