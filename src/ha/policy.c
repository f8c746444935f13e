/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy.h"

/* See policy.h. */

#define CYCLE_TIME (G_GINT64_CONSTANT (32) * G_USEC_PER_SEC)

#define ONCE_MORE(kind_name)                                                                       \
  {                                                                                                \
    .name = kind_name, .repeat = TANDEM_REPEAT_COUNT, .max_attempts = 2,                           \
  }
#define ALL_IN_TURN(kind_name)                                                                     \
  {                                                                                                \
    .name = kind_name, .repeat = TANDEM_REPEAT_CYCLE, .total_time = CYCLE_TIME,                    \
    .needs_short_timeout = TRUE,                                                                   \
  }
#define AGAIN_LATER(kind_name)                                                                     \
  {                                                                                                \
    .name = kind_name, .repeat = TANDEM_REPEAT_PERIODIC,                                           \
  }

static const TandemPolicy policies[TANDEM_N_OPERATIONS] = {
  [TANDEM_OPERATION_REGISTER] = AGAIN_LATER ("REGISTER"),
  [TANDEM_OPERATION_SUBSCRIBE] = AGAIN_LATER ("SUBSCRIBE"),
  [TANDEM_OPERATION_INVITE] = {
    .name = "INVITE",
    .repeat = TANDEM_REPEAT_COUNT,
    .max_attempts = 2,
    .same_again = TRUE,
    .provisional_stops_deadline = TRUE,
    .silence_is_death = TRUE,
  },
  [TANDEM_OPERATION_REINVITE] = {
    .name = "re-INVITE",
    .repeat = TANDEM_REPEAT_COUNT,
    .max_attempts = 2,
    .same_again = TRUE,
    .provisional_stops_deadline = TRUE,
    .silence_is_death = TRUE,
  },
  [TANDEM_OPERATION_ANSWER] = ALL_IN_TURN ("200 OK"),
  [TANDEM_OPERATION_BYE] = ALL_IN_TURN ("BYE"),
  [TANDEM_OPERATION_CANCEL] = ALL_IN_TURN ("CANCEL"),
  [TANDEM_OPERATION_INFO] = ONCE_MORE ("INFO"),
  [TANDEM_OPERATION_REFER] = ONCE_MORE ("REFER"),
  [TANDEM_OPERATION_NOTIFY] = ONCE_MORE ("NOTIFY"),
  [TANDEM_OPERATION_MESSAGE] = ONCE_MORE ("MESSAGE"),
  [TANDEM_OPERATION_UPDATE] = ONCE_MORE ("UPDATE"),
  [TANDEM_OPERATION_PUBLISH] = ONCE_MORE ("PUBLISH"),
  [TANDEM_OPERATION_PROBE] = {
    .name = "OPTIONS",
    .repeat = TANDEM_REPEAT_COUNT,
    .max_attempts = 1,
    .silence_is_death = TRUE,
  },
};

/**
 * tandem_policy_get:
 * @kind: a kind of operation
 *
 * Returns: (transfer none): its row of the table, which lives for ever
 */
const TandemPolicy *
tandem_policy_get (TandemOperationKind kind)
{
  g_return_val_if_fail ((guint) kind < TANDEM_N_OPERATIONS, &policies[TANDEM_OPERATION_PROBE]);

  return &policies[kind];
}
