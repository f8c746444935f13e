/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "farewell.h"

#include "errand.h"
#include "message.h"

#include <string.h>

/* See farewell.h. Each copy is a request of its own with the next sequence number: a copy that
 * arrived twice is answered 481 the second time, which is as good. */

typedef struct
{
  TandemSipDialog *dialog;
  TandemErrand *errand;
  char *reason;
} Farewell;

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

void
tandem_sip_farewell (TandemSipDialog *dialog, const char *reason)
{
  Farewell *self = g_new0 (Farewell, 1);

  self->dialog = tandem_sip_dialog_ref (dialog);
  dialog->call = NULL;
  self->reason = reason != NULL && *reason != '\0' ? tandem_sip_reason_value (reason) : NULL;
  self->errand = tandem_errand_new (dialog->account, TANDEM_OPERATION_BYE, &funcs, self);
  tandem_errand_set_preferred (self->errand, &dialog->candidate);
  tandem_errand_set_in_dialog (self->errand);
  if (!tandem_sip_account_has (dialog->account, &dialog->candidate))
    tandem_errand_set_candidates (self->errand, &dialog->candidate, 1);
  tandem_engine_keep (dialog->engine, dialog->account, self, stop, TRUE);
  tandem_errand_begin (self->errand);
}
