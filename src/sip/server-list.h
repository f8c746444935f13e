/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "candidate.h"

G_BEGIN_DECLS

/* TandemServer: one part of what an account's server setting holds: "host", "host:port", an address,
 * "[v6]:port". Only the text; looking names up is TandemResolver's. */

typedef struct
{
  char *host;
  guint16 port; /* 0: none given */
  gboolean literal;
} TandemServer;

void tandem_server_free (TandemServer *server);

/* (transfer full) (element-type TandemServer) (nullable): the parts between commas, at most max and
 * at least one. NULL with an error of G_IO_ERROR_INVALID_ARGUMENT. */
GPtrArray *tandem_server_list_parse (const char *text, guint max, GError **error);

gboolean tandem_server_is_literal (const char *host);
guint16 tandem_server_default_port (TandemTransport transport);

G_END_DECLS
