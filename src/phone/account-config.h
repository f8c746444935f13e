/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "configuration.h"
#include "sip-command.h"

G_BEGIN_DECLS

/* The settings of a person, as the SIP thread wants them. */

/* password: "" when none is known. (transfer full) */
TandemSipAccountConfig *tandem_account_config_from_settings (TandemConfiguration *configuration,
                                                             const TandemAccountSettings *settings,
                                                             const char *password);
gboolean tandem_account_config_equal (const TandemSipAccountConfig *a,
                                      const TandemSipAccountConfig *b);
/* (transfer full) */
TandemSipConfig *tandem_sip_config_from_settings (TandemConfiguration *configuration);
gboolean tandem_sip_config_equal (const TandemSipConfig *a, const TandemSipConfig *b);
/* The host of "host", "host:port", "[v6]:port", or of the first of a list of them. (transfer full) */
char *tandem_account_host_of_server (const char *server);

G_END_DECLS
