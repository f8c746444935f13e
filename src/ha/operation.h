/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "health-table.h"
#include "policy.h"

G_BEGIN_DECLS

/* TandemOperation: one thing the phone wants done, in one or more attempts. It decides; the caller
 * resolves, sends, and sets timers. Pure: no I/O, no clock of its own ("now" is in us of the same
 * monotonic clock as the health table's), no thread of its own (SIP thread, no locks).
 *
 *   step = tandem_operation_begin (op, candidates, n, preferred, now);
 *
 *   TANDEM_STEP_SEND     send a new transaction (new branch) to step.candidate; arm one timer for
 *                        step.deadline; report exactly one outcome of this attempt:
 *                          timer, nothing received     -> _silent
 *                          connection failed, ICMP     -> _broken
 *                          503                         -> _refused
 *                          401, 407, 423 to be retried -> _repeat
 *                          any other final answer      -> _answered (also 4xx-6xx: it was delivered)
 *                        and any number of _provisional before it.
 *   TANDEM_STEP_KEEP     the attempt goes on: re-arm the timer for step.deadline, or stop it (-1)
 *   TANDEM_STEP_WAIT     nothing is under way. At step.deadline (possibly now) resolve the name
 *                        again and call _begin. Nothing is to be sent before that
 *   TANDEM_STEP_DONE     finished, well
 *   TANDEM_STEP_GIVE_UP  finished, badly: report the failure
 *
 * The timer of an attempt is void as soon as another step was returned: cancel it. Each call
 * returns the step to act on now. If step.probe is set then, besides that, send an OPTIONS to
 * step.suspect, as an operation of its own (TANDEM_OPERATION_PROBE, with that one candidate): only
 * its silence earns the penalty. If a probe to it is under way already, no second one is needed.
 *
 * How the kinds differ is in the policy table (policy.h):
 *
 * COUNT (INVITE, re-INVITE, INFO ... PUBLISH: two attempts; PROBE: one). The second goes to another
 *   candidate. Where there is no other: INVITE and re-INVITE go to the same one again, the others
 *   only after a broken connection. A 503 from the last one left is final (GIVE_UP: show the 503).
 *   An INVITE's deadline ends with its first provisional; ringing limits are the caller's. When only
 *   a 100 has come and the candidate is then found dead (probe, connection), say _broken: the one
 *   retry follows. After a 18x do not: the far end rings, keep waiting. Silence of an INVITE with
 *   not even a 100 earns the penalty at once.
 * CYCLE (ANSWER, BYE, CANCEL). All candidates in turn, each for a transaction timeout, the whole
 *   list again and again, 32 s from the first _begin, then GIVE_UP. When connections break or 503
 *   comes faster than that, one round takes at least a transaction timeout (WAIT). With a timeout
 *   of 32 s there is one attempt only. For ANSWER, "answered" is the ACK. An answer to any earlier
 *   copy ends it: _answered_by. preferred: where the INVITE came from (ANSWER) or went (CANCEL).
 * PERIODIC (REGISTER, SUBSCRIBE). Never ends by itself but for reg_interval 0. When the next refresh
 *   is due is the caller's business (with tandem_backoff_jitter); it is a new operation, or _begin of
 *   the same one after DONE. A WAIT may be cut short by _begin when something is learnt meanwhile (a
 *   probe was answered, the network has changed, the agent asks). Failures:
 *     classic  WAIT reg_interval +-10 %, then the next candidate
 *     prompt   the next candidate at once, a single time; then WAIT 4 s, 8 s ... 1800 s, times a
 *              random 0.5-1.5, never beyond reg_interval while a candidate is untried
 *     reg_interval 0 and UDP: GIVE_UP at the first failure, in both modes. _begin starts anew (agent,
 *              network change)
 *     TCP and TLS broken, any mode, even with 0: another candidate at once (with a single one: that
 *              one again, once). The first time this is spread: WAIT up to reg_spread, unless busy.
 *              When all were tried: classic or prompt as above, with 0 the back-off
 *   A connection that breaks between two refreshes belongs to no operation: the caller writes it to
 *   the health table and begins a refresh after a tandem_backoff_spread() of its own. No addresses
 *   at all (n 0) is a WAIT by back-off, not an end. All refusing with Retry-After: WAIT until the
 *   first of them wants us again (at most 30 min).
 *
 * What belongs together is chosen together: SUBSCRIBEs follow the REGISTER when the caller begins
 * them with the REGISTER's candidate as preferred. Not for requests outside the pool. */

