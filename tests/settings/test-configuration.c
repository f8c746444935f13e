/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config-file.h"
#include "configuration.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Stored settings, a file over them, hostile files. */

static char *
sample (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", name, NULL);
}

static TandemConfiguration *
loaded (const char *name)
{
  g_autofree char *path = sample (name);
  g_autoptr (GError) error = NULL;
  TandemConfiguration *configuration = tandem_configuration_new ();

  g_assert_nonnull (configuration);
  tandem_configuration_load_file (configuration, path, &error);
  g_assert_no_error (error);
  return configuration;
}

static void
assert_string (TandemConfiguration *configuration,
               const char *child,
               const char *key,
               const char *wanted)
{
  g_autofree char *value = tandem_configuration_get_string (configuration, child, key);

  g_assert_cmpstr (value, ==, wanted);
}

/* A warning at that line with that text in it. */
static void
assert_warning (TandemConfiguration *configuration, guint line, const char *text)
{
  GPtrArray *warnings = tandem_configuration_get_warnings (configuration);
  g_autofree char *place = g_strdup_printf (".config:%u: ", line);

  for (guint i = 0; i < warnings->len; i++)
    {
      const char *warning = g_ptr_array_index (warnings, i);

      if (strstr (warning, place) != NULL && strstr (warning, text) != NULL)
        return;
    }
  for (guint i = 0; i < warnings->len; i++)
    g_test_message ("%s", (const char *) g_ptr_array_index (warnings, i));
  g_error ("no warning with “%s” and “%s”", place, text);
}

static void
test_defaults (void)
{
  g_autoptr (TandemConfiguration) configuration = tandem_configuration_new ();
  g_autoptr (GPtrArray) accounts = tandem_configuration_get_accounts (configuration);
  g_auto (GStrv) codecs = tandem_configuration_get_strv (configuration, "audio", "codecs");

  g_assert_cmpuint (accounts->len, ==, 0);
  g_assert_cmpuint (tandem_configuration_get_uint (configuration, "servers", "transaction-timeout"),
                    ==, 4000);
  assert_string (configuration, "servers", "registration-failover", "prompt");
  g_assert_true (tandem_configuration_get_boolean (configuration, "servers", "tls-check-name"));
  g_assert_cmpstr (codecs[0], ==, "opus");
  g_assert_null (tandem_configuration_get_raw (configuration, "policy.endpoint.x"));
  g_assert_cmpuint (tandem_configuration_get_raw_uint (configuration, "x", 7), ==, 7);
  g_assert_false (tandem_configuration_has_file (configuration));
}

static void
test_complete (void)
{
  g_autoptr (TandemConfiguration) configuration = loaded ("complete.config");
  g_autoptr (GPtrArray) accounts = tandem_configuration_get_accounts (configuration);
  TandemAccountSettings *account;

  g_assert_cmpuint (accounts->len, ==, 1);
  account = g_ptr_array_index (accounts, 0);
  g_assert_cmpstr (account->id, ==, "0");
  g_assert_cmpstr (account->user, ==, "1002");
  g_assert_cmpstr (account->server, ==, "sip.example.test");
  g_assert_cmpstr (account->transport, ==, "udp");
  g_assert_cmpstr (account->password, ==, "secret");
  g_assert_cmpstr (account->domain, ==, "");
  g_assert_cmpstr (tandem_account_settings_get_realm (account), ==, "sip.example.test");
  g_assert_cmpuint (account->expires, ==, 1800);
  g_assert_cmpuint (account->reg_interval, ==, 30);
  g_assert_cmpuint (tandem_configuration_get_warnings (configuration)->len, ==, 0);
  g_assert_cmpstr (
      tandem_configuration_get_raw (configuration, "policy:endpoint.sip_transaction_timeout"), ==,
      "4000");
  g_assert_cmpstr (tandem_configuration_get_raw (configuration, "user:0"), ==, "1002");
  g_assert_cmpstr (tandem_configuration_get_raw (configuration, "server.0"), ==,
                   "sip.example.test");
  g_assert_cmpstr (tandem_configuration_get_raw (configuration, "protocol:0"), ==, "udp");
  g_assert_null (tandem_configuration_get_raw (configuration, "proxies.proxy0.password"));
}

