/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-private.h"
#include "rehearsal-result.h"
#include "switchboard.h"

G_BEGIN_DECLS

/* The inside of TandemRehearsal, for the files that it is made of: rehearsal.c is the object and its
 * report, rehearsal-course.c what is done in which order, rehearsal-events.c what comes of it. */

#define TANDEM_REHEARSAL_SETTLE 300 /* ms */

typedef enum
{
  STEP_REGISTER,
  STEP_SUBSCRIBE,
  STEP_INVITE,
  STEP_CANCEL,
  STEP_ANSWER,
  STEP_REINVITE,
  STEP_INFO,
  STEP_BYE,
  N_STEPS
} Step;

typedef enum
{
  PHASE_IDLE,
  PHASE_PREPARE,
  PHASE_WAIT,    /* deaf; the step is under way */
  PHASE_SETTLE,  /* healed; a moment until the next */
  PHASE_CLEANUP, /* what was sent while deaf may still set a proxy aside */
} Phase;

struct _TandemRehearsal
{
  GObject parent_instance;

  TandemPhone *phone;
  TandemSwitchboard *switchboard;
  TandemSipClient *client;
  TandemAccount *account;
  char *chosen; /* proxy id; nullable */
  char *uri;    /* whom to call */
  char *shown;  /* the same for people */
  gboolean own; /* the account itself */
  gboolean during_calls;
  char *preferred_before;

  GListStore *results;
  gboolean running;
  double progress;
  char *words;
  char *problem;
  GDateTime *began;
  GPtrArray *pool; /* of char *: labels */

  Phase phase;
  Step step;
  guint tries;
  gboolean hurried;
  gboolean in_use_wanted; /* the chosen proxy was asked for in this step */
  guint timer;
  gint64 prepare_until;
  char *deaf;         /* candidate; nullable */
  GHashTable *healed; /* of all that were deaf */
  gint64 acted_at;
  guint timeout;  /* ms, of a transaction */
  guint limit;    /* ms, of this step */
  char *moved_to; /* where the timeline says that the operation went */
  gint64 moved_at;
  guint tag;
  gboolean register_done;
  gint64 mailbox_at; /* of the new subscription's news; 0: none yet */
  gboolean no_calls; /* calls cannot be set up: the rest is left out */

  TandemLine *out;
  TandemLine *in;
  char *out_candidate, *in_candidate;
  gulong event_handler, calls_handler, in_call_handler, out_call_handler;
};

/* rehearsal.c */
void tandem_rehearsal_set_words (TandemRehearsal *self, const char *words);
void tandem_rehearsal_set_problem (TandemRehearsal *self, const char *words);
void tandem_rehearsal_set_progress (TandemRehearsal *self, double progress);
/* It is over: tells so. */
void tandem_rehearsal_finish (TandemRehearsal *self);

/* rehearsal-course.c */
void tandem_rehearsal_course_begin (TandemRehearsal *self);
/* Heals, and ends when nothing can go wrong later any more. words: why; (nullable) */
void tandem_rehearsal_course_end (TandemRehearsal *self, const char *words);
void tandem_rehearsal_course_set_timer (TandemRehearsal *self, gint64 ms, GSourceFunc func);
const char *tandem_rehearsal_course_get_id (TandemRehearsal *self);
const char *tandem_rehearsal_course_get_operation (Step step);
/* measured: ms; -1: it did not recover. to: (nullable) */
void tandem_rehearsal_course_add_result (
    TandemRehearsal *self, Step step, gint64 measured, const char *from, const char *to);
gboolean tandem_rehearsal_course_subscribes (TandemRehearsal *self);
void tandem_rehearsal_course_settle (TandemRehearsal *self);
/* when 0: it did not recover. */
void tandem_rehearsal_course_end_step (TandemRehearsal *self, gint64 when, const char *to);
/* rehearsal-events.c */
void tandem_rehearsal_take_event (TandemRehearsal *self, const TandemSipEvent *event);
/* At once, when there is no later. */
void tandem_rehearsal_course_leave (TandemRehearsal *self);

G_END_DECLS
