/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registration.h"

#include "backoff.h"
#include "errand.h"
#include "hop.h"
#include "mailbox.h"
#include "message.h"
#include "watch.h"

#include <string.h>

/* See registration.h. One Call-ID for the life of the process, as RFC 3261 10.2.4 wants it. */

#define REFRESH_AT 0.8
#define REFRESH_JITTER 0.1
/* An address that is seen differently each time is not chased for ever. */
#define MAX_REPEATS 3
#define LONGEST_EXPIRES 86400
/* A pool that sends us round in a circle is not followed for ever. */
#define MAX_REDIRECTS 3

struct _TandemRegistration
{
  TandemSipAccount *account;
  TandemErrand *errand; /* the REGISTER under way or waiting */
  TandemTimer timer;    /* the next REGISTER */
  char *call_id;
  char *tag;
  guint cseq;

  TandemSipRegistrationState state;
  gint64 valid_until; /* us; 0: not registered */
  guint granted;      /* s */
  guint expires;      /* s, what to ask for; raised by a 423 */
  guint failures;     /* answers in a row that were no success, for the back-off */
  guint repeats;      /* with a corrected Contact */
  guint redirects;    /* within the pool, in a row */
  gboolean is_redirected;
  TandemCandidate redirected; /* where the next one goes */
  char *bound;                /* (nullable) "host:port" of our Contact, as it was sent last */
  char *stale;                /* (nullable) a Contact to take back with the next REGISTER */
  gboolean avoids;            /* the connection to the candidate in use was lost */
  gboolean leaving;
  void (*left) (gpointer);
  gpointer left_data;
};

static gboolean
is_valid (TandemRegistration *self)
{
  return self->valid_until > tandem_engine_now ();
}

static void
tell (TandemRegistration *self,
      TandemSipRegistrationState state,
      const TandemCandidate *candidate,
      guint code,
      const char *text,
      gint64 next_try)
{
  TandemSipAccount *account = self->account;
  TandemSipEvent *event;

  self->state = state;
  if (account->replaced)
    return;
  event = tandem_sip_event_new (TANDEM_SIP_EVENT_REGISTRATION, account->config->id);
  event->registration = state;
  event->candidate = candidate != NULL ? tandem_candidate_to_string (candidate) : NULL;
  event->code = code;
  event->text = g_strdup (text);
  event->next_try = next_try;
  if (state == TANDEM_SIP_REGISTRATION_REGISTERED)
    {
      event->expires = self->granted;
      event->contact = g_strdup (self->bound);
    }
  tandem_engine_emit (account->engine, event);
  tandem_sip_account_touch (account);
}

static belle_sip_request_t *
on_make (TandemErrand *errand, guint attempt, const TandemCandidate *to, gpointer data)
{
  TandemRegistration *self = data;
  TandemSipAccount *account = self->account;
  const char *domain = strchr (account->aor, '@');
  g_autofree char *target = g_strdup_printf ("sip:%s", domain != NULL ? domain + 1 : "");
  g_autofree char *address = tandem_sip_address (account->config->display_name, account->aor);
  g_autofree char *expires = g_strdup_printf ("%u", self->leaving ? 0 : self->expires);
  belle_sip_request_t *request;
  belle_sip_message_t *message;

  request = tandem_sip_request_new ("REGISTER", target, self->call_id, self->cseq++, address,
                                    self->tag, address, NULL, 70);
  if (request == NULL)
    return NULL;
  message = BELLE_SIP_MESSAGE (request);
  belle_sip_message_add_header (
      message, BELLE_SIP_HEADER (tandem_sip_account_make_contact (account, to, -1)));
  if (self->stale != NULL)
    {
      g_autofree char *contact = g_strdup_printf ("<%s>;expires=0", self->stale);

      tandem_sip_add (message, "Contact", contact);
    }
  tandem_sip_add (message, "Expires", expires);
  tandem_sip_add (message, "Allow", TANDEM_SIP_ALLOW);
  tandem_sip_add (message, "Supported", TANDEM_SIP_SUPPORTED);
  return request;
}

