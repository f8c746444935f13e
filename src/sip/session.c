/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-private.h"

#include "farewell.h"
#include "ghost.h"
#include "hop.h"
#include "message.h"
#include "referral.h"
#include "steering.h"
#include "transfer.h"

#include <string.h>

/* A call that is up: requests within its dialog from the other side, changes of the session both
 * ways, and the session timer. A change that fails leaves the session as it was. */

#define MAX_GLARES 5

static void
reply_in_dialog (TandemSipCall *self, belle_sip_request_t *request, guint code, const char *phrase)
{
  belle_sip_server_transaction_t *transaction
      = belle_sip_provider_create_server_transaction (self->engine->provider, request);

  if (transaction != NULL)
    belle_sip_server_transaction_send_response (
        transaction, tandem_sip_call_make_response (self, request, code, phrase));
}

/* Changes that we make */

/* A living proxy answers 408 after 32 s (RFC 3261 16.7): what lasts longer is lost. */
#define CHANGE_PATIENCE (40 * G_TIME_SPAN_SECOND)
/* A refresh that failed is tried again, for the other side ends the session when it has expired. */
#define REFRESH_AGAIN_FIRST G_TIME_SPAN_SECOND
#define REFRESH_AGAIN_LAST (30 * G_TIME_SPAN_SECOND)
#define GLARE_RETRY (500 * G_TIME_SPAN_MILLISECOND)

static void start_change (TandemSipCall *self, const char *sdp, gboolean wanted, gboolean update);

static void
change_over (TandemSipCall *self)
{
  g_clear_pointer (&self->change_sdp, g_free);
  self->glares = 0;
  if (self->has_queued)
    {
      g_autofree char *sdp = g_steal_pointer (&self->queued_sdp);

      self->has_queued = FALSE;
      start_change (self, sdp, TRUE, FALSE);
    }
}

static belle_sip_request_t *
on_make (TandemErrand *errand, guint attempt, const TandemCandidate *to, gpointer data)
{
  TandemSipCall *self = data;
  belle_sip_request_t *request
      = tandem_sip_dialog_make_request (self->dialog, self->change_is_update ? "UPDATE" : "INVITE");
  belle_sip_message_t *message;

  if (request == NULL)
    return NULL;
  message = BELLE_SIP_MESSAGE (request);
  tandem_sip_call_add_contact (self, message, to);
  tandem_sip_add (message, "Allow", TANDEM_SIP_ALLOW);
  tandem_sip_add (message, "Supported", TANDEM_SIP_SUPPORTED);
  if (self->session.interval > 0)
    {
      /* Who refreshes now goes on doing so; seen from the sender of this request we are the uac. */
      g_autofree char *expires = tandem_session_timer_format (
          self->session.interval,
          self->session.we_refresh ? TANDEM_REFRESHER_UAC : TANDEM_REFRESHER_UAS);
      g_autofree char *least = g_strdup_printf ("%u", MAX (self->min_se, TANDEM_SESSION_MIN));

      tandem_sip_add (message, "Session-Expires", expires);
      tandem_sip_add (message, "Min-SE", least);
    }
  if (self->change_sdp != NULL)
    tandem_sip_set_sdp (message, self->change_sdp);
  return request;
}

/* A re-INVITE that another one took the place of: a late 2xx still wants its ACK. */
static void
on_sent (TandemErrand *errand, TandemAttempt *attempt, TandemAttempt *previous, gpointer data)
{
  TandemSipCall *self = data;

  tandem_timer_stop (&self->change_doubt);
  self->change_progress = FALSE;
  self->change_until = attempt->sent + CHANGE_PATIENCE;
  if (previous != NULL && !previous->finished && !self->change_is_update)
    tandem_sip_ghost (self->account, previous, TANDEM_GHOST_ANSWERED, NULL, NULL);
}

