/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-private.h"

#include "reason-words.h"
#include "words.h"

#include <glib/gi18n.h>

#include <string.h>

/* TandemCall: see call.h. The state machine of one row: events of the SIP thread come in through
 * tandem_call_handle_event(), what the agent does goes out through TandemCallActions. It knows
 * nothing of sound or of SIP messages; TandemLine does. */

#define MAX_NAME 96
#define MAX_ADDRESS 160
#define MAX_URI 512
#define MAX_DIGITS 256
#define UNCONFIRMED_AFTER 10 /* s */

struct _TandemCall
{
  GObject parent_instance;

  char *id;
  char *account;
  char *domain;
  gboolean incoming;
  TandemCallState state;
  char *peer_uri;
  char *peer_name;
  char *peer_address;
  gboolean withheld;
  char *queue;
  char *status_text;
  char *failure;
  char *notice;
  char *target;
  char *codec;
  char *sip_call_id;
  GHashTable *headers;
  GString *received_digits;
  gboolean muted;
  gboolean rerouted;
  gboolean local_end;
  guint attempt;
  guint code;
  const char *outcome;

  GDateTime *start;
  gint64 connected_at;
  gint64 answering_since;
  guint duration;
  guint timer;
  gint64 frozen_now;

  const TandemCallActions *actions;
  gpointer actions_data;
};

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

enum
{
  PROP_ID = 1,
  PROP_STATE,
  PROP_INCOMING,
  PROP_PEER_NAME,
  PROP_PEER_ADDRESS,
  PROP_PEER_URI,
  PROP_QUEUE,
  PROP_TITLE,
  PROP_STATUS_TEXT,
  PROP_MUTED,
  PROP_DURATION,
  PROP_CODEC,
  PROP_REROUTED,
  PROP_FAILURE,
  PROP_NOTICE,
  PROP_TARGET,
  PROP_RECEIVED_DIGITS,
  PROP_SIP_CALL_ID,
  PROP_HEADERS,
  N_PROPS
};

