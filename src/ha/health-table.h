/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "candidate.h"

G_BEGIN_DECLS

/* TandemHealthTable: what is known of each candidate, and who is next. One for the process,
 * shared by all accounts. Pure: every call takes "now" in microseconds of any monotonic clock.
 * Used on the SIP thread only; no locks. Not for deciding whether to try again: TandemOperation.
 *
 * A penalty is 600 s less the time since the candidate last failed. It is not a setting. No answer
 * shortens it: ten minutes keep a flapping proxy out. It ends by age and by being forgiven. */

#define TANDEM_PENALTY_TIME (G_GINT64_CONSTANT (600) * G_USEC_PER_SEC)

typedef struct _TandemHealthTable TandemHealthTable;

typedef struct
{
  gboolean ever_failed;
  gint64 last_failure;     /* us; valid when ever_failed */
  char *reason;            /* why it failed last, untranslated; (nullable) */
  gint64 penalty;          /* us left; 0 when none */
  gint64 barred;           /* us left of a Retry-After; 0 when none */
  gboolean answered_since; /* has answered since it failed */
  gint64 last_heard;       /* us; 0 when never */
  gint64 round_trip;       /* us; -1 when unknown */
} TandemHealth;

/* The longest Retry-After that is believed. */
#define TANDEM_LONGEST_BAR (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)
/* More candidates than this are not remembered: the ones longest untouched are forgotten, so that a
 * DNS server with ever new addresses does not fill the memory. */
#define TANDEM_HEALTH_TABLE_SIZE 1024

TandemHealthTable *tandem_health_table_new (void);
void tandem_health_table_free (TandemHealthTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemHealthTable, tandem_health_table_free)

void tandem_health_table_failed (TandemHealthTable *self,
                                 const TandemCandidate *candidate,
                                 const char *reason,
                                 gint64 now);
/* round_trip in us, -1 when unknown. Never shortens a penalty. */
void tandem_health_table_answered (TandemHealthTable *self,
                                   const TandemCandidate *candidate,
                                   gint64 round_trip,
                                   gint64 now);
/* A 503 with Retry-After: no new requests for that long (us). */
void tandem_health_table_bar (TandemHealthTable *self,
                              const TandemCandidate *candidate,
                              gint64 duration,
                              gint64 now);
/* The agent's "Use again now": no penalty, no bar. What happened stays readable. */
void tandem_health_table_forgive (TandemHealthTable *self, const TandemCandidate *candidate);
/* Network change, resume from sleep: no penalties. Bars stay, they were the proxies' wish. */
void tandem_health_table_forgive_all (TandemHealthTable *self);

/* Fills health (borrowed strings, valid until the next change of the table). Returns FALSE, with
 * all defaults, for a candidate never heard of. */
gboolean tandem_health_table_get (TandemHealthTable *self,
                                  const TandemCandidate *candidate,
                                  gint64 now,
                                  TandemHealth *health);

/* The index of the candidate to use: untried before tried, then not barred, then without penalty,
 * then (between penalised ones) answered since it failed, then the lowest penalty, which is the
 * least recently failed, then the order given (DNS order). Returns -1 only when n is 0.
 * tried: (nullable) array of n booleans. */
int tandem_health_table_choose (TandemHealthTable *self,
                                const TandemCandidate *candidates,
                                guint n,
                                const gboolean *tried,
                                gint64 now);

G_END_DECLS