static gint64
get_timeout (TandemSipCall *self)
{
  TandemOperationSettings settings;

  tandem_sip_account_get_settings (self->account, &settings);
  return settings.transaction_timeout;
}

static void
on_provisional (TandemErrand *errand,
                TandemAttempt *attempt,
                belle_sip_response_t *response,
                guint code,
                gpointer data)
{
  TandemSipCall *self = data;

  if (self->change_is_update)
    return;
  self->change_progress = self->change_progress || code > 100;
  if (self->change_progress)
    tandem_timer_set (&self->change_doubt, self->change_until);
  else if (!tandem_timer_is_set (&self->change_doubt))
    tandem_timer_set (&self->change_doubt,
                      MIN (tandem_engine_now () + get_timeout (self), self->change_until));
}

/* RFC 3261 14.1: only one change at a time, whoever makes it. */
static void
on_glare (gpointer data)
{
  TandemSipCall *self = data;
  g_autofree char *sdp = NULL;

  if (self->offered != NULL)
    {
      tandem_timer_set (&self->change_again, tandem_engine_now () + GLARE_RETRY);
      return;
    }
  sdp = g_steal_pointer (&self->change_sdp);
  start_change (self, sdp, self->change_wanted, self->change_is_update);
}

/* RFC 3261 14.1: the one who made the Call-ID waits longer. */
static void
wait_after_glare (TandemSipCall *self)
{
  int steps = self->dialog->initiator ? g_rand_int_range (self->engine->rand, 210, 401)
                                      : g_rand_int_range (self->engine->rand, 0, 201);

  tandem_timer_set (&self->change_again,
                    tandem_engine_now () + steps * 10 * (gint64) G_TIME_SPAN_MILLISECOND);
}

static void
acknowledge (TandemSipCall *self, TandemAttempt *attempt, belle_sip_response_t *response)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);
  belle_sip_request_t *ack;

  self->dialog->candidate = attempt->candidate;
  tandem_sip_dialog_take_credentials (self->dialog, attempt->request);
  ack = tandem_sip_dialog_make_ack (self->dialog, tandem_sip_cseq (message), NULL);
  if (ack == NULL)
    return;
  tandem_engine_ack (self->engine, ack);
  tandem_sip_ghost (self->account, attempt, TANDEM_GHOST_ANSWERED, tandem_sip_to_tag (message),
                    ack);
  belle_sip_object_unref (ack);
}

static void
change_done (TandemSipCall *self, TandemAttempt *attempt, belle_sip_response_t *response)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);
  g_autofree char *sdp = tandem_sip_get_sdp (message);
  g_autofree char *expires = tandem_sip_get (message, "Session-Expires");

  if (!self->change_is_update)
    acknowledge (self, attempt, response);
  self->dialog->candidate = attempt->candidate;
  tandem_sip_dialog_refresh (self->dialog, message);
  if (self->change_sdp != NULL)
    {
      g_free (self->last_sdp);
      self->last_sdp = g_strdup (self->change_sdp);
    }
  tandem_session_timer_for_uac (&self->session, expires, self->session.interval);
  tandem_sip_session_start_timer (self);
  if (self->change_wanted || sdp != NULL)
    tandem_sip_call_emit (self, TANDEM_SIP_CALL_CONNECTED, 200, NULL, sdp);
}

/* Sooner and sooner until the end of the session, then now and then: as long as the call is up. */
static void
refresh_again (TandemSipCall *self)
{
  gint64 now = tandem_engine_now ();
  gint64 left = tandem_timer_is_set (&self->expiry) ? self->expiry.when - now : 0;

  tandem_timer_set (&self->refresh,
                    now
                        + (left > 0 ? CLAMP (left / 2, REFRESH_AGAIN_FIRST, REFRESH_AGAIN_LAST)
                                    : REFRESH_AGAIN_LAST));
}

