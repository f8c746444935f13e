/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "status.h"

#include "colleague.h"
#include "phone-private.h"
#include "pool-event-private.h"
#include "proxy-private.h"
#include "switchboard.h"
#include "tandem-config.h"
#include "words.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

/* See status.h. A member, once there, stays, keeps its type and its meaning; new ones may come. */

#define MAX_WORDS 500
#define MAX_EVENTS 100
#define TEST_TONE 440.0 /* Hz */

static void
add_string (JsonBuilder *b, const char *name, const char *value)
{
  g_autofree char *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;

  json_builder_set_member_name (b, name);
  if (valid != NULL)
    json_builder_add_string_value (b, valid);
  else
    json_builder_add_null_value (b);
}

/* What the window shows, without the marks that keep addresses together in right-to-left text. */
static void
add_words (JsonBuilder *b, const char *name, const char *value)
{
  g_autofree char *plain = value != NULL ? tandem_words_clean (value, MAX_WORDS) : NULL;

  add_string (b, name, plain);
}

static void
add_int (JsonBuilder *b, const char *name, gint64 value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_int_value (b, value);
}

static void
add_double_or_null (JsonBuilder *b, const char *name, double value)
{
  json_builder_set_member_name (b, name);
  if (value < 0)
    json_builder_add_null_value (b);
  else
    json_builder_add_double_value (b, value);
}

static void
add_boolean (JsonBuilder *b, const char *name, gboolean value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_boolean_value (b, value);
}

static void
add_time (JsonBuilder *b, const char *name, GDateTime *time)
{
  g_autofree char *text = time != NULL ? g_date_time_format_iso8601 (time) : NULL;

  add_string (b, name, text);
}

/* A number or address, hidden when that is wanted. */
static void
add_number (JsonBuilder *b, const char *name, const char *value, gboolean redact)
{
  g_autofree char *hidden = redact ? tandem_words_redact (value) : NULL;

  add_string (b, name, redact ? hidden : value);
}

static const char *
nick (GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);

  return g_enum_get_value (klass, value)->value_nick;
}

static void
add_candidate (JsonBuilder *b, TandemProxy *proxy)
{
  json_builder_begin_object (b);
  add_string (b, "id", tandem_proxy_get_id (proxy));
  add_string (b, "address", tandem_proxy_get_host (proxy));
  add_int (b, "port", tandem_proxy_get_port (proxy));
  add_string (b, "transport", tandem_proxy_get_transport (proxy));
  add_string (b, "role", nick (TANDEM_TYPE_PROXY_ROLE, (int) tandem_proxy_get_role (proxy)));
  add_int (b, "penalty_seconds_left", tandem_proxy_get_seconds_left (proxy));
  add_double_or_null (b, "round_trip_ms", tandem_proxy_get_round_trip (proxy));
  add_time (b, "last_failure", tandem_proxy_get_last_failure (proxy));
  add_string (b, "last_failure_reason", tandem_proxy_get_cause (proxy));
  add_boolean (b, "preferred", tandem_proxy_is_preferred (proxy));
  json_builder_end_object (b);
}

static void
add_pool_event (JsonBuilder *b, TandemPoolEvent *event)
{
  json_builder_begin_object (b);
  add_time (b, "when", tandem_pool_event_get_time (event));
  add_string (b, "operation", tandem_pool_event_get_operation (event));
  add_string (b, "from", tandem_pool_event_get_from_id (event));
  add_string (b, "to", tandem_pool_event_get_to_id (event));
  add_string (b, "reason", tandem_pool_event_get_cause (event));
  json_builder_set_member_name (b, "took_ms");
  json_builder_add_double_value (b, tandem_pool_event_get_took_exactly (event));
  json_builder_end_object (b);
}

