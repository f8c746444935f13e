/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-private.h"

#include "reason-words.h"

#include <string.h>

/* TandemProxy: see proxy.h. Made and kept up to date by TandemAccount; it has no timer of its own.
 * Do not use it to choose a proxy: ha/ does that, this only shows. */

struct _TandemProxy
{
  GObject parent_instance;

  char *id;
  char *host;
  guint16 port;
  char *address;
  char *transport;
  TandemProxyRole role;
  gint64 available_at;
  guint seconds_left;
  char *cause;
  char *reason;
  double round_trip;
  gint64 failed_at;
  GDateTime *last_failure;
  gboolean preferred;
};

G_DEFINE_FINAL_TYPE (TandemProxy, tandem_proxy, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (TandemProxyRole,
                    tandem_proxy_role,
                    G_DEFINE_ENUM_VALUE (TANDEM_PROXY_STANDBY, "standby"),
                    G_DEFINE_ENUM_VALUE (TANDEM_PROXY_IN_USE, "in-use"),
                    G_DEFINE_ENUM_VALUE (TANDEM_PROXY_TRYING, "trying"),
                    G_DEFINE_ENUM_VALUE (TANDEM_PROXY_SET_ASIDE, "set-aside"))

enum
{
  PROP_ID = 1,
  PROP_ADDRESS,
  PROP_TRANSPORT,
  PROP_ROLE,
  PROP_REASON,
  PROP_SECONDS_LEFT,
  PROP_ROUND_TRIP,
  PROP_LAST_FAILURE,
  PROP_PREFERRED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_string (TandemProxy *self, char **field, char *value, guint property)
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
set_role (TandemProxy *self, TandemProxyRole role)
{
  if (self->role == role)
    return;
  self->role = role;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROLE]);
}

static char *
join_address (const char *host, guint16 port)
{
  if (strchr (host, ':') != NULL)
    return g_strdup_printf ("[%s]:%u", host, port);
  return g_strdup_printf ("%s:%u", host, port);
}

static void
tandem_proxy_finalize (GObject *object)
{
  TandemProxy *self = TANDEM_PROXY (object);

  g_free (self->id);
  g_free (self->host);
  g_free (self->address);
  g_free (self->transport);
  g_free (self->cause);
  g_free (self->reason);
  g_clear_pointer (&self->last_failure, g_date_time_unref);
  G_OBJECT_CLASS (tandem_proxy_parent_class)->finalize (object);
}

static void
tandem_proxy_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TandemProxy *self = TANDEM_PROXY (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_TRANSPORT:
      g_value_set_string (value, self->transport);
      break;
    case PROP_ROLE:
      g_value_set_enum (value, (int) self->role);
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_uint (value, self->seconds_left);
      break;
    case PROP_ROUND_TRIP:
      g_value_set_double (value, self->round_trip);
      break;
    case PROP_LAST_FAILURE:
      g_value_set_boxed (value, self->last_failure);
      break;
    case PROP_PREFERRED:
      g_value_set_boolean (value, self->preferred);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tandem_proxy_class_init (TandemProxyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = tandem_proxy_finalize;
  object_class->get_property = tandem_proxy_get_property;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  properties[PROP_TRANSPORT] = g_param_spec_string ("transport", NULL, NULL, NULL, flags);
  properties[PROP_ROLE]
      = g_param_spec_enum ("role", NULL, NULL, TANDEM_TYPE_PROXY_ROLE, TANDEM_PROXY_STANDBY, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_SECONDS_LEFT]
      = g_param_spec_uint ("seconds-left", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ROUND_TRIP]
      = g_param_spec_double ("round-trip", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  properties[PROP_LAST_FAILURE]
      = g_param_spec_boxed ("last-failure", NULL, NULL, G_TYPE_DATE_TIME, flags);
  properties[PROP_PREFERRED] = g_param_spec_boolean ("preferred", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tandem_proxy_init (TandemProxy *self)
{
  self->host = g_strdup ("");
  self->address = g_strdup ("");
  self->transport = g_strdup ("");
  self->round_trip = -1;
}

TandemProxy *
tandem_proxy_new (const char *id)
{
  TandemProxy *self = g_object_new (TANDEM_TYPE_PROXY, NULL);

  self->id = g_strdup (id);
  return self;
}

void
tandem_proxy_update (TandemProxy *self, const TandemSipPoolMember *member, gint64 now)
{
  static const TandemProxyRole roles[] = {
    [TANDEM_SIP_ROLE_STANDBY] = TANDEM_PROXY_STANDBY,
    [TANDEM_SIP_ROLE_IN_USE] = TANDEM_PROXY_IN_USE,
    [TANDEM_SIP_ROLE_TRYING] = TANDEM_PROXY_TRYING,
    [TANDEM_SIP_ROLE_SET_ASIDE] = TANDEM_PROXY_SET_ASIDE,
    [TANDEM_SIP_ROLE_BARRED] = TANDEM_PROXY_SET_ASIDE,
  };
  const double round_trip = member->round_trip < 0 ? -1 : (double) member->round_trip / 1000.0;

  g_object_freeze_notify (G_OBJECT (self));
  if (g_strcmp0 (self->host, member->address) != 0 || self->port != member->port)
    {
      g_free (self->host);
      self->host = g_strdup (member->address);
      self->port = member->port;
      set_string (self, &self->address, join_address (self->host, self->port), PROP_ADDRESS);
    }
  set_string (self, &self->transport, g_strdup (member->transport != NULL ? member->transport : ""),
              PROP_TRANSPORT);
  set_role (self, roles[member->role]);
  if (self->round_trip != round_trip)
    {
      self->round_trip = round_trip;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROUND_TRIP]);
    }
  if (self->failed_at != member->last_failure)
    {
      self->failed_at = member->last_failure;
      g_clear_pointer (&self->last_failure, g_date_time_unref);
      if (member->last_failure != 0)
        {
          g_autoptr (GDateTime) wall = g_date_time_new_now_local ();

          self->last_failure = g_date_time_add (wall, member->last_failure - now);
        }
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_FAILURE]);
    }
  g_free (self->cause);
  self->cause = g_strdup (member->last_failure_reason);
  set_string (self, &self->reason,
              tandem_reason_words_for_proxy (member->last_failure_reason,
                                             member->role == TANDEM_SIP_ROLE_BARRED),
              PROP_REASON);
  tandem_proxy_set_preferred (self, member->preferred);
  self->available_at = member->available_at;
  tandem_proxy_tick (self, now);
  g_object_thaw_notify (G_OBJECT (self));
}

