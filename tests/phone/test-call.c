/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-private.h"

#include <string.h>

/* The state machine of one row, fed with events of the SIP thread. */

typedef struct
{
  TandemCall *call;
  GString *states;  /* the sequence, one letter each */
  GString *actions; /* what was asked of the line */
  guint ended;
  gboolean fail;
} Fixture;

static char
letter (TandemCallState state)
{
  return "CDREIANTX"[state];
}

static void
on_state (TandemCall *call, GParamSpec *pspec, Fixture *f)
{
  g_string_append_c (f->states, letter (tandem_call_get_state (call)));
}

static void
on_ended (TandemCall *call, Fixture *f)
{
  f->ended++;
}

static gboolean
do_answer (TandemCall *call, gpointer data, GError **error)
{
  Fixture *f = data;

  g_string_append (f->actions, "answer ");
  if (f->fail)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no codec");
      tandem_call_fail (call, "no codec");
      return FALSE;
    }
  return TRUE;
}

static void
do_decline (TandemCall *call, guint code, gpointer data)
{
  g_string_append (((Fixture *) data)->actions, "decline ");
}

static void
do_hang_up (TandemCall *call, gpointer data)
{
  g_string_append (((Fixture *) data)->actions, "hang-up ");
}

static void
do_set_muted (TandemCall *call, gboolean muted, gpointer data)
{
  g_string_append (((Fixture *) data)->actions, muted ? "mute " : "unmute ");
}

static gboolean
do_send_dtmf (TandemCall *call, const char *digits, gpointer data, GError **error)
{
  g_string_append_printf (((Fixture *) data)->actions, "dtmf:%s ", digits);
  return TRUE;
}

static gboolean
do_follow (TandemCall *call, const char *target, gpointer data, GError **error)
{
  g_string_append_printf (((Fixture *) data)->actions, "follow:%s ", target);
  return TRUE;
}

static const TandemCallActions actions = {
  .answer = do_answer,
  .decline = do_decline,
  .hang_up = do_hang_up,
  .set_muted = do_set_muted,
  .send_dtmf = do_send_dtmf,
  .follow = do_follow,
};

static void
set_up (Fixture *f, gconstpointer incoming)
{
  f->call = tandem_call_new ("1", incoming != NULL, "0", "example.test", "sip:5550101@example.test",
                             incoming != NULL ? "Sample Caller One" : NULL);
  f->states = g_string_new (NULL);
  f->actions = g_string_new (NULL);
  tandem_call_set_actions (f->call, &actions, f);
  g_signal_connect (f->call, "notify::state", G_CALLBACK (on_state), f);
  g_signal_connect (f->call, "ended", G_CALLBACK (on_ended), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->call);
  g_string_free (f->states, TRUE);
  g_string_free (f->actions, TRUE);
}

static void
give (Fixture *f, TandemSipCallState state, guint code, guint attempt)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL };

  event.state = state;
  event.code = code;
  event.attempt = attempt;
  event.remote_ended = state == TANDEM_SIP_CALL_ENDED;
  tandem_call_handle_event (f->call, &event);
}

static void
test_outgoing (Fixture *f, gconstpointer data)
{
  g_assert_cmpstr (tandem_call_get_status_text (f->call), ==, "Calling…");
  give (f, TANDEM_SIP_CALL_TRYING, 0, 1);
  give (f, TANDEM_SIP_CALL_RINGING, 180, 1);
  g_assert_cmpstr (tandem_call_get_status_text (f->call), ==, "Ringing…");
  give (f, TANDEM_SIP_CALL_EARLY_MEDIA, 183, 1);
  give (f, TANDEM_SIP_CALL_CONNECTED, 200, 1);
  g_assert_cmpstr (tandem_call_get_status_text (f->call), ==, "In Call");
  give (f, TANDEM_SIP_CALL_ENDED, 0, 1);
  g_assert_cmpstr (f->states->str, ==, "RENX");
  g_assert_cmpuint (f->ended, ==, 1);
  g_assert_cmpstr (tandem_call_get_outcome (f->call), ==, "answered");
  g_assert_null (tandem_call_get_failure (f->call));
  g_assert_cmpstr (f->actions->str, ==, "");
}

