/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-fixture.h"

#include <string.h>

/* What takes its 32 s: answers that nobody confirms, hang-ups and cancels while every proxy is dead,
 * comes back half-way, or comes and goes. Each phone has a pool of its own, and all of them wait at the
 * same time. */

#define NET 30
#define TIMEOUT 400
#define SECOND G_USEC_PER_SEC

#define state(f, what, n) fixture_state (f, TANDEM_SIP_CALL_##what, n)
#define request(f, i, method, n) fake_proxy_find ((f)->proxies[i], method, 0, n)

typedef enum
{
  UNCONFIRMED,
  BYE_DEAD,
  BYE_RECOVERS,
  BYE_FLAPS,
  CANCEL_DEAD,
  CANCEL_LATE,
  CANCEL_ANSWERED,
  CHANGE_HANGS,
  N_PHONES,
} Phone;

static Fixture phones[N_PHONES];
static gint64 began;

static void
until (double seconds)
{
  while (g_get_monotonic_time () < began + (gint64) (seconds * SECOND))
    g_main_context_iteration (NULL, TRUE);
}

static void
set_silent (Fixture *f, gboolean silent)
{
  for (guint i = 0; i < f->n; i++)
    f->proxies[i]->silent = silent;
}

/* The first (or last) copy that any proxy got. */
static gint64
when (Fixture *f, const char *method, guint code, gboolean last)
{
  gint64 found = 0;

  for (guint i = 0; i < f->n; i++)
    {
      FakeMessage *message;

      for (guint n = 0; (message = fake_proxy_find (f->proxies[i], method, code, n)) != NULL; n++)
        {
          if (found == 0 || (last ? message->when > found : message->when < found))
            found = message->when;
        }
    }
  return found;
}

static guint
count (Fixture *f, const char *method, guint code)
{
  guint n = 0;

  for (guint i = 0; i < f->n; i++)
    n += fake_proxy_count (f->proxies[i], method, code);
  return n;
}

/* Of one call only: what other calls said does not count. */
static guint
count_of_call (Fixture *f, const char *method, const char *call_id)
{
  guint found = 0;

  for (guint i = 0; i < f->n; i++)
    {
      FakeMessage *message;

      for (guint n = 0; (message = request (f, i, method, n)) != NULL; n++)
        {
          g_autofree char *id = fake_message_header (message, "Call-ID", 0);

          found += g_strcmp0 (id, call_id) == 0;
        }
    }
  return found;
}

static gboolean
was_bye_answered (Fixture *f)
{
  for (guint i = 0; i < f->n; i++)
    {
      GPtrArray *sent = f->proxies[i]->sent;

      for (guint n = 0; n < sent->len; n++)
        {
          const char *text = g_ptr_array_index (sent, n);

          if (g_str_has_prefix (text, "SIP/2.0 200") && strstr (text, " BYE\r\n") != NULL)
            return TRUE;
        }
    }
  return FALSE;
}

/* Waits for the answer to the first call's BYE, and for what was under way at that moment. Returns
 * how many copies there were. */
static guint
settle_bye (Fixture *f, char **call_id)
{
  guint copies;

  wait_until (was_bye_answered (f));
  fixture_pass (100);
  for (guint i = 0; *call_id == NULL && i < f->n; i++)
    *call_id = request (f, i, "BYE", 0) != NULL
                   ? fake_message_header (request (f, i, "BYE", 0), "Call-ID", 0)
                   : NULL;
  copies = count_of_call (f, "BYE", *call_id);
  g_test_message ("%u copies of the BYE", copies);
  return copies;
}

/* In turn over all, as long as 32 s and no longer. */
static void
assert_cycled (Fixture *f, const char *method, guint code)
{
  guint least = G_MAXUINT, most = 0;
  gint64 lasted = when (f, method, code, TRUE) - when (f, method, code, FALSE);

  g_test_message ("%s %u: %u copies in %.2f s", method, code, count (f, method, code),
                  (double) lasted / SECOND);
  g_assert_cmpint (lasted, >, 30 * SECOND);
  g_assert_cmpint (lasted, <, 32 * SECOND + SECOND / 2);
  for (guint i = 0; i < f->n; i++)
    {
      guint copies = fake_proxy_count (f->proxies[i], method, code);

      /* A busy machine does each a little later. */
      g_assert_cmpuint (copies, >=, 32000 / TIMEOUT / 3 / 2);
      least = MIN (least, copies);
      most = MAX (most, copies);
    }
  /* Each has its share; what comes later than it should was sent once more at 500 ms. */
  g_assert_cmpuint (3 * most, <=, 4 * least);
}

