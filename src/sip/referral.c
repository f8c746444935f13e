/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "referral.h"

#include "call-private.h"
#include "message.h"
#include "refer-to.h"
#include "sipfrag.h"
#include "subscription.h"

#include <string.h>

/* See referral.h. One NOTIFY at a time, so that they arrive in order; of several that wait, the newest
 * counts. The library does not read a Refer-To that is no SIP URI: such a one counts as absent, and is
 * refused by 400. */

#define MAX_URI 512
#define LONGEST_REFERRED_BY 512
/* The agent may think longer than the far end waits for its answer: then it is accepted, and a refusal
 * is reported. Long enough for a policy, and too short for any proxy's or phone's patience. */
#define PATIENCE (300 * G_TIME_SPAN_MILLISECOND)
#define EXPIRES 180

struct _TandemReferral
{
  TandemEngine *engine;
  TandemSipAccount *account;
  TandemSipDialog *dialog;
  guint call, tag;
  belle_sip_server_transaction_t *transaction; /* until it is answered */
  belle_sip_request_t *request;
  guint cseq;
  gboolean numbered; /* not the first REFER in its dialog: reports carry its number */
  gboolean silent;   /* RFC 4488: no reports are wanted */
  gboolean accepted;
  gint64 until;         /* us; when the reports end */
  TandemErrand *errand; /* (nullable): the NOTIFY under way */
  guint pending, last;  /* codes; 0: none */
  char *pending_text, *last_text;
  const char *ending; /* why the reports end with the next one; NULL: they do not */
  gboolean ends;      /* with the one under way */
  gboolean over;
  TandemTimer timer;
};

static void flush (TandemReferral *self);

static void
referral_free (TandemReferral *self)
{
  g_hash_table_remove (self->engine->referrals, GUINT_TO_POINTER (self->tag));
  tandem_timer_stop (&self->timer);
  tandem_engine_release (self->engine, self);
  g_clear_pointer (&self->transaction, belle_sip_object_unref);
  g_clear_pointer (&self->request, belle_sip_object_unref);
  tandem_sip_dialog_unref (self->dialog);
  g_free (self->pending_text);
  g_free (self->last_text);
  g_free (self);
}

static void
free_if_over (TandemReferral *self)
{
  if (self->over && self->errand == NULL)
    referral_free (self);
}

static void
stop (gpointer data)
{
  TandemReferral *self = data;

  self->over = TRUE;
  if (self->errand != NULL)
    tandem_errand_cancel (self->errand);
  else
    referral_free (self);
}

static void
respond (TandemReferral *self, guint code)
{
  belle_sip_server_transaction_t *transaction = g_steal_pointer (&self->transaction);
  belle_sip_response_t *response;
  belle_sip_message_t *message;

  if (transaction == NULL)
    return;
  if (belle_sip_transaction_get_state (BELLE_SIP_TRANSACTION (transaction))
      != BELLE_SIP_TRANSACTION_TERMINATED)
    {
      response = belle_sip_response_create_from_request (self->request, (int) code);
      message = BELLE_SIP_MESSAGE (response);
      if (code < 300)
        belle_sip_message_add_header (message, BELLE_SIP_HEADER (tandem_sip_account_make_contact (
                                                   self->account, &self->dialog->candidate, -1)));
      if (code < 300 && self->silent)
        tandem_sip_add_verbatim (message, "Refer-Sub", "false");
      tandem_engine_sign (self->engine, message);
      belle_sip_server_transaction_send_response (transaction, response);
    }
  belle_sip_object_unref (transaction);
}

/* The reports */

