/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "refer-to.h"

#include <string.h>

/* The Refer-To header as text. */

static void
test_good (void)
{
  static const struct
  {
    const char *value, *uri, *replaces;
  } cases[] = {
    { "<sip:200@example.test>", "sip:200@example.test", NULL },
    { "sip:200@example.test", "sip:200@example.test", NULL },
    { "sip:200@example.test;x=y", "sip:200@example.test", NULL },
    { "\"Sample, <One>\" <sips:200@example.test;transport=tcp>;x=y",
      "sips:200@example.test;transport=tcp", NULL },
    { "Sample <SIP:200@example.test>", "SIP:200@example.test", NULL },
    { "<tel:+49-30-5550101>", "tel:+49-30-5550101", NULL },
    { "<sip:200@example.test;method=INVITE>", "sip:200@example.test", NULL },
    { "<sip:200@example.test;method=invite;user=phone>", "sip:200@example.test;user=phone", NULL },
    { "<sip:200@example.test?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>", "sip:200@example.test",
      "a@b;to-tag=1;from-tag=2" },
    { "<sip:200@example.test?Subject=x&replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2%3Bearly-only>",
      "sip:200@example.test", "a;to-tag=1;from-tag=2;early-only" },
    { "<sip:200@[::1]:5060?body=evil&X-Evil=1>", "sip:200@[::1]:5060", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *uri = NULL;
      g_autofree char *replaces = NULL;

      g_test_message ("%s", cases[i].value);
      g_assert_cmpuint (tandem_refer_to_parse (cases[i].value, &uri, &replaces), ==, 0);
      g_assert_cmpstr (uri, ==, cases[i].uri);
      g_assert_cmpstr (replaces, ==, cases[i].replaces);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *value;
    guint code;
  } cases[] = {
    { "", 400 },
    { "<>", 400 },
    { "<sip:>", 400 },
    { "200", 400 },
    { "<sip:200@example.test", 400 },
    { "sip:200@example.test>", 400 },
    { "<sip:200@example.test>, <sip:201@example.test>", 400 },
    { "\"unfinished <sip:200@example.test>", 400 },
    { "<sip:200@example.test\n>", 400 },
    { "<sip:200@exa mple.test>", 400 },
    { "<sip:200%zz@example.test>", 400 },
    { "<tel:>", 400 },
    { "<tel:xyz>", 400 },
    { "<tel:++49>", 400 },
    { "<tel:123?Replaces=x>", 400 },
    { "<http://example.test/>", 416 },
    { "<javascript:alert(1)>", 416 },
    { "<mailto:sample@example.test>", 416 },
    { "<file:///etc/passwd>", 416 },
    { "<sip:200@example.test;method=BYE>", 603 },
    { "<sip:200@example.test;user=phone;method=REGISTER>", 603 },
    { "<sip:200@example.test;method>", 603 },
    { "<sip:200@example.test;method=INVITE;method=BYE>", 603 },
    { "<sip:200@example.test?Replaces>", 400 },
    { "<sip:200@example.test?Replaces=x>", 400 },
    { "<sip:200@example.test?Replaces=a%00b>", 400 },
    { "<sip:200@example.test?Replaces=a%0d%0aX-Evil%3A1%3Bto-tag%3D1%3Bfrom-tag%3D2>", 400 },
    { "<sip:200@example.test?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2&Replaces=b%3Bto-tag%3D1%3B"
      "from-tag%3D2>",
      400 },
  };
  g_autofree char *filler = g_strnfill (3000, '1');
  g_autofree char *longer = g_strdup_printf ("<sip:%s@example.test>", filler);
  char *uri = NULL;
  char *replaces = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].value);
      g_assert_cmpuint (tandem_refer_to_parse (cases[i].value, &uri, &replaces), ==, cases[i].code);
    }
  g_assert_cmpuint (tandem_refer_to_parse (longer, &uri, &replaces), ==, 400);
  g_assert_null (uri);
  g_assert_null (replaces);
}

static void
test_format (void)
{
  g_autofree char *plain = tandem_refer_to_format ("sip:200@example.test", NULL);
  g_autofree char *replacing
      = tandem_refer_to_format ("sip:200@example.test?x=y", "a@b;to-tag=1;from-tag=2");
  g_autofree char *tel = tandem_refer_to_format ("tel:+49305550101", "a;to-tag=1;from-tag=2");
  g_autofree char *uri = NULL;
  g_autofree char *replaces = NULL;

  g_assert_cmpstr (plain, ==, "<sip:200@example.test>");
  g_assert_cmpstr (replacing, ==,
                   "<sip:200@example.test?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>");
  g_assert_cmpstr (tel, ==, "<tel:+49305550101>");
  g_assert_cmpuint (tandem_refer_to_parse (replacing, &uri, &replaces), ==, 0);
  g_assert_cmpstr (replaces, ==, "a@b;to-tag=1;from-tag=2");
  g_assert_null (tandem_refer_to_format ("http://example.test", NULL));
  g_assert_null (tandem_refer_to_format ("sip:200@example.test>\r\nX: y", NULL));
  g_assert_null (tandem_refer_to_format ("200", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/refer-to/good", test_good);
  g_test_add_func ("/refer-to/refused", test_refused);
  g_test_add_func ("/refer-to/format", test_format);
  return g_test_run ();
}
