/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "colleague-private.h"

#include "words.h"

#include <glib/gi18n.h>

#include <string.h>

/* TandemColleague: see colleague.h. */

#define MAX_NAME 96
#define MAX_URI 512
#define MAX_TAG 256

struct _TandemColleague
{
  GObject parent_instance;

  char *name;
  char *address;
  char *uri;
  TandemColleagueState state;
  char *note;
  char *caller;
  char *caller_uri;
  char *replaces;
  gboolean has_code;
  gboolean can_pick_up;
};

G_DEFINE_FINAL_TYPE (TandemColleague, tandem_colleague, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (TandemColleagueState,
                    tandem_colleague_state,
                    G_DEFINE_ENUM_VALUE (TANDEM_COLLEAGUE_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (TANDEM_COLLEAGUE_AVAILABLE, "available"),
                    G_DEFINE_ENUM_VALUE (TANDEM_COLLEAGUE_AWAY, "away"),
                    G_DEFINE_ENUM_VALUE (TANDEM_COLLEAGUE_RINGING, "ringing"),
                    G_DEFINE_ENUM_VALUE (TANDEM_COLLEAGUE_BUSY, "busy"),
                    G_DEFINE_ENUM_VALUE (TANDEM_COLLEAGUE_OFFLINE, "offline"))

enum
{
  PROP_NAME = 1,
  PROP_ADDRESS,
  PROP_URI,
  PROP_STATE,
  PROP_STATE_TEXT,
  PROP_NOTE,
  PROP_CALLER,
  PROP_CAN_PICK_UP,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
notify (TandemColleague *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
tandem_colleague_finalize (GObject *object)
{
  TandemColleague *self = TANDEM_COLLEAGUE (object);

  g_free (self->name);
  g_free (self->address);
  g_free (self->uri);
  g_free (self->note);
  g_free (self->caller);
  g_free (self->caller_uri);
  g_free (self->replaces);
  G_OBJECT_CLASS (tandem_colleague_parent_class)->finalize (object);
}

static void
tandem_colleague_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemColleague *self = TANDEM_COLLEAGUE (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_STATE_TEXT:
      g_value_set_string (value, tandem_colleague_get_state_text (self));
      break;
    case PROP_NOTE:
      g_value_set_string (value, self->note);
      break;
    case PROP_CALLER:
      g_value_set_string (value, self->caller);
      break;
    case PROP_CAN_PICK_UP:
      g_value_set_boolean (value, self->can_pick_up);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_colleague_class_init (TandemColleagueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = tandem_colleague_finalize;
  object_class->get_property = tandem_colleague_get_property;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  properties[PROP_URI] = g_param_spec_string ("uri", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, TANDEM_TYPE_COLLEAGUE_STATE,
                                              TANDEM_COLLEAGUE_UNKNOWN, flags);
  properties[PROP_STATE_TEXT] = g_param_spec_string ("state-text", NULL, NULL, NULL, flags);
  properties[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, flags);
  properties[PROP_CALLER] = g_param_spec_string ("caller", NULL, NULL, NULL, flags);
  properties[PROP_CAN_PICK_UP] = g_param_spec_boolean ("can-pick-up", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tandem_colleague_init (TandemColleague *self)
{
}

TandemColleague *
tandem_colleague_new (const char *address, const char *uri, const char *name)
{
  TandemColleague *self = g_object_new (TANDEM_TYPE_COLLEAGUE, NULL);

  self->address = tandem_words_clean (address, MAX_NAME);
  self->uri = g_strdup (uri != NULL ? uri : "");
  self->name = tandem_words_clean (name != NULL && name[0] != '\0' ? name : address, MAX_NAME);
  return self;
}

static void
take_string (TandemColleague *self, char **field, char *value, guint property)
{
  if (value != NULL && value[0] == '\0')
    g_clear_pointer (&value, g_free);
  if (g_strcmp0 (*field, value) == 0)
    {
      g_free (value);
      return;
    }
  g_free (*field);
  *field = value;
  if (property != 0)
    notify (self, property);
}

static void
update_pick_up (TandemColleague *self)
{
  const gboolean can
      = self->state == TANDEM_COLLEAGUE_RINGING && (self->has_code || self->replaces != NULL);

  if (self->can_pick_up == can)
    return;
  self->can_pick_up = can;
  notify (self, PROP_CAN_PICK_UP);
}

static gboolean
is_token (const char *text)
{
  if (text == NULL || text[0] == '\0' || strlen (text) > MAX_TAG)
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p) || *p == ';' || *p == ',' || *p == '"')
      return FALSE;
  return TRUE;
}

/* RFC 4235 says local for the one that is watched; for who takes over, that is the far end: in Replaces
 * (RFC 3891) to-tag is the tag of the one that receives it. We send it to the caller, whose own tag is
 * the dialog's remote one. */
static char *
make_replaces (const TandemSipDialogInfo *dialog)
{
  if (!dialog->incoming || dialog->confirmed || !is_token (dialog->call_id)
      || !is_token (dialog->remote_tag) || !is_token (dialog->local_tag)
      || dialog->remote_uri == NULL)
    return NULL;
  return g_strdup_printf ("%s;to-tag=%s;from-tag=%s;early-only", dialog->call_id,
                          dialog->remote_tag, dialog->local_tag);
}

static void
take_dialogs (TandemColleague *self, GPtrArray *dialogs)
{
  g_autofree char *replaces = NULL, *caller = NULL, *caller_uri = NULL;

  for (guint i = 0; dialogs != NULL && i < dialogs->len && replaces == NULL; i++)
    {
      const TandemSipDialogInfo *dialog = g_ptr_array_index (dialogs, i);

      if (!dialog->incoming || dialog->confirmed)
        continue;
      replaces = make_replaces (dialog);
      g_free (caller);
      g_free (caller_uri);
      caller = tandem_words_clean (dialog->remote_name != NULL && dialog->remote_name[0] != '\0'
                                       ? dialog->remote_name
                                       : dialog->remote_uri,
                                   MAX_NAME);
      caller_uri = tandem_words_clean (dialog->remote_uri, MAX_URI);
    }
  take_string (self, &self->replaces, g_steal_pointer (&replaces), 0);
  take_string (self, &self->caller_uri, g_steal_pointer (&caller_uri), 0);
  take_string (self, &self->caller, g_steal_pointer (&caller), PROP_CALLER);
}

static TandemColleagueState
state_of_presence (TandemSipPresence presence)
{
  switch (presence)
    {
    case TANDEM_SIP_PRESENCE_AVAILABLE:
      return TANDEM_COLLEAGUE_AVAILABLE;
    case TANDEM_SIP_PRESENCE_AWAY:
      return TANDEM_COLLEAGUE_AWAY;
    case TANDEM_SIP_PRESENCE_RINGING:
      return TANDEM_COLLEAGUE_RINGING;
    case TANDEM_SIP_PRESENCE_BUSY:
      return TANDEM_COLLEAGUE_BUSY;
    case TANDEM_SIP_PRESENCE_OFFLINE:
      return TANDEM_COLLEAGUE_OFFLINE;
    case TANDEM_SIP_PRESENCE_UNKNOWN:
    default:
      return TANDEM_COLLEAGUE_UNKNOWN;
    }
}

void
tandem_colleague_handle_event (TandemColleague *self, const TandemSipEvent *event)
{
  const TandemColleagueState state
      = event->known ? state_of_presence (event->presence) : TANDEM_COLLEAGUE_UNKNOWN;

  g_object_freeze_notify (G_OBJECT (self));
  take_string (self, &self->note,
               event->known && event->note != NULL ? tandem_words_clean (event->note, MAX_NAME)
                                                   : NULL,
               PROP_NOTE);
  take_dialogs (self, event->known ? event->dialogs : NULL);
  if (self->state != state)
    {
      self->state = state;
      notify (self, PROP_STATE);
      notify (self, PROP_STATE_TEXT);
    }
  update_pick_up (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
tandem_colleague_set_pick_up_code (TandemColleague *self, gboolean has_code)
{
  self->has_code = has_code;
  update_pick_up (self);
}

char *
tandem_colleague_get_replaces (TandemColleague *self)
{
  return g_strdup (self->replaces);
}

const char *
tandem_colleague_get_caller_uri (TandemColleague *self)
{
  return self->caller_uri;
}

const char *
tandem_colleague_get_name (TandemColleague *self)
{
  g_return_val_if_fail (TANDEM_IS_COLLEAGUE (self), NULL);
  return self->name;
}

const char *
tandem_colleague_get_address (TandemColleague *self)
{
  g_return_val_if_fail (TANDEM_IS_COLLEAGUE (self), NULL);
  return self->address;
}

const char *
tandem_colleague_get_uri (TandemColleague *self)
{
  g_return_val_if_fail (TANDEM_IS_COLLEAGUE (self), NULL);
  return self->uri;
}

TandemColleagueState
tandem_colleague_get_state (TandemColleague *self)
{
  g_return_val_if_fail (TANDEM_IS_COLLEAGUE (self), TANDEM_COLLEAGUE_UNKNOWN);
  return self->state;
}

const char *
tandem_colleague_get_state_text (TandemColleague *self)
{
  g_return_val_if_fail (TANDEM_IS_COLLEAGUE (self), NULL);

  switch (self->state)
    {
    case TANDEM_COLLEAGUE_AVAILABLE:
      return _ ("Available");
    case TANDEM_COLLEAGUE_AWAY:
      return _ ("Away");
    case TANDEM_COLLEAGUE_RINGING:
      return _ ("Ringing");
    case TANDEM_COLLEAGUE_BUSY:
      return _ ("In a Call");
    case TANDEM_COLLEAGUE_OFFLINE:
      return _ ("Offline");
    case TANDEM_COLLEAGUE_UNKNOWN:
    default:
      return _ ("Unknown");
    }
}

const char *
tandem_colleague_get_note (TandemColleague *self)
{
  g_return_val_if_fail (TANDEM_IS_COLLEAGUE (self), NULL);
  return self->note;
}

const char *
tandem_colleague_get_caller (TandemColleague *self)
{
  g_return_val_if_fail (TANDEM_IS_COLLEAGUE (self), NULL);
  return self->caller;
}

gboolean
tandem_colleague_can_pick_up (TandemColleague *self)
{
  g_return_val_if_fail (TANDEM_IS_COLLEAGUE (self), FALSE);
  return self->can_pick_up;
}
