/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "board.h"
#include "floor.h"

#include <string.h>

/* What becomes of calls that come in: refused, sent on, answered by itself, steered by the server, waiting;
 * and what far ends ask of the phone. */

static void
give_kind (guint number, TandemSipEventType type, const char *text)
{
  TandemSipEvent event = { .type = type, .account = (char *) "0" };

  event.call = number;
  event.text = (char *) text;
  fakes_emit (&event);
}

static void
assert_text (Board *b, const char *text)
{
  g_autofree char *words = NULL;

  g_object_get (b->phone, "availability-text", &words, NULL);
  g_assert_cmpstr (words, ==, text);
}

static void
test_do_not_disturb (Board *b, gconstpointer data)
{
  g_autoptr (TandemRecord) record = NULL;

  tandem_phone_set_do_not_disturb (b->phone, TRUE);
  board_wait_for_idle ();
  board_forget ();
  g_assert_true (tandem_phone_get_do_not_disturb (b->phone));
  g_assert_true (tandem_configuration_get_boolean (b->configuration, "calls", "do-not-disturb"));
  assert_text (b, "Do not disturb");
  board_give_incoming (7, NULL);
  board_expect ("decline:7:480");
  g_assert_null (b->incoming);
  record = board_get_record (b);
  g_assert_cmpstr (tandem_record_get_outcome (record), ==, "missed");
  board_set (b, "calls", "do-not-disturb-code", "603");
  board_give_incoming (8, NULL);
  board_expect ("decline:8:603");
  /* It is about those who call us. */
  g_assert_nonnull (tandem_phone_call (b->phone, "112", NULL));
  board_expect ("leg:127.3.0.1 call:1:0:sip:112@example.test:offer1");
  tandem_phone_set_do_not_disturb (b->phone, FALSE);
  board_wait_for_idle ();
  assert_text (b, NULL);
  board_give_incoming (9, NULL);
  g_assert_nonnull (b->incoming);
}

/* As another program, or preferences, set it. */
static void
test_do_not_disturb_by_settings (Board *b, gconstpointer data)
{
  board_set (b, "calls", "do-not-disturb", "true");
  g_assert_true (tandem_phone_get_do_not_disturb (b->phone));
  board_set (b, "calls", "do-not-disturb", "false");
  g_assert_false (tandem_phone_get_do_not_disturb (b->phone));
}

