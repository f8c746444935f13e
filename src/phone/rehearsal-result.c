/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rehearsal-result.h"

/* TandemRehearsalResult: see rehearsal.h. One line of the report; it does not change. */

struct _TandemRehearsalResult
{
  GObject parent_instance;

  char *operation;
  char *from;
  char *to;
  gint64 limit;
  gint64 measured;
};

G_DEFINE_FINAL_TYPE (TandemRehearsalResult, tandem_rehearsal_result, G_TYPE_OBJECT)

enum
{
  PROP_OPERATION = 1,
  PROP_LIMIT,
  PROP_MEASURED,
  PROP_PASSED,
  PROP_FROM,
  PROP_TO,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

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
tandem_rehearsal_result_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemRehearsalResult *self = TANDEM_REHEARSAL_RESULT (object);

  switch (id)
    {
    case PROP_OPERATION:
      g_value_set_string (value, self->operation);
      break;
    case PROP_LIMIT:
      g_value_set_int64 (value, self->limit);
      break;
    case PROP_MEASURED:
      g_value_set_int64 (value, self->measured);
      break;
    case PROP_PASSED:
      g_value_set_boolean (value, tandem_rehearsal_result_is_passed (self));
      break;
    case PROP_FROM:
      g_value_set_string (value, self->from);
      break;
    case PROP_TO:
      g_value_set_string (value, self->to);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_rehearsal_result_class_init (TandemRehearsalResultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = tandem_rehearsal_result_finalize;
  object_class->get_property = tandem_rehearsal_result_get_property;

  properties[PROP_OPERATION] = g_param_spec_string ("operation", NULL, NULL, NULL, flags);
  properties[PROP_LIMIT] = g_param_spec_int64 ("limit", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_MEASURED]
      = g_param_spec_int64 ("measured", NULL, NULL, -1, G_MAXINT64, -1, flags);
  properties[PROP_PASSED] = g_param_spec_boolean ("passed", NULL, NULL, FALSE, flags);
  properties[PROP_FROM] = g_param_spec_string ("from", NULL, NULL, NULL, flags);
  properties[PROP_TO] = g_param_spec_string ("to", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tandem_rehearsal_result_init (TandemRehearsalResult *self)
{
}

TandemRehearsalResult *
tandem_rehearsal_result_new (
    const char *operation, gint64 limit, gint64 measured, const char *from, const char *to)
{
  TandemRehearsalResult *self = g_object_new (TANDEM_TYPE_REHEARSAL_RESULT, NULL);

  self->operation = g_strdup (operation);
  self->limit = limit;
  self->measured = measured;
  self->from = g_strdup (from);
  self->to = g_strdup (to);
  return self;
}

const char *
tandem_rehearsal_result_get_operation (TandemRehearsalResult *self)
{
  g_return_val_if_fail (TANDEM_IS_REHEARSAL_RESULT (self), NULL);
  return self->operation;
}

gint64
tandem_rehearsal_result_get_limit (TandemRehearsalResult *self)
{
  g_return_val_if_fail (TANDEM_IS_REHEARSAL_RESULT (self), 0);
  return self->limit;
}

gint64
tandem_rehearsal_result_get_measured (TandemRehearsalResult *self)
{
  g_return_val_if_fail (TANDEM_IS_REHEARSAL_RESULT (self), -1);
  return self->measured;
}

gboolean
tandem_rehearsal_result_is_passed (TandemRehearsalResult *self)
{
  g_return_val_if_fail (TANDEM_IS_REHEARSAL_RESULT (self), FALSE);
  return self->measured >= 0 && self->measured <= self->limit;
}

const char *
tandem_rehearsal_result_get_from (TandemRehearsalResult *self)
{
  g_return_val_if_fail (TANDEM_IS_REHEARSAL_RESULT (self), NULL);
  return self->from;
}

const char *
tandem_rehearsal_result_get_to (TandemRehearsalResult *self)
{
  g_return_val_if_fail (TANDEM_IS_REHEARSAL_RESULT (self), NULL);
  return self->to;
}
