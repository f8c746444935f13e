/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-private.h"
#include "relay.h"
#include "switchboard.h"

#include <glib/gstdio.h>

#include <math.h>
#include <string.h>

/* Several calls for real: four whole phones in one process, each with its own SIP thread and its own tone
 * as voice, before one relay on 127.3.2.9. Who hears whom is measured, and so is who does not. */

#define DEADLINE (30 * G_USEC_PER_SEC)
#define LOUD -36.0  /* dBFS: a tone that comes through, also as one of three */
#define QUIET -48.0 /* dBFS: none */
#define N 4

typedef struct
{
  TandemConfiguration *configuration;
  TandemPhone *phone;
  TandemCall *incoming; /* the newest */
  GString *digits;
  double tone;
} Side;

typedef struct
{
  Relay *relay;
  Side sides[N];
  guint port; /* of all phones */
  guint wake;
} Fixture;

#define A (&f->sides[0])
#define B (&f->sides[1])
#define C (&f->sides[2])
#define D (&f->sides[3])

static const double tones[N] = { 440, 880, 1320, 1760 };

static const char file[]
    = "<configuration><Container name='Basic'>"
      "<Connectivity user='100%u' server='127.3.2.9:%u' protocol='udp'/></Container>"
      "<Container name='Genesys'><settings version='1.0'>"
      "<domain name='policy'><section name='endpoint'>"
      "<setting name='sip_port_min' value='%u'/><setting name='sip_port_max' value='%u'/>"
      "<setting name='rtp_port_min' value='%u'/><setting name='rtp_port_max' value='%u'/>"
      "<setting name='public_address' value='127.3.2.%u'/>"
      "<setting name='sip_transaction_timeout' value='1000'/>"
      "</section><section name='session'>"
      "<setting name='reject_session_when_busy' value='0'/></section></domain>"
      "<domain name='proxies'><section name='proxy0'>"
      "<setting name='password' value=''/><setting name='reg_timeout' value='0'/>"
      "<setting name='domain' value='example.test'/></section></domain>"
      "<domain name='tandem'><section name='sip'>"
      "<setting name='bind_address' value='127.3.2.%u'/></section>"
      "<section name='calls'><setting name='transfer_requests' value='%s'/>"
      "<setting name='hold_reminder' value='1'/>"
      "<setting name='conference_address' value='%s'/></section>"
      "<section name='ha'><setting name='probe_interval' value='0'/></section></domain>"
      "</settings></Container></configuration>";

