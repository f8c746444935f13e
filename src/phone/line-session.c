/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "line-struct.h"

#include "reason-words.h"

#include <glib/gi18n.h>

/* The session of a TandemLine (RFC 3264): offers and answers, hold, a new address. It changes one step at
 * a time: what is wanted while a change is under way waits for its end. */

/* (transfer full) (nullable): what was made while it rang, unless the network has changed since. */
static char *
take_early_answer (TandemLine *self)
{
  g_autofree char *sdp = g_steal_pointer (&self->early_answer);
  g_autofree char *address = NULL;

  if (sdp == NULL)
    return NULL;
  address
      = tandem_sip_client_get_local_address (self->client, tandem_call_get_account (self->call));
  if (g_strcmp0 (address, self->leg_address) == 0)
    return g_steal_pointer (&sdp);
  tandem_line_drop_leg (self);
  return NULL;
}

char *
tandem_line_make_answer (TandemLine *self, GError **error)
{
  char *sdp = take_early_answer (self);

  if (sdp != NULL || !tandem_line_make_leg (self, error))
    return sdp;
  return self->offer != NULL ? tandem_leg_answer_offer (self->leg, self->offer, error)
                             : tandem_leg_create_offer (self->leg);
}

/* The leg is prepared already: offers what it wants. */
static gboolean
offer (TandemLine *self, TandemChange change, GError **error)
{
  g_autofree char *sdp = tandem_leg_create_offer (self->leg);

  if (sdp == NULL)
    {
      tandem_leg_cancel_offer (self->leg);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _ ("No codec is available: install the missing GStreamer plugins"));
      return FALSE;
    }
  self->change = change;
  tandem_sip_client_offer (self->client, self->number, sdp);
  return TRUE;
}

static gboolean
offer_hold (TandemLine *self, gboolean hold, GError **error)
{
  tandem_leg_set_hold (self->leg, hold);
  return offer (self, hold ? TANDEM_CHANGE_HOLD : TANDEM_CHANGE_RETRIEVE, error);
}

/* Hold that the far end was never told of ends without it, too. */
gboolean
tandem_line_set_hold (TandemLine *self, gboolean hold, GError **error)
{
  if (self->leg == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                           _ ("This call has no sound yet"));
      return FALSE;
    }
  tandem_line_apply_ears (self);
  if (self->change != TANDEM_CHANGE_NONE)
    {
      const TandemChange wanted = hold ? TANDEM_CHANGE_HOLD : TANDEM_CHANGE_RETRIEVE;

      self->next_hold = wanted != self->change ? wanted : TANDEM_CHANGE_NONE;
      return TRUE;
    }
  if (hold || self->told_of_hold)
    return offer_hold (self, hold, error);
  tandem_call_finish_hold (self->call, FALSE, NULL);
  tandem_line_apply_ears (self);
  return TRUE;
}

/* Another call is talked in. No sound from now on, whatever the far end says to the hold. */
void
tandem_line_take_apart (TandemLine *self)
{
  g_autoptr (GError) error = NULL;

  tandem_line_apply_ears (self);
  if (self->leg == NULL || tandem_call_get_state (self->call) != TANDEM_CALL_CONNECTED)
    return;
  tandem_call_begin_hold (self->call, TRUE);
  if (self->change == TANDEM_CHANGE_HOLD)
    self->next_hold = TANDEM_CHANGE_NONE;
  else if (self->change != TANDEM_CHANGE_NONE)
    self->next_hold = TANDEM_CHANGE_HOLD;
  else if (!offer_hold (self, TRUE, &error))
    tandem_call_keep_apart (self->call, error->message);
}

/* The network changed: the far end is told where we are now. */
void
tandem_line_move (TandemLine *self)
{
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  self->moved_at = g_get_monotonic_time ();
  if (self->leg == NULL)
    return;
  if (self->change != TANDEM_CHANGE_NONE)
    {
      self->next_move = TRUE;
      return;
    }
  address
      = tandem_sip_client_get_local_address (self->client, tandem_call_get_account (self->call));
  if (!tandem_leg_set_address (self->leg, address, &error)
      || !offer (self, TANDEM_CHANGE_ADDRESS, &error))
    {
      g_message ("call %u cannot move: %s", self->number, error->message);
      tandem_call_set_notice (self->call, _ ("The sound of this call has failed"));
    }
}

