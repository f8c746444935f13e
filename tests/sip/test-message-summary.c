/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message-summary.h"

#include <string.h>

static gboolean
parse (const char *body, TandemMessageSummary *summary)
{
  return tandem_message_summary_parse (body, strlen (body), summary);
}

static void
test_good (void)
{
  static const struct
  {
    const char *body;
    gboolean waiting;
    guint fresh, old;
    const char *account;
  } cases[] = {
    { "Messages-Waiting: yes\r\nMessage-Account: sip:100@vm.example.test\r\n"
      "Voice-Message: 2/8 (0/2)\r\n",
      TRUE, 2, 8, "sip:100@vm.example.test" },
    { "Messages-Waiting: no\r\nVoice-Message: 0/0\r\n", FALSE, 0, 0, NULL },
    { "messages-waiting:YES\nvoice-message: 1/0 ( 1 / 0 )", FALSE, 0, 0, "bad" },
    { "messages-waiting:YES\nvoice-message: 1/0 ( 1/0 )", TRUE, 1, 0, NULL },
    { "Messages-Waiting : yes\r\n", TRUE, 0, 0, NULL },
    { "Messages-Waiting: yes", TRUE, 0, 0, NULL },
    { "Messages-Waiting: yes\r\nFax-Message: 3/4\r\nText-Message: 1/1\r\nVoice-Message: 5/6\r\n"
      "\r\nTo: <sip:100@example.test>\r\nSubject: what/ever\r\n",
      TRUE, 5, 6, NULL },
    { "Messages-Waiting: yes\r\nX-Sample: anything at all\r\n", TRUE, 0, 0, NULL },
    { "Messages-Waiting: yes\r\nVoice-Message: 999999/999999\r\n", TRUE, 999999, 999999, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TandemMessageSummary summary = { 0 };

      g_test_message ("case %u", i);
      if (g_strcmp0 (cases[i].account, "bad") == 0)
        {
          g_assert_false (parse (cases[i].body, &summary));
          continue;
        }
      g_assert_true (parse (cases[i].body, &summary));
      g_assert_cmpint (summary.waiting, ==, cases[i].waiting);
      g_assert_cmpuint (summary.fresh, ==, cases[i].fresh);
      g_assert_cmpuint (summary.old, ==, cases[i].old);
      g_assert_cmpstr (summary.account, ==, cases[i].account);
      tandem_message_summary_clear (&summary);
    }
}

static void
test_bad (void)
{
  static const char *const cases[] = {
    "",
    "\r\n",
    "\r\nMessages-Waiting: yes\r\n",
    "Messages-Waiting: maybe\r\n",
    "Messages-Waiting\r\n",
    "Messages-Waiting:\r\n",
    ": yes\r\n",
    "Voice-Message: 1/1\r\n",
    "Messages-Waiting: yes\r\nVoice-Message: 1\r\n",
    "Messages-Waiting: yes\r\nVoice-Message: -1/1\r\n",
    "Messages-Waiting: yes\r\nVoice-Message: 1/\r\n",
    "Messages-Waiting: yes\r\nVoice-Message: 1/1 (\r\n",
    "Messages-Waiting: yes\r\nVoice-Message: 1/1 (1/1\r\n",
    "Messages-Waiting: yes\r\nVoice-Message: 1/1 (1/1) more\r\n",
    "Messages-Waiting: yes\r\nVoice-Message: 1000000/1\r\n",
    "Messages-Waiting: yes\r\nVoice-Message: 99999999999999999999/1\r\n",
    "Messages-Waiting: yes\r\nVoice-Message: 0x1/1\r\n",
    "Messages-Waiting: yes\r\nVoice-Message: 1/1\r\nVoice-Message: 2/2\r\n",
    "Messages-Waiting: yes\r\nFax-Message: many\r\n",
    "Messages-Waiting: yes\r\nMessage-Account:\r\n",
    "Messages-Waiting: yes\r\nMessage-Account: sip:a@example.test\r\n"
    "Message-Account: sip:b@example.test\r\n",
    "Messages-Waiting: yes\r\nno colon\r\n",
    "Messages-Waiting: yes\r\na b: c\r\n",
    "Messages-Waiting: yes\rVoice-Message: 1/1\r\n",
    "Messages-Waiting: yes\r\nVoice-Message: 1/1\r\r\n",
    "Messages-Waiting: yes\r\nX: \x01\r\n",
    "Messages-Waiting: yes\r\nX: \xff\xfe\r\n",
  };
  static const char with_nul[] = "Messages-Waiting: yes\r\nX: a\0b\r\n";
  TandemMessageSummary summary = { .fresh = 7 };
  g_autoptr (GString) text = g_string_new ("Messages-Waiting: yes\r\n");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %u", i);
      g_assert_false (parse (cases[i], &summary));
      g_assert_cmpuint (summary.fresh, ==, 7);
    }
  g_assert_false (tandem_message_summary_parse (with_nul, sizeof with_nul - 1, &summary));
  g_assert_false (tandem_message_summary_parse (NULL, 0, &summary));
  for (guint i = 0; i < 100; i++)
    g_string_append_printf (text, "X%u: a\r\n", i);
  g_assert_false (parse (text->str, &summary));
  g_string_assign (text, "Messages-Waiting: yes\r\nX: ");
  for (guint i = 0; i < 600; i++)
    g_string_append_c (text, 'a');
  g_assert_false (parse (text->str, &summary));
  g_string_assign (text, "Messages-Waiting: yes\r\n\r\n");
  while (text->len <= TANDEM_MESSAGE_SUMMARY_LONGEST)
    g_string_append_c (text, 'a');
  g_assert_false (parse (text->str, &summary));
  g_string_truncate (text, TANDEM_MESSAGE_SUMMARY_LONGEST);
  g_assert_true (parse (text->str, &summary));
}

/* Whatever is changed in a good body, nothing is read beyond it and nothing is left behind. */
static void
test_mutated (void)
{
  static const char good[] = "Messages-Waiting: yes\r\nMessage-Account: sip:100@vm.example.test\r\n"
                             "Voice-Message: 2/8 (0/2)\r\nFax-Message: 1/0\r\n\r\nTo: a\r\n";
  g_autoptr (GRand) rand = g_rand_new_with_seed (3842);

  for (guint i = 0; i < 20000; i++)
    {
      gsize size = (gsize) g_rand_int_range (rand, 0, sizeof good);
      g_autofree char *body = g_memdup2 (good, MAX (size, 1));
      TandemMessageSummary summary = { 0 };

      for (int n = g_rand_int_range (rand, 0, 4); n > 0 && size > 0; n--)
        body[g_rand_int_range (rand, 0, (gint32) size)] = (char) g_rand_int_range (rand, 0, 256);
      if (tandem_message_summary_parse (body, size, &summary))
        {
          g_assert_cmpuint (summary.fresh, <=, TANDEM_MESSAGE_SUMMARY_MOST);
          tandem_message_summary_clear (&summary);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message-summary/good", test_good);
  g_test_add_func ("/message-summary/bad", test_bad);
  g_test_add_func ("/message-summary/mutated", test_mutated);
  return g_test_run ();
}
