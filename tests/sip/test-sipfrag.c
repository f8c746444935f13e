/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sipfrag.h"

#include <string.h>

/* Reports of a REFER as text. */

static void
test_good (void)
{
  static const struct
  {
    const char *body;
    guint code;
    const char *phrase;
  } cases[] = {
    { "SIP/2.0 100 Trying", 100, "Trying" },
    { "SIP/2.0 200 OK\r\n", 200, "OK" },
    { "sip/2.0 486 Busy Here\n", 486, "Busy Here" },
    { "SIP/2.0 603 \r\n", 603, "" },
    { "SIP/2.0 180", 180, "" },
    { "SIP/2.0 503 Service Unavailable\r\nReason: SIP;cause=503\r\nWarning: 399 x\r\n y\r\n\r\n",
      503, "Service Unavailable" },
    { "SIP/2.0 404 Nicht gefunden \xc3\xbc\r\n", 404, "Nicht gefunden \xc3\xbc" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *phrase = NULL;
      guint code = 0;

      g_assert_true (tandem_sipfrag_parse (cases[i].body, strlen (cases[i].body), &code, &phrase));
      g_assert_cmpuint (code, ==, cases[i].code);
      g_assert_cmpstr (phrase, ==, cases[i].phrase);
    }
}

static void
test_garbage (void)
{
  static const char *const cases[] = {
    "",
    "SIP/2.0",
    "SIP/2.0 20",
    "SIP/2.0 2000 OK",
    "SIP/2.0 99 Low",
    "SIP/2.0 099 Low",
    "SIP/2.0 700 High",
    "SIP/2.0 2x0 OK",
    "SIP/3.0 200 OK",
    "HTTP/1.1 200 OK",
    " SIP/2.0 200 OK",
    "\r\nSIP/2.0 200 OK",
    "INVITE sip:100@example.test SIP/2.0\r\n",
    "SIP/2.0 200 O\001K",
    "SIP/2.0 200 \xff\xfe",
    "SIP/2.0 200 OK\r\nno header\r\n",
    "SIP/2.0 200 OK\r\n<xml/>\r\n",
  };
  g_autofree char *huge = g_strnfill (TANDEM_SIPFRAG_LONGEST + 1, 'x');
  g_autofree char *line = g_strdup_printf ("SIP/2.0 200 %0600d", 1);
  g_autofree char *phrase = NULL;
  guint code = 4711;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_false (tandem_sipfrag_parse (cases[i], strlen (cases[i]), &code, &phrase));
  memcpy (huge, "SIP/2.0 200 OK\r\n", 16);
  g_assert_false (tandem_sipfrag_parse (huge, strlen (huge), &code, &phrase));
  g_assert_false (tandem_sipfrag_parse (line, strlen (line), &code, &phrase));
  g_assert_false (tandem_sipfrag_parse ("SIP/2.0 200 O\0K", 15, &code, &phrase));
  g_assert_cmpuint (code, ==, 4711);
  g_assert_null (phrase);
}

static void
test_format (void)
{
  g_autofree char *usual = tandem_sipfrag_format (486, NULL);
  g_autofree char *own = tandem_sipfrag_format (603, "Not\r\nSIP/2.0 200 now");
  g_autofree char *strange = tandem_sipfrag_format (4711, "\xff");
  g_autofree char *phrase = NULL;
  guint code;

  g_assert_cmpstr (usual, ==, "SIP/2.0 486 Busy Here\r\n");
  g_assert_cmpstr (own, ==, "SIP/2.0 603 Not  SIP/2.0 200 now\r\n");
  g_assert_true (tandem_sipfrag_parse (strange, strlen (strange), &code, &phrase));
  g_assert_cmpuint (code, ==, 699);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sipfrag/good", test_good);
  g_test_add_func ("/sipfrag/garbage", test_garbage);
  g_test_add_func ("/sipfrag/format", test_format);
  return g_test_run ();
}
