/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "carddav.h"
#include "dav-server.h"
#include "history-fixture.h"

/* Synchronisation with a CardDAV server that is honest, one that can do little, and one that lies. */

#define SOURCE "sample-server"

typedef struct
{
  Place place;
  DavServer *server;
  TandemContacts *contacts;
  TandemCarddavAccount account;
  guint changed, removed;
} World;

typedef struct
{
  gboolean done;
  World *world;
  GError *error;
} Wait;

static void
world_set_up (World *world, gconstpointer data)
{
  const gboolean digest = g_strcmp0 (g_test_get_path (), "/directory/carddav/digest") == 0;

  place_set_up (&world->place, NULL);
  world->server = dav_server_new (digest);
  world->contacts = tandem_contacts_new (world->place.path, "DE");
  world->account.url = world->server->url;
  world->account.user = "agent";
  world->account.password = "sample-password";
}

static void
world_tear_down (World *world, gconstpointer data)
{
  g_clear_object (&world->contacts);
  g_clear_pointer (&world->server, dav_server_free);
  place_tear_down (&world->place, NULL);
}

static void
on_synchronised (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;

  tandem_carddav_synchronise_finish (TANDEM_CONTACTS (source), result, &wait->world->changed,
                                     &wait->world->removed, &wait->error);
  wait->done = TRUE;
}

/* (transfer full) (nullable): what went wrong */
static GError *
try (World *world, GCancellable *cancellable)
{
  Wait wait = { FALSE, world, NULL };

  tandem_carddav_synchronise_async (world->contacts, SOURCE, &world->account, cancellable,
                                    on_synchronised, &wait);
  while (!wait.done)
    g_main_context_iteration (NULL, TRUE);
  return wait.error;
}

static void
synchronise (World *world)
{
  g_autoptr (GError) error = try (world, NULL);

  g_assert_no_error (error);
}

static void
assert_is (World *world, const char *who, const char *expected)
{
  TandemContact *found = tandem_contacts_lookup (world->contacts, who);

  g_assert_cmpstr (found != NULL ? tandem_contact_get_name (found) : NULL, ==, expected);
}

static void
test_first_time (World *world, gconstpointer data)
{
  dav_server_put_person (world->server, "Anna", "030 1234567");
  dav_server_put_person (world->server, "Bert", "4711");
  synchronise (world);
  g_assert_cmpuint (count_of (world->contacts), ==, 2);
  g_assert_cmpuint (world->changed, ==, 2);
  assert_is (world, "+49301234567", "Anna");
  assert_is (world, "4711", "Bert");
  g_assert_false (tandem_contact_is_editable (tandem_contacts_lookup (world->contacts, "4711")));
}

/* A server may write the names of its members with spaces and letters that should have codes, and
 * the same one in two ways. */
static void
test_spellings (World *world, gconstpointer data)
{
  dav_server_put (world->server, "Sample Card.vcf",
                  "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Sample Spaces\r\nTEL:4711\r\nEND:VCARD\r\n");
  dav_server_put (world->server, "Ä 1.vcf",
                  "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Sample Letters\r\nTEL:4712\r\nEND:VCARD\r\n");
  synchronise (world);
  g_assert_cmpuint (count_of (world->contacts), ==, 2);
  assert_is (world, "4711", "Sample Spaces");
  assert_is (world, "4712", "Sample Letters");
  dav_server_put (world->server, "Sample Card.vcf", NULL);
  synchronise (world);
  assert_is (world, "4711", NULL);
  assert_is (world, "4712", "Sample Letters");
}

