/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auto-answer.h"

/* What asks for an automatic answer. */

static gint
parse (const char *call_info, const char *alert_info)
{
  const char *call[] = { call_info, NULL };
  const char *alert[] = { alert_info, NULL };

  return tandem_auto_answer_parse (NULL, NULL, call, alert);
}

static void
test_call_info (void)
{
  g_assert_cmpint (parse ("<sip:127.0.0.1>;answer-after=0", NULL), ==, 0);
  g_assert_cmpint (parse ("<sip:127.0.0.1>; Answer-After = \"5\"", NULL), ==, 5);
  g_assert_cmpint (parse ("<http://x/a,b>;purpose=icon, <sip:127.0.0.1>;answer-after=7", NULL), ==,
                   7);
  g_assert_cmpint (parse ("answer-after=2", NULL), ==, 2);
  g_assert_cmpint (parse ("<sip:127.0.0.1;answer-after=0>", NULL), ==, -1);
  g_assert_cmpint (parse ("<sip:127.0.0.1>;answer-after=-1", NULL), ==, -1);
  g_assert_cmpint (parse ("<sip:127.0.0.1>;answer-after=1e1", NULL), ==, -1);
  g_assert_cmpint (parse ("<sip:127.0.0.1>;answer-after=", NULL), ==, -1);
  g_assert_cmpint (parse ("<sip:127.0.0.1>;answer-after=61", NULL), ==, -1);
  g_assert_cmpint (parse ("<sip:127.0.0.1>;answer-after=99999999999999999999", NULL), ==, -1);
  g_assert_cmpint (parse ("\"answer-after=0\"", NULL), ==, -1);
  g_assert_cmpint (parse (NULL, NULL), ==, -1);
}

static void
test_alert_info (void)
{
  static const struct
  {
    const char *value;
    gint after;
  } cases[] = {
    { "<http://127.0.0.1/none>;info=alert-autoanswer;delay=0", 0 },
    { "<http://127.0.0.1/none>;info=alert-autoanswer;delay=4", 4 },
    { "<http://127.0.0.1/none>;info=alert-autoanswer;delay=soon", 0 },
    { "info=alert-autoanswer", 0 },
    { "<http://127.0.0.1/none>;info=\"intercom\"", 0 },
    { "<sip:127.0.0.1>;answer-after=1", 1 },
    { "Auto Answer", 0 },
    { "\"Auto Answer\"", 0 },
    { "ring-answer", 0 },
    { "Intercom", 0 },
    { "<urn:alert:service:normal>", -1 },
    { "<http://127.0.0.1/intercom>", -1 },
    { "<http://127.0.0.1/none>;info=alert-external", -1 },
    { "Auto Answering", -1 },
    { "", -1 },
    { ";;;,,,<<<>>>", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].value);
      g_assert_cmpint (parse (NULL, cases[i].value), ==, cases[i].after);
    }
}

static void
test_answer_mode (void)
{
  const char *automatic[] = { "Auto;require", NULL };
  const char *manual[] = { " manual ", NULL };
  const char *wish[] = { "auto; sample=require", NULL };
  const char *other[] = { "Sample;require", NULL };
  const char *call[] = { "<sip:127.0.0.1>;answer-after=3", NULL };

  g_assert_cmpint (tandem_auto_answer_parse (NULL, automatic, NULL, NULL), ==, 0);
  g_assert_cmpint (tandem_auto_answer_parse (automatic, manual, NULL, NULL), ==, 0);
  g_assert_cmpint (tandem_auto_answer_parse (manual, automatic, call, NULL), ==, -1);
  g_assert_cmpint (tandem_auto_answer_parse (NULL, other, call, NULL), ==, 3);

  g_assert_cmpint (tandem_answer_mode_parse (NULL, NULL), ==, TANDEM_ANSWER_MODE_NONE);
  g_assert_cmpint (tandem_answer_mode_parse (NULL, other), ==, TANDEM_ANSWER_MODE_NONE);
  g_assert_cmpint (tandem_answer_mode_parse (NULL, wish), ==, TANDEM_ANSWER_MODE_AUTO);
  g_assert_cmpint (tandem_answer_mode_parse (NULL, automatic), ==,
                   TANDEM_ANSWER_MODE_AUTO_REQUIRED);
  g_assert_cmpint (tandem_answer_mode_parse (other, manual), ==, TANDEM_ANSWER_MODE_MANUAL);
  g_assert_cmpint (tandem_answer_mode_parse (wish, manual), ==, TANDEM_ANSWER_MODE_AUTO);
}

static void
test_long (void)
{
  g_autofree char *filler = g_strnfill (100000, ',');
  g_autofree char *call = g_strdup_printf ("%s<sip:x>;answer-after=0", filler);

  g_assert_cmpint (parse (call, call), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/auto-answer/call-info", test_call_info);
  g_test_add_func ("/auto-answer/alert-info", test_alert_info);
  g_test_add_func ("/auto-answer/answer-mode", test_answer_mode);
  g_test_add_func ("/auto-answer/long", test_long);
  return g_test_run ();
}
