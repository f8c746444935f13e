/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record-private.h"

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
  char *reason;
  GStrv proxies;
  double mos;
  double loss;
  char *note;
  gboolean seen;
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
  PROP_REASON,
  PROP_PROXIES,
  PROP_MOS,
  PROP_LOSS,
  PROP_NOTE,
  PROP_SEEN,
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
  g_free (self->reason);
  g_strfreev (self->proxies);
  g_free (self->note);
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
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    case PROP_PROXIES:
      g_value_set_boxed (value, self->proxies);
      break;
    case PROP_MOS:
      g_value_set_double (value, self->mos);
      break;
    case PROP_LOSS:
      g_value_set_double (value, self->loss);
      break;
    case PROP_NOTE:
      g_value_set_string (value, self->note);
      break;
    case PROP_SEEN:
      g_value_set_boolean (value, self->seen);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_record_class_init (TandemRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

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
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_PROXIES] = g_param_spec_boxed ("proxies", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_MOS] = g_param_spec_double ("mos", NULL, NULL, 0, 5, 0, flags);
  properties[PROP_LOSS] = g_param_spec_double ("loss", NULL, NULL, -1, 100, -1, flags);
  properties[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, flags);
  properties[PROP_SEEN] = g_param_spec_boolean ("seen", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tandem_record_init (TandemRecord *self)
{
  self->loss = -1;
}

static char *
text_or_null (const char *text)
{
  return text != NULL && text[0] != '\0' ? g_strdup (text) : NULL;
}

/**
 * tandem_record_new_full:
 * @id: its number in the history; negative while it is not stored
 * @name: (nullable): the far end's name
 * @address: the far end as shown: a number or an address
 * @uri: the SIP URI to call again
 * @queue: (nullable): what the call was for
 * @start: when the call began
 * @duration: seconds since the answer; 0: never answered
 * @outcome: an untranslated key, see record.h
 * @details: (nullable): what else is known; copied, and brought into its ranges
 *
 * Returns: (transfer full): a new record
 */
TandemRecord *
tandem_record_new_full (gint64 id,
                        gboolean incoming,
                        const char *name,
                        const char *address,
                        const char *uri,
                        const char *queue,
                        GDateTime *start,
                        guint duration,
                        const char *outcome,
                        const TandemRecordDetails *details)
{
  TandemRecord *self;

  g_return_val_if_fail (start != NULL, NULL);

  self = g_object_new (TANDEM_TYPE_RECORD, NULL);
  self->id = id;
  self->incoming = incoming;
  self->name = text_or_null (name);
  self->address = g_strdup (address != NULL ? address : "");
  self->uri = g_strdup (uri != NULL ? uri : "");
  self->queue = text_or_null (queue);
  self->start = g_date_time_ref (start);
  self->duration = duration;
  self->outcome = g_strdup (outcome != NULL ? outcome : "failed");
  self->proxies = g_new0 (char *, 1);
  if (details == NULL)
    return self;

  self->reason = text_or_null (details->reason);
  if (details->proxies != NULL)
    {
      g_strfreev (self->proxies);
      self->proxies = g_strdupv ((GStrv) details->proxies);
    }
  self->note = text_or_null (details->note);
  self->mos = details->mos > 0 ? MIN (details->mos, 5) : 0;
  self->loss = details->loss >= 0 ? MIN (details->loss, 100) : -1;
  self->seen = details->seen != FALSE;
  return self;
}

/* tandem_record_new_full() without details. */
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
  return tandem_record_new_full (id, incoming, name, address, uri, queue, start, duration, outcome,
                                 NULL);
}

TandemRecord *
tandem_record_copy (TandemRecord *self, gint64 id)
{
  const TandemRecordDetails details = tandem_record_get_details (self);

  return tandem_record_new_full (id, self->incoming, self->name, self->address, self->uri,
                                 self->queue, self->start, self->duration, self->outcome, &details);
}

TandemRecordDetails
tandem_record_get_details (TandemRecord *self)
{
  return (TandemRecordDetails){
    .reason = self->reason,
    .proxies = (const char *const *) self->proxies,
    .note = self->note,
    .mos = self->mos,
    .loss = self->loss,
    .seen = self->seen,
  };
}

void
tandem_record_set_note (TandemRecord *self, const char *note)
{
  g_autofree char *kept = text_or_null (note);

  if (g_strcmp0 (self->note, kept) == 0)
    return;
  g_free (self->note);
  self->note = g_steal_pointer (&kept);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTE]);
}

void
tandem_record_set_seen (TandemRecord *self, gboolean seen)
{
  if (self->seen == seen)
    return;
  self->seen = seen;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEEN]);
}

gint64
tandem_record_get_start_time (TandemRecord *self)
{
  return g_date_time_to_unix (self->start) * G_USEC_PER_SEC
         + g_date_time_get_microsecond (self->start);
}

int
tandem_record_compare (TandemRecord *a, TandemRecord *b)
{
  const int by_start = g_date_time_compare (b->start, a->start);

  if (by_start != 0)
    return by_start;
  return (b->id > a->id) - (b->id < a->id);
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

const char *
tandem_record_get_reason (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), NULL);
  return self->reason;
}

const char *const *
tandem_record_get_proxies (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), NULL);
  return (const char *const *) self->proxies;
}

double
tandem_record_get_mos (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), 0);
  return self->mos;
}

double
tandem_record_get_loss (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), -1);
  return self->loss;
}

const char *
tandem_record_get_note (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), NULL);
  return self->note;
}

gboolean
tandem_record_is_seen (TandemRecord *self)
{
  g_return_val_if_fail (TANDEM_IS_RECORD (self), FALSE);
  return self->seen;
}
