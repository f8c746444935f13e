/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-private.h"

#include <string.h>

#include "sdp.h"

/* What happens within a call beside its setting up and its end: the phone's REFER and what is told of it, the
 * server's steering, and what some extensions do by themselves once they are up. */

#define STEP_MS 700 /* after being answered */
#define HELD_MS 3000
#define RINGING_MS 300 /* of whom the phone sends us on to, before it answers */

static void
on_given_up (gpointer data)
{
  TandemExchangeCall *self = data;

  g_clear_pointer (&self->other, tandem_exchange_resend_free);
}

/* The latest stands for those before it that were not answered. */
static void
send (TandemExchangeCall *self,
      const char *method,
      const char *headers,
      const char *type,
      const char *body)
{
  g_autofree char *branch = tandem_exchange_call_new_branch ();
  g_autofree char *text = NULL;

  self->member = tandem_exchange_pool_choose (self->owner->pool, self->member);
  text = tandem_exchange_call_build_request (self, method, branch, ++self->cseq, self->target,
                                             headers, type, body);
  g_clear_pointer (&self->other, tandem_exchange_resend_free);
  self->other = tandem_exchange_resend_new (self->owner->pool, self->member, self->address, text,
                                            on_given_up, self);
}

void
tandem_exchange_call_on_step_answered (TandemExchangeCall *self,
                                       const TandemExchangeMessage *response)
{
  if (response->cseq == self->cseq)
    g_clear_pointer (&self->other, tandem_exchange_resend_free);
}

static void
tell_of_referral (TandemExchangeCall *self, int status)
{
  g_autofree char *headers
      = g_strdup_printf ("Event: refer;id=%u\r\nSubscription-State: %s\r\n", self->referral.cseq,
                         status < 200 ? "active;expires=60" : "terminated;reason=noresource");
  g_autofree char *body
      = g_strdup_printf ("SIP/2.0 %d %s\r\n", status, tandem_exchange_message_reason (status));

  send (self, "NOTIFY", headers, "message/sipfrag;version=2.0", body);
}

static gboolean
on_referral_ended (gpointer data)
{
  TandemExchangeCall *self = data;
  TandemExchangeCall *replaced = g_steal_pointer (&self->referral.replaced);

  self->referral.timer = 0;
  self->referral.active = FALSE;
  tell_of_referral (self, self->referral.final);
  if (replaced != NULL && self->referral.final < 300)
    tandem_exchange_call_hang_up (replaced, "SIP;cause=200;text=\"Transferred\"");
  return G_SOURCE_REMOVE;
}

static gboolean
on_referral_rings (gpointer data)
{
  TandemExchangeCall *self = data;

  self->referral.timer = 0;
  tell_of_referral (self, 180);
  if (self->referral.final != 0)
    self->referral.timer = g_timeout_add (self->owner->answer_delay + 1, on_referral_ended, self);
  return G_SOURCE_REMOVE;
}

