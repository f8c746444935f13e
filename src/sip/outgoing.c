/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-private.h"

#include "farewell.h"
#include "ghost.h"
#include "message.h"

#include <string.h>

/* A call that the agent makes: the INVITE and all that can come of it. A second attempt is a new
 * INVITE, with a Call-ID and a tag of its own, and the first one becomes a ghost. */

#define MAX_REDIRECTS 5
#define MAX_URI 512
#define MAX_HEADER 2048
/* Nobody forks a call to more phones that answer. */
#define MAX_FORKS 32

static void
on_ringing_too_long (gpointer data)
{
  TandemSipCall *self = data;

  tandem_sip_call_abandon_invite (self);
  tandem_sip_call_end (self, 408, "ringing too long", NULL, FALSE);
}

/* Only a 100, and nothing since: is the proxy still there? */
static void
on_doubt (gpointer data)
{
  TandemSipCall *self = data;
  const TandemCandidate *at
      = self->invite != NULL ? tandem_errand_get_candidate (self->invite) : NULL;
  TandemOperationSettings settings;

  if (at == NULL || self->progress)
    return;
  tandem_sip_account_get_settings (self->account, &settings);
  tandem_timer_set (&self->doubt, tandem_engine_now ()
                                      + MAX (2 * settings.transaction_timeout, G_TIME_SPAN_SECOND));
  tandem_sip_account_probe (self->account, at);
}

static char *
without_headers (const char *uri)
{
  return g_strndup (uri, strcspn (uri, "?"));
}

static gboolean
is_fit (const char *value)
{
  g_autofree char *clean = tandem_sip_clean (value);

  return *value != '\0' && strlen (value) <= MAX_HEADER && strcmp (clean, value) == 0;
}

/* What the main thread wants beside: what would break the message is left out. */
static void
add_headers (TandemSipCall *self, belle_sip_message_t *message)
{
  GHashTableIter iter;
  gpointer name, value;

  if (self->headers == NULL)
    return;
  g_hash_table_iter_init (&iter, self->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      if (tandem_sip_is_free_header (name) && is_fit (value))
        tandem_sip_add_verbatim (message, name, value);
    }
}

static belle_sip_request_t *
on_make (TandemErrand *errand, guint attempt, const TandemCandidate *to, gpointer data)
{
  TandemSipCall *self = data;
  TandemSipAccount *account = self->account;
  g_autofree char *target = without_headers (self->uri);
  g_autofree char *from = tandem_sip_address (account->config->display_name, account->aor);
  g_autofree char *address = tandem_sip_address (NULL, target);
  belle_sip_request_t *request;
  belle_sip_message_t *message;

  if (attempt != self->number)
    {
      self->number = attempt;
      self->cseq = 0;
      self->progress = self->early_sdp = FALSE;
      g_free (self->sip_call_id);
      g_free (self->tag);
      self->sip_call_id = tandem_sip_token ();
      self->tag = tandem_sip_token ();
      g_hash_table_remove_all (self->early);
    }
  request = tandem_sip_request_new ("INVITE", target, self->sip_call_id, ++self->cseq, from,
                                    self->tag, address, NULL, 70);
  if (request == NULL)
    return NULL;
  message = BELLE_SIP_MESSAGE (request);
  tandem_sip_call_add_contact (self, message, to);
  tandem_sip_add (message, "Allow", TANDEM_SIP_ALLOW);
  tandem_sip_add (message, "Supported", TANDEM_SIP_SUPPORTED);
  if (self->session_expires > 0)
    {
      g_autofree char *expires = g_strdup_printf ("%u", self->session_expires);
      g_autofree char *least = g_strdup_printf ("%u", MAX (self->min_se, TANDEM_SESSION_MIN));

      tandem_sip_add (message, "Session-Expires", expires);
      tandem_sip_add (message, "Min-SE", least);
    }
  if (account->config->remote_control)
    tandem_sip_add_verbatim (message, "Allow-Events", TANDEM_SIP_EVENTS);
  add_headers (self, message);
  if (self->offer != NULL)
    tandem_sip_set_sdp (message, self->offer);
  return request;
}

