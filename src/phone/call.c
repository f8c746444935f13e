/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-struct.h"

/* TandemCall: see call.h. One row: events of the SIP thread come in through tandem_call_handle_event()
 * (call-progress.c), what the agent does goes out through TandemCallActions (call-actions.c). It knows
 * nothing of sound or of SIP messages; TandemLine does. */

G_DEFINE_FINAL_TYPE (TandemCall, tandem_call, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (TandemCallState,
                    tandem_call_state,
                    G_DEFINE_ENUM_VALUE (TANDEM_CALL_CALLING, "calling"),
                    G_DEFINE_ENUM_VALUE (TANDEM_CALL_DISCONNECTED, "disconnected"),
                    G_DEFINE_ENUM_VALUE (TANDEM_CALL_RINGING_THERE, "ringing-there"),
                    G_DEFINE_ENUM_VALUE (TANDEM_CALL_EARLY_MEDIA, "early-media"),
                    G_DEFINE_ENUM_VALUE (TANDEM_CALL_RINGING_HERE, "ringing-here"),
                    G_DEFINE_ENUM_VALUE (TANDEM_CALL_ANSWERING, "answering"),
                    G_DEFINE_ENUM_VALUE (TANDEM_CALL_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (TANDEM_CALL_REDIRECTED, "redirected"),
                    G_DEFINE_ENUM_VALUE (TANDEM_CALL_ENDED, "ended"))

G_DEFINE_ENUM_TYPE (TandemHold,
                    tandem_hold,
                    G_DEFINE_ENUM_VALUE (TANDEM_HOLD_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (TANDEM_HOLD_LOCAL, "local"),
                    G_DEFINE_ENUM_VALUE (TANDEM_HOLD_REMOTE, "remote"),
                    G_DEFINE_ENUM_VALUE (TANDEM_HOLD_BOTH, "both"))

G_DEFINE_ENUM_TYPE (TandemTransfer,
                    tandem_transfer,
                    G_DEFINE_ENUM_VALUE (TANDEM_TRANSFER_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (TANDEM_TRANSFER_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (TANDEM_TRANSFER_RINGING, "ringing"),
                    G_DEFINE_ENUM_VALUE (TANDEM_TRANSFER_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (TANDEM_TRANSFER_FAILED, "failed"))

enum
{
  ENDED,
  REMIND,
  TAKES_FLOOR,
  N_SIGNALS
};

static GParamSpec *properties[TANDEM_CALL_N_PROPS];
static guint signals[N_SIGNALS];

gint64
tandem_call_get_now (TandemCall *self)
{
  return self->frozen_now != 0 ? self->frozen_now : g_get_monotonic_time ();
}

void
tandem_call_notify (TandemCall *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
tandem_call_set_string (TandemCall *self, char **field, char *value, guint property)
{
  if (g_strcmp0 (*field, value) == 0)
    {
      g_free (value);
      return;
    }
  g_free (*field);
  *field = value;
  tandem_call_notify (self, property);
}

void
tandem_call_set_peer (TandemCall *self, const char *uri, const char *name)
{
  TandemPeer before = { g_strdup (self->peer.uri), g_strdup (self->peer.address),
                        g_strdup (self->peer.name), self->peer.withheld };

  tandem_peer_take (&self->peer, uri, name, self->domain);
  if (g_strcmp0 (before.uri, self->peer.uri) != 0)
    tandem_call_notify (self, TANDEM_CALL_PROP_PEER_URI);
  if (g_strcmp0 (before.address, self->peer.address) != 0)
    tandem_call_notify (self, TANDEM_CALL_PROP_PEER_ADDRESS);
  if (g_strcmp0 (before.name, self->peer.name) != 0)
    tandem_call_notify (self, TANDEM_CALL_PROP_PEER_NAME);
  tandem_call_notify (self, TANDEM_CALL_PROP_TITLE);
  tandem_peer_clear (&before);
}

static void
tandem_call_finalize (GObject *object)
{
  TandemCall *self = TANDEM_CALL (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  tandem_call_clear_transfer (self);
  g_free (self->note);
  g_string_free (self->dialled_digits, TRUE);
  g_free (self->id);
  g_free (self->account);
  g_free (self->domain);
  g_free (self->hold_problem);
  tandem_peer_clear (&self->peer);
  g_free (self->contact_name);
  g_ptr_array_unref (self->proxies);
  g_free (self->queue);
  g_free (self->status_text);
  g_free (self->failure);
  g_free (self->notice);
  g_free (self->target);
  g_free (self->codec);
  g_free (self->sip_call_id);
  g_clear_pointer (&self->headers, g_hash_table_unref);
  g_string_free (self->received_digits, TRUE);
  g_date_time_unref (self->start);
  G_OBJECT_CLASS (tandem_call_parent_class)->finalize (object);
}

static void
tandem_call_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemCall *self = TANDEM_CALL (object);

  switch (id)
    {
    case TANDEM_CALL_PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case TANDEM_CALL_PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case TANDEM_CALL_PROP_INCOMING:
      g_value_set_boolean (value, self->incoming);
      break;
    case TANDEM_CALL_PROP_PEER_NAME:
      g_value_set_string (value, tandem_call_get_peer_name (self));
      break;
    case TANDEM_CALL_PROP_PEER_ADDRESS:
      g_value_set_string (value, self->peer.address);
      break;
    case TANDEM_CALL_PROP_PEER_URI:
      g_value_set_string (value, self->peer.uri);
      break;
    case TANDEM_CALL_PROP_QUEUE:
      g_value_set_string (value, self->queue);
      break;
    case TANDEM_CALL_PROP_TITLE:
      g_value_set_string (value, tandem_call_get_title (self));
      break;
    case TANDEM_CALL_PROP_STATUS_TEXT:
      g_value_set_string (value, self->status_text);
      break;
    case TANDEM_CALL_PROP_MUTED:
      g_value_set_boolean (value, self->muted);
      break;
    case TANDEM_CALL_PROP_DURATION:
      g_value_set_uint (value, self->duration);
      break;
    case TANDEM_CALL_PROP_CODEC:
      g_value_set_string (value, self->codec);
      break;
    case TANDEM_CALL_PROP_REROUTED:
      g_value_set_boolean (value, self->rerouted);
      break;
    case TANDEM_CALL_PROP_FAILURE:
      g_value_set_string (value, self->failure);
      break;
    case TANDEM_CALL_PROP_NOTICE:
      g_value_set_string (value, self->notice);
      break;
    case TANDEM_CALL_PROP_TARGET:
      g_value_set_string (value, self->target);
      break;
    case TANDEM_CALL_PROP_RECEIVED_DIGITS:
      g_value_set_string (value, self->received_digits->str);
      break;
    case TANDEM_CALL_PROP_HOLD:
      g_value_set_enum (value, (int) self->hold);
      break;
    case TANDEM_CALL_PROP_HOLD_PENDING:
      g_value_set_boolean (value, self->hold_pending);
      break;
    case TANDEM_CALL_PROP_HOLD_DURATION:
      g_value_set_uint (value, self->hold_duration);
      break;
    case TANDEM_CALL_PROP_HOLD_PROBLEM:
      g_value_set_string (value, self->hold_problem);
      break;
    case TANDEM_CALL_PROP_UNCONFIRMED:
      g_value_set_boolean (value, self->unconfirmed);
      break;
    case TANDEM_CALL_PROP_SIP_CALL_ID:
      g_value_set_string (value, self->sip_call_id);
      break;
    case TANDEM_CALL_PROP_HEADERS:
      g_value_set_boxed (value, self->headers);
      break;
    case TANDEM_CALL_PROP_TRANSFER:
      g_value_set_enum (value, (int) self->transfer);
      break;
    case TANDEM_CALL_PROP_TRANSFER_TEXT:
      g_value_set_string (value, self->transfer_text);
      break;
    case TANDEM_CALL_PROP_CONSULTS:
      g_value_set_object (value, self->consults);
      break;
    case TANDEM_CALL_PROP_IN_CONFERENCE:
      g_value_set_boolean (value, self->in_conference);
      break;
    case TANDEM_CALL_PROP_PARTY_MUTED:
      g_value_set_boolean (value, self->party_muted);
      break;
    case TANDEM_CALL_PROP_REFERRAL_TARGET:
      g_value_set_string (value, self->referral_target);
      break;
    case TANDEM_CALL_PROP_AUTO_ANSWER_IN:
      g_value_set_int (value, self->auto_answer_in);
      break;
    case TANDEM_CALL_PROP_HOLD_REMINDER:
      g_value_set_boolean (value, self->hold_reminder);
      break;
    case TANDEM_CALL_PROP_NOTE:
      g_value_set_string (value, self->note);
      break;
    case TANDEM_CALL_PROP_DIALLED_DIGITS:
      g_value_set_string (value, self->dialled_digits->str);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_call_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TandemCall *self = TANDEM_CALL (object);

  switch (id)
    {
    case TANDEM_CALL_PROP_MUTED:
      tandem_call_set_muted (self, g_value_get_boolean (value), NULL);
      break;
    case TANDEM_CALL_PROP_NOTE:
      tandem_call_set_note (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_call_class_init (TandemCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = tandem_call_finalize;
  object_class->get_property = tandem_call_get_property;
  object_class->set_property = tandem_call_set_property;

  properties[TANDEM_CALL_PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, TANDEM_TYPE_CALL_STATE, TANDEM_CALL_CALLING, flags);
  properties[TANDEM_CALL_PROP_INCOMING]
      = g_param_spec_boolean ("incoming", NULL, NULL, FALSE, flags);
  properties[TANDEM_CALL_PROP_PEER_NAME]
      = g_param_spec_string ("peer-name", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_PEER_ADDRESS]
      = g_param_spec_string ("peer-address", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_PEER_URI] = g_param_spec_string ("peer-uri", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_QUEUE] = g_param_spec_string ("queue", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_STATUS_TEXT]
      = g_param_spec_string ("status-text", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_MUTED]
      = g_param_spec_boolean ("muted", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE);
  properties[TANDEM_CALL_PROP_DURATION]
      = g_param_spec_uint ("duration", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[TANDEM_CALL_PROP_CODEC] = g_param_spec_string ("codec", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_REROUTED]
      = g_param_spec_boolean ("rerouted", NULL, NULL, FALSE, flags);
  properties[TANDEM_CALL_PROP_FAILURE] = g_param_spec_string ("failure", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_TARGET] = g_param_spec_string ("target", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_RECEIVED_DIGITS]
      = g_param_spec_string ("received-digits", NULL, NULL, "", flags);
  properties[TANDEM_CALL_PROP_SIP_CALL_ID]
      = g_param_spec_string ("sip-call-id", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_HEADERS]
      = g_param_spec_boxed ("headers", NULL, NULL, G_TYPE_HASH_TABLE, flags);
  properties[TANDEM_CALL_PROP_HOLD]
      = g_param_spec_enum ("hold", NULL, NULL, TANDEM_TYPE_HOLD, TANDEM_HOLD_NONE, flags);
  properties[TANDEM_CALL_PROP_HOLD_PENDING]
      = g_param_spec_boolean ("hold-pending", NULL, NULL, FALSE, flags);
  properties[TANDEM_CALL_PROP_HOLD_DURATION]
      = g_param_spec_uint ("hold-duration", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[TANDEM_CALL_PROP_HOLD_PROBLEM]
      = g_param_spec_string ("hold-problem", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_UNCONFIRMED]
      = g_param_spec_boolean ("unconfirmed", NULL, NULL, FALSE, flags);
  properties[TANDEM_CALL_PROP_TRANSFER] = g_param_spec_enum (
      "transfer", NULL, NULL, TANDEM_TYPE_TRANSFER, TANDEM_TRANSFER_NONE, flags);
  properties[TANDEM_CALL_PROP_TRANSFER_TEXT]
      = g_param_spec_string ("transfer-text", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_CONSULTS]
      = g_param_spec_object ("consults", NULL, NULL, TANDEM_TYPE_CALL, flags);
  properties[TANDEM_CALL_PROP_IN_CONFERENCE]
      = g_param_spec_boolean ("in-conference", NULL, NULL, FALSE, flags);
  properties[TANDEM_CALL_PROP_PARTY_MUTED]
      = g_param_spec_boolean ("party-muted", NULL, NULL, FALSE, flags);
  properties[TANDEM_CALL_PROP_REFERRAL_TARGET]
      = g_param_spec_string ("referral-target", NULL, NULL, NULL, flags);
  properties[TANDEM_CALL_PROP_AUTO_ANSWER_IN]
      = g_param_spec_int ("auto-answer-in", NULL, NULL, -1, G_MAXINT, -1, flags);
  properties[TANDEM_CALL_PROP_HOLD_REMINDER]
      = g_param_spec_boolean ("hold-reminder", NULL, NULL, FALSE, flags);
  properties[TANDEM_CALL_PROP_NOTE]
      = g_param_spec_string ("note", NULL, NULL, NULL, flags | G_PARAM_WRITABLE);
  properties[TANDEM_CALL_PROP_DIALLED_DIGITS]
      = g_param_spec_string ("dialled-digits", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, TANDEM_CALL_N_PROPS, properties);

  signals[ENDED] = g_signal_new ("ended", TANDEM_TYPE_CALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  signals[TAKES_FLOOR] = g_signal_new ("takes-floor", TANDEM_TYPE_CALL, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
  signals[REMIND] = g_signal_new ("remind", TANDEM_TYPE_CALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
tandem_call_init (TandemCall *self)
{
  self->proxies = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->proxies, NULL);
  self->loss = -1;
  self->received_digits = g_string_new (NULL);
  self->dialled_digits = g_string_new (NULL);
  self->auto_answer_in = -1;
  self->start = g_date_time_new_now_local ();
  self->outcome = "failed";
}

TandemCall *
tandem_call_new (const char *id,
                 gboolean incoming,
                 const char *account,
                 const char *domain,
                 const char *peer_uri,
                 const char *peer_name)
{
  TandemCall *self = g_object_new (TANDEM_TYPE_CALL, NULL);

  self->id = g_strdup (id);
  self->incoming = incoming;
  self->account = g_strdup (account);
  self->domain = g_strdup (domain != NULL ? domain : "");
  self->peer.address = g_strdup ("");
  self->peer.uri = g_strdup ("");
  self->state = incoming ? TANDEM_CALL_RINGING_HERE : TANDEM_CALL_CALLING;
  tandem_call_set_peer (self, peer_uri != NULL ? peer_uri : "", peer_name);
  self->status_text = tandem_call_work_out_status_text (self);
  return self;
}

void
tandem_call_set_actions (TandemCall *self, const TandemCallActions *actions, gpointer data)
{
  self->actions = actions;
  self->actions_data = data;
}

void
tandem_call_set_codec (TandemCall *self, const char *codec)
{
  tandem_call_set_string (self, &self->codec, g_strdup (codec), TANDEM_CALL_PROP_CODEC);
}

void
tandem_call_set_notice (TandemCall *self, const char *words)
{
  tandem_call_set_string (self, &self->notice, g_strdup (words), TANDEM_CALL_PROP_NOTICE);
}

void
tandem_call_set_now (TandemCall *self, gint64 now, gint64 connected_at)
{
  self->frozen_now = now;
  if (connected_at != 0)
    self->connected_at = connected_at;
  tandem_call_set_timer (self, FALSE);
  if (self->state == TANDEM_CALL_CONNECTED || self->state == TANDEM_CALL_ANSWERING)
    tandem_call_update_clocks (self);
}

const char *
tandem_call_get_account (TandemCall *self)
{
  return self->account;
}

GDateTime *
tandem_call_get_start (TandemCall *self)
{
  return self->start;
}

const char *
tandem_call_get_outcome (TandemCall *self)
{
  return self->outcome;
}

guint
tandem_call_get_code (TandemCall *self)
{
  return self->code;
}

guint
tandem_call_get_attempt (TandemCall *self)
{
  return self->attempt;
}

const char *
tandem_call_get_id (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->id;
}

TandemCallState
tandem_call_get_state (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), TANDEM_CALL_ENDED);
  return self->state;
}

gboolean
tandem_call_is_incoming (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  return self->incoming;
}

const char *
tandem_call_get_peer_name (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->contact_name != NULL ? self->contact_name : self->peer.name;
}

const char *
tandem_call_get_peer_address (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->peer.address;
}

const char *
tandem_call_get_peer_uri (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->peer.uri;
}

const char *
tandem_call_get_queue (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->queue;
}

const char *
tandem_call_get_title (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return tandem_call_get_peer_name (self) != NULL ? tandem_call_get_peer_name (self)
                                                  : self->peer.address;
}

const char *
tandem_call_get_status_text (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->status_text;
}

const char *
tandem_call_get_failure (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->failure;
}

const char *
tandem_call_get_notice (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->notice;
}

const char *
tandem_call_get_target (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->target;
}

const char *
tandem_call_get_codec (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->codec;
}

const char *
tandem_call_get_sip_call_id (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->sip_call_id;
}

gboolean
tandem_call_get_muted (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  return self->muted;
}

guint
tandem_call_get_duration (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), 0);
  return self->duration;
}

gboolean
tandem_call_is_rerouted (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  return self->rerouted;
}

GHashTable *
tandem_call_get_headers (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->headers;
}

const char *
tandem_call_get_header (TandemCall *self, const char *name)
{
  GHashTableIter iter;
  gpointer key, value;

  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (self->headers == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, self->headers);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (g_ascii_strcasecmp (key, name) == 0)
      return value;
  return NULL;
}

TandemHold
tandem_call_get_hold (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), TANDEM_HOLD_NONE);
  return self->hold;
}

gboolean
tandem_call_is_hold_pending (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  return self->hold_pending;
}

guint
tandem_call_get_hold_duration (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), 0);
  return self->hold_duration;
}

const char *
tandem_call_get_hold_problem (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->hold_problem;
}

gboolean
tandem_call_is_unconfirmed (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  return self->unconfirmed;
}

gboolean
tandem_call_is_hold_reminder (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  return self->hold_reminder;
}

gint
tandem_call_get_auto_answer_in (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), -1);
  return self->auto_answer_in;
}

const char *
tandem_call_get_note (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->note;
}

/**
 * tandem_call_set_note:
 * @note: (nullable): what the agent writes about this call
 *
 * Goes into the history with the call.
 */
void
tandem_call_set_note (TandemCall *self, const char *note)
{
  g_return_if_fail (TANDEM_IS_CALL (self));
  tandem_call_set_string (self, &self->note,
                          note != NULL && note[0] != '\0' ? g_utf8_make_valid (note, -1) : NULL,
                          TANDEM_CALL_PROP_NOTE);
}