static void
change_failed (TandemSipCall *self, guint code, const char *text)
{
  if (self->change_is_update && (code == 405 || code == 501))
    {
      self->dialog->allows_update = FALSE;
      tandem_timer_set (&self->refresh, tandem_engine_now () + REFRESH_AGAIN_FIRST);
    }
  else if (!self->change_wanted)
    refresh_again (self);
  if (self->change_wanted)
    tandem_sip_call_emit (self, TANDEM_SIP_CALL_CONNECTED, code != 0 ? code : 408, text, NULL);
  else
    g_info ("The session could not be refreshed: %u %s", code, text != NULL ? text : "");
}

/* Only a 100, or nothing final: does the proxy still live, and does anybody still care? */
static void
on_change_doubt (gpointer data)
{
  TandemSipCall *self = data;
  TandemErrand *errand = self->change;
  TandemAttempt *attempt = errand != NULL ? tandem_errand_get_attempt (errand) : NULL;
  gint64 now = tandem_engine_now ();

  if (attempt == NULL)
    return;
  if (now < self->change_until)
    {
      tandem_timer_set (
          &self->change_doubt,
          MIN (now + MAX (2 * get_timeout (self), G_TIME_SPAN_SECOND), self->change_until));
      tandem_sip_account_probe (self->account, &attempt->candidate);
      return;
    }
  if (!attempt->finished)
    tandem_sip_ghost (self->account, attempt, TANDEM_GHOST_ANSWERED, NULL, NULL);
  change_failed (self, 408, "no answer");
  tandem_errand_cancel (errand);
}

static gboolean
on_final (TandemErrand *errand,
          TandemAttempt *attempt,
          belle_sip_response_t *response,
          guint code,
          gpointer data)
{
  TandemSipCall *self = data;
  g_autofree char *phrase = NULL;
  int least = tandem_sip_get_number (BELLE_SIP_MESSAGE (response), "Min-SE");

  tandem_timer_stop (&self->change_doubt);
  tandem_sip_status (response, &phrase);
  if (code < 300)
    change_done (self, attempt, response);
  else if (code == 422 && least > (int) self->session.interval && least < 1000000)
    {
      self->session.interval = self->min_se = (guint) least;
      return TRUE;
    }
  else if (code == 491 && self->glares < MAX_GLARES)
    {
      self->glares++;
      wait_after_glare (self);
    }
  else if (code == 481 && tandem_candidate_equal (&attempt->candidate, &self->dialog->candidate))
    tandem_sip_call_end (self, code, phrase, NULL, TRUE);
  else
    change_failed (self, code, phrase);
  return FALSE;
}

static void
on_gave_up (TandemErrand *errand, guint code, const char *why, gpointer data)
{
  TandemSipCall *self = data;
  TandemAttempt *attempt = tandem_errand_get_attempt (errand);

  if (attempt != NULL && !attempt->finished && !self->change_is_update)
    tandem_sip_ghost (self->account, attempt, TANDEM_GHOST_ANSWERED, NULL, NULL);
  change_failed (self, code, why);
}

static void
on_destroy (gpointer data)
{
  TandemSipCall *self = data;

  g_clear_pointer (&self->change, tandem_errand_unref);
  tandem_timer_stop (&self->change_doubt);
  if (self->engine != NULL && !tandem_timer_is_set (&self->change_again))
    change_over (self);
}

static const TandemErrandFuncs funcs = {
  .make = on_make,
  .sent = on_sent,
  .provisional = on_provisional,
  .final = on_final,
  .gave_up = on_gave_up,
  .destroy = on_destroy,
};

static void
start_change (TandemSipCall *self, const char *sdp, gboolean wanted, gboolean update)
{
  g_free (self->change_sdp);
  self->change_sdp = sdp != NULL ? tandem_sip_call_number_sdp (self, sdp) : NULL;
  self->change_wanted = wanted;
  self->change_is_update = update;
  self->change = tandem_sip_dialog_new_errand (
      self->dialog, update ? TANDEM_OPERATION_UPDATE : TANDEM_OPERATION_REINVITE, &funcs, self);
  tandem_errand_begin (self->change);
}