static void
on_sent (TandemErrand *errand, TandemAttempt *attempt, TandemAttempt *previous, gpointer data)
{
  TandemSipCall *self = data;

  tandem_timer_stop (&self->doubt);
  tandem_sip_account_touch (self->account);
  if (previous == NULL)
    tandem_sip_call_emit (self, TANDEM_SIP_CALL_TRYING, 0, NULL, NULL);
  if (previous == NULL || previous->number == attempt->number)
    return;
  {
    TandemSipEvent *event = tandem_sip_call_event (self, TANDEM_SIP_CALL_DISCONNECTED);
    g_autofree char *candidate = tandem_candidate_to_string (&previous->candidate);

    event->attempt = previous->number;
    g_free (event->candidate);
    event->candidate = g_steal_pointer (&candidate);
    tandem_engine_emit (self->engine, event);
  }
  tandem_sip_call_emit (self, TANDEM_SIP_CALL_TRYING, 0, NULL, NULL);
  if (!previous->finished || (previous->broken && !previous->unsent))
    tandem_sip_ghost (self->account, previous, TANDEM_GHOST_ABANDONED, NULL, NULL);
}

static void
on_provisional (TandemErrand *errand,
                TandemAttempt *attempt,
                belle_sip_response_t *response,
                guint code,
                gpointer data)
{
  TandemSipCall *self = data;
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);
  const char *tag = tandem_sip_to_tag (message);
  g_autofree char *phrase = NULL;
  g_autofree char *sdp = NULL;

  if (code == 100)
    {
      TandemOperationSettings settings;

      tandem_sip_account_get_settings (self->account, &settings);
      if (!self->progress && !tandem_timer_is_set (&self->doubt))
        tandem_timer_set (&self->doubt, tandem_engine_now () + settings.transaction_timeout);
      return;
    }
  self->progress = TRUE;
  tandem_timer_stop (&self->doubt);
  if (tag != NULL && !g_hash_table_contains (self->early, tag)
      && g_hash_table_size (self->early) < MAX_FORKS)
    {
      TandemSipDialog *dialog = tandem_sip_dialog_new_from_response (
          self->account, attempt->request, response, &attempt->candidate);

      if (dialog != NULL)
        {
          dialog->call = self;
          g_hash_table_insert (self->early, g_strdup (tag), dialog);
        }
    }
  tandem_sip_status (response, &phrase);
  sdp = self->offer != NULL ? tandem_sip_get_sdp (message) : NULL;
  if (sdp != NULL)
    self->early_sdp = TRUE;
  tandem_sip_call_emit (self, sdp != NULL ? TANDEM_SIP_CALL_EARLY_MEDIA : TANDEM_SIP_CALL_RINGING,
                        code, phrase, sdp);
}

static void
end_with_bye (TandemSipCall *self, guint code, const char *text)
{
  g_autofree char *reason = g_strdup_printf ("SIP;cause=%u;text=\"%s\"", code, text);

  tandem_sip_farewell (self->dialog, reason);
  tandem_sip_call_end (self, code, text, NULL, FALSE);
}

