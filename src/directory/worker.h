/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TandemWorker: one thread that does jobs in the order in which they came. A job's run is called in
 * that thread, then its done, and its destroy, in the main context that the worker was made in.
 * Post from that context, or from a running job. What is posted is done, also when the worker is
 * released before. */

typedef struct _TandemWorker TandemWorker;
typedef void (*TandemWorkerFunc) (gpointer data);

TandemWorker *tandem_worker_new (void);
TandemWorker *tandem_worker_ref (TandemWorker *self);
void tandem_worker_unref (TandemWorker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemWorker, tandem_worker_unref)
/* data: (transfer full); done: (nullable) */
void tandem_worker_post (TandemWorker *self,
                         TandemWorkerFunc run,
                         TandemWorkerFunc done,
                         gpointer data,
                         GDestroyNotify destroy);

G_END_DECLS
