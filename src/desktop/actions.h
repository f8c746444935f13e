/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone.h"

G_BEGIN_DECLS

/* TandemActions: the GActions that every way of steering uses: buttons, keys, notifications, D-Bus
 * and the command line. They live on an action map (the GApplication), so a button names
 * "app.answer". Main thread.
 *
 * docs/dbus.md lists them, with their parameters.
 *
 * An empty call id means the call that fits; it is an error when several do. Whatever cannot be done
 * is reported by the signal "failed" (char *message, translated), and logged; nothing that comes
 * over D-Bus can do harm. Who wants the result at once calls tandem_actions_perform() instead.
 *
 * Signals for what only a program with a window can do: "present", "present-call" (TandemCall),
 * "present-history", "fill-entry" (char *text, already without scheme and escapes). Without a
 * handler the action fails. "quit", "practise-failover", "silence-proxy": for the
 * owner. */

#define TANDEM_TYPE_ACTIONS (tandem_actions_get_type ())
G_DECLARE_FINAL_TYPE (TandemActions, tandem_actions, TANDEM, ACTIONS, GObject)

TandemActions *tandem_actions_new (GActionMap *map);
/* The actions fail until a phone is there. Keeps a ref. */
void tandem_actions_set_phone (TandemActions *self, TandemPhone *phone);
void tandem_actions_set_practising (TandemActions *self, gboolean practising);

/* Does what activating the action does, and tells whether it could be done. parameter: (nullable),
 * a floating reference is taken. Wrong types and unknown names are errors too. Errors: G_IO_ERROR,
 * translated. */
gboolean
tandem_actions_perform (TandemActions *self, const char *name, GVariant *parameter, GError **error);

G_END_DECLS
