/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* NULL: fine. Otherwise what is wrong, translated, in a few words. */
typedef const char *(*TandemCheck) (const char *text);

const char *tandem_check_user (const char *text);
const char *tandem_check_optional_user (const char *text);
const char *tandem_check_display_name (const char *text);
const char *tandem_check_domain (const char *text);
const char *tandem_check_mailbox (const char *text);
const char *tandem_check_servers (const char *text);

G_END_DECLS
