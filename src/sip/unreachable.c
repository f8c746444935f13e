/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unreachable.h"

#include <gio/gio.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

/* See unreachable.h. The socket is watched by a duplicate of its descriptor, so that the library may
 * close its own whenever it likes. */

/* More than this between two turns of the loop are not told apart. */
#define MOST 64

typedef struct
{
  TandemCandidate candidate;
  const char *reason;
} Refusal;

struct _TandemUnreachable
{
  belle_sip_main_loop_t *loop;
  int fd, watched; /* the library's; ours */
  belle_sip_source_t *source;
  GArray *refusals; /* of Refusal: to be told */
  TandemTimer timer;
  TandemUnreachableFunc func;
  gpointer data;
};

/* The library's socket functions have no context; each SIP thread has its own. */
static _Thread_local TandemUnreachable *here;

static const char *
words_for (guint error)
{
  switch (error)
    {
    case ECONNREFUSED:
      return "port unreachable";
    case EHOSTUNREACH:
    case EHOSTDOWN:
      return "host unreachable";
    case ENETUNREACH:
      return "network unreachable";
    default:
      return NULL;
    }
}

static gboolean
read_destination (const struct sockaddr_storage *name, TandemCandidate *candidate)
{
  char text[INET6_ADDRSTRLEN] = "";
  guint16 port;

  if (name->ss_family == AF_INET)
    {
      const struct sockaddr_in *v4 = (const struct sockaddr_in *) (const void *) name;

      inet_ntop (AF_INET, &v4->sin_addr, text, sizeof text);
      port = ntohs (v4->sin_port);
    }
  else if (name->ss_family == AF_INET6)
    {
      const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *) (const void *) name;

      if (IN6_IS_ADDR_V4MAPPED (&v6->sin6_addr))
        inet_ntop (AF_INET, &v6->sin6_addr.s6_addr[12], text, sizeof text);
      else
        inet_ntop (AF_INET6, &v6->sin6_addr, text, sizeof text);
      port = ntohs (v6->sin6_port);
    }
  else
    return FALSE;
  return tandem_candidate_init (candidate, text, port, TANDEM_TRANSPORT_UDP);
}

static const struct sock_extended_err *
find_error (struct msghdr *message)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR (message); c != NULL; c = CMSG_NXTHDR (message, c))
    {
      if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR)
          || (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR))
        return (const struct sock_extended_err *) (const void *) CMSG_DATA (c);
    }
  return NULL;
}

static void
remember (TandemUnreachable *self, const TandemCandidate *candidate, const char *reason)
{
  Refusal refusal = { *candidate, reason };

  for (guint i = 0; i < self->refusals->len; i++)
    {
      if (tandem_candidate_equal (&g_array_index (self->refusals, Refusal, i).candidate, candidate))
        return;
    }
  if (self->refusals->len >= MOST)
    return;
  g_array_append_val (self->refusals, refusal);
  tandem_timer_set (&self->timer, g_get_monotonic_time ());
}

static void
drain (TandemUnreachable *self)
{
  int saved = errno;

  for (;;)
    {
      char payload[1], control[512];
      struct sockaddr_storage name = { 0 };
      struct iovec vector = { payload, sizeof payload };
      struct msghdr message = { .msg_name = &name,
                                .msg_namelen = sizeof name,
                                .msg_iov = &vector,
                                .msg_iovlen = 1,
                                .msg_control = control,
                                .msg_controllen = sizeof control };
      const struct sock_extended_err *error;
      TandemCandidate candidate;
      const char *reason;

      if (recvmsg (self->watched, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
        break;
      error = find_error (&message);
      if (error == NULL
          || (error->ee_origin != SO_EE_ORIGIN_ICMP && error->ee_origin != SO_EE_ORIGIN_ICMP6))
        continue;
      reason = words_for (error->ee_errno);
      if (reason != NULL && read_destination (&name, &candidate))
        remember (self, &candidate, reason);
    }
  errno = saved;
}

static int
on_error (void *data, unsigned int events)
{
  drain (data);
  return BELLE_SIP_CONTINUE;
}

static void
on_timer (gpointer data)
{
  TandemUnreachable *self = data;
  g_autoptr (GArray) refusals = self->refusals;

  self->refusals = g_array_new (FALSE, FALSE, sizeof (Refusal));
  for (guint i = 0; i < refusals->len; i++)
    {
      Refusal *refusal = &g_array_index (refusals, Refusal, i);

      self->func (&refusal->candidate, refusal->reason, self->data);
    }
}

static void
unwatch (TandemUnreachable *self)
{
  if (self->source != NULL)
    {
      belle_sip_main_loop_remove_source (self->loop, self->source);
      g_clear_pointer (&self->source, belle_sip_object_unref);
    }
  if (self->watched >= 0)
    close (self->watched);
  self->watched = self->fd = -1;
}

static void
watch (TandemUnreachable *self, int fd)
{
  int on = 1;

  unwatch (self);
  if (fd < 0)
    return;
  self->watched = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  if (self->watched < 0)
    return;
  self->fd = fd;
  if (setsockopt (fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on) != 0)
    g_info ("No hints from ICMP: %s", g_strerror (errno));
  setsockopt (fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
  self->source = belle_sip_socket_source_new (on_error, self, self->watched, BELLE_SIP_EVENT_ERROR,
                                              (unsigned int) -1);
  belle_sip_main_loop_add_source (self->loop, self->source);
}

/**
 * tandem_unreachable_new:
 * @loop: the SIP thread's loop
 * @fd: the UDP socket of the library; -1 when there is none
 * @func: called for each destination that refused something
 * @data: for @func
 *
 * Call on the SIP thread; it is that thread's from now on.
 *
 * Returns: (transfer full): watching
 */
TandemUnreachable *
tandem_unreachable_new (belle_sip_main_loop_t *loop,
                        int fd,
                        TandemUnreachableFunc func,
                        gpointer data)
{
  TandemUnreachable *self = g_new0 (TandemUnreachable, 1);

  self->loop = loop;
  self->fd = self->watched = -1;
  self->refusals = g_array_new (FALSE, FALSE, sizeof (Refusal));
  self->func = func;
  self->data = data;
  tandem_timer_init (&self->timer, loop, on_timer, self);
  here = self;
  watch (self, fd);
  return self;
}

void
tandem_unreachable_free (TandemUnreachable *self)
{
  if (here == self)
    here = NULL;
  unwatch (self);
  tandem_timer_stop (&self->timer);
  g_array_unref (self->refusals);
  g_free (self);
}

gboolean
tandem_unreachable_is_watched (int fd)
{
  return here != NULL && here->fd >= 0 && here->fd == fd;
}

void
tandem_unreachable_drain (int fd)
{
  if (tandem_unreachable_is_watched (fd))
    drain (here);
}

void
tandem_unreachable_follow (int fd)
{
  if (here != NULL && here->fd >= 0 && here->fd != fd)
    watch (here, fd);
}
