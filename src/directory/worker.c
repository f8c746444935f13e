/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker.h"

/* TandemWorker: see worker.h. For what must happen in order, on a disk, and not in the main thread;
 * single independent things are better off in g_task_run_in_thread(). */

struct _TandemWorker
{
  gatomicrefcount references;
  GThreadPool *pool;
  GMainContext *context;
};

typedef struct
{
  TandemWorker *worker;
  TandemWorkerFunc run;
  TandemWorkerFunc done;
  gpointer data;
  GDestroyNotify destroy;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  job->destroy (job->data);
  tandem_worker_unref (job->worker);
  g_free (job);
}

static gboolean
on_job_done (gpointer data)
{
  Job *job = data;

  if (job->done != NULL)
    job->done (job->data);
  return G_SOURCE_REMOVE;
}

static void
do_job (gpointer data, gpointer user_data)
{
  Job *job = data;
  g_autoptr (GMainContext) context = g_main_context_ref (job->worker->context);
  g_autoptr (GSource) source = g_idle_source_new ();

  job->run (job->data);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_job_done, job, job_free);
  g_source_attach (source, context);
}

TandemWorker *
tandem_worker_new (void)
{
  TandemWorker *self = g_new0 (TandemWorker, 1);

  g_atomic_ref_count_init (&self->references);
  self->pool = g_thread_pool_new_full (do_job, NULL, job_free, 1, FALSE, NULL);
  self->context = g_main_context_ref_thread_default ();
  return self;
}

TandemWorker *
tandem_worker_ref (TandemWorker *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
tandem_worker_unref (TandemWorker *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_thread_pool_free (self->pool, FALSE, FALSE);
  g_main_context_unref (self->context);
  g_free (self);
}

void
tandem_worker_post (TandemWorker *self,
                    TandemWorkerFunc run,
                    TandemWorkerFunc done,
                    gpointer data,
                    GDestroyNotify destroy)
{
  Job *job = g_new0 (Job, 1);

  job->worker = tandem_worker_ref (self);
  job->run = run;
  job->done = done;
  job->data = data;
  job->destroy = destroy;
  g_thread_pool_push (self->pool, job, NULL);
}
