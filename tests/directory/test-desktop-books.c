/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop-books.h"
#include "history-fixture.h"

#include <libebook/libebook.h>
#include <signal.h>

/* Against the real server of address books, on a message bus and in folders of the test's own. */

#define SOON 30 /* s */
#define BOOK "system-address-book"

typedef struct
{
  char *file;
  TandemContacts *contacts;
  TandemDesktopBooks *books;
} Fixture;

const char *__lsan_default_suppressions (void);

/* The library's registry lives in a thread that ends before GLib has let go of its proxies' signals. */
const char *
__lsan_default_suppressions (void)
{
  return "leak:g_initable_new_valist\n";
}

static void
unref_at (gpointer at)
{
  GObject **object = at;

  g_clear_object (object);
}

#define auto_unref __attribute__ ((cleanup (unref_at)))

static gboolean
on_late (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gboolean late = FALSE;                                                                         \
    guint timer = g_timeout_add_seconds (SOON, on_late, &late);                                    \
    while (!(condition) && !late)                                                                  \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_assert_true (condition);                                                                     \
    if (!late)                                                                                     \
      g_source_remove (timer);                                                                     \
  }                                                                                                \
  G_STMT_END

static guint
count (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->contacts));
}

static const char *
title_of (Fixture *f, const char *number)
{
  TandemContact *contact = tandem_contacts_lookup (f->contacts, number);

  return contact != NULL ? tandem_contact_get_title (contact) : NULL;
}

static void
open_contacts (Fixture *f)
{
  f->contacts = tandem_contacts_new (f->file, "DE");
  f->books = tandem_desktop_books_new (f->contacts);
}

static void
close_contacts (Fixture *f)
{
  g_object_run_dispose (G_OBJECT (f->books));
  g_clear_object (&f->books);
  wait_until (!tandem_contacts_is_loading (f->contacts));
  g_clear_object (&f->contacts);
}

/* (nullable): not just now */
static EBookClient *
try_book (ESourceRegistry *registry, const char *uid)
{
  g_autoptr (ESource) source = e_source_registry_ref_source (registry, uid);
  EClient *client;

  g_assert_nonnull (source);
  client = e_book_client_connect_sync (source, (guint32) -1, NULL, NULL);
  return client != NULL ? E_BOOK_CLIENT (client) : NULL;
}

static EBookClient *
connect_book (ESourceRegistry *registry, const char *uid)
{
  EBookClient *client = try_book (registry, uid);

  g_assert_nonnull (client);
  return client;
}

static char *
add (EBookClient *client, const char *name, const char *number)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf (
      "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:%s\r\nN:%s;;;;\r\nTEL;TYPE=WORK:%s\r\nEND:VCARD\r\n", name,
      name, number);
  auto_unref EContact *contact = e_contact_new_from_vcard (text);
  char *uid = NULL;

  e_book_client_add_contact_sync (client, contact, E_BOOK_OPERATION_FLAG_NONE, &uid, NULL, &error);
  g_assert_no_error (error);
  return uid;
}

static void
test_follows (void)
{
  Fixture f = { .file = g_build_filename (g_get_user_data_dir (), "contacts.db", NULL) };
  g_autoptr (GError) error = NULL;
  g_autoptr (ESourceRegistry) registry = e_source_registry_new_sync (NULL, &error);
  auto_unref EBookClient *client = NULL;
  g_autofree char *first = NULL, *second = NULL;
  auto_unref EContact *changed = NULL;

  g_assert_no_error (error);
  client = connect_book (registry, BOOK);
  first = add (client, "Sample Colleague One", "+49 30 1234567");
  open_contacts (&f);
  wait_until (g_strcmp0 (title_of (&f, "0301234567"), "Sample Colleague One") == 0);
  g_assert_null (tandem_desktop_books_get_problem (f.books));
  g_assert_false (tandem_contact_is_editable (tandem_contacts_lookup (f.contacts, "0301234567")));

  /* What happens there shows here. */
  second = add (client, "Sample Colleague Two", "+49 30 7654321");
  wait_until (title_of (&f, "0307654321") != NULL);
  e_book_client_get_contact_sync (client, second, &changed, NULL, &error);
  g_assert_no_error (error);
  e_contact_set (changed, E_CONTACT_FULL_NAME, "Sample Colleague Three");
  e_book_client_modify_contact_sync (client, changed, E_BOOK_OPERATION_FLAG_NONE, NULL, &error);
  g_assert_no_error (error);
  wait_until (g_strcmp0 (title_of (&f, "0307654321"), "Sample Colleague Three") == 0);
  g_assert_cmpuint (count (&f), ==, 2);

  /* And what happened while nobody looked. The names are there before the server was asked. */
  close_contacts (&f);
  e_book_client_remove_contact_by_uid_sync (client, second, E_BOOK_OPERATION_FLAG_NONE, NULL,
                                            &error);
  g_assert_no_error (error);
  open_contacts (&f);
  wait_until (title_of (&f, "0307654321") != NULL);
  wait_until (title_of (&f, "0307654321") == NULL);
  g_assert_cmpstr (title_of (&f, "0301234567"), ==, "Sample Colleague One");
  e_book_client_remove_contact_by_uid_sync (client, first, E_BOOK_OPERATION_FLAG_NONE, NULL,
                                            &error);
  g_assert_no_error (error);
  wait_until (count (&f) == 0);
  close_contacts (&f);
  g_free (f.file);
}