static void
test_decline_codes (Board *b, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  board_set (b, "calls", "decline-code", "603");
  board_give_incoming (7, NULL);
  board_forget ();
  g_assert_true (tandem_call_decline (b->incoming, NULL));
  board_expect ("leg-stop leg-gone decline:7:603 no-ring");
  board_give_incoming (8, NULL);
  board_forget ();
  g_assert_false (tandem_call_decline_with (b->incoming, 200, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_true (tandem_call_decline_with (b->incoming, 480, NULL));
  board_expect ("leg-stop leg-gone decline:8:480 no-ring");
}

static void
test_redirect (Board *b, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  board_give_incoming (7, NULL);
  board_forget ();
  g_assert_false (tandem_call_redirect (b->incoming, "https://example.test", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  board_expect ("");
  g_assert_cmpuint (board_count (b), ==, 1);
  g_assert_true (tandem_call_redirect (b->incoming, "555 0109", NULL));
  board_expect ("leg-stop leg-gone redirect:7:sip:5550109@example.test no-ring");
  g_assert_nonnull (strstr (tandem_call_get_failure (b->incoming), "555 0109"));
}

static void
test_forward_always (Board *b, gconstpointer data)
{
  g_autofree char *to = NULL;

  board_set (b, "calls", "forward-always", "'5550109'");
  g_object_get (b->phone, "forward-to", &to, NULL);
  g_assert_cmpstr (to, ==, "5550109");
  g_assert_nonnull (strstr (tandem_phone_get_availability_text (b->phone), "5550109"));
  board_give_incoming (7, NULL);
  board_expect ("redirect:7:sip:5550109@example.test");
  g_assert_null (b->incoming);
  /* What cannot be called, or is ourselves, is not forwarded to; the call is not lost. */
  board_set (b, "calls", "forward-always", "'https://example.test'");
  board_give_incoming (8, NULL);
  board_expect ("leg:127.3.0.1 ring 180:8");
  g_assert_cmpuint (b->errors->len, >, 0);
  board_set (b, "calls", "forward-always", "'1002'");
  board_give_incoming (9, NULL);
  board_expect ("leg:127.3.0.1 180:9");
}

static void
test_forward_busy (Board *b, gconstpointer data)
{
  board_set (b, "calls", "forward-busy", "'5550109'");
  board_give_incoming (7, NULL);
  board_expect ("leg:127.3.0.1 ring 180:7");
  board_reject_when_busy (b);
  g_assert_false (fakes_get_account ()->reject_when_busy);
  board_give_incoming (8, NULL);
  board_expect ("redirect:8:sip:5550109@example.test");
  board_set (b, "calls", "forward-busy", "''");
  board_give_incoming (9, NULL);
  board_expect ("decline:9:486");
  g_assert_true (fakes_get_account ()->reject_when_busy);

  /* Do not disturb goes before busy, and has a code of its own. */
  board_set (b, "calls", "do-not-disturb", "true");
  g_assert_false (fakes_get_account ()->reject_when_busy);
  board_give_incoming (10, NULL);
  board_expect ("decline:10:480");
}

static void
test_forward_no_answer (Board *b, gconstpointer data)
{
  const gint64 start = g_get_monotonic_time ();

  board_set (b, "calls", "forward-no-answer", "'5550109'");
  board_set (b, "calls", "forward-no-answer-delay", "5");
  board_give_incoming (7, NULL);
  board_give_incoming (8, NULL);
  board_forget ();
  g_assert_true (tandem_call_answer (b->incoming, NULL));
  board_give (8, TANDEM_SIP_CALL_CONNECTED, 0, NULL);
  board_forget ();
  BOARD_WAIT_FOR (board_count (b) == 1);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 4900 * 1000);
  board_expect ("leg-stop leg-gone redirect:7:sip:5550109@example.test no-waiting");
  g_assert_cmpint (tandem_call_get_state (b->incoming), ==, TANDEM_CALL_CONNECTED);
}

static guint
wrap_up (Board *b)
{
  return tandem_phone_get_wrap_up (b->phone);
}

static void
test_wrap_up (Board *b, gconstpointer data)
{
  TandemCall *call;

  board_set (b, "calls", "wrap-up-time", "2");
  /* A call that was never answered is no work. */
  board_give_incoming (6, NULL);
  board_give (6, TANDEM_SIP_CALL_ENDED, 487, NULL);
  g_assert_cmpuint (wrap_up (b), ==, 0);

  call = board_talk (b, 7);
  BOARD_WAIT_FOR (tandem_call_get_duration (call) >= 1);
  board_give (7, TANDEM_SIP_CALL_ENDED, 0, NULL);
  g_assert_cmpuint (wrap_up (b), ==, 2);
  assert_text (b, "After-call work");
  board_forget ();
  board_give_incoming (8, NULL);
  board_expect ("decline:8:480");
  BOARD_WAIT_FOR (wrap_up (b) == 0);
  board_give_incoming (9, NULL);
  board_expect ("leg:127.3.0.1 ring 180:9");

  g_assert_true (tandem_call_answer (b->incoming, NULL));
  board_give (9, TANDEM_SIP_CALL_CONNECTED, 0, NULL);
  BOARD_WAIT_FOR (tandem_call_get_duration (b->incoming) >= 1);
  board_give (9, TANDEM_SIP_CALL_ENDED, 0, NULL);
  g_assert_cmpuint (wrap_up (b), ==, 2);
  tandem_phone_end_wrap_up (b->phone);
  g_assert_cmpuint (wrap_up (b), ==, 0);
  assert_text (b, NULL);
}

static void
test_auto_answer (Board *b, gconstpointer data)
{
  board_set (b, "calls", "auto-answer", "true");
  board_set (b, "calls", "auto-answer-delay", "600");
  board_give_incoming (7, NULL);
  board_expect ("leg:127.3.0.1 ring 180:7");
  g_assert_cmpint (tandem_call_get_auto_answer_in (b->incoming), ==, 600);
  BOARD_WAIT_FOR (tandem_call_get_auto_answer_in (b->incoming) < 400);
  BOARD_WAIT_FOR (tandem_call_get_state (b->incoming) == TANDEM_CALL_ANSWERING);
  board_expect ("answer:7:answer-to-theirs leg-start no-ring notice:auto-answer");
  g_assert_cmpint (tandem_call_get_auto_answer_in (b->incoming), ==, -1);
  board_give (7, TANDEM_SIP_CALL_CONNECTED, 0, NULL);
  /* Never while another call is up, unless that is wanted. */
  board_give_incoming (8, NULL);
  g_assert_cmpint (tandem_call_get_auto_answer_in (b->incoming), ==, -1);
  board_set (b, "calls", "auto-answer-in-call", "true");
  board_set (b, "calls", "auto-answer-tone", "false");
  board_give_incoming (9, NULL);
  BOARD_WAIT_FOR (tandem_call_get_state (b->incoming) == TANDEM_CALL_ANSWERING);
  {
    g_autofree char *log = fakes_take_log ();

    g_assert_null (strstr (log, "notice"));
    g_assert_nonnull (strstr (log, "leg-hold offer:7"));
  }
}

static void
test_auto_answer_ends (Board *b, gconstpointer data)
{
  g_autoptr (TandemCall) first = NULL;

  board_set (b, "calls", "auto-answer", "true");
  board_set (b, "calls", "auto-answer-delay", "300");
  board_give_incoming (7, NULL);
  first = g_object_ref (b->incoming);
  board_give (7, TANDEM_SIP_CALL_ENDED, 487, NULL);
  g_assert_cmpint (tandem_call_get_auto_answer_in (first), ==, -1);
  /* Somebody is talked with when the time has come. */
  board_give_incoming (8, NULL);
  g_assert_nonnull (tandem_phone_call (b->phone, "5550101", NULL));
  board_forget ();
  BOARD_WAIT_FOR (tandem_call_get_auto_answer_in (b->incoming) == -1);
  g_assert_cmpint (tandem_call_get_state (b->incoming), ==, TANDEM_CALL_RINGING_HERE);
}

static gint
auto_answer_of (Board *b, guint number, const char *from, gint after)
{
  TandemSipEvent event = { .answer_after = after };
  gint delay;

  event.peer_uri = (char *) from;
  board_give_incoming (number, &event);
  delay = tandem_call_get_auto_answer_in (b->incoming);
  tandem_call_decline (b->incoming, NULL);
  return delay;
}

static void
test_auto_answer_by_header (Board *b, gconstpointer data)
{
  const char *own = "sip:5550101@example.test";
  const char *foreign = "sip:5550101@example.test.evil.test";

  g_assert_cmpint (auto_answer_of (b, 7, own, 2), ==, -1);
  board_set (b, "calls", "auto-answer-by-header", "'domain'");
  g_assert_cmpint (auto_answer_of (b, 8, own, 2), ==, 2000);
  g_assert_cmpint (auto_answer_of (b, 9, foreign, 2), ==, -1);
  g_assert_cmpint (auto_answer_of (b, 10, own, -1), ==, -1);
  g_assert_cmpint (auto_answer_of (b, 11, "sip:a@evil.test;x=@example.test", 1), ==, -1);
  board_set (b, "calls", "auto-answer-by-header", "'always'");
  g_assert_cmpint (auto_answer_of (b, 12, foreign, 3), ==, 3000);
}

/* RFC 5373: Auto;require is answered or refused, Manual is answered by nobody but the agent. */
static void
test_answer_mode (Board *b, gconstpointer data)
{
  TandemSipEvent required = { .answer_after = 0, .answer_required = TRUE };
  TandemSipEvent manual = { .answer_after = -1, .answer_manually = TRUE };

  required.peer_uri = manual.peer_uri = (char *) "sip:5550101@example.test";
  board_forget ();
  board_give_incoming (7, &required);
  board_expect ("decline:7:403");
  board_set (b, "calls", "auto-answer-by-header", "'domain'");
  board_give_incoming (8, &required);
  g_assert_cmpint (tandem_call_get_auto_answer_in (b->incoming), ==, 0);
  tandem_call_decline (b->incoming, NULL);
  board_set (b, "calls", "auto-answer", "true");
  board_give_incoming (9, &manual);
  g_assert_cmpint (tandem_call_get_auto_answer_in (b->incoming), ==, -1);
  g_assert_cmpint (tandem_call_get_state (b->incoming), ==, TANDEM_CALL_RINGING_HERE);
}

static void
test_remote_control (Board *b, gconstpointer data)
{
  board_give_incoming (7, NULL);
  board_forget ();
  give_kind (7, TANDEM_SIP_EVENT_REMOTE_CONTROL, "hold");
  board_expect ("");
  give_kind (7, TANDEM_SIP_EVENT_REMOTE_CONTROL, "talk");
  board_expect ("answer:7:answer-to-theirs leg-start no-ring");
  board_give (7, TANDEM_SIP_CALL_CONNECTED, 0, NULL);
  give_kind (7, TANDEM_SIP_EVENT_REMOTE_CONTROL, "talk");
  give_kind (7, TANDEM_SIP_EVENT_REMOTE_CONTROL, "nonsense");
  give_kind (7, TANDEM_SIP_EVENT_REMOTE_CONTROL, NULL);
  board_forget ();
  give_kind (7, TANDEM_SIP_EVENT_REMOTE_CONTROL, "hold");
  board_expect ("leg-hold offer:7:offer1");
  board_give (7, TANDEM_SIP_CALL_CONNECTED, 200, "held");
  g_assert_cmpint (tandem_call_get_hold (b->incoming), ==, TANDEM_HOLD_LOCAL);
  board_forget ();
  give_kind (7, TANDEM_SIP_EVENT_REMOTE_CONTROL, "talk");
  board_expect ("leg-retrieve offer:7:offer2");
  board_give (7, TANDEM_SIP_CALL_CONNECTED, 200, "back");
  g_assert_cmpint (tandem_call_get_hold (b->incoming), ==, TANDEM_HOLD_NONE);
  give_kind (7, TANDEM_SIP_EVENT_DIGIT, "5");
  give_kind (7, TANDEM_SIP_EVENT_DIGIT, "");
  give_kind (7, TANDEM_SIP_EVENT_DIGIT, NULL);
  g_assert_cmpstr (b->digits->str, ==, "5");
  g_assert_cmpstr (tandem_call_get_received_digits (b->incoming), ==, "5");
  board_set (b, "calls", "remote-control", "false");
  g_assert_false (fakes_get_account ()->remote_control);
  board_set (b, "calls", "kept-headers", "['Subject', 'P-Charging-Vector']");
  g_assert_cmpstr (fakes_get_account ()->kept_headers[1], ==, "P-Charging-Vector");
}

static void
test_call_waiting (Board *b, gconstpointer data)
{
  TandemCall *first = board_talk (b, 7);

  board_give_incoming (8, NULL);
  board_expect ("leg:127.3.0.1 waiting 180:8");
  board_give_incoming (9, NULL);
  board_expect ("leg:127.3.0.1 180:9");
  /* One is answered: the other goes on waiting. */
  g_assert_true (tandem_call_answer (b->incoming, NULL));
  board_expect ("leg-muted leg-unheard leg-hold offer:7:offer1 answer:9:answer-to-theirs "
                "leg-start");
  g_assert_true (tandem_call_is_hold_pending (first));
  g_assert_true (tandem_call_is_apart (first));
  board_give (9, TANDEM_SIP_CALL_CONNECTED, 0, NULL);
  board_give (7, TANDEM_SIP_CALL_CONNECTED, 200, "held");
  board_forget ();
  board_set (b, "calls", "call-waiting-tone", "false");
  board_give (8, TANDEM_SIP_CALL_ENDED, 487, NULL);
  board_give_incoming (10, NULL);
  {
    g_autofree char *log = fakes_take_log ();

    g_assert_null (strstr (log, "waiting"));
    g_assert_null (strstr (log, "ring "));
  }
  /* Nobody is talked with any more: it rings, and who is on hold is not forgotten. */
  board_give (9, TANDEM_SIP_CALL_ENDED, 0, NULL);
  {
    g_autofree char *log = fakes_take_log ();

    g_assert_nonnull (strstr (log, "notice:held"));
    g_assert_true (g_str_has_suffix (log, "ring") || strstr (log, "ring ") != NULL);
  }
  g_assert_nonnull (tandem_call_get_notice (first));
  g_assert_cmpint (tandem_call_get_hold (first), ==, TANDEM_HOLD_LOCAL);
}

static void
test_hold_reminder (Board *b, gconstpointer data)
{
  TandemCall *call = board_talk (b, 7);
  guint reminders = 0;

  board_set (b, "calls", "hold-reminder", "1");
  g_assert_true (tandem_call_hold (call, NULL));
  board_give (7, TANDEM_SIP_CALL_CONNECTED, 200, "held");
  board_forget ();
  g_assert_false (tandem_call_is_hold_reminder (call));
  while (reminders < 2)
    {
      g_autofree char *log = NULL;

      g_main_context_iteration (NULL, TRUE);
      log = fakes_take_log ();
      if (g_str_equal (log, "notice:held"))
        reminders++;
    }
  g_assert_true (tandem_call_is_hold_reminder (call));
  g_assert_cmpuint (tandem_call_get_hold_duration (call), >=, 2);
}

static void
test_at_most_ten (Board *b, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    board_give_incoming (100 + i, NULL);
  g_assert_cmpuint (board_count (b), ==, TANDEM_MAX_CALLS);
  {
    g_autofree char *log = fakes_take_log ();

    g_assert_nonnull (strstr (log, "decline:110:486"));
    g_assert_nonnull (strstr (log, "decline:199:486"));
    g_assert_null (strstr (log, "180:110"));
  }
  g_assert_null (tandem_phone_call (b->phone, "5550101", &error));
  g_assert_nonnull (error);
  {
    TandemCall *emergency = tandem_phone_call (b->phone, "112", NULL);

    g_assert_nonnull (emergency);
    g_assert_true (tandem_call_hang_up (emergency, NULL));
    board_forget ();
  }
  /* The newest first, and each can be taken. */
  for (guint i = 0; i < TANDEM_MAX_CALLS; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", 100 + i);
      TandemCall *call = tandem_phone_find_call (b->phone, id);

      g_assert_true (tandem_call_answer (call, NULL));
      board_give (100 + i, TANDEM_SIP_CALL_CONNECTED, 0, NULL);
      g_assert_true (tandem_phone_get_active_call (b->phone) == call);
      if (i > 0)
        board_give (99 + i, TANDEM_SIP_CALL_CONNECTED, 200, "held");
    }
  for (guint i = 0; i + 1 < TANDEM_MAX_CALLS; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", 100 + i);

      g_assert_cmpint (tandem_call_get_hold (tandem_phone_find_call (b->phone, id)), ==,
                       TANDEM_HOLD_LOCAL);
    }
}

static void
give_replacing (guint number, guint replaces, const char *from)
{
  TandemSipEvent event = { .answer_after = -1, .replaces = replaces };

  event.peer_uri = (char *) from;
  board_give_incoming (number, &event);
}

static void
test_replaces (Board *b, gconstpointer data)
{
  g_autoptr (TandemCall) call = g_object_ref (board_talk (b, 7));

  /* "ask": it rings like any other. */
  g_clear_object (&b->incoming);
  give_replacing (8, 7, "sip:5550102@example.test");
  g_assert_nonnull (b->incoming);
  g_assert_true (tandem_call_decline (b->incoming, NULL));
  board_set (b, "calls", "transfer-requests", "'never'");
  give_replacing (9, 7, "sip:5550102@example.test");
  board_expect ("decline:9:603");
  board_set (b, "calls", "transfer-requests", "'domain'");
  g_clear_object (&b->incoming);
  give_replacing (10, 7, "sip:5550102@example.test");
  board_expect ("leg:127.3.0.1 leg-stop answer:10:answer-to-theirs leg-start leg-gone");
  g_assert_null (b->incoming);
  g_assert_cmpuint (board_count (b), ==, 1);
  board_give (7, TANDEM_SIP_CALL_ENDED, 0, NULL);
  board_give (10, TANDEM_SIP_CALL_CONNECTED, 0, NULL);
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_CONNECTED);
  g_assert_cmpstr (tandem_call_get_peer_address (call), ==, "5550102");
  /* A stranger is asked about; one without a session in common leaves everything as it was. */
  give_replacing (11, 10, "sip:5550103@elsewhere.test");
  g_assert_nonnull (b->incoming);
  tandem_call_decline (b->incoming, NULL);
  board_forget ();
  fakes_refuse_sdp (TRUE);
  give_replacing (12, 10, "sip:5550103@example.test");
  board_expect ("leg:127.3.0.1 leg-stop leg-gone decline:12:488");
  g_assert_cmpstr (tandem_call_get_peer_address (call), ==, "5550102");
  g_assert_true (tandem_call_hang_up (call, NULL));
  board_expect ("leg-stop leg-gone hang-up:10");
}

static void
give_referral (guint number, guint tag, const char *target, const char *replaces)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_REFERRAL, .account = (char *) "0" };

  event.call = number;
  event.tag = tag;
  event.target = (char *) target;
  event.replaces_header = (char *) replaces;
  event.referred_by = (char *) "<sip:5550101@example.test>";
  fakes_emit (&event);
}

