/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command-line.h"

#include <glib.h>

#include <string.h>

/* Options as GApplication hands them on, and what goes together. */

static TandemCommandLine *
parse (GError **error, const char *first, ...)
{
  g_autoptr (GVariantDict) options = g_variant_dict_new (NULL);
  va_list arguments;

  va_start (arguments, first);
  for (const char *name = first; name != NULL; name = va_arg (arguments, const char *))
    {
      GVariant *value = va_arg (arguments, GVariant *);

      g_variant_dict_insert_value (options, name, value);
    }
  va_end (arguments);
  return tandem_command_line_parse (options, "/somewhere", error);
}

#define YES g_variant_new_boolean (TRUE)
#define TEXT(text) g_variant_new_string (text)

static GVariant *
link_argument (const char *first, const char *second)
{
  const char *texts[] = { first, second, NULL };

  return g_variant_new_strv (texts, -1);
}

static void
test_good (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TandemCommandLine) nothing = parse (&error, NULL);
  g_autoptr (TandemCommandLine) calling
      = parse (&error, "call", TEXT ("200"), "config", g_variant_new_bytestring ("a/../b.config"),
               "audio", TEXT ("test"), "background", YES, NULL);
  g_autoptr (TandemCommandLine) steering
      = parse (&error, "mute", TEXT ("toggle"), "dtmf", TEXT ("12#a"), "id", TEXT ("7"), "status",
               YES, "json", YES, NULL);
  g_autoptr (TandemCommandLine) filling
      = parse (&error, G_OPTION_REMAINING, link_argument ("tel:%2B31", NULL), NULL);

  g_assert_no_error (error);
  g_assert_false (tandem_command_line_is_steering (nothing));
  g_assert_cmpstr (calling->call, ==, "200");
  g_assert_cmpstr (calling->config, ==, "/somewhere/b.config");
  g_assert_true (calling->background);
  g_assert_false (tandem_command_line_is_steering (calling));
  g_assert_cmpstr (steering->mute, ==, "toggle");
  g_assert_cmpstr (steering->dtmf, ==, "12#a");
  g_assert_cmpstr (steering->id, ==, "7");
  g_assert_true (steering->json);
  g_assert_true (tandem_command_line_is_steering (steering));
  g_assert_cmpstr (filling->link, ==, "+31");
  g_assert_null (filling->call);
  g_assert_false (tandem_command_line_is_steering (filling));
}

static void
test_failover (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TandemCommandLine) holding
      = parse (&error, "hold", YES, "id", TEXT ("7"), "prefer", TEXT ("192.0.2.1"), NULL);
  g_autoptr (TandemCommandLine) retrieving = parse (&error, "retrieve", YES, NULL);
  g_autoptr (TandemCommandLine) practising = parse (&error, "practise-failover", YES, NULL);
  g_autoptr (TandemCommandLine) calling
      = parse (&error, "practise-failover", YES, "practice", YES, G_OPTION_REMAINING,
               link_argument ("200", NULL), NULL);

  g_assert_no_error (error);
  g_assert_true (holding->hold);
  g_assert_cmpstr (holding->prefer, ==, "192.0.2.1");
  g_assert_true (tandem_command_line_is_steering (holding));
  g_assert_true (retrieving->retrieve);
  g_assert_true (tandem_command_line_is_steering (retrieving));
  g_assert_true (practising->practise);
  g_assert_null (practising->practise_with);
  g_assert_true (tandem_command_line_is_steering (practising));
  g_assert_cmpstr (calling->practise_with, ==, "200");
  g_assert_null (calling->link);
  g_assert_false (tandem_command_line_is_steering (calling));
}

static void
assert_refused (TandemCommandLine *wanted, GError *error)
{
  g_assert_null (wanted);
  g_assert_nonnull (error);
  g_assert_null (strchr (error->message, '\n'));
  g_error_free (error);
}

static void
test_bad (void)
{
  GError *error = NULL;

#define REFUSED(...)                                                                               \
  do                                                                                               \
    {                                                                                              \
      TandemCommandLine *wanted = parse (&error, __VA_ARGS__, NULL);                               \
      assert_refused (wanted, g_steal_pointer (&error));                                           \
    }                                                                                              \
  while (0)
  REFUSED ("mute", TEXT ("maybe"));
  REFUSED ("mute", TEXT (""));
  REFUSED ("audio", TEXT ("alsa"));
  REFUSED ("dtmf", TEXT ("12x"));
  REFUSED ("dtmf", TEXT (""));
  REFUSED ("call", TEXT (""));
  REFUSED ("id", TEXT ("3"));
  REFUSED ("id", TEXT (""), "answer", YES);
  REFUSED ("json", YES);
  REFUSED ("answer", YES, "decline", YES);
  REFUSED ("hangup", YES, "quit", YES);
  REFUSED ("call", TEXT ("1"), G_OPTION_REMAINING, link_argument ("2", NULL));
  REFUSED (G_OPTION_REMAINING, link_argument ("1", "2"));
  REFUSED (G_OPTION_REMAINING, link_argument ("http://example.test/", NULL));
  REFUSED ("practice", YES, "config", g_variant_new_bytestring ("x"));
  REFUSED ("show", YES, "background", YES);
  REFUSED ("hold", YES, "retrieve", YES);
  REFUSED ("hold", YES, "hangup", YES);
  REFUSED ("practise-failover", YES, "hangup", YES);
  REFUSED ("practise-failover", YES, "id", TEXT ("7"));
  REFUSED ("prefer", TEXT (""));
  REFUSED ("prefer", TEXT ("192.0.2.1"), "id", TEXT ("7"));
#undef REFUSED
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command-line/good", test_good);
  g_test_add_func ("/command-line/failover", test_failover);
  g_test_add_func ("/command-line/bad", test_bad);
  return g_test_run ();
}