static void
on_answered (TandemSipCall *self, TandemAttempt *attempt, belle_sip_response_t *response)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);
  const char *tag = tandem_sip_to_tag (message);
  TandemSipDialog *dialog = tag != NULL ? g_hash_table_lookup (self->early, tag) : NULL;
  g_autofree char *sdp = tandem_sip_get_sdp (message);
  g_autofree char *answer = NULL;
  g_autofree char *expires = tandem_sip_get (message, "Session-Expires");
  g_autofree char *phrase = NULL;
  belle_sip_request_t *ack;

  tandem_timer_stop (&self->ringing);
  if (dialog != NULL)
    {
      tandem_sip_dialog_ref (dialog);
      tandem_sip_dialog_confirm (dialog, attempt->request, response);
    }
  else
    dialog = tandem_sip_dialog_new_from_response (self->account, attempt->request, response,
                                                  &attempt->candidate);
  if (dialog == NULL)
    {
      tandem_sip_call_end (self, 0, "the answer has no usable way back", NULL, TRUE);
      return;
    }
  self->dialog = dialog;
  dialog->call = self;
  g_hash_table_remove_all (self->early);
  if (self->offer == NULL && sdp != NULL)
    answer = self->answer_func != NULL ? self->answer_func (sdp, self->answer_data) : NULL;
  ack = tandem_sip_dialog_make_ack (dialog, tandem_sip_cseq (message), answer);
  if (ack != NULL)
    {
      tandem_engine_ack (self->engine, ack);
      tandem_sip_ghost (self->account, attempt, TANDEM_GHOST_ANSWERED, tag, ack);
      belle_sip_object_unref (ack);
    }
  tandem_sip_account_set_current (self->account, &attempt->candidate);
  if (self->offer == NULL && answer == NULL)
    {
      end_with_bye (self, 488, "no media in common");
      return;
    }
  if (self->offer != NULL && sdp == NULL && !self->early_sdp)
    {
      end_with_bye (self, 488, "the answer describes no media");
      return;
    }
  g_free (self->last_sdp);
  self->last_sdp = g_strdup (self->offer != NULL ? self->offer : answer);
  g_free (self->sent_sdp);
  self->sent_sdp = g_strdup (self->last_sdp);
  tandem_session_timer_for_uac (&self->session, expires, self->session_expires);
  tandem_sip_session_start_timer (self);
  tandem_sip_status (response, &phrase);
  self->said = message;
  tandem_sip_call_emit_connected (self, tandem_sip_status (response, NULL), phrase,
                                  self->offer != NULL ? sdp : NULL);
  self->said = NULL;
}

static char *
redirect_target (belle_sip_response_t *response)
{
  const belle_sip_list_t *l
      = belle_sip_message_get_headers (BELLE_SIP_MESSAGE (response), "Contact");

  for (; l != NULL; l = l->next)
    {
      belle_sip_uri_t *uri = belle_sip_header_address_get_uri (BELLE_SIP_HEADER_ADDRESS (l->data));
      char *text;
      char *copy;

      if (uri == NULL || belle_sip_uri_get_host (uri) == NULL)
        continue;
      text = belle_sip_uri_to_string (uri);
      copy = g_strdup (text);
      belle_sip_free (text);
      return copy;
    }
  return NULL;
}

static void begin (TandemSipCall *self, const TandemCandidate *preferred);

static void
begin_again (TandemSipCall *self, const TandemCandidate *preferred)
{
  TandemErrand *done = g_steal_pointer (&self->invite);

  self->redirects++;
  self->number = 0;
  tandem_errand_cancel (done);
  tandem_errand_unref (done);
  begin (self, preferred);
}

/* The pool sends the call to one of its own, and to the same number: no question for the agent. */
static gboolean
is_within_pool (TandemSipCall *self, const char *target, TandemCandidate *member)
{
  belle_sip_uri_t *uri = belle_sip_uri_parse (target);
  belle_sip_uri_t *called = belle_sip_uri_parse (self->uri);
  TandemAttempt *attempt = tandem_errand_get_attempt (self->invite);

  return uri != NULL && called != NULL && attempt != NULL
         && (belle_sip_uri_get_user (uri) == NULL
             || g_strcmp0 (belle_sip_uri_get_user (uri), belle_sip_uri_get_user (called)) == 0)
         && tandem_sip_account_find_member (self->account, uri, member)
         && !tandem_candidate_equal (member, &attempt->candidate);
}

