/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transfer.h"

#include "call-private.h"
#include "message.h"
#include "refer-to.h"
#include "replaces.h"
#include "sipfrag.h"
#include "subscription.h"

#include <string.h>

/* See transfer.h. A second copy of the REFER, over another proxy, has the next sequence number: reports
 * of either count, and the first final one is the result. */

/* RFC 6665 4.1.2.4 waits 64 * T1 for the first NOTIFY: eight times our own patience with a request. */
#define FIRST_REPORT_TIMES 8
#define FIRST_REPORT_LEAST (4 * G_TIME_SPAN_SECOND)
#define USUAL_EXPIRES 180
#define LONGEST_EXPIRES 600
/* What comes after the result is still answered for that long. */
#define LINGER (32 * G_TIME_SPAN_SECOND)

static const TandemEventPackage package = {
  .name = "refer",
  .content_type = TANDEM_SIPFRAG_TYPE,
  .longest = TANDEM_SIPFRAG_LONGEST,
};

struct _TandemTransfer
{
  TandemEngine *engine;
  TandemSipAccount *account;
  TandemSipDialog *dialog;
  guint call, tag;
  char *refer_to, *referred_by;
  TandemErrand *errand; /* (nullable): the REFER under way */
  GArray *cseqs;        /* of guint: its copies */
  gboolean accepted;    /* by a 2xx, or a report came */
  gboolean reported;
  gboolean left; /* the far end hung up */
  gboolean done; /* the last event was told */
  TandemTimer timer;
};

static void
tell (TandemTransfer *self, guint code, const char *text, gboolean done)
{
  TandemSipEvent *event;

  if (self->done)
    return;
  self->done = done;
  event = tandem_sip_event_new (TANDEM_SIP_EVENT_TRANSFER, self->account->config->id);
  event->call = self->call;
  event->tag = self->tag;
  event->candidate = tandem_candidate_to_string (&self->dialog->candidate);
  event->code = code;
  event->text = g_strdup (text);
  event->done = done;
  tandem_engine_emit (self->engine, event);
}

static void
tell_failure (TandemEngine *engine, TandemSipCall *call, TandemSipCommand *command, const char *why)
{
  TandemSipEvent *event = tandem_sip_event_new (TANDEM_SIP_EVENT_TRANSFER,
                                                call != NULL ? call->account->config->id : NULL);

  event->call = command->call;
  event->tag = command->tag;
  event->text = g_strdup (why);
  event->done = TRUE;
  tandem_engine_emit (engine, event);
}

static void
transfer_free (TandemTransfer *self)
{
  g_hash_table_remove (self->engine->transfers, self);
  tandem_timer_stop (&self->timer);
  tandem_engine_release (self->engine, self);
  tandem_sip_dialog_unref (self->dialog);
  g_free (self->refer_to);
  g_free (self->referred_by);
  g_array_unref (self->cseqs);
  g_free (self);
}

static void
on_timer (gpointer data)
{
  TandemTransfer *self = data;

  if (!self->done)
    {
      tell (self, 0, "no result in time", TRUE);
      tandem_timer_set (&self->timer, tandem_engine_now () + LINGER);
      return;
    }
  if (self->errand == NULL)
    transfer_free (self);
}

static void
finish (TandemTransfer *self, guint code, const char *text)
{
  tell (self, code, text, TRUE);
  tandem_timer_set (&self->timer, tandem_engine_now () + LINGER);
}

/* The REFER */

static belle_sip_request_t *
on_make (TandemErrand *errand, guint attempt, const TandemCandidate *to, gpointer data)
{
  TandemTransfer *self = data;
  belle_sip_request_t *request = tandem_sip_dialog_make_request (self->dialog, "REFER");
  belle_sip_message_t *message;
  guint cseq;

  if (request == NULL)
    return NULL;
  message = BELLE_SIP_MESSAGE (request);
  cseq = tandem_sip_cseq (message);
  g_array_append_val (self->cseqs, cseq);
  belle_sip_message_add_header (
      message, BELLE_SIP_HEADER (tandem_sip_account_make_contact (self->account, to, -1)));
  tandem_sip_add (message, "Allow", TANDEM_SIP_ALLOW);
  tandem_sip_add (message, "Supported", TANDEM_SIP_SUPPORTED);
  return tandem_sip_add_verbatim (message, "Refer-To", self->refer_to)
                 && tandem_sip_add_verbatim (message, "Referred-By", self->referred_by)
             ? request
             : NULL;
}

