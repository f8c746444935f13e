/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account.h"

G_BEGIN_DECLS

/* The parts of TandemSipAccount that are about its pool: what is told of it (pool.c), and the probes
 * that find out about it (probe.c). For account.c only. */

void tandem_pool_init (TandemSipAccount *account);
void tandem_pool_clear (TandemSipAccount *account);
/* Tells of the members at once if something about them is new: what becomes of them is told later. */
void tandem_pool_tell (TandemSipAccount *account);

void tandem_probe_init (TandemSipAccount *account);
/* Sets the timers anew, after a change of settings or of the candidate in use. */
void tandem_probe_schedule (TandemSipAccount *account);
void tandem_probe_cancel (TandemSipAccount *account);
void tandem_probe_clear (TandemSipAccount *account);

G_END_DECLS
