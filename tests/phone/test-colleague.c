/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "board.h"
#include "colleague-list.h"
#include "post-dial.h"

#include <string.h>

/* Colleagues: what is subscribed to, what notifications make of it, and picking up. */

#define MANY 10000U

static TandemColleague *
get (Board *b, guint position)
{
  g_autoptr (TandemColleague) colleague
      = g_list_model_get_item (tandem_phone_get_colleagues (b->phone), position);

  return colleague;
}

static guint
count (Board *b)
{
  return g_list_model_get_n_items (tandem_phone_get_colleagues (b->phone));
}

/* Without forgetting what was asked. */
static void
set_colleagues (Board *b, const char *value)
{
  GSettings *settings = tandem_configuration_get_settings (b->configuration, "directory");
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) parsed
      = g_variant_parse (G_VARIANT_TYPE ("a(ss)"), value, NULL, NULL, &error);

  g_assert_no_error (error);
  g_settings_set_value (settings, "colleagues", parsed);
  board_wait_for_idle ();
}

static void
notify (guint tag, gboolean known, TandemSipPresence presence, TandemSipDialogInfo *dialog)
{
  TandemSipEvent event = { .type = TANDEM_SIP_EVENT_NOTIFICATION, .account = (char *) "0" };

  event.tag = tag;
  event.known = known;
  event.presence = presence;
  event.note = (char *) "at lunch\r\nX: \xe2\x80\xae";
  if (dialog != NULL)
    {
      event.dialogs = g_ptr_array_new ();
      g_ptr_array_add (event.dialogs, dialog);
    }
  fakes_emit (&event);
  if (event.dialogs != NULL)
    g_ptr_array_unref (event.dialogs);
}

static void
test_states (Board *b, gconstpointer data)
{
  guint first;

  g_assert_cmpuint (count (b), ==, 0);
  set_colleagues (b, "[('5550101', 'Sample One'), ('', 'Nobody'), ('sip:two@example.test', ''), "
                     "('https://no', 'Sample Three')]");
  board_expect (
      "subscribe:0:dialog:sip:5550101@example.test subscribe:0:dialog:sip:two@example.test");
  first = fakes_get_tag () - 1;
  g_assert_cmpuint (count (b), ==, 3);
  g_assert_cmpstr (tandem_colleague_get_name (get (b, 0)), ==, "Sample One");
  g_assert_cmpstr (tandem_colleague_get_name (get (b, 1)), ==, "sip:two@example.test");
  g_assert_cmpint (tandem_colleague_get_state (get (b, 0)), ==, TANDEM_COLLEAGUE_UNKNOWN);

  notify (first, TRUE, TANDEM_SIP_PRESENCE_BUSY, NULL);
  notify (first + 7, TRUE, TANDEM_SIP_PRESENCE_AWAY, NULL);
  g_assert_cmpint (tandem_colleague_get_state (get (b, 0)), ==, TANDEM_COLLEAGUE_BUSY);
  g_assert_cmpstr (tandem_colleague_get_state_text (get (b, 0)), ==, "In a Call");
  g_assert_cmpstr (tandem_colleague_get_note (get (b, 0)), ==, "at lunch  X:");
  g_assert_cmpint (tandem_colleague_get_state (get (b, 1)), ==, TANDEM_COLLEAGUE_UNKNOWN);
  notify (first, FALSE, TANDEM_SIP_PRESENCE_BUSY, NULL);
  g_assert_cmpint (tandem_colleague_get_state (get (b, 0)), ==, TANDEM_COLLEAGUE_UNKNOWN);
  g_assert_null (tandem_colleague_get_note (get (b, 0)));
}

/* Those that stay keep their subscription and their state. */
static void
test_changes (Board *b, gconstpointer data)
{
  TandemColleague *kept;
  guint tag;

  set_colleagues (b, "[('5550101', 'Sample One'), ('5550102', 'Sample Two')]");
  tag = fakes_get_tag ();
  notify (tag, TRUE, TANDEM_SIP_PRESENCE_AVAILABLE, NULL);
  kept = get (b, 1);
  board_forget ();
  set_colleagues (b, "[('5550102', 'Sample Two'), ('5550103', 'Sample Three')]");
  {
    g_autofree char *wanted
        = g_strdup_printf ("unsubscribe:%u subscribe:0:dialog:sip:5550103@example.test", tag - 1);

    board_expect (wanted);
  }
  g_assert_true (get (b, 0) == kept);
  g_assert_cmpint (tandem_colleague_get_state (kept), ==, TANDEM_COLLEAGUE_AVAILABLE);
  board_set (b, "directory", "colleagues-package", "'presence'");
  g_assert_cmpint (tandem_colleague_get_state (get (b, 0)), ==, TANDEM_COLLEAGUE_UNKNOWN);
  set_colleagues (b, "[]");
  g_assert_cmpuint (count (b), ==, 0);
}

