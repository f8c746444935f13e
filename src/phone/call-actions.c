/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-struct.h"

#include "words.h"

#include <glib/gi18n.h>

/* What the agent does with a TandemCall: each checks whether the state allows it, and lets
 * TandemCallActions carry it out. */

static const char *
outcome_of_local_end (TandemCall *self)
{
  if (self->connected_at != 0 || self->state == TANDEM_CALL_ANSWERING)
    return "answered";
  return self->incoming ? "declined" : "cancelled";
}

gboolean
tandem_call_refuse (GError **error, const char *words)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, words);
  return FALSE;
}

/**
 * tandem_call_answer:
 *
 * Answers a call that rings here.
 *
 * Returns: %FALSE with an error when it does not ring here, or when there is no
 *   codec in common; the call has then failed
 */
gboolean
tandem_call_answer (TandemCall *self, GError **error)
{
  g_autoptr (TandemCall) kept = NULL;
  gboolean answered = TRUE;

  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  kept = g_object_ref (self);
  if (self->state != TANDEM_CALL_RINGING_HERE)
    return tandem_call_refuse (error, _ ("This call does not ring here"));
  tandem_call_take_floor (self);
  if (self->actions == NULL)
    tandem_call_set_state (self, TANDEM_CALL_CONNECTED);
  else
    answered = self->actions->answer (self, self->actions_data, error);
  if (answered && self->state == TANDEM_CALL_RINGING_HERE)
    tandem_call_set_state (self, TANDEM_CALL_ANSWERING);
  self->takes_floor = FALSE;
  return answered;
}

static gboolean
decline_with (TandemCall *self, guint code, GError **error)
{
  if (self->state != TANDEM_CALL_RINGING_HERE)
    return tandem_call_refuse (error, _ ("This call does not ring here"));
  if (self->actions != NULL)
    self->actions->decline (self, code, self->actions_data);
  tandem_call_end (self, "declined", NULL);
  return TRUE;
}

/**
 * tandem_call_decline:
 *
 * Refuses a call that rings here, with the status of the setting "decline-code".
 * The call leaves the list at once.
 */
gboolean
tandem_call_decline (TandemCall *self, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  return decline_with (self, 0, error);
}

/**
 * tandem_call_decline_with:
 * @code: a SIP status, 400 to 699
 *
 * The same with a reason: 486 busy, 480 not available, 603 declined everywhere.
 */
gboolean
tandem_call_decline_with (TandemCall *self, guint code, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  if (code < 400 || code > 699)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("A call is declined with a status from 400 to 699"));
      return FALSE;
    }
  return decline_with (self, code, error);
}

/**
 * tandem_call_redirect:
 * @text: as for tandem_phone_call()
 *
 * Sends the caller of a call that rings here elsewhere: 302 (RFC 3261 21.3.3).
 *
 * Returns: %FALSE with an error when the call does not ring here, or @text is
 *   nothing that can be called; the call rings on then
 */
gboolean
tandem_call_redirect (TandemCall *self, const char *text, GError **error)
{
  g_autofree char *shown = NULL, *words = NULL;

  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (self->state != TANDEM_CALL_RINGING_HERE)
    return tandem_call_refuse (error, _ ("This call does not ring here"));
  if (self->actions != NULL && !self->actions->redirect (self, text, self->actions_data, error))
    return FALSE;
  shown = tandem_words_isolate (text);
  words = g_strdup_printf (_ ("Sent on to %s"), shown);
  tandem_call_end (self, "declined", g_steal_pointer (&words));
  return TRUE;
}

/**
 * tandem_call_hang_up:
 *
 * Ends the call, whatever its state. It leaves the list at once; CANCEL, BYE or
 * the refusal go on behind it.
 */
gboolean
tandem_call_hang_up (TandemCall *self, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  if (self->state == TANDEM_CALL_ENDED)
    return tandem_call_refuse (error, _ ("This call has ended already"));
  if (self->state == TANDEM_CALL_RINGING_HERE)
    return tandem_call_decline (self, error);
  if (self->actions != NULL)
    self->actions->hang_up (self, self->actions_data);
  tandem_call_end (self, outcome_of_local_end (self), NULL);
  return TRUE;
}

/**
 * tandem_call_set_muted:
 *
 * Keeps the agent's voice from this call, or no longer. May be set before the
 * call is answered.
 */
