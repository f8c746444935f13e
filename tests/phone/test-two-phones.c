/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data-home.h"
#include "phone-private.h"
#include "switchboard.h"

#include <glib/gstdio.h>

#include <math.h>
#include <string.h>

/* End to end: two whole phones in one process, each with its own SIP thread and its own sound (the
 * test back end), talk over 127.3.0.x without a server between them: each is the other's proxy. */

#define DEADLINE (20 * G_USEC_PER_SEC)
#define LOUD -30.0  /* dBFS: a tone that comes through */
#define QUIET -45.0 /* dBFS: none */

typedef struct
{
  TandemConfiguration *configuration;
  TandemPhone *phone;
  TandemCall *incoming;
  GString *digits;
} Side;

typedef struct
{
  Side a, b;
  guint wake;
} Fixture;

static const char file[]
    = "<configuration><Container name='Basic'>"
      "<Connectivity user='%s' server='%s:%u' protocol='udp'/></Container>"
      "<Container name='Genesys'><settings version='1.0'>"
      "<domain name='policy'><section name='endpoint'>"
      "<setting name='sip_port_min' value='%u'/><setting name='sip_port_max' value='%u'/>"
      "<setting name='rtp_port_min' value='%u'/><setting name='rtp_port_max' value='%u'/>"
      "<setting name='public_address' value='%s'/>"
      "</section></domain>"
      "<domain name='proxies'><section name='proxy0'>"
      "<setting name='password' value=''/><setting name='reg_timeout' value='0'/>"
      "<setting name='domain' value='example.test'/>"
      "</section></domain>"
      "<domain name='tandem'><section name='sip'><setting name='bind_address' value='%s'/>"
      "<setting name='late_offer' value='%u'/></section>"
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

static void
start_side (Side *side,
            const char *user,
            const char *address,
            const char *other,
            guint port,
            guint late_offer,
            double tone)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  const guint rtp = 20000 + (guint) g_test_rand_int_range (0, 1000) * 20;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  data = g_strdup_printf (file, user, other, port, port, port, rtp, rtp + 60, address, address,
                          late_offer);
#pragma GCC diagnostic pop
  side->digits = g_string_new (NULL);
  side->configuration = tandem_configuration_new ();
  g_assert_nonnull (side->configuration);
  tandem_configuration_load_data (side->configuration, "sample.config", data, strlen (data),
                                  &error);
  g_assert_no_error (error);
  side->phone = tandem_phone_new (side->configuration, "test");
  tandem_media_engine_set_test_tone (
      tandem_switchboard_get_engine (tandem_phone_get_switchboard (side->phone)), tone);
  g_signal_connect (side->phone, "incoming", G_CALLBACK (on_incoming), side);
  g_signal_connect (side->phone, "dtmf-received", G_CALLBACK (on_digit), side);
  tandem_phone_start (side->phone, &error);
  g_assert_no_error (error);
}

/* A port that nobody has on any address. */
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
set_up (Fixture *f, gconstpointer data)
{
  const guint late_offer = data != NULL ? 1 : 0;
  const guint port = find_port ();

  start_side (&f->a, "1001", "127.3.0.1", "127.3.0.2", port, late_offer, 440);
  start_side (&f->b, "1002", "127.3.0.2", "127.3.0.1", port, 0, 880);
  /* A condition that only time changes (a level, a counter) is looked at often enough. */
  f->wake = g_timeout_add (20, on_wake, NULL);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_phone_stop_finish (TANDEM_PHONE (source), result);
  *(gboolean *) data = TRUE;
}

