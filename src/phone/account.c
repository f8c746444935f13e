/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account-private.h"

#include "account-config.h"
#include "proxy-private.h"
#include "status-line.h"
#include "voice-mail.h"

/* TandemAccount: see account.h. It turns what the SIP thread reports into one truthful line, and
 * counts down once a second while, and only while, there is something to count. It sends nothing
 * itself: what the agent asks for goes to the phone through TandemAccountActions. */

struct _TandemAccount
{
  GObject parent_instance;

  char *id;
  char *name;
  char *address;
  char *domain;
  char *transport;
  gboolean configured;
  gboolean standalone;
  gboolean has_password;
  gboolean offline;

  TandemSipRegistrationState registration;
  char *candidate;
  char *contact;
  guint code;
  char *cause;
  guint expires;
  gint64 next_try;

  GListStore *proxies;

  TandemAccountState state;
  char *title;
  char *subtitle;
  char *problem;
  char *secret_storage;
  TandemVoiceMail mail;
  gboolean mailbox_waiting;
  guint mailbox_new;
  guint mailbox_old;
  char *mailbox_uri;
  char *mailbox_text;
  TandemProxy *active_proxy;
  guint set_aside;
  guint seconds_to_retry;

  const TandemAccountActions *actions;
  gpointer actions_data;
  guint timer;
  gint64 frozen_now;
};

