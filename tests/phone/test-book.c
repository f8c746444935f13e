/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "book.h"

#include "desktop-books.h"
#include "call-private.h"
#include "dav-server.h"
#include "fake-secrets.h"
#include "private-bus.h"
#include "secrets.h"

#include <glib/gstdio.h>

#include <string.h>

/* What the phone remembers: which settings the past calls and the contacts follow, and an address book on a
 * server, with its password in a secret service. */

#define DEADLINE 20 /* s */

typedef struct
{
  TandemConfiguration *configuration;
  GSettings *settings;
  TandemBook *book;
} World;

static gboolean
on_late (gpointer data)
{
  g_error ("%s did not come", (const char *) data);
  return G_SOURCE_REMOVE;
}

#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const guint late = g_timeout_add_seconds (DEADLINE, on_late, (gpointer) #condition);           \
                                                                                                   \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (late);                                                                        \
  }                                                                                                \
  G_STMT_END

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  tandem_book_flush_finish (TANDEM_BOOK (source), result);
  *(gboolean *) data = TRUE;
}

static void
flush (World *world)
{
  gboolean done = FALSE;

  tandem_book_flush_async (world->book, on_done, &done);
  wait_until (done);
}

static void
world_set_up (World *world, gconstpointer data)
{
  world->configuration = tandem_configuration_new ();
  g_assert_nonnull (world->configuration);
  world->settings = tandem_configuration_get_settings (world->configuration, "directory");
  g_settings_set_string (world->settings, "home-country", "DE");
  world->book = tandem_book_new (world->configuration);
  wait_until (!tandem_history_is_loading (tandem_book_get_history (world->book)));
  wait_until (!tandem_contacts_is_loading (tandem_book_get_contacts (world->book)));
}

static void
world_tear_down (World *world, gconstpointer data)
{
  static const char *const keys[]
      = { "home-country", "history-days", "carddav-url",  "carddav-user",
          "ldap-url",     "ldap-user",    "desktop-books" };

  tandem_history_delete_all (tandem_book_get_history (world->book));
  tandem_contacts_remove_source (tandem_book_get_contacts (world->book), TANDEM_CONTACT_LOCAL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (world->settings, keys[i]);
  flush (world);
  g_clear_object (&world->book);
  g_clear_object (&world->configuration);
}

static guint
count (gpointer model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (model));
}

static void
add_person (World *world, const char *name, const char *number)
{
  g_autoptr (TandemContact) contact = tandem_contact_new (NULL, name);
  TandemContacts *contacts = tandem_book_get_contacts (world->book);
  const guint before = count (contacts);

  tandem_contact_add_number (contact, "work", number);
  tandem_contacts_save (contacts, contact);
  wait_until (count (contacts) > before);
}

/* A number is the same in every spelling, by the country of the settings. */
static void
test_names (World *world, gconstpointer data)
{
  add_person (world, "Sample Caller One", "030 / 123 45 67");
  g_assert_cmpstr (tandem_book_get_name (world->book, "sip:+49301234567@example.test"), ==,
                   "Sample Caller One");
  g_assert_cmpstr (tandem_book_get_name (world->book, "sip:0301234567@example.test"), ==,
                   "Sample Caller One");
  g_assert_null (tandem_book_get_name (world->book, "sip:+41301234567@example.test"));
  g_assert_null (tandem_book_get_name (world->book, NULL));
  g_settings_set_string (world->settings, "home-country", "CH");
  wait_until (tandem_book_get_name (world->book, "sip:+41301234567@example.test") != NULL);
  g_assert_null (tandem_book_get_name (world->book, "sip:+49301234567@example.test"));
  /* What is no country is as none: that of the language. */
  g_settings_set_string (world->settings, "home-country", "nowhere");
  wait_until (g_strcmp0 (tandem_contacts_get_country (tandem_book_get_contacts (world->book)), "CH")
              != 0);
}

