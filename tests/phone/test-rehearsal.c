/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data-home.h"
#include "phone-private.h"
#include "rehearsal.h"
#include "rehearsal-result.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include <string.h>

/* Practise failover for real: a whole phone before the practice exchange with three proxies on
 * 127.3.4.x, which is a program of its own. */

#define DEADLINE (90 * G_USEC_PER_SEC)
#define TIMEOUT 2000U /* ms, of a transaction */

typedef struct
{
  GSubprocess *exchange;
  GDataInputStream *output;
  TandemConfiguration *configuration;
  TandemPhone *phone;
  TandemRehearsal *rehearsal;
  guint finished;
} Fixture;

static const char file[]
    = "<configuration><Container name='Basic'>"
      "<Connectivity user='100' server='%s' protocol='udp'/>"
      "</Container><Container name='Genesys'><settings version='1.0'>"
      "<domain name='policy'><section name='endpoint'>"
      "<setting name='sip_transaction_timeout' value='%u'/>"
      "<setting name='sip_port_min' value='0'/><setting name='sip_port_max' value='0'/>"
      "</section></domain>"
      "<domain name='proxies'><section name='proxy0'><setting name='password' value='sample'/>"
      "<setting name='domain' value='practice.example.test'/></section></domain>"
      "<domain name='tandem'><section name='sip'><setting name='bind_address' value='127.3.4.9'/>"
      "</section><section name='ha'><setting name='probe_interval' value='1'/>"
      "<setting name='reg_spread' value='0'/></section></domain>"
      "</settings></Container></configuration>";

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

static gboolean
on_wake (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
on_finished (TandemRehearsal *rehearsal, Fixture *f)
{
  f->finished++;
}

/* (transfer full): "127.3.4.1:40000,127.3.4.2:40000 ..." as the exchange says that it serves */
static char *
start_exchange (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GString) servers = g_string_new (NULL);
  g_autofree char *line = NULL;
  JsonArray *proxies;

  f->exchange
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                          g_getenv ("TANDEM_EXCHANGE"), "-a", "127.3.4.1:0", "-a", "127.3.4.2:0",
                          "-a", "127.3.4.3:0", "-p", "sample", "--answer-delay", "700", NULL);
  g_assert_no_error (error);
  f->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (f->exchange));
  line = g_data_input_stream_read_line (f->output, NULL, NULL, &error);
  g_assert_no_error (error);
  json_parser_load_from_data (parser, line, -1, &error);
  g_assert_no_error (error);
  proxies = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                          "proxies");
  for (guint i = 0; i < json_array_get_length (proxies); i++)
    g_string_append_printf (servers, "%s%s", i > 0 ? "," : "",
                            json_array_get_string_element (proxies, i));
  return g_string_free (g_steal_pointer (&servers), FALSE);
}

static TandemAccount *
get_account (Fixture *f)
{
  return tandem_phone_get_account (f->phone);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *servers = start_exchange (f);
  g_autofree char *text = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  text = g_strdup_printf (file, servers, TIMEOUT);
#pragma GCC diagnostic pop
  f->configuration = tandem_configuration_new ();
  g_assert_nonnull (f->configuration);
  tandem_configuration_load_data (f->configuration, "sample.config", text, strlen (text), &error);
  g_assert_no_error (error);
  f->phone = tandem_phone_new (f->configuration, "test");
  tandem_phone_start (f->phone, &error);
  g_assert_no_error (error);
  WAIT_FOR (tandem_account_get_state (get_account (f)) == TANDEM_ACCOUNT_REGISTERED);
  WAIT_FOR (g_list_model_get_n_items (tandem_account_get_proxies (get_account (f))) == 3);
  WAIT_FOR (tandem_account_is_mailbox_known (get_account (f)));
  tandem_account_use_again (get_account (f), NULL);
  WAIT_FOR (tandem_account_get_set_aside (get_account (f)) == 0);
  f->rehearsal = tandem_rehearsal_new (f->phone);
  g_signal_connect (f->rehearsal, "finished", G_CALLBACK (on_finished), f);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_phone_stop_finish (TANDEM_PHONE (source), result);
  *(gboolean *) data = TRUE;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gboolean stopped = FALSE;
  gpointer phone = f->phone;

  tandem_phone_stop_async (f->phone, on_stopped, &stopped);
  WAIT_FOR (stopped);
  g_assert_false (tandem_rehearsal_is_running (f->rehearsal));
  g_assert_finalize_object (f->rehearsal);
  /* On a slow machine the SIP thread may outlive the time that stopping may take. */
  g_object_add_weak_pointer (G_OBJECT (f->phone), &phone);
  g_object_unref (f->phone);
  WAIT_FOR (phone == NULL);
  g_object_unref (f->configuration);
  g_object_unref (f->output);
  g_output_stream_close (g_subprocess_get_stdin_pipe (f->exchange), NULL, NULL);
  g_subprocess_wait (f->exchange, NULL, NULL);
  g_object_unref (f->exchange);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static guint
n_calls (Fixture *f)
{
  return g_list_model_get_n_items (tandem_phone_get_calls (f->phone));
}

/* Nothing stays behind: no call, nothing set aside, and all that was there before. */
static void
assert_healed (Fixture *f)
{
  GListModel *proxies = tandem_account_get_proxies (get_account (f));

  WAIT_FOR (tandem_account_get_state (get_account (f)) == TANDEM_ACCOUNT_REGISTERED);
  WAIT_FOR (tandem_account_get_set_aside (get_account (f)) == 0);
  for (guint i = 0; i < g_list_model_get_n_items (proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, i);

      g_assert_cmpuint (tandem_proxy_get_seconds_left (proxy), ==, 0);
    }
  g_assert_cmpuint (g_list_model_get_n_items (tandem_phone_get_history (f->phone)), ==, 0);
}

static char *
operations_of (TandemRehearsal *rehearsal)
{
  GListModel *results = tandem_rehearsal_get_results (rehearsal);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (results); i++)
    {
      g_autoptr (TandemRehearsalResult) result = g_list_model_get_item (results, i);

      g_string_append_printf (out, "%s%s", i > 0 ? " " : "",
                              tandem_rehearsal_result_get_operation (result));
    }
  return g_string_free (out, FALSE);
}