/* Books come, go and are switched off. */
static void
test_books (void)
{
  Fixture f = { .file = g_build_filename (g_get_user_data_dir (), "books.db", NULL) };
  g_autoptr (GError) error = NULL;
  g_autoptr (ESourceRegistry) registry = e_source_registry_new_sync (NULL, &error);
  g_autoptr (ESource) source = e_source_new_with_uid ("second-book", NULL, &error);
  g_autoptr (ESource) known = NULL;
  auto_unref EBookClient *client = NULL;
  g_autofree char *uid = NULL;

  g_assert_no_error (error);
  e_source_set_display_name (source, "Second Book");
  e_source_set_parent (source, "local-stub");
  e_source_backend_set_backend_name (
      e_source_get_extension (source, E_SOURCE_EXTENSION_ADDRESS_BOOK), "local");
  open_contacts (&f);
  e_source_registry_commit_source_sync (registry, source, NULL, &error);
  g_assert_no_error (error);
  wait_until ((known = e_source_registry_ref_source (registry, "second-book")) != NULL);
  client = connect_book (registry, "second-book");
  uid = add (client, "Sample Colleague Four", "4711");
  wait_until (title_of (&f, "4711") != NULL);

  e_source_set_enabled (known, FALSE);
  e_source_write_sync (known, NULL, &error);
  g_assert_no_error (error);
  wait_until (title_of (&f, "4711") == NULL);
  e_source_set_enabled (known, TRUE);
  e_source_write_sync (known, NULL, &error);
  g_assert_no_error (error);
  wait_until (title_of (&f, "4711") != NULL);

  e_source_remove_sync (known, NULL, &error);
  g_assert_no_error (error);
  wait_until (title_of (&f, "4711") == NULL);
  close_contacts (&f);
  g_free (f.file);
}

/* Many, with a list among them and one without a number: no pause, no loss. */
static void
test_many (void)
{
  Fixture f = { .file = g_build_filename (g_get_user_data_dir (), "many.db", NULL) };
  g_autoptr (GError) error = NULL;
  g_autoptr (ESourceRegistry) registry = e_source_registry_new_sync (NULL, &error);
  auto_unref EBookClient *client = connect_book (registry, BOOK);
  GSList *people = NULL, *uids = NULL;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("Sample %u", i);
      g_autofree char *number = g_strdup_printf ("8%04u", i);
      EContact *contact = e_contact_new ();

      e_contact_set (contact, E_CONTACT_FULL_NAME, name);
      e_contact_set (contact, E_CONTACT_PHONE_BUSINESS, number);
      if (i == 7)
        e_contact_set (contact, E_CONTACT_IS_LIST, GINT_TO_POINTER (TRUE));
      people = g_slist_prepend (people, contact);
    }
  open_contacts (&f);
  e_book_client_add_contacts_sync (client, people, E_BOOK_OPERATION_FLAG_NONE, &uids, NULL, &error);
  g_assert_no_error (error);
  wait_until (title_of (&f, "80000") != NULL && title_of (&f, "80999") != NULL
              && count (&f) >= 999);
  e_book_client_remove_contacts_sync (client, uids, E_BOOK_OPERATION_FLAG_NONE, NULL, &error);
  g_assert_no_error (error);
  wait_until (count (&f) == 0);
  g_slist_free_full (people, g_object_unref);
  g_slist_free_full (uids, g_free);
  close_contacts (&f);
  g_free (f.file);
}

