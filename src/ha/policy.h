/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemPolicy: what each message type does when a proxy fails, as data: one row for each kind of
 * operation. The only place that knows the kinds apart; TandemOperation carries it out. Not for
 * what the user sets (TandemOperationSettings). */

typedef enum
{
  TANDEM_OPERATION_REGISTER,
  TANDEM_OPERATION_SUBSCRIBE,
  TANDEM_OPERATION_INVITE,
  TANDEM_OPERATION_REINVITE,
  TANDEM_OPERATION_ANSWER, /* the 200 OK to an INVITE */
  TANDEM_OPERATION_BYE,
  TANDEM_OPERATION_CANCEL,
  TANDEM_OPERATION_INFO,
  TANDEM_OPERATION_REFER,
  TANDEM_OPERATION_NOTIFY,
  TANDEM_OPERATION_MESSAGE,
  TANDEM_OPERATION_UPDATE,
  TANDEM_OPERATION_PUBLISH,
  TANDEM_OPERATION_PROBE, /* OPTIONS to the proxy itself */
  TANDEM_N_OPERATIONS,
} TandemOperationKind;

typedef enum
{
  TANDEM_REPEAT_COUNT,    /* at most max_attempts sends */
  TANDEM_REPEAT_CYCLE,    /* over all candidates in turn until total_time is over */
  TANDEM_REPEAT_PERIODIC, /* again after reg_interval or back-off, without end */
} TandemRepeat;

typedef struct
{
  const char *name; /* "REGISTER", for logs and the timeline */
  TandemRepeat repeat;
  guint max_attempts;  /* COUNT only */
  gboolean same_again; /* COUNT only: where there is no other candidate, on that one again */
  gint64 total_time;   /* us, CYCLE only */
  gboolean provisional_stops_deadline;
  gboolean
      silence_is_death; /* silence earns the penalty by itself; else only after an unanswered probe */
  gboolean needs_short_timeout; /* acts only when the transaction timeout is below 32000 ms */
} TandemPolicy;

const TandemPolicy *tandem_policy_get (TandemOperationKind kind);

G_END_DECLS