static gboolean
is_changing (TandemSipCall *self)
{
  return self->change != NULL || tandem_timer_is_set (&self->change_again);
}

void
tandem_sip_call_offer (TandemEngine *engine, guint id, const char *sdp)
{
  TandemSipCall *self = tandem_sip_call_find (engine, id);

  if (self == NULL || sdp == NULL)
    return;
  if (!self->connected)
    {
      tandem_sip_call_emit (self, TANDEM_SIP_CALL_CONNECTED, 491, "not connected yet", NULL);
      return;
    }
  if (is_changing (self) || self->offered != NULL)
    {
      g_free (self->queued_sdp);
      self->queued_sdp = g_strdup (sdp);
      self->has_queued = TRUE;
      return;
    }
  start_change (self, sdp, TRUE, FALSE);
}

/* Session timer */

static void
on_refresh (gpointer data)
{
  TandemSipCall *self = data;

  if (is_changing (self) || self->offered != NULL)
    {
      refresh_again (self);
      return;
    }
  if (self->dialog->allows_update)
    start_change (self, NULL, FALSE, TRUE);
  else if (self->last_sdp != NULL)
    start_change (self, self->last_sdp, FALSE, FALSE);
}

/* Media is truth: an expired timer ends nothing. Whoever was to refresh the session, we do now. */
static void
on_expired (gpointer data)
{
  TandemSipCall *self = data;

  tandem_sip_account_timeline (self->account, "session timer", &self->dialog->candidate, NULL,
                               "expired", 0);
  if (!tandem_timer_is_set (&self->refresh) && self->change == NULL)
    on_refresh (self);
}

void
tandem_sip_session_start_timer (TandemSipCall *self)
{
  gint64 now = tandem_engine_now ();

  tandem_timer_set (&self->refresh,
                    self->session.refresh_at >= 0 ? now + self->session.refresh_at : -1);
  tandem_timer_set (&self->expiry,
                    self->session.interval > 0 ? now + self->session.expires_at : -1);
}

void
tandem_sip_session_init (TandemSipCall *self)
{
  tandem_timer_init (&self->change_again, self->engine->loop, on_glare, self);
  tandem_timer_init (&self->change_doubt, self->engine->loop, on_change_doubt, self);
  tandem_timer_init (&self->refresh, self->engine->loop, on_refresh, self);
  tandem_timer_init (&self->expiry, self->engine->loop, on_expired, self);
  tandem_timer_init (&self->ringing, self->engine->loop, NULL, self);
  tandem_timer_init (&self->doubt, self->engine->loop, NULL, self);
}

void
tandem_sip_session_clear (TandemSipCall *self)
{
  TandemErrand *change = self->change;

  self->has_queued = FALSE;
  tandem_timer_stop (&self->change_again);
  tandem_timer_stop (&self->change_doubt);
  tandem_timer_stop (&self->refresh);
  tandem_timer_stop (&self->expiry);
  if (change != NULL)
    tandem_errand_cancel (change);
  if (self->offered != NULL)
    {
      belle_sip_transaction_set_application_data (BELLE_SIP_TRANSACTION (self->offered), NULL);
      belle_sip_server_transaction_send_response (
          self->offered, tandem_sip_call_make_response (self, self->offered_request, 487, NULL));
    }
  g_clear_pointer (&self->offered, belle_sip_object_unref);
  g_clear_pointer (&self->offered_request, belle_sip_object_unref);
  g_clear_pointer (&self->reanswer, tandem_answer_free);
  g_clear_pointer (&self->change_sdp, g_free);
  g_clear_pointer (&self->queued_sdp, g_free);
}

/* Changes that the other side makes */