static void
test_fragment (void)
{
  g_autoptr (TandemConfiguration) configuration = loaded ("fragment.config");
  GSettings *account = tandem_configuration_get_settings (configuration, "account");
  GSettings *servers = tandem_configuration_get_settings (configuration, "servers");
  g_autoptr (GPtrArray) accounts = NULL;

  g_settings_set_uint (servers, "transaction-timeout", 32000);
  g_settings_set_string (account, "user", "77");
  g_settings_set_string (servers, "server", "stored.example.test");
  g_assert_cmpuint (tandem_configuration_get_uint (configuration, "servers", "transaction-timeout"),
                    ==, 4000);
  accounts = tandem_configuration_get_accounts (configuration);
  g_assert_cmpuint (accounts->len, ==, 1);
  g_assert_cmpstr (((TandemAccountSettings *) accounts->pdata[0])->user, ==, "77");
  g_assert_null (((TandemAccountSettings *) accounts->pdata[0])->password);

  tandem_configuration_unload (configuration);
  g_assert_cmpuint (tandem_configuration_get_uint (configuration, "servers", "transaction-timeout"),
                    ==, 32000);
  g_settings_reset (servers, "transaction-timeout");
  g_settings_reset (account, "user");
  g_settings_reset (servers, "server");
}

static void
test_wide (void)
{
  g_autoptr (TandemConfiguration) configuration = loaded ("wide.config");
  g_autoptr (GPtrArray) accounts = tandem_configuration_get_accounts (configuration);
  g_auto (GStrv) codecs = tandem_configuration_get_strv (configuration, "audio", "codecs");
  g_autofree char *codec_list = g_strjoinv (",", codecs);
  TandemAccountSettings *account;

  g_assert_cmpuint (accounts->len, ==, 2);
  account = g_ptr_array_index (accounts, 0);
  g_assert_cmpstr (account->transport, ==, "tcp");
  g_assert_cmpstr (account->display_name, ==, "Sample Agent");
  g_assert_cmpstr (tandem_account_settings_get_realm (account), ==, "example.test");
  g_assert_null (account->password);
  g_assert_cmpuint (account->expires, ==, 600);
  g_assert_cmpuint (account->reg_interval, ==, 0);
  account = g_ptr_array_index (accounts, 1);
  g_assert_cmpstr (account->id, ==, "1");
  g_assert_cmpstr (account->server, ==, "192.0.2.1:5070, [2001:db8::1]:5071,192.0.2.3");
  g_assert_cmpstr (account->transport, ==, "tls");
  g_assert_cmpstr (account->password, ==, "two <2>");
  g_assert_cmpuint (account->expires, ==, 0);
  g_assert_cmpuint (account->reg_interval, ==, 0);

#define UINT(child, key) tandem_configuration_get_uint (configuration, child, key)
  g_assert_cmpuint (UINT ("servers", "transaction-timeout"), ==, 400);
  g_assert_cmpuint (UINT ("servers", "sip-port-min"), ==, 6000);
  g_assert_cmpuint (UINT ("servers", "sip-port-max"), ==, 6010);
  g_assert_cmpuint (UINT ("servers", "rtp-port-min"), ==, 20000);
  g_assert_cmpuint (UINT ("servers", "rtp-port-max"), ==, 20100);
  g_assert_cmpuint (UINT ("servers", "probe-interval"), ==, 0);
  g_assert_cmpuint (UINT ("servers", "reg-spread"), ==, 10);
  g_assert_cmpuint (UINT ("servers", "expires"), ==, 600);
  g_assert_cmpuint (UINT ("audio", "rtp-inactivity-timeout"), ==, 60);
  g_assert_cmpuint (UINT ("calls", "calls-for-busy"), ==, 2);
  g_assert_cmpuint (UINT ("calls", "busy-code"), ==, 600);
#undef UINT
  assert_string (configuration, "servers", "ip-versions", "ipv6-ipv4");
  assert_string (configuration, "servers", "registration-failover", "classic");
  assert_string (configuration, "servers", "server", "pool.example.test");
  assert_string (configuration, "account", "user", "2001");
  assert_string (configuration, "audio", "answer-sdp-priority", "offer");
  g_assert_cmpstr (codec_list, ==, "G722,PCMA,opus");
  g_assert_false (tandem_configuration_get_boolean (configuration, "servers", "tls-check-name"));
  g_assert_false (tandem_configuration_get_boolean (configuration, "calls", "reject-when-busy"));
  g_assert_false (tandem_configuration_get_boolean (configuration, "audio", "ringing-enabled"));

  g_assert_true (tandem_configuration_get_boolean (configuration, "calls", "auto-answer"));
  g_assert_cmpuint (tandem_configuration_get_uint (configuration, "calls", "auto-answer-delay"), ==,
                    1500);

#define RAW(key) tandem_configuration_get_raw (configuration, key)
  g_assert_cmpstr (RAW ("policy.endpoint.public_address"), ==, "198.51.100.7");
  g_assert_cmpstr (RAW ("policy.endpoint.header_user_agent"), ==, "Desk 7 & 8");
  g_assert_cmpstr (RAW ("policy.session.echo_control"), ==, "0");
  g_assert_cmpstr (RAW ("proxies.proxy1.nat.ice_enabled"), ==, "1");
  g_assert_cmpstr (RAW ("tandem:sip:dns_server"), ==, "[127.0.0.53]:5353");
  g_assert_cmpstr (RAW ("vendor.future.colour"), ==, "blue");
#undef RAW
  g_assert_cmpuint (tandem_configuration_get_raw_uint (configuration,
                                                       "policy.endpoint.defer_device_release", 200),
                    ==, 500);

  assert_warning (configuration, 20, "policy.endpoint.gui_tabs");
  assert_warning (configuration, 27, "policy.session.agc_mode");
  assert_warning (configuration, 31, "iLBC");
  assert_warning (configuration, 31, "SILK");
  assert_warning (configuration, 43, "proxies.proxy1.nat.ice_enabled");
  assert_warning (configuration, 57, "vendor.future.colour");
  g_assert_cmpuint (tandem_configuration_get_warnings (configuration)->len, ==, 6);
}

