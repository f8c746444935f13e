/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "farewell.h"

#include "errand.h"
#include "message.h"

#include <string.h>

/* See farewell.h. Each copy is a request of its own with the next sequence number: a copy that
 * arrived twice is answered 481 the second time, which is as good. */

typedef struct _Leaving Leaving;

typedef struct
{
  TandemSipDialog *dialog;
  TandemErrand *errand;
  char *reason;
  Leaving *leaving; /* (nullable) */
} Farewell;

/* A call that was left before its answer was confirmed. */
struct _Leaving
{
  TandemSipDialog *dialog;
  TandemAnswer *answer;
  char *reason;
  TandemTimer late;   /* when the ACK is not waited for any more */
  Farewell *farewell; /* (nullable) (unowned): the BYE under way */
};

static void leaving_free (Leaving *self);

char *
tandem_sip_reason_value (const char *reason)
{
  g_autofree char *clean = tandem_sip_clean (reason);
  GString *value;

  g_strstrip (clean);
  if (strchr (clean, ';') != NULL && strchr (clean, '=') != NULL)
    return g_steal_pointer (&clean);
  value = g_string_new ("SIP;cause=200;text=\"");
  for (const char *p = clean; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (value, '\\');
      g_string_append_c (value, *p);
    }
  g_string_append_c (value, '"');
  return g_string_free (value, FALSE);
}

static belle_sip_request_t *
on_make (TandemErrand *errand, guint attempt, const TandemCandidate *to, gpointer data)
{
  Farewell *self = data;
  belle_sip_request_t *request = tandem_sip_dialog_make_request (self->dialog, "BYE");

  if (request != NULL && self->reason != NULL)
    tandem_sip_add (BELLE_SIP_MESSAGE (request), "Reason", self->reason);
  return request;
}

static gboolean
on_final (TandemErrand *errand,
          TandemAttempt *attempt,
          belle_sip_response_t *response,
          guint code,
          gpointer data)
{
  Farewell *self = data;
  Leaving *leaving = self->leaving;

  if (leaving != NULL && code < 300)
    leaving_free (leaving);
  return FALSE;
}

static void
on_gave_up (TandemErrand *errand, guint code, const char *why, gpointer data)
{
  g_info ("BYE was given up: %s", why);
}

static void
on_destroy (gpointer data)
{
  Farewell *self = data;

  if (self->leaving != NULL)
    self->leaving->farewell = NULL;
  tandem_engine_release (self->dialog->engine, self);
  tandem_errand_unref (self->errand);
  tandem_sip_dialog_unref (self->dialog);
  g_free (self->reason);
  g_free (self);
}

static const TandemErrandFuncs funcs
    = { .make = on_make, .final = on_final, .gave_up = on_gave_up, .destroy = on_destroy };

static void
stop (gpointer data)
{
  tandem_errand_cancel (((Farewell *) data)->errand);
}

static void
say (TandemSipDialog *dialog, const char *reason, Leaving *leaving)
{
  Farewell *self = g_new0 (Farewell, 1);

  self->dialog = tandem_sip_dialog_ref (dialog);
  self->reason = g_strdup (reason);
  self->leaving = leaving;
  if (leaving != NULL)
    leaving->farewell = self;
  self->errand = tandem_errand_new (dialog->account, TANDEM_OPERATION_BYE, &funcs, self);
  tandem_errand_set_preferred (self->errand, &dialog->candidate);
  tandem_errand_set_in_dialog (self->errand);
  if (!tandem_sip_account_has (dialog->account, &dialog->candidate))
    tandem_errand_set_candidates (self->errand, &dialog->candidate, 1);
  tandem_engine_keep (dialog->engine, dialog->account, self, stop, TRUE);
  tandem_errand_begin (self->errand);
}

void
tandem_sip_farewell (TandemSipDialog *dialog, const char *reason)
{
  g_autofree char *value
      = reason != NULL && *reason != '\0' ? tandem_sip_reason_value (reason) : NULL;

  dialog->call = NULL;
  say (dialog, value, NULL);
}

/* Before the answer is confirmed */

static void
leaving_free (Leaving *self)
{
  TandemEngine *engine = self->dialog->engine;

  if (self->farewell != NULL)
    self->farewell->leaving = NULL;
  self->dialog->behind = NULL;
  tandem_timer_stop (&self->late);
  tandem_answer_free (self->answer);
  tandem_sip_dialog_unref (self->dialog);
  g_free (self->reason);
  tandem_engine_release (engine, self);
  g_free (self);
}

static void
on_late (gpointer data)
{
  Leaving *self = data;

  say (self->dialog, self->reason, self);
}

static void
on_never_confirmed (gpointer data)
{
  Leaving *self = data;

  if (tandem_timer_is_set (&self->late))
    say (self->dialog, self->reason, NULL);
  leaving_free (self);
}

static void
on_behind (belle_sip_request_t *request, gpointer data)
{
  Leaving *self = data;
  gboolean ack = strcmp (belle_sip_request_get_method (request), "ACK") == 0;

  if (ack && tandem_sip_cseq (BELLE_SIP_MESSAGE (request)) != tandem_answer_get_cseq (self->answer))
    return;
  if (ack)
    {
      self->dialog->candidate = *tandem_answer_get_candidate (self->answer);
      tandem_answer_confirmed (self->answer);
      if (self->farewell == NULL)
        say (self->dialog, self->reason, NULL);
    }
  leaving_free (self);
}

static void
stop_leaving (gpointer data)
{
  leaving_free (data);
}

void
tandem_sip_farewell_unconfirmed (TandemSipDialog *dialog, TandemAnswer *answer, const char *reason)
{
  Leaving *self = g_new0 (Leaving, 1);
  TandemOperationSettings settings;

  self->dialog = tandem_sip_dialog_ref (dialog);
  dialog->call = NULL;
  dialog->behind = on_behind;
  dialog->behind_data = self;
  self->answer = answer;
  tandem_answer_hand_over (answer, on_never_confirmed, self);
  self->reason = reason != NULL && *reason != '\0' ? tandem_sip_reason_value (reason) : NULL;
  tandem_sip_account_get_settings (dialog->account, &settings);
  tandem_timer_init (&self->late, dialog->engine->loop, on_late, self);
  tandem_timer_set (&self->late,
                    MAX (tandem_answer_get_started (answer) + settings.transaction_timeout,
                         tandem_engine_now ()));
  tandem_engine_keep (dialog->engine, dialog->account, self, stop_leaving, TRUE);
}