static gboolean
set_session_expires (TandemSipCall *self,
                     belle_sip_request_t *request,
                     belle_sip_response_t *response)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  g_autofree char *asked = tandem_sip_get (message, "Session-Expires");
  g_autofree char *expires = NULL;

  if (!tandem_session_timer_for_uas (&self->session, asked,
                                     tandem_sip_has_token (message, "Supported", "timer"),
                                     self->session.interval, &expires))
    return FALSE;
  if (expires != NULL)
    {
      tandem_sip_add (BELLE_SIP_MESSAGE (response), "Session-Expires", expires);
      if (strstr (expires, "uac") != NULL)
        tandem_sip_add (BELLE_SIP_MESSAGE (response), "Require", "timer");
    }
  return TRUE;
}

static void
reply_too_small (TandemSipCall *self, belle_sip_request_t *request)
{
  g_autofree char *least = g_strdup_printf ("Min-SE: %u", TANDEM_SESSION_MIN);

  tandem_engine_reply (self->engine, request, 422, NULL, least);
}

static gboolean
is_too_small (belle_sip_request_t *request)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  g_autofree char *asked = tandem_sip_get (message, "Session-Expires");
  TandemSessionTimer timer;

  return !tandem_session_timer_for_uas (
      &timer, asked, tandem_sip_has_token (message, "Supported", "timer"), 0, NULL);
}

void
tandem_sip_session_on_offer (TandemSipCall *self, belle_sip_request_t *request)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  gboolean invite = strcmp (belle_sip_request_get_method (request), "INVITE") == 0;
  g_autofree char *sdp = tandem_sip_get_sdp (message);
  TandemSipEvent *event;

  if (invite && self->reanswer != NULL
      && tandem_answer_get_cseq (self->reanswer) == tandem_sip_cseq (message))
    {
      tandem_answer_repeat (self->reanswer);
      return;
    }
  if (!tandem_sip_dialog_accept_cseq (self->dialog, request))
    {
      tandem_engine_reply (self->engine, request, 500, "Out Of Order", NULL);
      return;
    }
  if (self->offered != NULL)
    {
      g_autofree char *later
          = g_strdup_printf ("Retry-After: %d", g_rand_int_range (self->engine->rand, 0, 11));

      tandem_engine_reply (self->engine, request, 500, "Another Offer Is Pending", later);
      return;
    }
  if (self->change != NULL && (self->change_sdp != NULL || !self->change_is_update)
      && (invite || sdp != NULL))
    {
      tandem_engine_reply (self->engine, request, 491, NULL, NULL);
      return;
    }
  if (!self->connected && (invite || sdp != NULL))
    {
      tandem_engine_reply (self->engine, request, 491, NULL, NULL);
      return;
    }
  if (is_too_small (request))
    {
      reply_too_small (self, request);
      return;
    }
  if (tandem_sip_has_other_body (message))
    {
      tandem_engine_reply (self->engine, request, 415, NULL, "Accept: application/sdp");
      return;
    }
  if (!invite && sdp == NULL)
    {
      belle_sip_server_transaction_t *transaction
          = belle_sip_provider_create_server_transaction (self->engine->provider, request);
      belle_sip_response_t *response = tandem_sip_call_make_response (self, request, 200, NULL);

      tandem_sip_dialog_refresh (self->dialog, message);
      set_session_expires (self, request, response);
      if (self->connected)
        tandem_sip_session_start_timer (self);
      if (transaction != NULL)
        belle_sip_server_transaction_send_response (transaction, response);
      return;
    }
  self->offered = belle_sip_provider_create_server_transaction (self->engine->provider, request);
  if (self->offered == NULL)
    return;
  belle_sip_object_ref (self->offered);
  belle_sip_transaction_set_application_data (BELLE_SIP_TRANSACTION (self->offered), self);
  self->offered_request = (belle_sip_request_t *) belle_sip_object_ref (request);
  self->offered_without = sdp == NULL;
  event = tandem_sip_event_new (TANDEM_SIP_EVENT_OFFER, self->account->config->id);
  event->call = self->id;
  event->sip_call_id = g_strdup (self->sip_call_id);
  event->sdp = g_steal_pointer (&sdp);
  tandem_engine_emit (self->engine, event);
}