static void
test_referral (Board *b, gconstpointer data)
{
  g_autoptr (TandemCall) call = g_object_ref (board_talk (b, 7));

  give_referral (7, 1, "sip:5550109@example.test", NULL);
  board_expect ("");
  g_assert_nonnull (tandem_call_get_referral_target (call));
  /* The next one takes its place. */
  give_referral (7, 2, "sip:5550108@example.test", "abc;to-tag=1;from-tag=2");
  board_expect ("answer-referral:7:1:603");
  g_assert_true (tandem_call_answer_referral (call, TRUE, NULL));
  board_expect ("leg:127.3.0.1 leg-muted leg-unheard leg-hold offer:7:offer1 "
                "replaces:1:abc;to-tag=1;from-tag=2 call:1:0:sip:5550108@example.test:offer1 "
                "answer-referral:7:2:202");
  g_assert_null (tandem_call_get_referral_target (call));
  board_give (1, TANDEM_SIP_CALL_RINGING, 180, NULL);
  board_expect ("ringback report-referral:7:2:180");
  board_give (1, TANDEM_SIP_CALL_ENDED, 486, NULL);
  {
    g_autofree char *log = fakes_take_log ();

    g_assert_nonnull (strstr (log, "report-referral:7:2:486"));
  }
  /* Nothing that could be called. */
  give_referral (7, 3, "https://example.test", NULL);
  give_referral (7, 4, NULL, NULL);
  give_referral (99, 5, "sip:5550108@example.test", NULL);
  board_expect ("answer-referral:7:3:400 answer-referral:7:4:400 answer-referral:99:5:603");
}

