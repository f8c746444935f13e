/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rehearsal.h"

#include <glib/gi18n.h>

/* TandemRehearsal: see rehearsal.h. */

struct _TandemRehearsalResult
{
  GObject parent_instance;
  char *operation, *from, *to;
  gint64 limit, measured;
};

G_DEFINE_FINAL_TYPE (TandemRehearsalResult, tandem_rehearsal_result, G_TYPE_OBJECT)

static void
tandem_rehearsal_result_finalize (GObject *object)
{
  TandemRehearsalResult *self = TANDEM_REHEARSAL_RESULT (object);

  g_free (self->operation);
  g_free (self->from);
  g_free (self->to);
  G_OBJECT_CLASS (tandem_rehearsal_result_parent_class)->finalize (object);
}

static void
tandem_rehearsal_result_class_init (TandemRehearsalResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tandem_rehearsal_result_finalize;
}

static void
tandem_rehearsal_result_init (TandemRehearsalResult *self)
{
}

const char *
tandem_rehearsal_result_get_operation (TandemRehearsalResult *self)
{
  return self->operation;
}

gint64
tandem_rehearsal_result_get_limit (TandemRehearsalResult *self)
{
  return self->limit;
}

gint64
tandem_rehearsal_result_get_measured (TandemRehearsalResult *self)
{
  return self->measured;
}

gboolean
tandem_rehearsal_result_is_passed (TandemRehearsalResult *self)
{
  return self->measured >= 0 && self->measured <= self->limit;
}

const char *
tandem_rehearsal_result_get_from (TandemRehearsalResult *self)
{
  return self->from;
}

const char *
tandem_rehearsal_result_get_to (TandemRehearsalResult *self)
{
  return self->to;
}

struct _TandemRehearsal
{
  GObject parent_instance;
  TandemPhone *phone;
  GListStore *results;
};

G_DEFINE_FINAL_TYPE (TandemRehearsal, tandem_rehearsal, G_TYPE_OBJECT)

static void
tandem_rehearsal_dispose (GObject *object)
{
  TandemRehearsal *self = TANDEM_REHEARSAL (object);

  g_clear_object (&self->phone);
  g_clear_object (&self->results);
  G_OBJECT_CLASS (tandem_rehearsal_parent_class)->dispose (object);
}

static void
tandem_rehearsal_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == 4)
    g_value_set_object (value, TANDEM_REHEARSAL (object)->results);
}

static void
tandem_rehearsal_class_init (TandemRehearsalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = tandem_rehearsal_dispose;
  object_class->get_property = tandem_rehearsal_get_property;
  g_object_class_install_property (object_class, 1,
                                   g_param_spec_boolean ("running", NULL, NULL, FALSE, flags));
  g_object_class_install_property (object_class, 2,
                                   g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, flags));
  g_object_class_install_property (object_class, 3,
                                   g_param_spec_string ("step", NULL, NULL, NULL, flags));
  g_object_class_install_property (
      object_class, 4, g_param_spec_object ("results", NULL, NULL, G_TYPE_LIST_MODEL, flags));
  g_object_class_install_property (object_class, 5,
                                   g_param_spec_string ("problem", NULL, NULL, NULL, flags));
  g_signal_new ("finished", TANDEM_TYPE_REHEARSAL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
tandem_rehearsal_init (TandemRehearsal *self)
{
  self->results = g_list_store_new (TANDEM_TYPE_REHEARSAL_RESULT);
}

TandemRehearsal *
tandem_rehearsal_new (TandemPhone *phone)
{
  TandemRehearsal *self = g_object_new (TANDEM_TYPE_REHEARSAL, NULL);

  self->phone = g_object_ref (phone);
  return self;
}

gboolean
tandem_rehearsal_start (TandemRehearsal *self,
                        const char *proxy,
                        const char *number,
                        gboolean during_calls,
                        GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _ ("The phone is not registered"));
  return FALSE;
}

void
tandem_rehearsal_cancel (TandemRehearsal *self)
{
}

gboolean
tandem_rehearsal_is_running (TandemRehearsal *self)
{
  return FALSE;
}

double
tandem_rehearsal_get_progress (TandemRehearsal *self)
{
  return 0;
}

const char *
tandem_rehearsal_get_step (TandemRehearsal *self)
{
  return NULL;
}

const char *
tandem_rehearsal_get_problem (TandemRehearsal *self)
{
  return NULL;
}

GListModel *
tandem_rehearsal_get_results (TandemRehearsal *self)
{
  return G_LIST_MODEL (self->results);
}

char *
tandem_rehearsal_to_text (TandemRehearsal *self)
{
  return g_strdup ("");
}
