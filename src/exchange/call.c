/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-private.h"

#include <string.h>

#include "sdp.h"

/* The extension stands behind the pool: what it sends goes out of a proxy with that proxy's Via and
 * Record-Route, what it gets may come over any of them. */

#define ALLOW                                                                                      \
  "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY\r\n"                      \
  "Supported: replaces\r\n"
#define LONGEST_RINGING_S 180
#define LINGER_S 33

static void
set_timer (TandemExchangeCall *self, guint ms, GSourceFunc callback)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (ms, callback, self);
}

static gboolean
on_lingered (gpointer data)
{
  TandemExchangeCall *self = data;

  self->timer = 0;
  self->owner->gone (self, self->owner->data);
  return G_SOURCE_REMOVE;
}

static void
leave_partner (TandemExchangeCall *self)
{
  TandemExchangeCall *partner = g_steal_pointer (&self->partner);

  if (partner == NULL)
    return;
  partner->partner = NULL;
  tandem_exchange_call_hang_up (partner, NULL);
}

/* Its sound stops now; messages sent again are answered for as long as they may come. */
static void
end (TandemExchangeCall *self)
{
  if (self->state == TANDEM_EXCHANGE_CALL_ENDED)
    return;
  self->state = TANDEM_EXCHANGE_CALL_ENDED;
  tandem_exchange_call_end_steps (self);
  g_clear_pointer (&self->talk, tandem_exchange_talk_free);
  set_timer (self, LINGER_S * 1000, on_lingered);
  leave_partner (self);
  self->owner->changed (self, self->owner->data);
}

static void
on_request_given_up (gpointer data)
{
  TandemExchangeCall *self = data;

  g_clear_pointer (&self->request, tandem_exchange_resend_free);
  end (self);
}

static void
on_answer_given_up (gpointer data)
{
  TandemExchangeCall *self = data;

  g_clear_pointer (&self->answer, tandem_exchange_resend_free);
  if (self->state == TANDEM_EXCHANGE_CALL_ANSWERED)
    tandem_exchange_call_hang_up (self, NULL);
}

