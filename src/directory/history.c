/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-private.h"
#include "record-private.h"

/* TandemHistory: see history.h. The list lives here, on the main thread; the file lives in a
 * TandemHistoryStore that only the worker touches, one job after the other. A job carries all it
 * needs and comes back with what it found, also when the history is gone by then. Records given to
 * a job are copies, as those of the list may change. */

#define MANY_KNOWN 4096

struct _TandemHistory
{
  GObject parent_instance;

  TandemWorker *worker;
  TandemHistoryKeeper *keeper;
  GPtrArray *records;
  GHashTable *known;   /* id -> GWeakRef of TandemRecord */
  GHashTable *removed; /* set of id */
  guint prune_known_at;
  guint generation;
  gint64 last_id;
  gint64 oldest_start, oldest_id;
  guint days, number;
  guint missed;
  guint epoch; /* how often all of them were seen, or deleted */
  int changes; /* the sum of what was added to missed since the epoch began */
  gboolean loading;
  gboolean has_more;
  gboolean tidying;
  char *problem;
};

static void tandem_history_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TandemHistory,
                               tandem_history,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      tandem_history_list_model_init))

enum
{
  PROP_PROBLEM = 1,
  PROP_LOADING,
  PROP_HAS_MORE,
  PROP_MISSED,
  N_PROPS
};

