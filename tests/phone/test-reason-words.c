/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reason-words.h"

#include <string.h>

/* Failures in words that a person understands. */

typedef struct
{
  guint code;
  const char *text;
  const char *reason;
  gboolean connected;
  const char *words;
} Row;

static const Row rows[] = {
  { 486, "Busy Here", NULL, FALSE, "Busy" },
  { 404, "Not Found", NULL, FALSE, "This number does not exist" },
  { 603, "Decline", NULL, FALSE, "Declined" },
  { 480, "Temporarily Unavailable", NULL, FALSE, "Not available at the moment" },
  { 488, NULL, NULL, FALSE, "The other side cannot talk with this phone: no codec in common" },
  { 503, "Service Unavailable", NULL, FALSE, "The server is overloaded or in maintenance" },
  { 499, "Whatever", NULL, FALSE, "The call was refused: “Whatever”" },
  { 599, NULL, NULL, FALSE, "The server could not make the call" },
  { 699, "", NULL, FALSE, "The call was refused everywhere" },
  { 500, NULL, "Q.850;cause=17;text=\"user busy\"", FALSE, "Busy" },
  { 500, NULL, "Q.850;cause=1", FALSE, "This number does not exist" },
  { 0, "timeout", NULL, FALSE, "No answer" },
  { 0, "connection refused", NULL, FALSE, "Connection refused" },
  { 0, NULL, NULL, TRUE, NULL },
  { 200, "OK", NULL, TRUE, NULL },
  { 0, NULL, "Q.850;cause=16;text=\"Normal call clearing\"", TRUE, NULL },
  { 0, NULL, "SIP;cause=200;text=\"Call completed elsewhere\"", TRUE, NULL },
  { 0, NULL, "SIP;cause=403;text=\"Forbidden by policy\"", TRUE,
    "Ended by the other side: “Forbidden by policy”" },
  { 0, NULL, "SIP ;cause=503", TRUE, "The server is overloaded or in maintenance" },
  { 0, NULL, "Forbidden by policy", TRUE, "Ended by the other side: “Forbidden by policy”" },
  { 0, NULL, "Q.850;cause=38", TRUE, "The network is out of order" },
  { 0, NULL, ";;;cause=;text=", TRUE, NULL },
};

static void
test_call (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *words = tandem_reason_words_for_call (rows[i].code, rows[i].text,
                                                             rows[i].reason, rows[i].connected);

      if (g_strcmp0 (words, rows[i].words) != 0)
        g_error ("row %u: %s, not %s", i, words, rows[i].words);
    }
}

/* Every final status has words of its own or of its class, and none is the bare number. */
static void
test_every_code (void)
{
  for (guint code = 300; code < 700; code++)
    {
      g_autofree char *call = tandem_reason_words_for_call (code, NULL, NULL, FALSE);
      g_autofree char *registration = tandem_reason_words_for_registration (code, NULL);

      g_assert_nonnull (call);
      g_assert_cmpuint (strlen (call), >=, 4);
      g_assert_cmpuint (strlen (registration), >=, 4);
    }
}

static void
test_hostile (void)
{
  g_autofree char *long_text = g_strnfill (100000, 'x');
  g_autofree char *words = tandem_reason_words_for_call (499, long_text, NULL, FALSE);
  g_autofree char *control
      = tandem_reason_words_for_call (0, NULL, "SIP;cause=1;text=\"a\r\nb\xe2\x80\xae\xff\"", TRUE);
  g_autofree char *open = tandem_reason_words_for_call (0, NULL, "SIP;text=\"never closed", TRUE);

  g_assert_cmpuint (strlen (words), <, 300);
  g_assert_true (g_utf8_validate (control, -1, NULL));
  g_assert_null (strchr (control, '\n'));
  g_assert_null (strstr (control, "\xe2\x80\xae"));
  g_assert_cmpstr (open, ==, "Ended by the other side: “never closed”");
}

static void
test_registration (void)
{
  g_autofree char *password = tandem_reason_words_for_registration (401, "Unauthorized");
  g_autofree char *unknown = tandem_reason_words_for_registration (404, NULL);
  g_autofree char *silent = tandem_reason_words_for_registration (0, "timeout");
  g_autofree char *name
      = tandem_reason_words_for_registration (0, "certificate names another host");
  g_autofree char *strange = tandem_reason_words_for_registration (499, "Strange");
  g_autofree char *nothing = tandem_reason_words_for_registration (0, NULL);

  g_assert_cmpstr (password, ==, "Wrong user name or password");
  g_assert_cmpstr (unknown, ==, "The server does not know this user");
  g_assert_cmpstr (silent, ==, "No answer");
  g_assert_cmpstr (name, ==, "Its certificate belongs to another name");
  g_assert_cmpstr (strange, ==, "The server refuses the registration (499): “Strange”");
  g_assert_cmpstr (nothing, ==, "No connection to the server");
}

static void
test_proxy (void)
{
  g_autofree char *silent = tandem_reason_words_for_proxy ("timeout", FALSE);
  g_autofree char *barred = tandem_reason_words_for_proxy (NULL, TRUE);
  g_autofree char *other = tandem_reason_words_for_proxy ("something\nnew", FALSE);

  g_assert_cmpstr (silent, ==, "No answer");
  g_assert_cmpstr (barred, ==, "Overloaded: it asked for a pause");
  g_assert_cmpstr (other, ==, "something new");
  g_assert_null (tandem_reason_words_for_proxy (NULL, FALSE));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/reason-words/call", test_call);
  g_test_add_func ("/phone/reason-words/every-code", test_every_code);
  g_test_add_func ("/phone/reason-words/hostile", test_hostile);
  g_test_add_func ("/phone/reason-words/registration", test_registration);
  g_test_add_func ("/phone/reason-words/proxy", test_proxy);
  return g_test_run ();
}
