/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone.h"

G_BEGIN_DECLS

/* TandemNotifications: the desktop's notifications: an incoming call (urgent, "call.incoming", with
 * Answer, Decline and Send To, withdrawn as soon as it no longer rings), a missed one (withdrawn when
 * somebody has looked at the missed calls), and new voice messages (withdrawn when none is left). For
 * a program with a window; a headless phone makes none. Main thread. Works as long as it lives. Ids
 * are "call-ID", "missed" and "mailbox". */

#define TANDEM_TYPE_NOTIFICATIONS (tandem_notifications_get_type ())
G_DECLARE_FINAL_TYPE (TandemNotifications, tandem_notifications, TANDEM, NOTIFICATIONS, GObject)

/* application: registered, with the actions of TandemActions. Keeps refs on neither for longer than
 * it lives. */
TandemNotifications *tandem_notifications_new (GApplication *application, TandemPhone *phone);

G_END_DECLS
