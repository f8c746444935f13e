/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts-private.h"

#include "contact-index.h"
#include "contact-private.h"
#include "contacts-store.h"
#include "number.h"
#include "worker.h"

/* TandemContacts: see contacts.h. The worker has the file, and a table of all contacts as they will
 * be when all jobs are done; what a job changed comes back to the main thread, few contacts one by
 * one, many as a whole new index, so that not even fifty thousand of them keep the main loop. */

#define FEW 32

typedef struct
{
  gatomicrefcount references;
  TandemContactsStore *store;
  GHashTable *by_uid; /* "source\nuid" -> TandemContact */
} Keeper;

typedef struct
{
  Keeper *keeper;
  GWeakRef contacts;
  GTask *task;
  char *country;

  gboolean load, rebuild;
  char *source;
  gboolean remove_all;
  GStrv removed;
  GPtrArray *changed;
  char *state;

  GPtrArray *gone, *come;    /* of TandemContact: few changes */
  TandemContactIndex *index; /* (nullable): many */
  TandemContactIndex *old;   /* (nullable): to be freed where it does not keep the main loop */
  GHashTable *states;        /* (nullable): of a load */
  gboolean wrote;
  char *problem;
} Job;

struct _TandemContacts
{
  GObject parent_instance;

  TandemWorker *worker;
  Keeper *keeper;
  TandemContactIndex *index;
  GHashTable *states; /* source -> text */
  char *country;
  gboolean loading;
  char *problem;
};

static void tandem_contacts_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TandemContacts,
                               tandem_contacts,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      tandem_contacts_list_model_init))

enum
{
  PROP_PROBLEM = 1,
  PROP_LOADING,
  PROP_COUNTRY,
  N_PROPS
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static GHashTable *
by_uid_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

static Keeper *
keeper_new (const char *path)
{
  Keeper *self = g_new0 (Keeper, 1);

  g_atomic_ref_count_init (&self->references);
  self->store = tandem_contacts_store_new (path);
  self->by_uid = by_uid_new ();
  return self;
}

static Keeper *
keeper_ref (Keeper *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

static void
keeper_unref (Keeper *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  tandem_contacts_store_free (self->store);
  g_hash_table_unref (self->by_uid);
  g_free (self);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  keeper_unref (job->keeper);
  g_weak_ref_clear (&job->contacts);
  g_clear_object (&job->task);
  g_free (job->country);
  g_free (job->source);
  g_strfreev (job->removed);
  g_clear_pointer (&job->changed, g_ptr_array_unref);
  g_free (job->state);
  g_ptr_array_unref (job->gone);
  g_ptr_array_unref (job->come);
  g_clear_pointer (&job->index, tandem_contact_index_free);
  g_clear_pointer (&job->old, tandem_contact_index_free);
  g_clear_pointer (&job->states, g_hash_table_unref);
  g_free (job->problem);
  g_free (job);
}

static void
remember (Keeper *keeper, TandemContact *contact)
{
  tandem_contact_prepare (contact);
  g_hash_table_replace (keeper->by_uid,
                        tandem_contact_index_make_uid (tandem_contact_get_source (contact),
                                                       tandem_contact_get_uid (contact)),
                        g_object_ref (contact));
}

static void
load (Job *job, GError **error)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func (g_object_unref);

  job->states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  tandem_contacts_store_load (job->keeper->store, contacts, job->states, error);
  for (guint i = 0; i < contacts->len; i++)
    remember (job->keeper, g_ptr_array_index (contacts, i));
}

static void
forget (Job *job, const char *uid)
{
  g_autofree char *key = tandem_contact_index_make_uid (job->source, uid);
  TandemContact *contact = g_hash_table_lookup (job->keeper->by_uid, key);

  if (contact == NULL)
    return;
  if (!g_ptr_array_remove (job->come, contact))
    g_ptr_array_add (job->gone, g_object_ref (contact));
  g_hash_table_remove (job->keeper->by_uid, key);
}

static gboolean
is_of_source (gpointer key, gpointer value, gpointer data)
{
  return g_str_equal (tandem_contact_get_source (value), ((const Job *) data)->source);
}

static void
change (Job *job, GError **error)
{
  tandem_contacts_store_change (job->keeper->store, job->source, job->remove_all,
                                (const char *const *) job->removed, job->changed, job->state,
                                error);
  if (job->remove_all)
    g_hash_table_foreach_remove (job->keeper->by_uid, is_of_source, job);
  for (guint i = 0; job->removed != NULL && job->removed[i] != NULL; i++)
    forget (job, job->removed[i]);
  for (guint i = 0; job->changed != NULL && i < job->changed->len; i++)
    {
      TandemContact *contact = g_ptr_array_index (job->changed, i);

      forget (job, tandem_contact_get_uid (contact));
      remember (job->keeper, contact);
      g_ptr_array_add (job->come, g_object_ref (contact));
    }
  if (job->remove_all || job->gone->len + job->come->len > FEW)
    job->rebuild = TRUE;
}

static void
run_job (gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&job->old, tandem_contact_index_free);
  if (job->load)
    load (job, &error);
  else if (job->source != NULL)
    change (job, &error);
  if (job->load || job->rebuild)
    job->index = tandem_contact_index_new (job->country, job->keeper->by_uid);
  if (error != NULL)
    g_message ("contacts: %s", error->message);
  job->wrote = job->load || job->source != NULL;
  job->problem = g_strdup (error != NULL ? error->message
                                         : tandem_contacts_store_get_notice (job->keeper->store));
}

