/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "availability.h"
#include "colleague-list.h"
#include "phone-private.h"
#include "reason-words.h"

#include <glib/gi18n.h>

#include <string.h>

/* tandem_phone_new_sample(): phones whose state is made up, for pictures and widget tests. All
 * people, numbers and addresses are plainly samples; the clock stands still, so that two pictures
 * are the same. Never use it in the running program. */

#define NOW (G_GINT64_CONSTANT (1000000) * G_USEC_PER_SEC)

typedef struct
{
  gboolean incoming;
  const char *name;
  const char *address;
  const char *queue;
  guint minutes_ago;
  guint duration;
  const char *outcome;
} SampleRecord;

static const SampleRecord records[] = {
  { TRUE, "Sample Caller One", "5550101", "Sample Support", 12, 312, "answered" },
  { TRUE, NULL, "+15550100", NULL, 20, 0, "missed" },
  { FALSE, "Sample Caller Two", "5550102", NULL, 27, 45, "answered" },
  { FALSE, "Sample Second Line", "5550103", NULL, 64, 131, "answered" },
  { TRUE, "Sample Caller Three", "5550104", "Sample Billing", 101, 640, "answered" },
  { FALSE, NULL, "conference-17@meet.example.test", NULL, 1500, 1800, "answered" },
  { FALSE, "Sample Caller Four", "5550105", NULL, 1560, 0, "busy" },
  { TRUE, "Sample Caller Five", "5550106", NULL, 1610, 0, "missed" },
  { FALSE, "Sample Facilities", "5550107", NULL, 1650, 61, "answered" },
  { TRUE, "Sample Caller Six", "5550108", "Sample Support", 1700, 0, "elsewhere" },
  { FALSE, "Sample Caller Seven", "5550109", NULL, 2900, 0, "cancelled" },
  { TRUE, "Sample Caller Eight", "5550110", NULL, 3000, 0, "declined" },
  { FALSE, "Sample Caller Nine", "5550111", NULL, 4500, 0, "failed" },
  { TRUE, "Sample Caller Ten", "5550112", "Sample Billing", 4600, 2750, "answered" },
};

static void
add_records (TandemPhone *phone)
{
  g_autoptr (GDateTime) noon = g_date_time_new_local (2024, 5, 15, 14, 30, 0);

  for (guint i = G_N_ELEMENTS (records); i > 0; i--)
    {
      const SampleRecord *sample = &records[i - 1];
      g_autoptr (GDateTime) start = g_date_time_add_minutes (noon, -(int) sample->minutes_ago);
      g_autofree char *uri = strchr (sample->address, '@') != NULL
                                 ? g_strconcat ("sip:", sample->address, NULL)
                                 : g_strconcat ("sip:", sample->address, "@example.test", NULL);
      g_autoptr (TandemRecord) record
          = tandem_record_new (i, sample->incoming, sample->name, sample->address, uri,
                               sample->queue, start, sample->duration, sample->outcome);

      tandem_phone_add_record (phone, record);
    }
}

static TandemSipPoolMember *
member_new (guint n, TandemSipRole role, guint seconds_left, double round_trip)
{
  TandemSipPoolMember *member = g_new0 (TandemSipPoolMember, 1);

  member->address = g_strdup_printf ("192.0.2.%u", n);
  member->port = 5060;
  member->transport = g_strdup ("udp");
  member->id = g_strdup_printf ("udp:192.0.2.%u:5060", n);
  member->role = role;
  member->round_trip = round_trip < 0 ? -1 : (gint64) (round_trip * 1000);
  if (seconds_left > 0)
    {
      member->available_at = NOW + (gint64) seconds_left * G_USEC_PER_SEC;
      member->last_failure = member->available_at - 600 * G_USEC_PER_SEC;
      member->last_failure_reason = g_strdup ("timeout");
    }
  return member;
}

static void
member_free (gpointer data)
{
  TandemSipPoolMember *member = data;

  g_free (member->id);
  g_free (member->address);
  g_free (member->transport);
  g_free (member->last_failure_reason);
  g_free (member);
}

