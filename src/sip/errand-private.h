/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "errand.h"

G_BEGIN_DECLS

/* For errand.c, which sends and waits, and errand-response.c, which is told what arrived. */

struct _TandemErrand
{
  gatomicrefcount refs;
  TandemEngine *engine;
  TandemSipAccount *account;
  TandemOperation *operation;
  TandemOperationKind kind;
  const TandemPolicy *policy;
  const char *name;
  const TandemErrandFuncs *funcs;
  gpointer data;

  GArray *fixed; /* (nullable) of TandemCandidate */
  gboolean has_preferred, has_only_to, has_avoided, in_dialog;
  TandemCandidate preferred, only_to, avoided;

  TandemAttempt *attempt; /* the one that counts */
  GPtrArray *older;       /* of TandemAttempt: an answer to them still ends a cycle */
  TandemTimer timer;
  guint challenges, refusals;
  gboolean begun, over, waiting, wants_list, send_failed;
  gboolean was_spread; /* this beginning was spread already */
  gint64 begun_at;     /* us */
  gint64 overdue;      /* since when the deadline is over; 0: it is not */
  guint seen;

  gboolean has_failed;
  TandemCandidate failed; /* where the last failure was */
  gboolean told;          /* that something failed */
  char *why;
  guint code;
};

/* Does what the operation wants done now. */
void tandem_errand_handle (TandemErrand *self, TandemStep step);
/* Remembers for the timeline where and why the attempt failed. candidate: (nullable) */
void tandem_errand_failed_at (TandemErrand *self,
                              const TandemCandidate *candidate,
                              guint code,
                              const char *why);
/* The attempt under way has failed before its deadline. certain: it is no mere hint; suspect: the
 * candidate is to be probed. */
void
tandem_errand_broken (TandemErrand *self, const char *reason, gboolean certain, gboolean suspect);
/* Over, without another word to the owner. */
void tandem_errand_finish (TandemErrand *self);

G_END_DECLS
