/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone.h"
#include "pool-event.h"
#include "record.h"

#include <string.h>

/* The made-up phones that pictures and widget tests use: they are what they say, and play along. */

static guint
n_calls (TandemPhone *phone)
{
  return g_list_model_get_n_items (tandem_phone_get_calls (phone));
}

/* (transfer full) */
static TandemCall *
first_call (TandemPhone *phone)
{
  return g_list_model_get_item (tandem_phone_get_calls (phone), 0);
}

static void
test_scenes (void)
{
  static const struct
  {
    const char *scene;
    TandemAccountState state;
    guint calls;
    TandemCallState call;
  } rows[] = {
    { "idle", TANDEM_ACCOUNT_REGISTERED, 0, 0 },
    { "active", TANDEM_ACCOUNT_REGISTERED, 1, TANDEM_CALL_CONNECTED },
    { "incoming", TANDEM_ACCOUNT_REGISTERED, 1, TANDEM_CALL_RINGING_HERE },
    { "failover", TANDEM_ACCOUNT_FAILING_OVER, 1, TANDEM_CALL_CONNECTED },
    { "offline", TANDEM_ACCOUNT_NOT_REGISTERED, 0, 0 },
    { "calling", TANDEM_ACCOUNT_REGISTERED, 1, TANDEM_CALL_CALLING },
    { "held", TANDEM_ACCOUNT_REGISTERED, 1, TANDEM_CALL_CONNECTED },
    { "held-by-peer", TANDEM_ACCOUNT_REGISTERED, 1, TANDEM_CALL_CONNECTED },
    { "hold-failed", TANDEM_ACCOUNT_REGISTERED, 1, TANDEM_CALL_CONNECTED },
    { "unconfirmed", TANDEM_ACCOUNT_REGISTERED, 1, TANDEM_CALL_ANSWERING },
    { "mailbox", TANDEM_ACCOUNT_REGISTERED, 0, 0 },
    { "timeline", TANDEM_ACCOUNT_REGISTERED, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TandemPhone) phone = tandem_phone_new_sample (rows[i].scene);

      g_assert_cmpint (tandem_account_get_state (tandem_phone_get_account (phone)), ==,
                       rows[i].state);
      g_assert_cmpuint (n_calls (phone), ==, rows[i].calls);
      if (rows[i].calls > 0)
        {
          g_autoptr (TandemCall) call = first_call (phone);

          g_assert_cmpint (tandem_call_get_state (call), ==, rows[i].call);
        }
      g_assert_cmpuint (g_list_model_get_n_items (tandem_phone_get_history (phone)), >=, 10);
    }
}

static void
test_hold_scenes (void)
{
  static const struct
  {
    const char *scene;
    TandemHold hold;
    const char *status;
    gboolean problem;
  } rows[] = {
    { "held", TANDEM_HOLD_LOCAL, "On Hold", FALSE },
    { "held-by-peer", TANDEM_HOLD_REMOTE, "Held by the Other Side", FALSE },
    { "hold-failed", TANDEM_HOLD_NONE, "In Call", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TandemPhone) phone = tandem_phone_new_sample (rows[i].scene);
      g_autoptr (TandemCall) call = first_call (phone);

      g_assert_cmpint (tandem_call_get_hold (call), ==, rows[i].hold);
      g_assert_cmpstr (tandem_call_get_status_text (call), ==, rows[i].status);
      g_assert_cmpint (tandem_call_get_hold_problem (call) != NULL, ==, rows[i].problem);
      g_assert_cmpuint (tandem_call_get_duration (call), ==, 279);
      g_assert_cmpuint (tandem_call_get_hold_duration (call), ==,
                        rows[i].hold != TANDEM_HOLD_NONE ? 92 : 0);
    }
}

