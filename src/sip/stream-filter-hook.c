/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream-filter.h"

#include "filter-private.h"
#include "silence.h"

#include <bctoolbox/crypto.h>
#include <bctoolbox/port.h>
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* The doors that TandemStreamFilter keeps, as filter-hook.c keeps those of UDP: the functions of
 * bctoolbox by which belle-sip reads and writes TCP and TLS connections, and the one by which it lets go
 * of a TLS one. What TLS itself reads from its socket is left alone: it is looked at when it comes out
 * in the clear. A refused message looks like the peer's end of the connection.
 *
 * A keep-alive of the other side (two CRLF between messages, RFC 5626 3.5.1) is answered here, by one
 * CRLF, because belle-sip only drops it.
 *
 * While TandemSilence covers the peer, what is written counts as sent and what is read is dropped, whole
 * messages only: a connection of which a part of a message was lost ends as soon as the peer is
 * heard again. A TLS handshake is not continued, as with a server that hangs. */

typedef enum
{
  LAYER_PLAIN,
  LAYER_HANDSHAKE,
  LAYER_SECURED, /* TLS reads or writes what is, or will be, looked at in the clear */
} Layer;

typedef struct
{
  TandemStreamFilter *filter;
  ino_t inode;        /* of the socket: a descriptor is used again */
  int fd;             /* of a TLS session's socket; -1: not known yet */
  gboolean half_sent; /* the rest of something is still to be written */
  gboolean silent;    /* the last bytes were dropped */
  gboolean torn;      /* a part of something was lost */
} Stream;

static GMutex mutex;
static GHashTable *sockets;  /* descriptor -> Stream; under mutex */
static GHashTable *sessions; /* TLS context -> Stream; under mutex */
static _Thread_local Layer layer;
static _Thread_local int layer_socket = -1; /* what TLS has read or written below */

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
  stream->fd = -1;
  g_hash_table_replace (*table, key, stream);
  return stream;
}

static ino_t
get_inode (int fd)
{
  struct stat info = { 0 };

  fstat (fd, &info);
  return info.st_ino;
}

static void
forget (GHashTable **table, gpointer key)
{
  g_mutex_lock (&mutex);
  if (*table != NULL)
    g_hash_table_remove (*table, key);
  g_mutex_unlock (&mutex);
}

/* What to do with bytes that were read. */
typedef enum
{
  FATE_PASS,
  FATE_DROP,
  FATE_END,
} Fate;

/* ping: (out): it is to be answered. */
static Fate
judge (GHashTable **table,
       gpointer key,
       ino_t inode,
       char *data,
       gsize size,
       gboolean silence,
       gboolean *ping)
{
  TandemFilterVerdict verdict;
  Fate fate = FATE_PASS;
  gboolean was_between;
  Stream *stream;

  g_mutex_lock (&mutex);
  stream = take_stream (table, key, inode);
  was_between = tandem_stream_filter_is_between (stream->filter);
  if (silence != stream->silent && !was_between)
    stream->torn = TRUE;
  stream->silent = silence;
  verdict = tandem_stream_filter_feed (stream->filter, data, size);
  *ping = tandem_stream_filter_take_keep_alives (stream->filter) > 0 && !silence
          && !stream->half_sent;
  if (silence)
    {
      stream->torn = stream->torn || verdict != TANDEM_FILTER_PASS;
      fate = FATE_DROP;
    }
  else if (verdict != TANDEM_FILTER_PASS || stream->torn)
    {
      g_hash_table_remove (*table, key);
      fate = FATE_END;
    }
  g_mutex_unlock (&mutex);
  if (fate == FATE_END && verdict != TANDEM_FILTER_PASS)
    tandem_filter_complain (verdict);
  return fate;
}

/* Before bytes are written: -1: fail, 0: do not write but say so, 1: write. */
static int
may_write (GHashTable **table, gpointer key, ino_t inode, gboolean silence)
{
  Stream *stream;
  int result;

  g_mutex_lock (&mutex);
  stream = take_stream (table, key, inode);
  if (silence && stream->half_sent)
    stream->torn = TRUE;
  result = silence ? 0 : stream->torn ? -1 : 1;
  g_mutex_unlock (&mutex);
  return result;
}

static void
written (GHashTable **table, gpointer key, ino_t inode, gboolean all)
{
  g_mutex_lock (&mutex);
  take_stream (table, key, inode)->half_sent = !all;
  g_mutex_unlock (&mutex);
}

