/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account-private.h"
#include "proxy-private.h"

#include <string.h>

/* The one truthful line, in every state, and the countdown. Time is the test's own. */

#define SECOND G_USEC_PER_SEC
#define NOW (1000 * SECOND)

static TandemAccountSettings settings = {
  .id = (char *) "0",
  .user = (char *) "1002",
  .display_name = (char *) "Sample Agent",
  .server = (char *) "proxy.example.test:5060",
  .transport = (char *) "udp",
  .expires = 1800,
  .reg_interval = 30,
};

static TandemAccount *
make_account (void)
{
  TandemAccount *account = tandem_account_new ("0");

  tandem_account_set_now (account, NOW);
  tandem_account_configure (account, &settings, TRUE);
  return account;
}

/* roles: one letter each: s standby, u in use, t trying, a set aside, b barred; seconds: left */
static void
give_pool (TandemAccount *account, const char *roles, const guint *seconds)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_POOL };
  TandemSipPoolMember members[8] = { 0 };
  char ids[8][32], addresses[8][16];

  event.members = g_ptr_array_new ();
  for (guint i = 0; roles[i] != '\0'; i++)
    {
      TandemSipPoolMember *m = &members[i];

      g_snprintf (addresses[i], sizeof addresses[i], "192.0.2.%u", i + 1);
      g_snprintf (ids[i], sizeof ids[i], "udp:192.0.2.%u:5060", i + 1);
      m->id = ids[i];
      m->address = addresses[i];
      m->port = 5060;
      m->transport = (char *) "udp";
      m->round_trip = 2500;
      m->role = roles[i] == 'u'   ? TANDEM_SIP_ROLE_IN_USE
                : roles[i] == 't' ? TANDEM_SIP_ROLE_TRYING
                : roles[i] == 'a' ? TANDEM_SIP_ROLE_SET_ASIDE
                : roles[i] == 'c' ? TANDEM_SIP_ROLE_SET_ASIDE
                : roles[i] == 'b' ? TANDEM_SIP_ROLE_BARRED
                                  : TANDEM_SIP_ROLE_STANDBY;
      if (seconds != NULL && seconds[i] > 0)
        {
          m->available_at = NOW + seconds[i] * SECOND;
          m->last_failure = m->available_at - 600 * SECOND;
          m->last_failure_reason
              = (char *) (roles[i] == 'c' ? "certificate names another host" : "timeout");
        }
      g_ptr_array_add (event.members, m);
    }
  tandem_account_handle_event (account, &event);
  g_ptr_array_unref (event.members);
}

static void
give_state (TandemAccount *account,
            TandemSipRegistrationState state,
            const char *candidate,
            guint code,
            const char *text,
            guint next_try)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_REGISTRATION };

  event.registration = state;
  event.candidate = (char *) candidate;
  event.code = code;
  event.text = (char *) text;
  event.next_try = next_try > 0 ? NOW + next_try * SECOND : 0;
  tandem_account_handle_event (account, &event);
}

static char *
without_isolates (const char *text)
{
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, "\xe2\x81\xa6", -1) : NULL;
  g_autofree char *once = parts != NULL ? g_strjoinv ("", parts) : NULL;
  g_auto (GStrv) again = once != NULL ? g_strsplit (once, "\xe2\x81\xa9", -1) : NULL;

  return again != NULL ? g_strjoinv ("", again) : NULL;
}

static void
assert_lines (TandemAccount *account,
              TandemAccountState state,
              const char *title,
              const char *subtitle)
{
  g_autofree char *t = without_isolates (tandem_account_get_title (account));
  g_autofree char *s = without_isolates (tandem_account_get_subtitle (account));

  g_assert_cmpint (tandem_account_get_state (account), ==, state);
  g_assert_cmpstr (t, ==, title);
  g_assert_cmpstr (s, ==, subtitle);
}

static void
test_not_configured (void)
{
  g_autoptr (TandemAccount) account = tandem_account_new ("0");

  assert_lines (account, TANDEM_ACCOUNT_NOT_CONFIGURED, "No account",
                "Enter an account to make calls");
}

