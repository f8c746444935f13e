/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A secret service in memory, on a connection of its own in this process: as much of
 * org.freedesktop.secrets as libsecret needs for one password at a time. */

typedef struct _FakeSecrets FakeSecrets;

/* hanging: owns the name and answers nothing. */
FakeSecrets *fake_secrets_new (const char *address, gboolean hanging);
void fake_secrets_free (FakeSecrets *self);
guint fake_secrets_get_n_items (FakeSecrets *self);

G_END_DECLS
