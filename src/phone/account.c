/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account-private.h"

#include "proxy-private.h"
#include "reason-words.h"
#include "words.h"

#include <glib/gi18n.h>

#include <string.h>

/* TandemAccount: see account.h. It turns what the SIP thread reports into one truthful line, and
 * counts down once a second while, and only while, there is something to count. It sends nothing
 * itself: what the agent asks for goes to the phone through TandemAccountActions. */

#define MAX_MOMENTS 100

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
  GPtrArray *timeline;

  TandemAccountState state;
  char *title;
  char *subtitle;
  char *problem;
  char *secret_storage;
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
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void update (TandemAccount *self);

static gint64
get_now (TandemAccount *self)
{
  return self->frozen_now != 0 ? self->frozen_now : g_get_monotonic_time ();
}

static void
moment_free (gpointer data)
{
  TandemMoment *moment = data;

  g_date_time_unref (moment->when);
  g_free (moment->operation);
  g_free (moment->from);
  g_free (moment->to);
  g_free (moment->why);
  g_free (moment);
}

static guint
n_proxies (TandemAccount *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->proxies));
}

/* (transfer full) (nullable) */
static TandemProxy *
find_proxy (TandemAccount *self, const char *id)
{
  if (id == NULL)
    return NULL;
  for (guint i = 0; i < n_proxies (self); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (G_LIST_MODEL (self->proxies), i);

      if (g_str_equal (tandem_proxy_get_id (proxy), id))
        return g_steal_pointer (&proxy);
    }
  return NULL;
}