static void
test_referral_policies (Board *b, gconstpointer data)
{
  TandemCall *call = board_talk (b, 7);

  board_set (b, "calls", "transfer-requests", "'never'");
  give_referral (7, 1, "sip:5550109@example.test", NULL);
  board_expect ("answer-referral:7:1:603");
  board_set (b, "calls", "transfer-requests", "'domain'");
  give_referral (7, 2, "sip:premium@elsewhere.test", NULL);
  board_expect ("");
  g_assert_nonnull (tandem_call_get_referral_target (call));
  g_assert_true (tandem_call_answer_referral (call, FALSE, NULL));
  board_expect ("answer-referral:7:2:603");
  give_referral (7, 3, "sip:5550109@example.test", NULL);
  g_assert_null (tandem_call_get_referral_target (call));
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  {
    g_autofree char *log = fakes_take_log ();

    g_assert_nonnull (strstr (log, "answer-referral:7:3:202"));
    g_assert_nonnull (strstr (log, "report-referral:7:3:200"));
  }
}

static void
test_notes (Board *b, gconstpointer data)
{
  TandemCall *call = board_talk (b, 7);

  tandem_call_set_note (call, "calls back at 5");
  g_assert_cmpstr (tandem_call_get_note (call), ==, "calls back at 5");
  g_object_set (call, "note", "broken \xff byte", NULL);
  g_assert_true (g_utf8_validate (tandem_call_get_note (call), -1, NULL));
  tandem_call_set_note (call, "");
  g_assert_null (tandem_call_get_note (call));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/phone/incoming/" name, Board, NULL, board_set_up, func, board_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("do-not-disturb", test_do_not_disturb);
  ADD ("do-not-disturb-by-settings", test_do_not_disturb_by_settings);
  ADD ("decline-codes", test_decline_codes);
  ADD ("redirect", test_redirect);
  ADD ("forward-always", test_forward_always);
  ADD ("forward-busy", test_forward_busy);
  ADD ("forward-no-answer", test_forward_no_answer);
  ADD ("wrap-up", test_wrap_up);
  ADD ("auto-answer", test_auto_answer);
  ADD ("auto-answer-ends", test_auto_answer_ends);
  ADD ("auto-answer-by-header", test_auto_answer_by_header);
  ADD ("answer-mode", test_answer_mode);
  ADD ("remote-control", test_remote_control);
  ADD ("call-waiting", test_call_waiting);
  ADD ("hold-reminder", test_hold_reminder);
  ADD ("at-most-ten", test_at_most_ten);
  ADD ("replaces", test_replaces);
  ADD ("referral", test_referral);
  ADD ("referral-policies", test_referral_policies);
  ADD ("notes", test_notes);
  return board_run ();
}
