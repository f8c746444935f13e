/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "switchboard-struct.h"

#include "availability.h"
#include "floor.h"
#include "peer.h"
#include "phone-private.h"

#include <glib/gi18n.h>

#include <string.h>

/* What becomes of a call that comes in: it rings, is refused, sent on, answered by itself, or takes the
 * place of another one. */

/* Nobody is rung for a call that cannot be talked in; it was missed all the same. */
static void
refuse_incoming (TandemSwitchboard *self, TandemLine *line)
{
  TandemCall *call = tandem_line_get_call (line);

  tandem_sip_client_decline (self->client, tandem_line_get_number (line), 488, NULL);
  tandem_phone_add_record_of_call (self->phone, call, "missed");
  tandem_switchboard_remove_line (self, line);
}

/* The agent has two ears for all accounts. */
static gboolean
is_busy (TandemSwitchboard *self)
{
  if (self->lines->len >= TANDEM_MAX_CALLS)
    return TRUE;
  return tandem_configuration_get_boolean (self->configuration, "calls", "reject-when-busy")
         && self->lines->len
                >= tandem_configuration_get_uint (self->configuration, "calls", "calls-for-busy");
}

/* (transfer full) (nullable): target as a URI; not our own, which would come back. */
static char *
forward_uri (TandemSwitchboard *self, const TandemSipEvent *event, const char *target)
{
  TandemAccount *account = tandem_phone_find_account (self->phone, event->account);
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = tandem_phone_parse_target (self->phone, target, &error);

  if (uri == NULL)
    {
      g_message ("calls cannot be sent on: %s", error->message);
      return NULL;
    }
  if (account != NULL)
    {
      g_autofree char *own = g_strconcat ("sip:", tandem_account_get_address (account), NULL);

      if (tandem_peer_same_user (uri, own)
          && tandem_switchboard_is_own_domain (self, event->account, uri))
        return NULL;
    }
  return g_steal_pointer (&uri);
}

/* TRUE: it is done with. */
static gboolean
judge (TandemSwitchboard *self, TandemCall *call, const TandemSipEvent *event)
{
  g_autofree char *target = NULL, *uri = NULL;
  guint code;
  const TandemVerdict verdict = tandem_availability_judge (
      tandem_phone_get_availability (self->phone), is_busy (self), &target, &code);

  if (verdict == TANDEM_VERDICT_RING)
    return FALSE;
  if (verdict == TANDEM_VERDICT_FORWARD)
    uri = forward_uri (self, event, target);
  if (uri != NULL)
    {
      tandem_sip_client_redirect (self->client, event->call, uri);
      return TRUE;
    }
  if (code == 0)
    {
      tandem_phone_report_error (
          self->phone, _ ("Calls cannot be forwarded: the number to forward to is wrong"));
      return FALSE;
    }
  tandem_sip_client_decline (self->client, event->call, code, NULL);
  if (!is_busy (self))
    tandem_phone_add_record_of_call (self->phone, call, "missed");
  return TRUE;
}

/* Answering by itself */

/* -1: it is not. */
static gint
auto_answer_delay (TandemSwitchboard *self, const TandemSipEvent *event)
{
  g_autofree char *by_header
      = tandem_configuration_get_string (self->configuration, "calls", "auto-answer-by-header");

  if (event->answer_after >= 0
      && (g_str_equal (by_header, "always")
          || (g_str_equal (by_header, "domain")
              && tandem_switchboard_is_own_domain (self, event->account, event->peer_uri))))
    return MIN (event->answer_after, 600) * 1000;
  if (!event->answer_manually
      && tandem_configuration_get_boolean (self->configuration, "calls", "auto-answer"))
    return (gint) tandem_configuration_get_uint (self->configuration, "calls", "auto-answer-delay");
  return -1;
}

/* "Up" is every call that does not only ring here: also one on hold, for somebody waits there. */
static gboolean
is_another_up (TandemSwitchboard *self, TandemCall *call)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      TandemCall *other = tandem_line_get_call (g_ptr_array_index (self->lines, i));

      if (other != call && tandem_call_get_state (other) != TANDEM_CALL_RINGING_HERE)
        return TRUE;
    }
  return FALSE;
}

gboolean
tandem_switchboard_may_answer (TandemCall *call, gpointer data)
{
  TandemSwitchboard *self = data;

  return tandem_configuration_get_boolean (self->configuration, "calls", "auto-answer-in-call")
         || !is_another_up (self, call);
}

void
tandem_switchboard_on_answered (TandemCall *call, gpointer data)
{
  TandemSwitchboard *self = data;

  if (tandem_configuration_get_boolean (self->configuration, "calls", "auto-answer-tone"))
    tandem_media_engine_play_notice (self->engine, TANDEM_NOTICE_AUTO_ANSWER);
}

