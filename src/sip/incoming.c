/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-private.h"

#include "auto-answer.h"
#include "farewell.h"
#include "hop.h"
#include "identity.h"
#include "message.h"
#include "replacement.h"

#include <string.h>

/* A call that comes in: which account it is for, whether it may ring, and the agent's answer. */

/* Whoever sends more INVITEs than that is no caller. */
#define MAX_CALLS 32
#define MAX_URI 512
#define MAX_TEXT 1024
/* RFC 3261 13.3.1.1: proxies want to hear every minute that it still rings. */
#define RING_AGAIN (60 * G_TIME_SPAN_SECOND)
#define MAX_RINGS 5

static const char *
user_of (belle_sip_uri_t *uri)
{
  const char *user = uri != NULL ? belle_sip_uri_get_user (uri) : NULL;

  return user != NULL ? user : "";
}

/* The account by the user that the request is for; where several have it, the one whose pool it came
 * from. A single account takes everything that its own pool sends. */
static TandemSipAccount *
find_account (TandemEngine *engine, belle_sip_request_t *request, const TandemCandidate *from)
{
  belle_sip_header_to_t *to
      = belle_sip_message_get_header_by_type (BELLE_SIP_MESSAGE (request), belle_sip_header_to_t);
  const char *target = user_of (belle_sip_request_get_uri (request));
  const char *addressed
      = to != NULL ? user_of (belle_sip_header_address_get_uri (BELLE_SIP_HEADER_ADDRESS (to)))
                   : "";
  TandemSipAccount *best = NULL;
  guint best_score = 0;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, engine->accounts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TandemSipAccount *account = value;
      TandemCandidate member;
      guint score = 0;

      if (strcmp (account->config->user, target) == 0)
        score += 8;
      else if (strcmp (account->config->user, addressed) == 0)
        score += 4;
      if (tandem_sip_account_match (account, from, &member))
        score
            += account->has_current && tandem_candidate_equal (&account->current, &member) ? 2 : 1;
      if (score > best_score)
        {
          best = account;
          best_score = score;
        }
    }
  if (best_score < 4 && g_hash_table_size (engine->accounts) > 1)
    return NULL;
  return best;
}

static TandemSipCall *
find_same (TandemEngine *engine, belle_sip_request_t *request)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, engine->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TandemSipCall *call = value;
      belle_sip_message_t *known;

      if (call->request == NULL)
        continue;
      known = BELLE_SIP_MESSAGE (call->request);
      if (g_strcmp0 (tandem_sip_call_id (known), tandem_sip_call_id (message)) == 0
          && g_strcmp0 (tandem_sip_from_tag (known), tandem_sip_from_tag (message)) == 0
          && tandem_sip_cseq (known) == tandem_sip_cseq (message))
        return call;
    }
  return NULL;
}

static char *
unsupported (belle_sip_message_t *message)
{
  g_auto (GStrv) values = tandem_sip_get_all (message, "Require");
  GString *list = g_string_new (NULL);

  for (guint i = 0; values[i] != NULL; i++)
    {
      g_auto (GStrv) tokens = g_strsplit (values[i], ",", -1);

      for (guint j = 0; tokens[j] != NULL; j++)
        {
          g_strstrip (tokens[j]);
          if (*tokens[j] != '\0' && g_ascii_strcasecmp (tokens[j], "timer") != 0
              && g_ascii_strcasecmp (tokens[j], "replaces") != 0)
            g_string_append_printf (list, "%s%s",
                                    list->len > 0 ? ", " : "Unsupported: ", tokens[j]);
        }
    }
  return g_string_free (list, list->len == 0);
}

/* Refuses what cannot ring at all; TRUE when that was done. */
static gboolean
refused (TandemEngine *engine,
         TandemSipAccount *account,
         belle_sip_request_t *request,
         TandemSipCall **replaced)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  const TandemSipAccountConfig *config;
  g_autofree char *missing = unsupported (message);
  g_autofree char *expires = tandem_sip_get (message, "Session-Expires");
  TandemSessionTimer timer;
  guint code;

  if (account == NULL)
    {
      tandem_engine_reply (engine, request, 404, NULL, NULL);
      return TRUE;
    }
  config = account->config;
  code = tandem_replacement_find (engine, request, replaced);
  if (missing != NULL)
    tandem_engine_reply (engine, request, 420, NULL, missing);
  else if (tandem_sip_has_other_body (message))
    tandem_engine_reply (engine, request, 415, NULL, "Accept: application/sdp");
  else if (!tandem_session_timer_for_uas (
               &timer, expires, tandem_sip_has_token (message, "Supported", "timer"), 0, NULL))
    {
      g_autofree char *least = g_strdup_printf ("Min-SE: %u", TANDEM_SESSION_MIN);

      tandem_engine_reply (engine, request, 422, NULL, least);
    }
  else if (code != 0)
    tandem_engine_reply (engine, request, code, NULL, NULL);
  else if (engine->stopping)
    tandem_engine_reply (engine, request, 480, NULL, NULL);
  else if (g_hash_table_size (engine->calls) >= MAX_CALLS)
    tandem_engine_reply (engine, request, 486, NULL, NULL);
  else if (*replaced == NULL && config->reject_when_busy
           && tandem_engine_count_calls (engine, NULL) >= MAX (config->calls_for_busy, 1))
    tandem_engine_reply (engine, request, config->busy_code, NULL, NULL);
  else
    return FALSE;
  return TRUE;
}

