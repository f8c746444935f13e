/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-private.h"

#include <json-glib/json-glib.h>

#include <string.h>

/* The documented JSON: its members and their types, by docs/status-json.md, on every sample. */

static const char *const scenes[]
    = { "idle", "active", "incoming", "failover", "offline", "calling", "welcome", "nonsense" };

typedef struct
{
  const char *name;
  GType type; /* G_TYPE_NONE: an object or array */
  gboolean nullable;
} Member;

static const Member root_members[] = {
  { "version", G_TYPE_INT64, FALSE },         { "program_version", G_TYPE_STRING, FALSE },
  { "configured", G_TYPE_BOOLEAN, FALSE },    { "audio", G_TYPE_NONE, FALSE },
  { "history_problem", G_TYPE_STRING, TRUE }, { "availability", G_TYPE_NONE, FALSE },
  { "missed_calls", G_TYPE_INT64, FALSE },    { "colleagues", G_TYPE_NONE, FALSE },
  { "accounts", G_TYPE_NONE, FALSE },         { "calls", G_TYPE_NONE, FALSE },
  { "last_call", G_TYPE_NONE, TRUE },         { "last_sip_call_id", G_TYPE_STRING, TRUE },
};

static const Member audio_members[] = {
  { "available", G_TYPE_BOOLEAN, FALSE },
  { "problem", G_TYPE_STRING, TRUE },
  { "tone", G_TYPE_DOUBLE, TRUE },
};

static const Member account_members[] = {
  { "id", G_TYPE_STRING, FALSE },
  { "address", G_TYPE_STRING, FALSE },
  { "domain", G_TYPE_STRING, FALSE },
  { "transport", G_TYPE_STRING, FALSE },
  { "state", G_TYPE_STRING, FALSE },
  { "registered", G_TYPE_BOOLEAN, FALSE },
  { "title", G_TYPE_STRING, FALSE },
  { "subtitle", G_TYPE_STRING, TRUE },
  { "problem", G_TYPE_STRING, TRUE },
  { "sip_code", G_TYPE_INT64, FALSE },
  { "cause", G_TYPE_STRING, TRUE },
  { "expires", G_TYPE_INT64, FALSE },
  { "contact", G_TYPE_STRING, TRUE },
  { "candidate", G_TYPE_STRING, TRUE },
  { "seconds_to_retry", G_TYPE_INT64, FALSE },
  { "set_aside", G_TYPE_INT64, FALSE },
  { "candidates", G_TYPE_NONE, FALSE },
  { "timeline", G_TYPE_NONE, FALSE },
  { "mailbox", G_TYPE_NONE, FALSE },
};

static const Member candidate_members[] = {
  { "id", G_TYPE_STRING, FALSE },
  { "address", G_TYPE_STRING, FALSE },
  { "port", G_TYPE_INT64, FALSE },
  { "transport", G_TYPE_STRING, FALSE },
  { "role", G_TYPE_STRING, FALSE },
  { "penalty_seconds_left", G_TYPE_INT64, FALSE },
  { "round_trip_ms", G_TYPE_DOUBLE, TRUE },
  { "last_failure", G_TYPE_STRING, TRUE },
  { "last_failure_reason", G_TYPE_STRING, TRUE },
  { "preferred", G_TYPE_BOOLEAN, FALSE },
};

static const Member call_members[] = {
  { "id", G_TYPE_STRING, FALSE },
  { "account", G_TYPE_STRING, FALSE },
  { "state", G_TYPE_STRING, FALSE },
  { "status", G_TYPE_STRING, FALSE },
  { "direction", G_TYPE_STRING, FALSE },
  { "peer", G_TYPE_STRING, FALSE },
  { "peer_uri", G_TYPE_STRING, FALSE },
  { "peer_name", G_TYPE_STRING, TRUE },
  { "queue", G_TYPE_STRING, TRUE },
  { "start", G_TYPE_STRING, FALSE },
  { "duration", G_TYPE_INT64, FALSE },
  { "muted", G_TYPE_BOOLEAN, FALSE },
  { "proxies", G_TYPE_NONE, FALSE },
  { "codec", G_TYPE_STRING, TRUE },
  { "rerouted", G_TYPE_BOOLEAN, FALSE },
  { "attempt", G_TYPE_INT64, FALSE },
  { "notice", G_TYPE_STRING, TRUE },
  { "failure", G_TYPE_STRING, TRUE },
  { "sip_code", G_TYPE_INT64, FALSE },
  { "target", G_TYPE_STRING, TRUE },
  { "received_digits", G_TYPE_STRING, FALSE },
  { "sip_call_id", G_TYPE_STRING, TRUE },
  { "rtp", G_TYPE_NONE, FALSE },
  { "headers", G_TYPE_NONE, FALSE },
  { "hold", G_TYPE_STRING, FALSE },
  { "hold_pending", G_TYPE_BOOLEAN, FALSE },
  { "hold_duration", G_TYPE_INT64, FALSE },
  { "hold_problem", G_TYPE_STRING, TRUE },
  { "unconfirmed", G_TYPE_BOOLEAN, FALSE },
  { "hold_reminder", G_TYPE_BOOLEAN, FALSE },
  { "active", G_TYPE_BOOLEAN, FALSE },
  { "in_conference", G_TYPE_BOOLEAN, FALSE },
  { "party_muted", G_TYPE_BOOLEAN, FALSE },
  { "transfer", G_TYPE_STRING, FALSE },
  { "transfer_text", G_TYPE_STRING, TRUE },
  { "consults", G_TYPE_STRING, TRUE },
  { "referral_target", G_TYPE_STRING, TRUE },
  { "auto_answer_in_ms", G_TYPE_INT64, TRUE },
  { "note", G_TYPE_STRING, TRUE },
  { "dialled_digits", G_TYPE_STRING, FALSE },
};

