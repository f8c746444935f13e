/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "configuration.h"

G_BEGIN_DECLS

/* Two rows at the end of a group: a name that is looked for in the company's directory (LDAP) with the settings and
 * the password of now, and what came back. Names: "directory-name", "directory-result". */
void tandem_directory_trial_add (AdwPreferencesGroup *group, TandemConfiguration *configuration);

G_END_DECLS