static void
on_sent (TandemErrand *errand, TandemAttempt *attempt, TandemAttempt *previous, gpointer data)
{
  TandemRegistration *self = data;

  if (self->leaving)
    return;
  if (previous == NULL && self->state == TANDEM_SIP_REGISTRATION_REGISTERED && is_valid (self))
    return;
  tell (self,
        is_valid (self) || self->state == TANDEM_SIP_REGISTRATION_FAILING_OVER
            ? TANDEM_SIP_REGISTRATION_FAILING_OVER
            : TANDEM_SIP_REGISTRATION_TRYING,
        &attempt->candidate, 0, NULL, 0);
}

/* The Contact of ours in what was sent, after the library filled in the connection's address. */
static belle_sip_uri_t *
sent_contact (TandemAttempt *attempt)
{
  belle_sip_header_contact_t *contact = belle_sip_message_get_header_by_type (
      BELLE_SIP_MESSAGE (attempt->request), belle_sip_header_contact_t);

  return contact != NULL ? belle_sip_header_address_get_uri (BELLE_SIP_HEADER_ADDRESS (contact))
                         : NULL;
}

static char *
uri_text (belle_sip_uri_t *uri)
{
  char *text = belle_sip_uri_to_string (uri);
  char *copy = g_strdup (text);

  belle_sip_free (text);
  return copy;
}

/* TRUE when the candidate sees us under another address than the Contact says. */
static gboolean
seen_elsewhere (TandemRegistration *self, TandemAttempt *attempt, belle_sip_response_t *response)
{
  belle_sip_header_via_t *via
      = belle_sip_message_get_header_by_type (BELLE_SIP_MESSAGE (response), belle_sip_header_via_t);
  belle_sip_uri_t *contact = sent_contact (attempt);
  const char *received;
  int rport;
  guint port;

  if (via == NULL || contact == NULL || *self->account->engine->config->public_address != '\0')
    return FALSE;
  received = belle_sip_header_via_get_received (via);
  rport = belle_sip_header_via_get_rport (via);
  if (received == NULL && rport <= 0)
    return FALSE;
  if (received == NULL)
    received = belle_sip_header_via_get_host (via);
  port = rport > 0 ? (guint) rport : (guint) belle_sip_uri_get_listening_port (contact);
  if (received == NULL
      || (g_strcmp0 (received, belle_sip_uri_get_host (contact)) == 0
          && port == (guint) belle_sip_uri_get_listening_port (contact)))
    return FALSE;
  return tandem_sip_account_learn_contact (self->account, &attempt->candidate, received, port);
}

static guint
granted (TandemRegistration *self, TandemAttempt *attempt, belle_sip_response_t *response)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);
  belle_sip_uri_t *ours = sent_contact (attempt);
  int expires = tandem_sip_get_number (message, "Expires");

  for (const belle_sip_list_t *l = belle_sip_message_get_headers (message, "Contact"); l != NULL;
       l = l->next)
    {
      belle_sip_header_contact_t *contact = l->data;
      belle_sip_uri_t *uri = belle_sip_header_address_get_uri (BELLE_SIP_HEADER_ADDRESS (contact));

      if (uri != NULL && ours != NULL
          && g_strcmp0 (belle_sip_uri_get_host (uri), belle_sip_uri_get_host (ours)) == 0
          && belle_sip_uri_get_listening_port (uri) == belle_sip_uri_get_listening_port (ours)
          && belle_sip_header_contact_get_expires (contact) >= 0)
        expires = belle_sip_header_contact_get_expires (contact);
    }
  if (expires < 0)
    expires = (int) self->expires;
  return (guint) CLAMP (expires, 0, LONGEST_EXPIRES);
}

static void
schedule (TandemRegistration *self, gint64 when)
{
  tandem_timer_set (&self->timer, when);
}

static void
schedule_no_later (TandemRegistration *self, gint64 when)
{
  if (!tandem_timer_is_set (&self->timer) || when < self->timer.when)
    schedule (self, when);
}

