/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "replaces.h"

#include <string.h>

/* The Replaces header as text. */

static void
test_good (void)
{
  TandemReplaces r;

  g_assert_true (tandem_replaces_parse ("sample@127.0.0.1;to-tag=a;from-tag=b", &r));
  g_assert_cmpstr (r.call_id, ==, "sample@127.0.0.1");
  g_assert_cmpstr (r.to_tag, ==, "a");
  g_assert_cmpstr (r.from_tag, ==, "b");
  g_assert_false (r.early_only);
  tandem_replaces_clear (&r);
  g_assert_true (
      tandem_replaces_parse (" sample ; From-Tag = b.1 ; early-only;x=y ; to-tag=0", &r));
  g_assert_cmpstr (r.call_id, ==, "sample");
  g_assert_cmpstr (r.to_tag, ==, "0");
  g_assert_cmpstr (r.from_tag, ==, "b.1");
  g_assert_true (r.early_only);
  tandem_replaces_clear (&r);
}

static void
test_malformed (void)
{
  static const char *const cases[] = {
    "",
    ";to-tag=a;from-tag=b",
    "sample",
    "sample;to-tag=a",
    "sample;from-tag=a",
    "sample;to-tag;from-tag=b",
    "sample;to-tag=;from-tag=b",
    "sample;to-tag=a;to-tag=c;from-tag=b",
    "sample;to-tag=a;from-tag=b;;",
    "two words;to-tag=a;from-tag=b",
    "a@b@c;to-tag=a;from-tag=b",
    "a,b;to-tag=a;from-tag=b",
    "sample;to-tag=a\nb;from-tag=b",
    "sample;to-tag=\"a\";from-tag=b",
    "sample;to-tag=a;from-tag=b, other;to-tag=a;from-tag=b",
  };
  g_autofree char *filler = g_strnfill (TANDEM_REPLACES_LONGEST, 'x');
  g_autofree char *longer = g_strdup_printf ("%s;to-tag=a;from-tag=b", filler);
  TandemReplaces r = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i]);
      g_assert_false (tandem_replaces_parse (cases[i], &r));
    }
  g_assert_false (tandem_replaces_parse (longer, &r));
  g_assert_null (r.call_id);
}

static void
test_format (void)
{
  g_autofree char *plain = tandem_replaces_format ("sample@host", "a", "b");
  g_autofree char *old = tandem_replaces_format ("sample", "a", NULL);

  g_assert_cmpstr (plain, ==, "sample@host;to-tag=a;from-tag=b");
  g_assert_cmpstr (old, ==, "sample;to-tag=a;from-tag=0");
  g_assert_null (tandem_replaces_format ("sam ple", "a", "b"));
  g_assert_null (tandem_replaces_format ("sample", "a;x", "b"));
  g_assert_null (tandem_replaces_format (NULL, "a", "b"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replaces/good", test_good);
  g_test_add_func ("/replaces/malformed", test_malformed);
  g_test_add_func ("/replaces/format", test_format);
  return g_test_run ();
}