static void
on_accepted (TandemTransfer *self)
{
  TandemOperationSettings settings;

  self->accepted = TRUE;
  if (self->left)
    {
      finish (self, 200, "the far end has left");
      return;
    }
  if (self->reported)
    return;
  tandem_sip_account_get_settings (self->account, &settings);
  tell (self, 202, "Accepted", FALSE);
  tandem_timer_set (&self->timer, tandem_engine_now ()
                                      + MAX (FIRST_REPORT_TIMES * settings.transaction_timeout,
                                             FIRST_REPORT_LEAST));
}

static gboolean
on_final (TandemErrand *errand,
          TandemAttempt *attempt,
          belle_sip_response_t *response,
          guint code,
          gpointer data)
{
  TandemTransfer *self = data;
  g_autofree char *phrase = NULL;
  g_autofree char *reports = NULL;

  if (code < 300)
    {
      self->dialog->candidate = attempt->candidate;
      /* RFC 4488: there will be no reports. */
      reports = tandem_sip_get (BELLE_SIP_MESSAGE (response), "Refer-Sub");
      if (reports != NULL && g_ascii_strncasecmp (reports, "false", 5) == 0)
        finish (self, 202, "Accepted, without reports");
      else
        on_accepted (self);
      return FALSE;
    }
  tandem_sip_status (response, &phrase);
  if (!self->reported)
    finish (self, code, phrase);
  return FALSE;
}

static void
on_gave_up (TandemErrand *errand, guint code, const char *why, gpointer data)
{
  TandemTransfer *self = data;

  if (code == 503 && g_str_has_prefix (why, "503 "))
    why += strlen ("503 ");
  if (!self->reported)
    finish (self, code == 503 ? code : 0, why);
}

static void
on_destroy (gpointer data)
{
  TandemTransfer *self = data;

  g_clear_pointer (&self->errand, tandem_errand_unref);
  if (!tandem_timer_is_set (&self->timer))
    tandem_timer_set (&self->timer, tandem_engine_now () + LINGER);
}

static const TandemErrandFuncs funcs
    = { .make = on_make, .final = on_final, .gave_up = on_gave_up, .destroy = on_destroy };

static void
stop (gpointer data)
{
  TandemTransfer *self = data;

  tell (self, 0, "stopped", TRUE);
  if (self->errand != NULL)
    tandem_errand_cancel (self->errand);
  transfer_free (self);
}

/* Reports */

static gboolean
is_of (TandemTransfer *self, TandemSipDialog *dialog, const char *event)
{
  const char *id = strstr (event, ";id=");
  guint64 number;
  g_autofree char *text = NULL;

  if (self->dialog != dialog)
    return FALSE;
  if (id == NULL)
    return TRUE;
  text = g_strndup (id + 4, strcspn (id + 4, "; "));
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &number, NULL))
    return FALSE;
  for (guint i = 0; i < self->cseqs->len; i++)
    {
      if (g_array_index (self->cseqs, guint, i) == number)
        return TRUE;
    }
  return FALSE;
}

static TandemTransfer *
find (TandemSipDialog *dialog, const char *event)
{
  TandemTransfer *found = NULL;
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, dialog->engine->transfers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      TandemTransfer *self = key;

      if (is_of (self, dialog, event) && (found == NULL || found->done))
        found = self;
    }
  return found;
}

static void
take_report (TandemTransfer *self, belle_sip_request_t *request, guint code, const char *phrase)
{
  TandemSubscriptionState state;

  self->accepted = self->reported = TRUE;
  tandem_subscription_get_state (request, &state);
  if (self->done)
    return;
  if (code >= 200)
    finish (self, code, phrase);
  else if (state.terminated)
    finish (self, 0, "ended without a result");
  else
    {
      gint64 expires = state.expires >= 0 ? state.expires : USUAL_EXPIRES;

      if (code != 0)
        tell (self, code, phrase, FALSE);
      tandem_timer_set (&self->timer, tandem_engine_now ()
                                          + CLAMP (expires, 1, LONGEST_EXPIRES) * G_USEC_PER_SEC);
    }
}

gboolean
tandem_transfer_on_notify (TandemSipDialog *dialog, belle_sip_request_t *request)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  TandemEngine *engine = dialog->engine;
  g_autofree char *token = tandem_subscription_get_event (request);
  g_autofree char *event = tandem_sip_get (message, "Event");
  g_autofree char *phrase = NULL;
  gsize size = belle_sip_message_get_body_size (message);
  TandemSubscriptionState state;
  TandemTransfer *self;
  guint report = 0;
  guint code;

  if (token == NULL || g_ascii_strcasecmp (token, package.name) != 0)
    return FALSE;
  self = find (dialog, event);
  if (self == NULL)
    return FALSE;
  if (!tandem_sip_dialog_accept_cseq (dialog, request))
    {
      tandem_engine_reply (engine, request, 500, "Out Of Order", NULL);
      return TRUE;
    }
  code = tandem_subscription_check_body (request, &package);
  if (code == 0
      && (!tandem_subscription_get_state (request, &state)
          || (size > 0
              && !tandem_sipfrag_parse (belle_sip_message_get_body (message), size, &report,
                                        &phrase))))
    code = 400;
  tandem_engine_reply (engine, request, code != 0 ? code : 200, NULL,
                       code == 415 ? "Accept: " TANDEM_SIPFRAG_TYPE : NULL);
  if (code == 0)
    take_report (self, request, report, phrase);
  return TRUE;
}