/* Each took one timeout, no less (then nothing had been silent), and not much more. */
static void
assert_results (Fixture *f, const char *expected)
{
  g_autofree char *operations = operations_of (f->rehearsal);
  g_autofree char *report = tandem_rehearsal_to_text (f->rehearsal);
  GListModel *results = tandem_rehearsal_get_results (f->rehearsal);
  gboolean passed = TRUE;

  g_test_message ("%s", report);
  g_assert_null (tandem_rehearsal_get_problem (f->rehearsal));
  g_assert_cmpstr (operations, ==, expected);
  for (guint i = 0; i < g_list_model_get_n_items (results); i++)
    {
      g_autoptr (TandemRehearsalResult) result = g_list_model_get_item (results, i);

      g_assert_cmpint (tandem_rehearsal_result_get_limit (result), ==, TIMEOUT + 100);
      g_assert_cmpint (tandem_rehearsal_result_get_measured (result), >=, 0);
      g_assert_nonnull (tandem_rehearsal_result_get_from (result));
      g_assert_cmpstr (tandem_rehearsal_result_get_from (result), !=,
                       tandem_rehearsal_result_get_to (result));
      passed &= tandem_rehearsal_result_get_measured (result) <= TIMEOUT + 100;
    }
  g_assert_cmpint (tandem_rehearsal_is_passed (f->rehearsal), ==, passed);
}

static void
test_own (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_rehearsal_start (f->rehearsal, NULL, NULL, FALSE, &error));
  g_assert_no_error (error);
  g_assert_true (tandem_rehearsal_is_running (f->rehearsal));
  g_assert_false (tandem_rehearsal_start (f->rehearsal, NULL, NULL, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  WAIT_FOR (f->finished == 1);
  g_assert_false (tandem_rehearsal_is_running (f->rehearsal));
  assert_results (f, "REGISTER SUBSCRIBE INVITE CANCEL 200 OK re-INVITE INFO BYE");
  g_assert_cmpuint (n_calls (f), ==, 0);
  assert_healed (f);
}

static void
test_chosen (Fixture *f, gconstpointer data)
{
  GListModel *proxies = tandem_account_get_proxies (get_account (f));
  g_autoptr (TandemProxy) last = g_list_model_get_item (proxies, 2);
  g_autoptr (GError) error = NULL;
  GListModel *results = tandem_rehearsal_get_results (f->rehearsal);

  g_assert_false (tandem_rehearsal_start (f->rehearsal, "udp:192.0.2.1:5060", NULL, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (
      tandem_rehearsal_start (f->rehearsal, tandem_proxy_get_id (last), "200", FALSE, &error));
  g_assert_no_error (error);
  WAIT_FOR (g_list_model_get_n_items (results) == 2);
  tandem_rehearsal_cancel (f->rehearsal);
  WAIT_FOR (f->finished == 1);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TandemRehearsalResult) result = g_list_model_get_item (results, i);

      g_assert_cmpint (tandem_rehearsal_result_get_measured (result), >=, 0);
      g_assert_cmpstr (tandem_rehearsal_result_get_from (result), ==,
                       tandem_proxy_get_address (last));
    }
  WAIT_FOR (!tandem_proxy_is_preferred (last));
  assert_healed (f);
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_rehearsal_start (f->rehearsal, NULL, NULL, FALSE, &error));
  WAIT_FOR (tandem_rehearsal_get_progress (f->rehearsal) > 0.2);
  tandem_rehearsal_cancel (f->rehearsal);
  tandem_rehearsal_cancel (f->rehearsal);
  WAIT_FOR (f->finished == 1);
  g_assert_cmpstr (tandem_rehearsal_get_problem (f->rehearsal), ==, "Cancelled");
  g_assert_false (tandem_rehearsal_is_passed (f->rehearsal));
  assert_healed (f);
}

