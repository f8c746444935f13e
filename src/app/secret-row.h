/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "configuration.h"

G_BEGIN_DECLS

/* An entry for the password of a server that names come from. What is applied goes to the keyring under the user
 * and the server's own realm (tandem_book_get_realm()), never to the settings, and what is only typed is forgotten
 * when the row is hidden.
 * child, url_key, user_key: settings; borrowed. no_address: untranslated: what to say when there is no URL. */
GtkWidget *tandem_secret_row_new (TandemConfiguration *configuration,
                                  const char *child,
                                  const char *url_key,
                                  const char *user_key,
                                  const char *no_address);

G_END_DECLS
