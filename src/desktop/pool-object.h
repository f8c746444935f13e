/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone.h"

G_BEGIN_DECLS

/* TandemPoolObject: high availability on D-Bus, typed: interface org.tandemphone.Tandem.Pool
 * (data/org.tandemphone.Tandem.xml). Read only; steering is the actions' business. Main thread. */

#define TANDEM_TYPE_POOL_OBJECT (tandem_pool_object_get_type ())
G_DECLARE_FINAL_TYPE (TandemPoolObject, tandem_pool_object, TANDEM, POOL_OBJECT, GObject)

/* Exported as long as it lives. NULL with an error when the path is taken. */
TandemPoolObject *
tandem_pool_object_new (GDBusConnection *connection, const char *path, GError **error);
/* Without one, nothing is known. */
void tandem_pool_object_set_phone (TandemPoolObject *self, TandemPhone *phone);

G_END_DECLS