static void
on_reanswer_failed (gpointer data)
{
  TandemSipCall *self = data;

  tandem_sip_call_emit (self, TANDEM_SIP_CALL_CONNECTED, 408, "no ACK", NULL);
}

static void
send_reanswer (TandemSipCall *self,
               belle_sip_server_transaction_t *transaction,
               belle_sip_request_t *request,
               belle_sip_response_t *response)
{
  gboolean offers = self->offered_without;

  belle_sip_transaction_terminate (BELLE_SIP_TRANSACTION (transaction));
  g_clear_pointer (&self->reanswer, tandem_answer_free);
  self->reanswer_offers = offers;
  {
    TandemCandidate from = self->dialog->candidate;

    tandem_hop_source (request, &from);
    self->reanswer = tandem_answer_new (self->account, response, &from, on_reanswer_failed, self);
  }
}

void
tandem_sip_call_answer_offer (TandemEngine *engine, guint id, const char *sdp)
{
  TandemSipCall *self = tandem_sip_call_find (engine, id);
  belle_sip_server_transaction_t *transaction;
  belle_sip_request_t *request;
  belle_sip_response_t *response;

  if (self == NULL || self->offered == NULL)
    return;
  transaction = g_steal_pointer (&self->offered);
  request = g_steal_pointer (&self->offered_request);
  belle_sip_transaction_set_application_data (BELLE_SIP_TRANSACTION (transaction), NULL);
  response = tandem_sip_call_make_response (self, request, sdp != NULL ? 200 : 488, NULL);
  if (sdp != NULL)
    {
      g_free (self->last_sdp);
      self->last_sdp = tandem_sip_call_number_sdp (self, sdp);
      tandem_sip_set_sdp (BELLE_SIP_MESSAGE (response), self->last_sdp);
      tandem_sip_dialog_refresh (self->dialog, BELLE_SIP_MESSAGE (request));
      set_session_expires (self, request, response);
      tandem_sip_session_start_timer (self);
    }
  if (sdp != NULL && strcmp (belle_sip_request_get_method (request), "INVITE") == 0)
    send_reanswer (self, transaction, request, response);
  else
    belle_sip_server_transaction_send_response (transaction, response);
  belle_sip_object_unref (transaction);
  belle_sip_object_unref (request);
  if (self->has_queued && !is_changing (self))
    change_over (self);
}

gboolean
tandem_sip_session_on_ack (TandemSipCall *self, belle_sip_request_t *ack)
{
  g_autofree char *sdp = tandem_sip_get_sdp (BELLE_SIP_MESSAGE (ack));

  if (self->reanswer == NULL
      || tandem_answer_get_cseq (self->reanswer) != tandem_sip_cseq (BELLE_SIP_MESSAGE (ack)))
    return FALSE;
  self->dialog->candidate = *tandem_answer_get_candidate (self->reanswer);
  tandem_answer_confirmed (self->reanswer);
  if (self->reanswer_offers && sdp != NULL)
    {
      self->reanswer_offers = FALSE;
      tandem_sip_call_emit (self, TANDEM_SIP_CALL_CONNECTED, 200, NULL, sdp);
    }
  return TRUE;
}

/* Requests of the other side */

static void
on_bye (TandemSipCall *self, belle_sip_request_t *request)
{
  g_autofree char *reason = tandem_sip_get_reason (BELLE_SIP_MESSAGE (request));

  reply_in_dialog (self, request, 200, NULL);
  if (!self->connected && self->answer == NULL)
    {
      if (!self->incoming)
        return;
      tandem_sip_incoming_refuse (self, 487, NULL);
    }
  if (self->dialog != NULL)
    tandem_transfer_left (self->engine, self->dialog);
  tandem_sip_call_end (self, 0, NULL, reason, TRUE);
}