/* Only what is new goes over the wire, also after the program began anew. */
static void
test_changes (World *world, gconstpointer lie)
{
  world->server->lie = (DavLie) GPOINTER_TO_INT (lie);
  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *name = g_strdup_printf ("Sample %u", i);
      g_autofree char *file = g_strdup_printf ("sample%%20%u.vcf", i);
      g_autofree char *card
          = g_strdup_printf ("BEGIN:VCARD\nFN:%s\nTEL:9%03u\nEND:VCARD\n", name, i);

      dav_server_put (world->server, file, card);
    }
  synchronise (world);
  g_assert_cmpuint (count_of (world->contacts), ==, 120);
  g_assert_cmpuint (world->server->fetched, ==, 120);
  g_assert_cmpuint (world->server->listed, ==, 1);

  synchronise (world);
  g_assert_cmpuint (world->server->fetched, ==, 120);
  g_assert_cmpuint (world->server->listed, ==, 1);
  g_assert_cmpuint (world->changed + world->removed, ==, 0);

  g_clear_object (&world->contacts);
  world->contacts = tandem_contacts_new (world->place.path, "DE");
  dav_server_put (world->server, "sample%207.vcf", "BEGIN:VCARD\nFN:Seven\nTEL:9007\nEND:VCARD\n");
  dav_server_put (world->server, "sample%208.vcf", NULL);
  dav_server_put (world->server, "new.vcf", "BEGIN:VCARD\nFN:New\nTEL:8000\nEND:VCARD\n");
  synchronise (world);
  g_assert_cmpuint (world->server->fetched, ==, 122);
  g_assert_cmpuint (world->changed, ==, 2);
  g_assert_cmpuint (world->removed, ==, 1);
  assert_is (world, "9007", "Seven");
  assert_is (world, "9008", NULL);
  assert_is (world, "8000", "New");
  assert_is (world, "9119", "Sample 119");
}

static void
test_tokens_are_used (World *world, gconstpointer data)
{
  dav_server_put_person (world->server, "Anna", "4711");
  synchronise (world);
  dav_server_put_person (world->server, "Bert", "4712");
  synchronise (world);
  g_assert_cmpuint (world->server->listed, ==, 1);
  world->server->lie = DAV_TOKEN_REFUSED;
  dav_server_put_person (world->server, "Cara", "4713");
  synchronise (world);
  g_assert_cmpuint (world->server->listed, ==, 2);
  g_assert_cmpuint (count_of (world->contacts), ==, 3);
}

static void
test_addresses (World *world, gconstpointer data)
{
  static const char *const paths[]
      = { "", "dav/", "dav/agent/", "dav/books/", "dav/books/main/", ".well-known/carddav" };

  dav_server_put_person (world->server, "Anna", "4711");
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *url = g_strconcat (world->server->url, paths[i], NULL);

      world->account.url = url;
      tandem_contacts_remove_source (world->contacts, SOURCE);
      synchronise (world);
      g_assert_cmpuint (count_of (world->contacts), ==, 1);
    }
}

static void
test_wrong_password (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) none = NULL;

  dav_server_put_person (world->server, "Anna", "4711");
  synchronise (world);
  world->account.password = "wrong";
  error = try (world, NULL);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_null (strstr (error->message, "wrong"));
  world->account.password = NULL;
  none = try (world, NULL);
  g_assert_error (none, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_cmpuint (count_of (world->contacts), ==, 1);
}

static void
test_cards_without_use (World *world, gconstpointer data)
{
  dav_server_put (world->server, "group.vcf", "BEGIN:VCARD\nX-KIND:group\nEND:VCARD\n");
  dav_server_put (world->server, "garbage.vcf", "no card at all \xe2\x82\xac");
  dav_server_put (world->server, "two.vcf",
                  "BEGIN:VCARD\nFN:One\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nFN:Two\nTEL:2\nEND:VCARD\n");
  world->server->lie = DAV_NO_SYNC;
  synchronise (world);
  g_assert_cmpuint (count_of (world->contacts), ==, 1);
  dav_server_put_person (world->server, "Anna", "4711");
  synchronise (world);
  g_assert_cmpuint (world->server->fetched, ==, 4);
}