static void
stop_side (Side *side)
{
  gboolean stopped = FALSE;

  tandem_phone_delete_history (side->phone);
  tandem_phone_stop_async (side->phone, on_stopped, &stopped);
  WAIT_FOR (stopped);
  g_clear_object (&side->incoming);
  g_assert_finalize_object (side->phone);
  g_object_unref (side->configuration);
  g_string_free (side->digits, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  stop_side (&f->a);
  stop_side (&f->b);
  g_source_remove (f->wake);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static TandemCall *
dial (Side *side)
{
  g_autoptr (GError) error = NULL;
  TandemCall *call = tandem_phone_call (side->phone, "1002", &error);

  g_assert_no_error (error);
  g_assert_nonnull (call);
  return g_object_ref (call);
}

static gboolean
hears (Side *side, double frequency)
{
  return tandem_phone_measure_tone (side->phone, frequency) > LOUD;
}

static guint
n_calls (Side *side)
{
  return g_list_model_get_n_items (tandem_phone_get_calls (side->phone));
}

static char *
last_outcome (Side *side)
{
  g_autoptr (TandemRecord) record
      = g_list_model_get_item (tandem_phone_get_history (side->phone), 0);

  return record != NULL ? g_strdup (tandem_record_get_outcome (record)) : NULL;
}

static void
assert_outcome (Side *side, const char *outcome)
{
  g_autofree char *last = last_outcome (side);

  g_assert_cmpstr (last, ==, outcome);
}

/* (transfer full): up, with sound both ways */
static TandemCall *
talk (Fixture *f)
{
  g_autoptr (TandemCall) call = dial (&f->a);
  g_autoptr (GError) error = NULL;

  WAIT_FOR (f->b.incoming != NULL);
  WAIT_FOR (tandem_call_get_state (call) == TANDEM_CALL_RINGING_THERE);
  g_assert_true (tandem_call_answer (f->b.incoming, &error));
  g_assert_no_error (error);
  WAIT_FOR (tandem_call_get_state (call) == TANDEM_CALL_CONNECTED);
  WAIT_FOR (tandem_call_get_state (f->b.incoming) == TANDEM_CALL_CONNECTED);
  WAIT_FOR (hears (&f->b, 440));
  WAIT_FOR (hears (&f->a, 880));
  return g_steal_pointer (&call);
}

static void
test_talk (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = talk (f);
  TandemLegStatistics statistics = { 0 };
  g_autofree char *json = NULL;

  g_assert_nonnull (tandem_call_get_codec (call));
  g_assert_cmpstr (tandem_call_get_codec (call), ==, tandem_call_get_codec (f->b.incoming));
  g_assert_cmpstr (tandem_call_get_sip_call_id (call), ==,
                   tandem_call_get_sip_call_id (f->b.incoming));
  g_assert_true (tandem_switchboard_get_statistics (tandem_phone_get_switchboard (f->a.phone), call,
                                                    &statistics));
  g_assert_cmpuint (statistics.packets_sent, >, 0);
  g_assert_cmpuint (statistics.packets_received, >, 0);
  json = tandem_phone_status_to_json (f->a.phone);
  g_assert_nonnull (strstr (json, "\"state\" : \"connected\""));
  WAIT_FOR (tandem_call_get_duration (call) >= 1);

  g_assert_true (tandem_call_hang_up (call, NULL));
  g_assert_cmpuint (n_calls (&f->a), ==, 0);
  assert_outcome (&f->a, "answered");
  WAIT_FOR (n_calls (&f->b) == 0);
  assert_outcome (&f->b, "answered");
  g_assert_null (tandem_call_get_failure (f->b.incoming));
}

static void
test_called_hangs_up (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = talk (f);

  g_assert_true (tandem_call_hang_up (f->b.incoming, NULL));
  WAIT_FOR (n_calls (&f->a) == 0);
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_ENDED);
  g_assert_null (tandem_call_get_failure (call));
}

static void
test_mute (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = talk (f);

  g_assert_true (tandem_call_set_muted (call, TRUE, NULL));
  WAIT_FOR (tandem_phone_measure_tone (f->b.phone, 440) < QUIET);
  g_assert_true (hears (&f->a, 880));
  g_assert_true (tandem_call_set_muted (call, FALSE, NULL));
  WAIT_FOR (hears (&f->b, 440));
}

/* Hold by each side, and by both; the sound follows, and who holds is told apart. */
static void
test_hold (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = talk (f);
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_call_hold (call, &error));
  g_assert_no_error (error);
  WAIT_FOR (tandem_call_get_hold (call) == TANDEM_HOLD_LOCAL);
  WAIT_FOR (tandem_call_get_hold (f->b.incoming) == TANDEM_HOLD_REMOTE);
  WAIT_FOR (tandem_phone_measure_tone (f->b.phone, 440) < QUIET);
  WAIT_FOR (tandem_phone_measure_tone (f->a.phone, 880) < QUIET);
  WAIT_FOR (tandem_call_get_hold_duration (call) >= 1);

  g_assert_true (tandem_call_hold (f->b.incoming, &error));
  WAIT_FOR (tandem_call_get_hold (f->b.incoming) == TANDEM_HOLD_BOTH);
  WAIT_FOR (tandem_call_get_hold (call) == TANDEM_HOLD_BOTH);
  g_assert_true (tandem_call_retrieve (call, &error));
  WAIT_FOR (tandem_call_get_hold (call) == TANDEM_HOLD_REMOTE);
  WAIT_FOR (tandem_call_get_hold (f->b.incoming) == TANDEM_HOLD_LOCAL);
  g_assert_true (tandem_call_retrieve (f->b.incoming, &error));
  WAIT_FOR (tandem_call_get_hold (call) == TANDEM_HOLD_NONE);
  WAIT_FOR (tandem_call_get_hold (f->b.incoming) == TANDEM_HOLD_NONE);
  WAIT_FOR (hears (&f->b, 440));
  WAIT_FOR (hears (&f->a, 880));
  g_assert_null (tandem_call_get_hold_problem (call));
}