/* The seed's sequence on a retried INVITE: in progress, disconnected, in progress; one row. */
static void
test_retried_invite (Fixture *f, gconstpointer data)
{
  give (f, TANDEM_SIP_CALL_TRYING, 0, 1);
  g_assert_false (tandem_call_is_rerouted (f->call));
  give (f, TANDEM_SIP_CALL_DISCONNECTED, 0, 1);
  g_assert_cmpstr (tandem_call_get_status_text (f->call), ==, "Trying another route…");
  give (f, TANDEM_SIP_CALL_TRYING, 0, 2);
  g_assert_cmpstr (tandem_call_get_status_text (f->call), ==, "Trying another route…");
  g_assert_true (tandem_call_is_rerouted (f->call));
  g_assert_cmpstr (f->states->str, ==, "DC");
  g_assert_cmpuint (f->ended, ==, 0);
  give (f, TANDEM_SIP_CALL_RINGING, 180, 2);
  give (f, TANDEM_SIP_CALL_CONNECTED, 200, 2);
  g_assert_cmpstr (f->states->str, ==, "DCRN");
  g_assert_cmpuint (tandem_call_get_attempt (f->call), ==, 2);
}

static void
test_retried_and_failed (Fixture *f, gconstpointer data)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL };

  give (f, TANDEM_SIP_CALL_DISCONNECTED, 0, 1);
  give (f, TANDEM_SIP_CALL_TRYING, 0, 2);
  event.state = TANDEM_SIP_CALL_ENDED;
  event.text = (char *) "timeout";
  tandem_call_handle_event (f->call, &event);
  g_assert_cmpstr (f->states->str, ==, "DCX");
  g_assert_cmpstr (tandem_call_get_failure (f->call), ==, "No answer");
  g_assert_cmpstr (tandem_call_get_outcome (f->call), ==, "failed");
}

static void
test_busy (Fixture *f, gconstpointer data)
{
  give (f, TANDEM_SIP_CALL_ENDED, 486, 1);
  g_assert_cmpstr (tandem_call_get_failure (f->call), ==, "Busy");
  g_assert_cmpstr (tandem_call_get_status_text (f->call), ==, "Busy");
  g_assert_cmpstr (tandem_call_get_outcome (f->call), ==, "busy");
}

static void
test_hang_up_at_once (Fixture *f, gconstpointer data)
{
  give (f, TANDEM_SIP_CALL_RINGING, 180, 1);
  g_assert_true (tandem_call_hang_up (f->call, NULL));
  g_assert_cmpuint (f->ended, ==, 1);
  g_assert_cmpstr (f->actions->str, ==, "hang-up ");
  g_assert_cmpstr (tandem_call_get_outcome (f->call), ==, "cancelled");
  g_assert_null (tandem_call_get_failure (f->call));
  /* What still comes of it changes nothing. */
  give (f, TANDEM_SIP_CALL_CONNECTED, 200, 1);
  give (f, TANDEM_SIP_CALL_ENDED, 487, 1);
  g_assert_cmpstr (f->states->str, ==, "RX");
  g_assert_cmpuint (f->ended, ==, 1);
  g_assert_false (tandem_call_hang_up (f->call, NULL));
}

static void
test_incoming_answered (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (tandem_call_get_state (f->call), ==, TANDEM_CALL_RINGING_HERE);
  g_assert_cmpstr (tandem_call_get_title (f->call), ==, "Sample Caller One");
  g_assert_true (tandem_call_answer (f->call, NULL));
  g_assert_cmpstr (tandem_call_get_status_text (f->call), ==, "Answering…");
  give (f, TANDEM_SIP_CALL_ANSWERING, 0, 0);
  give (f, TANDEM_SIP_CALL_CONNECTED, 0, 0);
  g_assert_cmpstr (f->states->str, ==, "AN");
  g_assert_false (tandem_call_answer (f->call, NULL));
  g_assert_true (tandem_call_hang_up (f->call, NULL));
  g_assert_cmpstr (f->actions->str, ==, "answer hang-up ");
  g_assert_cmpstr (tandem_call_get_outcome (f->call), ==, "answered");
}

