/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-search.h"

#include "history-private.h"
#include "record-private.h"

/* TandemHistorySearch: see history-search.h. At most one job of a search is of interest: a newer one
 * raises the flag of the one before, which then ends within some thousand steps of SQLite's, or
 * does not begin at all. */

typedef struct
{
  gatomicrefcount references;
  int stop;
} Flag;

typedef struct
{
  GWeakRef search;
  TandemHistoryKeeper *keeper;
  TandemQuery *query;
  gboolean missed_only;
  gint64 start, id;
  guint limit, epoch;
  gboolean first;
  Flag *flag;
  GPtrArray *found;
  gboolean has_more;
} Job;

struct _TandemHistorySearch
{
  GObject parent_instance;

  TandemHistory *history;
  gulong on_altered;
  char *text;
  TandemQuery *query;
  gboolean missed_only;
  GPtrArray *records;
  Flag *flag; /* (nullable): of the job that is under way */
  gboolean has_more;
};

static void tandem_history_search_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TandemHistorySearch,
                               tandem_history_search,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      tandem_history_search_list_model_init))

enum
{
  PROP_TEXT = 1,
  PROP_MISSED_ONLY,
  PROP_SEARCHING,
  PROP_HAS_MORE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static Flag *
flag_new (void)
{
  Flag *self = g_new0 (Flag, 1);

  g_atomic_ref_count_init (&self->references);
  return self;
}

static Flag *
flag_ref (Flag *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

static void
flag_unref (Flag *self)
{
  if (g_atomic_ref_count_dec (&self->references))
    g_free (self);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_weak_ref_clear (&job->search);
  tandem_history_keeper_unref (job->keeper);
  tandem_query_unref (job->query);
  flag_unref (job->flag);
  g_ptr_array_unref (job->found);
  g_free (job);
}

static int
compare_records (gconstpointer a, gconstpointer b)
{
  return tandem_record_compare (*(TandemRecord **) a, *(TandemRecord **) b);
}

static gboolean
matches (Job *job, TandemRecord *record)
{
  const char *const parts[] = { tandem_record_get_name (record), tandem_record_get_address (record),
                                tandem_record_get_queue (record), tandem_record_get_note (record) };
  g_autoptr (GString) folded = g_string_new (NULL);

  if (job->missed_only && !tandem_record_is_missed (record))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *part = parts[i] != NULL ? tandem_query_fold (parts[i]) : NULL;

      if (part != NULL)
        g_string_append_printf (folded, "%s ", part);
    }
  return tandem_query_matches (job->query, folded->str);
}

/* Calls that cannot be written are few, and none of them is old. */
static void
add_unsaved (Job *job)
{
  GPtrArray *unsaved = job->keeper->unsaved;
  const guint before = job->found->len;

  for (guint i = 0; i < unsaved->len; i++)
    {
      TandemRecord *record = g_ptr_array_index (unsaved, i);

      if (matches (job, record))
        g_ptr_array_add (job->found, tandem_record_copy (record, tandem_record_get_id (record)));
    }
  if (job->found->len > before)
    g_ptr_array_sort (job->found, compare_records);
}

static void
run_job (gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;

  if (g_atomic_int_get (&job->flag->stop) != 0)
    return;
  if (!tandem_history_store_search (job->keeper->store, job->query, job->missed_only, job->start,
                                    job->id, job->limit, &job->flag->stop, job->found, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("searching the history: %s", error->message);
  job->has_more = job->found->len >= job->limit;
  if (job->first)
    add_unsaved (job);
}

static gint64
id_at (GPtrArray *records, guint i)
{
  return tandem_record_get_id (g_ptr_array_index (records, i));
}

/* Only what differs is told, so that a list that shows this keeps its place. */
static void
replace (TandemHistorySearch *self, GPtrArray *taken)
{
  g_autoptr (GPtrArray) old = self->records;
  const guint shorter = MIN (old->len, taken->len);
  guint head = 0, tail = 0;

  while (head < shorter && id_at (old, head) == id_at (taken, head))
    head++;
  while (tail < shorter - head
         && id_at (old, old->len - 1 - tail) == id_at (taken, taken->len - 1 - tail))
    tail++;
  self->records = g_ptr_array_ref (taken);
  if (old->len != taken->len || head < shorter)
    g_list_model_items_changed (G_LIST_MODEL (self), head, old->len - head - tail,
                                taken->len - head - tail);
}

static void
set_searching (TandemHistorySearch *self, Flag *flag)
{
  const gboolean before = self->flag != NULL;

  if (self->flag != NULL)
    {
      g_atomic_int_set (&self->flag->stop, 1);
      flag_unref (self->flag);
    }
  self->flag = flag != NULL ? flag_ref (flag) : NULL;
  if (before != (self->flag != NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCHING]);
}

static void
done_job (gpointer data)
{
  Job *job = data;
  g_autoptr (TandemHistorySearch) self = g_weak_ref_get (&job->search);
  g_autoptr (GPtrArray) taken = NULL;

  if (self == NULL || self->flag != job->flag)
    return;
  taken = tandem_history_take (self->history, job->found, job->epoch);
  if (job->first)
    replace (self, taken);
  else
    {
      const guint before = self->records->len, n = taken->len;

      g_ptr_array_extend_and_steal (self->records, g_steal_pointer (&taken));
      if (n > 0)
        g_list_model_items_changed (G_LIST_MODEL (self), before, 0, n);
    }
  if (self->has_more != job->has_more)
    {
      self->has_more = job->has_more;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_MORE]);
    }
  set_searching (self, NULL);
}

/* after: (nullable): the last of the page before */
static void
search (TandemHistorySearch *self, TandemRecord *after, guint limit)
{
  Job *job = g_new0 (Job, 1);

  g_weak_ref_init (&job->search, self);
  job->keeper = tandem_history_keeper_ref (tandem_history_get_keeper (self->history));
  job->query = tandem_query_ref (self->query);
  job->missed_only = self->missed_only;
  job->start = after != NULL ? tandem_record_get_start_time (after) : G_MAXINT64;
  job->id = after != NULL ? tandem_record_get_id (after) : G_MAXINT64;
  job->first = after == NULL;
  job->limit = limit;
  job->epoch = tandem_history_get_epoch (self->history);
  job->flag = flag_new ();
  job->found = g_ptr_array_new_with_free_func (g_object_unref);
  set_searching (self, job->flag);
  tandem_worker_post (tandem_history_get_worker (self->history), run_job, done_job, job, job_free);
}

static void
on_altered (TandemHistorySearch *self)
{
  search (self, NULL, MAX (TANDEM_HISTORY_SEARCH_PAGE, self->records->len));
}

static GType
tandem_history_search_get_item_type (GListModel *model)
{
  return TANDEM_TYPE_RECORD;
}

static guint
tandem_history_search_get_n_items (GListModel *model)
{
  return TANDEM_HISTORY_SEARCH (model)->records->len;
}

static gpointer
tandem_history_search_get_item (GListModel *model, guint position)
{
  TandemHistorySearch *self = TANDEM_HISTORY_SEARCH (model);

  if (position >= self->records->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->records, position));
}

