/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data-home.h"
#include "fakes.h"
#include "history.h"
#include "phone-private.h"

#include <glib/gstdio.h>

#include <string.h>

/* What a whole phone does when accounts, settings and sound come, change and go: with a SIP thread and a sound that
 * only write down what is asked of them. */

typedef struct
{
  TandemConfiguration *configuration;
  TandemPhone *phone;
  GString *errors;
  GString *digits;
  TandemCall *incoming;
} Fixture;

static const char with_password[]
    = "<configuration><Container name='Basic'>"
      "<Connectivity user='1002' server='192.0.2.1:5060,192.0.2.2:5060' "
      "protocol='udp'/></Container>"
      "<Container name='Genesys'><settings version='1.0'>"
      "<domain name='policy'><section name='endpoint'>"
      "<setting name='sip_port_min' value='%u'/><setting name='sip_port_max' value='%u'/>"
      "<setting name='sip_transaction_timeout' value='%u'/></section></domain>"
      "<domain name='proxies'><section name='proxy0'>"
      "<setting name='password' value='secret'/><setting name='domain' value='example.test'/>"
      "</section></domain></settings></Container></configuration>";

static const char without_password[] = "<configuration><Container name='Basic'>"
                                       "<Connectivity user='1002' server='example.test' "
                                       "protocol='udp'/></Container></configuration>";

static void
wait_for_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
load (Fixture *f, guint port, guint timeout)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  data = g_strdup_printf (with_password, port, port + 20, timeout);
#pragma GCC diagnostic pop
  g_assert_true (tandem_configuration_load_data (f->configuration, "sample.config", data,
                                                 strlen (data), &error));
  g_assert_no_error (error);
}

static void
on_error (TandemPhone *phone, const char *message, Fixture *f)
{
  g_string_append (f->errors, message);
}

static void
on_digit (TandemPhone *phone, TandemCall *call, const char *digit, Fixture *f)
{
  g_string_append (f->digits, digit);
}

static void
on_incoming (TandemPhone *phone, TandemCall *call, Fixture *f)
{
  g_set_object (&f->incoming, call);
}

static void
make_phone (Fixture *f)
{
  f->phone = tandem_phone_new (f->configuration, "test");
  g_signal_connect (f->phone, "error", G_CALLBACK (on_error), f);
  g_signal_connect (f->phone, "dtmf-received", G_CALLBACK (on_digit), f);
  g_signal_connect (f->phone, "incoming", G_CALLBACK (on_incoming), f);
}

static void
set_calls (Fixture *f, const char *key, const char *value)
{
  GSettings *settings = tandem_configuration_get_settings (f->configuration, "calls");
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) parsed = g_variant_parse (NULL, value, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (g_settings_set_value (settings, key, parsed));
  wait_for_idle ();
  g_free (fakes_take_log ());
}

static void
reset_calls (Fixture *f)
{
  GSettings *settings = tandem_configuration_get_settings (f->configuration, "calls");
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    g_settings_reset (settings, keys[i]);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  fakes_refuse_sdp (FALSE);
  fakes_no_ports (FALSE);
  fakes_set_audio (TRUE, NULL);
  fakes_set_packets (0);
  f->errors = g_string_new (NULL);
  f->digits = g_string_new (NULL);
  f->configuration = tandem_configuration_new ();
  g_assert_nonnull (f->configuration);
  if (data == NULL)
    {
      g_autofree char *log = NULL;
      g_autoptr (GError) error = NULL;

      load (f, 5060, 4000);
      make_phone (f);
      g_assert_true (tandem_phone_start (f->phone, &error));
      g_assert_no_error (error);
      log = fakes_take_log ();
      g_assert_cmpstr (log, ==, "start:5060 set-account:0:secret");
    }
}

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_history_flush_finish (TANDEM_HISTORY (source), result);
  *(gboolean *) data = TRUE;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *log = NULL;

  g_clear_object (&f->incoming);
  if (f->phone != NULL)
    {
      gboolean done = FALSE;

      tandem_phone_delete_history (f->phone);
      tandem_history_flush_async (TANDEM_HISTORY (tandem_phone_get_history (f->phone)), on_flushed,
                                  &done);
      while (!done)
        g_main_context_iteration (NULL, TRUE);
      g_assert_finalize_object (f->phone);
    }
  reset_calls (f);
  wait_for_idle ();
  g_assert_finalize_object (f->configuration);
  g_string_free (f->errors, TRUE);
  g_string_free (f->digits, TRUE);
  g_assert_null (fakes_get_leg ());
  g_assert_null (fakes_get_client ());
  log = fakes_take_log ();
}

static void
expect (const char *what)
{
  g_autofree char *log = fakes_take_log ();

  g_assert_cmpstr (log, ==, what);
}

static void
give (guint number, TandemSipCallState state, guint code, const char *sdp)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL, .account = (char *) "0" };

  event.call = number;
  event.state = state;
  event.code = code;
  event.sdp = (char *) sdp;
  event.sip_call_id = (char *) "sample-call-id";
  event.attempt = 1;
  fakes_emit (&event);
}

