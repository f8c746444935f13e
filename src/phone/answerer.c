/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answerer.h"

/* See answerer.h. */

#define STEP 250 /* ms */

struct _TandemAnswerer
{
  gboolean (*may) (TandemCall *call, gpointer data);
  void (*answered) (TandemCall *call, gpointer data);
  gpointer data;
  TandemCall *call; /* nullable */
  gint64 due;       /* monotonic us */
  guint timer;
};

TandemAnswerer *
tandem_answerer_new (gboolean (*may) (TandemCall *call, gpointer data),
                     void (*answered) (TandemCall *call, gpointer data),
                     gpointer data)
{
  TandemAnswerer *self = g_new0 (TandemAnswerer, 1);

  self->may = may;
  self->answered = answered;
  self->data = data;
  return self;
}

static void
forget (TandemAnswerer *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->call == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->call, self);
  tandem_call_set_auto_answer_in (self->call, -1);
  g_clear_object (&self->call);
}

void
tandem_answerer_free (TandemAnswerer *self)
{
  if (self == NULL)
    return;
  forget (self);
  g_free (self);
}

static gboolean
on_step (gpointer data)
{
  TandemAnswerer *self = data;
  const gint64 left = (self->due - g_get_monotonic_time ()) / 1000;
  g_autoptr (TandemCall) call = NULL;
  g_autoptr (GError) error = NULL;

  self->timer = 0;
  if (left > 0)
    {
      tandem_call_set_auto_answer_in (self->call, (gint) left);
      self->timer = g_timeout_add ((guint) MIN (left, STEP), on_step, self);
      return G_SOURCE_REMOVE;
    }
  call = g_object_ref (self->call);
  forget (self);
  if (!self->may (call, self->data))
    return G_SOURCE_REMOVE;
  if (tandem_call_answer (call, &error))
    self->answered (call, self->data);
  else
    g_message ("call %s is not answered by itself: %s", tandem_call_get_id (call), error->message);
  return G_SOURCE_REMOVE;
}

static void
on_state (TandemCall *call, GParamSpec *pspec, TandemAnswerer *self)
{
  if (tandem_call_get_state (call) != TANDEM_CALL_RINGING_HERE)
    forget (self);
}

void
tandem_answerer_begin (TandemAnswerer *self, TandemCall *call, guint delay)
{
  if (self->call != NULL)
    return;
  self->call = g_object_ref (call);
  self->due = g_get_monotonic_time () + (gint64) delay * 1000;
  g_signal_connect (call, "notify::state", G_CALLBACK (on_state), self);
  tandem_call_set_auto_answer_in (call, (gint) delay);
  self->timer = g_timeout_add (MIN (delay, STEP), on_step, self);
}
