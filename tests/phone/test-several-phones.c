/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "four-phones.h"

#include <string.h>

/* Several calls for real: who hears whom in every state is measured, and so is who does not. */

/* Whoever answers puts the one before on hold; nobody who is not talked with hears or is heard; nobody is
 * retrieved without being asked. */
static void
test_two_calls (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) first = talk (A, B, "1002", NULL);
  g_autoptr (TandemCall) caller = dial (C, "1001");
  g_autoptr (TandemCall) second = NULL;
  g_autoptr (GError) error = NULL;

  WAIT_FOR (A->incoming != NULL);
  g_assert_true (tandem_phone_get_active_call (A->phone) == first);
  second = answer (A);
  WAIT_FOR (is_held (first));
  g_assert_true (tandem_phone_get_active_call (A->phone) == second);
  WAIT_FOR (both_hear (A, C));
  WAIT_FOR (neither_hears (A, B) && neither_hears (B, C));

  g_assert_true (tandem_phone_swap (A->phone, NULL, &error));
  g_assert_no_error (error);
  WAIT_FOR (both_hear (A, B) && is_held (second));
  WAIT_FOR (neither_hears (A, C) && neither_hears (B, C));
  g_assert_true (tandem_phone_get_active_call (A->phone) == first);

  tandem_call_hang_up (first, NULL);
  WAIT_FOR (n_calls (B) == 0);
  g_assert_nonnull (tandem_call_get_notice (second));
  WAIT_FOR (tandem_call_is_hold_reminder (second));
  g_assert_true (is_held (second));
  g_assert_true (neither_hears (A, C));
  g_assert_true (tandem_call_retrieve (second, &error));
  WAIT_FOR (both_hear (A, C));
  g_assert_null (tandem_call_get_notice (second));
  g_assert_false (tandem_call_is_hold_reminder (second));
}

/* Dialling holds too, and what is answered while another is talked with goes on hold. */
static void
test_dialling_holds (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) first = talk (A, B, "1002", NULL);
  g_autoptr (TandemCall) second = dial (A, "1003");
  g_autoptr (TandemCall) there = NULL;
  g_autoptr (GError) error = NULL;

  WAIT_FOR (is_held (first));
  WAIT_FOR (tandem_call_get_state (second) == TANDEM_CALL_RINGING_THERE);
  WAIT_FOR (neither_hears (A, B));
  /* The agent goes back before the other one has answered. */
  g_assert_true (tandem_call_retrieve (first, &error));
  WAIT_FOR (both_hear (A, B));
  there = answer (C);
  WAIT_FOR (is_held (second));
  WAIT_FOR (tandem_call_get_hold (there) == TANDEM_HOLD_REMOTE);
  g_assert_true (both_hear (A, B));
  WAIT_FOR (neither_hears (A, C) && neither_hears (B, C));
}

/* Swapping faster than the far ends can follow ends where the agent wants it. */
static void
test_swap_fast (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) first = talk (A, B, "1002", NULL);
  g_autoptr (TandemCall) second = talk (A, C, "1003", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 5; i++)
    {
      tandem_phone_swap (A->phone, i % 2 == 0 ? first : second, NULL);
      g_main_context_iteration (NULL, FALSE);
    }
  if (!tandem_call_is_hold_pending (first) && is_held (first))
    g_assert_true (tandem_phone_swap (A->phone, first, &error));
  WAIT_FOR (!tandem_call_is_hold_pending (first) && !tandem_call_is_hold_pending (second));
  g_assert_true (is_held (first) != is_held (second));
  if (is_held (first))
    {
      WAIT_FOR (both_hear (A, C));
      WAIT_FOR (neither_hears (A, B));
    }
  else
    {
      WAIT_FOR (both_hear (A, B));
      WAIT_FOR (neither_hears (A, C));
    }
}

static void
assert_transferred (Side *side, const char *to)
{
  g_autoptr (TandemRecord) record
      = g_list_model_get_item (tandem_phone_get_history (side->phone), 0);

  g_assert_nonnull (record);
  g_assert_cmpstr (tandem_record_get_outcome (record), ==, "answered");
  g_assert_nonnull (strstr (tandem_record_get_reason (record), to));
}

