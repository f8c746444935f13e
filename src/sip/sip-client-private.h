/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "command.h"
#include "sip-client.h"

G_BEGIN_DECLS

/* For sip-client.c and sip-client-requests.c. */

/* Through the door; command is owned by it. */
void tandem_sip_client_post (TandemSipClient *self, TandemSipCommand *command);

G_END_DECLS
