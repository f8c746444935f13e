/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-struct.h"

#include "words.h"

#include <glib/gi18n.h>

/* Transfer, referral and conference of a TandemCall: what it is to the other calls. Who carries it out
 * is behind TandemCallActions; who may talk when is TandemFloor's. */

#define MAX_TARGET 96

void
tandem_call_clear_transfer (TandemCall *self)
{
  g_clear_pointer (&self->transfer_text, g_free);
  g_clear_pointer (&self->referral_target, g_free);
  g_clear_object (&self->consults);
}

/* (transfer full): what was typed or what a server named, fit to stand within a sentence. */
static char *
show_target (const char *target)
{
  g_autofree char *clean = tandem_words_clean (target, MAX_TARGET);
  const char *from = clean;

  if (g_ascii_strncasecmp (from, "sip:", 4) == 0)
    from += 4;
  return tandem_words_isolate (from);
}

void
tandem_call_set_transfer (TandemCall *self, TandemTransfer transfer, char *words)
{
  if (self->state == TANDEM_CALL_ENDED)
    {
      g_free (words);
      return;
    }
  g_object_freeze_notify (G_OBJECT (self));
  tandem_call_set_string (self, &self->transfer_text, words, TANDEM_CALL_PROP_TRANSFER_TEXT);
  if (self->transfer != transfer)
    {
      self->transfer = transfer;
      tandem_call_notify (self, TANDEM_CALL_PROP_TRANSFER);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static gboolean
is_being_transferred (TandemCall *self)
{
  return self->transfer == TANDEM_TRANSFER_PENDING || self->transfer == TANDEM_TRANSFER_RINGING;
}

/**
 * tandem_call_transfer:
 * @text: whom to, as for tandem_phone_call()
 *
 * Transfer Now: the far end is put on hold and asked to call @text (REFER, RFC
 * 3515). "transfer" and "transfer-text" tell how it goes; the call ends when the
 * other one has answered, and is back, on hold, when that fails.
 *
 * Returns: %FALSE with an error when the call is not up, or is being transferred
 *   already, or @text is nothing that can be called
 */
gboolean
tandem_call_transfer (TandemCall *self, const char *text, GError **error)
{
  g_autofree char *shown = NULL;

  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (self->state != TANDEM_CALL_CONNECTED)
    return tandem_call_refuse (error, _ ("Only a call that is up can be transferred"));
  if (is_being_transferred (self))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                           _ ("This call is being transferred already"));
      return FALSE;
    }
  if (self->actions != NULL)
    return self->actions->transfer (self, text, self->actions_data, error);
  shown = show_target (text);
  tandem_call_set_held_here (self, TRUE);
  tandem_call_set_transfer (self, TANDEM_TRANSFER_PENDING,
                            g_strdup_printf (_ ("Transferring to %s…"), shown));
  return TRUE;
}

void
tandem_call_end_transferred (TandemCall *self, const char *target)
{
  g_autofree char *shown = show_target (target);
  char *words = g_strdup_printf (_ ("Transferred to %s"), shown);

  tandem_call_set_transfer (self, TANDEM_TRANSFER_DONE, g_strdup (words));
  tandem_call_end (self, "answered", words);
}

TandemTransfer
tandem_call_get_transfer (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), TANDEM_TRANSFER_NONE);
  return self->transfer;
}

const char *
tandem_call_get_transfer_text (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->transfer_text;
}

/**
 * tandem_call_dismiss_transfer:
 *
 * The agent has read why a transfer failed. One that is under way goes on.
 */
void
tandem_call_dismiss_transfer (TandemCall *self)
{
  g_return_if_fail (TANDEM_IS_CALL (self));
  if (self->transfer == TANDEM_TRANSFER_FAILED)
    tandem_call_set_transfer (self, TANDEM_TRANSFER_NONE, NULL);
}

static void
on_consulted_for_ended (TandemCall *consulted_for, TandemCall *self)
{
  if (self->consults == consulted_for)
    tandem_call_set_consults (self, NULL);
}

void
tandem_call_set_consults (TandemCall *self, TandemCall *consults)
{
  g_autoptr (TandemCall) before = NULL;

  if (self->consults == consults)
    return;
  before = g_steal_pointer (&self->consults);
  if (before != NULL)
    g_signal_handlers_disconnect_by_func (before, on_consulted_for_ended, self);
  if (consults != NULL)
    {
      self->consults = g_object_ref (consults);
      g_signal_connect_object (consults, "ended", G_CALLBACK (on_consulted_for_ended), self, 0);
    }
  tandem_call_notify (self, TANDEM_CALL_PROP_CONSULTS);
}

TandemCall *
tandem_call_get_consults (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->consults;
}