static void
test_incoming_declined (Fixture *f, gconstpointer data)
{
  g_assert_true (tandem_call_decline (f->call, NULL));
  g_assert_cmpstr (f->actions->str, ==, "decline ");
  g_assert_cmpstr (tandem_call_get_outcome (f->call), ==, "declined");
  g_assert_false (tandem_call_decline (f->call, NULL));
}

static void
test_hang_up_declines (Fixture *f, gconstpointer data)
{
  g_assert_true (tandem_call_hang_up (f->call, NULL));
  g_assert_cmpstr (f->actions->str, ==, "decline ");
  g_assert_cmpstr (tandem_call_get_outcome (f->call), ==, "declined");
}

static void
test_incoming_missed (Fixture *f, gconstpointer data)
{
  give (f, TANDEM_SIP_CALL_ENDED, 487, 0);
  g_assert_cmpstr (tandem_call_get_outcome (f->call), ==, "missed");
}

static void
test_incoming_elsewhere (Fixture *f, gconstpointer data)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL };

  event.state = TANDEM_SIP_CALL_ENDED;
  event.answered_elsewhere = TRUE;
  tandem_call_handle_event (f->call, &event);
  g_assert_cmpstr (tandem_call_get_outcome (f->call), ==, "elsewhere");
  g_assert_cmpstr (tandem_call_get_status_text (f->call), ==, "Answered elsewhere");
}

static void
test_answer_never_confirmed (Fixture *f, gconstpointer data)
{
  g_assert_true (tandem_call_answer (f->call, NULL));
  give (f, TANDEM_SIP_CALL_ENDED, 408, 0);
  g_assert_cmpstr (tandem_call_get_outcome (f->call), ==, "failed");
  g_assert_nonnull (tandem_call_get_failure (f->call));
}

static void
test_answer_impossible (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->fail = TRUE;
  g_assert_false (tandem_call_answer (f->call, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (f->states->str, ==, "X");
  g_assert_cmpuint (f->ended, ==, 1);
}

static void
test_mute (Fixture *f, gconstpointer data)
{
  gboolean muted;

  /* Before the call is up, so that nothing is heard of the first second. */
  g_assert_true (tandem_call_set_muted (f->call, TRUE, NULL));
  g_assert_true (tandem_call_set_muted (f->call, TRUE, NULL));
  g_object_get (f->call, "muted", &muted, NULL);
  g_assert_true (muted);
  g_object_set (f->call, "muted", FALSE, NULL);
  g_assert_cmpstr (f->actions->str, ==, "mute unmute ");
  give (f, TANDEM_SIP_CALL_ENDED, 486, 1);
  g_assert_false (tandem_call_set_muted (f->call, TRUE, NULL));
}

static void
test_dtmf (Fixture *f, gconstpointer data)
{
  static const char *const wrong[] = { "", " ", "12x3", "E", "1;2", "\xc3\xab", "\n" };
  g_autofree char *endless = g_strnfill (5000, '1');
  g_autoptr (GError) error = NULL;

  g_assert_false (tandem_call_send_dtmf (f->call, "1", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  give (f, TANDEM_SIP_CALL_CONNECTED, 200, 1);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) wrong_error = NULL;

      g_assert_false (tandem_call_send_dtmf (f->call, wrong[i], &wrong_error));
      g_assert_error (wrong_error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
  g_assert_false (tandem_call_send_dtmf (f->call, endless, NULL));
  g_assert_true (tandem_call_send_dtmf (f->call, "0123456789*#ABCDabcd", NULL));
  g_assert_cmpstr (f->actions->str, ==, "dtmf:0123456789*#ABCDABCD ");
}

static void
test_redirect (Fixture *f, gconstpointer data)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL };

  g_assert_false (tandem_call_follow_redirect (f->call, NULL));
  event.state = TANDEM_SIP_CALL_REDIRECT;
  event.code = 302;
  event.target = (char *) "sip:5550109@example.test";
  tandem_call_handle_event (f->call, &event);
  g_assert_cmpint (tandem_call_get_state (f->call), ==, TANDEM_CALL_REDIRECTED);
  g_assert_cmpstr (tandem_call_get_target (f->call), ==, "sip:5550109@example.test");
  /* The question stays although the first call is over. */
  give (f, TANDEM_SIP_CALL_ENDED, 302, 1);
  g_assert_cmpint (tandem_call_get_state (f->call), ==, TANDEM_CALL_REDIRECTED);
  g_assert_true (tandem_call_follow_redirect (f->call, NULL));
  g_assert_cmpstr (f->actions->str, ==, "follow:sip:5550109@example.test ");
  g_assert_cmpstr (f->states->str, ==, "TC");
  g_assert_cmpstr (tandem_call_get_peer_address (f->call), ==, "5550109");
}

static void
test_bye_with_reason (Fixture *f, gconstpointer data)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL };

  give (f, TANDEM_SIP_CALL_CONNECTED, 200, 1);
  event.state = TANDEM_SIP_CALL_ENDED;
  event.remote_ended = TRUE;
  event.reason = (char *) "SIP;cause=403;text=\"Not allowed here\"";
  tandem_call_handle_event (f->call, &event);
  g_assert_cmpstr (tandem_call_get_failure (f->call), ==,
                   "Ended by the other side: “Not allowed here”");
  g_assert_cmpstr (tandem_call_get_outcome (f->call), ==, "answered");
}