static void
test_lies (World *world, gconstpointer data)
{
  dav_server_put_person (world->server, "Anna", "4711");

  world->server->lie = DAV_FOREIGN_MEMBERS;
  synchronise (world);
  g_assert_cmpuint (count_of (world->contacts), ==, 1);

  world->server->lie = DAV_NO_DATA;
  dav_server_put_person (world->server, "Bert", "4712");
  synchronise (world);
  g_assert_cmpuint (count_of (world->contacts), ==, 1);
  /* It is asked again, although its version did not change. */
  world->server->lie = DAV_HONEST;
  synchronise (world);
  assert_is (world, "4712", "Bert");

  world->server->lie = DAV_ENDLESS_REPORT;
  dav_server_put_person (world->server, "Cara", "4713");
  synchronise (world);
  assert_is (world, "4713", "Cara");
  g_assert_cmpuint (world->server->requests, <, 300);
}

static void
test_bad_answers (World *world, gconstpointer data)
{
  static const struct
  {
    DavLie lie;
    GIOErrorEnum code;
  } bad[] = {
    { DAV_ENTITIES, G_IO_ERROR_INVALID_DATA },
    { DAV_GARBAGE, G_IO_ERROR_INVALID_DATA },
    { DAV_ENDLESS_BODY, G_IO_ERROR_MESSAGE_TOO_LARGE },
    { DAV_REDIRECT_LOOP, G_IO_ERROR_NOT_FOUND },
    { DAV_REDIRECT_ELSEWHERE, G_IO_ERROR_PERMISSION_DENIED },
  };
  g_autofree char *url = g_strconcat (world->server->url, "dav/", NULL);

  world->account.url = url;
  dav_server_put_person (world->server, "Anna", "4711");
  synchronise (world);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      world->server->lie = bad[i].lie;
      error = try (world, NULL);
      g_assert_error (error, G_IO_ERROR, (int) bad[i].code);
      g_assert_cmpuint (count_of (world->contacts), ==, 1);
    }
}

static void
test_refused_addresses (World *world, gconstpointer data)
{
  static const struct
  {
    const char *url;
    GIOErrorEnum code;
  } refused[] = {
    { "http://192.0.2.1/", G_IO_ERROR_NOT_SUPPORTED },
    { "file:///etc/passwd", G_IO_ERROR_INVALID_ARGUMENT },
    { "https://", G_IO_ERROR_INVALID_ARGUMENT },
    { "", G_IO_ERROR_INVALID_ARGUMENT },
    { "address book", G_IO_ERROR_INVALID_ARGUMENT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      world->account.url = refused[i].url;
      error = try (world, NULL);
      g_assert_error (error, G_IO_ERROR, (int) refused[i].code);
    }
}

static void
test_no_server (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  soup_server_disconnect (world->server->server);
  error = try (world, NULL);
  g_assert_nonnull (error);
}

static void
test_cancelled (World *world, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  error = try (world, cancellable);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(name, data, func)                                                                      \
  g_test_add ("/directory/carddav/" name, World, data, world_set_up, func, world_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("first-time", NULL, test_first_time);
  ADD ("digest", NULL, test_first_time);
  ADD ("spellings", NULL, test_spellings);
  ADD ("changes", NULL, test_changes);
  g_test_add ("/directory/carddav/changes-without-tokens", World, GINT_TO_POINTER (DAV_NO_SYNC),
              world_set_up, test_changes, world_tear_down);
  ADD ("tokens-are-used", NULL, test_tokens_are_used);
  ADD ("addresses", NULL, test_addresses);
  ADD ("wrong-password", NULL, test_wrong_password);
  ADD ("cards-without-use", NULL, test_cards_without_use);
  ADD ("lies", NULL, test_lies);
  ADD ("bad-answers", NULL, test_bad_answers);
  ADD ("refused-addresses", NULL, test_refused_addresses);
  ADD ("no-server", NULL, test_no_server);
  ADD ("cancelled", NULL, test_cancelled);
  return g_test_run ();
}
