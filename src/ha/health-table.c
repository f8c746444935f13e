/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "health-table.h"

/* See health-table.h. A hash table of what was observed; penalties are not stored but follow from
 * the last failure and "now", so that nothing has to be counted down. */

struct _TandemHealthTable
{
  GHashTable *entries; /* TandemCandidate -> Entry */
  guint64 changes;
};

typedef struct
{
  gboolean ever_failed;
  gboolean forgiven;
  gint64 last_failure;
  char *reason;
  gint64 barred_until;
  gboolean answered_since;
  gint64 last_heard;
  gint64 round_trip;
  guint64 touched; /* a count of changes, not a time */
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->reason);
  g_free (entry);
}

static void
forget_oldest (TandemHealthTable *self)
{
  GHashTableIter iter;
  gpointer candidate, entry, oldest = NULL;
  guint64 touched = G_MAXUINT64;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &candidate, &entry))
    {
      if (((Entry *) entry)->touched < touched)
        {
          touched = ((Entry *) entry)->touched;
          oldest = candidate;
        }
    }
  g_hash_table_remove (self->entries, oldest);
}

static Entry *
touch (TandemHealthTable *self, const TandemCandidate *candidate)
{
  Entry *entry = g_hash_table_lookup (self->entries, candidate);

  if (entry == NULL)
    {
      if (g_hash_table_size (self->entries) >= TANDEM_HEALTH_TABLE_SIZE)
        forget_oldest (self);
      entry = g_new0 (Entry, 1);
      entry->round_trip = -1;
      g_hash_table_insert (self->entries, g_memdup2 (candidate, sizeof *candidate), entry);
    }
  entry->touched = ++self->changes;
  return entry;
}

static gint64
penalty_left (const Entry *entry, gint64 now)
{
  if (entry == NULL || !entry->ever_failed || entry->forgiven)
    return 0;
  return CLAMP (entry->last_failure + TANDEM_PENALTY_TIME - now, 0, TANDEM_PENALTY_TIME);
}

static gint64
bar_left (const Entry *entry, gint64 now)
{
  return entry != NULL ? MAX (entry->barred_until - now, 0) : 0;
}

/* Negative: a goes first. */
static int
compare (const Entry *a, const Entry *b, gint64 now)
{
  gint64 penalty_a = penalty_left (a, now), penalty_b = penalty_left (b, now);
  gboolean barred_a = bar_left (a, now) > 0, barred_b = bar_left (b, now) > 0;

  if (barred_a != barred_b)
    return barred_a ? 1 : -1;
  if (penalty_a > 0 && penalty_b > 0 && a->answered_since != b->answered_since)
    return a->answered_since ? -1 : 1;
  if (penalty_a != penalty_b)
    return penalty_a < penalty_b ? -1 : 1;
  return 0;
}

/**
 * tandem_health_table_new:
 *
 * Returns: (transfer full): an empty table, free with [method@HealthTable.free]
 */
TandemHealthTable *
tandem_health_table_new (void)
{
  TandemHealthTable *self = g_new0 (TandemHealthTable, 1);

  self->entries
      = g_hash_table_new_full (tandem_candidate_hash, tandem_candidate_equal, g_free, entry_free);
  return self;
}

void
tandem_health_table_free (TandemHealthTable *self)
{
  g_hash_table_unref (self->entries);
  g_free (self);
}

/**
 * tandem_health_table_failed:
 * @self: the table
 * @candidate: which one
 * @reason: (nullable): untranslated, copied
 * @now: us
 *
 * The candidate is dead as far as one can see: 600 s of penalty from now.
 */
void
tandem_health_table_failed (TandemHealthTable *self,
                            const TandemCandidate *candidate,
                            const char *reason,
                            gint64 now)
{
  Entry *entry = touch (self, candidate);
  char *previous = entry->reason;

  entry->reason = g_strdup (reason);
  g_free (previous);
  entry->ever_failed = TRUE;
  entry->forgiven = FALSE;
  entry->last_failure = now;
  entry->answered_since = FALSE;
}

/**
 * tandem_health_table_answered:
 * @self: the table
 * @candidate: which one
 * @round_trip: us, or -1 when unknown
 * @now: us
 *
 * Something was received from the candidate. Never shortens a penalty.
 */
void
tandem_health_table_answered (TandemHealthTable *self,
                              const TandemCandidate *candidate,
                              gint64 round_trip,
                              gint64 now)
{
  Entry *entry = touch (self, candidate);

  entry->last_heard = now;
  entry->answered_since = entry->ever_failed;
  if (round_trip >= 0)
    entry->round_trip = round_trip;
}

/**
 * tandem_health_table_bar:
 * @self: the table
 * @candidate: which one
 * @duration: us, from a Retry-After (RFC 3261, 21.5.4); replaces an earlier one
 * @now: us
 *
 * The candidate wants no new requests for that long.
 */
void
tandem_health_table_bar (TandemHealthTable *self,
                         const TandemCandidate *candidate,
                         gint64 duration,
                         gint64 now)
{
  touch (self, candidate)->barred_until = now + CLAMP (duration, 0, TANDEM_LONGEST_BAR);
}

void
tandem_health_table_forgive (TandemHealthTable *self, const TandemCandidate *candidate)
{
  Entry *entry = g_hash_table_lookup (self->entries, candidate);

  if (entry == NULL)
    return;
  entry->forgiven = TRUE;
  entry->barred_until = 0;
}

void
tandem_health_table_forgive_all (TandemHealthTable *self)
{
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    ((Entry *) entry)->forgiven = TRUE;
}

/**
 * tandem_health_table_get:
 * @self: the table
 * @candidate: which one
 * @now: us
 * @health: (out caller-allocates): filled in any case; its strings are valid until the next change
 *
 * Returns: whether anything is known of the candidate
 */
gboolean
tandem_health_table_get (TandemHealthTable *self,
                         const TandemCandidate *candidate,
                         gint64 now,
                         TandemHealth *health)
{
  const Entry *entry = g_hash_table_lookup (self->entries, candidate);

  if (entry == NULL)
    {
      *health = (TandemHealth){ .round_trip = -1 };
      return FALSE;
    }
  *health = (TandemHealth){
    .ever_failed = entry->ever_failed,
    .last_failure = entry->last_failure,
    .reason = entry->reason,
    .penalty = penalty_left (entry, now),
    .barred = bar_left (entry, now),
    .answered_since = entry->answered_since,
    .last_heard = entry->last_heard,
    .round_trip = entry->round_trip,
  };
  return TRUE;
}

/**
 * tandem_health_table_choose:
 * @self: the table
 * @candidates: (array length=n): in DNS order
 * @n: how many
 * @tried: (array length=n) (nullable): which of them were tried already
 * @now: us
 *
 * There is never "no candidate": if all are tried, barred or penalised, the least bad one is it.
 *
 * Returns: the index of the candidate to use, -1 only when @n is 0
 */
int
tandem_health_table_choose (TandemHealthTable *self,
                            const TandemCandidate *candidates,
                            guint n,
                            const gboolean *tried,
                            gint64 now)
{
  const Entry *best_entry = NULL;
  gboolean best_tried = FALSE;
  int best = -1;

  for (guint i = 0; i < n; i++)
    {
      const Entry *entry = g_hash_table_lookup (self->entries, &candidates[i]);
      gboolean is_tried = tried != NULL && tried[i];

      if (best < 0 || (best_tried && !is_tried)
          || (best_tried == is_tried && compare (entry, best_entry, now) < 0))
        {
          best = (int) i;
          best_entry = entry;
          best_tried = is_tried;
        }
    }
  return best;
}
