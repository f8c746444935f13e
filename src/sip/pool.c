/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool.h"

#include "call.h"
#include "registration.h"

/* What the main thread is told about an account's pool. Changes within the same moment are told once;
 * a round trip that differs a little is no change. */

#define COALESCE (5 * G_TIME_SPAN_MILLISECOND)

static TandemSipRole
role_of (TandemSipAccount *account, const TandemCandidate *candidate, const TandemHealth *health)
{
  if (health->penalty > 0)
    return TANDEM_SIP_ROLE_SET_ASIDE;
  if (health->barred > 0)
    return TANDEM_SIP_ROLE_BARRED;
  if (account->has_current && tandem_candidate_equal (&account->current, candidate)
      && (account->config->expires == 0
          || tandem_registration_is_registered (account->registration)))
    return TANDEM_SIP_ROLE_IN_USE;
  if (tandem_registration_is_trying (account->registration, candidate)
      || tandem_sip_calls_are_trying (account, candidate))
    return TANDEM_SIP_ROLE_TRYING;
  return TANDEM_SIP_ROLE_STANDBY;
}

static GPtrArray *
members (TandemSipAccount *account, gint64 now)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) tandem_sip_pool_member_free);

  for (guint i = 0; i < account->candidates->len; i++)
    {
      const TandemCandidate *candidate = &g_array_index (account->candidates, TandemCandidate, i);
      TandemSipPoolMember *member = g_new0 (TandemSipPoolMember, 1);
      TandemHealth health;
      gint64 left;

      tandem_health_table_get (account->engine->health, candidate, now, &health);
      left = MAX (health.penalty, health.barred);
      member->id = tandem_candidate_to_string (candidate);
      member->address = g_strdup (candidate->address);
      member->port = candidate->port;
      member->transport = g_strdup (tandem_transport_to_string (candidate->transport));
      member->role = role_of (account, candidate, &health);
      member->available_at = left > 0 ? now + left : 0;
      member->last_failure = health.ever_failed ? health.last_failure : 0;
      member->last_failure_reason = health.ever_failed ? g_strdup (health.reason) : NULL;
      member->round_trip = health.round_trip;
      member->preferred = account->has_wish && tandem_candidate_equal (&account->wish, candidate);
      g_ptr_array_add (list, member);
    }
  return list;
}

static gboolean
differ (const TandemSipPoolMember *a, const TandemSipPoolMember *b)
{
  gint64 trip = ABS (a->round_trip - b->round_trip);

  return g_strcmp0 (a->id, b->id) != 0 || a->role != b->role || a->preferred != b->preferred
         || a->last_failure != b->last_failure
         || g_strcmp0 (a->last_failure_reason, b->last_failure_reason) != 0
         || ABS (a->available_at - b->available_at) > G_TIME_SPAN_MILLISECOND
         || (a->round_trip < 0) != (b->round_trip < 0)
         || (trip > G_TIME_SPAN_MILLISECOND && trip > b->round_trip / 4);
}

static gboolean
news (GPtrArray *now, GPtrArray *before)
{
  if (before == NULL || now->len != before->len)
    return TRUE;
  for (guint i = 0; i < now->len; i++)
    {
      if (differ (g_ptr_array_index (now, i), g_ptr_array_index (before, i)))
        return TRUE;
    }
  return FALSE;
}

static void
watch_expiry (TandemSipAccount *account, GPtrArray *list)
{
  gint64 next = -1;

  for (guint i = 0; i < list->len; i++)
    {
      TandemSipPoolMember *member = g_ptr_array_index (list, i);

      if (member->available_at > 0 && (next < 0 || member->available_at < next))
        next = member->available_at;
    }
  tandem_timer_set (&account->expiry, next);
}

/* What is written to the timeline when it changes. */
typedef struct
{
  gboolean penalty, pause, answers;
  gint64 failed;
} Note;

