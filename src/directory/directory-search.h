/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ldap-client.h"

G_BEGIN_DECLS

/* TandemDirectorySearch: people of a company's directory (LDAP) whom a text finds, while it is typed: a
 * GListModel of TandemContact, by name, none of them editable. Main thread; the server is asked on a worker. From
 * three characters on; a new text stops what was still looked for, and what is shown stays until its answer has come.
 * Properties, notified: "text" (writable, with each key). Read-only: "available" (gboolean: there is a server),
 * "searching" (gboolean), "problem" (translated, nullable: why nothing was found), "has-more" (gboolean: more match
 * than the server tells or than are shown). */

#define TANDEM_TYPE_DIRECTORY_SEARCH (tandem_directory_search_get_type ())
G_DECLARE_FINAL_TYPE (
    TandemDirectorySearch, tandem_directory_search, TANDEM, DIRECTORY_SEARCH, GObject)

#define TANDEM_DIRECTORY_SEARCH_LEAST 3 /* characters */

TandemDirectorySearch *tandem_directory_search_new (void);
/* server: (nullable): none; copied. What was found before is forgotten. */
void tandem_directory_search_set_server (TandemDirectorySearch *self,
                                         const TandemLdapServer *server);
/* ms for one answer; 5000 unless told */
void tandem_directory_search_set_timeout (TandemDirectorySearch *self, guint timeout);
const char *tandem_directory_search_get_text (TandemDirectorySearch *self);
/* text: (nullable) */
void tandem_directory_search_set_text (TandemDirectorySearch *self, const char *text);
gboolean tandem_directory_search_is_available (TandemDirectorySearch *self);
gboolean tandem_directory_search_is_searching (TandemDirectorySearch *self);
gboolean tandem_directory_search_has_more (TandemDirectorySearch *self);
const char *tandem_directory_search_get_problem (TandemDirectorySearch *self);

G_END_DECLS
