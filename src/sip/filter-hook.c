/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter.h"

#include <bctoolbox/port.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* The door that TandemFilter keeps: bctoolbox's bctbx_recvfrom(), the one place where belle-sip
 * reads a UDP payload. Executables export this definition, which so stands before the library's. A
 * refused datagram becomes a keep-alive, which belle-sip ignores. */

#define LOG_EVERY (10 * G_USEC_PER_SEC)

static const char keep_alive[] = "\r\n\r\n";
static gint refused, seen;

static void
complain (TandemFilterVerdict verdict)
{
  static gint64 last;
  gint64 now = g_get_monotonic_time ();
  guint n = (guint) g_atomic_int_add (&refused, 1) + 1;

  if (last != 0 && now - last < LOG_EVERY)
    return;
  last = now;
  g_info ("Refused a datagram: %s (%u so far)", tandem_filter_verdict_to_string (verdict), n);
}

guint
tandem_filter_get_refused (void)
{
  return (guint) g_atomic_int_get (&refused);
}

guint
tandem_filter_get_seen (void)
{
  return (guint) g_atomic_int_get (&seen);
}

ssize_t
bctbx_recvfrom (bctbx_socket_t socket,
                void *buffer,
                size_t size,
                int flags,
                struct sockaddr *from,
                socklen_t *from_length)
{
  gsize length;
  TandemFilterVerdict verdict;
  ssize_t n;

  do
    n = recvfrom (socket, buffer, size, flags, from, from_length);
  while (n < 0 && (errno == ECONNREFUSED || errno == EHOSTUNREACH || errno == ENETUNREACH));
  if (n <= 0)
    return n;
  g_atomic_int_inc (&seen);
  verdict = tandem_filter_check (buffer, (gsize) n, &length);
  if (verdict == TANDEM_FILTER_PASS)
    return (ssize_t) length;
  if (verdict != TANDEM_FILTER_KEEP_ALIVE)
    complain (verdict);
  n = (ssize_t) MIN (size, strlen (keep_alive));
  memcpy (buffer, keep_alive, (size_t) n);
  return n;
}
