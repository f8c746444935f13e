/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "watch.h"

#include "dialog-info.h"
#include "message.h"
#include "presence-document.h"
#include "registration.h"
#include "subscription.h"
#include "xml.h"

#include <string.h>

/* See watch.h. */

#define LONGEST_URI 512
#define EXPIRES 3600
/* A server whose documents have gaps is not asked for all of it more often than that. */
#define REFRESH_LEAST (10 * G_TIME_SPAN_SECOND)

struct _TandemWatch
{
  TandemEngine *engine;
  TandemSipAccount *account; /* (nullable): of the subscription */
  char *account_id;
  guint tag;
  gboolean dialogs; /* else presence */
  char *uri;
  TandemSubscription *subscription; /* (nullable) */
  TandemDialogTable *table;         /* (nullable) */
  guint generation;
  gint64 refreshed;
};

static TandemSipEvent *
make_event (TandemWatch *self)
{
  TandemSipEvent *event = tandem_sip_event_new (TANDEM_SIP_EVENT_NOTIFICATION, self->account_id);

  event->tag = self->tag;
  return event;
}

static void
tell_unknown (TandemWatch *self, guint code, const char *why)
{
  TandemSipEvent *event = make_event (self);

  event->code = code;
  event->text = g_strdup (why);
  tandem_engine_emit (self->engine, event);
}

static gboolean
on_dialogs (const char *body, gsize size, gpointer data)
{
  TandemWatch *self = data;
  guint generation = tandem_subscription_get_generation (self->subscription);
  TandemDialogInfoResult result;
  TandemSipEvent *event;

  if (self->table == NULL)
    self->table = tandem_dialog_table_new ();
  if (generation != self->generation)
    tandem_dialog_table_restart (self->table);
  self->generation = generation;
  result = tandem_dialog_table_take (self->table, body, size);
  if (result == TANDEM_DIALOG_INFO_MALFORMED)
    return FALSE;
  if (result == TANDEM_DIALOG_INFO_OLD)
    return TRUE;
  if (result == TANDEM_DIALOG_INFO_GAP
      && (self->refreshed == 0 || tandem_engine_now () - self->refreshed >= REFRESH_LEAST))
    {
      self->refreshed = tandem_engine_now ();
      tandem_subscription_refresh (self->subscription);
    }
  event = make_event (self);
  event->known = TRUE;
  event->presence = tandem_dialog_table_get_presence (self->table);
  event->dialogs = tandem_dialog_table_copy (self->table);
  tandem_engine_emit (self->engine, event);
  return TRUE;
}

static gboolean
on_presence (const char *body, gsize size, gpointer data)
{
  TandemWatch *self = data;
  TandemSipPresence presence;
  TandemSipEvent *event;
  char *note = NULL;

  if (!tandem_presence_document_parse (body, size, &presence, &note))
    return FALSE;
  event = make_event (self);
  event->known = TRUE;
  event->presence = presence;
  event->note = note;
  tandem_engine_emit (self->engine, event);
  return TRUE;
}

/* Kamailio sends no document for somebody of whom nothing was published: then there is no call either.
 * Of a person's presence it says nothing. */
static void
on_empty (gpointer data)
{
  TandemWatch *self = data;
  TandemSipEvent *event = make_event (self);

  event->known = TRUE;
  event->presence = self->dialogs ? TANDEM_SIP_PRESENCE_AVAILABLE : TANDEM_SIP_PRESENCE_UNKNOWN;
  tandem_engine_emit (self->engine, event);
}

static void
on_lost (gpointer data)
{
  TandemWatch *self = data;

  g_clear_pointer (&self->table, tandem_dialog_table_free);
  tell_unknown (self, 0, "the subscription ended");
}

static void
on_refused (guint code, const char *why, gpointer data)
{
  tell_unknown (data, code, why);
}

static const TandemEventPackage dialog_package = {
  .name = "dialog",
  .content_type = TANDEM_DIALOG_INFO_TYPE,
  .expires = EXPIRES,
  .longest = TANDEM_XML_LONGEST,
  .notified = on_dialogs,
  .empty = on_empty,
  .lost = on_lost,
  .refused = on_refused,
  .many = TRUE,
};

