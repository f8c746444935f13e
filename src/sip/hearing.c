/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hearing.h"

#include "account.h"
#include "call.h"
#include "errand.h"

#include <string.h>

/* See hearing.h. */

/* s: nobody forgets a practice for longer. */
#define LONGEST_PRACTICE 3600

static void
on_silence_ended (const TandemCandidate *candidate, gpointer data)
{
  TandemEngine *self = data;
  g_autoptr (GList) accounts = g_hash_table_get_values (self->accounts);

  for (GList *l = accounts; l != NULL; l = l->next)
    {
      if (tandem_sip_account_has (l->data, candidate))
        tandem_sip_account_timeline (l->data, "practice", NULL, candidate, "heard again", 0);
    }
}

static void
stop_hearing_one (TandemEngine *self, const TandemCandidate *candidate, guint seconds)
{
  g_autoptr (GList) accounts = g_hash_table_get_values (self->accounts);
  gint64 until = tandem_engine_now () + MIN (seconds, LONGEST_PRACTICE) * G_USEC_PER_SEC;

  tandem_silence_set (self->silence, candidate, seconds > 0 ? until : 0);
  for (GList *l = accounts; l != NULL && seconds > 0; l = l->next)
    {
      if (tandem_sip_account_has (l->data, candidate))
        tandem_sip_account_timeline (l->data, "practice", candidate, NULL, "not heard any more", 0);
    }
}

void
tandem_hearing_stop (TandemEngine *self, TandemSipCommand *command)
{
  g_autoptr (GList) accounts = g_hash_table_get_values (self->accounts);
  TandemCandidate candidate;

  if (command->uri != NULL)
    {
      if (tandem_candidate_parse (&candidate, command->uri))
        stop_hearing_one (self, &candidate, command->code);
      return;
    }
  if (command->code == 0 && command->account == NULL)
    tandem_silence_clear (self->silence);
  for (GList *l = accounts; l != NULL; l = l->next)
    {
      TandemSipAccount *account = l->data;

      for (guint i = 0; i < account->candidates->len; i++)
        {
          candidate = g_array_index (account->candidates, TandemCandidate, i);
          if (command->account == NULL || strcmp (account->config->id, command->account) == 0)
            stop_hearing_one (self, &candidate, command->code);
        }
    }
}

/* A hint only: attempts under way move on, and a probe finds out. */
static void
on_unreachable (const TandemCandidate *candidate, const char *reason, gpointer data)
{
  TandemEngine *self = data;

  tandem_errands_refused (self, candidate, reason);
  tandem_sip_calls_refused (self, candidate, reason);
}

void
tandem_hearing_init (TandemEngine *self)
{
  self->silence = tandem_silence_new (self->loop, on_silence_ended, self);
  self->unreachable = tandem_unreachable_new (
      self->loop, tandem_transports_get_udp_socket (self->transports), on_unreachable, self);
}

void
tandem_hearing_clear (TandemEngine *self)
{
  tandem_unreachable_free (self->unreachable);
  tandem_silence_free (self->silence);
}
