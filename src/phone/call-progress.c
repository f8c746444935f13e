/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-struct.h"

#include "reason-words.h"
#include "words.h"

#include <glib/gi18n.h>

/* What happens to a TandemCall: the events of the SIP thread, the passing of time, and what the line
 * tells of hold. */

#define MAX_NAME 96
#define MAX_URI 512
#define LATE_AFTER 1         /* s without the other side's confirmation until it is said */
#define UNCONFIRMED_AFTER 10 /* s until the agent is asked */

char *
tandem_call_work_out_status_text (TandemCall *self)
{
  switch (self->state)
    {
    case TANDEM_CALL_CALLING:
      return g_strdup (self->rerouted ? _ ("Trying another route…") : _ ("Calling…"));
    case TANDEM_CALL_DISCONNECTED:
      return g_strdup (_ ("Trying another route…"));
    case TANDEM_CALL_RINGING_THERE:
      return g_strdup (_ ("Ringing…"));
    case TANDEM_CALL_EARLY_MEDIA:
      return g_strdup (_ ("Connecting…"));
    case TANDEM_CALL_RINGING_HERE:
      return g_strdup (_ ("Incoming Call"));
    case TANDEM_CALL_ANSWERING:
      return g_strdup (self->answer_is_late ? _ ("Answering… not yet confirmed")
                                            : _ ("Answering…"));
    case TANDEM_CALL_CONNECTED:
      if (self->held_here)
        return g_strdup (_ ("On Hold"));
      return g_strdup (self->held_there ? _ ("Held by the Other Side") : _ ("In Call"));
    case TANDEM_CALL_REDIRECTED:
      return g_strdup (_ ("Redirected"));
    case TANDEM_CALL_ENDED:
    default:
      return g_strdup (self->failure != NULL ? self->failure : _ ("Call ended"));
    }
}

static guint
seconds_since (TandemCall *self, gint64 since)
{
  return since != 0 ? (guint) (MAX (tandem_call_get_now (self) - since, 0) / G_USEC_PER_SEC) : 0;
}

static void
set_uint (TandemCall *self, guint *field, guint value, guint property)
{
  if (*field == value)
    return;
  *field = value;
  tandem_call_notify (self, property);
}

void
tandem_call_set_boolean (TandemCall *self, gboolean *field, gboolean value, guint property)
{
  if (*field == value)
    return;
  *field = value;
  tandem_call_notify (self, property);
}

static void
update_status_text (TandemCall *self)
{
  tandem_call_set_string (self, &self->status_text, tandem_call_work_out_status_text (self),
                          TANDEM_CALL_PROP_STATUS_TEXT);
}

void
tandem_call_set_unconfirmed (TandemCall *self, gboolean unconfirmed)
{
  tandem_call_set_boolean (self, &self->unconfirmed, unconfirmed, TANDEM_CALL_PROP_UNCONFIRMED);
}

/* Somebody is kept waiting by us: the agent is reminded, again and again. */
static void
update_reminder (TandemCall *self)
{
  const guint waited = self->held_here ? seconds_since (self, self->held_here_since) : 0;
  const guint due = self->remind_after != 0 ? waited / self->remind_after : 0;

  tandem_call_set_boolean (self, &self->hold_reminder, due > 0, TANDEM_CALL_PROP_HOLD_REMINDER);
  if (due > self->reminders)
    {
      self->reminders = due;
      g_signal_emit_by_name (self, "remind");
    }
}

void
tandem_call_set_remind_after (TandemCall *self, guint seconds)
{
  if (self->remind_after == seconds)
    return;
  self->remind_after = seconds;
  self->reminders
      = seconds != 0 && self->held_here ? seconds_since (self, self->held_here_since) / seconds : 0;
  update_reminder (self);
}

void
tandem_call_update_clocks (TandemCall *self)
{
  if (self->state == TANDEM_CALL_ANSWERING)
    {
      const guint waited = seconds_since (self, self->answering_since);

      self->answer_is_late = waited >= LATE_AFTER;
      update_status_text (self);
      if (waited >= UNCONFIRMED_AFTER && !self->kept_trying)
        tandem_call_set_unconfirmed (self, TRUE);
      return;
    }
  set_uint (self, &self->duration, seconds_since (self, self->connected_at),
            TANDEM_CALL_PROP_DURATION);
  set_uint (self, &self->hold_duration,
            self->hold != TANDEM_HOLD_NONE ? seconds_since (self, self->hold_since) : 0,
            TANDEM_CALL_PROP_HOLD_DURATION);
  update_reminder (self);
}