/* What happened to the pool of one account, oldest first, the newest of them. */
static void
add_timeline (JsonBuilder *b, TandemPhone *phone, TandemAccount *account)
{
  GListModel *timeline = tandem_phone_get_timeline (phone);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (timeline) && events->len < MAX_EVENTS; i++)
    {
      TandemPoolEvent *event = g_list_model_get_item (timeline, i);

      if (g_str_equal (tandem_pool_event_get_account (event), tandem_account_get_id (account)))
        g_ptr_array_add (events, event);
      else
        g_object_unref (event);
    }
  json_builder_set_member_name (b, "timeline");
  json_builder_begin_array (b);
  for (guint i = events->len; i > 0; i--)
    add_pool_event (b, g_ptr_array_index (events, i - 1));
  json_builder_end_array (b);
}

static void
add_mailbox (JsonBuilder *b, TandemAccount *account, gboolean redact)
{
  json_builder_set_member_name (b, "mailbox");
  json_builder_begin_object (b);
  add_boolean (b, "waiting", tandem_account_get_mailbox_waiting (account));
  add_int (b, "new", tandem_account_get_mailbox_new (account));
  add_int (b, "old", tandem_account_get_mailbox_old (account));
  add_number (b, "uri", tandem_account_get_mailbox_uri (account), redact);
  json_builder_end_object (b);
}

static void
add_account (JsonBuilder *b, TandemPhone *phone, TandemAccount *account)
{
  const gboolean redact = tandem_phone_get_redact (phone);
  const TandemAccountState state = tandem_account_get_state (account);
  GListModel *proxies = tandem_account_get_proxies (account);

  json_builder_begin_object (b);
  add_string (b, "id", tandem_account_get_id (account));
  add_number (b, "address", tandem_account_get_address (account), redact);
  add_string (b, "domain", tandem_account_get_domain (account));
  add_string (b, "transport", tandem_account_get_transport (account));
  add_string (b, "state", nick (TANDEM_TYPE_ACCOUNT_STATE, (int) state));
  add_boolean (b, "registered", state == TANDEM_ACCOUNT_REGISTERED);
  add_words (b, "title", tandem_account_get_title (account));
  add_words (b, "subtitle", tandem_account_get_subtitle (account));
  add_words (b, "problem", tandem_account_get_problem (account));
  add_int (b, "sip_code", tandem_account_get_code (account));
  add_string (b, "cause", tandem_account_get_cause (account));
  add_int (b, "expires", tandem_account_get_expires (account));
  add_number (b, "contact", tandem_account_get_contact (account), redact);
  add_string (b, "candidate", tandem_account_get_candidate (account));
  add_int (b, "seconds_to_retry", tandem_account_get_seconds_to_retry (account));
  add_int (b, "set_aside", tandem_account_get_set_aside (account));

  json_builder_set_member_name (b, "candidates");
  json_builder_begin_array (b);
  for (guint i = 0; i < g_list_model_get_n_items (proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, i);

      add_candidate (b, proxy);
    }
  json_builder_end_array (b);

  add_timeline (b, phone, account);
  add_mailbox (b, account, redact);
  json_builder_end_object (b);
}

static void
add_sound (JsonBuilder *b, TandemPhone *phone, TandemCall *call)
{
  TandemSwitchboard *switchboard = tandem_phone_get_switchboard (phone);
  TandemLegStatistics s = { .round_trip = -1, .mos = -1 };

  if (switchboard != NULL)
    tandem_switchboard_get_statistics (switchboard, call, &s);
  json_builder_set_member_name (b, "rtp");
  json_builder_begin_object (b);
  add_int (b, "packets_sent", (gint64) s.packets_sent);
  add_int (b, "packets_received", (gint64) s.packets_received);
  add_int (b, "bytes_sent", (gint64) s.bytes_sent);
  add_int (b, "bytes_received", (gint64) s.bytes_received);
  add_int (b, "packets_lost", (gint64) s.packets_lost);
  json_builder_set_member_name (b, "jitter_ms");
  json_builder_add_double_value (b, s.jitter);
  add_double_or_null (b, "round_trip_ms", s.round_trip);
  add_double_or_null (b, "mos", s.mos);
  json_builder_end_object (b);
}

