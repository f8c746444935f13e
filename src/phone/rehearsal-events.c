/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rehearsal-struct.h"

#include <glib/gi18n.h>

/* What happens on the line during the course of a TandemRehearsal, and what it means for the step under way. */

static void
add_subscription (TandemRehearsal *self)
{
  tandem_rehearsal_course_add_result (
      self, STEP_SUBSCRIBE, (self->mailbox_at - self->acted_at) / 1000, self->deaf, self->moved_to);
  tandem_rehearsal_course_settle (self);
}

static void
take_registration (TandemRehearsal *self, const TandemSipEvent *event)
{
  if (self->phase != PHASE_WAIT || self->step != STEP_REGISTER || self->register_done
      || event->registration != TANDEM_SIP_REGISTRATION_REGISTERED
      || g_strcmp0 (event->candidate, self->deaf) == 0 || event->when < self->acted_at)
    return;
  if (!tandem_rehearsal_course_subscribes (self))
    {
      tandem_rehearsal_course_end_step (self, event->when, event->candidate);
      return;
    }
  self->register_done = TRUE;
  g_free (self->moved_to);
  self->moved_to = g_strdup (event->candidate);
  tandem_rehearsal_course_add_result (self, STEP_REGISTER, (event->when - self->acted_at) / 1000,
                                      self->deaf, event->candidate);
  if (self->mailbox_at != 0)
    add_subscription (self);
  else
    tandem_rehearsal_set_words (self, _ ("Asking for voice mail over another one"));
}

/* The first notification of the new subscription: RFC 6665 4.2.1 wants one at once. It may come before the
 * registration has moved. */
static void
take_mailbox (TandemRehearsal *self, const TandemSipEvent *event)
{
  if (self->phase != PHASE_WAIT || self->step != STEP_REGISTER || self->mailbox_at != 0
      || !event->mailbox_known || event->when < self->acted_at)
    return;
  self->mailbox_at = event->when;
  if (self->register_done)
    add_subscription (self);
}

static gboolean
on_move_stood (gpointer data)
{
  TandemRehearsal *self = data;

  self->timer = 0;
  tandem_rehearsal_course_end_step (self, self->moved_at, self->moved_to);
  return G_SOURCE_REMOVE;
}

/* A step that moved on has worked when the timeline says so, or when it did not move on once more within
 * a timeout. */
static void
take_timeline (TandemRehearsal *self, const TandemSipEvent *event)
{
  if (self->phase != PHASE_WAIT
      || g_strcmp0 (event->operation, tandem_rehearsal_course_get_operation (self->step)) != 0
      || event->to == NULL || event->when < self->acted_at)
    return;
  g_free (self->moved_to);
  self->moved_to = g_strdup (event->to);
  self->moved_at = event->when;
  if (self->step != STEP_CANCEL && self->step != STEP_BYE)
    return;
  if (g_strcmp0 (event->text, "answered") == 0)
    tandem_rehearsal_course_end_step (self, event->when, event->to);
  else
    tandem_rehearsal_course_set_timer (self, (gint64) self->timeout + TANDEM_REHEARSAL_SETTLE,
                                       on_move_stood);
}

/* What was sent to a proxy while it was not heard may fail only now, and set it aside. */
static void
take_pool (TandemRehearsal *self, const TandemSipEvent *event)
{
  for (guint i = 0; event->members != NULL && i < event->members->len; i++)
    {
      const TandemSipPoolMember *member = g_ptr_array_index (event->members, i);

      if (member->role == TANDEM_SIP_ROLE_SET_ASIDE && g_strcmp0 (member->id, self->deaf) != 0
          && g_hash_table_contains (self->healed, member->id))
        tandem_sip_client_use_again (self->client, tandem_rehearsal_course_get_id (self),
                                     member->id);
    }
}

static void
take_out_event (TandemRehearsal *self, const TandemSipEvent *event)
{
  if (event->candidate != NULL)
    {
      g_free (self->out_candidate);
      self->out_candidate = g_strdup (event->candidate);
    }
  if (self->phase != PHASE_WAIT)
    return;
  if (self->step == STEP_INVITE)
    {
      const gboolean answered = event->state == TANDEM_SIP_CALL_RINGING
                                || event->state == TANDEM_SIP_CALL_EARLY_MEDIA
                                || event->state == TANDEM_SIP_CALL_CONNECTED;

      if (answered && g_strcmp0 (event->candidate, self->deaf) != 0)
        tandem_rehearsal_course_end_step (self, event->when, event->candidate);
      else if (event->state == TANDEM_SIP_CALL_ENDED)
        {
          const gboolean final = event->remote_ended && event->code >= 300 && event->code != 408;

          tandem_rehearsal_course_end_step (self, final ? event->when : 0, self->moved_to);
        }
    }
  else if (self->step == STEP_REINVITE)
    {
      TandemCall *call = tandem_line_get_call (self->out);

      if (tandem_call_is_hold_pending (call))
        return;
      tandem_rehearsal_course_end_step (
          self, tandem_call_get_hold (call) & TANDEM_HOLD_LOCAL ? event->when : 0,
          event->candidate != NULL ? event->candidate : self->moved_to);
    }
}

static void
take_in_event (TandemRehearsal *self, const TandemSipEvent *event)
{
  if (self->phase != PHASE_WAIT)
    return;
  if (self->step == STEP_ANSWER && event->state == TANDEM_SIP_CALL_CONNECTED)
    tandem_rehearsal_course_end_step (self, event->when, self->moved_to);
  else if (event->state == TANDEM_SIP_CALL_ENDED
           && (self->step == STEP_CANCEL || self->step == STEP_BYE))
    tandem_rehearsal_course_end_step (self, event->when, self->moved_to);
  else if (event->state == TANDEM_SIP_CALL_ENDED && self->step == STEP_ANSWER)
    tandem_rehearsal_course_end_step (self, 0, NULL);
}

static void
take_info (TandemRehearsal *self, const TandemSipEvent *event)
{
  const gboolean answered = event->code != 0 && event->code != 408;

  /* The dialog goes on over the one that answered. */
  if (answered && event->candidate != NULL)
    {
      g_free (self->out_candidate);
      self->out_candidate = g_strdup (event->candidate);
    }
  tandem_rehearsal_course_end_step (self, answered ? event->when : 0, event->candidate);
}

void
tandem_rehearsal_take_event (TandemRehearsal *self, const TandemSipEvent *event)
{
  if (event->type == TANDEM_SIP_EVENT_CALL)
    {
      if (self->out != NULL && event->call == tandem_line_get_number (self->out))
        take_out_event (self, event);
      else if (self->in != NULL && event->call == tandem_line_get_number (self->in))
        take_in_event (self, event);
    }
  else if (event->type == TANDEM_SIP_EVENT_REQUEST)
    {
      if (self->phase == PHASE_WAIT && self->step == STEP_INFO && event->tag == self->tag)
        take_info (self, event);
    }
  else if (g_strcmp0 (event->account, tandem_rehearsal_course_get_id (self)) == 0)
    {
      if (event->type == TANDEM_SIP_EVENT_REGISTRATION)
        take_registration (self, event);
      else if (event->type == TANDEM_SIP_EVENT_MAILBOX)
        take_mailbox (self, event);
      else if (event->type == TANDEM_SIP_EVENT_TIMELINE)
        take_timeline (self, event);
      else if (event->type == TANDEM_SIP_EVENT_POOL)
        take_pool (self, event);
    }
}