static void
connect_call (Fixture *f)
{
  fixture_call (f, phone_sdp);
  wait_until (state (f, CONNECTED, 0));
  wait_until (request (f, 0, "ACK", 0));
}

static void
hang_up (Fixture *f)
{
  guint n = 0;

  while (state (f, ENDED, n) != NULL)
    n++;
  tandem_sip_client_hang_up (f->client, f->call, NULL);
  wait_until (state (f, ENDED, n));
}

static void
ring (Fixture *f)
{
  f->proxies[0]->invite_code = 180;
  fixture_call (f, phone_sdp);
  wait_until (state (f, RINGING, 0));
}

/* Usable: another call works at once, over whatever lives. */
static void
assert_usable (Fixture *f)
{
  guint n = 0;

  while (state (f, CONNECTED, n) != NULL)
    n++;
  fixture_call (f, phone_sdp);
  wait_until (state (f, CONNECTED, n));
  hang_up (f);
}

static gboolean
on_flap (gpointer data)
{
  Fixture *f = data;
  static guint turn;

  turn++;
  for (guint i = 0; i < f->n; i++)
    f->proxies[i]->silent = (turn + i) % 7 != 0;
  return G_SOURCE_CONTINUE;
}

static void
begin_all (void)
{
  Fixture *f;

  for (guint i = 0; i < N_PHONES; i++)
    {
      fixture_set_up (&phones[i], NET + i, 3, "udp");
      phones[i].account->transaction_timeout = TIMEOUT;
      phones[i].account->reject_when_busy = FALSE;
      fixture_register (&phones[i]);
    }

  /* A pool that drops answers whose Via is a fellow's: they get there, but no ACK comes. */
  f = &phones[UNCONFIRMED];
  g_free (fixture_invite (f, f->proxies[0], "in", NULL, fake_sdp));
  wait_until (fixture_event (f, TANDEM_SIP_EVENT_INCOMING, 0));

  connect_call (&phones[BYE_DEAD]);
  connect_call (&phones[BYE_RECOVERS]);
  connect_call (&phones[BYE_FLAPS]);
  ring (&phones[CANCEL_DEAD]);
  ring (&phones[CANCEL_LATE]);
  ring (&phones[CANCEL_ANSWERED]);
  connect_call (&phones[CHANGE_HANGS]);

  began = g_get_monotonic_time ();
  f->call = fixture_event (f, TANDEM_SIP_EVENT_INCOMING, 0)->call;
  tandem_sip_client_answer (f->client, f->call, phone_sdp);
  for (guint i = BYE_DEAD; i <= CANCEL_ANSWERED; i++)
    {
      set_silent (&phones[i], TRUE);
      hang_up (&phones[i]);
    }
  phones[CHANGE_HANGS].proxies[0]->invite_code = 0;
  tandem_sip_client_offer (phones[CHANGE_HANGS].client, phones[CHANGE_HANGS].call, phone_sdp);
}