static void
test_identity (void)
{
  g_autoptr (TandemAccount) account = make_account ();
  TandemAccountSettings other = settings;

  g_assert_cmpstr (tandem_account_get_name (account), ==, "Sample Agent");
  g_assert_cmpstr (tandem_account_get_address (account), ==, "1002@proxy.example.test");

  other.display_name = (char *) "";
  other.server = (char *) "192.0.2.1:5060, 192.0.2.2:5060";
  tandem_account_configure (account, &other, TRUE);
  g_assert_cmpstr (tandem_account_get_name (account), ==, "1002");
  g_assert_cmpstr (tandem_account_get_domain (account), ==, "192.0.2.1");
  other.server = (char *) "[2001:db8::1]:5060";
  tandem_account_configure (account, &other, TRUE);
  g_assert_cmpstr (tandem_account_get_domain (account), ==, "[2001:db8::1]");
  other.domain = (char *) "example.test";
  tandem_account_configure (account, &other, TRUE);
  g_assert_cmpstr (tandem_account_get_address (account), ==, "1002@example.test");
}

static void
test_connecting (void)
{
  g_autoptr (TandemAccount) account = make_account ();

  assert_lines (account, TANDEM_ACCOUNT_CONNECTING, "Connecting…", NULL);
  give_state (account, TANDEM_SIP_REGISTRATION_TRYING, "udp:192.0.2.1:5060", 0, NULL, 0);
  assert_lines (account, TANDEM_ACCOUNT_CONNECTING, "Connecting…", "Trying 192.0.2.1");
}

static void
test_good (void)
{
  g_autoptr (TandemAccount) account = make_account ();

  give_pool (account, "uss", NULL);
  give_state (account, TANDEM_SIP_REGISTRATION_REGISTERED, "udp:192.0.2.1:5060", 200, "OK", 0);
  assert_lines (account, TANDEM_ACCOUNT_REGISTERED, "Registered via 192.0.2.1",
                "All 3 proxies available");
  g_assert_null (tandem_account_get_problem (account));
  g_assert_cmpstr (tandem_proxy_get_id (tandem_account_get_active_proxy (account)), ==,
                   "udp:192.0.2.1:5060");
  g_assert_nonnull (strstr (tandem_account_get_title (account), "\xe2\x81\xa6"
                                                                "192.0.2.1"
                                                                "\xe2\x81\xa9"));
  give_pool (account, "u", NULL);
  assert_lines (account, TANDEM_ACCOUNT_REGISTERED, "Registered via 192.0.2.1",
                "1 proxy available");
}

static void
test_degraded (void)
{
  g_autoptr (TandemAccount) account = make_account ();
  const guint one[] = { 582, 0, 0 };
  const guint two[] = { 582, 0, 30 };

  give_pool (account, "aus", one);
  give_state (account, TANDEM_SIP_REGISTRATION_REGISTERED, "udp:192.0.2.2:5060", 200, NULL, 0);
  assert_lines (account, TANDEM_ACCOUNT_REGISTERED, "Registered via 192.0.2.2",
                "1 of 3 proxies set aside · 9:42 left");
  give_pool (account, "aub", two);
  assert_lines (account, TANDEM_ACCOUNT_REGISTERED, "Registered via 192.0.2.2",
                "2 of 3 proxies set aside · next one back in 0:30");
  g_assert_cmpuint (tandem_account_get_set_aside (account), ==, 2);
}

/* All have failed lately, but one of them answers: it is in use, and not "set aside". */
static void
test_registered_on_a_penalised_one (void)
{
  g_autoptr (TandemAccount) account = make_account ();
  const guint all[] = { 582, 100 };

  give_pool (account, "au", all);
  give_state (account, TANDEM_SIP_REGISTRATION_REGISTERED, "udp:192.0.2.2:5060", 200, NULL, 0);
  assert_lines (account, TANDEM_ACCOUNT_REGISTERED, "Registered via 192.0.2.2",
                "1 of 2 proxies set aside · 9:42 left");
}

static void
test_failing_over (void)
{
  g_autoptr (TandemAccount) account = make_account ();
  const guint two[] = { 582, 596, 0 };

  give_pool (account, "aat", two);
  give_state (account, TANDEM_SIP_REGISTRATION_FAILING_OVER, "udp:192.0.2.3:5060", 0, "timeout", 0);
  assert_lines (account, TANDEM_ACCOUNT_FAILING_OVER, "Failing over…",
                "Trying 192.0.2.3 · 2 of 3 set aside");
  g_assert_null (tandem_account_get_active_proxy (account));
}

