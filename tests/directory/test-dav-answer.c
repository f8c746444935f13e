/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dav-answer.h"

#include <string.h>

/* TandemDavAnswer: what servers write, and what they should not. */

#define BEGIN "<multistatus xmlns=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:carddav\">"
#define END "</multistatus>"

static TandemDavAnswer *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  TandemDavAnswer *answer = tandem_dav_answer_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return answer;
}

static const TandemDavItem *
item_at (TandemDavAnswer *answer, guint i)
{
  g_assert_cmpuint (answer->items->len, >, i);
  return g_ptr_array_index (answer->items, i);
}

static void
test_properties (void)
{
  g_autoptr (TandemDavAnswer) answer = parse (
      BEGIN "<response><href> /a%20b.vcf </href><propstat><prop><getetag>\"1\"</getetag>"
            "<c:address-data>BEGIN:VCARD&#13;\n<![CDATA[FN:A & B]]>\nEND:VCARD</c:address-data>"
            "</prop><status>HTTP/1.1 200 OK</status></propstat><propstat><status>HTTP/1.1 404"
            " Not Found</status><prop><displayname>no</displayname></prop></propstat></response>"
            "<response><href>/gone</href><status>HTTP/1.1 404 Not Found</status></response>"
            "<response><href>/book/</href><propstat><prop><resourcetype><collection/>"
            "<c:addressbook/></resourcetype><current-user-principal><href>/me/</href>"
            "</current-user-principal><c:addressbook-home-set><href>/home/</href>"
            "</c:addressbook-home-set><displayname>Sample\x0b Book</displayname></prop></propstat>"
            "</response><sync-token>t2</sync-token>" END);
  const TandemDavItem *item = item_at (answer, 0);

  g_assert_cmpstr (item->href, ==, "/a%20b.vcf");
  g_assert_cmpstr (item->etag, ==, "\"1\"");
  g_assert_cmpstr (item->data, ==, "BEGIN:VCARD\r\nFN:A & B\nEND:VCARD");
  g_assert_null (item->name);
  g_assert_cmpuint (item->status, ==, 200);
  g_assert_false (item->is_address_book);
  g_assert_cmpuint (item_at (answer, 1)->status, ==, 404);
  item = item_at (answer, 2);
  g_assert_true (item->is_address_book);
  g_assert_cmpstr (item->principal, ==, "/me/");
  g_assert_cmpstr (item->home, ==, "/home/");
  g_assert_cmpstr (item->name, ==, "Sample  Book");
  g_assert_cmpstr (answer->sync_token, ==, "t2");
}

static void
test_strange_but_read (void)
{
  g_autoptr (TandemDavAnswer) answer
      = parse (BEGIN "<x><response><href>/no</href></response></x><href>/no</href>"
                     "<status>HTTP/1.1 500</status><propstat><prop><getetag>1</getetag></prop>"
                     "</propstat><response><response><href>/inner</href></response>"
                     "<propstat><propstat/><status/><prop><getetag/></prop></propstat>"
                     "<status>nonsense</status></response><response/>" END);

  g_assert_cmpuint (answer->items->len, ==, 2);
  g_assert_null (item_at (answer, 1)->href);
}

static void
assert_refused (const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TandemDavAnswer) answer = tandem_dav_answer_parse (text, length, &error);

  g_assert_null (answer);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "",
    "no xml",
    "<html><body>Sign in</body></html>",
    "<multistatus/>",
    BEGIN,
    BEGIN "<response>" END,
    BEGIN END BEGIN END,
    "<!DOCTYPE multistatus []>" BEGIN END,
    "<!DOCTYPE m [<!ENTITY a \"a\"><!ENTITY b \"&a;&a;\">]>" BEGIN "<response><href>&b;</href>"
    "</response>" END,
    BEGIN "&undeclared;" END,
    BEGIN "\xff" END,
  };
  g_autoptr (GString) deep = g_string_new (BEGIN);
  g_autoptr (GString) many = g_string_new (BEGIN);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], strlen (texts[i]));
  assert_refused (BEGIN "\0" END, sizeof (BEGIN) / 2);
  for (guint i = 0; i < 1000; i++)
    g_string_append (deep, "<a>");
  assert_refused (deep->str, deep->len);
  for (guint i = 0; i < TANDEM_DAV_MAX_ITEMS + 1; i++)
    g_string_append (many, "<response/>");
  g_string_append (many, END);
  assert_refused (many->str, many->len);
}

static void
test_endless_property (void)
{
  g_autofree char *endless = g_strnfill (TANDEM_DAV_MAX_TEXT + 1, 'x');
  g_autofree char *text = g_strconcat (
      BEGIN "<response><href>/a</href><propstat><prop><c:address-data>", endless,
      "</c:address-data><getetag>1</getetag></prop></propstat></response>" END, NULL);
  g_autoptr (TandemDavAnswer) answer = parse (text);

  g_assert_null (item_at (answer, 0)->data);
  g_assert_cmpstr (item_at (answer, 0)->etag, ==, "1");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory/dav-answer/properties", test_properties);
  g_test_add_func ("/directory/dav-answer/strange-but-read", test_strange_but_read);
  g_test_add_func ("/directory/dav-answer/refused", test_refused);
  g_test_add_func ("/directory/dav-answer/endless-property", test_endless_property);
  return g_test_run ();
}