enum
{
  ENDED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static gint64
get_now (TandemCall *self)
{
  return self->frozen_now != 0 ? self->frozen_now : g_get_monotonic_time ();
}

static void
notify (TandemCall *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* Takes value. */
static void
set_string (TandemCall *self, char **field, char *value, guint property)
{
  if (g_strcmp0 (*field, value) == 0)
    {
      g_free (value);
      return;
    }
  g_free (*field);
  *field = value;
  notify (self, property);
}

static char *
work_out_status_text (TandemCall *self)
{
  switch (self->state)
    {
    case TANDEM_CALL_CALLING:
      return g_strdup (self->rerouted ? _ ("Trying another route…") : _ ("Calling…"));
    case TANDEM_CALL_DISCONNECTED:
      return g_strdup (_ ("Trying another route…"));
    case TANDEM_CALL_RINGING_THERE:
      return g_strdup (_ ("Ringing…"));
    case TANDEM_CALL_EARLY_MEDIA:
      return g_strdup (_ ("Connecting…"));
    case TANDEM_CALL_RINGING_HERE:
      return g_strdup (_ ("Incoming Call"));
    case TANDEM_CALL_ANSWERING:
      return g_strdup (_ ("Answering…"));
    case TANDEM_CALL_CONNECTED:
      return g_strdup (_ ("In Call"));
    case TANDEM_CALL_REDIRECTED:
      return g_strdup (_ ("Redirected"));
    case TANDEM_CALL_ENDED:
    default:
      return g_strdup (self->failure != NULL ? self->failure : _ ("Call ended"));
    }
}

static void
update_duration (TandemCall *self)
{
  guint duration = 0;

  if (self->connected_at != 0)
    duration = (guint) (MAX (get_now (self) - self->connected_at, 0) / G_USEC_PER_SEC);
  if (duration == self->duration)
    return;
  self->duration = duration;
  notify (self, PROP_DURATION);
}

static gboolean
on_second (gpointer data)
{
  TandemCall *self = data;

  if (self->state == TANDEM_CALL_ANSWERING)
    {
      if (get_now (self) - self->answering_since >= UNCONFIRMED_AFTER * G_USEC_PER_SEC)
        tandem_call_set_notice (self, _ ("Not yet confirmed by the other side"));
    }
  else
    update_duration (self);
  return G_SOURCE_CONTINUE;
}

static void
set_timer (TandemCall *self, gboolean wanted)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (wanted && self->frozen_now == 0)
    self->timer = g_timeout_add (1000, on_second, self);
}

static void
set_state (TandemCall *self, TandemCallState state)
{
  const gboolean changed = self->state != state;

  if (changed && state == TANDEM_CALL_CONNECTED && self->connected_at == 0)
    self->connected_at = get_now (self);
  if (changed && state == TANDEM_CALL_ANSWERING)
    self->answering_since = get_now (self);
  if (changed && self->state == TANDEM_CALL_ANSWERING)
    tandem_call_set_notice (self, NULL);
  if (changed)
    {
      self->state = state;
      set_timer (self, state == TANDEM_CALL_CONNECTED || state == TANDEM_CALL_ANSWERING);
      notify (self, PROP_STATE);
    }
  set_string (self, &self->status_text, work_out_status_text (self), PROP_STATUS_TEXT);
}

static const char *
outcome_of_local_end (TandemCall *self)
{
  if (self->connected_at != 0 || self->state == TANDEM_CALL_ANSWERING)
    return "answered";
  return self->incoming ? "declined" : "cancelled";
}

/* Takes failure. */
static void
end (TandemCall *self, const char *outcome, char *failure)
{
  if (self->state == TANDEM_CALL_ENDED)
    {
      g_free (failure);
      return;
    }

  g_object_ref (self);
  g_object_freeze_notify (G_OBJECT (self));
  update_duration (self);
  self->outcome = outcome;
  set_string (self, &self->failure, failure, PROP_FAILURE);
  tandem_call_set_notice (self, NULL);
  set_state (self, TANDEM_CALL_ENDED);
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit (self, signals[ENDED], 0);
  g_object_unref (self);
}

/* The user part of a SIP URI, or NULL; the host part. (transfer full) */
static char *
split_uri (const char *uri, char **host, gboolean *is_phone)
{
  const char *p = uri, *at, *end;
  g_autofree char *user = NULL;
  char *decoded;

  *host = NULL;
  *is_phone = FALSE;
  if (g_ascii_strncasecmp (p, "sip:", 4) == 0)
    p += 4;
  else if (g_ascii_strncasecmp (p, "sips:", 5) == 0)
    p += 5;
  else if (g_ascii_strncasecmp (p, "tel:", 4) == 0)
    {
      *is_phone = TRUE;
      return g_strndup (p + 4, strcspn (p + 4, ";"));
    }

  *is_phone = strstr (p, ";user=phone") != NULL;
  at = strchr (p, '@');
  if (at == NULL)
    {
      *host = g_strndup (p, strcspn (p, ";?"));
      return NULL;
    }
  end = at + 1 + strcspn (at + 1, ";?");
  *host = g_strndup (at + 1, (gsize) (end - at - 1));
  user = g_strndup (p, (gsize) (at - p));
  user[strcspn (user, ";")] = '\0';
  decoded = g_uri_unescape_string (user, NULL);
  if (decoded == NULL)
    decoded = g_steal_pointer (&user);
  return decoded;
}

static char *
host_without_port (const char *host)
{
  const char *end = host[0] == '[' ? strchr (host, ']') : strchr (host, ':');

  if (end == NULL)
    return g_strdup (host);
  return g_strndup (host, (gsize) (end - host) + (host[0] == '[' ? 1 : 0));
}

static gboolean
looks_like_number (const char *text)
{
  return text[0] != '\0' && strspn (text, "+0123456789*#") == strlen (text);
}

static gboolean
is_numeric_host (const char *host)
{
  g_autofree char *bare = NULL;

  if (host[0] == '[')
    return TRUE;
  bare = host_without_port (host);
  return g_hostname_is_ip_address (bare);
}

static void
set_peer (TandemCall *self, const char *uri, const char *name)
{
  g_autofree char *host = NULL, *bare = NULL, *user = NULL, *clean_name = NULL;
  char *address;
  gboolean is_phone;

  if (uri != NULL)
    {
      user = split_uri (uri, &host, &is_phone);
      bare = host != NULL ? host_without_port (host) : NULL;
      self->withheld = (user != NULL && g_ascii_strcasecmp (user, "anonymous") == 0)
                       || (bare != NULL && g_str_has_suffix (bare, "anonymous.invalid"));

      if (user == NULL)
        address = g_strdup (host);
      else if (bare == NULL || is_phone || g_ascii_strcasecmp (bare, self->domain) == 0
               || user[0] == '+' || (looks_like_number (user) && is_numeric_host (bare)))
        address = g_strdup (user);
      else
        address = g_strconcat (user, "@", host, NULL);

      set_string (self, &self->peer_uri, tandem_words_clean (uri, MAX_URI), PROP_PEER_URI);
      set_string (self, &self->peer_address,
                  self->withheld ? g_strdup ("") : tandem_words_clean (address, MAX_ADDRESS),
                  PROP_PEER_ADDRESS);
      g_free (address);
    }

  if (name != NULL || self->withheld)
    {
      clean_name = tandem_words_clean (name, MAX_NAME);
      if (self->withheld
          && (clean_name[0] == '\0' || g_ascii_strcasecmp (clean_name, "anonymous") == 0))
        {
          g_free (clean_name);
          clean_name = g_strdup (_ ("Number withheld"));
        }
      if (clean_name[0] == '\0' || g_strcmp0 (clean_name, self->peer_address) == 0)
        g_clear_pointer (&clean_name, g_free);
      set_string (self, &self->peer_name, g_steal_pointer (&clean_name), PROP_PEER_NAME);
    }
  notify (self, PROP_TITLE);
}

static void
take_common (TandemCall *self, const TandemSipEvent *event)
{
  if (event->sip_call_id != NULL)
    set_string (self, &self->sip_call_id, tandem_words_clean (event->sip_call_id, MAX_URI),
                PROP_SIP_CALL_ID);
  if (event->headers != NULL && event->headers != self->headers)
    {
      g_clear_pointer (&self->headers, g_hash_table_unref);
      self->headers = g_hash_table_ref (event->headers);
      notify (self, PROP_HEADERS);
    }
  if (event->queue != NULL)
    set_string (self, &self->queue, tandem_words_clean (event->queue, MAX_NAME), PROP_QUEUE);
  if (event->peer_uri != NULL || event->peer_name != NULL)
    set_peer (self, event->peer_uri, event->peer_name);
  if (event->code != 0)
    self->code = event->code;
  if (event->attempt != 0)
    self->attempt = event->attempt;
}

static void
take_end (TandemCall *self, const TandemSipEvent *event)
{
  const gboolean connected = self->connected_at != 0;
  char *failure = NULL;

  if (event->answered_elsewhere)
    {
      end (self, "elsewhere", g_strdup (_ ("Answered elsewhere")));
      return;
    }
  if (connected)
    {
      if (event->remote_ended || event->code >= 300 || event->reason != NULL)
        failure = tandem_reason_words_for_call (event->code, event->text, event->reason, TRUE);
      end (self, "answered", failure);
      return;
    }
  if (self->incoming)
    {
      if (self->state == TANDEM_CALL_ANSWERING)
        {
          failure = g_strdup (_ ("The answer was never confirmed: the call is lost"));
          end (self, "failed", failure);
        }
      else
        end (self, "missed", NULL);
      return;
    }

  failure = tandem_reason_words_for_call (event->code, event->text, event->reason, FALSE);
  if (failure == NULL)
    failure = g_strdup (_ ("The call failed"));
  end (self, event->code == 486 || event->code == 600 ? "busy" : "failed", failure);
}

static void
take_state (TandemCall *self, const TandemSipEvent *event)
{
  if (self->state == TANDEM_CALL_ENDED)
    return;

  switch (event->state)
    {
    case TANDEM_SIP_CALL_TRYING:
      if (event->attempt > 1 && !self->rerouted)
        {
          self->rerouted = TRUE;
          notify (self, PROP_REROUTED);
        }
      set_state (self, TANDEM_CALL_CALLING);
      break;
    case TANDEM_SIP_CALL_DISCONNECTED:
      set_state (self, TANDEM_CALL_DISCONNECTED);
      if (!self->rerouted)
        {
          self->rerouted = TRUE;
          notify (self, PROP_REROUTED);
        }
      break;
    case TANDEM_SIP_CALL_RINGING:
      if (self->state != TANDEM_CALL_EARLY_MEDIA)
        set_state (self, TANDEM_CALL_RINGING_THERE);
      break;
    case TANDEM_SIP_CALL_EARLY_MEDIA:
      set_state (self, TANDEM_CALL_EARLY_MEDIA);
      break;
    case TANDEM_SIP_CALL_ANSWERING:
      set_state (self, TANDEM_CALL_ANSWERING);
      break;
    case TANDEM_SIP_CALL_CONNECTED:
      if (event->code >= 300)
        tandem_call_set_notice (self, _ ("The change did not get through; the call goes on"));
      set_state (self, TANDEM_CALL_CONNECTED);
      break;
    case TANDEM_SIP_CALL_REDIRECT:
      set_string (self, &self->target, tandem_words_clean (event->target, MAX_URI), PROP_TARGET);
      set_state (self, TANDEM_CALL_REDIRECTED);
      break;
    case TANDEM_SIP_CALL_ENDED:
      /* The question to the agent stays, although the first call is over. */
      if (self->state != TANDEM_CALL_REDIRECTED)
        take_end (self, event);
      break;
    default:
      break;
    }
}

static void
tandem_call_finalize (GObject *object)
{
  TandemCall *self = TANDEM_CALL (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_free (self->id);
  g_free (self->account);
  g_free (self->domain);
  g_free (self->peer_uri);
  g_free (self->peer_name);
  g_free (self->peer_address);
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
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_INCOMING:
      g_value_set_boolean (value, self->incoming);
      break;
    case PROP_PEER_NAME:
      g_value_set_string (value, self->peer_name);
      break;
    case PROP_PEER_ADDRESS:
      g_value_set_string (value, self->peer_address);
      break;
    case PROP_PEER_URI:
      g_value_set_string (value, self->peer_uri);
      break;
    case PROP_QUEUE:
      g_value_set_string (value, self->queue);
      break;
    case PROP_TITLE:
      g_value_set_string (value, tandem_call_get_title (self));
      break;
    case PROP_STATUS_TEXT:
      g_value_set_string (value, self->status_text);
      break;
    case PROP_MUTED:
      g_value_set_boolean (value, self->muted);
      break;
    case PROP_DURATION:
      g_value_set_uint (value, self->duration);
      break;
    case PROP_CODEC:
      g_value_set_string (value, self->codec);
      break;
    case PROP_REROUTED:
      g_value_set_boolean (value, self->rerouted);
      break;
    case PROP_FAILURE:
      g_value_set_string (value, self->failure);
      break;
    case PROP_NOTICE:
      g_value_set_string (value, self->notice);
      break;
    case PROP_TARGET:
      g_value_set_string (value, self->target);
      break;
    case PROP_RECEIVED_DIGITS:
      g_value_set_string (value, self->received_digits->str);
      break;
    case PROP_SIP_CALL_ID:
      g_value_set_string (value, self->sip_call_id);
      break;
    case PROP_HEADERS:
      g_value_set_boxed (value, self->headers);
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
    case PROP_MUTED:
      tandem_call_set_muted (self, g_value_get_boolean (value), NULL);
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

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, TANDEM_TYPE_CALL_STATE, TANDEM_CALL_CALLING, flags);
  properties[PROP_INCOMING] = g_param_spec_boolean ("incoming", NULL, NULL, FALSE, flags);
  properties[PROP_PEER_NAME] = g_param_spec_string ("peer-name", NULL, NULL, NULL, flags);
  properties[PROP_PEER_ADDRESS] = g_param_spec_string ("peer-address", NULL, NULL, NULL, flags);
  properties[PROP_PEER_URI] = g_param_spec_string ("peer-uri", NULL, NULL, NULL, flags);
  properties[PROP_QUEUE] = g_param_spec_string ("queue", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_STATUS_TEXT] = g_param_spec_string ("status-text", NULL, NULL, NULL, flags);
  properties[PROP_MUTED]
      = g_param_spec_boolean ("muted", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE);
  properties[PROP_DURATION] = g_param_spec_uint ("duration", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_CODEC] = g_param_spec_string ("codec", NULL, NULL, NULL, flags);
  properties[PROP_REROUTED] = g_param_spec_boolean ("rerouted", NULL, NULL, FALSE, flags);
  properties[PROP_FAILURE] = g_param_spec_string ("failure", NULL, NULL, NULL, flags);
  properties[PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL, flags);
  properties[PROP_TARGET] = g_param_spec_string ("target", NULL, NULL, NULL, flags);
  properties[PROP_RECEIVED_DIGITS] = g_param_spec_string ("received-digits", NULL, NULL, "", flags);
  properties[PROP_SIP_CALL_ID] = g_param_spec_string ("sip-call-id", NULL, NULL, NULL, flags);
  properties[PROP_HEADERS] = g_param_spec_boxed ("headers", NULL, NULL, G_TYPE_HASH_TABLE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[ENDED] = g_signal_new ("ended", TANDEM_TYPE_CALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
tandem_call_init (TandemCall *self)
{
  self->received_digits = g_string_new (NULL);
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
  self->peer_address = g_strdup ("");
  self->peer_uri = g_strdup ("");
  self->state = incoming ? TANDEM_CALL_RINGING_HERE : TANDEM_CALL_CALLING;
  set_peer (self, peer_uri != NULL ? peer_uri : "", peer_name);
  self->status_text = work_out_status_text (self);
  return self;
}

void
tandem_call_set_actions (TandemCall *self, const TandemCallActions *actions, gpointer data)
{
  self->actions = actions;
  self->actions_data = data;
}

void
tandem_call_handle_event (TandemCall *self, const TandemSipEvent *event)
{
  g_object_ref (self);
  g_object_freeze_notify (G_OBJECT (self));
  take_common (self, event);
  g_object_thaw_notify (G_OBJECT (self));
  if (event->type == TANDEM_SIP_EVENT_CALL)
    take_state (self, event);
  g_object_unref (self);
}

void
tandem_call_fail (TandemCall *self, const char *words)
{
  end (self, self->connected_at != 0 ? "answered" : "failed", g_strdup (words));
}

void
tandem_call_set_codec (TandemCall *self, const char *codec)
{
  set_string (self, &self->codec, g_strdup (codec), PROP_CODEC);
}

void
tandem_call_set_notice (TandemCall *self, const char *words)
{
  set_string (self, &self->notice, g_strdup (words), PROP_NOTICE);
}

void
tandem_call_add_received_digit (TandemCall *self, char digit)
{
  if (self->received_digits->len >= MAX_DIGITS)
    g_string_erase (self->received_digits, 0, 1);
  g_string_append_c (self->received_digits, digit);
  notify (self, PROP_RECEIVED_DIGITS);
}

void
tandem_call_set_now (TandemCall *self, gint64 now, gint64 connected_at)
{
  self->frozen_now = now;
  if (connected_at != 0)
    self->connected_at = connected_at;
  set_timer (self, FALSE);
  if (self->state == TANDEM_CALL_CONNECTED)
    update_duration (self);
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
  return self->peer_name;
}

const char *
tandem_call_get_peer_address (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->peer_address;
}

const char *
tandem_call_get_peer_uri (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->peer_uri;
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
  return self->peer_name != NULL ? self->peer_name : self->peer_address;
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

const char *
tandem_call_get_received_digits (TandemCall *self)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), NULL);
  return self->received_digits->str;
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

static gboolean
refuse (GError **error, const char *words)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, words);
  return FALSE;
}

/**
 * tandem_call_answer:
 *
 * Answers a call that rings here.
 *
 * Returns: %FALSE with an error when it does not ring here, or when there is no
 *   codec in common; the call has then failed
 */
gboolean
tandem_call_answer (TandemCall *self, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  if (self->state != TANDEM_CALL_RINGING_HERE)
    return refuse (error, _ ("This call does not ring here"));
  if (self->actions == NULL)
    {
      set_state (self, TANDEM_CALL_CONNECTED);
      return TRUE;
    }
  if (!self->actions->answer (self, self->actions_data, error))
    return FALSE;
  if (self->state == TANDEM_CALL_RINGING_HERE)
    set_state (self, TANDEM_CALL_ANSWERING);
  return TRUE;
}

/**
 * tandem_call_decline:
 *
 * Refuses a call that rings here. The call leaves the list at once.
 */
gboolean
tandem_call_decline (TandemCall *self, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  if (self->state != TANDEM_CALL_RINGING_HERE)
    return refuse (error, _ ("This call does not ring here"));
  if (self->actions != NULL)
    self->actions->decline (self, self->actions_data);
  end (self, "declined", NULL);
  return TRUE;
}

/**
 * tandem_call_hang_up:
 *
 * Ends the call, whatever its state. It leaves the list at once; CANCEL, BYE or
 * the refusal go on behind it.
 */
gboolean
tandem_call_hang_up (TandemCall *self, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  if (self->state == TANDEM_CALL_ENDED)
    return refuse (error, _ ("This call has ended already"));
  if (self->state == TANDEM_CALL_RINGING_HERE)
    return tandem_call_decline (self, error);
  if (self->actions != NULL)
    self->actions->hang_up (self, self->actions_data);
  end (self, outcome_of_local_end (self), NULL);
  return TRUE;
}

/**
 * tandem_call_set_muted:
 *
 * Keeps the agent's voice from this call, or no longer. May be set before the
 * call is answered.
 */
gboolean
tandem_call_set_muted (TandemCall *self, gboolean muted, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  muted = !!muted;
  if (self->state == TANDEM_CALL_ENDED)
    return refuse (error, _ ("This call has ended already"));
  if (self->muted == muted)
    return TRUE;
  self->muted = muted;
  if (self->actions != NULL)
    self->actions->set_muted (self, muted, self->actions_data);
  notify (self, PROP_MUTED);
  return TRUE;
}

/**
 * tandem_call_send_dtmf:
 * @digits: 0-9, *, #, A-D
 *
 * Queues key tones (RFC 4733).
 */
gboolean
tandem_call_send_dtmf (TandemCall *self, const char *digits, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);
  g_return_val_if_fail (digits != NULL, FALSE);

