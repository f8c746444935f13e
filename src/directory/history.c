/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history.h"

#include "history-store.h"

/* TandemHistory: see history.h. The list lives here, on the main thread; the file lives in a
 * TandemHistoryStore that only the worker touches, one job after the other. A job carries all it
 * needs and comes back with what it found, also when the history is gone by then. */

#define MAX_UNSAVED 10000

/* What belongs to the worker. */
typedef struct
{
  grefcount references;
  TandemHistoryStore *store;
  GPtrArray *unsaved; /* of TandemRecord: could not be written yet */
} Worker;

typedef enum
{
  JOB_LOAD,
  JOB_INSERT,
  JOB_CLEAR,
  JOB_FLUSH,
} JobKind;

typedef struct
{
  JobKind kind;
  Worker *worker;
  GMainContext *context;
  GWeakRef history;
  guint generation;
  GTask *task;

  gint64 start, id;
  TandemRecord *record;

  GPtrArray *found;
  char *problem;
} Job;

struct _TandemHistory
{
  GObject parent_instance;

  GMainContext *context;
  GThreadPool *pool;
  Worker *worker;
  GPtrArray *records;
  guint generation;
  gint64 last_id;
  gint64 oldest_start, oldest_id;
  gboolean loading;
  gboolean has_more;
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
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static Worker *
worker_new (const char *path)
{
  Worker *self = g_new0 (Worker, 1);

  g_ref_count_init (&self->references);
  self->store = tandem_history_store_new (path);
  self->unsaved = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

static Worker *
worker_ref (Worker *self)
{
  g_ref_count_inc (&self->references);
  return self;
}

static void
worker_unref (Worker *self)
{
  if (!g_ref_count_dec (&self->references))
    return;
  tandem_history_store_free (self->store);
  g_ptr_array_unref (self->unsaved);
  g_free (self);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  worker_unref (job->worker);
  g_main_context_unref (job->context);
  g_weak_ref_clear (&job->history);
  g_clear_object (&job->task);
  g_clear_object (&job->record);
  g_clear_pointer (&job->found, g_ptr_array_unref);
  g_free (job->problem);
  g_free (job);
}

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

/* Where a record belongs, newest first; equal times: the later comer first. */
static guint
find_place (TandemHistory *self, TandemRecord *record)
{
  guint i = 0;

  while (i < self->records->len
         && g_date_time_compare (tandem_record_get_start (g_ptr_array_index (self->records, i)),
                                 tandem_record_get_start (record))
                > 0)
    i++;
  return i;
}

static void
take_page (TandemHistory *self, GPtrArray *found)
{
  const guint before = self->records->len;
  TandemRecord *last;
  GDateTime *start;

  if (found->len == 0)
    return;
  last = g_ptr_array_index (found, found->len - 1);
  start = tandem_record_get_start (last);
  self->oldest_id = tandem_record_get_id (last);
  self->oldest_start
      = g_date_time_to_unix (start) * G_USEC_PER_SEC + g_date_time_get_microsecond (start);

  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (self->records, g_object_ref (g_ptr_array_index (found, i)));
  g_list_model_items_changed (G_LIST_MODEL (self), before, 0, found->len);
}

static gboolean
on_job_done (gpointer data)
{
  Job *job = data;
  g_autoptr (TandemHistory) self = g_weak_ref_get (&job->history);

  if (self != NULL)
    {
      if (job->kind != JOB_FLUSH)
        set_problem (self, job->problem);
      if (job->kind == JOB_LOAD)
        {
          if (job->generation == self->generation)
            {
              take_page (self, job->found);
              set_flag (self, &self->has_more, job->found->len >= TANDEM_HISTORY_PAGE,
                        PROP_HAS_MORE);
            }
          set_flag (self, &self->loading, FALSE, PROP_LOADING);
        }
    }
  if (job->task != NULL)
    g_task_return_boolean (job->task, TRUE);
  return G_SOURCE_REMOVE;
}

static gboolean
write_unsaved (Worker *worker, GError **error)
{
  if (worker->unsaved->len == 0)
    return TRUE;
  if (!tandem_history_store_insert (worker->store, worker->unsaved, error))
    return FALSE;
  g_ptr_array_set_size (worker->unsaved, 0);
  return TRUE;
}

static void
do_job (gpointer data, gpointer user_data)
{
  Job *job = data;
  Worker *worker = job->worker;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSource) source = NULL;

  switch (job->kind)
    {
    case JOB_LOAD:
      tandem_history_store_load (worker->store, job->start, job->id, TANDEM_HISTORY_PAGE,
                                 job->found, &error);
      break;
    case JOB_INSERT:
      g_ptr_array_add (worker->unsaved, g_steal_pointer (&job->record));
      if (worker->unsaved->len > MAX_UNSAVED)
        g_ptr_array_remove_index (worker->unsaved, 0);
      write_unsaved (worker, &error);
      break;
    case JOB_CLEAR:
      g_ptr_array_set_size (worker->unsaved, 0);
      tandem_history_store_clear (worker->store, &error);
      break;
    case JOB_FLUSH:
    default:
      write_unsaved (worker, &error);
      break;
    }
  if (error != NULL)
    g_message ("history: %s", error->message);
  job->problem
      = g_strdup (error != NULL ? error->message : tandem_history_store_get_notice (worker->store));
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_job_done, job, job_free);
  g_source_attach (source, job->context);
}

