/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange-private.h"

#include <string.h>

#define MOST_CALLS 64
#define MOST_BINDINGS 8
#define MOST_DIGITS 256
#define LEAST_EXPIRES_S 5
#define MOST_EXPIRES_S 7200
#define USUAL_EXPIRES_S 1800
#define MOST_SUBSCRIPTIONS 64
#define ALLOW                                                                                      \
  "Allow: REGISTER, INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, SUBSCRIBE, NOTIFY\r\n"

gint64
tandem_exchange_seconds (void)
{
  return g_get_monotonic_time () / G_USEC_PER_SEC;
}

static void
binding_free (Binding *binding)
{
  g_free (binding->contact);
  g_object_unref (binding->address);
  g_free (binding);
}

void
tandem_exchange_drop_old_bindings (TandemExchange *self)
{
  for (guint i = self->bindings->len; i > 0; i--)
    if (((Binding *) self->bindings->pdata[i - 1])->until <= tandem_exchange_seconds ())
      g_ptr_array_remove_index (self->bindings, i - 1);
}

static void
answer (TandemExchange *self,
        guint member,
        const TandemExchangeMessage *request,
        GSocketAddress *source,
        int status,
        const char *headers)
{
  g_autofree char *text
      = tandem_exchange_message_answer (request, status, self->tag, headers, NULL);

  tandem_exchange_pool_send (self->pool, member, source, text);
}

/* Answers what has no credentials, or bad ones. */
static gboolean
authenticate (TandemExchange *self,
              guint member,
              const TandemExchangeMessage *request,
              GSocketAddress *source)
{
  TandemExchangeDigestResult result
      = tandem_exchange_digest_check (self->digest, request, tandem_exchange_seconds ());
  gboolean proxy = strcmp (request->method, "REGISTER") != 0;
  g_autofree char *challenge = NULL;

  if (result == TANDEM_EXCHANGE_DIGEST_GOOD)
    return TRUE;
  challenge = tandem_exchange_digest_challenge (
      self->digest, proxy, result == TANDEM_EXCHANGE_DIGEST_STALE, tandem_exchange_seconds ());
  answer (self, member, request, source, proxy ? 407 : 401, challenge);
  return FALSE;
}

static void
unbind (TandemExchange *self, const char *contact)
{
  for (guint i = self->bindings->len; i > 0; i--)
    if (contact == NULL
        || strcmp (((Binding *) self->bindings->pdata[i - 1])->contact, contact) == 0)
      g_ptr_array_remove_index (self->bindings, i - 1);
}

static void
bind_contact (TandemExchange *self,
              guint member,
              const TandemExchangeMessage *request,
              GSocketAddress *source,
              int expires)
{
  Binding *binding = g_new0 (Binding, 1);

  unbind (self, request->contact);
  if (self->bindings->len >= MOST_BINDINGS)
    g_ptr_array_remove_index (self->bindings, 0);
  binding->contact = g_strdup (request->contact);
  binding->member = member;
  binding->address = g_object_ref (source);
  binding->until = tandem_exchange_seconds () + expires;
  g_ptr_array_add (self->bindings, binding);
}

static void
on_register (TandemExchange *self,
             guint member,
             const TandemExchangeMessage *request,
             GSocketAddress *source)
{
  int expires = request->contact_expires >= 0 ? request->contact_expires : request->expires;
  g_autoptr (GString) headers = g_string_new (NULL);

  if (member >= tandem_exchange_pool_get_size (self->pool))
    {
      answer (self, member, request, source, 403, NULL);
      return;
    }
  if (!authenticate (self, member, request, source))
    return;
  if (g_strcmp0 (request->to_user, self->user) != 0)
    {
      answer (self, member, request, source, 404, NULL);
      return;
    }
  if (expires < 0)
    expires = USUAL_EXPIRES_S;
  expires = MIN (expires, MOST_EXPIRES_S);
  if (request->contact != NULL && expires > 0 && expires < LEAST_EXPIRES_S)
    {
      g_string_printf (headers, "Min-Expires: %d\r\n", LEAST_EXPIRES_S);
      answer (self, member, request, source, 423, headers->str);
      return;
    }
  if (request->contact_any && expires == 0)
    unbind (self, NULL);
  else if (request->contact != NULL && expires == 0)
    unbind (self, request->contact);
  else if (request->contact != NULL)
    bind_contact (self, member, request, source, expires);

  tandem_exchange_drop_old_bindings (self);
  for (guint i = 0; i < self->bindings->len; i++)
    {
      Binding *binding = self->bindings->pdata[i];

      g_string_append_printf (headers, "Contact: <%s>;expires=%" G_GINT64_FORMAT "\r\n",
                              binding->contact, binding->until - tandem_exchange_seconds ());
    }
  answer (self, member, request, source, 200, headers->str);
}

