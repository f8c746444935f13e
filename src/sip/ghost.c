/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghost.h"

#include "farewell.h"
#include "message.h"

/* See ghost.h. */

#define LIFE (40 * G_TIME_SPAN_SECOND)
#define MAX_FORKS 32

typedef struct
{
  TandemSipAccount *account;
  TandemAttempt *attempt;
  TandemGhostMode mode;
  TandemErrand *cancel; /* (nullable) the CANCEL under way */
  gboolean cancelled;   /* one was sent to the INVITE's own hop */
  gboolean finished;    /* a final answer came */
  GHashTable *acks;     /* To tag -> ACK (a reference) */
  TandemTimer timer;
} Ghost;

static void
ack_free (gpointer data)
{
  if (data != NULL)
    belle_sip_object_unref (data);
}

static void
ghost_free (Ghost *self)
{
  TandemErrand *cancel = g_steal_pointer (&self->cancel);

  if (cancel != NULL)
    {
      tandem_errand_cancel (cancel);
      tandem_errand_unref (cancel);
    }
  tandem_timer_stop (&self->timer);
  tandem_attempt_drop (self->attempt);
  tandem_attempt_unref (self->attempt);
  g_hash_table_unref (self->acks);
  tandem_engine_release (self->account->engine, self);
  g_free (self);
}

/* RFC 3261 9.1: everything as in the INVITE, which may no longer have a transaction. */
static belle_sip_request_t *
make_cancel (belle_sip_request_t *invite)
{
  static const char *const copied[] = { "From", "To", "Call-ID", "Route", "Max-Forwards" };
  belle_sip_message_t *original = BELLE_SIP_MESSAGE (invite);
  belle_sip_header_via_t *via
      = belle_sip_message_get_header_by_type (original, belle_sip_header_via_t);
  belle_sip_request_t *request = belle_sip_request_new ();
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);

  if (via == NULL)
    return NULL;
  belle_sip_request_set_method (request, "CANCEL");
  belle_sip_request_set_uri (request, (belle_sip_uri_t *) belle_sip_object_clone (
                                          BELLE_SIP_OBJECT (belle_sip_request_get_uri (invite))));
  belle_sip_message_add_header (message,
                                BELLE_SIP_HEADER (belle_sip_object_clone (BELLE_SIP_OBJECT (via))));
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    {
      const belle_sip_list_t *l = belle_sip_message_get_headers (original, copied[i]);

      for (; l != NULL; l = l->next)
        belle_sip_message_add_header (
            message, BELLE_SIP_HEADER (belle_sip_object_clone (BELLE_SIP_OBJECT (l->data))));
    }
  belle_sip_message_add_header (message, BELLE_SIP_HEADER (belle_sip_header_cseq_create (
                                             tandem_sip_cseq (original), "CANCEL")));
  return request;
}

static belle_sip_request_t *
on_cancel_make (TandemErrand *errand, guint attempt, const TandemCandidate *to, gpointer data)
{
  Ghost *self = data;

  if (tandem_candidate_equal (to, &self->attempt->candidate))
    self->cancelled = TRUE;
  return make_cancel (self->attempt->request);
}

static gboolean
on_cancel_final (TandemErrand *errand,
                 TandemAttempt *attempt,
                 belle_sip_response_t *response,
                 guint code,
                 gpointer data)
{
  return FALSE;
}

static void
on_cancel_gave_up (TandemErrand *errand, guint code, const char *why, gpointer data)
{
}

static void
on_cancel_destroy (gpointer data)
{
  Ghost *self = data;

  g_clear_pointer (&self->cancel, tandem_errand_unref);
}

static const TandemErrandFuncs cancel_funcs = {
  .make = on_cancel_make,
  .final = on_cancel_final,
  .gave_up = on_cancel_gave_up,
  .destroy = on_cancel_destroy,
};

typedef enum
{
  ANYWHERE,  /* whoever is healthy */
  OWN_FIRST, /* where the INVITE went, then the others */
  OWN_ONLY,  /* a late sign of life came from there, whatever is thought of it */
} CancelTo;

static void
send_cancel (Ghost *self, CancelTo where)
{
  TandemErrand *before = g_steal_pointer (&self->cancel);
  TandemCandidate *hop = &self->attempt->candidate;

  if (before != NULL)
    {
      tandem_errand_cancel (before);
      tandem_errand_unref (before);
      self->cancel = NULL;
    }
  self->cancel = tandem_errand_new (self->account, TANDEM_OPERATION_CANCEL, &cancel_funcs, self);
  tandem_errand_set_transaction_only_to (self->cancel, hop);
  if (where != ANYWHERE)
    tandem_errand_set_preferred (self->cancel, hop);
  if (where == OWN_ONLY || (where == OWN_FIRST && !tandem_sip_account_has (self->account, hop)))
    tandem_errand_set_candidates (self->cancel, hop, 1);
  tandem_errand_begin (self->cancel);
}