static gboolean
on_registered (TandemRegistration *self, TandemAttempt *attempt, belle_sip_response_t *response)
{
  gint64 now = tandem_engine_now ();
  guint seconds = granted (self, attempt, response);
  belle_sip_uri_t *contact = sent_contact (attempt);

  self->failures = self->redirects = 0;
  if (seen_elsewhere (self, attempt, response) && self->repeats < MAX_REPEATS)
    {
      self->repeats++;
      g_free (self->stale);
      self->stale = contact != NULL ? uri_text (contact) : NULL;
      return TRUE;
    }
  g_clear_pointer (&self->stale, g_free);
  self->repeats = 0;
  if (contact != NULL)
    {
      g_free (self->bound);
      self->bound = uri_text (contact);
    }
  if (seconds == 0)
    {
      self->valid_until = 0;
      schedule (self, now + tandem_backoff_delay (self->failures++, self->account->engine->rand));
      tell (self, TANDEM_SIP_REGISTRATION_WAITING, &attempt->candidate, 200,
            "the registrar keeps no registration", self->timer.when);
      return FALSE;
    }
  self->granted = seconds;
  self->valid_until = now + seconds * G_USEC_PER_SEC;
  tandem_sip_account_set_current (self->account, &attempt->candidate);
  schedule (self,
            now
                + tandem_backoff_jitter ((gint64) (seconds * (double) G_USEC_PER_SEC * REFRESH_AT),
                                         REFRESH_JITTER, self->account->engine->rand));
  tell (self, TANDEM_SIP_REGISTRATION_REGISTERED, &attempt->candidate, 200, NULL, 0);
  tandem_mailbox_follow (self->account->mailbox, &attempt->candidate);
  tandem_watches_follow (self->account, &attempt->candidate);
  return FALSE;
}

static gboolean
is_final_refusal (guint code)
{
  switch (code)
    {
    case 401:
    case 403:
    case 404:
    case 405:
    case 407:
      return TRUE;
    default:
      return FALSE;
    }
}

/* A 3xx is followed where it leads to another member of the pool; nobody else gets the registration. */
static gboolean
is_redirected (TandemRegistration *self, TandemAttempt *attempt, belle_sip_response_t *response)
{
  TandemSipAccount *account = self->account;
  belle_sip_header_contact_t *contact = belle_sip_message_get_header_by_type (
      BELLE_SIP_MESSAGE (response), belle_sip_header_contact_t);
  belle_sip_uri_t *uri = contact != NULL && !belle_sip_header_contact_is_wildcard (contact)
                             ? belle_sip_header_address_get_uri (BELLE_SIP_HEADER_ADDRESS (contact))
                             : NULL;
  TandemCandidate to;

  if (!tandem_sip_account_find_member (account, uri, &to)
      || tandem_candidate_equal (&to, &attempt->candidate) || self->redirects >= MAX_REDIRECTS)
    return FALSE;
  self->redirects++;
  self->is_redirected = TRUE;
  self->redirected = to;
  return TRUE;
}

static gboolean
on_final (TandemErrand *errand,
          TandemAttempt *attempt,
          belle_sip_response_t *response,
          guint code,
          gpointer data)
{
  TandemRegistration *self = data;
  gint64 now = tandem_engine_now ();
  g_autofree char *phrase = NULL;
  int least;

  tandem_sip_status (response, &phrase);
  if (self->leaving)
    return FALSE;
  if (code < 300)
    return on_registered (self, attempt, response);
  least = tandem_sip_get_number (BELLE_SIP_MESSAGE (response), "Min-Expires");
  if (code == 423 && least > (int) self->expires && least <= LONGEST_EXPIRES)
    {
      self->expires = (guint) least;
      return TRUE;
    }
  if (code < 400 && is_redirected (self, attempt, response))
    {
      tandem_sip_account_timeline (self->account, "REGISTER", &attempt->candidate,
                                   &self->redirected, "redirected", now - attempt->sent);
      schedule (self, now);
      return FALSE;
    }
  if (is_final_refusal (code))
    {
      self->valid_until = 0;
      tandem_timer_stop (&self->timer);
      tell (self, TANDEM_SIP_REGISTRATION_REJECTED, &attempt->candidate, code,
            code == 401 || code == 407 ? "wrong user name or password" : phrase, 0);
      return FALSE;
    }
  schedule (self, now + tandem_backoff_delay (self->failures++, self->account->engine->rand));
  tell (self, TANDEM_SIP_REGISTRATION_WAITING, &attempt->candidate, code, phrase, self->timer.when);
  return FALSE;
}