/* A colleague with whom the phone talks is busy too. */
static void
get_news (TandemExchange *self, TandemExchangeSubscription *subscription, TandemExchangeNews *news)
{
  const char *user = tandem_exchange_subscription_get_user (subscription);
  const TandemExchangeExtension *extension = tandem_exchange_extension_find (user);

  *news = (TandemExchangeNews){ .messages = self->messages };
  if (extension != NULL && extension->behaviour == TANDEM_EXCHANGE_COLLEAGUE)
    {
      news->state = self->colleague.state;
      news->call_id = self->colleague.call_id;
      news->local_tag = self->colleague.local_tag;
      news->remote_tag = self->colleague.remote_tag;
      news->caller = "200";
    }
  for (guint i = 0; i < self->calls->len; i++)
    {
      TandemExchangeCall *call = self->calls->pdata[i];

      if (tandem_exchange_call_get_extension (call) != extension || extension == NULL)
        continue;
      if (tandem_exchange_call_get_state (call) == TANDEM_EXCHANGE_CALL_UP)
        *news = (TandemExchangeNews){ .state = TANDEM_EXCHANGE_STATE_BUSY, .caller = self->user };
    }
}

void
tandem_exchange_tell_watchers (TandemExchange *self)
{
  for (guint i = self->subscriptions->len; i > 0; i--)
    {
      TandemExchangeSubscription *subscription = self->subscriptions->pdata[i - 1];
      TandemExchangeNews news;

      if (tandem_exchange_subscription_get_until (subscription) <= tandem_exchange_seconds ())
        {
          g_ptr_array_remove_index (self->subscriptions, i - 1);
          continue;
        }
      get_news (self, subscription, &news);
      tandem_exchange_subscription_tell (subscription, &news, FALSE, tandem_exchange_seconds ());
    }
}

static void
on_subscribe (TandemExchange *self,
              guint member,
              const TandemExchangeMessage *request,
              GSocketAddress *source,
              TandemExchangeSubscription *known)
{
  const int asked = request->expires >= 0 ? request->expires : USUAL_EXPIRES_S;
  const int expires = MIN (asked, MOST_EXPIRES_S);
  const char *far_end
      = tandem_exchange_pool_get_name (self->pool, tandem_exchange_pool_get_size (self->pool));
  g_autofree char *headers = NULL, *tag = NULL, *text = NULL;
  TandemExchangeNews news;

  if (!authenticate (self, member, request, source))
    return;
  if (!tandem_exchange_subscription_knows (request->event))
    {
      answer (self, member, request, source, 489,
              "Allow-Events: message-summary, dialog, presence\r\n");
      return;
    }
  if (request->user == NULL || request->contact == NULL || request->from_tag == NULL
      || (g_strcmp0 (request->user, self->user) != 0
          && tandem_exchange_extension_find (request->user) == NULL))
    {
      answer (self, member, request, source, known != NULL ? 400 : 404, NULL);
      return;
    }
  if (known == NULL && self->subscriptions->len >= MOST_SUBSCRIPTIONS)
    {
      answer (self, member, request, source, 503, "Retry-After: 5\r\n");
      return;
    }
  headers = g_strdup_printf ("Expires: %d\r\nContact: <sip:%s@%s>\r\n", expires, request->user,
                             far_end);
  tag = g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());
  text = tandem_exchange_message_answer (request, 200, tag, headers, NULL);
  tandem_exchange_pool_send (self->pool, member, source, text);
  if (known == NULL)
    {
      known = tandem_exchange_subscription_new (self->pool, DOMAIN, member, request, source, tag,
                                                tandem_exchange_seconds () + expires);
      g_ptr_array_add (self->subscriptions, known);
    }
  else
    tandem_exchange_subscription_refresh (known, member, source,
                                          tandem_exchange_seconds () + expires);
  get_news (self, known, &news);
  tandem_exchange_subscription_tell (known, &news, TRUE, tandem_exchange_seconds ());
}

