/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts-private.h"
#include "history-fixture.h"

/* TandemContacts: kept, sorted, found by number and address in any spelling, also very many. */

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_contacts_flush_finish (TANDEM_CONTACTS (source), result);
  *(gboolean *) data = TRUE;
}

static void
flush (TandemContacts *contacts)
{
  gboolean done = FALSE;

  tandem_contacts_flush_async (contacts, on_flushed, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static void
save (TandemContacts *contacts, const char *name, const char *number, const char *address)
{
  g_autoptr (TandemContact) contact = tandem_contact_new (name, name);

  if (number != NULL)
    tandem_contact_add_number (contact, "work", number);
  if (address != NULL)
    tandem_contact_add_address (contact, "work", address);
  tandem_contacts_save (contacts, contact);
}

static void
assert_list (TandemContacts *contacts, const char *expected)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < count_of (contacts); i++)
    {
      g_autoptr (TandemContact) contact = g_list_model_get_item (G_LIST_MODEL (contacts), i);

      g_string_append_printf (names, "%s%s", i > 0 ? "," : "", tandem_contact_get_title (contact));
    }
  g_assert_cmpstr (names->str, ==, expected);
}

static void
assert_is (TandemContacts *contacts, const char *who, const char *expected)
{
  TandemContact *found = tandem_contacts_lookup (contacts, who);
  const char *name = found != NULL ? tandem_contact_get_name (found) : NULL;

  if (g_strcmp0 (name, expected) != 0)
    g_error ("%s is %s, not %s", who, name, expected);
}

static void
test_keeps (Place *place, gconstpointer data)
{
  {
    g_autoptr (TandemContacts) contacts = tandem_contacts_new (place->path, "DE");

    save (contacts, "Cara", "030 1", NULL);
    save (contacts, "Anna", NULL, "anna@example.test");
    save (contacts, "Bert", "4711", NULL);
    flush (contacts);
    assert_list (contacts, "Anna,Bert,Cara");
    g_assert_null (tandem_contacts_get_problem (contacts));
  }
  {
    g_autoptr (TandemContacts) contacts = tandem_contacts_new (place->path, "DE");
    g_autoptr (TandemContact) edited = NULL;
    g_autoptr (TandemContact) removed = NULL;
    const TandemContactEntry *entries;
    guint n;

    g_assert_true (tandem_contacts_is_loading (contacts));
    flush (contacts);
    g_assert_false (tandem_contacts_is_loading (contacts));
    assert_list (contacts, "Anna,Bert,Cara");
    removed = g_object_ref (tandem_contacts_find (contacts, TANDEM_CONTACT_LOCAL, "Bert"));
    edited = tandem_contact_copy (tandem_contacts_lookup (contacts, "anna@example.test"));
    tandem_contact_set_name (edited, "Zoe");
    tandem_contact_add_number (edited, "cell", "0171 1234567");
    tandem_contacts_save (contacts, edited);
    tandem_contacts_remove (contacts, removed);
    flush (contacts);
    assert_list (contacts, "Cara,Zoe");
    assert_is (contacts, "+491711234567", "Zoe");
    assert_is (contacts, "4711", NULL);
    tandem_contacts_save (contacts, removed);
    flush (contacts);
    assert_list (contacts, "Bert,Cara,Zoe");
    entries = tandem_contact_get_numbers (tandem_contacts_lookup (contacts, "4711"), &n);
    g_assert_cmpuint (n, ==, 1);
    g_assert_cmpstr (entries[0].kind, ==, "work");
  }
}