void
tandem_transfer_left (TandemEngine *engine, TandemSipDialog *dialog)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, engine->transfers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      TandemTransfer *self = key;

      if (self->dialog != dialog || self->done)
        continue;
      self->left = TRUE;
      if (self->accepted)
        finish (self, 200, "the far end has left");
    }
}

/* RFC 5589 6: a Contact can be called from elsewhere only when it is a GRUU (RFC 5627); else the address
 * that the other side is known by leads there, and the Replaces finds the right one of its phones. */
static char *
get_address (TandemSipDialog *dialog)
{
  const char *open = strrchr (dialog->remote, '<');
  g_autofree char *uri = open != NULL ? g_strndup (open + 1, strcspn (open + 1, ">")) : NULL;

  if (uri == NULL || strstr (dialog->target, ";gr") != NULL
      || strstr (uri, "anonymous.invalid") != NULL)
    return g_strdup (dialog->target);
  return g_steal_pointer (&uri);
}

/* The Replaces for whoever calls the far end of `other`; *target is where that is. FALSE: it has no
 * dialog yet. */
static gboolean
describe (TandemSipCall *other, char **target, char **replaces)
{
  TandemSipDialog *dialog = other->dialog;

  if (dialog == NULL && !other->incoming)
    {
      GHashTableIter iter;
      gpointer value;

      g_hash_table_iter_init (&iter, other->early);
      if (g_hash_table_iter_next (&iter, NULL, &value))
        dialog = value;
    }
  if (dialog == NULL || (other->incoming && !other->connected && other->answer == NULL))
    return FALSE;
  *target = get_address (dialog);
  *replaces = tandem_replaces_format (dialog->call_id, dialog->remote_tag, dialog->local_tag);
  return *replaces != NULL;
}

static gboolean
is_under_way (TandemSipDialog *dialog)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, dialog->engine->transfers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      TandemTransfer *self = key;

      if (self->dialog == dialog && !self->done)
        return TRUE;
    }
  return FALSE;
}

void
tandem_transfer_begin (TandemEngine *engine, TandemSipCommand *command)
{
  TandemSipCall *call = tandem_sip_call_find (engine, command->call);
  TandemSipCall *other = tandem_sip_call_find (engine, command->other);
  g_autofree char *target = NULL;
  g_autofree char *replaces = NULL;
  g_autofree char *refer_to = NULL;
  const char *wrong = NULL;
  TandemTransfer *self;

  if (call == NULL)
    wrong = "no such call";
  else if (call->dialog == NULL || (!call->connected && call->answer == NULL))
    wrong = "not connected yet";
  else if (is_under_way (call->dialog))
    wrong = "another transfer is under way";
  else if (command->other != 0 && (other == NULL || other == call))
    wrong = "no such call to transfer to";
  else if (other != NULL && !describe (other, &target, &replaces))
    wrong = "the other call does not ring yet";
  else
    refer_to = tandem_refer_to_format (command->uri != NULL ? command->uri
                                       : target != NULL     ? target
                                                            : "",
                                       replaces);
  if (wrong == NULL && refer_to == NULL)
    wrong = "not an address that can be called";
  if (wrong != NULL)
    {
      tell_failure (engine, call, command, wrong);
      return;
    }
  self = g_new0 (TandemTransfer, 1);
  self->engine = engine;
  self->account = call->account;
  self->dialog = tandem_sip_dialog_ref (call->dialog);
  self->call = call->id;
  self->tag = command->tag;
  self->refer_to = g_steal_pointer (&refer_to);
  self->referred_by = tandem_sip_address (NULL, call->account->aor);
  self->cseqs = g_array_new (FALSE, FALSE, sizeof (guint));
  tandem_timer_init (&self->timer, engine->loop, on_timer, self);
  g_hash_table_add (engine->transfers, self);
  tandem_engine_keep (engine, call->account, self, stop, FALSE);
  self->errand = tandem_sip_dialog_new_errand (self->dialog, TANDEM_OPERATION_REFER, &funcs, self);
  tandem_errand_begin (self->errand);
}