static belle_sip_request_t *
on_make (TandemErrand *errand, guint attempt, const TandemCandidate *to, gpointer data)
{
  TandemReferral *self = data;
  belle_sip_request_t *request = tandem_sip_dialog_make_request (self->dialog, "NOTIFY");
  g_autofree char *body = tandem_sipfrag_format (self->last, self->last_text);
  g_autofree char *event = NULL;
  g_autofree char *state = NULL;
  gint64 left = (self->until - tandem_engine_now ()) / G_USEC_PER_SEC;
  belle_sip_message_t *message;

  if (request == NULL)
    return NULL;
  message = BELLE_SIP_MESSAGE (request);
  event = self->numbered ? g_strdup_printf ("refer;id=%u", self->cseq) : g_strdup ("refer");
  state = self->ends ? g_strdup_printf ("terminated;reason=%s", self->ending)
                     : g_strdup_printf ("active;expires=%" G_GINT64_FORMAT, MAX (left, 0));
  belle_sip_message_add_header (
      message, BELLE_SIP_HEADER (tandem_sip_account_make_contact (self->account, to, -1)));
  tandem_sip_add (message, "Allow", TANDEM_SIP_ALLOW);
  tandem_sip_add_verbatim (message, "Event", event);
  tandem_sip_add_verbatim (message, "Subscription-State", state);
  tandem_sip_add (message, "Content-Type", TANDEM_SIPFRAG_TYPE ";version=2.0");
  belle_sip_message_set_header (
      message, BELLE_SIP_HEADER (belle_sip_header_content_length_create (strlen (body))));
  belle_sip_message_set_body (message, body, strlen (body));
  return request;
}

static gboolean
on_final (TandemErrand *errand,
          TandemAttempt *attempt,
          belle_sip_response_t *response,
          guint code,
          gpointer data)
{
  TandemReferral *self = data;

  if (code < 300)
    self->dialog->candidate = attempt->candidate;
  /* Nobody listens any more (RFC 6665 4.2.2). */
  if (code == 481)
    self->over = TRUE;
  return FALSE;
}

static void
on_gave_up (TandemErrand *errand, guint code, const char *why, gpointer data)
{
}

static void
on_destroy (gpointer data)
{
  TandemReferral *self = data;

  g_clear_pointer (&self->errand, tandem_errand_unref);
  if (self->ends)
    self->over = TRUE;
  if (self->over)
    referral_free (self);
  else if (self->pending != 0)
    flush (self);
}

static const TandemErrandFuncs funcs
    = { .make = on_make, .final = on_final, .gave_up = on_gave_up, .destroy = on_destroy };

static void
flush (TandemReferral *self)
{
  if (self->errand != NULL || self->pending == 0)
    return;
  self->last = self->pending;
  self->pending = 0;
  g_free (self->last_text);
  self->last_text = g_steal_pointer (&self->pending_text);
  if (self->last >= 200)
    self->ending = "noresource";
  self->ends = self->ending != NULL;
  self->errand = tandem_sip_dialog_new_errand (self->dialog, TANDEM_OPERATION_NOTIFY, &funcs, self);
  tandem_errand_begin (self->errand);
}

static void
report (TandemReferral *self, guint code, const char *text)
{
  if (self->over || self->ending != NULL || self->pending >= 200)
    return;
  if (self->silent)
    {
      self->over = self->over || code >= 200;
      free_if_over (self);
      return;
    }
  g_free (self->pending_text);
  self->pending_text = g_strdup (text);
  self->pending = code;
  flush (self);
}

static void
take_on (TandemReferral *self)
{
  if (self->accepted)
    return;
  self->accepted = TRUE;
  self->until = tandem_engine_now () + EXPIRES * G_USEC_PER_SEC;
  tandem_timer_set (&self->timer, self->until);
  respond (self, 202);
  report (self, 100, NULL);
}

static void
on_timer (gpointer data)
{
  TandemReferral *self = data;

  if (!self->accepted)
    {
      take_on (self);
      return;
    }
  if (self->over || self->ending != NULL)
    return;
  self->ending = "timeout";
  self->pending = self->last != 0 ? self->last : 100;
  if (self->silent)
    {
      self->over = TRUE;
      free_if_over (self);
    }
  else
    flush (self);
}

static TandemReferral *
find (TandemEngine *engine, guint tag)
{
  return g_hash_table_lookup (engine->referrals, GUINT_TO_POINTER (tag));
}

void
tandem_referral_answer (TandemEngine *engine, guint tag, guint code)
{
  TandemReferral *self = find (engine, tag);

  if (self == NULL)
    return;
  if (code >= 200 && code < 300)
    take_on (self);
  else if (self->accepted)
    report (self, code >= 300 && code < 700 ? code : 603, NULL);
  else
    {
      respond (self, code >= 300 && code < 700 ? code : 603);
      self->over = TRUE;
      free_if_over (self);
    }
}

void
tandem_referral_report (TandemEngine *engine, guint tag, guint code, const char *text)
{
  TandemReferral *self = find (engine, tag);

  if (self == NULL || code < 100 || code > 699)
    return;
  take_on (self);
  self = find (engine, tag);
  if (self != NULL)
    report (self, code, text);
}

