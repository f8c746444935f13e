/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "resolver.h"

#include <gio/gio.h>

#include <signal.h>
#include <string.h>

/* The resolver against a real dnsmasq on a loopback address, and against name servers that fail. */

#define PATIENCE (10 * G_TIME_SPAN_SECOND)
#define DNSMASQ "/usr/sbin/dnsmasq"

typedef struct
{
  GMutex mutex;
  GCond cond;
  guint told;
  char *error;
} Ear;

typedef struct
{
  GSubprocess *process;
  char *server; /* "127.1.0.53:PORT" */
} Dns;

static void
on_told (const char *account, gboolean changed, const char *error, gpointer data)
{
  Ear *ear = data;

  g_mutex_lock (&ear->mutex);
  ear->told++;
  g_free (ear->error);
  ear->error = g_strdup (error);
  g_cond_signal (&ear->cond);
  g_mutex_unlock (&ear->mutex);
}

static void
ear_wait (Ear *ear, guint told)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  g_mutex_lock (&ear->mutex);
  while (ear->told < told)
    g_assert_true (g_cond_wait_until (&ear->cond, &ear->mutex, end));
  g_mutex_unlock (&ear->mutex);
}

static guint16
free_port (const char *address)
{
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string (address, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

/* Extra arguments are dnsmasq's own; the server is up when this returns. */
static void
dns_start (Dns *dns, const char *const *records)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  guint16 port = free_port ("127.1.0.53");

  dns->server = g_strdup_printf ("127.1.0.53:%u", port);
  g_ptr_array_add (arguments, g_strdup (DNSMASQ));
  g_ptr_array_add (arguments, g_strdup ("--keep-in-foreground"));
  g_ptr_array_add (arguments, g_strdup ("--log-facility=-"));
  g_ptr_array_add (arguments, g_strdup ("--conf-file=/dev/null"));
  g_ptr_array_add (arguments, g_strdup ("--no-resolv"));
  g_ptr_array_add (arguments, g_strdup ("--no-hosts"));
  g_ptr_array_add (arguments, g_strdup ("--bind-interfaces"));
  g_ptr_array_add (arguments, g_strdup ("--listen-address=127.1.0.53"));
  g_ptr_array_add (arguments, g_strdup ("--pid-file="));
  g_ptr_array_add (arguments, g_strdup ("--user="));
  g_ptr_array_add (arguments, g_strdup ("--local=/test/"));
  g_ptr_array_add (arguments, g_strdup_printf ("--port=%u", port));
  for (; *records != NULL; records++)
    g_ptr_array_add (arguments, g_strdup (*records));
  g_ptr_array_add (arguments, NULL);
  dns->process = g_subprocess_newv ((const char *const *) arguments->pdata,
                                    G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stderr_pipe (dns->process));
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (line);
      if (strstr (line, "started") != NULL)
        break;
    }
}

static void
dns_stop (Dns *dns)
{
  g_subprocess_send_signal (dns->process, SIGTERM);
  g_subprocess_wait (dns->process, NULL, NULL);
  g_clear_object (&dns->process);
  g_clear_pointer (&dns->server, g_free);
}