/* Sent on when nobody answers */

typedef struct
{
  TandemSwitchboard *switchboard; /* owns the source */
  TandemCall *call;
} NoAnswer;

static void
no_answer_free (gpointer data)
{
  NoAnswer *wait = data;

  g_object_unref (wait->call);
  g_free (wait);
}

static gboolean
on_no_answer (gpointer data)
{
  NoAnswer *wait = data;
  TandemSwitchboard *self = wait->switchboard;
  g_autofree char *target
      = tandem_configuration_get_string (self->configuration, "calls", "forward-no-answer");
  g_autoptr (GError) error = NULL;

  g_hash_table_remove (self->no_answer, wait->call);
  if (tandem_call_get_state (wait->call) == TANDEM_CALL_RINGING_HERE
      && !tandem_call_redirect (wait->call, target, &error))
    g_message ("calls cannot be sent on: %s", error->message);
  return G_SOURCE_REMOVE;
}

static void
begin_no_answer (TandemSwitchboard *self, TandemCall *call)
{
  g_autofree char *target
      = tandem_configuration_get_string (self->configuration, "calls", "forward-no-answer");
  NoAnswer *wait;
  guint source;

  if (target[strspn (target, " ")] == '\0')
    return;
  wait = g_new0 (NoAnswer, 1);
  wait->switchboard = self;
  wait->call = g_object_ref (call);
  source = g_timeout_add_full (
      G_PRIORITY_DEFAULT,
      tandem_configuration_get_uint (self->configuration, "calls", "forward-no-answer-delay")
          * 1000,
      on_no_answer, wait, no_answer_free);
  g_hash_table_insert (self->no_answer, call, GUINT_TO_POINTER (source));
}

void
tandem_switchboard_forget_no_answer (TandemSwitchboard *self, TandemCall *call)
{
  const guint source = GPOINTER_TO_UINT (g_hash_table_lookup (self->no_answer, call));

  if (source == 0)
    return;
  g_hash_table_remove (self->no_answer, call);
  g_source_remove (source);
}

/* Taking the place of another one (RFC 3891). TRUE: done with. Who knows the other dialog's tags was told
 * them by its far end; what that is worth, the setting says. */
static gboolean
take_place (TandemSwitchboard *self, const TandemSipEvent *event)
{
  TandemLine *line
      = event->replaces != 0 ? tandem_switchboard_find_line (self, event->replaces) : NULL;
  g_autofree char *policy = NULL;

  if (line == NULL)
    return FALSE;
  policy = tandem_configuration_get_string (self->configuration, "calls", "transfer-requests");
  if (g_str_equal (policy, "never"))
    {
      tandem_sip_client_decline (self->client, event->call, 603, NULL);
      return TRUE;
    }
  if (!g_str_equal (policy, "domain")
      || !tandem_switchboard_is_own_domain (self, event->account, event->peer_uri))
    return FALSE;
  tandem_line_take_over (line, event);
  return TRUE;
}

void
tandem_switchboard_take_incoming (TandemSwitchboard *self, const TandemSipEvent *event)
{
  TandemAccount *account = tandem_phone_find_account (self->phone, event->account);
  g_autofree char *id = g_strdup_printf ("%u", event->call);
  g_autoptr (TandemCall) call = NULL;
  TandemLine *line;
  gint delay;

  if (self->stopping || tandem_switchboard_find_line (self, event->call) != NULL)
    return;
  call = tandem_call_new (id, TRUE, event->account,
                          account != NULL ? tandem_account_get_domain (account) : NULL,
                          event->peer_uri, event->peer_name);
  if (tandem_switchboard_take_hidden (self, call, event) || take_place (self, event)
      || (event->replaces == 0 && judge (self, call, event)))
    return;
  delay = tandem_switchboard_may_answer (call, self) ? auto_answer_delay (self, event) : -1;
  if (delay < 0 && event->answer_required)
    {
      tandem_sip_client_decline (self->client, event->call, 403, NULL);
      tandem_phone_add_record_of_call (self->phone, call, "missed");
      return;
    }
  line = tandem_switchboard_add_line (self, call, event->call);
  if (!tandem_line_can_answer (line, event->sdp))
    {
      refuse_incoming (self, line);
      return;
    }
  tandem_line_handle_event (line, event);
  tandem_sip_client_ring (self->client, event->call);
  tandem_phone_add_call (self->phone, call);
  if (tandem_call_get_state (call) != TANDEM_CALL_RINGING_HERE)
    return;
  if (delay >= 0)
    tandem_answerer_begin (self->answerer, call, (guint) delay);
  begin_no_answer (self, call);
}