static void
give_pool (TandemAccount *account,
           TandemSipPoolMember *first,
           TandemSipPoolMember *second,
           TandemSipPoolMember *third)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_POOL };

  event.members = g_ptr_array_new_with_free_func (member_free);
  g_ptr_array_add (event.members, first);
  g_ptr_array_add (event.members, second);
  g_ptr_array_add (event.members, third);
  tandem_account_handle_event (account, &event);
  g_ptr_array_unref (event.members);
}

static void
give_registration (TandemAccount *account,
                   TandemSipRegistrationState state,
                   const char *candidate,
                   guint next_try)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_REGISTRATION };

  event.registration = state;
  event.candidate = (char *) candidate;
  event.expires = 1800;
  event.text = (char *) (state == TANDEM_SIP_REGISTRATION_REGISTERED ? NULL : "timeout");
  event.next_try = next_try != 0 ? NOW + (gint64) next_try * G_USEC_PER_SEC : 0;
  tandem_account_handle_event (account, &event);
}

static void
add_account (TandemPhone *phone, const char *scene)
{
  g_autoptr (TandemAccount) account = tandem_account_new ("0");
  TandemAccountSettings settings = {
    .id = (char *) "0",
    .user = (char *) "1002",
    .display_name = (char *) "Sample Agent",
    .domain = (char *) "example.test",
    .server = (char *) "proxy.example.test",
    .transport = (char *) "udp",
    .expires = 1800,
    .reg_interval = 30,
  };

  tandem_account_set_now (account, NOW);
  tandem_account_configure (account, &settings, TRUE);
  if (g_str_equal (scene, "failover"))
    {
      give_pool (account, member_new (11, TANDEM_SIP_ROLE_SET_ASIDE, 582, -1),
                 member_new (12, TANDEM_SIP_ROLE_SET_ASIDE, 596, 3.1),
                 member_new (13, TANDEM_SIP_ROLE_TRYING, 0, -1));
      give_registration (account, TANDEM_SIP_REGISTRATION_FAILING_OVER, "udp:192.0.2.13:5060", 0);
    }
  else if (g_str_equal (scene, "offline"))
    {
      give_pool (account, member_new (11, TANDEM_SIP_ROLE_SET_ASIDE, 560, -1),
                 member_new (12, TANDEM_SIP_ROLE_SET_ASIDE, 574, -1),
                 member_new (13, TANDEM_SIP_ROLE_SET_ASIDE, 588, -1));
      give_registration (account, TANDEM_SIP_REGISTRATION_WAITING, NULL, 12);
    }
  else if (g_str_equal (scene, "active") || g_str_equal (scene, "calling"))
    {
      give_pool (account, member_new (11, TANDEM_SIP_ROLE_SET_ASIDE, 582, -1),
                 member_new (12, TANDEM_SIP_ROLE_IN_USE, 0, 2.4),
                 member_new (13, TANDEM_SIP_ROLE_STANDBY, 0, 3.1));
      give_registration (account, TANDEM_SIP_REGISTRATION_REGISTERED, "udp:192.0.2.12:5060", 0);
    }
  else
    {
      give_pool (account, member_new (11, TANDEM_SIP_ROLE_IN_USE, 0, 1.8),
                 member_new (12, TANDEM_SIP_ROLE_STANDBY, 0, 2.4),
                 member_new (13, TANDEM_SIP_ROLE_STANDBY, 0, 3.1));
      give_registration (account, TANDEM_SIP_REGISTRATION_REGISTERED, "udp:192.0.2.11:5060", 0);
    }
  tandem_phone_add_account (phone, account);
}

static void
give_call_state (TandemCall *call, TandemSipCallState state, const char *queue, guint attempt)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_CALL };

  event.state = state;
  event.queue = (char *) queue;
  event.attempt = attempt;
  tandem_call_handle_event (call, &event);
}