/* The power of the test tone in the ear, which only means something with the test back end. */
static void
add_tone (JsonBuilder *b, TandemPhone *phone)
{
  TandemSwitchboard *switchboard = tandem_phone_get_switchboard (phone);

  json_builder_set_member_name (b, "tone");
  if (switchboard != NULL
      && tandem_media_engine_is_test (tandem_switchboard_get_engine (switchboard)))
    json_builder_add_double_value (b, tandem_phone_measure_tone (phone, TEST_TONE));
  else
    json_builder_add_null_value (b);
}

static void
add_headers (JsonBuilder *b, GHashTable *headers)
{
  g_autoptr (GList) names = headers != NULL ? g_hash_table_get_keys (headers) : NULL;

  names = g_list_sort (names, (GCompareFunc) g_ascii_strcasecmp);
  json_builder_set_member_name (b, "headers");
  json_builder_begin_object (b);
  for (GList *l = names; l != NULL; l = l->next)
    {
      g_autofree char *name = tandem_words_clean (l->data, 100);
      g_autofree char *value = tandem_words_clean (g_hash_table_lookup (headers, l->data), 1000);

      add_string (b, name, value);
    }
  json_builder_end_object (b);
}

static void
add_auto_answer (JsonBuilder *b, TandemCall *call)
{
  const gint ms = tandem_call_get_auto_answer_in (call);

  json_builder_set_member_name (b, "auto_answer_in_ms");
  if (ms < 0)
    json_builder_add_null_value (b);
  else
    json_builder_add_int_value (b, ms);
}

/* Whether calls may ring here. */
static void
add_availability (JsonBuilder *b, TandemPhone *phone)
{
  g_autofree char *forward_to = NULL;

  g_object_get (phone, "forward-to", &forward_to, NULL);
  json_builder_set_member_name (b, "availability");
  json_builder_begin_object (b);
  add_boolean (b, "do_not_disturb", tandem_phone_get_do_not_disturb (phone));
  add_int (b, "wrap_up", tandem_phone_get_wrap_up (phone));
  add_number (b, "forward_to", forward_to, tandem_phone_get_redact (phone));
  add_words (b, "text",
             tandem_phone_get_redact (phone) && forward_to != NULL
                 ? NULL
                 : tandem_phone_get_availability_text (phone));
  json_builder_end_object (b);
}

static void
add_colleague (JsonBuilder *b, TandemColleague *colleague, gboolean redact)
{
  json_builder_begin_object (b);
  add_string (b, "name", redact ? NULL : tandem_colleague_get_name (colleague));
  add_number (b, "address", tandem_colleague_get_address (colleague), redact);
  add_string (b, "state",
              nick (TANDEM_TYPE_COLLEAGUE_STATE, (int) tandem_colleague_get_state (colleague)));
  add_string (b, "note", redact ? NULL : tandem_colleague_get_note (colleague));
  add_string (b, "caller", redact ? NULL : tandem_colleague_get_caller (colleague));
  add_boolean (b, "can_pick_up", tandem_colleague_can_pick_up (colleague));
  json_builder_end_object (b);
}

static void
add_colleagues (JsonBuilder *b, TandemPhone *phone)
{
  GListModel *colleagues = tandem_phone_get_colleagues (phone);
  const guint n = MIN (g_list_model_get_n_items (colleagues), TANDEM_STATUS_COLLEAGUES);

  json_builder_set_member_name (b, "colleagues");
  json_builder_begin_array (b);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TandemColleague) colleague = g_list_model_get_item (colleagues, i);

      add_colleague (b, colleague, tandem_phone_get_redact (phone));
    }
  json_builder_end_array (b);
}

