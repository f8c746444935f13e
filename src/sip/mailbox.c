/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailbox.h"

#include "hop.h"
#include "message-summary.h"
#include "message.h"
#include "subscription.h"

#include <string.h>

/* See mailbox.h. */

#define LONGEST_URI 256

struct _TandemMailbox
{
  TandemSipAccount *account;
  TandemSubscription *subscription; /* (nullable) */
  gboolean known;
};

static void
tell (TandemMailbox *self, const TandemMessageSummary *summary)
{
  TandemSipAccount *account = self->account;
  TandemSipEvent *event;

  self->known = summary != NULL;
  if (account->replaced)
    return;
  event = tandem_sip_event_new (TANDEM_SIP_EVENT_MAILBOX, account->config->id);
  if (summary != NULL)
    {
      event->mailbox_known = TRUE;
      event->mailbox_waiting = summary->waiting;
      event->mailbox_new = summary->fresh;
      event->mailbox_old = summary->old;
      if (summary->account != NULL && tandem_sip_is_uri (summary->account, LONGEST_URI))
        event->mailbox_uri = g_strdup (summary->account);
    }
  tandem_engine_emit (account->engine, event);
}

static gboolean
on_notified (const char *body, gsize size, gpointer data)
{
  TandemMessageSummary summary;

  if (!tandem_message_summary_parse (body, size, &summary))
    return FALSE;
  tell (data, &summary);
  tandem_message_summary_clear (&summary);
  return TRUE;
}

static void
on_lost (gpointer data)
{
  tell (data, NULL);
}

static const TandemEventPackage package = {
  .name = "message-summary",
  .content_type = "application/simple-message-summary",
  .expires = 3600,
  .longest = TANDEM_MESSAGE_SUMMARY_LONGEST,
  .notified = on_notified,
  .lost = on_lost,
};

/* (transfer full) (nullable) */
static char *
make_target (TandemSipAccount *account)
{
  const char *mailbox = account->config->mailbox;
  const char *domain = strchr (account->aor, '@');
  g_autofree char *user = NULL;
  char *target;

  if (*mailbox == '\0')
    return g_strdup (account->aor);
  if (g_ascii_strncasecmp (mailbox, "sip:", 4) == 0
      || g_ascii_strncasecmp (mailbox, "sips:", 5) == 0)
    target = g_strdup (mailbox);
  else if (strchr (mailbox, '@') != NULL)
    target = g_strdup_printf ("sip:%s", mailbox);
  else
    {
      user = g_uri_escape_string (mailbox, "+&=$,;?/!*'()", FALSE);
      target = g_strdup_printf ("sip:%s%s", user, domain != NULL ? domain : "");
    }
  if (!tandem_sip_is_uri (target, LONGEST_URI))
    g_clear_pointer (&target, g_free);
  return target;
}

TandemMailbox *
tandem_mailbox_new (TandemSipAccount *account)
{
  TandemMailbox *self = g_new0 (TandemMailbox, 1);

  self->account = account;
  return self;
}

void
tandem_mailbox_free (TandemMailbox *self)
{
  g_clear_pointer (&self->subscription, tandem_subscription_free);
  g_free (self);
}

void
tandem_mailbox_stop (TandemMailbox *self)
{
  g_clear_pointer (&self->subscription, tandem_subscription_end);
}

void
tandem_mailbox_configure (TandemMailbox *self)
{
  TandemSipAccount *account = self->account;
  g_autofree char *target = account->config->mailbox_subscribe ? make_target (account) : NULL;

  tandem_mailbox_stop (self);
  if (target != NULL)
    self->subscription = tandem_subscription_new (account, &package, target, self);
  else if (account->config->mailbox_subscribe)
    {
      g_autofree char *text
          = g_strdup_printf ("%s is no SIP address of a mailbox", account->config->mailbox);

      tandem_engine_error (account->engine, account->config->id, text);
    }
  if (target == NULL && self->known)
    tell (self, NULL);
}

void
tandem_mailbox_follow (TandemMailbox *self, const TandemCandidate *candidate)
{
  if (self->subscription != NULL)
    tandem_subscription_follow (self->subscription, candidate);
}

static gboolean
is_user (belle_sip_uri_t *uri, const char *user)
{
  return uri != NULL && g_strcmp0 (belle_sip_uri_get_user (uri), user) == 0;
}

static gboolean
is_addressed_to (belle_sip_request_t *request, TandemSipAccount *account)
{
  belle_sip_header_to_t *to
      = belle_sip_message_get_header_by_type (BELLE_SIP_MESSAGE (request), belle_sip_header_to_t);

  return is_user (belle_sip_request_get_uri (request), account->config->user)
         || (to != NULL
             && is_user (belle_sip_header_address_get_uri (BELLE_SIP_HEADER_ADDRESS (to)),
                         account->config->user));
}

static TandemSipAccount *
find_account (TandemEngine *engine, belle_sip_request_t *request)
{
  TandemCandidate from, member;
  GHashTableIter iter;
  gpointer value;

  if (!tandem_hop_source (request, &from))
    return NULL;
  g_hash_table_iter_init (&iter, engine->accounts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TandemSipAccount *account = value;

      if (account->config->mailbox_subscribe && is_addressed_to (request, account)
          && tandem_sip_account_match (account, &from, &member))
        return account;
    }
  return NULL;
}

gboolean
tandem_mailbox_on_unsolicited (TandemEngine *engine, belle_sip_request_t *request)
{
  belle_sip_message_t *message = BELLE_SIP_MESSAGE (request);
  g_autofree char *event = tandem_subscription_get_event (request);
  gsize size = belle_sip_message_get_body_size (message);
  TandemSipAccount *account;
  const char *extra = NULL;
  guint code;

  if (event == NULL || g_ascii_strcasecmp (event, package.name) != 0
      || tandem_sip_to_tag (message) != NULL)
    return FALSE;
  account = find_account (engine, request);
  if (account == NULL)
    return FALSE;
  code = tandem_subscription_check_body (request, &package);
  if (code == 415)
    extra = "Accept: application/simple-message-summary";
  if (code == 0)
    code = size > 0 && on_notified (belle_sip_message_get_body (message), size, account->mailbox)
               ? 200
               : 400;
  tandem_engine_reply (engine, request, code, NULL, extra);
  return TRUE;
}