static void
test_verdict (Fixture *f, gconstpointer data)
{
  static const struct
  {
    gint64 measured; /* ms */
    gboolean passed;
  } cases[] = { { 0, TRUE }, { 4100, TRUE }, { 4101, FALSE }, { -1, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TandemRehearsalResult) result = tandem_rehearsal_result_new (
          "INVITE", 4100, cases[i].measured, "192.0.2.1:5060", "192.0.2.2:5060");

      g_assert_cmpint (tandem_rehearsal_result_is_passed (result), ==, cases[i].passed);
    }
  g_assert_false (tandem_rehearsal_is_passed (f->rehearsal));
}

/* The phone stops in the middle: the rest is tear_down()'s. */
static void
test_quit (Fixture *f, gconstpointer data)
{
  g_assert_true (tandem_rehearsal_start (f->rehearsal, NULL, NULL, FALSE, NULL));
  WAIT_FOR (tandem_rehearsal_get_progress (f->rehearsal) > 0.2);
}

static void
test_refusals (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TandemPhone) sample = tandem_phone_new_sample ("idle");
  g_autoptr (TandemRehearsal) without = tandem_rehearsal_new (sample);
  TandemCall *call;

  g_assert_false (tandem_rehearsal_start (without, NULL, NULL, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&error);
  g_assert_false (tandem_rehearsal_start (f->rehearsal, NULL, "http://a/", FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  call = tandem_phone_call (f->phone, "200", &error);
  g_assert_no_error (error);
  g_assert_false (tandem_rehearsal_start (f->rehearsal, NULL, NULL, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_cmpuint (f->finished, ==, 0);
  tandem_call_hang_up (call, NULL);
  tandem_phone_delete_history (f->phone);
}

/* The number is busy: what can be measured is, and the rest is explained. */
static void
test_busy_number (Fixture *f, gconstpointer data)
{
  g_autofree char *operations = NULL;
  g_autofree char *report = NULL;

  g_assert_true (tandem_rehearsal_start (f->rehearsal, NULL, "201", FALSE, NULL));
  WAIT_FOR (f->finished == 1);
  operations = operations_of (f->rehearsal);
  g_assert_cmpstr (operations, ==, "REGISTER SUBSCRIBE INVITE");
  g_assert_nonnull (strstr (tandem_rehearsal_get_problem (f->rehearsal), "Busy"));
  report = tandem_rehearsal_to_text (f->rehearsal);
  g_assert_nonnull (strstr (report, "Busy"));
  assert_healed (f);
}

/* An agent's own call comes first. */
static void
test_call_between (Fixture *f, gconstpointer data)
{
  TandemCall *call;

  g_assert_true (tandem_rehearsal_start (f->rehearsal, NULL, NULL, FALSE, NULL));
  WAIT_FOR (tandem_rehearsal_get_progress (f->rehearsal) > 0);
  call = tandem_phone_call (f->phone, "200", NULL);
  g_assert_nonnull (call);
  g_assert_nonnull (strstr (tandem_rehearsal_get_problem (f->rehearsal), "call"));
  WAIT_FOR (f->finished == 1);
  WAIT_FOR (tandem_call_get_state (call) == TANDEM_CALL_CONNECTED);
  tandem_call_hang_up (call, NULL);
  tandem_phone_delete_history (f->phone);
  assert_healed (f);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/phone/rehearsal/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  guint wake;
  int status;

  data_home_enter ();
  g_test_init (&argc, &argv, NULL);
  /* So that a deadline is noticed also when nothing happens. */
  wake = g_timeout_add (200, on_wake, NULL);
  ADD ("own", test_own);
  ADD ("chosen", test_chosen);
  ADD ("cancel", test_cancel);
  ADD ("verdict", test_verdict);
  ADD ("quit", test_quit);
  ADD ("refusals", test_refusals);
  ADD ("busy-number", test_busy_number);
  ADD ("call-between", test_call_between);
  status = g_test_run ();
  g_source_remove (wake);
  data_home_leave ();
  return status;
}
