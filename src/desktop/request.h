/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "command-line.h"
#include "host.h"

G_BEGIN_DECLS

/* A command line being done by the running phone: its answers go to the caller's terminal, and the
 * caller waits until it is known whether all of it could be done. For TandemHost only. */

/* command_line: kept until done. wanted: (transfer full). The first one starts the phone. */
void tandem_request_run (TandemHost *host,
                         GApplicationCommandLine *command_line,
                         TandemCommandLine *wanted);

G_END_DECLS