static void
test_down (void)
{
  g_autoptr (TandemAccount) account = make_account ();
  const guint all[] = { 560, 574, 588 };
  const guint one[] = { 560, 0, 0 };

  give_pool (account, "aaa", all);
  give_state (account, TANDEM_SIP_REGISTRATION_WAITING, NULL, 0, "timeout", 12);
  assert_lines (account, TANDEM_ACCOUNT_NOT_REGISTERED, "Not registered",
                "All 3 proxies set aside · next try in 0:12");
  g_assert_nonnull (strstr (tandem_account_get_problem (account), "own network"));

  /* The network is not it when one of them answered with a certificate. */
  give_pool (account, "aca", all);
  g_assert_cmpstr (tandem_account_get_problem (account), ==,
                   "Its certificate belongs to another name");

  give_pool (account, "ass", one);
  assert_lines (account, TANDEM_ACCOUNT_NOT_REGISTERED, "Not registered",
                "1 of 3 proxies set aside · next try in 0:12");
  g_assert_cmpstr (tandem_account_get_problem (account), ==, "No answer");

  give_pool (account, "sss", NULL);
  assert_lines (account, TANDEM_ACCOUNT_NOT_REGISTERED, "Not registered", "Next try in 0:12");
  give_state (account, TANDEM_SIP_REGISTRATION_WAITING, NULL, 503, "Unavailable", 0);
  assert_lines (account, TANDEM_ACCOUNT_NOT_REGISTERED, "Not registered",
                "Not tried again by itself");
  g_assert_cmpstr (tandem_account_get_problem (account), ==,
                   "The server is overloaded or in maintenance");

  give_pool (account, "a", all);
  give_state (account, TANDEM_SIP_REGISTRATION_WAITING, NULL, 0, "connection refused", 5);
  assert_lines (account, TANDEM_ACCOUNT_NOT_REGISTERED, "Not registered",
                "The only proxy is set aside · next try in 0:05");
  g_assert_cmpstr (tandem_account_get_problem (account), ==, "Connection refused");
}

static void
test_rejected (void)
{
  g_autoptr (TandemAccount) account = make_account ();

  give_state (account, TANDEM_SIP_REGISTRATION_REJECTED, NULL, 403, "Forbidden", 0);
  assert_lines (account, TANDEM_ACCOUNT_REJECTED, "Not registered",
                "The server refuses this user: wrong password, or not allowed");
  give_state (account, TANDEM_SIP_REGISTRATION_REJECTED, NULL, 401, NULL, 0);
  assert_lines (account, TANDEM_ACCOUNT_REJECTED, "Not registered", "Wrong user name or password");
}

static void
test_needs_password (void)
{
  g_autoptr (TandemAccount) account = make_account ();

  tandem_account_configure (account, &settings, FALSE);
  give_state (account, TANDEM_SIP_REGISTRATION_REJECTED, NULL, 401, NULL, 0);
  assert_lines (account, TANDEM_ACCOUNT_NEEDS_PASSWORD, "Password needed",
                "Enter the password of 1002@proxy.example.test");
  /* The same answer once one is known means that it is wrong. */
  tandem_account_configure (account, &settings, TRUE);
  g_assert_cmpint (tandem_account_get_state (account), ==, TANDEM_ACCOUNT_REJECTED);
  /* A server that forbids is not asking for a password. */
  tandem_account_configure (account, &settings, FALSE);
  give_state (account, TANDEM_SIP_REGISTRATION_REJECTED, NULL, 404, NULL, 0);
  g_assert_cmpint (tandem_account_get_state (account), ==, TANDEM_ACCOUNT_REJECTED);
}

static void
test_standalone_and_offline (void)
{
  g_autoptr (TandemAccount) account = make_account ();
  TandemAccountSettings standalone = settings;

  standalone.expires = 0;
  tandem_account_configure (account, &standalone, TRUE);
  give_pool (account, "ss", NULL);
  give_state (account, TANDEM_SIP_REGISTRATION_NONE, NULL, 0, NULL, 0);
  assert_lines (account, TANDEM_ACCOUNT_STANDALONE, "Ready without registration",
                "All 2 proxies available");
  tandem_account_set_offline (account);
  assert_lines (account, TANDEM_ACCOUNT_OFFLINE, "Signed off", NULL);
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *) data)++;
}

