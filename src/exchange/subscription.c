/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subscription.h"

#include <string.h>

#include "resend.h"

struct _TandemExchangeSubscription
{
  TandemExchangePool *pool;
  char *domain, *event, *user;
  char *call_id, *tag, *remote_tag;
  char *local, *remote; /* our From and To, without tags */
  char *target;
  guint cseq, version, member;
  gint64 until;
  GSocketAddress *address;
  TandemExchangeResend *notify;
  char *told; /* the body of the last one */
};

static const struct
{
  const char *event, *type;
} packages[] = {
  { "message-summary", "application/simple-message-summary" },
  { "dialog", "application/dialog-info+xml" },
  { "presence", "application/pidf+xml" },
};

static const char *
get_type (const char *event)
{
  for (gsize i = 0; i < G_N_ELEMENTS (packages); i++)
    if (g_strcmp0 (event, packages[i].event) == 0)
      return packages[i].type;
  return NULL;
}

gboolean
tandem_exchange_subscription_knows (const char *event)
{
  return get_type (event) != NULL;
}

TandemExchangeSubscription *
tandem_exchange_subscription_new (TandemExchangePool *pool,
                                  const char *domain,
                                  guint member,
                                  const TandemExchangeMessage *request,
                                  GSocketAddress *source,
                                  const char *tag,
                                  gint64 until)
{
  TandemExchangeSubscription *self = g_new0 (TandemExchangeSubscription, 1);
  const char *end = strrchr (request->from, '>');

  self->pool = pool;
  self->domain = g_strdup (domain);
  self->event = g_strdup (request->event);
  self->user = g_strdup (request->user != NULL ? request->user : "");
  self->call_id = g_strdup (request->call_id);
  self->tag = g_strdup (tag);
  self->remote_tag = g_strdup (request->from_tag);
  self->local = g_strdup (request->to);
  self->remote = end != NULL ? g_strndup (request->from, (gsize) (end + 1 - request->from))
                             : g_strndup (request->from, strcspn (request->from, ";"));
  self->target = g_strdup (request->contact);
  tandem_exchange_subscription_refresh (self, member, source, until);
  return self;
}

void
tandem_exchange_subscription_free (TandemExchangeSubscription *self)
{
  tandem_exchange_resend_free (self->notify);
  g_clear_object (&self->address);
  g_free (self->domain);
  g_free (self->event);
  g_free (self->user);
  g_free (self->call_id);
  g_free (self->tag);
  g_free (self->remote_tag);
  g_free (self->local);
  g_free (self->remote);
  g_free (self->target);
  g_free (self->told);
  g_free (self);
}

gboolean
tandem_exchange_subscription_matches (TandemExchangeSubscription *self,
                                      const TandemExchangeMessage *message)
{
  return strcmp (message->call_id, self->call_id) == 0
         && g_strcmp0 (message->request ? message->to_tag : message->from_tag, self->tag) == 0;
}

void
tandem_exchange_subscription_refresh (TandemExchangeSubscription *self,
                                      guint member,
                                      GSocketAddress *source,
                                      gint64 until)
{
  self->member = member;
  g_set_object (&self->address, source);
  self->until = until;
}

void
tandem_exchange_subscription_answered (TandemExchangeSubscription *self,
                                       const TandemExchangeMessage *response)
{
  if (response->status < 200 || response->cseq != self->cseq)
    return;
  g_clear_pointer (&self->notify, tandem_exchange_resend_free);
  if (response->status == 481)
    self->until = 0;
}

const char *
tandem_exchange_subscription_get_event (TandemExchangeSubscription *self)
{
  return self->event;
}

const char *
tandem_exchange_subscription_get_user (TandemExchangeSubscription *self)
{
  return self->user;
}

gint64
tandem_exchange_subscription_get_until (TandemExchangeSubscription *self)
{
  return self->until;
}

static char *
make_summary (TandemExchangeSubscription *self, const TandemExchangeNews *news)
{
  return g_strdup_printf ("Messages-Waiting: %s\r\nMessage-Account: sip:%s@%s\r\n"
                          "Voice-Message: %u/0 (0/0)\r\n",
                          news->messages > 0 ? "yes" : "no", self->user, self->domain,
                          news->messages);
}