static void
compare_note (TandemSipAccount *account,
              const TandemCandidate *candidate,
              const Note *before,
              const Note *now,
              const char *reason)
{
  if (now->penalty && (!before->penalty || (before->answers && now->failed != before->failed)))
    tandem_sip_account_timeline (account, "penalty", candidate, NULL, reason, 0);
  else if (before->penalty && !now->penalty)
    tandem_sip_account_timeline (account, "penalty", NULL, candidate, "over",
                                 tandem_engine_now () - before->failed);
  if (now->pause && !before->pause)
    tandem_sip_account_timeline (account, "pause", candidate, NULL, "asked for a pause", 0);
  else if (before->pause && !now->pause)
    tandem_sip_account_timeline (account, "pause", NULL, candidate, "over", 0);
  if (now->answers && !before->answers)
    tandem_sip_account_timeline (account, "probe", NULL, candidate, "answers again",
                                 tandem_engine_now () - now->failed);
}

/* Penalties are set and end at many places, and by time alone: what has changed since the last look is
 * told. A candidate that is new is only noted. */
static void
write_timeline (TandemSipAccount *account, gint64 now)
{
  g_autoptr (GHashTable) before = account->noted;

  account->noted
      = g_hash_table_new_full (tandem_candidate_hash, tandem_candidate_equal, g_free, g_free);
  for (guint i = 0; i < account->candidates->len; i++)
    {
      const TandemCandidate *candidate = &g_array_index (account->candidates, TandemCandidate, i);
      const Note *old = before != NULL ? g_hash_table_lookup (before, candidate) : NULL;
      Note *note = g_new0 (Note, 1);
      TandemHealth health;

      tandem_health_table_get (account->engine->health, candidate, now, &health);
      note->penalty = health.penalty > 0;
      note->pause = health.barred > 0;
      note->answers = health.answered_since;
      note->failed = health.last_failure;
      if (old != NULL)
        compare_note (account, candidate, old, note, health.reason);
      g_hash_table_replace (account->noted, g_memdup2 (candidate, sizeof *candidate), note);
    }
}

void
tandem_pool_tell (TandemSipAccount *account)
{
  gint64 now = tandem_engine_now ();
  g_autoptr (GPtrArray) list = members (account, now);
  TandemSipEvent *event;

  watch_expiry (account, list);
  if (account->replaced || !news (list, account->reported))
    return;
  event = tandem_sip_event_new (TANDEM_SIP_EVENT_POOL, account->config->id);
  event->members = members (account, now);
  g_clear_pointer (&account->reported, g_ptr_array_unref);
  account->reported = g_steal_pointer (&list);
  tandem_engine_emit (account->engine, event);
}

static void
on_report (gpointer data)
{
  TandemSipAccount *account = data;

  write_timeline (account, tandem_engine_now ());
  tandem_sip_account_follow_wish (account);
  tandem_pool_tell (account);
}

void
tandem_pool_init (TandemSipAccount *account)
{
  tandem_timer_init (&account->report, account->engine->loop, on_report, account);
  tandem_timer_init (&account->expiry, account->engine->loop, on_report, account);
}

void
tandem_pool_clear (TandemSipAccount *account)
{
  tandem_timer_stop (&account->report);
  tandem_timer_stop (&account->expiry);
  g_clear_pointer (&account->reported, g_ptr_array_unref);
  g_clear_pointer (&account->noted, g_hash_table_unref);
}

void
tandem_sip_account_touch (TandemSipAccount *self)
{
  if (!self->replaced && !tandem_timer_is_set (&self->report))
    tandem_timer_set (&self->report, tandem_engine_now () + COALESCE);
}

void
tandem_sip_account_timeline (TandemSipAccount *self,
                             const char *operation,
                             const TandemCandidate *from,
                             const TandemCandidate *to,
                             const char *why,
                             gint64 took)
{
  TandemSipEvent *event;

  if (self->replaced)
    return;
  event = tandem_sip_event_new (TANDEM_SIP_EVENT_TIMELINE, self->config->id);
  event->operation = g_strdup (operation);
  event->from = from != NULL ? tandem_candidate_to_string (from) : NULL;
  event->to = to != NULL ? tandem_candidate_to_string (to) : NULL;
  event->text = g_strdup (why);
  event->took = took;
  g_info ("%s: %s from %s to %s after %" G_GINT64_FORMAT " ms: %s", self->config->id, operation,
          event->from != NULL ? event->from : "-", event->to != NULL ? event->to : "nowhere",
          took / 1000, why != NULL ? why : "");
  tandem_engine_emit (self->engine, event);
}
