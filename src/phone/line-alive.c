/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "line-struct.h"

#include <glib/gi18n.h>

/* Whether there is still somebody at the far end of a TandemLine: its sound, and when that is gone, an OPTIONS
 * within the dialog (RFC 3261 11). */

#define MOVE_GRACE (20 * G_USEC_PER_SEC) /* after a network change sound may come late */

void
tandem_line_end_silence (TandemLine *self)
{
  if (!self->silent)
    return;
  self->silent = FALSE;
  tandem_call_set_notice (self->call, NULL);
}

/* Nothing was heard for long: does the far end still know this call? (RFC 3261 11: an OPTIONS within
 * the dialog.) */
static void
ask_whether_alive (TandemLine *self)
{
  if (self->alive_tag != 0)
    return;
  self->asked_at = g_get_monotonic_time ();
  self->alive_tag = tandem_line_next_tag ();
  tandem_sip_client_request (self->client, self->number, self->alive_tag, "OPTIONS", NULL, NULL,
                             NULL);
}

void
tandem_line_on_rtp_timeout (TandemLine *self)
{
  TandemLegStatistics statistics = { 0 };

  if (tandem_call_get_hold (self->call) != TANDEM_HOLD_NONE)
    return;
  tandem_leg_get_statistics (self->leg, &statistics);
  self->packets_at_silence = statistics.packets_received;
  if (!self->silent)
    self->silent_since = g_get_monotonic_time ();
  self->silent = TRUE;
  tandem_call_set_notice (self->call, _ ("No sound arrives from the other side"));
  ask_whether_alive (self);
}

static gboolean
is_still_silent (TandemLine *self)
{
  TandemLegStatistics statistics = { 0 };

  if (!self->silent || self->leg == NULL)
    return FALSE;
  tandem_leg_get_statistics (self->leg, &statistics);
  return statistics.packets_received == self->packets_at_silence;
}

void
tandem_line_watch_silence (TandemLine *self)
{
  if (!self->silent || self->leg == NULL)
    return;
  if (!is_still_silent (self))
    tandem_line_end_silence (self);
  else if (g_get_monotonic_time () - self->asked_at >= self->inactivity * G_USEC_PER_SEC)
    ask_whether_alive (self);
}

/* Media is truth: only when the sound and the signalling are both gone, is the call. */
void
tandem_line_take_alive (TandemLine *self, const TandemSipEvent *event)
{
  const gboolean gone = event->code == 0 || event->code == 408 || event->code == 481;

  self->alive_tag = 0;
  if (!gone || !is_still_silent (self) || tandem_call_get_hold (self->call) != TANDEM_HOLD_NONE
      || g_get_monotonic_time () - self->moved_at < MOVE_GRACE)
    return;
  tandem_line_drop_leg (self);
  tandem_sip_client_hang_up (self->client, self->number, NULL);
  tandem_call_fail (self->call, _ ("The connection to the other side was lost: neither sound nor "
                                   "an answer came from there"));
}