static gboolean
on_second (gpointer data)
{
  tandem_call_update_clocks (data);
  return G_SOURCE_CONTINUE;
}

void
tandem_call_set_timer (TandemCall *self, gboolean wanted)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (wanted && self->frozen_now == 0)
    self->timer = g_timeout_add (1000, on_second, self);
}

void
tandem_call_set_state (TandemCall *self, TandemCallState state)
{
  const gboolean changed = self->state != state;

  if (changed && state == TANDEM_CALL_CONNECTED && self->connected_at == 0)
    self->connected_at = tandem_call_get_now (self);
  if (changed && state == TANDEM_CALL_ANSWERING)
    self->answering_since = tandem_call_get_now (self);
  if (changed)
    {
      self->state = state;
      tandem_call_set_timer (self,
                             state == TANDEM_CALL_CONNECTED || state == TANDEM_CALL_ANSWERING);
      if (state != TANDEM_CALL_ANSWERING)
        tandem_call_set_unconfirmed (self, FALSE);
      tandem_call_notify (self, TANDEM_CALL_PROP_STATE);
    }
  update_status_text (self);
}

/* The words change with it, and its clock begins anew. */
static void
update_hold (TandemCall *self)
{
  const TandemHold hold = (self->held_here ? TANDEM_HOLD_LOCAL : TANDEM_HOLD_NONE)
                          | (self->held_there ? TANDEM_HOLD_REMOTE : TANDEM_HOLD_NONE);

  if (self->hold == hold)
    return;
  self->hold = hold;
  self->hold_since = tandem_call_get_now (self);
  tandem_call_notify (self, TANDEM_CALL_PROP_HOLD);
  update_status_text (self);
  tandem_call_update_clocks (self);
}

void
tandem_call_set_hold_pending (TandemCall *self, gboolean pending)
{
  tandem_call_set_boolean (self, &self->hold_pending, pending, TANDEM_CALL_PROP_HOLD_PENDING);
}

void
tandem_call_set_held_here (TandemCall *self, gboolean held)
{
  if (held && !self->held_here)
    {
      self->held_here_since = tandem_call_get_now (self);
      self->reminders = 0;
    }
  self->held_here = held;
  update_hold (self);
  update_reminder (self);
}

void
tandem_call_set_held_there (TandemCall *self, gboolean held)
{
  self->held_there = held;
  update_hold (self);
}

void
tandem_call_finish_hold (TandemCall *self, gboolean held, const char *problem)
{
  if (self->state == TANDEM_CALL_ENDED)
    return;
  g_object_freeze_notify (G_OBJECT (self));
  self->retrieving = FALSE;
  if (problem == NULL)
    tandem_call_set_held_here (self, held);
  tandem_call_set_string (self, &self->hold_problem, g_strdup (problem),
                          TANDEM_CALL_PROP_HOLD_PROBLEM);
  tandem_call_set_hold_pending (self, FALSE);
  g_object_thaw_notify (G_OBJECT (self));
}

void
tandem_call_end (TandemCall *self, const char *outcome, char *failure)
{
  if (self->state == TANDEM_CALL_ENDED)
    {
      g_free (failure);
      return;
    }

  g_object_ref (self);
  g_object_freeze_notify (G_OBJECT (self));
  tandem_call_update_clocks (self);
  self->outcome = outcome;
  tandem_call_set_string (self, &self->failure, failure, TANDEM_CALL_PROP_FAILURE);
  tandem_call_set_notice (self, NULL);
  tandem_call_set_hold_pending (self, FALSE);
  tandem_call_set_boolean (self, &self->hold_reminder, FALSE, TANDEM_CALL_PROP_HOLD_REMINDER);
  tandem_call_set_auto_answer_in (self, -1);
  tandem_call_set_in_conference (self, FALSE);
  tandem_call_set_referral_target (self, NULL);
  tandem_call_set_string (self, &self->hold_problem, NULL, TANDEM_CALL_PROP_HOLD_PROBLEM);
  tandem_call_set_state (self, TANDEM_CALL_ENDED);
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit_by_name (self, "ended");
  g_object_unref (self);
}

/* A re-INVITE that failed says nothing of the call. */
static gboolean
is_failed_change (const TandemSipEvent *event)
{
  return event->type == TANDEM_SIP_EVENT_CALL && event->state == TANDEM_SIP_CALL_CONNECTED
         && event->code >= 300;
}