static gboolean
on_waiting (TandemErrand *errand, gint64 until, guint code, const char *why, gpointer data)
{
  TandemRegistration *self = data;
  gint64 spread = self->account->config->reg_spread * (gint64) G_TIME_SPAN_SECOND;

  if (self->leaving)
    return TRUE;
  tell (self,
        is_valid (self) && until - tandem_engine_now () <= spread
            ? TANDEM_SIP_REGISTRATION_FAILING_OVER
            : TANDEM_SIP_REGISTRATION_WAITING,
        NULL, code, why, until);
  return FALSE;
}

static void
on_gave_up (TandemErrand *errand, guint code, const char *why, gpointer data)
{
  TandemRegistration *self = data;
  TandemSipAccount *account = self->account;
  gint64 next = 0;

  if (self->leaving)
    return;
  /* With reg_interval 0 silence is the end of it. A name without an address is not: it may get one. */
  if (account->candidates->len == 0 || account->config->reg_interval != 0)
    {
      next = tandem_engine_now () + tandem_backoff_delay (self->failures++, account->engine->rand);
      schedule (self, next);
    }
  tell (self, TANDEM_SIP_REGISTRATION_WAITING, NULL, code, why, next);
}

static void
on_destroy (gpointer data)
{
  TandemRegistration *self = data;

  g_clear_pointer (&self->errand, tandem_errand_unref);
  if (self->leaving)
    {
      void (*left) (gpointer) = self->left;

      self->leaving = FALSE;
      self->left = NULL;
      self->valid_until = 0;
      tell (self, TANDEM_SIP_REGISTRATION_UNREGISTERED, NULL, 0, NULL, 0);
      if (left != NULL)
        left (self->left_data);
    }
}

static const TandemErrandFuncs funcs = {
  .make = on_make,
  .sent = on_sent,
  .final = on_final,
  .waiting = on_waiting,
  .gave_up = on_gave_up,
  .destroy = on_destroy,
};

/* While a call is up the registration stays where it is as long as that one is healthy; when idle the
 * operation may go back to the first of the list. */
static void
begin (TandemRegistration *self)
{
  TandemSipAccount *account = self->account;
  gboolean stay = self->leaving || tandem_engine_count_calls (account->engine, account) > 0;

  if (self->errand != NULL)
    {
      void (*left) (gpointer) = self->left;
      gboolean leaving = self->leaving;

      self->leaving = FALSE;
      self->left = NULL;
      tandem_errand_cancel (self->errand);
      self->leaving = leaving;
      self->left = left;
    }
  self->errand = tandem_errand_new (account, TANDEM_OPERATION_REGISTER, &funcs, self);
  if (self->avoids)
    tandem_errand_set_avoided (self->errand, &account->current);
  else if (stay && account->has_current)
    tandem_errand_set_preferred (self->errand, &account->current);
  if (self->is_redirected)
    tandem_errand_set_preferred (self->errand, &self->redirected);
  else
    self->redirects = 0;
  self->is_redirected = FALSE;
  self->avoids = FALSE;
  tandem_errand_begin (self->errand);
}

static void
start (TandemRegistration *self)
{
  tandem_timer_stop (&self->timer);
  if (self->account->engine->stopping)
    return;
  if (self->account->config->expires == 0 && !is_valid (self))
    {
      tell (self, TANDEM_SIP_REGISTRATION_NONE, NULL, 0, NULL, 0);
      return;
    }
  if (self->account->config->expires == 0)
    {
      tandem_registration_stop (self, NULL, NULL);
      return;
    }
  self->expires = MAX (self->expires, self->account->config->expires);
  begin (self);
}

