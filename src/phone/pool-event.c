/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool-event-private.h"

#include "proxy-private.h"
#include "reason-words.h"
#include "words.h"

#include <glib/gi18n.h>

/* TandemPoolEvent: see pool-event.h. A value for lists; it does not change once it is made. */

#define MAX_WORD 120

struct _TandemPoolEvent
{
  GObject parent_instance;

  GDateTime *time;
  char *account;
  char *operation;
  char *from;
  char *to;
  char *reason;
  gint64 took; /* ms */

  char *from_id;
  char *to_id;
  char *cause;
  gint64 took_exactly; /* us */
};

G_DEFINE_FINAL_TYPE (TandemPoolEvent, tandem_pool_event, G_TYPE_OBJECT)

enum
{
  PROP_TIME = 1,
  PROP_ACCOUNT,
  PROP_OPERATION,
  PROP_FROM,
  PROP_TO,
  PROP_REASON,
  PROP_TOOK,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
tandem_pool_event_finalize (GObject *object)
{
  TandemPoolEvent *self = TANDEM_POOL_EVENT (object);

  g_date_time_unref (self->time);
  g_free (self->account);
  g_free (self->operation);
  g_free (self->from);
  g_free (self->to);
  g_free (self->reason);
  g_free (self->from_id);
  g_free (self->to_id);
  g_free (self->cause);
  G_OBJECT_CLASS (tandem_pool_event_parent_class)->finalize (object);
}

static void
tandem_pool_event_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemPoolEvent *self = TANDEM_POOL_EVENT (object);

