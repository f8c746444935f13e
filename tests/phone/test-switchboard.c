/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "board.h"
#include "history.h"

#include <string.h>

/* What a whole phone does with calls. */

/* sdp: (nullable): the answer is to have an offer. */
static void
give_incoming (guint number, const char *sdp)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_INCOMING, .account = (char *) "0" };

  event.call = number;
  event.sdp = (char *) sdp;
  event.answer_after = -1;
  event.peer_uri = (char *) "sip:5550101@example.test";
  event.peer_name = (char *) "Sample Caller One";
  fakes_emit (&event);
}

static void
give_offer (guint number, const char *sdp)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_OFFER, .account = (char *) "0" };

  event.call = number;
  event.sdp = (char *) sdp;
  fakes_emit (&event);
}

static void
assert_record (Board *f, const char *outcome)
{
  g_autoptr (TandemRecord) record = board_get_record (f);

  g_assert_nonnull (record);
  g_assert_cmpstr (tandem_record_get_outcome (record), ==, outcome);
}

static void
test_outgoing (Board *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  TandemCall *call = tandem_phone_call (f->phone, "555 0101", &error);

  g_assert_no_error (error);
  g_assert_nonnull (call);
  g_assert_cmpuint (board_count (f), ==, 1);
  g_assert_true (tandem_phone_find_call (f->phone, "1") == call);
  board_expect ("leg:127.3.0.1 call:1:0:sip:5550101@example.test:offer1");

  board_give (1, TANDEM_SIP_CALL_TRYING, 0, NULL);
  board_give (1, TANDEM_SIP_CALL_RINGING, 180, NULL);
  board_expect ("ringback");
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  board_expect ("leg-answer:sdp leg-start no-ringback");
  g_assert_cmpstr (tandem_call_get_codec (call), ==, "PCMU");
  g_assert_true (tandem_call_set_muted (call, TRUE, NULL));
  g_assert_true (tandem_call_send_dtmf (call, "5", NULL));
  g_assert_true (tandem_call_send_dtmf (call, "12", NULL));
  board_expect ("leg-muted leg-dtmf:5 key:5 leg-dtmf:12");

  board_give (1, TANDEM_SIP_CALL_ENDED, 0, NULL);
  board_expect ("leg-stop");
  fakes_drop_answer_data ();
  board_wait_for_idle ();
  board_expect ("leg-gone");
  g_assert_cmpuint (board_count (f), ==, 0);
  assert_record (f, "answered");
}

static void
test_early_media (Board *f, gconstpointer data)
{
  g_assert_nonnull (tandem_phone_call (f->phone, "5550101", NULL));
  board_give (1, TANDEM_SIP_CALL_RINGING, 180, NULL);
  board_forget ();
  /* The tone goes on until something is heard, and stays away then. */
  board_give (1, TANDEM_SIP_CALL_EARLY_MEDIA, 183, "early");
  board_expect ("leg-answer:early leg-start");
  g_signal_emit_by_name (fakes_get_leg (), "rtp-started");
  board_expect ("no-ringback");
  board_give (1, TANDEM_SIP_CALL_EARLY_MEDIA, 183, "early2");
  board_expect ("leg-answer:early2 leg-start");
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "final");
  board_expect ("leg-answer:final leg-start");
}

static void
test_early_media_without_ringing (Board *f, gconstpointer data)
{
  g_assert_nonnull (tandem_phone_call (f->phone, "5550101", NULL));
  board_forget ();
  board_give (1, TANDEM_SIP_CALL_EARLY_MEDIA, 183, "early");
  board_expect ("leg-answer:early leg-start");
}

static void
test_retried (Board *f, gconstpointer data)
{
  g_assert_nonnull (tandem_phone_call (f->phone, "5550101", NULL));
  board_give (1, TANDEM_SIP_CALL_RINGING, 180, NULL);
  board_forget ();
  board_give (1, TANDEM_SIP_CALL_DISCONNECTED, 0, NULL);
  board_expect ("no-ringback");
  board_give (1, TANDEM_SIP_CALL_TRYING, 0, NULL);
  board_give (1, TANDEM_SIP_CALL_RINGING, 180, NULL);
  board_expect ("ringback");
  g_assert_cmpuint (board_count (f), ==, 1);
}