typedef enum
{
  TANDEM_FAILOVER_CLASSIC,
  TANDEM_FAILOVER_PROMPT,
} TandemRegistrationFailover;

typedef struct
{
  gint64 transaction_timeout; /* us; 1 ms .. 32 s, brought into that range */
  gint64 reg_interval;        /* us; 0: never again on another proxy (UDP) */
  TandemRegistrationFailover registration_failover;
  gint64 reg_spread; /* us; 0: none; see _broken */
} TandemOperationSettings;

typedef enum
{
  TANDEM_STEP_SEND,    /* send an attempt to candidate; deadline: when silence is a failure */
  TANDEM_STEP_KEEP,    /* nothing new: go on waiting until deadline (-1: no deadline any more) */
  TANDEM_STEP_WAIT,    /* nothing to send before deadline; then begin again */
  TANDEM_STEP_DONE,    /* answered */
  TANDEM_STEP_GIVE_UP, /* the policy allows no more */
} TandemStepAction;

typedef struct
{
  TandemStepAction action;
  TandemCandidate candidate; /* SEND */
  guint attempt;             /* SEND: counts from 1 over the operation's life */
  gint64 deadline;           /* us, absolute; -1: none */
  gboolean probe;            /* the failed candidate is only suspect: probe it (see suspect) */
  TandemCandidate suspect;   /* _silent, _broken: the candidate that failed, whether probe or not */
} TandemStep;

typedef struct _TandemOperation TandemOperation;

/* settings are copied. health and rand are borrowed and outlive the operation. */
TandemOperation *tandem_operation_new (TandemOperationKind kind,
                                       const TandemOperationSettings *settings,
                                       TandemHealthTable *health,
                                       GRand *rand);
void tandem_operation_free (TandemOperation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemOperation, tandem_operation_free)

TandemOperationKind tandem_operation_get_kind (TandemOperation *self);
/* The candidate of the attempt under way, or NULL (nullable) (borrowed until the next step). */
const TandemCandidate *tandem_operation_get_candidate (TandemOperation *self);
guint tandem_operation_get_attempts (TandemOperation *self);
/* When the operation began (PERIODIC: this refresh); us. */
gint64 tandem_operation_get_started (TandemOperation *self);

/* preferred: (nullable) the candidate to stay on if it is in the list, untried, and as good as the
 * best: healthy, or penalised but answering when all are penalised. NULL lets the phone switch back
 * to DNS order: give NULL only when idle. Starts, or goes on after WAIT. A PERIODIC operation may
 * begin at any time (refresh, agent, network change): an attempt under way is then forgotten. The
 * other kinds begin once, and again only after WAIT; when finished they stay GIVE_UP. */
TandemStep tandem_operation_begin (TandemOperation *self,
                                   const TandemCandidate *candidates,
                                   guint n,
                                   const TandemCandidate *preferred,
                                   gint64 now);
/* The deadline passed with nothing received. */
TandemStep tandem_operation_silent (TandemOperation *self, gint64 now);
/* TCP/TLS refused, reset, closed, handshake or certificate failure: no waiting. certain: earns the
 * penalty; FALSE for an ICMP hint (a probe then decides). busy: a call is up or being made, or
 * nobody else can have noticed (the first connection ever): do not spread. reason is copied into the
 * health table; untranslated. */
TandemStep tandem_operation_broken (
    TandemOperation *self, const char *reason, gboolean certain, gboolean busy, gint64 now);
/* 503. retry_after in us, -1 when absent. Never a penalty. The candidate is passed over for the
 * rest of this operation (PERIODIC: of this round). */
TandemStep tandem_operation_refused (TandemOperation *self, gint64 retry_after, gint64 now);
TandemStep tandem_operation_provisional (TandemOperation *self, gint64 now);
/* Any other final answer: the candidate lives. The operation is DONE. */
TandemStep tandem_operation_answered (TandemOperation *self, gint64 now);
/* The same, from the candidate of an earlier attempt; also during WAIT. Not _answered: that would
 * credit the candidate of the attempt under way with what another one has said. */
TandemStep
tandem_operation_answered_by (TandemOperation *self, const TandemCandidate *from, gint64 now);
/* A final answer asks for the same attempt again on the same candidate (401, 407, 423): SEND with a
 * new deadline, the same attempt number; does not count as an attempt. GIVE_UP when that has been
 * asked TANDEM_OPERATION_MAX_REPEATS times for one attempt. */
#define TANDEM_OPERATION_MAX_REPEATS 8
TandemStep tandem_operation_repeat (TandemOperation *self, gint64 now);

G_END_DECLS
