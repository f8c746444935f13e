/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-private.h"

#include "farewell.h"
#include "identity.h"
#include "message.h"
#include "replacement.h"

#include <string.h>

/* See call.h: what outgoing and incoming calls have in common. */

TandemSipCall *
tandem_sip_call_new (TandemSipAccount *account, guint id, gboolean incoming)
{
  TandemSipCall *self = g_new0 (TandemSipCall, 1);

  self->engine = account->engine;
  self->account = account;
  self->id = id;
  self->incoming = incoming;
  self->early = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) tandem_sip_dialog_unref);
  tandem_sip_session_init (self);
  g_hash_table_replace (self->engine->calls, GUINT_TO_POINTER (id), self);
  return self;
}

TandemSipCall *
tandem_sip_call_find (TandemEngine *engine, guint id)
{
  return g_hash_table_lookup (engine->calls, GUINT_TO_POINTER (id));
}

void
tandem_sip_call_free (TandemSipCall *self)
{
  TandemErrand *invite = g_steal_pointer (&self->invite);

  tandem_sip_session_clear (self);
  tandem_timer_stop (&self->ringing);
  tandem_timer_stop (&self->doubt);
  if (invite != NULL)
    {
      tandem_errand_cancel (invite);
      tandem_errand_unref (invite);
    }
  if (self->dialog != NULL && self->dialog->call == self)
    self->dialog->call = NULL;
  g_clear_pointer (&self->dialog, tandem_sip_dialog_unref);
  g_hash_table_unref (self->early);
  g_clear_pointer (&self->answer, tandem_answer_free);
  if (self->transaction != NULL)
    belle_sip_transaction_set_application_data (BELLE_SIP_TRANSACTION (self->transaction), NULL);
  g_clear_pointer (&self->transaction, belle_sip_object_unref);
  g_clear_pointer (&self->request, belle_sip_object_unref);
  if (self->answer_data_free != NULL)
    self->answer_data_free (self->answer_data);
  g_free (self->sip_call_id);
  g_free (self->last_sdp);
  g_free (self->sent_sdp);
  g_free (self->uri);
  g_clear_pointer (&self->headers, g_hash_table_unref);
  g_free (self->offer);
  g_free (self->tag);
  g_free (self);
}

TandemSipEvent *
tandem_sip_call_event (TandemSipCall *self, TandemSipCallState state)
{
  TandemSipEvent *event = tandem_sip_event_new (TANDEM_SIP_EVENT_CALL, self->account->config->id);
  const TandemCandidate *candidate = NULL;

  event->call = self->id;
  event->state = state;
  event->attempt = MAX (self->number, 1);
  event->sip_call_id = g_strdup (self->sip_call_id);
  if (self->dialog != NULL)
    candidate = &self->dialog->candidate;
  else if (self->invite != NULL)
    candidate = tandem_errand_get_candidate (self->invite);
  else if (self->incoming)
    candidate = &self->from;
  if (candidate != NULL)
    event->candidate = tandem_candidate_to_string (candidate);
  return event;
}

void
tandem_sip_call_emit (
    TandemSipCall *self, TandemSipCallState state, guint code, const char *text, const char *sdp)
{
  TandemSipEvent *event = tandem_sip_call_event (self, state);

  event->code = code;
  event->text = g_strdup (text);
  event->sdp = g_strdup (sdp);
  if (state == TANDEM_SIP_CALL_CONNECTED && self->dialog != NULL)
    {
      event->focus = self->dialog->focus;
      event->remote_target = g_strdup (self->dialog->target);
      if (self->said != NULL)
        {
          tandem_sip_identify (event, self->said,
                               tandem_sip_account_has (self->account, &self->dialog->candidate));
          event->headers = tandem_sip_get_extensions (
              self->said, (const char *const *) self->account->config->kept_headers);
        }
    }
  tandem_engine_emit (self->engine, event);
}

static void
ask_for_offer (TandemSipCall *self)
{
  TandemSipEvent *event = tandem_sip_event_new (TANDEM_SIP_EVENT_MOVED, self->account->config->id);

  self->moved = FALSE;
  event->call = self->id;
  event->sip_call_id = g_strdup (self->sip_call_id);
  tandem_engine_emit (self->engine, event);
}

void
tandem_sip_call_emit_connected (TandemSipCall *self, guint code, const char *text, const char *sdp)
{
  self->connected = TRUE;
  tandem_sip_call_emit (self, TANDEM_SIP_CALL_CONNECTED, code, text, sdp);
  if (self->moved)
    ask_for_offer (self);
}

char *
tandem_sip_call_number_sdp (TandemSipCall *self, const char *sdp)
{
  char *numbered = tandem_sip_renumber_sdp (sdp, self->sent_sdp);

  g_free (self->sent_sdp);
  self->sent_sdp = g_strdup (numbered);
  return numbered;
}

void
tandem_sip_call_end (
    TandemSipCall *self, guint code, const char *text, const char *reason, gboolean remote)
{
  TandemSipEvent *event = tandem_sip_call_event (self, TANDEM_SIP_CALL_ENDED);
  TandemEngine *engine = self->engine;
  TandemSipAccount *account = self->account;

  event->code = code;
  event->text = g_strdup (text);
  event->reason = g_strdup (reason);
  event->remote_ended = remote;
  event->answered_elsewhere
      = self->incoming && reason != NULL && strstr (reason, "cause=200") != NULL;
  tandem_engine_emit (engine, event);
  tandem_replacement_note_end (engine, self->dialog);
  g_hash_table_remove (engine->calls, GUINT_TO_POINTER (self->id));
  tandem_sip_account_touch (account);
  tandem_engine_check_stopped (engine);
}

