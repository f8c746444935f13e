/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request.h"

#include "call-private.h"
#include "errand.h"
#include "message.h"

#include <string.h>

/* See request.h. A second copy, over another proxy, has the next sequence number and a branch of its
 * own. A 481 ends no call, although RFC 5057 5.1 would let it: the proxy that sent it may only not
 * know the call, and the next refresh of the session finds out. */

#define MAX_URI 512
#define MAX_BODY 32768

typedef struct
{
  const char *method;
  TandemOperationKind kind;
  gboolean has_contact; /* RFC 3428 5 forbids it in a MESSAGE; others make no use of it */
  gboolean in_call, outside;
} Method;

static const Method methods[] = {
  { "INFO", TANDEM_OPERATION_INFO, FALSE, TRUE, TRUE },
  { "REFER", TANDEM_OPERATION_REFER, TRUE, TRUE, TRUE },
  { "NOTIFY", TANDEM_OPERATION_NOTIFY, TRUE, TRUE, TRUE },
  { "MESSAGE", TANDEM_OPERATION_MESSAGE, FALSE, TRUE, TRUE },
  { "UPDATE", TANDEM_OPERATION_UPDATE, TRUE, TRUE, FALSE },
  { "PUBLISH", TANDEM_OPERATION_PUBLISH, FALSE, FALSE, TRUE },
  /* To a far end, which may be slow: not with the rule of a probe. */
  { "OPTIONS", TANDEM_OPERATION_INFO, TRUE, TRUE, TRUE },
};

typedef struct
{
  TandemEngine *engine;
  TandemSipAccount *account;
  TandemErrand *errand;
  const Method *method;
  TandemSipDialog *dialog; /* (nullable): outside of any */
  char *uri, *call_id, *from_tag;
  guint cseq;
  GHashTable *headers;
  char *content_type, *body;
  guint call, tag;
  gboolean told;
} Request;

static void
tell (TandemEngine *engine,
      const char *account,
      guint call,
      guint tag,
      const TandemCandidate *candidate,
      guint code,
      const char *text)
{
  TandemSipEvent *event = tandem_sip_event_new (TANDEM_SIP_EVENT_REQUEST, account);

  event->call = call;
  event->tag = tag;
  event->candidate = candidate != NULL ? tandem_candidate_to_string (candidate) : NULL;
  event->code = code;
  event->text = g_strdup (text);
  tandem_engine_emit (engine, event);
}

/* "text/plain", perhaps with parameters. */
static gboolean
is_type (const char *text)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *type = g_strstrip (g_strndup (text, strcspn (text, ";")));

  parts = g_strsplit (type, "/", -1);
  return g_strv_length (parts) == 2 && tandem_sip_is_token (parts[0])
         && tandem_sip_is_token (parts[1]);
}

/* (transfer full) (nullable): what is wrong with the command */
static char *
complaint (TandemSipCommand *command, const Method *method)
{
  GHashTableIter iter;
  gpointer name, value;

  if (method == NULL)
    return g_strdup ("not a request that can be sent like this");
  if (command->body != NULL && (command->content_type == NULL || !is_type (command->content_type)))
    return g_strdup ("a body without its type");
  if (command->body != NULL && strlen (command->body) > MAX_BODY)
    return g_strdup ("the body is too long");
  if (method->kind == TANDEM_OPERATION_UPDATE && command->body != NULL)
    return g_strdup ("an UPDATE with a body would change the session");
  if (command->headers == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, command->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      if (tandem_sip_is_free_header (name))
        continue;
      return g_strdup ("a header that cannot be set");
    }
  return NULL;
}

/* FALSE when a part of it does not parse. */
static gboolean
add_contents (Request *self, belle_sip_message_t *message)
{
  GHashTableIter iter;
  gpointer name, value;
  gsize length;

  if (self->headers != NULL)
    {
      g_hash_table_iter_init (&iter, self->headers);
      while (g_hash_table_iter_next (&iter, &name, &value))
        {
          if (!tandem_sip_add_verbatim (message, name, value))
            return FALSE;
        }
    }
  if (self->body == NULL)
    return TRUE;
  if (!tandem_sip_add (message, "Content-Type", self->content_type))
    return FALSE;
  length = strlen (self->body);
  belle_sip_message_set_header (message,
                                BELLE_SIP_HEADER (belle_sip_header_content_length_create (length)));
  belle_sip_message_set_body (message, self->body, length);
  return TRUE;
}

static belle_sip_request_t *
make_outside (Request *self)
{
  TandemSipAccount *account = self->account;
  g_autofree char *from = tandem_sip_address (account->config->display_name, account->aor);
  g_autofree char *to = tandem_sip_address (NULL, self->uri);

  return tandem_sip_request_new (self->method->method, self->uri, self->call_id, ++self->cseq, from,
                                 self->from_tag, to, NULL, 70);
}

