/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account.h"

G_BEGIN_DECLS

/* The one truthful line of an account, in words: what the status strip shows, made of what is known at
 * this moment. It looks at no clock and keeps nothing. All return (transfer full) (nullable). */

typedef struct
{
  TandemAccountState state;
  const char *address;   /* "1002@example.test" */
  const char *candidate; /* id of the one in use or being tried; nullable */
  GListModel *proxies;   /* of TandemProxy */
  guint set_aside;
  gint64 next_try; /* 0: none */
  guint seconds_to_retry;
  guint code;        /* SIP status that led here; 0 none */
  const char *cause; /* as the engine says it; nullable */
} TandemStatusLine;

char *tandem_status_line_title (const TandemStatusLine *self);
/* problem: what tandem_status_line_problem() says. */
char *tandem_status_line_subtitle (const TandemStatusLine *self, const char *problem);
/* Why not registered. */
char *tandem_status_line_problem (const TandemStatusLine *self);

G_END_DECLS