static void
test_hang_up (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);

  board_give (1, TANDEM_SIP_CALL_RINGING, 180, NULL);
  board_forget ();
  g_assert_true (tandem_call_hang_up (call, NULL));
  board_expect ("leg-stop hang-up:1 no-ringback");
  g_assert_cmpuint (board_count (f), ==, 0);
  assert_record (f, "cancelled");
  /* What still comes is of nobody's concern; an offer has to be refused all the same. */
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "late");
  board_give (1, TANDEM_SIP_CALL_ENDED, 487, NULL);
  board_expect ("");
  give_offer (1, "offer");
  board_expect ("answer-offer:1:refused");
  g_assert_cmpuint (board_count (f), ==, 0);
}

static void
test_no_common_codec (Board *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = g_object_ref (tandem_phone_call (f->phone, "5550101", NULL));

  board_forget ();
  fakes_refuse_sdp (TRUE);
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "strange");
  board_expect ("leg-stop hang-up:1");
  g_assert_nonnull (strstr (tandem_call_get_failure (call), "no codec in common"));
  g_assert_cmpuint (board_count (f), ==, 0);
}

static void
test_no_ports (Board *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fakes_no_ports (TRUE);
  g_assert_null (tandem_phone_call (f->phone, "5550101", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_cmpuint (board_count (f), ==, 0);
  board_expect ("");
}

static void
test_bad_target (Board *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tandem_phone_call (f->phone, "https://example.test/", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  board_expect ("");
}

static void
test_late_offer (Board *f, gconstpointer data)
{
  g_autofree char *answer = NULL;

  g_assert_nonnull (tandem_phone_call (f->phone, "5550101", NULL));
  board_forget ();
  answer = fakes_answer_late_offer ("theirs");
  g_assert_cmpstr (answer, ==, "late-answer-to-theirs");
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, NULL);
  board_expect ("leg-start");
  /* The leg is let go of by the SIP thread last, and still ends on this one. */
  board_give (1, TANDEM_SIP_CALL_ENDED, 0, NULL);
  board_expect ("leg-stop");
  fakes_drop_answer_data ();
  board_wait_for_idle ();
  board_expect ("leg-gone");
}

static void
test_incoming (Board *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  give_incoming (7, "theirs");
  board_expect ("leg:127.3.0.1 ring 180:7");
  g_assert_nonnull (f->incoming);
  g_assert_cmpstr (tandem_call_get_id (f->incoming), ==, "7");
  g_assert_cmpstr (tandem_call_get_title (f->incoming), ==, "Sample Caller One");
  g_assert_true (tandem_call_answer (f->incoming, &error));
  board_expect ("answer:7:answer-to-theirs leg-start no-ring");
  board_give (7, TANDEM_SIP_CALL_ANSWERING, 0, NULL);
  board_give (7, TANDEM_SIP_CALL_CONNECTED, 0, NULL);
  board_expect ("leg-start");
  g_assert_cmpint (tandem_call_get_state (f->incoming), ==, TANDEM_CALL_CONNECTED);
  board_give (7, TANDEM_SIP_CALL_ENDED, 0, NULL);
  board_expect ("leg-stop leg-gone");
  assert_record (f, "answered");
}

static void
test_incoming_without_sdp (Board *f, gconstpointer data)
{
  give_incoming (7, NULL);
  g_assert_true (tandem_call_answer (f->incoming, NULL));
  board_expect ("ring 180:7 leg:127.3.0.1 answer:7:offer1 no-ring");
  board_give (7, TANDEM_SIP_CALL_CONNECTED, 0, "ack");
  board_expect ("leg-answer:ack leg-start");
}

static void
test_incoming_without_codec (Board *f, gconstpointer data)
{
  fakes_refuse_sdp (TRUE);
  give_incoming (7, "strange");
  board_expect ("leg:127.3.0.1 leg-stop leg-gone decline:7:488");
  g_assert_null (f->incoming);
  g_assert_cmpuint (board_count (f), ==, 0);
  assert_record (f, "missed");
}

/* No port was free while it rang, and one that has nothing in common later. */
static void
test_incoming_fails_at_answer (Board *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fakes_no_ports (TRUE);
  give_incoming (7, "strange");
  board_expect ("ring 180:7");
  fakes_no_ports (FALSE);
  fakes_refuse_sdp (TRUE);
  g_assert_false (tandem_call_answer (f->incoming, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  board_expect ("leg:127.3.0.1 decline:7:488 leg-stop leg-gone no-ring");
  g_assert_cmpuint (board_count (f), ==, 0);
  assert_record (f, "failed");
}

static void
test_incoming_declined (Board *f, gconstpointer data)
{
  give_incoming (7, "theirs");
  g_assert_true (tandem_call_decline (f->incoming, NULL));
  board_expect ("leg:127.3.0.1 ring 180:7 leg-stop leg-gone decline:7:486 no-ring");
  assert_record (f, "declined");
}

static void
test_incoming_missed (Board *f, gconstpointer data)
{
  give_incoming (7, "theirs");
  board_give (7, TANDEM_SIP_CALL_ENDED, 487, NULL);
  board_expect ("leg:127.3.0.1 ring 180:7 leg-stop leg-gone no-ring");
  assert_record (f, "missed");
}

static void
test_two_ring_once (Board *f, gconstpointer data)
{
  board_set (f, "calls", "reject-when-busy", "false");
  give_incoming (7, "theirs");
  give_incoming (8, "theirs");
  board_expect ("leg:127.3.0.1 ring 180:7 leg:127.3.0.1 180:8");
  g_assert_cmpuint (board_count (f), ==, 2);
  /* Newest first. */
  {
    g_autoptr (TandemCall) first = g_list_model_get_item (tandem_phone_get_calls (f->phone), 0);

    g_assert_cmpstr (tandem_call_get_id (first), ==, "8");
  }
  board_give (7, TANDEM_SIP_CALL_ENDED, 487, NULL);
  board_expect ("leg-stop leg-gone");
  board_give (8, TANDEM_SIP_CALL_ENDED, 487, NULL);
  board_expect ("leg-stop leg-gone no-ring");
}

static void
test_offer_within_call (Board *f, gconstpointer data)
{
  g_assert_nonnull (tandem_phone_call (f->phone, "5550101", NULL));
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  board_forget ();
  give_offer (1, "new");
  board_expect ("answer-offer:1:answer-to-new");
  /* Without SDP: ours is the offer, and the answer comes with the ACK. */
  give_offer (1, NULL);
  board_expect ("answer-offer:1:offer2");
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 0, "ack");
  board_expect ("leg-answer:ack leg-start");
  fakes_refuse_sdp (TRUE);
  give_offer (1, "strange");
  board_expect ("answer-offer:1:refused");
  g_assert_cmpuint (board_count (f), ==, 1);
}

static void
test_silence (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);
  const gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  fakes_set_packets (100);
  g_signal_emit_by_name (fakes_get_leg (), "rtp-timeout");
  g_assert_nonnull (tandem_call_get_notice (call));
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_CONNECTED);
  fakes_set_packets (101);
  while (tandem_call_get_notice (call) != NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
give_request_result (guint code)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_REQUEST, .call = 1 };

  event.tag = fakes_get_tag ();
  event.code = code;
  fakes_emit (&event);
}

/* The call stays as long as somebody on the other side answers for it, or sound comes. */
static void
test_silence_and_signalling (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);

  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  fakes_set_packets (100);
  board_forget ();
  g_signal_emit_by_name (fakes_get_leg (), "rtp-timeout");
  board_expect ("request:1:OPTIONS::");
  give_request_result (200);
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_CONNECTED);

  g_signal_emit_by_name (fakes_get_leg (), "rtp-timeout");
  board_expect ("request:1:OPTIONS::");
  fakes_set_packets (101);
  give_request_result (0);
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_CONNECTED);

  g_signal_emit_by_name (fakes_get_leg (), "rtp-timeout");
  board_expect ("request:1:OPTIONS::");
  g_object_ref (call);
  give_request_result (0);
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_ENDED);
  g_assert_nonnull (strstr (tandem_call_get_failure (call), "lost"));
  board_expect ("leg-stop hang-up:1");
  g_object_unref (call);
}