static belle_sip_request_t *
on_make (TandemErrand *errand, guint attempt, const TandemCandidate *to, gpointer data)
{
  Request *self = data;
  belle_sip_request_t *request
      = self->dialog != NULL ? tandem_sip_dialog_make_request (self->dialog, self->method->method)
                             : make_outside (self);
  belle_sip_message_t *message;

  if (request == NULL)
    return NULL;
  message = BELLE_SIP_MESSAGE (request);
  if (self->method->has_contact)
    belle_sip_message_add_header (
        message, BELLE_SIP_HEADER (tandem_sip_account_make_contact (self->account, to, -1)));
  tandem_sip_add (message, "Allow", TANDEM_SIP_ALLOW);
  return add_contents (self, message) ? request : NULL;
}

static void
tell_result (Request *self, const TandemCandidate *candidate, guint code, const char *text)
{
  if (self->told)
    return;
  self->told = TRUE;
  tell (self->engine, self->account->config->id, self->call, self->tag, candidate, code, text);
}

static gboolean
on_final (TandemErrand *errand,
          TandemAttempt *attempt,
          belle_sip_response_t *response,
          guint code,
          gpointer data)
{
  Request *self = data;
  g_autofree char *phrase = NULL;

  tandem_sip_status (response, &phrase);
  if (code < 300 && self->dialog != NULL)
    self->dialog->candidate = attempt->candidate;
  tell_result (self, &attempt->candidate, code, phrase);
  return FALSE;
}

static void
on_gave_up (TandemErrand *errand, guint code, const char *why, gpointer data)
{
  if (code == 503 && g_str_has_prefix (why, "503 "))
    why += strlen ("503 ");
  tell_result (data, NULL, code == 503 ? code : 0, why);
}

static void
on_destroy (gpointer data)
{
  Request *self = data;

  tell_result (self, NULL, 0, "stopped");
  tandem_engine_release (self->engine, self);
  tandem_errand_unref (self->errand);
  if (self->dialog != NULL)
    tandem_sip_dialog_unref (self->dialog);
  g_free (self->uri);
  g_free (self->call_id);
  g_free (self->from_tag);
  g_clear_pointer (&self->headers, g_hash_table_unref);
  g_free (self->content_type);
  g_free (self->body);
  g_free (self);
}

static const TandemErrandFuncs funcs
    = { .make = on_make, .final = on_final, .gave_up = on_gave_up, .destroy = on_destroy };

static void
stop (gpointer data)
{
  tandem_errand_cancel (((Request *) data)->errand);
}

static Request *
request_new (TandemSipAccount *account,
             TandemSipDialog *dialog,
             const Method *method,
             TandemSipCommand *command)
{
  Request *self = g_new0 (Request, 1);

  self->engine = account->engine;
  self->account = account;
  self->method = method;
  self->call = command->call;
  self->tag = command->tag;
  self->headers = g_steal_pointer (&command->headers);
  self->content_type = g_steal_pointer (&command->content_type);
  self->body = g_steal_pointer (&command->body);
  self->dialog = dialog != NULL ? tandem_sip_dialog_ref (dialog) : NULL;
  self->errand = dialog != NULL ? tandem_sip_dialog_new_errand (dialog, method->kind, &funcs, self)
                                : tandem_errand_new (account, method->kind, &funcs, self);
  tandem_errand_set_name (self->errand, method->method);
  tandem_engine_keep (account->engine, account, self, stop, FALSE);
  return self;
}

static const Method *
find_method (const char *name, gboolean in_call)
{
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      if (strcmp (methods[i].method, name) == 0)
        return (in_call ? methods[i].in_call : methods[i].outside) ? &methods[i] : NULL;
    }
  return NULL;
}

void
tandem_sip_request_in_call (TandemEngine *engine, TandemSipCommand *command)
{
  const Method *method = find_method (command->method, TRUE);
  TandemSipCall *call = tandem_sip_call_find (engine, command->call);
  g_autofree char *wrong = complaint (command, method);
  const char *account = call != NULL ? call->account->config->id : NULL;
  Request *self;

  if (call == NULL)
    {
      g_free (wrong);
      wrong = g_strdup ("no such call");
    }
  else if (wrong == NULL && (call->dialog == NULL || (!call->connected && call->answer == NULL)))
    wrong = g_strdup ("not connected yet");
  if (wrong != NULL)
    {
      tell (engine, account, command->call, command->tag, NULL, 0, wrong);
      return;
    }
  self = request_new (call->account, call->dialog, method, command);
  tandem_errand_begin (self->errand);
}

void
tandem_sip_request_to (TandemEngine *engine, TandemSipAccount *account, TandemSipCommand *command)
{
  const Method *method = find_method (command->method, FALSE);
  g_autofree char *wrong = complaint (command, method);
  Request *self;

  if (account == NULL || engine->stopping)
    {
      g_free (wrong);
      wrong = g_strdup ("no such account");
    }
  else if (wrong == NULL && !tandem_sip_is_uri (command->uri, MAX_URI))
    wrong = g_strdup ("not a SIP address");
  if (wrong != NULL)
    {
      tell (engine, command->account, 0, command->tag, NULL, 0, wrong);
      return;
    }
  self = request_new (account, NULL, method, command);
  self->uri = g_strndup (command->uri, strcspn (command->uri, "?"));
  self->call_id = tandem_sip_token ();
  self->from_tag = tandem_sip_token ();
  tandem_errand_set_preferred (self->errand, tandem_sip_account_get_preferred (account));
  tandem_errand_begin (self->errand);
}