enum
{
  SIGNAL_ALTERED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
set_problem (TandemHistory *self, const char *problem)
{
  if (g_strcmp0 (self->problem, problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
set_flag (TandemHistory *self, gboolean *flag, gboolean value, guint property)
{
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_missed (TandemHistory *self, guint missed)
{
  if (self->missed == missed)
    return;
  self->missed = missed;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MISSED]);
}

static void
altered (TandemHistory *self)
{
  g_signal_emit (self, signals[SIGNAL_ALTERED], 0);
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static gboolean
is_forgotten (gpointer key, gpointer value, gpointer data)
{
  g_autoptr (GObject) record = g_weak_ref_get (value);

  return record == NULL;
}

static gint64 *
id_new (gint64 id)
{
  gint64 *key = g_new (gint64, 1);

  *key = id;
  return key;
}

/* The object that stands for this call: the one that is known already, or this one from now on.
 * (transfer full) */
static TandemRecord *
intern (TandemHistory *self, TandemRecord *record)
{
  const gint64 id = tandem_record_get_id (record);
  GWeakRef *reference = g_hash_table_lookup (self->known, &id);
  TandemRecord *known = reference != NULL ? g_weak_ref_get (reference) : NULL;

  if (known != NULL)
    return known;
  if (g_hash_table_size (self->known) >= self->prune_known_at)
    {
      g_hash_table_foreach_remove (self->known, is_forgotten, NULL);
      self->prune_known_at = MAX (MANY_KNOWN, 2 * g_hash_table_size (self->known));
    }
  reference = g_new0 (GWeakRef, 1);
  g_weak_ref_init (reference, record);
  g_hash_table_replace (self->known, id_new (id), reference);
  return g_object_ref (record);
}

GPtrArray *
tandem_history_take (TandemHistory *self, GPtrArray *found, guint epoch)
{
  GPtrArray *taken = g_ptr_array_new_full (found->len, g_object_unref);

  for (guint i = 0; i < found->len; i++)
    {
      TandemRecord *record = g_ptr_array_index (found, i);
      const gint64 id = tandem_record_get_id (record);

      self->last_id = MAX (self->last_id, id);
      if (g_hash_table_contains (self->removed, &id))
        continue;
      record = intern (self, record);
      if (epoch != self->epoch && tandem_record_is_missed (record))
        tandem_record_set_seen (record, TRUE);
      g_ptr_array_add (taken, record);
    }
  return taken;
}

/* Where a record belongs: the number of records that come before it. */
static guint
find_place (TandemHistory *self, TandemRecord *record)
{
  guint low = 0, high = self->records->len;

  while (low < high)
    {
      const guint middle = (low + high) / 2;

      if (tandem_record_compare (g_ptr_array_index (self->records, middle), record) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static gboolean
find_record (TandemHistory *self, TandemRecord *record, guint *place)
{
  *place = find_place (self, record);
  return *place < self->records->len
         && tandem_record_compare (g_ptr_array_index (self->records, *place), record) == 0;
}

static void
show (TandemHistory *self, TandemRecord *record)
{
  guint place;

  if (find_record (self, record, &place))
    return;
  g_ptr_array_insert (self->records, (gint) place, g_object_ref (record));
  g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);
}

/* Usually all of it belongs behind what is there; not so when the clock was set back. */
static void
take_page (TandemHistory *self, TandemHistoryJob *job)
{
  g_autoptr (GPtrArray) taken = tandem_history_take (self, job->found, job->epoch);
  const guint before = self->records->len;
  TandemRecord *last;

  if (job->found->len == 0)
    return;
  last = g_ptr_array_index (job->found, job->found->len - 1);
  self->oldest_id = tandem_record_get_id (last);
  self->oldest_start = tandem_record_get_start_time (last);

  if (taken->len == 0)
    return;
  if (before == 0
      || tandem_record_compare (g_ptr_array_index (self->records, before - 1),
                                g_ptr_array_index (taken, 0))
             < 0)
    {
      const guint n = taken->len;

      g_ptr_array_extend_and_steal (self->records, g_steal_pointer (&taken));
      g_list_model_items_changed (G_LIST_MODEL (self), before, 0, n);
      return;
    }
  for (guint i = 0; i < taken->len; i++)
    show (self, g_ptr_array_index (taken, i));
}

static gint64
get_cutoff (TandemHistory *self)
{
  if (self->days == 0)
    return G_MININT64;
  return g_get_real_time () - (gint64) self->days * G_TIME_SPAN_DAY;
}

/* Of the list, as the worker does of the file. */
static void
trim (TandemHistory *self)
{
  const gint64 cutoff = get_cutoff (self);
  const guint before = self->records->len;
  guint left = self->number > 0 ? MIN (before, self->number) : before;

  while (left > 0
         && tandem_record_get_start_time (g_ptr_array_index (self->records, left - 1)) < cutoff)
    left--;
  if (left == before)
    return;
  g_ptr_array_set_size (self->records, (gint) left);
  g_list_model_items_changed (G_LIST_MODEL (self), left, before - left, 0);
}

static void
done_job (gpointer data)
{
  TandemHistoryJob *job = data;
  g_autoptr (TandemHistory) self = g_weak_ref_get (&job->history);

  if (self != NULL)
    {
      if (job->kind != TANDEM_HISTORY_FLUSH && job->kind != TANDEM_HISTORY_TIDY)
        set_problem (self, job->problem);
      if (job->kind == TANDEM_HISTORY_TIDY)
        self->tidying = FALSE;
      if (job->counted && job->epoch == self->epoch)
        set_missed (self, (guint) MAX ((int) job->missed + self->changes - job->before, 0));
      if (job->kind == TANDEM_HISTORY_LOAD)
        {
          if (job->generation == self->generation)
            {
              take_page (self, job);
              trim (self);
              set_flag (self, &self->has_more, job->found->len >= TANDEM_HISTORY_PAGE,
                        PROP_HAS_MORE);
            }
          set_flag (self, &self->loading, FALSE, PROP_LOADING);
        }
      if (job->kind == TANDEM_HISTORY_PRUNE)
        altered (self);
    }
  if (job->task != NULL)
    g_task_return_boolean (job->task, TRUE);
}

static TandemHistoryJob *
job_new (TandemHistory *self, TandemHistoryJobKind kind)
{
  TandemHistoryJob *job = g_new0 (TandemHistoryJob, 1);

  job->kind = kind;
  job->keeper = tandem_history_keeper_ref (self->keeper);
  g_weak_ref_init (&job->history, self);
  job->generation = self->generation;
  job->epoch = self->epoch;
  job->before = self->changes;
  return job;
}

static void
post (TandemHistory *self, TandemHistoryJob *job)
{
  tandem_worker_post (self->worker, tandem_history_job_run, done_job, job, tandem_history_job_free);
}

static void
post_load (TandemHistory *self)
{
  TandemHistoryJob *job = job_new (self, TANDEM_HISTORY_LOAD);

  job->start = self->oldest_start;
  job->id = self->oldest_id;
  job->found = g_ptr_array_new_with_free_func (g_object_unref);
  set_flag (self, &self->loading, TRUE, PROP_LOADING);
  post (self, job);
}

static void
post_insert (TandemHistory *self, TandemRecord *record)
{
  TandemHistoryJob *job = job_new (self, TANDEM_HISTORY_INSERT);

  job->record = tandem_record_copy (record, tandem_record_get_id (record));
  post (self, job);
}

static void
post_tidy (TandemHistory *self)
{
  if (self->tidying)
    return;
  self->tidying = TRUE;
  post (self, job_new (self, TANDEM_HISTORY_TIDY));
}

static void
post_prune (TandemHistory *self)
{
  TandemHistoryJob *job;

  if (self->days == 0 && self->number == 0)
    return;
  trim (self);
  job = job_new (self, TANDEM_HISTORY_PRUNE);
  job->start = get_cutoff (self);
  job->number = self->number;
  post (self, job);
  post_tidy (self);
}

static void
add_to_missed (TandemHistory *self, int change)
{
  self->changes += change;
  set_missed (self, (guint) MAX ((int) self->missed + change, 0));
}

static GType
tandem_history_get_item_type (GListModel *model)
{
  return TANDEM_TYPE_RECORD;
}

static guint
tandem_history_get_n_items (GListModel *model)
{
  return TANDEM_HISTORY (model)->records->len;
}

static gpointer
tandem_history_get_item (GListModel *model, guint position)
{
  TandemHistory *self = TANDEM_HISTORY (model);

  if (position >= self->records->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->records, position));
}

static void
tandem_history_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = tandem_history_get_item_type;
  iface->get_n_items = tandem_history_get_n_items;
  iface->get_item = tandem_history_get_item;
}

static void
tandem_history_finalize (GObject *object)
{
  TandemHistory *self = TANDEM_HISTORY (object);

  tandem_worker_unref (self->worker);
  tandem_history_keeper_unref (self->keeper);
  g_ptr_array_unref (self->records);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->removed);
  g_free (self->problem);
  G_OBJECT_CLASS (tandem_history_parent_class)->finalize (object);
}

static void
tandem_history_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemHistory *self = TANDEM_HISTORY (object);

  switch (id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_HAS_MORE:
      g_value_set_boolean (value, self->has_more);
      break;
    case PROP_MISSED:
      g_value_set_uint (value, self->missed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_history_class_init (TandemHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = tandem_history_finalize;
  object_class->get_property = tandem_history_get_property;

  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  properties[PROP_HAS_MORE] = g_param_spec_boolean ("has-more", NULL, NULL, FALSE, flags);
  properties[PROP_MISSED] = g_param_spec_uint ("missed", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_ALTERED] = g_signal_new ("altered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tandem_history_init (TandemHistory *self)
{
  self->worker = tandem_worker_new ();
  self->records = g_ptr_array_new_with_free_func (g_object_unref);
  self->known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, weak_ref_free);
  self->removed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->prune_known_at = MANY_KNOWN;
  self->oldest_start = G_MAXINT64;
  self->oldest_id = G_MAXINT64;
}

/**
 * tandem_history_new:
 * @path: (nullable): the file; %NULL: tandem/history.db in the person's data folder
 *
 * Begins to load the newest records.
 *
 * Returns: (transfer full): a history, empty for the moment
 */
TandemHistory *
tandem_history_new (const char *path)
{
  TandemHistory *self = g_object_new (TANDEM_TYPE_HISTORY, NULL);
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "tandem", "history.db", NULL);

  self->keeper = tandem_history_keeper_new (path != NULL ? path : usual);
  post_load (self);
  return self;
}

TandemHistoryKeeper *
tandem_history_get_keeper (TandemHistory *self)
{
  return self->keeper;
}

TandemWorker *
tandem_history_get_worker (TandemHistory *self)
{
  return self->worker;
}

guint
tandem_history_get_epoch (TandemHistory *self)
{
  return self->epoch;
}

const char *
tandem_history_get_problem (TandemHistory *self)
{
  g_return_val_if_fail (TANDEM_IS_HISTORY (self), NULL);
  return self->problem;
}

gboolean
tandem_history_is_loading (TandemHistory *self)
{
  g_return_val_if_fail (TANDEM_IS_HISTORY (self), FALSE);
  return self->loading;
}

gboolean
tandem_history_has_more (TandemHistory *self)
{
  g_return_val_if_fail (TANDEM_IS_HISTORY (self), FALSE);
  return self->has_more;
}

guint
tandem_history_get_missed (TandemHistory *self)
{
  g_return_val_if_fail (TANDEM_IS_HISTORY (self), 0);
  return self->missed;
}

/**
 * tandem_history_add:
 *
 * Shows the record at once, and keeps it. What the list then holds is a copy
 * with an id of its own.
 */
void
tandem_history_add (TandemHistory *self, TandemRecord *record)
{
  g_autoptr (TandemRecord) kept = tandem_history_keep (self, record);
}

/**
 * tandem_history_keep:
 * @record: a call that is over
 *
 * As tandem_history_add(), for whoever goes on writing about that call.
 *
 * Returns: (transfer full): the history's own record of it
 */
TandemRecord *
tandem_history_keep (TandemHistory *self, TandemRecord *record)
{
  g_autoptr (TandemRecord) copy = NULL;
  TandemRecord *kept;

  g_return_val_if_fail (TANDEM_IS_HISTORY (self), NULL);
  g_return_val_if_fail (TANDEM_IS_RECORD (record), NULL);

  self->last_id = MAX (self->last_id + 1, g_get_real_time ());
  copy = tandem_record_copy (record, self->last_id);
  kept = intern (self, copy);
  show (self, kept);
  if (tandem_history_counts_as_missed (kept))
    add_to_missed (self, 1);
  post_insert (self, kept);
  post_prune (self);
  altered (self);
  return kept;
}

/**
 * tandem_history_set_note:
 * @record: one of the history's or of a search's
 * @note: (nullable): plain text; %NULL or empty: none
 *
 * What cannot be written is noted until the program ends; "problem" says so.
 */
void
tandem_history_set_note (TandemHistory *self, TandemRecord *record, const char *note)
{
  TandemHistoryJob *job;

  g_return_if_fail (TANDEM_IS_HISTORY (self));
  g_return_if_fail (TANDEM_IS_RECORD (record));

  job = job_new (self, TANDEM_HISTORY_NOTE);
  job->id = tandem_record_get_id (record);
  if (note != NULL && note[0] != '\0')
    {
      g_autofree char *valid = g_utf8_make_valid (note, -1);

      job->note
          = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), TANDEM_HISTORY_MAX_NOTE));
    }
  tandem_record_set_note (record, job->note);
  post (self, job);
}

/**
 * tandem_history_mark_seen:
 * @record: (nullable): %NULL: all missed calls, loaded or not
 */
void
tandem_history_mark_seen (TandemHistory *self, TandemRecord *record)
{
  TandemHistoryJob *job;

  g_return_if_fail (TANDEM_IS_HISTORY (self));
  g_return_if_fail (record == NULL || TANDEM_IS_RECORD (record));

  if (record != NULL)
    {
      if (!tandem_history_counts_as_missed (record))
        return;
      tandem_record_set_seen (record, TRUE);
      add_to_missed (self, -1);
    }
  else
    {
      GHashTableIter iter;
      gpointer reference;

      self->epoch++;
      g_hash_table_iter_init (&iter, self->known);
      while (g_hash_table_iter_next (&iter, NULL, &reference))
        {
          g_autoptr (TandemRecord) known = g_weak_ref_get (reference);

          if (known != NULL && tandem_record_is_missed (known))
            tandem_record_set_seen (known, TRUE);
        }
      set_missed (self, 0);
    }
  job = job_new (self, TANDEM_HISTORY_SEEN);
  job->id = record != NULL ? tandem_record_get_id (record) : -1;
  post (self, job);
}

/**
 * tandem_history_remove:
 * @record: one of the history's or of a search's
 *
 * Deletes one call. tandem_history_restore() with the same record undoes it.
 */
void
tandem_history_remove (TandemHistory *self, TandemRecord *record)
{
  g_autoptr (TandemRecord) kept = NULL;
  guint place;
  gint64 id;
  TandemHistoryJob *job;

  g_return_if_fail (TANDEM_IS_HISTORY (self));
  g_return_if_fail (TANDEM_IS_RECORD (record));

  kept = g_object_ref (record);
  id = tandem_record_get_id (record);
  if (!g_hash_table_add (self->removed, id_new (id)))
    return;
  if (tandem_history_counts_as_missed (record))
    add_to_missed (self, -1);
  if (find_record (self, record, &place))
    {
      g_ptr_array_remove_index (self->records, place);
      g_list_model_items_changed (G_LIST_MODEL (self), place, 1, 0);
    }
  job = job_new (self, TANDEM_HISTORY_REMOVE);
  job->id = id;
  post (self, job);
  post_tidy (self);
  altered (self);
}

/**
 * tandem_history_restore:
 * @record: what was given to tandem_history_remove(); else nothing happens
 */
void
tandem_history_restore (TandemHistory *self, TandemRecord *record)
{
  g_autoptr (TandemRecord) kept = NULL;
  gint64 id;

  g_return_if_fail (TANDEM_IS_HISTORY (self));
  g_return_if_fail (TANDEM_IS_RECORD (record));

  id = tandem_record_get_id (record);
  if (!g_hash_table_remove (self->removed, &id))
    return;
  kept = intern (self, record);
  show (self, kept);
  if (tandem_history_counts_as_missed (kept))
    add_to_missed (self, 1);
  post_insert (self, kept);
  altered (self);
}

void
tandem_history_delete_all (TandemHistory *self)
{
  guint n;

  g_return_if_fail (TANDEM_IS_HISTORY (self));

  n = self->records->len;
  self->generation++;
  self->epoch++;
  g_ptr_array_set_size (self->records, 0);
  g_hash_table_remove_all (self->removed);
  self->oldest_start = G_MAXINT64;
  self->oldest_id = G_MAXINT64;
  set_flag (self, &self->has_more, FALSE, PROP_HAS_MORE);
  set_missed (self, 0);
  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
  post (self, job_new (self, TANDEM_HISTORY_CLEAR));
  altered (self);
}

/**
 * tandem_history_set_retention:
 * @days: 0: however old
 * @number: 0: however many
 */
void
tandem_history_set_retention (TandemHistory *self, guint days, guint number)
{
  g_return_if_fail (TANDEM_IS_HISTORY (self));

  if (self->days == days && self->number == number)
    return;
  self->days = days;
  self->number = number;
  post_prune (self);
}

void
tandem_history_load_more (TandemHistory *self)
{
  g_return_if_fail (TANDEM_IS_HISTORY (self));

  if (!self->loading && self->has_more)
    post_load (self);
}

void
tandem_history_flush_async (TandemHistory *self, GAsyncReadyCallback callback, gpointer data)
{
  TandemHistoryJob *job;

  g_return_if_fail (TANDEM_IS_HISTORY (self));

  job = job_new (self, TANDEM_HISTORY_FLUSH);
  job->task = g_task_new (self, NULL, callback, data);
  g_task_set_source_tag (job->task, tandem_history_flush_async);
  post (self, job);
}

void
tandem_history_flush_finish (TandemHistory *self, GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));
  g_task_propagate_boolean (G_TASK (result), NULL);
}