static void
tandem_history_search_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = tandem_history_search_get_item_type;
  iface->get_n_items = tandem_history_search_get_n_items;
  iface->get_item = tandem_history_search_get_item;
}

static void
tandem_history_search_finalize (GObject *object)
{
  TandemHistorySearch *self = TANDEM_HISTORY_SEARCH (object);

  if (self->flag != NULL)
    {
      g_atomic_int_set (&self->flag->stop, 1);
      flag_unref (self->flag);
    }
  if (self->history != NULL)
    g_signal_handler_disconnect (self->history, self->on_altered);
  g_clear_object (&self->history);
  tandem_query_unref (self->query);
  g_free (self->text);
  g_ptr_array_unref (self->records);
  G_OBJECT_CLASS (tandem_history_search_parent_class)->finalize (object);
}

static void
tandem_history_search_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemHistorySearch *self = TANDEM_HISTORY_SEARCH (object);

  switch (id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_MISSED_ONLY:
      g_value_set_boolean (value, self->missed_only);
      break;
    case PROP_SEARCHING:
      g_value_set_boolean (value, tandem_history_search_is_searching (self));
      break;
    case PROP_HAS_MORE:
      g_value_set_boolean (value, self->has_more);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_history_search_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  TandemHistorySearch *self = TANDEM_HISTORY_SEARCH (object);

  switch (id)
    {
    case PROP_TEXT:
      tandem_history_search_set_text (self, g_value_get_string (value));
      break;
    case PROP_MISSED_ONLY:
      tandem_history_search_set_missed_only (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_history_search_class_init (TandemHistorySearchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags shown = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags set = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = tandem_history_search_finalize;
  object_class->get_property = tandem_history_search_get_property;
  object_class->set_property = tandem_history_search_set_property;

  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", set);
  properties[PROP_MISSED_ONLY] = g_param_spec_boolean ("missed-only", NULL, NULL, FALSE, set);
  properties[PROP_SEARCHING] = g_param_spec_boolean ("searching", NULL, NULL, FALSE, shown);
  properties[PROP_HAS_MORE] = g_param_spec_boolean ("has-more", NULL, NULL, FALSE, shown);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tandem_history_search_init (TandemHistorySearch *self)
{
  self->text = g_strdup ("");
  self->query = tandem_query_new (NULL);
  self->records = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * tandem_history_search_new:
 *
 * Returns: (transfer full): a search, which holds the history
 */
TandemHistorySearch *
tandem_history_search_new (TandemHistory *history)
{
  TandemHistorySearch *self;

  g_return_val_if_fail (TANDEM_IS_HISTORY (history), NULL);

  self = g_object_new (TANDEM_TYPE_HISTORY_SEARCH, NULL);
  self->history = g_object_ref (history);
  self->on_altered = g_signal_connect_swapped (history, "altered", G_CALLBACK (on_altered), self);
  search (self, NULL, TANDEM_HISTORY_SEARCH_PAGE);
  return self;
}

const char *
tandem_history_search_get_text (TandemHistorySearch *self)
{
  g_return_val_if_fail (TANDEM_IS_HISTORY_SEARCH (self), NULL);
  return self->text;
}

void
tandem_history_search_set_text (TandemHistorySearch *self, const char *text)
{
  g_autoptr (TandemQuery) query = NULL;

  g_return_if_fail (TANDEM_IS_HISTORY_SEARCH (self));

  if (g_strcmp0 (self->text, text != NULL ? text : "") == 0)
    return;
  g_free (self->text);
  self->text = g_strdup (text != NULL ? text : "");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);

  query = tandem_query_new (text);
  if (tandem_query_equal (query, self->query))
    return;
  tandem_query_unref (self->query);
  self->query = g_steal_pointer (&query);
  search (self, NULL, TANDEM_HISTORY_SEARCH_PAGE);
}

gboolean
tandem_history_search_get_missed_only (TandemHistorySearch *self)
{
  g_return_val_if_fail (TANDEM_IS_HISTORY_SEARCH (self), FALSE);
  return self->missed_only;
}

void
tandem_history_search_set_missed_only (TandemHistorySearch *self, gboolean missed_only)
{
  g_return_if_fail (TANDEM_IS_HISTORY_SEARCH (self));

  if (self->missed_only == missed_only)
    return;
  self->missed_only = missed_only;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MISSED_ONLY]);
  search (self, NULL, TANDEM_HISTORY_SEARCH_PAGE);
}

gboolean
tandem_history_search_is_searching (TandemHistorySearch *self)
{
  g_return_val_if_fail (TANDEM_IS_HISTORY_SEARCH (self), FALSE);
  return self->flag != NULL;
}

gboolean
tandem_history_search_has_more (TandemHistorySearch *self)
{
  g_return_val_if_fail (TANDEM_IS_HISTORY_SEARCH (self), FALSE);
  return self->has_more;
}

void
tandem_history_search_load_more (TandemHistorySearch *self)
{
  g_return_if_fail (TANDEM_IS_HISTORY_SEARCH (self));

  if (self->flag == NULL && self->has_more && self->records->len > 0)
    search (self, g_ptr_array_index (self->records, self->records->len - 1),
            TANDEM_HISTORY_SEARCH_PAGE);
}
