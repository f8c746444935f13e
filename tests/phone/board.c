/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "board.h"
#include "data-home.h"

#include "history.h"

#include <glib/gstdio.h>

#include <string.h>

/* See board.h. */

static const char file[]
    = "<configuration><Container name='Basic'>"
      "<Connectivity user='1002' server='192.0.2.1:5060' protocol='udp'/></Container>"
      "<Container name='Genesys'><settings version='1.0'>"
      "<domain name='policy'><section name='session'>"
      "<setting name='reject_session_when_busy' value='%u'/></section></domain>"
      "<domain name='proxies'><section name='proxy0'>"
      "<setting name='password' value='secret'/><setting name='domain' value='example.test'/>"
      "</section></domain></settings></Container></configuration>";

gboolean
board_on_wake (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
board_wait_for_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
board_forget (void)
{
  g_free (fakes_take_log ());
}

void
board_expect (const char *what)
{
  g_autofree char *log = fakes_take_log ();

  g_assert_cmpstr (log, ==, what);
}

static void
on_error (TandemPhone *phone, const char *message, Board *b)
{
  g_string_append (b->errors, message);
}

static void
on_digit (TandemPhone *phone, TandemCall *call, const char *digit, Board *b)
{
  g_string_append (b->digits, digit);
}

static void
on_incoming (TandemPhone *phone, TandemCall *call, Board *b)
{
  g_set_object (&b->incoming, call);
}

static void
load (Board *b, guint reject)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  text = g_strdup_printf (file, reject);
#pragma GCC diagnostic pop
  tandem_configuration_load_data (b->configuration, "sample.config", text, strlen (text), &error);
  g_assert_no_error (error);
}

void
board_reject_when_busy (Board *b)
{
  load (b, 1);
  board_wait_for_idle ();
  board_forget ();
}

void
board_set_up (Board *b, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fakes_refuse_sdp (FALSE);
  fakes_no_ports (FALSE);
  fakes_no_telephone_event (FALSE);
  fakes_set_audio (TRUE, NULL);
  b->errors = g_string_new (NULL);
  b->digits = g_string_new (NULL);
  b->configuration = tandem_configuration_new ();
  g_assert_nonnull (b->configuration);
  load (b, 0);
  b->phone = tandem_phone_new (b->configuration, "test");
  g_signal_connect (b->phone, "error", G_CALLBACK (on_error), b);
  g_signal_connect (b->phone, "dtmf-received", G_CALLBACK (on_digit), b);
  g_signal_connect (b->phone, "incoming", G_CALLBACK (on_incoming), b);
  tandem_phone_start (b->phone, &error);
  g_assert_no_error (error);
  board_wait_for_idle ();
  board_forget ();
}

static void
reset (Board *b, const char *child)
{
  GSettings *settings = tandem_configuration_get_settings (b->configuration, child);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    g_settings_reset (settings, keys[i]);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_phone_stop_finish (TANDEM_PHONE (source), result);
  *(gboolean *) data = TRUE;
}

void
board_tear_down (Board *b, gconstpointer data)
{
  gboolean stopped = FALSE;

  g_clear_object (&b->incoming);
  tandem_phone_delete_history (b->phone);
  tandem_phone_stop_async (b->phone, on_stopped, &stopped);
  BOARD_WAIT_FOR (stopped);
  g_assert_finalize_object (b->phone);
  reset (b, "calls");
  reset (b, "directory");
  board_wait_for_idle ();
  g_assert_finalize_object (b->configuration);
  g_string_free (b->errors, TRUE);
  g_string_free (b->digits, TRUE);
  board_wait_for_idle ();
  g_assert_null (fakes_get_leg ());
  g_assert_null (fakes_get_client ());
  board_forget ();
}

void
board_set (Board *b, const char *child, const char *key, const char *value)
{
  GSettings *settings = tandem_configuration_get_settings (b->configuration, child);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) now = g_settings_get_value (settings, key);
  g_autoptr (GVariant) parsed
      = g_variant_parse (g_variant_get_type (now), value, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (g_settings_set_value (settings, key, parsed));
  board_wait_for_idle ();
  board_forget ();
}

void
board_give (guint number, TandemSipCallState state, guint code, const char *sdp)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL, .account = (char *) "0" };

  event.call = number;
  event.state = state;
  event.code = code;
  event.sdp = (char *) sdp;
  event.attempt = 1;
  fakes_emit (&event);
}

void
board_give_incoming (guint number, TandemSipEvent *event)
{
  TandemSipEvent plain = { .answer_after = -1 };
  TandemSipEvent *give = event != NULL ? event : &plain;

  give->type = TANDEM_SIP_EVENT_INCOMING;
  give->account = (char *) "0";
  give->call = number;
  if (give->sdp == NULL)
    give->sdp = (char *) "theirs";
  if (give->peer_uri == NULL)
    give->peer_uri = (char *) "sip:5550101@example.test";
  fakes_emit (give);
}

TandemCall *
board_talk (Board *b, guint number)
{
  g_autoptr (GError) error = NULL;

  board_give_incoming (number, NULL);
  tandem_call_answer (b->incoming, &error);
  g_assert_no_error (error);
  board_give (number, TANDEM_SIP_CALL_CONNECTED, 0, NULL);
  board_forget ();
  return b->incoming;
}

guint
board_count (Board *b)
{
  return g_list_model_get_n_items (tandem_phone_get_calls (b->phone));
}

TandemRecord *
board_get_record (Board *b)
{
  return g_list_model_get_item (tandem_phone_get_history (b->phone), 0);
}

int
board_run (void)
{
  int status;

  data_home_enter ();
  status = g_test_run ();
  data_home_leave ();
  return status;
}