static void
test_countdown (void)
{
  g_autoptr (TandemAccount) account = make_account ();
  g_autoptr (TandemProxy) proxy = NULL;
  const guint one[] = { 3, 0, 0 };
  guint subtitles = 0, states = 0, seconds = 0;

  give_pool (account, "aus", one);
  give_state (account, TANDEM_SIP_REGISTRATION_REGISTERED, "udp:192.0.2.2:5060", 200, NULL, 0);
  proxy = g_list_model_get_item (tandem_account_get_proxies (account), 0);
  g_signal_connect (account, "notify::subtitle", G_CALLBACK (on_notify), &subtitles);
  g_signal_connect (account, "notify::state", G_CALLBACK (on_notify), &states);
  g_signal_connect (proxy, "notify::seconds-left", G_CALLBACK (on_notify), &seconds);

  g_assert_cmpuint (tandem_proxy_get_seconds_left (proxy), ==, 3);
  g_assert_cmpint (tandem_proxy_get_role (proxy), ==, TANDEM_PROXY_SET_ASIDE);
  g_assert_cmpstr (tandem_proxy_get_reason (proxy), ==, "No answer");
  for (guint i = 1; i <= 3; i++)
    {
      tandem_account_set_now (account, NOW + i * SECOND);
      g_assert_cmpuint (tandem_proxy_get_seconds_left (proxy), ==, 3 - i);
    }
  assert_lines (account, TANDEM_ACCOUNT_REGISTERED, "Registered via 192.0.2.2",
                "All 3 proxies available");
  g_assert_cmpint (tandem_proxy_get_role (proxy), ==, TANDEM_PROXY_STANDBY);
  g_assert_cmpuint (subtitles, ==, 3);
  g_assert_cmpuint (seconds, ==, 3);
  g_assert_cmpuint (states, ==, 0);
}

/* A second is shown until it is over: 0.5 s left is 1, not 0. */
static void
test_countdown_rounds_up (void)
{
  g_autoptr (TandemAccount) account = make_account ();
  g_autoptr (TandemProxy) proxy = NULL;
  const guint one[] = { 1 };

  give_pool (account, "a", one);
  proxy = g_list_model_get_item (tandem_account_get_proxies (account), 0);
  tandem_account_set_now (account, NOW + SECOND / 2);
  g_assert_cmpuint (tandem_proxy_get_seconds_left (proxy), ==, 1);
}

/* The real clock runs only while there is something to count. */
static void
test_timer_only_while_counting (void)
{
  g_autoptr (TandemAccount) account = tandem_account_new ("0");
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_REGISTRATION };

  tandem_account_configure (account, &settings, TRUE);
  g_assert_false (tandem_account_is_counting (account));
  event.registration = TANDEM_SIP_REGISTRATION_WAITING;
  event.next_try = g_get_monotonic_time () + 2 * SECOND;
  tandem_account_handle_event (account, &event);
  g_assert_true (tandem_account_is_counting (account));
  g_assert_cmpuint (tandem_account_get_seconds_to_retry (account), ==, 2);
  while (tandem_account_is_counting (account))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, event.next_try + 5 * SECOND);
      g_main_context_iteration (NULL, TRUE);
    }
  g_assert_cmpuint (tandem_account_get_seconds_to_retry (account), ==, 0);
  g_assert_cmpint (g_get_monotonic_time (), >=, event.next_try);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  (*(guint *) data)++;
}

static void
test_pool_keeps_its_objects (void)
{
  g_autoptr (TandemAccount) account = make_account ();
  g_autoptr (TandemProxy) before = NULL;
  g_autoptr (TandemProxy) after = NULL;
  guint changes = 0;

  give_pool (account, "us", NULL);
  before = g_list_model_get_item (tandem_account_get_proxies (account), 1);
  g_signal_connect (tandem_account_get_proxies (account), "items-changed",
                    G_CALLBACK (on_items_changed), &changes);
  give_pool (account, "su", NULL);
  g_assert_cmpuint (changes, ==, 0);
  g_assert_cmpint (tandem_proxy_get_role (before), ==, TANDEM_PROXY_IN_USE);
  give_pool (account, "suss", NULL);
  g_assert_cmpuint (changes, ==, 1);
  after = g_list_model_get_item (tandem_account_get_proxies (account), 1);
  g_assert_true (before == after);
}

static guint asked;

static void
on_use_again (TandemAccount *account, const char *proxy_id, gpointer data)
{
  g_assert_cmpstr (proxy_id, ==, data);
  asked++;
}

static void
test_use_again (void)
{
  static const TandemAccountActions actions = { .use_again = on_use_again };
  g_autoptr (TandemAccount) account = make_account ();
  const guint two[] = { 60, 70, 0 };

  asked = 0;
  tandem_account_set_actions (account, &actions, (gpointer) "udp:192.0.2.1:5060");
  give_pool (account, "aau", two);
  give_state (account, TANDEM_SIP_REGISTRATION_REGISTERED, "udp:192.0.2.3:5060", 200, NULL, 0);
  tandem_account_use_again (account, "udp:192.0.2.1:5060");
  g_assert_cmpuint (asked, ==, 1);
  g_assert_cmpuint (tandem_account_get_set_aside (account), ==, 1);
}

