/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter.h"

#include <bctoolbox/port.h>
#include <belle-sip/belle-sip.h>
#include <gio/gio.h>

#include <dlfcn.h>
#include <string.h>

/* The filter where it works: before a real stack of belle-sip that listens on loopback. That the
 * library calls ours at all is proved here; what it must refuse is in test-filter.c. */

#define PATIENCE (5 * G_TIME_SPAN_SECOND)
#define ADDRESS "127.1.1.1"

typedef struct
{
  belle_sip_stack_t *stack;
  belle_sip_provider_t *provider;
  belle_sip_listener_t *listener;
  GSocket *peer;
  GSocketAddress *to;
  GString *heard; /* Call-IDs, one a line */
  guint io_errors;
} Bench;

static void
on_request (void *data, const belle_sip_request_event_t *event)
{
  Bench *bench = data;
  belle_sip_request_t *request = belle_sip_request_event_get_request (event);
  belle_sip_header_call_id_t *id
      = belle_sip_message_get_header_by_type (request, belle_sip_header_call_id_t);

  if (id != NULL)
    g_string_append_printf (bench->heard, "%s\n", belle_sip_header_call_id_get_call_id (id));
}

static void
on_io_error (void *data, const belle_sip_io_error_event_t *event)
{
  Bench *bench = data;

  bench->io_errors++;
}

static GSocket *
peer_new (void)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.1.1.2", 0);
  GSocket *peer
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  g_assert_true (g_socket_bind (peer, any, FALSE, NULL));
  return peer;
}

static void
bench_init (Bench *bench, gconstpointer data)
{
  static belle_sip_listener_callbacks_t callbacks
      = { .process_request_event = on_request, .process_io_error = on_io_error };
  belle_sip_listening_point_t *point;

  bench->heard = g_string_new (NULL);
  bench->stack = belle_sip_stack_new (NULL);
  point = belle_sip_stack_create_listening_point (bench->stack, ADDRESS,
                                                  BELLE_SIP_LISTENING_POINT_RANDOM_PORT, "UDP");
  g_assert_nonnull (point);
  bench->provider = belle_sip_stack_create_provider (bench->stack, point);
  bench->listener = belle_sip_listener_create_from_callbacks (&callbacks, bench);
  belle_sip_provider_add_sip_listener (bench->provider, bench->listener);
  bench->peer = peer_new ();
  bench->to = g_inet_socket_address_new_from_string (
      ADDRESS, (guint) belle_sip_listening_point_get_port (point));
}

static void
bench_clear (Bench *bench, gconstpointer data)
{
  g_object_unref (bench->to);
  g_object_unref (bench->peer);
  belle_sip_object_unref (bench->provider);
  belle_sip_object_unref (bench->listener);
  belle_sip_object_unref (bench->stack);
  g_string_free (bench->heard, TRUE);
}

static void
send_bytes (Bench *bench, const char *data, gsize size)
{
  g_autoptr (GError) error = NULL;

  g_socket_send_to (bench->peer, bench->to, data, size, NULL, &error);
  g_assert_no_error (error);
}

static void
send_options (Bench *bench, const char *call_id)
{
  g_autofree char *text = g_strdup_printf (
      "OPTIONS sip:a@" ADDRESS " SIP/2.0\r\nVia: SIP/2.0/UDP 127.1.1.2;branch=z9hG4bK%s\r\n"
      "From: <sip:b@example.test>;tag=1\r\nTo: <sip:a@example.test>\r\nCall-ID: %s\r\n"
      "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
      call_id, call_id);

  send_bytes (bench, text, strlen (text));
}

/* Runs the stack until that many datagrams more than before came through the filter. */
static void
run (Bench *bench, guint seen)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  while (tandem_filter_get_seen () < seen)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      belle_sip_stack_sleep (bench->stack, 1);
    }
}

static void
test_ours_wins (void)
{
  static const char *const names[] = { "bctbx_recvfrom", "bctbx_recv", "bctbx_ssl_handshake",
                                       "bctbx_ssl_read", "bctbx_ssl_context_free" };
  Dl_info main_program = { 0 };

  g_assert_cmpint (dladdr ((void *) test_ours_wins, &main_program), !=, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      void *ours = dlsym (RTLD_DEFAULT, names[i]);
      void *theirs = dlsym (RTLD_NEXT, names[i]);
      Dl_info where = { 0 };

      g_assert_nonnull (ours);
      g_assert_nonnull (theirs);
      g_assert_cmpint (dladdr (ours, &where), !=, 0);
      g_assert_true (where.dli_fbase == main_program.dli_fbase);
      g_assert_cmpint (dladdr (theirs, &where), !=, 0);
      g_assert_nonnull (strstr (where.dli_fname, "libbctoolbox"));
    }
}