static gboolean
handle_subscription (TandemExchange *self,
                     guint member,
                     const TandemExchangeMessage *message,
                     GSocketAddress *source)
{
  for (guint i = 0; i < self->subscriptions->len; i++)
    {
      TandemExchangeSubscription *subscription = self->subscriptions->pdata[i];

      if (!tandem_exchange_subscription_matches (subscription, message))
        continue;
      if (!message->request)
        tandem_exchange_subscription_answered (subscription, message);
      else if (strcmp (message->method, "SUBSCRIBE") == 0)
        on_subscribe (self, member, message, source, subscription);
      else
        answer (self, member, message, source, 405, ALLOW);
      return TRUE;
    }
  return FALSE;
}

void
tandem_exchange_set_colleague (TandemExchange *self, TandemExchangeState state)
{
  Colleague *colleague = &self->colleague;

  colleague->state = state;
  g_clear_pointer (&colleague->call_id, g_free);
  g_clear_pointer (&colleague->local_tag, g_free);
  g_clear_pointer (&colleague->remote_tag, g_free);
  if (state != TANDEM_EXCHANGE_STATE_IDLE)
    {
      colleague->call_id = g_uuid_string_random ();
      colleague->local_tag = g_strdup_printf ("l%08x", g_random_int ());
      colleague->remote_tag = g_strdup_printf ("r%08x", g_random_int ());
    }
}

/* Whether the phone picks up what rings at the colleague's. */
static gboolean
picks_up (TandemExchange *self, const char *replaces)
{
  const Colleague *colleague = &self->colleague;

  return replaces != NULL && colleague->state == TANDEM_EXCHANGE_STATE_RINGING
         && strstr (replaces, colleague->call_id) != NULL
         && strstr (replaces, colleague->local_tag) != NULL
         && strstr (replaces, colleague->remote_tag) != NULL;
}

static TandemExchangeCall *
find_named (TandemExchange *self, const char *replaces)
{
  for (guint i = 0; replaces != NULL && i < self->calls->len; i++)
    if (tandem_exchange_call_is_named (self->calls->pdata[i], replaces))
      return self->calls->pdata[i];
  return NULL;
}

static int
on_referred (TandemExchangeCall *call,
             const char *number,
             const char *replaces,
             TandemExchangeCall **other,
             gpointer data)
{
  TandemExchange *self = data;
  const TandemExchangeExtension *extension = tandem_exchange_extension_find (number);

  if (replaces != NULL)
    {
      *other = find_named (self, replaces);
      return *other != NULL && *other != call ? 200 : 481;
    }
  if (extension == NULL)
    return 404;
  if (extension->behaviour == TANDEM_EXCHANGE_BUSY)
    return 486;
  return extension->behaviour == TANDEM_EXCHANGE_NO_ANSWER ? 0 : 200;
}

static void
on_changed (TandemExchangeCall *call, gpointer data)
{
  tandem_exchange_tell_watchers (data);
}

static void
on_gone (TandemExchangeCall *call, gpointer data)
{
  TandemExchange *self = data;

  g_ptr_array_remove (self->calls, call);
}

static void
on_digit (TandemExchangeCall *call, char digit, gpointer data)
{
  TandemExchange *self = data;

  if (self->digits->len < MOST_DIGITS)
    g_string_append_c (self->digits, digit);
}

static void
on_ended_by_phone (TandemExchangeCall *call, const char *method, guint member, gpointer data)
{
  TandemExchange *self = data;
  LastRequest *last = strcmp (method, "BYE") == 0 ? &self->last_bye : &self->last_cancel;

  g_free (last->call_id);
  g_free (last->proxy);
  last->call_id = g_strdup (tandem_exchange_call_get_id (call));
  last->proxy = g_strdup (tandem_exchange_pool_get_name (self->pool, member));
  last->extension = tandem_exchange_call_get_extension (call)->number;
  last->count++;
}

