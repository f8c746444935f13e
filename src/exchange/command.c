/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange-private.h"

#include <string.h>

/* What the exchange tells of itself, and what it can be told to do. */

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

  tandem_exchange_drop_old_bindings (self);
  begin_array (json, "registrations");
  for (guint i = 0; i < self->bindings->len; i++)
    {
      Binding *binding = self->bindings->pdata[i];

      json_builder_begin_object (json);
      add_string (json, "user", self->user);
      add_string (json, "contact", binding->contact);
      add_string (json, "proxy", tandem_exchange_pool_get_name (self->pool, binding->member));
      add_number (json, "expires", binding->until - tandem_exchange_seconds ());
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
      tandem_exchange_call_phone (self, extension, &problem);
    }
  else if (g_strcmp0 (verb, "mail") == 0)
    {
      guint64 messages;

      if (words[1] == NULL || !g_ascii_string_to_unsigned (words[1], 10, 0, 10000, &messages, NULL))
        return "mail NUMBER";
      self->messages = (guint) messages;
      tandem_exchange_tell_watchers (self);
    }
  else if (g_strcmp0 (verb, "colleague") == 0)
    {
      static const char *const states[] = { "idle", "ringing", "busy", NULL };

      if (words[1] == NULL || !g_strv_contains (states, words[1]))
        return "colleague idle, ringing or busy";
      tandem_exchange_set_colleague (self, words[1][0] == 'i'   ? TANDEM_EXCHANGE_STATE_IDLE
                                           : words[1][0] == 'r' ? TANDEM_EXCHANGE_STATE_RINGING
                                                                : TANDEM_EXCHANGE_STATE_BUSY);
      tandem_exchange_tell_watchers (self);
    }
  else if (g_strcmp0 (verb, "steer") == 0)
    {
      if (words[1] == NULL || words[1][strspn (words[1], "abcdefghijklmnopqrstuvwxyz-")] != '\0')
        return "steer talk or hold";
      for (guint i = 0; i < self->calls->len; i++)
        if (tandem_exchange_call_get_state (self->calls->pdata[i]) != TANDEM_EXCHANGE_CALL_ENDED)
          tandem_exchange_call_steer (self->calls->pdata[i], words[1]);
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