static void
test_digits (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = talk (f);
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_call_send_dtmf (call, "1", &error));
  g_assert_no_error (error);
  g_assert_true (tandem_call_send_dtmf (call, "9*#", &error));
  WAIT_FOR (f->b.digits->len >= 4);
  g_assert_cmpstr (f->b.digits->str, ==, "19*#");
  g_assert_cmpstr (tandem_call_get_received_digits (f->b.incoming), ==, "19*#");
}

static void
test_declined (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = dial (&f->a);

  WAIT_FOR (f->b.incoming != NULL);
  g_assert_true (tandem_call_decline (f->b.incoming, NULL));
  assert_outcome (&f->b, "declined");
  WAIT_FOR (tandem_call_get_state (call) == TANDEM_CALL_ENDED);
  g_assert_cmpstr (tandem_call_get_failure (call), ==, "Busy");
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = dial (&f->a);

  WAIT_FOR (f->b.incoming != NULL);
  WAIT_FOR (tandem_call_get_state (call) == TANDEM_CALL_RINGING_THERE);
  g_assert_true (tandem_call_hang_up (call, NULL));
  assert_outcome (&f->a, "cancelled");
  WAIT_FOR (n_calls (&f->b) == 0);
  assert_outcome (&f->b, "missed");
}

/* One call is busy by default: a second one is refused, and the first does not notice. */
static void
test_busy (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = talk (f);
  g_autoptr (TandemCall) second = dial (&f->a);

  WAIT_FOR (tandem_call_get_state (second) == TANDEM_CALL_ENDED);
  g_assert_cmpstr (tandem_call_get_failure (second), ==, "Busy");
  assert_outcome (&f->a, "busy");
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_CONNECTED);
  g_assert_cmpuint (n_calls (&f->b), ==, 1);
}

static void
on_input_level (TandemPhone *phone, double level, double *latest)
{
  *latest = level;
}

/* The microphone's meter of preferences, with nobody to talk to. */
static void
test_input_level (Fixture *f, gconstpointer data)
{
  double latest = -1;

  g_signal_connect (f->a.phone, "input-level", G_CALLBACK (on_input_level), &latest);
  tandem_phone_watch_input_level (f->a.phone, TRUE);
  WAIT_FOR (latest > 0.5 && latest < 1);
  tandem_phone_watch_input_level (f->a.phone, FALSE);
  g_signal_handlers_disconnect_by_data (f->a.phone, &latest);
}

#define ADD(name, data, func)                                                                      \
  g_test_add ("/phone/two-phones/" name, Fixture, data, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  int status;

  data_home_enter ();
  g_test_init (&argc, &argv, NULL);
  ADD ("talk", NULL, test_talk);
  ADD ("talk-late-offer", "late", test_talk);
  ADD ("called-hangs-up", NULL, test_called_hangs_up);
  ADD ("mute", NULL, test_mute);
  ADD ("hold", NULL, test_hold);
  ADD ("digits", NULL, test_digits);
  ADD ("input-level", NULL, test_input_level);
  ADD ("declined", NULL, test_declined);
  ADD ("cancelled", NULL, test_cancelled);
  ADD ("busy", NULL, test_busy);
  status = g_test_run ();
  data_home_leave ();
  return status;
}