  switch (id)
    {
    case PROP_TIME:
      g_value_set_boxed (value, self->time);
      break;
    case PROP_ACCOUNT:
      g_value_set_string (value, self->account);
      break;
    case PROP_OPERATION:
      g_value_set_string (value, self->operation);
      break;
    case PROP_FROM:
      g_value_set_string (value, self->from);
      break;
    case PROP_TO:
      g_value_set_string (value, self->to);
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    case PROP_TOOK:
      g_value_set_int64 (value, self->took);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_pool_event_class_init (TandemPoolEventClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = tandem_pool_event_finalize;
  object_class->get_property = tandem_pool_event_get_property;

  properties[PROP_TIME] = g_param_spec_boxed ("time", NULL, NULL, G_TYPE_DATE_TIME, flags);
  properties[PROP_ACCOUNT] = g_param_spec_string ("account", NULL, NULL, NULL, flags);
  properties[PROP_OPERATION] = g_param_spec_string ("operation", NULL, NULL, NULL, flags);
  properties[PROP_FROM] = g_param_spec_string ("from", NULL, NULL, NULL, flags);
  properties[PROP_TO] = g_param_spec_string ("to", NULL, NULL, NULL, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_TOOK] = g_param_spec_int64 ("took", NULL, NULL, -1, G_MAXINT64, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tandem_pool_event_init (TandemPoolEvent *self)
{
  self->took = -1;
  self->took_exactly = -1;
}

/**
 * tandem_pool_event_new:
 * @account: the account's id
 * @operation: the method, "re-INVITE", or "200 OK"
 * @from: (nullable): the address that failed
 * @to: (nullable): the address that took over
 * @reason: (nullable): why, translated
 * @took: ms since the operation began; -1 unknown
 *
 * Returns: (transfer full): an event
 */
TandemPoolEvent *
tandem_pool_event_new (GDateTime *time,
                       const char *account,
                       const char *operation,
                       const char *from,
                       const char *to,
                       const char *reason,
                       gint64 took)
{
  TandemPoolEvent *self;

  g_return_val_if_fail (time != NULL, NULL);

  self = g_object_new (TANDEM_TYPE_POOL_EVENT, NULL);
  self->time = g_date_time_ref (time);
  self->account = g_strdup (account != NULL ? account : "");
  self->operation = g_strdup (operation != NULL ? operation : "");
  self->from = g_strdup (from);
  self->to = g_strdup (to);
  self->reason = g_strdup (reason != NULL ? reason : "");
  self->took = MAX (took, -1);
  return self;
}

/* What the pool does by itself; the rest are SIP's own words. */
static const struct
{
  const char *operation;
  const char *words;
} operation_words[] = {
  { "penalty", N_ ("Penalty") },
  { "pause", N_ ("Pause") },
  { "probe", N_ ("Probe") },
  { "prefer", N_ ("Preference") },
  { "network", N_ ("Network") },
  { "practice", N_ ("Practice") },
  { "session timer", N_ ("Session timer") },
};

static const struct
{
  const char *operation; /* NULL: any */
  const char *cause;
  const char *words;
} event_words[] = {
  { NULL, "answered", N_ ("Answered") },
  { NULL, "redirected", N_ ("Sent elsewhere by the server") },
  { "penalty", "over", N_ ("May be used again") },
  { "pause", "asked for a pause", N_ ("Overloaded: it asked for a pause") },
  { "pause", "over", N_ ("The pause is over") },
  { "probe", "answers again", N_ ("Answers again") },
  { "prefer", "the agent's wish", N_ ("Preferred by the agent") },
  { "network", "the network has changed", N_ ("The network has changed") },
  { "practice", "not heard any more", N_ ("Not heard any more, for practice") },
  { "practice", "heard again", N_ ("Heard again") },
  { "session timer", "expired", N_ ("The session was not refreshed in time") },
};

/* (transfer full) (nullable) */
static char *
words_for_event (const char *operation, const char *cause)
{
  for (guint i = 0; i < G_N_ELEMENTS (event_words); i++)
    if (g_strcmp0 (cause, event_words[i].cause) == 0
        && (event_words[i].operation == NULL
            || g_strcmp0 (operation, event_words[i].operation) == 0))
      return g_strdup (_ (event_words[i].words));
  return tandem_reason_words_for_proxy (cause, FALSE);
}

/* (transfer full) (nullable) */
static char *
dup_label (const char *id)
{
  g_autofree char *label = id != NULL ? tandem_proxy_label_of_id (id) : NULL;

  return label != NULL ? tandem_words_clean (label, MAX_WORD) : NULL;
}

TandemPoolEvent *
tandem_pool_event_new_from_sip (const TandemSipEvent *event, gint64 now)
{
  g_autoptr (GDateTime) wall = g_date_time_new_now_local ();
  g_autoptr (GDateTime) time = g_date_time_add (wall, event->when != 0 ? event->when - now : 0);
  g_autofree char *from = dup_label (event->from);
  g_autofree char *to = dup_label (event->to);
  g_autofree char *operation = tandem_words_clean (event->operation, MAX_WORD);
  g_autofree char *reason = words_for_event (event->operation, event->text);
  TandemPoolEvent *self
      = tandem_pool_event_new (time, event->account, operation, from, to, reason,
                               event->took < 0 ? -1 : event->took / G_TIME_SPAN_MILLISECOND);

  self->from_id = g_strdup (event->from);
  self->to_id = g_strdup (event->to);
  self->cause = g_strdup (event->text);
  self->took_exactly = event->took;
  return self;
}

const char *
tandem_pool_event_get_from_id (TandemPoolEvent *self)
{
  return self->from_id != NULL ? self->from_id : self->from;
}

const char *
tandem_pool_event_get_to_id (TandemPoolEvent *self)
{
  return self->to_id != NULL ? self->to_id : self->to;
}

const char *
tandem_pool_event_get_cause (TandemPoolEvent *self)
{
  return self->cause;
}

double
tandem_pool_event_get_took_exactly (TandemPoolEvent *self)
{
  return self->took_exactly >= 0 ? (double) self->took_exactly / 1000.0 : (double) self->took;
}

GDateTime *
tandem_pool_event_get_time (TandemPoolEvent *self)
{
  g_return_val_if_fail (TANDEM_IS_POOL_EVENT (self), NULL);
  return self->time;
}

const char *
tandem_pool_event_get_account (TandemPoolEvent *self)
{
  g_return_val_if_fail (TANDEM_IS_POOL_EVENT (self), NULL);
  return self->account;
}

const char *
tandem_pool_event_get_operation (TandemPoolEvent *self)
{
  g_return_val_if_fail (TANDEM_IS_POOL_EVENT (self), NULL);
  return self->operation;
}

/**
 * tandem_pool_event_get_operation_words:
 *
 * Returns: the operation for people: translated where it is none of SIP's
 */
const char *
tandem_pool_event_get_operation_words (TandemPoolEvent *self)
{
  g_return_val_if_fail (TANDEM_IS_POOL_EVENT (self), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (operation_words); i++)
    if (g_str_equal (self->operation, operation_words[i].operation))
      return _ (operation_words[i].words);
  return self->operation;
}

const char *
tandem_pool_event_get_from (TandemPoolEvent *self)
{
  g_return_val_if_fail (TANDEM_IS_POOL_EVENT (self), NULL);
  return self->from;
}

const char *
tandem_pool_event_get_to (TandemPoolEvent *self)
{
  g_return_val_if_fail (TANDEM_IS_POOL_EVENT (self), NULL);
  return self->to;
}

const char *
tandem_pool_event_get_reason (TandemPoolEvent *self)
{
  g_return_val_if_fail (TANDEM_IS_POOL_EVENT (self), NULL);
  return self->reason;
}

gint64
tandem_pool_event_get_took (TandemPoolEvent *self)
{
  g_return_val_if_fail (TANDEM_IS_POOL_EVENT (self), -1);
  return self->took;
}

/**
 * tandem_pool_event_to_text:
 *
 * Returns: (transfer full): one line without a line end: when, what, from, to, why, how long
 */
char *
tandem_pool_event_to_text (TandemPoolEvent *self)
{
  g_autofree char *time = NULL;
  GString *out;

  g_return_val_if_fail (TANDEM_IS_POOL_EVENT (self), NULL);

  time = g_date_time_format (self->time, "%Y-%m-%d %H:%M:%S");
  out = g_string_new (time);
  g_string_append_printf (out, "  %s", tandem_pool_event_get_operation_words (self));
  if (self->from != NULL || self->to != NULL)
    g_string_append_printf (out, "  %s → %s", self->from != NULL ? self->from : "–",
                            self->to != NULL ? self->to : "–");
  if (self->reason[0] != '\0')
    g_string_append_printf (out, "  %s", self->reason);
  if (self->took >= 0)
    {
      g_string_append (out, "  ");
      /* Translators: how long something took, in milliseconds. */
      g_string_append_printf (out, _ ("%d ms"), (int) MIN (self->took, G_MAXINT));
    }
  return g_string_free (out, FALSE);
}

/**
 * tandem_pool_events_to_text:
 * @events: of #TandemPoolEvent, newest first
 *
 * Returns: (transfer full): a line each, oldest first; "" when there are none
 */
char *
tandem_pool_events_to_text (GListModel *events)
{
  GString *out;

  g_return_val_if_fail (G_IS_LIST_MODEL (events), NULL);

  out = g_string_new (NULL);
  for (guint i = g_list_model_get_n_items (events); i > 0; i--)
    {
      g_autoptr (TandemPoolEvent) event = g_list_model_get_item (events, i - 1);
      g_autofree char *line = tandem_pool_event_to_text (event);

      g_string_append (out, line);
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}
