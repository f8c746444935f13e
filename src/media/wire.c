/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* See wire.h. Plain system calls, as this runs a hundred times a second for each call. */

#define MAX_PACKET 2048
#define DSCP_EF 46

typedef struct
{
  struct sockaddr_storage bytes;
  socklen_t length; /* 0: none */
} Address;

struct _TandemWire
{
  GSocket *sockets[2]; /* RTP, RTCP */
  int fds[2];
  gboolean mux;
  TandemWireReceived received;
  gpointer data;
  GThread *thread;
  int bell; /* eventfd: stop */

  GMutex mutex;
  Address far[2];
};

/* What a thread knows of the last sender, so that a stream of packets makes no objects. */
typedef struct
{
  Address address;
  GSocketAddress *object;
} Sender;

static GSocketAddress *
name_sender (Sender *sender, const Address *from)
{
  if (sender->object != NULL && sender->address.length == from->length
      && memcmp (&sender->address.bytes, &from->bytes, from->length) == 0)
    return sender->object;
  g_clear_object (&sender->object);
  sender->address = *from;
  sender->object = g_socket_address_new_from_native ((gpointer) &from->bytes, from->length);
  return sender->object;
}

/* FALSE: the socket is of no use any more. */
static gboolean
receive (TandemWire *self, guint index, Sender *sender)
{
  Address from = { .length = sizeof from.bytes };
  guint8 bytes[MAX_PACKET];
  GSocketAddress *name;
  ssize_t n;

  memset (&from.bytes, 0, sizeof from.bytes);
  n = recvfrom (self->fds[index], bytes, sizeof bytes, MSG_DONTWAIT | MSG_TRUNC,
                (struct sockaddr *) &from.bytes, &from.length);
  if (n < 0)
    return errno != EBADF && errno != ENOTSOCK && errno != EINVAL;
  if ((gsize) n > sizeof bytes || from.length == 0)
    return TRUE;
  name = name_sender (sender, &from);
  if (name != NULL)
    self->received (bytes, (gsize) n, index == 1, name, self->data);
  return TRUE;
}

static gpointer
run (gpointer data)
{
  TandemWire *self = data;
  Sender senders[2] = { 0 };
  struct pollfd fds[] = {
    { .fd = self->bell, .events = POLLIN },
    { .fd = self->fds[0], .events = POLLIN },
    { .fd = self->mux ? -1 : self->fds[1], .events = POLLIN },
  };

  while (fds[0].revents == 0)
    {
      if (poll (fds, G_N_ELEMENTS (fds), -1) < 0)
        {
          fds[0].revents = 0;
          if (errno != EINTR)
            break;
          continue;
        }
      for (guint i = 0; i < 2 && fds[0].revents == 0; i++)
        {
          if (fds[1 + i].revents != 0 && !receive (self, i, &senders[i]))
            fds[1 + i].fd = -1;
        }
    }
  for (guint i = 0; i < 2; i++)
    g_clear_object (&senders[i].object);
  return NULL;
}

TandemWire *
tandem_wire_new (
    GSocket *rtp, GSocket *rtcp, gboolean mux, TandemWireReceived received, gpointer data)
{
  TandemWire *self = g_new0 (TandemWire, 1);

  g_mutex_init (&self->mutex);
  self->sockets[0] = g_object_ref (rtp);
  self->sockets[1] = g_object_ref (rtcp);
  self->mux = mux;
  self->received = received;
  self->data = data;
  self->bell = -1;
  for (guint i = 0; i < 2; i++)
    {
      gboolean v6 = g_socket_get_family (self->sockets[i]) == G_SOCKET_FAMILY_IPV6;

      self->fds[i] = g_socket_get_fd (self->sockets[i]);
      g_socket_set_option (self->sockets[i], v6 ? IPPROTO_IPV6 : IPPROTO_IP,
                           v6 ? IPV6_TCLASS : IP_TOS, DSCP_EF << 2, NULL);
    }
  return self;
}

void
tandem_wire_free (TandemWire *self)
{
  tandem_wire_stop (self);
  for (guint i = 0; i < 2; i++)
    g_object_unref (self->sockets[i]);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

gboolean
tandem_wire_start (TandemWire *self, GError **error)
{
  g_return_val_if_fail (self->thread == NULL, FALSE);

  self->bell = eventfd (0, EFD_CLOEXEC);
  if (self->bell >= 0)
    self->thread = g_thread_try_new ("tandem-rtp", run, self, error);
  else
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  return self->thread != NULL;
}

void
tandem_wire_stop (TandemWire *self)
{
  const guint64 one = 1;

  if (self->thread != NULL)
    {
      while (write (self->bell, &one, sizeof one) < 0 && errno == EINTR)
        ;
      g_thread_join (g_steal_pointer (&self->thread));
    }
  if (self->bell >= 0)
    close (self->bell);
  self->bell = -1;
}

static void
fill (Address *address, GInetAddress *inet, guint port)
{
  g_autoptr (GSocketAddress) object = g_inet_socket_address_new (inet, (guint16) port);
  gssize length = g_socket_address_get_native_size (object);

  address->length = 0;
  if (length > 0 && (gsize) length <= sizeof address->bytes
      && g_socket_address_to_native (object, &address->bytes, sizeof address->bytes, NULL))
    address->length = (socklen_t) length;
}

void
tandem_wire_set_far (TandemWire *self, GInetAddress *address, guint rtp_port, guint rtcp_port)
{
  Address far[2] = { 0 };

  fill (&far[0], address, rtp_port);
  fill (&far[1], address, rtcp_port);
  g_mutex_lock (&self->mutex);
  memcpy (self->far, far, sizeof far);
  g_mutex_unlock (&self->mutex);
}

void
tandem_wire_send (TandemWire *self, gboolean control, const guint8 *bytes, gsize length)
{
  int fd = self->fds[control && !self->mux ? 1 : 0];
  Address far;

  g_mutex_lock (&self->mutex);
  far = self->far[control ? 1 : 0];
  g_mutex_unlock (&self->mutex);
  if (far.length > 0
      && sendto (fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *) &far.bytes,
                 far.length)
             < 0)
    g_debug ("A packet is lost: %s", g_strerror (errno));
}
