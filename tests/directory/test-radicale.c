/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "carddav.h"
#include "history-fixture.h"

#include <libsoup/soup.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* Synchronisation with a CardDAV server that others have written: Radicale, on 127.8.0.3. */

#define HOST "127.8.0.3"
#define READY 20 /* s */

typedef struct
{
  char *folder, *base;
  GPid pid;
  SoupSession *session;
  TandemContacts *contacts;
  guint changed, removed;
  gboolean done;
  GError *error;
} World;

static guint
find_port (void)
{
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string (HOST, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  g_assert_true (g_socket_bind (socket, any, TRUE, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* The status; 0: there is no server yet. */
static guint
ask (World *world, const char *method, const char *path, const char *type, const char *body)
{
  g_autofree char *url = g_strconcat (world->base, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (GBytes) answer = NULL;

  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization",
                               "Basic YWdlbnQ6c2FtcGxlLXBhc3N3b3Jk");
  soup_message_set_request_body_from_bytes (message, type, bytes);
  answer = soup_session_send_and_read (world->session, message, NULL, NULL);
  return answer != NULL ? soup_message_get_status (message) : 0;
}

static void
put (World *world, const char *name, const char *number)
{
  g_autofree char *path = g_strdup_printf ("agent/people/%s.vcf", number);
  g_autofree char *card
      = g_strdup_printf ("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%s\r\nFN:%s\r\nN:%s;;;;\r\n"
                         "TEL;TYPE=WORK:%s\r\nEND:VCARD\r\n",
                         number, name, name, number);

  g_assert_true (SOUP_STATUS_IS_SUCCESSFUL (ask (world, "PUT", path, "text/vcard", card)));
}

static void
set_up (World *world, gconstpointer data)
{
  static const char book[]
      = "<?xml version='1.0'?><mkcol xmlns='DAV:' "
        "xmlns:c='urn:ietf:params:xml:ns:carddav'><set><prop>"
        "<resourcetype><collection/><c:addressbook/></resourcetype></prop></set></mkcol>";
  const guint port = find_port ();
  const gint64 end = g_get_monotonic_time () + READY * G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;
  g_autofree char *settings = NULL, *users = NULL, *text = NULL, *store = NULL;
  const char *argv[] = { "radicale", "--config", NULL, NULL };
  guint status;

  world->folder = g_dir_make_tmp ("tandem-radicale-XXXXXX", NULL);
  world->base = g_strdup_printf ("http://" HOST ":%u/", port);
  world->session = soup_session_new ();
  settings = g_build_filename (world->folder, "settings", NULL);
  users = g_build_filename (world->folder, "users", NULL);
  store = g_build_filename (world->folder, "contacts.db", NULL);
  text = g_strdup_printf ("[server]\nhosts = " HOST ":%u\n"
                          "[auth]\ntype = htpasswd\nhtpasswd_filename = %s\n"
                          "htpasswd_encryption = plain\ndelay = 0\n"
                          "[storage]\nfilesystem_folder = %s/store\n[logging]\nlevel = error\n",
                          port, users, world->folder);
  g_assert_true (g_file_set_contents (users, "agent:sample-password\n", -1, NULL));
  g_assert_true (g_file_set_contents (settings, text, -1, NULL));
  argv[2] = settings;
  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                 die_with_parent, NULL, &world->pid, &error);
  g_assert_no_error (error);
  while ((status = ask (world, "MKCOL", "agent/people/", "application/xml", book)) == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (50 * 1000);
    }
  g_assert_cmpuint (status, ==, 201);
  world->contacts = tandem_contacts_new (store, "DE");
}

static void
tear_down (World *world, gconstpointer data)
{
  kill (world->pid, SIGTERM);
  waitpid (world->pid, NULL, 0);
  g_spawn_close_pid (world->pid);
  g_clear_object (&world->contacts);
  g_clear_object (&world->session);
  place_remove (world->folder);
  g_free (world->folder);
  g_free (world->base);
}

static void
on_synchronised (GObject *source, GAsyncResult *result, gpointer data)
{
  World *world = data;

  tandem_carddav_synchronise_finish (TANDEM_CONTACTS (source), result, &world->changed,
                                     &world->removed, &world->error);
  world->done = TRUE;
}

static void
synchronise (World *world, const char *password)
{
  const TandemCarddavAccount account
      = { .url = world->base, .user = "agent", .password = password };

  g_clear_error (&world->error);
  world->done = FALSE;
  tandem_carddav_synchronise_async (world->contacts, "radicale", &account, NULL, on_synchronised,
                                    world);
  while (!world->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_name (World *world, const char *number, const char *name)
{
  TandemContact *contact = tandem_contacts_lookup (world->contacts, number);

  g_assert_cmpstr (contact != NULL ? tandem_contact_get_title (contact) : NULL, ==, name);
}

static void
test_radicale (World *world, gconstpointer data)
{
  put (world, "Sample Caller One", "5550101");
  put (world, "Sample Caller Two", "5550102");
  synchronise (world, "wrong");
  g_assert_error (world->error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  assert_name (world, "5550101", NULL);

  synchronise (world, "sample-password");
  g_assert_no_error (world->error);
  g_assert_cmpuint (world->changed, ==, 2);
  assert_name (world, "5550101", "Sample Caller One");
  assert_name (world, "5550102", "Sample Caller Two");

  synchronise (world, "sample-password");
  g_assert_no_error (world->error);
  g_assert_cmpuint (world->changed + world->removed, ==, 0);

  put (world, "Sample Caller Three", "5550101");
  g_assert_cmpuint (ask (world, "DELETE", "agent/people/5550102.vcf", "text/plain", ""), ==, 200);
  synchronise (world, "sample-password");
  g_assert_no_error (world->error);
  g_assert_cmpuint (world->changed, ==, 1);
  g_assert_cmpuint (world->removed, ==, 1);
  assert_name (world, "5550101", "Sample Caller Three");
  assert_name (world, "5550102", NULL);
}

int
main (int argc, char **argv)
{
  g_autofree char *found = g_find_program_in_path ("radicale");

  g_test_init (&argc, &argv, NULL);
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  if (found != NULL)
    g_test_add ("/directory/radicale", World, NULL, set_up, test_radicale, tear_down);
  return g_test_run ();
}