static void
set_problem (TandemContacts *self, const char *problem)
{
  if (g_strcmp0 (self->problem, problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static Job *
job_new (TandemContacts *self)
{
  Job *job = g_new0 (Job, 1);

  job->keeper = keeper_ref (self->keeper);
  g_weak_ref_init (&job->contacts, self);
  job->country = g_strdup (self->country);
  job->gone = g_ptr_array_new_with_free_func (g_object_unref);
  job->come = g_ptr_array_new_with_free_func (g_object_unref);
  return job;
}

/* All of it, but for what is the same at both ends. */
static void
take_index (TandemContacts *self, TandemContactIndex *index)
{
  TandemContactIndex *old = self->index;
  const guint before = old->sorted->len, after = index->sorted->len;
  const guint shorter = MIN (before, after);
  guint head = 0, tail = 0;
  Job *drop;

  self->index = index;
  while (head < shorter
         && g_ptr_array_index (old->sorted, head) == g_ptr_array_index (index->sorted, head))
    head++;
  while (tail < shorter - head
         && g_ptr_array_index (old->sorted, before - 1 - tail)
                == g_ptr_array_index (index->sorted, after - 1 - tail))
    tail++;
  if (before != after || head < shorter)
    g_list_model_items_changed (G_LIST_MODEL (self), head, before - head - tail,
                                after - head - tail);
  drop = job_new (self);
  drop->old = old;
  tandem_worker_post (self->worker, run_job, NULL, drop, job_free);
}

static void
take_changes (TandemContacts *self, Job *job)
{
  guint place;

  for (guint i = 0; i < job->gone->len; i++)
    if (tandem_contact_index_remove (self->index, g_ptr_array_index (job->gone, i), &place))
      g_list_model_items_changed (G_LIST_MODEL (self), place, 1, 0);
  for (guint i = 0; i < job->come->len; i++)
    if (tandem_contact_index_add (self->index, g_ptr_array_index (job->come, i), &place))
      g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);
}

static void
take_state (TandemContacts *self, Job *job)
{
  if (job->states != NULL)
    {
      g_hash_table_unref (self->states);
      self->states = g_steal_pointer (&job->states);
    }
  else if (job->state != NULL)
    g_hash_table_replace (self->states, g_strdup (job->source), g_strdup (job->state));
  else if (job->remove_all)
    g_hash_table_remove (self->states, job->source);
}

static void
done_job (gpointer data)
{
  Job *job = data;
  g_autoptr (TandemContacts) self = g_weak_ref_get (&job->contacts);

  if (self != NULL)
    {
      const gboolean any = job->index != NULL || job->gone->len + job->come->len > 0;

      if (job->wrote)
        set_problem (self, job->problem);
      take_state (self, job);
      if (job->index != NULL)
        take_index (self, g_steal_pointer (&job->index));
      else
        take_changes (self, job);
      if (job->load)
        {
          self->loading = FALSE;
          g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
        }
      if (any)
        g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
    }
  if (job->task != NULL)
    g_task_return_boolean (job->task, TRUE);
}

static void
post (TandemContacts *self, Job *job)
{
  tandem_worker_post (self->worker, run_job, done_job, job, job_free);
}

static GType
tandem_contacts_get_item_type (GListModel *model)
{
  return TANDEM_TYPE_CONTACT;
}

static guint
tandem_contacts_get_n_items (GListModel *model)
{
  return TANDEM_CONTACTS (model)->index->sorted->len;
}

static gpointer
tandem_contacts_get_item (GListModel *model, guint position)
{
  GPtrArray *sorted = TANDEM_CONTACTS (model)->index->sorted;

  return position < sorted->len ? g_object_ref (g_ptr_array_index (sorted, position)) : NULL;
}

static void
tandem_contacts_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = tandem_contacts_get_item_type;
  iface->get_n_items = tandem_contacts_get_n_items;
  iface->get_item = tandem_contacts_get_item;
}

static void
tandem_contacts_finalize (GObject *object)
{
  TandemContacts *self = TANDEM_CONTACTS (object);

  tandem_worker_unref (self->worker);
  keeper_unref (self->keeper);
  tandem_contact_index_free (self->index);
  g_hash_table_unref (self->states);
  g_free (self->country);
  g_free (self->problem);
  G_OBJECT_CLASS (tandem_contacts_parent_class)->finalize (object);
}

static void
tandem_contacts_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemContacts *self = TANDEM_CONTACTS (object);

  switch (id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_COUNTRY:
      g_value_set_string (value, self->country);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_contacts_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TandemContacts *self = TANDEM_CONTACTS (object);

  switch (id)
    {
    case PROP_COUNTRY:
      tandem_contacts_set_country (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_contacts_class_init (TandemContactsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags shown = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags set = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = tandem_contacts_finalize;
  object_class->get_property = tandem_contacts_get_property;
  object_class->set_property = tandem_contacts_set_property;

  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, shown);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, shown);
  properties[PROP_COUNTRY] = g_param_spec_string ("country", NULL, NULL, NULL, set);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tandem_contacts_init (TandemContacts *self)
{
  g_autoptr (GHashTable) empty = by_uid_new ();

  self->worker = tandem_worker_new ();
  self->index = tandem_contact_index_new (NULL, empty);
  self->states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static char *
known_country (const char *country)
{
  return tandem_number_is_country (country) ? g_ascii_strup (country, -1) : NULL;
}

/**
 * tandem_contacts_new:
 * @path: (nullable): the file; %NULL: tandem/contacts.db in the person's data folder
 * @country: (nullable): ISO 3166-1; what is no country counts as none
 *
 * Begins to load.
 *
 * Returns: (transfer full): contacts, none for the moment
 */
TandemContacts *
tandem_contacts_new (const char *path, const char *country)
{
  TandemContacts *self = g_object_new (TANDEM_TYPE_CONTACTS, NULL);
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "tandem", "contacts.db", NULL);
  Job *job;

  self->keeper = keeper_new (path != NULL ? path : usual);
  self->country = known_country (country);
  self->loading = TRUE;
  job = job_new (self);
  job->load = TRUE;
  post (self, job);
  return self;
}

const char *
tandem_contacts_get_problem (TandemContacts *self)
{
  g_return_val_if_fail (TANDEM_IS_CONTACTS (self), NULL);
  return self->problem;
}

gboolean
tandem_contacts_is_loading (TandemContacts *self)
{
  g_return_val_if_fail (TANDEM_IS_CONTACTS (self), FALSE);
  return self->loading;
}

const char *
tandem_contacts_get_country (TandemContacts *self)
{
  g_return_val_if_fail (TANDEM_IS_CONTACTS (self), NULL);
  return self->country;
}

/**
 * tandem_contacts_set_country:
 * @country: (nullable): ISO 3166-1; what is no country counts as none
 *
 * Numbers are looked up accordingly as soon as the worker is through with it.
 */
void
tandem_contacts_set_country (TandemContacts *self, const char *country)
{
  g_autofree char *known = NULL;
  Job *job;

  g_return_if_fail (TANDEM_IS_CONTACTS (self));

  known = known_country (country);
  if (g_strcmp0 (known, self->country) == 0)
    return;
  g_free (self->country);
  self->country = g_steal_pointer (&known);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNTRY]);
  job = job_new (self);
  job->rebuild = TRUE;
  post (self, job);
}

void
tandem_contacts_apply (TandemContacts *self,
                       const char *source,
                       gboolean remove_all,
                       const char *const *removed,
                       GPtrArray *contacts,
                       const char *state)
{
  Job *job = job_new (self);

  job->source = g_strdup (source);
  job->remove_all = remove_all;
  job->removed = g_strdupv ((GStrv) removed);
  job->changed = contacts != NULL ? g_ptr_array_ref (contacts) : NULL;
  job->state = g_strdup (state);
  post (self, job);
}

void
tandem_contacts_save (TandemContacts *self, TandemContact *contact)
{
  g_autoptr (GPtrArray) one = NULL;

  g_return_if_fail (TANDEM_IS_CONTACTS (self));
  g_return_if_fail (TANDEM_IS_CONTACT (contact));

  one = g_ptr_array_new_with_free_func (g_object_unref);
  tandem_contact_prepare (contact);
  g_ptr_array_add (one, g_object_ref (contact));
  tandem_contacts_apply (self, tandem_contact_get_source (contact), FALSE, NULL, one, NULL);
}

void
tandem_contacts_remove (TandemContacts *self, TandemContact *contact)
{
  const char *removed[2] = { NULL, NULL };

  g_return_if_fail (TANDEM_IS_CONTACTS (self));
  g_return_if_fail (TANDEM_IS_CONTACT (contact));

  removed[0] = tandem_contact_get_uid (contact);
  tandem_contacts_apply (self, tandem_contact_get_source (contact), FALSE, removed, NULL, NULL);
}

/**
 * tandem_contacts_import:
 * @contacts: (element-type TandemContact): own ones, not to be changed any more
 *
 * All in one step. Those with the uid of an own contact take its place.
 */
void
tandem_contacts_import (TandemContacts *self, GPtrArray *contacts)
{
  g_return_if_fail (TANDEM_IS_CONTACTS (self));
  g_return_if_fail (contacts != NULL);

  tandem_contacts_apply (self, TANDEM_CONTACT_LOCAL, FALSE, NULL, contacts, NULL);
}

void
tandem_contacts_remove_source (TandemContacts *self, const char *source)
{
  g_return_if_fail (TANDEM_IS_CONTACTS (self));
  g_return_if_fail (source != NULL);

  tandem_contacts_apply (self, source, TRUE, NULL, NULL, NULL);
}

TandemContact *
tandem_contacts_lookup (TandemContacts *self, const char *who)
{
  g_return_val_if_fail (TANDEM_IS_CONTACTS (self), NULL);
  g_return_val_if_fail (who != NULL, NULL);
  return tandem_contact_index_lookup (self->index, who);
}

TandemContact *
tandem_contacts_find (TandemContacts *self, const char *source, const char *uid)
{
  g_autofree char *key = NULL;

  g_return_val_if_fail (TANDEM_IS_CONTACTS (self), NULL);
  g_return_val_if_fail (source != NULL && uid != NULL, NULL);

  key = tandem_contact_index_make_uid (source, uid);
  return g_hash_table_lookup (self->index->by_uid, key);
}

GListModel *
tandem_contacts_search (TandemContacts *self, const char *text, guint limit)
{
  g_autoptr (TandemQuery) query = NULL;
  GListStore *found;

  g_return_val_if_fail (TANDEM_IS_CONTACTS (self), NULL);

  query = tandem_query_new (text);
  found = g_list_store_new (TANDEM_TYPE_CONTACT);
  for (guint i = 0;
       i < self->index->sorted->len && g_list_model_get_n_items (G_LIST_MODEL (found)) < limit; i++)
    if (tandem_contact_matches (g_ptr_array_index (self->index->sorted, i), query))
      g_list_store_append (found, g_ptr_array_index (self->index->sorted, i));
  return G_LIST_MODEL (found);
}

const char *
tandem_contacts_get_state (TandemContacts *self, const char *source)
{
  return g_hash_table_lookup (self->states, source);
}

GHashTable *
tandem_contacts_get_etags (TandemContacts *self, const char *source)
{
  GHashTable *etags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init (&iter, self->index->by_uid);
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    if (g_str_equal (tandem_contact_get_source (contact), source))
      g_hash_table_replace (etags, g_strdup (tandem_contact_get_uid (contact)),
                            g_strdup (tandem_contact_get_etag (contact)));
  return etags;
}

void
tandem_contacts_flush_async (TandemContacts *self, GAsyncReadyCallback callback, gpointer data)
{
  Job *job;

  g_return_if_fail (TANDEM_IS_CONTACTS (self));

  job = job_new (self);
  job->task = g_task_new (self, NULL, callback, data);
  g_task_set_source_tag (job->task, tandem_contacts_flush_async);
  post (self, job);
}

void
tandem_contacts_flush_finish (TandemContacts *self, GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));
  g_task_propagate_boolean (G_TASK (result), NULL);
}
