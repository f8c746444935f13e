/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A session bus that knows no services but those of one folder, and is this process's session bus
 * from now on. GTestDBus would wait for the shared connection to go, which libraries keep. */

typedef struct _PrivateBus PrivateBus;

/* service_directory: (nullable) */
PrivateBus *private_bus_new (const char *service_directory);
const char *private_bus_get_address (PrivateBus *bus);
void private_bus_free (PrivateBus *bus);

G_END_DECLS
