/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone.h"

G_BEGIN_DECLS

/* The phone's state as JSON (docs/status-json.md, versioned) and as text. */

#define TANDEM_STATUS_VERSION 1
/* Of colleagues, the first so many are in it: thousands would be no help. */
#define TANDEM_STATUS_COLLEAGUES 200

char *tandem_status_to_json (TandemPhone *phone);
char *tandem_status_to_text (TandemPhone *phone);

G_END_DECLS
