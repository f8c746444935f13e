/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format.h"

#include <locale.h>

static void
test_duration (void)
{
  static const struct
  {
    guint seconds;
    const char *text;
  } cases[] = { { 0, "0:00" },
                { 9, "0:09" },
                { 278, "4:38" },
                { 3599, "59:59" },
                { 3600, "1:00:00" },
                { 3729, "1:02:09" },
                { G_MAXUINT, "1193046:28:15" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tandem_format_duration (cases[i].seconds);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_spoken (void)
{
  g_autofree char *one = tandem_format_spoken_duration (61);
  g_autofree char *two = tandem_format_spoken_duration (5);

  g_assert_cmpstr (one, ==, "1 minute 1 second");
  g_assert_cmpstr (two, ==, "5 seconds");
}

static void
test_when (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (7200);
  g_autoptr (GDateTime) now = g_date_time_new (zone, 2024, 5, 15, 0, 30, 0);
  static const struct
  {
    int minutes_ago;
    const char *text;
  } cases[] = { { 0, "00:30" },
                { 30, "00:00" },
                { 31, "Yesterday" },
                { 60 * 24, "Yesterday" },
                { 60 * 24 + 31, "Monday" },
                { 60 * 24 * 6 + 29, "Thursday" },
                { 60 * 24 * 7, "05/08/24" },
                { -60, "01:30" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GDateTime) then = g_date_time_add_minutes (now, -cases[i].minutes_ago);
      /* Stored times are UTC; the day is the agent's. */
      g_autoptr (GDateTime) stored = g_date_time_to_utc (then);
      g_autofree char *text = tandem_format_when (stored, now);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_isolated (void)
{
  g_autofree char *text = tandem_format_isolated ("+31 20");

  g_assert_cmpstr (text, ==, "\xe2\x81\xa6+31 20\xe2\x81\xa9");
  g_assert_null (tandem_format_isolated (NULL));
}

static void
test_shortened (void)
{
  g_autofree char *whole = tandem_format_shortened ("Änne", 4);
  g_autofree char *cut = tandem_format_shortened ("Ännea", 4);

  g_assert_cmpstr (whole, ==, "Änne");
  g_assert_cmpstr (cut, ==, "Änn…");
  g_assert_null (tandem_format_shortened (NULL, 4));
}

static void
test_target (void)
{
  static const char *const targets[]
      = { "5550101", "+1 555 0100", "(0)20-794.08/13", "*21#", "sip:anna",
          "SIPS:x",  "tel:+1555",   "callto:5",        "a@b",  "7",
          "٤٥٦" };
  static const char *const others[]
      = { "", "anna", "+", "-", "a1", "20 anna", "mailto:x", " ", "()", "echo" };

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    if (!tandem_format_is_target (targets[i]))
      g_error ("not taken for a number: %s", targets[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (tandem_format_is_target (others[i]))
      g_error ("taken for a number: %s", others[i]);
}

static void
test_matches (void)
{
  g_assert_true (tandem_format_matches ("Anna Sample", "5550101", "anna"));
  g_assert_true (tandem_format_matches ("Anna Sample", "5550101", "  SAMP "));
  g_assert_true (tandem_format_matches ("Änne", "5550101", "änne"));
  g_assert_true (tandem_format_matches ("A\xcc\x88nne", "5550101", "änne"));
  g_assert_true (tandem_format_matches (NULL, "+31 20 794 0813", "20794"));
  g_assert_true (tandem_format_matches (NULL, "+31207940813", "20 794"));
  g_assert_true (tandem_format_matches (NULL, "anna@example.test", "@example"));
  g_assert_true (tandem_format_matches (NULL, NULL, ""));
  g_assert_false (tandem_format_matches ("Anna", "5550101", "zoe"));
  g_assert_false (tandem_format_matches ("Anna", "5550101", "9"));
  g_assert_false (tandem_format_matches ("Anna", "5550101", "+"));
  g_assert_false (tandem_format_matches (NULL, NULL, "1"));
}

static void
test_moment (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_local (2024, 5, 15, 14, 40, 0);
  g_autoptr (GDateTime) earlier = g_date_time_add_seconds (now, -61);
  g_autoptr (GDateTime) before = g_date_time_add_days (now, -1);
  g_autoptr (GDateTime) year_before = g_date_time_add_years (now, -1);
  g_autofree char *today = tandem_format_moment (earlier, now);
  g_autofree char *yesterday = tandem_format_moment (before, now);
  g_autofree char *last_year = tandem_format_moment (year_before, now);

  g_assert_cmpstr (today, ==, "14:38:59");
  g_assert_true (g_str_has_suffix (yesterday, " 14:40:00"));
  g_assert_true (g_str_has_suffix (last_year, " 14:40:00"));
}

static void
test_milliseconds (void)
{
  static const struct
  {
    gint64 milliseconds;
    const char *text;
  } cases[] = {
    { 0, "0 ms" }, { 99, "99 ms" }, { 100, "0.10 s" }, { 4013, "4.01 s" }, { 32004, "32.0 s" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tandem_format_milliseconds (cases[i].milliseconds);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_route (void)
{
  g_autofree char *both = tandem_format_route ("192.0.2.1", "192.0.2.2");
  g_autofree char *from = tandem_format_route ("192.0.2.1", NULL);
  g_autofree char *to = tandem_format_route (NULL, "192.0.2.2");

  g_assert_cmpstr (both, ==,
                   "\xe2\x81\xa6"
                   "192.0.2.1 → 192.0.2.2\xe2\x81\xa9");
  g_assert_cmpstr (from, ==,
                   "\xe2\x81\xa6"
                   "192.0.2.1\xe2\x81\xa9");
  g_assert_cmpstr (to, ==, "\xe2\x81\xa6→ 192.0.2.2\xe2\x81\xa9");
  g_assert_null (tandem_format_route (NULL, NULL));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/duration", test_duration);
  g_test_add_func ("/format/spoken", test_spoken);
  g_test_add_func ("/format/when", test_when);
  g_test_add_func ("/format/isolated", test_isolated);
  g_test_add_func ("/format/shortened", test_shortened);
  g_test_add_func ("/format/target", test_target);
  g_test_add_func ("/format/matches", test_matches);
  g_test_add_func ("/format/moment", test_moment);
  g_test_add_func ("/format/milliseconds", test_milliseconds);
  g_test_add_func ("/format/route", test_route);
  return g_test_run ();
}