static void
test_lookup (Place *place, gconstpointer data)
{
  g_autoptr (TandemContacts) contacts = tandem_contacts_new (place->path, "DE");

  save (contacts, "Anna", "+49 (0)30 123-4567", "Anna.Sample@Example.test");
  save (contacts, "Bert", "4711", NULL);
  save (contacts, "Cara", "+1 212 555 0123", NULL);
  flush (contacts);

  assert_is (contacts, "030 1234567", "Anna");
  assert_is (contacts, "+49301234567", "Anna");
  assert_is (contacts, "0049-30-1234567", "Anna");
  assert_is (contacts, "sip:+49301234567@gateway.example.test;user=phone", "Anna");
  assert_is (contacts, "<sip:0301234567@192.0.2.1:5060>", "Anna");
  assert_is (contacts, "tel:+49-30-1234567", "Anna");
  assert_is (contacts, "sip:%2B49301234567@192.0.2.1", "Anna");
  assert_is (contacts, "sip:anna.sample@example.test;transport=tcp", "Anna");
  assert_is (contacts, "SIPS:Anna.Sample@EXAMPLE.TEST:5061", "Anna");
  assert_is (contacts, "4711", "Bert");
  assert_is (contacts, "sip:4711@example.test", "Bert");
  assert_is (contacts, "001 212-555-0123", "Cara");
  assert_is (contacts, "12125550123", NULL);
  assert_is (contacts, "471", NULL);
  assert_is (contacts, "301234567", "Anna");
  assert_is (contacts, "", NULL);
  assert_is (contacts, "sip:", NULL);
  assert_is (contacts, "@", NULL);
  assert_is (contacts, "anonymous@anonymous.invalid", NULL);
  assert_is (contacts, "\xff\xfe%00%", NULL);
}

static void
on_changed (TandemContacts *contacts, guint *n)
{
  (*n)++;
}

static void
test_country (Place *place, gconstpointer data)
{
  g_autoptr (TandemContacts) contacts = tandem_contacts_new (place->path, NULL);
  guint n = 0;

  save (contacts, "Anna", "030 123456789", NULL);
  save (contacts, "Bert", "+44 30 123456789", NULL);
  save (contacts, "Cara", "0171 7654321", NULL);
  flush (contacts);
  /* By the last digits, as long as only one has them. */
  assert_is (contacts, "+491717654321", "Cara");
  assert_is (contacts, "+4930123456789", NULL);

  g_signal_connect (contacts, "changed", G_CALLBACK (on_changed), &n);
  tandem_contacts_set_country (contacts, "de");
  g_assert_cmpstr (tandem_contacts_get_country (contacts), ==, "DE");
  flush (contacts);
  g_assert_cmpuint (n, ==, 1);
  assert_is (contacts, "+4930123456789", "Anna");
  tandem_contacts_set_country (contacts, "nowhere");
  g_assert_null (tandem_contacts_get_country (contacts));
  flush (contacts);
  assert_is (contacts, "+4930123456789", NULL);
}

static void
test_sources (Place *place, gconstpointer data)
{
  g_autoptr (TandemContacts) contacts = tandem_contacts_new (place->path, "DE");
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (TandemContact) contact = tandem_contact_new ("/book/1.vcf", "Aaron");
  g_autoptr (TandemContact) empty = tandem_contact_new ("/book/2.vcf", NULL);
  g_autoptr (GHashTable) etags = NULL;

  tandem_contact_add_number (contact, "work", "4711");
  tandem_contact_set_source (contact, "sample-book");
  tandem_contact_set_source (empty, "sample-book");
  g_ptr_array_add (changed, g_object_ref (contact));
  g_ptr_array_add (changed, g_object_ref (empty));
  tandem_contacts_apply (contacts, "sample-book", FALSE, NULL, changed, "state 1");
  save (contacts, "Zoe", "4711", NULL);
  flush (contacts);
  assert_list (contacts, "Aaron,Zoe");
  /* The person's own ones first. */
  assert_is (contacts, "4711", "Zoe");
  g_assert_false (
      tandem_contact_is_editable (tandem_contacts_find (contacts, "sample-book", "/book/1.vcf")));
  g_assert_cmpstr (tandem_contacts_get_state (contacts, "sample-book"), ==, "state 1");
  etags = tandem_contacts_get_etags (contacts, "sample-book");
  g_assert_cmpuint (g_hash_table_size (etags), ==, 2);

  tandem_contacts_remove_source (contacts, "sample-book");
  flush (contacts);
  assert_list (contacts, "Zoe");
  g_assert_null (tandem_contacts_get_state (contacts, "sample-book"));
  {
    g_autoptr (TandemContacts) again = tandem_contacts_new (place->path, "DE");

    flush (again);
    assert_list (again, "Zoe");
  }
}