/* The REFER */

static TandemReferral *
find_in (TandemSipDialog *dialog)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, dialog->engine->referrals);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TandemReferral *self = value;

      if (self->dialog == dialog && !self->over && self->ending == NULL)
        return self;
    }
  return NULL;
}

static guint
read_target (belle_sip_message_t *message, char **target, char **replaces)
{
  g_auto (GStrv) values = tandem_sip_get_all (message, "Refer-To");
  guint code;

  if (values[0] == NULL || values[1] != NULL)
    return 400;
  code = tandem_refer_to_parse (values[0], target, replaces);
  if (code == 0 && g_ascii_strncasecmp (*target, "tel:", 4) != 0
      && !tandem_sip_is_uri (*target, MAX_URI))
    return 400;
  return code;
}

void
tandem_referral_on_request (TandemSipCall *call, belle_sip_request_t *request)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  TandemEngine *engine = call->engine;
  g_autofree char *target = NULL;
  g_autofree char *replaces = NULL;
  g_autofree char *reports = tandem_sip_get (message, "Refer-Sub");
  guint code = read_target (message, &target, &replaces);
  belle_sip_server_transaction_t *transaction;
  TandemReferral *self;
  TandemSipEvent *event;

  if (code == 0 && (!call->connected || find_in (call->dialog) != NULL))
    code = 491;
  if (code != 0)
    {
      tandem_engine_reply (engine, request, code, NULL, NULL);
      return;
    }
  transaction = belle_sip_provider_create_server_transaction (engine->provider, request);
  if (transaction == NULL)
    return;
  self = g_new0 (TandemReferral, 1);
  self->engine = engine;
  self->account = call->account;
  self->dialog = tandem_sip_dialog_ref (call->dialog);
  self->call = call->id;
  self->tag = ++engine->last_referral;
  self->transaction = (belle_sip_server_transaction_t *) belle_sip_object_ref (transaction);
  self->request = (belle_sip_request_t *) belle_sip_object_ref (request);
  self->cseq = tandem_sip_cseq (message);
  self->numbered = call->dialog->referrals++ > 0;
  self->silent = reports != NULL && g_ascii_strncasecmp (reports, "false", 5) == 0;
  tandem_timer_init (&self->timer, engine->loop, on_timer, self);
  tandem_timer_set (&self->timer, tandem_engine_now () + PATIENCE);
  g_hash_table_insert (engine->referrals, GUINT_TO_POINTER (self->tag), self);
  tandem_engine_keep (engine, call->account, self, stop, FALSE);
  event = tandem_sip_event_new (TANDEM_SIP_EVENT_REFERRAL, call->account->config->id);
  event->call = call->id;
  event->tag = self->tag;
  event->sip_call_id = g_strdup (call->sip_call_id);
  event->target = g_steal_pointer (&target);
  event->replaces_header = g_steal_pointer (&replaces);
  event->referred_by = tandem_sip_get_address (message, "Referred-By", LONGEST_REFERRED_BY);
  tandem_engine_emit (engine, event);
}

gboolean
tandem_referral_on_subscribe (TandemSipDialog *dialog, belle_sip_request_t *request)
{
  TandemReferral *self = find_in (dialog);
  g_autofree char *token = tandem_subscription_get_event (request);
  g_autofree char *granted = NULL;
  gint64 left;

  if (self == NULL || !self->accepted || self->silent || token == NULL
      || g_ascii_strcasecmp (token, "refer") != 0)
    return FALSE;
  if (!tandem_sip_dialog_accept_cseq (dialog, request))
    {
      tandem_engine_reply (dialog->engine, request, 500, "Out Of Order", NULL);
      return TRUE;
    }
  left = (self->until - tandem_engine_now ()) / G_USEC_PER_SEC;
  if (tandem_sip_get_number (BELLE_SIP_MESSAGE (request), "Expires") == 0)
    left = 0;
  granted = g_strdup_printf ("Expires: %" G_GINT64_FORMAT, MAX (left, 0));
  tandem_engine_reply (dialog->engine, request, 200, NULL, granted);
  if (self->pending == 0)
    self->pending = self->last != 0 ? self->last : 100;
  if (left <= 0)
    self->ending = "timeout";
  flush (self);
  return TRUE;
}