/* (transfer full) (nullable) */
static TandemProxy *
find_role (TandemAccount *self, TandemProxyRole role)
{
  for (guint i = 0; i < n_proxies (self); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (G_LIST_MODEL (self->proxies), i);

      if (tandem_proxy_get_role (proxy) == role)
        return g_steal_pointer (&proxy);
    }
  return NULL;
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

/* (transfer full) (nullable): the address to name in the title, isolated */
static char *
dup_candidate_label (TandemAccount *self)
{
  g_autoptr (TandemProxy) proxy = find_proxy (self, self->candidate);
  g_autofree char *label = NULL;

  if (proxy == NULL && self->candidate == NULL)
    {
      proxy = find_role (self, TANDEM_PROXY_TRYING);
      if (proxy == NULL)
        proxy = find_role (self, TANDEM_PROXY_IN_USE);
    }
  if (proxy != NULL)
    label = tandem_proxy_dup_label (proxy);
  else if (self->candidate != NULL)
    label = tandem_proxy_label_of_id (self->candidate);
  else
    return NULL;
  return tandem_words_isolate (label);
}

static char *
work_out_title (TandemAccount *self)
{
  g_autofree char *label = dup_candidate_label (self);

  switch (self->state)
    {
    case TANDEM_ACCOUNT_NOT_CONFIGURED:
      return g_strdup (_ ("No account"));
    case TANDEM_ACCOUNT_CONNECTING:
      return g_strdup (_ ("Connecting…"));
    case TANDEM_ACCOUNT_REGISTERED:
      if (label == NULL)
        return g_strdup (_ ("Registered"));
      /* Translators: %s is the address of a SIP proxy. */
      return g_strdup_printf (_ ("Registered via %s"), label);
    case TANDEM_ACCOUNT_FAILING_OVER:
      return g_strdup (_ ("Failing over…"));
    case TANDEM_ACCOUNT_NOT_REGISTERED:
    case TANDEM_ACCOUNT_REJECTED:
      return g_strdup (_ ("Not registered"));
    case TANDEM_ACCOUNT_NEEDS_PASSWORD:
      return g_strdup (_ ("Password needed"));
    case TANDEM_ACCOUNT_STANDALONE:
      return g_strdup (_ ("Ready without registration"));
    case TANDEM_ACCOUNT_OFFLINE:
    default:
      return g_strdup (_ ("Signed off"));
    }
}

/* Takes both; either may be NULL. */
static char *
join (char *first, char *second)
{
  g_autofree char *a = first, *b = second;

  if (a == NULL || b == NULL)
    return a != NULL ? g_steal_pointer (&a) : g_steal_pointer (&b);
  return g_strconcat (a, " · ", b, NULL);
}

static char *
words_for_set_aside (TandemAccount *self)
{
  const guint total = n_proxies (self);

  if (self->set_aside == 0)
    return NULL;
  if (self->set_aside >= total)
    return g_strdup_printf (
        ngettext ("The only proxy is set aside", "All %u proxies set aside", total), total);
  return g_strdup_printf (
      /* Translators: "set aside" means: not used for ten minutes, because it did not answer. */
      ngettext ("%u of %u proxy set aside", "%u of %u proxies set aside", total), self->set_aside,
      total);
}

/* The time until the first proxy that is set aside comes back. */
static char *
words_for_countdown (TandemAccount *self)
{
  g_autofree char *clock = NULL;
  guint least = G_MAXUINT;

  for (guint i = 0; i < n_proxies (self); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (G_LIST_MODEL (self->proxies), i);

      if (tandem_proxy_get_role (proxy) == TANDEM_PROXY_SET_ASIDE)
        least = MIN (least, tandem_proxy_get_seconds_left (proxy));
    }
  if (least == G_MAXUINT)
    return NULL;

  clock = tandem_words_clock (least);
  if (self->set_aside > 1)
    /* Translators: %s is a time such as 9:42, until the next proxy may be used again. */
    return g_strdup_printf (_ ("next one back in %s"), clock);
  /* Translators: %s is a time such as 9:42. */
  return g_strdup_printf (_ ("%s left"), clock);
}

static char *
words_for_trying (TandemAccount *self)
{
  g_autofree char *label = dup_candidate_label (self);

  if (label == NULL)
    return NULL;
  /* Translators: %s is the address of a SIP proxy. */
  return g_strdup_printf (_ ("Trying %s"), label);
}

static char *
words_for_next_try (TandemAccount *self, gboolean alone)
{
  g_autofree char *clock = NULL;

  if (self->next_try == 0)
    return alone ? g_strdup (_ ("Not tried again by itself")) : NULL;
  clock = tandem_words_clock (self->seconds_to_retry);
  if (alone)
    return g_strdup_printf (_ ("Next try in %s"), clock);
  /* Translators: the second half of a line; %s is a time such as 0:12. */
  return g_strdup_printf (_ ("next try in %s"), clock);
}

static char *
work_out_subtitle (TandemAccount *self)
{
  const guint total = n_proxies (self);

  switch (self->state)
    {
    case TANDEM_ACCOUNT_NOT_CONFIGURED:
      return g_strdup (_ ("Enter an account to make calls"));
    case TANDEM_ACCOUNT_CONNECTING:
      return words_for_trying (self);
    case TANDEM_ACCOUNT_REGISTERED:
    case TANDEM_ACCOUNT_STANDALONE:
      if (total == 0)
        return NULL;
      if (self->set_aside == 0)
        return g_strdup_printf (ngettext ("%u proxy available", "All %u proxies available", total),
                                total);
      return join (words_for_set_aside (self), words_for_countdown (self));
    case TANDEM_ACCOUNT_FAILING_OVER:
      {
        char *aside = NULL;

        if (self->set_aside > 0)
          /* Translators: proxies: "2 of 3 set aside" */
          aside = g_strdup_printf (_ ("%u of %u set aside"), self->set_aside, total);
        return join (words_for_trying (self), aside);
      }
    case TANDEM_ACCOUNT_NOT_REGISTERED:
      return join (words_for_set_aside (self), words_for_next_try (self, self->set_aside == 0));
    case TANDEM_ACCOUNT_REJECTED:
      return g_strdup (self->problem);
    case TANDEM_ACCOUNT_NEEDS_PASSWORD:
      {
        g_autofree char *isolated = tandem_words_isolate (self->address);

        /* Translators: %s is a SIP address. */
        return g_strdup_printf (_ ("Enter the password of %s"), isolated);
      }
    case TANDEM_ACCOUNT_OFFLINE:
    default:
      return NULL;
    }
}

/* The servers were reached, and the trouble is one of trust, not of the network. */
static gboolean
is_security (const char *cause)
{
  return cause != NULL && (strstr (cause, "certificate") != NULL || strstr (cause, "TLS") != NULL);
}

static char *
work_out_problem (TandemAccount *self)
{
  const guint total = n_proxies (self);

  switch (self->state)
    {
    case TANDEM_ACCOUNT_NOT_REGISTERED:
      if (total > 1 && self->set_aside == total && self->code == 0 && !is_security (self->cause))
        return g_strdup (
            _ ("None of the servers answers. Probably your own network connection is down."));
      return tandem_reason_words_for_registration (self->code, self->cause);
    case TANDEM_ACCOUNT_REJECTED:
      return tandem_reason_words_for_registration (self->code, self->cause);
    case TANDEM_ACCOUNT_NEEDS_PASSWORD:
      return g_strdup (_ ("The server asks for a password, and none is known."));
    case TANDEM_ACCOUNT_FAILING_OVER:
      return self->cause != NULL || self->code != 0
                 ? tandem_reason_words_for_registration (self->code, self->cause)
                 : NULL;
    case TANDEM_ACCOUNT_NOT_CONFIGURED:
    case TANDEM_ACCOUNT_CONNECTING:
    case TANDEM_ACCOUNT_REGISTERED:
    case TANDEM_ACCOUNT_STANDALONE:
    case TANDEM_ACCOUNT_OFFLINE:
    default:
      return NULL;
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
      active = find_proxy (self, self->candidate);
      if (active == NULL)
        active = find_role (self, TANDEM_PROXY_IN_USE);
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
  set_string (self, &self->problem, work_out_problem (self), PROP_PROBLEM);
  set_string (self, &self->title, work_out_title (self), PROP_TITLE);
  set_string (self, &self->subtitle, work_out_subtitle (self), PROP_SUBTITLE);
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
      TandemProxy *proxy = find_proxy (self, member->id);

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
take_moment (TandemAccount *self, const TandemSipEvent *event)
{
  g_autoptr (GDateTime) wall = g_date_time_new_now_local ();
  TandemMoment *moment = g_new0 (TandemMoment, 1);

  moment->when = g_date_time_add (wall, event->when != 0 ? event->when - get_now (self) : 0);
  moment->operation = g_strdup (event->operation);
  moment->from = g_strdup (event->from);
  moment->to = g_strdup (event->to);
  moment->why = g_strdup (event->text);
  moment->took = event->took;
  if (self->timeline->len >= MAX_MOMENTS)
    g_ptr_array_remove_index (self->timeline, 0);
  g_ptr_array_add (self->timeline, moment);
}

static void
tandem_account_finalize (GObject *object)
{
  TandemAccount *self = TANDEM_ACCOUNT (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->active_proxy);
  g_clear_object (&self->proxies);
  g_ptr_array_unref (self->timeline);
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
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tandem_account_init (TandemAccount *self)
{
  self->proxies = g_list_store_new (TANDEM_TYPE_PROXY);
  self->timeline = g_ptr_array_new_with_free_func (moment_free);
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

/* The host of "host", "host:port", "[v6]:port" or the first of a list of them. */
static char *
host_of_server (const char *server)
{
  g_autofree char *first = g_strndup (server, strcspn (server, ","));
  char *colon;

  g_strstrip (first);
  if (first[0] == '[')
    {
      char *end = strchr (first, ']');

      if (end != NULL)
        end[1] = '\0';
      return g_steal_pointer (&first);
    }
  colon = strchr (first, ':');
  if (colon != NULL && strchr (colon + 1, ':') == NULL)
    *colon = '\0';
  else if (colon != NULL)
    return g_strdup_printf ("[%s]", first);
  return g_steal_pointer (&first);
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
      char *domain = settings->domain != NULL && settings->domain[0] != '\0'
                         ? g_strdup (settings->domain)
                         : host_of_server (settings->server != NULL ? settings->server : "");

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
  else if (event->type == TANDEM_SIP_EVENT_TIMELINE)
    take_moment (self, event);
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
  update (self);
}

gboolean
tandem_account_is_counting (TandemAccount *self)
{
  return self->timer != 0;
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

GPtrArray *
tandem_account_get_timeline (TandemAccount *self)
{
  return self->timeline;
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

/**
 * tandem_account_register_again:
 *
 * Registers now, whatever the state. Returns at once.
 */
void
tandem_account_register_again (TandemAccount *self)
{
  g_return_if_fail (TANDEM_IS_ACCOUNT (self));
  if (self->actions != NULL && self->actions->register_again != NULL)
    self->actions->register_again (self, self->actions_data);
}

/**
 * tandem_account_test_now:
 *
 * Probes every proxy; their round trips and roles follow. Returns at once.
 */
void
tandem_account_test_now (TandemAccount *self)
{
  g_return_if_fail (TANDEM_IS_ACCOUNT (self));
  if (self->actions != NULL && self->actions->test_now != NULL)
    self->actions->test_now (self, self->actions_data);
}

/**
 * tandem_account_use_again:
 * @proxy_id: (nullable): the id of a proxy, or %NULL for all
 *
 * Drops the penalty. An unknown id does nothing.
 */
void
tandem_account_use_again (TandemAccount *self, const char *proxy_id)
{
  g_return_if_fail (TANDEM_IS_ACCOUNT (self));

  for (guint i = 0; i < n_proxies (self); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (G_LIST_MODEL (self->proxies), i);

      if (proxy_id == NULL || g_str_equal (tandem_proxy_get_id (proxy), proxy_id))
        tandem_proxy_forgive (proxy);
    }
  update (self);
  if (self->actions != NULL && self->actions->use_again != NULL)
    self->actions->use_again (self, proxy_id, self->actions_data);
}

/**
 * tandem_account_give_password:
 * @remember: also keep it in the secret store, where one runs
 *
 * The answer to %TANDEM_ACCOUNT_NEEDS_PASSWORD, or another try after
 * %TANDEM_ACCOUNT_REJECTED. Registers with it. Where it could not be stored,
 * the property "secret-storage" says so.
 */
void
tandem_account_give_password (TandemAccount *self, const char *password, gboolean remember)
{
  g_return_if_fail (TANDEM_IS_ACCOUNT (self));
  g_return_if_fail (password != NULL);

  if (self->actions != NULL && self->actions->give_password != NULL)
    self->actions->give_password (self, password, remember, self->actions_data);
}