/* The dialog whose call is gone: only its end is still of interest. */
static void
on_request_behind (TandemSipDialog *dialog, belle_sip_request_t *request)
{
  const char *method = belle_sip_request_get_method (request);
  gboolean ack = strcmp (method, "ACK") == 0;

  if (dialog->behind != NULL && (ack || strcmp (method, "BYE") == 0))
    dialog->behind (request, dialog->behind_data);
  if (!ack)
    tandem_engine_reply (dialog->engine, request, strcmp (method, "BYE") == 0 ? 200 : 481, NULL,
                         NULL);
}

void
tandem_sip_call_on_request (TandemSipDialog *dialog, belle_sip_request_t *request)
{
  const char *method = belle_sip_request_get_method (request);
  TandemSipCall *self = dialog->call;
  TandemEngine *engine = dialog->engine;
  TandemCandidate from;
  TandemCandidate member;

  if (strcmp (method, "NOTIFY") == 0 && tandem_transfer_on_notify (dialog, request))
    return;
  if (strcmp (method, "SUBSCRIBE") == 0 && tandem_referral_on_subscribe (dialog, request))
    return;
  if (self == NULL)
    {
      on_request_behind (dialog, request);
      return;
    }
  if (tandem_hop_source (request, &from)
      && tandem_sip_account_match (self->account, &from, &member))
    tandem_health_table_answered (engine->health, &member, -1, tandem_engine_now ());
  if (strcmp (method, "ACK") == 0)
    {
      if (self->connected)
        tandem_sip_session_on_ack (self, request);
      else
        tandem_sip_incoming_on_ack (self, request);
      return;
    }
  /* RFC 3891 3: it belongs into an INVITE that makes a dialog. */
  if (belle_sip_message_get_header (BELLE_SIP_MESSAGE (request), "Replaces") != NULL)
    {
      tandem_engine_reply (engine, request, 400, "Unexpected Replaces", NULL);
      return;
    }
  if (strcmp (method, "INVITE") == 0 || strcmp (method, "UPDATE") == 0)
    {
      tandem_sip_session_on_offer (self, request);
      return;
    }
  if (!tandem_sip_dialog_accept_cseq (dialog, request) && strcmp (method, "BYE") != 0)
    {
      tandem_engine_reply (engine, request, 500, "Out Of Order", NULL);
      return;
    }
  if (strcmp (method, "BYE") == 0)
    on_bye (self, request);
  else if (strcmp (method, "OPTIONS") == 0)
    reply_in_dialog (self, request, 200, NULL);
  else if (!tandem_steering_on_request (self, request))
    tandem_engine_reply (engine, request, 405, NULL, "Allow: " TANDEM_SIP_ALLOW);
}

void
tandem_sip_call_on_stray (TandemEngine *engine, belle_sip_response_t *response)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);
  TandemSipDialog *dialog = tandem_sip_dialog_find_by_response (engine, message);
  guint code = tandem_sip_status (response, NULL);
  TandemSipCall *call = dialog != NULL ? dialog->call : NULL;
  TandemAttempt *attempt = call != NULL && call->invite != NULL && !call->connected
                               ? tandem_errand_get_attempt (call->invite)
                               : NULL;
  belle_sip_request_t *ack;

  if (attempt != NULL && !attempt->finished)
    {
      tandem_attempt_on_response (attempt, response);
      return;
    }
  if (dialog == NULL || code < 200 || code >= 300)
    return;
  ack = tandem_sip_dialog_make_ack (dialog, tandem_sip_cseq (message), NULL);
  if (ack == NULL)
    return;
  tandem_engine_ack (engine, ack);
  belle_sip_object_unref (ack);
}
