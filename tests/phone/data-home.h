/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A folder of the test's own for what the phone keeps, and no bus at all. Before the first phone. */
void data_home_enter (void);
/* Deletes it with all that is in it. */
void data_home_leave (void);

G_END_DECLS
