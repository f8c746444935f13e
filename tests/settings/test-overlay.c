/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config-file.h"
#include "overlay.h"

#include <glib.h>

#include <string.h>

/* The server list of a Connectivity line, run-time keys, and what the parser does to bytes that are
 * no configuration. */

static void
test_servers (void)
{
  static const char *const good[] = {
    "sip.example.test",
    "sip.example.test:5070",
    "sip.example.test:0",
    "192.0.2.1",
    "192.0.2.1:5060",
    "[2001:db8::1]",
    "[2001:db8::1]:5061",
    "2001:db8::1",
    "192.0.2.1:5060, 192.0.2.2:5060,sip.example.test",
  };
  static const char *const bad[] = {
    "",
    ",",
    "a b",
    "sip.example.test:",
    "sip.example.test:65536",
    "sip.example.test:-1",
    "sip.example.test:5060x",
    "[2001:db8::1",
    "[192.0.2.1]",
    "sip:sip.example.test",
    "user@sip.example.test",
    "sip.example.test;maddr=192.0.2.1",
    "192.0.2.1,,192.0.2.2",
    "-x.example.test",
    "sip.example.test\r\nEvil: 1",
  };
  g_autofree char *longest = g_strnfill (5000, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      if (!tandem_is_server_list (good[i]))
        g_error ("refused: %s", good[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      if (tandem_is_server_list (bad[i]))
        g_error ("accepted: %s", bad[i]);
    }
  g_assert_false (tandem_is_server_list (longest));
}

static void
test_keys (void)
{
  g_autofree char *key = tandem_config_normalise_key ("policy:endpoint.a:b");

  g_assert_cmpstr (key, ==, "policy.endpoint.a.b");
}

/* Prefixes of a good file, and a damaged byte at every place of it: an error or a file, no crash. */
static void
test_damage (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "complete.config", NULL);
  g_autofree char *data = NULL;
  gsize length;
  guint errors = 0;
  guint prefixes = 0;
  guint files = 0;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  for (gsize n = 0; n < length; n += 3, prefixes++)
    {
      g_autoptr (GError) error = NULL;
      TandemConfigFile *file = tandem_config_file_parse ("prefix", data, n, &error);

      g_assert_true ((file == NULL) == (error != NULL));
      if (error != NULL)
        g_assert_true (g_str_has_prefix (error->message, "prefix:"));
      errors += file == NULL;
      g_clear_pointer (&file, tandem_config_file_free);
    }
  g_assert_cmpuint (errors, >=, prefixes - 1);

  for (gsize n = 0; n < length; n++)
    {
      static const char evil[] = { '\0', '<', '&', '"', '\xff', '\n' };
      char saved = data[n];
      TandemConfigFile *file;

      data[n] = evil[n % sizeof evil];
      file = tandem_config_file_parse ("damaged", data, length, NULL);
      if (file != NULL)
        {
          tandem_overlay_free (tandem_overlay_new (file));
          files++;
        }
      data[n] = saved;
    }
  g_assert_cmpuint (files, >, 0);
}

static void
test_warnings_are_bounded (void)
{
  g_autoptr (GString) text = g_string_new ("<c><domain name='d'>");
  TandemConfigFile *file;
  g_autoptr (TandemOverlay) overlay = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (text, "<setting name='s%u' value='1'/>\n", i);
  g_string_append (text, "</domain></c>");
  file = tandem_config_file_parse ("many", text->str, text->len, NULL);
  g_assert_nonnull (file);
  g_assert_cmpuint (file->settings->len, ==, 5000);
  overlay = tandem_overlay_new (file);
  g_assert_cmpuint (overlay->warnings->len, <, 300);
  g_assert_cmpstr (g_hash_table_lookup (overlay->raw, "d.s4999"), ==, "1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/overlay/servers", test_servers);
  g_test_add_func ("/overlay/keys", test_keys);
  g_test_add_func ("/overlay/damage", test_damage);
  g_test_add_func ("/overlay/warnings-are-bounded", test_warnings_are_bounded);
  return g_test_run ();
}
