/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "target.h"

#include <string.h>

/* What people type, paste and click, and what web pages make them click. */

typedef struct
{
  const char *text;
  const char *uri;
} Good;

static const Good good[] = {
  /* numbers in any spelling */
  { "1002", "sip:1002@example.test" },
  { "  1002 \n", "sip:1002@example.test" },
  { "+31 20 794-0813", "sip:+31207940813@example.test" },
  { "+31 (0)20 794.0813", "sip:+31207940813@example.test" },
  { "(020) 794 / 08 13", "sip:0207940813@example.test" },
  { "0031207940813", "sip:0031207940813@example.test" },
  { "555\xc2\xa0"
    "0100",
    "sip:5550100@example.test" },
  { "555\xe2\x80\x93"
    "0100",
    "sip:5550100@example.test" },
  { "555\xe2\x80\x91"
    "0100",
    "sip:5550100@example.test" },
  { "\xe2\x81\xa6"
    "+1555-0100\xe2\x81\xa9",
    "sip:+15550100@example.test" },
  { "\xe2\x80\xaa+1 555 0100\xe2\x80\xac", "sip:+15550100@example.test" },
  { "\xd9\xa1\xd9\xa0\xd9\xa0\xd9\xa2", "sip:1002@example.test" },
  { "\xef\xbc\x8b\xef\xbc\x91\xef\xbc\x95", "sip:+15@example.test" },
  { "*21*5550100#", "sip:*21*5550100%23@example.test" },
  { "0", "sip:0@example.test" },
  /* names */
  { "echo", "sip:echo@example.test" },
  { "sample.agent", "sip:sample.agent@example.test" },
  /* addresses */
  { "1002@example.test", "sip:1002@example.test" },
  { "sample.agent@pbx.example.test:5070", "sip:sample.agent@pbx.example.test:5070" },
  { "sip:1002@example.test", "sip:1002@example.test" },
  { "SIP:1002@EXAMPLE.test", "sip:1002@example.test" },
  { "sip:+1-555-0100@example.test", "sip:+15550100@example.test" },
  { "sip:1002", "sip:1002@example.test" },
  { "sip:echo", "sip:echo@example.test" },
  { "sip:pbx.example.test", "sip:pbx.example.test" },
  { "sip://1002@example.test", "sip:1002@example.test" },
  { "1002@192.0.2.1", "sip:1002@192.0.2.1" },
  { "1002@[2001:db8::1]", "sip:1002@[2001:db8::1]" },
  { "1002@[2001:db8::1]:5070", "sip:1002@[2001:db8::1]:5070" },
  { "1002@example.test.", "sip:1002@example.test" },
  { "1002@localhost", "sip:1002@localhost" },
  { "sip:1002@example.test;user=phone", "sip:1002@example.test;user=phone" },
  { "sip:zo%C3%AB@example.test", "sip:zo%C3%AB@example.test" },
  { "zo\xc3\xab@example.test", "sip:zo%C3%AB@example.test" },
  { "1002@b\xc3\xbc"
    "cher.test",
    "sip:1002@xn--bcher-kva.test" },
  { "sip:with%20space@example.test", "sip:with%20space@example.test" },
  { "sip:1002:secret@example.test", "sip:1002@example.test" },
  /* what would send the call elsewhere, or make another request of it, goes */
  { "sip:1002@example.test;maddr=198.51.100.66;transport=tcp", "sip:1002@example.test" },
  { "sip:1002@example.test;method=BYE", "sip:1002@example.test" },
  { "sip:1002@example.test?Route=%3Csip%3A198.51.100.66%3E&Subject=x", "sip:1002@example.test" },
  { "sip:1002;phone-context=example.test@example.test", "sip:1002@example.test" },
  /* links */
  { "tel:+1-555-0100", "sip:+15550100@example.test" },
  { "TEL:5550100", "sip:5550100@example.test" },
  { "tel:+1-555-0100;ext=12;phone-context=x", "sip:+15550100@example.test" },
  { "tel:7940813;phone-context=+31-20", "sip:+31207940813@example.test" },
  { "tel:7940813;isub=1;phone-context=%2B31(20)", "sip:+31207940813@example.test" },
  { "tel:+31207940813;phone-context=+49", "sip:+31207940813@example.test" },
  { "tel:200;phone-context=pbx.example.test", "sip:200@example.test" },
  { "tel:200;phone-context=+evil@example.test", "sip:200@example.test" },
  { "tel:%2B1%20555%200100", "sip:+15550100@example.test" },
  { "tel://5550100", "sip:5550100@example.test" },
  { "tel:*21%23", "sip:*21%23@example.test" },
  { "callto:1002", "sip:1002@example.test" },
  { "callto:+1%20555%200100", "sip:+15550100@example.test" },
  { "callto://1002@example.test", "sip:1002@example.test" },
};

typedef struct
{
  const char *text;
  const char *says; /* part of the message */
} Bad;