gboolean
tandem_call_has_floor (TandemCall *self)
{
  switch (self->state)
    {
    case TANDEM_CALL_CALLING:
    case TANDEM_CALL_DISCONNECTED:
    case TANDEM_CALL_RINGING_THERE:
    case TANDEM_CALL_EARLY_MEDIA:
    case TANDEM_CALL_ANSWERING:
    case TANDEM_CALL_CONNECTED:
      return self->takes_floor || (!self->apart && (!self->held_here || self->retrieving));
    case TANDEM_CALL_RINGING_HERE:
      return self->takes_floor;
    case TANDEM_CALL_REDIRECTED:
    case TANDEM_CALL_ENDED:
    default:
      return FALSE;
    }
}

gboolean
tandem_call_had_floor (TandemCall *self)
{
  return self->state == TANDEM_CALL_ENDED && !self->apart && !self->held_here
         && (!self->incoming || self->connected_at != 0);
}

void
tandem_call_take_floor (TandemCall *self)
{
  self->takes_floor = TRUE;
  g_signal_emit_by_name (self, "takes-floor");
  self->apart = FALSE;
  tandem_call_set_notice (self, NULL);
}

void
tandem_call_keep_apart (TandemCall *self, const char *problem)
{
  tandem_call_finish_hold (self, TRUE, NULL);
  if (self->state != TANDEM_CALL_ENDED)
    tandem_call_set_string (self, &self->hold_problem, g_strdup (problem),
                            TANDEM_CALL_PROP_HOLD_PROBLEM);
}

void
tandem_call_begin_hold (TandemCall *self, gboolean hold)
{
  self->retrieving = !hold;
  tandem_call_set_hold_pending (self, TRUE);
}

void
tandem_call_set_apart (TandemCall *self)
{
  if (!tandem_call_has_floor (self))
    return;
  self->apart = TRUE;
  self->retrieving = FALSE;
  if (self->actions != NULL)
    self->actions->set_apart (self, self->actions_data);
  else if (self->state == TANDEM_CALL_CONNECTED)
    tandem_call_set_held_here (self, TRUE);
}

gboolean
tandem_call_is_apart (TandemCall *self)
{
  return self->apart;
}

void
tandem_call_set_in_conference (TandemCall *self, gboolean in_conference)
{
  if (self->in_conference == in_conference)
    return;
  self->in_conference = in_conference;
  if (self->actions != NULL && self->state != TANDEM_CALL_ENDED)
    self->actions->set_in_conference (self, in_conference, self->actions_data);
  tandem_call_notify (self, TANDEM_CALL_PROP_IN_CONFERENCE);
  if (!in_conference && self->state != TANDEM_CALL_ENDED)
    tandem_call_set_party_muted (self, FALSE, NULL);
}

gboolean
tandem_call_is_in_conference (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  return self->in_conference;
}

/**
 * tandem_call_set_party_muted:
 * @muted: whether nobody shall hear this far end, neither the agent nor a conference
 *
 * Returns: %FALSE with an error when the call is not up
 */
gboolean
tandem_call_set_party_muted (TandemCall *self, gboolean muted, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  muted = !!muted;
  if (self->party_muted == muted)
    return TRUE;
  if (self->state != TANDEM_CALL_CONNECTED)
    return tandem_call_refuse (error, _ ("This call is not up"));
  self->party_muted = muted;
  if (self->actions != NULL)
    self->actions->set_party_muted (self, muted, self->actions_data);
  tandem_call_notify (self, TANDEM_CALL_PROP_PARTY_MUTED);
  return TRUE;
}

gboolean
tandem_call_is_party_muted (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  return self->party_muted;
}

void
tandem_call_set_referral_target (TandemCall *self, const char *target)
{
  tandem_call_set_string (self, &self->referral_target,
                          target != NULL ? tandem_words_clean (target, MAX_TARGET) : NULL,
                          TANDEM_CALL_PROP_REFERRAL_TARGET);
}

const char *
tandem_call_get_referral_target (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->referral_target;
}

/**
 * tandem_call_answer_referral:
 * @accept: whether to call "referral-target"
 *
 * The far end asked for being called on elsewhere (REFER), and the agent decides.
 *
 * Returns: %FALSE with an error when nothing is asked
 */
gboolean
tandem_call_answer_referral (TandemCall *self, gboolean accept, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  if (self->referral_target == NULL)
    return tandem_call_refuse (error, _ ("The other side has not asked for anything"));
  if (self->actions != NULL)
    self->actions->answer_referral (self, accept, self->actions_data);
  tandem_call_set_referral_target (self, NULL);
  return TRUE;
}

void
tandem_call_set_auto_answer_in (TandemCall *self, gint ms)
{
  if (self->auto_answer_in == ms)
    return;
  self->auto_answer_in = ms;
  tandem_call_notify (self, TANDEM_CALL_PROP_AUTO_ANSWER_IN);
}

void
tandem_call_set_other_party (TandemCall *self, const char *uri, const char *name)
{
  g_object_freeze_notify (G_OBJECT (self));
  tandem_call_set_string (self, &self->peer.name, NULL, TANDEM_CALL_PROP_PEER_NAME);
  tandem_call_set_peer (self, uri != NULL ? uri : "", name);
  g_object_thaw_notify (G_OBJECT (self));
}
