/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange.h"

#include <string.h>

#include "call.h"
#include "digest.h"
#include "pool.h"

#define DOMAIN "practice.example.test"
#define MOST_CALLS 64
#define MOST_BINDINGS 8
#define MOST_DIGITS 256
#define LEAST_EXPIRES_S 5
#define MOST_EXPIRES_S 7200
#define USUAL_EXPIRES_S 1800
#define ALLOW "Allow: REGISTER, INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE\r\n"

typedef struct
{
  char *contact;
  guint member;
  GSocketAddress *address;
  gint64 until; /* monotonic, s */
} Binding;

typedef struct
{
  char *call_id;
  char *proxy;
  const char *extension;
  guint count;
} LastRequest;

struct _TandemExchange
{
  TandemExchangePool *pool;
  TandemExchangeDigest *digest;
  char *user;
  char *password;
  char *tag;
  TandemExchangeCallOwner owner;
  guint callback_delay;
  GPtrArray *bindings; /* the latest last */
  GPtrArray *calls;
  GHashTable *timers; /* of source ids: calls to be made */
  LastRequest last_bye, last_cancel;
  guint calls_seen;
  GString *digits;
};

static gint64
seconds (void)
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

static void
drop_old_bindings (TandemExchange *self)
{
  for (guint i = self->bindings->len; i > 0; i--)
    if (((Binding *) self->bindings->pdata[i - 1])->until <= seconds ())
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
      = tandem_exchange_digest_check (self->digest, request, seconds ());
  gboolean proxy = strcmp (request->method, "REGISTER") != 0;
  g_autofree char *challenge = NULL;

  if (result == TANDEM_EXCHANGE_DIGEST_GOOD)
    return TRUE;
  challenge = tandem_exchange_digest_challenge (self->digest, proxy,
                                                result == TANDEM_EXCHANGE_DIGEST_STALE, seconds ());
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
  binding->until = seconds () + expires;
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

  drop_old_bindings (self);
  for (guint i = 0; i < self->bindings->len; i++)
    {
      Binding *binding = self->bindings->pdata[i];

      g_string_append_printf (headers, "Contact: <%s>;expires=%" G_GINT64_FORMAT "\r\n",
                              binding->contact, binding->until - seconds ());
    }
  answer (self, member, request, source, 200, headers->str);
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

/* (transfer none) (nullable) */
static TandemExchangeCall *
call_phone (TandemExchange *self, const TandemExchangeExtension *extension, const char **problem)
{
  TandemExchangeCall *call;
  Binding *binding;

  drop_old_bindings (self);
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

  if (call_phone (self, callback->extension, &problem) == NULL)
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
  TandemExchangeCall *to = call_phone (self, mirror, &problem);
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
  else
    {
      g_ptr_array_add (self->calls, tandem_exchange_call_new_from (&self->owner, extension, member,
                                                                   request, source));
      self->calls_seen++;
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

static void
add_string (JsonBuilder *json, const char *name, const char *value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, value);
}

static void
add_number (JsonBuilder *json, const char *name, gint64 value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, value);
}

static void
add_flag (JsonBuilder *json, const char *name, gboolean value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_boolean_value (json, value);
}

static void
begin_array (JsonBuilder *json, const char *name)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
}

JsonNode *
tandem_exchange_describe (TandemExchange *self)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  begin_array (json, "proxies");
  for (guint i = 0; i < tandem_exchange_pool_get_size (self->pool); i++)
    json_builder_add_string_value (json, tandem_exchange_pool_get_name (self->pool, i));
  json_builder_end_array (json);
  add_string (json, "user", self->user);
  add_string (json, "password", self->password);
  add_string (json, "domain", DOMAIN);
  begin_array (json, "extensions");
  for (const TandemExchangeExtension *extension = tandem_exchange_extension_list ();
       extension->number != NULL; extension++)
    {
      json_builder_begin_object (json);
      add_string (json, "number", extension->number);
      add_string (json, "name", extension->name);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  json_builder_end_object (json);
  return json_builder_get_root (json);
}

static void
add_counters (JsonBuilder *json, const char *name, GHashTable *counters)
{
  GHashTableIter iter;
  gpointer method, count;

  json_builder_set_member_name (json, name);
  json_builder_begin_object (json);
  g_hash_table_iter_init (&iter, counters);
  while (g_hash_table_iter_next (&iter, &method, &count))
    add_number (json, method, GPOINTER_TO_UINT (count));
  json_builder_end_object (json);
}

static void
add_last (JsonBuilder *json, const char *name, const LastRequest *last)
{
  json_builder_set_member_name (json, name);
  if (last->call_id == NULL)
    {
      json_builder_add_null_value (json);
      return;
    }
  json_builder_begin_object (json);
  add_string (json, "call_id", last->call_id);
  add_string (json, "proxy", last->proxy);
  add_string (json, "extension", last->extension);
  add_number (json, "count", last->count);
  json_builder_end_object (json);
}