  if (digits[0] == '\0' || strlen (digits) > MAX_DIGITS
      || strspn (digits, "0123456789*#ABCDabcd") != strlen (digits))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("Key tones are the digits 0 to 9, * and #, and A to D"));
      return FALSE;
    }
  if (self->state != TANDEM_CALL_CONNECTED && self->state != TANDEM_CALL_EARLY_MEDIA)
    return refuse (error, _ ("Key tones can be sent only during a call"));
  if (self->actions == NULL)
    return TRUE;
  return self->actions->send_dtmf (self, digits, self->actions_data, error);
}

/**
 * tandem_call_follow_redirect:
 *
 * Calls the "target" of a %TANDEM_CALL_REDIRECTED call; the row stays the same.
 */
gboolean
tandem_call_follow_redirect (TandemCall *self, GError **error)
{
  g_return_val_if_fail (TANDEM_IS_CALL (self), FALSE);

  if (self->state != TANDEM_CALL_REDIRECTED || self->target == NULL)
    return refuse (error, _ ("This call was not redirected"));
  if (self->actions != NULL
      && !self->actions->follow (self, self->target, self->actions_data, error))
    return FALSE;
  set_peer (self, self->target, NULL);
  set_string (self, &self->peer_name, NULL, PROP_PEER_NAME);
  notify (self, PROP_TITLE);
  set_state (self, TANDEM_CALL_CALLING);
  return TRUE;
}
