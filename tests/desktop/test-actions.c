/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "actions.h"

#include <glib.h>

#include <string.h>

/* What steering does and refuses, on phones whose state is made up. */

typedef struct
{
  GSimpleActionGroup *group;
  TandemActions *actions;
  TandemPhone *phone;
  char *failed;
  char *entry;
  guint presented;
  TandemCall *call;
} Fixture;

static void
on_failed (TandemActions *actions, const char *message, Fixture *fixture)
{
  g_free (fixture->failed);
  fixture->failed = g_strdup (message);
}

static void
on_present (TandemActions *actions, Fixture *fixture)
{
  fixture->presented++;
}

static void
on_present_call (TandemActions *actions, TandemCall *call, Fixture *fixture)
{
  g_set_object (&fixture->call, call);
}

static void
on_fill_entry (TandemActions *actions, const char *text, Fixture *fixture)
{
  g_free (fixture->entry);
  fixture->entry = g_strdup (text);
}

static void
set_up (Fixture *fixture, gconstpointer scene)
{
  fixture->group = g_simple_action_group_new ();
  fixture->actions = tandem_actions_new (G_ACTION_MAP (fixture->group));
  g_signal_connect (fixture->actions, "failed", G_CALLBACK (on_failed), fixture);
  if (scene == NULL)
    return;
  fixture->phone = tandem_phone_new_sample (scene);
  tandem_actions_set_phone (fixture->actions, fixture->phone);
}

static void
tear_down (Fixture *fixture, gconstpointer scene)
{
  g_clear_object (&fixture->actions);
  g_clear_object (&fixture->group);
  g_clear_object (&fixture->phone);
  g_clear_object (&fixture->call);
  g_free (fixture->failed);
  g_free (fixture->entry);
}