static void
test_transfer_now (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = talk (A, B, "1002", NULL);
  g_autoptr (TandemCall) there = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_call_transfer (call, "1003", &error));
  g_assert_no_error (error);
  g_assert_cmpint (tandem_call_get_transfer (call), ==, TANDEM_TRANSFER_PENDING);
  g_assert_nonnull (strstr (tandem_call_get_transfer_text (call), "1003"));
  WAIT_FOR (tandem_call_get_transfer (call) == TANDEM_TRANSFER_RINGING);
  g_assert_true (is_held (call));
  there = answer (C);
  WAIT_FOR (tandem_call_get_state (call) == TANDEM_CALL_ENDED);
  g_assert_cmpint (tandem_call_get_transfer (call), ==, TANDEM_TRANSFER_DONE);
  g_assert_nonnull (strstr (tandem_call_get_failure (call), "1003"));
  assert_transferred (A, "1003");
  WAIT_FOR (both_hear (B, C));
  WAIT_FOR (neither_hears (A, B) && neither_hears (A, C));
  g_assert_cmpuint (n_calls (A), ==, 0);
  WAIT_FOR (n_calls (B) == 1);
}

static void
test_transfer_fails (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = talk (A, B, "1002", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_call_transfer (call, "1999", &error));
  WAIT_FOR (tandem_call_get_transfer (call) == TANDEM_TRANSFER_FAILED);
  g_assert_nonnull (strstr (tandem_call_get_transfer_text (call), "Transfer failed: "));
  g_assert_true (is_up (call));
  g_assert_true (is_held (call));
  WAIT_FOR (n_calls (B) == 1);
  WAIT_FOR (neither_hears (A, B));
  g_assert_true (tandem_call_retrieve (call, &error));
  tandem_call_dismiss_transfer (call);
  g_assert_null (tandem_call_get_transfer_text (call));
  /* The far end has put us on hold to call; it takes us back by itself, or its agent does. */
  {
    g_autoptr (TandemCall) theirs = g_list_model_get_item (tandem_phone_get_calls (B->phone), 0);

    WAIT_FOR (!tandem_call_is_hold_pending (theirs));
    if ((tandem_call_get_hold (theirs) & TANDEM_HOLD_LOCAL) != 0)
      g_assert_true (tandem_call_retrieve (theirs, &error));
  }
  WAIT_FOR (both_hear (A, B));
}

/* Consult First: the consultation is private, and completing joins the other two without ringing. */
static void
test_consult (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = talk (A, B, "1002", NULL);
  g_autoptr (TandemCall) consultation = NULL;
  g_autoptr (TandemCall) there = NULL;
  g_autoptr (GError) error = NULL;

  consultation = tandem_phone_consult (A->phone, call, "1003", &error);
  g_assert_no_error (error);
  g_object_ref (consultation);
  g_assert_true (tandem_call_get_consults (consultation) == call);
  there = answer (C);
  WAIT_FOR (both_hear (A, C));
  WAIT_FOR (is_held (call) && neither_hears (A, B) && neither_hears (B, C));

  g_clear_object (&C->incoming);
  g_assert_true (tandem_phone_complete (A->phone, consultation, &error));
  g_assert_no_error (error);
  WAIT_FOR (n_calls (A) == 0);
  g_assert_nonnull (strstr (tandem_call_get_failure (call), "1003"));
  WAIT_FOR (both_hear (B, C));
  WAIT_FOR (neither_hears (A, B) && neither_hears (A, C));
  /* The row of the one that was consulted stayed the same, with another title; it did not ring. */
  g_assert_null (C->incoming);
  g_assert_true (is_up (there));
  g_assert_cmpstr (tandem_call_get_peer_address (there), ==, "1002");
  g_assert_cmpuint (n_calls (C), ==, 1);
}

static void
test_complete_while_ringing (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = talk (A, B, "1002", NULL);
  g_autoptr (TandemCall) consultation = NULL;
  g_autoptr (TandemCall) there = NULL;
  g_autoptr (TandemCall) rang = NULL;
  g_autoptr (GError) error = NULL;

  consultation = g_object_ref (tandem_phone_consult (A->phone, call, "1003", &error));
  WAIT_FOR (tandem_call_get_state (consultation) == TANDEM_CALL_RINGING_THERE);
  WAIT_FOR (C->incoming != NULL);
  rang = g_steal_pointer (&C->incoming);
  g_assert_true (tandem_phone_complete (A->phone, consultation, &error));
  g_assert_no_error (error);
  WAIT_FOR (tandem_call_get_state (rang) == TANDEM_CALL_ENDED);
  there = answer (C);
  WAIT_FOR (n_calls (A) == 0);
  WAIT_FOR (both_hear (B, C));
  WAIT_FOR (neither_hears (A, B) && neither_hears (A, C));
}