static void
test_silence_while_held (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);

  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  g_object_set (fakes_get_leg (), "remote-hold", TRUE, NULL);
  board_forget ();
  g_signal_emit_by_name (fakes_get_leg (), "rtp-timeout");
  board_expect ("");
  g_assert_null (tandem_call_get_notice (call));
}

static void
test_remote_hold (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);

  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  g_object_set (fakes_get_leg (), "remote-hold", TRUE, NULL);
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_REMOTE);
  g_assert_cmpstr (tandem_call_get_status_text (call), ==, "Held by the Other Side");
  g_assert_false (tandem_call_retrieve (call, NULL));
  g_object_set (fakes_get_leg (), "remote-hold", FALSE, NULL);
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_NONE);
  g_assert_cmpstr (tandem_call_get_status_text (call), ==, "In Call");
}

static void
test_hold (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (tandem_call_hold (call, NULL));
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  board_forget ();
  g_assert_true (tandem_call_hold (call, &error));
  g_assert_no_error (error);
  board_expect ("leg-hold offer:1:offer2");
  g_assert_true (tandem_call_is_hold_pending (call));
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_NONE);
  g_assert_false (tandem_call_hold (call, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "held");
  board_expect ("leg-answer:held");
  g_assert_false (tandem_call_is_hold_pending (call));
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_LOCAL);

  g_object_set (fakes_get_leg (), "remote-hold", TRUE, NULL);
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_BOTH);
  g_assert_true (tandem_call_retrieve (call, NULL));
  board_expect ("leg-retrieve offer:1:offer3");
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "back");
  board_expect ("leg-answer:back");
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_REMOTE);
}