static void
give_incoming (guint number, const char *sdp)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_INCOMING, .account = (char *) "0" };

  event.call = number;
  event.sdp = (char *) sdp;
  event.peer_uri = (char *) "sip:5550101@example.test";
  event.peer_name = (char *) "Sample Caller One";
  fakes_emit (&event);
}

static guint
n_calls (Fixture *f)
{
  return g_list_model_get_n_items (tandem_phone_get_calls (f->phone));
}

static void
test_account_actions (Fixture *f, gconstpointer data)
{
  TandemAccount *account = tandem_phone_get_account (f->phone);

  tandem_account_register_again (account);
  tandem_account_test_now (account);
  tandem_account_use_again (account, "udp:192.0.2.1:5060");
  tandem_account_use_again (account, NULL);
  expect ("register-again:0 test-now:0 use-again:0:udp:192.0.2.1:5060 use-again:0:all");
}

static void
test_settings_change (Fixture *f, gconstpointer data)
{
  TandemCall *call = tandem_phone_call (f->phone, "5550101", NULL);

  give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  g_free (fakes_take_log ());
  load (f, 5060, 400);
  wait_for_idle ();
  expect ("set-account:0:secret");
  g_assert_cmpuint (fakes_get_account ()->transaction_timeout, ==, 400);
  load (f, 5060, 400);
  wait_for_idle ();
  expect ("");

  /* Other ports need another SIP thread: not while a call is up. */
  load (f, 5100, 400);
  wait_for_idle ();
  expect ("");
  g_assert_cmpint (tandem_call_get_state (call), ==, TANDEM_CALL_CONNECTED);
  g_assert_true (tandem_call_hang_up (call, NULL));
  wait_for_idle ();
  expect ("leg-stop hang-up:1 stop start:5100 set-account:0:secret leg-gone");
}

static void
test_account_removed (Fixture *f, gconstpointer data)
{
  tandem_configuration_unload (f->configuration);
  wait_for_idle ();
  expect ("remove-account:0");
  g_assert_null (tandem_phone_get_account (f->phone));
}

static void
test_not_configured (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean configured;

  make_phone (f);
  g_assert_true (tandem_phone_start (f->phone, &error));
  g_object_get (f->phone, "configured", &configured, NULL);
  g_assert_false (configured);
  g_assert_null (tandem_phone_call (f->phone, "5550101", &error));
  g_assert_nonnull (strstr (error->message, "Set up an account"));
  g_clear_error (&error);
  g_assert_null (tandem_phone_call (f->phone, "5550101@example.test", &error));
  g_assert_nonnull (strstr (error->message, "Set up an account"));
  g_free (fakes_take_log ());

  load (f, 5060, 4000);
  wait_for_idle ();
  expect ("set-account:0:secret");
  g_object_get (f->phone, "configured", &configured, NULL);
  g_assert_true (configured);
}

static void
wait_for_log (const char *what)
{
  const gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  GString *all = g_string_new (NULL);

  while (!g_str_equal (all->str, what))
    {
      g_autofree char *log = fakes_take_log ();

      if (log[0] != '\0')
        g_string_append_printf (all, "%s%s", all->len > 0 ? " " : "", log);
      if (g_str_equal (all->str, what))
        break;
      if (g_get_monotonic_time () > deadline)
        g_error ("“%s” instead of “%s”", all->str, what);
      g_main_context_iteration (NULL, FALSE);
    }
  g_string_free (all, TRUE);
}

/* No secret store runs: registration is tried without a password, for many servers want none; the
 * one that does want it gets it from the person. */
static void
test_password (Fixture *f, gconstpointer data)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_REGISTRATION, .account = (char *) "0" };
  TandemAccount *account;
  const gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  g_assert_true (tandem_configuration_load_data (
      f->configuration, "sample.config", without_password, strlen (without_password), NULL));
  make_phone (f);
  g_assert_true (tandem_phone_start (f->phone, NULL));
  account = tandem_phone_get_account (f->phone);
  g_assert_cmpint (tandem_account_get_state (account), ==, TANDEM_ACCOUNT_CONNECTING);
  wait_for_log ("start:5060 set-account:0:");

  event.registration = TANDEM_SIP_REGISTRATION_REJECTED;
  event.code = 401;
  fakes_emit (&event);
  g_assert_cmpint (tandem_account_get_state (account), ==, TANDEM_ACCOUNT_NEEDS_PASSWORD);

  tandem_account_give_password (account, "given", TRUE);
  wait_for_log ("set-account:0:given");
  while (tandem_account_get_secret_storage (account) == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_nonnull (strstr (tandem_account_get_secret_storage (account), "until Tandem quits"));

  /* Wrong: said so, and tried again when another one is given. */
  fakes_emit (&event);
  g_assert_cmpint (tandem_account_get_state (account), ==, TANDEM_ACCOUNT_REJECTED);
  tandem_account_give_password (account, "given", FALSE);
  wait_for_log ("set-account:0:given");
}

