/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone.h"

G_BEGIN_DECLS

/* TandemStatusObject: the phone's state on D-Bus, interface org.tandemphone.Tandem.Status
 * (data/org.tandemphone.Tandem.xml), for monitoring and for desktop applications. Read only; steering
 * is the actions' business (org.gtk.Actions on the same path). Main thread. */

#define TANDEM_TYPE_STATUS_OBJECT (tandem_status_object_get_type ())
G_DECLARE_FINAL_TYPE (TandemStatusObject, tandem_status_object, TANDEM, STATUS_OBJECT, GObject)

/* Exported as long as it lives; questions wait until there is a phone. NULL with an error when the path
 * is taken. */
TandemStatusObject *
tandem_status_object_new (GDBusConnection *connection, const char *path, GError **error);
void tandem_status_object_set_phone (TandemStatusObject *self, TandemPhone *phone);

G_END_DECLS