static void
test_hold_fails (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);

  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  g_assert_true (tandem_call_hold (call, NULL));
  board_forget ();
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 408, NULL);
  board_expect ("leg-cancel-offer");
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_CONNECTED);
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_NONE);
  g_assert_false (tandem_call_is_hold_pending (call));
  g_assert_cmpstr (tandem_call_get_hold_problem (call), ==,
                   "The call could not be put on hold: no proxy answered");
  tandem_call_dismiss_hold_problem (call);
  g_assert_null (tandem_call_get_hold_problem (call));

  /* A late word on it changes nothing, and the next try works. */
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 503, NULL);
  g_assert_null (tandem_call_get_hold_problem (call));
  g_assert_true (tandem_call_hold (call, NULL));
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "held");
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_LOCAL);
  g_assert_true (tandem_call_retrieve (call, NULL));
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 488, NULL);
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_LOCAL);
  g_assert_cmpstr (tandem_call_get_hold_problem (call), ==,
                   "The call could not be taken back from hold: the other side refuses it");
}

/* What the other side says to a hold makes no sense: as if it had refused. */
static void
test_hold_strange_answer (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);

  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  g_assert_true (tandem_call_hold (call, NULL));
  fakes_refuse_sdp (TRUE);
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "strange");
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_CONNECTED);
  g_assert_nonnull (tandem_call_get_hold_problem (call));
  g_assert_cmpuint (board_count (f), ==, 1);
}

static void
give_moved (void)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_MOVED, .call = 1 };

  fakes_emit (&event);
}

/* One change at a time, whoever wants it. */
static void
test_moved (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);

  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  board_forget ();
  give_moved ();
  board_expect ("leg-address:127.3.0.1 offer:1:offer2");
  g_assert_true (tandem_call_hold (call, NULL));
  board_expect ("");
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "moved");
  board_expect ("leg-answer:moved leg-hold offer:1:offer3");
  give_moved ();
  board_expect ("");
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "held");
  board_expect ("leg-answer:held leg-address:127.3.0.1 offer:1:offer4");
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_LOCAL);
  board_give (1, TANDEM_SIP_CALL_CONNECTED, 408, NULL);
  board_expect ("leg-cancel-offer");
  g_assert_nonnull (strstr (tandem_call_get_notice (call), "new network address"));
  g_assert_null (tandem_call_get_hold_problem (call));
  g_assert_cmpint (tandem_call_get_hold (call), ==, TANDEM_HOLD_LOCAL);
}

static void
test_keys_by_info (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);
  g_autoptr (GError) error = NULL;

  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  board_forget ();
  /* The other side did not agree on telephone-event. */
  fakes_refuse_sdp (TRUE);
  g_assert_true (tandem_call_send_dtmf (call, "1a", &error));
  g_assert_no_error (error);
  board_expect ("leg-dtmf:1A request:1:INFO:application/dtmf-relay:Signal=1||Duration=160||");
  g_assert_true (tandem_call_send_dtmf (call, "#", &error));
  board_expect ("leg-dtmf:# key:#");
  give_request_result (200);
  board_expect ("request:1:INFO:application/dtmf-relay:Signal=A||Duration=160||");
  give_request_result (200);
  board_expect ("request:1:INFO:application/dtmf-relay:Signal=#||Duration=160||");
  g_assert_null (tandem_call_get_notice (call));
  g_assert_cmpstr (tandem_call_get_dialled_digits (call), ==, "1A#");
  /* An INFO that got lost may have arrived: it is not sent in another way. */
  give_request_result (408);
  board_expect ("");
  g_assert_nonnull (strstr (tandem_call_get_notice (call), "key tones"));
  /* One that is refused was not: what is left goes as tones, and so does all that follows. */
  g_assert_true (tandem_call_send_dtmf (call, "78", &error));
  board_expect ("leg-dtmf:78 request:1:INFO:application/dtmf-relay:Signal=7||Duration=160||");
  give_request_result (415);
  board_expect ("leg-inband:78");
  g_assert_true (tandem_call_send_dtmf (call, "9", &error));
  board_expect ("leg-dtmf:9 leg-inband:9 key:9");
}