TandemExchangeCall *
tandem_exchange_call_phone (TandemExchange *self,
                            const TandemExchangeExtension *extension,
                            const char **problem)
{
  TandemExchangeCall *call;
  Binding *binding;

  tandem_exchange_drop_old_bindings (self);
  if (self->bindings->len == 0 || self->calls->len >= MOST_CALLS)
    {
      *problem = self->bindings->len == 0 ? "nobody is registered" : "too many calls";
      return NULL;
    }
  binding = g_ptr_array_index (self->bindings, self->bindings->len - 1);
  call = tandem_exchange_call_new_to (&self->owner, extension,
                                      tandem_exchange_pool_choose (self->pool, binding->member),
                                      self->user, binding->contact, binding->address);
  if (call == NULL)
    {
      *problem = "no port is free";
      return NULL;
    }
  g_ptr_array_add (self->calls, call);
  self->calls_seen++;
  return call;
}

typedef struct
{
  TandemExchange *exchange;
  const TandemExchangeExtension *extension;
  guint source;
} Callback;

static gboolean
on_callback_due (gpointer data)
{
  Callback *callback = data;
  TandemExchange *self = callback->exchange;
  const char *problem = NULL;

  if (tandem_exchange_call_phone (self, callback->extension, &problem) == NULL)
    g_message ("could not call back: %s", problem);
  g_hash_table_steal (self->timers, GUINT_TO_POINTER (callback->source));
  return G_SOURCE_REMOVE;
}

static void
call_back_later (TandemExchange *self, const TandemExchangeExtension *extension)
{
  Callback *callback;

  if (g_hash_table_size (self->timers) >= MOST_CALLS)
    return;
  callback = g_new0 (Callback, 1);
  callback->exchange = self;
  callback->extension = extension;
  callback->source = g_timeout_add_full (G_PRIORITY_DEFAULT, self->callback_delay, on_callback_due,
                                         callback, g_free);
  g_hash_table_add (self->timers, GUINT_TO_POINTER (callback->source));
}

/* The phone calls its own number: it rings there. */
static void
call_itself (TandemExchange *self,
             guint member,
             const TandemExchangeMessage *request,
             GSocketAddress *source)
{
  const TandemExchangeExtension *mirror = tandem_exchange_extension_mirror (self->user);
  const char *problem = NULL;
  TandemExchangeCall *to = tandem_exchange_call_phone (self, mirror, &problem);
  TandemExchangeCall *from;

  if (to == NULL)
    {
      answer (self, member, request, source, 480, NULL);
      return;
    }
  from = tandem_exchange_call_new_from (&self->owner, mirror, member, request, source);
  g_ptr_array_add (self->calls, from);
  self->calls_seen++;
  tandem_exchange_call_pair (from, to);
}

static void
on_invite (TandemExchange *self,
           guint member,
           const TandemExchangeMessage *request,
           GSocketAddress *source)
{
  const TandemExchangeExtension *extension = tandem_exchange_extension_find (request->user);

  if (!authenticate (self, member, request, source))
    return;
  if (request->contact == NULL || request->from_tag == NULL)
    answer (self, member, request, source, 400, NULL);
  else if (extension == NULL && g_strcmp0 (request->user, self->user) != 0)
    answer (self, member, request, source, 404, NULL);
  else if (self->calls->len + 1 >= MOST_CALLS)
    answer (self, member, request, source, 503, "Retry-After: 5\r\n");
  else if (extension == NULL)
    call_itself (self, member, request, source);
  else if (request->replaces != NULL && !picks_up (self, request->replaces)
           && find_named (self, request->replaces) == NULL)
    answer (self, member, request, source, 481, NULL);
  else
    {
      TandemExchangeCall *replaced = find_named (self, request->replaces);
      TandemExchangeCall *call;

      if (request->replaces != NULL)
        extension = tandem_exchange_extension_find ("200");
      call = tandem_exchange_call_new_from (&self->owner, extension, member, request, source);
      g_ptr_array_add (self->calls, call);
      self->calls_seen++;
      if (request->replaces != NULL)
        {
          tandem_exchange_call_answer_now (call);
          if (replaced != NULL)
            tandem_exchange_call_hang_up (replaced, NULL);
          else
            tandem_exchange_set_colleague (self, TANDEM_EXCHANGE_STATE_IDLE);
          tandem_exchange_tell_watchers (self);
        }
      if (extension->behaviour == TANDEM_EXCHANGE_CALLS_BACK)
        call_back_later (self, extension);
    }
}