/* The defaults of the schema, not what was stored, stand in for what cannot be read. */
static void
test_malformed_values (void)
{
  g_autoptr (TandemConfiguration) stored = tandem_configuration_new ();
  GSettings *servers = tandem_configuration_get_settings (stored, "servers");
  g_autoptr (TandemConfiguration) configuration = NULL;
  g_autoptr (GPtrArray) accounts = NULL;
  g_auto (GStrv) codecs = NULL;
  TandemAccountSettings *account;

  g_settings_set_uint (servers, "transaction-timeout", 31000);
  configuration = loaded ("malformed-values.config");
  g_settings_reset (servers, "transaction-timeout");

  accounts = tandem_configuration_get_accounts (configuration);
  g_assert_cmpuint (accounts->len, ==, 1);
  account = g_ptr_array_index (accounts, 0);
  g_assert_cmpstr (account->transport, ==, "udp");
  g_assert_cmpstr (account->domain, ==, "");
  g_assert_cmpuint (account->expires, ==, 1800);
  g_assert_cmpuint (account->reg_interval, ==, 30);

#define UINT(child, key) tandem_configuration_get_uint (configuration, child, key)
  g_assert_cmpuint (UINT ("servers", "transaction-timeout"), ==, 4000);
  g_assert_cmpuint (UINT ("servers", "sip-port-min"), ==, 5060);
  g_assert_cmpuint (UINT ("servers", "sip-port-max"), ==, 5080);
  g_assert_cmpuint (UINT ("servers", "rtp-port-min"), ==, 8000);
  g_assert_cmpuint (UINT ("audio", "rtp-inactivity-timeout"), ==, 30);
  g_assert_cmpuint (UINT ("calls", "busy-code"), ==, 486);
#undef UINT
  assert_string (configuration, "servers", "ip-versions", "ipv4-ipv6");
  assert_string (configuration, "audio", "answer-sdp-priority", "config");
  g_assert_true (tandem_configuration_get_boolean (configuration, "calls", "reject-when-busy"));
  g_assert_true (tandem_configuration_get_boolean (configuration, "audio", "ringing-enabled"));
  g_assert_true (tandem_configuration_get_boolean (configuration, "servers", "tls-check-name"));
  codecs = tandem_configuration_get_strv (configuration, "audio", "codecs");
  g_assert_cmpstr (codecs[0], ==, "opus");
  g_assert_null (tandem_configuration_get_raw (configuration, "policy.endpoint.public_address"));
  g_assert_null (tandem_configuration_get_raw (configuration, "policy.endpoint.tcp_port_min"));
  g_assert_null (tandem_configuration_get_raw (configuration, "policy.endpoint.header_user_agent"));

  assert_warning (configuration, 2, "sctp");
  assert_warning (configuration, 3, "there is no user");
  assert_warning (configuration, 4, "server");
  assert_warning (configuration, 7, "a number from 1 to 32000");
  assert_warning (configuration, 8, "ipv5");
  assert_warning (configuration, 9, "not an address");
  assert_warning (configuration, 11, "sip-port-min 7000");
  assert_warning (configuration, 12, "99999999999999999999");
  assert_warning (configuration, 13, "-5");
  assert_warning (configuration, 14, "one of config, offer");
  assert_warning (configuration, 15, "0x10");
  assert_warning (configuration, 16, "Evil  Header");
  assert_warning (configuration, 19, "a number from 400 to 699");
  assert_warning (configuration, 20, "0 or 1");
  assert_warning (configuration, 21, "a number from 0 to 7");
  assert_warning (configuration, 24, "G729");
  assert_warning (configuration, 27, "86401");
  assert_warning (configuration, 28, "soon");
  assert_warning (configuration, 29, "a b");
  assert_warning (configuration, 31, "proxies.proxyX.reg_timeout");
  assert_warning (configuration, 33, "maybe");
  assert_warning (configuration, 34, "without a name");
  assert_warning (configuration, 34, "lonely");
}

