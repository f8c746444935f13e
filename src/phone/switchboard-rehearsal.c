/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "switchboard-struct.h"

/* Calls of a TandemSwitchboard that belong to a rehearsal: no row, no tones, no history. */

/* An incoming call that belongs to the rehearsal: it is told, and nobody else. */
static void
take_hidden (TandemSwitchboard *self, TandemCall *call, const TandemSipEvent *event)
{
  TandemLine *line = tandem_line_new (call, self->client, self->engine, event->call);

  g_ptr_array_add (self->hidden, line);
  if (!tandem_line_can_answer (line, event->sdp))
    {
      tandem_sip_client_decline (self->client, event->call, 488, NULL);
      g_ptr_array_remove (self->hidden, line);
      return;
    }
  tandem_line_handle_event (line, event);
  tandem_sip_client_ring (self->client, event->call);
  self->rehearsal->incoming (line, event, self->rehearsal_data);
}

gboolean
tandem_switchboard_take_hidden (TandemSwitchboard *self,
                                TandemCall *call,
                                const TandemSipEvent *event)
{
  if (self->rehearsal == NULL || !self->rehearsal->wants (event, self->rehearsal_data))
    return FALSE;
  take_hidden (self, call, event);
  return TRUE;
}

void
tandem_switchboard_begin_rehearsal (TandemSwitchboard *self,
                                    const TandemSwitchboardRehearsal *rehearsal,
                                    gpointer data)
{
  self->rehearsal = rehearsal;
  self->rehearsal_data = data;
  tandem_switchboard_apply_accounts (self);
}

void
tandem_switchboard_end_rehearsal (TandemSwitchboard *self)
{
  self->rehearsal = NULL;
  self->rehearsal_data = NULL;
  if (self->phone == NULL || self->stopping)
    return;
  tandem_switchboard_apply_accounts (self);
  tandem_switchboard_restart_client_when_idle (self);
}

gboolean
tandem_switchboard_is_rehearsing (TandemSwitchboard *self)
{
  return self->rehearsal != NULL;
}

TandemLine *
tandem_switchboard_dial_hidden (TandemSwitchboard *self,
                                TandemAccount *account,
                                const char *uri,
                                GError **error)
{
  const guint number = tandem_sip_client_next_call_id (self->client);
  g_autofree char *id = g_strdup_printf ("%u", number);
  g_autoptr (TandemCall) call = tandem_call_new (id, FALSE, tandem_account_get_id (account),
                                                 tandem_account_get_domain (account), uri, NULL);
  g_autoptr (TandemLine) line = tandem_line_new (call, self->client, self->engine, number);

  tandem_call_set_muted (call, TRUE, NULL);
  if (!tandem_line_dial (line, uri, FALSE, error))
    return NULL;
  g_ptr_array_add (self->hidden, g_object_ref (line));
  return line;
}

void
tandem_switchboard_drop_hidden (TandemSwitchboard *self, TandemLine *line)
{
  g_autoptr (TandemLine) held = g_object_ref (line);

  if (self->client != NULL)
    tandem_call_hang_up (tandem_line_get_call (held), NULL);
  g_ptr_array_remove (self->hidden, held);
  tandem_line_close (held);
}