/* (transfer full) (nullable) */
static char *
get_text (belle_sip_message_t *message, const char *name)
{
  g_autofree char *value = tandem_sip_get (message, name);

  return value != NULL && strlen (value) <= MAX_TEXT ? tandem_sip_clean (value) : NULL;
}

static void
take_answer_mode (belle_sip_message_t *message, TandemSipEvent *event)
{
  static const char *const names[]
      = { "Priv-Answer-Mode", "Answer-Mode", "Call-Info", "Alert-Info" };
  GStrv values[G_N_ELEMENTS (names)];
  TandemAnswerMode mode;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    values[i] = tandem_sip_get_all (message, names[i]);
  mode
      = tandem_answer_mode_parse ((const char *const *) values[0], (const char *const *) values[1]);
  event->answer_required = mode == TANDEM_ANSWER_MODE_AUTO_REQUIRED;
  event->answer_manually = mode == TANDEM_ANSWER_MODE_MANUAL;
  event->answer_after
      = tandem_auto_answer_parse ((const char *const *) values[0], (const char *const *) values[1],
                                  (const char *const *) values[2], (const char *const *) values[3]);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_strfreev (values[i]);
}

static void
announce (TandemSipCall *self)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (self->request);
  TandemSipEvent *event
      = tandem_sip_event_new (TANDEM_SIP_EVENT_INCOMING, self->account->config->id);
  TandemCandidate source, member;

  event->call = self->id;
  event->attempt = 1;
  event->sip_call_id = g_strdup (self->sip_call_id);
  event->candidate = tandem_candidate_to_string (&self->from);
  event->sdp = tandem_sip_get_sdp (message);
  event->headers = tandem_sip_get_extensions (
      message, (const char *const *) self->account->config->kept_headers);
  event->replaces = self->replaces;
  event->referred_by = tandem_sip_get_address (message, "Referred-By", MAX_TEXT);
  event->alert_info = get_text (message, "Alert-Info");
  take_answer_mode (message, event);
  event->queue = tandem_sip_get (message, "X-Queue");
  tandem_sip_identify (event, message,
                       tandem_hop_source (self->request, &source)
                           && tandem_sip_account_match (self->account, &source, &member));
  tandem_engine_emit (self->engine, event);
}

static void
send_ringing (TandemSipCall *self)
{
  if (self->transaction != NULL)
    belle_sip_server_transaction_send_response (
        self->transaction, tandem_sip_call_make_response (self, self->request, 180, NULL));
}

/* A caller whose proxy died cannot cancel: it does not ring for ever. */
static void
on_still_ringing (gpointer data)
{
  TandemSipCall *self = data;

  if (++self->rings > MAX_RINGS)
    {
      tandem_sip_incoming_refuse (self, 480, NULL);
      tandem_sip_call_end (self, 480, "ringing too long", NULL, TRUE);
      return;
    }
  tandem_timer_set (&self->ringing, tandem_engine_now () + RING_AGAIN);
  if (self->progress)
    send_ringing (self);
}

void
tandem_sip_call_ring (TandemEngine *engine, guint id)
{
  TandemSipCall *self = tandem_sip_call_find (engine, id);

  if (self == NULL || !self->incoming || self->progress || self->answer != NULL || self->connected)
    return;
  self->progress = TRUE;
  send_ringing (self);
}

/* The INVITE of a call that the agent has left already, once more. */
static gboolean
is_left (TandemEngine *engine, belle_sip_request_t *request)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, engine->dialogs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TandemSipDialog *dialog = value;

      if (!dialog->initiator && dialog->call == NULL && dialog->has_remote_cseq
          && g_strcmp0 (dialog->call_id, tandem_sip_call_id (message)) == 0
          && g_strcmp0 (dialog->remote_tag, tandem_sip_from_tag (message)) == 0
          && tandem_sip_cseq (message) <= dialog->remote_cseq)
        return TRUE;
    }
  return FALSE;
}