static void
on_changed (TandemConfiguration *configuration, gpointer data)
{
  (*(guint *) data)++;
}

static void
test_malformed_xml_changes_nothing (void)
{
  static const char *const names[] = { "unclosed.config", "external-entity.config",
                                       "billion-laughs.config", "external-dtd.config" };
  static const char *const places[] = { "unclosed.config:5:", "external-entity.config:2:",
                                        "billion-laughs.config:2:", "external-dtd.config:2:" };
  g_autoptr (TandemConfiguration) configuration = loaded ("complete.config");
  guint changes = 0;

  g_signal_connect (configuration, "changed", G_CALLBACK (on_changed), &changes);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = sample (names[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) accounts = NULL;
      const char *place;

      g_assert_false (tandem_configuration_load_file (configuration, path, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_test_message ("%s", error->message);
      place = strstr (error->message, places[i]);
      g_assert_nonnull (place);
      g_assert_true (g_ascii_isdigit (place[strlen (places[i])]));
      accounts = tandem_configuration_get_accounts (configuration);
      g_assert_cmpuint (accounts->len, ==, 1);
      g_assert_cmpstr (((TandemAccountSettings *) accounts->pdata[0])->password, ==, "secret");

      g_clear_error (&error);
      g_assert_false (tandem_configuration_import_file (configuration, path, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
  g_assert_cmpuint (changes, ==, 0);
  g_assert_true (tandem_configuration_has_file (configuration));
}

static void
test_unreadable_files (void)
{
  g_autoptr (TandemConfiguration) configuration = tandem_configuration_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("tandem-XXXXXX", NULL);
  g_autofree char *huge = g_build_filename (directory, "huge.config", NULL);
  g_autofree char *fifo = g_build_filename (directory, "fifo", NULL);
  g_autofree char *empty = g_build_filename (directory, "empty.config", NULL);
  g_autofree char *text = g_strnfill (TANDEM_CONFIG_FILE_MAX_SIZE + 1, ' ');

  g_assert_true (g_file_set_contents (huge, text, -1, NULL));
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);

  g_assert_false (tandem_configuration_load_file (configuration, huge, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_clear_error (&error);
  g_assert_false (tandem_configuration_load_file (configuration, fifo, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_assert_false (tandem_configuration_load_file (configuration, directory, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_assert_false (tandem_configuration_load_file (configuration, "/dev/zero", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_assert_false (tandem_configuration_load_file (configuration, "/nonexistent/x", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/nonexistent/x"));
  g_clear_error (&error);
  g_assert_false (tandem_configuration_load_file (configuration, empty, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_false (tandem_configuration_has_file (configuration));

  g_unlink (huge);
  g_unlink (fifo);
  g_unlink (empty);
  g_rmdir (directory);
}

static void
test_password_file (void)
{
  static const struct
  {
    const char *text;
    gssize length;
    const char *password; /* NULL: refused */
  } cases[] = {
    { "hush\n", -1, "hush" },           { "hush hush \r\nsecond\n", -1, "hush hush " },
    { "no newline", -1, "no newline" }, { "", 0, NULL },
    { "\nlater\n", -1, NULL },          { "\xff\xfe\n", -1, NULL },
  };
  g_autoptr (TandemConfiguration) configuration = loaded ("complete.config");
  g_autofree char *directory = g_dir_make_tmp ("tandem-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "password", NULL);
  g_autofree char *huge = g_strnfill (300, 'x');
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) accounts = NULL;
      gboolean loaded_it;

      g_assert_true (g_file_set_contents (path, cases[i].text, cases[i].length, NULL));
      loaded_it = tandem_configuration_load_password_file (configuration, path, &error);
      if (cases[i].password == NULL)
        {
          g_assert_false (loaded_it);
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
          g_clear_error (&error);
          continue;
        }
      g_assert_no_error (error);
      accounts = tandem_configuration_get_accounts (configuration);
      g_assert_cmpstr (((TandemAccountSettings *) accounts->pdata[0])->password, ==,
                       cases[i].password);
    }
  g_assert_true (g_file_set_contents (path, huge, -1, NULL));
  g_assert_false (tandem_configuration_load_password_file (configuration, path, &error));
  g_assert_null (strstr (error->message, huge));
  g_unlink (path);
  g_rmdir (directory);
}

static gboolean
on_deadline (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Several keys at once are one signal; keys that the file lays over are none. */
static void
test_changed (void)
{
  g_autoptr (TandemConfiguration) configuration = loaded ("fragment.config");
  GSettings *servers = tandem_configuration_get_settings (configuration, "servers");
  GSettings *window = tandem_configuration_get_settings (configuration, "window");
  guint changes = 0;
  gboolean late = FALSE;
  guint deadline = g_timeout_add_seconds (5, on_deadline, &late);

  g_signal_connect (configuration, "changed", G_CALLBACK (on_changed), &changes);
  g_settings_set_uint (servers, "transaction-timeout", 5000);
  g_settings_set_int (window, "width", 900);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (changes, ==, 0);

  g_settings_set_uint (servers, "expires", 100);
  g_settings_set_uint (servers, "reg-interval", 5);
  while (changes == 0 && !late)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (changes, ==, 1);
  g_source_remove (deadline);
  g_settings_reset (servers, "transaction-timeout");
  g_settings_reset (servers, "expires");
  g_settings_reset (servers, "reg-interval");
}

static void
test_import (void)
{
  g_autoptr (TandemConfiguration) configuration = tandem_configuration_new ();
  g_autoptr (TandemConfiguration) other = NULL;
  g_autoptr (GPtrArray) accounts = NULL;
  g_autofree char *path = sample ("wide.config");
  g_autofree char *server = NULL;
  g_autoptr (GError) error = NULL;
  TandemAccountSettings *account;

  tandem_configuration_import_file (configuration, path, &error);
  g_assert_no_error (error);
  g_assert_false (tandem_configuration_has_file (configuration));

  /* The second line has its password until Tandem quits, also without a secret store. */
  accounts = tandem_configuration_get_accounts (configuration);
  g_assert_cmpuint (accounts->len, ==, 2);
  account = g_ptr_array_index (accounts, 1);
  g_assert_cmpstr (account->password, ==, "two <2>");
  g_clear_pointer (&accounts, g_ptr_array_unref);

  other = tandem_configuration_new ();
  accounts = tandem_configuration_get_accounts (other);
  g_assert_cmpuint (accounts->len, ==, 2);
  account = g_ptr_array_index (accounts, 1);
  g_assert_cmpstr (account->id, ==, "1");
  g_assert_cmpstr (account->user, ==, "2002");
  g_assert_cmpstr (account->server, ==, "192.0.2.1:5070, [2001:db8::1]:5071,192.0.2.3");
  g_assert_cmpstr (account->transport, ==, "tls");
  g_assert_cmpstr (account->domain, ==, "");
  g_assert_null (account->password);
  g_assert_cmpuint (account->expires, ==, 0);
  g_assert_cmpuint (account->reg_interval, ==, 0);
  account = g_ptr_array_index (accounts, 0);
  g_assert_cmpstr (account->user, ==, "2001");
  g_assert_cmpstr (account->domain, ==, "example.test");
  g_assert_cmpstr (account->transport, ==, "tcp");
  g_assert_cmpuint (account->expires, ==, 600);
  g_assert_cmpuint (tandem_configuration_get_uint (other, "servers", "transaction-timeout"), ==,
                    400);
  assert_string (other, "servers", "ip-versions", "ipv6-ipv4");

  g_settings_reset (tandem_configuration_get_settings (configuration, "account"), "user");
  g_settings_reset (tandem_configuration_get_settings (configuration, "account"), "further");
}

/* What stands in the stored settings may have been written by anybody. */
static void
test_further_accounts (void)
{
  g_autoptr (TandemConfiguration) configuration = tandem_configuration_new ();
  GSettings *settings = tandem_configuration_get_settings (configuration, "account");
  g_autoptr (GPtrArray) accounts = NULL;
  TandemAccountSettings *account;

  g_settings_set_value (
      settings, "further",
      g_variant_new_parsed (
          "[{'user': '1'}, {'server': 'a.example.test'},"
          " {'user': '2', 'server': 'b c'}, {},"
          " {'user': ' 3 ', 'server': 'd.example.test', 'transport': 'sctp', 'expires': '-1',"
          "  'reg-interval': '7', 'display-name': 'Sample', 'auth-user': 'three'}]"));
  accounts = tandem_configuration_get_accounts (configuration);
  g_assert_cmpuint (accounts->len, ==, 1);
  account = g_ptr_array_index (accounts, 0);
  g_assert_cmpstr (account->id, ==, "5");
  g_assert_cmpstr (account->user, ==, "3");
  g_assert_cmpstr (account->transport, ==, "udp");
  g_assert_cmpstr (account->auth_user, ==, "three");
  g_assert_cmpstr (account->display_name, ==, "Sample");
  g_assert_cmpuint (account->expires, ==,
                    tandem_configuration_get_uint (configuration, "servers", "expires"));
  g_assert_cmpuint (account->reg_interval, ==, 7);
  g_settings_reset (settings, "further");
}

static void
test_key_tones (void)
{
  static const char *const rows[][2] = {
    { "rfc2833", "rfc2833" }, { " INFO", "info" }, { "inbandrtp", "inband" }, { "x", "auto" }
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TandemConfiguration) configuration = tandem_configuration_new ();
      g_autofree char *data
          = g_strdup_printf ("<a><domain name='policy'><section name='session'>"
                             "<setting name='dtmf_method' value='%s'/></section></domain></a>",
                             rows[i][0]);
      g_autoptr (GError) error = NULL;

      tandem_configuration_load_data (configuration, "sample", data, strlen (data), &error);
      g_assert_no_error (error);
      assert_string (configuration, "calls", "dtmf-method", rows[i][1]);
      g_assert_cmpuint (tandem_configuration_get_warnings (configuration)->len, ==, i < 3 ? 0 : 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/configuration/defaults", test_defaults);
  g_test_add_func ("/configuration/complete", test_complete);
  g_test_add_func ("/configuration/fragment", test_fragment);
  g_test_add_func ("/configuration/wide", test_wide);
  g_test_add_func ("/configuration/malformed-values", test_malformed_values);
  g_test_add_func ("/configuration/malformed-xml-changes-nothing",
                   test_malformed_xml_changes_nothing);
  g_test_add_func ("/configuration/unreadable-files", test_unreadable_files);
  g_test_add_func ("/configuration/password-file", test_password_file);
  g_test_add_func ("/configuration/changed", test_changed);
  g_test_add_func ("/configuration/import", test_import);
  g_test_add_func ("/configuration/further-accounts", test_further_accounts);
  g_test_add_func ("/configuration/key-tones", test_key_tones);
  return g_test_run ();
}