static const Member rtp_members[] = {
  { "packets_sent", G_TYPE_INT64, FALSE },  { "packets_received", G_TYPE_INT64, FALSE },
  { "bytes_sent", G_TYPE_INT64, FALSE },    { "bytes_received", G_TYPE_INT64, FALSE },
  { "packets_lost", G_TYPE_INT64, FALSE },  { "jitter_ms", G_TYPE_DOUBLE, FALSE },
  { "round_trip_ms", G_TYPE_DOUBLE, TRUE }, { "mos", G_TYPE_DOUBLE, TRUE },
};

static void
check_members (JsonObject *object, const Member *members, guint n)
{
  g_assert_cmpuint (json_object_get_size (object), ==, n);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_object_get_member (object, members[i].name);

      if (node == NULL)
        g_error ("no member %s", members[i].name);
      if (JSON_NODE_HOLDS_NULL (node))
        {
          if (!members[i].nullable)
            g_error ("%s is null", members[i].name);
        }
      else if (members[i].type == G_TYPE_NONE)
        g_assert_false (JSON_NODE_HOLDS_VALUE (node));
      else if (json_node_get_value_type (node) != members[i].type)
        g_error ("%s is a %s", members[i].name, g_type_name (json_node_get_value_type (node)));
    }
}

#define CHECK(object, members) check_members ((object), (members), G_N_ELEMENTS (members))

/* (transfer full) */
static JsonParser *
parse (TandemPhone *phone)
{
  g_autofree char *text = tandem_phone_status_to_json (phone);
  JsonParser *parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  return parser;
}

static void
test_members (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    {
      g_autoptr (TandemPhone) phone = tandem_phone_new_sample (scenes[i]);
      g_autoptr (JsonParser) parser = parse (phone);
      JsonObject *root = json_node_get_object (json_parser_get_root (parser));
      JsonArray *accounts, *calls;

      CHECK (root, root_members);
      g_assert_cmpint (json_object_get_int_member (root, "version"), ==, 1);
      CHECK (json_object_get_object_member (root, "audio"), audio_members);
      accounts = json_object_get_array_member (root, "accounts");
      for (guint j = 0; j < json_array_get_length (accounts); j++)
        {
          JsonObject *account = json_array_get_object_element (accounts, j);
          JsonArray *candidates = json_object_get_array_member (account, "candidates");

          CHECK (account, account_members);
          for (guint k = 0; k < json_array_get_length (candidates); k++)
            CHECK (json_array_get_object_element (candidates, k), candidate_members);
        }
      calls = json_object_get_array_member (root, "calls");
      for (guint j = 0; j < json_array_get_length (calls); j++)
        {
          JsonObject *call = json_array_get_object_element (calls, j);

          CHECK (call, call_members);
          CHECK (json_object_get_object_member (call, "rtp"), rtp_members);
        }
    }
}