/* Everybody hears all others and nobody itself; muted, alone and gone parties are not heard. */
static void
test_conference (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) first = talk (A, B, "1002", NULL);
  g_autoptr (TandemCall) second = talk (A, C, "1003", NULL);
  g_autoptr (TandemCall) third = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_phone_merge (A->phone, first, &error));
  g_assert_no_error (error);
  WAIT_FOR (both_hear (A, B) && both_hear (A, C) && both_hear (B, C));
  WAIT_FOR (hears_not (A, A) && hears_not (B, B) && hears_not (C, C));
  g_assert_true (tandem_call_is_in_conference (first));
  g_assert_true (tandem_call_is_in_conference (second));

  g_assert_true (tandem_call_set_party_muted (second, TRUE, &error));
  WAIT_FOR (hears_not (A, C) && hears_not (B, C));
  g_assert_true (hears (C, A) && hears (C, B));
  g_assert_true (tandem_call_set_party_muted (second, FALSE, &error));
  WAIT_FOR (both_hear (B, C));

  /* Somebody else is asked: the conference is on hold as a whole, and talks not behind our back. */
  third = talk (A, D, "1004", NULL);
  WAIT_FOR (is_held (first) && is_held (second));
  WAIT_FOR (neither_hears (A, B) && neither_hears (A, C) && neither_hears (D, B));
  g_assert_true (tandem_phone_swap (A->phone, NULL, &error));
  g_assert_no_error (error);
  WAIT_FOR (both_hear (A, B) && both_hear (A, C) && both_hear (B, C));
  WAIT_FOR (neither_hears (A, D) && neither_hears (B, D));
  g_assert_true (tandem_phone_merge (A->phone, third, &error));
  WAIT_FOR (both_hear (A, D) && both_hear (B, D) && both_hear (C, D) && both_hear (B, C));

  g_assert_true (tandem_phone_split (A->phone, third, &error));
  WAIT_FOR (is_held (third) && neither_hears (A, D) && neither_hears (B, D));
  g_assert_true (both_hear (A, B) && both_hear (B, C));
  tandem_call_hang_up (third, NULL);

  tandem_call_hang_up (second, NULL);
  g_assert_false (tandem_call_is_in_conference (first));
  WAIT_FOR (n_calls (C) == 0);
  WAIT_FOR (neither_hears (B, C) && both_hear (A, B));
}

static void
test_split_all (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) first = talk (A, B, "1002", NULL);
  g_autoptr (TandemCall) second = talk (A, C, "1003", NULL);
  g_autoptr (GError) error = NULL;
  TandemCall *stays;

  g_assert_true (tandem_phone_merge (A->phone, first, &error));
  WAIT_FOR (both_hear (B, C));
  g_assert_true (tandem_phone_split (A->phone, NULL, &error));
  g_assert_no_error (error);
  stays = tandem_phone_get_active_call (A->phone);
  WAIT_FOR (is_held (stays == first ? second : first));
  WAIT_FOR (neither_hears (B, C));
  WAIT_FOR (both_hear (A, stays == first ? B : C) && neither_hears (A, stays == first ? C : B));
  g_assert_false (tandem_call_is_in_conference (first));
  g_assert_false (tandem_call_is_in_conference (second));
}

/* The agent leaves, and the two go on. */
static void
test_connect (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) first = talk (A, B, "1002", NULL);
  g_autoptr (TandemCall) second = talk (A, C, "1003", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_phone_connect (A->phone, first, second, &error));
  g_assert_no_error (error);
  WAIT_FOR (n_calls (A) == 0);
  WAIT_FOR (both_hear (B, C));
  WAIT_FOR (neither_hears (A, B) && neither_hears (A, C));
}

/* Policy "ask": the agent there decides. */
static void
test_referral_asks (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) theirs = NULL;
  g_autoptr (TandemCall) call = talk (A, B, "1002", &theirs);
  g_autoptr (TandemCall) there = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_call_transfer (call, "1003", &error));
  WAIT_FOR (tandem_call_get_referral_target (theirs) != NULL);
  g_assert_nonnull (strstr (tandem_call_get_referral_target (theirs), "1003"));
  g_assert_true (tandem_call_answer_referral (theirs, FALSE, &error));
  WAIT_FOR (tandem_call_get_transfer (call) == TANDEM_TRANSFER_FAILED);
  g_assert_null (C->incoming);

  g_assert_true (tandem_call_transfer (call, "1003", &error));
  WAIT_FOR (tandem_call_get_referral_target (theirs) != NULL);
  g_assert_true (tandem_call_answer_referral (theirs, TRUE, &error));
  there = answer (C);
  WAIT_FOR (n_calls (A) == 0);
  WAIT_FOR (both_hear (B, C));
}

