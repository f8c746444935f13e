/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "leg.h"

G_BEGIN_DECLS

/* Two legs on loopback, each with an engine of its own: real pipelines, real RTP, a tone in and a meter
 * out. */

#define PATIENCE (20 * G_TIME_SPAN_SECOND)
#define TONE_A 600.0
#define TONE_B 1000.0
#define HEARD (-30.0)
#define NOT_HEARD (-50.0)

/* Runs the main loop until the condition holds; the deadline only bounds a failure. */
#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 end_ = g_get_monotonic_time () + PATIENCE;                                              \
    guint source_ = g_timeout_add (10, keep_looping, NULL);                                        \
    gboolean done_;                                                                                \
    while (!(done_ = (condition)) && g_get_monotonic_time () < end_)                               \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (source_);                                                                     \
    if (!done_)                                                                                    \
      g_assertion_message_expr (NULL, __FILE__, __LINE__, G_STRFUNC, #condition);                  \
  }                                                                                                \
  G_STMT_END

gboolean keep_looping (gpointer data);
/* Lets time pass for something that must not happen, or to have something to measure. */
void pass_time (guint ms);

typedef struct
{
  TandemMediaEngine *engine;
  TandemLeg *leg;
  GString *digits;
  guint timeouts, started;
  GString *failures;
} Side;

typedef struct
{
  Side a, b;
} Pair;

/* address NULL: loopback; codec NULL: all. engine NULL: a new one of the test back end. */
void side_init (Side *side, TandemMediaEngine *engine, const char *address, const char *codec);
void side_clear (Side *side);
/* The first offers, the second answers. */
void agree (Side *one, Side *other);
/* Agreed and started; tones A and B. */
void pair_init (Pair *pair, const char *codec);
void pair_clear (Pair *pair);
gboolean hears (Side *side, double tone);
gboolean hears_not (Side *side, double tone);
guint count_descriptors (void);
gsize get_resident (void); /* bytes */

G_END_DECLS
