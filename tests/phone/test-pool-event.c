/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-private.h"
#include "pool-event-private.h"

#include <string.h>

/* The lines of the timeline: what they say, in which order, and how many stay. */

#define NOW (1000 * G_USEC_PER_SEC)

static TandemPoolEvent *
make (const char *operation, const char *from, const char *to, const char *why, gint64 took)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_TIMELINE };

  event.account = (char *) "0";
  event.operation = (char *) operation;
  event.from = (char *) from;
  event.to = (char *) to;
  event.text = (char *) why;
  event.when = NOW - 5 * G_USEC_PER_SEC;
  event.took = took;
  return tandem_pool_event_new_from_sip (&event, NOW);
}

static void
test_words (void)
{
  static const struct
  {
    const char *operation, *why, *words, *reason;
  } rows[] = {
    { "INVITE", "timeout", "INVITE", "No answer" },
    { "INVITE", "answered", "INVITE", "Answered" },
    { "200 OK", "no ACK", "200 OK", "The answer was not confirmed" },
    { "penalty", "timeout", "Penalty", "No answer" },
    { "penalty", "over", "Penalty", "May be used again" },
    { "pause", "over", "Pause", "The pause is over" },
    { "session timer", "expired", "Session timer", "The session was not refreshed in time" },
    { "REGISTER", "certificate has expired", "REGISTER", "Its certificate has expired" },
    { "practice", "heard again", "Practice", "Heard again" },
    { "network", "the network has changed", "Network", "The network has changed" },
    { "REGISTER", NULL, "REGISTER", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TandemPoolEvent) event
          = make (rows[i].operation, "udp:192.0.2.1:5060", NULL, rows[i].why, 0);

      g_assert_cmpstr (tandem_pool_event_get_operation (event), ==, rows[i].operation);
      g_assert_cmpstr (tandem_pool_event_get_operation_words (event), ==, rows[i].words);
      g_assert_cmpstr (tandem_pool_event_get_reason (event), ==, rows[i].reason);
      g_assert_cmpstr (tandem_pool_event_get_cause (event), ==, rows[i].why);
    }
}

static void
test_text (void)
{
  g_autoptr (TandemPoolEvent) event
      = make ("INVITE", "udp:192.0.2.1:5060", "tcp:[2001:db8::1]:5070", "timeout", 4001500);
  g_autoptr (TandemPoolEvent) short_one = make ("probe", NULL, NULL, NULL, -1);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *text = tandem_pool_event_to_text (event);
  g_autofree char *short_text = tandem_pool_event_to_text (short_one);
  const GTimeSpan ago = g_date_time_difference (now, tandem_pool_event_get_time (event));

  g_assert_true (
      g_str_has_suffix (text, "  INVITE  192.0.2.1 → [2001:db8::1]:5070  No answer  4001 ms"));
  g_assert_cmpint (ago, >=, 4 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (ago, <=, 20 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (tandem_pool_event_get_took (event), ==, 4001);
  g_assert_cmpstr (tandem_pool_event_get_from_id (event), ==, "udp:192.0.2.1:5060");
  g_assert_true (g_str_has_suffix (short_text, "  Probe"));
}

/* What servers write can break no line. */
static void
test_hostile (void)
{
  g_autoptr (TandemPoolEvent) event
      = make ("INV\nITE", "x\ny", NULL, "\xff\r\nfoo \x01 bar", G_MAXINT64);
  g_autofree char *text = tandem_pool_event_to_text (event);

  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_null (strchr (text, '\n'));
}

static void
test_bounded (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_empty ();
  GListModel *timeline = tandem_phone_get_timeline (phone);
  g_autoptr (TandemPoolEvent) newest = NULL;
  g_autoptr (TandemPoolEvent) oldest = NULL;
  g_autofree char *text = NULL;

  for (gint64 i = 0; i < TANDEM_POOL_EVENTS_MAX + 200; i++)
    {
      g_autoptr (TandemPoolEvent) event = make ("REGISTER", NULL, NULL, "timeout", i * 1000);

      tandem_phone_add_pool_event (phone, event);
    }
  g_assert_cmpuint (g_list_model_get_n_items (timeline), ==, TANDEM_POOL_EVENTS_MAX);
  newest = g_list_model_get_item (timeline, 0);
  oldest = g_list_model_get_item (timeline, TANDEM_POOL_EVENTS_MAX - 1);
  g_assert_cmpint (tandem_pool_event_get_took (newest), ==, TANDEM_POOL_EVENTS_MAX + 199);
  g_assert_cmpint (tandem_pool_event_get_took (oldest), ==, 200);
  text = tandem_pool_events_to_text (timeline);
  g_assert_true (strstr (text, " 200 ms\n") < strstr (text, " 201 ms\n"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/pool-event/words", test_words);
  g_test_add_func ("/phone/pool-event/text", test_text);
  g_test_add_func ("/phone/pool-event/hostile", test_hostile);
  g_test_add_func ("/phone/pool-event/bounded", test_bounded);
  return g_test_run ();
}
