/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record.h"

/* TandemRecord: see record.h. Nothing here knows where records are kept; that is history.c. */

struct _TandemRecord
{
  GObject parent_instance;

  gint64 id;
  gboolean incoming;
  char *name;
  char *address;
  char *uri;
  char *queue;
  GDateTime *start;
  guint duration;
  char *outcome;
};

G_DEFINE_FINAL_TYPE (TandemRecord, tandem_record, G_TYPE_OBJECT)

enum
{
  PROP_ID = 1,
  PROP_INCOMING,
  PROP_MISSED,
  PROP_NAME,
  PROP_ADDRESS,
  PROP_URI,
  PROP_QUEUE,
  PROP_START,
  PROP_DURATION,
  PROP_OUTCOME,
  PROP_TITLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
tandem_record_finalize (GObject *object)
{
  TandemRecord *self = TANDEM_RECORD (object);

  g_free (self->name);
  g_free (self->address);
  g_free (self->uri);
  g_free (self->queue);
  g_date_time_unref (self->start);
  g_free (self->outcome);
  G_OBJECT_CLASS (tandem_record_parent_class)->finalize (object);
}

static void
tandem_record_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemRecord *self = TANDEM_RECORD (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_int64 (value, self->id);
      break;
    case PROP_INCOMING:
      g_value_set_boolean (value, self->incoming);
      break;
    case PROP_MISSED:
      g_value_set_boolean (value, tandem_record_is_missed (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_QUEUE:
      g_value_set_string (value, self->queue);
      break;
    case PROP_START:
      g_value_set_boxed (value, self->start);
      break;
    case PROP_DURATION:
      g_value_set_uint (value, self->duration);
      break;
    case PROP_OUTCOME:
      g_value_set_string (value, self->outcome);
      break;
    case PROP_TITLE:
      g_value_set_string (value, tandem_record_get_title (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_record_class_init (TandemRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = tandem_record_finalize;
  object_class->get_property = tandem_record_get_property;

  properties[PROP_ID] = g_param_spec_int64 ("id", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_INCOMING] = g_param_spec_boolean ("incoming", NULL, NULL, FALSE, flags);
  properties[PROP_MISSED] = g_param_spec_boolean ("missed", NULL, NULL, FALSE, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  properties[PROP_URI] = g_param_spec_string ("uri", NULL, NULL, NULL, flags);
  properties[PROP_QUEUE] = g_param_spec_string ("queue", NULL, NULL, NULL, flags);
  properties[PROP_START] = g_param_spec_boxed ("start", NULL, NULL, G_TYPE_DATE_TIME, flags);
  properties[PROP_DURATION] = g_param_spec_uint ("duration", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_OUTCOME] = g_param_spec_string ("outcome", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tandem_record_init (TandemRecord *self)
{
}

/**
 * tandem_record_new:
 * @id: its number in the history; negative while it is not stored
 * @name: (nullable): the far end's name
 * @address: the far end as shown: a number or an address
 * @uri: the SIP URI to call again
 * @queue: (nullable): what the call was for
 * @start: when the call began
 * @duration: seconds since the answer; 0: never answered
 * @outcome: an untranslated key, see record.h
 *
 * Returns: (transfer full): a new record
 */
TandemRecord *
tandem_record_new (gint64 id,
                   gboolean incoming,
                   const char *name,
                   const char *address,
                   const char *uri,
                   const char *queue,
                   GDateTime *start,
                   guint duration,
                   const char *outcome)
{
  TandemRecord *self;

  g_return_val_if_fail (start != NULL, NULL);

  self = g_object_new (TANDEM_TYPE_RECORD, NULL);
  self->id = id;
  self->incoming = incoming;
  self->name = name != NULL && name[0] != '\0' ? g_strdup (name) : NULL;
  self->address = g_strdup (address != NULL ? address : "");
  self->uri = g_strdup (uri != NULL ? uri : "");
  self->queue = queue != NULL && queue[0] != '\0' ? g_strdup (queue) : NULL;
  self->start = g_date_time_ref (start);
  self->duration = duration;
  self->outcome = g_strdup (outcome != NULL ? outcome : "failed");
  return self;
}

gint64
tandem_record_get_id (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), 0);
  return self->id;
}

gboolean
tandem_record_is_incoming (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), FALSE);
  return self->incoming;
}

gboolean
tandem_record_is_missed (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), FALSE);
  return self->incoming && g_str_equal (self->outcome, "missed");
}

const char *
tandem_record_get_name (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), NULL);
  return self->name;
}

const char *
tandem_record_get_address (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), NULL);
  return self->address;
}

const char *
tandem_record_get_uri (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), NULL);
  return self->uri;
}

const char *
tandem_record_get_queue (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), NULL);
  return self->queue;
}

GDateTime *
tandem_record_get_start (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), NULL);
  return self->start;
}

guint
tandem_record_get_duration (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), 0);
  return self->duration;
}

const char *
tandem_record_get_outcome (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), NULL);
  return self->outcome;
}

/* The name, or the address where there is no name. Not isolated for right-to-left text. */
const char *
tandem_record_get_title (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), NULL);
  return self->name != NULL ? self->name : self->address;
}
