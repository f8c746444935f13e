/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-private.h"
#include "relay.h"

G_BEGIN_DECLS

/* Four whole phones in one process, each with its own SIP thread and its own tone as voice, before one relay
 * on 127.3.2.9: for tests that measure who hears whom, and who does not. */

#define N_SIDES 4
#define FOUR_DEADLINE (30 * G_USEC_PER_SEC)

typedef struct
{
  TandemConfiguration *configuration;
  TandemPhone *phone;
  TandemCall *incoming; /* the newest */
  GString *digits;
  double tone;
} Side;

typedef struct
{
  Relay *relay;
  Side sides[N_SIDES];
  guint port; /* of all phones */
  guint wake;
} Fixture;

#define A (&f->sides[0])
#define B (&f->sides[1])
#define C (&f->sides[2])
#define D (&f->sides[3])

#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const gint64 end_ = g_get_monotonic_time () + FOUR_DEADLINE;                                   \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (g_get_monotonic_time () > end_)                                                        \
          g_error ("%s:%d: waited in vain for " #condition, __FILE__, __LINE__);                   \
        g_main_context_iteration (NULL, TRUE);                                                     \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* For g_test_add(). data: the policy for requests of the far end; "server": "domain", and a conference at 1004
 * for the first. */
void four_set_up (Fixture *f, gconstpointer data);
void four_tear_down (Fixture *f, gconstpointer data);
guint n_calls (Side *side);
gboolean hears (Side *side, Side *other);
gboolean hears_not (Side *side, Side *other);
gboolean both_hear (Side *one, Side *other);
gboolean neither_hears (Side *one, Side *other);
gboolean is_up (TandemCall *call);
gboolean is_held (TandemCall *call);
/* (transfer full) */
TandemCall *dial (Side *side, const char *number);
/* (transfer none) (nullable): the one that has rung here longest */
TandemCall *find_ringing (Side *side);
/* (transfer full): the one that rings here, answered */
TandemCall *answer (Side *side);
/* (transfer full): what from has, when to has answered. there: (out) (optional): what to has */
TandemCall *talk (Side *from, Side *to, const char *number, TandemCall **there);
/* g_test_run() with past calls in a folder of their own, that is removed. */
int four_run (void);

G_END_DECLS