static void
add_call (JsonBuilder *json, TandemExchange *self, TandemExchangeCall *call)
{
  static const char *const states[] = { "ringing", "answered", "up", "ended" };
  guint received, sent;

  tandem_exchange_call_get_packets (call, &received, &sent);
  json_builder_begin_object (json);
  add_string (json, "call_id", tandem_exchange_call_get_id (call));
  add_string (json, "extension", tandem_exchange_call_get_extension (call)->number);
  add_string (json, "direction",
              tandem_exchange_call_is_outgoing (call) ? "to-phone" : "from-phone");
  add_string (json, "state", states[tandem_exchange_call_get_state (call)]);
  add_string (json, "proxy",
              tandem_exchange_pool_get_name (self->pool, tandem_exchange_call_get_member (call)));
  add_string (json, "digits", tandem_exchange_call_get_digits (call));
  add_number (json, "packets_received", received);
  add_number (json, "packets_sent", sent);
  json_builder_end_object (json);
}

static void
add_status (TandemExchange *self, JsonBuilder *json)
{
  begin_array (json, "proxies");
  for (guint i = 0; i <= tandem_exchange_pool_get_size (self->pool); i++)
    {
      json_builder_begin_object (json);
      add_string (json, "address", tandem_exchange_pool_get_name (self->pool, i));
      add_string (json, "role",
                  i < tandem_exchange_pool_get_size (self->pool) ? "proxy" : "far-end");
      add_flag (json, "silent", tandem_exchange_pool_is_silent (self->pool, i));
      add_counters (json, "received", tandem_exchange_pool_get_counters (self->pool, i, FALSE));
      add_counters (json, "dropped", tandem_exchange_pool_get_counters (self->pool, i, TRUE));
      json_builder_end_object (json);
    }
  json_builder_end_array (json);

  drop_old_bindings (self);
  begin_array (json, "registrations");
  for (guint i = 0; i < self->bindings->len; i++)
    {
      Binding *binding = self->bindings->pdata[i];

      json_builder_begin_object (json);
      add_string (json, "user", self->user);
      add_string (json, "contact", binding->contact);
      add_string (json, "proxy", tandem_exchange_pool_get_name (self->pool, binding->member));
      add_number (json, "expires", binding->until - seconds ());
      json_builder_end_object (json);
    }
  json_builder_end_array (json);

  begin_array (json, "dialogs");
  for (guint i = 0; i < self->calls->len; i++)
    if (tandem_exchange_call_get_state (self->calls->pdata[i]) != TANDEM_EXCHANGE_CALL_ENDED)
      add_call (json, self, self->calls->pdata[i]);
  json_builder_end_array (json);
  add_last (json, "last_bye", &self->last_bye);
  add_last (json, "last_cancel", &self->last_cancel);
  add_string (json, "digits", self->digits->str);
  add_number (json, "calls", self->calls_seen);
}

/* What is wrong, or NULL. */
static const char *
perform (TandemExchange *self, char **words, JsonBuilder *json)
{
  const char *verb = words[0];
  const char *problem = NULL;

  if (g_strcmp0 (verb, "status") == 0)
    add_status (self, json);
  else if (g_strcmp0 (verb, "silence") == 0 || g_strcmp0 (verb, "restore") == 0)
    {
      if (words[1] == NULL || !tandem_exchange_pool_silence (self->pool, words[1], verb[0] == 's'))
        return "no such proxy";
    }
  else if (g_strcmp0 (verb, "call-me") == 0)
    {
      const TandemExchangeExtension *extension
          = tandem_exchange_extension_find (words[1] != NULL ? words[1] : "203");

      if (extension == NULL)
        return "no such extension";
      call_phone (self, extension, &problem);
    }
  else if (g_strcmp0 (verb, "hang-up") == 0)
    for (guint i = 0; i < self->calls->len; i++)
      tandem_exchange_call_hang_up (self->calls->pdata[i],
                                    "Q.850;cause=16;text=\"The other side hung up\"");
  else
    return "no such command";
  return problem;
}

JsonNode *
tandem_exchange_command (TandemExchange *self, const char *line)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *valid = g_utf8_make_valid (line, -1);
  g_auto (GStrv) words = NULL;
  const char *problem;

  g_strstrip (valid);
  words = g_strsplit_set (valid, " \t", 3);
  json_builder_begin_object (json);
  problem = perform (self, words, json);
  add_flag (json, "ok", problem == NULL);
  if (problem != NULL)
    add_string (json, "error", problem);
  json_builder_end_object (json);
  return json_builder_get_root (json);
}