/* "<sip:204@host?Replaces=...>": whom, and what instead of. */
static gboolean
read_target (const char *value, char **number, char **replaces)
{
  g_autoptr (GRegex) regex
      = g_regex_new ("^<?sips?:([^@;>?]+)@[^?>]*(?:\\?([^>]*))?>?$", G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *headers = NULL, *escaped = NULL;
  g_auto (GStrv) all = NULL;

  if (value == NULL || !g_regex_match (regex, value, 0, &match))
    return FALSE;
  escaped = g_match_info_fetch (match, 1);
  *number = g_uri_unescape_string (escaped, NULL);
  headers = g_match_info_fetch (match, 2);
  all = g_strsplit (headers != NULL ? headers : "", "&", -1);
  for (guint i = 0; all[i] != NULL; i++)
    if (g_ascii_strncasecmp (all[i], "Replaces=", 9) == 0 && *replaces == NULL)
      *replaces = g_uri_unescape_string (all[i] + 9, NULL);
  return *number != NULL;
}

void
tandem_exchange_call_on_refer (TandemExchangeCall *self,
                               guint member,
                               const TandemExchangeMessage *request,
                               GSocketAddress *source)
{
  g_autofree char *number = NULL, *replaces = NULL;
  int status = 202;

  if (request->cseq == self->remote_cseq && self->referral.cseq == request->cseq)
    status = 202;
  else if (!read_target (request->refer_to, &number, &replaces))
    status = 400;
  else if (self->referral.active || self->state != TANDEM_EXCHANGE_CALL_UP)
    status = 491;
  tandem_exchange_call_respond (self, member, request, source, status, NULL);
  if (number == NULL || status != 202)
    return;
  self->referral.active = TRUE;
  self->referral.cseq = request->cseq;
  self->referral.replaced = NULL;
  self->referral.final
      = self->owner->referred (self, number, replaces, &self->referral.replaced, self->owner->data);
  tell_of_referral (self, 100);
  self->referral.timer = self->referral.final >= 300 || self->referral.replaced != NULL
                             ? g_timeout_add (RINGING_MS, on_referral_ended, self)
                             : g_timeout_add (RINGING_MS, on_referral_rings, self);
}

static void
send_offer (TandemExchangeCall *self, gboolean hold)
{
  g_autofree char *sdp
      = tandem_exchange_sdp_offer (tandem_exchange_pool_get_host (self->owner->pool),
                                   tandem_exchange_talk_get_port (self->talk), ++self->sdp_version);
  g_autoptr (GString) text = g_string_new (sdp);

  if (hold)
    g_string_replace (text, "a=sendrecv", "a=sendonly", 0);
  self->holding = hold;
  send (self, "INVITE", NULL, "application/sdp", text->str);
}

static gboolean
on_step (gpointer data)
{
  TandemExchangeCall *self = data;
  g_autofree char *headers = NULL;

  self->step = 0;
  if (self->extension->behaviour == TANDEM_EXCHANGE_TRANSFERS)
    {
      headers = g_strdup_printf ("Refer-To: <sip:204@%s>\r\nReferred-By: <sip:%s@%s>\r\n",
                                 self->owner->domain, self->extension->number, self->owner->domain);
      send (self, "REFER", headers, NULL, NULL);
      return G_SOURCE_REMOVE;
    }
  send_offer (self, !self->holding);
  if (self->holding)
    self->step = g_timeout_add (HELD_MS, on_step, self);
  return G_SOURCE_REMOVE;
}

void
tandem_exchange_call_begin_steps (TandemExchangeCall *self)
{
  if (self->step == 0
      && (self->extension->behaviour == TANDEM_EXCHANGE_TRANSFERS
          || self->extension->behaviour == TANDEM_EXCHANGE_HOLDS))
    self->step = g_timeout_add (STEP_MS, on_step, self);
}

void
tandem_exchange_call_end_steps (TandemExchangeCall *self)
{
  g_clear_handle_id (&self->step, g_source_remove);
  g_clear_handle_id (&self->referral.timer, g_source_remove);
  self->referral.replaced = NULL;
  g_clear_pointer (&self->other, tandem_exchange_resend_free);
}

gboolean
tandem_exchange_call_is_named (TandemExchangeCall *self, const char *replaces)
{
  g_auto (GStrv) parts = g_strsplit (replaces, ";", -1);
  gboolean ours = FALSE, theirs = self->remote_tag == NULL;

  if (g_strcmp0 (g_strstrip (parts[0] != NULL ? parts[0] : (char[]){ '\0' }), self->call_id) != 0
      || self->state == TANDEM_EXCHANGE_CALL_ENDED)
    return FALSE;
  for (guint i = 1; parts[i] != NULL; i++)
    {
      const char *tag = strchr (g_strstrip (parts[i]), '=');

      if (tag == NULL)
        continue;
      ours = ours || strcmp (tag + 1, self->tag) == 0;
      theirs = theirs || g_strcmp0 (tag + 1, self->remote_tag) == 0;
    }
  return ours && theirs;
}

void
tandem_exchange_call_steer (TandemExchangeCall *self, const char *event)
{
  g_autofree char *headers = g_strdup_printf ("Event: %s\r\n", event);

  send (self, "NOTIFY", headers, NULL, NULL);
}