static void
add_connected_call (TandemPhone *phone)
{
  g_autofree char *id = tandem_phone_next_sample_id (phone);
  g_autoptr (TandemCall) call = tandem_call_new (id, TRUE, "0", "example.test",
                                                 "sip:5550101@example.test", "Sample Caller One");

  tandem_call_set_now (call, NOW, 0);
  give_call_state (call, TANDEM_SIP_CALL_CONNECTED, "Sample Support", 0);
  tandem_call_set_now (call, NOW, NOW - 279 * G_USEC_PER_SEC);
  tandem_call_set_codec (call, "opus");
  tandem_call_add_proxy (call, "udp:192.0.2.11:5060");
  tandem_phone_add_call (phone, call);
}

static void
add_held_call (TandemPhone *phone, const char *scene)
{
  g_autofree char *id = tandem_phone_next_sample_id (phone);
  g_autoptr (TandemCall) call = tandem_call_new (id, TRUE, "0", "example.test",
                                                 "sip:5550101@example.test", "Sample Caller One");

  tandem_call_set_now (call, NOW - 92 * G_USEC_PER_SEC, 0);
  give_call_state (call, TANDEM_SIP_CALL_CONNECTED, "Sample Support", 0);
  tandem_call_set_codec (call, "opus");
  tandem_call_add_proxy (call, "udp:192.0.2.11:5060");
  if (g_str_equal (scene, "held"))
    tandem_call_finish_hold (call, TRUE, NULL);
  else if (g_str_equal (scene, "held-by-peer"))
    tandem_call_set_held_there (call, TRUE);
  else
    {
      g_autofree char *words = tandem_reason_words_for_change (TANDEM_REASON_HOLD, 408, "timeout");

      tandem_call_finish_hold (call, FALSE, words);
    }
  tandem_call_set_now (call, NOW, NOW - 279 * G_USEC_PER_SEC);
  tandem_phone_add_call (phone, call);
}

static void
add_unconfirmed_call (TandemPhone *phone)
{
  g_autofree char *id = tandem_phone_next_sample_id (phone);
  g_autoptr (TandemCall) call = tandem_call_new (id, TRUE, "0", "example.test",
                                                 "sip:5550104@example.test", "Sample Caller Three");

  tandem_call_set_now (call, NOW - 11 * G_USEC_PER_SEC, 0);
  give_call_state (call, TANDEM_SIP_CALL_ANSWERING, "Sample Billing", 0);
  tandem_call_set_now (call, NOW, 0);
  tandem_phone_add_call (phone, call);
}

static void
add_mailbox (TandemPhone *phone)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_MAILBOX };

  event.mailbox_known = TRUE;
  event.mailbox_waiting = TRUE;
  event.mailbox_new = 2;
  event.mailbox_old = 5;
  event.mailbox_uri = (char *) "sip:5550199@example.test";
  tandem_account_handle_event (tandem_phone_get_account (phone), &event);
}

typedef struct
{
  guint seconds_ago;
  const char *operation;
  guint from, to; /* 0: none */
  const char *cause;
  guint took; /* ms */
} SampleMoment;

static void
add_timeline (TandemPhone *phone)
{
  static const SampleMoment moments[] = {
    { 5400, "REGISTER", 13, 11, "503 Service Unavailable", 21 },
    { 3610, "OPTIONS", 11, 0, "timeout", 4001 },
    { 3600, "REGISTER", 11, 12, "timeout", 4001 },
    { 3580, "SUBSCRIBE", 11, 12, "timeout", 4001 },
    { 3570, "INVITE", 11, 12, "timeout", 4000 },
    { 900, "re-INVITE", 12, 13, "timeout", 4001 },
    { 720, "BYE", 12, 13, "timeout", 4000 },
    { 300, "200 OK", 13, 11, "no ACK", 4002 },
    { 180, "INFO", 13, 0, "connection refused", 2 },
    { 30, "CANCEL", 13, 12, "connection reset", 3 },
  };
  g_autoptr (GDateTime) noon = g_date_time_new_local (2024, 5, 15, 14, 30, 0);

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      const SampleMoment *m = &moments[i];
      g_autoptr (GDateTime) time = g_date_time_add_seconds (noon, -(double) m->seconds_ago);
      g_autofree char *from = m->from != 0 ? g_strdup_printf ("192.0.2.%u", m->from) : NULL;
      g_autofree char *to = m->to != 0 ? g_strdup_printf ("192.0.2.%u", m->to) : NULL;
      g_autofree char *reason = tandem_reason_words_for_proxy (m->cause, FALSE);
      g_autoptr (TandemPoolEvent) event
          = tandem_pool_event_new (time, "0", m->operation, from, to, reason, m->took);

      tandem_phone_add_pool_event (phone, event);
    }
}

