/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door.h"

#include <gio/gio.h>

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* See door.h. The outward source has no descriptor of its own: g_source_set_ready_time() wakes its
 * context and may be called from any thread. The lock is a POSIX one, which ThreadSanitizer can see
 * through; it cannot see GLib's. */

struct _TandemDoor
{
  gatomicrefcount refs;
  int fd;
  GDestroyNotify free_in;
  GDestroyNotify free_out;
  TandemDoorFunc deliver;
  gpointer data;

  pthread_mutex_t mutex; /* of what follows */
  GQueue in;
  GQueue out;
  GSource *source; /* NULL once closed */
};

typedef struct
{
  GSource base;
  TandemDoor *door; /* unowned: close() detaches before the door goes */
} DoorSource;

static gpointer
pop (TandemDoor *self, GQueue *queue)
{
  gpointer item;

  pthread_mutex_lock (&self->mutex);
  item = g_queue_pop_head (queue);
  pthread_mutex_unlock (&self->mutex);
  return item;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  TandemDoor *self = tandem_door_ref (((DoorSource *) source)->door);
  gpointer item;

  g_source_set_ready_time (source, -1);
  while (!g_source_is_destroyed (source) && (item = pop (self, &self->out)) != NULL)
    self->deliver (item, self->data);
  tandem_door_unref (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

static void
drain (GQueue *queue, GDestroyNotify free_func)
{
  gpointer item;

  while ((item = g_queue_pop_head (queue)) != NULL)
    {
      if (free_func != NULL)
        free_func (item);
    }
}

TandemDoor *
tandem_door_new (GMainContext *context,
                 GDestroyNotify free_in,
                 GDestroyNotify free_out,
                 TandemDoorFunc deliver,
                 gpointer data,
                 GError **error)
{
  TandemDoor *self;
  int fd;

  g_return_val_if_fail (deliver != NULL, NULL);

  fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0)
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "eventfd: %s",
                   g_strerror (saved));
      return NULL;
    }
  self = g_new0 (TandemDoor, 1);
  g_atomic_ref_count_init (&self->refs);
  g_queue_init (&self->in);
  g_queue_init (&self->out);
  self->fd = fd;
  self->free_in = free_in;
  self->free_out = free_out;
  self->deliver = deliver;
  self->data = data;
  pthread_mutex_init (&self->mutex, NULL);
  self->source = g_source_new (&source_funcs, sizeof (DoorSource));
  ((DoorSource *) self->source)->door = self;
  g_source_set_static_name (self->source, "tandem-sip door");
  g_source_attach (self->source, context != NULL ? context : g_main_context_get_thread_default ());
  return self;
}

TandemDoor *
tandem_door_ref (TandemDoor *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tandem_door_unref (TandemDoor *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  tandem_door_close (self);
  drain (&self->in, self->free_in);
  drain (&self->out, self->free_out);
  pthread_mutex_destroy (&self->mutex);
  close (self->fd);
  g_free (self);
}

void
tandem_door_push_in (TandemDoor *self, gpointer item)
{
  guint64 one = 1;
  gssize written;

  pthread_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->in, item);
  pthread_mutex_unlock (&self->mutex);
  do
    written = write (self->fd, &one, sizeof one);
  while (written < 0 && errno == EINTR);
}

int
tandem_door_get_fd (TandemDoor *self)
{
  return self->fd;
}

void
tandem_door_clear (TandemDoor *self)
{
  guint64 count;
  gssize got;

  do
    got = read (self->fd, &count, sizeof count);
  while (got < 0 && errno == EINTR);
}

gpointer
tandem_door_pop_in (TandemDoor *self)
{
  return pop (self, &self->in);
}

void
tandem_door_push_out (TandemDoor *self, gpointer item)
{
  pthread_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->out, item);
  if (self->source != NULL)
    g_source_set_ready_time (self->source, 0);
  pthread_mutex_unlock (&self->mutex);
}

void
tandem_door_close (TandemDoor *self)
{
  GSource *source;

  pthread_mutex_lock (&self->mutex);
  source = g_steal_pointer (&self->source);
  pthread_mutex_unlock (&self->mutex);
  if (source != NULL)
    {
      g_source_destroy (source);
      g_source_unref (source);
    }
}
