/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A request to the desktop portal (org.freedesktop.portal.Request): the method is called, the person perhaps asked,
 * and the response awaited, however long that takes. Main thread. */

/* interface: such as "org.freedesktop.portal.Background". before: (nullable, floating) a tuple of what the method
 * takes before its options. options: (nullable) gets the handle_token. It ends with an error when the portal goes
 * away. */
void tandem_portal_request_async (GDBusConnection *bus,
                                  const char *interface,
                                  const char *method,
                                  GVariant *before,
                                  GVariantDict *options,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
/* (transfer full): the results, a{sv}. Errors: G_IO_ERROR_CANCELLED (the person said no), G_IO_ERROR_NOT_SUPPORTED (no
 * such portal), others of D-Bus; translated. */
GVariant *tandem_portal_request_finish (GAsyncResult *result, GError **error);

G_END_DECLS