static void
add_call (JsonBuilder *b, TandemPhone *phone, TandemCall *call)
{
  const gboolean redact = tandem_phone_get_redact (phone);

  json_builder_begin_object (b);
  add_string (b, "id", tandem_call_get_id (call));
  add_string (b, "account", tandem_call_get_account (call));
  add_string (b, "state", nick (TANDEM_TYPE_CALL_STATE, (int) tandem_call_get_state (call)));
  add_string (b, "status", tandem_call_get_status_text (call));
  add_string (b, "direction", tandem_call_is_incoming (call) ? "incoming" : "outgoing");
  add_number (b, "peer", tandem_call_get_peer_address (call), redact);
  add_number (b, "peer_uri", tandem_call_get_peer_uri (call), redact);
  add_string (b, "peer_name", redact ? NULL : tandem_call_get_peer_name (call));
  add_string (b, "queue", tandem_call_get_queue (call));
  add_time (b, "start", tandem_call_get_start (call));
  add_int (b, "duration", tandem_call_get_duration (call));
  add_boolean (b, "muted", tandem_call_get_muted (call));
  add_string (b, "hold", nick (TANDEM_TYPE_HOLD, (int) tandem_call_get_hold (call)));
  add_boolean (b, "hold_pending", tandem_call_is_hold_pending (call));
  add_int (b, "hold_duration", tandem_call_get_hold_duration (call));
  add_string (b, "hold_problem", tandem_call_get_hold_problem (call));
  add_boolean (b, "hold_reminder", tandem_call_is_hold_reminder (call));
  add_boolean (b, "active", call == tandem_phone_get_active_call (phone));
  add_boolean (b, "in_conference", tandem_call_is_in_conference (call));
  add_boolean (b, "party_muted", tandem_call_is_party_muted (call));
  add_string (b, "transfer", nick (TANDEM_TYPE_TRANSFER, (int) tandem_call_get_transfer (call)));
  add_words (b, "transfer_text", redact ? NULL : tandem_call_get_transfer_text (call));
  add_string (b, "consults",
              tandem_call_get_consults (call) != NULL
                  ? tandem_call_get_id (tandem_call_get_consults (call))
                  : NULL);
  add_number (b, "referral_target", tandem_call_get_referral_target (call), redact);
  add_auto_answer (b, call);
  add_string (b, "note", tandem_call_get_note (call));
  add_boolean (b, "unconfirmed", tandem_call_is_unconfirmed (call));
  add_string (b, "codec", tandem_call_get_codec (call));
  json_builder_set_member_name (b, "proxies");
  json_builder_begin_array (b);
  for (const char *const *proxy = tandem_call_get_proxies (call); *proxy != NULL; proxy++)
    json_builder_add_string_value (b, *proxy);
  json_builder_end_array (b);
  add_boolean (b, "rerouted", tandem_call_is_rerouted (call));
  add_int (b, "attempt", tandem_call_get_attempt (call));
  add_string (b, "notice", tandem_call_get_notice (call));
  add_string (b, "failure", tandem_call_get_failure (call));
  add_int (b, "sip_code", tandem_call_get_code (call));
  add_number (b, "target", tandem_call_get_target (call), redact);
  add_number (b, "dialled_digits", tandem_call_get_dialled_digits (call), redact);
  add_number (b, "received_digits", tandem_call_get_received_digits (call), redact);
  add_string (b, "sip_call_id", tandem_call_get_sip_call_id (call));
  add_sound (b, phone, call);
  add_headers (b, tandem_call_get_headers (call));
  json_builder_end_object (b);
}

char *
tandem_status_to_json (TandemPhone *phone)
{
  g_autoptr (JsonBuilder) b = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *history_problem = NULL;
  GListModel *accounts = tandem_phone_get_accounts (phone);
  GListModel *calls = tandem_phone_get_calls (phone);
  gboolean configured;

  g_object_get (phone, "configured", &configured, "history-problem", &history_problem, NULL);

  json_builder_begin_object (b);
  add_int (b, "version", TANDEM_STATUS_VERSION);
  add_string (b, "program_version", TANDEM_VERSION);
  add_boolean (b, "configured", configured);

  json_builder_set_member_name (b, "audio");
  json_builder_begin_object (b);
  add_boolean (b, "available", tandem_phone_get_audio_available (phone));
  add_string (b, "problem", tandem_phone_get_audio_problem (phone));
  add_tone (b, phone);
  json_builder_end_object (b);
  add_string (b, "history_problem", history_problem);
  add_availability (b, phone);
  add_int (b, "missed_calls", tandem_phone_get_missed_calls (phone));
  add_colleagues (b, phone);

  json_builder_set_member_name (b, "accounts");
  json_builder_begin_array (b);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);

      add_account (b, phone, account);
    }
  json_builder_end_array (b);

  json_builder_set_member_name (b, "calls");
  json_builder_begin_array (b);
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);

      add_call (b, phone, call);
    }
  json_builder_end_array (b);
  json_builder_set_member_name (b, "last_call");
  if (tandem_phone_get_last_call (phone) != NULL)
    add_call (b, phone, tandem_phone_get_last_call (phone));
  else
    json_builder_add_null_value (b);
  add_string (b, "last_sip_call_id", tandem_phone_get_last_sip_call_id (phone));
  json_builder_end_object (b);

  root = json_builder_get_root (b);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_data (generator, NULL);
}