static void
start_next_change (TandemLine *self)
{
  const TandemChange hold = self->next_hold;
  g_autoptr (GError) error = NULL;

  self->next_hold = TANDEM_CHANGE_NONE;
  if (self->leg == NULL)
    return;
  if (hold != TANDEM_CHANGE_NONE)
    {
      tandem_call_begin_hold (self->call, hold == TANDEM_CHANGE_HOLD);
      if (!offer_hold (self, hold == TANDEM_CHANGE_HOLD, &error))
        tandem_call_finish_hold (self->call, FALSE, error->message);
    }
  else if (self->next_move)
    {
      self->next_move = FALSE;
      tandem_line_move (self);
    }
}

/* problem: (nullable): it failed, and the far end is where it was. */
static void
finish_hold (TandemLine *self, const char *problem)
{
  if (problem == NULL)
    {
      self->told_of_hold = TRUE;
      tandem_call_finish_hold (self->call, TRUE, NULL);
    }
  else if (self->next_hold == TANDEM_CHANGE_RETRIEVE)
    {
      self->next_hold = TANDEM_CHANGE_NONE;
      tandem_call_finish_hold (self->call, FALSE, NULL);
    }
  else if (tandem_call_is_apart (self->call))
    tandem_call_keep_apart (self->call, problem);
  else
    tandem_call_finish_hold (self->call, TRUE, problem);
}

static void
finish_retrieve (TandemLine *self, const char *problem)
{
  if (problem == NULL)
    {
      self->told_of_hold = FALSE;
      tandem_call_finish_hold (self->call, FALSE, NULL);
    }
  else if (self->next_hold == TANDEM_CHANGE_HOLD)
    {
      self->next_hold = TANDEM_CHANGE_NONE;
      tandem_call_finish_hold (self->call, TRUE, NULL);
    }
  else
    tandem_call_finish_hold (self->call, FALSE, problem);
}

/* problem: (nullable): it failed, and all is as it was. */
static void
finish_change (TandemLine *self, const char *problem)
{
  const TandemChange change = self->change;

  self->change = TANDEM_CHANGE_NONE;
  if (problem != NULL)
    tandem_leg_cancel_offer (self->leg);
  if (change == TANDEM_CHANGE_HOLD)
    finish_hold (self, problem);
  else if (change == TANDEM_CHANGE_RETRIEVE)
    finish_retrieve (self, problem);
  else if (change == TANDEM_CHANGE_ADDRESS && problem != NULL)
    tandem_call_set_notice (self->call, problem);
  tandem_line_apply_ears (self);
  start_next_change (self);
  tandem_line_go_on_with_transfer (self);
}

static void
fail_change (TandemLine *self, guint code, const char *text)
{
  g_autofree char *words = tandem_reason_words_for_change (
      self->change == TANDEM_CHANGE_HOLD       ? TANDEM_REASON_HOLD
      : self->change == TANDEM_CHANGE_RETRIEVE ? TANDEM_REASON_RETRIEVE
                                               : TANDEM_REASON_MOVE,
      code, text);

  finish_change (self, words);
}

/* An answer of the far end. FALSE: it fits nothing that we offered. */
gboolean
tandem_line_take_answer (TandemLine *self, const char *sdp)
{
  g_autoptr (GError) error = NULL;

  if (self->leg == NULL)
    return TRUE;
  if (sdp != NULL && !tandem_leg_set_answer (self->leg, sdp, &error))
    {
      g_message ("answer of call %u: %s", self->number, error->message);
      return FALSE;
    }
  tandem_leg_start (self->leg);
  return TRUE;
}

void
tandem_line_take_offer (TandemLine *self, const char *sdp)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *reply = NULL;

  if (self->leg != NULL)
    reply = sdp != NULL ? tandem_leg_answer_offer (self->leg, sdp, &error)
                        : tandem_leg_create_offer (self->leg);
  if (error != NULL)
    g_message ("offer within call %u: %s", self->number, error->message);
  tandem_sip_client_answer_offer (self->client, self->number, reply);
}

/* FALSE: the call is to be told too. */
gboolean
tandem_line_take_result_of_change (TandemLine *self, const TandemSipEvent *event)
{
  g_autoptr (GError) error = NULL;

  if (event->code >= 300)
    {
      if (self->change != TANDEM_CHANGE_NONE && self->leg != NULL)
        fail_change (self, event->code, event->text);
      return TRUE;
    }
  if (self->change == TANDEM_CHANGE_NONE || event->sdp == NULL || self->leg == NULL)
    return FALSE;
  if (tandem_leg_set_answer (self->leg, event->sdp, &error))
    finish_change (self, NULL);
  else
    {
      g_message ("answer to a change of call %u: %s", self->number, error->message);
      fail_change (self, 488, NULL);
    }
  return TRUE;
}