ssize_t
bctbx_recv (bctbx_socket_t socket, void *buffer, size_t size, int flags)
{
  gpointer key = GINT_TO_POINTER (socket);
  ssize_t n = recv (socket, buffer, size, flags);
  int error = errno;

  if (layer != LAYER_PLAIN)
    {
      layer_socket = socket;
      if (layer == LAYER_SECURED || n <= 0 || !tandem_silence_covers_connection (socket))
        return n;
      errno = EAGAIN;
      return -1;
    }
  if (n > 0 && (flags & MSG_PEEK) == 0)
    {
      gboolean silence = tandem_silence_covers_connection (socket);
      gboolean ping;

      switch (judge (&sockets, key, get_inode (socket), buffer, (gsize) n, silence, &ping))
        {
        case FATE_DROP:
          errno = EAGAIN;
          return -1;
        case FATE_END:
          return 0;
        case FATE_PASS:
        default:
          if (ping)
            send (socket, "\r\n", 2, MSG_DONTWAIT | MSG_NOSIGNAL);
          return n;
        }
    }
  if (n == 0 || (error != EAGAIN && error != EWOULDBLOCK && error != EINTR))
    forget (&sockets, key);
  errno = error;
  return n;
}

ssize_t
bctbx_send (bctbx_socket_t socket, const void *buffer, size_t size, int flags)
{
  gpointer key = GINT_TO_POINTER (socket);
  ino_t inode;
  ssize_t n;

  if (layer != LAYER_PLAIN)
    {
      layer_socket = socket;
      if (layer == LAYER_HANDSHAKE && tandem_silence_covers_connection (socket))
        return (ssize_t) size;
      return send (socket, buffer, size, flags);
    }
  inode = get_inode (socket);
  switch (may_write (&sockets, key, inode, tandem_silence_covers_connection (socket)))
    {
    case -1:
      errno = ECONNRESET;
      return -1;
    case 0:
      return (ssize_t) size;
    default:
      break;
    }
  n = send (socket, buffer, size, flags);
  if (n >= 0 || errno == EAGAIN || errno == EWOULDBLOCK)
    {
      int error = errno;

      written (&sockets, key, inode, n == (ssize_t) size);
      errno = error;
    }
  return n;
}

/* What TLS has used below, so that its peer is known. */
static void
remember_socket (bctbx_ssl_context_t *session)
{
  if (layer_socket < 0)
    return;
  g_mutex_lock (&mutex);
  take_stream (&sessions, session, 0)->fd = layer_socket;
  g_mutex_unlock (&mutex);
}

static gboolean
is_silenced (bctbx_ssl_context_t *session)
{
  int fd;

  g_mutex_lock (&mutex);
  fd = take_stream (&sessions, session, 0)->fd;
  g_mutex_unlock (&mutex);
  return fd >= 0 && tandem_silence_covers_connection (fd);
}

int32_t
bctbx_ssl_handshake (bctbx_ssl_context_t *session)
{
  static int32_t (*next) (bctbx_ssl_context_t *);
  int32_t result;

  if (g_once_init_enter (&next))
    g_once_init_leave (&next, dlsym (RTLD_NEXT, "bctbx_ssl_handshake"));
  layer = LAYER_HANDSHAKE;
  layer_socket = -1;
  result = next (session);
  layer = LAYER_PLAIN;
  remember_socket (session);
  return result;
}

static int32_t
write_secured (bctbx_ssl_context_t *session, const unsigned char *buffer, size_t size)
{
  static int32_t (*next) (bctbx_ssl_context_t *, const unsigned char *, size_t);
  int32_t n;

  if (g_once_init_enter (&next))
    g_once_init_leave (&next, dlsym (RTLD_NEXT, "bctbx_ssl_write"));
  layer = LAYER_SECURED;
  n = next (session, buffer, size);
  layer = LAYER_PLAIN;
  return n;
}

int32_t
bctbx_ssl_write (bctbx_ssl_context_t *session, const unsigned char *buffer, size_t size)
{
  int32_t n;

  switch (may_write (&sessions, session, 0, is_silenced (session)))
    {
    case -1:
      return BCTBX_ERROR_NET_CONN_RESET;
    case 0:
      return (int32_t) size;
    default:
      break;
    }
  n = write_secured (session, buffer, size);
  if (n >= 0 || n == BCTBX_ERROR_NET_WANT_WRITE)
    written (&sessions, session, 0, n == (int32_t) size);
  return n;
}

int32_t
bctbx_ssl_read (bctbx_ssl_context_t *session, unsigned char *buffer, size_t size)
{
  static int32_t (*next) (bctbx_ssl_context_t *, unsigned char *, size_t);
  gboolean ping;
  int32_t n;

  if (g_once_init_enter (&next))
    g_once_init_leave (&next, dlsym (RTLD_NEXT, "bctbx_ssl_read"));
  layer = LAYER_SECURED;
  layer_socket = -1;
  n = next (session, buffer, size);
  layer = LAYER_PLAIN;
  remember_socket (session);
  if (n <= 0)
    return n;
  switch (judge (&sessions, session, 0, (char *) buffer, (gsize) n, is_silenced (session), &ping))
    {
    case FATE_DROP:
      return BCTBX_ERROR_NET_WANT_READ;
    case FATE_END:
      return BCTBX_ERROR_SSL_PEER_CLOSE_NOTIFY;
    case FATE_PASS:
    default:
      if (ping)
        write_secured (session, (const unsigned char *) "\r\n", 2);
      return n;
    }
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