static const Bad bad[] = {
  { "", "Enter a number" },
  { "   \t ", "Enter a number" },
  { "\xe2\x80\xae", "Enter a number" },
  { "Sample Caller One", "neither a number" },
  { "+", "neither a number" },
  { "++31", "only at the beginning" },
  { "555+0100", "only at the beginning" },
  { "!!!", "neither a number" },
  { "()-", "neither a number" },
  { "https://example.test/", "of the kind" },
  { "mailto:sample@example.test", "of the kind" },
  { "javascript:alert(1)", "of the kind" },
  { "file:///etc/passwd", "of the kind" },
  { "tel:", "no number in it" },
  { "tel://", "no number in it" },
  { "sip:", "no number in it" },
  { "tel:;ext=3", "no number in it" },
  { "tel:example", "no telephone number" },
  { "tel:%zz", "percent code" },
  { "tel:%00", "percent code" },
  { "callto:1%0d%0aBYE", "control characters" },
  { "sip:@example.test", "nothing before" },
  { "sip:1002@", "nothing after" },
  { "1002@", "nothing after" },
  { "sip:a@b@example.test", "more than one @" },
  { "sip:%@example.test", "percent code" },
  { "sip:%2@example.test", "percent code" },
  { "sip:%FF@example.test", "percent code" },
  { "sip:10%0d%0a02@example.test", "control characters" },
  { "sip:1002%00@example.test", "percent code" },
  { "one two@example.test", "a space" },
  { "1002@exam ple.test", "a space" },
  { "1002@-example.test", "no valid server name" },
  { "1002@exa_mple..test", "no valid server name" },
  { "1002@300.1.2.3", "no valid server name" },
  { "1002@[::1", "no valid server name" },
  { "1002@[not-v6]", "no valid server name" },
  { "1002@[fe80::1%25eth0]", "no valid server name" },
  { "1002@example.test:0", "ports are" },
  { "1002@example.test:65536", "ports are" },
  { "1002@example.test:x", "ports are" },
  { "1002@example.test:", "ports are" },
  { "sip:a@b", "single letter" },
  { "sip:1002@pbx.example.t", "single letter" },
  { "1002\r\nINVITE sip:evil@example.test", "control characters" },
  { "10\x01"
    "02",
    "control characters" },
  { "10\xff"
    "02",
    "broken characters" },
  { "sips:1002@example.test", "encrypted" },
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *uri = tandem_target_parse (good[i].text, "example.test", FALSE, &error);

      if (g_strcmp0 (uri, good[i].uri) != 0)
        g_error ("“%s” gave %s (%s), not %s", good[i].text, uri,
                 error != NULL ? error->message : "", good[i].uri);
    }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *uri = tandem_target_parse (bad[i].text, "example.test", FALSE, &error);

      if (uri != NULL)
        g_error ("“%s” was taken as %s", bad[i].text, uri);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      if (strstr (error->message, bad[i].says) == NULL)
        g_error ("“%s” says: %s, not: %s", bad[i].text, error->message, bad[i].says);
    }
}

static void
test_too_long (void)
{
  static const guint lengths[] = { 65, 129, 513, 100000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *digits = g_strnfill (lengths[i], '5');
      g_autofree char *name = g_strnfill (lengths[i] + 64, 'a');
      g_autoptr (GError) number_error = NULL;
      g_autoptr (GError) name_error = NULL;

      g_assert_null (tandem_target_parse (digits, "example.test", FALSE, &number_error));
      g_assert_nonnull (strstr (number_error->message, "too long"));
      g_assert_null (tandem_target_parse (name, "example.test", FALSE, &name_error));
      g_assert_nonnull (strstr (name_error->message, "too long"));
    }
}

static void
test_no_domain (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = tandem_target_parse ("1002@example.test", NULL, FALSE, NULL);

  g_assert_cmpstr (address, ==, "sip:1002@example.test");
  g_assert_null (tandem_target_parse ("1002", "", FALSE, &error));
  g_assert_nonnull (strstr (error->message, "Set up an account"));
}

static void
test_secure (void)
{
  g_autofree char *uri = tandem_target_parse ("sips:1002@example.test", NULL, TRUE, NULL);

  g_assert_cmpstr (uri, ==, "sip:1002@example.test");
}

/* No text may crash it, or get a line break, a space, a quote or an angle bracket into the URI. */
static void
test_random (void)
{
  static const char alphabet[] = "0159+-()@:;%?&=/.[]<>\" \r\n\tabzAZ*#_~!$',\\telsipcallto"
                                 "\xc3\xab\xe2\x80\xae\xff";

  for (guint i = 0; i < 20000; i++)
    {
      const int length = g_test_rand_int_range (0, 40);
      g_autofree char *text = g_malloc0 ((gsize) length + 8);
      g_autofree char *uri = NULL;
      int n = 0;

      if (i % 3 == 0)
        n = (int) g_strlcpy (text, "sip:", 5);
      else if (i % 3 == 1)
        n = (int) g_strlcpy (text, "tel:", 5);
      for (int j = 0; j < length; j++)
        text[n + j] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      uri = tandem_target_parse (text, "example.test", FALSE, NULL);
      if (uri == NULL)
        continue;
      g_assert_true (g_str_has_prefix (uri, "sip:"));
      g_assert_cmpuint (strcspn (uri, "\r\n\t <>\"\\?"), ==, strlen (uri));
      g_assert_true (g_str_is_ascii (uri));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/target/good", test_good);
  g_test_add_func ("/phone/target/bad", test_bad);
  g_test_add_func ("/phone/target/too-long", test_too_long);
  g_test_add_func ("/phone/target/no-domain", test_no_domain);
  g_test_add_func ("/phone/target/secure", test_secure);
  g_test_add_func ("/phone/target/random", test_random);
  return g_test_run ();
}
