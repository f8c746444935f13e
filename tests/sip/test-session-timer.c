/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-timer.h"

/* The arithmetic of RFC 4028. */

#define S G_USEC_PER_SEC

static void
test_parse (void)
{
  guint interval = 7;
  TandemRefresher refresher = TANDEM_REFRESHER_UAS;

  g_assert_true (tandem_session_timer_parse ("1800;refresher=uac", &interval, &refresher));
  g_assert_cmpuint (interval, ==, 1800);
  g_assert_cmpint (refresher, ==, TANDEM_REFRESHER_UAC);
  g_assert_true (tandem_session_timer_parse (" 90 ; Refresher=UAS ;x=y", &interval, &refresher));
  g_assert_cmpuint (interval, ==, 90);
  g_assert_cmpint (refresher, ==, TANDEM_REFRESHER_UAS);
  g_assert_true (tandem_session_timer_parse ("600", &interval, &refresher));
  g_assert_cmpint (refresher, ==, TANDEM_REFRESHER_NONE);
  interval = 7;
  g_assert_false (tandem_session_timer_parse ("", &interval, &refresher));
  g_assert_false (tandem_session_timer_parse (NULL, &interval, &refresher));
  g_assert_false (tandem_session_timer_parse ("-5", &interval, &refresher));
  g_assert_false (tandem_session_timer_parse ("abc;refresher=uac", &interval, &refresher));
  g_assert_false (tandem_session_timer_parse ("99999999999999", &interval, &refresher));
  g_assert_cmpuint (interval, ==, 7);
}

static void
test_uac (void)
{
  TandemSessionTimer timer;

  tandem_session_timer_for_uac (&timer, "1800;refresher=uac", 1800);
  g_assert_true (timer.we_refresh);
  g_assert_cmpint (timer.refresh_at, ==, 900 * S);
  g_assert_cmpint (timer.expires_at, ==, 1768 * S);
  tandem_session_timer_for_uac (&timer, "90;refresher=uas", 1800);
  g_assert_false (timer.we_refresh);
  g_assert_cmpint (timer.refresh_at, ==, -1);
  g_assert_cmpint (timer.expires_at, ==, 60 * S);
  /* The other side knows no timers: we refresh what we asked for. */
  tandem_session_timer_for_uac (&timer, NULL, 600);
  g_assert_true (timer.we_refresh);
  g_assert_cmpuint (timer.interval, ==, 600);
  /* Nobody asked. */
  tandem_session_timer_for_uac (&timer, NULL, 0);
  g_assert_cmpuint (timer.interval, ==, 0);
  g_assert_cmpint (timer.refresh_at, ==, -1);
  g_assert_cmpint (timer.expires_at, ==, -1);
  /* A server that asks for nonsense does not make us flood it. */
  tandem_session_timer_for_uac (&timer, "1", 0);
  g_assert_cmpint (timer.refresh_at, >=, S);
}

static void
test_uas (void)
{
  TandemSessionTimer timer;
  g_autofree char *answer = NULL;

  g_assert_true (tandem_session_timer_for_uas (&timer, "1800;refresher=uac", TRUE, 0, &answer));
  g_assert_cmpstr (answer, ==, "1800;refresher=uac");
  g_assert_false (timer.we_refresh);
  g_clear_pointer (&answer, g_free);
  g_assert_true (tandem_session_timer_for_uas (&timer, "1800;refresher=uas", TRUE, 0, &answer));
  g_assert_cmpstr (answer, ==, "1800;refresher=uas");
  g_assert_true (timer.we_refresh);
  g_clear_pointer (&answer, g_free);
  g_assert_true (tandem_session_timer_for_uas (&timer, "600", TRUE, 0, &answer));
  g_assert_cmpstr (answer, ==, "600;refresher=uac");
  g_clear_pointer (&answer, g_free);
  g_assert_false (tandem_session_timer_for_uas (&timer, "60", TRUE, 0, &answer));
  g_assert_null (answer);
  /* A proxy put it in for a caller who knows no timers. */
  g_assert_true (tandem_session_timer_for_uas (&timer, "60", FALSE, 0, &answer));
  g_assert_cmpstr (answer, ==, "90;refresher=uas");
  g_assert_true (timer.we_refresh);
  g_clear_pointer (&answer, g_free);
  g_assert_true (tandem_session_timer_for_uas (&timer, NULL, TRUE, 0, &answer));
  g_assert_null (answer);
  g_assert_cmpuint (timer.interval, ==, 0);
  g_assert_true (tandem_session_timer_for_uas (&timer, NULL, FALSE, 1800, &answer));
  g_assert_cmpstr (answer, ==, "1800;refresher=uas");
}

static void
test_bounds (void)
{
  for (guint interval = 1; interval < 100000; interval = interval * 2 + 1)
    {
      g_autofree char *value = tandem_session_timer_format (interval, TANDEM_REFRESHER_UAC);
      TandemSessionTimer timer;

      tandem_session_timer_for_uac (&timer, value, 0);
      g_assert_cmpint (timer.refresh_at, >, 0);
      g_assert_cmpint (timer.refresh_at, <, timer.expires_at);
      g_assert_cmpint (timer.expires_at, <, (gint64) timer.interval * S);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/session-timer/parse", test_parse);
  g_test_add_func ("/sip/session-timer/uac", test_uac);
  g_test_add_func ("/sip/session-timer/uas", test_uas);
  g_test_add_func ("/sip/session-timer/bounds", test_bounds);
  return g_test_run ();
}