static void
test_digits (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);

  board_give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  g_signal_emit_by_name (fakes_get_leg (), "dtmf", '4');
  g_signal_emit_by_name (fakes_get_leg (), "dtmf", '#');
  g_assert_cmpstr (f->digits->str, ==, "4#");
  g_assert_cmpstr (tandem_call_get_received_digits (call), ==, "4#");
}

static void
test_redirect (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL, .call = 1 };

  board_forget ();
  event.state = TANDEM_SIP_CALL_REDIRECT;
  event.target = (char *) "sip:5550109@example.test;maddr=198.51.100.66";
  fakes_emit (&event);
  board_give (1, TANDEM_SIP_CALL_ENDED, 302, NULL);
  g_assert_cmpuint (board_count (f), ==, 1);
  board_expect ("leg-stop");
  g_assert_true (tandem_call_follow_redirect (call, NULL));
  board_wait_for_idle ();
  board_expect ("leg:127.3.0.1 call:2:0:sip:5550109@example.test:offer1 leg-gone");
  board_give (2, TANDEM_SIP_CALL_RINGING, 180, NULL);
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_RINGING_THERE);
  g_assert_cmpuint (board_count (f), ==, 1);
  board_give (2, TANDEM_SIP_CALL_ENDED, 486, NULL);
  assert_record (f, "busy");
}

static void
test_redirect_to_garbage (Board *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL, .call = 1 };
  g_autoptr (GError) error = NULL;

  event.state = TANDEM_SIP_CALL_REDIRECT;
  event.target = (char *) "https://example.test/";
  fakes_emit (&event);
  g_assert_false (tandem_call_follow_redirect (call, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_true (tandem_call_hang_up (call, NULL));
  g_assert_cmpuint (board_count (f), ==, 0);
}

#define ADD(name, data, func)                                                                      \
  g_test_add ("/phone/switchboard/" name, Board, data, board_set_up, func, board_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("outgoing", NULL, test_outgoing);
  ADD ("early-media", NULL, test_early_media);
  ADD ("early-media-without-ringing", NULL, test_early_media_without_ringing);
  ADD ("retried", NULL, test_retried);
  ADD ("hang-up", NULL, test_hang_up);
  ADD ("no-common-codec", NULL, test_no_common_codec);
  ADD ("no-ports", NULL, test_no_ports);
  ADD ("bad-target", NULL, test_bad_target);
  ADD ("late-offer", NULL, test_late_offer);
  ADD ("incoming", NULL, test_incoming);
  ADD ("incoming-without-sdp", NULL, test_incoming_without_sdp);
  ADD ("incoming-without-codec", NULL, test_incoming_without_codec);
  ADD ("incoming-fails-at-answer", NULL, test_incoming_fails_at_answer);
  ADD ("incoming-declined", NULL, test_incoming_declined);
  ADD ("incoming-missed", NULL, test_incoming_missed);
  ADD ("two-ring-once", NULL, test_two_ring_once);
  ADD ("offer-within-call", NULL, test_offer_within_call);
  ADD ("silence", NULL, test_silence);
  ADD ("remote-hold", NULL, test_remote_hold);
  ADD ("silence-and-signalling", NULL, test_silence_and_signalling);
  ADD ("silence-while-held", NULL, test_silence_while_held);
  ADD ("hold", NULL, test_hold);
  ADD ("hold-fails", NULL, test_hold_fails);
  ADD ("hold-strange-answer", NULL, test_hold_strange_answer);
  ADD ("moved", NULL, test_moved);
  ADD ("keys-by-info", NULL, test_keys_by_info);
  ADD ("digits", NULL, test_digits);
  ADD ("redirect", NULL, test_redirect);
  ADD ("redirect-to-garbage", NULL, test_redirect_to_garbage);
  return board_run ();
}