static void
add_outgoing_call (TandemPhone *phone)
{
  g_autofree char *id = tandem_phone_next_sample_id (phone);
  g_autoptr (TandemCall) call = tandem_call_new (id, FALSE, "0", "example.test",
                                                 "sip:5550102@example.test", "Sample Caller Two");

  tandem_call_set_now (call, NOW, 0);
  give_call_state (call, TANDEM_SIP_CALL_DISCONNECTED, NULL, 1);
  give_call_state (call, TANDEM_SIP_CALL_TRYING, NULL, 2);
  tandem_phone_add_call (phone, call);
}

static void
add_incoming_call (TandemPhone *phone)
{
  g_autofree char *id = tandem_phone_next_sample_id (phone);
  g_autoptr (TandemCall) call = tandem_call_new (id, TRUE, "0", "example.test",
                                                 "sip:5550104@example.test", "Sample Caller Three");
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_INCOMING };

  tandem_call_set_now (call, NOW, 0);
  event.queue = (char *) "Sample Billing";
  tandem_call_handle_event (call, &event);
  tandem_phone_add_call (phone, call);
}

/* --- Several calls ---------------------------------------------------------------------------- */

/* One that was answered talked seconds ago. */
static TandemCall *
add_call (TandemPhone *phone,
          gboolean incoming,
          const char *name,
          const char *number,
          const char *queue,
          guint talked)
{
  g_autofree char *id = tandem_phone_next_sample_id (phone);
  g_autofree char *uri = g_strdup_printf ("sip:%s@example.test", number);
  g_autoptr (TandemCall) call = tandem_call_new (id, incoming, "0", "example.test", uri, name);

  tandem_call_set_now (call, NOW - talked * G_USEC_PER_SEC, 0);
  give_call_state (call, TANDEM_SIP_CALL_CONNECTED, queue, 0);
  tandem_call_set_codec (call, "opus");
  tandem_call_add_proxy (call, "udp:192.0.2.11:5060");
  tandem_call_set_now (call, NOW, NOW - talked * G_USEC_PER_SEC);
  tandem_phone_add_call (phone, call);
  return call;
}

static void
put_on_hold (TandemCall *call, guint since)
{
  const guint talked = tandem_call_get_duration (call);

  tandem_call_set_now (call, NOW - since * G_USEC_PER_SEC, NOW - talked * G_USEC_PER_SEC);
  tandem_call_finish_hold (call, TRUE, NULL);
  tandem_call_set_now (call, NOW, NOW - talked * G_USEC_PER_SEC);
}

static void
add_two_calls (TandemPhone *phone)
{
  TandemCall *first = add_call (phone, TRUE, "Sample Caller Two", "5550102", "Sample Billing", 512);

  put_on_hold (first, 96);
  add_call (phone, TRUE, "Sample Caller One", "5550101", "Sample Support", 84);
}