static void
test_values (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("active");
  g_autoptr (JsonParser) parser = parse (phone);
  JsonObject *root = json_node_get_object (json_parser_get_root (parser));
  JsonObject *account
      = json_array_get_object_element (json_object_get_array_member (root, "accounts"), 0);
  JsonObject *first
      = json_array_get_object_element (json_object_get_array_member (account, "candidates"), 0);
  JsonObject *call
      = json_array_get_object_element (json_object_get_array_member (root, "calls"), 0);

  g_assert_cmpstr (json_object_get_string_member (account, "state"), ==, "registered");
  g_assert_true (json_object_get_boolean_member (account, "registered"));
  g_assert_cmpstr (json_object_get_string_member (account, "title"), ==,
                   "Registered via 192.0.2.12");
  g_assert_cmpstr (json_object_get_string_member (account, "candidate"), ==, "udp:192.0.2.12:5060");
  g_assert_cmpint (json_object_get_int_member (account, "set_aside"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (first, "role"), ==, "set-aside");
  g_assert_cmpint (json_object_get_int_member (first, "penalty_seconds_left"), ==, 582);
  g_assert_cmpstr (json_object_get_string_member (first, "last_failure_reason"), ==, "timeout");
  g_assert_nonnull (json_object_get_string_member (first, "last_failure"));
  g_assert_cmpstr (json_object_get_string_member (call, "state"), ==, "connected");
  g_assert_cmpstr (json_object_get_string_member (call, "direction"), ==, "incoming");
  g_assert_cmpstr (json_object_get_string_member (call, "peer"), ==, "5550101");
  g_assert_cmpint (json_object_get_int_member (call, "duration"), ==, 279);
  g_assert_cmpstr (json_object_get_string_member (call, "codec"), ==, "opus");
  g_assert_cmpstr (
      json_array_get_string_element (json_object_get_array_member (call, "proxies"), 0), ==,
      "192.0.2.11:5060");
}

/* The call that ended last is still there to be asked about. */
static void
test_last_call (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("calling");
  g_autoptr (TandemCall) call = g_list_model_get_item (tandem_phone_get_calls (phone), 0);
  g_autoptr (JsonParser) before = parse (phone);
  g_autoptr (JsonParser) after = NULL;
  JsonObject *root = json_node_get_object (json_parser_get_root (before));
  JsonObject *last;
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL };

  g_assert_true (json_object_get_null_member (root, "last_call"));
  event.state = TANDEM_SIP_CALL_ENDED;
  event.code = 486;
  event.sip_call_id = (char *) "sample-call-id";
  tandem_call_handle_event (call, &event);
  after = parse (phone);
  root = json_node_get_object (json_parser_get_root (after));
  last = json_object_get_object_member (root, "last_call");
  CHECK (last, call_members);
  g_assert_cmpstr (json_object_get_string_member (last, "state"), ==, "ended");
  g_assert_cmpstr (json_object_get_string_member (last, "failure"), ==, "Busy");
  g_assert_cmpint (json_object_get_int_member (last, "sip_code"), ==, 486);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (root, "calls")), ==, 0);
  g_assert_cmpstr (json_object_get_string_member (root, "last_sip_call_id"), ==, "sample-call-id");
}

static void
test_redacted (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("active");
  g_autofree char *json = NULL, *text = NULL;

  tandem_phone_set_redact (phone, TRUE);
  json = tandem_phone_status_to_json (phone);
  text = tandem_phone_status_to_text (phone);
  g_assert_null (strstr (json, "5550101"));
  g_assert_null (strstr (json, "Sample Caller One"));
  g_assert_nonnull (strstr (json, "xxxxx01"));
  g_assert_null (strstr (text, "5550101"));
  g_assert_null (strstr (text, "Sample Caller One"));
}

static void
test_text (void)
{
  g_autoptr (TandemPhone) offline = tandem_phone_new_sample ("offline");
  g_autoptr (TandemPhone) welcome = tandem_phone_new_sample ("welcome");
  g_autoptr (TandemPhone) incoming = tandem_phone_new_sample ("incoming");
  g_autofree char *down = tandem_phone_status_to_text (offline);
  g_autofree char *none = tandem_phone_status_to_text (welcome);
  g_autofree char *rings = tandem_phone_status_to_text (incoming);

  g_assert_nonnull (strstr (rings, "Registered via 192.0.2.11 · All 3 proxies available"));
  g_assert_nonnull (strstr (down, "1002@example.test: Not registered · All 3 proxies set aside"));
  g_assert_nonnull (strstr (down, "udp:192.0.2.11:5060  set-aside  9:20 · No answer"));
  g_assert_nonnull (strstr (none, "No account"));
  g_assert_nonnull (strstr (rings, "Sample Caller Three  Incoming Call"));
}

/* Hostile text from the network stays valid JSON. */
static void
test_hostile (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("idle");
  g_autoptr (TandemCall) call = tandem_call_new (
      "1", TRUE, "0", "example.test", "sip:\"\\<x>\xff@example.test", "\"\\\xff\r\n\x01</script>");
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_INCOMING };
  g_autoptr (JsonParser) parser = NULL;

  event.headers = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (event.headers, (gpointer) "X-\"\xff", (gpointer) "\"\\\xfe\x01\n");
  event.sip_call_id = (char *) "\"\\";
  tandem_call_handle_event (call, &event);
  g_hash_table_unref (event.headers);
  tandem_phone_add_call (phone, call);
  parser = parse (phone);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/status/members", test_members);
  g_test_add_func ("/phone/status/values", test_values);
  g_test_add_func ("/phone/status/last-call", test_last_call);
  g_test_add_func ("/phone/status/redacted", test_redacted);
  g_test_add_func ("/phone/status/text", test_text);
  g_test_add_func ("/phone/status/hostile", test_hostile);
  return g_test_run ();
}