static char *
list (TandemResolver *resolver)
{
  g_autoptr (GArray) candidates = tandem_resolver_get (resolver, "0", NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < candidates->len; i++)
    {
      g_autofree char *one
          = tandem_candidate_to_string (&g_array_index (candidates, TandemCandidate, i));

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", one);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_list (TandemResolver *resolver, const char *expected)
{
  g_autofree char *text = list (resolver);

  g_assert_cmpstr (text, ==, expected);
}

static gboolean
set (TandemResolver *resolver,
     const char *server,
     TandemTransport transport,
     TandemSipIpVersions versions)
{
  return tandem_resolver_set_server (resolver, "0", server, transport, versions, NULL);
}

static void
ear_clear (Ear *ear)
{
  g_free (ear->error);
}

static void
test_static (void)
{
  Ear ear = { 0 };
  g_autoptr (TandemResolver) resolver = tandem_resolver_new ("", on_told, &ear);
  gboolean fresh = FALSE;

  g_assert_true (set (resolver, "192.0.2.1, 192.0.2.2:5080,[2001:db8::1]:5062",
                      TANDEM_TRANSPORT_TCP, TANDEM_SIP_IP_V4_V6));
  assert_list (resolver, "tcp:192.0.2.1:5060 tcp:192.0.2.2:5080 tcp:[2001:db8::1]:5062");
  g_array_unref (tandem_resolver_get (resolver, "0", &fresh));
  g_assert_true (fresh);
  g_assert_true (set (resolver, "2001:db8::2", TANDEM_TRANSPORT_TLS, TANDEM_SIP_IP_V6));
  assert_list (resolver, "tls:[2001:db8::2]:5061");
}

static void
test_malformed (void)
{
  static const char *const wrong[]
      = { "",     ",",      "a b",      "host:99999", "host:port", "-x..y",
          "[::1", "[::1]x", "http://x", "a/b",        "\xff" };
  Ear ear = { 0 };
  g_autoptr (TandemResolver) resolver = tandem_resolver_new ("", on_told, &ear);

  g_assert_true (set (resolver, "192.0.2.1", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (tandem_resolver_set_server (resolver, "0", wrong[i], TANDEM_TRANSPORT_UDP,
                                                  TANDEM_SIP_IP_V4, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
  assert_list (resolver, "udp:192.0.2.1:5060");
}

static void
test_addresses (void)
{
  const char *records[]
      = { "--host-record=pool.test,192.0.2.1", "--host-record=pool.test,192.0.2.2",
          "--host-record=pool.test,192.0.2.3,2001:db8::3", NULL };
  Ear ear = { 0 };
  Dns dns;
  g_autoptr (TandemResolver) resolver = NULL;
  g_autofree char *text = NULL;

  dns_start (&dns, records);
  resolver = tandem_resolver_new (dns.server, on_told, &ear);
  set (resolver, "pool.test:5070", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  g_assert_cmpstr (ear.error, ==, NULL);
  text = list (resolver);
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *one = g_strdup_printf ("udp:192.0.2.%u:5070", i);

      g_assert_nonnull (strstr (text, one));
    }
  g_assert_null (strstr (text, "2001"));

  set (resolver, "pool.test:5070", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V6_V4);
  ear_wait (&ear, 2);
  g_free (text);
  text = list (resolver);
  g_assert_true (g_str_has_prefix (text, "udp:[2001:db8::3]:5070 "));
  dns_stop (&dns);
  ear_clear (&ear);
}

/* dnsmasq turns the list by one at each question, and its order is kept. */
static void
test_rotation (void)
{
  const char *records[]
      = { "--host-record=pool.test,192.0.2.1", "--host-record=pool.test,192.0.2.2", NULL };
  Ear ear = { 0 };
  Dns dns;
  g_autoptr (TandemResolver) resolver = NULL;
  guint first = 0, asked = 20;

  dns_start (&dns, records);
  resolver = tandem_resolver_new (dns.server, on_told, &ear);
  set (resolver, "pool.test:5060", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  for (guint i = 1; i <= asked; i++)
    {
      g_autofree char *text = NULL;

      ear_wait (&ear, i);
      text = list (resolver);
      first += g_str_has_prefix (text, "udp:192.0.2.1");
      tandem_resolver_refresh (resolver, "0", TRUE);
    }
  ear_wait (&ear, asked + 1);
  g_assert_cmpuint (first, >, 0);
  g_assert_cmpuint (first, <, asked);
  dns_stop (&dns);
  ear_clear (&ear);
}

static void
test_services (void)
{
  const char *records[] = { "--srv-host=_sip._udp.pool.test,b.test,5072,20,0",
                            "--srv-host=_sip._udp.pool.test,a.test,5071,10,0",
                            "--host-record=a.test,192.0.2.1",
                            "--host-record=b.test,192.0.2.2",
                            "--host-record=pool.test,192.0.2.9",
                            NULL };
  Ear ear = { 0 };
  Dns dns;
  g_autoptr (TandemResolver) resolver = NULL;

  dns_start (&dns, records);
  resolver = tandem_resolver_new (dns.server, on_told, &ear);
  set (resolver, "pool.test", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  assert_list (resolver, "udp:192.0.2.1:5071 udp:192.0.2.2:5072");
  set (resolver, "pool.test", TANDEM_TRANSPORT_TLS, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 2);
  assert_list (resolver, "tls:192.0.2.9:5061");
  set (resolver, "pool.test:0", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 3);
  assert_list (resolver, "udp:192.0.2.1:5071 udp:192.0.2.2:5072");
  dns_stop (&dns);
  ear_clear (&ear);
}

/* RFC 2782: a weight is a share. */
static void
test_weights (void)
{
  const char *records[]
      = { "--srv-host=_sip._udp.pool.test,a.test,5060,10,90",
          "--srv-host=_sip._udp.pool.test,b.test,5060,10,10", "--host-record=a.test,192.0.2.1",
          "--host-record=b.test,192.0.2.2", NULL };
  Ear ear = { 0 };
  Dns dns;
  g_autoptr (TandemResolver) resolver = NULL;
  guint heavy = 0, asked = 60;

  dns_start (&dns, records);
  resolver = tandem_resolver_new (dns.server, on_told, &ear);
  set (resolver, "pool.test", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  for (guint i = 1; i <= asked; i++)
    {
      g_autofree char *text = NULL;

      ear_wait (&ear, i);
      text = list (resolver);
      heavy += g_str_has_prefix (text, "udp:192.0.2.1");
      tandem_resolver_refresh (resolver, "0", TRUE);
    }
  ear_wait (&ear, asked + 1);
  g_assert_cmpuint (heavy, >, asked / 2);
  dns_stop (&dns);
  ear_clear (&ear);
}

static void
test_no_such_name (void)
{
  const char *records[] = { "--host-record=pool.test,192.0.2.1", NULL };
  Ear ear = { 0 };
  Dns dns;
  g_autoptr (TandemResolver) resolver = NULL;

  dns_start (&dns, records);
  resolver = tandem_resolver_new (dns.server, on_told, &ear);
  set (resolver, "nowhere.test:5060", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  g_assert_nonnull (strstr (ear.error, "nowhere.test"));
  assert_list (resolver, "");
  dns_stop (&dns);
  ear_clear (&ear);
}

/* The name server dies: the last good list stays, and is there at once. */
static void
test_last_good_list (void)
{
  const char *records[] = { "--host-record=pool.test,192.0.2.1", NULL };
  Ear ear = { 0 };
  Dns dns;
  g_autoptr (TandemResolver) resolver = NULL;

  dns_start (&dns, records);
  resolver = tandem_resolver_new (dns.server, on_told, &ear);
  set (resolver, "pool.test:5060", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  dns_stop (&dns);
  tandem_resolver_refresh (resolver, "0", TRUE);
  assert_list (resolver, "udp:192.0.2.1:5060");
  ear_wait (&ear, 2);
  g_assert_nonnull (ear.error);
  assert_list (resolver, "udp:192.0.2.1:5060");
  ear_clear (&ear);
}

/* A name server that takes questions and never answers. */
static void
test_silent (void)
{
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.1.0.54", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autofree char *server = NULL;
  Ear ear = { 0 };
  g_autoptr (TandemResolver) resolver = NULL;

  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  server = g_strdup_printf ("127.1.0.54:%u",
                            g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  resolver = tandem_resolver_new (server, on_told, &ear);
  set (resolver, "pool.test", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  assert_list (resolver, "");
  ear_wait (&ear, 1);
  g_assert_nonnull (strstr (ear.error, "does not answer"));
  set (resolver, "pool.test", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  ear_clear (&ear);
}

static void
test_changed (void)
{
  const char *before[] = { "--host-record=pool.test,192.0.2.1", NULL };
  Ear ear = { 0 };
  Dns dns;
  g_autoptr (TandemResolver) resolver = NULL;

  dns_start (&dns, before);
  resolver = tandem_resolver_new (dns.server, on_told, &ear);
  set (resolver, "192.0.2.7", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  assert_list (resolver, "udp:192.0.2.7:5060");
  set (resolver, "pool.test:5060", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  assert_list (resolver, "udp:192.0.2.1:5060");
  tandem_resolver_remove (resolver, "0");
  assert_list (resolver, "");
  dns_stop (&dns);
  ear_clear (&ear);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resolver/static", test_static);
  g_test_add_func ("/resolver/malformed", test_malformed);
  if (g_file_test (DNSMASQ, G_FILE_TEST_IS_EXECUTABLE))
    {
      g_test_add_func ("/resolver/addresses", test_addresses);
      g_test_add_func ("/resolver/rotation", test_rotation);
      g_test_add_func ("/resolver/services", test_services);
      g_test_add_func ("/resolver/weights", test_weights);
      g_test_add_func ("/resolver/no-such-name", test_no_such_name);
      g_test_add_func ("/resolver/last-good-list", test_last_good_list);
      g_test_add_func ("/resolver/changed", test_changed);
    }
  g_test_add_func ("/resolver/silent", test_silent);
  return g_test_run ();
}