static void
add_ten_calls (TandemPhone *phone)
{
  static const char *const names[]
      = { "One", "Two", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten" };

  for (guint i = G_N_ELEMENTS (names); i > 0; i--)
    {
      g_autofree char *name = g_strdup_printf ("Sample Caller %s", names[i - 1]);
      g_autofree char *number = g_strdup_printf ("55501%02u", i);
      TandemCall *call
          = add_call (phone, TRUE, name, number, i % 2 ? "Sample Support" : NULL, 60 + 47 * i);

      if (i == 1)
        continue;
      tandem_call_set_remind_after (call, 120);
      put_on_hold (call, 20 + 23 * i);
    }
  add_incoming_call (phone);
}

static TandemCall *
add_transferring (TandemPhone *phone, gboolean failed)
{
  TandemCall *call = add_call (phone, TRUE, "Sample Caller One", "5550101", "Sample Support", 279);

  put_on_hold (call, 14);
  if (failed)
    tandem_call_set_transfer (call, TANDEM_TRANSFER_FAILED,
                              g_strdup_printf (_ ("Transfer failed: %s"), _ ("Busy")));
  else
    tandem_call_set_transfer (call, TANDEM_TRANSFER_RINGING,
                              g_strdup_printf (_ ("Ringing at %s…"), "\u2066"
                                                                     "5550103\u2069"));
  return call;
}

static void
add_consultation (TandemPhone *phone)
{
  TandemCall *first = add_call (phone, TRUE, "Sample Caller One", "5550101", "Sample Support", 279);
  TandemCall *second;

  put_on_hold (first, 31);
  second = add_call (phone, FALSE, "Sample Second Line", "5550103", NULL, 22);
  tandem_call_set_consults (second, first);
}

static void
add_conference (TandemPhone *phone)
{
  TandemCall *parties[3];

  parties[0] = add_call (phone, TRUE, "Sample Caller One", "5550101", "Sample Support", 615);
  put_on_hold (parties[0], 400);
  parties[1] = add_call (phone, FALSE, "Sample Second Line", "5550103", NULL, 402);
  put_on_hold (parties[1], 90);
  parties[2] = add_call (phone, FALSE, "Sample Facilities", "5550107", NULL, 85);
  tandem_phone_merge (phone, parties[1], NULL);
  tandem_phone_merge (phone, parties[0], NULL);
  tandem_call_set_party_muted (parties[2], TRUE, NULL);
}

static void
add_auto_answer (TandemPhone *phone)
{
  g_autoptr (TandemCall) call = NULL;

  add_incoming_call (phone);
  call = g_list_model_get_item (tandem_phone_get_calls (phone), 0);
  tandem_call_set_auto_answer_in (call, 3000);
}

/* The call is over, and was answered. */
static void
add_wrap_up (TandemPhone *phone)
{
  g_autoptr (TandemCall) call = g_object_ref (
      add_call (phone, TRUE, "Sample Caller One", "5550101", "Sample Support", 279));

  tandem_call_set_note (call, "Wants the sample invoice again, by post.");
  tandem_call_hang_up (call, NULL);
  tandem_availability_freeze_wrap_up (tandem_phone_get_availability (phone), 42);
}

static void
dialog_info_free (gpointer data)
{
  tandem_sip_dialog_info_free (data);
}

static void
add_colleagues (TandemPhone *phone)
{
  static const struct
  {
    const char *name;
    const char *number;
    TandemSipPresence presence;
    const char *note;
  } samples[] = {
    { "Sample Second Line", "5550103", TANDEM_SIP_PRESENCE_AVAILABLE, NULL },
    { "Sample Agent Two", "1003", TANDEM_SIP_PRESENCE_RINGING, NULL },
    { "Sample Agent Three", "1004", TANDEM_SIP_PRESENCE_BUSY, NULL },
    { "Sample Agent Four", "1005", TANDEM_SIP_PRESENCE_AWAY, "Lunch until 13:00" },
    { "Sample Agent Five", "1006", TANDEM_SIP_PRESENCE_OFFLINE, NULL },
    { "Sample Facilities", "5550107", TANDEM_SIP_PRESENCE_AVAILABLE, NULL },
    { "Sample Agent Six", "1007", TANDEM_SIP_PRESENCE_UNKNOWN, NULL },
  };
  GListStore *store
      = G_LIST_STORE (tandem_colleague_list_get_model (tandem_phone_get_colleague_list (phone)));

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *uri = g_strdup_printf ("sip:%s@example.test", samples[i].number);
      g_autoptr (TandemColleague) colleague
          = tandem_colleague_new (samples[i].number, uri, samples[i].name);
      g_autoptr (GPtrArray) dialogs = g_ptr_array_new_with_free_func (dialog_info_free);
      TandemSipEvent event = { .type = TANDEM_SIP_EVENT_NOTIFICATION };

      if (samples[i].presence == TANDEM_SIP_PRESENCE_RINGING)
        {
          TandemSipDialogInfo *dialog = g_new0 (TandemSipDialogInfo, 1);

          dialog->call_id = g_strdup ("sample");
          dialog->local_tag = g_strdup ("here");
          dialog->remote_tag = g_strdup ("there");
          dialog->remote_uri = g_strdup ("sip:5550104@example.test");
          dialog->remote_name = g_strdup ("Sample Caller Three");
          dialog->incoming = TRUE;
          g_ptr_array_add (dialogs, dialog);
        }
      event.known = samples[i].presence != TANDEM_SIP_PRESENCE_UNKNOWN;
      event.presence = samples[i].presence;
      event.note = (char *) samples[i].note;
      event.dialogs = dialogs;
      tandem_colleague_handle_event (colleague, &event);
      g_list_store_append (store, colleague);
    }
}