/* By the two ways there are: the caller who waits for the result, and the action. */
static void
assert_refused (Fixture *fixture, const char *name, GVariant *parameter, int code)
{
  g_autoptr (GVariant) held = parameter != NULL ? g_variant_ref_sink (parameter) : NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (tandem_actions_perform (fixture->actions, name, held, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_cmpstr (error->message, !=, "");

  g_clear_pointer (&fixture->failed, g_free);
  g_action_group_activate_action (G_ACTION_GROUP (fixture->group), name, held);
  g_assert_cmpstr (fixture->failed, ==, error->message);
}

static void
perform (Fixture *fixture, const char *name, GVariant *parameter)
{
  g_autoptr (GError) error = NULL;

  tandem_actions_perform (fixture->actions, name, parameter, &error);
  g_assert_no_error (error);
}

static TandemCall *
only_call (Fixture *fixture)
{
  g_autoptr (TandemCall) call = g_list_model_get_item (tandem_phone_get_calls (fixture->phone), 0);

  g_assert_nonnull (call);
  return call;
}

#define TEXT(text) g_variant_new_string (text)
#define PAIR(one, two) g_variant_new ("(ss)", one, two)

static void
test_no_phone (Fixture *fixture, gconstpointer scene)
{
  assert_refused (fixture, "call", TEXT ("200"), G_IO_ERROR_NOT_INITIALIZED);
  assert_refused (fixture, "answer", TEXT (""), G_IO_ERROR_NOT_INITIALIZED);
  assert_refused (fixture, "register-again", NULL, G_IO_ERROR_NOT_INITIALIZED);
  assert_refused (fixture, "show", NULL, G_IO_ERROR_NOT_SUPPORTED);
  assert_refused (fixture, "fill-entry", TEXT ("200"), G_IO_ERROR_NOT_SUPPORTED);
}

static void
test_unknown (Fixture *fixture, gconstpointer scene)
{
  static const struct
  {
    const char *name;
    const char *text;
    int code;
  } cases[] = {
    { "call", "", G_IO_ERROR_INVALID_ARGUMENT },
    { "call", "http://example.test/", G_IO_ERROR_INVALID_ARGUMENT },
    { "answer", "", G_IO_ERROR_NOT_FOUND },
    { "answer", "no-such-call", G_IO_ERROR_NOT_FOUND },
    { "decline", "", G_IO_ERROR_NOT_FOUND },
    { "hang-up", "", G_IO_ERROR_NOT_FOUND },
    { "hang-up", "../../etc", G_IO_ERROR_NOT_FOUND },
    { "follow-redirect", "", G_IO_ERROR_NOT_FOUND },
    { "use-again", "udp:203.0.113.99:5060", G_IO_ERROR_NOT_FOUND },
    { "show-call", "", G_IO_ERROR_NOT_SUPPORTED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (fixture, cases[i].name, TEXT (cases[i].text), cases[i].code);
  assert_refused (fixture, "mute", PAIR ("", "on"), G_IO_ERROR_NOT_FOUND);
  assert_refused (fixture, "mute", PAIR ("x", "sideways"), G_IO_ERROR_INVALID_ARGUMENT);
  assert_refused (fixture, "dtmf", PAIR ("", "1"), G_IO_ERROR_NOT_FOUND);
  assert_refused (fixture, "dtmf", PAIR ("", "1;2"), G_IO_ERROR_INVALID_ARGUMENT);
}

/* The types are checked by perform itself: whoever comes over D-Bus may send anything. */
static void
test_wrong_types (Fixture *fixture, gconstpointer scene)
{
  GVariant *parameters[] = {
    NULL,
    g_variant_new_int32 (7),
    g_variant_new_strv (NULL, 0),
    g_variant_new ("(s)", "x"),
    g_variant_new ("(ss)", "x", "y"),
    g_variant_new_string ("x"),
  };
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (fixture->group));

  for (guint p = 0; p < G_N_ELEMENTS (parameters); p++)
    {
      if (parameters[p] != NULL)
        g_variant_ref_sink (parameters[p]);
      for (guint i = 0; names[i] != NULL; i++)
        {
          const GVariantType *type = g_action_group_get_action_parameter_type (
              G_ACTION_GROUP (fixture->group), names[i]);
          g_autoptr (GError) error = NULL;

          if (type == NULL ? parameters[p] == NULL
                           : parameters[p] != NULL && g_variant_is_of_type (parameters[p], type))
            continue;
          g_assert_false (
              tandem_actions_perform (fixture->actions, names[i], parameters[p], &error));
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
        }
      g_clear_pointer (&parameters[p], g_variant_unref);
    }
  {
    g_autoptr (GError) error = NULL;

    g_assert_false (tandem_actions_perform (fixture->actions, "no-such-action", NULL, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  }
}

static void
test_active (Fixture *fixture, gconstpointer scene)
{
  TandemCall *call = only_call (fixture);

  g_assert_false (tandem_call_get_muted (call));
  perform (fixture, "mute", PAIR ("", "toggle"));
  g_assert_true (tandem_call_get_muted (call));
  perform (fixture, "mute", PAIR (tandem_call_get_id (call), "on"));
  g_assert_true (tandem_call_get_muted (call));
  g_action_group_activate_action (G_ACTION_GROUP (fixture->group), "mute",
                                  PAIR (tandem_call_get_id (call), "off"));
  g_assert_null (fixture->failed);
  g_assert_false (tandem_call_get_muted (call));
  assert_refused (fixture, "answer", TEXT (""), G_IO_ERROR_NOT_FOUND);
  g_assert_false (
      tandem_actions_perform (fixture->actions, "answer", TEXT (tandem_call_get_id (call)), NULL));
}

static void
test_window (Fixture *fixture, gconstpointer scene)
{
  g_signal_connect (fixture->actions, "present", G_CALLBACK (on_present), fixture);
  g_signal_connect (fixture->actions, "present-call", G_CALLBACK (on_present_call), fixture);
  g_signal_connect (fixture->actions, "fill-entry", G_CALLBACK (on_fill_entry), fixture);

  perform (fixture, "show", NULL);
  g_assert_cmpuint (fixture->presented, ==, 1);
  perform (fixture, "show-call", TEXT (tandem_call_get_id (only_call (fixture))));
  g_assert_true (fixture->call == only_call (fixture));
  perform (fixture, "fill-entry", TEXT ("tel:%2B31-20"));
  g_assert_cmpstr (fixture->entry, ==, "+31-20");
  assert_refused (fixture, "fill-entry", TEXT ("ftp://example.test"), G_IO_ERROR_INVALID_ARGUMENT);
  assert_refused (fixture, "show-call", TEXT ("nobody"), G_IO_ERROR_NOT_FOUND);
  assert_refused (fixture, "show-history", NULL, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_cmpuint (fixture->presented, ==, 1);
}

static void
test_practice (Fixture *fixture, gconstpointer scene)
{
  guint presented = 0;
  g_autoptr (GError) error = NULL;

  g_assert_true (
      g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->group), "practise-failover"));
  g_assert_false (
      g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->group), "silence-proxy"));
  g_assert_false (tandem_actions_perform (fixture->actions, "silence-proxy", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);

  fixture->presented = presented;
  g_signal_connect (fixture->actions, "silence-proxy", G_CALLBACK (on_present), fixture);
  tandem_actions_set_practising (fixture->actions, TRUE);
  perform (fixture, "silence-proxy", NULL);
  g_action_group_activate_action (G_ACTION_GROUP (fixture->group), "silence-proxy", NULL);
  g_assert_cmpuint (fixture->presented, ==, 2);
  g_signal_connect (fixture->actions, "practise-failover", G_CALLBACK (on_present), fixture);
  perform (fixture, "practise-failover", NULL);
  g_assert_cmpuint (fixture->presented, ==, 3);
}

/* docs/dbus.md names every action, with the type of its parameter, and none that is not there. */
static void
test_documented (Fixture *fixture, gconstpointer scene)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", "docs", "dbus.md", NULL);
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (fixture->group));
  g_autoptr (GRegex) row
      = g_regex_new ("^\\| `([a-z-]+)` \\| (?:`([a-z()]+)`|–)", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  guint documented = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  for (g_regex_match (row, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);
      g_autofree char *type = g_match_info_fetch (match, 2);
      const GVariantType *wanted;

      g_test_message ("%s %s", name, type);
      g_assert_true (g_action_group_has_action (G_ACTION_GROUP (fixture->group), name));
      wanted = g_action_group_get_action_parameter_type (G_ACTION_GROUP (fixture->group), name);
      if (wanted == NULL)
        g_assert_cmpstr (type, ==, "");
      else
        g_assert_true (g_variant_type_equal (wanted, G_VARIANT_TYPE (type)));
      documented++;
    }
  g_assert_cmpuint (documented, ==, g_strv_length (names));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, scene, function)                                                                 \
  g_test_add ("/actions/" name, Fixture, scene, set_up, function, tear_down)
  ADD ("no-phone", NULL, test_no_phone);
  ADD ("unknown", "idle", test_unknown);
  ADD ("documented", "idle", test_documented);
  ADD ("wrong-types", "active", test_wrong_types);
  ADD ("active", "active", test_active);
  ADD ("window", "active", test_window);
  ADD ("practice", "idle", test_practice);
#undef ADD
  return g_test_run ();
}