void
tandem_sip_call_add_contact (TandemSipCall *self,
                             belle_sip_message_t *message,
                             const TandemCandidate *to)
{
  belle_sip_message_add_header (
      message, BELLE_SIP_HEADER (tandem_sip_account_make_contact (self->account, to, -1)));
}

belle_sip_response_t *
tandem_sip_call_make_response (TandemSipCall *self,
                               belle_sip_request_t *request,
                               guint code,
                               const char *phrase)
{
  belle_sip_response_t *response = belle_sip_response_create_from_request (request, (int) code);
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);
  belle_sip_header_to_t *to = belle_sip_message_get_header_by_type (message, belle_sip_header_to_t);
  g_autofree char *clean = phrase != NULL ? tandem_sip_clean (phrase) : NULL;

  if (clean != NULL && *clean != '\0')
    belle_sip_response_set_reason_phrase (response, clean);
  if (code > 100 && to != NULL && belle_sip_header_to_get_tag (to) == NULL && self->tag != NULL)
    belle_sip_header_to_set_tag (to, self->tag);
  if (code > 100 && code < 300)
    {
      const belle_sip_list_t *l
          = belle_sip_message_get_headers (BELLE_SIP_MESSAGE (request), "Record-Route");

      for (; l != NULL; l = l->next)
        belle_sip_message_add_header (message, l->data);
      tandem_sip_call_add_contact (self, message, &self->from);
      tandem_sip_add (message, "Allow", TANDEM_SIP_ALLOW);
      tandem_sip_add (message, "Supported", TANDEM_SIP_SUPPORTED);
      if (self->account->config->remote_control)
        tandem_sip_add_verbatim (message, "Allow-Events", TANDEM_SIP_EVENTS);
    }
  tandem_engine_sign (self->engine, message);
  return response;
}

void
tandem_sip_call_leave (TandemSipCall *self, const char *reason)
{
  if (self->dialog != NULL && self->connected)
    tandem_sip_farewell (self->dialog, reason);
  else if (self->dialog != NULL && self->answer != NULL)
    tandem_sip_farewell_unconfirmed (self->dialog, g_steal_pointer (&self->answer), reason);
  else if (self->incoming)
    tandem_sip_incoming_refuse (self, 603, NULL);
  else
    tandem_sip_call_abandon_invite (self);
}

void
tandem_sip_call_hang_up (TandemEngine *engine, guint id, const char *reason)
{
  TandemSipCall *self = tandem_sip_call_find (engine, id);

  if (self == NULL)
    return;
  tandem_sip_call_leave (self, reason);
  tandem_sip_call_end (self, 0, NULL, NULL, FALSE);
}

void
tandem_sip_calls_end (TandemEngine *engine, TandemSipAccount *account, const char *reason)
{
  g_autoptr (GList) ids = g_hash_table_get_keys (engine->calls);

  for (GList *l = ids; l != NULL; l = l->next)
    {
      TandemSipCall *self = tandem_sip_call_find (engine, GPOINTER_TO_UINT (l->data));

      if (self != NULL && (account == NULL || self->account == account))
        tandem_sip_call_hang_up (engine, self->id, reason);
    }
}

/* Dying half-way: with only a 100, or nothing, the attempt has failed; once it rings, it is waited
 * for. */
void
tandem_sip_calls_candidate_failed (TandemEngine *engine,
                                   const TandemCandidate *candidate,
                                   const char *why,
                                   gint64 since)
{
  g_autoptr (GList) ids = g_hash_table_get_keys (engine->calls);

  for (GList *l = ids; l != NULL; l = l->next)
    {
      TandemSipCall *self = tandem_sip_call_find (engine, GPOINTER_TO_UINT (l->data));
      TandemAttempt *attempt;
      TandemErrand *errand;

      if (self == NULL)
        continue;
      if (self->invite != NULL && !self->progress)
        errand = self->invite;
      else if (self->change != NULL && !self->change_progress)
        errand = self->change;
      else
        continue;
      attempt = tandem_errand_get_attempt (errand);
      if (attempt != NULL && attempt->sent < since
          && tandem_candidate_equal (&attempt->candidate, candidate))
        tandem_errand_break (errand, why);
    }
}

void
tandem_sip_calls_moved (TandemEngine *engine)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, engine->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TandemSipCall *self = value;

      if (self->connected)
        ask_for_offer (self);
      else
        self->moved = TRUE;
    }
}

void
tandem_sip_calls_refused (TandemEngine *engine, const TandemCandidate *candidate, const char *why)
{
  g_autoptr (GList) ids = g_hash_table_get_keys (engine->calls);

  for (GList *l = ids; l != NULL; l = l->next)
    {
      TandemSipCall *self = tandem_sip_call_find (engine, GPOINTER_TO_UINT (l->data));

      if (self != NULL && self->answer != NULL)
        tandem_answer_refused (self->answer, candidate, why);
      self = tandem_sip_call_find (engine, GPOINTER_TO_UINT (l->data));
      if (self != NULL && self->reanswer != NULL)
        tandem_answer_refused (self->reanswer, candidate, why);
    }
}

gboolean
tandem_sip_calls_are_trying (TandemSipAccount *account, const TandemCandidate *candidate)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, account->engine->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TandemSipCall *self = value;
      const TandemCandidate *at
          = self->invite != NULL ? tandem_errand_get_candidate (self->invite) : NULL;

      if (self->account == account && at != NULL && tandem_candidate_equal (at, candidate))
        return TRUE;
    }
  return FALSE;
}

guint
tandem_sip_calls_count (TandemEngine *engine, TandemSipAccount *account)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, engine->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (account == NULL || ((TandemSipCall *) value)->account == account)
        n++;
    }
  return n;
}
