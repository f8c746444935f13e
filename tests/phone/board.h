/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fakes.h"
#include "phone-private.h"

G_BEGIN_DECLS

/* A whole phone, registered as 1002@example.test, with a SIP thread and a sound that only write down what
 * is asked of them: for tests of what it does with calls. */

typedef struct
{
  TandemConfiguration *configuration;
  TandemPhone *phone;
  GString *errors;
  GString *digits;
  TandemCall *incoming; /* the newest */
} Board;

/* For g_test_add(). The settings are back at their defaults at the end. */
void board_set_up (Board *b, gconstpointer data);
void board_tear_down (Board *b, gconstpointer data);
/* value: as g_variant_parse() reads it */
void board_set (Board *b, const char *child, const char *key, const char *value);
/* One call is busy from now on. */
void board_reject_when_busy (Board *b);
/* What was asked of SIP thread and sound since the last time. */
void board_expect (const char *what);
void board_forget (void);
void board_wait_for_idle (void);

void board_give (guint number, TandemSipCallState state, guint code, const char *sdp);
/* event: of a call; account, type, number, sdp and peer are filled in where they are missing. */
void board_give_incoming (guint number, TandemSipEvent *event);
/* A call that came in as number, and was answered. */
TandemCall *board_talk (Board *b, guint number);
guint board_count (Board *b);
/* (transfer full): the newest of the past calls */
TandemRecord *board_get_record (Board *b);

/* Turns the main loop until condition; bounded. */
#define BOARD_WAIT_FOR(condition)                                                                  \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const gint64 end_ = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;                             \
    const guint wake_ = g_timeout_add (20, board_on_wake, NULL);                                   \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (g_get_monotonic_time () > end_)                                                        \
          g_error ("%s:%d: waited in vain for " #condition, __FILE__, __LINE__);                   \
        g_main_context_iteration (NULL, TRUE);                                                     \
      }                                                                                            \
    g_source_remove (wake_);                                                                       \
  }                                                                                                \
  G_STMT_END
gboolean board_on_wake (gpointer data);

/* g_test_run() with past calls in a folder of their own, that is removed. */
int board_run (void);

G_END_DECLS
