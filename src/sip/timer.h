/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <belle-sip/belle-sip.h>
#include <glib.h>

G_BEGIN_DECLS

/* TandemTimer: one alarm on the SIP thread's loop, set again and again. To be embedded: init before
 * use, clear when done. Times are g_get_monotonic_time() microseconds. Never fires early, and may be
 * set or cleared from its own callback. SIP thread only. */

typedef void (*TandemTimerFunc) (gpointer data);

typedef struct
{
  belle_sip_main_loop_t *loop; /* borrowed */
  belle_sip_source_t *source;
  TandemTimerFunc func;
  gpointer data;
  gint64 when;
} TandemTimer;

void tandem_timer_init (TandemTimer *self,
                        belle_sip_main_loop_t *loop,
                        TandemTimerFunc func,
                        gpointer data);
/* Replaces what was set before. when: absolute, in the past means as soon as possible; -1: stop. */
void tandem_timer_set (TandemTimer *self, gint64 when);
void tandem_timer_stop (TandemTimer *self);
gboolean tandem_timer_is_set (const TandemTimer *self);

G_END_DECLS