static void
test_failed_change_keeps_the_call (Fixture *f, gconstpointer data)
{
  give (f, TANDEM_SIP_CALL_CONNECTED, 200, 1);
  give (f, TANDEM_SIP_CALL_CONNECTED, 488, 1);
  g_assert_cmpint (tandem_call_get_state (f->call), ==, TANDEM_CALL_CONNECTED);
  g_assert_cmpuint (tandem_call_get_code (f->call), ==, 200);
  g_assert_cmpuint (f->ended, ==, 0);
}

/* 200 was sent and nobody confirms: said after a second, asked after ten, and asked only once. */
static void
test_unconfirmed (void)
{
  const gint64 now = 1000 * G_USEC_PER_SEC;
  g_autoptr (TandemCall) call
      = tandem_call_new ("1", TRUE, "0", "example.test", "sip:5550101@example.test", NULL);
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL };

  tandem_call_set_now (call, now, 0);
  event.state = TANDEM_SIP_CALL_ANSWERING;
  tandem_call_handle_event (call, &event);
  g_assert_cmpstr (tandem_call_get_status_text (call), ==, "Answering…");
  g_assert_false (tandem_call_keep_trying (call, NULL));
  tandem_call_set_now (call, now + 2 * G_USEC_PER_SEC, 0);
  g_assert_cmpstr (tandem_call_get_status_text (call), ==, "Answering… not yet confirmed");
  g_assert_false (tandem_call_is_unconfirmed (call));
  tandem_call_set_now (call, now + 10 * G_USEC_PER_SEC, 0);
  g_assert_true (tandem_call_is_unconfirmed (call));
  g_assert_true (tandem_call_keep_trying (call, NULL));
  g_assert_false (tandem_call_is_unconfirmed (call));
  tandem_call_set_now (call, now + 20 * G_USEC_PER_SEC, 0);
  g_assert_false (tandem_call_is_unconfirmed (call));

  event.state = TANDEM_SIP_CALL_ENDED;
  event.text = (char *) "no ACK";
  tandem_call_handle_event (call, &event);
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_ENDED);
  g_assert_cmpstr (tandem_call_get_failure (call), ==,
                   "The answer was never confirmed: the call is lost");
  g_assert_cmpstr (tandem_call_get_outcome (call), ==, "failed");
}

/* A late confirmation takes the question away. */
static void
test_confirmed_late (void)
{
  const gint64 now = 1000 * G_USEC_PER_SEC;
  g_autoptr (TandemCall) call
      = tandem_call_new ("1", TRUE, "0", "example.test", "sip:5550101@example.test", NULL);
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL };

  tandem_call_set_now (call, now, 0);
  event.state = TANDEM_SIP_CALL_ANSWERING;
  tandem_call_handle_event (call, &event);
  tandem_call_set_now (call, now + 11 * G_USEC_PER_SEC, 0);
  g_assert_true (tandem_call_is_unconfirmed (call));
  event.state = TANDEM_SIP_CALL_CONNECTED;
  tandem_call_handle_event (call, &event);
  g_assert_false (tandem_call_is_unconfirmed (call));
  g_assert_cmpstr (tandem_call_get_status_text (call), ==, "In Call");
}

