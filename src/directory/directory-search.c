/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "directory-search.h"

#include "contact.h"
#include "worker.h"

/* TandemDirectorySearch: see directory-search.h. One job at a time is of interest; the worker has the connection
 * and is asked one thing after the other, those given up are cancelled and cost next to nothing. */

#define TIMEOUT 5000

/* The connection, which is the worker's. */
typedef struct
{
  gatomicrefcount references;
  TandemLdapClient *ldap;
} Link;

typedef struct
{
  Link *link;
  GWeakRef search;
  GCancellable *cancellable;
  char *text;
  guint timeout;
  GPtrArray *found; /* (nullable) */
  gboolean truncated;
  GError *error;
} Job;

struct _TandemDirectorySearch
{
  GObject parent_instance;

  TandemWorker *worker;
  Link *link;                /* (nullable) */
  GCancellable *cancellable; /* (nullable): of the job that is waited for */
  GPtrArray *found;
  char *text;
  char *problem;
  guint timeout;
  gboolean has_more;
};

static void tandem_directory_search_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TandemDirectorySearch,
                               tandem_directory_search,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      tandem_directory_search_list_model_init))

enum
{
  PROP_TEXT = 1,
  PROP_AVAILABLE,
  PROP_SEARCHING,
  PROP_PROBLEM,
  PROP_HAS_MORE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
notify (TandemDirectorySearch *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
link_unref (Link *link)
{
  if (!g_atomic_ref_count_dec (&link->references))
    return;
  tandem_ldap_client_free (link->ldap);
  g_free (link);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->link, link_unref);
  g_weak_ref_clear (&job->search);
  g_object_unref (job->cancellable);
  g_free (job->text);
  g_clear_pointer (&job->found, g_ptr_array_unref);
  g_clear_error (&job->error);
  g_free (job);
}

static void
run_drop (gpointer data)
{
  link_unref (data);
}

static void
drop_nothing (gpointer data)
{
}

/* The last one to let go of a connection closes it, which may take a moment: not the main thread. */
static void
run_job (gpointer data)
{
  Job *job = data;

  if (!g_cancellable_set_error_if_cancelled (job->cancellable, &job->error))
    job->found = tandem_ldap_client_search (job->link->ldap, job->text, job->timeout,
                                            &job->truncated, job->cancellable, &job->error);
  g_clear_pointer (&job->link, link_unref);
}

static void
set_problem (TandemDirectorySearch *self, const char *problem)
{
  if (g_strcmp0 (problem, self->problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  notify (self, PROP_PROBLEM);
}

static void
set_has_more (TandemDirectorySearch *self, gboolean has_more)
{
  if (has_more == self->has_more)
    return;
  self->has_more = has_more;
  notify (self, PROP_HAS_MORE);
}

/* found: (nullable) */
static void
show (TandemDirectorySearch *self, GPtrArray *found)
{
  const guint before = self->found->len;

  g_ptr_array_unref (self->found);
  self->found
      = found != NULL ? g_ptr_array_ref (found) : g_ptr_array_new_with_free_func (g_object_unref);
  if (before + self->found->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->found->len);
}

static void
done_job (gpointer data)
{
  Job *job = data;
  g_autoptr (TandemDirectorySearch) self = g_weak_ref_get (&job->search);

  if (self == NULL || self->cancellable != job->cancellable)
    return;
  g_clear_object (&self->cancellable);
  show (self, job->found);
  set_has_more (self, job->truncated);
  set_problem (self, job->error != NULL ? job->error->message : NULL);
  notify (self, PROP_SEARCHING);
}

static void
stop (TandemDirectorySearch *self)
{
  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  notify (self, PROP_SEARCHING);
}

static void
start (TandemDirectorySearch *self)
{
  g_autofree char *stripped = g_strstrip (g_strdup (self->text));
  Job *job;

  if (self->link == NULL || g_utf8_strlen (stripped, -1) < TANDEM_DIRECTORY_SEARCH_LEAST)
    {
      stop (self);
      show (self, NULL);
      set_has_more (self, FALSE);
      set_problem (self, NULL);
      return;
    }
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else
    {
      self->cancellable = g_cancellable_new ();
      notify (self, PROP_SEARCHING);
    }
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  job = g_new0 (Job, 1);
  g_atomic_ref_count_inc (&self->link->references);
  job->link = self->link;
  g_weak_ref_init (&job->search, self);
  job->cancellable = g_object_ref (self->cancellable);
  job->text = g_steal_pointer (&stripped);
  job->timeout = self->timeout;
  tandem_worker_post (self->worker, run_job, done_job, job, job_free);
}

static void
drop_link (TandemDirectorySearch *self)
{
  if (self->link != NULL)
    tandem_worker_post (self->worker, run_drop, NULL, g_steal_pointer (&self->link), drop_nothing);
}

static GType
tandem_directory_search_get_item_type (GListModel *model)
{
  return TANDEM_TYPE_CONTACT;
}

static guint
tandem_directory_search_get_n_items (GListModel *model)
{
  return TANDEM_DIRECTORY_SEARCH (model)->found->len;
}

static gpointer
tandem_directory_search_get_item (GListModel *model, guint position)
{
  GPtrArray *found = TANDEM_DIRECTORY_SEARCH (model)->found;

  return position < found->len ? g_object_ref (g_ptr_array_index (found, position)) : NULL;
}

static void
tandem_directory_search_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = tandem_directory_search_get_item_type;
  iface->get_n_items = tandem_directory_search_get_n_items;
  iface->get_item = tandem_directory_search_get_item;
}

static void
tandem_directory_search_finalize (GObject *object)
{
  TandemDirectorySearch *self = TANDEM_DIRECTORY_SEARCH (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  drop_link (self);
  tandem_worker_unref (self->worker);
  g_ptr_array_unref (self->found);
  g_free (self->text);
  g_free (self->problem);
  G_OBJECT_CLASS (tandem_directory_search_parent_class)->finalize (object);
}

static void
tandem_directory_search_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemDirectorySearch *self = TANDEM_DIRECTORY_SEARCH (object);

  switch (id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_AVAILABLE:
      g_value_set_boolean (value, self->link != NULL);
      break;
    case PROP_SEARCHING:
      g_value_set_boolean (value, self->cancellable != NULL);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_HAS_MORE:
      g_value_set_boolean (value, self->has_more);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_directory_search_set_property (GObject *object,
                                      guint id,
                                      const GValue *value,
                                      GParamSpec *pspec)
{
  if (id == PROP_TEXT)
    tandem_directory_search_set_text (TANDEM_DIRECTORY_SEARCH (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tandem_directory_search_class_init (TandemDirectorySearchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags shown = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags set = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = tandem_directory_search_finalize;
  object_class->get_property = tandem_directory_search_get_property;
  object_class->set_property = tandem_directory_search_set_property;

  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", set);
  properties[PROP_AVAILABLE] = g_param_spec_boolean ("available", NULL, NULL, FALSE, shown);
  properties[PROP_SEARCHING] = g_param_spec_boolean ("searching", NULL, NULL, FALSE, shown);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, shown);
  properties[PROP_HAS_MORE] = g_param_spec_boolean ("has-more", NULL, NULL, FALSE, shown);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* GSocket turns SIGPIPE off, which a connection that the server closed would raise. */
  g_type_class_unref (g_type_class_ref (G_TYPE_SOCKET));
}

static void
tandem_directory_search_init (TandemDirectorySearch *self)
{
  self->worker = tandem_worker_new ();
  self->found = g_ptr_array_new_with_free_func (g_object_unref);
  self->text = g_strdup ("");
  self->timeout = TIMEOUT;
}

TandemDirectorySearch *
tandem_directory_search_new (void)
{
  return g_object_new (TANDEM_TYPE_DIRECTORY_SEARCH, NULL);
}

void
tandem_directory_search_set_server (TandemDirectorySearch *self, const TandemLdapServer *server)
{
  const gboolean was = self->link != NULL;

  g_return_if_fail (TANDEM_IS_DIRECTORY_SEARCH (self));

  stop (self);
  drop_link (self);
  if (server != NULL)
    {
      self->link = g_new0 (Link, 1);
      g_atomic_ref_count_init (&self->link->references);
      self->link->ldap = tandem_ldap_client_new (server);
    }
  if (was != (self->link != NULL))
    notify (self, PROP_AVAILABLE);
  start (self);
}

void
tandem_directory_search_set_timeout (TandemDirectorySearch *self, guint timeout)
{
  g_return_if_fail (TANDEM_IS_DIRECTORY_SEARCH (self));
  self->timeout = timeout;
}

const char *
tandem_directory_search_get_text (TandemDirectorySearch *self)
{
  g_return_val_if_fail (TANDEM_IS_DIRECTORY_SEARCH (self), NULL);
  return self->text;
}

void
tandem_directory_search_set_text (TandemDirectorySearch *self, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  g_return_if_fail (TANDEM_IS_DIRECTORY_SEARCH (self));

  if (g_str_equal (valid, self->text))
    return;
  g_free (self->text);
  self->text = g_steal_pointer (&valid);
  notify (self, PROP_TEXT);
  start (self);
}

gboolean
tandem_directory_search_is_available (TandemDirectorySearch *self)
{
  g_return_val_if_fail (TANDEM_IS_DIRECTORY_SEARCH (self), FALSE);
  return self->link != NULL;
}

gboolean
tandem_directory_search_is_searching (TandemDirectorySearch *self)
{
  g_return_val_if_fail (TANDEM_IS_DIRECTORY_SEARCH (self), FALSE);
  return self->cancellable != NULL;
}

gboolean
tandem_directory_search_has_more (TandemDirectorySearch *self)
{
  g_return_val_if_fail (TANDEM_IS_DIRECTORY_SEARCH (self), FALSE);
  return self->has_more;
}

const char *
tandem_directory_search_get_problem (TandemDirectorySearch *self)
{
  g_return_val_if_fail (TANDEM_IS_DIRECTORY_SEARCH (self), NULL);
  return self->problem;
}