static void
test_all (void)
{
  Fixture *f;
  guint flap;
  guint before[N_PHONES] = { 0 };
  g_autofree char *recovered = NULL;
  g_autofree char *flapped = NULL;

  begin_all ();
  flap = g_timeout_add (130, on_flap, &phones[BYE_FLAPS]);

  until (5);
  assert_usable (&phones[UNCONFIRMED]);
  g_assert_null (state (&phones[UNCONFIRMED], ENDED, 1));
  g_assert_cmpuint (state (&phones[UNCONFIRMED], ENDED, 0)->call, !=,
                    fixture_event (&phones[UNCONFIRMED], TANDEM_SIP_EVENT_INCOMING, 0)->call);

  until (10);
  g_source_remove (flap);
  set_silent (&phones[BYE_FLAPS], FALSE);
  before[BYE_FLAPS] = settle_bye (&phones[BYE_FLAPS], &flapped);
  f = &phones[BYE_RECOVERS];
  f->proxies[2]->silent = FALSE;
  g_assert_cmpuint (count (f, "BYE", 0), >, 15);
  before[BYE_RECOVERS] = settle_bye (f, &recovered);

  until (15);
  /* A late 200 to the first copy of all. */
  f = &phones[CANCEL_LATE];
  g_assert_cmpuint (count (f, "CANCEL", 0), >, 15);
  fake_proxy_reply (f->proxies[0], request (f, 0, "CANCEL", 0), 200, "OK", "c", NULL, NULL);
  fake_proxy_reply (f->proxies[0], request (f, 0, "INVITE", 0), 487, "Request Terminated", "far1",
                    NULL, NULL);
  wait_until (request (f, 0, "ACK", 0));
  fixture_pass (100);
  before[CANCEL_LATE] = count (f, "CANCEL", 0);
  /* The callee was faster: ended at once, and no more CANCELs. */
  f = &phones[CANCEL_ANSWERED];
  set_silent (f, FALSE);
  fake_proxy_reply (f->proxies[0], request (f, 0, "INVITE", 0), 200, "OK", "far1", NULL, fake_sdp);
  wait_until (request (f, 0, "ACK", 0));
  wait_until (count (f, "BYE", 0) > 0);
  fixture_pass (100);
  before[CANCEL_ANSWERED] = count (f, "CANCEL", 0);

  until (34);
  f = &phones[UNCONFIRMED];
  assert_cycled (f, "INVITE", 200);
  g_assert_nonnull (state (f, ENDED, 1));
  g_assert_cmpuint (state (f, ENDED, 1)->code, ==, 408);
  g_assert_cmpstr (state (f, ENDED, 1)->text, ==, "no ACK");
  g_assert_true (state (f, ENDED, 1)->remote_ended);
  g_assert_cmpint (state (f, ENDED, 1)->arrived - began, >=, 32 * SECOND);
  wait_until (count_of_call (f, "BYE", "incoming-sample") > 0);
  assert_usable (f);
  /* Too late. */
  fixture_in_dialog (f, f->proxies[0], "ACK", 10, "late", NULL, NULL);

  assert_cycled (&phones[BYE_DEAD], "BYE", 0);
  assert_cycled (&phones[CANCEL_DEAD], "CANCEL", 0);
  for (guint i = BYE_DEAD; i <= CANCEL_DEAD; i++)
    {
      set_silent (&phones[i], FALSE);
      phones[i].proxies[0]->invite_code = 200;
      assert_usable (&phones[i]);
    }
  g_assert_cmpuint (count_of_call (&phones[BYE_RECOVERS], "BYE", recovered), ==,
                    before[BYE_RECOVERS]);
  g_assert_cmpuint (count_of_call (&phones[BYE_FLAPS], "BYE", flapped), ==, before[BYE_FLAPS]);
  g_assert_cmpuint (count (&phones[CANCEL_LATE], "CANCEL", 0), ==, before[CANCEL_LATE]);
  g_assert_cmpuint (count (&phones[CANCEL_ANSWERED], "CANCEL", 0), ==, before[CANCEL_ANSWERED]);

  /* A change that a living proxy has said 100 to, and nobody ever anything else. */
  f = &phones[CHANGE_HANGS];
  g_assert_null (state (f, CONNECTED, 1));
  until (42);
  g_assert_nonnull (state (f, CONNECTED, 1));
  g_assert_cmpuint (state (f, CONNECTED, 1)->code, ==, 408);
  g_assert_cmpint (state (f, CONNECTED, 1)->arrived - began, >=, 39 * SECOND);
  g_assert_null (state (f, ENDED, 0));
  g_assert_cmpuint (count (f, "BYE", 0), ==, 0);
  fake_proxy_reply (f->proxies[0], request (f, 0, "INVITE", 1), 200, "OK", NULL, NULL, fake_sdp);
  wait_until (fake_proxy_count (f->proxies[0], "ACK", 0) == 2);
  f->proxies[0]->invite_code = 200;
  tandem_sip_client_offer (f->client, f->call, phone_sdp);
  wait_until (state (f, CONNECTED, 2));
  g_assert_cmpuint (state (f, CONNECTED, 2)->code, ==, 200);

  for (guint i = 0; i < N_PHONES; i++)
    fixture_tear_down (&phones[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/patience/all", test_all);
  return g_test_run ();
}