G_DEFINE_FINAL_TYPE (TandemAccount, tandem_account, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (TandemAccountState,
                    tandem_account_state,
                    G_DEFINE_ENUM_VALUE (TANDEM_ACCOUNT_NOT_CONFIGURED, "not-configured"),
                    G_DEFINE_ENUM_VALUE (TANDEM_ACCOUNT_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (TANDEM_ACCOUNT_REGISTERED, "registered"),
                    G_DEFINE_ENUM_VALUE (TANDEM_ACCOUNT_FAILING_OVER, "failing-over"),
                    G_DEFINE_ENUM_VALUE (TANDEM_ACCOUNT_NOT_REGISTERED, "not-registered"),
                    G_DEFINE_ENUM_VALUE (TANDEM_ACCOUNT_REJECTED, "rejected"),
                    G_DEFINE_ENUM_VALUE (TANDEM_ACCOUNT_NEEDS_PASSWORD, "needs-password"),
                    G_DEFINE_ENUM_VALUE (TANDEM_ACCOUNT_STANDALONE, "standalone"),
                    G_DEFINE_ENUM_VALUE (TANDEM_ACCOUNT_OFFLINE, "offline"))

enum
{
  PROP_ID = 1,
  PROP_STATE,
  PROP_NAME,
  PROP_ADDRESS,
  PROP_DOMAIN,
  PROP_ACTIVE_PROXY,
  PROP_PROXIES,
  PROP_TITLE,
  PROP_SUBTITLE,
  PROP_PROBLEM,
  PROP_SECONDS_TO_RETRY,
  PROP_SET_ASIDE,
  PROP_SECRET_STORAGE,
  PROP_MAILBOX_WAITING,
  PROP_MAILBOX_NEW,
  PROP_MAILBOX_OLD,
  PROP_MAILBOX_URI,
  PROP_MAILBOX_TEXT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void update (TandemAccount *self);

static gint64
get_now (TandemAccount *self)
{
  return self->frozen_now != 0 ? self->frozen_now : g_get_monotonic_time ();
}

static guint
n_proxies (TandemAccount *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->proxies));
}

static void
set_string (TandemAccount *self, char **field, char *value, guint property)
{
  if (g_strcmp0 (*field, value) == 0)
    {
      g_free (value);
      return;
    }
  g_free (*field);
  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_uint (TandemAccount *self, guint *field, guint value, guint property)
{
  if (*field == value)
    return;
  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static TandemAccountState
work_out_state (TandemAccount *self)
{
  if (!self->configured)
    return TANDEM_ACCOUNT_NOT_CONFIGURED;
  if (self->offline)
    return TANDEM_ACCOUNT_OFFLINE;

  switch (self->registration)
    {
    case TANDEM_SIP_REGISTRATION_NONE:
      return self->standalone ? TANDEM_ACCOUNT_STANDALONE : TANDEM_ACCOUNT_CONNECTING;
    case TANDEM_SIP_REGISTRATION_TRYING:
      return TANDEM_ACCOUNT_CONNECTING;
    case TANDEM_SIP_REGISTRATION_REGISTERED:
      return TANDEM_ACCOUNT_REGISTERED;
    case TANDEM_SIP_REGISTRATION_FAILING_OVER:
      return TANDEM_ACCOUNT_FAILING_OVER;
    case TANDEM_SIP_REGISTRATION_WAITING:
      return TANDEM_ACCOUNT_NOT_REGISTERED;
    case TANDEM_SIP_REGISTRATION_REJECTED:
      if (!self->has_password && (self->code == 401 || self->code == 407))
        return TANDEM_ACCOUNT_NEEDS_PASSWORD;
      return TANDEM_ACCOUNT_REJECTED;
    case TANDEM_SIP_REGISTRATION_UNREGISTERED:
    default:
      return TANDEM_ACCOUNT_OFFLINE;
    }
}

static gboolean
on_second (gpointer data)
{
  TandemAccount *self = data;

  update (self);
  return self->timer != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
set_timer (TandemAccount *self, gboolean wanted)
{
  if (wanted && self->timer == 0 && self->frozen_now == 0)
    self->timer = g_timeout_add_seconds (1, on_second, self);
  else if (!wanted)
    g_clear_handle_id (&self->timer, g_source_remove);
}

/* Works everything out anew and tells what has changed. */
static void
update (TandemAccount *self)
{
  const gint64 now = get_now (self);
  g_autoptr (TandemProxy) active = NULL;
  TandemStatusLine line;
  TandemAccountState state;
  gboolean counting = FALSE;
  guint set_aside = 0, seconds = 0;

  g_object_freeze_notify (G_OBJECT (self));

  state = work_out_state (self);
  for (guint i = 0; i < n_proxies (self); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (G_LIST_MODEL (self->proxies), i);

      tandem_proxy_tick (proxy, now);
      if (tandem_proxy_get_seconds_left (proxy) == 0)
        continue;
      counting = TRUE;
      if (state != TANDEM_ACCOUNT_REGISTERED
          || tandem_proxy_get_role (proxy) == TANDEM_PROXY_SET_ASIDE)
        set_aside++;
    }
  if (self->next_try > now)
    {
      seconds
          = (guint) MIN ((self->next_try - now + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC, G_MAXUINT);
      counting = TRUE;
    }

  if (state == TANDEM_ACCOUNT_REGISTERED || state == TANDEM_ACCOUNT_STANDALONE)
    {
      active = tandem_proxies_find (G_LIST_MODEL (self->proxies), self->candidate);
      if (active == NULL)
        active = tandem_proxies_find_role (G_LIST_MODEL (self->proxies), TANDEM_PROXY_IN_USE);
    }
  if (g_set_object (&self->active_proxy, active))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE_PROXY]);

  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  set_uint (self, &self->set_aside, set_aside, PROP_SET_ASIDE);
  set_uint (self, &self->seconds_to_retry, seconds, PROP_SECONDS_TO_RETRY);
  line = (TandemStatusLine){
    .state = state,
    .address = self->address,
    .candidate = self->candidate,
    .proxies = G_LIST_MODEL (self->proxies),
    .set_aside = set_aside,
    .next_try = self->next_try,
    .seconds_to_retry = seconds,
    .code = self->code,
    .cause = self->cause,
  };
  set_string (self, &self->problem, tandem_status_line_problem (&line), PROP_PROBLEM);
  set_string (self, &self->title, tandem_status_line_title (&line), PROP_TITLE);
  set_string (self, &self->subtitle, tandem_status_line_subtitle (&line, self->problem),
              PROP_SUBTITLE);
  set_timer (self, counting);

  g_object_thaw_notify (G_OBJECT (self));
}

static void
take_pool (TandemAccount *self, GPtrArray *members)
{
  const gint64 now = get_now (self);
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean same = members->len == n_proxies (self);

  for (guint i = 0; i < members->len; i++)
    {
      const TandemSipPoolMember *member = g_ptr_array_index (members, i);
      g_autoptr (TandemProxy) at = g_list_model_get_item (G_LIST_MODEL (self->proxies), i);
      TandemProxy *proxy = tandem_proxies_find (G_LIST_MODEL (self->proxies), member->id);

      if (proxy == NULL)
        proxy = tandem_proxy_new (member->id);
      same = same && proxy == at;
      tandem_proxy_update (proxy, member, now);
      g_ptr_array_add (fresh, proxy);
    }
  if (!same)
    g_list_store_splice (self->proxies, 0, n_proxies (self), fresh->pdata, fresh->len);
}

static void
take_registration (TandemAccount *self, const TandemSipEvent *event)
{
  self->registration = event->registration;
  g_free (self->candidate);
  self->candidate = g_strdup (event->candidate);
  g_free (self->contact);
  self->contact = g_strdup (event->contact);
  self->code = event->code;
  g_free (self->cause);
  self->cause = g_strdup (event->text);
  self->expires = event->expires;
  self->next_try = event->registration == TANDEM_SIP_REGISTRATION_WAITING ? event->next_try : 0;
  if (event->registration == TANDEM_SIP_REGISTRATION_REGISTERED)
    {
      self->code = 0;
      g_clear_pointer (&self->cause, g_free);
    }
}

static void
take_mailbox (TandemAccount *self, const TandemSipEvent *event)
{
  tandem_voice_mail_take (&self->mail, event);
  if (self->mailbox_waiting != self->mail.waiting)
    {
      self->mailbox_waiting = self->mail.waiting;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAILBOX_WAITING]);
    }
  set_uint (self, &self->mailbox_new, self->mail.fresh, PROP_MAILBOX_NEW);
  set_uint (self, &self->mailbox_old, self->mail.old, PROP_MAILBOX_OLD);
  set_string (self, &self->mailbox_uri, g_strdup (self->mail.uri), PROP_MAILBOX_URI);
  set_string (self, &self->mailbox_text, tandem_voice_mail_words (&self->mail), PROP_MAILBOX_TEXT);
}

/* Nothing is known of the voice mail any more. */
static void
forget_mailbox (TandemAccount *self)
{
  const TandemSipEvent nothing = { .type = TANDEM_SIP_EVENT_MAILBOX };

  take_mailbox (self, &nothing);
}

static void
tandem_account_finalize (GObject *object)
{
  TandemAccount *self = TANDEM_ACCOUNT (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->active_proxy);
  g_clear_object (&self->proxies);
  g_free (self->id);
  g_free (self->name);
  g_free (self->address);
  g_free (self->domain);
  g_free (self->transport);
  g_free (self->candidate);
  g_free (self->contact);
  g_free (self->cause);
  g_free (self->title);
  g_free (self->subtitle);
  g_free (self->problem);
  g_free (self->secret_storage);
  tandem_voice_mail_clear (&self->mail);
  g_free (self->mailbox_uri);
  g_free (self->mailbox_text);
  G_OBJECT_CLASS (tandem_account_parent_class)->finalize (object);
}

static void
tandem_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemAccount *self = TANDEM_ACCOUNT (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_DOMAIN:
      g_value_set_string (value, self->domain);
      break;
    case PROP_ACTIVE_PROXY:
      g_value_set_object (value, self->active_proxy);
      break;
    case PROP_PROXIES:
      g_value_set_object (value, self->proxies);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_SUBTITLE:
      g_value_set_string (value, self->subtitle);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_SECONDS_TO_RETRY:
      g_value_set_uint (value, self->seconds_to_retry);
      break;
    case PROP_SET_ASIDE:
      g_value_set_uint (value, self->set_aside);
      break;
    case PROP_SECRET_STORAGE:
      g_value_set_string (value, self->secret_storage);
      break;
    case PROP_MAILBOX_WAITING:
      g_value_set_boolean (value, self->mailbox_waiting);
      break;
    case PROP_MAILBOX_NEW:
      g_value_set_uint (value, self->mailbox_new);
      break;
    case PROP_MAILBOX_OLD:
      g_value_set_uint (value, self->mailbox_old);
      break;
    case PROP_MAILBOX_URI:
      g_value_set_string (value, self->mailbox_uri);
      break;
    case PROP_MAILBOX_TEXT:
      g_value_set_string (value, self->mailbox_text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_account_class_init (TandemAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = tandem_account_finalize;
  object_class->get_property = tandem_account_get_property;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, TANDEM_TYPE_ACCOUNT_STATE,
                                              TANDEM_ACCOUNT_NOT_CONFIGURED, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  properties[PROP_DOMAIN] = g_param_spec_string ("domain", NULL, NULL, NULL, flags);
  properties[PROP_ACTIVE_PROXY]
      = g_param_spec_object ("active-proxy", NULL, NULL, TANDEM_TYPE_PROXY, flags);
  properties[PROP_PROXIES] = g_param_spec_object ("proxies", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  properties[PROP_SECONDS_TO_RETRY]
      = g_param_spec_uint ("seconds-to-retry", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SET_ASIDE] = g_param_spec_uint ("set-aside", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SECRET_STORAGE] = g_param_spec_string ("secret-storage", NULL, NULL, NULL, flags);
  properties[PROP_MAILBOX_WAITING]
      = g_param_spec_boolean ("mailbox-waiting", NULL, NULL, FALSE, flags);
  properties[PROP_MAILBOX_NEW]
      = g_param_spec_uint ("mailbox-new", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_MAILBOX_OLD]
      = g_param_spec_uint ("mailbox-old", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_MAILBOX_URI] = g_param_spec_string ("mailbox-uri", NULL, NULL, NULL, flags);
  properties[PROP_MAILBOX_TEXT] = g_param_spec_string ("mailbox-text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tandem_account_init (TandemAccount *self)
{
  self->proxies = g_list_store_new (TANDEM_TYPE_PROXY);
  self->name = g_strdup ("");
  self->address = g_strdup ("");
  self->domain = g_strdup ("");
  self->transport = g_strdup ("udp");
}

TandemAccount *
tandem_account_new (const char *id)
{
  TandemAccount *self = g_object_new (TANDEM_TYPE_ACCOUNT, NULL);

  self->id = g_strdup (id);
  update (self);
  return self;
}

void
tandem_account_set_actions (TandemAccount *self, const TandemAccountActions *actions, gpointer data)
{
  self->actions = actions;
  self->actions_data = data;
}

void
tandem_account_configure (TandemAccount *self,
                          const TandemAccountSettings *settings,
                          gboolean has_password)
{
  g_object_freeze_notify (G_OBJECT (self));
  self->configured = settings != NULL;
  if (settings != NULL)
    {
      const char *user = settings->user != NULL ? settings->user : "";
      const char *display = settings->display_name != NULL ? settings->display_name : "";
      char *domain
          = settings->domain != NULL && settings->domain[0] != '\0'
                ? g_strdup (settings->domain)
                : tandem_account_host_of_server (settings->server != NULL ? settings->server : "");

      set_string (self, &self->name, g_strdup (display[0] != '\0' ? display : user), PROP_NAME);
      set_string (self, &self->address, g_strconcat (user, "@", domain, NULL), PROP_ADDRESS);
      set_string (self, &self->domain, domain, PROP_DOMAIN);
      g_free (self->transport);
      self->transport = g_strdup (settings->transport != NULL ? settings->transport : "udp");
      self->standalone = settings->expires == 0;
    }
  else
    {
      g_list_store_remove_all (self->proxies);
      self->registration = TANDEM_SIP_REGISTRATION_NONE;
      forget_mailbox (self);
    }
  self->has_password = has_password;
  self->offline = FALSE;
  update (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
tandem_account_set_secret_storage (TandemAccount *self, const char *words)
{
  set_string (self, &self->secret_storage, g_strdup (words), PROP_SECRET_STORAGE);
}

void
tandem_account_handle_event (TandemAccount *self, const TandemSipEvent *event)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (event->type == TANDEM_SIP_EVENT_REGISTRATION)
    take_registration (self, event);
  else if (event->type == TANDEM_SIP_EVENT_POOL && event->members != NULL)
    take_pool (self, event->members);
  else if (event->type == TANDEM_SIP_EVENT_MAILBOX)
    take_mailbox (self, event);
  update (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
tandem_account_set_now (TandemAccount *self, gint64 now)
{
  self->frozen_now = now;
  set_timer (self, FALSE);
  update (self);
}

void
tandem_account_set_offline (TandemAccount *self)
{
  self->offline = TRUE;
  self->next_try = 0;
  forget_mailbox (self);
  update (self);
}

const TandemAccountActions *
tandem_account_get_actions (TandemAccount *self, gpointer *data)
{
  *data = self->actions_data;
  return self->actions;
}

void
tandem_account_update (TandemAccount *self)
{
  update (self);
}

gboolean
tandem_account_is_counting (TandemAccount *self)
{
  return self->timer != 0;
}

gboolean
tandem_account_is_mailbox_known (TandemAccount *self)
{
  return self->mail.known;
}

const char *
tandem_account_get_transport (TandemAccount *self)
{
  return self->transport;
}

const char *
tandem_account_get_candidate (TandemAccount *self)
{
  return self->candidate;
}

const char *
tandem_account_get_contact (TandemAccount *self)
{
  return self->contact;
}

guint
tandem_account_get_expires (TandemAccount *self)
{
  return self->expires;
}

guint
tandem_account_get_code (TandemAccount *self)
{
  return self->code;
}

const char *
tandem_account_get_cause (TandemAccount *self)
{
  return self->cause;
}

const char *
tandem_account_get_id (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), NULL);
  return self->id;
}

TandemAccountState
tandem_account_get_state (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), TANDEM_ACCOUNT_NOT_CONFIGURED);
  return self->state;
}

const char *
tandem_account_get_name (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), NULL);
  return self->name;
}

const char *
tandem_account_get_address (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), NULL);
  return self->address;
}

const char *
tandem_account_get_domain (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), NULL);
  return self->domain;
}

