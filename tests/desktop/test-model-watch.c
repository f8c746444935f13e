/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model-watch.h"

#include "phone.h"

/* Everything that the status says of a call, a colleague and the phone is told when it changes; what
 * only counts seconds is not. */

static void
on_changed (gpointer data)
{
  (*(guint *) data)++;
}

static guint
settle (guint *changes)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return *changes;
}

/* Of every property: those in quiet (ends with NULL) are no news. */
static void
assert_news (GObject *object, const char *const *quiet, guint *changes)
{
  g_autofree GParamSpec **specs = NULL;
  guint n;

  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);
  for (guint i = 0; i < n; i++)
    {
      const guint before = settle (changes);

      g_test_message ("%s", specs[i]->name);
      g_object_notify_by_pspec (object, specs[i]);
      g_assert_cmpuint (settle (changes) - before, ==,
                        g_strv_contains (quiet, specs[i]->name) ? 0 : 1);
    }
}

static void
test_call (void)
{
  /* They follow from others or from the time, or never change. */
  static const char *const quiet[]
      = { "id",      "incoming",    "peer-uri", "title",         "status-text",    "duration",
          "failure", "sip-call-id", "target",   "hold-duration", "auto-answer-in", NULL };
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("active");
  g_autoptr (TandemCall) call = g_list_model_get_item (tandem_phone_get_calls (phone), 0);
  guint changes = 0;
  TandemModelWatch *watch = tandem_model_watch_new (phone, on_changed, &changes);

  assert_news (G_OBJECT (call), quiet, &changes);
  tandem_model_watch_free (watch);
}

static void
test_colleague (void)
{
  static const char *const quiet[] = { "address", "uri", "state-text", NULL };
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("colleagues");
  g_autoptr (GObject) colleague = g_list_model_get_item (tandem_phone_get_colleagues (phone), 0);
  guint changes = 0;
  TandemModelWatch *watch = tandem_model_watch_new (phone, on_changed, &changes);

  g_assert_nonnull (colleague);
  assert_news (colleague, quiet, &changes);
  tandem_model_watch_free (watch);
}

static void
test_phone (void)
{
  static const char *const news[]
      = { "do-not-disturb", "forward-to", "missed-calls", "audio-problem", "configured" };
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("idle");
  guint changes = 0;
  TandemModelWatch *watch = tandem_model_watch_new (phone, on_changed, &changes);

  for (guint i = 0; i < G_N_ELEMENTS (news); i++)
    {
      const guint before = settle (&changes);

      g_object_notify (G_OBJECT (phone), news[i]);
      g_assert_cmpuint (settle (&changes) - before, ==, 1);
    }
  tandem_model_watch_free (watch);
  g_object_notify (G_OBJECT (phone), news[0]);
  g_assert_cmpuint (settle (&changes), ==, G_N_ELEMENTS (news));
}

static void
test_wrap_up (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("wrap-up");
  guint changes = 0;
  TandemModelWatch *watch = tandem_model_watch_new (phone, on_changed, &changes);
  const guint before = settle (&changes);

  g_assert_cmpuint (tandem_phone_get_wrap_up (phone), >, 0);
  g_object_notify (G_OBJECT (phone), "wrap-up");
  g_assert_cmpuint (settle (&changes), ==, before);
  tandem_phone_end_wrap_up (phone);
  g_assert_cmpuint (tandem_phone_get_wrap_up (phone), ==, 0);
  g_assert_cmpuint (settle (&changes), ==, before + 1);
  tandem_model_watch_free (watch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-watch/call", test_call);
  g_test_add_func ("/model-watch/colleague", test_colleague);
  g_test_add_func ("/model-watch/phone", test_phone);
  g_test_add_func ("/model-watch/wrap-up", test_wrap_up);
  return g_test_run ();
}