static gboolean
on_wake (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const gint64 end_ = g_get_monotonic_time () + DEADLINE;                                        \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (g_get_monotonic_time () > end_)                                                        \
          g_error ("%s:%d: waited in vain for " #condition, __FILE__, __LINE__);                   \
        g_main_context_iteration (NULL, TRUE);                                                     \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

static void
on_incoming (TandemPhone *phone, TandemCall *call, Side *side)
{
  g_set_object (&side->incoming, call);
}

static void
on_digit (TandemPhone *phone, TandemCall *call, const char *digit, Side *side)
{
  g_string_append (side->digits, digit);
}

static guint
find_port (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_DATAGRAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV6);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (any, 0);
  g_autoptr (GSocketAddress) got = NULL;

  g_assert_no_error (error);
  g_socket_bind (socket, wanted, FALSE, &error);
  g_assert_no_error (error);
  got = g_socket_get_local_address (socket, &error);
  g_assert_no_error (error);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
}

static void
start_side (Fixture *f, guint n, guint port, const char *policy)
{
  Side *side = &f->sides[n];
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  const guint rtp = 22000 + (guint) g_test_rand_int_range (0, 500) * 40;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  data = g_strdup_printf (file, n + 1, relay_get_port (f->relay), port, port, rtp, rtp + 38, n + 1,
                          n + 1, g_str_equal (policy, "server") ? "domain" : policy,
                          g_str_equal (policy, "server") && n == 0 ? "1004" : "");
#pragma GCC diagnostic pop
  side->tone = tones[n];
  side->digits = g_string_new (NULL);
  side->configuration = tandem_configuration_new ();
  tandem_configuration_load_data (side->configuration, "sample.config", data, strlen (data),
                                  &error);
  g_assert_no_error (error);
  side->phone = tandem_phone_new (side->configuration, "test");
  tandem_media_engine_set_test_tone (
      tandem_switchboard_get_engine (tandem_phone_get_switchboard (side->phone)), side->tone);
  g_signal_connect (side->phone, "incoming", G_CALLBACK (on_incoming), side);
  g_signal_connect (side->phone, "dtmf-received", G_CALLBACK (on_digit), side);
  tandem_phone_start (side->phone, &error);
  g_assert_no_error (error);
}

/* data: the policy for requests of the far end; "server": "domain", and a conference at 1004 */
static void
set_up (Fixture *f, gconstpointer data)
{
  const guint port = find_port ();

  f->port = port;
  f->relay = relay_new ("127.3.2.9");
  for (guint n = 0; n < N; n++)
    {
      g_autofree char *user = g_strdup_printf ("100%u", n + 1);
      g_autofree char *address = g_strdup_printf ("127.3.2.%u", n + 1);

      relay_add_user (f->relay, user, address, port);
    }
  for (guint n = 0; n < N; n++)
    start_side (f, n, port, data != NULL ? data : "domain");
  f->wake = g_timeout_add (20, on_wake, NULL);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_phone_stop_finish (TANDEM_PHONE (source), result);
  (*(guint *) data)++;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  guint stopped = 0;

  for (guint n = 0; n < N; n++)
    {
      tandem_phone_delete_history (f->sides[n].phone);
      tandem_phone_stop_async (f->sides[n].phone, on_stopped, &stopped);
    }
  WAIT_FOR (stopped == N);
  for (guint n = 0; n < N; n++)
    {
      gpointer phone = f->sides[n].phone;

      g_clear_object (&f->sides[n].incoming);
      /* On a busy machine the SIP thread may have more to say goodbye to than its two seconds. */
      g_object_add_weak_pointer (phone, &phone);
      g_object_unref (f->sides[n].phone);
      WAIT_FOR (phone == NULL);
      g_object_unref (f->sides[n].configuration);
      g_string_free (f->sides[n].digits, TRUE);
    }
  g_source_remove (f->wake);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  relay_free (f->relay);
}

static guint
n_calls (Side *side)
{
  return g_list_model_get_n_items (tandem_phone_get_calls (side->phone));
}

/* Without a call the ear is closed, and what was measured last stands still. */
static gboolean
hears (Side *side, Side *other)
{
  return n_calls (side) > 0 && tandem_phone_measure_tone (side->phone, other->tone) > LOUD;
}

static gboolean
hears_not (Side *side, Side *other)
{
  return n_calls (side) == 0 || tandem_phone_measure_tone (side->phone, other->tone) < QUIET;
}

static gboolean
both_hear (Side *one, Side *other)
{
  return hears (one, other) && hears (other, one);
}

static gboolean
neither_hears (Side *one, Side *other)
{
  return hears_not (one, other) && hears_not (other, one);
}

static gboolean
is_up (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_CONNECTED;
}

/* (transfer full) */
static TandemCall *
dial (Side *side, const char *number)
{
  g_autoptr (GError) error = NULL;
  TandemCall *call = tandem_phone_call (side->phone, number, &error);

  g_assert_no_error (error);
  return g_object_ref (call);
}

/* (transfer none) (nullable): the one that has rung here longest */
static TandemCall *
find_ringing (Side *side)
{
  GListModel *calls = tandem_phone_get_calls (side->phone);

  for (guint i = g_list_model_get_n_items (calls); i > 0; i--)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i - 1);

      if (tandem_call_get_state (call) == TANDEM_CALL_RINGING_HERE)
        return call;
    }
  return NULL;
}

/* (transfer full): the one that rings here, answered */
static TandemCall *
answer (Side *side)
{
  g_autoptr (TandemCall) call = NULL;
  g_autoptr (GError) error = NULL;

  WAIT_FOR (find_ringing (side) != NULL);
  call = g_object_ref (find_ringing (side));
  if (call == side->incoming)
    g_clear_object (&side->incoming);
  tandem_call_answer (call, &error);
  g_assert_no_error (error);
  WAIT_FOR (is_up (call));
  return g_steal_pointer (&call);
}

/* (transfer full): what from has, when to has answered */
static TandemCall *
talk (Side *from, Side *to, const char *number, TandemCall **there)
{
  g_autoptr (TandemCall) call = dial (from, number);
  g_autoptr (TandemCall) other = answer (to);

  WAIT_FOR (is_up (call));
  WAIT_FOR (both_hear (from, to));
  if (there != NULL)
    *there = g_steal_pointer (&other);
  return g_steal_pointer (&call);
}

static gboolean
is_held (TandemCall *call)
{
  return (tandem_call_get_hold (call) & TANDEM_HOLD_LOCAL) != 0;
}

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
  g_assert_true (neither_hears (A, B));
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
  g_test_add ("/phone/several-phones/" name, Fixture, data, set_up, func, tear_down)

static void
remove_folder (const char *path)
{
  g_autofree char *folder = g_build_filename (path, "tandem", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (folder, name, NULL);

      g_remove (child);
    }
  g_rmdir (folder);
  g_rmdir (path);
}

int
main (int argc, char *argv[])
{
  g_autofree char *data_home = g_dir_make_tmp ("tandem-several-phones-XXXXXX", NULL);
  int status;

  g_setenv ("XDG_DATA_HOME", data_home, TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
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
  status = g_test_run ();
  remove_folder (data_home);
  return status;
}