const char *
tandem_account_get_title (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), NULL);
  return self->title;
}

const char *
tandem_account_get_subtitle (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), NULL);
  return self->subtitle;
}

const char *
tandem_account_get_problem (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), NULL);
  return self->problem;
}

TandemProxy *
tandem_account_get_active_proxy (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), NULL);
  return self->active_proxy;
}

GListModel *
tandem_account_get_proxies (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), NULL);
  return G_LIST_MODEL (self->proxies);
}

guint
tandem_account_get_set_aside (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), 0);
  return self->set_aside;
}

guint
tandem_account_get_seconds_to_retry (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), 0);
  return self->seconds_to_retry;
}

const char *
tandem_account_get_secret_storage (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), NULL);
  return self->secret_storage;
}

gboolean
tandem_account_get_mailbox_waiting (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), FALSE);
  return self->mailbox_waiting;
}

guint
tandem_account_get_mailbox_new (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), 0);
  return self->mailbox_new;
}

guint
tandem_account_get_mailbox_old (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), 0);
  return self->mailbox_old;
}

const char *
tandem_account_get_mailbox_uri (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), NULL);
  return self->mailbox_uri;
}

const char *
tandem_account_get_mailbox_text (TandemAccount *self)
{
  g_return_val_if_fail (TANDEM_IS_ACCOUNT (self), NULL);
  return self->mailbox_text;
}
