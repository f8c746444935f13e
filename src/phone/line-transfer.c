/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "line-struct.h"

#include "reason-words.h"
#include "words.h"

#include <glib/gi18n.h>

/* A TandemLine hands its far end on (REFER, RFC 3515, RFC 5589), and gives way to another call that takes its
 * place (RFC 3891). What the far end wants of us is in referral.c. */

#define MAX_SHOWN 96

/* (transfer full) */
static char *
say (TandemLine *self, const char *format)
{
  g_autofree char *shown = tandem_words_isolate (self->transfer_shown);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (format, shown);
#pragma GCC diagnostic pop
}

static void
send_refer (TandemLine *self)
{
  self->transfer_waits = FALSE;
  self->transfer_tag = tandem_line_next_tag ();
  tandem_sip_client_transfer (self->client, self->number, self->transfer_tag, self->transfer_uri,
                              self->transfer_other);
}

void
tandem_line_go_on_with_transfer (TandemLine *self)
{
  if (self->transfer_waits && self->change == TANDEM_CHANGE_NONE)
    send_refer (self);
}

void
tandem_line_transfer (TandemLine *self, const char *uri, guint other, const char *shown)
{
  g_free (self->transfer_uri);
  self->transfer_uri = g_strdup (uri);
  self->transfer_other = other;
  g_free (self->transfer_shown);
  self->transfer_shown = tandem_words_clean (shown, MAX_SHOWN);
  self->transfer_waits = TRUE;
  tandem_call_set_transfer (self->call, TANDEM_TRANSFER_PENDING,
                            say (self, _ ("Transferring to %s…")));
  tandem_call_set_apart (self->call);
  tandem_line_go_on_with_transfer (self);
}

static void
fail (TandemLine *self, const TandemSipEvent *event)
{
  g_autofree char *why = tandem_reason_words_for_call (event->code, event->text, NULL, FALSE);

  tandem_call_set_transfer (self->call, TANDEM_TRANSFER_FAILED,
                            why != NULL
                                ? g_strdup_printf (_ ("Transfer failed: %s"), why)
                                : g_strdup (_ ("Transfer failed: the other side did not say why")));
}

static void
succeed (TandemLine *self)
{
  const guint other = self->transfer_other;

  tandem_line_drop_leg (self);
  tandem_sip_client_hang_up (self->client, self->number, NULL);
  if (other != 0 && self->host != NULL)
    self->host->transferred (self, other, self->host_data);
  tandem_call_end_transferred (self->call, self->transfer_shown);
}

void
tandem_line_take_transfer (TandemLine *self, const TandemSipEvent *event)
{
  if (self->transfer_tag == 0 || event->tag != self->transfer_tag)
    return;
  if (!event->done)
    {
      if (event->code >= 180 && event->code < 200)
        tandem_call_set_transfer (self->call, TANDEM_TRANSFER_RINGING,
                                  say (self, _ ("Ringing at %s…")));
      return;
    }
  self->transfer_tag = 0;
  if (event->code >= 200 && event->code < 300)
    succeed (self);
  else
    fail (self, event);
}

gboolean
tandem_line_take_over (TandemLine *self, const TandemSipEvent *event)
{
  g_autoptr (TandemLeg) before = g_steal_pointer (&self->leg);
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = NULL;
  g_autofree char *offer = g_steal_pointer (&self->offer);

  g_clear_pointer (&self->early_answer, g_free);
  self->offer = g_strdup (event->sdp);
  sdp = tandem_line_make_answer (self, &error);
  if (sdp == NULL)
    {
      g_message ("call %u cannot take the place of %u: %s", event->call, self->number,
                 error != NULL ? error->message : "?");
      tandem_line_drop_leg (self);
      self->leg = g_steal_pointer (&before);
      g_free (self->offer);
      self->offer = g_steal_pointer (&offer);
      tandem_sip_client_decline (self->client, event->call, 488, NULL);
      return FALSE;
    }
  if (before != NULL)
    {
      g_signal_handlers_disconnect_by_data (before, self);
      tandem_leg_stop (before);
    }
  tandem_sip_client_answer (self->client, event->call, sdp);
  self->number = event->call;
  self->told_of_hold = FALSE;
  self->change = self->next_hold = TANDEM_CHANGE_NONE;
  self->next_move = FALSE;
  self->transfer_tag = 0;
  self->transfer_waits = FALSE;
  self->alive_tag = 0;
  tandem_line_end_silence (self);
  tandem_line_forget_keys (self);
  tandem_call_set_transfer (self->call, TANDEM_TRANSFER_NONE, NULL);
  tandem_call_set_held_there (self->call, FALSE);
  tandem_call_set_other_party (self->call, event->peer_uri, event->peer_name);
  tandem_line_apply_ears (self);
  if (self->offer != NULL)
    tandem_leg_start (self->leg);
  return TRUE;
}
