/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record.h"

/* TandemRecord: what it says of a call. */

static TandemRecord *
make (gboolean incoming, const char *name, const char *outcome)
{
  g_autoptr (GDateTime) start = g_date_time_new_utc (2024, 5, 15, 12, 0, 0);

  return tandem_record_new (7, incoming, name, "5550101", "sip:5550101@example.test", NULL, start,
                            12, outcome);
}

static void
test_title (void)
{
  g_autoptr (TandemRecord) named = make (TRUE, "Sample Caller One", "answered");
  g_autoptr (TandemRecord) unnamed = make (TRUE, NULL, "answered");
  g_autoptr (TandemRecord) empty = make (TRUE, "", "answered");

  g_assert_cmpstr (tandem_record_get_title (named), ==, "Sample Caller One");
  g_assert_cmpstr (tandem_record_get_title (unnamed), ==, "5550101");
  g_assert_cmpstr (tandem_record_get_title (empty), ==, "5550101");
  g_assert_null (tandem_record_get_name (empty));
}

static void
test_missed (void)
{
  g_autoptr (TandemRecord) missed = make (TRUE, NULL, "missed");
  g_autoptr (TandemRecord) elsewhere = make (TRUE, NULL, "elsewhere");
  g_autoptr (TandemRecord) outgoing = make (FALSE, NULL, "missed");

  g_assert_true (tandem_record_is_missed (missed));
  g_assert_false (tandem_record_is_missed (elsewhere));
  g_assert_false (tandem_record_is_missed (outgoing));
}

static void
test_properties (void)
{
  g_autoptr (TandemRecord) record = make (TRUE, "Sample Caller One", "answered");
  g_autoptr (GDateTime) start = NULL;
  g_autofree char *uri = NULL, *outcome = NULL;
  gboolean incoming;
  guint duration;
  gint64 id;

  g_object_get (record, "id", &id, "incoming", &incoming, "uri", &uri, "start", &start, "duration",
                &duration, "outcome", &outcome, NULL);
  g_assert_cmpint (id, ==, 7);
  g_assert_true (incoming);
  g_assert_cmpstr (uri, ==, "sip:5550101@example.test");
  g_assert_cmpint (g_date_time_get_hour (start), ==, 12);
  g_assert_cmpuint (duration, ==, 12);
  g_assert_cmpstr (outcome, ==, "answered");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory/record/title", test_title);
  g_test_add_func ("/directory/record/missed", test_missed);
  g_test_add_func ("/directory/record/properties", test_properties);
  return g_test_run ();
}
