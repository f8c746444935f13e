/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-names.h"
#include "resolver.h"

#include <gio/gio.h>

#include <signal.h>
#include <string.h>

/* The resolver against a real dnsmasq on a loopback address, and against a name server of our own that
 * fails in the ways that dnsmasq cannot be asked for. */

#define PATIENCE (10 * G_TIME_SPAN_SECOND)
#define DNSMASQ "/usr/sbin/dnsmasq"

typedef struct
{
  GMutex mutex;
  GCond cond;
  guint told, changed;
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
  ear->changed += changed;
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

/* A name server that takes questions and never answers: an error in the end, nothing held up. */
static void
test_silent (void)
{
  Ear ear = { 0 };
  FakeNames fake;
  TandemResolver *resolver;
  gint64 start;

  fake_names_start (&fake);
  resolver = tandem_resolver_new (fake.server, on_told, &ear);
  set (resolver, "pool.test:5060", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  assert_list (resolver, "udp:192.0.2.1:5060");
  fake_names_set (&fake, FAKE_NAMES_NOTHING, FAKE_NAMES_NOTHING, 1, 0);
  tandem_resolver_refresh (resolver, "0", TRUE);
  start = g_get_monotonic_time ();
  assert_list (resolver, "udp:192.0.2.1:5060");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 200000);
  ear_wait (&ear, 2);
  g_assert_nonnull (strstr (ear.error, "does not answer"));
  assert_list (resolver, "udp:192.0.2.1:5060");

  tandem_resolver_refresh (resolver, "0", TRUE);
  start = g_get_monotonic_time ();
  tandem_resolver_free (resolver);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_TIME_SPAN_SECOND);
  fake_names_stop (&fake);
  ear_clear (&ear);
}

