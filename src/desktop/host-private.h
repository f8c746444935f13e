/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "host.h"

G_BEGIN_DECLS

/* For request.c. */

GApplication *tandem_host_get_application (TandemHost *self);
gboolean tandem_host_has_window (TandemHost *self);
/* TRUE for the first who asks: it starts the phone; the others wait for "ready". */
gboolean tandem_host_claim_start (TandemHost *self);
/* Makes the phone and starts it. Emits "ready" even when starting failed: the person must be able to
 * mend the settings. */
gboolean tandem_host_start_phone (TandemHost *self, const char *audio, GError **error);
/* Makes the configuration, the first time. */
gboolean tandem_host_ensure_configuration (TandemHost *self, GError **error);
/* A configuration file for this run; it takes the place of the practice exchange. */
gboolean tandem_host_load_file (TandemHost *self, const char *path, GError **error);
void tandem_host_set_background (TandemHost *self, gboolean background);
/* What tandem_host_run() returns in the end, instead of 0. */
void tandem_host_set_exit_status (TandemHost *self, int status);
/* Quits, and lets go of the object (which answers the caller) when the phone is stopped.
 * command_line: (nullable). */
void tandem_host_quit_and_release (TandemHost *self, GApplicationCommandLine *command_line);

G_END_DECLS