static char *
make_dialogs (TandemExchangeSubscription *self, const TandemExchangeNews *news)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (news->state != TANDEM_EXCHANGE_STATE_IDLE)
    {
      g_string_append (text, "<dialog id=\"1\" direction=\"recipient\"");
      if (news->call_id != NULL)
        g_string_append_printf (text, " call-id=\"%s\" local-tag=\"%s\" remote-tag=\"%s\"",
                                news->call_id, news->local_tag, news->remote_tag);
      g_string_append_printf (text, "><state>%s</state>",
                              news->state == TANDEM_EXCHANGE_STATE_RINGING ? "early" : "confirmed");
      if (news->caller != NULL)
        g_string_append_printf (text, "<remote><identity>sip:%s@%s</identity></remote>",
                                news->caller, self->domain);
      g_string_append (text, "</dialog>");
    }
  return g_strdup_printf ("<?xml version=\"1.0\"?>\n<dialog-info "
                          "xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"%%u\" "
                          "state=\"full\" entity=\"sip:%s@%s\">%s</dialog-info>\n",
                          self->user, self->domain, text->str);
}

static char *
make_presence (TandemExchangeSubscription *self, const TandemExchangeNews *news)
{
  return g_strdup_printf (
      "<?xml version=\"1.0\"?>\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" "
      "xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" "
      "xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:%s@%s\">"
      "<tuple id=\"t1\"><status><basic>open</basic></status></tuple>%s</presence>\n",
      self->user, self->domain,
      news->state == TANDEM_EXCHANGE_STATE_IDLE
          ? ""
          : "<dm:person id=\"p1\"><rpid:activities><rpid:on-the-phone/></rpid:activities>"
            "</dm:person>");
}

/* What is told, with a place for the version of a dialog-info document, that counts up. */
static char *
make_body (TandemExchangeSubscription *self, const TandemExchangeNews *news)
{
  if (strcmp (self->event, "message-summary") == 0)
    return make_summary (self, news);
  if (strcmp (self->event, "dialog") == 0)
    return make_dialogs (self, news);
  return make_presence (self, news);
}

static char *
number_body (TandemExchangeSubscription *self, const char *body)
{
  g_autoptr (GString) text = g_string_new (body);
  g_autofree char *version = g_strdup_printf ("version=\"%u\"", self->version++);

  g_string_replace (text, "version=\"%u\"", version, 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
on_given_up (gpointer data)
{
  TandemExchangeSubscription *self = data;

  g_clear_pointer (&self->notify, tandem_exchange_resend_free);
  self->until = 0;
}

void
tandem_exchange_subscription_tell (TandemExchangeSubscription *self,
                                   const TandemExchangeNews *news,
                                   gboolean always,
                                   gint64 now)
{
  g_autofree char *body = make_body (self, news);
  g_autofree char *numbered = NULL, *text = NULL, *state = NULL;
  const char *far_end
      = tandem_exchange_pool_get_name (self->pool, tandem_exchange_pool_get_size (self->pool));

  if (!always && g_strcmp0 (body, self->told) == 0)
    return;
  g_free (self->told);
  self->told = g_steal_pointer (&body);
  numbered = number_body (self, self->told);
  state = self->until > now
              ? g_strdup_printf ("active;expires=%" G_GINT64_FORMAT, self->until - now)
              : g_strdup ("terminated;reason=timeout");
  self->member = tandem_exchange_pool_choose (self->pool, self->member);
  text = g_strdup_printf (
      "NOTIFY %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%08x%08x;rport\r\n"
      "Max-Forwards: 69\r\nFrom: %s;tag=%s\r\nTo: %s;tag=%s\r\nCall-ID: %s\r\nCSeq: %u NOTIFY\r\n"
      "User-Agent: Tandem practice exchange\r\nContact: <sip:%s@%s>\r\nEvent: %s\r\n"
      "Subscription-State: %s\r\nContent-Type: %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
      self->target, tandem_exchange_pool_get_name (self->pool, self->member), g_random_int (),
      g_random_int (), self->local, self->tag, self->remote, self->remote_tag, self->call_id,
      ++self->cseq, self->user, far_end, self->event, state, get_type (self->event),
      strlen (numbered), numbered);
  g_clear_pointer (&self->notify, tandem_exchange_resend_free);
  self->notify = tandem_exchange_resend_new (self->pool, self->member, self->address, text,
                                             on_given_up, self);
}