static void
test_passes (Bench *bench, gconstpointer data)
{
  guint seen = tandem_filter_get_seen (), refused = tandem_filter_get_refused ();

  send_options (bench, "one");
  run (bench, seen + 1);
  g_assert_cmpstr (bench->heard->str, ==, "one\n");
  g_assert_cmpuint (tandem_filter_get_refused (), ==, refused);
}

/* What is refused leaves no trace: the datagrams before and behind it are heard. */
static void
test_refuses (Bench *bench, gconstpointer data)
{
  static const char *const bad[] = {
    "GET / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n",
    "OPTIONS sip:a@" ADDRESS " SIP/2.0\r\nVia: SIP/2.0/UDP 127.1.1.2;branch=old\r\n"
    "From: <sip:b@example.test>;tag=1\r\nTo: <http://x>\r\nCSeq: 1 OPTIONS\r\n\r\n",
    "OPTIONS sip:a\x80@" ADDRESS " SIP/2.0\r\nVia: SIP/2.0/UDP 127.1.1.2;branch=z9hG4bKx\r\n"
    "From: <sip:b@example.test>;tag=1\r\nTo: <sip:a@example.test>\r\nCall-ID: x\r\n"
    "CSeq: 1 OPTIONS\r\nContent-Length: 10\r\n\r\na\r\nb\r\nc\r\nd",
    "INVITE sip:a@" ADDRESS " SIP/2.0\r\nVia: SIP/2.0/UDP 127.1.1.2;branch=z9hG4bKx\r\n"
    "From: <sip:b@example.test>;tag=1\r\nTo: <sip:a@example.test>\r\nCall-ID: x\r\n"
    "CSeq: 1 INVITE\r\nContent-Type: multipart/mixed\r\nContent-Length: 1\r\n\r\nx",
    "no message at all",
  };
  guint seen = tandem_filter_get_seen (), refused = tandem_filter_get_refused ();
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *id = g_strdup_printf ("behind%u", i);

      send_bytes (bench, bad[i], strlen (bad[i]));
      send_options (bench, id);
      g_string_append_printf (expected, "%s\n", id);
    }
  run (bench, seen + 2 * G_N_ELEMENTS (bad));
  g_assert_cmpstr (bench->heard->str, ==, expected->str);
  g_assert_cmpuint (tandem_filter_get_refused (), ==, refused + G_N_ELEMENTS (bad));
  g_assert_cmpuint (bench->io_errors, ==, 0);
}

/* An empty datagram is no end of anything, and no reason to complain. */
static void
test_empty (Bench *bench, gconstpointer data)
{
  guint seen = tandem_filter_get_seen (), refused = tandem_filter_get_refused ();

  send_options (bench, "one");
  send_bytes (bench, "", 0);
  send_bytes (bench, "\r\n\r\n", 4);
  send_options (bench, "two");
  run (bench, seen + 4);
  g_assert_cmpstr (bench->heard->str, ==, "one\ntwo\n");
  g_assert_cmpuint (bench->io_errors, ==, 0);
  g_assert_cmpuint (tandem_filter_get_refused (), ==, refused);
}

/* Every datagram of the fuzzers' corpus, each with a good one behind it that must be heard. */
static void
test_corpus (Bench *bench, gconstpointer data)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;
  guint n = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *id = g_strdup_printf ("%u-%s", ++n, name);
      g_autofree char *line = g_strdup_printf ("%s\n", id);
      g_autofree char *text = NULL;
      guint seen = tandem_filter_get_seen ();
      gsize size;

      g_file_get_contents (path, &text, &size, &error);
      g_assert_no_error (error);
      g_string_truncate (bench->heard, 0);
      send_bytes (bench, text, size);
      send_options (bench, id);
      run (bench, seen + 2);
      g_test_message ("%s", id);
      g_assert_true (g_str_has_suffix (bench->heard->str, line));
    }
  g_assert_cmpuint (n, >, 100);
  g_assert_cmpuint (bench->io_errors, ==, 0);
}

static void
test_logged_sparsely (Bench *bench, gconstpointer data)
{
  guint seen = tandem_filter_get_seen (), refused = tandem_filter_get_refused ();

  for (guint i = 0; i < 50; i++)
    send_bytes (bench, "Authorization: Digest secret", 28);
  run (bench, seen + 50);
  g_assert_cmpuint (tandem_filter_get_refused (), ==, refused + 50);
}

