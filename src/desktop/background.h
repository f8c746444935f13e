/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Going on without a window, and starting with the session. In a sandbox the desktop's portal grants both
 * (org.freedesktop.portal.Background); outside, the first needs no permission and the second is a file in the
 * person's autostart folder. Main thread. */

/* In a sandbox (Flatpak): the session bus; else NULL. (transfer none) (nullable) */
GDBusConnection *tandem_background_get_portal (GApplication *application);
/* portal: (nullable): there is no sandbox. autostart: whether the phone starts with the session. Errors are
 * translated: G_IO_ERROR_CANCELLED (not allowed), _NOT_SUPPORTED (no portal), of files. */
void tandem_background_request_async (GDBusConnection *portal,
                                      gboolean autostart,
                                      GAsyncReadyCallback callback,
                                      gpointer data);
gboolean tandem_background_request_finish (GAsyncResult *result, GError **error);

G_END_DECLS
