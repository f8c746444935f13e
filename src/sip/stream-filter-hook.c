/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream-filter.h"

#include "filter-private.h"

#include <bctoolbox/crypto.h>
#include <bctoolbox/port.h>
#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* The doors that TandemStreamFilter keeps, as filter-hook.c keeps the one of UDP: the functions of
 * bctoolbox by which belle-sip reads from TCP and TLS connections, and the one by which it lets go of
 * a TLS one. What TLS itself reads from its socket is left alone: it is looked at when it comes out in
 * the clear. A refused message looks like the peer's end of the connection. */

typedef struct
{
  TandemStreamFilter *filter;
  ino_t inode; /* of the socket: a descriptor is used again */
} Stream;

static GMutex mutex;
static GHashTable *sockets;  /* descriptor -> Stream; under mutex */
static GHashTable *sessions; /* TLS context -> Stream; under mutex */
static _Thread_local guint within_tls;

static void
stream_free (gpointer data)
{
  Stream *stream = data;

  tandem_stream_filter_free (stream->filter);
  g_free (stream);
}

/* Call with the mutex held. */
static Stream *
take_stream (GHashTable **table, gpointer key, ino_t inode)
{
  Stream *stream;

  if (*table == NULL)
    *table = g_hash_table_new_full (NULL, NULL, NULL, stream_free);
  stream = g_hash_table_lookup (*table, key);
  if (stream != NULL && stream->inode == inode)
    return stream;
  stream = g_new0 (Stream, 1);
  stream->filter = tandem_stream_filter_new ();
  stream->inode = inode;
  g_hash_table_replace (*table, key, stream);
  return stream;
}

static void
forget (GHashTable **table, gpointer key)
{
  g_mutex_lock (&mutex);
  if (*table != NULL)
    g_hash_table_remove (*table, key);
  g_mutex_unlock (&mutex);
}

/* Whether the bytes may go on. */
static gboolean
may_pass (GHashTable **table, gpointer key, ino_t inode, char *data, gsize size)
{
  TandemFilterVerdict verdict;

  g_mutex_lock (&mutex);
  verdict = tandem_stream_filter_feed (take_stream (table, key, inode)->filter, data, size);
  if (verdict != TANDEM_FILTER_PASS)
    g_hash_table_remove (*table, key);
  g_mutex_unlock (&mutex);
  if (verdict != TANDEM_FILTER_PASS)
    tandem_filter_complain (verdict);
  return verdict == TANDEM_FILTER_PASS;
}

ssize_t
bctbx_recv (bctbx_socket_t socket, void *buffer, size_t size, int flags)
{
  gpointer key = GINT_TO_POINTER (socket);
  ssize_t n = recv (socket, buffer, size, flags);
  int error = errno;
  struct stat info = { 0 };

  if (within_tls > 0)
    return n;
  if (n > 0 && (flags & MSG_PEEK) == 0)
    {
      fstat (socket, &info);
      return may_pass (&sockets, key, info.st_ino, buffer, (gsize) n) ? n : 0;
    }
  if (n == 0 || (error != EAGAIN && error != EWOULDBLOCK && error != EINTR))
    forget (&sockets, key);
  errno = error;
  return n;
}

int32_t
bctbx_ssl_handshake (bctbx_ssl_context_t *session)
{
  static int32_t (*next) (bctbx_ssl_context_t *);
  int32_t result;

  if (g_once_init_enter (&next))
    g_once_init_leave (&next, dlsym (RTLD_NEXT, "bctbx_ssl_handshake"));
  within_tls++;
  result = next (session);
  within_tls--;
  return result;
}

int32_t
bctbx_ssl_read (bctbx_ssl_context_t *session, unsigned char *buffer, size_t size)
{
  static int32_t (*next) (bctbx_ssl_context_t *, unsigned char *, size_t);
  int32_t n;

  if (g_once_init_enter (&next))
    g_once_init_leave (&next, dlsym (RTLD_NEXT, "bctbx_ssl_read"));
  within_tls++;
  n = next (session, buffer, size);
  within_tls--;
  if (n <= 0 || may_pass (&sessions, session, 0, (char *) buffer, (gsize) n))
    return n;
  return BCTBX_ERROR_SSL_PEER_CLOSE_NOTIFY;
}

void
bctbx_ssl_context_free (bctbx_ssl_context_t *session)
{
  static void (*next) (bctbx_ssl_context_t *);

  if (g_once_init_enter (&next))
    g_once_init_leave (&next, dlsym (RTLD_NEXT, "bctbx_ssl_context_free"));
  forget (&sessions, session);
  next (session);
}