static void
test_referral_never (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) theirs = NULL;
  g_autoptr (TandemCall) call = talk (A, B, "1002", &theirs);

  g_assert_true (tandem_call_transfer (call, "1003", NULL));
  WAIT_FOR (tandem_call_get_transfer (call) == TANDEM_TRANSFER_FAILED);
  g_assert_null (tandem_call_get_referral_target (theirs));
  g_assert_cmpuint (n_calls (B), ==, 1);
  g_assert_null (C->incoming);
}

/* The server mixes: the parties are sent to it. (The fourth phone plays the server, and only answers.) */
static void
test_conference_of_server (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) first = talk (A, B, "1002", NULL);
  g_autoptr (TandemCall) second = talk (A, C, "1003", NULL);
  g_autoptr (TandemCall) ours = NULL, theirs = NULL, last = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_phone_merge (A->phone, first, &error));
  g_assert_no_error (error);
  ours = answer (D);
  theirs = answer (D);
  last = answer (D);
  WAIT_FOR (tandem_call_get_state (first) == TANDEM_CALL_ENDED);
  WAIT_FOR (tandem_call_get_state (second) == TANDEM_CALL_ENDED);
  g_assert_cmpint (tandem_call_get_transfer (first), ==, TANDEM_TRANSFER_DONE);
  g_assert_cmpuint (n_calls (A), ==, 1);
  WAIT_FOR (n_calls (B) == 1 && n_calls (C) == 1);
}

/* What is measured is the last second: sound that comes back shows within two. */
static void
assert_stays_silent (Side *one, Side *other)
{
  const gint64 end = g_get_monotonic_time () + 2 * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < end)
    {
      g_assert_true (neither_hears (one, other));
      g_main_context_iteration (NULL, TRUE);
    }
}

/* HA: while the proxy is silent, holding fails; still nobody hears what is not for them. */
static void
test_hold_fails (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) first = talk (A, B, "1002", NULL);
  g_autoptr (TandemCall) second = talk (A, C, "1003", NULL);
  g_autoptr (GError) error = NULL;

  WAIT_FOR (is_held (first) && !tandem_call_is_hold_pending (first));
  g_assert_true (tandem_phone_swap (A->phone, NULL, &error));
  WAIT_FOR (both_hear (A, B) && is_held (second) && !tandem_call_is_hold_pending (first));
  relay_set_silent (f->relay, TRUE);
  g_assert_true (tandem_phone_swap (A->phone, NULL, &error));
  WAIT_FOR (neither_hears (A, B));
  WAIT_FOR (tandem_call_get_hold_problem (first) != NULL);
  g_assert_true (is_up (first) && is_up (second));
  g_assert_true (is_held (first));
  assert_stays_silent (A, B);
  WAIT_FOR (!tandem_call_is_hold_pending (second));
  /* What the far end was never told of ends without telling it. */
  g_assert_true (tandem_call_retrieve (first, &error));
  WAIT_FOR (both_hear (A, B));
  g_assert_null (tandem_call_get_hold_problem (first));
  relay_set_silent (f->relay, FALSE);
}

/* HA: neither the hold nor the REFER gets through; the call is not lost, and says so. */
static void
test_transfer_in_silence (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = talk (A, B, "1002", NULL);
  g_autoptr (GError) error = NULL;

  relay_set_silent (f->relay, TRUE);
  g_assert_true (tandem_call_transfer (call, "1003", &error));
  WAIT_FOR (neither_hears (A, B));
  WAIT_FOR (tandem_call_get_transfer (call) == TANDEM_TRANSFER_FAILED);
  g_assert_true (is_up (call));
  g_assert_true (is_held (call));
  g_assert_nonnull (tandem_call_get_hold_problem (call));
  assert_stays_silent (A, B);
  relay_set_silent (f->relay, FALSE);
  g_assert_true (tandem_call_retrieve (call, &error));
  g_assert_no_error (error);
  WAIT_FOR (both_hear (A, B));
}

#define STORM 100U

