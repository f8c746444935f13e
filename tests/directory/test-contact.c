/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contact.h"

#include <string.h>

/* TandemContact: what it holds, and what it does not let in. */

static void
test_fields (void)
{
  g_autoptr (TandemContact) contact = tandem_contact_new ("u1", " Sample  Caller ");
  g_autoptr (TandemContact) copy = NULL;
  const TandemContactEntry *entries;
  guint n;

  tandem_contact_set_organisation (contact, "Sample Works");
  tandem_contact_set_note (contact, "two\nlines");
  tandem_contact_add_number (contact, "work", "+49 30 1");
  tandem_contact_add_number (contact, "work", "+49 30 1");
  tandem_contact_add_number (contact, "sauna", "2");
  tandem_contact_add_address (contact, NULL, "SIP:alice@example.test");
  tandem_contact_add_address (contact, NULL, "sips:bob@example.test");
  copy = tandem_contact_copy (contact);
  tandem_contact_clear_numbers (contact);
  tandem_contact_set_name (contact, "Other");

  g_assert_cmpstr (tandem_contact_get_uid (copy), ==, "u1");
  g_assert_cmpstr (tandem_contact_get_name (copy), ==, "Sample  Caller");
  g_assert_cmpstr (tandem_contact_get_organisation (copy), ==, "Sample Works");
  g_assert_cmpstr (tandem_contact_get_note (copy), ==, "two\nlines");
  g_assert_true (tandem_contact_is_editable (copy));
  entries = tandem_contact_get_numbers (copy, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (entries[0].kind, ==, "work");
  g_assert_cmpstr (entries[0].value, ==, "+49 30 1");
  g_assert_cmpstr (entries[1].kind, ==, "other");
  entries = tandem_contact_get_addresses (copy, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (entries[0].value, ==, "alice@example.test");
  g_assert_cmpstr (entries[1].value, ==, "sips:bob@example.test");
}

static void
test_title (void)
{
  g_autoptr (TandemContact) contact = tandem_contact_new (NULL, NULL);
  g_autofree char *title = NULL;

  g_assert_cmpstr (tandem_contact_get_title (contact), ==, "");
  tandem_contact_add_address (contact, NULL, "alice@example.test");
  g_assert_cmpstr (tandem_contact_get_title (contact), ==, "alice@example.test");
  tandem_contact_add_number (contact, NULL, "4711");
  g_assert_cmpstr (tandem_contact_get_title (contact), ==, "4711");
  tandem_contact_set_organisation (contact, "Sample Works");
  g_assert_cmpstr (tandem_contact_get_title (contact), ==, "Sample Works");
  tandem_contact_set_name (contact, "Sample");
  g_object_get (contact, "title", &title, NULL);
  g_assert_cmpstr (title, ==, "Sample");
}

static void
test_matches (void)
{
  g_autoptr (TandemContact) contact = tandem_contact_new (NULL, "Jörg Sample");
  g_autoptr (TandemQuery) by_name = tandem_query_new ("jorg");
  g_autoptr (TandemQuery) by_number = tandem_query_new ("030 12");
  g_autoptr (TandemQuery) nothing = tandem_query_new ("nobody");

  g_assert_true (tandem_contact_matches (contact, by_name));
  g_assert_false (tandem_contact_matches (contact, by_number));
  tandem_contact_add_number (contact, "work", "+49 30 123456");
  g_assert_true (tandem_contact_matches (contact, by_number));
  g_assert_false (tandem_contact_matches (contact, nothing));
}

static void
test_hostile (void)
{
  g_autofree char *endless = g_strnfill (1000000, 'x');
  g_autoptr (TandemContact) contact = tandem_contact_new (NULL, "a\nb\x01"
                                                                "c\xe2\x80\xae"
                                                                "d\xff");
  guint n;

  g_assert_cmpstr (tandem_contact_get_name (contact), ==, "a b cd\xef\xbf\xbd");
  tandem_contact_set_name (contact, endless);
  g_assert_cmpuint (strlen (tandem_contact_get_name (contact)), ==, TANDEM_CONTACT_MAX_TEXT);
  tandem_contact_set_note (contact, endless);
  g_assert_cmpuint (strlen (tandem_contact_get_note (contact)), ==, TANDEM_CONTACT_MAX_NOTE);
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);

      tandem_contact_add_number (contact, NULL, number);
    }
  tandem_contact_add_number (contact, NULL, "");
  tandem_contact_get_numbers (contact, &n);
  g_assert_cmpuint (n, ==, TANDEM_CONTACT_MAX_ENTRIES);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory/contact/fields", test_fields);
  g_test_add_func ("/directory/contact/title", test_title);
  g_test_add_func ("/directory/contact/matches", test_matches);
  g_test_add_func ("/directory/contact/hostile", test_hostile);
  return g_test_run ();
}