static void
end_fork (Ghost *self, belle_sip_response_t *response)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (response);
  const char *tag = tandem_sip_to_tag (message);
  belle_sip_request_t *known;
  TandemSipDialog *living;
  g_autoptr (TandemSipDialog) dialog = NULL;

  if (tag == NULL)
    return;
  known = g_hash_table_lookup (self->acks, tag);
  if (known != NULL)
    {
      tandem_engine_ack (self->account->engine, known);
      return;
    }
  if (g_hash_table_size (self->acks) >= MAX_FORKS)
    return;
  living = tandem_sip_dialog_find_by_response (self->account->engine, message);
  dialog = living != NULL
               ? tandem_sip_dialog_ref (living)
               : tandem_sip_dialog_new_from_response (self->account, self->attempt->request,
                                                      response, &self->attempt->candidate);
  if (dialog == NULL)
    return;
  known = tandem_sip_dialog_make_ack (dialog, tandem_sip_cseq (message), NULL);
  if (known == NULL)
    return;
  g_hash_table_insert (self->acks, g_strdup (tag), known);
  tandem_engine_ack (self->account->engine, known);
  if (living != NULL)
    return;
  g_info ("A call that nobody waits for was answered; it is ended");
  tandem_sip_farewell (dialog, NULL);
}

static void
on_response (TandemAttempt *attempt, belle_sip_response_t *response, guint code, gpointer data)
{
  Ghost *self = data;

  if (code >= 200)
    self->finished = TRUE;
  if (code < 200)
    {
      if (self->mode != TANDEM_GHOST_ANSWERED && !self->cancelled)
        send_cancel (self, self->mode == TANDEM_GHOST_ABANDONED ? OWN_ONLY : OWN_FIRST);
      return;
    }
  if (self->cancel != NULL)
    tandem_errand_cancel (self->cancel);
  if (code < 300)
    end_fork (self, response);
  else
    ghost_free (self);
}

static void
on_ended (TandemAttempt *attempt, gpointer data)
{
  Ghost *self = data;

  if (self->cancel == NULL || self->mode == TANDEM_GHOST_ANSWERED || self->finished)
    ghost_free (self);
}

static void
on_timer (gpointer data)
{
  Ghost *self = data;
  gint64 now = tandem_engine_now ();

  if (self->mode == TANDEM_GHOST_CANCELLED && !self->attempt->heard)
    {
      self->mode = TANDEM_GHOST_ABANDONED;
      tandem_timer_set (&self->timer, now + LIFE);
      send_cancel (self, ANYWHERE);
      return;
    }
  ghost_free (self);
}

static void
stop (gpointer data)
{
  ghost_free (data);
}

void
tandem_sip_ghost (TandemSipAccount *account,
                  TandemAttempt *attempt,
                  TandemGhostMode mode,
                  const char *to_tag,
                  belle_sip_request_t *ack)
{
  Ghost *self;
  TandemOperationSettings settings;
  gint64 now = tandem_engine_now ();

  if (!tandem_attempt_has_left (attempt))
    {
      tandem_attempt_drop (attempt);
      return;
    }
  self = g_new0 (Ghost, 1);
  self->account = account;
  self->attempt = tandem_attempt_ref (attempt);
  self->mode = mode;
  self->acks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, ack_free);
  if (to_tag != NULL && ack != NULL)
    g_hash_table_insert (self->acks, g_strdup (to_tag), belle_sip_object_ref (ack));
  tandem_attempt_take (attempt, on_response, on_ended, self);
  tandem_timer_init (&self->timer, account->engine->loop, on_timer, self);
  tandem_engine_keep (account->engine, account, self, stop, mode == TANDEM_GHOST_CANCELLED);
  tandem_sip_account_get_settings (account, &settings);
  switch (mode)
    {
    case TANDEM_GHOST_CANCELLED:
      tandem_timer_set (&self->timer,
                        attempt->heard ? now + LIFE
                                       : MAX (now, attempt->sent + settings.transaction_timeout));
      if (attempt->heard)
        send_cancel (self, OWN_FIRST);
      break;
    case TANDEM_GHOST_ABANDONED:
      tandem_timer_set (&self->timer, now + LIFE);
      send_cancel (self, ANYWHERE);
      break;
    case TANDEM_GHOST_ANSWERED:
    default:
      tandem_timer_set (&self->timer, now + LIFE);
      break;
    }
}