/* Everything that is known goes into the record, and a note also later. */
static void
test_record (World *world, gconstpointer data)
{
  static const char *const proxies[] = { "192.0.2.1:5060", "192.0.2.2:5060", NULL };
  TandemRecordDetails details = TANDEM_RECORD_DETAILS_INIT;
  TandemHistory *history = tandem_book_get_history (world->book);
  g_autoptr (TandemCall) call = tandem_call_new ("1", TRUE, "0", "example.test",
                                                 "sip:5550101@example.test", "Sample Caller One");
  g_autoptr (TandemRecord) record = NULL;

  details.reason = "The line was busy";
  details.proxies = proxies;
  details.mos = 4.2;
  details.loss = 0.5;
  tandem_book_add_call (world->book, call, "missed", &details);
  g_assert_cmpuint (count (history), ==, 1);
  g_assert_cmpuint (tandem_history_get_missed (history), ==, 1);
  tandem_call_set_note (call, "Wants to be called back");
  g_clear_object (&call);
  flush (world);
  /* From the file. */
  g_clear_object (&world->book);
  world->book = tandem_book_new (world->configuration);
  history = tandem_book_get_history (world->book);
  wait_until (!tandem_history_is_loading (history));
  g_assert_cmpuint (count (history), ==, 1);
  record = g_list_model_get_item (G_LIST_MODEL (history), 0);
  g_assert_cmpstr (tandem_record_get_name (record), ==, "Sample Caller One");
  g_assert_cmpstr (tandem_record_get_reason (record), ==, "The line was busy");
  g_assert_cmpstr (tandem_record_get_note (record), ==, "Wants to be called back");
  g_assert_cmpstr (tandem_record_get_proxies (record)[1], ==, "192.0.2.2:5060");
  g_assert_cmpfloat_with_epsilon (tandem_record_get_mos (record), 4.2, 0.01);
  g_assert_cmpfloat_with_epsilon (tandem_record_get_loss (record), 0.5, 0.01);
  g_assert_cmpuint (tandem_history_get_missed (history), ==, 1);
  tandem_history_mark_seen (history, NULL);
  g_assert_cmpuint (tandem_history_get_missed (history), ==, 0);
}