static void
send_storm (GSocket *socket, guint port)
{
  g_autoptr (GSocketAddress) to = g_inet_socket_address_new_from_string ("127.3.2.1", port);
  g_autoptr (GSocketAddress) from = g_socket_get_local_address (socket, NULL);
  const guint own = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (from));

  for (guint i = 0; i < STORM; i++)
    {
      g_autofree char *invite
          = g_strdup_printf ("INVITE sip:1001@127.3.2.1:%u SIP/2.0\r\n"
                             "Via: SIP/2.0/UDP 127.3.2.8:%u;branch=z9hG4bKstorm%u;rport\r\n"
                             "Max-Forwards: 70\r\n"
                             "From: <sip:555%04u@example.test>;tag=s%u\r\n"
                             "To: <sip:1001@example.test>\r\nCall-ID: storm-%u@127.3.2.8\r\n"
                             "CSeq: 1 INVITE\r\nContact: <sip:storm@127.3.2.8:%u>\r\n"
                             "Content-Length: 0\r\n\r\n",
                             port, own, i, i, i, i, own);

      g_socket_send_to (socket, to, invite, strlen (invite), NULL, NULL);
    }
}

/* How many of each: the first answers of the status, by call. */
static void
count_answers (GSocket *socket, GHashTable *ringing, GHashTable *busy)
{
  char buffer[4096];
  gssize length;

  while ((length = g_socket_receive (socket, buffer, sizeof buffer - 1, NULL, NULL)) > 0)
    {
      const char *id;

      buffer[length] = '\0';
      id = strstr (buffer, "storm-");
      if (id == NULL)
        continue;
      if (g_str_has_prefix (buffer, "SIP/2.0 180 "))
        g_hash_table_add (ringing, g_strndup (id, strcspn (id, "@")));
      else if (g_str_has_prefix (buffer, "SIP/2.0 486 "))
        g_hash_table_add (busy, g_strndup (id, strcspn (id, "@")));
    }
}

/* A hundred calls at once: ten ring, the others are busy, and the call that is up goes on. */
static void
test_call_storm (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = talk (A, B, "1002", NULL);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) own = g_inet_socket_address_new_from_string ("127.3.2.8", 0);
  g_autoptr (GHashTable) ringing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) busy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;
  const gint64 start = g_get_monotonic_time ();

  g_socket_bind (socket, own, FALSE, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  send_storm (socket, f->port);
  WAIT_FOR ((count_answers (socket, ringing, busy),
             g_hash_table_size (ringing) + g_hash_table_size (busy) >= STORM));
  g_test_message ("all answered after %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - start) / 1000);
  g_assert_cmpuint (g_hash_table_size (ringing), ==, 9);
  g_assert_cmpuint (n_calls (A), ==, 10);
  g_assert_true (is_up (call));
  g_assert_true (both_hear (A, B));
  for (guint i = 0; i < 9; i++)
    g_assert_true (tandem_call_decline (find_ringing (A), NULL));
  g_assert_cmpuint (n_calls (A), ==, 1);
  tandem_call_hang_up (call, NULL);
  WAIT_FOR (n_calls (B) == 0);
}

static void
test_digits_behind_number (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = dial (A, "1002,,12#");
  g_autoptr (TandemCall) there = answer (B);
  const gint64 start = g_get_monotonic_time ();

  g_assert_cmpstr (tandem_call_get_peer_address (call), ==, "1002");
  WAIT_FOR (B->digits->len >= 3);
  g_assert_cmpstr (B->digits->str, ==, "12#");
  g_assert_cmpstr (tandem_call_get_dialled_digits (call), ==, "12#");
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 3900 * 1000);
}

#define ADD(name, data, func)                                                                      \
  g_test_add ("/phone/several-phones/" name, Fixture, data, four_set_up, func, four_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("two-calls", NULL, test_two_calls);
  ADD ("dialling-holds", NULL, test_dialling_holds);
  ADD ("swap-fast", NULL, test_swap_fast);
  ADD ("transfer-now", NULL, test_transfer_now);
  ADD ("transfer-fails", NULL, test_transfer_fails);
  ADD ("consult", NULL, test_consult);
  ADD ("complete-while-ringing", NULL, test_complete_while_ringing);
  ADD ("conference", NULL, test_conference);
  ADD ("split-all", NULL, test_split_all);
  ADD ("connect", NULL, test_connect);
  ADD ("referral-asks", "ask", test_referral_asks);
  ADD ("referral-never", "never", test_referral_never);
  ADD ("conference-of-server", "server", test_conference_of_server);
  ADD ("hold-fails", NULL, test_hold_fails);
  ADD ("transfer-in-silence", NULL, test_transfer_in_silence);
  ADD ("call-storm", NULL, test_call_storm);
  ADD ("digits-behind-number", NULL, test_digits_behind_number);
  return four_run ();
}