void
tandem_sip_call_invited (TandemEngine *engine, belle_sip_request_t *request)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  TandemSipAccount *account;
  TandemSipCall *self;
  TandemSipCall *replaced = NULL;
  TandemCandidate from;
  g_autofree char *sdp = NULL;

  self = find_same (engine, request);
  if (self != NULL)
    {
      if (g_strcmp0 (tandem_sip_branch (BELLE_SIP_MESSAGE (self->request)),
                     tandem_sip_branch (message))
          != 0)
        tandem_engine_reply (engine, request, 482, "Merged Request", NULL);
      else if (self->answer != NULL)
        tandem_answer_repeat (self->answer);
      return;
    }
  if (is_left (engine, request))
    return;
  if (!tandem_hop_source (request, &from) || tandem_sip_from_tag (message) == NULL
      || tandem_sip_cseq (message) == 0)
    {
      tandem_engine_reply (engine, request, 400, NULL, NULL);
      return;
    }
  account = find_account (engine, request, &from);
  if (refused (engine, account, request, &replaced))
    return;
  self = tandem_sip_call_new (account, tandem_engine_next_call_id (engine), TRUE);
  self->request = (belle_sip_request_t *) belle_sip_object_ref (request);
  self->from = from;
  tandem_sip_account_match (account, &from, &self->from);
  self->tag = tandem_sip_token ();
  self->sip_call_id = g_strdup (tandem_sip_call_id (message));
  self->dialog = tandem_sip_dialog_new_from_request (account, request, self->tag, &self->from);
  if (self->dialog == NULL)
    {
      g_hash_table_remove (engine->calls, GUINT_TO_POINTER (self->id));
      tandem_engine_reply (engine, request, 400, "No Usable Contact", NULL);
      return;
    }
  self->dialog->call = self;
  self->replaces = replaced != NULL ? replaced->id : 0;
  sdp = tandem_sip_get_sdp (message);
  self->offerless = sdp == NULL;
  self->transaction = belle_sip_provider_create_server_transaction (engine->provider, request);
  if (self->transaction == NULL)
    {
      g_hash_table_remove (engine->calls, GUINT_TO_POINTER (self->id));
      return;
    }
  belle_sip_object_ref (self->transaction);
  belle_sip_transaction_set_application_data (BELLE_SIP_TRANSACTION (self->transaction), self);
  tandem_timer_init (&self->ringing, engine->loop, on_still_ringing, self);
  tandem_timer_set (&self->ringing, tandem_engine_now () + RING_AGAIN);
  announce (self);
}

/* The INVITE's transaction has done its work; what follows is sent without it. */
static void
drop_transaction (TandemSipCall *self)
{
  belle_sip_server_transaction_t *transaction = g_steal_pointer (&self->transaction);

  if (transaction == NULL)
    return;
  belle_sip_transaction_set_application_data (BELLE_SIP_TRANSACTION (transaction), NULL);
  belle_sip_object_unref (transaction);
}

static void
send_final (TandemSipCall *self, belle_sip_response_t *response)
{
  if (self->transaction != NULL)
    belle_sip_server_transaction_send_response (self->transaction, response);
  else
    belle_sip_provider_send_response (self->engine->provider, response);
  drop_transaction (self);
}

void
tandem_sip_incoming_refuse (TandemSipCall *self, guint code, const char *text)
{
  send_final (self, tandem_sip_call_make_response (self, self->request, code, text));
}

static void
on_no_ack (gpointer data)
{
  TandemSipCall *self = data;

  tandem_sip_farewell (self->dialog, "SIP;cause=408;text=\"no ACK\"");
  tandem_sip_call_end (self, 408, "no ACK", NULL, TRUE);
}

