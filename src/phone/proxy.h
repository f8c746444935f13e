/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemProxy: one candidate of an account's pool, for lists and the status popover. Properties,
 * all read-only and notified: "id", "address" ("192.0.2.1:5060"), "transport" ("udp"), "role",
 * "reason" (translated, why it is set aside; nullable), "seconds-left" (guint, counts down once a
 * second while something is set aside and only then), "round-trip" (double, ms; < 0 unknown),
 * "last-failure" (GDateTime, nullable), "preferred" (gboolean: the agent wants it first). */

typedef enum
{
  TANDEM_PROXY_STANDBY,
  TANDEM_PROXY_IN_USE,
  TANDEM_PROXY_TRYING,
  TANDEM_PROXY_SET_ASIDE,
} TandemProxyRole;
GType tandem_proxy_role_get_type (void);
#define TANDEM_TYPE_PROXY_ROLE (tandem_proxy_role_get_type ())

#define TANDEM_TYPE_PROXY (tandem_proxy_get_type ())
G_DECLARE_FINAL_TYPE (TandemProxy, tandem_proxy, TANDEM, PROXY, GObject)

const char *tandem_proxy_get_id (TandemProxy *self);
const char *tandem_proxy_get_address (TandemProxy *self);
const char *tandem_proxy_get_transport (TandemProxy *self);
TandemProxyRole tandem_proxy_get_role (TandemProxy *self);
const char *tandem_proxy_get_reason (TandemProxy *self);
guint tandem_proxy_get_seconds_left (TandemProxy *self);
double tandem_proxy_get_round_trip (TandemProxy *self);
gboolean tandem_proxy_is_preferred (TandemProxy *self);
GDateTime *tandem_proxy_get_last_failure (TandemProxy *self);

G_END_DECLS