static void
test_pick_up (Board *b, gconstpointer data)
{
  TandemSipDialogInfo dialog = {
    .id = (char *) "1",
    .incoming = TRUE,
    .call_id = (char *) "abc@example.test",
    .local_tag = (char *) "theirs",
    .remote_tag = (char *) "callers",
    .remote_uri = (char *) "sip:5550199@example.test",
    .remote_name = (char *) "Sample Caller",
  };
  g_autoptr (GError) error = NULL;
  guint tag;

  set_colleagues (b, "[('5550101', 'Sample One')]");
  tag = fakes_get_tag ();
  g_assert_null (tandem_phone_pick_up (b->phone, get (b, 0), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  notify (tag, TRUE, TANDEM_SIP_PRESENCE_RINGING, &dialog);
  g_assert_true (tandem_colleague_can_pick_up (get (b, 0)));
  g_assert_cmpstr (tandem_colleague_get_caller (get (b, 0)), ==, "Sample Caller");
  board_forget ();
  g_assert_nonnull (tandem_phone_pick_up (b->phone, get (b, 0), NULL));
  board_expect (
      "leg:127.3.0.1 replaces:1:abc@example.test;to-tag=callers;from-tag=theirs;early-only "
      "call:1:0:sip:5550199@example.test:offer1");

  /* What would break the header, or was not told, cannot be picked up so. */
  dialog.local_tag = (char *) "a\r\nEvil: 1";
  notify (tag, TRUE, TANDEM_SIP_PRESENCE_RINGING, &dialog);
  g_assert_false (tandem_colleague_can_pick_up (get (b, 0)));
  dialog.local_tag = (char *) "a;to-tag=b";
  notify (tag, TRUE, TANDEM_SIP_PRESENCE_RINGING, &dialog);
  g_assert_false (tandem_colleague_can_pick_up (get (b, 0)));
  dialog.local_tag = NULL;
  notify (tag, TRUE, TANDEM_SIP_PRESENCE_RINGING, &dialog);
  g_assert_false (tandem_colleague_can_pick_up (get (b, 0)));
  board_set (b, "calls", "pick-up-code", "'*8'");
  g_assert_true (tandem_colleague_can_pick_up (get (b, 0)));
  g_assert_nonnull (tandem_phone_pick_up (b->phone, get (b, 0), &error));
  {
    g_autofree char *log = fakes_take_log ();

    g_assert_nonnull (strstr (log, "call:2:0:sip:*85550101@example.test"));
  }
  dialog.confirmed = TRUE;
  notify (tag, TRUE, TANDEM_SIP_PRESENCE_BUSY, &dialog);
  g_assert_false (tandem_colleague_can_pick_up (get (b, 0)));
  g_assert_null (tandem_colleague_get_caller (get (b, 0)));
}

/* Ten thousand are there at once, and what changes one costs what it costs with three. */
static void
test_many (Board *b, gconstpointer data)
{
  GVariantBuilder builder;
  GSettings *settings = tandem_configuration_get_settings (b->configuration, "directory");
  guint last;
  gint64 start, took;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *number = g_strdup_printf ("6%05u", i);

      g_variant_builder_add (&builder, "(ss)", number, "Sample");
    }
  g_settings_set_value (settings, "colleagues", g_variant_builder_end (&builder));
  start = g_get_monotonic_time ();
  board_wait_for_idle ();
  took = g_get_monotonic_time () - start;
  g_test_message ("%u colleagues: %" G_GINT64_FORMAT " ms", MANY, took / 1000);
  g_assert_cmpuint (count (b), ==, MANY);
  board_forget ();
  last = fakes_get_tag ();

  start = g_get_monotonic_time ();
  for (guint i = 0; i < MANY; i++)
    notify (last - i, TRUE, i % 2 == 0 ? TANDEM_SIP_PRESENCE_BUSY : TANDEM_SIP_PRESENCE_AVAILABLE,
            NULL);
  took = g_get_monotonic_time () - start;
  g_test_message ("%u notifications: %" G_GINT64_FORMAT " ms", MANY, took / 1000);
  /* 0.2 ms for each, with sanitizers, is far from a stutter and far from quadratic. */
  g_assert_cmpint (took, <, MANY * 200);
  g_assert_cmpint (tandem_colleague_get_state (get (b, MANY - 1)), ==, TANDEM_COLLEAGUE_BUSY);
  /* A change of other settings begins nothing anew. */
  board_set (b, "calls", "wrap-up-time", "3");
  g_assert_cmpuint (fakes_get_tag (), ==, last);
}

static void
test_post_dial (Board *b, gconstpointer data)
{
  static const struct
  {
    const char *text, *number, *digits;
  } rows[] = {
    { "200", "200", NULL },
    { "200,,12#", "200", ",,12#" },
    { "+49 30 1234,12 34", "+49 30 1234", ",1234" },
    { "200,", "200", NULL },
    { ",12", ",12", NULL },
    { "200,x", "200,x", NULL },
    { "sip:a,b@example.test", "sip:a,b@example.test", NULL },
    { "tel:+4930123;postd=pp12", "tel:+4930123", "PP12" },
    { "tel:+4930123;postd=1%2A;ext=5", "tel:+4930123", ",51*" },
    { "TEL:+4930123;ext=(1-2).3;isub=9", "TEL:+4930123;isub=9", ",123" },
    { "tel:+4930123;ext=evil", "tel:+4930123;ext=evil", NULL },
    { "tel:+4930123;ext=", "tel:+4930123;ext=", NULL },
    { "sip:200@example.test;ext=12", "sip:200@example.test;ext=12", NULL },
    { "tel:+4930123;postd=evil", "tel:+4930123;postd=evil", NULL },
    { "", "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *digits = NULL;
      g_autofree char *number = tandem_post_dial_split (rows[i].text, &digits);

      g_assert_cmpstr (number, ==, rows[i].number);
      g_assert_cmpstr (digits, ==, rows[i].digits);
    }
}

#define ADD(name, func)                                                                            \
  g_test_add ("/phone/colleague/" name, Board, NULL, board_set_up, func, board_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("states", test_states);
  ADD ("changes", test_changes);
  ADD ("pick-up", test_pick_up);
  ADD ("many", test_many);
  ADD ("post-dial", test_post_dial);
  return board_run ();
}