static void
test_failing (void)
{
  static const struct
  {
    FakeNamesAnswer answer;
    const char *words;
  } cases[] = {
    { FAKE_NAMES_FAILURE, "failed" },
    { FAKE_NAMES_NO_NAME, "no such name" },
  };
  Ear ear = { 0 };
  FakeNames fake;
  g_autoptr (TandemResolver) resolver = NULL;

  fake_names_start (&fake);
  resolver = tandem_resolver_new (fake.server, on_told, &ear);
  set (resolver, "pool.test", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  g_assert_null (ear.error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean fresh = FALSE;

      fake_names_set (&fake, cases[i].answer, cases[i].answer, 1, 0);
      tandem_resolver_refresh (resolver, "0", TRUE);
      ear_wait (&ear, 2 + i);
      g_assert_nonnull (ear.error);
      g_test_message ("%s", ear.error);
      g_assert_nonnull (strstr (ear.error, cases[i].words));
      g_assert_nonnull (strstr (ear.error, "pool.test"));
      assert_list (resolver, "udp:192.0.2.1:5060");
      g_array_unref (tandem_resolver_get (resolver, "0", &fresh));
      g_assert_true (fresh);
    }
  g_assert_cmpuint (ear.changed, ==, 1);
  fake_names_stop (&fake);
  ear_clear (&ear);
}

/* Some networks swallow questions for SRV: the addresses are used then. */
static void
test_services_silent (void)
{
  Ear ear = { 0 };
  FakeNames fake;
  g_autoptr (TandemResolver) resolver = NULL;

  fake_names_start (&fake);
  fake_names_set (&fake, FAKE_NAMES_NOTHING, FAKE_NAMES_ADDRESS, 5, 60);
  resolver = tandem_resolver_new (fake.server, on_told, &ear);
  set (resolver, "pool.test", TANDEM_TRANSPORT_TCP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  g_assert_null (ear.error);
  assert_list (resolver, "tcp:192.0.2.5:5060");
  fake_names_stop (&fake);
  ear_clear (&ear);
}

/* RFC 2782: a target of "." says that there is no such service. */
static void
test_no_service (void)
{
  Ear ear = { 0 };
  FakeNames fake;
  g_autoptr (TandemResolver) resolver = NULL;

  fake_names_start (&fake);
  fake_names_set (&fake, FAKE_NAMES_NO_SERVICE, FAKE_NAMES_ADDRESS, 5, 60);
  resolver = tandem_resolver_new (fake.server, on_told, &ear);
  set (resolver, "pool.test", TANDEM_TRANSPORT_TCP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  g_assert_nonnull (strstr (ear.error, "offers no SIP over tcp"));
  assert_list (resolver, "");
  fake_names_stop (&fake);
  ear_clear (&ear);
}

static void
test_time_to_live (void)
{
  Ear ear = { 0 };
  FakeNames fake;
  g_autoptr (TandemResolver) resolver = NULL;
  gboolean fresh = TRUE;
  guint asked;

  fake_names_start (&fake);
  resolver = tandem_resolver_new (fake.server, on_told, &ear);
  set (resolver, "pool.test:5060", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  g_array_unref (tandem_resolver_get (resolver, "0", &fresh));
  g_assert_false (fresh);

  fake_names_set (&fake, FAKE_NAMES_ADDRESS, FAKE_NAMES_ADDRESS, 2, 100);
  tandem_resolver_refresh (resolver, "0", FALSE);
  ear_wait (&ear, 2);
  g_assert_cmpuint (ear.changed, ==, 2);
  assert_list (resolver, "udp:192.0.2.2:5060");
  g_array_unref (tandem_resolver_get (resolver, "0", &fresh));
  g_assert_true (fresh);

  fake_names_set (&fake, FAKE_NAMES_ADDRESS, FAKE_NAMES_ADDRESS, 3, 100);
  asked = fake_names_asked (&fake);
  tandem_resolver_refresh (resolver, "0", FALSE);
  assert_list (resolver, "udp:192.0.2.2:5060");
  tandem_resolver_refresh (resolver, "0", TRUE);
  ear_wait (&ear, 3);
  g_assert_cmpuint (fake_names_asked (&fake), ==, asked + 1);
  assert_list (resolver, "udp:192.0.2.3:5060");
  fake_names_stop (&fake);
  ear_clear (&ear);
}

/* What is asked for while a look-up is under way is one more, and all learn of that one: it may be
 * of another network. */
static void
test_coalesces (void)
{
  Ear ear = { 0 };
  FakeNames fake;
  g_autoptr (TandemResolver) resolver = NULL;

  fake_names_start (&fake);
  fake_names_set (&fake, FAKE_NAMES_NOTHING, FAKE_NAMES_NOTHING, 1, 0);
  resolver = tandem_resolver_new (fake.server, on_told, &ear);
  set (resolver, "pool.test:5060", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  while (fake_names_asked (&fake) == 0)
    g_thread_yield ();
  for (guint i = 0; i < 100; i++)
    tandem_resolver_refresh (resolver, "0", TRUE);
  ear_wait (&ear, 1);
  g_assert_cmpuint (fake_names_asked (&fake), <=, 8);
  g_assert_cmpuint (ear.told, ==, 1);
  fake_names_stop (&fake);
  ear_clear (&ear);
}

/* A list of names, one of which cannot be looked up for a while: its addresses stay. */
static void
test_list_of_names (void)
{
  Ear ear = { 0 };
  FakeNames fake;
  g_autoptr (TandemResolver) resolver = NULL;

  fake_names_start (&fake);
  resolver = tandem_resolver_new (fake.server, on_told, &ear);
  set (resolver, "a.test:5061, 192.0.2.9,b.test,a.test:5061", TANDEM_TRANSPORT_UDP,
       TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  assert_list (resolver, "udp:192.0.2.1:5061 udp:192.0.2.9:5060 udp:192.0.2.1:5060");
  fake_names_set (&fake, FAKE_NAMES_ADDRESS, FAKE_NAMES_ADDRESS, 2, 0);
  g_mutex_lock (&fake.mutex);
  fake.broken = "b";
  g_mutex_unlock (&fake.mutex);
  tandem_resolver_refresh (resolver, "0", TRUE);
  ear_wait (&ear, 2);
  assert_list (resolver, "udp:192.0.2.2:5061 udp:192.0.2.9:5060 udp:192.0.2.1:5060");
  fake_names_stop (&fake);
  ear_clear (&ear);
}

/* Names of /etc/hosts work with the system's name servers, even when there are none. */
static void
test_hosts_file (void)
{
  Ear ear = { 0 };
  g_autoptr (TandemResolver) resolver = tandem_resolver_new ("", on_told, &ear);

  set (resolver, "localhost:5080", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  g_assert_null (ear.error);
  assert_list (resolver, "udp:127.0.0.1:5080");
  ear_clear (&ear);
}

/* A name server that is none: every look-up says so, nothing crashes. */
static void
test_no_name_server (void)
{
  Ear ear = { 0 };
  g_autoptr (TandemResolver) resolver = NULL;

  resolver = tandem_resolver_new ("not an address", on_told, &ear);
  set (resolver, "pool.test:5060", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  ear_wait (&ear, 1);
  g_assert_nonnull (strstr (ear.error, "is no name server"));
  ear_clear (&ear);
}

static gboolean
has_list (TandemResolver *resolver, const char *account)
{
  g_autoptr (GArray) candidates = tandem_resolver_get (resolver, account, NULL);

  return candidates->len > 0;
}

/* Accounts do not disturb each other; one that goes away in the middle of its look-up neither. */
static void
test_two_accounts (void)
{
  Ear ear = { 0 };
  FakeNames fake;
  g_autoptr (TandemResolver) resolver = NULL;
  g_autoptr (GArray) other = NULL;
  g_autofree char *host = NULL;

  fake_names_start (&fake);
  resolver = tandem_resolver_new (fake.server, on_told, &ear);
  for (guint i = 0; i < 20; i++)
    {
      set (resolver, "gone.test:5060", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
      tandem_resolver_remove (resolver, "0");
    }
  set (resolver, "one.test:5060", TANDEM_TRANSPORT_UDP, TANDEM_SIP_IP_V4);
  g_assert_true (tandem_resolver_set_server (resolver, "1", "two.test:5070", TANDEM_TRANSPORT_TLS,
                                             TANDEM_SIP_IP_V4, NULL));
  /* One that was removed a moment too late may have told as well. */
  for (guint told = 1; !has_list (resolver, "0") || !has_list (resolver, "1"); told++)
    ear_wait (&ear, told);
  assert_list (resolver, "udp:192.0.2.1:5060");
  other = tandem_resolver_get (resolver, "1", NULL);
  g_assert_cmpuint (other->len, ==, 1);
  g_assert_cmpint (g_array_index (other, TandemCandidate, 0).transport, ==, TANDEM_TRANSPORT_TLS);
  host = tandem_resolver_get_host (resolver, "1");
  g_assert_cmpstr (host, ==, "two.test");
  fake_names_stop (&fake);
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
  g_test_add_func ("/resolver/failing", test_failing);
  g_test_add_func ("/resolver/services-silent", test_services_silent);
  g_test_add_func ("/resolver/no-service", test_no_service);
  g_test_add_func ("/resolver/time-to-live", test_time_to_live);
  g_test_add_func ("/resolver/coalesces", test_coalesces);
  g_test_add_func ("/resolver/list-of-names", test_list_of_names);
  g_test_add_func ("/resolver/hosts-file", test_hosts_file);
  g_test_add_func ("/resolver/no-name-server", test_no_name_server);
  g_test_add_func ("/resolver/two-accounts", test_two_accounts);
  return g_test_run ();
}