/* FALSE: not a scene of several calls. */
static gboolean
add_scene_of_calls (TandemPhone *phone, const char *scene)
{
  if (g_str_equal (scene, "two-calls"))
    add_two_calls (phone);
  else if (g_str_equal (scene, "call-waiting"))
    {
      add_connected_call (phone);
      add_incoming_call (phone);
    }
  else if (g_str_equal (scene, "ten-calls"))
    add_ten_calls (phone);
  else if (g_str_has_prefix (scene, "transfer"))
    add_transferring (phone, g_str_equal (scene, "transfer-failed"));
  else if (g_str_equal (scene, "consulting"))
    add_consultation (phone);
  else if (g_str_equal (scene, "conference"))
    add_conference (phone);
  else if (g_str_equal (scene, "referral"))
    {
      TandemCall *call
          = add_call (phone, TRUE, "Sample Caller One", "5550101", "Sample Support", 279);

      tandem_call_set_referral_target (call, "sip:5550103@example.test");
    }
  else if (g_str_equal (scene, "auto-answer"))
    add_auto_answer (phone);
  else if (g_str_equal (scene, "do-not-disturb"))
    tandem_phone_set_do_not_disturb (phone, TRUE);
  else if (g_str_equal (scene, "wrap-up"))
    add_wrap_up (phone);
  else
    return FALSE;
  return TRUE;
}

/**
 * tandem_phone_new_sample:
 * @scene: "idle", "active", "incoming", "failover", "offline", "calling", "welcome",
 *   "held", "held-by-peer", "hold-failed", "unconfirmed", "mailbox", "timeline", "two-calls",
 *   "call-waiting", "ten-calls", "transferring", "transfer-failed", "consulting", "conference",
 *   "referral", "auto-answer", "do-not-disturb", "wrap-up", "colleagues"
 *
 * A phone whose state is made up: no thread, no network, no sound, nothing
 * stored. What is done to it changes its own state only. "welcome" has no
 * account; an unknown scene is "idle".
 *
 * Returns: (transfer full): a phone
 */
TandemPhone *
tandem_phone_new_sample (const char *scene)
{
  TandemPhone *phone;

  g_return_val_if_fail (scene != NULL, NULL);

  phone = tandem_phone_new_empty ();
  tandem_phone_set_audio (phone, TRUE, NULL);
  if (g_str_equal (scene, "welcome"))
    return phone;

  tandem_phone_set_configured (phone, TRUE);
  add_account (phone, scene);
  add_records (phone);
  add_colleagues (phone);
  if (add_scene_of_calls (phone, scene))
    return phone;
  if (g_str_equal (scene, "active") || g_str_equal (scene, "failover"))
    add_connected_call (phone);
  else if (g_str_equal (scene, "calling"))
    add_outgoing_call (phone);
  else if (g_str_equal (scene, "incoming"))
    add_incoming_call (phone);
  else if (g_str_has_prefix (scene, "hold") || g_str_has_prefix (scene, "held"))
    add_held_call (phone, scene);
  else if (g_str_equal (scene, "unconfirmed"))
    add_unconfirmed_call (phone);
  else if (g_str_equal (scene, "mailbox"))
    add_mailbox (phone);
  if (g_str_equal (scene, "timeline") || g_str_equal (scene, "failover"))
    add_timeline (phone);
  return phone;
}
