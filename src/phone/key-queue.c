/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "key-queue.h"

#include <string.h>

/* See key-queue.h. */

#define PAUSES ",PWpw"
#define PAUSE 2000 /* ms */
#define KEY                                                                                        \
  180 /* ms: a key and the silence behind it, a little more than any way of sending takes */
#define MAX_WAITING 512

struct _TandemKeyQueue
{
  gboolean (*send) (const char *keys, gpointer data);
  gpointer data;
  GString *waiting;
  guint timer;
};

TandemKeyQueue *
tandem_key_queue_new (gboolean (*send) (const char *keys, gpointer data), gpointer data)
{
  TandemKeyQueue *self = g_new0 (TandemKeyQueue, 1);

  self->send = send;
  self->data = data;
  self->waiting = g_string_new (NULL);
  return self;
}

void
tandem_key_queue_free (TandemKeyQueue *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_string_free (self->waiting, TRUE);
  g_free (self);
}

void
tandem_key_queue_clear (TandemKeyQueue *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_string_truncate (self->waiting, 0);
}

static gboolean send_next (TandemKeyQueue *self);

static gboolean
on_time (gpointer data)
{
  TandemKeyQueue *self = data;

  self->timer = 0;
  send_next (self);
  return G_SOURCE_REMOVE;
}

/* Nothing is waited for behind the last run, so that keys pressed one by one go at once. */
static gboolean
send_next (TandemKeyQueue *self)
{
  while (self->timer == 0 && self->waiting->len > 0)
    {
      const gsize keys = strcspn (self->waiting->str, PAUSES);
      guint wait = PAUSE;

      if (keys > 0)
        {
          g_autofree char *run = g_strndup (self->waiting->str, keys);

          g_string_erase (self->waiting, 0, (gssize) keys);
          if (!self->send (run, self->data))
            {
              g_string_truncate (self->waiting, 0);
              return FALSE;
            }
          wait = (guint) keys * KEY;
        }
      else
        g_string_erase (self->waiting, 0, 1);
      if (self->waiting->len > 0)
        self->timer = g_timeout_add (wait, on_time, self);
    }
  return TRUE;
}

gboolean
tandem_key_queue_add (TandemKeyQueue *self, const char *keys)
{
  if (self->waiting->len + strlen (keys) > MAX_WAITING)
    return FALSE;
  g_string_append (self->waiting, keys);
  return send_next (self);
}
