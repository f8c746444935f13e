/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy.h"
#include "pool.h"

/* The table of what each message type does, row by row. */

typedef struct
{
  TandemOperationKind kind;
  const char *name;
  TandemRepeat repeat;
  guint max_attempts;
  gint64 total_time;
  gboolean same_again, provisional_stops_deadline, silence_is_death, needs_short_timeout;
} Row;

static const Row rows[] = {
  { TANDEM_OPERATION_REGISTER, "REGISTER", TANDEM_REPEAT_PERIODIC },
  { TANDEM_OPERATION_SUBSCRIBE, "SUBSCRIBE", TANDEM_REPEAT_PERIODIC },
  { TANDEM_OPERATION_INVITE, "INVITE", TANDEM_REPEAT_COUNT, 2, 0, TRUE, TRUE, TRUE, FALSE },
  { TANDEM_OPERATION_REINVITE, "re-INVITE", TANDEM_REPEAT_COUNT, 2, 0, TRUE, TRUE, TRUE, FALSE },
  { TANDEM_OPERATION_ANSWER, "200 OK", TANDEM_REPEAT_CYCLE, 0, 32 * SECOND, FALSE, FALSE, FALSE,
    TRUE },
  { TANDEM_OPERATION_BYE, "BYE", TANDEM_REPEAT_CYCLE, 0, 32 * SECOND, FALSE, FALSE, FALSE, TRUE },
  { TANDEM_OPERATION_CANCEL, "CANCEL", TANDEM_REPEAT_CYCLE, 0, 32 * SECOND, FALSE, FALSE, FALSE,
    TRUE },
  { TANDEM_OPERATION_INFO, "INFO", TANDEM_REPEAT_COUNT, 2 },
  { TANDEM_OPERATION_REFER, "REFER", TANDEM_REPEAT_COUNT, 2 },
  { TANDEM_OPERATION_NOTIFY, "NOTIFY", TANDEM_REPEAT_COUNT, 2 },
  { TANDEM_OPERATION_MESSAGE, "MESSAGE", TANDEM_REPEAT_COUNT, 2 },
  { TANDEM_OPERATION_UPDATE, "UPDATE", TANDEM_REPEAT_COUNT, 2 },
  { TANDEM_OPERATION_PUBLISH, "PUBLISH", TANDEM_REPEAT_COUNT, 2 },
  { TANDEM_OPERATION_PROBE, "OPTIONS", TANDEM_REPEAT_COUNT, 1, 0, FALSE, FALSE, TRUE, FALSE },
};

static void
test_rows (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (rows), ==, TANDEM_N_OPERATIONS);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const TandemPolicy *policy = tandem_policy_get (rows[i].kind);

      g_test_message ("%s", rows[i].name);
      g_assert_cmpint (rows[i].kind, ==, i);
      g_assert_cmpstr (policy->name, ==, rows[i].name);
      g_assert_cmpint (policy->repeat, ==, rows[i].repeat);
      g_assert_cmpuint (policy->max_attempts, ==, rows[i].max_attempts);
      g_assert_cmpint (policy->total_time, ==, rows[i].total_time);
      g_assert_cmpint (policy->same_again, ==, rows[i].same_again);
      g_assert_cmpint (policy->provisional_stops_deadline, ==, rows[i].provisional_stops_deadline);
      g_assert_cmpint (policy->silence_is_death, ==, rows[i].silence_is_death);
      g_assert_cmpint (policy->needs_short_timeout, ==, rows[i].needs_short_timeout);
    }
}

/* The same rows as a person would see them: everything silent, three candidates, five minutes. */
static void
test_sends_into_silence (void)
{
  static const struct
  {
    TandemOperationKind kind;
    guint sends;
  } expected[] = {
    { TANDEM_OPERATION_INVITE, 2 },  { TANDEM_OPERATION_REINVITE, 2 },
    { TANDEM_OPERATION_ANSWER, 8 },  { TANDEM_OPERATION_BYE, 8 },
    { TANDEM_OPERATION_CANCEL, 8 },  { TANDEM_OPERATION_INFO, 2 },
    { TANDEM_OPERATION_REFER, 2 },   { TANDEM_OPERATION_NOTIFY, 2 },
    { TANDEM_OPERATION_MESSAGE, 2 }, { TANDEM_OPERATION_UPDATE, 2 },
    { TANDEM_OPERATION_PUBLISH, 2 }, { TANDEM_OPERATION_PROBE, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_auto (Pool) pool;
      g_autoptr (TandemOperation) operation = NULL;
      TandemStep step;
      guint sends = 0;

      pool_init (&pool, 3);
      operation = pool_operation (&pool, expected[i].kind);
      for (step = pool_begin (&pool, operation); step.action == TANDEM_STEP_SEND;
           step = tandem_operation_silent (operation, pool.now))
        {
          sends++;
          g_assert_cmpint (step.deadline, ==, pool.now + TIMEOUT);
          pool.now = step.deadline;
        }
      g_test_message ("%s", tandem_policy_get (expected[i].kind)->name);
      g_assert_cmpint (step.action, ==, TANDEM_STEP_GIVE_UP);
      g_assert_cmpuint (sends, ==, expected[i].sends);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/rows", test_rows);
  g_test_add_func ("/policy/sends-into-silence", test_sends_into_silence);
  return g_test_run ();
}