static void
test_busy_port (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  load (f, 5060, 4000);
  make_phone (f);
  fakes_no_sip_port (TRUE);
  g_assert_false (tandem_phone_start (f->phone, &error));
  g_assert_nonnull (strstr (error->message, "5060"));
  fakes_no_sip_port (FALSE);
  g_assert_true (tandem_phone_start (f->phone, NULL));
}

static void
test_audio (Fixture *f, gconstpointer data)
{
  g_auto (GStrv) inputs = tandem_phone_list_devices (f->phone, TRUE);
  g_auto (GStrv) outputs = tandem_phone_list_devices (f->phone, FALSE);
  g_auto (GStrv) codecs = tandem_phone_list_codecs (f->phone);

  g_assert_cmpstr (inputs[0], ==, "sample-in\tSample Microphone");
  g_assert_null (inputs[1]);
  g_assert_cmpstr (outputs[0], ==, "sample-out\tSample Headset");
  g_assert_cmpstr (codecs[1], ==, "PCMA");
  g_assert_cmpstr (tandem_phone_why_not_codec (f->phone, "opus"), ==, "opusenc is missing");
  g_assert_true (tandem_phone_get_audio_available (f->phone));
  fakes_set_audio (FALSE, "no microphone");
  g_assert_false (tandem_phone_get_audio_available (f->phone));
  g_assert_cmpstr (tandem_phone_get_audio_problem (f->phone), ==, "No microphone");
  /* A call is made all the same. */
  g_assert_nonnull (tandem_phone_call (f->phone, "5550101", NULL));
  fakes_set_audio (TRUE, NULL);
  g_assert_null (tandem_phone_get_audio_problem (f->phone));
}

static void
test_error_event (Fixture *f, gconstpointer data)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_ERROR };

  event.text = (char *) "no resolver\nat all";
  fakes_emit (&event);
  g_assert_cmpstr (f->errors->str, ==, "no resolver at all");
}

static void
test_unknown_ids (Fixture *f, gconstpointer data)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_REGISTRATION, .account = (char *) "99" };

  fakes_emit (&event);
  event.type = TANDEM_SIP_EVENT_POOL;
  event.account = NULL;
  fakes_emit (&event);
  give (4711, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  give (4711, TANDEM_SIP_CALL_ENDED, 0, NULL);
  expect ("");
  g_assert_null (tandem_phone_find_call (f->phone, "4711"));
  g_assert_null (tandem_phone_find_call (f->phone, ""));
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_phone_stop_finish (TANDEM_PHONE (source), result);
  *(gboolean *) data = TRUE;
}

static void
test_stop (Fixture *f, gconstpointer data)
{
  gboolean stopped = FALSE;
  g_autoptr (GError) error = NULL;

  set_calls (f, "reject-when-busy", "false");
  g_assert_nonnull (tandem_phone_call (f->phone, "5550101", NULL));
  give_incoming (7, "theirs");
  g_free (fakes_take_log ());
  tandem_phone_stop_async (f->phone, on_stopped, &stopped);
  while (!stopped)
    g_main_context_iteration (NULL, TRUE);
  wait_for_idle ();
  expect ("leg-stop leg-gone decline:7:486 no-waiting leg-stop hang-up:1 stop leg-gone");
  g_assert_cmpuint (n_calls (f), ==, 0);
  g_assert_cmpint (tandem_account_get_state (tandem_phone_get_account (f->phone)), ==,
                   TANDEM_ACCOUNT_OFFLINE);
  g_assert_null (tandem_phone_call (f->phone, "5550101", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
}

static void
test_phone_goes_during_calls (Fixture *f, gconstpointer data)
{
  g_autoptr (TandemCall) call = g_object_ref (tandem_phone_call (f->phone, "5550101", NULL));

  give (1, TANDEM_SIP_CALL_CONNECTED, 200, "sdp");
  give_incoming (7, "theirs");
  g_clear_object (&f->incoming);
  g_assert_finalize_object (g_steal_pointer (&f->phone));
  /* What somebody still holds is harmless. */
  g_assert_true (tandem_call_set_muted (call, TRUE, NULL));
  g_assert_true (tandem_call_hang_up (call, NULL));
}

#define ADD(name, data, func)                                                                      \
  g_test_add ("/phone/switchboard-accounts/" name, Fixture, data, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  int status;

  data_home_enter ();
  g_test_init (&argc, &argv, NULL);
  ADD ("account-actions", NULL, test_account_actions);
  ADD ("settings-change", NULL, test_settings_change);
  ADD ("account-removed", NULL, test_account_removed);
  ADD ("not-configured", "no start", test_not_configured);
  ADD ("password", "no start", test_password);
  ADD ("busy-port", "no start", test_busy_port);
  ADD ("audio", NULL, test_audio);
  ADD ("error-event", NULL, test_error_event);
  ADD ("unknown-ids", NULL, test_unknown_ids);
  ADD ("stop", NULL, test_stop);
  ADD ("phone-goes-during-calls", NULL, test_phone_goes_during_calls);
  status = g_test_run ();
  data_home_leave ();
  return status;
}