/* TRUE when something came of it. */
static gboolean
on_redirected (TandemSipCall *self, belle_sip_response_t *response, guint code, const char *phrase)
{
  g_autofree char *target = redirect_target (response);
  TandemSipEvent *event;
  TandemCandidate member;

  if (target == NULL)
    return FALSE;
  if (self->redirects < MAX_REDIRECTS && is_within_pool (self, target, &member))
    {
      tandem_sip_account_timeline (
          self->account, "INVITE", &tandem_errand_get_attempt (self->invite)->candidate, &member,
          "redirected", tandem_engine_now () - tandem_errand_get_started (self->invite));
      begin_again (self, &member);
      return TRUE;
    }
  if (self->account->config->follow_redirects && self->redirects < MAX_REDIRECTS
      && strcmp (target, self->uri) != 0)
    {
      g_free (self->uri);
      self->uri = g_steal_pointer (&target);
      begin_again (self, tandem_sip_account_get_preferred (self->account));
      return TRUE;
    }
  if (self->account->config->follow_redirects)
    return FALSE;
  event = tandem_sip_call_event (self, TANDEM_SIP_CALL_REDIRECT);
  event->code = code;
  event->text = g_strdup (phrase);
  event->target = g_steal_pointer (&target);
  tandem_engine_emit (self->engine, event);
  tandem_sip_call_end (self, code, phrase, NULL, TRUE);
  return TRUE;
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
  g_autofree char *reason = NULL;

  tandem_timer_stop (&self->doubt);
  if (code < 300)
    {
      on_answered (self, attempt, response);
      return FALSE;
    }
  tandem_sip_status (response, &phrase);
  reason = tandem_sip_get_reason (BELLE_SIP_MESSAGE (response));
  if (code == 422)
    {
      int least = tandem_sip_get_number (BELLE_SIP_MESSAGE (response), "Min-SE");

      if (least > (int) self->session_expires && least < 1000000)
        {
          self->session_expires = self->min_se = (guint) least;
          return TRUE;
        }
    }
  if (code < 400 && on_redirected (self, response, code, phrase))
    return FALSE;
  if (code == 401 || code == 407)
    tandem_sip_call_end (self, code,
                         *self->account->config->password != '\0' ? "wrong user name or password"
                                                                  : "a password is needed",
                         reason, TRUE);
  else
    tandem_sip_call_end (self, code, phrase, reason, TRUE);
  return FALSE;
}

static void
on_gave_up (TandemErrand *errand, guint code, const char *why, gpointer data)
{
  TandemSipCall *self = data;
  TandemAttempt *attempt = tandem_errand_get_attempt (errand);

  if (attempt != NULL && !attempt->finished)
    tandem_sip_ghost (self->account, attempt, TANDEM_GHOST_ABANDONED, NULL, NULL);
  if (code >= 500 && g_ascii_isdigit (*why))
    why = strchr (why, ' ') != NULL ? strchr (why, ' ') + 1 : why;
  tandem_sip_call_end (self, code, why, NULL, TRUE);
}

static const TandemErrandFuncs funcs = {
  .make = on_make,
  .sent = on_sent,
  .provisional = on_provisional,
  .final = on_final,
  .gave_up = on_gave_up,
};

static void
begin (TandemSipCall *self, const TandemCandidate *preferred)
{
  TandemSipAccount *account = self->account;

  self->invite = tandem_errand_new (account, TANDEM_OPERATION_INVITE, &funcs, self);
  tandem_errand_set_preferred (self->invite, preferred);
  tandem_errand_begin (self->invite);
}

/* What becomes of the INVITE when nobody waits for it any more. */
void
tandem_sip_call_abandon_invite (TandemSipCall *self)
{
  TandemAttempt *attempt = self->invite != NULL ? tandem_errand_get_attempt (self->invite) : NULL;

  if (attempt != NULL && !attempt->finished)
    tandem_sip_ghost (self->account, attempt, TANDEM_GHOST_CANCELLED, NULL, NULL);
}

void
tandem_sip_call_start (TandemSipAccount *account, TandemSipCommand *command)
{
  TandemSipCall *self = tandem_sip_call_new (account, command->call, FALSE);

  self->uri = g_steal_pointer (&command->uri);
  self->offer = g_steal_pointer (&command->sdp);
  self->headers = g_steal_pointer (&command->headers);
  self->answer_func = command->answer_func;
  self->answer_data = command->answer_data;
  self->answer_data_free = command->answer_data_free;
  command->answer_data_free = NULL;
  self->session_expires = account->config->session_expires;
  tandem_timer_init (&self->ringing, account->engine->loop, on_ringing_too_long, self);
  tandem_timer_init (&self->doubt, account->engine->loop, on_doubt, self);
  if (!tandem_sip_is_uri (self->uri, MAX_URI))
    {
      tandem_sip_call_end (self, 0, "not a SIP address", NULL, FALSE);
      return;
    }
  if (account->config->ringing_timeout > 0)
    tandem_timer_set (&self->ringing,
                      tandem_engine_now () + account->config->ringing_timeout * G_USEC_PER_SEC);
  begin (self, tandem_sip_account_get_preferred (account));
}