/* A request of ours within the call. */
char *
tandem_exchange_call_build_request (TandemExchangeCall *self,
                                    const char *method,
                                    const char *branch,
                                    guint cseq,
                                    const char *target,
                                    const char *headers,
                                    const char *type,
                                    const char *body)
{
  const char *proxy = tandem_exchange_pool_get_name (self->owner->pool, self->member);
  const char *far_end = tandem_exchange_pool_get_name (
      self->owner->pool, tandem_exchange_pool_get_size (self->owner->pool));
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text,
                          "%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=%s;rport\r\n"
                          "Max-Forwards: 69\r\nFrom: %s;tag=%s\r\nTo: %s",
                          method, target, proxy, branch, self->local, self->tag, self->remote);
  if (self->remote_tag != NULL && strcmp (method, "CANCEL") != 0)
    g_string_append_printf (text, ";tag=%s", self->remote_tag);
  g_string_append_printf (
      text, "\r\nCall-ID: %s\r\nCSeq: %u %s\r\nUser-Agent: Tandem practice exchange\r\n",
      self->call_id, cseq, method);
  if (strcmp (method, "INVITE") == 0 || strcmp (method, "REFER") == 0
      || strcmp (method, "NOTIFY") == 0)
    g_string_append_printf (text, "Contact: <sip:%s@%s>\r\n" ALLOW, self->extension->number,
                            far_end);
  if (strcmp (method, "INVITE") == 0 && self->remote_tag == NULL)
    g_string_append_printf (text, "Record-Route: <sip:%s;lr>\r\n", proxy);
  if (headers != NULL)
    g_string_append (text, headers);
  if (body != NULL)
    g_string_append_printf (text, "Content-Type: %s\r\n", type);
  g_string_append_printf (text, "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                          body != NULL ? strlen (body) : 0, body != NULL ? body : "");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
tandem_exchange_call_new_branch (void)
{
  return g_strdup_printf ("z9hG4bK%08x%08x", g_random_int (), g_random_int ());
}

/* Sends a request of ours until it is answered. */
static void
send_request (TandemExchangeCall *self, const char *text)
{
  g_clear_pointer (&self->request, tandem_exchange_resend_free);
  self->request = tandem_exchange_resend_new (self->owner->pool, self->member, self->address, text,
                                              on_request_given_up, self);
}

static void
send_ack (TandemExchangeCall *self, const TandemExchangeMessage *response)
{
  gboolean success = response->status < 300;
  g_autofree char *branch = success ? tandem_exchange_call_new_branch () : g_strdup (self->branch);
  g_autofree char *text = NULL;

  self->member = tandem_exchange_pool_choose (self->owner->pool, self->member);
  text = tandem_exchange_call_build_request (self, "ACK", branch, response->cseq,
                                             success ? self->target : self->invite_target, NULL,
                                             NULL, NULL);
  tandem_exchange_pool_send (self->owner->pool, self->member, self->address, text);
}

static char *
dialog_headers (TandemExchangeCall *self, guint member)
{
  TandemExchangePool *pool = self->owner->pool;
  g_autoptr (GString) text = g_string_new (NULL);

  /* Within the dialog the route set stands already. */
  if (self->state == TANDEM_EXCHANGE_CALL_RINGING && member < tandem_exchange_pool_get_size (pool))
    g_string_append_printf (text, "Record-Route: <sip:%s;lr>\r\n",
                            tandem_exchange_pool_get_name (pool, member));
  g_string_append_printf (
      text, "Contact: <sip:%s@%s>\r\n" ALLOW, self->extension->number,
      tandem_exchange_pool_get_name (pool, tandem_exchange_pool_get_size (pool)));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
tandem_exchange_call_respond (TandemExchangeCall *self,
                              guint member,
                              const TandemExchangeMessage *request,
                              GSocketAddress *to,
                              int status,
                              const char *sdp)
{
  g_autofree char *headers
      = status > 100 && status < 300 ? dialog_headers (self, member) : g_strdup (ALLOW);
  g_autofree char *text = tandem_exchange_message_answer (request, status, self->tag, headers, sdp);

  if (status >= 200 && strcmp (request->method, "INVITE") == 0)
    {
      g_clear_pointer (&self->answer, tandem_exchange_resend_free);
      self->answer = tandem_exchange_resend_new (self->owner->pool, member, to, text,
                                                 on_answer_given_up, self);
    }
  else
    tandem_exchange_pool_send (self->owner->pool, member, to, text);
}

static gboolean
on_answer_due (gpointer data)
{
  TandemExchangeCall *self = data;
  int status;
  g_autofree char *sdp = NULL;

  self->timer = 0;
  if (self->extension->behaviour == TANDEM_EXCHANGE_CALLS_BACK)
    status = 480;
  else
    sdp = tandem_exchange_call_negotiate (self, self->invite, &status);
  tandem_exchange_call_respond (self, self->member, self->invite, self->address, status, sdp);
  if (status == 200)
    self->state = TANDEM_EXCHANGE_CALL_ANSWERED;
  else
    end (self);
  return G_SOURCE_REMOVE;
}

void
tandem_exchange_call_answer_now (TandemExchangeCall *self)
{
  if (self->state != TANDEM_EXCHANGE_CALL_RINGING || self->outgoing)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  on_answer_due (self);
}

static gboolean
on_rung_out (gpointer data)
{
  TandemExchangeCall *self = data;

  self->timer = 0;
  if (self->outgoing)
    tandem_exchange_call_hang_up (self, NULL);
  else
    {
      tandem_exchange_call_respond (self, self->member, self->invite, self->address, 480, NULL);
      end (self);
    }
  return G_SOURCE_REMOVE;
}

static TandemExchangeCall *
new_call (const TandemExchangeCallOwner *owner,
          const TandemExchangeExtension *extension,
          guint member,
          GSocketAddress *address)
{
  TandemExchangeCall *self = g_new0 (TandemExchangeCall, 1);

  self->owner = owner;
  self->extension = extension;
  self->member = member;
  self->address = g_object_ref (address);
  self->tag = g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());
  self->digits = g_string_new (NULL);
  return self;
}

TandemExchangeCall *
tandem_exchange_call_new_from (const TandemExchangeCallOwner *owner,
                               const TandemExchangeExtension *extension,
                               guint member,
                               const TandemExchangeMessage *invite,
                               GSocketAddress *source)
{
  TandemExchangeCall *self = new_call (owner, extension, member, source);

  self->invite = tandem_exchange_message_ref (invite);
  self->call_id = g_strdup (invite->call_id);
  self->remote_tag = g_strdup (invite->from_tag);
  self->local = g_strdup (invite->to);
  self->remote = g_strndup (invite->from, strcspn (invite->from, ";"));
  if (strchr (invite->from, '>') != NULL)
    {
      g_free (self->remote);
      self->remote
          = g_strndup (invite->from, (gsize) (strrchr (invite->from, '>') + 1 - invite->from));
    }
  self->target = g_strdup (invite->contact);
  self->remote_cseq = self->invite_cseq = invite->cseq;

  tandem_exchange_call_respond (self, member, invite, source, 100, NULL);
  if (extension->behaviour == TANDEM_EXCHANGE_BUSY)
    {
      tandem_exchange_call_respond (self, member, invite, source, 486, NULL);
      end (self);
      return self;
    }
  tandem_exchange_call_respond (self, member, invite, source, 180, NULL);
  if (extension->behaviour == TANDEM_EXCHANGE_NO_ANSWER
      || extension->behaviour == TANDEM_EXCHANGE_MIRROR)
    set_timer (self, LONGEST_RINGING_S * 1000, on_rung_out);
  else
    set_timer (self, owner->answer_delay, on_answer_due);
  return self;
}

TandemExchangeCall *
tandem_exchange_call_new_to (const TandemExchangeCallOwner *owner,
                             const TandemExchangeExtension *extension,
                             guint member,
                             const char *user,
                             const char *contact,
                             GSocketAddress *address)
{
  TandemExchangeCall *self = new_call (owner, extension, member, address);
  g_autofree char *sdp = NULL;
  g_autofree char *text = NULL;

  self->outgoing = TRUE;
  self->call_id = g_strdup_printf ("%08x%08x@%s", g_random_int (), g_random_int (),
                                   tandem_exchange_pool_get_host (owner->pool));
  self->local
      = g_strdup_printf ("\"%s\" <sip:%s@%s>", extension->name, extension->number, owner->domain);
  self->remote = g_strdup_printf ("<sip:%s@%s>", user, owner->domain);
  self->target = g_strdup (contact);
  self->invite_target = g_strdup (contact);
  self->branch = tandem_exchange_call_new_branch ();
  self->invite_member = member;
  self->cseq = self->invite_cseq = 1;
  if (!tandem_exchange_call_open_talk (self))
    {
      tandem_exchange_call_free (self);
      return NULL;
    }
  sdp = tandem_exchange_sdp_offer (tandem_exchange_pool_get_host (owner->pool),
                                   tandem_exchange_talk_get_port (self->talk), ++self->sdp_version);
  text = tandem_exchange_call_build_request (self, "INVITE", self->branch, self->cseq, contact,
                                             NULL, "application/sdp", sdp);
  send_request (self, text);
  set_timer (self, LONGEST_RINGING_S * 1000, on_rung_out);
  return self;
}

void
tandem_exchange_call_free (TandemExchangeCall *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  tandem_exchange_call_end_steps (self);
  if (self->partner != NULL)
    self->partner->partner = NULL;
  tandem_exchange_resend_free (self->answer);
  tandem_exchange_resend_free (self->request);
  tandem_exchange_talk_free (self->talk);
  g_clear_pointer (&self->invite, tandem_exchange_message_unref);
  g_clear_object (&self->address);
  g_free (self->call_id);
  g_free (self->tag);
  g_free (self->remote_tag);
  g_free (self->local);
  g_free (self->remote);
  g_free (self->target);
  g_free (self->branch);
  g_free (self->invite_target);
  g_string_free (self->digits, TRUE);
  g_free (self);
}

void
tandem_exchange_call_pair (TandemExchangeCall *a, TandemExchangeCall *b)
{
  a->partner = b;
  b->partner = a;
}

gboolean
tandem_exchange_call_matches (TandemExchangeCall *self, const TandemExchangeMessage *message)
{
  const char *ours = message->request ? message->to_tag : message->from_tag;
  const char *theirs = message->request ? message->from_tag : message->to_tag;

  if (strcmp (message->call_id, self->call_id) != 0)
    return FALSE;
  if (ours != NULL && strcmp (ours, self->tag) != 0)
    return FALSE;
  if (ours == NULL && (self->outgoing || !message->request))
    return FALSE;
  /* A phone's 487 may come without the tag of its 180, and a second branch of a fork has another
   * one: both are answers to our INVITE. */
  return !message->request || self->remote_tag == NULL || g_strcmp0 (theirs, self->remote_tag) == 0;
}

static void
on_bye (TandemExchangeCall *self,
        guint member,
        const TandemExchangeMessage *request,
        GSocketAddress *source)
{
  tandem_exchange_call_respond (self, member, request, source, 200, NULL);
  if (self->state == TANDEM_EXCHANGE_CALL_ENDED)
    return;
  g_clear_pointer (&self->answer, tandem_exchange_resend_free);
  g_clear_pointer (&self->request, tandem_exchange_resend_free);
  self->owner->ended_by_phone (self, "BYE", member, self->owner->data);
  end (self);
}

static void
on_cancel (TandemExchangeCall *self,
           guint member,
           const TandemExchangeMessage *request,
           GSocketAddress *source)
{
  if (self->outgoing || request->cseq != self->invite_cseq)
    {
      tandem_exchange_call_respond (self, member, request, source, 481, NULL);
      return;
    }
  tandem_exchange_call_respond (self, member, request, source, 200, NULL);
  if (self->state != TANDEM_EXCHANGE_CALL_RINGING)
    return;
  self->owner->ended_by_phone (self, "CANCEL", member, self->owner->data);
  tandem_exchange_call_respond (self, member, self->invite, source, 487, NULL);
  end (self);
}

static void
on_ack (TandemExchangeCall *self, const TandemExchangeMessage *request)
{
  g_autoptr (TandemExchangeSdp) answer = NULL;

  if (request->cseq != self->remote_cseq && request->cseq != self->invite_cseq)
    return;
  g_clear_pointer (&self->answer, tandem_exchange_resend_free);
  if (self->state == TANDEM_EXCHANGE_CALL_ANSWERED)
    {
      self->state = TANDEM_EXCHANGE_CALL_UP;
      tandem_exchange_call_begin_steps (self);
      self->owner->changed (self, self->owner->data);
    }
  if (!self->offered || self->talk == NULL)
    return;
  self->offered = FALSE;
  answer = tandem_exchange_sdp_parse (request->body);
  if (answer != NULL && tandem_exchange_call_choose_payload (self, answer) >= 0)
    tandem_exchange_call_use_peer (self, answer,
                                   tandem_exchange_call_choose_payload (self, answer));
  else
    tandem_exchange_call_hang_up (self, "SIP;cause=488;text=\"No codec in common\"");
}

static void
on_change (TandemExchangeCall *self,
           guint member,
           const TandemExchangeMessage *request,
           GSocketAddress *source)
{
  g_autofree char *sdp = NULL;
  int status = 491;

  if (self->answer == NULL && self->request == NULL)
    sdp = tandem_exchange_call_negotiate (self, request, &status);
  if (request->contact != NULL)
    {
      g_free (self->target);
      self->target = g_strdup (request->contact);
    }
  if (strcmp (request->method, "INVITE") == 0 && status == 200)
    self->invite_cseq = request->cseq;
  if (status == 491 && strcmp (request->method, "INVITE") == 0)
    {
      g_autofree char *text
          = tandem_exchange_message_answer (request, status, self->tag, ALLOW, NULL);

      tandem_exchange_pool_send (self->owner->pool, member, source, text);
      return;
    }
  tandem_exchange_call_respond (self, member, request, source, status, sdp);
}

/* RFC 3261 8.2.2.2: the same request along another way, without a tag yet. */
static void
on_invite_again (TandemExchangeCall *self,
                 guint member,
                 const TandemExchangeMessage *request,
                 GSocketAddress *source)
{
  if (g_strcmp0 (request->branch, self->invite->branch) != 0)
    {
      g_autofree char *text = tandem_exchange_message_answer (request, 482, self->tag, NULL, NULL);

      tandem_exchange_pool_send (self->owner->pool, member, source, text);
    }
  else if (self->answer != NULL)
    tandem_exchange_resend_now (self->answer);
  else if (self->state == TANDEM_EXCHANGE_CALL_RINGING)
    tandem_exchange_call_respond (self, member, request, source, 180, NULL);
}

static void
on_info (TandemExchangeCall *self, const TandemExchangeMessage *request)
{
  const char *signal = strstr (request->body, "Signal=");

  if (signal != NULL && signal[7] != '\0' && strchr ("0123456789*#ABCD", signal[7]) != NULL)
    tandem_exchange_call_on_digit (signal[7], self);
}

static void
handle_request (TandemExchangeCall *self,
                guint member,
                const TandemExchangeMessage *request,
                GSocketAddress *source)
{
  const char *method = request->method;

  if (strcmp (method, "ACK") == 0)
    {
      on_ack (self, request);
      return;
    }
  if (strcmp (method, "CANCEL") == 0)
    {
      on_cancel (self, member, request, source);
      return;
    }
  if (request->to_tag == NULL)
    {
      if (strcmp (method, "INVITE") == 0 && self->invite != NULL)
        on_invite_again (self, member, request, source);
      else
        tandem_exchange_call_respond (self, member, request, source, 481, NULL);
      return;
    }
  self->member = member < tandem_exchange_pool_get_size (self->owner->pool) ? member : self->member;
  g_set_object (&self->address, source);
  if (strcmp (method, "BYE") == 0)
    on_bye (self, member, request, source);
  else if (self->state == TANDEM_EXCHANGE_CALL_ENDED)
    tandem_exchange_call_respond (self, member, request, source, 481, NULL);
  else if (request->cseq < self->remote_cseq)
    tandem_exchange_call_respond (self, member, request, source, 500, NULL);
  else if (strcmp (method, "INVITE") == 0 && request->cseq == self->remote_cseq
           && self->answer != NULL)
    tandem_exchange_resend_now (self->answer);
  else if (strcmp (method, "INVITE") == 0 || strcmp (method, "UPDATE") == 0)
    on_change (self, member, request, source);
  else if (strcmp (method, "INFO") == 0)
    {
      if (request->cseq != self->remote_cseq)
        on_info (self, request);
      tandem_exchange_call_respond (self, member, request, source, 200, NULL);
    }
  else if (strcmp (method, "REFER") == 0)
    tandem_exchange_call_on_refer (self, member, request, source);
  else
    tandem_exchange_call_respond (
        self, member, request, source,
        strcmp (method, "OPTIONS") == 0 || strcmp (method, "NOTIFY") == 0 ? 200 : 405, NULL);
  self->remote_cseq = MAX (self->remote_cseq, request->cseq);
}

static void
on_answered (TandemExchangeCall *self, const TandemExchangeMessage *response)
{
  g_autoptr (TandemExchangeSdp) answer = NULL;
  gboolean first = self->state == TANDEM_EXCHANGE_CALL_RINGING;

  if (first)
    {
      g_clear_pointer (&self->request, tandem_exchange_resend_free);
      g_clear_handle_id (&self->timer, g_source_remove);
      g_free (self->remote_tag);
      self->remote_tag = g_strdup (response->to_tag);
      if (response->contact != NULL)
        {
          g_free (self->target);
          self->target = g_strdup (response->contact);
        }
      self->state = TANDEM_EXCHANGE_CALL_UP;
      self->owner->changed (self, self->owner->data);
    }
  else if (g_strcmp0 (self->remote_tag, response->to_tag) != 0)
    return;
  send_ack (self, response);
  tandem_exchange_call_on_step_answered (self, response);
  if (!first)
    return;
  tandem_exchange_call_begin_steps (self);
  answer = tandem_exchange_sdp_parse (response->body);
  if (self->cancelled || answer == NULL || tandem_exchange_call_choose_payload (self, answer) < 0)
    tandem_exchange_call_hang_up (self, NULL);
  else
    tandem_exchange_call_use_peer (self, answer,
                                   tandem_exchange_call_choose_payload (self, answer));
  if (self->partner != NULL && self->partner->state == TANDEM_EXCHANGE_CALL_RINGING)
    {
      g_clear_handle_id (&self->partner->timer, g_source_remove);
      on_answer_due (self->partner);
    }
}

/* What may be sent to a phone that rings. */
static void
learn_early (TandemExchangeCall *self, const TandemExchangeMessage *response)
{
  if (self->state != TANDEM_EXCHANGE_CALL_RINGING || self->remote_tag != NULL
      || response->to_tag == NULL)
    return;
  self->remote_tag = g_strdup (response->to_tag);
  if (response->contact != NULL)
    {
      g_free (self->target);
      self->target = g_strdup (response->contact);
    }
}

static void
handle_response (TandemExchangeCall *self, const TandemExchangeMessage *response)
{
  if (strcmp (response->method, "INVITE") != 0)
    {
      if (strcmp (response->method, "NOTIFY") == 0 || strcmp (response->method, "REFER") == 0)
        {
          if (response->status >= 200)
            tandem_exchange_call_on_step_answered (self, response);
        }
      else if (response->status >= 200 && strcmp (response->method, "BYE") == 0)
        g_clear_pointer (&self->request, tandem_exchange_resend_free);
      else if (response->status >= 200 && self->cancelled)
        g_clear_pointer (&self->request, tandem_exchange_resend_free);
      return;
    }
  if (response->status < 200)
    {
      if (!self->cancelled)
        g_clear_pointer (&self->request, tandem_exchange_resend_free);
      learn_early (self, response);
      return;
    }
  if (response->status < 300)
    {
      on_answered (self, response);
      return;
    }
  if (self->state != TANDEM_EXCHANGE_CALL_RINGING)
    {
      send_ack (self, response);
      tandem_exchange_call_on_step_answered (self, response);
      return;
    }
  g_free (self->remote_tag);
  self->remote_tag = g_strdup (response->to_tag);
  g_clear_pointer (&self->request, tandem_exchange_resend_free);
  send_ack (self, response);
  end (self);
}

void
tandem_exchange_call_handle (TandemExchangeCall *self,
                             guint member,
                             const TandemExchangeMessage *message,
                             GSocketAddress *source)
{
  if (message->request)
    handle_request (self, member, message, source);
  else
    {
      self->member
          = member < tandem_exchange_pool_get_size (self->owner->pool) ? member : self->member;
      handle_response (self, message);
    }
}

void
tandem_exchange_call_hang_up (TandemExchangeCall *self, const char *reason)
{
  g_autofree char *headers = reason != NULL ? g_strdup_printf ("Reason: %s\r\n", reason) : NULL;
  g_autofree char *text = NULL;
  g_autofree char *branch = NULL;

  if (self->state == TANDEM_EXCHANGE_CALL_ENDED)
    return;
  if (self->state == TANDEM_EXCHANGE_CALL_RINGING && !self->outgoing)
    {
      tandem_exchange_call_respond (self, self->member, self->invite, self->address, 480, NULL);
      end (self);
      return;
    }
  if (self->state == TANDEM_EXCHANGE_CALL_RINGING)
    {
      if (self->cancelled)
        return;
      self->cancelled = TRUE;
      self->member = self->invite_member;
      text = tandem_exchange_call_build_request (self, "CANCEL", self->branch, self->invite_cseq,
                                                 self->invite_target, headers, NULL, NULL);
      self->member = tandem_exchange_pool_choose (self->owner->pool, self->member);
      send_request (self, text);
      return;
    }
  g_clear_pointer (&self->answer, tandem_exchange_resend_free);
  self->member = tandem_exchange_pool_choose (self->owner->pool, self->member);
  branch = tandem_exchange_call_new_branch ();
  text = tandem_exchange_call_build_request (self, "BYE", branch, ++self->cseq, self->target,
                                             headers, NULL, NULL);
  send_request (self, text);
  end (self);
}

TandemExchangeCallState
tandem_exchange_call_get_state (TandemExchangeCall *self)
{
  return self->state;
}

const TandemExchangeExtension *
tandem_exchange_call_get_extension (TandemExchangeCall *self)
{
  return self->extension;
}

gboolean
tandem_exchange_call_is_outgoing (TandemExchangeCall *self)
{
  return self->outgoing;
}

const char *
tandem_exchange_call_get_id (TandemExchangeCall *self)
{
  return self->call_id;
}

const char *
tandem_exchange_call_get_digits (TandemExchangeCall *self)
{
  return self->digits->str;
}

guint
tandem_exchange_call_get_member (TandemExchangeCall *self)
{
  return self->member;
}

void
tandem_exchange_call_get_packets (TandemExchangeCall *self, guint *received, guint *sent)
{
  *received = self->talk != NULL ? tandem_exchange_talk_get_received (self->talk) : 0;
  *sent = self->talk != NULL ? tandem_exchange_talk_get_sent (self->talk) : 0;
}
