/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "timeline.h"

#include <string.h>

/* The bounded list of what happened. */

static void
add (TandemTimeline *timeline, gint64 when)
{
  TandemTimelineEntry entry = { .when = when, .operation = TANDEM_OPERATION_BYE, .has_from = TRUE };

  g_assert_true (tandem_candidate_parse (&entry.from, "udp:192.0.2.1:5060"));
  g_snprintf (entry.reason, sizeof entry.reason, "sample %d", (int) when);
  tandem_timeline_add (timeline, &entry);
  memset (&entry, 0, sizeof entry);
}

static void
test_order (void)
{
  g_autoptr (TandemTimeline) timeline = tandem_timeline_new (5);

  g_assert_cmpuint (tandem_timeline_get_length (timeline), ==, 0);
  for (gint64 when = 1; when <= 3; when++)
    add (timeline, when);
  g_assert_cmpuint (tandem_timeline_get_length (timeline), ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (tandem_timeline_get (timeline, i)->when, ==, i + 1);
  g_assert_cmpstr (tandem_timeline_get (timeline, 2)->reason, ==, "sample 3");
  g_assert_cmpstr (tandem_timeline_get (timeline, 2)->from.address, ==, "192.0.2.1");
  g_assert_cmpint (tandem_timeline_get (timeline, 2)->operation, ==, TANDEM_OPERATION_BYE);
}

static void
test_bounded (void)
{
  for (guint capacity = 1; capacity <= 7; capacity++)
    {
      g_autoptr (TandemTimeline) timeline = tandem_timeline_new (capacity);

      for (gint64 when = 1; when <= 40; when++)
        {
          guint length = (guint) MIN (when, capacity);

          add (timeline, when);
          g_assert_cmpuint (tandem_timeline_get_length (timeline), ==, length);
          for (guint i = 0; i < length; i++)
            g_assert_cmpint (tandem_timeline_get (timeline, i)->when, ==, when - length + 1 + i);
        }
    }
}

static void
test_capacity_0 (void)
{
  g_autoptr (TandemTimeline) timeline = tandem_timeline_new (0);

  add (timeline, 1);
  add (timeline, 2);
  g_assert_cmpuint (tandem_timeline_get_length (timeline), ==, 1);
  g_assert_cmpint (tandem_timeline_get (timeline, 0)->when, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timeline/order", test_order);
  g_test_add_func ("/timeline/bounded", test_bounded);
  g_test_add_func ("/timeline/capacity-0", test_capacity_0);
  return g_test_run ();
}