static void
test_twice_in_one_import (Place *place, gconstpointer data)
{
  g_autoptr (TandemContacts) contacts = tandem_contacts_new (place->path, "DE");
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (changed, tandem_contact_new ("same", "First"));
  g_ptr_array_add (changed, tandem_contact_new ("same", "Second"));
  tandem_contacts_import (contacts, changed);
  flush (contacts);
  assert_list (contacts, "Second");
}

static void
test_search (Place *place, gconstpointer data)
{
  g_autoptr (TandemContacts) contacts = tandem_contacts_new (place->path, "DE");
  g_autoptr (GListModel) found = NULL;
  g_autoptr (GListModel) one = NULL;

  save (contacts, "Anna Sample", "030 1", NULL);
  save (contacts, "Änne Sample", "030 2", NULL);
  save (contacts, "Bert", "030 3", NULL);
  flush (contacts);
  found = tandem_contacts_search (contacts, "an sam", 10);
  g_assert_cmpuint (g_list_model_get_n_items (found), ==, 2);
  one = tandem_contacts_search (contacts, "", 1);
  g_assert_cmpuint (g_list_model_get_n_items (one), ==, 1);
}

static void
test_cannot_be_written (Place *place, gconstpointer data)
{
  g_autofree char *path = g_build_filename (place->folder, "file", "contacts.db", NULL);
  g_autofree char *file = g_build_filename (place->folder, "file", NULL);

  g_assert_true (g_file_set_contents (file, "in the way", -1, NULL));
  {
    g_autoptr (TandemContacts) contacts = tandem_contacts_new (path, "DE");

    save (contacts, "Anna", "4711", NULL);
    flush (contacts);
    assert_is (contacts, "4711", "Anna");
    g_assert_nonnull (strstr (tandem_contacts_get_problem (contacts), path));
  }
}

static void
test_damaged (Place *place, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (place->path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (place->path, "no database at all", -1, NULL));
  {
    g_autoptr (TandemContacts) contacts = tandem_contacts_new (place->path, "DE");

    save (contacts, "Anna", "4711", NULL);
    flush (contacts);
    g_assert_nonnull (strstr (tandem_contacts_get_problem (contacts), ".corrupt-"));
    assert_list (contacts, "Anna");
  }
}

static void
test_many (Place *place, gconstpointer data)
{
  g_autoptr (TandemContacts) contacts = tandem_contacts_new (place->path, "DE");
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GListModel) found = NULL;
  gint64 begun;

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *name = g_strdup_printf ("Sample %u", i);
      g_autofree char *number = g_strdup_printf ("030 %07u", i);
      TandemContact *contact = tandem_contact_new (name, name);

      tandem_contact_add_number (contact, "work", number);
      g_ptr_array_add (many, contact);
    }
  begun = g_get_monotonic_time ();
  tandem_contacts_import (contacts, many);
  flush (contacts);
  g_test_message ("20000 contacts taken in %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - begun) / 1000);
  g_assert_cmpuint (count_of (contacts), ==, 20000);
  begun = g_get_monotonic_time ();
  for (guint i = 0; i < 1000; i++)
    assert_is (contacts, "sip:+49300004711@example.test", "Sample 4711");
  g_test_message ("a lookup takes %.1f us", (double) (g_get_monotonic_time () - begun) / 1000);
  begun = g_get_monotonic_time ();
  found = tandem_contacts_search (contacts, "sample 1999", 20);
  g_test_message ("a search takes %.1f ms", (double) (g_get_monotonic_time () - begun) / 1000);
  g_assert_cmpuint (g_list_model_get_n_items (found), ==, 12);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/directory/contacts/" name, Place, NULL, place_set_up, func, place_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("keeps", test_keeps);
  ADD ("lookup", test_lookup);
  ADD ("country", test_country);
  ADD ("sources", test_sources);
  ADD ("twice-in-one-import", test_twice_in_one_import);
  ADD ("search", test_search);
  ADD ("cannot-be-written", test_cannot_be_written);
  ADD ("damaged", test_damaged);
  ADD ("many", test_many);
  return g_test_run ();
}