void
tandem_sip_call_answer (TandemEngine *engine, guint id, const char *sdp)
{
  TandemSipCall *self = tandem_sip_call_find (engine, id);
  belle_sip_message_t *message;
  belle_sip_response_t *response;
  g_autofree char *asked = NULL;
  g_autofree char *expires = NULL;

  if (self == NULL || !self->incoming || self->connected || self->answer != NULL)
    return;
  if (sdp == NULL)
    {
      tandem_sip_call_decline (engine, id, 488, NULL);
      return;
    }
  tandem_timer_stop (&self->ringing);
  message = BELLE_SIP_MESSAGE (self->request);
  response = tandem_sip_call_make_response (self, self->request, 200, NULL);
  asked = tandem_sip_get (message, "Session-Expires");
  tandem_session_timer_for_uas (&self->session, asked,
                                tandem_sip_has_token (message, "Supported", "timer"),
                                self->account->config->session_expires, &expires);
  if (expires != NULL)
    {
      tandem_sip_add (BELLE_SIP_MESSAGE (response), "Session-Expires", expires);
      if (strstr (expires, "uac") != NULL)
        tandem_sip_add (BELLE_SIP_MESSAGE (response), "Require", "timer");
    }
  tandem_sip_set_sdp (BELLE_SIP_MESSAGE (response), sdp);
  g_free (self->last_sdp);
  self->last_sdp = g_strdup (sdp);
  g_free (self->sent_sdp);
  self->sent_sdp = g_strdup (sdp);
  if (self->transaction != NULL)
    {
      belle_sip_server_transaction_t *transaction = self->transaction;

      belle_sip_object_ref (transaction);
      drop_transaction (self);
      belle_sip_transaction_terminate (BELLE_SIP_TRANSACTION (transaction));
      belle_sip_object_unref (transaction);
    }
  self->answer = tandem_answer_new (self->account, response, &self->from, on_no_ack, self);
  tandem_sip_call_emit (self, TANDEM_SIP_CALL_ANSWERING, 200, NULL, NULL);
  tandem_replacement_carry_out (self);
}

void
tandem_sip_incoming_on_ack (TandemSipCall *self, belle_sip_request_t *ack)
{
  g_autofree char *sdp = tandem_sip_get_sdp (BELLE_SIP_MESSAGE (ack));

  if (self->answer == NULL || self->connected
      || tandem_sip_cseq (BELLE_SIP_MESSAGE (ack)) != tandem_answer_get_cseq (self->answer))
    return;
  self->dialog->candidate = *tandem_answer_get_candidate (self->answer);
  tandem_answer_confirmed (self->answer);
  if (self->offerless && sdp == NULL)
    {
      tandem_sip_farewell (self->dialog, "SIP;cause=488;text=\"no answer in the ACK\"");
      tandem_sip_call_end (self, 488, "the answer describes no media", NULL, FALSE);
      return;
    }
  tandem_sip_session_start_timer (self);
  tandem_sip_call_emit_connected (self, 200, NULL, self->offerless ? sdp : NULL);
}

void
tandem_sip_call_decline (TandemEngine *engine, guint id, guint code, const char *text)
{
  TandemSipCall *self = tandem_sip_call_find (engine, id);

  if (self == NULL || !self->incoming || self->connected || self->answer != NULL)
    return;
  if (code < 300 || code > 699)
    code = 603;
  tandem_sip_incoming_refuse (self, code, text);
  tandem_sip_call_end (self, code, NULL, NULL, FALSE);
}

void
tandem_sip_call_redirect (TandemEngine *engine, guint id, const char *uri)
{
  TandemSipCall *self = tandem_sip_call_find (engine, id);
  g_autofree char *address = NULL;
  belle_sip_response_t *response;

  if (self == NULL || !self->incoming || self->connected || self->answer != NULL)
    return;
  if (!tandem_sip_is_uri (uri, MAX_URI))
    {
      tandem_sip_call_decline (engine, id, 480, NULL);
      return;
    }
  address = tandem_sip_address (NULL, uri);
  response = tandem_sip_call_make_response (self, self->request, 302, NULL);
  tandem_sip_add (BELLE_SIP_MESSAGE (response), "Contact", address);
  send_final (self, response);
  tandem_sip_call_end (self, 302, NULL, NULL, FALSE);
}

void
tandem_sip_call_cancelled (TandemEngine *engine,
                           belle_sip_server_transaction_t *transaction,
                           belle_sip_request_t *cancel)
{
  TandemSipCall *self
      = belle_sip_transaction_get_application_data (BELLE_SIP_TRANSACTION (transaction));
  g_autofree char *reason = tandem_sip_get_reason (BELLE_SIP_MESSAGE (cancel));

  tandem_engine_reply (engine, cancel, 200, NULL, NULL);
  if (self == NULL)
    return;
  tandem_sip_incoming_refuse (self, 487, NULL);
  tandem_sip_call_end (self, 487, "cancelled", reason, TRUE);
}

void
tandem_sip_call_transaction_gone (TandemEngine *engine, belle_sip_server_transaction_t *transaction)
{
  TandemSipCall *self
      = belle_sip_transaction_get_application_data (BELLE_SIP_TRANSACTION (transaction));

  if (self == NULL)
    return;
  if (self->transaction == transaction)
    drop_transaction (self);
  else if (self->offered == transaction)
    {
      belle_sip_transaction_set_application_data (BELLE_SIP_TRANSACTION (transaction), NULL);
      g_clear_pointer (&self->offered, belle_sip_object_unref);
      g_clear_pointer (&self->offered_request, belle_sip_object_unref);
    }
}
