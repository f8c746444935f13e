/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter.h"

#include "filter-private.h"
#include "silence.h"
#include "unreachable.h"

#include <bctoolbox/port.h>
#include <bctoolbox/vconnect.h>
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* The doors of UDP: bctoolbox's bctbx_recvfrom() and bctbx_sendto(), the only places where belle-sip
 * reads and writes a UDP payload. Executables export these definitions, which so stand before the
 * library's. A datagram that TandemFilter refuses becomes a keep-alive, which belle-sip ignores. So
 * does an empty one, which it would take for the end of a connection, and one that TandemSilence does
 * not let through.
 *
 * ICMP errors are taken from the socket before each of these calls, and before the recvfrom() by which
 * belle-sip looks who a datagram is from: an error there makes it open its socket anew, with the loss of
 * all that was under way. This is why that function of the C library is stood before, too; for all
 * other sockets and threads it is just passed on. */

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

typedef ssize_t (*ReceiveFunc) (int, void *, size_t, int, struct sockaddr *, socklen_t *);

static ssize_t
receive (
    int fd, void *buffer, size_t size, int flags, struct sockaddr *from, socklen_t *from_length)
{
  static ReceiveFunc next;

  if (g_once_init_enter (&next))
    g_once_init_leave (&next, (ReceiveFunc) dlsym (RTLD_NEXT, "recvfrom"));
  return next (fd, buffer, size, flags, from, from_length);
}

/* The C library declares it with types of its own. */
ssize_t tandem_filter_recvfrom (int fd,
                                void *buffer,
                                size_t size,
                                int flags,
                                struct sockaddr *from,
                                socklen_t *from_length) __asm__("recvfrom");

ssize_t
tandem_filter_recvfrom (
    int fd, void *buffer, size_t size, int flags, struct sockaddr *from, socklen_t *from_length)
{
  ssize_t n;

  if (!tandem_unreachable_is_watched (fd))
    return receive (fd, buffer, size, flags, from, from_length);
  do
    {
      tandem_unreachable_drain (fd);
      n = receive (fd, buffer, size, flags, from, from_length);
    }
  while (n < 0 && is_pending_error (errno));
  return n;
}

static _Thread_local int last_socket = -1;

int
tandem_filter_get_last_socket (void)
{
  return last_socket;
}

bctbx_socket_t
bctbx_socket (int family, int type, int protocol)
{
  static bctbx_socket_t (*next) (int, int, int);
  bctbx_socket_t fd;

  if (g_once_init_enter (&next))
    g_once_init_leave (&next, dlsym (RTLD_NEXT, "bctbx_socket"));
  fd = next (family, type, protocol);
  if (type == SOCK_DGRAM)
    last_socket = fd;
  return fd;
}

ssize_t
bctbx_sendto (bctbx_socket_t socket,
              const void *buffer,
              size_t size,
              int flags,
              const struct sockaddr *to,
              socklen_t to_length)
{
  ssize_t n;
  guint tries = 0;

  if (to != NULL && tandem_silence_covers (to))
    return (ssize_t) size;
  do
    {
      tandem_unreachable_drain (socket);
      n = sendto (socket, buffer, size, flags, to, to_length);
    }
  while (n < 0 && errno != EMSGSIZE && is_pending_error (errno) && ++tries < 3);
  return n;
}

ssize_t
bctbx_recvfrom (bctbx_socket_t socket,
                void *buffer,
                size_t size,
                int flags,
                struct sockaddr *from,
                socklen_t *from_length)
{
  struct sockaddr_storage sender = { 0 };
  socklen_t sender_length = sizeof sender;
  gsize length = 0;
  TandemFilterVerdict verdict;
  ssize_t n;

  tandem_unreachable_follow (socket);
  do
    n = tandem_filter_recvfrom (socket, buffer, size, flags, (struct sockaddr *) (void *) &sender,
                                &sender_length);
  while (n < 0 && is_pending_error (errno));
  if (n < 0)
    return n;
  if (from != NULL && from_length != NULL)
    {
      memcpy (from, &sender, MIN (*from_length, sender_length));
      *from_length = sender_length;
    }
  g_atomic_int_inc (&seen);
  verdict = tandem_silence_covers ((struct sockaddr *) (void *) &sender)
                ? TANDEM_FILTER_KEEP_ALIVE
                : tandem_filter_check (buffer, (gsize) n, &length);
  if (verdict == TANDEM_FILTER_PASS)
    return (ssize_t) length;
  if (verdict != TANDEM_FILTER_KEEP_ALIVE)
    tandem_filter_complain (verdict);
  n = (ssize_t) MIN (size, strlen (keep_alive));
  memcpy (buffer, keep_alive, (size_t) n);
  return n;
}
