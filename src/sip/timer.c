/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "timer.h"

/* See timer.h. The library's clock counts milliseconds, so a callback may come up to one too early:
 * then it waits again. */

static int
on_timeout (void *data, unsigned int events)
{
  TandemTimer *self = data;
  gint64 when = self->when;

  tandem_timer_stop (self);
  if (g_get_monotonic_time () < when)
    tandem_timer_set (self, when);
  else
    self->func (self->data);
  return BELLE_SIP_STOP;
}

void
tandem_timer_init (TandemTimer *self,
                   belle_sip_main_loop_t *loop,
                   TandemTimerFunc func,
                   gpointer data)
{
  *self = (TandemTimer){ .loop = loop, .func = func, .data = data, .when = -1 };
}

void
tandem_timer_set (TandemTimer *self, gint64 when)
{
  gint64 wait;

  tandem_timer_stop (self);
  if (when < 0)
    return;
  self->when = when;
  wait = (when - g_get_monotonic_time () + 999) / 1000;
  self->source = belle_sip_main_loop_create_timeout (self->loop, on_timeout, self,
                                                     (guint) CLAMP (wait, 0, G_MAXINT), "tandem");
}

void
tandem_timer_stop (TandemTimer *self)
{
  belle_sip_source_t *source = g_steal_pointer (&self->source);

  self->when = -1;
  if (source == NULL)
    return;
  belle_sip_main_loop_remove_source (self->loop, source);
  belle_sip_object_unref (source);
}

gboolean
tandem_timer_is_set (const TandemTimer *self)
{
  return self->source != NULL;
}