static void
append_line (GString *out, const char *first, const char *second)
{
  g_autofree char *a = tandem_words_clean (first, MAX_WORDS);
  g_autofree char *b = tandem_words_clean (second, MAX_WORDS);

  g_string_append (out, a);
  if (b[0] != '\0')
    g_string_append_printf (out, " · %s", b);
  g_string_append_c (out, '\n');
}

char *
tandem_status_to_text (TandemPhone *phone)
{
  GString *out = g_string_new (NULL);
  GListModel *accounts = tandem_phone_get_accounts (phone);
  GListModel *calls = tandem_phone_get_calls (phone);
  const gboolean redact = tandem_phone_get_redact (phone);

  if (g_list_model_get_n_items (accounts) == 0)
    append_line (out, _ ("No account"), NULL);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (TandemAccount) account = g_list_model_get_item (accounts, i);
      g_autofree char *hidden
          = redact ? tandem_words_redact (tandem_account_get_address (account)) : NULL;
      const char *problem = tandem_account_get_problem (account);
      GListModel *proxies = tandem_account_get_proxies (account);

      g_string_append_printf (out, "%s: ", redact ? hidden : tandem_account_get_address (account));
      append_line (out, tandem_account_get_title (account), tandem_account_get_subtitle (account));
      if (problem != NULL && g_strcmp0 (problem, tandem_account_get_subtitle (account)) != 0)
        append_line (out, problem, NULL);
      for (guint j = 0; j < g_list_model_get_n_items (proxies); j++)
        {
          g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, j);
          g_autofree char *clock = tandem_words_clock (tandem_proxy_get_seconds_left (proxy));

          g_string_append_printf (
              out, "  %s  %s", tandem_proxy_get_id (proxy),
              nick (TANDEM_TYPE_PROXY_ROLE, (int) tandem_proxy_get_role (proxy)));
          if (tandem_proxy_get_seconds_left (proxy) > 0)
            g_string_append_printf (out, "  %s", clock);
          append_line (out, "",
                       tandem_proxy_get_seconds_left (proxy) > 0 ? tandem_proxy_get_reason (proxy)
                                                                 : NULL);
        }
    }

  if (tandem_phone_get_availability_text (phone) != NULL && !redact)
    append_line (out, tandem_phone_get_availability_text (phone), NULL);
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (TandemCall) call = g_list_model_get_item (calls, i);
      g_autofree char *hidden
          = redact ? tandem_words_redact (tandem_call_get_peer_address (call)) : NULL;
      g_autofree char *clock = tandem_words_clock (tandem_call_get_duration (call));

      g_string_append_printf (out, "%s  %s  %s", tandem_call_get_id (call),
                              redact ? hidden : tandem_call_get_title (call),
                              tandem_call_get_status_text (call));
      append_line (out, "",
                   tandem_call_get_state (call) == TANDEM_CALL_CONNECTED
                       ? clock
                       : tandem_call_get_notice (call));
    }
  if (tandem_phone_get_audio_problem (phone) != NULL)
    append_line (out, tandem_phone_get_audio_problem (phone), NULL);
  return g_string_free (out, FALSE);
}
