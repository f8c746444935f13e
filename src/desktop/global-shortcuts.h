/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TandemGlobalShortcuts: keys that work while other windows have the focus, where the desktop has a portal for them
 * (org.freedesktop.portal.GlobalShortcuts). The desktop asks the person which keys. A key that is pressed activates
 * an action. Main thread.
 *
 * Signals: "held" (gboolean talks, gboolean down): a key to be heard (talks), or not to be heard, while it is down;
 * each one that went down goes up, at the latest when the desktop takes the keys away. "bound" (). "failed"
 * (GError *, translated): G_IO_ERROR_NOT_SUPPORTED (no portal; it is tried again when one comes),
 * G_IO_ERROR_CANCELLED (not allowed), others. */
#define TANDEM_TYPE_GLOBAL_SHORTCUTS (tandem_global_shortcuts_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemGlobalShortcuts, tandem_global_shortcuts, TANDEM, GLOBAL_SHORTCUTS, GObject)

/* actions: those of docs/dbus.md. Nothing is asked before tandem_global_shortcuts_start(). */
TandemGlobalShortcuts *tandem_global_shortcuts_new (GDBusConnection *bus, GActionGroup *actions);
void tandem_global_shortcuts_start (TandemGlobalShortcuts *self);
/* Gives the keys back. To be called before the last reference goes. */
void tandem_global_shortcuts_stop (TandemGlobalShortcuts *self);
gboolean tandem_global_shortcuts_is_bound (TandemGlobalShortcuts *self);

G_END_DECLS
