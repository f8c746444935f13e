/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-private.h"

#include <string.h>

/* Who is talked with, of several calls: by a phone without a network, that behaves as the real one. */

static TandemCall *
add (TandemPhone *phone, const char *number)
{
  g_autofree char *id = tandem_phone_next_sample_id (phone);
  g_autofree char *uri = g_strdup_printf ("sip:%s@example.test", number);
  g_autoptr (TandemCall) call = tandem_call_new (id, TRUE, "0", "example.test", uri, NULL);
  g_autoptr (GError) error = NULL;

  tandem_phone_add_call (phone, call);
  g_assert_true (tandem_call_answer (call, &error));
  g_assert_no_error (error);
  return call;
}

static gboolean
held (TandemCall *call)
{
  return tandem_call_get_hold (call) == TANDEM_HOLD_LOCAL;
}

static void
test_swap (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("idle");
  TandemCall *one = add (phone, "1"), *two = add (phone, "2"), *three;
  g_autoptr (GError) error = NULL;

  g_assert_true (held (one) && !held (two));
  g_assert_true (tandem_phone_get_active_call (phone) == two);
  g_assert_true (tandem_phone_swap (phone, NULL, NULL));
  g_assert_true (!held (one) && held (two));
  g_assert_false (tandem_phone_swap (phone, one, NULL));
  three = add (phone, "3");
  g_assert_true (held (one) && held (two) && !held (three));
  /* Two are on hold: which one? */
  g_assert_false (tandem_phone_swap (phone, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_true (tandem_phone_swap (phone, two, NULL));
  g_assert_true (tandem_phone_get_active_call (phone) == two);
  g_assert_true (tandem_call_retrieve (one, NULL));
  g_assert_true (held (two) && held (three) && !held (one));
  /* Nobody is taken back by itself, and whoever waits is told of. */
  g_assert_true (tandem_call_hang_up (one, NULL));
  g_assert_null (tandem_phone_get_active_call (phone));
  g_assert_true (held (two) && held (three));
  g_assert_nonnull (tandem_call_get_notice (two));
  g_assert_true (tandem_call_retrieve (two, NULL));
  g_assert_null (tandem_call_get_notice (two));
}

/* A call that only rang here, or was on hold, ends unremarked. */
static void
test_no_notice (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("idle");
  TandemCall *one = add (phone, "1"), *two = add (phone, "2");
  g_autoptr (TandemCall) rings
      = tandem_call_new ("99", TRUE, "0", "example.test", "sip:4@example.test", NULL);

  tandem_phone_add_call (phone, rings);
  tandem_call_hold (two, NULL);
  g_assert_null (tandem_phone_get_active_call (phone));
  tandem_call_decline (rings, NULL);
  g_assert_null (tandem_call_get_notice (one));
  tandem_call_hang_up (two, NULL);
  g_assert_null (tandem_call_get_notice (one));
}

static void
test_conference (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("idle");
  TandemCall *one = add (phone, "1"), *two, *three;

  g_assert_false (tandem_phone_merge (phone, one, NULL));
  two = add (phone, "2");
  g_assert_true (tandem_phone_merge (phone, two, NULL));
  g_assert_true (tandem_call_is_in_conference (one) && tandem_call_is_in_conference (two));
  g_assert_true (!held (one) && !held (two));
  three = add (phone, "3");
  g_assert_true (held (one) && held (two) && tandem_call_is_in_conference (one));
  g_assert_true (tandem_phone_swap (phone, NULL, NULL));
  g_assert_true (!held (one) && !held (two) && held (three));
  g_assert_true (tandem_phone_merge (phone, three, NULL));
  g_assert_true (tandem_call_is_in_conference (three) && !held (three));

  g_assert_true (tandem_call_set_party_muted (three, TRUE, NULL));
  g_assert_true (tandem_phone_split (phone, three, NULL));
  g_assert_true (held (three) && !tandem_call_is_party_muted (three));
  g_assert_true (tandem_call_is_in_conference (one) && !held (one) && !held (two));
  g_assert_false (tandem_phone_split (phone, three, NULL));
  tandem_call_hang_up (one, NULL);
  g_assert_false (tandem_call_is_in_conference (two));
  g_assert_false (held (two));
  g_assert_false (tandem_phone_split (phone, NULL, NULL));
}

static void
test_consult (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("idle");
  g_autoptr (TandemCall) one = g_object_ref (add (phone, "1"));
  g_autoptr (TandemCall) asked = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (tandem_phone_consult (phone, one, "https://example.test", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_false (held (one));
  asked = g_object_ref (tandem_phone_consult (phone, one, "5550109", NULL));
  g_assert_true (held (one));
  g_assert_true (tandem_call_get_consults (asked) == one);
  g_assert_false (tandem_phone_complete (phone, one, NULL));
  g_assert_true (tandem_phone_complete (phone, asked, NULL));
  g_assert_cmpint (tandem_call_get_state (one), ==, TANDEM_CALL_ENDED);
  g_assert_cmpint (tandem_call_get_state (asked), ==, TANDEM_CALL_ENDED);
  g_assert_nonnull (strstr (tandem_call_get_failure (one), "5550109"));
  g_assert_false (tandem_phone_connect (phone, one, asked, NULL));
  /* The one that it was made for ends: it is a call like any other. */
  {
    TandemCall *other = add (phone, "2");
    TandemCall *again = tandem_phone_consult (phone, other, "5550109", NULL);

    tandem_call_hang_up (other, NULL);
    g_assert_null (tandem_call_get_consults (again));
  }
}

static void
test_transfer (void)
{
  g_autoptr (TandemPhone) phone = tandem_phone_new_sample ("idle");
  TandemCall *one = add (phone, "1");
  g_autoptr (GError) error = NULL;

  g_assert_true (tandem_call_transfer (one, "5550109", &error));
  g_assert_cmpint (tandem_call_get_transfer (one), ==, TANDEM_TRANSFER_PENDING);
  g_assert_false (tandem_call_transfer (one, "5550108", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  tandem_call_dismiss_transfer (one);
  g_assert_nonnull (tandem_call_get_transfer_text (one));
  tandem_call_set_transfer (one, TANDEM_TRANSFER_FAILED, g_strdup ("Transfer failed: Busy"));
  tandem_call_dismiss_transfer (one);
  g_assert_null (tandem_call_get_transfer_text (one));
  g_assert_true (tandem_call_retrieve (one, NULL));
  g_assert_false (tandem_call_answer_referral (one, TRUE, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/floor/swap", test_swap);
  g_test_add_func ("/phone/floor/no-notice", test_no_notice);
  g_test_add_func ("/phone/floor/conference", test_conference);
  g_test_add_func ("/phone/floor/consult", test_consult);
  g_test_add_func ("/phone/floor/transfer", test_transfer);
  return g_test_run ();
}