static void
on_message (guint member,
            const TandemExchangeMessage *message,
            GSocketAddress *source,
            gpointer data)
{
  TandemExchange *self = data;
  const char *method = message->method;

  for (guint i = 0; i < self->calls->len; i++)
    if (tandem_exchange_call_matches (self->calls->pdata[i], message))
      {
        tandem_exchange_call_handle (self->calls->pdata[i], member, message, source);
        return;
      }
  if (handle_subscription (self, member, message, source))
    return;
  if (!message->request || strcmp (method, "ACK") == 0)
    return;
  if (message->max_forwards == 0 && strcmp (method, "OPTIONS") != 0)
    answer (self, member, message, source, 483, NULL);
  else if (message->to_tag != NULL || strcmp (method, "CANCEL") == 0 || strcmp (method, "BYE") == 0)
    answer (self, member, message, source, 481, NULL);
  else if (strcmp (method, "REGISTER") == 0)
    on_register (self, member, message, source);
  else if (strcmp (method, "INVITE") == 0)
    on_invite (self, member, message, source);
  else if (strcmp (method, "SUBSCRIBE") == 0)
    on_subscribe (self, member, message, source, NULL);
  else
    answer (self, member, message, source, strcmp (method, "OPTIONS") == 0 ? 200 : 405, ALLOW);
}

TandemExchange *
tandem_exchange_new (const TandemExchangeOptions *options, GError **error)
{
  g_autoptr (TandemExchange) self = g_new0 (TandemExchange, 1);

  self->bindings = g_ptr_array_new_with_free_func ((GDestroyNotify) binding_free);
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_exchange_call_free);
  self->timers = g_hash_table_new (NULL, NULL);
  self->subscriptions
      = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_exchange_subscription_free);
  self->digits = g_string_new (NULL);
  self->user = g_strdup (options->user != NULL ? options->user : "100");
  self->password
      = options->password != NULL ? g_strdup (options->password) : g_uuid_string_random ();
  self->tag = g_strdup_printf ("x%08x", g_random_int ());
  self->callback_delay = options->callback_delay;
  self->pool = tandem_exchange_pool_new (options->addresses, on_message, self, error);
  if (self->pool == NULL)
    return NULL;
  self->digest = tandem_exchange_digest_new (DOMAIN, self->user, self->password);
  self->owner = (TandemExchangeCallOwner){
    .pool = self->pool,
    .domain = DOMAIN,
    .answer_delay = options->answer_delay,
    .ended_by_phone = on_ended_by_phone,
    .digit = on_digit,
    .changed = on_changed,
    .referred = on_referred,
    .gone = on_gone,
    .data = self,
  };
  return g_steal_pointer (&self);
}

void
tandem_exchange_free (TandemExchange *self)
{
  GHashTableIter iter;
  gpointer source;

  if (self == NULL)
    return;
  g_hash_table_iter_init (&iter, self->timers);
  while (g_hash_table_iter_next (&iter, &source, NULL))
    g_source_remove (GPOINTER_TO_UINT (source));
  g_hash_table_unref (self->timers);
  g_ptr_array_unref (self->calls);
  g_ptr_array_unref (self->subscriptions);
  tandem_exchange_set_colleague (self, TANDEM_EXCHANGE_STATE_IDLE);
  g_ptr_array_unref (self->bindings);
  tandem_exchange_pool_free (self->pool);
  tandem_exchange_digest_free (self->digest);
  g_string_free (self->digits, TRUE);
  g_free (self->last_bye.call_id);
  g_free (self->last_bye.proxy);
  g_free (self->last_cancel.call_id);
  g_free (self->last_cancel.proxy);
  g_free (self->user);
  g_free (self->password);
  g_free (self->tag);
  g_free (self);
}
