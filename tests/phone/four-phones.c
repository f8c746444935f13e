/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "four-phones.h"
#include "data-home.h"

#include "switchboard.h"

#include <glib/gstdio.h>

#include <string.h>

/* See four-phones.h. */

#define LOUD -36.0  /* dBFS: a tone that comes through, also as one of three */
#define QUIET -48.0 /* dBFS: none */

static const double tones[N_SIDES] = { 440, 880, 1320, 1760 };

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

void
four_set_up (Fixture *f, gconstpointer data)
{
  const guint port = find_port ();

  f->port = port;
  f->relay = relay_new ("127.3.2.9");
  for (guint n = 0; n < N_SIDES; n++)
    {
      g_autofree char *user = g_strdup_printf ("100%u", n + 1);
      g_autofree char *address = g_strdup_printf ("127.3.2.%u", n + 1);

      relay_add_user (f->relay, user, address, port);
    }
  for (guint n = 0; n < N_SIDES; n++)
    start_side (f, n, port, data != NULL ? data : "domain");
  f->wake = g_timeout_add (20, on_wake, NULL);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_phone_stop_finish (TANDEM_PHONE (source), result);
  (*(guint *) data)++;
}

void
four_tear_down (Fixture *f, gconstpointer data)
{
  guint stopped = 0;

  for (guint n = 0; n < N_SIDES; n++)
    {
      tandem_phone_delete_history (f->sides[n].phone);
      tandem_phone_stop_async (f->sides[n].phone, on_stopped, &stopped);
    }
  WAIT_FOR (stopped == N_SIDES);
  for (guint n = 0; n < N_SIDES; n++)
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

guint
n_calls (Side *side)
{
  return g_list_model_get_n_items (tandem_phone_get_calls (side->phone));
}

/* Without a call the ear is closed, and what was measured last stands still. */
gboolean
hears (Side *side, Side *other)
{
  return n_calls (side) > 0 && tandem_phone_measure_tone (side->phone, other->tone) > LOUD;
}

gboolean
hears_not (Side *side, Side *other)
{
  return n_calls (side) == 0 || tandem_phone_measure_tone (side->phone, other->tone) < QUIET;
}

gboolean
both_hear (Side *one, Side *other)
{
  return hears (one, other) && hears (other, one);
}

gboolean
neither_hears (Side *one, Side *other)
{
  return hears_not (one, other) && hears_not (other, one);
}

gboolean
is_up (TandemCall *call)
{
  return tandem_call_get_state (call) == TANDEM_CALL_CONNECTED;
}

TandemCall *
dial (Side *side, const char *number)
{
  g_autoptr (GError) error = NULL;
  TandemCall *call = tandem_phone_call (side->phone, number, &error);

  g_assert_no_error (error);
  return g_object_ref (call);
}

TandemCall *
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

TandemCall *
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

TandemCall *
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

gboolean
is_held (TandemCall *call)
{
  return (tandem_call_get_hold (call) & TANDEM_HOLD_LOCAL) != 0;
}

int
four_run (void)
{
  int status;

  data_home_enter ();
  status = g_test_run ();
  data_home_leave ();
  return status;
}