static GVariant *
ask_bus (const char *method, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  GVariant *answer;

  g_assert_no_error (error);
  answer = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                        "org.freedesktop.DBus", method, parameters, NULL,
                                        G_DBUS_CALL_FLAGS_NONE, SOON * 1000, NULL, &error);
  g_assert_no_error (error);
  return answer;
}

/* The processes that serve the books, which the test's own bus started. */
static guint
kill_servers (void)
{
  g_autoptr (GVariant) answer = ask_bus ("ListNames", NULL);
  g_autoptr (GVariantIter) names = NULL;
  const char *name;
  guint killed = 0;

  g_variant_get (answer, "(as)", &names);
  while (g_variant_iter_next (names, "&s", &name))
    {
      g_autoptr (GVariant) process = NULL;
      guint32 pid;

      if (!g_str_has_prefix (name, "org.gnome.evolution.dataserver.AddressBook"))
        continue;
      process = ask_bus ("GetConnectionUnixProcessID", g_variant_new ("(s)", name));
      g_variant_get (process, "(u)", &pid);
      kill ((pid_t) pid, SIGKILL);
      killed++;
    }
  return killed;
}

static void
test_server_dies (void)
{
  Fixture f = { .file = g_build_filename (g_get_user_data_dir (), "dies.db", NULL) };
  g_autoptr (GError) error = NULL;
  g_autoptr (ESourceRegistry) registry = e_source_registry_new_sync (NULL, &error);
  auto_unref EBookClient *client = connect_book (registry, BOOK);
  g_autofree char *uid = add (client, "Sample Colleague Five", "5711");
  g_autofree char *later = NULL;

  open_contacts (&f);
  wait_until (title_of (&f, "5711") != NULL);
  g_clear_object (&client);
  g_assert_cmpuint (kill_servers (), >, 0);
  /* Its death is noticed by a message. */
  wait_until ((client = try_book (registry, BOOK)) != NULL);
  later = add (client, "Sample Colleague Six", "6711");
  wait_until (title_of (&f, "6711") != NULL);
  g_assert_nonnull (title_of (&f, "5711"));
  g_assert_null (tandem_desktop_books_get_problem (f.books));
  close_contacts (&f);
  g_free (f.file);
}

/* Given back at any moment, without a word after it. */
static void
test_dropped (void)
{
  Fixture f = { .file = g_build_filename (g_get_user_data_dir (), "dropped.db", NULL) };

  for (guint i = 0; i < 20; i++)
    {
      open_contacts (&f);
      for (guint turn = 0; turn < i * 4; turn++)
        g_main_context_iteration (NULL, FALSE);
      close_contacts (&f);
    }
  g_free (f.file);
}

static void
test_no_server (void)
{
  Fixture f = { .file = g_build_filename (g_get_user_data_dir (), "none.db", NULL) };
  const char *problem;

  if (!g_test_subprocess ())
    {
      g_free (f.file);
      g_test_trap_subprocess (NULL, SOON * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  open_contacts (&f);
  wait_until ((problem = tandem_desktop_books_get_problem (f.books)) != NULL);
  g_assert_nonnull (strstr (problem, "no address books"));
  tandem_desktop_books_retry (f.books);
  close_contacts (&f);
  g_free (f.file);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("tandem-books-XXXXXX", NULL);
  const char *const folders[]
      = { "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "HOME" };
  static GTestDBus *bus; /* not given back: that waits for what the library keeps of it */
  int result;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_setenv (folders[i], home, TRUE);
  g_setenv ("GIO_USE_VFS", "local", TRUE);
  g_test_init (&argc, &argv, NULL);
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  if (!g_test_subprocess ())
    g_test_dbus_add_service_dir (bus, "/usr/share/dbus-1/services");
  g_test_dbus_up (bus);
  g_test_add_func ("/desktop-books/follows", test_follows);
  g_test_add_func ("/desktop-books/books", test_books);
  g_test_add_func ("/desktop-books/many", test_many);
  g_test_add_func ("/desktop-books/server-dies", test_server_dies);
  g_test_add_func ("/desktop-books/dropped", test_dropped);
  g_test_add_func ("/desktop-books/no-server", test_no_server);
  result = g_test_run ();
  g_test_dbus_stop (bus);
  place_remove (home);
  return result;
}
