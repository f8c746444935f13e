/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone.h"

G_BEGIN_DECLS

/* TandemActions: the GActions that every way of steering uses: buttons, keys, notifications, D-Bus
 * and the command line. They live on an action map (the GApplication), so a button names
 * "app.answer". Main thread.
 *
 * | action | parameter | what it does |
 * |---|---|---|
 * | call | s: number, address or link | dials |
 * | answer, decline | s: call | |
 * | hang-up | s: call | |
 * | mute | (ss): call, "on", "off" or "toggle" | |
 * | dtmf | (ss): call, digits | |
 * | hold, retrieve | s: call | |
 * | toggle-hold | s: call | whichever of the two fits |
 * | transfer | (ss): call, target | Transfer Now |
 * | consult | (ss): call, target | Consult First: holds it and calls target |
 * | complete | s: consulting call | joins both far ends and leaves |
 * | connect | (ss): call, call | transfer between two calls that are there |
 * | swap | s: call to talk to | holds the active one |
 * | merge | s: call | into the conference with the active call |
 * | split | s: call | out of the conference; "" with several in it: everybody |
 * | mute-party | (ss): call, "on", "off" or "toggle" | nobody hears that far end |
 * | redirect | (ss): ringing call, target | 302 |
 * | decline-with | (su): ringing call, status | |
 * | answer-referral | (sb): call, yes | the far end wants us to call somebody |
 * | dnd | s: "on", "off" or "toggle" | do not disturb |
 * | end-wrap-up | | after-call work is done |
 * | pick-up | s: colleague's address | answers what rings there |
 * | note | (ss): call, text | |
 * | keep-trying | s: call | an unconfirmed answer: wait on |
 * | call-mailbox | | dials the voice mail |
 * | prefer | s: proxy | that one first; "" no preference |
 * | follow-redirect | s: call | dials where a redirected call points |
 * | show-call | s: call | presents the window on that call |
 * | show | | presents the window |
 * | fill-entry | s: number, address or link | puts it into the entry, never dials |
 * | show-history | | presents the window on the past calls |
 * | register-again, test-now | | |
 * | use-again | s: proxy | drops its penalty; "" all |
 * | delete-history | | |
 * | practise-failover | | measures how the phone finds its way past a silent proxy; report in the log |
 * | silence-proxy | | the practice exchange's proxy in use falls silent; enabled while practising |
 * | quit | | ends the calls, unregisters, and quits |
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