static void
take_common (TandemCall *self, const TandemSipEvent *event)
{
  if (event->sip_call_id != NULL)
    tandem_call_set_string (self, &self->sip_call_id,
                            tandem_words_clean (event->sip_call_id, MAX_URI),
                            TANDEM_CALL_PROP_SIP_CALL_ID);
  if (event->headers != NULL && event->headers != self->headers)
    {
      g_clear_pointer (&self->headers, g_hash_table_unref);
      self->headers = g_hash_table_ref (event->headers);
      tandem_call_notify (self, TANDEM_CALL_PROP_HEADERS);
    }
  if (event->queue != NULL)
    tandem_call_set_string (self, &self->queue, tandem_words_clean (event->queue, MAX_NAME),
                            TANDEM_CALL_PROP_QUEUE);
  tandem_call_add_proxy (self, event->candidate);
  if (event->peer_uri != NULL || event->peer_name != NULL)
    tandem_call_set_peer (self, event->peer_uri, event->peer_name);
  if (event->code != 0 && !is_failed_change (event))
    self->code = event->code;
  if (event->attempt != 0)
    self->attempt = event->attempt;
}

static void
take_end (TandemCall *self, const TandemSipEvent *event)
{
  const gboolean connected = self->connected_at != 0;
  char *failure = NULL;

  if (event->answered_elsewhere)
    {
      tandem_call_end (self, "elsewhere", g_strdup (_ ("Answered elsewhere")));
      return;
    }
  if (connected)
    {
      if (event->remote_ended || event->code >= 300 || event->reason != NULL)
        failure = tandem_reason_words_for_call (event->code, event->text, event->reason, TRUE);
      tandem_call_end (self, "answered", failure);
      return;
    }
  if (self->incoming)
    {
      if (self->state == TANDEM_CALL_ANSWERING)
        {
          failure = g_strdup (_ ("The answer was never confirmed: the call is lost"));
          tandem_call_end (self, "failed", failure);
        }
      else
        tandem_call_end (self, "missed", NULL);
      return;
    }

  failure = tandem_reason_words_for_call (event->code, event->text, event->reason, FALSE);
  if (failure == NULL)
    failure = g_strdup (_ ("The call failed"));
  tandem_call_end (self, event->code == 486 || event->code == 600 ? "busy" : "failed", failure);
}

static void
take_state (TandemCall *self, const TandemSipEvent *event)
{
  if (self->state == TANDEM_CALL_ENDED)
    return;

  switch (event->state)
    {
    case TANDEM_SIP_CALL_TRYING:
      if (event->attempt > 1 && !self->rerouted)
        {
          self->rerouted = TRUE;
          tandem_call_notify (self, TANDEM_CALL_PROP_REROUTED);
        }
      tandem_call_set_state (self, TANDEM_CALL_CALLING);
      break;
    case TANDEM_SIP_CALL_DISCONNECTED:
      tandem_call_set_state (self, TANDEM_CALL_DISCONNECTED);
      if (!self->rerouted)
        {
          self->rerouted = TRUE;
          tandem_call_notify (self, TANDEM_CALL_PROP_REROUTED);
        }
      break;
    case TANDEM_SIP_CALL_RINGING:
      if (self->state != TANDEM_CALL_EARLY_MEDIA)
        tandem_call_set_state (self, TANDEM_CALL_RINGING_THERE);
      break;
    case TANDEM_SIP_CALL_EARLY_MEDIA:
      tandem_call_set_state (self, TANDEM_CALL_EARLY_MEDIA);
      break;
    case TANDEM_SIP_CALL_ANSWERING:
      tandem_call_set_state (self, TANDEM_CALL_ANSWERING);
      break;
    case TANDEM_SIP_CALL_CONNECTED:
      tandem_call_set_state (self, TANDEM_CALL_CONNECTED);
      break;
    case TANDEM_SIP_CALL_REDIRECT:
      tandem_call_set_string (self, &self->target, tandem_words_clean (event->target, MAX_URI),
                              TANDEM_CALL_PROP_TARGET);
      tandem_call_set_state (self, TANDEM_CALL_REDIRECTED);
      break;
    case TANDEM_SIP_CALL_ENDED:
      /* The question to the agent stays, although the first call is over. */
      if (self->state != TANDEM_CALL_REDIRECTED)
        take_end (self, event);
      break;
    default:
      break;
    }
}

void
tandem_call_handle_event (TandemCall *self, const TandemSipEvent *event)
{
  g_object_ref (self);
  g_object_freeze_notify (G_OBJECT (self));
  take_common (self, event);
  g_object_thaw_notify (G_OBJECT (self));
  if (event->type == TANDEM_SIP_EVENT_CALL)
    take_state (self, event);
  g_object_unref (self);
}

void
tandem_call_fail (TandemCall *self, const char *words)
{
  tandem_call_end (self, self->connected_at != 0 ? "answered" : "failed", g_strdup (words));
}
