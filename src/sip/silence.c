/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "silence.h"

#include <arpa/inet.h>
#include <string.h>

/* See silence.h. A table of who is not heard until when. */

struct _TandemSilence
{
  GHashTable *until; /* "address port" -> Entry */
  TandemTimer timer; /* the next end */
  TandemSilenceEnded ended;
  gpointer data;
};

typedef struct
{
  TandemCandidate candidate;
  gint64 until;
} Entry;

/* The library's socket functions have no context; each SIP thread has its own. */
static _Thread_local TandemSilence *here;

static char *
make_key (const char *address, guint port)
{
  return g_strdup_printf ("%s %u", address, port);
}

static void
schedule (TandemSilence *self)
{
  GHashTableIter iter;
  gpointer value;
  gint64 next = -1;

  g_hash_table_iter_init (&iter, self->until);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (next < 0 || entry->until < next)
        next = entry->until;
    }
  tandem_timer_set (&self->timer, next);
}

static void
on_timer (gpointer data)
{
  TandemSilence *self = data;
  g_autoptr (GArray) over = g_array_new (FALSE, FALSE, sizeof (TandemCandidate));
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->until);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (entry->until > now)
        continue;
      g_array_append_val (over, entry->candidate);
      g_hash_table_iter_remove (&iter);
    }
  schedule (self);
  for (guint i = 0; i < over->len; i++)
    self->ended (&g_array_index (over, TandemCandidate, i), self->data);
}

/**
 * tandem_silence_new:
 * @loop: the SIP thread's loop
 * @ended: called on the SIP thread when a silence is over
 * @data: for @ended
 *
 * Call on the SIP thread; it is that thread's from now on.
 *
 * Returns: (transfer full): without any silence
 */
TandemSilence *
tandem_silence_new (belle_sip_main_loop_t *loop, TandemSilenceEnded ended, gpointer data)
{
  TandemSilence *self = g_new0 (TandemSilence, 1);

  self->until = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->ended = ended;
  self->data = data;
  tandem_timer_init (&self->timer, loop, on_timer, self);
  here = self;
  return self;
}

void
tandem_silence_free (TandemSilence *self)
{
  if (here == self)
    here = NULL;
  tandem_timer_stop (&self->timer);
  g_hash_table_unref (self->until);
  g_free (self);
}

void
tandem_silence_set (TandemSilence *self, const TandemCandidate *candidate, gint64 until)
{
  g_autofree char *key = make_key (candidate->address, candidate->port);
  Entry *entry;

  if (until == 0 && !g_hash_table_contains (self->until, key))
    return;
  if (until == 0)
    until = g_get_monotonic_time ();
  entry = g_new0 (Entry, 1);
  entry->candidate = *candidate;
  entry->until = until;
  g_hash_table_replace (self->until, g_steal_pointer (&key), entry);
  if (until <= g_get_monotonic_time ())
    on_timer (self);
  else
    schedule (self);
}

void
tandem_silence_clear (TandemSilence *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->until);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    ((Entry *) value)->until = 0;
  on_timer (self);
}

gboolean
tandem_silence_covers (const struct sockaddr *peer)
{
  char text[INET6_ADDRSTRLEN] = "";
  guint port;
  g_autofree char *key = NULL;

  if (here == NULL || g_hash_table_size (here->until) == 0)
    return FALSE;
  if (peer->sa_family == AF_INET)
    {
      const struct sockaddr_in *v4 = (const struct sockaddr_in *) (const void *) peer;

      inet_ntop (AF_INET, &v4->sin_addr, text, sizeof text);
      port = ntohs (v4->sin_port);
    }
  else if (peer->sa_family == AF_INET6)
    {
      const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *) (const void *) peer;

      if (IN6_IS_ADDR_V4MAPPED (&v6->sin6_addr))
        inet_ntop (AF_INET, &v6->sin6_addr.s6_addr[12], text, sizeof text);
      else
        inet_ntop (AF_INET6, &v6->sin6_addr, text, sizeof text);
      port = ntohs (v6->sin6_port);
    }
  else
    return FALSE;
  key = make_key (text, port);
  return g_hash_table_contains (here->until, key);
}

gboolean
tandem_silence_covers_connection (int fd)
{
  struct sockaddr_storage peer = { 0 };
  socklen_t length = sizeof peer;

  if (here == NULL || g_hash_table_size (here->until) == 0)
    return FALSE;
  return getpeername (fd, (struct sockaddr *) (void *) &peer, &length) == 0
         && tandem_silence_covers ((struct sockaddr *) (void *) &peer);
}
