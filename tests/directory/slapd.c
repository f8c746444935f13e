/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "slapd.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* See slapd.h. */

#define HOST "127.8.0.2"
#define BASE "dc=example,dc=test"
#define READY 20 /* s */

static const char people[] = "dn: " BASE "\nobjectClass: domain\ndc: example\n\n"
                             "dn: cn=reader," BASE "\nobjectClass: person\ncn: reader\nsn: reader\n"
                             "userPassword: sample-password\n\n"
                             "dn: cn=Anna Sample," BASE "\nobjectClass: inetOrgPerson\n"
                             "cn: Anna Sample\nsn: Sample\ngivenName: Anna\no: Sample Office\n"
                             "telephoneNumber: +49 30 1234567\nmobile: +49 170 1234567\n\n"
                             "dn: cn=Bert (Door\\2A) Sample," BASE "\nobjectClass: inetOrgPerson\n"
                             "cn: Bert (Door*) Sample\nsn: Sample\ntelephoneNumber: 4711\n\n"
                             "dn: cn=No Number," BASE "\nobjectClass: inetOrgPerson\n"
                             "cn: No Number\nsn: Number\n\n";

static char *
find_slapd (void)
{
  char *found = g_find_program_in_path ("slapd");

  if (found == NULL && g_file_test ("/usr/sbin/slapd", G_FILE_TEST_IS_EXECUTABLE))
    found = g_strdup ("/usr/sbin/slapd");
  return found;
}

gboolean
slapd_is_installed (void)
{
  g_autofree char *found = find_slapd ();

  return found != NULL;
}

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
run (const char *const *argv, const char *input)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_newv (argv,
                           G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                               | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                           &error);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, input, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  if (!g_subprocess_get_successful (process))
    g_error ("%s: %s", argv[0], output);
}

static void
make_certificate (Slapd *self, const char *key)
{
  const char *const argv[]
      = { "openssl", "req", "-x509", "-newkey",     "rsa:2048", "-nodes",
          "-days",   "2",   "-subj", "/CN=" HOST,   "-addext",  "subjectAltName=IP:" HOST,
          "-keyout", key,   "-out",  self->ca_file, NULL };

  run (argv, NULL);
}

static void
write_configuration (Slapd *self, const char *path, gboolean with_tls)
{
  g_autofree char *key = g_build_filename (self->folder, "key.pem", NULL);
  g_autofree char *data = g_build_filename (self->folder, "data", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  static const char *const schemas[] = { "core", "cosine", "inetorgperson" };

  g_assert_cmpint (g_mkdir (data, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (schemas); i++)
    g_string_append_printf (text, "include /etc/ldap/schema/%s.schema\n", schemas[i]);
  g_string_append_printf (text, "pidfile %s/pid\nargsfile %s/args\n", self->folder, self->folder);
  if (with_tls)
    {
      make_certificate (self, key);
      g_string_append_printf (text, "TLSCertificateFile %s\nTLSCertificateKeyFile %s\n",
                              self->ca_file, key);
    }
  g_string_append_printf (text,
                          "modulepath /usr/lib/ldap\nmoduleload back_mdb\n"
                          "database mdb\nmaxsize 67108864\nsuffix \"" BASE "\"\n"
                          "rootdn \"cn=admin," BASE "\"\ndirectory %s\n"
                          "access to attrs=userPassword by anonymous auth by * none\n"
                          "access to * by * read\n",
                          data);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
}

static char *
make_people (void)
{
  GString *text = g_string_new (people);

  for (guint i = 0; i < 120; i++)
    g_string_append_printf (text,
                            "dn: cn=Many %03u," BASE "\nobjectClass: inetOrgPerson\n"
                            "cn: Many %03u\nsn: Many\ntelephoneNumber: 9%03u\n\n",
                            i, i, i);
  return g_string_free (text, FALSE);
}

static void
wait_until_ready (guint port)
{
  const gint64 deadline = g_get_monotonic_time () + READY * G_USEC_PER_SEC;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;

  while (connection == NULL && g_get_monotonic_time () < deadline)
    {
      connection = g_socket_client_connect_to_host (client, HOST, (guint16) port, NULL, NULL);
      if (connection == NULL)
        g_usleep (20000);
    }
  g_assert_nonnull (connection);
}

/* Also when the test aborts. */
static void
end_with_test (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

Slapd *
slapd_new (gboolean with_tls)
{
  g_autofree char *program = find_slapd ();
  g_autofree char *path = NULL, *input = NULL, *urls = NULL;
  g_autoptr (GError) error = NULL;
  guint port, secure_port;
  Slapd *self;

  if (program == NULL)
    return NULL;
  self = g_new0 (Slapd, 1);
  self->folder = g_dir_make_tmp ("tandem-slapd-XXXXXX", NULL);
  self->ca_file = g_build_filename (self->folder, "ca.pem", NULL);
  port = find_port ();
  do
    secure_port = find_port ();
  while (secure_port == port);
  self->url = g_strdup_printf ("ldap://" HOST ":%u", port);
  self->secure_url = g_strdup_printf ("ldaps://" HOST ":%u", secure_port);
  path = g_build_filename (self->folder, "slapd.conf", NULL);
  write_configuration (self, path, with_tls);
  input = make_people ();
  run ((const char *const[]){ program, "-T", "add", "-f", path, NULL }, input);
  urls = with_tls ? g_strdup_printf ("%s %s", self->url, self->secure_url) : g_strdup (self->url);
  {
    const char *argv[] = { program, "-f", path, "-h", urls, "-d", "0", NULL };

    g_spawn_async (NULL, (char **) argv, NULL,
                   G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL
                       | G_SPAWN_STDERR_TO_DEV_NULL,
                   end_with_test, NULL, &self->pid, &error);
    g_assert_no_error (error);
  }
  wait_until_ready (port);
  return self;
}

void
slapd_hold (Slapd *self)
{
  g_assert_cmpint (kill (self->pid, SIGSTOP), ==, 0);
}

void
slapd_go_on (Slapd *self)
{
  g_assert_cmpint (kill (self->pid, SIGCONT), ==, 0);
}

void
slapd_free (Slapd *self)
{
  kill (self->pid, SIGKILL);
  waitpid (self->pid, NULL, 0);
  g_spawn_close_pid (self->pid);
  run ((const char *const[]){ "rm", "-rf", self->folder, NULL }, NULL);
  g_free (self->folder);
  g_free (self->url);
  g_free (self->secure_url);
  g_free (self->ca_file);
  g_free (self);
}