static void
test_retention (World *world, gconstpointer data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  TandemHistory *history = tandem_book_get_history (world->book);

  for (int days = 0; days < 100; days += 40)
    {
      g_autoptr (GDateTime) start = g_date_time_add_days (now, -days);
      g_autoptr (TandemRecord) record = tandem_record_new (
          -1, TRUE, NULL, "5550101", "sip:5550101@example.test", NULL, start, 10, "answered");

      tandem_history_add (history, record);
    }
  flush (world);
  g_assert_cmpuint (count (history), ==, 3);
  g_settings_set_uint (world->settings, "history-days", 50);
  wait_until (count (history) == 2);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  tandem_secrets_store_finish (result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
store_password (const char *url, const char *password)
{
  g_autofree char *realm = tandem_book_get_realm (url);
  gboolean done = FALSE;

  tandem_secrets_store_async ("agent", realm, password, NULL, on_stored, &done);
  wait_until (done);
}

static void
synchronise (World *world)
{
  tandem_book_synchronise (world->book);
  wait_until (!tandem_book_is_synchronising (world->book));
}

/* The server's people name callers; a wrong password is told, and is no reason to forget them. Without the
 * server, they go. */
static void
test_server (World *world, gconstpointer data)
{
  g_autoptr (DavServer) server = dav_server_new (FALSE);
  gint64 when = 0;

  dav_server_put_person (server, "Carla", "0301234568");
  store_password (server->url, "wrong");
  g_settings_set_string (world->settings, "carddav-user", "agent");
  g_settings_set_string (world->settings, "carddav-url", server->url);
  tandem_book_synchronise (world->book);
  wait_until (tandem_book_get_problem (world->book) != NULL);
  g_assert_nonnull (tandem_book_get_problem (world->book));
  g_assert_null (strstr (tandem_book_get_problem (world->book), "wrong"));
  g_object_get (world->book, "synchronised", &when, NULL);
  g_assert_cmpint (when, ==, 0);

  store_password (server->url, "sample-password");
  synchronise (world);
  g_assert_null (tandem_book_get_problem (world->book));
  g_object_get (world->book, "synchronised", &when, NULL);
  g_assert_cmpint (when, >, 0);
  g_assert_cmpstr (tandem_book_get_name (world->book, "sip:+49301234568@example.test"), ==,
                   "Carla");

  g_assert_false (tandem_book_is_synchronising (world->book));
  server->lie = DAV_GARBAGE;
  synchronise (world);
  g_assert_nonnull (tandem_book_get_problem (world->book));
  g_assert_nonnull (tandem_book_get_name (world->book, "sip:+49301234568@example.test"));

  g_settings_set_string (world->settings, "carddav-url", "");
  wait_until (tandem_book_get_name (world->book, "sip:+49301234568@example.test") == NULL);
  g_assert_null (tandem_book_get_problem (world->book));
}

static void
test_no_web_address (World *world, gconstpointer data)
{
  g_settings_set_string (world->settings, "carddav-url", "somewhere");
  tandem_book_synchronise (world->book);
  wait_until (tandem_book_get_problem (world->book) != NULL);
  g_assert_false (tandem_book_is_synchronising (world->book));
}

static void
test_directory (World *world, gconstpointer data)
{
  TandemDirectorySearch *search = tandem_book_get_directory_search (world->book);

  g_assert_false (tandem_directory_search_is_available (search));
  g_settings_set_string (world->settings, "ldap-url", "ldap://127.3.0.9:1");
  wait_until (tandem_directory_search_is_available (search));
  g_settings_set_string (world->settings, "ldap-user", "cn=reader,dc=example,dc=test");
  tandem_directory_search_set_text (search, "anna");
  wait_until (tandem_directory_search_get_problem (search) != NULL);
  g_settings_set_string (world->settings, "ldap-url", "");
  wait_until (!tandem_directory_search_is_available (search));
  g_assert_null (tandem_directory_search_get_problem (search));
}

/* A computer without any: said, as long as they are wanted. What was read of them goes with the wish. */
static void
test_desktop_books (World *world, gconstpointer data)
{
  TandemContacts *contacts = tandem_book_get_contacts (world->book);
  g_autoptr (TandemContact) left = tandem_contact_new ("book/1", "Sample Colleague");

  tandem_contact_set_source (left, TANDEM_DESKTOP_BOOKS_SOURCE);
  tandem_contacts_save (contacts, left);
  wait_until (count (contacts) == 1);
  tandem_book_synchronise (world->book);
  wait_until (count (contacts) == 0);
  if (!tandem_desktop_books_is_built_in ())
    {
      g_test_skip ("built without them");
      return;
    }
  g_settings_set_boolean (world->settings, "desktop-books", TRUE);
  wait_until (tandem_book_get_problem (world->book) != NULL);
  g_settings_set_boolean (world->settings, "desktop-books", FALSE);
  wait_until (tandem_book_get_problem (world->book) == NULL);
}

static void
remove_files (const char *folder)
{
  static const char *const names[] = { "contacts.db",
                                       "contacts.db-wal",
                                       "contacts.db-shm",
                                       "history.db",
                                       "history.db-wal",
                                       "history.db-shm",
                                       "" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, "tandem", names[i], NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  PrivateBus *bus;
  FakeSecrets *secrets;
  int result;
  g_autofree char *folder = g_dir_make_tmp ("tandem-book-XXXXXX", NULL);

  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  bus = private_bus_new (NULL);
  secrets = fake_secrets_new (private_bus_get_address (bus), FALSE);
#define ADD(name, test) g_test_add ("/book/" name, World, NULL, world_set_up, test, world_tear_down)
  ADD ("names", test_names);
  ADD ("record", test_record);
  ADD ("retention", test_retention);
  ADD ("server", test_server);
  ADD ("no-web-address", test_no_web_address);
  ADD ("directory", test_directory);
  ADD ("desktop-books", test_desktop_books);
  result = g_test_run ();
  fake_secrets_free (secrets);
  private_bus_free (bus);
  remove_files (folder);
  return result;
}