/* An error that an earlier packet left on the socket is passed over; what is behind it is read. */
static void
test_pending_error (void)
{
  g_autoptr (GSocket) here = peer_new ();
  GSocket *there = peer_new ();
  g_autoptr (GSocketAddress) here_address = g_socket_get_local_address (here, NULL);
  g_autoptr (GSocketAddress) there_address = g_socket_get_local_address (there, NULL);
  char buffer[100] = "";

  g_assert_true (g_socket_connect (here, there_address, NULL, NULL));
  g_object_unref (there);
  g_assert_cmpint (g_socket_send (here, "x", 1, NULL, NULL), ==, 1);
  there = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_assert_true (g_socket_bind (there, there_address, FALSE, NULL));
  g_assert_cmpint (g_socket_send_to (there, here_address, "garbage", 7, NULL, NULL), ==, 7);
  g_assert_cmpint (bctbx_recvfrom (g_socket_get_fd (here), buffer, sizeof buffer, 0, NULL, NULL),
                   ==, 4);
  g_assert_cmpmem (buffer, 4, "\r\n\r\n", 4);
  g_object_unref (there);
}

/* A connection of the peer's to a TCP listening point of the stack. */
static GSocket *
connect_tcp (Bench *bench)
{
  GSocket *socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  belle_sip_listening_point_t *point = belle_sip_stack_create_listening_point (
      bench->stack, ADDRESS, BELLE_SIP_LISTENING_POINT_RANDOM_PORT, "TCP");
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (point);
  belle_sip_provider_add_listening_point (bench->provider, point);
  address = g_inet_socket_address_new_from_string (
      ADDRESS, (guint) belle_sip_listening_point_get_port (point));
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  return socket;
}

static void
send_tcp (GSocket *socket, const char *call_id, const char *type)
{
  g_autofree char *text = g_strdup_printf (
      "OPTIONS sip:a@" ADDRESS " SIP/2.0\r\nVia: SIP/2.0/TCP 127.1.1.2;branch=z9hG4bK%s\r\n"
      "From: <sip:b@example.test>;tag=1\r\nTo: <sip:a@example.test>\r\nCall-ID: %s\r\n"
      "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Type: %s\r\nContent-Length: 1\r\n\r\nx",
      call_id, call_id, type);

  g_assert_cmpint (g_socket_send (socket, text, strlen (text), NULL, NULL), ==,
                   (gssize) strlen (text));
}

/* Over TCP a bad message ends its connection, and only that. */
static void
test_connection (Bench *bench, gconstpointer data)
{
  g_autoptr (GSocket) socket = connect_tcp (bench);
  guint seen = tandem_filter_get_seen (), refused = tandem_filter_get_refused ();
  gint64 end = g_get_monotonic_time () + PATIENCE;
  char byte;

  send_tcp (socket, "one", "text/plain");
  while (bench->heard->len == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      belle_sip_stack_sleep (bench->stack, 1);
    }
  send_tcp (socket, "two", "multipart/mixed");
  while (g_socket_receive (socket, &byte, 1, NULL, NULL) != 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      belle_sip_stack_sleep (bench->stack, 1);
    }
  g_assert_cmpuint (tandem_filter_get_refused (), ==, refused + 1);
  send_options (bench, "three");
  run (bench, seen + 1);
  g_assert_cmpstr (bench->heard->str, ==, "one\nthree\n");
}

static guint logged;

static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  for (gsize i = 0; i < n; i++)
    {
      if (strcmp (fields[i].key, "MESSAGE") != 0 || fields[i].length >= 0)
        continue;
      if (strstr (fields[i].value, "Refused what came") != NULL)
        logged++;
      g_assert_null (strstr (fields[i].value, "secret"));
    }
  return G_LOG_WRITER_HANDLED;
}

static void
test_log (void)
{
  g_assert_cmpuint (logged, >=, 1);
  g_assert_cmpuint (logged, <, 10);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (on_log, NULL, NULL);
  belle_sip_set_log_level (BELLE_SIP_LOG_FATAL);
  g_test_add_func ("/filter-hook/ours-wins", test_ours_wins);
  g_test_add ("/filter-hook/passes", Bench, NULL, bench_init, test_passes, bench_clear);
  g_test_add ("/filter-hook/refuses", Bench, NULL, bench_init, test_refuses, bench_clear);
  g_test_add ("/filter-hook/empty", Bench, NULL, bench_init, test_empty, bench_clear);
  g_test_add ("/filter-hook/corpus", Bench, NULL, bench_init, test_corpus, bench_clear);
  g_test_add ("/filter-hook/sparse", Bench, NULL, bench_init, test_logged_sparsely, bench_clear);
  g_test_add ("/filter-hook/connection", Bench, NULL, bench_init, test_connection, bench_clear);
  g_test_add_func ("/filter-hook/pending-error", test_pending_error);
  g_test_add_func ("/filter-hook/log", test_log);
  return g_test_run ();
}