static const TandemEventPackage presence_package = {
  .name = "presence",
  .content_type = TANDEM_PRESENCE_TYPE,
  .expires = EXPIRES,
  .longest = TANDEM_XML_LONGEST,
  .notified = on_presence,
  .empty = on_empty,
  .lost = on_lost,
  .refused = on_refused,
  .many = TRUE,
};

static void
leave (TandemWatch *self)
{
  g_clear_pointer (&self->subscription, tandem_subscription_end);
  self->account = NULL;
}

static void
follow (TandemWatch *self, TandemSipAccount *account, const TandemCandidate *candidate)
{
  if (self->account != account)
    leave (self);
  self->account = account;
  if (self->subscription == NULL)
    self->subscription = tandem_subscription_new (
        account, self->dialogs ? &dialog_package : &presence_package, self->uri, self);
  tandem_subscription_follow (self->subscription, candidate);
}

void
tandem_watch_free (TandemWatch *self)
{
  g_clear_pointer (&self->subscription, tandem_subscription_free);
  tandem_dialog_table_free (self->table);
  g_free (self->account_id);
  g_free (self->uri);
  g_free (self);
}

void
tandem_watch_begin (TandemEngine *engine, TandemSipCommand *command)
{
  TandemSipAccount *account = g_hash_table_lookup (engine->accounts, command->account);
  gboolean dialogs = strcmp (command->method, "dialog") == 0;
  TandemWatch *self;

  tandem_watch_end (engine, command->tag);
  self = g_new0 (TandemWatch, 1);
  self->engine = engine;
  self->account_id = g_strdup (command->account);
  self->tag = command->tag;
  self->dialogs = dialogs;
  if ((!dialogs && strcmp (command->method, "presence") != 0)
      || !tandem_sip_is_uri (command->uri, LONGEST_URI))
    {
      tell_unknown (self, 0, "not an address that can be watched");
      tandem_watch_free (self);
      return;
    }
  self->uri = g_strndup (command->uri, strcspn (command->uri, "?"));
  g_hash_table_insert (engine->watches, GUINT_TO_POINTER (self->tag), self);
  if (account == NULL)
    return;
  if (account->config->expires == 0)
    follow (self, account, NULL);
  else if (tandem_registration_is_registered (account->registration) && account->has_current)
    follow (self, account, &account->current);
}

void
tandem_watch_end (TandemEngine *engine, guint tag)
{
  TandemWatch *self = g_hash_table_lookup (engine->watches, GUINT_TO_POINTER (tag));

  if (self == NULL)
    return;
  leave (self);
  g_hash_table_remove (engine->watches, GUINT_TO_POINTER (tag));
}

static gboolean
is_of (TandemWatch *self, TandemSipAccount *account)
{
  return strcmp (self->account_id, account->config->id) == 0;
}

void
tandem_watches_follow (TandemSipAccount *account, const TandemCandidate *candidate)
{
  GHashTableIter iter;
  gpointer value;

  if (account->replaced || account->engine->stopping)
    return;
  g_hash_table_iter_init (&iter, account->engine->watches);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (is_of (value, account))
        follow (value, account, candidate);
    }
}

void
tandem_watches_configure (TandemSipAccount *account)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, account->engine->watches);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TandemWatch *self = value;

      if (self->subscription != NULL && self->account == account
          && tandem_subscription_is_refused (self->subscription))
        leave (self);
    }
}

void
tandem_watches_leave (TandemSipAccount *account)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, account->engine->watches);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TandemWatch *self = value;

      if (self->account != account)
        continue;
      leave (self);
      g_clear_pointer (&self->table, tandem_dialog_table_free);
      if (!account->replaced)
        tell_unknown (self, 0, "the account is gone");
    }
}

void
tandem_watches_clear (TandemEngine *engine)
{
  g_hash_table_remove_all (engine->watches);
}
