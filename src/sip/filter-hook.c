/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter.h"

#include "filter-private.h"

#include <bctoolbox/port.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* The door that TandemFilter keeps: bctoolbox's bctbx_recvfrom(), the one place where belle-sip
 * reads a UDP payload. Executables export this definition, which so stands before the library's. A
 * refused datagram becomes a keep-alive, which belle-sip ignores. So does an empty one, which it
 * would take for the end of a connection. */

#define LOG_EVERY (10 * G_USEC_PER_SEC)

static const char keep_alive[] = "\r\n\r\n";
static gint refused, seen;

void
tandem_filter_complain (TandemFilterVerdict verdict)
{
  static GMutex mutex;
  static gint64 last;
  gint64 now = g_get_monotonic_time ();
  guint n = (guint) g_atomic_int_add (&refused, 1) + 1;
  gboolean quiet;

  g_mutex_lock (&mutex);
  quiet = last != 0 && now - last < LOG_EVERY;
  if (!quiet)
    last = now;
  g_mutex_unlock (&mutex);
  if (!quiet)
    g_info ("Refused what came from the network: %s (%u so far)",
            tandem_filter_verdict_to_string (verdict), n);
}

/* An error that is pending on the socket says that some peer, not necessarily this one, could not be
 * reached; the next call reads on. */
static gboolean
is_pending_error (int error)
{
  return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH
         || error == EHOSTDOWN || error == EPROTO || error == EMSGSIZE || error == EINTR;
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
  gsize length = 0;
  TandemFilterVerdict verdict;
  ssize_t n;

  do
    n = recvfrom (socket, buffer, size, flags, from, from_length);
  while (n < 0 && is_pending_error (errno));
  if (n < 0)
    return n;
  g_atomic_int_inc (&seen);
  verdict = tandem_filter_check (buffer, (gsize) n, &length);
  if (verdict == TANDEM_FILTER_PASS)
    return (ssize_t) length;
  if (verdict != TANDEM_FILTER_KEEP_ALIVE)
    tandem_filter_complain (verdict);
  n = (ssize_t) MIN (size, strlen (keep_alive));
  memcpy (buffer, keep_alive, (size_t) n);
  return n;
}