static void
test_other_scenes (void)
{
  g_autoptr (TandemPhone) unconfirmed = tandem_phone_new_sample ("unconfirmed");
  g_autoptr (TandemPhone) mailbox = tandem_phone_new_sample ("mailbox");
  g_autoptr (TandemPhone) timeline = tandem_phone_new_sample ("timeline");
  g_autoptr (TandemCall) call = first_call (unconfirmed);
  g_autofree char *text = NULL;

  g_assert_true (tandem_call_is_unconfirmed (call));
  g_assert_cmpstr (tandem_call_get_status_text (call), ==, "Answering… not yet confirmed");
  g_assert_true (tandem_call_keep_trying (call, NULL));
  g_assert_false (tandem_call_is_unconfirmed (call));
  g_assert_false (tandem_call_keep_trying (call, NULL));

  g_assert_cmpstr (tandem_account_get_mailbox_text (tandem_phone_get_account (mailbox)), ==,
                   "2 new voice messages");

  g_assert_cmpuint (g_list_model_get_n_items (tandem_phone_get_timeline (timeline)), ==, 10);
  text = tandem_pool_events_to_text (tandem_phone_get_timeline (timeline));
  g_assert_true (g_str_has_prefix (text, "2024-05-15 13:00:00  REGISTER  192.0.2.13 → 192.0.2.11"));
  g_assert_nonnull (strstr (text, "CANCEL  192.0.2.13 → 192.0.2.12"));
}

static void
test_welcome (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("welcome");
  gboolean configured;

  g_object_get (phone, "configured", &configured, NULL);
  g_assert_false (configured);
  g_assert_null (tandem_phone_get_account (phone));
}

static void
on_timeout (gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* Two pictures are the same: nothing in a sample moves by itself. */
static void
test_timeless (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("failover");
  g_autoptr (TandemCall) call = first_call (phone);
  TandemAccount *account = tandem_phone_get_account (phone);
  g_autofree char *subtitle = g_strdup (tandem_account_get_subtitle (account));
  const guint duration = tandem_call_get_duration (call);
  gboolean done = FALSE;

  g_timeout_add_once (1100, on_timeout, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (tandem_account_get_subtitle (account), ==, subtitle);
  g_assert_cmpuint (tandem_call_get_duration (call), ==, duration);
}

static void
test_plays_along (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("incoming");
  g_autoptr (TandemCall) call = first_call (phone);
  g_autoptr (TandemRecord) record = NULL;
  TandemCall *outgoing;

  g_assert_true (tandem_call_answer (call, NULL));
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_CONNECTED);
  g_assert_true (tandem_call_set_muted (call, TRUE, NULL));
  g_assert_true (tandem_call_send_dtmf (call, "1", NULL));
  g_assert_true (tandem_call_hold (call, NULL));
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_LOCAL);
  g_assert_true (tandem_call_retrieve (call, NULL));
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_NONE);
  g_assert_true (tandem_call_hang_up (call, NULL));
  g_assert_cmpuint (n_calls (phone), ==, 0);
  record = g_list_model_get_item (tandem_phone_get_history (phone), 0);
  g_assert_cmpstr (tandem_record_get_title (record), ==, "Sample Caller Three");

  outgoing = tandem_phone_call (phone, "5550102", NULL);
  g_assert_nonnull (outgoing);
  g_assert_cmpint (tandem_call_get_state (outgoing), ==, TANDEM_CALL_CALLING);
  g_assert_cmpuint (n_calls (phone), ==, 1);
  tandem_phone_delete_history (phone);
  g_assert_cmpuint (g_list_model_get_n_items (tandem_phone_get_history (phone)), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/sample/scenes", test_scenes);
  g_test_add_func ("/phone/sample/hold-scenes", test_hold_scenes);
  g_test_add_func ("/phone/sample/other-scenes", test_other_scenes);
  g_test_add_func ("/phone/sample/welcome", test_welcome);
  g_test_add_func ("/phone/sample/timeless", test_timeless);
  g_test_add_func ("/phone/sample/plays-along", test_plays_along);
  return g_test_run ();
}