static Job *
job_new (TandemHistory *self, JobKind kind)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->worker = worker_ref (self->worker);
  job->context = g_main_context_ref (self->context);
  g_weak_ref_init (&job->history, self);
  job->generation = self->generation;
  return job;
}

static void
post (TandemHistory *self, Job *job)
{
  g_thread_pool_push (self->pool, job, NULL);
}

static void
post_load (TandemHistory *self)
{
  Job *job = job_new (self, JOB_LOAD);

  job->start = self->oldest_start;
  job->id = self->oldest_id;
  job->found = g_ptr_array_new_with_free_func (g_object_unref);
  set_flag (self, &self->loading, TRUE, PROP_LOADING);
  post (self, job);
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

  g_thread_pool_free (self->pool, FALSE, FALSE);
  worker_unref (self->worker);
  g_main_context_unref (self->context);
  g_ptr_array_unref (self->records);
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
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tandem_history_init (TandemHistory *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->pool = g_thread_pool_new_full (do_job, NULL, job_free, 1, FALSE, NULL);
  self->records = g_ptr_array_new_with_free_func (g_object_unref);
  self->oldest_start = G_MAXINT64;
  self->oldest_id = G_MAXINT64;
}

TandemHistory *
tandem_history_new (const char *path)
{
  TandemHistory *self = g_object_new (TANDEM_TYPE_HISTORY, NULL);
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "tandem", "history.db", NULL);

  self->worker = worker_new (path != NULL ? path : usual);
  post_load (self);
  return self;
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

void
tandem_history_add (TandemHistory *self, TandemRecord *record)
{
  Job *job;
  TandemRecord *kept;
  guint place;

  g_return_if_fail (TANDEM_IS_HISTORY (self));
  g_return_if_fail (TANDEM_IS_RECORD (record));

  self->last_id = MAX (self->last_id + 1, g_get_real_time ());
  kept = tandem_record_new (self->last_id, tandem_record_is_incoming (record),
                            tandem_record_get_name (record), tandem_record_get_address (record),
                            tandem_record_get_uri (record), tandem_record_get_queue (record),
                            tandem_record_get_start (record), tandem_record_get_duration (record),
                            tandem_record_get_outcome (record));
  place = find_place (self, kept);
  g_ptr_array_insert (self->records, (gint) place, kept);
  g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);

  job = job_new (self, JOB_INSERT);
  job->record = g_object_ref (kept);
  post (self, job);
}

void
tandem_history_delete_all (TandemHistory *self)
{
  const guint n = self->records->len;

  g_return_if_fail (TANDEM_IS_HISTORY (self));

  self->generation++;
  g_ptr_array_set_size (self->records, 0);
  self->oldest_start = G_MAXINT64;
  self->oldest_id = G_MAXINT64;
  set_flag (self, &self->has_more, FALSE, PROP_HAS_MORE);
  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
  post (self, job_new (self, JOB_CLEAR));
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
  Job *job;

  g_return_if_fail (TANDEM_IS_HISTORY (self));

  job = job_new (self, JOB_FLUSH);
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