gboolean
tandem_call_set_muted (TandemCall *self, gboolean muted, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  muted = !!muted;
  if (self->state == TANDEM_CALL_ENDED)
    return tandem_call_refuse (error, _ ("This call has ended already"));
  if (self->muted == muted)
    return TRUE;
  self->muted = muted;
  if (self->actions != NULL)
    self->actions->set_muted (self, muted, self->actions_data);
  tandem_call_notify (self, TANDEM_CALL_PROP_MUTED);
  return TRUE;
}

/**
 * tandem_call_follow_redirect:
 *
 * Calls the "target" of a %TANDEM_CALL_REDIRECTED call; the row stays the same.
 */
gboolean
tandem_call_follow_redirect (TandemCall *self, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  if (self->state != TANDEM_CALL_REDIRECTED || self->target == NULL)
    return tandem_call_refuse (error, _ ("This call was not redirected"));
  if (self->actions != NULL
      && !self->actions->follow (self, self->target, self->actions_data, error))
    return FALSE;
  tandem_call_set_peer (self, self->target, NULL);
  tandem_call_set_string (self, &self->peer.name, NULL, TANDEM_CALL_PROP_PEER_NAME);
  tandem_call_notify (self, TANDEM_CALL_PROP_TITLE);
  tandem_call_set_state (self, TANDEM_CALL_CALLING);
  return TRUE;
}

static gboolean
carry_out_hold (TandemCall *self, gboolean hold, GError **error)
{
  if (self->actions == NULL)
    {
      self->apart = FALSE;
      tandem_call_set_held_here (self, hold);
      return TRUE;
    }
  self->retrieving = !hold;
  tandem_call_set_hold_pending (self, TRUE);
  if (self->actions->set_hold (self, hold, self->actions_data, error))
    return TRUE;
  self->retrieving = FALSE;
  tandem_call_set_hold_pending (self, FALSE);
  return FALSE;
}

/* A call that was set apart may be taken back before the far end knows of it. */
static gboolean
change_hold (TandemCall *self, gboolean hold, GError **error)
{
  gboolean begun;

  if (self->state != TANDEM_CALL_CONNECTED)
    return tandem_call_refuse (error, _ ("Only a call that is up can be put on hold"));
  if (self->hold_pending && (hold || !self->apart))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                           _ ("The last change of this call is still under way"));
      return FALSE;
    }
  if (hold && self->held_here)
    return tandem_call_refuse (error, _ ("This call is on hold already"));
  if (!hold && !self->held_here && !self->apart)
    return tandem_call_refuse (error, self->held_there ? _ ("The other side holds this call")
                                                       : _ ("This call is not on hold"));

  tandem_call_dismiss_hold_problem (self);
  if (!hold)
    tandem_call_take_floor (self);
  begun = carry_out_hold (self, hold, error);
  self->takes_floor = FALSE;
  return begun;
}

/**
 * tandem_call_hold:
 *
 * Puts the other side on hold: a re-INVITE (RFC 3264 8.4), tried once more over
 * another proxy behind the scene. The agent's voice stops at once; "hold"
 * changes when the other side has agreed. When it fails, the call is as it was,
 * and "hold-problem" says why.
 *
 * Returns: %FALSE with an error (%G_IO_ERROR_PENDING while a change is under way)
 */
gboolean
tandem_call_hold (TandemCall *self, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  return change_hold (self, TRUE, error);
}

/**
 * tandem_call_retrieve:
 *
 * Takes the call back from hold, as tandem_call_hold() puts it there. When the
 * other side holds too, it goes on holding.
 *
 * Returns: %FALSE with an error (%G_IO_ERROR_PENDING while a change is under way)
 */
gboolean
tandem_call_retrieve (TandemCall *self, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  return change_hold (self, FALSE, error);
}

/**
 * tandem_call_dismiss_hold_problem:
 *
 * The agent has read "hold-problem".
 */
void
tandem_call_dismiss_hold_problem (TandemCall *self)
{
  g_return_if_fail (TANDEM_IS_CALL (self));
  tandem_call_set_string (self, &self->hold_problem, NULL, TANDEM_CALL_PROP_HOLD_PROBLEM);
}

/**
 * tandem_call_keep_trying:
 *
 * The agent wants to wait on for the confirmation of an answer. The question
 * does not come again; the answer is sent on to all proxies until 32 s are over.
 *
 * Returns: %FALSE with an error when the call is not unconfirmed
 */
gboolean
tandem_call_keep_trying (TandemCall *self, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  if (!self->unconfirmed)
    return tandem_call_refuse (error, _ ("No answer is waiting to be confirmed"));
  self->kept_trying = TRUE;
  tandem_call_set_unconfirmed (self, FALSE);
  return TRUE;
}