static void
test_duration (Fixture *f, gconstpointer data)
{
  const gint64 now = 1000 * G_USEC_PER_SEC;

  tandem_call_set_now (f->call, now, 0);
  give (f, TANDEM_SIP_CALL_RINGING, 180, 1);
  tandem_call_set_now (f->call, now + 5 * G_USEC_PER_SEC, 0);
  g_assert_cmpuint (tandem_call_get_duration (f->call), ==, 0);
  give (f, TANDEM_SIP_CALL_CONNECTED, 200, 1);
  tandem_call_set_now (f->call, now + 65 * G_USEC_PER_SEC + 999999, 0);
  g_assert_cmpuint (tandem_call_get_duration (f->call), ==, 60);
  tandem_call_set_now (f->call, now + 70 * G_USEC_PER_SEC, 0);
  give (f, TANDEM_SIP_CALL_ENDED, 0, 1);
  g_assert_cmpuint (tandem_call_get_duration (f->call), ==, 65);
  tandem_call_set_now (f->call, now + 500 * G_USEC_PER_SEC, 0);
  g_assert_cmpuint (tandem_call_get_duration (f->call), ==, 65);
}

static void
test_duration_ticks (Fixture *f, gconstpointer data)
{
  const gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  give (f, TANDEM_SIP_CALL_CONNECTED, 200, 1);
  while (tandem_call_get_duration (f->call) < 1)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
test_headers (Fixture *f, gconstpointer data)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_INCOMING };

  event.headers = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (event.headers, (gpointer) "X-Genesys-CallUUID", (gpointer) "SAMPLE0001");
  event.queue = (char *) "Sample\nSupport";
  event.sip_call_id = (char *) "abc@192.0.2.1";
  tandem_call_handle_event (f->call, &event);
  g_hash_table_unref (event.headers);
  g_assert_cmpstr (tandem_call_get_header (f->call, "x-genesys-calluuid"), ==, "SAMPLE0001");
  g_assert_null (tandem_call_get_header (f->call, "X-Other"));
  g_assert_cmpstr (tandem_call_get_queue (f->call), ==, "Sample Support");
  g_assert_cmpstr (tandem_call_get_sip_call_id (f->call), ==, "abc@192.0.2.1");
}

typedef struct
{
  const char *uri;
  const char *name;
  const char *address;
  const char *title;
} Peer;

static const Peer peers[] = {
  { "sip:5550101@example.test", NULL, "5550101", "5550101" },
  { "sip:5550101@EXAMPLE.test:5070;transport=udp", NULL, "5550101", "5550101" },
  { "sip:5550101@example.test", "Sample", "5550101", "Sample" },
  { "sip:5550101@example.test", "5550101", "5550101", "5550101" },
  { "sip:sample@other.example", NULL, "sample@other.example", "sample@other.example" },
  { "sip:5550101@other.example", NULL, "5550101@other.example", "5550101@other.example" },
  { "sip:5550101@192.0.2.7:5060", NULL, "5550101", "5550101" },
  { "sip:sample@192.0.2.7", NULL, "sample@192.0.2.7", "sample@192.0.2.7" },
  { "sip:+15550101@other.example", NULL, "+15550101", "+15550101" },
  { "sip:5550101@other.example;user=phone", NULL, "5550101", "5550101" },
  { "sip:%2A21@example.test", NULL, "*21", "*21" },
  { "sip:a%0Ab@example.test", NULL, "a b", "a b" },
  { "tel:+15550101;phone-context=x", NULL, "+15550101", "+15550101" },
  { "sip:pbx.example.test", NULL, "pbx.example.test", "pbx.example.test" },
  { "sip:anonymous@anonymous.invalid", "Anonymous", "", "Number withheld" },
  { "sip:anonymous@anonymous.invalid", NULL, "", "Number withheld" },
  { "sip:5550101@example.test", "Sam\r\nple\xe2\x80\xae", "5550101", "Sam  ple" },
  { "", NULL, "", "" },
  { "sip:", NULL, "", "" },
  { "sip:@", NULL, "@", "@" },
};