void
tandem_proxy_tick (TandemProxy *self, gint64 now)
{
  const gint64 left = self->available_at - now;
  const guint seconds = left <= 0 || self->available_at == 0
                            ? 0
                            : (guint) MIN ((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC, G_MAXUINT);

  if (seconds == 0 && self->role == TANDEM_PROXY_SET_ASIDE)
    set_role (self, TANDEM_PROXY_STANDBY);
  if (seconds == self->seconds_left)
    return;
  self->seconds_left = seconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS_LEFT]);
}

void
tandem_proxy_set_preferred (TandemProxy *self, gboolean preferred)
{
  preferred = !!preferred;
  if (self->preferred == preferred)
    return;
  self->preferred = preferred;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PREFERRED]);
}

void
tandem_proxy_forgive (TandemProxy *self)
{
  self->available_at = 0;
  tandem_proxy_tick (self, 0);
}

static char *
label_of (const char *host, guint16 port, const char *transport)
{
  const guint16 usual = g_strcmp0 (transport, "tls") == 0 ? 5061 : 5060;

  if (port == usual)
    return g_strdup (host);
  return join_address (host, port);
}

char *
tandem_proxy_dup_label (TandemProxy *self)
{
  return label_of (self->host, self->port, self->transport);
}

char *
tandem_proxy_label_of_id (const char *id)
{
  const char *colon = strchr (id, ':');
  const char *last = strrchr (id, ':');
  g_autofree char *transport = NULL, *host = NULL;
  guint64 port;

  if (colon == NULL || last == colon
      || !g_ascii_string_to_unsigned (last + 1, 10, 1, 65535, &port, NULL))
    return g_strdup (id);

  transport = g_strndup (id, (gsize) (colon - id));
  host = g_strndup (colon + 1, (gsize) (last - colon - 1));
  if (host[0] == '[' && g_str_has_suffix (host, "]"))
    {
      host[strlen (host) - 1] = '\0';
      memmove (host, host + 1, strlen (host));
    }
  return label_of (host, (guint16) port, transport);
}

const char *
tandem_proxy_get_host (TandemProxy *self)
{
  return self->host;
}

guint16
tandem_proxy_get_port (TandemProxy *self)
{
  return self->port;
}

const char *
tandem_proxy_get_cause (TandemProxy *self)
{
  return self->cause;
}

const char *
tandem_proxy_get_id (TandemProxy *self)
{
  g_return_val_if_fail (TANDEM_IS_PROXY (self), NULL);
  return self->id;
}

const char *
tandem_proxy_get_address (TandemProxy *self)
{
  g_return_val_if_fail (TANDEM_IS_PROXY (self), NULL);
  return self->address;
}

const char *
tandem_proxy_get_transport (TandemProxy *self)
{
  g_return_val_if_fail (TANDEM_IS_PROXY (self), NULL);
  return self->transport;
}

TandemProxyRole
tandem_proxy_get_role (TandemProxy *self)
{
  g_return_val_if_fail (TANDEM_IS_PROXY (self), TANDEM_PROXY_STANDBY);
  return self->role;
}

const char *
tandem_proxy_get_reason (TandemProxy *self)
{
  g_return_val_if_fail (TANDEM_IS_PROXY (self), NULL);
  return self->reason;
}

guint
tandem_proxy_get_seconds_left (TandemProxy *self)
{
  g_return_val_if_fail (TANDEM_IS_PROXY (self), 0);
  return self->seconds_left;
}

/* Milliseconds; negative while unknown. */
double
tandem_proxy_get_round_trip (TandemProxy *self)
{
  g_return_val_if_fail (TANDEM_IS_PROXY (self), -1);
  return self->round_trip;
}

GDateTime *
tandem_proxy_get_last_failure (TandemProxy *self)
{
  g_return_val_if_fail (TANDEM_IS_PROXY (self), NULL);
  return self->last_failure;
}

gboolean
tandem_proxy_is_preferred (TandemProxy *self)
{
  g_return_val_if_fail (TANDEM_IS_PROXY (self), FALSE);
  return self->preferred;
}

TandemProxy *
tandem_proxies_find (GListModel *proxies, const char *id)
{
  for (guint i = 0; id != NULL && i < g_list_model_get_n_items (proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, i);

      if (g_str_equal (proxy->id, id))
        return g_steal_pointer (&proxy);
    }
  return NULL;
}

TandemProxy *
tandem_proxies_find_role (GListModel *proxies, TandemProxyRole role)
{
  for (guint i = 0; i < g_list_model_get_n_items (proxies); i++)
    {
      g_autoptr (TandemProxy) proxy = g_list_model_get_item (proxies, i);

      if (proxy->role == role)
        return g_steal_pointer (&proxy);
    }
  return NULL;
}