static void
on_timer (gpointer data)
{
  start (data);
}

TandemRegistration *
tandem_registration_new (TandemSipAccount *account)
{
  TandemRegistration *self = g_new0 (TandemRegistration, 1);

  self->account = account;
  self->call_id = tandem_sip_token ();
  self->tag = tandem_sip_token ();
  self->cseq = 1;
  tandem_timer_init (&self->timer, account->engine->loop, on_timer, self);
  return self;
}

void
tandem_registration_free (TandemRegistration *self)
{
  tandem_timer_stop (&self->timer);
  self->leaving = FALSE;
  if (self->errand != NULL)
    tandem_errand_cancel (self->errand);
  g_free (self->call_id);
  g_free (self->tag);
  g_free (self->bound);
  g_free (self->stale);
  g_free (self);
}

void
tandem_registration_start (TandemRegistration *self)
{
  self->failures = 0;
  self->repeats = 0;
  self->expires = self->account->config->expires;
  start (self);
}

gboolean
tandem_registration_move (TandemRegistration *self)
{
  if (self->state != TANDEM_SIP_REGISTRATION_REGISTERED || self->errand != NULL || self->leaving)
    return FALSE;
  start (self);
  return TRUE;
}

void
tandem_registration_start_within (TandemRegistration *self, gint64 within)
{
  TandemSipRegistrationState state = self->state;

  if (state == TANDEM_SIP_REGISTRATION_NONE || state == TANDEM_SIP_REGISTRATION_REJECTED)
    return;
  self->failures = 0;
  self->repeats = 0;
  if (self->errand != NULL)
    tandem_errand_cancel (self->errand);
  schedule (self,
            tandem_engine_now () + tandem_backoff_spread (within, self->account->engine->rand));
}

void
tandem_registration_stop (TandemRegistration *self, void (*done) (gpointer), gpointer data)
{
  tandem_timer_stop (&self->timer);
  if (self->errand != NULL && !self->leaving)
    tandem_errand_cancel (self->errand);
  if (!is_valid (self) || self->leaving)
    {
      if (done != NULL)
        done (data);
      return;
    }
  self->leaving = TRUE;
  self->left = done;
  self->left_data = data;
  begin (self);
}

void
tandem_registration_candidate_failed (TandemRegistration *self,
                                      const TandemCandidate *candidate,
                                      const char *why,
                                      gboolean spread)
{
  TandemSipAccount *account = self->account;

  if (self->leaving || account->config->expires == 0 || !account->has_current
      || (account->config->reg_interval == 0 && candidate->transport == TANDEM_TRANSPORT_UDP)
      || !tandem_candidate_equal (&account->current, candidate)
      || self->state != TANDEM_SIP_REGISTRATION_REGISTERED || self->errand != NULL)
    return;
  self->avoids = spread;
  tell (self, TANDEM_SIP_REGISTRATION_FAILING_OVER, candidate, 0, why, 0);
  if (!spread || tandem_engine_count_calls (account->engine, NULL) > 0
      || account->config->reg_spread == 0)
    {
      start (self);
      return;
    }
  schedule_no_later (self,
                     tandem_engine_now ()
                         + tandem_backoff_spread (account->config->reg_spread * G_USEC_PER_SEC,
                                                  account->engine->rand));
}

void
tandem_registration_hurry (TandemRegistration *self)
{
  if (self->state != TANDEM_SIP_REGISTRATION_WAITING)
    return;
  if (self->errand != NULL)
    tandem_errand_hurry (self->errand);
  else
    start (self);
}

gboolean
tandem_registration_is_registered (TandemRegistration *self)
{
  return is_valid (self);
}

gboolean
tandem_registration_is_trying (TandemRegistration *self, const TandemCandidate *candidate)
{
  const TandemCandidate *now
      = self->errand != NULL ? tandem_errand_get_candidate (self->errand) : NULL;

  return now != NULL && tandem_candidate_equal (now, candidate);
}