static void
test_peer (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      g_autoptr (TandemCall) call
          = tandem_call_new ("1", TRUE, "0", "example.test", peers[i].uri, peers[i].name);

      g_assert_cmpstr (tandem_call_get_peer_address (call), ==, peers[i].address);
      g_assert_cmpstr (tandem_call_get_title (call), ==, peers[i].title);
    }
}

/* Any sequence of events leaves a sane call, and exactly one end. */
static void
test_random_events (void)
{
  for (guint round = 0; round < 300; round++)
    {
      Fixture f = { 0 };
      gboolean ended = FALSE;

      set_up (&f, round % 2 == 0 ? NULL : "incoming");
      for (guint i = 0; i < 30; i++)
        {
          static const guint codes[] = { 0, 100, 180, 183, 200, 302, 404, 486, 503 };

          switch (g_test_rand_int_range (0, 14))
            {
            case 0:
              tandem_call_answer (f.call, NULL);
              break;
            case 1:
              tandem_call_follow_redirect (f.call, NULL);
              break;
            case 2:
              tandem_call_send_dtmf (f.call, "1", NULL);
              break;
            case 3:
              if (i > 20)
                tandem_call_hang_up (f.call, NULL);
              break;
            default:
              give (
                  &f,
                  (TandemSipCallState) g_test_rand_int_range (0, TANDEM_SIP_CALL_ENDED + (i > 15)),
                  codes[g_test_rand_int_range (0, G_N_ELEMENTS (codes))],
                  (guint) g_test_rand_int_range (0, 3));
            }
          g_assert_nonnull (tandem_call_get_status_text (f.call));
          if (tandem_call_get_state (f.call) == TANDEM_CALL_ENDED)
            ended = TRUE;
          if (ended)
            g_assert_cmpint (tandem_call_get_state (f.call), ==, TANDEM_CALL_ENDED);
        }
      g_assert_cmpuint (f.ended, ==, ended ? 1 : 0);
      tear_down (&f, NULL);
    }
}

#define ADD(name, incoming, func)                                                                  \
  g_test_add ("/phone/call/" name, Fixture, incoming, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("outgoing", NULL, test_outgoing);
  ADD ("retried-invite", NULL, test_retried_invite);
  ADD ("retried-and-failed", NULL, test_retried_and_failed);
  ADD ("busy", NULL, test_busy);
  ADD ("hang-up-at-once", NULL, test_hang_up_at_once);
  ADD ("incoming-answered", "incoming", test_incoming_answered);
  ADD ("incoming-declined", "incoming", test_incoming_declined);
  ADD ("hang-up-declines", "incoming", test_hang_up_declines);
  ADD ("incoming-missed", "incoming", test_incoming_missed);
  ADD ("incoming-elsewhere", "incoming", test_incoming_elsewhere);
  ADD ("answer-never-confirmed", "incoming", test_answer_never_confirmed);
  ADD ("answer-impossible", "incoming", test_answer_impossible);
  ADD ("mute", NULL, test_mute);
  ADD ("dtmf", NULL, test_dtmf);
  ADD ("redirect", NULL, test_redirect);
  ADD ("bye-with-reason", NULL, test_bye_with_reason);
  ADD ("failed-change-keeps-the-call", NULL, test_failed_change_keeps_the_call);
  ADD ("duration", NULL, test_duration);
  ADD ("duration-ticks", NULL, test_duration_ticks);
  ADD ("headers", "incoming", test_headers);
  g_test_add_func ("/phone/call/peer", test_peer);
  g_test_add_func ("/phone/call/random-events", test_random_events);
  g_test_add_func ("/phone/call/unconfirmed", test_unconfirmed);
  g_test_add_func ("/phone/call/confirmed-late", test_confirmed_late);
  return g_test_run ();
}