static void
test_labels (void)
{
  static const char *const table[][2] = {
    { "udp:192.0.2.1:5060", "192.0.2.1" },
    { "udp:192.0.2.1:5070", "192.0.2.1:5070" },
    { "tls:192.0.2.1:5061", "192.0.2.1" },
    { "tls:[2001:db8::1]:5061", "2001:db8::1" },
    { "tcp:[2001:db8::1]:5070", "[2001:db8::1]:5070" },
    { "nonsense", "nonsense" },
    { "udp:", "udp:" },
    { "", "" },
    { "udp:x:99999", "udp:x:99999" },
    { "udp:[:5060", "[" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *label = tandem_proxy_label_of_id (table[i][0]);

      g_assert_cmpstr (label, ==, table[i][1]);
    }
}

static void
give_mailbox (TandemAccount *account, gboolean known, gboolean waiting, guint fresh)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_MAILBOX };

  event.mailbox_known = known;
  event.mailbox_waiting = waiting;
  event.mailbox_new = fresh;
  event.mailbox_old = 7;
  event.mailbox_uri = (char *) "sip:mailbox\n@example.test";
  tandem_account_handle_event (account, &event);
}

static void
test_mailbox (void)
{
  g_autoptr (TandemAccount) account = make_account ();

  g_assert_false (tandem_account_get_mailbox_waiting (account));
  g_assert_null (tandem_account_get_mailbox_text (account));
  give_mailbox (account, TRUE, TRUE, 2);
  g_assert_true (tandem_account_get_mailbox_waiting (account));
  g_assert_cmpuint (tandem_account_get_mailbox_new (account), ==, 2);
  g_assert_cmpuint (tandem_account_get_mailbox_old (account), ==, 7);
  g_assert_cmpstr (tandem_account_get_mailbox_text (account), ==, "2 new voice messages");
  g_assert_cmpstr (tandem_account_get_mailbox_uri (account), ==, "sip:mailbox @example.test");
  give_mailbox (account, TRUE, TRUE, 0);
  g_assert_cmpstr (tandem_account_get_mailbox_text (account), ==, "Voice messages are waiting");
  give_mailbox (account, TRUE, FALSE, 0);
  g_assert_false (tandem_account_get_mailbox_waiting (account));
  g_assert_null (tandem_account_get_mailbox_text (account));
  give_mailbox (account, TRUE, TRUE, 1);
  g_assert_cmpstr (tandem_account_get_mailbox_text (account), ==, "1 new voice message");
  give_mailbox (account, FALSE, TRUE, 1);
  g_assert_false (tandem_account_get_mailbox_waiting (account));
  g_assert_cmpuint (tandem_account_get_mailbox_new (account), ==, 0);
  g_assert_null (tandem_account_get_mailbox_uri (account));
}

static void
test_mailbox_is_forgotten (void)
{
  g_autoptr (TandemAccount) account = make_account ();

  give_mailbox (account, TRUE, TRUE, 1);
  tandem_account_set_offline (account);
  g_assert_false (tandem_account_get_mailbox_waiting (account));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/account/not-configured", test_not_configured);
  g_test_add_func ("/phone/account/identity", test_identity);
  g_test_add_func ("/phone/account/connecting", test_connecting);
  g_test_add_func ("/phone/account/good", test_good);
  g_test_add_func ("/phone/account/degraded", test_degraded);
  g_test_add_func ("/phone/account/registered-on-a-penalised-one",
                   test_registered_on_a_penalised_one);
  g_test_add_func ("/phone/account/failing-over", test_failing_over);
  g_test_add_func ("/phone/account/down", test_down);
  g_test_add_func ("/phone/account/rejected", test_rejected);
  g_test_add_func ("/phone/account/needs-password", test_needs_password);
  g_test_add_func ("/phone/account/standalone-and-offline", test_standalone_and_offline);
  g_test_add_func ("/phone/account/countdown", test_countdown);
  g_test_add_func ("/phone/account/countdown-rounds-up", test_countdown_rounds_up);
  g_test_add_func ("/phone/account/timer-only-while-counting", test_timer_only_while_counting);
  g_test_add_func ("/phone/account/pool-keeps-its-objects", test_pool_keeps_its_objects);
  g_test_add_func ("/phone/account/use-again", test_use_again);
  g_test_add_func ("/phone/account/labels", test_labels);
  g_test_add_func ("/phone/account/mailbox", test_mailbox);
  g_test_add_func ("/phone/account/mailbox-is-forgotten", test_mailbox_is_forgotten);
  return g_test_run ();
}
