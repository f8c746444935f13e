/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemNetworkWatch: tells when the network may have changed under the phone. Signal "changed"
 * (gboolean certain): certain after sleep, or when the network came back; otherwise only routes have
 * moved, and the listener looks whether that is its business. Several changes at once are one
 * signal. Not a judge of whether a server can be reached: only SIP itself knows that. */

#define TANDEM_TYPE_NETWORK_WATCH (tandem_network_watch_get_type ())
G_DECLARE_FINAL_TYPE (TandemNetworkWatch, tandem_network_watch, TANDEM, NETWORK_WATCH, GObject)

TandemNetworkWatch *tandem_network_watch_new (void);

G_END_DECLS
